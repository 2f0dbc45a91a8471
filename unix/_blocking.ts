/*
 * Calls that block, though seldom for long: those on files. They are made at once, on this thread;
 * this is the one place to change to have them made elsewhere.
 */
import { Lwt } from "../core/lwt.ts";

/** Makes a call that may block, and turns its result, or what it throws, into a promise. */
export function runBlocking<T>(call: () => T): Lwt<T> {
  return Lwt.wrap(call);
}

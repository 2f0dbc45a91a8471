/*
 * What `bind` and its kin do where the short way in `lwt.ts` does not serve: on promises that are
 * pending, rejected or proxies, and when the stack is too deep to call anything.
 */
import { attach, rootOf } from "./_callbacks.ts";
import {
  BIND,
  CATCH,
  FORWARD,
  FULFILLED,
  MAP,
  Observer,
  ON_CANCEL,
  ON_FAILURE,
  ON_SUCCESS,
  Origin,
  REJECTED,
  REPORT,
  TRY_BIND,
} from "./_cell.ts";
import { counters, DEPTH, DRAIN_AT, MAX_DEPTH } from "./_counters.ts";
import { asLwt, defer, drain, isCanceled, observe, storage } from "./_resolution.ts";
import { caught } from "./exception_filter.ts";
import { Derived, Lwt } from "./lwt.ts";

/** What a promise waits for whose callback is in the queue because the stack was too deep. */
export const QUEUED = new Origin("its turn in the queue", false);

/** `bind`, in full. */
export function bind<T, U>(promise: Lwt<T>, f: (value: T) => Lwt<U>): Lwt<U> {
  const p = rootOf(promise);
  if (p.status < 0) return derive(p, BIND, f);
  if (p.status === REJECTED) return p as unknown as Lwt<U>;
  return tooDeep() ? postpone(p, BIND, f) : p.bind(f);
}

/** `map`, in full. */
export function map<T, U>(promise: Lwt<T>, f: (value: T) => U): Lwt<U> {
  const p = rootOf(promise);
  if (p.status < 0) return derive(p, MAP, f);
  if (p.status === REJECTED) return p as unknown as Lwt<U>;
  return tooDeep() ? postpone(p, MAP, f) : p.map(f);
}

/** The handler's promise if the first one is rejected; otherwise that one itself. */
export function recover<T>(promise: Lwt<T>, handler: (error: unknown) => Lwt<T>): Lwt<T> {
  const p = rootOf(promise);
  if (p.status < 0) return derive(p, CATCH, handler);
  if (p.status === FULFILLED) return p;
  return tooDeep() ? postpone(p, CATCH, handler) : call(handler, p.content);
}

/** The promise of one of two functions, as the first promise turns out. */
export function either<T, U>(
  promise: Lwt<T>,
  ok: (value: T) => Lwt<U>,
  ko: (error: unknown) => Lwt<U>,
): Lwt<U> {
  const p = rootOf(promise);
  if (p.status < 0) return derive(p, TRY_BIND, { ok, ko });
  if (tooDeep()) return postpone(p, TRY_BIND, { ok, ko });
  return p.status === FULFILLED ? call(ok, p.content as T) : call(ko, p.content);
}

/** A promise of its own that settles as another does. What cancels it is up to `source`. */
export function copy<T>(p: Lwt<T>, source: Origin): Derived {
  const made = new Derived(FORWARD, undefined, source);
  attach(p, made);
  return made;
}

/** Calls a function when a promise settles, for its effect alone. */
export function watch(promise: Lwt<unknown>, kind: number, f: unknown): void {
  const p = rootOf(promise);
  if (p.status < 0) return attach(p, new Observer(kind, f, storage));
  if (!concerns(kind, p.status, p.content)) return;
  if (tooDeep()) return defer(new Observer(kind, f, storage), p.status, p.content);
  const depth = enter();
  try {
    observe(kind, f, p.status, p.content);
  } finally {
    leave(depth);
  }
}

/** Calls a function with the error of a promise that nobody waits for. */
export function reportTo(promise: Lwt<unknown>, handler: (error: unknown) => void): void {
  const p = rootOf(promise);
  if (p.status < 0) attach(p, new Observer(REPORT, handler, undefined));
  else if (p.status === REJECTED) handler(p.content);
}

/** Whether the stack is too deep to call one more function of the user's. */
export function tooDeep(): boolean {
  return counters[DEPTH]! >= MAX_DEPTH;
}

/** Goes one level deeper. */
export function enter(): number {
  return counters[DEPTH]!++;
}

/** Comes back to a level; the outermost runs what was queued. */
export function leave(depth: number): void {
  counters[DEPTH] = depth;
  if (depth === counters[DRAIN_AT]) drain();
}

function derive<U>(p: Lwt<unknown>, kind: number, f: unknown): Lwt<U> {
  const made = new Derived(kind, f, p);
  attach(p, made);
  return made as Lwt<U>;
}

function postpone<U>(p: Lwt<unknown>, kind: number, f: unknown): Lwt<U> {
  const made = new Derived(kind, f, QUEUED);
  defer(made, p.status, p.content);
  return made as Lwt<U>;
}

function call<A, U>(f: (content: A) => Lwt<U>, content: A): Lwt<U> {
  const depth = enter();
  try {
    return asLwt(f(content)) as Lwt<U>;
  } catch (error) {
    return Lwt.fail(caught(error));
  } finally {
    leave(depth);
  }
}

function concerns(kind: number, status: number, content: unknown): boolean {
  if (kind === ON_SUCCESS) return status === FULFILLED;
  if (kind === ON_FAILURE) return status === REJECTED;
  return kind !== ON_CANCEL || isCanceled(status, content);
}

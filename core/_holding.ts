/*
 * Doing something while something is held.
 */
import { either } from "./_bind.ts";
import { rootOf } from "./_callbacks.ts";
import { asLwt } from "./_resolution.ts";
import { caught } from "./exception_filter.ts";
import { Lwt } from "./lwt.ts";

/**
 * Calls `f`, and `release` with what is held as soon as the promise of `f` is settled: before those
 * who wait for the result go on.
 */
export function holding<T, H>(f: () => Lwt<T>, held: H, release: (held: H) => void): Lwt<T> {
  let p: Lwt<T>;
  try {
    p = attempt(f);
  } catch (error) {
    release(held);
    throw error;
  }
  if (rootOf(p).status < 0) {
    const end = () => {
      release(held);
      return p;
    };
    return either(p, end, end);
  }
  release(held);
  return p;
}

/** Calls a function. What it throws is a rejection, and so is an answer that is no promise. */
export function attempt<T>(f: () => Lwt<T>): Lwt<T> {
  const p = Lwt.returnUnit.bind(f);
  return p instanceof Lwt ? p : refuse(p);
}

function refuse(answer: unknown): Lwt<never> {
  try {
    return asLwt(answer) as Lwt<never>;
  } catch (error) {
    return Lwt.fail(caught(error));
  }
}

/*
 * Doing something while something is held.
 */
import { either } from "./_bind.ts";
import { FULFILLED } from "./_cell.ts";
import { asLwt } from "./_resolution.ts";
import { caught } from "./exception_filter.ts";
import { Lwt } from "./lwt.ts";

// Imported names are looked up, and checked, each time they are used: here that shows.
const unit = Lwt.returnUnit;
const LwtPromise = Lwt;

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
  if (p.status !== FULFILLED) return releaseLater(p, held, release);
  release(held);
  return p;
}

/** Calls a function. What it throws is a rejection, and so is an answer that is no promise. */
export function attempt<T>(f: () => Lwt<T>): Lwt<T> {
  return checked(unit.bind(f));
}

/** Makes a rejection of what a function answered to `bind`, if it is no promise. */
export function checked<T>(answer: Lwt<T>): Lwt<T> {
  return answer instanceof LwtPromise ? answer : refuse(answer);
}

// Not in line: closures that are never made would make the short way three times as long.
function releaseLater<T, H>(p: Lwt<T>, held: H, release: (held: H) => void): Lwt<T> {
  const end = () => {
    release(held);
    return p;
  };
  return either(p, end, end);
}

function refuse(answer: unknown): Lwt<never> {
  try {
    return asLwt(answer) as Lwt<never>;
  } catch (error) {
    return Lwt.fail(caught(error));
  }
}

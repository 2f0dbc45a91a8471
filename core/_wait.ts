/*
 * What `yield*` asks of a promise. One class serves every promise: a `yield*` that meets several
 * kinds of iterators is six times slower.
 */
import { rootOf } from "./_callbacks.ts";
import { FULFILLED, REJECTED } from "./_cell.ts";
import type { Lwt } from "./lwt.ts";

/** Ends with the value of a promise if there is one, else asks to wait for it. */
export class Wait<T> implements Iterator<Lwt<unknown>, T, unknown> {
  readonly #promise: Lwt<T>;

  constructor(promise: Lwt<T>) {
    this.#promise = promise;
  }

  // Asked once more after a wait, and then the promise is settled: no state is needed.
  next(): IteratorResult<Lwt<unknown>, T> {
    const p = this.#promise;
    if (p.status === FULFILLED) return { done: true, value: p.content as T };
    return nextOf(rootOf(p));
  }
}

function nextOf<T>(p: Lwt<T>): IteratorResult<Lwt<unknown>, T> {
  if (p.status === FULFILLED) return { done: true, value: p.content as T };
  if (p.status === REJECTED) throw p.content;
  return { done: false, value: p };
}

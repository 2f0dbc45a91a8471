/**
 * A mailbox with one place.
 *
 * @module
 */
import { Origin } from "./_cell.ts";
import { serve, Waiters } from "./_waiters.ts";
import { Lwt } from "./lwt.ts";

/**
 * A mailbox with one place, between those who put values in and those who take them out.
 *
 * - `put` waits while the mailbox is full, `take` while it is empty; both are served in the order
 *   in which they asked, and can be canceled.
 * - Each value goes to one taker; none is lost, and values come out in the order of the puts.
 *
 * @typeParam T The type of the values.
 *
 * @example Handing over
 * ```ts
 * import { Mvar } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const box = new Mvar<string>();
 * const taken = box.take();
 * await box.put("a letter");
 * assertEquals(taken.poll(), "a letter");
 * assertEquals(box.isEmpty(), true);
 * ```
 */
export class Mvar<in out T> {
  #full: boolean;
  #value: T | undefined;
  readonly #putters: Waiters<void, T> = new Waiters();
  readonly #takers: Waiters<T> = new Waiters();

  /**
   * Makes a mailbox.
   *
   * @param value What is in it; without this argument it is empty.
   *
   * @example Usage
   * ```ts
   * import { Mvar } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Mvar(1).isEmpty(), false);
   * assertEquals(new Mvar<number>().isEmpty(), true);
   * ```
   */
  constructor(...value: [] | [value: T]) {
    this.#full = value.length > 0;
    this.#value = value[0];
  }

  /**
   * Puts a value in, or gives it straight to the one that has waited longest to take one.
   *
   * @param value The value.
   * @returns A promise fulfilled at once, unless the mailbox is full: then it waits until the value
   * is in, and canceling it takes the value back.
   *
   * @example Usage
   * ```ts
   * import { Mvar } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const box = new Mvar("first");
   * const put = box.put("second");
   * assertEquals(put.isSleeping(), true);
   * assertEquals(await box.take(), "first");
   * assertEquals(put.isSleeping(), false);
   * ```
   */
  put(value: T): Lwt<void> {
    if (this.#full) return this.#putters.add(PUT, value);
    const taker = this.#takers.take();
    if (taker === undefined) this.#fill(value);
    else serve(taker, value);
    return Lwt.returnUnit;
  }

  /**
   * Takes the value out, and lets in that of the one that has waited longest to put one.
   *
   * @returns A promise fulfilled at once, unless the mailbox is empty: then it waits for a value,
   * and can be canceled.
   *
   * @example Usage
   * ```ts
   * import { Mvar } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Mvar(1).take().poll(), 1);
   * ```
   */
  take(): Lwt<T> {
    return this.#full ? Lwt.return(this.#empty()) : this.#takers.add(TAKE);
  }

  /**
   * Takes the value out if there is one, as `take` does, and never waits.
   *
   * @returns The value, or `undefined` if the mailbox is empty.
   *
   * @example Usage
   * ```ts
   * import { Mvar } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const box = new Mvar(1);
   * assertEquals([box.takeAvailable(), box.takeAvailable()], [1, undefined]);
   * ```
   */
  takeAvailable(): T | undefined {
    return this.#full ? this.#empty() : undefined;
  }

  /**
   * Tells whether a `put` would go through at once.
   *
   * @returns Whether there is no value.
   *
   * @example Usage
   * ```ts
   * import { Mvar } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Mvar().isEmpty(), true);
   * ```
   */
  isEmpty(): boolean {
    return !this.#full;
  }

  #fill(value: T): void {
    this.#full = true;
    this.#value = value;
  }

  #empty(): T {
    const value = this.#value as T;
    const putter = this.#putters.take();
    this.#full = putter !== undefined;
    this.#value = putter?.extra;
    if (putter !== undefined) serve(putter, undefined);
    return value;
  }
}

const PUT = new Origin("a place in a mailbox", true);
const TAKE = new Origin("a value in a mailbox", true);

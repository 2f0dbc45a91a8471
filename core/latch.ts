/**
 * A gate that opens once.
 *
 * @module
 */
import { FULFILLED, Origin } from "./_cell.ts";
import { serveAll, Waiters } from "./_waiters.ts";
import { InvalidArgument } from "./errors.ts";
import { Lwt } from "./lwt.ts";

/**
 * A gate that opens for good when it has been counted down to 0.
 *
 * Unlike those of a {@linkcode Barrier}, the ones who count down need not be those who wait.
 *
 * @example Waiting until three workers are ready
 * ```ts
 * import { Latch, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const ready = new Latch(3);
 * for (let i = 0; i < 3; i++) Lwt.pause().onSuccess(() => ready.countDown());
 * await ready.wait();
 * assertEquals(ready.isOpen(), true);
 * ```
 */
export class Latch {
  #remaining: number;
  readonly #waiters: Waiters<void> = new Waiters();

  /**
   * Makes a latch.
   *
   * @param count How often it is to be counted down; at 0 it is open from the start.
   * @throws {InvalidArgument} If `count` is not an integer of at least 0.
   *
   * @example Usage
   * ```ts
   * import { Latch } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Latch(1).isOpen(), false);
   * ```
   */
  constructor(count: number = 1) {
    if (!Number.isInteger(count) || count < 0) {
      throw new InvalidArgument(
        `Cannot create latch: count must be an integer of at least 0, received ${count}`,
      );
    }
    this.#remaining = count;
  }

  /**
   * Counts down by one, and opens the latch at 0. Nothing happens to one that is open.
   *
   * Those who wait go on before this call returns, oldest first, or, within a callback, after the
   * callbacks that are running.
   *
   * @example Usage
   * ```ts
   * import { Latch } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const latch = new Latch(2);
   * latch.countDown();
   * assertEquals(latch.remaining(), 1);
   * ```
   */
  countDown(): void {
    if (this.#remaining === 0 || --this.#remaining > 0) return;
    serveAll(this.#waiters.takeAll(), FULFILLED, undefined);
  }

  /**
   * Waits until the latch is open.
   *
   * @returns A promise fulfilled at once if it is; otherwise it can be canceled, which does nothing
   * to the latch.
   *
   * @example Usage
   * ```ts
   * import { Latch } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const latch = new Latch();
   * const waiting = latch.wait();
   * latch.countDown();
   * assertEquals(waiting.isSleeping(), false);
   * ```
   */
  wait(): Lwt<void> {
    return this.#remaining === 0 ? Lwt.returnUnit : this.#waiters.add(OPENING);
  }

  /**
   * Tells how often the latch is still to be counted down.
   *
   * @returns The number.
   *
   * @example Usage
   * ```ts
   * import { Latch } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Latch(2).remaining(), 2);
   * ```
   */
  remaining(): number {
    return this.#remaining;
  }

  /**
   * Tells whether the latch is open.
   *
   * @returns Whether `wait` does not wait.
   *
   * @example Usage
   * ```ts
   * import { Latch } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Latch(0).isOpen(), true);
   * ```
   */
  isOpen(): boolean {
    return this.#remaining === 0;
  }
}

const OPENING = new Origin("the opening of a latch", true);

/**
 * A lock for several holders at a time.
 *
 * @module
 */
import { Origin } from "./_cell.ts";
import { Guard } from "./_guard.ts";
import { holding } from "./_holding.ts";
import { serve, Waiters } from "./_waiters.ts";
import { InvalidArgument } from "./errors.ts";
import { Lwt } from "./lwt.ts";

/**
 * A number of permits: code that needs one waits until one is free.
 *
 * As a {@linkcode Mutex}, of which it is the generalization, it serves waiters in the order in which
 * they asked, passes over canceled ones, and hands a permit straight from holder to waiter.
 *
 * @example At most two downloads at a time
 * ```ts
 * import { Lwt, Semaphore } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const slots = new Semaphore(2);
 * let running = 0, most = 0;
 * const download = () =>
 *   slots.withPermit(() => {
 *     most = Math.max(most, ++running);
 *     return Lwt.pause().map(() => running--);
 *   });
 * await Lwt.join([download(), download(), download()]);
 * assertEquals(most, 2);
 * ```
 */
export class Semaphore {
  #available: number;
  readonly #waiters: Waiters<void> = new Waiters();

  /**
   * Makes a semaphore.
   *
   * @param permits How many permits there are at first.
   * @throws {InvalidArgument} If `permits` is not an integer of at least 0.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Semaphore(3).available(), 3);
   * ```
   */
  constructor(permits: number) {
    if (!Number.isInteger(permits) || permits < 0) {
      throw new InvalidArgument(
        `Cannot create semaphore: permits must be an integer of at least 0, received ${permits}`,
      );
    }
    this.#available = permits;
  }

  /**
   * Takes a permit.
   *
   * @returns A promise fulfilled at once if a permit is free. Otherwise it waits behind the others,
   * and canceling it gives up its place. Once it is fulfilled the permit is held, and `release` is
   * due.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const slots = new Semaphore(1);
   * await slots.take();
   * assert(slots.take().isSleeping());
   * ```
   */
  take(): Lwt<void> {
    if (this.#available === 0) return this.#waiters.add(PERMIT);
    this.#available--;
    return Lwt.returnUnit;
  }

  /**
   * Takes a permit if one is free, and never waits.
   *
   * @returns Whether a permit was taken.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const slots = new Semaphore(1);
   * assertEquals([slots.tryTake(), slots.tryTake()], [true, false]);
   * ```
   */
  tryTake(): boolean {
    if (this.#available === 0) return false;
    this.#available--;
    return true;
  }

  /**
   * Hands a permit to the oldest waiter, or keeps it for the next. Whoever calls it need not have
   * taken one: then there is one more than before.
   *
   * The waiter goes on before this call returns, or, within a callback, after the callbacks that
   * are running.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const done = new Semaphore(0);
   * const waiting = done.take();
   * done.release();
   * assertEquals(waiting.isSleeping(), false);
   * ```
   */
  release(): void {
    const next = this.#waiters.take();
    if (next === undefined) this.#available++;
    else serve(next, undefined);
  }

  /**
   * Tells how many permits are free.
   *
   * @returns The number; as long as somebody waits it is 0.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const slots = new Semaphore(2);
   * await slots.take();
   * assertEquals(slots.available(), 1);
   * ```
   */
  available(): number {
    return this.#available;
  }

  /**
   * Tells how many wait for a permit.
   *
   * @returns The number.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const slots = new Semaphore(0);
   * slots.take();
   * slots.take().cancel();
   * assertEquals(slots.waitQueueLength(), 1);
   * ```
   */
  waitQueueLength(): number {
    return this.#waiters.count();
  }

  /**
   * Runs a function while holding a permit, and releases it however the function ends.
   *
   * @typeParam T The type of the value.
   * @param f The function. What it throws is a rejection.
   * @returns A promise with the outcome of `f`. Canceling it gives up the place in the line, or
   * cancels what `f` returned.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Semaphore } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const slots = new Semaphore(1);
   * assertEquals(await slots.withPermit(() => Lwt.return("done")), "done");
   * assertEquals(slots.available(), 1);
   * ```
   */
  withPermit<T>(f: () => Lwt<T>): Lwt<T> {
    if (this.tryTake()) return holding(f, this, release);
    return this.take().bind(() => holding(f, this, release));
  }

  /**
   * Takes a permit for the length of a block.
   *
   * @returns A promise of what `using` needs to release the permit; releasing it twice is once.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const slots = new Semaphore(1);
   * {
   *   using _slot = await slots.acquire();
   *   assertEquals(slots.available(), 0);
   * }
   * assertEquals(slots.available(), 1);
   * ```
   */
  acquire(): Lwt<Disposable> {
    return this.take().map(() => new Guard(() => this.release()));
  }
}

function release(semaphore: Semaphore): void {
  semaphore.release();
}

const PERMIT = new Origin("a permit of a semaphore", true);

/**
 * A lock for one holder at a time.
 *
 * @module
 */
import { Guard } from "./_guard.ts";
import { Origin } from "./_cell.ts";
import { holding } from "./_holding.ts";
import { serve, Waiters } from "./_waiters.ts";
import { Lwt } from "./lwt.ts";

/**
 * A lock that is held by one piece of code at a time, and handed to the others in the order in
 * which they asked.
 *
 * - A free lock is taken at once: nothing waits, not even for a turn.
 * - Whoever waits can be canceled, and is then passed over.
 * - The lock goes straight from holder to waiter. Nobody can slip in between.
 *
 * @example Two steps that belong together
 * ```ts
 * import { Lwt, Mutex } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const mutex = new Mutex();
 * let balance = 100;
 * const withdraw = (amount: number) =>
 *   mutex.withLock(() => {
 *     const before = balance;
 *     return Lwt.pause().map(() => balance = before - amount);
 *   });
 * await Lwt.join([withdraw(30), withdraw(50)]);
 * assertEquals(balance, 20);
 * ```
 */
export class Mutex {
  #locked: boolean = false;
  readonly #waiters: Waiters<void> = new Waiters();

  /**
   * Takes the lock.
   *
   * @returns A promise fulfilled at once if the lock is free. Otherwise it waits behind the others,
   * and canceling it gives up its place. Once it is fulfilled the lock is held, and `unlock` is due.
   *
   * @example Usage
   * ```ts
   * import { Mutex } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const mutex = new Mutex();
   * await mutex.lock();
   * assert(mutex.lock().isSleeping());
   * ```
   */
  lock(): Lwt<void> {
    if (this.#locked) return this.#waiters.add(LOCK);
    this.#locked = true;
    return unit;
  }

  /**
   * Hands the lock to the oldest waiter, or frees it. Nothing happens to a lock that is free.
   *
   * The waiter goes on before this call returns, or, within a callback, after the callbacks that
   * are running.
   *
   * @example Usage
   * ```ts
   * import { Mutex } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const mutex = new Mutex();
   * await mutex.lock();
   * const next = mutex.lock();
   * mutex.unlock();
   * assertEquals(next.isSleeping(), false);
   * ```
   */
  unlock(): void {
    if (!this.#locked) return;
    const next = this.#waiters.take();
    if (next === undefined) this.#locked = false;
    else serve(next, undefined);
  }

  /**
   * Tells whether the lock is held.
   *
   * @returns Whether somebody holds it.
   *
   * @example Usage
   * ```ts
   * import { Mutex } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Mutex().isLocked(), false);
   * ```
   */
  isLocked(): boolean {
    return this.#locked;
  }

  /**
   * Tells whether the line is empty; it says nothing about the lock itself.
   *
   * @returns Whether nobody waits.
   *
   * @example Usage
   * ```ts
   * import { Mutex } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const mutex = new Mutex();
   * await mutex.lock();
   * assertEquals(mutex.isEmpty(), true);
   * ```
   */
  isEmpty(): boolean {
    return this.#waiters.isEmpty();
  }

  /**
   * Runs a function while holding the lock, and frees it however the function ends.
   *
   * @typeParam T The type of the value.
   * @param f The function. What it throws is a rejection.
   * @returns A promise with the outcome of `f`. Canceling it gives up the place in the line, or
   * cancels what `f` returned.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Mutex } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const mutex = new Mutex();
   * assertEquals(await mutex.withLock(() => Lwt.return("done")), "done");
   * assertEquals(mutex.isLocked(), false);
   * ```
   */
  withLock<T>(f: () => Lwt<T>): Lwt<T> {
    if (this.#locked) return this.lock().bind(() => holding(f, this, unlock));
    this.#locked = true;
    return holding(f, this, unlock);
  }

  /**
   * Takes the lock for the length of a block.
   *
   * @returns A promise of what `using` needs to give the lock back; giving it back twice is once.
   *
   * @example Usage
   * ```ts
   * import { Mutex } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const mutex = new Mutex();
   * {
   *   using _lock = await mutex.acquire();
   *   assertEquals(mutex.isLocked(), true);
   * }
   * assertEquals(mutex.isLocked(), false);
   * ```
   */
  acquire(): Lwt<Disposable> {
    return this.lock().map(() => new Guard(() => this.unlock()));
  }
}

function unlock(mutex: Mutex): void {
  mutex.unlock();
}

const LOCK = new Origin("the lock of a mutex", true);

// An imported name is looked up, and checked, each time it is used: taking a free lock would show it.
const unit = Lwt.returnUnit;

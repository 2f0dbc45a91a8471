/**
 * Waiting for something to become true.
 *
 * @module
 */
import { FULFILLED, Origin, REJECTED } from "./_cell.ts";
import { serve, serveAll, Waiters } from "./_waiters.ts";
import { Lwt } from "./lwt.ts";
import type { Mutex } from "./mutex.ts";

/** Settings of {@linkcode Condition.wait}. */
export interface WaitOptions {
  /** A lock to be free while waiting; the caller holds it. */
  mutex?: Mutex;
}

/**
 * A place to wait until somebody tells that something has changed.
 *
 * - A signal is not kept: when nobody waits, it is lost.
 * - `signal` wakes the one that has waited longest, `broadcast` all that wait at that moment.
 * - What was waited for may have changed again before the waiter goes on: test it in a loop.
 *
 * @typeParam T The type of what waiters are told.
 *
 * @example Waiting for a queue to be filled
 * ```ts
 * import { Condition, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const queue: string[] = [];
 * const filled = new Condition<void>();
 *
 * function* take(): Lwt.Task<string> {
 *   while (queue.length === 0) yield* filled.wait();
 *   return queue.shift()!;
 * }
 * const taken = Lwt.spawn(take);
 * queue.push("a job");
 * filled.signal();
 * assertEquals(taken.poll(), "a job");
 * ```
 */
export class Condition<in out T> {
  readonly #waiters: Waiters<T> = new Waiters();

  /**
   * Waits to be woken.
   *
   * With a mutex, that is freed while waiting, and taken back before the promise is settled in any
   * way; until it is free the promise stays pending, even canceled. So whoever holds the mutex when
   * calling holds it again afterwards, whatever happened.
   *
   * @param options The mutex.
   * @returns A promise of the value given by `signal` or `broadcast`; cancelable.
   *
   * @example With a mutex
   * ```ts
   * import { Condition, Mutex } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const mutex = new Mutex();
   * const changed = new Condition<number>();
   * const p = mutex.withLock(() => changed.wait({ mutex }).map((n) => [n, mutex.isLocked()]));
   * assertEquals(mutex.isLocked(), false);
   * changed.signal(1);
   * assertEquals(p.poll(), [1, true]);
   * ```
   */
  wait(options: WaitOptions = {}): Lwt<T> {
    const { mutex } = options;
    const told = this.#waiters.add(WAIT);
    if (mutex === undefined) return told;
    mutex.unlock();
    // Were it cancelable, the caller would go on without the lock, and free that of another.
    return Lwt.finalize(() => told, () => mutex.lock().noCancel());
  }

  /**
   * Wakes the one that has waited longest; does nothing if nobody waits.
   *
   * It goes on before this call returns, or, within a callback, after those that are running.
   *
   * @param value What it is told.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const c = new Condition<string>();
   * const first = c.wait(), second = c.wait();
   * c.signal("go");
   * assertEquals([first.poll(), second.poll()], ["go", undefined]);
   * ```
   */
  signal(value: T): void {
    const waiter = this.#waiters.take();
    if (waiter !== undefined) serve(waiter, value);
  }

  /**
   * Wakes all who wait, oldest first. Whoever waits again meanwhile waits for the next time.
   *
   * @param value What they are told.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const c = new Condition<string>();
   * const first = c.wait(), second = c.wait();
   * c.broadcast("go");
   * assertEquals([first.poll(), second.poll()], ["go", "go"]);
   * ```
   */
  broadcast(value: T): void {
    serveAll(this.#waiters.takeAll(), FULFILLED, value);
  }

  /**
   * Rejects the promises of all who wait, oldest first.
   *
   * @param error The error.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const c = new Condition<string>();
   * const p = c.wait();
   * c.broadcastExn("closed");
   * assertEquals(p.state(), { tag: "Fail", error: "closed" });
   * ```
   */
  broadcastExn(error: unknown): void {
    serveAll(this.#waiters.takeAll(), REJECTED, error);
  }
}

const WAIT = new Origin("a condition", true);

/**
 * Tasks in direct style: straight-line code that goes on in the turns of the loop.
 *
 * @module
 */
import { startInBackground, startTask, turnInQueue } from "./_tasks.ts";
import type { Lwt } from "./lwt.ts";

/**
 * Straight-line code as tasks of a scheduler, rather than as a chain of callbacks.
 *
 * `Lwt.spawn` runs a generator as `bind` would: at once, and on inside the call that settles what it
 * waits for. A task of `Direct` never runs inside a call of somebody else:
 *
 * - It starts at the next turn of the loop, and goes on in a turn after what it waited for settled.
 *   A settled promise does not make it wait.
 * - Its promise cannot be canceled.
 * - It starts with no key set. What it sets with `Key#set` lasts until it ends.
 *
 * @example Two tasks that take turns
 * ```ts
 * import { Direct, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * function* count(name: string): Lwt.Task<void> {
 *   for (let i = 1; i <= 2; i++) {
 *     log.push(name + i);
 *     yield* Direct.yield();
 *   }
 * }
 * const both = Lwt.join([Direct.spawn(() => count("a")), Direct.spawn(() => count("b"))]);
 * assertEquals(log, []);
 * await both;
 * assertEquals(log, ["a1", "b1", "a2", "b2"]);
 * ```
 */
export abstract class Direct {
  /**
   * Queues a task, which starts at the next turn of the loop.
   *
   * @typeParam T The type of the value.
   * @param f Makes the task, when its turn comes: a generator function, for instance.
   * @returns A promise of what the task returns, rejected with what it throws. Canceling it does
   * nothing.
   *
   * @example Usage
   * ```ts
   * import { Direct, Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * function* answer(): Lwt.Task<number> {
   *   yield* Lwt.pause();
   *   return 42;
   * }
   * assertEquals(await Direct.spawn(answer), 42);
   * ```
   */
  static spawn<T>(f: () => Lwt.Task<T>): Lwt<T> {
    return startTask(f);
  }

  /**
   * Queues a task that nobody waits for.
   *
   * @param f Makes the task, when its turn comes. What it throws goes to `Lwt.asyncExceptionHook`.
   *
   * @example Usage
   * ```ts
   * import { Direct, Latch, type Lwt } from "@lwt/lwt/core";
   *
   * const done = new Latch();
   * function* work(): Lwt.Task<void> {
   *   done.countDown();
   * }
   * Direct.spawnInTheBackground(work);
   * await done.wait();
   * ```
   */
  static spawnInTheBackground(f: () => Lwt.Task<void>): void {
    startInBackground(f);
  }

  /**
   * Lets all that is queued have its turn: `yield* Direct.yield()` puts the task at the end.
   *
   * @returns What to wait for, once, in a task of `Direct` or of `Lwt.spawn`.
   *
   * @example Usage
   * ```ts
   * import { Direct, type Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * function* polite(): Lwt.Task<string> {
   *   yield* Direct.yield();
   *   return "after you";
   * }
   * assertEquals(await Direct.spawn(polite), "after you");
   * ```
   */
  static *yield(): Lwt.Task<void> {
    yield* turnInQueue();
  }
}

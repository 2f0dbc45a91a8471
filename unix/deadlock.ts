/**
 * The error of waiting for what can never come.
 *
 * @module
 */
import type { Lwt } from "../core/lwt.ts";
import { whyPending } from "../core/why.ts";

/**
 * Thrown by `Main.run` when its promise is pending while nothing is registered with the engine and
 * nothing is paused, so that only Deno's own event loop could settle it, if anything; `Main.Deadlock`
 * is this class. Its message says what the promise waits for.
 *
 * @example Waiting for a promise of Deno's
 * ```ts
 * import { Lwt, Main } from "@lwt/lwt";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const [p, resolver] = Lwt.wait<number>("the answer");
 * setTimeout(() => resolver.wakeup(42), 1);
 * assertThrows(() => Main.run(p), Main.Deadlock, "the answer");
 * assertEquals(await p, 42);
 * ```
 */
export class Deadlock extends Error {
  /** `"Deadlock"`. */
  override readonly name: string = "Deadlock";

  /**
   * Makes the error.
   *
   * @param promise The promise that was run.
   */
  constructor(promise: Lwt<unknown>) {
    const why = whyPending(promise).replaceAll("\n", "\n  ");
    super(
      `Cannot run the promise to its end: nothing that it waits for is watched by the engine\n` +
        `  ${why}\n` +
        `If timers, promises or events of Deno are to settle it, use await instead of Main.run`,
    );
  }
}

/**
 * Waiting for time to pass.
 *
 * @module
 */
import { currentClock } from "../core/clock.ts";
import { Lwt } from "../core/lwt.ts";
import { Engine } from "./engine/engine.ts";

/**
 * What {@linkcode timeout} and {@linkcode withTimeout} reject with; `Unix.Timeout` is this class.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => Unix.timeout(0.01).toPromise(), Unix.Timeout);
 * ```
 */
export class Timeout extends Error {
  /** `"Timeout"`. */
  override readonly name: string = "Timeout";

  /**
   * Makes the error.
   *
   * @param message What to say.
   */
  constructor(message: string = "The time is over") {
    super(message);
  }
}

/**
 * Waits, timed by the engine in use: never less than asked, and always at least until its next turn.
 *
 * @param delay How long, in seconds; a fraction is precise far below a millisecond. `Infinity`
 * waits for ever.
 * @returns A promise fulfilled when the time has passed. Canceling it removes its timer.
 * @throws {RangeError} If the delay is not a number.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assert } from "@std/assert";
 *
 * const start = performance.now();
 * await Unix.sleep(0.01);
 * assert(performance.now() - start >= 10);
 * ```
 */
export function sleep(delay: number): Lwt<void> {
  const [promise, resolver] = Lwt.task<void>(`sleep(${delay})`);
  const event = Engine.onTimer(delay, false, () => resolver.wakeup());
  promise.onCancel(() => event.stop());
  return promise;
}

/**
 * Waits, and then fails.
 *
 * @param delay How long, in seconds.
 * @returns A promise rejected with {@linkcode Timeout} when the time has passed. Canceling it before
 * removes its timer.
 * @throws {RangeError} If the delay is not a number.
 *
 * @example Giving up on what never comes
 * ```ts
 * import { Lwt, Unix } from "@lwt/lwt";
 * import { assertRejects } from "@std/assert";
 *
 * const [never] = Lwt.task<string>();
 * await assertRejects(() => Lwt.pick([never, Unix.timeout<string>(0.01)]).toPromise(), Unix.Timeout);
 * ```
 */
export function timeout<T = never>(delay: number): Lwt<T> {
  return sleep(delay).bind(() => Lwt.fail(new Timeout(`${delay} s are over`)));
}

/**
 * Gives an operation a limited time.
 *
 * @param delay How long, in seconds.
 * @param f Starts the operation. It is called before the time begins to count, and what it throws
 * becomes a rejection.
 * @returns What `f` returned, if that settles in time; else a rejection with {@linkcode Timeout}, and
 * the operation is canceled.
 * @throws {RangeError} If the delay is not a number.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * assertEquals(await Unix.withTimeout(1, () => Unix.sleep(0.01).map(() => "in time")), "in time");
 * await assertRejects(() => Unix.withTimeout(0.01, () => Unix.sleep(1)).toPromise(), Unix.Timeout);
 * ```
 */
export function withTimeout<T>(delay: number, f: () => Lwt<T>): Lwt<T> {
  const operation = Lwt.apply(f, undefined);
  return Lwt.pick([timeout<T>(delay), operation]);
}

/**
 * Makes a function that lets others run from time to time, for loops that compute for long.
 *
 * @param timeout For how many seconds to go on between two pauses.
 * @returns A function that pauses if that time has passed since it last did, or since it was made,
 * and otherwise returns a settled promise.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Unix } from "@lwt/lwt";
 *
 * const pause = Unix.autoPause(0.005);
 * await Lwt.spawn(function* () {
 *   for (let i = 0; i < 1000; i++) yield* pause();
 * });
 * ```
 */
export function autoPause(timeout: number): () => Lwt<void> {
  let limit = currentClock().now() + timeout;
  return () => {
    const now = currentClock().now();
    if (now < limit) return Lwt.returnUnit;
    limit = now + timeout;
    return Lwt.pause();
  };
}

/**
 * Older name of {@linkcode autoPause}.
 *
 * @param timeout For how many seconds to go on between two pauses.
 * @returns A function that pauses if that time has passed.
 *
 * @example Usage
 * ```ts
 * import { Main, Unix } from "@lwt/lwt";
 *
 * const pause = Unix.autoYield(0.005);
 * Main.run(pause());
 * ```
 */
export function autoYield(timeout: number): () => Lwt<void> {
  return autoPause(timeout);
}

/**
 * Older name of `Lwt.pause`.
 *
 * @returns A promise fulfilled at the next turn of the main loop.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 *
 * await Unix.yield();
 * ```
 */
function pause(): Lwt<void> {
  return Lwt.pause();
}
export { pause as yield };

/**
 * The clock that everything which waits for a time goes by.
 *
 * By default it is the host's. An event engine puts its own in place, so that time passes while it
 * drives; a test puts a virtual one, so that no time passes at all.
 *
 * @module
 */
import { Lwt } from "./lwt.ts";

/** A source of time. Times and delays are in seconds. */
export interface Clock {
  /**
   * The time.
   *
   * @returns Seconds since some moment that stays the same; it never goes back.
   */
  now(): number;

  /**
   * Calls a function later, once.
   *
   * @param seconds How much later; 0 or less is as soon as possible, `Infinity` is never.
   * @param f The function. It is not called before this method has returned.
   * @returns The timer.
   */
  timer(seconds: number, f: () => void): Timer;
}

/** A function call to come. */
export interface Timer {
  /** Takes the call back. Does nothing after the call. */
  cancel(): void;
}

/**
 * The clock in use.
 *
 * @returns The one put in place by `setClock`, or else the program's own.
 *
 * @example How long something took
 * ```ts
 * import { currentClock } from "@lwt/lwt/core/clock";
 * import { assert } from "@std/assert";
 *
 * const start = currentClock().now();
 * assert(currentClock().now() - start >= 0);
 * ```
 */
export function currentClock(): Clock {
  return override ?? own;
}

/**
 * Puts a clock in place of the one that the program would use by itself. Timers already set stay
 * with the clock they were set on.
 *
 * @param clock The new clock; `undefined` gives the program's own back.
 * @returns What was in its place before: a clock that was put there, or `undefined`.
 *
 * @example Time by hand
 * ```ts
 * import { type Clock, setClock, sleep } from "@lwt/lwt/core/clock";
 * import { assertEquals } from "@std/assert";
 *
 * let ring = () => {};
 * const byHand: Clock = {
 *   now: () => 0,
 *   timer(_seconds, f) {
 *     ring = f;
 *     return { cancel() {} };
 *   },
 * };
 * setClock(byHand);
 * const p = sleep(3600);
 * ring();
 * assertEquals(p.isSleeping(), false);
 * setClock(undefined);
 * ```
 */
export function setClock(clock: Clock | undefined): Clock | undefined {
  const before = override;
  override = clock;
  return before;
}

/**
 * Says which clock the program uses by itself: that of an event engine, for instance.
 *
 * @param clock The clock; `undefined` gives the host's timers back.
 *
 * @example Usage
 * ```ts
 * import { currentClock, setOwnClock } from "@lwt/lwt/core/clock";
 * import { assertEquals } from "@std/assert";
 *
 * setOwnClock({ now: () => 7, timer: () => ({ cancel() {} }) });
 * assertEquals(currentClock().now(), 7);
 * setOwnClock(undefined);
 * ```
 */
export function setOwnClock(clock: Clock | undefined): void {
  own = clock ?? host;
}

/**
 * Waits for some time on the clock in use.
 *
 * @param seconds How long, in seconds; 0 or less is until the next turn, `Infinity` is for ever.
 * @returns A promise that is pending until then. Canceling it frees its timer.
 * @throws {RangeError} If `seconds` is not a number.
 *
 * @example Usage
 * ```ts
 * import { sleep } from "@lwt/lwt/core/clock";
 *
 * await sleep(0.01);
 * ```
 */
export function sleep(seconds: number): Lwt<void> {
  if (Number.isNaN(seconds)) throw new RangeError(`Cannot sleep: received ${seconds} seconds`);
  const [p, resolver] = Lwt.task<void>(`sleep(${seconds})`);
  const timer = currentClock().timer(seconds, () => resolver.wakeup());
  p.onCancel(() => timer.cancel());
  return p;
}

/** The longest delay that a timer of the host can have, in milliseconds; beyond, it fires at once. */
const LONGEST = 2 ** 31 - 1;

class HostTimer implements Timer {
  #id: ReturnType<typeof setTimeout> | undefined;

  constructor(milliseconds: number, f: () => void) {
    if (milliseconds < Infinity) this.#arm(Math.max(0, Math.ceil(milliseconds)), f);
  }

  cancel(): void {
    clearTimeout(this.#id);
  }

  #arm(milliseconds: number, f: () => void): void {
    const rest = milliseconds - LONGEST;
    this.#id = rest > 0
      ? setTimeout(() => this.#arm(rest, f), LONGEST)
      : setTimeout(f, milliseconds);
  }
}

const host: Clock = {
  now: () => performance.now() / 1000,
  timer: (seconds, f) => new HostTimer(seconds * 1000, f),
};

let own: Clock = host;
let override: Clock | undefined;

/**
 * What tests of concurrent code need: a clock that is moved by hand, and an error instead of a hang.
 *
 * @module
 */
import { type Clock, setClock, type Timer } from "./clock.ts";
import { Lwt } from "./lwt.ts";

/**
 * The error of waiting for what can never come: nothing is left to run, and no timer is set. Its
 * message says who waits for what.
 *
 * @example Usage
 * ```ts
 * import { Mvar } from "@lwt/lwt/core";
 * import { Deadlock, VirtualClock } from "@lwt/lwt/core/testing";
 * import { assertThrows } from "@std/assert";
 *
 * using clock = VirtualClock.install();
 * assertThrows(() => clock.run(new Mvar().take()), Deadlock, "a value in a mailbox");
 * ```
 */
export class Deadlock extends Error {
  /** `"Deadlock"`. */
  override readonly name: string = "Deadlock";
}

/**
 * A clock on which no time passes by itself: tests of hours take no time, and a hang is an error.
 *
 * It turns the loop as a driver does. A turn fires what is due and then wakes what was paused, and
 * takes no time; only when nothing is left to do at a moment does the clock go on to the next timer.
 *
 * @example Two sleepers
 * ```ts
 * import { sleep } from "@lwt/lwt/core/clock";
 * import { VirtualClock } from "@lwt/lwt/core/testing";
 * import { assertEquals } from "@std/assert";
 *
 * using clock = VirtualClock.install();
 * const log: string[] = [];
 * sleep(7200).onSuccess(() => log.push("two hours"));
 * sleep(3600).onSuccess(() => log.push("an hour"));
 * clock.advance(5400);
 * assertEquals(log, ["an hour"]);
 * clock.advance(5400);
 * assertEquals(log, ["an hour", "two hours"]);
 * ```
 */
export class VirtualClock implements Clock, Disposable {
  #now: number = 0;
  #former: Clock | undefined;
  #installed = false;
  #turns: number = 0;
  #made: number = 0;
  /** What is to be called, in order of time, and where that is equal in the order it was set. */
  readonly #timers: VirtualTimer[] = [];

  /**
   * Makes a clock and puts it in place of the one in use, until it is disposed of.
   *
   * @returns The clock, at second 0.
   *
   * @example Usage
   * ```ts
   * import { currentClock } from "@lwt/lwt/core/clock";
   * import { VirtualClock } from "@lwt/lwt/core/testing";
   * import { assertStrictEquals } from "@std/assert";
   *
   * using clock = VirtualClock.install();
   * assertStrictEquals(currentClock(), clock);
   * ```
   */
  static install(): VirtualClock {
    const clock = new VirtualClock();
    clock.#former = setClock(clock);
    clock.#installed = true;
    return clock;
  }

  /**
   * The time.
   *
   * @returns Seconds since the clock was made.
   *
   * @example Usage
   * ```ts
   * import { VirtualClock } from "@lwt/lwt/core/testing";
   * import { assertEquals } from "@std/assert";
   *
   * const clock = new VirtualClock();
   * clock.advance(90);
   * assertEquals(clock.now(), 90);
   * ```
   */
  now(): number {
    return this.#now;
  }

  /**
   * Calls a function later, once.
   *
   * @param seconds How much later; 0 or less is in the next turn, `Infinity` is never.
   * @param f The function.
   * @returns The timer.
   *
   * @example Usage
   * ```ts
   * import { VirtualClock } from "@lwt/lwt/core/testing";
   * import { assertEquals } from "@std/assert";
   *
   * const clock = new VirtualClock();
   * let rung = 0;
   * clock.timer(60, () => rung++);
   * clock.timer(60, () => rung++).cancel();
   * clock.advance(60);
   * assertEquals(rung, 1);
   * ```
   */
  timer(seconds: number, f: () => void): Timer {
    const timer = new VirtualTimer(this.#timers, this.#now + Math.max(0, seconds), ++this.#made, f);
    if (timer.due < Infinity) insert(this.#timers, timer);
    return timer;
  }

  /**
   * How many timers are set.
   *
   * @returns The number of those that were neither called nor canceled.
   *
   * @example Usage
   * ```ts
   * import { VirtualClock } from "@lwt/lwt/core/testing";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new VirtualClock().timerCount(), 0);
   * ```
   */
  timerCount(): number {
    return this.#timers.length;
  }

  /**
   * Lets time pass: does all that is due meanwhile, each thing at its time, and what follows from it.
   *
   * @param seconds How much time; with 0, what is due now, and what is paused.
   * @throws {Deadlock} If promises are paused again and again, so that time cannot pass.
   * @throws {RangeError} If `seconds` is below 0, infinite or not a number.
   *
   * @example Usage
   * ```ts
   * import { sleep } from "@lwt/lwt/core/clock";
   * import { VirtualClock } from "@lwt/lwt/core/testing";
   * import { assertEquals } from "@std/assert";
   *
   * using clock = VirtualClock.install();
   * const p = sleep(1).bind(() => sleep(1)).map(() => clock.now());
   * clock.advance(10);
   * assertEquals(p.poll(), 2);
   * ```
   */
  advance(seconds: number): void {
    if (!(seconds >= 0 && seconds < Infinity)) {
      throw new RangeError(`Cannot advance: seconds must be at least 0, received ${seconds}`);
    }
    const end = this.#now + seconds;
    this.#turns = 0;
    do {
      while (this.#turn());
    } while (this.#skipTo(end));
    this.#now = end;
  }

  /**
   * Lets as much time pass as a promise needs to be settled.
   *
   * @typeParam T The type of the value.
   * @param promise The promise.
   * @returns Its value.
   * @throws {Deadlock} If nothing is left to do and it is still pending, or time cannot pass.
   * @throws What the promise is rejected with.
   *
   * @example Usage
   * ```ts
   * import { sleep } from "@lwt/lwt/core/clock";
   * import { VirtualClock } from "@lwt/lwt/core/testing";
   * import { assertEquals } from "@std/assert";
   *
   * using clock = VirtualClock.install();
   * assertEquals(clock.run(sleep(86_400).map(() => "tomorrow")), "tomorrow");
   * ```
   */
  run<T>(promise: Lwt<T>): T {
    this.#turns = 0;
    while (promise.isSleeping()) {
      if (!this.#turn() && !this.#skipTo(Infinity)) throw new Deadlock(stuck(promise));
    }
    return promise.poll() as T;
  }

  /**
   * As `run`, for code with native promises in it: before each turn they go on as far as they can.
   *
   * @typeParam T The type of the value.
   * @param promise The promise, of either kind. It must not wait for operations of the host, such as
   * reading a file: that would look as if nothing were left to do.
   * @returns A native promise of its value, rejected as that of `run` throws.
   *
   * @example Usage
   * ```ts
   * import { sleep } from "@lwt/lwt/core/clock";
   * import { VirtualClock } from "@lwt/lwt/core/testing";
   * import { assertEquals } from "@std/assert";
   *
   * async function wait(): Promise<string> {
   *   await sleep(3600);
   *   return "an hour later";
   * }
   * using clock = VirtualClock.install();
   * assertEquals(await clock.runAsync(wait()), "an hour later");
   * ```
   */
  async runAsync<T>(promise: PromiseLike<T>): Promise<T> {
    const p = Lwt.ofPromise(promise);
    this.#turns = 0;
    for (;;) {
      await hostTurn();
      if (!p.isSleeping()) return p.poll() as T;
      if (!this.#turn() && !this.#skipTo(Infinity)) throw new Deadlock(stuck(p));
    }
  }

  /**
   * Puts the former clock back, if this one was installed.
   *
   * @example Usage
   * ```ts
   * import { currentClock } from "@lwt/lwt/core/clock";
   * import { VirtualClock } from "@lwt/lwt/core/testing";
   * import { assertStrictEquals } from "@std/assert";
   *
   * const before = currentClock();
   * VirtualClock.install()[Symbol.dispose]();
   * assertStrictEquals(currentClock(), before);
   * ```
   */
  [Symbol.dispose](): void {
    if (this.#installed) setClock(this.#former);
    this.#installed = false;
  }

  /** Does what is to be done now, and says whether that was anything. */
  #turn(): boolean {
    const fired = this.#fireDue();
    const paused = Lwt.pausedCount() > 0;
    Lwt.wakeupPaused();
    if (!fired && !paused) return false;
    if (++this.#turns > MOST_TURNS) throw new Deadlock(spinning(this.#now));
    return true;
  }

  /** Calls what was due when the turn began: timers set meanwhile wait for the next one. */
  #fireDue(): boolean {
    const last = this.#made;
    const isDue = (timer: VirtualTimer) => timer.due <= this.#now && timer.number <= last;
    let fired = false;
    for (let at = this.#timers[0]; at !== undefined && isDue(at); at = this.#timers[0]) {
      this.#timers.shift();
      fired = true;
      at.f();
    }
    return fired;
  }

  /** Goes on to the time of the next timer, if that is not after `end`. */
  #skipTo(end: number): boolean {
    const due = this.#timers[0]?.due ?? Infinity;
    if (due === Infinity || due > end) return false;
    this.#now = due;
    this.#turns = 0;
    return true;
  }
}

/** How many turns may pass at one moment: more look like a loop that will never end. */
const MOST_TURNS = 100_000;

class VirtualTimer implements Timer {
  readonly #timers: VirtualTimer[];
  readonly due: number;
  readonly number: number;
  readonly f: () => void;

  constructor(timers: VirtualTimer[], due: number, number: number, f: () => void) {
    this.#timers = timers;
    this.due = due;
    this.number = number;
    this.f = f;
  }

  cancel(): void {
    const at = this.#timers.indexOf(this);
    if (at >= 0) this.#timers.splice(at, 1);
  }
}

function insert(timers: VirtualTimer[], timer: VirtualTimer): void {
  const before = timers.findLastIndex((other) => other.due <= timer.due);
  timers.splice(before + 1, 0, timer);
}

function stuck(promise: Lwt<unknown>): string {
  const why = promise.whyPending().replaceAll("\n", "\n  ");
  return `Cannot go on: nothing is left to run and no timer is set, but this is pending\n  ${why}`;
}

function spinning(now: number): string {
  return `Cannot go on: at second ${now} promises are paused again and again, ` +
    `${MOST_TURNS} turns so far, and no time passes`;
}

// A macrotask: by then every chain of native promises has gone on as far as it can.
function hostTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

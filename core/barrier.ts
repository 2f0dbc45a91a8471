/**
 * A place where several meet.
 *
 * @module
 */
import { FULFILLED, Origin } from "./_cell.ts";
import { serveAll, Waiters } from "./_waiters.ts";
import { InvalidArgument } from "./errors.ts";
import { Lwt } from "./lwt.ts";

/**
 * A place where a fixed number of parties wait for each other, round after round.
 *
 * The last one to arrive lets all go on, and the barrier is ready for the next round. A party that
 * is canceled while it waits has left: it is not counted any more.
 *
 * @example Two phases
 * ```ts
 * import { Barrier, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * const barrier = new Barrier(2);
 * function* party(name: string): Lwt.Task<void> {
 *   log.push(`${name} loads`);
 *   yield* barrier.wait();
 *   log.push(`${name} runs`);
 * }
 * await Lwt.join([Lwt.spawn(party, "a"), Lwt.spawn(party, "b")]);
 * assertEquals(log, ["a loads", "b loads", "a runs", "b runs"]);
 * ```
 */
export class Barrier {
  readonly #parties: number;
  readonly #waiters: Waiters<void> = new Waiters();

  /**
   * Makes a barrier.
   *
   * @param parties How many meet.
   * @throws {InvalidArgument} If `parties` is not an integer of at least 1.
   *
   * @example Usage
   * ```ts
   * import { Barrier } from "@lwt/lwt/core";
   *
   * await new Barrier(1).wait();
   * ```
   */
  constructor(parties: number) {
    if (!Number.isInteger(parties) || parties < 1) {
      throw new InvalidArgument(
        `Cannot create barrier: parties must be an integer of at least 1, received ${parties}`,
      );
    }
    this.#parties = parties;
  }

  /**
   * Waits for the other parties of this round.
   *
   * The last to arrive does not wait; the others go on before this call returns, the first to arrive
   * first, or, within a callback, after the callbacks that are running.
   *
   * @returns A promise fulfilled once all have arrived; cancelable.
   *
   * @example Usage
   * ```ts
   * import { Barrier } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const barrier = new Barrier(2);
   * const first = barrier.wait();
   * assertEquals(first.isSleeping(), true);
   * barrier.wait();
   * assertEquals(first.isSleeping(), false);
   * ```
   */
  wait(): Lwt<void> {
    const others = this.#parties - 1;
    // Counting takes time, so it is done only where it may matter.
    if (this.#waiters.size() < others || this.#waiters.count() < others) {
      return this.#waiters.add(OTHERS);
    }
    serveAll(this.#waiters.takeAll(), FULFILLED, undefined);
    return Lwt.returnUnit;
  }

  /**
   * Tells how many parties are still missing in this round.
   *
   * @returns The number.
   *
   * @example Usage
   * ```ts
   * import { Barrier } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const barrier = new Barrier(3);
   * barrier.wait();
   * assertEquals(barrier.missing(), 2);
   * ```
   */
  missing(): number {
    return this.#parties - this.#waiters.count();
  }
}

const OTHERS = new Origin("the other parties of a barrier", true);

/**
 * Who turns the loop: what happens when a promise is paused and nothing runs that would wake it.
 *
 * An event engine installs itself here. Without one the host's own queues serve, so that
 * `Lwt.pause` works in a browser as well.
 *
 * @module
 */
import { wakeupPaused } from "./_paused.ts";

/**
 * Replaces the function that is called whenever a first promise is paused since the last turn.
 * It is to see to it that `Lwt.wakeupPaused` is called soon, and not before it returns.
 *
 * @param f The new function; `undefined` gives the default one back.
 *
 * @example Turns by hand
 * ```ts
 * import { Lwt } from "@lwt/lwt/core";
 * import { setTurnScheduler } from "@lwt/lwt/core/turn";
 * import { assertEquals } from "@std/assert";
 *
 * let asked = 0;
 * setTurnScheduler(() => asked++);
 * const p = Lwt.pause();
 * Lwt.wakeupPaused();
 * assertEquals([asked, p.isSleeping()], [1, false]);
 * setTurnScheduler(undefined);
 * ```
 */
export function setTurnScheduler(f: (() => void) | undefined): void {
  scheduler = f ?? hostTurn;
}

/** Asks for a turn. */
export function requestTurn(): void {
  scheduler();
}

let scheduler: () => void = hostTurn;
let scheduled = false;
let turns = 0;

/** How many turns may follow each other before timers and events of the host get theirs. */
const TURNS_IN_A_ROW = 64;

function hostTurn(): void {
  if (scheduled) return;
  scheduled = true;
  if (++turns % TURNS_IN_A_ROW === 0) setTimeout(turn, 0);
  else queueMicrotask(turn);
}

function turn(): void {
  scheduled = false;
  wakeupPaused();
}

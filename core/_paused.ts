/*
 * Promises that wait for the next turn of the main loop.
 */
import { rootOf } from "./_callbacks.ts";
import { FULFILLED, Origin } from "./_cell.ts";
import { run, settle } from "./_resolution.ts";
import { type Lwt, Pending } from "./lwt.ts";
import { requestTurn } from "./turn.ts";

const PAUSE = new Origin("pause", true);

let paused: Lwt<void>[] = [];
let spare: Lwt<void>[] | undefined = [];
let count = 0;
let notify: (count: number) => void = () => {};

/** Makes a promise for the next turn. */
export function pause(): Lwt<void> {
  const p = new Pending<void>(PAUSE);
  paused.push(p);
  if (++count === 1) requestTurn();
  notify(count);
  return p;
}

/** Fulfils, oldest first, the promises paused before this call. */
export function wakeupPaused(): void {
  if (paused.length === 0) return;
  const round = paused;
  paused = spare ?? [];
  spare = undefined;
  count = 0;
  let i = 0;
  try {
    while (i < round.length) {
      const p = rootOf(round[i++]!);
      if (p.status < 0) run(settle(p, FULFILLED, undefined), FULFILLED, undefined);
    }
  } finally {
    if (i < round.length) keep(round.slice(i));
    round.length = 0;
    spare = round;
  }
}

/** How many pauses were asked for since the last turn. */
export function pausedCount(): number {
  return count;
}

/** Replaces the function that is told of every pause. */
export function setPauseNotifier(f: (count: number) => void): void {
  notify = f;
}

/** Forgets the paused promises. */
export function abandonPaused(): void {
  paused = [];
  count = 0;
}

// An error escaped a callback: those that were still to be woken go first in the next round.
function keep(rest: Lwt<void>[]): void {
  paused = rest.concat(paused);
  count = paused.length;
  requestTurn();
}

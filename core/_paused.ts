/*
 * Promises that wait for the next turn of the main loop.
 */
import { rootOf } from "./_callbacks.ts";
import { FULFILLED, Origin } from "./_cell.ts";
import { run, settle } from "./_resolution.ts";
import { type Lwt, Pending } from "./lwt.ts";
import { requestTurn } from "./turn.ts";

const PAUSE = new Origin("pause", true);

/** The paused promises, up to `end`; behind that, what the array held in earlier rounds is cleared. */
let paused: (Lwt<void> | undefined)[] = [];
let end = 0;
let spare: (Lwt<void> | undefined)[] = [];
let count = 0;
let notify: ((count: number) => void) | undefined;

/** Makes a promise for the next turn. */
export function pause(): Lwt<void> {
  const p = new Pending<void>(PAUSE);
  paused[end++] = p;
  if (++count === 1) requestTurn();
  if (notify !== undefined) notify(count);
  return p;
}

/** Fulfils, oldest first, the promises paused before this call. */
export function wakeupPaused(): void {
  if (end === 0) return;
  const round = paused, length = end;
  // Two arrays take turns: one that is emptied by its length must be allocated again.
  paused = spare;
  spare = [];
  end = count = 0;
  let i = 0;
  try {
    while (i < length) {
      const p = rootOf(round[i]!);
      round[i++] = undefined;
      if (p.status < 0) run(settle(p, FULFILLED, undefined), FULFILLED, undefined);
    }
    spare = round;
  } finally {
    if (i < length) keep(round.slice(i, length));
  }
}

/** How many pauses were asked for since the last turn. */
export function pausedCount(): number {
  return count;
}

/** Replaces the function that is told of every pause. */
export function setPauseNotifier(f: ((count: number) => void) | undefined): void {
  notify = f;
}

/** Forgets the paused promises. */
export function abandonPaused(): void {
  paused = [];
  end = count = 0;
}

// An error escaped a callback: those that were still to be woken go first in the next round.
function keep(rest: (Lwt<void> | undefined)[]): void {
  paused = [...rest, ...paused.slice(0, end)];
  end = count = paused.length;
  requestTurn();
}

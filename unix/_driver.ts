/*
 * The hosted driver: it lets Deno's event loop turn the engine, so that promises can be awaited.
 *
 *          something is registered or paused            nothing happened in a turn
 *   IDLE ────────────────────────────────────▶ RUNNING ────────────────────────────▶ SLEEPING
 *    ▲                                         │     ▲                                  │
 *    └─────────────────────────────────────────┘     └──────────────────────────────────┘
 *              nothing is left to wait for             something is ready, or must be done
 *
 * Asleep, a thread of Deno's pool waits in our place. It is woken early for a nearer timer, a pause,
 * another engine, or because nothing is left to wait for: then the program can end.
 */
import { setOwnClock } from "../core/clock.ts";
import { Lwt } from "../core/lwt.ts";
import { setTurnScheduler } from "../core/turn.ts";
import { Engine } from "./engine/_base.ts";
import { enter, isTurning, leave, turn } from "./_turn.ts";

const ABSENT = 0;
const IDLE = 1;
const RUNNING = 2;
const SLEEPING = 3;

/** To be told of each change in what is waited for. */
export function changed(): void {
  if (state === RUNNING || reviewing) return;
  if (state === ABSENT) install();
  // Later, so that a burst of changes, or a change taken back at once, counts once.
  reviewing = true;
  queueMicrotask(review);
}

/** To be told when the loop was turned by somebody else, who has stopped. */
export function runEnded(): void {
  if (state !== ABSENT) changed();
}

let state = ABSENT;
let reviewing = false;

/** Asleep: on which engine, and until when by its clock. */
let bed: Engine | undefined;
let alarm = Infinity;

/** How many turns, and for how many milliseconds, before Deno's timers and events get theirs. */
const MAX_TURNS = 64;
const MAX_TIME = 4;
let turns = 0;
let start = 0;

function install(): void {
  state = IDLE;
  setTurnScheduler(changed);
  setOwnClock({
    now: () => Engine.get().now(),
    timer: (seconds, f) => Engine.onTimer(seconds, false, f),
  });
}

function review(): void {
  reviewing = false;
  // Deno now and then runs its microtasks in the middle of a call; `Main.run` asks again at its end.
  if (isTurning()) return;
  if (state === IDLE && hasWork()) drive();
  else if (state === SLEEPING && mustWake()) bed!.wakeHosted(!hasWork());
}

function hasWork(): boolean {
  return Lwt.pausedCount() > 0 || !Engine.get().isIdle();
}

function mustWake(): boolean {
  const engine = Engine.get();
  return engine !== bed || engine.isIdle() || engine.deadline() < alarm || Lwt.pausedCount() > 0;
}

async function drive(): Promise<void> {
  state = RUNNING;
  begin();
  let busy = step();
  while (hasWork()) {
    if (busy && ++turns < MAX_TURNS && performance.now() - start < MAX_TIME) await null;
    else await breathe();
    // What the program does in answer to a turn may take any number of its own steps: only when
    // they are over is there nothing to do.
    if (!busy && mustSleep()) await sleep();
    busy = step();
  }
  state = IDLE;
}

/** Makes a turn. Answers whether another may find something at once. */
function step(): boolean {
  const engine = Engine.get();
  const { served } = engine;
  enter();
  try {
    turn();
  } catch (error) {
    // What leaves `Main.run` as an exception has nowhere to go here.
    reportError(error);
  } finally {
    leave();
  }
  return engine.served !== served || Lwt.pausedCount() > 0;
}

/** Lets Deno's timers and events have their turn, and all promises that are settled. */
async function breathe(): Promise<void> {
  await immediate();
  begin();
}

function begin(): void {
  turns = 0;
  start = performance.now();
}

function mustSleep(): boolean {
  return Lwt.pausedCount() === 0 && !Engine.get().isIdle();
}

async function sleep(): Promise<void> {
  bed = Engine.get();
  alarm = bed.deadline();
  state = SLEEPING;
  await bed.waitHosted(alarm === Infinity ? Infinity : Math.max(alarm - bed.now(), 0));
  state = RUNNING;
  bed = undefined;
  begin();
}

function immediate(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

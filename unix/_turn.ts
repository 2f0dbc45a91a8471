/*
 * One turn of the main loop, with the hooks around it. `Main.run` makes turns that wait, and the
 * driver turns that do not.
 */
import { runTasks } from "../core/_tasks.ts";
import { Failure } from "../core/errors.ts";
import { Lwt } from "../core/lwt.ts";
import { Sequence } from "../core/sequence.ts";
import { Deadlock } from "./deadlock.ts";
import { Engine } from "./engine/_base.ts";

/** Functions called before each turn. */
export const enterHooks: Sequence<() => void> = new Sequence();

/** Functions called after each turn. */
export const leaveHooks: Sequence<() => void> = new Sequence();

/**
 * Turns the current engine once, and wakes what was paused before. With a promise given, it waits
 * for something to happen as long as that is pending.
 */
export function turn(promise?: Lwt<unknown>): void {
  enterHooks.iterL(call);
  runTasks();
  const engine = Engine.get();
  const block = promise !== undefined && promise.isSleeping() && Lwt.pausedCount() === 0;
  if (block && engine.isIdle()) throw new Deadlock(promise);
  engine.iter(block);
  Lwt.wakeupPaused();
  runTasks();
  leaveHooks.iterL(call);
}

/** Marks that the loop is being turned, which callbacks must not do again. */
export function enter(): void {
  if (entered) throw new Failure("Nested calls to Lwt_main.run are not allowed");
  entered = true;
}

/** Takes the mark away. */
export function leave(): void {
  entered = false;
}

/** Whether the loop is being turned. */
export function isTurning(): boolean {
  return entered;
}

let entered = false;

function call(hook: () => void): void {
  hook();
}

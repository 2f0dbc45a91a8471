/**
 * The main loop.
 *
 * @module
 */
import { Lwt } from "../core/lwt.ts";
import { Sequence } from "../core/sequence.ts";
// Not for a name: it says what the first engine is to be.
import "./engine/engine.ts";
import { runEnded } from "./_driver.ts";
import { beginRun, endRun } from "./_signals.ts";
import { enter, enterHooks, leave, leaveHooks, turn } from "./_turn.ts";

export { Deadlock } from "./deadlock.ts";

/** Token for an added function. */
export type Hook = object;

/** What a hook returns: nothing, or a promise for exit hooks. */
export type Kind = void | Lwt<void>;

/**
 * A set of hooks: functions called in order at certain moments.
 *
 * @typeParam F The type of the functions.
 */
export interface Hooks<F> {
  /**
   * Adds a function in front of the others.
   *
   * @param f The function.
   * @returns A token to remove it with.
   */
  addFirst(f: F): Hook;

  /**
   * Adds a function behind the others. Added while they are being called, it is called as well.
   *
   * @param f The function.
   * @returns A token to remove it with.
   */
  addLast(f: F): Hook;

  /**
   * Removes a function; harmless when repeated.
   *
   * @param hook The token of the function.
   */
  remove(hook: Hook): void;

  /** Removes all functions. */
  removeAll(): void;
}

/** Types that belong to {@linkcode EnterIterHooks}. */
export declare namespace EnterIterHooks {
  /** Token for an added function. */
  type Hook = object;
  /** What such a function returns. */
  type Kind = void;
}

/** Types that belong to {@linkcode LeaveIterHooks}. */
export declare namespace LeaveIterHooks {
  /** Token for an added function. */
  type Hook = object;
  /** What such a function returns. */
  type Kind = void;
}

/** Types that belong to {@linkcode ExitHooks}. */
export declare namespace ExitHooks {
  /** Token for an added function. */
  type Hook = object;
  /** What such a function returns. */
  type Kind = Lwt<void>;
}

/**
 * Turns the loop until a promise is settled. Deno's own event loop stands still meanwhile: its
 * timers, promises and events do not advance. Use `await` where they must.
 *
 * Each round calls the enter hooks, lets the engine run the callbacks of what is ready, wakes the
 * promises that were paused before, and calls the leave hooks. It waits only if nothing is paused.
 *
 * @param p The promise. If it is settled already, there is no round at all.
 * @returns Its value.
 * @throws Its error; or what a hook or a raw callback of the engine throws.
 * @throws {Failure} If called from a callback of the loop itself.
 * @throws {Deadlock} If the promise is pending and there is nothing to wait for.
 *
 * @example Usage
 * ```ts
 * import { Main, Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Main.run(Unix.sleep(0.01).map(() => "done")), "done");
 * ```
 */
export function run<T>(p: Lwt<T>): T {
  enter();
  try {
    beginRun();
    while (p.isSleeping()) turn(p);
  } finally {
    leave();
    endRun();
    runEnded();
  }
  return p.poll() as T;
}

/**
 * Older name of `Lwt.pause`.
 *
 * @returns A promise fulfilled at the next turn of the loop.
 *
 * @example Usage
 * ```ts
 * import { Main } from "@lwt/lwt";
 *
 * Main.run(Main.yield());
 * ```
 */
function pause(): Lwt<void> {
  return Lwt.pause();
}
export { pause as yield };

/**
 * Older name of `Lwt.abandonPaused`: forgets the paused promises, which then stay pending.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Main } from "@lwt/lwt";
 * import { assert } from "@std/assert";
 *
 * const p = Lwt.pause();
 * Main.abandonYieldedAndPaused();
 * Main.run(Lwt.pause());
 * assert(p.isSleeping());
 * ```
 */
export function abandonYieldedAndPaused(): void {
  Lwt.abandonPaused();
}

/**
 * Functions called before each turn of the loop, whoever turns it. What they throw leaves
 * {@linkcode run}.
 *
 * @example Counting turns
 * ```ts
 * import { Lwt, Main } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * let turns = 0;
 * const hook = Main.EnterIterHooks.addLast(() => turns++);
 * Main.run(Lwt.pause().bind(Lwt.pause));
 * Main.EnterIterHooks.remove(hook);
 * assertEquals(turns, 2);
 * ```
 */
export const EnterIterHooks: Hooks<() => void> = hooksIn(enterHooks);

/**
 * Functions called after each turn of the loop, whoever turns it.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Main } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * let turns = 0;
 * const hook = Main.LeaveIterHooks.addLast(() => turns++);
 * Main.run(Lwt.pause());
 * Main.LeaveIterHooks.remove(hook);
 * assertEquals(turns, 1);
 * ```
 */
export const LeaveIterHooks: Hooks<() => void> = hooksIn(leaveHooks);

const exitHooks: Sequence<() => Lwt<void>> = new Sequence();

/**
 * Functions called when the process exits, one after the other. Each is removed before it is called,
 * and its promise waited for as {@linkcode run} does. What they throw or reject with is ignored, and
 * one that waits for what can never come is given up.
 *
 * They run when nothing is left to do, at `Deno.exit`, from wherever that is called, and when an
 * error that nobody handles ends the process. Deno announces such an error by an event; a listener
 * that prevents the end does so in time if it was added before the hooks. If it comes after them,
 * the hooks are called now and, since the process lives on, again at its real end.
 *
 * @example Usage
 * ```ts
 * import { Main, Unix } from "@lwt/lwt";
 *
 * const hook = Main.ExitHooks.addLast(() => Unix.sleep(0.1).map(() => console.log("bye")));
 * Main.ExitHooks.remove(hook);
 * ```
 */
export const ExitHooks: Hooks<() => Lwt<void>> = hooksIn(exitHooks, listenForExit);

/**
 * Adds an exit hook in front of the others: what was added last runs first.
 *
 * @param f The function.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Main } from "@lwt/lwt";
 *
 * Main.atExit(() => Lwt.wrap(() => console.log("bye")));
 * ```
 */
export function atExit(f: () => Lwt<void>): void {
  ExitHooks.addFirst(f);
}

function hooksIn<F>(sequence: Sequence<F>, prepare: () => void = () => {}): Hooks<F> {
  return {
    addFirst(f: F): Hook {
      prepare();
      return sequence.addL(f);
    },
    addLast(f: F): Hook {
      prepare();
      return sequence.addR(f);
    },
    remove(hook: Hook): void {
      (hook as Sequence.Node<F>).remove();
    },
    removeAll(): void {
      while (!sequence.isEmpty()) sequence.takeL();
    },
  };
}

function listenForExit(): void {
  addEventListener("unload", runExitHooks);
  for (const type of ["error", "unhandledrejection"]) {
    // Again at each new hook, to come after as many other listeners as possible.
    removeEventListener(type, runExitHooksIfFatal);
    addEventListener(type, runExitHooksIfFatal);
  }
}

function runExitHooksIfFatal(event: Event): void {
  if (!event.defaultPrevented) runExitHooks();
}

function runExitHooks(): void {
  if (exitHooks.isEmpty()) return;
  // The exit may come from inside callbacks, which never go on.
  for (let level = 0; level < DEEPEST && isInCallback(); level++) Lwt.abandonWakeups();
  leave();
  const done: (() => Lwt<void>)[] = [];
  for (let f; (f = exitHooks.takeOptL()) !== undefined; done.push(f)) runExitHook(f);
  // No microtask runs after the end: this one only if a later listener prevented it.
  queueMicrotask(() => done.forEach((f) => exitHooks.addR(f)));
}

function runExitHook(f: () => Lwt<void>): void {
  try {
    run(f());
  } catch {
    // The process ends anyhow, and the other hooks have their right too.
  }
}

/** More levels of callbacks than the core ever lets run inside one another. */
const DEEPEST = 1000;

/** Whether what is woken later would wait for a callback to end. */
function isInCallback(): boolean {
  const [p, resolver] = Lwt.wait<void>();
  const next = p.map(() => {});
  resolver.wakeupLater();
  return next.isSleeping();
}

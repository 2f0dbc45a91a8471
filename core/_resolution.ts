/*
 * The one door through which callbacks run.
 *
 * Callbacks run depth first and newest first: what a callback settles has run its own callbacks
 * before the next one starts. The way back up is an explicit stack, so that a chain of a million
 * promises needs no more of JavaScript's stack than a chain of one.
 *
 * User code that calls back in (a `wakeup` in a callback, a `bind` inside a `bind`) does use
 * JavaScript's stack. Past MAX_DEPTH such levels a callback is queued instead, and the outermost
 * call runs the queue before it returns.
 */
import {
  ALL,
  BIND,
  type Callback,
  CATCH,
  CONCAT,
  FIRST,
  FORWARD,
  FULFILLED,
  GATE,
  JOIN,
  MAP,
  Observer,
  ON_ANY,
  ON_CANCEL,
  ON_FAILURE,
  ON_SUCCESS,
  ON_TERMINATION,
  PROXY,
  REJECTED,
  REPORT,
  RESUME,
  TRY_BIND,
} from "./_cell.ts";
import { attach, cancelCallbacksFirst, mergeCallbacks, rootOf } from "./_callbacks.ts";
import { counters, DEPTH, DRAIN_AT, LOOPS, MAX_DEPTH } from "./_counters.ts";
import { type Group, memberSettled } from "./_join.ts";
import { finish, type Race } from "./_race.ts";
import type { Storage } from "./_storage.ts";
import { Canceled } from "./errors.ts";
import { caught } from "./exception_filter.ts";
import { type Derived, Lwt } from "./lwt.ts";

/** The implicit map in force. */
export let storage: Storage = undefined;

/** Puts another implicit map in force. */
export function setStorage(next: Storage): void {
  storage = next;
}

/** Gives a pending promise its outcome, and returns the callbacks that are then to be run. */
export function settle(p: Lwt<unknown>, status: number, content: unknown): Callback | undefined {
  const callbacks = p.content as Callback | undefined;
  p.status = status;
  p.content = content;
  p.source = undefined;
  return isCanceled(status, content) ? cancelCallbacksFirst(callbacks) : callbacks;
}

/** Runs callbacks, and what follows from them, before it returns; unless the stack is too deep. */
export function run(callbacks: Callback | undefined, status: number, content: unknown): void {
  if (callbacks === undefined) return;
  const depth = counters[DEPTH]!;
  if (depth >= MAX_DEPTH) return defer(callbacks, status, content);
  const loops = counters[LOOPS]!;
  const base = top;
  const outside = storage;
  counters[DEPTH] = depth + 1;
  counters[LOOPS] = loops + 1;
  try {
    loop(callbacks, status, content, base);
  } finally {
    if (top > base) deferRest(base);
    storage = outside;
    counters[DEPTH] = depth;
    counters[LOOPS] = loops;
    if (loops === 0 && counters[DRAIN_AT] === 0) drain();
  }
}

/** Runs callbacks now if no loop is active, and otherwise when the outermost one ends. */
export function runLater(callbacks: Callback | undefined, status: number, content: unknown): void {
  if (callbacks === undefined) return;
  if (counters[LOOPS] === 0) run(callbacks, status, content);
  else defer(callbacks, status, content);
}

/** Puts callbacks at the end of the queue. */
export function defer(callbacks: Callback, status: number, content: unknown): void {
  queue[tail] = callbacks;
  queue[tail + 1] = status;
  queue[tail + 2] = content;
  tail += 3;
  counters[DRAIN_AT] = 0;
}

/** Leaves one level of the loop, for code that will never return to it: an exit, for instance. */
export function abandon(): void {
  const loops = counters[LOOPS]!;
  if (loops === 0) return;
  counters[LOOPS] = loops - 1;
  storage = undefined;
  if (loops === 1 && counters[DRAIN_AT] === 0) drain();
}

/** Runs what was queued. Errors that escape wait until all the rest has run. */
export function drain(): void {
  const loops = counters[LOOPS]!;
  let errors: unknown[] | undefined;
  counters[LOOPS] = loops + 1;
  while (head < tail) {
    const callbacks = queue[head] as Callback, status = queue[head + 1] as number;
    const content = queue[head + 2];
    forget();
    try {
      run(callbacks, status, content);
    } catch (error) {
      (errors ??= []).push(error);
    }
  }
  counters[DRAIN_AT] = -1;
  counters[LOOPS] = loops;
  if (errors !== undefined) throw errors[0];
}

/**
 * Calls a function for each item. The first error to escape waits until all have had their turn.
 */
export function forEachInSpite<T>(items: readonly T[], f: (item: T) => void): void {
  let errors: unknown[] | undefined;
  for (const item of items) {
    try {
      f(item);
    } catch (error) {
      (errors ??= []).push(error);
    }
  }
  if (errors !== undefined) throw errors[0];
}

/** Lets an error escape from the outermost call, after all that is still to run. */
export function throwLater(error: unknown): void {
  defer(new Observer(REPORT, Lwt.reraise, undefined), REJECTED, error);
}

/** Tells of an error that nobody waits for. */
export function report(error: unknown): void {
  Lwt.asyncExceptionHook(error);
}

/** What is left to run, from `head` to `tail`: three slots for each list, with its outcome. */
const queue: unknown[] = [];
let head = 0;
let tail = 0;

// Half of the array at most is behind us, so that an endless loop keeps a queue of constant size.
function forget(): void {
  queue[head] = queue[head + 2] = undefined;
  head += 3;
  if (head === tail) head = tail = 0;
  else if (head > 3000 && head * 2 > tail) {
    queue.copyWithin(0, head, tail);
    tail -= head;
    head = 0;
    queue.length = tail;
  }
}

/** The way back up: lists whose turn comes when what is below has been settled, with their outcome. */
const stack: unknown[] = [];
let top = 0;

function push(callbacks: Callback, status: number, content: unknown): void {
  stack[top] = callbacks;
  stack[top + 1] = status;
  stack[top + 2] = content;
  top += 3;
}

function deferRest(base: number): void {
  while (top > base) {
    top -= 3;
    defer(stack[top] as Callback, stack[top + 1] as number, stack[top + 2]);
    stack[top] = stack[top + 2] = undefined;
  }
}

const UNSETTLED = -1;

/**
 * The resolution loop. Each turn runs one callback, `node`, for a promise that settled with
 * `status` and `content`. If that settles a further promise, `target`, its callbacks come first.
 */
function loop(node: Callback, status: number, content: unknown, base: number): void {
  let next: Callback | undefined;
  try {
    for (;;) {
      // A callback may live on as a promise: it must not keep what it no longer needs.
      const kind = node.kind, f = node.f, map = node.storage as Storage;
      next = node.sibling;
      node.f = node.storage = node.sibling = undefined;

      let target = node as Lwt<unknown>;
      let outcome = UNSETTLED;
      let result: unknown;
      switch (kind) {
        case MAP:
          outcome = status;
          result = content;
          if (status !== FULFILLED) break;
          storage = map;
          try {
            result = (f as Handler)(content);
          } catch (error) {
            outcome = REJECTED;
            result = caught(error);
          }
          break;

        case BIND:
        case CATCH:
        case TRY_BIND: {
          const handler = handlerOf(kind, f, status);
          outcome = status;
          result = content;
          if (handler === undefined) break;
          storage = map;
          try {
            const inner = rootOf(asLwt(handler(content)));
            outcome = inner.status;
            result = inner.content;
            if (outcome < 0) become(inner, rootOf(target));
          } catch (error) {
            outcome = REJECTED;
            result = caught(error);
          }
          break;
        }

        case RESUME:
          storage = map;
          try {
            const step = advance(f as Task);
            if (step.done) {
              outcome = FULFILLED;
              result = step.value;
            } else suspend(node as Derived, f, step.value);
          } catch (error) {
            outcome = REJECTED;
            result = caught(error);
          }
          break;

        case JOIN:
        case ALL: {
          const group = f as Group;
          if (!memberSettled(group, map as unknown as number, status, content)) break;
          target = group.promise;
          outcome = group.outcome;
          result = group.result;
          break;
        }

        case FIRST: {
          const race = f as Race;
          if (race.done) break;
          const verdict = finish(race);
          target = race.promise;
          outcome = verdict === undefined ? status : verdict.status;
          result = verdict === undefined ? content : verdict.content;
          break;
        }

        case FORWARD:
          outcome = status;
          result = content;
          break;

        case CONCAT:
          if (next !== undefined) push(next, status, content);
          push(map as unknown as Callback, status, content);
          node = f as Callback;
          continue;

        default:
          storage = map;
          observe(kind, f, status, content);
      }

      if (outcome > 0) {
        if (target.status === PROXY) target = rootOf(target);
        // A copy that was canceled is still the callback of its original.
        const callbacks = target.status < 0 ? settle(target, outcome, result) : undefined;
        if (callbacks !== undefined) {
          if (next !== undefined) push(next, status, content);
          node = callbacks;
          status = outcome;
          content = result;
          continue;
        }
      }
      if (next !== undefined) {
        node = next;
        continue;
      }
      if (top === base) return;
      top -= 3;
      node = stack[top] as Callback;
      status = stack[top + 1] as number;
      content = stack[top + 2];
      stack[top] = stack[top + 2] = undefined;
    }
  } catch (error) {
    if (next !== undefined) push(next, status, content);
    throw error;
  }
}

type Handler = (content: unknown) => unknown;

/** The two functions of a `tryBind` or an `onAny`. */
export interface Handlers {
  readonly ok: Handler;
  readonly ko: Handler;
}

function handlerOf(kind: number, f: unknown, status: number): Handler | undefined {
  if (kind === TRY_BIND) return status === FULFILLED ? (f as Handlers).ok : (f as Handlers).ko;
  return (kind === BIND) === (status === FULFILLED) ? f as Handler : undefined;
}

/** Makes a pending promise a proxy of another: from now on the two are one. */
function become(inner: Lwt<unknown>, outer: Lwt<unknown>): void {
  if (inner === outer) return;
  outer.source = inner.source;
  mergeCallbacks(outer, inner);
  inner.status = PROXY;
  inner.content = outer;
  inner.source = undefined;
}

/** A native promise that is resolved when one of ours settles. */
export type Gate = PromiseWithResolvers<void>;

/** Calls a callback that makes no promise. Its errors are nobody's. */
export function observe(kind: number, f: unknown, status: number, content: unknown): void {
  if (kind === REPORT) {
    if (status === REJECTED) (f as Handler)(content);
    return;
  }
  try {
    if (kind === ON_TERMINATION) (f as () => void)();
    else if (kind === ON_ANY) handlerOf(TRY_BIND, f, status)!(content);
    else if (kind === ON_SUCCESS) status === FULFILLED && (f as Handler)(content);
    else if (kind === ON_FAILURE) status === REJECTED && (f as Handler)(content);
    else if (kind === GATE) (f as Gate).resolve();
    else if (kind === ON_CANCEL) isCanceled(status, content) && (f as () => void)();
  } catch (error) {
    report(caught(error));
  }
}

/** Whether an outcome is a cancelation, whoever made it. */
export function isCanceled(status: number, content: unknown): boolean {
  return status === REJECTED && content instanceof Canceled;
}

/** What a generator does next: it ends, or waits for a promise that is pending. */
export function advance(task: Task): IteratorResult<Lwt<unknown>, unknown> {
  for (;;) {
    const step = task.next();
    if (step.done || rootOf(asLwt(step.value)).status < 0) return step;
  }
}

/** Makes a generator's promise wait for another one: it is itself the callback, once more. */
export function suspend(self: Derived, task: unknown, waited: Lwt<unknown>): void {
  const source = rootOf(waited);
  self.f = task;
  self.storage = storage;
  rootOf(self as Lwt<unknown>).source = source;
  attach(source, self);
}

type Task = Generator<Lwt<unknown>, unknown, unknown>;

/** Checks what a user's function answered, for programs that no compiler has checked. */
export function asLwt(value: unknown): Lwt<unknown> {
  if (value instanceof Lwt) return value;
  throw new TypeError(
    `Cannot wait for the result of a callback: it must be an Lwt promise, received ${
      named(value)
    }` +
      " (Lwt.return makes one of a value, Lwt.ofPromise of a native promise)",
  );
}

function named(value: unknown): string {
  return value instanceof Promise
    ? "a native Promise"
    : typeof value === "object" && value !== null
    ? "an object"
    : String(value);
}

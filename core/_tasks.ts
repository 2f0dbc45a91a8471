/*
 * The queue of `Direct`: tasks that go on in the turns of the loop, each when its turn comes.
 *
 * A main loop calls `runTasks` before and after it looks for events. Where there is none, or while
 * it sleeps, a pause sees to it: as long as something is queued, one is outstanding.
 */
import { attach, rootOf } from "./_callbacks.ts";
import { FULFILLED, Observer, ON_TERMINATION, Origin, REJECTED } from "./_cell.ts";
import { advance, report, run, setStorage, settle, storage } from "./_resolution.ts";
import type { Storage } from "./_storage.ts";
import { caught } from "./exception_filter.ts";
import { Lwt, Pending } from "./lwt.ts";

/** How many steps one run of the queue makes at most: events must not wait longer than that. */
const MOST_STEPS = 10_000;

/** How much may be behind us in the queue before it is moved to the front. */
const LONG = 1000;

const TASK = new Origin("a task of Direct", false);
const YIELD = new Origin("its turn in the queue of Direct", true);

/** What is to be done, from `head` to `tail`: tasks to go on with, and promises to fulfil. */
const queue: (Task | Lwt<void> | undefined)[] = [];
let head = 0;
let tail = 0;
let asked = false;

/** Does what is queued: all of it, and as much again that it leads to. The rest waits for a turn. */
export function runTasks(): void {
  let steps = Math.min(2 * (tail - head), MOST_STEPS);
  try {
    while (steps-- > 0 && head < tail) {
      const next = take();
      if (next instanceof Task) next.step();
      else fulfil(next);
    }
  } finally {
    if (head < tail) askForTurn();
  }
}

/** Queues a new task, and makes the promise of what it returns. */
export function startTask<T>(f: () => Lwt.Task<T>): Lwt<T> {
  const p = new Pending<T>(TASK);
  enqueue(new Task(f, p));
  return p;
}

/** Queues a new task that nobody waits for. */
export function startInBackground(f: () => Lwt.Task<void>): void {
  enqueue(new Task(f, undefined));
}

/** Makes a promise that is fulfilled when all that is queued now has had its turn. */
export function turnInQueue(): Lwt<void> {
  const p = new Pending<void>(YIELD);
  enqueue(p);
  return p;
}

/** How long the array of the queue is. For tests. */
export function queueLength(): number {
  return queue.length;
}

/** A generator that goes on in turns, and has an implicit map of its own. */
class Task {
  readonly #promise: Lwt<unknown> | undefined;
  readonly #resume: () => void;
  #start: (() => Lwt.Task<unknown>) | undefined;
  #body: Lwt.Task<unknown> | undefined;
  #storage: Storage;

  constructor(start: () => Lwt.Task<unknown>, promise: Lwt<unknown> | undefined) {
    this.#promise = promise;
    this.#resume = () => enqueue(this);
    this.#start = start;
    this.#body = undefined;
    this.#storage = undefined;
  }

  /** Goes on until the next wait, or to the end. */
  step(): void {
    const outside = storage;
    let status = FULFILLED, content: unknown;
    setStorage(this.#storage);
    try {
      const step = advance(this.#body ??= this.#begin());
      if (!step.done) return this.#waitFor(rootOf(step.value));
      content = step.value;
    } catch (error) {
      status = REJECTED;
      content = caught(error);
    } finally {
      this.#storage = storage;
      setStorage(outside);
    }
    this.#end(status, content);
  }

  #begin(): Lwt.Task<unknown> {
    const body = this.#start!();
    this.#start = undefined;
    if (typeof body?.next === "function") return body;
    throw new TypeError(`Cannot run task: a generator is needed, received ${body}`);
  }

  #waitFor(p: Lwt<unknown>): void {
    if (head === tail || queue[tail - 1] !== p) {
      return attach(p, new Observer(ON_TERMINATION, this.#resume, undefined));
    }
    // It has just yielded: it takes the place of its yield, or it would stand in line twice.
    queue[tail - 1] = this;
    settle(p, FULFILLED, undefined);
  }

  #end(status: number, content: unknown): void {
    if (this.#promise === undefined) {
      if (status === REJECTED) report(content);
      return;
    }
    run(settle(rootOf(this.#promise), status, content), status, content);
  }
}

function enqueue(next: Task | Lwt<void>): void {
  queue[tail++] = next;
  // With nothing paused, the pause that was asked for has been abandoned.
  if (!asked || Lwt.pausedCount() === 0) askForTurn();
}

function take(): Task | Lwt<void> {
  const next = queue[head]!;
  queue[head++] = undefined;
  if (head === tail) head = tail = 0;
  else if (head > LONG && head * 2 > tail) forget();
  return next;
}

// Half of the array at most is behind us.
function forget(): void {
  queue.copyWithin(0, head, tail);
  tail -= head;
  head = 0;
  queue.length = tail;
}

function fulfil(promise: Lwt<void>): void {
  const p = rootOf(promise);
  if (p.status < 0) run(settle(p, FULFILLED, undefined), FULFILLED, undefined);
}

function askForTurn(): void {
  if (asked && Lwt.pausedCount() > 0) return;
  asked = true;
  Lwt.pause().onSuccess(turn);
}

function turn(): void {
  asked = false;
  runTasks();
}

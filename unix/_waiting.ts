/*
 * Operations that wait for their descriptor.
 *
 * Each direction of a descriptor has a queue, and one registration with the engine that serves all
 * who wait in it, in the order they came.
 */
import { caught } from "../core/exception_filter.ts";
import { Lwt, type Resolver } from "../core/lwt.ts";
import { Engine, type EngineEvent } from "./engine/engine.ts";
import type { FileDescr } from "./fd.ts";

/** Direction an action waits for. */
export type IoEvent = "Read" | "Write";

/** What an attempt led to: a result, or having to wait, for the same direction or for a given one. */
export const DONE = 0;
export const BLOCKED = 1;
export const BLOCKED_ON_READ = 2;
export const BLOCKED_ON_WRITE = 3;

/** What a queue needs to know of those who wait in it. */
export interface Queued {
  readonly promise: Lwt<unknown>;
  readonly resolver: Resolver<never>;
  /** Where it waits. */
  queue: WaitQueue | undefined;
  /** Makes the call. What it leads to is for `settle` to deliver, once the queue is in order. */
  attempt(event: IoEvent): number;
  /** Settles the promise with the result of the last attempt. */
  settle(): void;
}

/** An operation that waits until it can be attempted. */
export abstract class Waiter<T> implements Queued {
  readonly fd: FileDescr;
  readonly promise: Lwt<T>;
  readonly resolver: Resolver<T>;
  queue: WaitQueue | undefined;

  constructor(fd: FileDescr, event: IoEvent) {
    const [promise, resolver] = Lwt.task<T>(queueOf(fd, event).name);
    this.fd = fd;
    this.promise = promise;
    this.resolver = resolver;
    this.queue = undefined;
  }

  abstract attempt(event: IoEvent): number;
  abstract settle(): void;
}

const NEVER = -1;

/** Those who wait for one direction of a descriptor. */
export class WaitQueue {
  readonly fd: FileDescr;
  readonly event: IoEvent;
  /** What their promises are for, in diagnostics. */
  readonly name: string;
  readonly waiters: Queued[] = [];
  /** The turn in which it was last found empty, while it may give up its registration for that. */
  idleSince: number = NEVER;
  #registration: EngineEvent | undefined = undefined;
  /** How many events came since anybody joined that nobody waited for. */
  #unheard = 0;

  constructor(fd: FileDescr, event: IoEvent) {
    this.fd = fd;
    this.event = event;
    this.name = `${event === "Read" ? "reading from" : "writing to"} descriptor ${fd.number}`;
  }

  add(waiter: Queued): void {
    this.#registration ??= this.event === "Read"
      ? Engine.onReadable(this.fd.number, this.serve)
      : Engine.onWritable(this.fd.number, this.serve);
    this.#unheard = 0;
    waiter.queue = this;
    this.waiters.push(waiter);
  }

  /** Rejects all who wait. */
  abandon(error: unknown): void {
    while (this.waiters.length > 0) this.#remove(this.waiters[0]!).resolver.wakeupExn(error);
  }

  /** Gives up the registration. */
  stop(): void {
    this.#registration?.stop();
    this.#registration = undefined;
  }

  /** Lets each try, those who still have to wait keeping their places. */
  readonly serve = (): void => {
    const { waiters } = this;
    if (this.event === "Read") this.fd.drained = false;
    if (waiters.length === 0 && ++this.#unheard > PATIENCE) return this.stop();
    if (waiters.length === 1) this.#try(waiters[0]!);
    else for (const waiter of waiters.slice()) this.#try(waiter);
    if (waiters.length === 0) retire(this);
  };

  /** Removes those who were canceled, also those who went on to wait for the other direction. */
  readonly sweep = (): void => {
    this.fd.readers?.removeCanceled();
    this.fd.writers?.removeCanceled();
  };

  removeCanceled(): void {
    for (const waiter of this.waiters.slice()) {
      if (!waiter.promise.isSleeping()) this.#remove(waiter);
    }
    if (this.waiters.length === 0) retire(this);
  }

  #try(waiter: Queued): void {
    if (waiter.queue !== this || !waiter.promise.isSleeping()) return;
    let outcome: number;
    try {
      outcome = waiter.attempt(this.event);
    } catch (error) {
      return this.#remove(waiter).resolver.wakeupExn(caught(error));
    }
    if (outcome === BLOCKED) return;
    this.#remove(waiter);
    if (outcome === DONE) waiter.settle();
    else queueOf(this.fd, outcome === BLOCKED_ON_READ ? "Read" : "Write").add(waiter);
  }

  #remove(waiter: Queued): Queued {
    const { waiters } = this;
    if (waiters[0] === waiter) waiters.shift();
    else waiters.splice(waiters.indexOf(waiter), 1);
    waiter.queue = undefined;
    return waiter;
  }
}

/** Puts an operation at the end of a queue. */
export function enqueue<T>(waiter: Waiter<T>, event: IoEvent): Lwt<T> {
  const queue = queueOf(waiter.fd, event);
  try {
    queue.add(waiter);
  } catch (error) {
    return Lwt.fail(error);
  }
  waiter.promise.onCancel(queue.sweep);
  return waiter.promise;
}

function queueOf(fd: FileDescr, event: IoEvent): WaitQueue {
  return event === "Read"
    ? fd.readers ??= new WaitQueue(fd, "Read")
    : fd.writers ??= new WaitQueue(fd, "Write");
}

/**
 * For how many turns an empty queue keeps its registration, so that a loop that reads message after
 * message registers once for all of them. Callbacks are back in the queue before it even gets here;
 * a loop that awaits a read and a write takes some steps of Deno's, which get one in each turn.
 */
const PATIENCE = 8;

let idle: WaitQueue[] = [];
let turn = 0;

/** Gives up the registration of an empty queue, unless it fills again soon. */
function retire(queue: WaitQueue): void {
  if (queue.idleSince < 0) idle.push(queue);
  queue.idleSince = turn;
  // Promises that were paused may have been abandoned: then there is no turn to wait for any more.
  if (idle.length === 1 || Lwt.pausedCount() === 0) Lwt.pause().onSuccess(review);
}

function review(): void {
  turn++;
  idle = idle.filter(staysIdle);
  if (idle.length > 0) Lwt.pause().onSuccess(review);
}

function staysIdle(queue: WaitQueue): boolean {
  const isEmpty = queue.waiters.length === 0;
  if (isEmpty && turn - queue.idleSince < PATIENCE) return true;
  queue.idleSince = NEVER;
  if (isEmpty) queue.stop();
  return false;
}

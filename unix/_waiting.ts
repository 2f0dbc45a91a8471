/*
 * Operations that wait for their descriptor.
 *
 * Each direction of a descriptor has a queue, and one registration with the engine that serves all
 * who wait in it, in the order they came.
 */
import { caught } from "../core/exception_filter.ts";
import { Lwt, Resolver } from "../core/lwt.ts";
import { Engine, type EngineEvent } from "./engine/engine.ts";
import type { FileDescr } from "./fd.ts";
import type { IoEvent } from "./wait.ts";

/** What an attempt led to: a result, or having to wait, for the same direction or for a given one. */
export const DONE = 0;
export const BLOCKED = 1;
export const BLOCKED_ON_READ = 2;
export const BLOCKED_ON_WRITE = 3;

/** An operation that waits until it can be attempted. It may be used again once it is settled. */
export abstract class Waiter {
  readonly fd: FileDescr;
  /** What the operation is to lead to. */
  promise: Lwt<unknown>;
  /** Where it waits. */
  queue: WaitQueue | undefined;
  /** The next in the queue. */
  next: Waiter | undefined;

  constructor(fd: FileDescr) {
    this.fd = fd;
    this.promise = Lwt.returnUnit;
    this.queue = undefined;
    this.next = undefined;
  }

  /** Makes the call. What it leads to is for `settle` to deliver, once the queue is in order. */
  abstract attempt(event: IoEvent): number;

  /** Settles the promise with the result of the last attempt. */
  abstract settle(): void;

  /** Rejects the promise. */
  fail(error: unknown): void {
    new Resolver(this.promise).wakeupExn(error);
  }
}

const NEVER = -1;

/** Those who wait for one direction of a descriptor. */
export class WaitQueue {
  readonly fd: FileDescr;
  readonly event: IoEvent;
  /** What their promises are for, in diagnostics. */
  readonly name: string;
  first: Waiter | undefined = undefined;
  last: Waiter | undefined = undefined;
  registration: EngineEvent | undefined = undefined;
  /** The turn in which it was last found empty, while it may give up its registration for that. */
  idleSince: number = NEVER;
  /** How many events came in a row that nobody waited for. */
  unheard = 0;
  readonly serve: () => void;
  readonly sweep: () => void;

  constructor(fd: FileDescr, event: IoEvent) {
    this.fd = fd;
    this.event = event;
    this.name = `${event === "Read" ? "reading from" : "writing to"} descriptor ${fd.number}`;
    this.serve = () => serve(this);
    this.sweep = () => sweep(fd);
  }

  add(waiter: Waiter): void {
    if (this.registration === undefined) register(this);
    if (this.first === undefined) this.first = waiter;
    else this.last!.next = waiter;
    this.last = waiter;
    waiter.queue = this;
  }

  remove(waiter: Waiter): void {
    const { next } = waiter;
    if (this.first === waiter) this.first = next;
    else {
      let before = this.first!;
      while (before.next !== waiter) before = before.next!;
      before.next = next;
      if (next === undefined) this.last = before;
    }
    waiter.queue = waiter.next = undefined;
  }

  /** All who wait, in order. */
  waiters(): Waiter[] {
    const all: Waiter[] = [];
    for (let waiter = this.first; waiter !== undefined; waiter = waiter.next) all.push(waiter);
    return all;
  }

  /** Rejects all who wait. */
  abandon(error: unknown): void {
    for (let waiter = this.first; waiter !== undefined; waiter = this.first) {
      this.remove(waiter);
      waiter.fail(error);
    }
  }

  /** Gives up the registration. */
  stop(): void {
    this.registration?.stop();
    this.registration = undefined;
  }
}

/** Puts an operation at the end of a queue. */
export function enqueue<T>(waiter: Waiter, event: IoEvent): Lwt<T> {
  const queue = queueOf(waiter.fd, event);
  try {
    queue.add(waiter);
  } catch (error) {
    return Lwt.fail(error);
  }
  const [promise] = Lwt.task<T>(queue.name);
  waiter.promise = promise;
  promise.onCancel(queue.sweep);
  return promise;
}

function queueOf(fd: FileDescr, event: IoEvent): WaitQueue {
  return event === "Read"
    ? fd.readers ??= new WaitQueue(fd, "Read")
    : fd.writers ??= new WaitQueue(fd, "Write");
}

function register(queue: WaitQueue): void {
  const { fd, event, serve } = queue;
  queue.registration = event === "Read"
    ? Engine.onReadable(fd.number, serve)
    : Engine.onWritable(fd.number, serve);
}

/** Lets each try who waits in a queue. Those who still have to wait keep their places. */
function serve(queue: WaitQueue): void {
  if (queue.event === "Read") queue.fd.drained = false;
  const { first } = queue;
  if (first === undefined) return unheard(queue);
  queue.unheard = 0;
  // Mostly there is one. With several, those who join meanwhile wait for the next event.
  if (first.next === undefined) attempt(queue, first);
  else queue.waiters().forEach((waiter) => attempt(queue, waiter));
  if (queue.first === undefined) retire(queue);
}

function attempt(queue: WaitQueue, waiter: Waiter): void {
  if (waiter.queue !== queue || !waiter.promise.isSleeping()) return;
  let outcome: number;
  try {
    outcome = waiter.attempt(queue.event);
  } catch (error) {
    queue.remove(waiter);
    return waiter.fail(caught(error));
  }
  if (outcome === BLOCKED) return;
  queue.remove(waiter);
  if (outcome === DONE) waiter.settle();
  else queueOf(queue.fd, outcome === BLOCKED_ON_READ ? "Read" : "Write").add(waiter);
}

/** Removes those who were canceled, in whichever direction they wait. */
function sweep({ readers, writers }: FileDescr): void {
  for (const queue of [readers, writers]) {
    if (queue === undefined) continue;
    for (const waiter of queue.waiters()) {
      if (!waiter.promise.isSleeping()) queue.remove(waiter);
    }
    if (queue.first === undefined && queue.registration !== undefined) retire(queue);
  }
}

/**
 * For how many turns an empty queue keeps its registration, so that a loop that reads message after
 * message registers once for all of them. Callbacks are back in the queue before it even gets here;
 * a loop that awaits a read and a write takes some steps of Deno's, which get one in each turn.
 */
const PATIENCE = 8;

/** Ends a registration whose events nobody waits for, even if there are no more turns to count. */
function unheard(queue: WaitQueue): void {
  if (++queue.unheard > PATIENCE) queue.stop();
  else retire(queue);
}

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
  const isEmpty = queue.first === undefined;
  if (isEmpty && turn - queue.idleSince < PATIENCE) return true;
  queue.idleSince = NEVER;
  if (isEmpty) queue.stop();
  return false;
}

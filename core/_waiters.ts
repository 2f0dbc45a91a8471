/*
 * Promises that wait in line: the queue behind every lock, mailbox and condition.
 *
 * Each is cancelable. One that was canceled is passed over when its turn comes; so that nobody who
 * waits briefly, again and again, fills the memory of a lock that is held for long, the line is
 * swept whenever it has grown to twice what it was after the last sweep.
 */
import { rootOf } from "./_callbacks.ts";
import { FULFILLED, type Origin } from "./_cell.ts";
import { runLater, settle } from "./_resolution.ts";
import { type Lwt, Pending } from "./lwt.ts";

/** A place in the line, with something to know when it is served. */
export class Waiter<T, X> {
  readonly promise: Lwt<T>;
  readonly extra: X;
  next: Waiter<T, X> | undefined = undefined;

  constructor(promise: Lwt<T>, extra: X) {
    this.promise = promise;
    this.extra = extra;
  }
}

/** The length below which sweeping a line is not worth it. */
const SHORT = 32;

/** The line, oldest first. */
export class Waiters<T, X = void> {
  #first: Waiter<T, X> | undefined = undefined;
  #last: Waiter<T, X> | undefined = undefined;
  #length = 0;
  #sweepAt = SHORT;

  /** Makes a promise that waits behind all others. */
  add(origin: Origin, extra: X): Lwt<T> {
    if (this.#length >= this.#sweepAt) this.#sweep();
    const waiter = new Waiter<T, X>(new Pending(origin), extra);
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.next = waiter;
    this.#last = waiter;
    this.#length++;
    return waiter.promise;
  }

  /** Takes out the oldest that still waits; then it must be served at once. */
  take(): Waiter<T, X> | undefined {
    let waiter = this.#first;
    while (waiter !== undefined) {
      this.#drop(waiter);
      if (waits(waiter)) return waiter;
      waiter = this.#first;
    }
    return undefined;
  }

  /** Takes all out, those that were canceled included: the oldest, linked by `next` to the others. */
  takeAll(): Waiter<T, X> | undefined {
    const waiter = this.#first;
    this.#first = this.#last = undefined;
    this.#length = 0;
    return waiter;
  }

  /** Whether nobody waits. */
  isEmpty(): boolean {
    for (let at = this.#first; at !== undefined && !waits(at); at = this.#first) this.#drop(at);
    return this.#first === undefined;
  }

  /** How many wait. */
  count(): number {
    this.#sweep();
    return this.#length;
  }

  /** How many wait, at most: those that were canceled since the last sweep may still be counted. */
  size(): number {
    return this.#length;
  }

  #drop(first: Waiter<T, X>): void {
    this.#first = first.next;
    if (first.next === undefined) this.#last = undefined;
    first.next = undefined;
    this.#length--;
  }

  #sweep(): void {
    let rest = this.takeAll();
    for (; rest !== undefined; rest = rest.next) {
      if (!waits(rest)) continue;
      if (this.#last === undefined) this.#first = rest;
      else this.#last.next = rest;
      this.#last = rest;
      this.#length++;
    }
    if (this.#last !== undefined) this.#last.next = undefined;
    this.#sweepAt = Math.max(SHORT, 2 * this.#length);
  }
}

/**
 * Fulfils the promise of a waiter that was taken out. Not within the callbacks that are running:
 * serving a thousand waiters from inside one another would be as deep.
 */
export function serve<T>(waiter: Waiter<T, unknown>, value: T): void {
  const p = rootOf(waiter.promise);
  runLater(settle(p, FULFILLED, value), FULFILLED, value);
}

/** Settles the promises of waiters that were all taken out, oldest first. */
export function serveAll(
  first: Waiter<unknown, unknown> | undefined,
  status: number,
  content: unknown,
): void {
  let waiter = first;
  try {
    while (waiter !== undefined) {
      const p = rootOf(waiter.promise);
      waiter = waiter.next;
      if (p.status < 0) runLater(settle(p, status, content), status, content);
    }
  } finally {
    // An error that escapes from the callbacks of one must not cost the others their turn.
    if (waiter !== undefined) serveAll(waiter, status, content);
  }
}

function waits(waiter: Waiter<unknown, unknown>): boolean {
  return rootOf(waiter.promise).status < 0;
}

/*
 * What a stream and its clones share: the end of a linked list of elements, the reads that wait
 * there, and the source that brings more.
 *
 *   a stream    its clone
 *      │            │
 *      ▼            ▼
 *     [1] ──▶ [2] ──▶ [3] ──▶ [ ]      the last link is empty: the stream is open
 *     [1] ──▶ [2] ──▶ [3] ──▶ [⟲]      the last link follows itself: the stream has ended
 *
 * The list is held from its readers' side only: what all have read is garbage. Each stream moves
 * along by itself, and a read that waits remembers the link it waits at; so reads that wait at the
 * same place are all given the same element.
 *
 * A source is asked for one element at a time, and not again before it has answered. Canceling a
 * read leaves the source at work: the element is there for the next one.
 */
import { enter, leave, tooDeep } from "./_bind.ts";
import { attach, rootOf } from "./_callbacks.ts";
import { type Callback, FULFILLED, Observer, ON_ANY, Origin, REJECTED } from "./_cell.ts";
import { defer, type Handlers, run, runLater, settle, storage } from "./_resolution.ts";
import type { BoundedPush } from "./_stream_bounded.ts";
import { StreamClosed, StreamEmpty } from "./_stream_errors.ts";
import { type Waiter, Waiters } from "./_waiters.ts";
import { caught } from "./exception_filter.ts";
import { Lwt, type Resolver } from "./lwt.ts";
import type { Stream } from "./stream.ts";

/** One place of the list. Its value counts once there is a next link that is not itself. */
export class Link<T> {
  value: T | undefined = undefined;
  next: Link<T> | undefined = undefined;
}

/** What brings elements when a reader finds none. */
export interface Source<T> {
  /**
   * Appends elements, or the end, or nothing; and is called again if the queue still has no more.
   *
   * @param resumed Whether what the last call wanted to wait for has come.
   * @returns What to wait for before that, or `undefined`. If it is rejected, so are the reads.
   */
  feed(queue: Queue<T>, resumed: boolean): Lwt<unknown> | void;

  /** Called once, when nobody reads any more. */
  stop(): Lwt<void>;
}

/** The shared part of a stream. */
export class Queue<T> {
  /** The end of the list. */
  last: Link<T> = new Link();
  /** The reads that wait at the end, once there was one. */
  reads: Waiters<unknown, Read<T>> | undefined = undefined;
  /** What brings more: nothing, if elements are pushed. */
  readonly source: Source<T> | undefined;
  /** The pushing side, if it is bounded. */
  bound: BoundedPush<T> | undefined = undefined;
  /** The link that the source was asked to fill, and has not. */
  asked: Link<T> | undefined = undefined;
  /** What the source waits for. */
  work: Lwt<unknown> | undefined = undefined;
  /** How many streams read. */
  readers: number = 1;
  /** What is to live as long as the stream. */
  reference: unknown = undefined;
  /** The promise of `closed`, once someone asked for it. */
  ending: [Lwt<void>, Resolver<void>] | undefined = undefined;
  #handlers: Handlers | undefined = undefined;

  constructor(source: Source<T> | undefined) {
    this.source = source;
  }

  /** What to do when `work` is settled. */
  get handlers(): Handlers {
    return this.#handlers ??= {
      ok: () => resume(this),
      ko: (error) => void refuse(this, error),
    };
  }
}

/** What a read that waits is to be given: word that there is something, or the element itself. */
export class Read<T> {
  readonly stream: Stream<T> | undefined;
  readonly emptyIsError: boolean;

  constructor(stream: Stream<T> | undefined, emptyIsError: boolean) {
    this.stream = stream;
    this.emptyIsError = emptyIsError;
  }
}

const WORD: Read<never> = new Read(undefined, false);
const READ = new Origin("an element of a stream", true);

/** Whether a link is the end of a stream. */
export function isEnd(link: Link<unknown>): boolean {
  return link.next === link;
}

/** Moves a stream past an element, unless another read has done so. */
export function consume<T>(stream: Stream<T>, link: Link<T>): void {
  if (stream.head !== link) return;
  stream.head = link.next as Link<T>;
  const { bound } = stream.queue;
  if (bound !== undefined) bound.taken();
}

/**
 * Makes sure that the last link is not empty any more.
 *
 * @returns Nothing if it is so already; else a promise that says when it is, or that is rejected.
 */
export function ask<T>(queue: Queue<T>): Lwt<unknown> | undefined {
  const link = queue.last;
  const failed = pull(queue);
  if (link.next !== undefined) return undefined;
  return failed ?? wait(queue, WORD);
}

/** Reads one element: the way of `get`, and of `next`. */
export function read<T>(stream: Stream<T>, emptyIsError: boolean): Lwt<T | undefined> {
  const link = stream.head, queue = stream.queue;
  if (link.next === undefined) {
    const failed = pull(queue);
    if (link.next === undefined) {
      return failed ?? wait(queue, new Read(stream, emptyIsError));
    }
  }
  if (isEnd(link)) return emptyIsError ? Lwt.fail(ended()) : Lwt.returnNone;
  consume(stream, link);
  return Lwt.return(link.value);
}

function wait<T>(queue: Queue<T>, read: Read<T>): Lwt<T | undefined> {
  return (queue.reads ??= new Waiters()).add(READ, read) as Lwt<T | undefined>;
}

/**
 * Asks the source for one element, unless it was asked before.
 *
 * @returns A rejected promise if it failed at once.
 */
export function pull<T>(queue: Queue<T>): Lwt<never> | undefined {
  if (queue.asked !== undefined) return undefined;
  const { source } = queue;
  if (source === undefined) return void queue.bound?.invite();
  queue.asked = queue.last;
  // A long row of streams, each the source of the next, must not need as deep a stack.
  if (tooDeep()) return void defer(answer(queue), FULFILLED, undefined);
  const depth = enter();
  try {
    return work(queue, source, queue.asked, false);
  } finally {
    leave(depth);
  }
}

/** Adds an element. The reads that wait are not told yet. What comes after the end is dropped. */
export function append<T>(queue: Queue<T>, value: T): void {
  const link = queue.last;
  if (isEnd(link)) return;
  link.value = value;
  link.next = queue.last = new Link();
}

/** Adds the end, and tells those who wait for `closed`; the reads that wait are not told yet. */
export function end(queue: Queue<unknown>): void {
  const link = queue.last;
  if (isEnd(link)) return;
  link.next = link;
  queue.ending?.[1].wakeup();
}

/** Adds an element, or the end in place of `undefined`, as a push function does. */
export function push<T>(queue: Queue<T>, value: T | undefined): void {
  if (isEnd(queue.last)) throw new StreamClosed("Cannot push: the stream has ended");
  if (value === undefined) close(queue);
  else deliver(queue, value);
}

/** Adds an element, and wakes the reads that wait, after the callbacks that are running. */
export function deliver<T>(queue: Queue<T>, value: T): void {
  const link = queue.last;
  append(queue, value);
  wake(queue, link, runLater);
}

/** Ends a stream that is pushed into: here reads that wait are told before those of `closed`. */
export function close(queue: Queue<unknown>): void {
  const link = queue.last;
  if (isEnd(link)) return;
  link.next = link;
  try {
    wake(queue, link, runLater);
  } finally {
    queue.ending?.[1].wakeup();
  }
}

/** Whether a read waits. */
export function isAwaited(queue: Queue<unknown>): boolean {
  return queue.reads !== undefined && !queue.reads.isEmpty();
}

/** Gives the reads that wait at a link what is there now. */
export function wake<T>(queue: Queue<T>, link: Link<T>, how: typeof run): void {
  if (isAwaited(queue)) serve(queue.reads!.takeAll()!, link, undefined, how);
}

/**
 * Gives up reading: the stream reads as ended. If it was the last to read from its source, that is
 * stopped, and so is what it was doing.
 */
export function stop(stream: Stream<unknown>): Lwt<void> {
  const { queue } = stream;
  if (isStopped(stream)) return Lwt.returnUnit;
  stream.head = new Link();
  stream.head.next = stream.head;
  if (--queue.readers > 0) return Lwt.returnUnit;
  queue.bound?.close();
  close(queue);
  queue.work?.cancel();
  const { source } = queue;
  // By `bind`, which keeps a long row of streams from overflowing the stack.
  return source === undefined ? Lwt.returnUnit : Lwt.returnUnit.bind(() => source.stop());
}

/** Whether a stream was given up, and not just read to its end. */
export function isStopped(stream: Stream<unknown>): boolean {
  return isEnd(stream.head) && stream.head !== stream.queue.last;
}

/** Puts back elements that were read, in front of those that were not. */
export function putBack<T>(stream: Stream<T>, values: readonly T[]): void {
  if (isStopped(stream)) return;
  for (let i = values.length - 1; i >= 0; i--) {
    const link = new Link<T>();
    link.value = values[i];
    link.next = stream.head;
    stream.head = link;
  }
  stream.queue.bound?.returned(values.length);
}

/** The error of a read past the end. */
export function ended(): StreamEmpty {
  return new StreamEmpty("Cannot read an element: the stream has ended");
}

function work<T>(
  queue: Queue<T>,
  source: Source<T>,
  link: Link<T>,
  resumed: boolean,
): Lwt<never> | undefined {
  try {
    while (link.next === undefined) {
      const wait = source.feed(queue, resumed);
      resumed = false;
      if (wait === undefined) continue;
      const p = rootOf(wait);
      if (p.status === REJECTED) return refuse(queue, p.content);
      if (p.status < 0) return void attach(queue.work = p, answer(queue));
    }
  } catch (error) {
    queue.asked = undefined;
    return refuse(queue, caught(error));
  }
  queue.asked = undefined;
  wake(queue, link, run);
  return undefined;
}

/** What goes on once the source's promise is settled, with the implicit map of the read that asked. */
function answer(queue: Queue<unknown>): Observer {
  return new Observer(ON_ANY, queue.handlers, storage);
}

function resume<T>(queue: Queue<T>): void {
  queue.work = undefined;
  work(queue, queue.source as Source<T>, queue.asked as Link<T>, true);
}

/** Rejects the reads that wait. The stream goes on: the next read asks the source again. */
function refuse<T>(queue: Queue<T>, error: unknown): Lwt<never> {
  queue.asked = queue.work = undefined;
  if (isAwaited(queue)) serve(queue.reads!.takeAll()!, undefined, error, run);
  return Lwt.fail(error);
}

/** Settles reads that were taken out: all of them, and then their callbacks run, oldest first. */
function serve<T>(
  first: Waiter<unknown, Read<T>>,
  link: Link<T> | undefined,
  error: unknown,
  how: typeof run,
): void {
  // Nearly always one read waits, and it costs too much to make a list of it.
  if (first.next === undefined) {
    const p = rootOf(first.promise);
    return how(conclude(p, first.extra, link, error), p.status, p.content);
  }
  const served: Lwt<unknown>[] = [];
  const callbacks: (Callback | undefined)[] = [];
  for (let at: typeof first | undefined = first; at !== undefined; at = at.next) {
    const p = rootOf(at.promise);
    if (p.status > 0) continue;
    callbacks.push(conclude(p, at.extra, link, error));
    served.push(p);
  }
  let i = 0;
  try {
    for (; i < served.length; i++) how(callbacks[i], served[i]!.status, served[i]!.content);
  } finally {
    // An error that escapes from the callbacks of one must not cost the others their turn.
    while (++i < served.length) defer(callbacks[i]!, served[i]!.status, served[i]!.content);
  }
}

function conclude<T>(
  p: Lwt<unknown>,
  read: Read<T>,
  link: Link<T> | undefined,
  error: unknown,
): Callback | undefined {
  if (link === undefined) return settle(p, REJECTED, error);
  if (read.stream === undefined) return settle(p, FULFILLED, undefined);
  if (isEnd(link)) {
    return read.emptyIsError ? settle(p, REJECTED, ended()) : settle(p, FULFILLED, undefined);
  }
  consume(read.stream, link);
  return settle(p, FULFILLED, link.value);
}

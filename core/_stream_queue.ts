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
import type { Handlers } from "./_resolution.ts";
import type { BoundedPush } from "./_stream_bounded.ts";
import type { Waiters } from "./_waiters.ts";
import type { Lwt, Resolver } from "./lwt.ts";
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
   * @returns What to wait for before that, or `undefined`. If it is rejected, so are the reads.
   */
  feed(queue: Queue<T>): Lwt<unknown> | void;

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
  /** The link of another stream at which the source waits, if that is what it does. */
  awaited: Link<unknown> | undefined = undefined;
  /** How many streams read. */
  readers: number = 1;
  /** What is to live as long as the stream. */
  reference: unknown = undefined;
  /** The promise of `closed`, once someone asked for it. */
  ending: [Lwt<void>, Resolver<void>] | undefined = undefined;
  /** What to do when `work` is settled. */
  handlers: Handlers | undefined = undefined;

  constructor(source: Source<T> | undefined) {
    this.source = source;
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

/** Whether a link is the end of a stream. */
export function isEnd(link: Link<unknown>): boolean {
  return link.next === link;
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

/** Moves a stream past an element, unless another read has done so. */
export function consume<T>(stream: Stream<T>, link: Link<T>): void {
  if (stream.head !== link) return;
  stream.head = link.next as Link<T>;
  const { bound } = stream.queue;
  if (bound !== undefined) bound.taken();
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

/** Whether a stream was given up, and not just read to its end. */
export function isStopped(stream: Stream<unknown>): boolean {
  return isEnd(stream.head) && stream.head !== stream.queue.last;
}

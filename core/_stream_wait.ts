/*
 * Reading the element at the end of the list, waiting for it, and being woken.
 */
import { rootOf } from "./_callbacks.ts";
import { type Callback, FULFILLED, Origin, REJECTED } from "./_cell.ts";
import { type run, settle } from "./_resolution.ts";
import { StreamEmpty } from "./_stream_errors.ts";
import { consume, isEnd, type Link, type Queue, Read } from "./_stream_queue.ts";
import { pull } from "./_stream_source.ts";
import { type Waiter, Waiters } from "./_waiters.ts";
import { Lwt } from "./lwt.ts";
import type { Stream } from "./stream.ts";

const WORD: Read<never> = new Read(undefined, false);
const READ = new Origin("an element of a stream", true);

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

/** Whether a read waits. */
export function isAwaited(queue: Queue<unknown>): boolean {
  return queue.reads !== undefined && !queue.reads.isEmpty();
}

/** Gives the reads that wait at a link what is there now. */
export function wake<T>(queue: Queue<T>, link: Link<T>, how: typeof run): void {
  if (isAwaited(queue)) serve(queue.reads!.takeAll()!, link, undefined, how);
}

/** Rejects the reads that wait. */
export function reject<T>(queue: Queue<T>, error: unknown, how: typeof run): void {
  if (isAwaited(queue)) serve(queue.reads!.takeAll()!, undefined, error, how);
}

function wait<T>(queue: Queue<T>, read: Read<T>): Lwt<T | undefined> {
  return (queue.reads ??= new Waiters()).add(READ, read) as Lwt<T | undefined>;
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
  runAll(callbacks, served, how);
}

/** Runs the callbacks of each. An error that escapes waits until all have had their turn. */
function runAll(
  callbacks: readonly (Callback | undefined)[],
  served: readonly Lwt<unknown>[],
  how: typeof run,
): void {
  let escaped: { readonly error: unknown } | undefined;
  served.forEach((p, i) => {
    try {
      how(callbacks[i], p.status, p.content);
    } catch (error) {
      escaped ??= { error };
    }
  });
  if (escaped !== undefined) throw escaped.error;
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
  const callbacks = settle(p, FULFILLED, link.value);
  consume(read.stream, link);
  return callbacks;
}

/** The error of a read past the end. */
function ended(): StreamEmpty {
  return new StreamEmpty("Cannot read an element: the stream has ended");
}

/*
 * Reading elements one by one or many at a time, with a wait only where nothing is at hand.
 *
 * A read goes along the list from link to link by itself, so that another one in between takes
 * nothing from it; it moves the stream only past links where the stream stands.
 */
import { asLwt } from "./_resolution.ts";
import { consume, isEnd, type Link, putBack } from "./_stream_queue.ts";
import { pull } from "./_stream_source.ts";
import { ask } from "./_stream_wait.ts";
import { caught } from "./exception_filter.ts";
import { Lwt } from "./lwt.ts";
import type { Stream } from "./stream.ts";

/** A question about an element, answered now or later. */
export type Test<T> = (value: T) => boolean | Lwt<boolean>;

/** The link where a stream stands, once it is filled. */
export function filled<T>(stream: Stream<T>): Lwt<Link<T>> {
  const link = stream.head;
  const wait = link.next === undefined ? ask(stream.queue) : undefined;
  return wait === undefined ? Lwt.return(link) : wait.map(() => link);
}

/**
 * Reads elements, at most `limit`, for as long as they pass. One is taken only once it has passed.
 *
 * What was read goes into an array, if there is one; and back into the stream if the read fails.
 */
export function* readWhile<T>(
  stream: Stream<T>,
  limit: number,
  test: Test<T> | undefined,
  into: T[] | undefined,
): Lwt.Task<void> {
  let link = stream.head;
  try {
    for (let count = 0; count < limit; count++) {
      if (link.next === undefined) {
        const wait = ask(stream.queue);
        if (wait !== undefined) yield* wait;
      }
      if (isEnd(link)) return;
      const value = link.value as T;
      if (test !== undefined) {
        const answer = test(value);
        if (!(typeof answer === "boolean" ? answer : yield* asLwt(answer))) return;
      }
      consume(stream, link);
      if (into !== undefined) into.push(value);
      link = link.next as Link<T>;
    }
  } catch (error) {
    if (into !== undefined) putBack(stream, into);
    throw error;
  }
}

/** Reads elements until one passes or the stream ends, and says which. Each is taken before. */
export function* readUntil<T>(
  stream: Stream<T>,
  test: Test<T>,
): Lwt.Task<boolean> {
  for (let link = stream.head;; link = link.next as Link<T>) {
    if (link.next === undefined) {
      const wait = ask(stream.queue);
      if (wait !== undefined) yield* wait;
    }
    if (isEnd(link)) return false;
    consume(stream, link);
    const answer = test(link.value as T);
    if (typeof answer === "boolean" ? answer : yield* asLwt(answer)) return true;
  }
}

/** Looks at elements, at most `limit`, and leaves them. */
export function* npeek<T>(stream: Stream<T>, limit: number): Lwt.Task<T[]> {
  const values: T[] = [];
  for (let link = stream.head; values.length < limit; link = link.next as Link<T>) {
    if (link.next === undefined) {
      const wait = ask(stream.queue);
      if (wait !== undefined) yield* wait;
    }
    if (isEnd(link)) break;
    values.push(link.value as T);
  }
  return values;
}

/** Waits until a stream has an element or ends, and says whether it has ended. */
export function* isEmpty(stream: Stream<unknown>): Lwt.Task<boolean> {
  while (stream.head.next === undefined) {
    const wait = ask(stream.queue);
    if (wait !== undefined) yield* wait;
  }
  return isEnd(stream.head);
}

/** Reads what is at hand, at most `limit` elements. If the source fails, throws and takes nothing. */
export function available<T>(stream: Stream<T>, limit: number): T[] {
  const values: T[] = [];
  for (let link = stream.head; values.length < limit; link = link.next as Link<T>) {
    const failed = link.next === undefined ? pull(stream.queue) : undefined;
    if (failed !== undefined) {
      putBack(stream, values);
      failed.poll();
    }
    if (link.next === undefined || isEnd(link)) break;
    consume(stream, link);
    values.push(link.value as T);
  }
  return values;
}

/** Drops what is at hand. */
export function junkAvailable(stream: Stream<unknown>): void {
  for (let link = stream.head;; link = link.next as Link<unknown>) {
    if (link.next === undefined) pull(stream.queue)?.poll();
    if (link.next === undefined || isEnd(link)) return;
    consume(stream, link);
  }
}

/** Reads what is at hand, and gives the last of it; or waits for one. */
export function lastNew<T>(stream: Stream<T>): Lwt<T> {
  try {
    const values = available(stream, Infinity);
    return values.length > 0 ? Lwt.return(values.at(-1) as T) : stream.next();
  } catch (error) {
    return Lwt.fail(caught(error));
  }
}

/** Runs a reader of a stream, and puts the stream back to where it stood if the reader fails. */
export function parse<T, R>(stream: Stream<T>, f: (stream: Stream<T>) => Lwt<R>): Lwt<R> {
  const link = stream.head;
  return Lwt.catch(() => f(stream), (error) => {
    stream.head = link;
    return Lwt.fail(error);
  });
}

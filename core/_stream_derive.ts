/*
 * Streams made of one other stream. None reads anything before it is read itself; closing one
 * closes the one it reads.
 */
import { rootOf } from "./_callbacks.ts";
import { FULFILLED } from "./_cell.ts";
import { asLwt } from "./_resolution.ts";
import { append, consume, end, isEnd, type Link, Queue } from "./_stream_queue.ts";
import { filled } from "./_stream_read.ts";
import { ask } from "./_stream_wait.ts";
import { InvalidArgument } from "./errors.ts";
import { Lwt } from "./lwt.ts";
import type { Result } from "./result.ts";
import { Stream } from "./stream.ts";

/** Appends what becomes of one element, and says what to wait for, as `Source.feed` does. */
type Step<T, U> = (queue: Queue<U>, value: T) => Lwt<unknown> | void;

/** A stream with a source. */
export function streamOf<T>(
  feed: (queue: Queue<T>) => Lwt<unknown> | void,
  stop: () => Lwt<void> = nothing,
): Stream<T> {
  return new Stream(new Queue<T>({ feed, stop }));
}

/** A stream that is fed with the elements of another, one at a time. */
export function derive<T, U>(
  input: Stream<T>,
  step: Step<T, U>,
  finish: (queue: Queue<U>) => void = end,
  stop: () => Lwt<void> = () => input.close(),
): Stream<U> {
  return streamOf((queue) => {
    // What comes where we wait is ours, even if another read, which waits there too, takes it.
    const link = queue.awaited as Link<T> | undefined ?? input.head;
    const wait = link.next === undefined ? ask(input.queue) : undefined;
    queue.awaited = wait === undefined ? undefined : link;
    if (wait !== undefined) return wait;
    return isEnd(link) ? finish(queue) : step(queue, taken(input, link));
  }, stop);
}

/** The element of a filled link, taken from its stream. */
export function taken<T>(stream: Stream<T>, link: Link<T>): T {
  consume(stream, link);
  return link.value as T;
}

/** Uses the value of a promise that a callback returned: now, if there is one. */
export function receive<T>(promise: Lwt<T>, use: (value: T) => void): Lwt<void> | void {
  const p = rootOf(asLwt(promise) as Lwt<T>);
  return p.status === FULFILLED ? use(p.content as T) : p.map(use);
}

/** Adds an element, or the end in place of `undefined`. */
export function appendOrEnd<T>(queue: Queue<T>, value: T | undefined): void {
  if (value === undefined) end(queue);
  else append(queue, value);
}

export function map<T, U>(input: Stream<T>, f: (value: T) => U): Stream<U> {
  return derive(input, (queue, value) => append(queue, f(value)));
}

export function mapS<T, U>(input: Stream<T>, f: (value: T) => Lwt<U>): Stream<U> {
  return derive(input, (queue, value) => receive(f(value), (made) => append(queue, made)));
}

export function filter<T>(input: Stream<T>, f: (value: T) => boolean): Stream<T> {
  return derive(input, (queue, value) => f(value) ? append(queue, value) : undefined);
}

export function filterS<T>(input: Stream<T>, f: (value: T) => Lwt<boolean>): Stream<T> {
  return derive(
    input,
    (queue, value) => receive(f(value), (passes) => passes ? append(queue, value) : undefined),
  );
}

export function filterMap<T, U>(input: Stream<T>, f: (value: T) => U | undefined): Stream<U> {
  return derive(input, (queue, value) => appendSome(queue, f(value)));
}

export function filterMapS<T, U>(
  input: Stream<T>,
  f: (value: T) => Lwt<U | undefined>,
): Stream<U> {
  return derive(input, (queue, value) => receive(f(value), (made) => appendSome(queue, made)));
}

export function mapList<T, U>(input: Stream<T>, f: (value: T) => readonly U[]): Stream<U> {
  return derive(input, (queue, value) => appendAll(queue, f(value)));
}

export function mapListS<T, U>(
  input: Stream<T>,
  f: (value: T) => Lwt<readonly U[]>,
): Stream<U> {
  return derive(input, (queue, value) => receive(f(value), (made) => appendAll(queue, made)));
}

/** Elements as ok results, errors of the source as error results. */
export function wrapExn<T>(input: Stream<T>): Stream<Result<T, unknown>> {
  return streamOf((queue) =>
    Lwt.tryBind(
      () => filled(input),
      (link) => {
        if (isEnd(link)) end(queue);
        else append(queue, { ok: true, value: taken(input, link) });
        return Lwt.returnUnit;
      },
      (error) => {
        append(queue, { ok: false, error });
        return Lwt.returnUnit;
      },
    ), () => input.close());
}

/** The first elements. The end comes with the last of them: no further one is waited for. */
export function take<T>(input: Stream<T>, count: number): Stream<T> {
  let left = checkedCount(count, 0, "take elements");
  const stream = derive<T, T>(input, (queue, value) => {
    append(queue, value);
    if (--left <= 0) end(queue);
  });
  if (left === 0) end(stream.queue);
  return stream;
}

/** Arrays of elements, all but the last of the same size. */
export function chunks<T>(input: Stream<T>, size: number): Stream<T[]> {
  checkedCount(size, 1, "make chunks");
  // Outlives an error of the source, so that what came before it is not lost.
  let chunk: T[] = [];
  const flush = (queue: Queue<T[]>) => {
    append(queue, chunk);
    chunk = [];
  };
  return derive(input, (queue, value) => {
    chunk.push(value);
    if (chunk.length >= size) flush(queue);
  }, (queue) => {
    if (chunk.length > 0) flush(queue);
    end(queue);
  });
}

/** Checks a number of elements. */
export function checkedCount(count: number, least: number, action: string): number {
  if (count >= least) return count;
  throw new InvalidArgument(
    `Cannot ${action}: their number must be at least ${least}, received ${count}`,
  );
}

function appendSome<T>(queue: Queue<T>, value: T | undefined): void {
  if (value !== undefined) append(queue, value);
}

function appendAll<T>(queue: Queue<T>, values: readonly T[]): void {
  for (const value of values) append(queue, value);
}

function nothing(): Lwt<void> {
  return Lwt.returnUnit;
}

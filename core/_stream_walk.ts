/*
 * Going through all elements of a stream.
 */
import { rootOf } from "./_callbacks.ts";
import { FULFILLED } from "./_cell.ts";
import { attempt } from "./_holding.ts";
import { asLwt } from "./_resolution.ts";
import { consume, isEnd, type Link } from "./_stream_queue.ts";
import { filled, readUntil, type Test } from "./_stream_read.ts";
import { ask } from "./_stream_wait.ts";
import { Lwt } from "./lwt.ts";
import type { Stream } from "./stream.ts";

/** Folds the elements of a stream. */
export function fold<T, A>(stream: Stream<T>, f: (value: T, acc: A) => A, first: A): Lwt<A> {
  let acc = first;
  const step = (value: T) => {
    acc = f(value, acc);
    return false;
  };
  return Lwt.spawn(readUntil, stream, step).map(() => acc);
}

/** Folds the elements of a stream, one after another. */
export function foldS<T, A>(
  stream: Stream<T>,
  f: (value: T, acc: A) => Lwt<A>,
  first: A,
): Lwt<A> {
  let acc = first;
  const keep = (next: A) => {
    acc = next;
    return false;
  };
  const step = (value: T) => (asLwt(f(value, acc)) as Lwt<A>).map(keep);
  return Lwt.spawn(readUntil, stream, step).map(() => acc);
}

/** Calls `f` on each element. */
export function iter<T>(stream: Stream<T>, f: (value: T) => void): Lwt<void> {
  const step = (value: T) => {
    f(value);
    return false;
  };
  return Lwt.spawn(toTheEnd, stream, step);
}

/** Calls `f` on each element, one after another. */
export function iterS<T>(stream: Stream<T>, f: (value: T) => Lwt<void>): Lwt<void> {
  return Lwt.spawn(toTheEnd, stream, (value: T) => (asLwt(f(value)) as Lwt<void>).map(no));
}

/** The first element that passes. */
export function find<T>(
  stream: Stream<T>,
  f: (value: T) => boolean | Lwt<boolean>,
): Lwt<T | undefined> {
  let last: T;
  const test = (value: T) => f(last = value);
  return Lwt.spawn(readUntil, stream, test).map((found) => found ? last : undefined);
}

/** The first answer that is not `undefined`. */
export function findMap<T, U>(
  stream: Stream<T>,
  f: (value: T) => U | undefined,
): Lwt<U | undefined> {
  let answer: U | undefined;
  const test = (value: T) => (answer = f(value)) !== undefined;
  return Lwt.spawn(readUntil, stream, test).map(() => answer);
}

/** The first answer that is not `undefined`, each waited for. */
export function findMapS<T, U>(
  stream: Stream<T>,
  f: (value: T) => Lwt<U | undefined>,
): Lwt<U | undefined> {
  let answer: U | undefined;
  const keep = (value: U | undefined) => (answer = value) !== undefined;
  const test = (value: T) => (asLwt(f(value)) as Lwt<U | undefined>).map(keep);
  return Lwt.spawn(readUntil, stream, test).map(() => answer);
}

/** Calls `f` on elements as they arrive, and looks at the failures of calls where it must wait. */
export function* iterP<T>(stream: Stream<T>, f: (value: T) => Lwt<void>): Lwt.Task<void> {
  // What is left of the calls so far, in their order. One promise, so that no list can grow.
  let calls: Lwt<void> = Lwt.returnUnit;
  for (let link = stream.head;; link = link.next as Link<T>) {
    const wait = link.next === undefined ? ask(stream.queue) : undefined;
    if (wait !== undefined) yield* waitBeside(wait, calls);
    if (isEnd(link)) break;
    consume(stream, link);
    const value = link.value as T;
    const call = attempt(() => f(value));
    if (isDone(calls)) calls = call;
    else if (!isDone(call)) calls = calls.bind(() => call);
  }
  yield* calls;
}

/** Calls `f` on elements as they arrive, with at most `max` calls unfinished. */
export function* iterN<T>(
  stream: Stream<T>,
  f: (value: T) => Lwt<void>,
  max: number,
): Lwt.Task<void> {
  let running: Lwt<void>[] = [];
  for (;;) {
    if (running.length >= max) running = (yield* Lwt.nchooseSplit(running))[1];
    const link = yield* filled(stream);
    if (isEnd(link)) break;
    consume(stream, link);
    const call = asLwt(f(link.value as T)) as Lwt<void>;
    if (!isDone(call)) running.push(call);
  }
  yield* Lwt.join(running);
}

function* toTheEnd<T>(stream: Stream<T>, f: Test<T>): Lwt.Task<void> {
  yield* readUntil(stream, f);
}

function no(): boolean {
  return false;
}

/** Waits for an element, and meanwhile for calls to fail. */
function* waitBeside(wait: Lwt<unknown>, calls: Lwt<void>): Lwt.Task<void> {
  try {
    while (wait.isSleeping() && !isDone(calls)) yield* Lwt.choose<unknown>([wait, calls]);
    yield* wait;
  } catch (error) {
    yield* calls;
    throw error;
  }
}

function isDone(promise: Lwt<unknown>): boolean {
  return rootOf(promise).status === FULFILLED;
}

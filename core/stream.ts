/**
 * Elements that arrive over time, and those who read them.
 *
 * @module
 */
import { concurrencyOf, type IterNOptions } from "./_concurrency.ts";
import { BoundedPush } from "./_stream_bounded.ts";
import { ofAsyncIterable, ofReadable, StreamIterator, toReadable } from "./_stream_bridge.ts";
import {
  appendOrEnd,
  chunks,
  filter,
  filterMap,
  filterMapS,
  filterS,
  map,
  mapList,
  mapListS,
  mapS,
  receive,
  streamOf,
  take,
  wrapExn,
} from "./_stream_derive.ts";
import { StreamClosed, StreamEmpty, StreamFull } from "./_stream_errors.ts";
import { hexdump } from "./_stream_hexdump.ts";
import { choose, combine, concat, followedBy, zip } from "./_stream_join.ts";
import { close, deliver, push } from "./_stream_push.ts";
import { append, end, isEnd, isStopped, type Link, Queue } from "./_stream_queue.ts";
import {
  available,
  filled,
  isEmpty,
  junkAvailable,
  lastNew,
  npeek,
  parse,
  readWhile,
  type Test,
} from "./_stream_read.ts";
import { stop } from "./_stream_source.ts";
import { buffer, debounce, throttle } from "./_stream_time.ts";
import { read } from "./_stream_wait.ts";
import { find, findMap, findMapS, fold, foldS, iter, iterN, iterP, iterS } from "./_stream_walk.ts";
import { InvalidArgument } from "./errors.ts";
import { Lwt } from "./lwt.ts";
import type { Result } from "./result.ts";
import type { Seq } from "./seq.ts";

export { BoundedPush, type IterNOptions, StreamClosed, StreamEmpty, StreamFull };

/** Types that belong to {@linkcode Stream}. */
export declare namespace Stream {
  /** The error of pushing into a stream that has ended. */
  type Closed = StreamClosed;
  /** The error of pushing into a full bounded stream where a push waits already. */
  type Full = StreamFull;
  /** The error of a read that needs an element, at the end of the stream. */
  type Empty = StreamEmpty;
  /** The pushing side of a bounded stream. */
  type BoundedPush<T> = import("./_stream_bounded.ts").BoundedPush<T>;
}

/**
 * A queue of elements, which are pushed into it or fetched from a source when they are read.
 *
 * - Reading takes elements out, save for what has `peek` in its name. What is at hand is read at
 *   once; else the read waits, and can be canceled, which loses no element and does not disturb the
 *   source. A read of many elements that is canceled, or fails, puts back those it had.
 * - Reads that wait at the same place are all given the same element.
 * - A stream made from others is lazy: it reads nothing before it is read itself, and then one
 *   element at a time.
 * - An error of the source rejects the reads that wait for it. It does not end the stream: the next
 *   read asks the source again.
 * - `undefined` stands for the end where elements are pushed one by one or come from a function, and
 *   `get` and `peek` give it at the end. Elsewhere it is an element like others, so `push(undefined)`
 *   ends a stream, and `ofList([undefined])` has one element. To push such elements use a bounded
 *   stream, which is ended with `close`.
 * - A loop over elements at hand takes no turns and no stack: a million elements cost a million
 *   steps of a plain loop.
 *
 * @typeParam T The type of the elements.
 *
 * @example Pushing and reading
 * ```ts
 * import { Stream } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const [numbers, push] = Stream.create<number>();
 * const sum = numbers.map((n) => n * n).fold((n, acc) => n + acc, 0);
 * [1, 2, 3].forEach(push);
 * push(undefined);
 * assertEquals(sum.poll(), 14);
 * ```
 *
 * @example With `for await`
 * ```ts
 * import { Stream } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const seen: string[] = [];
 * for await (const word of Stream.ofList(["a", "b", "c"])) seen.push(word);
 * assertEquals(seen, ["a", "b", "c"]);
 * ```
 */
export class Stream<T> implements AsyncIterable<T>, AsyncDisposable {
  /** Thrown on pushing into a stream that has ended. */
  static readonly Closed: typeof StreamClosed = StreamClosed;

  /** What a push into a full bounded stream is rejected with if a push waits there already. */
  static readonly Full: typeof StreamFull = StreamFull;

  /** What a read is rejected with that needs an element, at the end of the stream. */
  static readonly Empty: typeof StreamEmpty = StreamEmpty;

  /** The pushing side of a bounded stream. */
  static readonly BoundedPush: typeof BoundedPush = BoundedPush;

  /** @ignore Where this stream stands: its next element, if that is there. */
  head: Link<T>;
  /** @ignore What it shares with its clones. */
  readonly queue: Queue<T>;

  /** @ignore Streams are made by the functions below. */
  constructor(queue: Queue<T>) {
    this.queue = queue;
    this.head = queue.last;
  }

  /**
   * Makes a stream that calls a function for each further element.
   *
   * The function is called when a read finds nothing at hand, and not again before its promise is
   * settled; so a slow reader makes a slow source.
   *
   * @typeParam T The type of the elements.
   * @param f Promises an element, or `undefined` for the end, after which it is not called again. What
   * it throws or is rejected with goes to the reads that wait.
   * @returns The stream. Closing it cancels the promise that is awaited.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let n = 0;
   * const stream = Stream.from(() => Lwt.return(n < 3 ? n++ : undefined));
   * assertEquals(await stream.toList(), [0, 1, 2]);
   * ```
   */
  static from<T>(f: () => Lwt<T | undefined>): Stream<T> {
    return streamOf((queue) => receive(f(), (value) => appendOrEnd(queue, value)));
  }

  /**
   * As `from`, with a function that gives its elements at once.
   *
   * @typeParam T The type of the elements.
   * @param f Gives an element, or `undefined` for the end.
   * @returns The stream.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let n = 0;
   * const stream = Stream.fromDirect(() => n++);
   * assertEquals(await stream.nget(3), [0, 1, 2]);
   * ```
   */
  static fromDirect<T>(f: () => T | undefined): Stream<T> {
    return streamOf((queue) => appendOrEnd(queue, f()));
  }

  /**
   * Makes a stream with the function that pushes into it.
   *
   * Nothing holds a push back: what is not read yet is kept, however much it is. See `createBounded`.
   * The function keeps neither the stream nor its elements alive.
   *
   * @typeParam T The type of the elements.
   * @returns The stream, and the function: it adds an element, or ends the stream if it is given
   * `undefined`. After the end it throws `Stream.Closed`. A read that waits is given the element within
   * the push, or after the callbacks that are running.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [stream, push] = Stream.create<string>();
   * const word = stream.next();
   * push("hello");
   * assertEquals(word.poll(), "hello");
   * ```
   */
  static create<T>(): [stream: Stream<T>, push: (value: T | undefined) => void] {
    const queue = new Queue<T>(undefined);
    return [new Stream(queue), (value) => push(queue, value)];
  }

  /**
   * As `create`, with a function that keeps some object alive as long as the stream.
   *
   * @typeParam T The type of the elements.
   * @returns The stream, the function that pushes, and one that is given the object; a second call
   * replaces it.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [stream, push, setReference] = Stream.createWithReference<number>();
   * setReference({ name: "what the elements come from" });
   * push(1);
   * assertEquals(stream.next().poll(), 1);
   * ```
   */
  static createWithReference<T>(): [
    stream: Stream<T>,
    push: (value: T | undefined) => void,
    setReference: (reference: unknown) => void,
  ] {
    const queue = new Queue<T>(undefined);
    const setReference = (reference: unknown) => void (queue.reference = reference);
    return [new Stream(queue), (value) => push(queue, value), setReference];
  }

  /**
   * Makes a stream that holds a limited number of elements, with its pushing side.
   *
   * When it is full a push waits until an element is read. With a size of 0 it waits until a reader
   * asks: they meet.
   *
   * @typeParam T The type of the elements.
   * @param size The most elements it holds, 0 or more.
   * @returns The stream, which can be neither cloned nor parsed, and its pushing side.
   * @throws {InvalidArgument} If the size is below 0.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const [stream, out] = Stream.createBounded<number>(1);
   * assert(!out.push(1).isSleeping());
   * assert(out.push(2).isSleeping());
   * await stream.next();
   * assert(!out.blocked());
   * ```
   */
  static createBounded<T>(size: number): [stream: Stream<T>, out: BoundedPush<T>] {
    const queue = new Queue<T>(undefined);
    const out = new BoundedPush(queue, size);
    queue.bound = out;
    return [new Stream(queue), out];
  }

  /**
   * Makes a closed stream of one element.
   *
   * @typeParam T The type of the element.
   * @param value The element.
   * @returns The stream.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Stream.return(1).toList().poll(), [1]);
   * ```
   */
  static return<T>(value: T): Stream<T> {
    return Stream.ofList([value]);
  }

  /**
   * Makes a stream of the value of a promise.
   *
   * @typeParam T The type of the value.
   * @param p The promise.
   * @returns A stream that is closed once the promise is settled. If that is rejected, the stream is
   * empty and the error is dropped.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Stream.returnLwt(Lwt.return(1)).toList().poll(), [1]);
   * assertEquals(Stream.returnLwt(Lwt.fail("no")).toList().poll(), []);
   * ```
   */
  static returnLwt<T>(p: Lwt<T>): Stream<T> {
    const queue = new Queue<T>(undefined);
    const stream = new Stream(queue);
    p.onAny((value) => {
      deliver(queue, value);
      close(queue);
    }, () => close(queue));
    return stream;
  }

  /**
   * Makes a stream of what an iterable gives, read as far as the stream is.
   *
   * @typeParam T The type of the elements.
   * @param it The iterable. It is asked for its iterator at the first read. Closing the stream calls the
   * iterator's `return`.
   * @returns The stream.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofSeq(new Set([1, 2]));
   * assertEquals(stream.toList().poll(), [1, 2]);
   * ```
   */
  static ofSeq<T>(it: Iterable<T>): Stream<T> {
    let iterator: Iterator<T> | undefined;
    return streamOf<T>((queue) => {
      const step = (iterator ??= it[Symbol.iterator]()).next();
      if (step.done) end(queue);
      else append(queue, step.value);
    }, () => Lwt.wrap(() => void iterator?.return?.()));
  }

  /**
   * Makes a stream of the elements of a `Seq`, walked as far as the stream is read.
   *
   * @typeParam T The type of the elements.
   * @param seq The sequence.
   * @returns The stream.
   *
   * @example Usage
   * ```ts
   * import { Seq, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Stream.ofLwtSeq(Seq.ofList([1, 2])).toList().poll(), [1, 2]);
   * ```
   */
  static ofLwtSeq<T>(seq: Seq<T>): Stream<T> {
    let rest = seq;
    return streamOf((queue) =>
      receive(rest.node(), (node) => {
        if (node.tag === "Nil") return end(queue);
        rest = node.next;
        append(queue, node.value);
      })
    );
  }

  /**
   * Makes a closed stream of the elements of an array.
   *
   * @typeParam T The type of the elements.
   * @param l The array, read now.
   * @returns The stream.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Stream.ofList([1, 2]).toList().poll(), [1, 2]);
   * ```
   */
  static ofList<T>(l: readonly T[]): Stream<T> {
    const queue = new Queue<T>(undefined);
    const stream = new Stream(queue);
    for (const value of l) append(queue, value);
    end(queue);
    return stream;
  }

  /**
   * As `ofList`.
   *
   * @typeParam T The type of the elements.
   * @param a The array, read now.
   * @returns The stream.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Stream.ofArray([1, 2]).toList().poll(), [1, 2]);
   * ```
   */
  static ofArray<T>(a: readonly T[]): Stream<T> {
    return Stream.ofList(a);
  }

  /**
   * Makes a closed stream of the characters of a string.
   *
   * @param s The string.
   * @returns The stream: one string for each code point.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Stream.ofString("añ").toList().poll(), ["a", "ñ"]);
   * ```
   */
  static ofString(s: string): Stream<string> {
    return Stream.ofList([...s]);
  }

  /**
   * Makes a stream of what an async iterable gives, asked for one at a time, when it is read.
   *
   * @typeParam T The type of the elements.
   * @param iterable The iterable: an async generator, for instance. Closing the stream calls the
   * iterator's `return`, and waits for it.
   * @returns The stream.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * async function* letters() {
   *   yield "a";
   *   yield "b";
   * }
   * assertEquals(await Stream.ofAsyncIterable(letters()).toList(), ["a", "b"]);
   * ```
   */
  static ofAsyncIterable<T>(iterable: AsyncIterable<T>): Stream<T> {
    return ofAsyncIterable(iterable);
  }

  /**
   * Makes a stream of the chunks of a readable stream, asked for one at a time, when it is read.
   *
   * @typeParam T The type of the chunks.
   * @param readable The readable stream; it is locked from now on. Closing the stream cancels it.
   * @returns The stream. If the readable stream fails, every read from then on does.
   * @throws {TypeError} If it is locked already.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const body = new Response("hello").body ?? new ReadableStream<Uint8Array>();
   * const chunk = await Stream.ofReadable(body).next();
   * assertEquals(new TextDecoder().decode(chunk), "hello");
   * ```
   */
  static ofReadable<T>(readable: ReadableStream<T>): Stream<T> {
    return ofReadable(readable);
  }

  /**
   * Merges streams: their elements as they arrive.
   *
   * One element of each is read as soon as this is called, and a further one whenever its last was
   * taken; so if the reader is slow, each stream waits with one element in reserve, and streams that
   * all have elements take turns. An error of one of them goes to the reader.
   *
   * @typeParam T The type of the elements.
   * @param streams The streams. Closing the result closes them.
   * @returns A stream that ends when all have ended.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [later, push] = Stream.create<string>();
   * const both = Stream.choose([later, Stream.ofList(["a", "b"])]);
   * assertEquals(await both.nget(2), ["a", "b"]);
   * push("c");
   * assertEquals(await both.next(), "c");
   * ```
   */
  static choose<T>(streams: readonly Stream<T>[]): Stream<T> {
    return choose(streams);
  }

  /**
   * Merges this stream with others; see `choose`.
   *
   * @param others The other streams.
   * @returns Their elements as they arrive. If the reader is slow, each stream waits with one element in
   * reserve.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const merged = Stream.ofList([1, 2]).merge(Stream.ofList([10]));
   * assertEquals(await merged.toList(), [1, 10, 2]);
   * ```
   */
  merge(...others: Stream<T>[]): Stream<T> {
    return choose([this, ...others]);
  }

  /**
   * Makes a second reader, which begins where this one stands, and reads by itself.
   *
   * Both share the source: each element is produced once, and seen by both. What the slower one has not
   * read is kept.
   *
   * @returns The clone.
   * @throws {InvalidArgument} If the stream is bounded: it could not tell when an element is read.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2]);
   * const clone = stream.clone();
   * assertEquals(stream.toList().poll(), [1, 2]);
   * assertEquals(clone.toList().poll(), [1, 2]);
   * ```
   */
  clone(): Stream<T> {
    refuseBounded(this, "clone");
    const stream = new Stream(this.queue);
    stream.head = this.head;
    this.queue.readers++;
    return stream;
  }

  /**
   * Gives up reading.
   *
   * The stream reads as ended, and what is unread is dropped. Once all clones are closed as well, the
   * source is stopped: a push throws `Stream.Closed`, a function is not called again and its promise is
   * canceled, an iterator is told to `return`, a readable stream is canceled, and a stream made from
   * others closes those. Closing twice does nothing.
   *
   * @returns A promise fulfilled when the source has stopped.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertThrows } from "@std/assert";
   *
   * const [stream, push] = Stream.create<number>();
   * await stream.map((n) => n + 1).close();
   * assertThrows(() => push(1), Stream.Closed);
   * ```
   */
  close(): Lwt<void> {
    return stop(this);
  }

  /**
   * Closes the stream at the end of an `await using` block.
   *
   * @returns A native promise of what `close` promises.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertThrows } from "@std/assert";
   *
   * const [stream, push] = Stream.create<number>();
   * {
   *   await using _reader = stream;
   *   push(1);
   * }
   * assertThrows(() => push(2), Stream.Closed);
   * ```
   */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close().toPromise();
  }

  /**
   * Iterates with `for await`. Leaving the loop early, by `break` or a throw, closes the stream.
   *
   * @returns The iterator. Each step is asked for when the loop comes to it: a slow loop body is
   * a slow reader.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let n = 0;
   * const stream = Stream.fromDirect(() => n++);
   * for await (const i of stream) {
   *   if (i === 2) break;
   * }
   * assertEquals(await stream.get(), undefined);
   * assertEquals(n, 3);
   * ```
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    return new StreamIterator(this);
  }

  /**
   * Reads everything.
   *
   * @returns A promise of all elements.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Stream.ofString("ab").toList().poll(), ["a", "b"]);
   * ```
   */
  toList(): Lwt<T[]> {
    return gather(this, Infinity, undefined);
  }

  /**
   * Reads all characters.
   *
   * @returns A promise of them in one string.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Stream.ofString("hello").toText().poll(), "hello");
   * ```
   */
  toText(this: Stream<string>): Lwt<string> {
    return this.toList().map((characters) => characters.join(""));
  }

  /**
   * Makes a readable stream of the elements, as chunks.
   *
   * A chunk is read only when it is asked for, so a slow consumer makes a slow reader. Canceling the
   * readable stream closes this one; an error of the source is an error of the readable stream, and
   * ends it.
   *
   * @returns The readable stream.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const bytes = Stream.ofList(["a", "b"]).toReadable().pipeThrough(new TextEncoderStream());
   * assertEquals(await new Response(bytes).text(), "ab");
   * ```
   */
  toReadable(): ReadableStream<T> {
    return toReadable(this);
  }

  /**
   * Looks at the first element, and leaves it.
   *
   * @returns A promise of the element, or of `undefined` at the end.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2]);
   * assertEquals(stream.peek().poll(), 1);
   * assertEquals(stream.next().poll(), 1);
   * ```
   */
  peek(): Lwt<T | undefined> {
    return filled(this).map((link) => link.value);
  }

  /**
   * Looks at the first elements, and leaves them.
   *
   * @param n How many.
   * @returns A promise of that many, or of all there are before the end.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2, 3]);
   * assertEquals(stream.npeek(2).poll(), [1, 2]);
   * assertEquals(stream.next().poll(), 1);
   * ```
   */
  npeek(n: number): Lwt<T[]> {
    return Lwt.spawn(npeek<T>, this, n);
  }

  /**
   * Reads one element.
   *
   * @returns A promise of the element, or of `undefined` at the end.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1]);
   * assertEquals(stream.get().poll(), 1);
   * assertEquals(stream.get().poll(), undefined);
   * ```
   */
  get(): Lwt<T | undefined> {
    return read(this, false);
  }

  /**
   * Reads some elements.
   *
   * @param n How many.
   * @returns A promise of that many, or of all there are before the end. If it is canceled or rejected,
   * those that were read are put back.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2, 3]);
   * assertEquals(stream.nget(2).poll(), [1, 2]);
   * assertEquals(stream.nget(2).poll(), [3]);
   * ```
   */
  nget(n: number): Lwt<T[]> {
    return gather(this, n, undefined);
  }

  /**
   * Reads elements for as long as they pass.
   *
   * @param f The test. The first element that does not pass, or for which it throws, stays.
   * @returns A promise of those that passed. If it is canceled or rejected, they are put back.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2, 10, 3]);
   * assertEquals(stream.getWhile((n) => n < 5).poll(), [1, 2]);
   * assertEquals(stream.next().poll(), 10);
   * ```
   */
  getWhile(f: (value: T) => boolean): Lwt<T[]> {
    return gather(this, Infinity, f);
  }

  /**
   * As `getWhile`, with a test that promises its answer.
   *
   * @param f The test.
   * @returns A promise of those that passed.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2, 10]);
   * assertEquals(stream.getWhileS((n) => Lwt.return(n < 5)).poll(), [1, 2]);
   * ```
   */
  getWhileS(f: (value: T) => Lwt<boolean>): Lwt<T[]> {
    return gather(this, Infinity, f);
  }

  /**
   * Reads one element, which must be there.
   *
   * @returns A promise of the element; it is rejected with `Stream.Empty` at the end.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals, assertThrows } from "@std/assert";
   *
   * const stream = Stream.ofList([1]);
   * assertEquals(stream.next().poll(), 1);
   * assertThrows(() => stream.next().poll(), Stream.Empty);
   * ```
   */
  next(): Lwt<T> {
    return read(this, true) as Lwt<T>;
  }

  /**
   * Reads all that is at hand, and gives the last of it; waits for an element if there is none.
   *
   * @returns A promise of the element; it is rejected with `Stream.Empty` at the end.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [stream, push] = Stream.create<number>();
   * [1, 2, 3].forEach(push);
   * assertEquals(stream.lastNew().poll(), 3);
   * ```
   */
  lastNew(): Lwt<T> {
    return lastNew(this);
  }

  /**
   * Drops one element, and waits for it if need be.
   *
   * @returns A promise fulfilled when it is dropped, or at the end.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2]);
   * await stream.junk();
   * assertEquals(stream.next().poll(), 2);
   * ```
   */
  junk(): Lwt<void> {
    return this.njunk(1);
  }

  /**
   * Drops some elements, and waits for them if need be.
   *
   * @param n How many.
   * @returns A promise fulfilled when they are dropped, or at the end.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2, 3]);
   * await stream.njunk(2);
   * assertEquals(stream.next().poll(), 3);
   * ```
   */
  njunk(n: number): Lwt<void> {
    return Lwt.spawn(readWhile<T>, this, n, undefined, undefined);
  }

  /**
   * Drops elements for as long as they pass.
   *
   * @param f The test. The first element that does not pass, or for which it throws, stays.
   * @returns A promise fulfilled when one does not pass, or at the end.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2, 10]);
   * await stream.junkWhile((n) => n < 5);
   * assertEquals(stream.next().poll(), 10);
   * ```
   */
  junkWhile(f: (value: T) => boolean): Lwt<void> {
    return Lwt.spawn(readWhile<T>, this, Infinity, f, undefined);
  }

  /**
   * As `junkWhile`, with a test that promises its answer.
   *
   * @param f The test.
   * @returns A promise fulfilled when one does not pass, or at the end.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2, 10]);
   * await stream.junkWhileS((n) => Lwt.return(n < 5));
   * assertEquals(stream.next().poll(), 10);
   * ```
   */
  junkWhileS(f: (value: T) => Lwt<boolean>): Lwt<void> {
    return Lwt.spawn(readWhile<T>, this, Infinity, f, undefined);
  }

  /**
   * Drops all that can be read without waiting. A source is asked for as long as it answers at once.
   *
   * @throws The error of the source, if it fails at once.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [stream, push] = Stream.create<number>();
   * [1, 2].forEach(push);
   * stream.junkAvailable();
   * push(3);
   * assertEquals(stream.next().poll(), 3);
   * ```
   */
  junkAvailable(): void {
    junkAvailable(this);
  }

  /**
   * Reads all that can be read without waiting. A source is asked for as long as it answers at once.
   *
   * @returns The elements.
   * @throws The error of the source, if it fails at once; what was read before is put back.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [stream, push] = Stream.create<number>();
   * [1, 2].forEach(push);
   * assertEquals(stream.getAvailable(), [1, 2]);
   * assertEquals(stream.getAvailable(), []);
   * ```
   */
  getAvailable(): T[] {
    return available(this, Infinity);
  }

  /**
   * As `getAvailable`, with a limit.
   *
   * @param n The most elements to read.
   * @returns The elements.
   * @throws The error of the source, if it fails at once; what was read before is put back.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2, 3]);
   * assertEquals(stream.getAvailableUpTo(2), [1, 2]);
   * ```
   */
  getAvailableUpTo(n: number): T[] {
    return available(this, n);
  }

  /**
   * Says whether the stream has ended, as soon as it is known.
   *
   * @returns A promise of `false` when there is an element to read, of `true` at the end.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Stream.ofList([]).isEmpty().poll(), true);
   * ```
   */
  isEmpty(): Lwt<boolean> {
    return Lwt.spawn(isEmpty, this);
  }

  /**
   * Whether the end is known: elements may still be there to be read, but none will come.
   *
   * @returns `true` if it is.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const [stream, push] = Stream.create<number>();
   * push(1);
   * push(undefined);
   * assert(stream.isClosed());
   * ```
   */
  isClosed(): boolean {
    return isEnd(this.queue.last) || isStopped(this);
  }

  /**
   * A promise for the moment when the end becomes known.
   *
   * @returns A promise fulfilled when the stream is closed; it cannot be canceled.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const [stream, push] = Stream.create<number>();
   * const closed = stream.closed();
   * push(undefined);
   * assert(!closed.isSleeping());
   * ```
   */
  closed(): Lwt<void> {
    if (this.isClosed()) return Lwt.returnUnit;
    return (this.queue.ending ??= Lwt.wait<void>("the end of a stream"))[0];
  }

  /**
   * As `junkAvailable`, behind a promise. An older name for it.
   *
   * @returns A fulfilled promise, or one rejected with the error of the source.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1]);
   * await stream.junkOld();
   * assertEquals(stream.get().poll(), undefined);
   * ```
   */
  junkOld(): Lwt<void> {
    return Lwt.wrap(() => junkAvailable(this));
  }

  /**
   * Applies a function to each element, when it is read.
   *
   * @typeParam U The type of the results.
   * @param f The function. If it throws, the read is rejected and the element is gone.
   * @returns The stream of the results.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Stream.ofList([1, 2]).map((n) => n * 10).toList(), [10, 20]);
   * ```
   */
  map<U>(f: (value: T) => U): Stream<U> {
    return map(this, f);
  }

  /**
   * As `map`, with a function that promises its result. It is called for one element at a time.
   *
   * @typeParam U The type of the results.
   * @param f The function.
   * @returns The stream of the results.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Stream.ofList([1, 2]).mapS((n) => Lwt.return(n * 10)).toList(), [10, 20]);
   * ```
   */
  mapS<U>(f: (value: T) => Lwt<U>): Stream<U> {
    return mapS(this, f);
  }

  /**
   * Keeps the elements that pass.
   *
   * @param f The test. If it throws, the read is rejected and the element is gone.
   * @returns The stream of those that pass.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Stream.ofList([1, 2, 3]).filter((n) => n > 1).toList(), [2, 3]);
   * ```
   */
  filter(f: (value: T) => boolean): Stream<T> {
    return filter(this, f);
  }

  /**
   * As `filter`, with a test that promises its answer. It is called for one element at a time.
   *
   * @param f The test.
   * @returns The stream of those that pass.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Stream.ofList([1, 2]).filterS((n) => Lwt.return(n > 1)).toList(), [2]);
   * ```
   */
  filterS(f: (value: T) => Lwt<boolean>): Stream<T> {
    return filterS(this, f);
  }

  /**
   * Applies a function to each element, and keeps the results that are not `undefined`.
   *
   * @typeParam U The type of the results.
   * @param f The function.
   * @returns The stream of the results.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const names = new Map([[1, "one"], [3, "three"]]);
   * assertEquals(await Stream.ofList([1, 2, 3]).filterMap((n) => names.get(n)).toList(), [
   *   "one",
   *   "three",
   * ]);
   * ```
   */
  filterMap<U>(f: (value: T) => U | undefined): Stream<U> {
    return filterMap(this, f);
  }

  /**
   * As `filterMap`, with a function that promises its result. It is called for one element at a time.
   *
   * @typeParam U The type of the results.
   * @param f The function.
   * @returns The stream of the results.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const positive = (n: number) => Lwt.return(n > 0 ? n : undefined);
   * assertEquals(await Stream.ofList([-1, 1]).filterMapS(positive).toList(), [1]);
   * ```
   */
  filterMapS<U>(f: (value: T) => Lwt<U | undefined>): Stream<U> {
    return filterMapS(this, f);
  }

  /**
   * Replaces each element by any number of others.
   *
   * @typeParam U The type of the results.
   * @param f Gives the array that an element is replaced by.
   * @returns The stream of the pieces.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const lines = Stream.ofList(["a b", "c"]);
   * assertEquals(await lines.mapList((line) => line.split(" ")).toList(), ["a", "b", "c"]);
   * ```
   */
  mapList<U>(f: (value: T) => readonly U[]): Stream<U> {
    return mapList(this, f);
  }

  /**
   * As `mapList`, with a function that promises its array. It is called for one element at a time.
   *
   * @typeParam U The type of the results.
   * @param f The function.
   * @returns The stream of the pieces.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const twice = Stream.ofList([1, 2]).mapListS((n) => Lwt.return([n, n]));
   * assertEquals(await twice.toList(), [1, 1, 2, 2]);
   * ```
   */
  mapListS<U>(f: (value: T) => Lwt<readonly U[]>): Stream<U> {
    return mapListS(this, f);
  }

  /**
   * Reads everything, and folds it.
   *
   * @typeParam A The type of the accumulator.
   * @param f Given an element, already read, and the accumulator; returns the next accumulator.
   * @param acc The first accumulator.
   * @returns A promise of the last accumulator.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Stream.ofList([1, 2, 3]).fold((n, acc) => n + acc, 0).poll(), 6);
   * ```
   */
  fold<A>(f: (value: T, acc: A) => A, acc: A): Lwt<A> {
    return fold(this, f, acc);
  }

  /**
   * As `fold`, with a function that promises the next accumulator. The next element is read after that.
   *
   * @typeParam A The type of the accumulator.
   * @param f The function.
   * @param acc The first accumulator.
   * @returns A promise of the last accumulator.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sum = Stream.ofList([1, 2, 3]).foldS((n, acc) => Lwt.return(n + acc), 0);
   * assertEquals(sum.poll(), 6);
   * ```
   */
  foldS<A>(f: (value: T, acc: A) => Lwt<A>, acc: A): Lwt<A> {
    return foldS(this, f, acc);
  }

  /**
   * Calls a function on each element, until the end.
   *
   * @param f The function. If it throws, the stream is read no further.
   * @returns A promise fulfilled at the end.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const seen: number[] = [];
   * await Stream.ofList([1, 2]).iter((n) => seen.push(n));
   * assertEquals(seen, [1, 2]);
   * ```
   */
  iter(f: (value: T) => void): Lwt<void> {
    return iter(this, f);
  }

  /**
   * Calls a function on each element as it arrives, without waiting for the calls before.
   *
   * Nothing holds the source back: where it is faster than the calls, their number grows. See `iterN`.
   *
   * @param f The function.
   * @returns A promise fulfilled at the end, when all calls are done. If one fails, that is noticed where
   * the next element must be waited for, or at the end; the stream is then read no further.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const seen: string[] = [];
   * const slow = (s: string) => Lwt.pause().map(() => void seen.push(s));
   * await Stream.ofString("ab").iterP(slow);
   * assertEquals(seen, ["a", "b"]);
   * ```
   */
  iterP(f: (value: T) => Lwt<void>): Lwt<void> {
    return Lwt.spawn(iterP<T>, this, f);
  }

  /**
   * Calls a function on each element, one after another.
   *
   * @param f The function. The next element is read when its promise is fulfilled.
   * @returns A promise fulfilled at the end.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const seen: string[] = [];
   * await Stream.ofString("ab").iterS((s) => Lwt.pause().map(() => void seen.push(s)));
   * assertEquals(seen, ["a", "b"]);
   * ```
   */
  iterS(f: (value: T) => Lwt<void>): Lwt<void> {
    return iterS(this, f);
  }

  /**
   * As `iterP`, with a limit on the calls that are unfinished. At the limit the source is not read.
   *
   * @param f The function.
   * @param options `maxConcurrency` is the limit: 1 unless told, and `Infinity` for none.
   * @returns A promise fulfilled at the end, when all calls are done. A call that fails is noticed when a
   * free place must be waited for, or at the end; the stream is then read no further.
   * @throws {InvalidArgument} If the limit is below 1.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let running = 0, most = 0;
   * const work = Lwt.pause;
   * await Stream.ofString("abcdef").iterN(() => {
   *   most = Math.max(most, ++running);
   *   return work().map(() => void running--);
   * }, { maxConcurrency: 3 });
   * assertEquals(most, 3);
   * ```
   */
  iterN(f: (value: T) => Lwt<void>, options: IterNOptions = {}): Lwt<void> {
    return Lwt.spawn(iterN<T>, this, f, concurrencyOf(options));
  }

  /**
   * Reads until an element passes.
   *
   * @param f The test.
   * @returns A promise of that element, or of `undefined` if the end came first.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2, 3]);
   * assertEquals(stream.find((n) => n > 1).poll(), 2);
   * assertEquals(stream.next().poll(), 3);
   * ```
   */
  find(f: (value: T) => boolean): Lwt<T | undefined> {
    return find(this, f);
  }

  /**
   * As `find`, with a test that promises its answer.
   *
   * @param f The test.
   * @returns A promise of the first element that passes, or of `undefined` if the end came first.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2, 3]);
   * assertEquals(stream.findS((n) => Lwt.return(n > 1)).poll(), 2);
   * ```
   */
  findS(f: (value: T) => Lwt<boolean>): Lwt<T | undefined> {
    return find(this, f);
  }

  /**
   * Reads until a function gives something for an element.
   *
   * @typeParam U The type of the result.
   * @param f The function; `undefined` is nothing.
   * @returns A promise of what it gave, or of `undefined` if the end came first.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList(["a", "12"]);
   * assertEquals(stream.findMap((s) => Number(s) || undefined).poll(), 12);
   * ```
   */
  findMap<U>(f: (value: T) => U | undefined): Lwt<U | undefined> {
    return findMap(this, f);
  }

  /**
   * As `findMap`, with a function that promises its result.
   *
   * @typeParam U The type of the result.
   * @param f The function.
   * @returns A promise of what it gave, or of `undefined` if the end came first.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList(["a", "12"]);
   * assertEquals(stream.findMapS((s) => Lwt.return(Number(s) || undefined)).poll(), 12);
   * ```
   */
  findMapS<U>(f: (value: T) => Lwt<U | undefined>): Lwt<U | undefined> {
    return findMapS(this, f);
  }

  /**
   * Pairs the elements of two streams. For each pair both are read at once.
   *
   * @typeParam U The type of the other stream's elements.
   * @param other The other stream.
   * @returns The stream of pairs. It ends with the shorter one; the other has lost one element by then.
   * See `zip` for pairs without loss.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const pairs = Stream.ofList([1, 2]).combine(Stream.ofString("abc"));
   * assertEquals(await pairs.toList(), [[1, "a"], [2, "b"]]);
   * ```
   */
  combine<U>(other: Stream<U>): Stream<[T, U]> {
    return combine(this, other);
  }

  /**
   * Pairs the elements of two streams. This stream is waited for first, then the other one.
   *
   * @typeParam U The type of the other stream's elements.
   * @param other The other stream.
   * @returns The stream of pairs. It ends with the shorter one, and takes no element that has no
   * partner. The faster stream waits for the slower one.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const letters = Stream.ofString("abc");
   * assertEquals(await Stream.ofList([1, 2]).zip(letters).toList(), [[1, "a"], [2, "b"]]);
   * assertEquals(await letters.next(), "c");
   * ```
   */
  zip<U>(other: Stream<U>): Stream<[T, U]> {
    return zip(this, other);
  }

  /**
   * Goes on with another stream after the end of this one.
   *
   * @param other The other stream.
   * @returns The elements of this stream, then those of the other.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Stream.ofList([1]).append(Stream.ofList([2])).toList(), [1, 2]);
   * ```
   */
  append(other: Stream<T>): Stream<T> {
    return followedBy(this, other);
  }

  /**
   * Joins the streams of a stream end to end.
   *
   * @typeParam U The type of their elements.
   * @returns The elements of the first stream, then those of the second, and so on.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const streams = Stream.ofList([Stream.ofList([1, 2]), Stream.ofList([3])]);
   * assertEquals(await streams.concat().toList(), [1, 2, 3]);
   * ```
   */
  concat<U>(this: Stream<Stream<U>>): Stream<U> {
    return concat(this);
  }

  /**
   * Takes the arrays of a stream to pieces.
   *
   * @typeParam U The type of the pieces.
   * @returns The elements of the first array, then those of the second, and so on.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Stream.ofList([[1, 2], [], [3]]).flatten().toList(), [1, 2, 3]);
   * ```
   */
  flatten<U>(this: Stream<readonly U[]>): Stream<U> {
    return mapList(this, (pieces) => pieces);
  }

  /**
   * Turns errors of the source into elements.
   *
   * A source that always fails makes the stream endless.
   *
   * @returns The stream of results: ok with an element, or an error.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let n = 0;
   * const source = Stream.from(() => n++ === 0 ? Lwt.fail("no") : Lwt.return(n));
   * assertEquals(await source.wrapExn().nget(2), [
   *   { ok: false, error: "no" },
   *   { ok: true, value: 2 },
   * ]);
   * ```
   */
  wrapExn(): Stream<Result<T, unknown>> {
    return wrapExn(this);
  }

  /**
   * Lets a function read this stream, and puts the stream back to where it stood if that fails.
   *
   * Elements that arrived meanwhile are there too, behind those that were read.
   *
   * @typeParam R The type of the function's value.
   * @param f The function, called at once with this stream.
   * @returns A promise with the outcome of the function.
   * @throws {InvalidArgument} If the stream is bounded.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofString("12");
   * const word = stream.parse((s) => s.junk().bind(() => Lwt.fail("not a word")));
   * assertEquals(word.state().tag, "Fail");
   * assertEquals(stream.toText().poll(), "12");
   * ```
   */
  parse<R>(f: (stream: Stream<T>) => Lwt<R>): Lwt<R> {
    refuseBounded(this, "parse");
    return parse(this, f);
  }

  /**
   * Shows bytes, given as one-character strings, the way `hexdump -C` does.
   *
   * @returns A stream of lines: the offset, 16 bytes in hexadecimal, and the same as text, with a dot for
   * each that does not print.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(
   *   await Stream.ofString("hello").hexdump().next(),
   *   "00000000|  68 65 6c 6c 6f                                    |hello|",
   * );
   * ```
   */
  hexdump(this: Stream<string>): Stream<string> {
    return hexdump(this);
  }

  /**
   * Takes the first elements, and leaves the others in this stream.
   *
   * @param n How many, 0 or more.
   * @returns A stream of that many elements, or of all there are. It ends with the last of them: no
   * further one is read. If the reader is slow, so is the reading of this stream.
   * @throws {InvalidArgument} If the number is below 0.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = Stream.ofList([1, 2, 3]);
   * assertEquals(await stream.take(2).toList(), [1, 2]);
   * assertEquals(await stream.next(), 3);
   * ```
   */
  take(n: number): Stream<T> {
    return take(this, n);
  }

  /**
   * Gathers elements into arrays.
   *
   * A read waits until an array is full, or the stream has ended. If the reader is slow, so is the reading
   * of this stream. If the source fails, what has been gathered goes into the next array.
   *
   * @param n The length of the arrays, 1 or more; the last one may be shorter.
   * @returns The stream of arrays.
   * @throws {InvalidArgument} If the length is below 1.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Stream.ofList([1, 2, 3]).chunks(2).toList(), [[1, 2], [3]]);
   * ```
   */
  chunks(n: number): Stream<T[]> {
    return chunks(this, n);
  }

  /**
   * Reads ahead of its reader, so that both can work at the same time.
   *
   * Reading ahead starts with the first read. If the reader is slower, up to `n` elements are read ahead,
   * and then this stream is left alone until one of them is taken. An error is kept in its place among the
   * elements.
   *
   * @param n The most elements read ahead, 1 or more.
   * @returns The same elements.
   * @throws {InvalidArgument} If the number is below 1.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let made = 0;
   * const ahead = Stream.fromDirect(() => made++).buffer(10);
   * assertEquals(await ahead.next(), 0);
   * assertEquals(made, 11);
   * ```
   */
  buffer(n: number): Stream<T> {
    return buffer(this, n);
  }

  /**
   * Lets an element through once nothing has come after it for a while; the one before the end as well.
   *
   * An element that is followed by another before that is dropped. While nobody reads, nothing is dropped
   * and no time runs: elements stay in this stream, and those found there together by the next read count
   * as having come together, of which the last is kept.
   *
   * @param seconds How long nothing must come, in seconds of the current clock.
   * @returns The stream of the elements let through.
   * @throws {InvalidArgument} If the time is below 0 or not a number.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const keys = Stream.ofString("hello");
   * assertEquals(await keys.debounce(0.2).toList(), ["o"]);
   * ```
   */
  debounce(seconds: number): Stream<T> {
    return debounce(this, seconds);
  }

  /**
   * Lets an element through, and drops those that come within some time after it.
   *
   * No timer is used: the time of an element is the time when it is read here. If the reader is slow,
   * elements stay in this stream meanwhile, and only those read too soon are dropped.
   *
   * @param seconds The least time between two elements, in seconds of the current clock.
   * @returns The stream of the elements let through.
   * @throws {InvalidArgument} If the time is below 0 or not a number.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Stream.ofList([1, 2, 3]).throttle(60).toList(), [1]);
   * ```
   */
  throttle(seconds: number): Stream<T> {
    return throttle(this, seconds);
  }
}

function gather<T>(stream: Stream<T>, limit: number, test: Test<T> | undefined): Lwt<T[]> {
  const values: T[] = [];
  return Lwt.spawn(readWhile<T>, stream, limit, test, values).map(() => values);
}

function refuseBounded(stream: Stream<unknown>, action: string): void {
  if (stream.queue.bound === undefined) return;
  throw new InvalidArgument(`Cannot ${action} a bounded stream`);
}

/*
 * The pushing side of a bounded stream.
 */
import { rootOf } from "./_callbacks.ts";
import { FULFILLED, Origin, REJECTED } from "./_cell.ts";
import { runLater, settle } from "./_resolution.ts";
import { StreamClosed, StreamFull } from "./_stream_errors.ts";
import { close, deliver } from "./_stream_push.ts";
import type { Queue } from "./_stream_queue.ts";
import { isAwaited } from "./_stream_wait.ts";
import { InvalidArgument } from "./errors.ts";
import { Lwt, Pending } from "./lwt.ts";

const PUSH = new Origin("room in a stream", true);

/** A push that found no room. */
interface WaitingPush<T> {
  readonly value: T;
  readonly promise: Lwt<void>;
}

/**
 * The pushing side of a bounded stream, made by `Stream.createBounded`; `Stream.BoundedPush` is this
 * class.
 *
 * - `push` is fulfilled at once while there is room. One push may wait for room; it can be canceled,
 *   which takes its element back. While it waits, further pushes are rejected with `Stream.Full`.
 * - An element takes room until it is read; peeking at it frees none.
 * - A stream of size 0 is a rendezvous: a push waits until a reader asks for its element.
 *
 * @typeParam T The type of the elements.
 *
 * @example Usage
 * ```ts
 * import { Stream } from "@lwt/lwt/core";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const [stream, out] = Stream.createBounded<string>(1);
 * out.push("a");
 * const second = out.push("b");
 * assert(second.isSleeping());
 * assertEquals(stream.next().poll(), "a");
 * assert(!second.isSleeping());
 * ```
 */
export class BoundedPush<T> {
  readonly #queue: Queue<T>;
  #size: number;
  #count = 0;
  #waiting: WaitingPush<T> | undefined = undefined;
  #closed = false;

  /** @ignore Made by `Stream.createBounded`. */
  constructor(queue: Queue<T>, size: number) {
    this.#queue = queue;
    this.#size = checked(size, "create");
  }

  /**
   * The most elements that the stream may hold.
   *
   * @returns The number, as given last.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Stream.createBounded(8)[1].size(), 8);
   * ```
   */
  size(): number {
    return this.#size;
  }

  /**
   * Changes the most elements that the stream may hold.
   *
   * A push that waits is let in if there is room now. If there are too many elements, none is
   * dropped.
   *
   * @param size The new number, 0 or more.
   * @throws {InvalidArgument} If it is below 0.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const [, out] = Stream.createBounded<number>(1);
   * out.push(1);
   * const second = out.push(2);
   * out.resize(2);
   * assert(!second.isSleeping());
   * ```
   */
  resize(size: number): void {
    this.#size = checked(size, "resize");
    if (this.#count < size) this.#admit();
  }

  /**
   * Adds an element.
   *
   * @param value The element; `undefined` is one too, `close` ends the stream.
   * @returns A promise fulfilled once the stream has taken the element. Canceling it before takes
   * the element back. It is rejected with `Stream.Full` if the stream is full and a push waits
   * already, and with `Stream.Closed` after `close`.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const [stream, out] = Stream.createBounded<number>(0);
   * const meeting = out.push(1);
   * assert(meeting.isSleeping());
   * stream.next();
   * assert(!meeting.isSleeping());
   * ```
   */
  push(value: T): Lwt<void> {
    if (this.#closed) return Lwt.fail(closed());
    if (this.blocked()) return Lwt.fail(full(this.#size));
    if (this.#hasRoom()) {
      this.#add(value);
      return Lwt.returnUnit;
    }
    this.#waiting = { value, promise: new Pending<void>(PUSH) };
    return this.#waiting.promise;
  }

  /**
   * Ends the stream. What it holds can still be read.
   *
   * A push that waits is rejected with `Stream.Closed`, and its element dropped. A second call does
   * nothing.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [stream, out] = Stream.createBounded<number>(1);
   * out.push(1);
   * out.close();
   * assertEquals(stream.toList().poll(), [1]);
   * ```
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const promise = this.#takeWaiting()?.promise;
    try {
      close(this.#queue);
    } finally {
      if (promise !== undefined) conclude(promise, REJECTED, closed());
    }
  }

  /**
   * How many elements the stream holds, without that of a push that waits.
   *
   * @returns The number.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [, out] = Stream.createBounded<number>(2);
   * out.push(1);
   * assertEquals(out.count(), 1);
   * ```
   */
  count(): number {
    return this.#count;
  }

  /**
   * Whether a push waits for room.
   *
   * @returns `true` if one does.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const [, out] = Stream.createBounded<number>(0);
   * const p = out.push(1);
   * assert(out.blocked());
   * p.cancel();
   * assert(!out.blocked());
   * ```
   */
  blocked(): boolean {
    return this.#waiting !== undefined && isPending(this.#waiting.promise);
  }

  /**
   * Whether the stream has been closed.
   *
   * @returns `true` after `close`.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const [, out] = Stream.createBounded<number>(1);
   * out.close();
   * assert(out.closed());
   * ```
   */
  closed(): boolean {
    return this.#closed;
  }

  /**
   * Keeps an object alive as long as the stream.
   *
   * @param reference The object; it takes the place of the one given before.
   *
   * @example Usage
   * ```ts
   * import { Stream } from "@lwt/lwt/core";
   *
   * const [, out] = Stream.createBounded<number>(1);
   * out.setReference({ name: "the file that the elements come from" });
   * ```
   */
  setReference(reference: unknown): void {
    this.#queue.reference = reference;
  }

  /** @ignore Called when an element was read. */
  taken(): void {
    if (--this.#count < this.#size) this.#admit();
  }

  /** @ignore Called when elements that were read are put back. */
  returned(count: number): void {
    this.#count += count;
  }

  /** @ignore Called when a reader waits at the end of the list. */
  invite(): void {
    if (this.#count === 0) this.#admit();
  }

  // A reader who waits is room for one, which makes a stream of size 0 a rendezvous.
  #hasRoom(): boolean {
    return this.#count < this.#size || this.#count === 0 && isAwaited(this.#queue);
  }

  /** Lets the push that waits in. */
  #admit(): void {
    const waiting = this.#takeWaiting();
    if (waiting === undefined) return;
    this.#add(waiting.value);
    conclude(waiting.promise, FULFILLED, undefined);
  }

  #takeWaiting(): WaitingPush<T> | undefined {
    const waiting = this.blocked() ? this.#waiting : undefined;
    this.#waiting = undefined;
    return waiting;
  }

  #add(value: T): void {
    this.#count++;
    deliver(this.#queue, value);
  }
}

function checked(size: number, action: string): number {
  if (size >= 0) return size;
  throw new InvalidArgument(
    `Cannot ${action} a bounded stream: size must be 0 or more, received ${size}`,
  );
}

function isPending(promise: Lwt<unknown>): boolean {
  return rootOf(promise).status < 0;
}

function conclude(promise: Lwt<void>, status: number, content: unknown): void {
  const p = rootOf(promise);
  if (p.status < 0) runLater(settle(p, status, content), status, content);
}

function closed(): StreamClosed {
  return new StreamClosed("Cannot push: the stream was closed");
}

function full(size: number): StreamFull {
  return new StreamFull(`Cannot push: the stream holds ${size} elements, and a push waits already`);
}

/*
 * Streams from and to what the language and the web have for the same, one chunk at a time: each
 * is brought only when it is asked for.
 */
import { streamOf, taken } from "./_stream_derive.ts";
import { append, end, isEnd, type Link } from "./_stream_queue.ts";
import { filled } from "./_stream_read.ts";
import { ask } from "./_stream_wait.ts";
import { Lwt } from "./lwt.ts";
import type { Stream } from "./stream.ts";

type Step<T> = IteratorResult<T, undefined>;

/** Iterates over a stream with `for await`. Leaving the loop early closes the stream. */
export class StreamIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #stream: Stream<T>;
  #waiting: Promise<Step<T>> | undefined = undefined;

  constructor(stream: Stream<T>) {
    this.#stream = stream;
  }

  // Written by hand: an async generator that waits for an Lwt is five times slower.
  next(): Promise<Step<T>> {
    if (this.#waiting !== undefined) return this.#behind(this.#waiting);
    const link = this.#stream.head;
    const wait = link.next === undefined ? ask(this.#stream.queue) : undefined;
    if (wait === undefined) return Promise.resolve(this.#take(link));
    return this.#keep(wait.map(() => this.#take(link)).toPromise());
  }

  async return(): Promise<Step<T>> {
    await this.#stream.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(link: Link<T>): Step<T> {
    return isEnd(link)
      ? { done: true, value: undefined }
      : { done: false, value: taken(this.#stream, link) };
  }

  /** A further step, asked for while one waits. */
  #behind(waiting: Promise<Step<T>>): Promise<Step<T>> {
    const step = () => filled(this.#stream).map((link) => this.#take(link)).toPromise();
    return this.#keep(waiting.then(step, step));
  }

  #keep(step: Promise<Step<T>>): Promise<Step<T>> {
    const over = () => {
      if (this.#waiting === step) this.#waiting = undefined;
    };
    step.then(over, over);
    return this.#waiting = step;
  }
}

/** The elements of an async iterable. */
export function ofAsyncIterable<T>(iterable: AsyncIterable<T>): Stream<T> {
  let iterator: AsyncIterator<T> | undefined;
  return streamOf((queue) => {
    iterator ??= iterable[Symbol.asyncIterator]();
    return native(iterator.next()).map((step) => {
      if (step.done) end(queue);
      else append(queue, step.value);
    });
  }, () => Lwt.apply(() => native(iterator?.return?.()).map(ignore), undefined));
}

/** The chunks of a readable stream. */
export function ofReadable<T>(readable: ReadableStream<T>): Stream<T> {
  const reader = readable.getReader();
  return streamOf((queue) =>
    native(reader.read()).map(({ done, value }) => {
      if (done) end(queue);
      else append(queue, value);
    }), () => native(reader.cancel()).map(ignore));
}

/** A readable stream of the elements. */
export function toReadable<T>(stream: Stream<T>): ReadableStream<T> {
  const hand = (controller: ReadableStreamDefaultController<T>, link: Link<T>) =>
    isEnd(link) ? controller.close() : controller.enqueue(taken(stream, link));
  return new ReadableStream<T>({
    pull: (controller) => {
      const link = stream.head;
      const wait = link.next === undefined ? ask(stream.queue) : undefined;
      if (wait === undefined) return hand(controller, link);
      return wait.map(() => hand(controller, link)).toPromise();
    },
    cancel: () => stream.close().toPromise(),
  }, { highWaterMark: 0 });
}

function native<T>(promise: T | PromiseLike<T>): Lwt<T> {
  return Lwt.ofPromise(Promise.resolve(promise)) as Lwt<T>;
}

function ignore(): void {}

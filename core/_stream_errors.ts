/*
 * The errors of streams, apart from the class that shows them: what throws them is below it.
 */

/**
 * Says that something was pushed into a stream that has ended; `Stream.Closed` is this class.
 *
 * @example Usage
 * ```ts
 * import { Stream } from "@lwt/lwt/core";
 * import { assertThrows } from "@std/assert";
 *
 * const [, push] = Stream.create<number>();
 * push(undefined);
 * assertThrows(() => push(1), Stream.Closed);
 * ```
 */
export class StreamClosed extends Error {
  /** `"Closed"`. */
  override readonly name: string = "Closed";
}

/**
 * Says that a bounded stream is full, and that a push waits already; `Stream.Full` is this class.
 *
 * @example Usage
 * ```ts
 * import { Stream } from "@lwt/lwt/core";
 * import { assertThrows } from "@std/assert";
 *
 * const [, out] = Stream.createBounded<number>(1);
 * out.push(1);
 * out.push(2);
 * assertThrows(() => out.push(3).poll(), Stream.Full);
 * ```
 */
export class StreamFull extends Error {
  /** `"Full"`. */
  override readonly name: string = "Full";
}

/**
 * Says that a stream has ended where an element was needed; `Stream.Empty` is this class.
 *
 * @example Usage
 * ```ts
 * import { Stream } from "@lwt/lwt/core";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => Stream.ofList([]).next().poll(), Stream.Empty);
 * ```
 */
export class StreamEmpty extends Error {
  /** `"Empty"`. */
  override readonly name: string = "Empty";
}

/**
 * The errors that the library itself makes, and that callers may want to tell apart.
 *
 * @module
 */

/**
 * Says that a function was called in a way it never allows: a second wakeup of the same promise, a
 * race between no promises, a negative size.
 *
 * @example Racing nothing
 * ```ts
 * import { InvalidArgument, Lwt } from "@lwt/lwt/core";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => Lwt.pick([]), InvalidArgument);
 * ```
 */
export class InvalidArgument extends Error {
  /** `"InvalidArgument"`. */
  override readonly name: string = "InvalidArgument";
}

/**
 * The error made by `Lwt.failWith`: something went wrong, and a message is all there is to say.
 *
 * @example Usage
 * ```ts
 * import { Failure, Lwt } from "@lwt/lwt/core";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => Lwt.failWith("no luck").poll(), Failure, "no luck");
 * ```
 */
export class Failure extends Error {
  /** `"Failure"`. */
  override readonly name: string = "Failure";
}

/**
 * Says that nothing matched: a search without a result, the least element of an empty queue.
 *
 * @example Usage
 * ```ts
 * import { NotFound } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new NotFound("Cannot find an even number").name, "NotFound");
 * ```
 */
export class NotFound extends Error {
  /** `"NotFound"`. */
  override readonly name: string = "NotFound";
}

/**
 * The error a canceled promise is rejected with; `Lwt.Canceled` is this class.
 *
 * Its `cause` says who canceled, when `cancel` was told. Cancelations without a cause share one
 * error object, because making an error costs more than all the rest of a cancelation.
 *
 * @example Usage
 * ```ts
 * import { Lwt } from "@lwt/lwt/core";
 * import { assertThrows } from "@std/assert";
 *
 * const [p] = Lwt.task();
 * p.cancel();
 * assertThrows(() => p.poll(), Lwt.Canceled);
 * ```
 */
export class Canceled extends Error {
  /** `"Canceled"`. */
  override readonly name: string = "Canceled";

  /**
   * Makes the error.
   *
   * @param message What to say; by default that the promise was canceled.
   * @param options The cause of the cancelation, as for every `Error`.
   */
  constructor(message: string = "The promise was canceled", options?: ErrorOptions) {
    super(message, options);
  }
}

let shared: Canceled | undefined;

/** The error of every cancelation without a cause. */
export function sharedCanceled(): Canceled {
  return shared ??= Object.freeze(new Canceled());
}

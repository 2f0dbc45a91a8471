/**
 * Which of the errors thrown by callbacks become rejections, and which escape.
 *
 * @module
 */

/**
 * Says of a thrown error whether promises may catch it; `Lwt.ExceptionFilter` is this class.
 *
 * The filter is global, and is asked at each throw. It concerns throws only: a promise that is
 * already rejected, with whatever error, is handled as any other.
 *
 * @example Letting assertion errors end the program
 * ```ts
 * import { Lwt } from "@lwt/lwt/core";
 * import { AssertionError, assertThrows } from "@std/assert";
 *
 * const { ExceptionFilter } = Lwt;
 * ExceptionFilter.set(new ExceptionFilter((error) => !(error instanceof AssertionError)));
 * assertThrows(() => Lwt.wrap(() => { throw new AssertionError("a bug"); }), AssertionError);
 * ExceptionFilter.set(ExceptionFilter.handleAllExceptRuntime);
 * ```
 */
export class ExceptionFilter {
  /** Lets promises catch every error. */
  static readonly handleAll: ExceptionFilter = new ExceptionFilter(() => true);

  /** Lets an overflow of the stack escape, and catches everything else. In force by default. */
  static readonly handleAllExceptRuntime: ExceptionFilter = new ExceptionFilter(
    (error) => !isStackOverflow(error),
  );

  static #current: ExceptionFilter = ExceptionFilter.handleAllExceptRuntime;

  /** Says whether promises may catch an error. */
  readonly accepts: (error: unknown) => boolean;

  /**
   * Makes a filter.
   *
   * @param accepts Says whether promises may catch the error it is given.
   */
  constructor(accepts: (error: unknown) => boolean) {
    this.accepts = accepts;
  }

  /**
   * Installs a filter for the whole program.
   *
   * @param filter The filter asked from now on.
   */
  static set(filter: ExceptionFilter): void {
    ExceptionFilter.#current = filter;
  }

  /**
   * Asks the installed filter about an error.
   *
   * @param error What was thrown.
   * @returns Whether promises may catch it.
   */
  static run(error: unknown): boolean {
    return ExceptionFilter.#current.accepts(error);
  }
}

/** Passes on an error that a promise is about to be rejected with, unless the filter lets it escape. */
export function caught(error: unknown): unknown {
  if (!ExceptionFilter.run(error)) throw error;
  return error;
}

// Engines use the same classes for honest range errors, so only the message tells an overflow.
function isStackOverflow(error: unknown): boolean {
  return error instanceof Error &&
    /call stack size exceeded|too much recursion/i.test(error.message);
}

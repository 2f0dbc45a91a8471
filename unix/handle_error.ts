/**
 * Programs that end when a system call fails.
 *
 * @module
 */
import { Lwt } from "../core/lwt.ts";
import { UnixError } from "./error.ts";

/**
 * Runs a function. A {@linkcode UnixError} that it throws, or that its promise rejects with, is
 * reported on standard error and ends the process with status 2; other errors are passed on.
 *
 * @typeParam A The type of the argument.
 * @typeParam B The type of the result.
 * @param f The function.
 * @param x What to call it with.
 * @returns The promise that the function returns.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const stats = await Unix.handleUnixError(Unix.stat, "/");
 * assertEquals(stats.stKind, "S_DIR");
 * ```
 */
export function handleUnixError<A, B>(f: (x: A) => Lwt<B>, x: A): Lwt<B> {
  return Lwt.catch(() => f(x), (error) => {
    if (!(error instanceof UnixError)) return Lwt.fail(error);
    console.error(`${programName()}: ${error.message}`);
    Deno.exit(2);
  });
}

function programName(): string {
  return Deno.mainModule.slice(Deno.mainModule.lastIndexOf("/") + 1);
}

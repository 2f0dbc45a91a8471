/**
 * Printing on standard output and standard error.
 *
 * @module
 */
import type { Lwt } from "../core/lwt.ts";
import { format as formatted } from "./_printf.ts";
import { stderr, stdout } from "./stdio.ts";

/**
 * Writes text on standard output.
 *
 * @param text The text, which is written as UTF-8, or the bytes.
 * @returns A promise that rejects with the error of the device.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 *
 * await Io.print("");
 * ```
 */
export function print(text: string | Uint8Array): Lwt<void> {
  return stdout.write(text);
}

/**
 * Writes text and a newline on standard output.
 *
 * @param text The text, which is written as UTF-8, or the bytes.
 * @returns A promise that rejects with the error of the device.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 *
 * await Io.printl("hello");
 * ```
 */
export function printl(text: string | Uint8Array): Lwt<void> {
  return stdout.writeLine(text);
}

/**
 * Writes arguments on standard output as a format says.
 *
 * @param format The format, as for `printf(3)`: `%d %i %u %x %X %o %f %e %g %s %c %%` with flags, width
 * and precision, and OCaml's `%b` for a boolean, `%S` and `%C` for a quoted string and character,
 * `%a` for a function that makes text of the argument behind it, `%t` for one that needs none, and
 * `%!`, which does nothing.
 * @param args The arguments.
 * @returns A promise that rejects with the error of the device.
 * @throws {InvalidArgument} If format and arguments do not go together.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 *
 * await Io.printf("%s is %.2f\n", "pi", Math.PI);
 * ```
 */
export function printf(format: string, ...args: unknown[]): Lwt<void> {
  return stdout.write(formatted(format, args));
}

/**
 * Writes arguments on standard output as a format says, and a newline.
 *
 * @param format The format, as for {@linkcode printf}.
 * @param args The arguments.
 * @returns A promise that rejects with the error of the device.
 * @throws {InvalidArgument} If format and arguments do not go together.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 *
 * await Io.printlf("%d of %d", 1, 2);
 * ```
 */
export function printlf(format: string, ...args: unknown[]): Lwt<void> {
  return stdout.writeLine(formatted(format, args));
}

/**
 * Writes text on standard error.
 *
 * @param text The text, which is written as UTF-8, or the bytes.
 * @returns A promise that rejects with the error of the device.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 *
 * await Io.eprint("");
 * ```
 */
export function eprint(text: string | Uint8Array): Lwt<void> {
  return stderr.write(text);
}

/**
 * Writes text and a newline on standard error.
 *
 * @param text The text, which is written as UTF-8, or the bytes.
 * @returns A promise that rejects with the error of the device.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 *
 * await Io.eprintl("hello");
 * ```
 */
export function eprintl(text: string | Uint8Array): Lwt<void> {
  return stderr.writeLine(text);
}

/**
 * Writes arguments on standard error as a format says.
 *
 * @param format The format, as for {@linkcode printf}.
 * @param args The arguments.
 * @returns A promise that rejects with the error of the device.
 * @throws {InvalidArgument} If format and arguments do not go together.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 *
 * await Io.eprintf("%s is %.2f\n", "pi", Math.PI);
 * ```
 */
export function eprintf(format: string, ...args: unknown[]): Lwt<void> {
  return stderr.write(formatted(format, args));
}

/**
 * Writes arguments on standard error as a format says, and a newline.
 *
 * @param format The format, as for {@linkcode printf}.
 * @param args The arguments.
 * @returns A promise that rejects with the error of the device.
 * @throws {InvalidArgument} If format and arguments do not go together.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 *
 * await Io.eprintlf("%d of %d", 1, 2);
 * ```
 */
export function eprintlf(format: string, ...args: unknown[]): Lwt<void> {
  return stderr.writeLine(formatted(format, args));
}

/**
 * Temporary files.
 *
 * @module
 */
import { Failure } from "../core/errors.ts";
import { Lwt } from "../core/lwt.ts";
import { UnixError } from "../unix/error.ts";
import { unlink } from "../unix/file.ts";
import { output } from "./channel.ts";
import { type FileName, openFile, type OpenFileOptions } from "./file.ts";
import type { OutputChannel } from "./output.ts";

/** Settings of {@linkcode openTempFile} and {@linkcode withTempFile}. */
export interface TempFileOptions extends OpenFileOptions {
  /** Where to make it; by default in `$TMPDIR`, or `/tmp`. */
  tempDir?: string;

  /**
   * What its name begins with.
   *
   * @default {"lwt_io_temp_file_"}
   */
  prefix?: string;

  /** What its name ends with. */
  suffix?: string;
}

/** A temporary file: its path, and a channel to write to it. */
export type TempFile = [name: FileName, oc: OutputChannel];

/**
 * Makes a fresh file under a random name, trying other names as long as there is such a file.
 *
 * Its flags are by default `O_WRONLY`, `O_CREAT`, `O_EXCL` and `O_CLOEXEC`.
 *
 * @param options The place and name, and how to open it.
 * @returns A promise of the path and an output channel. It rejects with a `UnixError`.
 * @throws {InvalidArgument} If the buffer is too small.
 *
 * @example Usage
 * ```ts
 * import { Io, Unix } from "@lwt/lwt";
 * import { assertMatch } from "@std/assert";
 *
 * const [name, oc] = await Io.openTempFile({ prefix: "report_", suffix: ".txt" });
 * await oc.close();
 * await Unix.unlink(name);
 * assertMatch(name, /report_[0-9a-f]{6}\.txt$/);
 * ```
 */
export function openTempFile(options: TempFileOptions = {}): Lwt<TempFile> {
  const { flags = ["O_WRONLY", "O_CREAT", "O_EXCL", "O_CLOEXEC"], ...rest } = options;
  const { tempDir = systemTempDir(), prefix = "lwt_io_temp_file_", suffix = "" } = options;
  return tryNames(
    `${tempDir}/${prefix}`,
    suffix,
    (name) =>
      openFile(output, name, { ...rest, flags })
        .map((oc): TempFile => [name, oc]),
  );
}

/**
 * Runs a function on a fresh temporary file, then closes and deletes it, whatever happens.
 *
 * @typeParam T The type of the value.
 * @param f The function. It may close the channel itself.
 * @param options The place and name, and how to open it.
 * @returns A promise with the outcome of `f`; rejected if closing or deleting fails, even if `f` had
 * failed.
 * @throws {InvalidArgument} If the buffer is too small.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const length = await Io.withTempFile(([name, oc]) =>
 *   oc.write("hello").bind(() => oc.flush()).bind(() => Io.fileLength(name))
 * );
 * assertEquals(length, 5);
 * ```
 */
export function withTempFile<T>(
  f: (file: TempFile) => Lwt<T>,
  options?: TempFileOptions,
): Lwt<T> {
  return openTempFile(options).bind((file) => {
    const [name, oc] = file;
    return Lwt.finalize(() => f(file), () => Lwt.finalize(() => oc.close(), () => unlink(name)));
  });
}

/** How many names are tried. */
const TRIES = 1000;

/** Makes something under a random name. */
function tryNames<T>(prefix: string, suffix: string, make: (name: string) => Lwt<T>): Lwt<T> {
  return Lwt.spawn(tryEach, prefix, suffix, make as (name: string) => Lwt<unknown>) as Lwt<T>;
}

function* tryEach(
  prefix: string,
  suffix: string,
  make: (name: string) => Lwt<unknown>,
): Lwt.Task<unknown> {
  for (let i = 0; i < TRIES; i++) {
    try {
      return yield* make(prefix + randomHex() + suffix);
    } catch (error) {
      if (!(error instanceof UnixError && error.code === "EEXIST")) throw error;
    }
  }
  throw new Failure(`Cannot make temporary file: ${TRIES} names after ${prefix} are taken`);
}

function randomHex(): string {
  const [n] = crypto.getRandomValues(new Uint32Array(1));
  return (n! & 0xffffff).toString(16).padStart(6, "0");
}

function systemTempDir(): string {
  try {
    return Deno.env.get("TMPDIR") || "/tmp";
  } catch {
    // Without permission to read the environment.
    return "/tmp";
  }
}

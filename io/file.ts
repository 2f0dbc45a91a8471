/**
 * Files as channels and streams.
 *
 * @module
 */
import { Lwt } from "../core/lwt.ts";
import { Stream } from "../core/stream.ts";
import { UnixError } from "../unix/error.ts";
import { type FilePerm, openfile, type OpenFlag } from "../unix/file.ts";
import { stat } from "../unix/stat.ts";
import { type ChannelOf, input, type Mode, output } from "./channel.ts";
import type { InputChannel } from "./input.ts";
import { fileBufferSize, memory, overFd } from "./_over.ts";
import type { BufferOptions } from "./make.ts";

/** Path of a file. */
export type FileName = string;

/** Settings of {@linkcode openFile} and {@linkcode withFile}. */
export interface OpenFileOptions extends BufferOptions {
  /**
   * How to open the file, exactly as given; by default an input is read only, and an output write
   * only, made if need be, and emptied.
   */
  flags?: readonly OpenFlag[];

  /**
   * Permissions of a file that is made.
   *
   * @default {0o666}
   */
  perm?: FilePerm;
}

/**
 * Opens a file as a channel.
 *
 * @typeParam M The direction.
 * @param mode The direction.
 * @param fileName The path.
 * @param options The flags, the permissions of a new file, and the buffer.
 * @returns A promise of the channel. It rejects with a `UnixError`: `ENOENT`, `EACCES` and others.
 * @throws {InvalidArgument} If the buffer is too small.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assert } from "@std/assert";
 *
 * await using ic = await Io.openFile(Io.input, "/etc/passwd");
 * assert((await ic.readLine()).includes(":"));
 * ```
 */
export function openFile<M extends Mode>(
  mode: M,
  fileName: FileName,
  options: OpenFileOptions = {},
): Lwt<ChannelOf[M]> {
  const { buffer, flags = FLAGS[mode], perm = 0o666 } = options;
  const bytes = memory(buffer, fileBufferSize());
  return openfile(fileName, flags, perm).map((fd) => overFd(mode, fd, bytes));
}

/**
 * Opens a file, runs a function on its channel, and closes it whatever happens.
 *
 * @typeParam M The direction.
 * @typeParam T The type of the value.
 * @param mode The direction.
 * @param fileName The path.
 * @param f The function. It may close the channel itself.
 * @param options The flags, the permissions of a new file, and the buffer.
 * @returns A promise with the outcome of `f`; rejected if closing fails, even if `f` had failed.
 * @throws {InvalidArgument} If the buffer is too small.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const line = await Io.withTempFile(([name, oc]) =>
 *   oc.writeLine("hello")
 *     .bind(() => oc.close())
 *     .bind(() => Io.withFile(Io.input, name, (ic) => ic.readLine()))
 * );
 * assertEquals(line, "hello");
 * ```
 */
export function withFile<M extends Mode, T>(
  mode: M,
  fileName: FileName,
  f: (ch: ChannelOf[M]) => Lwt<T>,
  options?: OpenFileOptions,
): Lwt<T> {
  return openFile(mode, fileName, options)
    .bind((ch) => Lwt.finalize(() => f(ch), () => ch.close()));
}

/**
 * Size of a file.
 *
 * @param path The path.
 * @returns A promise of the number of bytes. It rejects with a `UnixError`, `EISDIR` for a directory.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assert } from "@std/assert";
 *
 * assert(await Io.fileLength("/etc/passwd") > 0);
 * ```
 */
export function fileLength(path: string): Lwt<number> {
  return stat(path).map(({ stKind, stSize }) => {
    if (stKind !== "S_DIR") return stSize;
    throw new UnixError("EISDIR", "file_length", path, `get length of ${JSON.stringify(path)}`);
  });
}

/**
 * The lines of a file, which is opened when the first is asked for, and closed at its end.
 *
 * Read the stream to its end: a channel that is left midway is told of on standard error when the
 * collector finds it, and stays open.
 *
 * @param fileName The path.
 * @returns A stream of lines without their ends. Reading it rejects if opening or reading fails.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assert } from "@std/assert";
 *
 * assert((await Io.linesOfFile("/etc/passwd").toList()).length > 0);
 * ```
 */
export function linesOfFile(fileName: FileName): Stream<string> {
  return elementsOf(fileName, (ic) => ic.readLineOpt());
}

/**
 * The bytes of a file, which is opened when the first is asked for, and closed at its end.
 *
 * @param fileName The path.
 * @returns A stream of one character each, as for {@linkcode linesOfFile}.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = await Io.charsOfFile("/etc/passwd").toList();
 * assertEquals(bytes.length, await Io.fileLength("/etc/passwd"));
 * ```
 */
export function charsOfFile(fileName: FileName): Stream<string> {
  return elementsOf(fileName, (ic) => ic.readCharOpt());
}

/**
 * Writes a stream of lines to a file, replacing it.
 *
 * @param fileName The path.
 * @param lines The lines, without their ends.
 * @returns A promise for when the file is closed.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { Stream } from "@lwt/lwt/core";
 *
 * await Io.linesToFile("/dev/null", Stream.ofList(["one", "two"]));
 * ```
 */
export function linesToFile(fileName: FileName, lines: Stream<string>): Lwt<void> {
  return withFile(output, fileName, (oc) => oc.writeLines(lines).bind(() => oc.flush()));
}

/**
 * Writes a stream of bytes to a file, replacing it.
 *
 * @param fileName The path.
 * @param chars The bytes, as characters of code 0 to 255.
 * @returns A promise for when the file is closed.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { Stream } from "@lwt/lwt/core";
 *
 * await Io.charsToFile("/dev/null", Stream.ofString("hello"));
 * ```
 */
export function charsToFile(fileName: FileName, chars: Stream<string>): Lwt<void> {
  return withFile(output, fileName, (oc) => oc.writeChars(chars).bind(() => oc.flush()));
}

const FLAGS: Record<Mode, readonly OpenFlag[]> = {
  Input: ["O_RDONLY", "O_NONBLOCK"],
  Output: ["O_WRONLY", "O_CREAT", "O_TRUNC", "O_NONBLOCK"],
};

function elementsOf<T>(
  fileName: FileName,
  read: (ic: InputChannel) => Lwt<T | undefined>,
): Stream<T> {
  let ic: InputChannel | undefined;
  return Stream.from(() => {
    if (ic !== undefined) return Lwt.spawn(nextOf, ic, read);
    return openFile(input, fileName).bind((opened) => Lwt.spawn(nextOf, ic = opened, read));
  });
}

function* nextOf<T>(
  ic: InputChannel,
  read: (ic: InputChannel) => Lwt<T | undefined>,
): Lwt.Task<T | undefined> {
  try {
    const element = yield* read(ic);
    if (element !== undefined) return element;
  } catch (error) {
    // One who only gave up waiting may come back.
    if (!(error instanceof Lwt.Canceled)) yield* ic.close();
    throw error;
  }
  yield* ic.close();
  return undefined;
}

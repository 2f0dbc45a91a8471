/**
 * Pipes.
 *
 * @module
 */
import { fail } from "./_fail.ts";
import { FileDescr, type RawFd } from "./fd.ts";
import { opened } from "./_ledger.ts";
import { OpenFlags } from "./libc/file_constants.ts";
import { pipe2 } from "./libc/file.ts";

/** Settings of what makes a descriptor. */
export interface CloexecOptions {
  /**
   * Whether `exec` closes the descriptor, so that programs started from here do not have it. Lwt
   * lets descriptors through by default; here none goes where it was not sent.
   *
   * @default {true}
   */
  cloexec?: boolean;
}

/**
 * Makes a pipe, both ends wrapped and non-blocking.
 *
 * @param options Whether `exec` closes it.
 * @returns The end to read from, and the end to write to.
 * @throws {UnixError} `EMFILE` if the process has no descriptor left.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = Unix.pipe();
 * await Unix.close(writing);
 * assertEquals(await Unix.read(reading, new Uint8Array(1), 0, 1), 0);
 * await Unix.close(reading);
 * ```
 */
export function pipe(options: CloexecOptions = {}): [read: FileDescr, write: FileDescr] {
  const [read, write] = makePipe(OpenFlags.O_NONBLOCK, options);
  return [FileDescr.nonBlocking(read, true), FileDescr.nonBlocking(write, true)];
}

/**
 * Makes a pipe with only the reading end wrapped; the raw writing end stays blocking, for a child.
 *
 * @param options Whether `exec` closes it.
 * @returns The end to read from, and the number of the end to write to.
 * @throws {UnixError} `EMFILE` if the process has no descriptor left.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 *
 * const [reading, writing] = Unix.pipeIn();
 * await Unix.close(Unix.ofUnixFileDescr(writing));
 * await Unix.close(reading);
 * ```
 */
export function pipeIn(options: CloexecOptions = {}): [read: FileDescr, write: RawFd] {
  const [read, write] = makePipe(0, options);
  return [FileDescr.wrap(read, false, true), write];
}

/**
 * Makes a pipe with only the writing end wrapped; the raw reading end stays blocking, for a child.
 *
 * @param options Whether `exec` closes it.
 * @returns The number of the end to read from, and the end to write to.
 * @throws {UnixError} `EMFILE` if the process has no descriptor left.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 *
 * const [reading, writing] = Unix.pipeOut();
 * await Unix.close(Unix.ofUnixFileDescr(reading));
 * await Unix.close(writing);
 * ```
 */
export function pipeOut(options: CloexecOptions = {}): [read: RawFd, write: FileDescr] {
  const [read, write] = makePipe(0, options);
  return [read, FileDescr.wrap(write, false, true)];
}

function makePipe(flags: number, { cloexec = true }: CloexecOptions): [read: RawFd, write: RawFd] {
  const ends = new Int32Array(2);
  const result = pipe2(ends, flags | (cloexec ? OpenFlags.O_CLOEXEC : 0));
  if (result < 0) fail(result, "pipe", "", "make a pipe");
  return [opened(ends[0]!, "pipe"), opened(ends[1]!, "pipe")];
}

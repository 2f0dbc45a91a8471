/**
 * Making channels: over functions, descriptors and arrays.
 *
 * @module
 */
import { Lwt } from "../core/lwt.ts";
import { type FileDescr, ofUnixFileDescr, type RawFd } from "../unix/fd.ts";
import { pipe as makePipe } from "../unix/pipe.ts";
import { type Device, FIXED, OWNED } from "./_buffer.ts";
import { LEAST } from "./_checks.ts";
import { bufferSize, cannotSeek, done, memory, over, overFd, setBufferSize } from "./_over.ts";
import { type ChannelOf, input, type Mode, output } from "./channel.ts";
import type { PerformIo, Seek } from "./device.ts";
import type { InputChannel } from "./input.ts";
import type { OutputChannel } from "./output.ts";

/** Settings of what makes a channel. */
export interface BufferOptions {
  /** The buffer, of 16 bytes at least; by default the channel makes its own. */
  buffer?: Uint8Array;
}

/** Settings of {@linkcode ofFd} and {@linkcode ofUnixFd}. */
export interface FdOptions extends BufferOptions {
  /** Closes the device, instead of closing the descriptor; called once. */
  close?: () => Lwt<void>;
}

/** Settings of {@linkcode make}. */
export interface MakeOptions extends BufferOptions {
  /** Closes the device; called once. */
  close?: () => Lwt<void>;

  /** Moves the place of the next byte; without it the channel cannot be positioned. */
  seek?: Seek;
}

/** Settings of {@linkcode pipe}. */
export interface PipeOptions {
  /**
   * Whether `exec` closes the two descriptors, so that programs started from here do not have them.
   *
   * @default {true}
   */
  cloexec?: boolean;

  /** The buffer of the end to read from. */
  inBuffer?: Uint8Array;

  /** The buffer of the end to write to. */
  outBuffer?: Uint8Array;
}

/**
 * Makes a channel from the function that fills or drains its buffer.
 *
 * @typeParam M The direction.
 * @param mode The direction.
 * @param performIo Given the buffer, a place in it and a number of bytes: fills them from the
 * device, or drains them to it, and promises how many. An input takes 0 for its end, for now.
 * @param options The buffer, and how to close and to move the device.
 * @returns The channel.
 * @throws {InvalidArgument} If the buffer is too small.
 *
 * @example An input that counts
 * ```ts
 * import { Io, Lwt } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * let n = 0;
 * const ic = Io.make(Io.input, (buffer, ofs) => {
 *   buffer[ofs] = n++;
 *   return Lwt.return(1);
 * });
 * await ic.readIntoExactly(new Uint8Array(9), 0, 9);
 * assertEquals(await ic.readChar(), "\t");
 * ```
 */
export function make<M extends Mode>(
  mode: M,
  performIo: PerformIo,
  options: MakeOptions = {},
): ChannelOf[M] {
  const { close = done, seek = cannotSeek } = options;
  return over(mode, { perform: performIo, close, seek }, memory(options.buffer), OWNED);
}

/**
 * Makes a channel over a descriptor.
 *
 * A channel that is dropped without being closed is told of on standard error; its descriptor stays
 * open.
 *
 * @typeParam M The direction.
 * @param mode The direction.
 * @param fd The descriptor.
 * @param options The buffer, and what closing the channel does instead of closing the descriptor.
 * @returns The channel.
 * @throws {InvalidArgument} If the buffer is too small.
 *
 * @example Usage
 * ```ts
 * import { Io, Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = Unix.pipe();
 * await Unix.writeString(writing, "hello\n", 0, 6);
 * const ic = Io.ofFd(Io.input, reading);
 * assertEquals(await ic.readLine(), "hello");
 * await ic.close();
 * await Unix.close(writing);
 * ```
 */
export function ofFd<M extends Mode>(
  mode: M,
  fd: FileDescr,
  options: FdOptions = {},
): ChannelOf[M] {
  return overFd(mode, fd, memory(options.buffer), options.close);
}

/**
 * Makes a channel over a raw descriptor number.
 *
 * @typeParam M The direction.
 * @param mode The direction.
 * @param fd The number.
 * @param options The buffer, and what closing the channel does instead of closing the descriptor.
 * @returns The channel.
 * @throws {InvalidArgument} If the buffer is too small.
 *
 * @example Usage
 * ```ts
 * import { Io, Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = Unix.pipeIn();
 * await using ic = Io.ofFd(Io.input, reading);
 * const oc = Io.ofUnixFd(Io.output, writing);
 * await oc.writeLine("hello");
 * await oc.close();
 * assertEquals(await ic.readLine(), "hello");
 * ```
 */
export function ofUnixFd<M extends Mode>(
  mode: M,
  fd: RawFd,
  options: FdOptions = {},
): ChannelOf[M] {
  return ofFd(mode, ofUnixFileDescr(fd), options);
}

/**
 * Makes a channel whose buffer is an array, of any size: an input reads it, and an output writes
 * into it until it is full. It is never flushed.
 *
 * @typeParam M The direction.
 * @param mode The direction.
 * @param bytes The array.
 * @returns The channel. It can be positioned from 0 to the size of the array.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new Uint8Array(3);
 * await Io.ofBytes(Io.output, bytes).write("abc");
 * assertEquals(await Io.ofBytes(Io.input, bytes).read(), "abc");
 * ```
 */
export function ofBytes<M extends Mode>(mode: M, bytes: Uint8Array): ChannelOf[M] {
  const device: Device = { perform: () => Lwt.return(0), close: done, seek: cannotSeek };
  return over(mode, device, bytes, FIXED);
}

/**
 * Makes a pipe, and a channel over each of its ends.
 *
 * @param options The buffers, and whether `exec` closes the pipe.
 * @returns The end to read from, and the end to write to.
 * @throws {UnixError} `EMFILE` if the process has no descriptor left.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [ic, oc] = Io.pipe();
 * await oc.write("hello");
 * await oc.close();
 * assertEquals(await ic.read(), "hello");
 * await ic.close();
 * ```
 */
export function pipe(options: PipeOptions = {}): [ic: InputChannel, oc: OutputChannel] {
  const { cloexec = true, inBuffer, outBuffer } = options;
  const memories = [memory(inBuffer), memory(outBuffer)] as const;
  const [reading, writing] = makePipe({ cloexec });
  return [overFd(input, reading, memories[0]), overFd(output, writing, memories[1])];
}

/** Endless input of zero bytes. */
export const zero: InputChannel = over(
  input,
  {
    perform: (buffer, ofs, len) => {
      buffer.fill(0, ofs, ofs + len);
      return Lwt.return(len);
    },
    close: done,
    seek: cannotSeek,
  },
  LEAST,
  OWNED,
);

/** Output that forgets what it is given. */
const nothing: OutputChannel = over(
  output,
  { perform: (_buffer, _ofs, len) => Lwt.return(len), close: done, seek: cannotSeek },
  LEAST,
  OWNED,
);
export { nothing as null };

/**
 * Capacity of buffers made by default, 4096 bytes at start. For files it is 64 KiB as long as this
 * is not changed.
 *
 * @returns The number of bytes.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Io.defaultBufferSize(), 4096);
 * ```
 */
export function defaultBufferSize(): number {
  return bufferSize();
}

/**
 * Changes the capacity of buffers made by default, for channels made from now on.
 *
 * @param size The number of bytes, 16 at least.
 * @throws {InvalidArgument} If it is too small.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * Io.setDefaultBufferSize(8192);
 * assertEquals(Io.defaultBufferSize(), 8192);
 * Io.setDefaultBufferSize(4096);
 * ```
 */
export function setDefaultBufferSize(size: number): void {
  setBufferSize(size);
}

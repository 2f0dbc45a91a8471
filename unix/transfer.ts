/**
 * Reading and writing.
 *
 * @module
 */
import { InvalidArgument } from "../core/errors.ts";
import { Lwt } from "../core/lwt.ts";
import { runBlocking } from "./_blocking.ts";
import { FILE, NONBLOCKING, prepare } from "./_mode.ts";
import {
  EAGAIN,
  readFailure,
  Reading,
  readNow,
  writeFailure,
  writeNow,
  Writing,
} from "./_transfer.ts";
import { enqueue } from "./_waiting.ts";
import type { FileDescr } from "./fd.ts";

/**
 * Reads what there is, waiting until there is something.
 *
 * A non-blocking descriptor is asked at once, and a promise that need not wait is fulfilled
 * already. After a read from a pipe or a stream socket that brought less than was asked for, the
 * next one waits for the engine's word first. A canceled read takes nothing.
 *
 * @param fd The descriptor.
 * @param buf Where to put the bytes. It must stay as it is until the promise is settled.
 * @param ofs Where in `buf` to start, in bytes.
 * @param len How many bytes to read at most.
 * @returns A promise of how many bytes came; 0 means the end of the file, unless `len` is 0. It
 * rejects with a `UnixError`.
 * @throws {InvalidArgument} If `ofs` and `len` do not lie inside `buf`.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = Unix.pipe();
 * await Unix.writeString(writing, "hello", 0, 5);
 * const buffer = new Uint8Array(16);
 * assertEquals(await Unix.read(reading, buffer, 0, 16), 5);
 * assertEquals(new TextDecoder().decode(buffer.subarray(0, 5)), "hello");
 * await Unix.close(reading);
 * await Unix.close(writing);
 * ```
 */
export function read(fd: FileDescr, buf: Uint8Array, ofs: number, len: number): Lwt<number> {
  checkBounds("Unix.read", buf, ofs, len);
  if (fd.mode !== NONBLOCKING) {
    const refused = refusal(fd);
    if (refused !== undefined) return refused;
    if (fd.mode === FILE) {
      return runBlocking(() => readNow(fd, buf, ofs, len)).bind((n) =>
        afterRead(fd, buf, ofs, len, n)
      );
    }
  }
  return afterRead(fd, buf, ofs, len, fd.drained ? EAGAIN : readNow(fd, buf, ofs, len));
}

/**
 * Writes what there is room for, waiting until there is some.
 *
 * A non-blocking descriptor is tried at once, and a promise that need not wait is fulfilled
 * already. While a write waits, changes to `buf` are seen if the descriptor is non-blocking, and
 * not if it is blocking. A canceled write has written nothing.
 *
 * @param fd The descriptor.
 * @param buf The bytes.
 * @param ofs Where in `buf` to start, in bytes.
 * @param len How many bytes to write at most.
 * @returns A promise of how many bytes went, which may be fewer. It rejects with a `UnixError`:
 * `EPIPE` where nobody can read them any more.
 * @throws {InvalidArgument} If `ofs` and `len` do not lie inside `buf`.
 *
 * @example Writing all of a buffer
 * ```ts
 * import { Unix } from "@lwt/lwt";
 *
 * const [reading, writing] = Unix.pipe();
 * const bytes = new Uint8Array(1000);
 * for (let sent = 0; sent < bytes.length;) {
 *   sent += await Unix.write(writing, bytes, sent, bytes.length - sent);
 * }
 * await Unix.close(reading);
 * await Unix.close(writing);
 * ```
 */
export function write(fd: FileDescr, buf: Uint8Array, ofs: number, len: number): Lwt<number> {
  checkBounds("Unix.write", buf, ofs, len);
  if (fd.mode !== NONBLOCKING) {
    const refused = refusal(fd);
    if (refused !== undefined) return refused;
    if (fd.mode === FILE) {
      return runBlocking(() => writeNow(fd, buf, ofs, len)).bind((n) =>
        afterWrite(fd, buf, ofs, len, n)
      );
    }
  }
  return afterWrite(fd, buf, ofs, len, writeNow(fd, buf, ofs, len));
}

/**
 * Writes text, as {@linkcode write} does bytes.
 *
 * @param fd The descriptor.
 * @param str The text, or the bytes of its UTF-8 form.
 * @param ofs Where in that form to start, in bytes.
 * @param len How many bytes to write at most.
 * @returns A promise of how many bytes went.
 * @throws {InvalidArgument} If `ofs` and `len` do not lie inside the text.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = Unix.pipe();
 * assertEquals(await Unix.writeString(writing, "hello, world", 0, 5), 5);
 * await Unix.close(reading);
 * await Unix.close(writing);
 * ```
 */
export function writeString(
  fd: FileDescr,
  str: string | Uint8Array,
  ofs: number,
  len: number,
): Lwt<number> {
  return write(fd, typeof str === "string" ? new TextEncoder().encode(str) : str, ofs, len);
}

/** What a first attempt led to: the result, or having to wait. */
function afterRead(
  fd: FileDescr,
  buf: Uint8Array,
  ofs: number,
  len: number,
  n: number,
): Lwt<number> {
  if (n >= 0) return Lwt.return(n);
  if (n !== EAGAIN) return Lwt.fail(readFailure(fd, n));
  const reading = fd.reading ?? new Reading(fd);
  fd.reading = undefined;
  return enqueue(reading.of(buf, ofs, len), "Read");
}

function afterWrite(
  fd: FileDescr,
  buf: Uint8Array,
  ofs: number,
  len: number,
  n: number,
): Lwt<number> {
  if (n >= 0) return Lwt.return(n);
  if (n !== EAGAIN) return Lwt.fail(writeFailure(fd, n));
  const writing = new Writing(fd);
  if (fd.mode === NONBLOCKING) writing.of(buf, ofs, len);
  else writing.of(buf.slice(ofs, ofs + len), 0, len);
  return enqueue(writing, "Write");
}

function checkBounds(name: string, buf: Uint8Array, ofs: number, len: number): void {
  const inside = ofs >= 0 && len >= 0 && ofs <= buf.length - len;
  if (inside && Number.isInteger(ofs) && Number.isInteger(len)) return;
  throw new InvalidArgument(
    `${name}: offset ${ofs} and length ${len} do not lie inside a buffer of ${buf.length} bytes`,
  );
}

function refusal(fd: FileDescr): Lwt<never> | undefined {
  try {
    prepare(fd);
    return undefined;
  } catch (error) {
    return Lwt.fail(error);
  }
}

/**
 * Reading and writing.
 *
 * @module
 */
import { InvalidArgument } from "../core/errors.ts";
import { Lwt } from "../core/lwt.ts";
import { runBlocking } from "./_blocking.ts";
import { FILE, NONBLOCKING, POLLED, prepare, SOCKET } from "./_mode.ts";
import { BLOCKED, DONE, enqueue, Waiter } from "./_waiting.ts";
import { UnixError } from "./error.ts";
import type { FileDescr } from "./fd.ts";
import { Errno } from "./libc/errno.ts";
import { read as rawRead, write as rawWrite, writePiece } from "./libc/file.ts";
import { recv, send } from "./libc/socket.ts";
import { Msg } from "./libc/socket_constants.ts";
import { isReady } from "./wait.ts";

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
  return afterRead(fd, buf, ofs, len, fd.drained ? -Errno.EAGAIN : readNow(fd, buf, ofs, len));
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
  if (n !== -Errno.EAGAIN) return Lwt.fail(failure(fd, n, READ));
  return enqueue(new Reading(fd, buf, ofs, len), "Read");
}

function afterWrite(
  fd: FileDescr,
  buf: Uint8Array,
  ofs: number,
  len: number,
  n: number,
): Lwt<number> {
  if (n >= 0) return Lwt.return(n);
  if (n !== -Errno.EAGAIN) return Lwt.fail(failure(fd, n, WRITE));
  const waiting = fd.mode === NONBLOCKING
    ? new Writing(fd, buf, ofs, len)
    : new Writing(fd, buf.slice(ofs, ofs + len), 0, len);
  return enqueue(waiting, "Write");
}

/** A read that waits. */
class Reading extends Waiter<number> {
  readonly buf: Uint8Array;
  readonly ofs: number;
  readonly len: number;
  result: number;

  constructor(fd: FileDescr, buf: Uint8Array, ofs: number, len: number) {
    super(fd, "Read");
    this.buf = buf;
    this.ofs = ofs;
    this.len = len;
    this.result = 0;
  }

  override attempt(): number {
    this.result = readNow(this.fd, this.buf, this.ofs, this.len);
    return this.result === -Errno.EAGAIN ? BLOCKED : DONE;
  }

  override settle(): void {
    if (this.result >= 0) this.resolver.wakeup(this.result);
    else this.resolver.wakeupExn(failure(this.fd, this.result, READ));
  }
}

/** A write that waits. */
class Writing extends Waiter<number> {
  readonly buf: Uint8Array;
  readonly ofs: number;
  readonly len: number;
  result: number;

  constructor(fd: FileDescr, buf: Uint8Array, ofs: number, len: number) {
    super(fd, "Write");
    this.buf = buf;
    this.ofs = ofs;
    this.len = len;
    this.result = 0;
  }

  override attempt(): number {
    this.result = writeNow(this.fd, this.buf, this.ofs, this.len);
    return this.result === -Errno.EAGAIN ? BLOCKED : DONE;
  }

  override settle(): void {
    if (this.result >= 0) this.resolver.wakeup(this.result);
    else this.resolver.wakeupExn(failure(this.fd, this.result, WRITE));
  }
}

const READ = 0;
const WRITE = 1;

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

/** Reads without waiting, or answers `-EAGAIN`. */
function readNow(fd: FileDescr, buf: Uint8Array, ofs: number, len: number): number {
  const target = ofs === 0 ? buf : buf.subarray(ofs);
  let n: number;
  do n = fd.mode === NONBLOCKING
    ? rawRead(fd.number, target, len)
    : readUnasked(fd, target, len); while (n === -Errno.EINTR);
  // Anything may come between; but then the engine says so, as it does whenever data are there.
  if (n > 0 && n < len && fd.isStream) fd.drained = true;
  return n;
}

/** Reads from a blocking descriptor what can be had without waiting. */
function readUnasked(fd: FileDescr, target: Uint8Array, len: number): number {
  prepare(fd);
  if (fd.mode === SOCKET) return recv(fd.number, target, len, Msg.DONTWAIT);
  if (fd.mode === POLLED && !isReady(fd, "Read")) return -Errno.EAGAIN;
  return rawRead(fd.number, target, len);
}

/** Writes without waiting, or answers `-EAGAIN`. */
function writeNow(fd: FileDescr, buf: Uint8Array, ofs: number, len: number): number {
  const source = ofs === 0 ? buf : buf.subarray(ofs);
  let n: number;
  do n = fd.mode === NONBLOCKING
    ? rawWrite(fd.number, source, len)
    : writeUnasked(fd, source, len); while (n === -Errno.EINTR);
  return n;
}

/** Writes to a blocking descriptor what it takes without waiting. */
function writeUnasked(fd: FileDescr, source: Uint8Array, len: number): number {
  prepare(fd);
  if (fd.mode === SOCKET) return send(fd.number, source, len, Msg.DONTWAIT | Msg.NOSIGNAL);
  if (fd.mode !== POLLED) return rawWrite(fd.number, source, len);
  return isReady(fd, "Write") ? writePiece(fd.number, source, len) : -Errno.EAGAIN;
}

function failure({ number }: FileDescr, result: number, call: number): UnixError {
  return call === READ
    ? new UnixError(-result, "read", "", `read from descriptor ${number}`)
    : new UnixError(-result, "write", "", `write to descriptor ${number}`);
}

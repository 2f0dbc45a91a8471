/*
 * How bytes move: without waiting where that is possible, and what waits where it is not.
 */
import { Resolver } from "../core/lwt.ts";
import { NONBLOCKING, POLLED, prepare, SOCKET } from "./_mode.ts";
import { BLOCKED, DONE, Waiter } from "./_waiting.ts";
import { UnixError } from "./error.ts";
import type { FileDescr } from "./fd.ts";
import { Errno } from "./libc/errno.ts";
import { read as rawRead, write as rawWrite, writePiece } from "./libc/file.ts";
import { recv, send } from "./libc/socket.ts";
import { Msg } from "./libc/socket_constants.ts";
import { isReady } from "./_ready.ts";

/** What a transfer answers that would have to wait. */
export const EAGAIN = -Errno.EAGAIN;
const EINTR = -Errno.EINTR;

/** A transfer that waits. */
abstract class Transfer extends Waiter {
  buf: Uint8Array = NOTHING;
  ofs = 0;
  len = 0;
  result = 0;

  of(buf: Uint8Array, ofs: number, len: number): this {
    this.buf = buf;
    this.ofs = ofs;
    this.len = len;
    return this;
  }
}

/** A read that waits. */
export class Reading extends Transfer {
  override attempt(): number {
    this.result = readNow(this.fd, this.buf, this.ofs, this.len);
    return this.result === EAGAIN ? BLOCKED : DONE;
  }

  override settle(): void {
    const { fd, promise, result } = this;
    this.buf = NOTHING;
    // A loop that reads message after message needs but one of these.
    fd.reading = this;
    if (result >= 0) new Resolver(promise).wakeup(result);
    else this.fail(readFailure(fd, result));
  }
}

/** A write that waits. */
export class Writing extends Transfer {
  override attempt(): number {
    this.result = writeNow(this.fd, this.buf, this.ofs, this.len);
    return this.result === EAGAIN ? BLOCKED : DONE;
  }

  override settle(): void {
    const { fd, promise, result } = this;
    if (result >= 0) new Resolver(promise).wakeup(result);
    else this.fail(writeFailure(fd, result));
  }
}

const NOTHING = new Uint8Array(0);

/** Reads without waiting, or answers `-EAGAIN`. */
export function readNow(fd: FileDescr, buf: Uint8Array, ofs: number, len: number): number {
  const target = ofs === 0 ? buf : buf.subarray(ofs);
  let n: number;
  do {
    n = fd.mode === NONBLOCKING ? rawRead(fd.number, target, len) : readUnasked(fd, target, len);
  } while (n === EINTR);
  // Anything may come between; but then the engine says so, as it does whenever data are there.
  if (n > 0 && n < len && fd.isStream) fd.drained = true;
  return n;
}

/** Reads from a blocking descriptor what can be had without waiting. */
function readUnasked(fd: FileDescr, target: Uint8Array, len: number): number {
  prepare(fd);
  if (fd.mode === SOCKET) return recv(fd.number, target, len, Msg.DONTWAIT);
  if (fd.mode === POLLED && !isReady(fd, "Read")) return EAGAIN;
  return rawRead(fd.number, target, len);
}

/** Writes without waiting, or answers `-EAGAIN`. */
export function writeNow(fd: FileDescr, buf: Uint8Array, ofs: number, len: number): number {
  const source = ofs === 0 ? buf : buf.subarray(ofs);
  let n: number;
  do {
    n = fd.mode === NONBLOCKING ? rawWrite(fd.number, source, len) : writeUnasked(fd, source, len);
  } while (n === EINTR);
  return n;
}

/** Writes to a blocking descriptor what it takes without waiting. */
function writeUnasked(fd: FileDescr, source: Uint8Array, len: number): number {
  prepare(fd);
  if (fd.mode === SOCKET) return send(fd.number, source, len, Msg.DONTWAIT | Msg.NOSIGNAL);
  if (fd.mode !== POLLED) return rawWrite(fd.number, source, len);
  return isReady(fd, "Write") ? writePiece(fd.number, source, len) : EAGAIN;
}

/** What a read that the system refuses fails with. */
export function readFailure({ number }: FileDescr, result: number): UnixError {
  return new UnixError(-result, "read", "", `read from descriptor ${number}`);
}

/** What a write that the system refuses fails with. */
export function writeFailure({ number }: FileDescr, result: number): UnixError {
  return new UnixError(-result, "write", "", `write to descriptor ${number}`);
}

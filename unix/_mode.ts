/*
 * How operations on a descriptor are to be made: its mode. It is found out, and the flag O_NONBLOCK
 * of the system made to agree, at the first operation.
 */
import { UnixError } from "./error.ts";
import type { FileDescr } from "./fd.ts";
import { FileType, OpenFlags, Statx } from "./libc/file_constants.ts";
import { fstat, setStatusFlag } from "./libc/file.ts";
import { getsockopt } from "./libc/socket.ts";
import { IntOptions, SocketTypes } from "./libc/socket_constants.ts";

/** Not known yet. */
export const UNKNOWN = 0;
/** Calls answer EAGAIN instead of blocking. */
export const NONBLOCKING = 1;
/** A file or a directory: calls block, but wait for nobody. */
export const FILE = 2;
/** A blocking pipe, terminal or device: poll says whether a call would wait. */
export const POLLED = 3;
/** A blocking socket: calls can be told not to wait. */
export const SOCKET = 4;
/** Closed or aborted. */
export const UNUSABLE = 5;

/**
 * Makes sure that a descriptor can be used, and that its mode is known.
 *
 * @throws What operations on a closed or aborted descriptor fail with.
 */
export function prepare(fd: FileDescr): void {
  if (fd.mode === UNUSABLE) throw whyUnusable(fd);
  if (fd.mode === UNKNOWN) settleMode(fd, typeOf(fd.number));
}

/**
 * Settles the mode of a descriptor for a type of file: by what was asked for, else by guessing.
 * `flag` is whether the system has it non-blocking, where that is known.
 */
export function settleMode(fd: FileDescr, type: number, flag?: boolean): void {
  const waits = type === FileType.S_FIFO || type === FileType.S_SOCK;
  const blocking = fd.wanted ?? !waits;
  if (fd.setFlags && flag !== !blocking) {
    setStatusFlag(fd.number, OpenFlags.O_NONBLOCK, !blocking);
  }
  fd.isStream = type === FileType.S_FIFO || type === FileType.S_SOCK && isStream(fd.number);
  fd.mode = blocking ? blockingMode(type) : NONBLOCKING;
}

/** The type of an open file, 0 where the system does not say. */
export function typeOf(fd: number): number {
  const result = fstat(fd, statx);
  return result < 0 ? 0 : (statx[Statx.mode]! | statx[Statx.mode + 1]! << 8) & FileType.MASK;
}

/** What operations on a closed or aborted descriptor fail with. */
export function whyUnusable({ condition, number }: FileDescr): unknown {
  if (typeof condition === "object") return condition.exn;
  return new UnixError("EBADF", "check_descriptor", "", `use descriptor ${number}`);
}

const statx = new Uint8Array(Statx.size);

function blockingMode(type: number): number {
  switch (type) {
    case FileType.S_REG:
    case FileType.S_DIR:
    case FileType.S_BLK:
      return FILE;
    case FileType.S_SOCK:
      return SOCKET;
    default:
      return POLLED;
  }
}

function isStream(fd: number): boolean {
  return getsockopt(fd, ...IntOptions.SO_TYPE) === SocketTypes.SOCK_STREAM;
}

/*
 * Calls on files and descriptors. Each answers `-errno` when it fails, and never throws. What has
 * to be there for every descriptor is in the first group; the others are opened when needed.
 */
import { Fcntl, MAX_COUNT, PIPE_BUF, StatxFlags } from "./file_constants.ts";
import { failed, faults, group, lastError, shortened } from "./open.ts";

const transfers = group({
  read: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "i32"], result: "i32" },
});

const modes = group({
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "i32", "buffer"], result: "i32" },
});

const files = group({
  open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  isatty: { parameters: ["i32"], result: "i32" },
  unlink: { parameters: ["buffer"], result: "i32" },
});

const pipes = group({ pipe2: { parameters: ["buffer", "i32"], result: "i32" } });

/** read(2): how many bytes came, at most `count`. */
export function read(fd: number, buffer: Uint8Array<ArrayBufferLike>, count: number): number {
  if (count > MAX_COUNT) count = MAX_COUNT;
  if (faults !== undefined && (count = shortened("read", fd, count)) < 0) return count;
  const n = transfers().read(fd, buffer as Uint8Array<ArrayBuffer>, count);
  return n < 0 ? lastError() : n;
}

/** write(2): how many bytes went, at most `count`. */
export function write(fd: number, buffer: Uint8Array<ArrayBufferLike>, count: number): number {
  if (count > MAX_COUNT) count = MAX_COUNT;
  if (faults !== undefined && (count = shortened("write", fd, count)) < 0) return count;
  const n = transfers().write(fd, buffer as Uint8Array<ArrayBuffer>, count);
  return n < 0 ? lastError() : n;
}

/** A write that fits in what a blocking pipe promises to take once poll says that it has room. */
export function writePiece(fd: number, buffer: Uint8Array<ArrayBufferLike>, count: number): number {
  return write(fd, buffer, Math.min(count, PIPE_BUF));
}

/** open(2) with a path as `cString` makes it. */
export function open(path: Uint8Array<ArrayBuffer>, flags: number, perm: number): number {
  if (faults !== undefined) {
    const fault = failed("open", flags, perm);
    if (fault < 0) return fault;
  }
  const fd = files().open(path, flags, perm);
  return fd < 0 ? lastError() : fd;
}

/** lseek(2): the new position. */
export function lseek(fd: number, offset: bigint, whence: number): bigint {
  if (faults !== undefined) {
    const fault = failed("lseek", fd, whence);
    if (fault < 0) return BigInt(fault);
  }
  const position = files().lseek(fd, offset, whence);
  return position < 0n ? BigInt(lastError()) : position;
}

/** isatty(3): 1 for a terminal. */
export function isatty(fd: number): number {
  if (faults !== undefined) {
    const fault = failed("isatty", fd);
    if (fault < 0) return fault;
  }
  return files().isatty(fd) === 1 ? 1 : lastError();
}

/** unlink(2). */
export function unlink(path: Uint8Array<ArrayBuffer>): number {
  if (faults !== undefined) {
    const fault = failed("unlink");
    if (fault < 0) return fault;
  }
  return files().unlink(path) < 0 ? lastError() : 0;
}

/** Fills `statx` with what is known of an open file. */
export function fstat(fd: number, statx: Uint8Array<ArrayBuffer>): number {
  if (faults !== undefined) {
    const fault = failed("fstat", fd);
    if (fault < 0) return fault;
  }
  const { AT_EMPTY_PATH, BASIC_STATS } = StatxFlags;
  return modes().statx(fd, EMPTY, AT_EMPTY_PATH, BASIC_STATS, statx) < 0 ? lastError() : 0;
}

/** Fills `statx` with what is known of the file that a path leads to. */
export function stat(path: Uint8Array<ArrayBuffer>, statx: Uint8Array<ArrayBuffer>): number {
  if (faults !== undefined) {
    const fault = failed("stat");
    if (fault < 0) return fault;
  }
  const { AT_FDCWD, BASIC_STATS } = StatxFlags;
  return modes().statx(AT_FDCWD, path, 0, BASIC_STATS, statx) < 0 ? lastError() : 0;
}

/** fcntl(2) with an argument that is a number. */
export function fcntl(fd: number, command: number, argument: number): number {
  if (faults !== undefined) {
    const fault = failed("fcntl", fd, command, argument);
    if (fault < 0) return fault;
  }
  const result = modes().fcntl(fd, command, argument);
  return result < 0 ? lastError() : result;
}

/** Makes a status flag of an open file be as wanted. */
export function setStatusFlag(fd: number, flag: number, wanted: boolean): number {
  return setFlag(fd, Fcntl.F_GETFL, Fcntl.F_SETFL, flag, wanted);
}

/** Makes a flag of a descriptor be as wanted. */
export function setDescriptorFlag(fd: number, flag: number, wanted: boolean): number {
  return setFlag(fd, Fcntl.F_GETFD, Fcntl.F_SETFD, flag, wanted);
}

/** pipe2(2): puts the descriptors of the two ends in `ends`, the reading one first. */
export function pipe2(ends: Int32Array<ArrayBuffer>, flags: number): number {
  if (faults !== undefined) {
    const fault = failed("pipe", flags);
    if (fault < 0) return fault;
  }
  return pipes().pipe2(ends, flags) < 0 ? lastError() : 0;
}

/** A string as C wants it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${text}\0`);
}

const encoder = new TextEncoder();
const EMPTY = new Uint8Array(1);

function setFlag(fd: number, get: number, set: number, flag: number, wanted: boolean): number {
  const flags = fcntl(fd, get, 0);
  if (flags < 0 || ((flags & flag) !== 0) === wanted) return flags;
  return fcntl(fd, set, wanted ? flags | flag : flags & ~flag);
}

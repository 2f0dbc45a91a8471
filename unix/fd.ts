/**
 * Descriptors: their state, their mode, and the end of both.
 *
 * @module
 */
import { Lwt } from "../core/lwt.ts";
import { runBlocking } from "./_blocking.ts";
import { NONBLOCKING, prepare, UNKNOWN, UNUSABLE, whyUnusable } from "./_mode.ts";
import type { Reading } from "./_transfer.ts";
import type { WaitQueue } from "./_waiting.ts";
import { fail } from "./_fail.ts";
import { closed } from "./_ledger.ts";
import { close as rawClose } from "./libc/close.ts";
import { Errno } from "./libc/errno.ts";
import { setDescriptorFlag } from "./libc/file.ts";
import { Fcntl } from "./libc/file_constants.ts";

/** Plain descriptor number, with no state attached. */
export type RawFd = number;

/**
 * Condition of a descriptor: usable, closed by {@linkcode close}, or failing with a chosen error
 * since {@linkcode abort}.
 */
export type State = "Opened" | "Closed" | {
  /** Says that the descriptor was aborted. */
  readonly tag: "Aborted";
  /** What operations on it fail with. */
  readonly exn: unknown;
};

/**
 * A raw descriptor with its state, its mode and the operations that wait for it.
 *
 * - The mode says how to operate on it. A non-blocking descriptor is asked at once, and waited for
 *   if it has nothing to give; a blocking one is called only once `poll(2)` says that it is ready.
 * - Operations that wait for the same direction are served in the order they came. Canceling one
 *   takes it out: its call is never made, and the data are there for the next.
 * - It may be declared with `await using`, which closes it unless it is closed already.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * await using fd = await Unix.openfile("/dev/zero", ["O_RDONLY"], 0);
 * assertEquals(await Unix.read(fd, new Uint8Array(8), 0, 8), 8);
 * ```
 */
export class FileDescr implements AsyncDisposable {
  // What every read and write looks at comes first, so that it shares a line of the cache.
  /** @ignore */
  readonly number: RawFd;
  /** @ignore How to operate on it; see `_mode.ts`. */
  mode: number;
  /** @ignore Whether the last read left nothing, so that another one can only wait. */
  drained = false;
  /** @ignore Whether a short read means that there is nothing left to read. */
  isStream: boolean;
  /** @ignore */
  readers: WaitQueue | undefined = undefined;
  /** @ignore What a read can wait with, while none does. */
  reading: Reading | undefined = undefined;
  /** @ignore */
  writers: WaitQueue | undefined = undefined;
  /** @ignore */
  condition: State = "Opened";
  /** @ignore Whether it is to be blocking, unless its kind decides. */
  wanted: boolean | undefined;
  /** @ignore Whether the system's flag is to agree with the mode. */
  setFlags: boolean;

  private constructor(
    number: RawFd,
    mode: number,
    isStream: boolean,
    wanted: boolean | undefined,
    setFlags: boolean,
  ) {
    this.number = number;
    this.mode = mode;
    this.isStream = isStream;
    this.wanted = wanted;
    this.setFlags = setFlags;
  }

  /** @ignore Wraps a descriptor whose mode is still to be found out. */
  static wrap(number: RawFd, blocking: boolean | undefined, setFlags: boolean): FileDescr {
    return new FileDescr(number, UNKNOWN, false, blocking, setFlags);
  }

  /** @ignore Wraps a descriptor that was made non-blocking. */
  static nonBlocking(number: RawFd, isStream: boolean): FileDescr {
    return new FileDescr(number, NONBLOCKING, isStream, false, false);
  }

  /**
   * Closes the descriptor unless it is closed already.
   *
   * @returns When it is closed.
   */
  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.condition === "Closed" ? Lwt.returnUnit : close(this);
  }
}

/** Settings of {@linkcode ofUnixFileDescr}. */
export interface WrapOptions {
  /** Whether to treat the descriptor as blocking; by default its kind decides, at first use. */
  blocking?: boolean;

  /**
   * Whether to make the system's flag `O_NONBLOCK` agree with the mode, at first use.
   *
   * @default {true}
   */
  setFlags?: boolean;
}

/**
 * Wraps a raw descriptor. Nothing is asked of the system until the first operation: then, unless
 * `blocking` is given, a pipe or a socket becomes non-blocking and everything else blocking, and
 * the flag `O_NONBLOCK` is made to agree unless `setFlags` is false.
 *
 * That flag is shared by all processes that have the same file open: leave it alone for what was
 * inherited.
 *
 * @param fd The raw descriptor.
 * @param options How to treat it.
 * @returns The wrapped descriptor, which is open.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const fd = Unix.ofUnixFileDescr(2, { blocking: true, setFlags: false });
 * assertEquals(Unix.unixFileDescr(fd), 2);
 * ```
 */
export function ofUnixFileDescr(fd: RawFd, options: WrapOptions = {}): FileDescr {
  return FileDescr.wrap(fd, options.blocking, options.setFlags ?? true);
}

/**
 * The raw descriptor number. It is there in any state, even after {@linkcode close}, when the
 * system may have given it to another file.
 *
 * @param fd The descriptor.
 * @returns Its number.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Unix.unixFileDescr(Unix.stdout), 1);
 * ```
 */
export function unixFileDescr(fd: FileDescr): RawFd {
  return fd.number;
}

/**
 * Current condition of a descriptor.
 *
 * @param fd The descriptor.
 * @returns Whether it is open, closed or aborted.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = Unix.pipe();
 * Unix.abort(reading, "enough");
 * assertEquals(Unix.state(reading), { tag: "Aborted", exn: "enough" });
 * await Unix.close(reading);
 * assertEquals(Unix.state(reading), "Closed");
 * await Unix.close(writing);
 * ```
 */
export function state(fd: FileDescr): State {
  return fd.condition;
}

/**
 * Checks that a descriptor can be used.
 *
 * @param fd The descriptor.
 * @throws {UnixError} `EBADF` if it is closed.
 * @throws What {@linkcode abort} was given, if it is aborted.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertThrows } from "@std/assert";
 *
 * const [reading, writing] = Unix.pipe();
 * await Unix.close(reading);
 * assertThrows(() => Unix.checkDescriptor(reading), Unix.UnixError, "EBADF");
 * await Unix.close(writing);
 * ```
 */
export function checkDescriptor(fd: FileDescr): void {
  if (fd.mode === UNUSABLE) throw whyUnusable(fd);
}

/**
 * Whether operations on a descriptor are treated as blocking. The first time this may have to be
 * found out.
 *
 * @param fd The descriptor.
 * @returns A promise of the answer.
 * @throws {UnixError} At once: `EBADF` if the descriptor is closed.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * await using fd = await Unix.openfile("/etc/passwd", ["O_RDONLY"], 0);
 * assertEquals(await Unix.blocking(fd), true);
 * ```
 */
export function blocking(fd: FileDescr): Lwt<boolean> {
  prepare(fd);
  return fd.mode === NONBLOCKING ? Lwt.returnFalse : Lwt.returnTrue;
}

/** Settings of {@linkcode setBlocking}. */
export interface SetBlockingOptions {
  /**
   * Whether to make the system's flag `O_NONBLOCK` agree, at the next use.
   *
   * @default {true}
   */
  setFlags?: boolean;
}

/**
 * Chooses the blocking mode of a descriptor.
 *
 * @param fd The descriptor.
 * @param blocking Whether to treat it as blocking.
 * @param options Whether the system is to know.
 * @throws {UnixError} `EBADF` if the descriptor is closed.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = Unix.pipe();
 * Unix.setBlocking(reading, true);
 * assertEquals(await Unix.blocking(reading), true);
 * await Unix.close(reading);
 * await Unix.close(writing);
 * ```
 */
export function setBlocking(
  fd: FileDescr,
  blocking: boolean,
  options: SetBlockingOptions = {},
): void {
  checkDescriptor(fd);
  fd.mode = UNKNOWN;
  fd.wanted = blocking;
  fd.setFlags = options.setFlags ?? true;
}

/**
 * Makes the operations that wait for a descriptor, and all later ones but {@linkcode close}, fail
 * with an error. It has no effect on a closed descriptor; on an aborted one it replaces the error.
 *
 * @param fd The descriptor.
 * @param exn What they fail with.
 *
 * @example Ending a read from elsewhere
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = Unix.pipe();
 * const read = Unix.read(reading, new Uint8Array(1), 0, 1);
 * Unix.abort(reading, "enough");
 * assertEquals(read.state(), { tag: "Fail", error: "enough" });
 * await Unix.close(reading);
 * await Unix.close(writing);
 * ```
 */
export function abort(fd: FileDescr, exn: unknown): void {
  if (fd.condition !== "Closed") retireWith(fd, { tag: "Aborted", exn });
}

/**
 * Closes a descriptor: marks it closed, rejects with `EBADF` whatever waits for it, and then makes
 * the system call.
 *
 * @param fd The descriptor, which may be aborted.
 * @returns A promise that rejects if the system reports an error. The descriptor is closed even so.
 * @throws {UnixError} At once: `EBADF` if it is closed already.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertThrows } from "@std/assert";
 *
 * const fd = await Unix.openfile("/dev/null", ["O_WRONLY"], 0);
 * await Unix.close(fd);
 * assertThrows(() => Unix.close(fd), Unix.UnixError, "EBADF");
 * ```
 */
export function close(fd: FileDescr): Lwt<void> {
  if (fd.condition === "Closed") throw whyUnusable(fd);
  try {
    retireWith(fd, "Closed");
  } catch (error) {
    // A callback threw something that promises may not catch. The descriptor must go even so.
    closeNow(fd.number);
    throw error;
  }
  return runBlocking(() => closeNow(fd.number));
}

/**
 * Marks a descriptor to be closed by `exec`, so that programs started from here do not have it.
 *
 * @param fd The descriptor.
 * @throws {UnixError} `EBADF` if it is closed.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 *
 * await using fd = await Unix.openfile("/dev/null", ["O_RDONLY", "O_KEEPEXEC"], 0);
 * Unix.setCloseOnExec(fd);
 * ```
 */
export function setCloseOnExec(fd: FileDescr): void {
  setCloexec(fd, true, "set_close_on_exec");
}

/**
 * Lets a descriptor survive `exec`, so that programs started from here have it.
 *
 * @param fd The descriptor.
 * @throws {UnixError} `EBADF` if it is closed.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 *
 * await using fd = await Unix.openfile("/dev/null", ["O_RDONLY"], 0);
 * Unix.clearCloseOnExec(fd);
 * ```
 */
export function clearCloseOnExec(fd: FileDescr): void {
  setCloexec(fd, false, "clear_close_on_exec");
}

/** Wrapped descriptor 0; treated as blocking, the system's flags left alone. */
export const stdin: FileDescr = FileDescr.wrap(0, true, false);

/** Wrapped descriptor 1; treated as blocking, the system's flags left alone. */
export const stdout: FileDescr = FileDescr.wrap(1, true, false);

/** Wrapped descriptor 2; treated as blocking, the system's flags left alone. */
export const stderr: FileDescr = FileDescr.wrap(2, true, false);

/** Ends the use of a descriptor: those who wait are told, readers first. */
function retireWith(fd: FileDescr, condition: State): void {
  fd.condition = condition;
  fd.mode = UNUSABLE;
  const error = whyUnusable(fd);
  try {
    fd.readers?.abandon(error);
    fd.writers?.abandon(error);
  } finally {
    // The engine must never hold a number that is closed, and may be reused.
    fd.readers?.stop();
    fd.writers?.stop();
  }
}

function closeNow(fd: RawFd): void {
  closed(fd);
  const result = rawClose(fd);
  // Interrupted or not, Linux has freed the number: to try again could close another file.
  if (result < 0 && result !== -Errno.EINTR) fail(result, "close", "", `close descriptor ${fd}`);
}

function setCloexec(fd: FileDescr, wanted: boolean, syscall: string): void {
  checkDescriptor(fd);
  const result = setDescriptorFlag(fd.number, Fcntl.FD_CLOEXEC, wanted);
  if (result < 0) fail(result, syscall, "", `change flags of descriptor ${fd.number}`);
}

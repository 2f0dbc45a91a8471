/**
 * Waiting until a descriptor is ready, and system calls that are tried again when it is.
 *
 * @module
 */
import { caught } from "../core/exception_filter.ts";
import { Lwt, Resolver } from "../core/lwt.ts";
import { NONBLOCKING, prepare } from "./_mode.ts";
import { BLOCKED, BLOCKED_ON_READ, BLOCKED_ON_WRITE, DONE, enqueue, Waiter } from "./_waiting.ts";
import { conditions, isReady } from "./_ready.ts";
import { UnixError } from "./error.ts";
import { checkDescriptor, type FileDescr } from "./fd.ts";
import { Poll } from "./libc/constants.ts";
import { Errno } from "./libc/errno.ts";

/** Direction an action waits for. */
export type IoEvent = "Read" | "Write";

/**
 * Thrown by an action of {@linkcode wrapSyscall}: to be tried again when the same event is next
 * ready.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new Unix.Retry().name, "Retry");
 * ```
 */
export class Retry extends Error {
  /** `"Retry"`. */
  override readonly name: string = "Retry";
}

/**
 * Thrown by an action of {@linkcode wrapSyscall}: to be tried again when the descriptor can be read.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new Unix.RetryRead().name, "RetryRead");
 * ```
 */
export class RetryRead extends Error {
  /** `"RetryRead"`. */
  override readonly name: string = "RetryRead";
}

/**
 * Thrown by an action of {@linkcode wrapSyscall}: to be tried again when the descriptor can be
 * written.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new Unix.RetryWrite().name, "RetryWrite");
 * ```
 */
export class RetryWrite extends Error {
  /** `"RetryWrite"`. */
  override readonly name: string = "RetryWrite";
}

/**
 * Tries an action at once and, if it would block, again each time the descriptor is ready.
 *
 * An action says that it would block by throwing {@linkcode Retry}, or a `UnixError` with code
 * `EAGAIN`, `EWOULDBLOCK` or `EINTR`; with {@linkcode RetryRead} or {@linkcode RetryWrite} it names
 * the direction to wait for. On a blocking descriptor the action is only run once the system says
 * that the descriptor is ready.
 *
 * @typeParam T The type of the result.
 * @param event The direction to wait for.
 * @param fd The descriptor.
 * @param action The action.
 * @returns A promise of the action's result, rejected with what else it throws. Canceling it while
 * it waits takes the action out.
 *
 * @example An action that waits for a turn
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = Unix.pipe();
 * let tries = 0;
 * const result = Unix.wrapSyscall("Write", writing, () => {
 *   if (++tries === 1) throw new Unix.Retry();
 *   return "done";
 * });
 * assertEquals(await result, "done");
 * await Unix.close(reading);
 * await Unix.close(writing);
 * ```
 */
export function wrapSyscall<T>(event: IoEvent, fd: FileDescr, action: () => T): Lwt<T> {
  try {
    prepare(fd);
    if (fd.mode === NONBLOCKING || isReady(fd, event)) return Lwt.return(action());
  } catch (error) {
    const awaited = eventOf(error, event);
    if (awaited === undefined) return Lwt.fail(caught(error));
    event = awaited;
  }
  return registerAction(event, fd, action);
}

/**
 * Queues an action for the next time the descriptor is ready, without trying it first.
 *
 * @typeParam T The type of the result.
 * @param event The direction to wait for.
 * @param fd The descriptor.
 * @param action The action, as for {@linkcode wrapSyscall}.
 * @returns A promise of the action's result, cancelable while it waits.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = Unix.pipe();
 * const result = Unix.registerAction("Write", writing, () => 1);
 * assertEquals(result.isSleeping(), true);
 * assertEquals(await result, 1);
 * await Unix.close(reading);
 * await Unix.close(writing);
 * ```
 */
export function registerAction<T>(event: IoEvent, fd: FileDescr, action: () => T): Lwt<T> {
  try {
    checkDescriptor(fd);
  } catch (error) {
    return Lwt.fail(error);
  }
  return enqueue(new Action(fd, action), event);
}

/**
 * Waits until a descriptor can be read. Reads nothing.
 *
 * @param fd The descriptor.
 * @returns A promise, fulfilled already if the descriptor is ready now.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 *
 * const [reading, writing] = Unix.pipe();
 * await Unix.writeString(writing, "x", 0, 1);
 * await Unix.waitRead(reading);
 * await Unix.close(reading);
 * await Unix.close(writing);
 * ```
 */
export function waitRead(fd: FileDescr): Lwt<void> {
  return waitReady(fd, "Read");
}

/**
 * Waits until a descriptor can be written. Writes nothing.
 *
 * @param fd The descriptor.
 * @returns A promise, fulfilled already if the descriptor is ready now.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 *
 * const [reading, writing] = Unix.pipe();
 * await Unix.waitWrite(writing);
 * await Unix.close(reading);
 * await Unix.close(writing);
 * ```
 */
export function waitWrite(fd: FileDescr): Lwt<void> {
  return waitReady(fd, "Write");
}

/**
 * Whether there is something to read right now. Where the other end is gone and nothing is left to
 * read, there is not, although a read would not wait.
 *
 * @param fd The descriptor.
 * @returns Whether `poll(2)` reports data.
 * @throws {UnixError} `EBADF` if the descriptor is closed.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = Unix.pipe();
 * assertEquals(Unix.readable(reading), false);
 * await Unix.close(reading);
 * await Unix.close(writing);
 * ```
 */
export function readable(fd: FileDescr): boolean {
  checkDescriptor(fd);
  return (conditions(fd, Poll.IN) & Poll.IN) !== 0;
}

/**
 * Whether there is room to write right now.
 *
 * @param fd The descriptor.
 * @returns Whether `poll(2)` reports room.
 * @throws {UnixError} `EBADF` if the descriptor is closed.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = Unix.pipe();
 * assertEquals(Unix.writable(writing), true);
 * await Unix.close(reading);
 * await Unix.close(writing);
 * ```
 */
export function writable(fd: FileDescr): boolean {
  checkDescriptor(fd);
  return (conditions(fd, Poll.OUT) & Poll.OUT) !== 0;
}

/** An action of somebody's, which says by what it throws whether it would block. */
class Action<T> extends Waiter {
  readonly action: () => T;
  result: T | undefined;

  constructor(fd: FileDescr, action: () => T) {
    super(fd);
    this.action = action;
    this.result = undefined;
  }

  override attempt(event: IoEvent): number {
    // Somebody served before may have taken what there was, and on a blocking descriptor the
    // action would then hold up the whole program.
    if (this.fd.mode !== NONBLOCKING && !isReady(this.fd, event)) return BLOCKED;
    try {
      this.result = this.action();
      return DONE;
    } catch (error) {
      const awaited = eventOf(error, event);
      if (awaited === undefined) throw error;
      if (awaited === event) return BLOCKED;
      return awaited === "Read" ? BLOCKED_ON_READ : BLOCKED_ON_WRITE;
    }
  }

  override settle(): void {
    new Resolver(this.promise).wakeup(this.result);
  }
}

function waitReady(fd: FileDescr, event: IoEvent): Lwt<void> {
  try {
    checkDescriptor(fd);
    if (isReady(fd, event)) return Lwt.returnUnit;
  } catch (error) {
    return Lwt.fail(error);
  }
  return enqueue(new Action(fd, () => {}), event);
}

/** The direction that an error asks to wait for, or `undefined` if it is an error indeed. */
function eventOf(error: unknown, event: IoEvent): IoEvent | undefined {
  if (error instanceof Retry) return event;
  if (error instanceof RetryRead) return "Read";
  if (error instanceof RetryWrite) return "Write";
  if (!(error instanceof UnixError)) return undefined;
  const { errno } = error;
  return errno === Errno.EAGAIN || errno === Errno.EINTR ? event : undefined;
}

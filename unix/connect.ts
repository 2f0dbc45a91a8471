/**
 * Connecting.
 *
 * @module
 */
import { Lwt } from "../core/lwt.ts";
import { UnixError } from "./error.ts";
import type { FileDescr } from "./fd.ts";
import { Errno } from "./libc/errno.ts";
import { connect as rawConnect, getsockopt } from "./libc/socket.ts";
import { IntOptions } from "./libc/socket_constants.ts";
import { formatSockaddr, withSockaddr } from "./_sockaddr.ts";
import type { Sockaddr } from "./sockaddr.ts";
import { sleep } from "./time.ts";
import { RETRY } from "./_retry.ts";
import { wrapSyscall } from "./wait.ts";

/**
 * Connects a socket, waiting for the other end to answer. For a datagram socket it only says whom
 * it talks to.
 *
 * A local server with a full queue is asked again after a while. Canceling it leaves the socket
 * neither connected nor fresh: close it.
 *
 * @param fd The socket.
 * @param addr The address of the other end.
 * @returns A promise that rejects with a `UnixError`: `ECONNREFUSED` if nobody listens there,
 * `ETIMEDOUT` or `EHOSTUNREACH` if nobody answers, `ENOENT` if there is no such path.
 * @throws {InvalidArgument} If the address or port is not one.
 *
 * @example A refused connection
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertRejects } from "@std/assert";
 *
 * const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
 * const connected = Unix.connect(fd, { tag: "ADDR_INET", addr: "127.0.0.1", port: 1 });
 * await assertRejects(() => connected.toPromise(), Unix.UnixError, "ECONNREFUSED");
 * await Unix.close(fd);
 * ```
 */
export function connect(fd: FileDescr, addr: Sockaddr): Lwt<void> {
  return withSockaddr(addr, (raw) => new Attempt(fd, addr, raw).start());
}

/** Seconds between two attempts on a full queue: at first, and at most. */
const FIRST_DELAY = 0.001;
const LONGEST_DELAY = 0.05;

class Attempt {
  readonly #fd: FileDescr;
  readonly #addr: Sockaddr;
  readonly #raw: Uint8Array<ArrayBuffer>;
  #inProgress = false;

  constructor(fd: FileDescr, addr: Sockaddr, raw: Uint8Array<ArrayBuffer>) {
    this.#fd = fd;
    this.#addr = addr;
    this.#raw = raw;
  }

  start(): Lwt<void> {
    return wrapSyscall("Write", this.#fd, () => this.#try()).bind((result) =>
      result === -Errno.EAGAIN ? this.#again(FIRST_DELAY) : Lwt.returnUnit
    );
  }

  // A local socket that is not connected always counts as writable, so that there is nothing but
  // time to wait for while the queue of the other end is full.
  #again(delay: number): Lwt<void> {
    return sleep(delay)
      .bind(() => wrapSyscall("Write", this.#fd, () => this.#try()))
      .bind((result) =>
        result === -Errno.EAGAIN ? this.#again(Math.min(2 * delay, LONGEST_DELAY)) : Lwt.returnUnit
      );
  }

  /** Answers 0 once connected, or `-EAGAIN`. */
  #try(): number {
    if (this.#inProgress) return this.#outcome();
    const result = rawConnect(this.#fd.number, this.#raw);
    if (result === 0 || result === -Errno.EAGAIN) return result;
    // One that was interrupted may be in progress or not: once writable, a second call tells.
    if (result === -Errno.EINTR) throw RETRY;
    if (result !== -Errno.EINPROGRESS) throw this.#failure(-result);
    this.#inProgress = true;
    throw RETRY;
  }

  #outcome(): number {
    const error = getsockopt(this.#fd.number, ...IntOptions.SO_ERROR);
    if (error !== 0) throw this.#failure(Math.abs(error));
    return 0;
  }

  #failure(errno: number): UnixError {
    const action = `connect descriptor ${this.#fd.number} to ${formatSockaddr(this.#addr)}`;
    return new UnixError(errno, "connect", "", action);
  }
}

/**
 * Taking connections.
 *
 * @module
 */
import { InvalidArgument } from "../core/errors.ts";
import { Lwt } from "../core/lwt.ts";
import { NONBLOCKING } from "./_mode.ts";
import { fail } from "./_fail.ts";
import { FileDescr } from "./fd.ts";
import { opened } from "./_ledger.ts";
import { close } from "./libc/close.ts";
import { Errno } from "./libc/errno.ts";
import { accept as rawAccept } from "./libc/socket.ts";
import { Sockaddr as Raw } from "./libc/socket_constants.ts";
import type { CloexecOptions } from "./pipe.ts";
import { decodeSockaddr } from "./_sockaddr.ts";
import type { Sockaddr } from "./sockaddr.ts";
import { RETRY } from "./_retry.ts";
import { isReady } from "./_ready.ts";
import { wrapSyscall } from "./wait.ts";

/** A connection: its non-blocking socket, and the address of the other end. */
export type Connection = [socket: FileDescr, peer: Sockaddr];

/**
 * Waits for a connection.
 *
 * If it fails for want of descriptors, the connection stays in the queue of the socket, and can be
 * accepted once there are some again. A canceled accept takes none.
 *
 * @param fd The socket that listens.
 * @param options Whether `exec` closes the new socket.
 * @returns A promise of the connection. It rejects with a `UnixError`: `EMFILE` if the process has
 * no descriptor left, `EINVAL` if the socket does not listen.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 *
 * const server = Unix.socket("PF_INET", "SOCK_STREAM", 0);
 * await Unix.bind(server, { tag: "ADDR_INET", addr: "127.0.0.1", port: 0 });
 * Unix.listen(server, 16);
 * const client = Unix.socket("PF_INET", "SOCK_STREAM", 0);
 * await Unix.connect(client, Unix.getsockname(server));
 *
 * const [connection] = await Unix.accept(server);
 * for (const fd of [connection, client, server]) await Unix.close(fd);
 * ```
 */
export function accept(fd: FileDescr, options: CloexecOptions = {}): Lwt<Connection> {
  const { cloexec = true } = options;
  return wrapSyscall("Read", fd, () => acceptNow(fd, cloexec) ?? retry());
}

/**
 * Waits for at least one connection, and takes up to a number of those that are queued.
 *
 * The promise never rejects: what fails, even being closed or canceled, is given beside the
 * connections taken before.
 *
 * @param fd The socket that listens.
 * @param count How many to take at most.
 * @param options Whether `exec` closes the new sockets.
 * @returns A promise of the connections in the order in which they came, and of the error, if any.
 * @throws {InvalidArgument} If the count is not a whole number, or negative.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const server = Unix.socket("PF_INET", "SOCK_STREAM", 0);
 * await Unix.bind(server, { tag: "ADDR_INET", addr: "127.0.0.1", port: 0 });
 * Unix.listen(server, 16);
 * const client = Unix.socket("PF_INET", "SOCK_STREAM", 0);
 * await Unix.connect(client, Unix.getsockname(server));
 *
 * const [connections, error] = await Unix.acceptN(server, 10);
 * assertEquals([connections.length, error], [1, undefined]);
 * for (const [fd] of connections) await Unix.close(fd);
 * await Unix.close(client);
 * await Unix.close(server);
 * ```
 */
export function acceptN(
  fd: FileDescr,
  count: number,
  options: CloexecOptions = {},
): Lwt<[accepted: Connection[], exn: unknown | undefined]> {
  if (!Number.isInteger(count) || count < 0) {
    throw new InvalidArgument(`Unix.acceptN: count must be a natural number, received ${count}`);
  }
  const { cloexec = true } = options;
  const accepted: Connection[] = [];
  return Lwt.tryBind(
    () => wrapSyscall("Read", fd, () => takeQueued(fd, count, cloexec, accepted)),
    () => Lwt.return([accepted, undefined]),
    (exn) => Lwt.return([accepted, exn]),
  );
}

const address = new Uint8Array(Raw.room);
const length = new Int32Array(1);

/** Takes one connection, if there is one. */
function acceptNow(fd: FileDescr, cloexec: boolean): Connection | undefined {
  let result: number;
  do {
    length[0] = Raw.room;
    result = rawAccept(fd.number, address, length, cloexec);
  } while (result === -Errno.EINTR);
  if (result === -Errno.EAGAIN) return undefined;
  if (result < 0) fail(result, "accept", "", `accept from descriptor ${fd.number}`);
  const peer = peerOf(result);
  return [FileDescr.nonBlocking(opened(result, "accept"), fd.isStream), peer];
}

/** The address just received; where it is of an unknown family, the socket must not be lost. */
function peerOf(socket: number): Sockaddr {
  try {
    return decodeSockaddr(address, length[0]!);
  } catch (error) {
    close(socket);
    throw error;
  }
}

function takeQueued(fd: FileDescr, count: number, cloexec: boolean, accepted: Connection[]): void {
  while (accepted.length < count) {
    // A blocking socket with nothing more in its queue would hold up the whole program.
    if (fd.mode !== NONBLOCKING && accepted.length > 0 && !isReady(fd, "Read")) return;
    const connection = acceptNow(fd, cloexec);
    if (connection !== undefined) accepted.push(connection);
    else if (accepted.length > 0) return;
    else throw RETRY;
  }
}

function retry(): never {
  throw RETRY;
}

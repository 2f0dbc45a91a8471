/**
 * Sockets: making them, naming them, and shutting them down.
 *
 * @module
 */
import type { Lwt } from "../core/lwt.ts";
import { runBlocking } from "./_blocking.ts";
import { fail } from "./_fail.ts";
import { wrapSocket } from "./_wrap_socket.ts";
import { checkDescriptor, type FileDescr } from "./fd.ts";
import { cString, open as rawOpen, read as rawRead } from "./libc/file.ts";
import { close as rawClose } from "./libc/close.ts";
import {
  bind as rawBind,
  getpeername as rawGetpeername,
  getsockname as rawGetsockname,
  listen as rawListen,
  shutdown as rawShutdown,
  socket as rawSocket,
  socketpair as rawSocketpair,
} from "./libc/socket.ts";
import {
  Domain,
  Shutdown,
  Sockaddr as Raw,
  SocketFlags,
  SocketTypes,
} from "./libc/socket_constants.ts";
import { OpenFlags } from "./libc/file_constants.ts";
import type { CloexecOptions } from "./pipe.ts";
import { decodeSockaddr, formatSockaddr, withSockaddr } from "./_sockaddr.ts";
import type { Sockaddr, SocketDomain } from "./sockaddr.ts";

/** Communication style. */
export type SocketType = "SOCK_STREAM" | "SOCK_DGRAM" | "SOCK_RAW" | "SOCK_SEQPACKET";

/** Which directions {@linkcode shutdown} ends. */
export type ShutdownCommand = "SHUTDOWN_RECEIVE" | "SHUTDOWN_SEND" | "SHUTDOWN_ALL";

/**
 * Makes a non-blocking wrapped socket.
 *
 * @param domain The address family.
 * @param type The communication style.
 * @param protocol Number of the protocol, 0 for the usual one.
 * @param options Whether `exec` closes it.
 * @returns The socket.
 * @throws {UnixError} `EMFILE` if the process has no descriptor left, `EPROTONOSUPPORT` and others
 * if the system has no such sockets.
 *
 * @example A server and its client
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const server = Unix.socket("PF_INET", "SOCK_STREAM", 0);
 * await Unix.bind(server, { tag: "ADDR_INET", addr: "127.0.0.1", port: 0 });
 * Unix.listen(server, 16);
 *
 * const client = Unix.socket("PF_INET", "SOCK_STREAM", 0);
 * await Unix.connect(client, Unix.getsockname(server));
 * const [accepted, peer] = await Unix.accept(server);
 * assertEquals(peer, Unix.getsockname(client));
 *
 * for (const fd of [accepted, client, server]) await Unix.close(fd);
 * ```
 */
export function socket(
  domain: SocketDomain,
  type: SocketType,
  protocol: number,
  options: CloexecOptions = {},
): FileDescr {
  const fd = rawSocket(Domain[domain], SocketTypes[type] | flagsOf(options), protocol);
  if (fd < 0) fail(fd, "socket", "", `make a socket ${domain} ${type}`);
  return wrapSocket(fd, "socket", type);
}

/**
 * Makes two connected non-blocking wrapped sockets.
 *
 * @param domain The address family; few but `"PF_UNIX"` have pairs.
 * @param type The communication style.
 * @param protocol Number of the protocol, 0 for the usual one.
 * @param options Whether `exec` closes them.
 * @returns The sockets.
 * @throws {UnixError} `EMFILE` if the process has no descriptors left, `EOPNOTSUPP` if the family
 * has no pairs.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [left, right] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
 * assertEquals(await Unix.writeString(left, "hello", 0, 5), 5);
 * assertEquals(await Unix.read(right, new Uint8Array(8), 0, 8), 5);
 * await Unix.close(left);
 * await Unix.close(right);
 * ```
 */
export function socketpair(
  domain: SocketDomain,
  type: SocketType,
  protocol: number,
  options: CloexecOptions = {},
): [FileDescr, FileDescr] {
  const pair = new Int32Array(2);
  const style = SocketTypes[type] | flagsOf(options);
  const result = rawSocketpair(Domain[domain], style, protocol, pair);
  if (result < 0) fail(result, "socketpair", "", `make a pair of sockets ${domain} ${type}`);
  return [wrapSocket(pair[0]!, "socketpair", type), wrapSocket(pair[1]!, "socketpair", type)];
}

/**
 * Gives a socket its address. For a local path this makes a file, which outlives the socket.
 *
 * @param fd The socket.
 * @param addr The address; port 0 stands for any free one.
 * @returns A promise that rejects with a `UnixError`: `EADDRINUSE` if the address is taken,
 * `EACCES` if it is not for everybody, `EADDRNOTAVAIL` if it is not one of this machine.
 * @throws {InvalidArgument} If the address or port is not one.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertRejects } from "@std/assert";
 *
 * const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
 * await Unix.bind(fd, { tag: "ADDR_INET", addr: "127.0.0.1", port: 0 });
 * const other = Unix.socket("PF_INET", "SOCK_STREAM", 0);
 * const taken = Unix.bind(other, Unix.getsockname(fd));
 * await assertRejects(() => taken.toPromise(), Unix.UnixError, "EADDRINUSE");
 * await Unix.close(fd);
 * await Unix.close(other);
 * ```
 */
export function bind(fd: FileDescr, addr: Sockaddr): Lwt<void> {
  return withSockaddr(addr, (raw) => runBlocking(() => bindNow(fd, addr, raw)));
}

/**
 * Makes a socket queue connections, to be taken with `accept`.
 *
 * @param fd The socket.
 * @param backlog How many connections may wait; see {@linkcode somaxconn}.
 * @throws {UnixError} `EBADF` if the socket is closed, `EADDRINUSE` if another one listens there,
 * `EOPNOTSUPP` if its kind knows no connections.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
 * Unix.listen(fd, Unix.somaxconn());
 * assertEquals(Unix.getsockopt(fd, "SO_ACCEPTCONN"), true);
 * await Unix.close(fd);
 * ```
 */
export function listen(fd: FileDescr, backlog: number): void {
  checkDescriptor(fd);
  const result = rawListen(fd.number, backlog);
  if (result < 0) fail(result, "listen", "", `listen on descriptor ${fd.number}`);
}

/**
 * Ends one or both directions of a connection. The descriptor stays open.
 *
 * @param fd The socket.
 * @param command The directions.
 * @throws {UnixError} `EBADF` if the socket is closed, `ENOTCONN` if it is not connected.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [left, right] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
 * Unix.shutdown(left, "SHUTDOWN_SEND");
 * assertEquals(await Unix.read(right, new Uint8Array(1), 0, 1), 0);
 * await Unix.close(left);
 * await Unix.close(right);
 * ```
 */
export function shutdown(fd: FileDescr, command: ShutdownCommand): void {
  checkDescriptor(fd);
  const result = rawShutdown(fd.number, Shutdown[command]);
  if (result < 0) fail(result, "shutdown", "", `shut down descriptor ${fd.number}`);
}

/**
 * Local address of a socket.
 *
 * @param fd The socket.
 * @returns The address; a local socket without a name has an empty path.
 * @throws {UnixError} `EBADF` if the socket is closed, `ENOTSOCK` if it is none.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const fd = Unix.socket("PF_INET6", "SOCK_STREAM", 0);
 * assertEquals(Unix.getsockname(fd), { tag: "ADDR_INET", addr: "::", port: 0 });
 * await Unix.close(fd);
 * ```
 */
export function getsockname(fd: FileDescr): Sockaddr {
  checkDescriptor(fd);
  const raw = new Uint8Array(Raw.room);
  const length = new Int32Array([Raw.room]);
  const result = rawGetsockname(fd.number, raw, length);
  if (result < 0) fail(result, "getsockname", "", `get address of descriptor ${fd.number}`);
  return decodeSockaddr(raw, length[0]!);
}

/**
 * Remote address of a connected socket.
 *
 * @param fd The socket.
 * @returns The address; a local socket without a name has an empty path.
 * @throws {UnixError} `EBADF` if the socket is closed, `ENOTCONN` if it is not connected.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [left, right] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
 * assertEquals(Unix.getpeername(left), { tag: "ADDR_UNIX", path: "" });
 * await Unix.close(left);
 * await Unix.close(right);
 * ```
 */
export function getpeername(fd: FileDescr): Sockaddr {
  checkDescriptor(fd);
  const raw = new Uint8Array(Raw.room);
  const length = new Int32Array([Raw.room]);
  const result = rawGetpeername(fd.number, raw, length);
  if (result < 0) fail(result, "getpeername", "", `get peer of descriptor ${fd.number}`);
  return decodeSockaddr(raw, length[0]!);
}

/**
 * The system's largest listen backlog.
 *
 * @returns How many connections a socket may queue at most.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assert } from "@std/assert";
 *
 * assert(Unix.somaxconn() > 0);
 * ```
 */
export function somaxconn(): number {
  return largestBacklog ??= readNumber("/proc/sys/net/core/somaxconn") ?? 4096;
}

function bindNow(fd: FileDescr, addr: Sockaddr, raw: Uint8Array<ArrayBuffer>): void {
  checkDescriptor(fd);
  const result = rawBind(fd.number, raw);
  if (result === 0) return;
  fail(result, "bind", "", `bind descriptor ${fd.number} to ${formatSockaddr(addr)}`);
}

let largestBacklog: number | undefined;

function flagsOf({ cloexec = true }: CloexecOptions): number {
  return SocketFlags.NONBLOCK | (cloexec ? SocketFlags.CLOEXEC : 0);
}

function readNumber(path: string): number | undefined {
  const fd = rawOpen(cString(path), OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
  if (fd < 0) return undefined;
  const text = new Uint8Array(32);
  const n = rawRead(fd, text, text.length);
  rawClose(fd);
  return n > 0 ? parseInt(new TextDecoder().decode(text.subarray(0, n))) : undefined;
}

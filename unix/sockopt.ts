/**
 * Options of sockets.
 *
 * @module
 */
import { fail } from "./_fail.ts";
import type { ErrorCode } from "./error.ts";
import { checkDescriptor, type FileDescr } from "./fd.ts";
import { errnoName } from "./libc/errno.ts";
import { getsockopt as rawGetsockopt, setsockopt as rawSetsockopt } from "./libc/socket.ts";
import { BoolOptions, IntOptions } from "./libc/socket_constants.ts";

/** On/off socket options. */
export type SocketBoolOption =
  | "SO_DEBUG"
  | "SO_BROADCAST"
  | "SO_REUSEADDR"
  | "SO_KEEPALIVE"
  | "SO_DONTROUTE"
  | "SO_OOBINLINE"
  | "SO_ACCEPTCONN"
  | "TCP_NODELAY"
  | "IPV6_ONLY"
  | "SO_REUSEPORT";

/**
 * Value of an on/off option.
 *
 * @param fd The socket.
 * @param option The option.
 * @returns Whether it is on.
 * @throws {UnixError} `EBADF` if the socket is closed, `ENOPROTOOPT` if its kind has no such option.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
 * assertEquals(Unix.getsockopt(fd, "TCP_NODELAY"), false);
 * await Unix.close(fd);
 * ```
 */
export function getsockopt(fd: FileDescr, option: SocketBoolOption): boolean {
  return getInt(fd, option, BoolOptions[option]) !== 0;
}

/**
 * Sets an on/off option.
 *
 * @param fd The socket.
 * @param option The option.
 * @param value Whether it is to be on.
 * @throws {UnixError} `EBADF` if the socket is closed, `ENOPROTOOPT` if its kind has no such option,
 * or it cannot be set.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
 * Unix.setsockopt(fd, "SO_REUSEADDR", true);
 * assertEquals(Unix.getsockopt(fd, "SO_REUSEADDR"), true);
 * await Unix.close(fd);
 * ```
 */
export function setsockopt(fd: FileDescr, option: SocketBoolOption, value: boolean): void {
  checkDescriptor(fd);
  const [level, number] = BoolOptions[option];
  const result = rawSetsockopt(fd.number, level, number, value ? 1 : 0);
  if (result < 0) fail(result, "setsockopt", "", `set ${option} of descriptor ${fd.number}`);
}

/**
 * Takes and clears a socket's pending error.
 *
 * @param fd The socket.
 * @returns The name of the error, if there is one.
 * @throws {UnixError} `EBADF` if the socket is closed, `ENOTSOCK` if it is none.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
 * assertEquals(Unix.getsockoptError(fd), undefined);
 * await Unix.close(fd);
 * ```
 */
export function getsockoptError(fd: FileDescr): ErrorCode | undefined {
  const errno = getInt(fd, "SO_ERROR", IntOptions.SO_ERROR);
  return errno === 0 ? undefined : errnoName(errno);
}

function getInt(fd: FileDescr, name: string, [level, option]: readonly [number, number]): number {
  checkDescriptor(fd);
  const result = rawGetsockopt(fd.number, level, option);
  return result < 0
    ? fail(result, "getsockopt", "", `get ${name} of descriptor ${fd.number}`)
    : result;
}

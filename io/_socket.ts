/*
 * What connections and servers do with sockets.
 */
import { Lwt } from "../core/lwt.ts";
import { UnixError } from "../unix/error.ts";
import { close, type FileDescr, state } from "../unix/fd.ts";
import type { Sockaddr, SocketDomain } from "../unix/sockaddr.ts";
import { shutdown } from "../unix/socket.ts";
import { setsockopt } from "../unix/sockopt.ts";
import { overFd } from "./_over.ts";
import { input, output } from "./channel.ts";
import type { Channels } from "./connection.ts";

/** Makes two channels over a socket, with one end. */
export function channelsOver(
  fd: FileDescr,
  inMemory: number | Uint8Array,
  outMemory: number | Uint8Array,
): Channels {
  let closing: Lwt<void> | undefined;
  const closeBoth = () => closing ??= closeSocket(fd);
  return [overFd(input, fd, inMemory, closeBoth), overFd(output, fd, outMemory, closeBoth)];
}

/** Closes those channels that are not closed: the output first, for it may have something to send. */
export function* closeOpen([ic, oc]: Channels): Lwt.Task<void> {
  try {
    if (!oc.isClosed()) yield* oc.close();
  } finally {
    if (!ic.isClosed()) yield* ic.close();
  }
}

/** Shuts a socket down both ways and closes it. */
export function closeSocket(fd: FileDescr): Lwt<void> {
  return Lwt.finalize(() => Lwt.wrap(() => shutdownBoth(fd)), () => close(fd));
}

/** The family of an address. */
export function domainOf(addr: Sockaddr): SocketDomain {
  if (addr.tag === "ADDR_UNIX") return "PF_UNIX";
  return addr.addr.includes(":") ? "PF_INET6" : "PF_INET";
}

/** Sets TCP_NODELAY if that is wanted, or if nothing is said and the socket has it. */
export function setNodelay(fd: FileDescr, wanted: boolean | undefined): void {
  if (wanted === false) return;
  try {
    setsockopt(fd, "TCP_NODELAY", true);
  } catch (error) {
    if (wanted === true || !isUnixError(error, "EOPNOTSUPP")) throw error;
  }
}

/** Whether an error is that of a system call, with a given code. */
export function isUnixError(error: unknown, ...codes: string[]): boolean {
  return error instanceof UnixError && codes.includes(error.code);
}

/** Closes a socket of which something else is to be said. */
export function* discard(fd: FileDescr): Lwt.Task<void> {
  try {
    if (state(fd) !== "Closed") yield* close(fd);
  } catch {
    // It is closed even so, and what led here tells more.
  }
}

function shutdownBoth(fd: FileDescr): void {
  try {
    shutdown(fd, "SHUTDOWN_ALL");
  } catch (error) {
    // The other end has gone, which is no failure of ours.
    if (!isUnixError(error, "ENOTCONN")) throw error;
  }
}

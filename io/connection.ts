/**
 * Connections as pairs of channels.
 *
 * @module
 */
import { Lwt } from "../core/lwt.ts";
import { connect } from "../unix/connect.ts";
import { UnixError } from "../unix/error.ts";
import { close, type FileDescr, state } from "../unix/fd.ts";
import { shutdown, type Sockaddr, socket, type SocketDomain } from "../unix/socket.ts";
import { setsockopt } from "../unix/sockopt.ts";
import { input, output } from "./channel.ts";
import type { InputChannel } from "./input.ts";
import { memory, overFd } from "./make.ts";
import type { OutputChannel } from "./output.ts";

/** A channel for each direction of a connection. */
export type Channels = [ic: InputChannel, oc: OutputChannel];

/** Settings of {@linkcode openConnection} and {@linkcode withConnection}. */
export interface ConnectionOptions {
  /** The socket to connect, instead of a new one. It is closed with the channels. */
  fd?: FileDescr;

  /**
   * Whether small writes go out at once (`TCP_NODELAY`); by default they do where that exists, and
   * with `false` the socket is left as it is.
   */
  setTcpNodelay?: boolean;

  /** Called with the socket before it connects. */
  prepareFd?: (fd: FileDescr) => void;

  /** The buffer of the input channel. */
  inBuffer?: Uint8Array;

  /** The buffer of the output channel. */
  outBuffer?: Uint8Array;
}

/**
 * Connects to an address, and makes a channel for each direction. They share one end: closing either
 * shuts the socket down both ways and closes it, without the other channel being told.
 *
 * @param addr The address.
 * @param options The socket and the buffers.
 * @returns A promise of the two channels. If connecting fails, the socket is closed.
 * @throws {InvalidArgument} If a buffer is too small.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const addr = { tag: "ADDR_UNIX", path: "\0greeter of the example" } as const;
 * await using _server = await Io.establishServer(addr, ([_, oc]) => oc.writeLine("hello"));
 * const [ic, oc] = await Io.openConnection(addr);
 * assertEquals(await ic.readLine(), "hello");
 * await oc.close();
 * await ic.close();
 * ```
 */
export function openConnection(addr: Sockaddr, options: ConnectionOptions = {}): Lwt<Channels> {
  const { inBuffer, outBuffer } = options;
  const memories = [memory(inBuffer), memory(outBuffer)] as const;
  return Lwt.spawn(connected, addr, options).map((fd) => channelsOver(fd, ...memories));
}

/**
 * Connects to an address, runs a function on the two channels, and closes those it left open: first
 * the output, which is flushed, then the input.
 *
 * @typeParam T The type of the value.
 * @param addr The address.
 * @param f The function.
 * @param options The socket and the buffers.
 * @returns A promise with the outcome of `f`; rejected if closing fails, even if `f` had failed.
 * @throws {InvalidArgument} If a buffer is too small.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const addr = { tag: "ADDR_UNIX", path: "\0echo of the example" } as const;
 * await using _server = await Io.establishServer(
 *   addr,
 *   ([ic, oc]) => ic.readLine().bind((line) => oc.writeLine(line)),
 * );
 * const line = await Io.withConnection(
 *   addr,
 *   ([ic, oc]) => oc.writeLine("hello").bind(() => ic.readLine()),
 * );
 * assertEquals(line, "hello");
 * ```
 */
export function withConnection<T>(
  addr: Sockaddr,
  f: (channels: Channels) => Lwt<T>,
  options?: ConnectionOptions,
): Lwt<T> {
  return openConnection(addr, options)
    .bind((channels) => Lwt.finalize(() => f(channels), () => Lwt.spawn(closeOpen, channels)));
}

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

function* connected(addr: Sockaddr, options: ConnectionOptions): Lwt.Task<FileDescr> {
  const fd = options.fd ?? socket(domainOf(addr), "SOCK_STREAM", 0);
  try {
    options.prepareFd?.(fd);
    yield* connect(fd, addr);
    setNodelay(fd, options.setTcpNodelay);
    return fd;
  } catch (error) {
    yield* discard(fd);
    throw error;
  }
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

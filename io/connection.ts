/**
 * Connections as pairs of channels.
 *
 * @module
 */
import { Lwt } from "../core/lwt.ts";
import { connect } from "../unix/connect.ts";
import type { FileDescr } from "../unix/fd.ts";
import type { Sockaddr } from "../unix/sockaddr.ts";
import { socket } from "../unix/socket.ts";
import { memory } from "./_over.ts";
import { channelsOver, closeOpen, discard, domainOf, setNodelay } from "./_socket.ts";
import type { InputChannel } from "./input.ts";
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

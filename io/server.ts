/**
 * Servers: a handler run for each connection.
 *
 * @module
 */
import { Lwt } from "../core/lwt.ts";
import { acceptN, type Connection } from "../unix/accept.ts";
import { close, type FileDescr, state } from "../unix/fd.ts";
import { unlink } from "../unix/file.ts";
import type { Sockaddr } from "../unix/sockaddr.ts";
import { bind, listen, socket, somaxconn } from "../unix/socket.ts";
import { setsockopt } from "../unix/sockopt.ts";
import { sleep } from "../unix/time.ts";
import { checkSize } from "./_checks.ts";
import {
  channelsOver,
  closeOpen,
  closeSocket,
  discard,
  domainOf,
  isUnixError,
  setNodelay,
} from "./_socket.ts";
import type { Channels } from "./connection.ts";
import { bufferSize } from "./_over.ts";

/** Settings that all servers have. */
export interface ListenOptions {
  /** How many connections may wait to be accepted; by default as many as the system allows. */
  backlog?: number;

  /**
   * Whether the handler keeps the connection, instead of having it closed when it has ended.
   *
   * @default {false}
   */
  noClose?: boolean;

  /**
   * Whether small writes go out at once (`TCP_NODELAY`); by default they do where that exists, and
   * with `false` sockets are left as they are.
   */
  setTcpNodelay?: boolean;

  /** Called with the socket that listens, before it is bound to the address. */
  prepareListeningFd?: (fd: FileDescr) => void;

  /** Called with the socket of each connection, before its handler. */
  prepareClientFd?: (fd: FileDescr) => void;
}

/** Settings of {@linkcode establishServerWithClientSocket}. */
export interface SocketServerOptions extends ListenOptions {
  /** The socket that is to listen, instead of a new one. */
  serverFd?: FileDescr;
}

/** Settings of {@linkcode establishServerWithClientAddress}. */
export interface ChannelServerOptions extends ListenOptions {
  /** The socket that is to listen, instead of a new one. */
  fd?: FileDescr;

  /** Capacity of the buffer of each channel, in bytes. */
  bufferSize?: number;
}

/** What a server calls for each connection. */
type Handler = (clientAddress: Sockaddr, clientSocket: FileDescr) => Lwt.Task<void>;

/** How many connections are accepted before others get their turn. */
const BATCH = 64;

/** Seconds to wait when the process or the system has no descriptor left. */
const SHORTAGE_DELAY = 0.1;

/**
 * A listening server.
 *
 * - Handlers run concurrently. What one throws, or is rejected with, goes to
 *   `Lwt.asyncExceptionHook`, and so do errors of closing its connection; the server goes on.
 * - When there is no descriptor left, the hook is told once, and connections are accepted as others
 *   are closed. Any other failure to accept goes to the hook and ends the server.
 * - With `await using` it is shut down at the end of the block.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 *
 * const server = await Io.establishServer(
 *   { tag: "ADDR_INET", addr: "127.0.0.1", port: 0 },
 *   ([_ic, oc]) => oc.writeLine("hello"),
 * );
 * await server.shutdown();
 * ```
 */
export class Server implements AsyncDisposable {
  readonly #listener: FileDescr;
  readonly #addr: Sockaddr;
  readonly #handle: Handler;
  /** What the server waits for. */
  #waiting: Lwt<unknown> = Lwt.returnUnit;
  #stopping: boolean = false;
  #ended: Lwt<void> = Lwt.returnUnit;

  private constructor(listener: FileDescr, addr: Sockaddr, handle: Handler) {
    this.#listener = listener;
    this.#addr = addr;
    this.#handle = handle;
  }

  /** @ignore Starts a server over a socket that listens. */
  static start(listener: FileDescr, addr: Sockaddr, handle: Handler): Server {
    const server = new Server(listener, addr, handle);
    server.#ended = Lwt.spawn(server.#serve()).noCancel();
    return server;
  }

  /**
   * Stops listening: closes the socket, and removes the file of a local address. Connections that
   * were accepted go on.
   *
   * @returns A promise for when the socket is closed. Later calls give the same.
   *
   * @example Usage
   * ```ts
   * import { Io, Lwt } from "@lwt/lwt";
   *
   * const server = await Io.establishServer(
   *   { tag: "ADDR_INET", addr: "127.0.0.1", port: 0 },
   *   () => Lwt.returnUnit,
   * );
   * await server.shutdown();
   * ```
   */
  shutdown(): Lwt<void> {
    this.#stopping = true;
    this.#waiting.cancel();
    return this.#ended;
  }

  /**
   * Shuts the server down, as {@linkcode Server.prototype.shutdown} does.
   *
   * @returns When it no longer listens.
   */
  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.shutdown();
  }

  *#serve(): Lwt.Task<void> {
    try {
      yield* this.#accept();
    } finally {
      yield* reporting(closeListener(this.#listener));
      yield* reporting(removeFile(this.#addr));
    }
  }

  *#accept(): Lwt.Task<void> {
    let isShort = false;
    while (!this.#stopping) {
      const accepted = acceptN(this.#listener, BATCH);
      this.#waiting = accepted;
      const [connections, error] = yield* accepted;
      for (const connection of connections) this.#start(connection);
      if (connections.length > 0) isShort = false;
      if (connections.length === BATCH) yield* Lwt.pause();
      if (error === undefined || this.#stopping || isUnixError(error, "ECONNABORTED")) continue;
      if (!isShort) Lwt.asyncExceptionHook(error);
      isShort = isUnixError(error, "EMFILE", "ENFILE");
      if (!isShort) return;
      yield* this.#delay();
    }
  }

  #start([fd, peer]: Connection): void {
    Lwt.async(() => Lwt.spawn(this.#handle(peer, fd)));
  }

  *#delay(): Lwt.Task<void> {
    const delay = sleep(SHORTAGE_DELAY);
    this.#waiting = delay;
    try {
      yield* delay;
    } catch (error) {
      if (!this.#stopping) throw error;
    }
  }
}

/**
 * Listens on an address, and runs a handler, concurrently, on the socket of each connection, which
 * is shut down and closed when the handler has ended.
 *
 * @param addr The address. An internet port of 0 is one that the system chooses.
 * @param f The handler. It may close the socket itself.
 * @param options The socket that listens, and what is done with others.
 * @returns A promise of the server, once it listens. It rejects if the address cannot be used.
 *
 * @example Usage
 * ```ts
 * import { Io, Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const addr = { tag: "ADDR_UNIX", path: "\0raw greeter of the example" } as const;
 * const server = await Io.establishServerWithClientSocket(
 *   addr,
 *   (_peer, fd) => Unix.writeString(fd, "hello\n", 0, 6).map(() => {}),
 * );
 * assertEquals(await Io.withConnection(addr, ([ic]) => ic.readLine()), "hello");
 * await server.shutdown();
 * ```
 */
export function establishServerWithClientSocket(
  addr: Sockaddr,
  f: (clientAddress: Sockaddr, clientSocket: FileDescr) => Lwt<void>,
  options: SocketServerOptions = {},
): Lwt<Server> {
  const { serverFd, noClose = false } = options;
  return Lwt.spawn(established, addr, serverFd, options, function* (peer, fd) {
    try {
      yield* reporting(handled(fd, options, () => f(peer, fd)));
    } finally {
      if (!noClose && state(fd) !== "Closed") yield* reporting(closed(fd));
    }
  });
}

/**
 * Listens on an address, and runs a handler, concurrently, on the two channels of each connection,
 * which are closed when the handler has ended: first the output, which is flushed, then the input.
 * In Lwt the input goes first, and takes with it what was not flushed.
 *
 * @param addr The address. An internet port of 0 is one that the system chooses.
 * @param f The handler. It may close the channels itself.
 * @param options The socket that listens, and what is done with others.
 * @returns A promise of the server, once it listens. It rejects if the address cannot be used.
 * @throws {InvalidArgument} If the buffer size is too small.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const addr = { tag: "ADDR_UNIX", path: "\0mirror of the example" } as const;
 * const server = await Io.establishServerWithClientAddress(
 *   addr,
 *   (peer, [_ic, oc]) => oc.writeLine(peer.tag),
 * );
 * assertEquals(await Io.withConnection(addr, ([ic]) => ic.readLine()), "ADDR_UNIX");
 * await server.shutdown();
 * ```
 */
export function establishServerWithClientAddress(
  addr: Sockaddr,
  f: (clientAddress: Sockaddr, channels: Channels) => Lwt<void>,
  options: ChannelServerOptions = {},
): Lwt<Server> {
  const { fd: listener, bufferSize: size, noClose = false } = options;
  if (size !== undefined) checkSize("establish server", size);
  return Lwt.spawn(established, addr, listener, options, function* (peer, fd) {
    const memory = size ?? bufferSize();
    const channels = channelsOver(fd, memory, memory);
    try {
      yield* reporting(handled(fd, options, () => f(peer, channels)));
    } finally {
      if (!noClose) yield* reporting(closeOpen(channels));
    }
  });
}

/**
 * {@linkcode establishServerWithClientAddress} whose handler is not told the address.
 *
 * @param addr The address. An internet port of 0 is one that the system chooses.
 * @param f The handler. It may close the channels itself.
 * @param options The socket that listens, and what is done with others.
 * @returns A promise of the server, once it listens. It rejects if the address cannot be used.
 * @throws {InvalidArgument} If the buffer size is too small.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const addr = { tag: "ADDR_UNIX", path: "\0clock of the example" } as const;
 * const server = await Io.establishServer(addr, ([_ic, oc]) => oc.writeLine("12:00"));
 * assertEquals(await Io.withConnection(addr, ([ic]) => ic.readLine()), "12:00");
 * await server.shutdown();
 * ```
 */
export function establishServer(
  addr: Sockaddr,
  f: (channels: Channels) => Lwt<void>,
  options?: ChannelServerOptions,
): Lwt<Server> {
  return establishServerWithClientAddress(addr, (_, channels) => f(channels), options);
}

function* established(
  addr: Sockaddr,
  given: FileDescr | undefined,
  options: ListenOptions,
  handle: Handler,
): Lwt.Task<Server> {
  const listener = given ?? socket(domainOf(addr), "SOCK_STREAM", 0);
  try {
    setsockopt(listener, "SO_REUSEADDR", true);
    options.prepareListeningFd?.(listener);
    yield* bind(listener, addr);
    listen(listener, options.backlog ?? somaxconn());
  } catch (error) {
    if (given === undefined) yield* discard(listener);
    throw error;
  }
  return Server.start(listener, addr, handle);
}

function* handled(fd: FileDescr, options: ListenOptions, f: () => Lwt<void>): Lwt.Task<void> {
  setNodelay(fd, options.setTcpNodelay);
  options.prepareClientFd?.(fd);
  yield* f();
}

function* closed(fd: FileDescr): Lwt.Task<void> {
  yield* closeSocket(fd);
}

/** Sends errors to the hook: nobody waits for what a server does. */
function* reporting(operation: Lwt.Task<void>): Lwt.Task<void> {
  try {
    yield* operation;
  } catch (error) {
    Lwt.asyncExceptionHook(error);
  }
}

function* closeListener(listener: FileDescr): Lwt.Task<void> {
  if (state(listener) !== "Closed") yield* close(listener);
}

function* removeFile(addr: Sockaddr): Lwt.Task<void> {
  if (addr.tag !== "ADDR_UNIX" || addr.path === "" || addr.path.startsWith("\0")) return;
  try {
    yield* unlink(addr.path);
  } catch (error) {
    // Someone was faster, and it is gone as it should be.
    if (!isUnixError(error, "ENOENT")) throw error;
  }
}

/**
 * Relays TCP connections: whatever comes in at one address goes out to another, and back.
 *
 *   deno run --allow-ffi --allow-env relay.ts LISTEN_ADDR DEST_ADDR
 *
 * An address is HOST:PORT with a numeric host or "localhost" ("[::1]:80" for IPv6, ":80" for every
 * interface), or the path of a Unix socket. Port 0 listens anywhere; the address is printed. Either
 * side may close its direction first; the other one goes on until it is closed too.
 */
import { Io, Lwt, Unix } from "@lwt/lwt";

const BUFFER = 64 * 1024; // bytes
const SIGINT = 2;
const SIGTERM = 15;

function* relay(listen: Unix.Sockaddr, destination: Unix.Sockaddr): Lwt.Task<void> {
  const fd = Unix.socket(domainOf(listen), "SOCK_STREAM", 0);
  const server = yield* Io.establishServerWithClientSocket(
    listen,
    (_address, client) => Lwt.spawn(connection, client, destination),
    { serverFd: fd },
  );
  yield* Io.printl(`Listening on ${show(Unix.getsockname(fd))}`);
  yield* Lwt.pick([signal(SIGINT), signal(SIGTERM)]);
  yield* server.shutdown();
}

/** One client: connects for it, and carries both directions until both have ended. */
function* connection(client: Unix.FileDescr, destination: Unix.Sockaddr): Lwt.Task<void> {
  const peer = Unix.socket(domainOf(destination), "SOCK_STREAM", 0);
  try {
    yield* Unix.connect(peer, destination);
    // If one direction breaks, there is nobody left for the other.
    const ways = [Lwt.spawn(pump, client, peer), Lwt.spawn(pump, peer, client)];
    ways.forEach((way) => way.onFailure(() => ways.forEach((other) => other.cancel())));
    yield* Lwt.join(ways);
  } catch (error) {
    if (!(error instanceof Unix.UnixError)) throw error;
    yield* Io.eprintl(`relay: ${error.message}`);
  } finally {
    yield* Unix.close(peer);
  }
}

/** Carries bytes one way until there are no more, and says so to the other side. */
function* pump(from: Unix.FileDescr, to: Unix.FileDescr): Lwt.Task<void> {
  const buffer = new Uint8Array(BUFFER);
  for (let n; (n = yield* Unix.read(from, buffer, 0, BUFFER)) > 0;) {
    for (let at = 0; at < n;) at += yield* Unix.write(to, buffer, at, n - at);
  }
  finish(to);
}

// The other side may have gone altogether, and then needs no telling.
function finish(fd: Unix.FileDescr): void {
  try {
    Unix.shutdown(fd, "SHUTDOWN_SEND");
  } catch (error) {
    if (!(error instanceof Unix.UnixError && error.code === "ENOTCONN")) throw error;
  }
}

function signal(signum: number): Lwt<void> {
  const [p, resolver] = Lwt.task<void>(`signal ${signum}`);
  const handler = Unix.onSignal(signum, () => resolver.wakeupLater());
  p.onTermination(() => Unix.disableSignalHandler(handler));
  return p;
}

function parse(text: string): Unix.Sockaddr {
  if (text.includes("/")) return { tag: "ADDR_UNIX", path: text };
  const match = text.match(/^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/);
  const port = Number(match?.[3]);
  if (match === null || port > 65535) throw new SyntaxError(`Not an address: "${text}"`);
  const host = match[1] ?? match[2] ?? "";
  const addr = host === "" ? "0.0.0.0" : host === "localhost" ? "127.0.0.1" : host;
  return { tag: "ADDR_INET", addr, port };
}

function domainOf(address: Unix.Sockaddr): Unix.SocketDomain {
  if (address.tag === "ADDR_UNIX") return "PF_UNIX";
  return address.addr.includes(":") ? "PF_INET6" : "PF_INET";
}

function show(address: Unix.Sockaddr): string {
  if (address.tag === "ADDR_UNIX") return address.path;
  const host = address.addr.includes(":") ? `[${address.addr}]` : address.addr;
  return `${host}:${address.port}`;
}

async function main([listen, destination, ...rest]: readonly string[]): Promise<number> {
  if (listen === undefined || destination === undefined || rest.length > 0) {
    console.error("Usage: relay LISTEN_ADDR DEST_ADDR");
    return 2;
  }
  try {
    await Lwt.spawn(relay, parse(listen), parse(destination));
    return 0;
  } catch (error) {
    if (!(error instanceof Unix.UnixError || error instanceof SyntaxError)) throw error;
    console.error(`relay: ${error.message}`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));

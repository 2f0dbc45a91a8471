import { assert, assertEquals, assertThrows } from "@std/assert";
import { InvalidArgument } from "../../core/errors.ts";
import { Lwt } from "../../core/lwt.ts";
import { Engine } from "../../unix/engine/mod.ts";
import { Errno } from "../../unix/libc/errno.ts";
import { injectFaults } from "../../unix/libc/open.ts";
import * as Unix from "../../unix/unix.ts";
import { assertCanceled, assertFails, assertReturns, assertSleeps } from "../core/_state.ts";
import { runChild } from "./_child.ts";
import { bothDrivers, turns } from "./_drivers.ts";
import {
  callsOf,
  closeAll,
  connected,
  fill,
  listener,
  LOCALHOST,
  pattern,
  readAll,
  rejects,
  Scratch,
  text,
  throwsUnix,
  writeAll,
} from "./_unix.ts";

const BYTE = new Uint8Array([42]);

/** A socket for local paths that listens at one. */
function* localListener(path: string, backlog = 16): Lwt.Task<Unix.FileDescr> {
  const fd = Unix.socket("PF_UNIX", "SOCK_STREAM", 0);
  yield* Unix.bind(fd, { tag: "ADDR_UNIX", path });
  Unix.listen(fd, backlog);
  return fd;
}

/** A connection: the socket that listens, and the two ends. */
function* connection(): Lwt.Task<[Unix.FileDescr, Unix.FileDescr, Unix.FileDescr]> {
  const server = yield* listener();
  const client = yield* connected(server);
  const [accepted] = yield* Unix.accept(server);
  return [server, client, accepted];
}

/** A socket that listens, and connections that fill its queue, with one that waits for room. */
function* fullListener(): Lwt.Task<[Unix.FileDescr[], Unix.FileDescr, Lwt<void>]> {
  const server = yield* listener(0);
  const fds = [server];
  for (;;) {
    const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
    const p = Unix.connect(fd, Unix.getsockname(server));
    const done = yield* Lwt.choose([p.map(() => true), Unix.sleep(0.05).map(() => false)]);
    if (!done) return [fds, fd, p];
    fds.push(fd);
  }
}

bothDrivers("addresses come back as they were given", function* () {
  using scratch = new Scratch();
  const cases: [Unix.SocketDomain, Unix.Sockaddr][] = [
    ["PF_INET", LOCALHOST],
    ["PF_INET", { tag: "ADDR_INET", addr: "127.1.2.3", port: 0 }],
    ["PF_INET6", { tag: "ADDR_INET", addr: "::1", port: 0 }],
    ["PF_UNIX", { tag: "ADDR_UNIX", path: scratch.file("é") }],
    ["PF_UNIX", { tag: "ADDR_UNIX", path: `\0lwt-${crypto.randomUUID()}` }],
  ];
  for (const [domain, address] of cases) {
    const server = Unix.socket(domain, "SOCK_STREAM", 0);
    yield* Unix.bind(server, address);
    Unix.listen(server, 1);
    const name = Unix.getsockname(server);
    if (address.tag === "ADDR_UNIX") assertEquals(name, address);
    else assertEquals({ ...name, port: 0 }, address);

    const client = Unix.socket(domain, "SOCK_STREAM", 0);
    yield* Unix.connect(client, name);
    assertEquals(Unix.getpeername(client), name);
    const [accepted, peer] = yield* Unix.accept(server);
    assertEquals(peer, Unix.getsockname(client));
    assertEquals(Unix.getpeername(accepted), peer);
    assertEquals(Unix.getsockname(accepted), name);
    yield* closeAll(accepted, client, server);
  }
});

bothDrivers("every port can be told from every other", function* () {
  for (const port of [1, 255, 256, 8080, 65535]) {
    const fd = Unix.socket("PF_INET", "SOCK_DGRAM", 0);
    yield* Unix.connect(fd, { tag: "ADDR_INET", addr: "127.0.0.1", port });
    assertEquals(Unix.getpeername(fd), { tag: "ADDR_INET", addr: "127.0.0.1", port });
    yield* closeAll(fd);
  }
});

bothDrivers("what is no address throws at once", function* () {
  const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  const addresses: [string, number][] = [
    ["localhost", 80],
    ["1.2.3", 80],
    ["1.2.3.4.5", 80],
    ["::g", 80],
    ["", 80],
    ["127.0.0.1", -1],
    ["127.0.0.1", 65536],
    ["127.0.0.1", 0.5],
    ["127.0.0.1", NaN],
  ];
  for (const [addr, port] of addresses) {
    const address: Unix.Sockaddr = { tag: "ADDR_INET", addr, port };
    assertThrows(() => Unix.bind(fd, address), InvalidArgument, "Cannot use address");
    assertThrows(() => Unix.connect(fd, address), InvalidArgument, "Cannot use address");
  }
  yield* closeAll(fd);
});

bothDrivers("a local path too long, or with a zero in it, rejects", function* () {
  const fd = Unix.socket("PF_UNIX", "SOCK_STREAM", 0);
  const long = "x".repeat(108);
  for (const f of [Unix.bind, Unix.connect]) {
    yield* rejects(f(fd, { tag: "ADDR_UNIX", path: long }), "ENAMETOOLONG", "", long);
    yield* rejects(f(fd, { tag: "ADDR_UNIX", path: "a\0b" }), "ENOENT", "", "a\0b");
  }
  yield* closeAll(fd);
});

bothDrivers("the longest local path does", function* () {
  using scratch = new Scratch();
  const path = scratch.file("x".repeat(107 - scratch.path.length - 1));
  const fd = Unix.socket("PF_UNIX", "SOCK_STREAM", 0);
  yield* Unix.bind(fd, { tag: "ADDR_UNIX", path });
  assertEquals(Unix.getsockname(fd), { tag: "ADDR_UNIX", path });
  yield* closeAll(fd);
});

bothDrivers("sockets without a name have an empty path", function* () {
  const fd = Unix.socket("PF_UNIX", "SOCK_STREAM", 0);
  assertEquals(Unix.getsockname(fd), { tag: "ADDR_UNIX", path: "" });
  yield* closeAll(fd);
});

bothDrivers("a socket that the system cannot make throws", function* () {
  throwsUnix(() => Unix.socket("PF_UNIX", "SOCK_STREAM", 999), "EPROTONOSUPPORT", "socket");
  throwsUnix(() => Unix.socketpair("PF_INET", "SOCK_STREAM", 0), "EOPNOTSUPP", "socketpair");
  using _ = injectFaults((call) => call.startsWith("socket") ? -Errno.EMFILE : undefined);
  throwsUnix(() => Unix.socket("PF_INET", "SOCK_STREAM", 0), "EMFILE", "socket");
  throwsUnix(() => Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0), "EMFILE", "socketpair");
});

bothDrivers("pairs of every style carry bytes both ways", function* () {
  for (const type of ["SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET"] as const) {
    const [left, right] = Unix.socketpair("PF_UNIX", type, 0);
    for (const [from, to] of [[left, right], [right, left]] as const) {
      const p = Unix.read(to, new Uint8Array(8), 0, 8);
      assertSleeps(p);
      assertEquals(yield* Unix.writeString(from, "hello", 0, 5), 5);
      assertEquals(yield* p, 5);
    }
    yield* closeAll(left, right);
  }
});

bothDrivers("43: acceptN takes what is queued, in order, up to the count", function* () {
  const server = yield* listener();
  const clients = [];
  for (let i = 0; i < 3; i++) clients.push(yield* connected(server));
  const [first, error] = yield* Unix.acceptN(server, 2);
  assertEquals(error, undefined);
  assertEquals(first.map(([, peer]) => peer), clients.slice(0, 2).map(Unix.getsockname));
  const [second, none] = yield* Unix.acceptN(server, 10);
  assertEquals([second.length, none], [1, undefined]);
  const p = Unix.acceptN(server, 10);
  assertSleeps(p);
  clients.push(yield* connected(server));
  const [third] = yield* p;
  assertEquals(third.length, 1);
  const accepted = [...first, ...second, ...third].map(([fd]) => fd);
  yield* closeAll(...accepted, ...clients, server);
});

bothDrivers("43: acceptN of none gives none at once", function* () {
  const server = yield* listener();
  assertReturns(Unix.acceptN(server, 0), [[], undefined]);
  assertThrows(() => Unix.acceptN(server, -1), InvalidArgument, "Unix.acceptN");
  assertThrows(() => Unix.acceptN(server, 1.5), InvalidArgument, "Unix.acceptN");
  yield* closeAll(server);
});

bothDrivers(
  "43: an interruption does not end acceptN (decided: the call is made again)",
  function* () {
    const server = yield* listener();
    const clients = [yield* connected(server), yield* connected(server)];
    let calls = 0;
    using _ = injectFaults((call) => call === "accept" && calls++ === 1 ? -Errno.EINTR : undefined);
    const [accepted, error] = yield* Unix.acceptN(server, 2);
    assertEquals([accepted.length, error], [2, undefined]);
    yield* closeAll(...accepted.map(([fd]) => fd), ...clients, server);
  },
);

bothDrivers("44: acceptN gives an error beside what it has taken", function* () {
  const server = yield* listener();
  const clients = [yield* connected(server), yield* connected(server)];
  let accepted: Unix.FileDescr[] = [];
  {
    let calls = 0;
    using _ = injectFaults((call) =>
      call === "accept" && calls++ === 1 ? -Errno.EMFILE : undefined
    );
    const [connections, error] = yield* Unix.acceptN(server, 2);
    accepted = connections.map(([fd]) => fd);
    assertEquals(accepted.length, 1);
    yield* rejects(Lwt.fail(error), "EMFILE", "accept");
  }
  const [rest] = yield* Unix.acceptN(server, 2);
  assertEquals(rest.length, 1);
  yield* closeAll(...accepted, ...rest.map(([fd]) => fd), ...clients, server);
});

bothDrivers("44: canceled or closed, acceptN is fulfilled with the error", function* () {
  const server = yield* listener();
  const canceled = Unix.acceptN(server, 2);
  canceled.cancel();
  const [none, error] = yield* canceled;
  assert(error instanceof Lwt.Canceled);
  assertEquals(none, []);
  const closed = Unix.acceptN(server, 2);
  yield* Unix.close(server);
  const [, why] = yield* closed;
  yield* rejects(Lwt.fail(why), "EBADF", "check_descriptor");
  const [, again] = yield* Unix.acceptN(server, 2);
  yield* rejects(Lwt.fail(again), "EBADF", "check_descriptor");
});

bothDrivers("45: acceptN on a blocking listener polls before each further accept", function* () {
  const server = yield* listener();
  Unix.setBlocking(server, true);
  const clients = [yield* connected(server), yield* connected(server)];
  yield* Unix.blocking(server);
  let p: Lwt<[Unix.Connection[], unknown]> | undefined;
  const calls = callsOf(() => p = Unix.acceptN(server, 10));
  assertEquals(calls, ["poll", "accept", "poll", "accept", "poll"]);
  const [connections] = yield* p!;
  assertEquals(connections.length, 2);
  const waiting = Unix.accept(server);
  assertSleeps(waiting);
  clients.push(yield* connected(server));
  const [last] = yield* waiting;
  yield* closeAll(...connections.map(([fd]) => fd), last, ...clients, server);
});

bothDrivers("46: connect waits until it is writable, and asks for the error once", function* () {
  const server = yield* listener();
  const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  const calls: string[] = [];
  using _ = injectFaults((call) => {
    calls.push(call);
    return undefined;
  });
  const p = Unix.connect(fd, Unix.getsockname(server));
  assertSleeps(p);
  yield* p;
  assertEquals(calls.filter((call) => call === "connect").length, 1);
  assertEquals(calls.filter((call) => call === "getsockopt").length, 1);
  const [accepted] = yield* Unix.accept(server);
  yield* closeAll(accepted, fd, server);
});

bothDrivers("46: a refused connection rejects with ECONNREFUSED of connect", function* () {
  const server = yield* listener();
  const address = Unix.getsockname(server);
  yield* Unix.close(server);
  const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  const error = yield* rejects(Unix.connect(fd, address), "ECONNREFUSED", "connect");
  assertEquals(
    error.message,
    `Cannot connect descriptor ${Unix.unixFileDescr(fd)} to 127.0.0.1:${portOf(address)}: ` +
      "ECONNREFUSED (connection refused)",
  );
  yield* closeAll(fd);
});

bothDrivers("46: an interrupted connect is made again when the socket is writable", function* () {
  const server = yield* listener();
  for (const errno of [Errno.EINTR]) {
    const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
    let calls = 0;
    using _ = injectFaults((call) => call === "connect" && calls++ === 0 ? -errno : undefined);
    yield* Unix.connect(fd, Unix.getsockname(server));
    assertEquals(calls, 2);
    const [accepted] = yield* Unix.accept(server);
    yield* closeAll(accepted, fd);
  }
  yield* closeAll(server);
});

bothDrivers(
  "46: a full local queue is asked again later (decided: not in a busy loop)",
  function* () {
    using scratch = new Scratch();
    const path = scratch.file("s");
    const server = yield* localListener(path, 0);
    const clients = [0, 1, 2].map(() => Unix.socket("PF_UNIX", "SOCK_STREAM", 0));
    const connections = clients.map((fd) => Unix.connect(fd, { tag: "ADDR_UNIX", path }));
    assertReturns(connections[0]!, undefined);
    assertSleeps(connections[2]!);
    assertEquals(Engine.writableCount(), 0);
    yield* Unix.sleep(0.003);
    assertSleeps(connections[2]!);
    const accepted = [];
    for (let i = 0; i < 3; i++) accepted.push((yield* Unix.accept(server))[0]);
    yield* Lwt.join(connections);
    yield* closeAll(...accepted, ...clients, server);
  },
);

bothDrivers(
  "46: a connect that waits for a full local queue can be canceled and closed",
  function* () {
    using scratch = new Scratch();
    const path = scratch.file("s");
    const server = yield* localListener(path, 0);
    const clients = [0, 1, 2].map(() => Unix.socket("PF_UNIX", "SOCK_STREAM", 0));
    const connections = clients.map((fd) => Unix.connect(fd, { tag: "ADDR_UNIX", path }));
    connections[1]!.cancel();
    yield* Unix.close(clients[2]!);
    yield* rejects(connections[2]!, "EBADF", "check_descriptor");
    assertEquals(Engine.timerCount(), 0);
    yield* closeAll(clients[0]!, clients[1]!, server);
  },
);

bothDrivers("connect to nowhere rejects", function* () {
  const local = Unix.socket("PF_UNIX", "SOCK_STREAM", 0);
  const error = yield* rejects(
    Unix.connect(local, { tag: "ADDR_UNIX", path: "/nowhere" }),
    "ENOENT",
    "connect",
  );
  assert(error.message.includes('to "/nowhere"'), error.message);
  const internet = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  const strange: Unix.Sockaddr = { tag: "ADDR_INET", addr: "::1", port: 1 };
  yield* rejects(Unix.connect(internet, strange), "EAFNOSUPPORT", "connect");
  yield* closeAll(local, internet);
});

bothDrivers("a connect of what is connected rejects with EISCONN", function* () {
  const [server, client, accepted] = yield* connection();
  yield* rejects(Unix.connect(accepted, Unix.getsockname(server)), "EISCONN", "connect");
  yield* closeAll(server, client, accepted);
});

bothDrivers("a connect nobody answers can be canceled, closed and aborted", function* () {
  for (const end of ["cancel", "close", "abort"] as const) {
    const [fds, fd, p] = yield* fullListener();
    if (end === "cancel") p.cancel();
    else if (end === "close") yield* Unix.close(fd);
    else Unix.abort(fd, "enough");
    if (end === "cancel") assertCanceled(p);
    else if (end === "close") yield* rejects(p, "EBADF", "check_descriptor");
    else assertFails(p, "enough");
    yield* closeAll(...fds, ...(end === "close" ? [] : [fd]));
  }
});

bothDrivers("47: a port in use rejects with EADDRINUSE of bind", function* () {
  const server = yield* listener();
  const address = Unix.getsockname(server);
  const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  const p = Unix.bind(fd, address);
  assertEquals(p.isSleeping(), false);
  const error = yield* rejects(p, "EADDRINUSE", "bind");
  assertEquals(
    error.message,
    `Cannot bind descriptor ${Unix.unixFileDescr(fd)} to 127.0.0.1:${portOf(address)}: ` +
      "EADDRINUSE (address already in use)",
  );
  yield* Unix.bind(fd, LOCALHOST);
  yield* closeAll(fd, server);
});

bothDrivers("47: bind rejects what the system refuses", function* () {
  using scratch = new Scratch();
  const path = scratch.file("s", "");
  const local = Unix.socket("PF_UNIX", "SOCK_STREAM", 0);
  const internet = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  yield* rejects(Unix.bind(local, { tag: "ADDR_UNIX", path }), "EADDRINUSE", "bind");
  const below = `${path}/below`;
  yield* rejects(Unix.bind(local, { tag: "ADDR_UNIX", path: below }), "ENOTDIR", "bind");
  const foreign: Unix.Sockaddr = { tag: "ADDR_INET", addr: "192.0.2.1", port: 0 };
  yield* rejects(Unix.bind(internet, foreign), "EADDRNOTAVAIL", "bind");
  yield* closeAll(local, internet);
});

Deno.test("47: a port for the privileged is EACCES", async () => {
  const { stdout } = await runChild(`
    import * as Unix from "$unix/unix.ts";
    const libc = Deno.dlopen("libc.so.6", { setuid: { parameters: ["i32"], result: "i32" } });
    libc.symbols.setuid(65534);
    const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
    const { error } = Unix.bind(fd, { tag: "ADDR_INET", addr: "127.0.0.1", port: 1 }).state();
    console.log(error?.code ?? "allowed here");`);
  const open = Number(Deno.readTextFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start")) <= 1;
  assertEquals(stdout, open ? "allowed here\n" : "EACCES\n");
});

bothDrivers("48: listen, shutdown, names and options throw at once", function* () {
  const [reading, writing] = Unix.pipe();
  throwsUnix(() => Unix.listen(reading, 1), "ENOTSOCK", "listen");
  throwsUnix(() => Unix.shutdown(reading, "SHUTDOWN_ALL"), "ENOTSOCK", "shutdown");
  throwsUnix(() => Unix.getsockname(reading), "ENOTSOCK", "getsockname");
  throwsUnix(() => Unix.getpeername(reading), "ENOTSOCK", "getpeername");
  throwsUnix(() => Unix.getsockopt(reading, "SO_KEEPALIVE"), "ENOTSOCK", "getsockopt");
  throwsUnix(() => Unix.setsockopt(reading, "SO_KEEPALIVE", true), "ENOTSOCK", "setsockopt");
  throwsUnix(() => Unix.getsockoptError(reading), "ENOTSOCK", "getsockopt");
  const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  throwsUnix(() => Unix.shutdown(fd, "SHUTDOWN_ALL"), "ENOTCONN", "shutdown");
  throwsUnix(() => Unix.getpeername(fd), "ENOTCONN", "getpeername");
  const datagrams = Unix.socket("PF_INET", "SOCK_DGRAM", 0);
  throwsUnix(() => Unix.listen(datagrams, 1), "EOPNOTSUPP", "listen");
  yield* closeAll(reading, writing, fd, datagrams);
});

bothDrivers("48: a port that another listens on is EADDRINUSE of listen, at last", function* () {
  const server = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  const other = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  for (const fd of [server, other]) Unix.setsockopt(fd, "SO_REUSEADDR", true);
  yield* Unix.bind(server, LOCALHOST);
  yield* Unix.bind(other, Unix.getsockname(server));
  Unix.listen(server, 1);
  throwsUnix(() => Unix.listen(other, 1), "EADDRINUSE", "listen");
  yield* closeAll(server, other);
});

bothDrivers("options are set and read back", function* () {
  const options: Unix.SocketBoolOption[] = [
    "SO_BROADCAST",
    "SO_REUSEADDR",
    "SO_KEEPALIVE",
    "SO_DONTROUTE",
    "SO_OOBINLINE",
    "TCP_NODELAY",
    "IPV6_ONLY",
    "SO_REUSEPORT",
  ];
  const fd = Unix.socket("PF_INET6", "SOCK_STREAM", 0);
  for (const option of options) {
    for (const value of [true, false, true]) {
      Unix.setsockopt(fd, option, value);
      assertEquals(Unix.getsockopt(fd, option), value, option);
    }
  }
  assertEquals(Unix.getsockopt(fd, "SO_DEBUG"), false);
  throwsUnix(() => Unix.setsockopt(fd, "SO_ACCEPTCONN", true), "ENOPROTOOPT", "setsockopt");
  assertEquals(Unix.getsockopt(fd, "SO_ACCEPTCONN"), false);
  Unix.listen(fd, 1);
  assertEquals(Unix.getsockopt(fd, "SO_ACCEPTCONN"), true);
  yield* closeAll(fd);
});

bothDrivers("the pending error of a socket is taken once", function* () {
  const [server, client, accepted] = yield* connection();
  assertEquals(Unix.getsockoptError(client), undefined);
  // Closed with bytes unread, a socket resets its connection.
  yield* Unix.write(client, BYTE, 0, 1);
  yield* Unix.waitRead(accepted);
  yield* Unix.close(accepted);
  assertEquals(Unix.getsockoptError(client), "ECONNRESET");
  assertEquals(Unix.getsockoptError(client), undefined);
  yield* closeAll(server, client);
});

bothDrivers("51: a failed accept reports accept", function* () {
  const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  const error = yield* rejects(Unix.accept(fd), "EINVAL", "accept");
  const number = Unix.unixFileDescr(fd);
  assertEquals(error.message, `Cannot accept from descriptor ${number}: EINVAL (invalid argument)`);
  const [reading, writing] = Unix.pipe();
  yield* rejects(Unix.accept(reading), "ENOTSOCK", "accept");
  yield* closeAll(fd, reading, writing);
});

bothDrivers("an accept that waits is served, canceled, closed and aborted", function* () {
  const server = yield* listener();
  const served = Unix.accept(server);
  const canceled = Unix.accept(server);
  const last = Unix.accept(server);
  yield* turns(2);
  canceled.cancel();
  assertCanceled(canceled);
  const client = yield* connected(server);
  const [accepted] = yield* served;
  Unix.abort(server, "enough");
  assertFails(last, "enough");
  yield* closeAll(accepted, client, server);
});

bothDrivers("shutdown ends one direction and leaves the other", function* () {
  const [server, client, accepted] = yield* connection();
  Unix.shutdown(client, "SHUTDOWN_SEND");
  assertEquals(yield* Unix.read(accepted, new Uint8Array(1), 0, 1), 0);
  yield* rejects(Unix.write(client, BYTE, 0, 1), "EPIPE", "write");
  yield* Unix.write(accepted, BYTE, 0, 1);
  assertEquals(yield* Unix.read(client, new Uint8Array(8), 0, 8), 1);
  Unix.shutdown(client, "SHUTDOWN_RECEIVE");
  assertEquals(yield* Unix.read(client, new Uint8Array(8), 0, 8), 0);
  Unix.shutdown(accepted, "SHUTDOWN_ALL");
  yield* closeAll(server, client, accepted);
});

bothDrivers(
  "a client that closes in the middle of a line: what came is read, then the end",
  function* () {
    const [server, client, accepted] = yield* connection();
    const all = Lwt.spawn(readAll, accepted);
    yield* Unix.writeString(client, "half a li", 0, 9);
    yield* Unix.close(client);
    assertEquals(text(yield* all), "half a li");
    yield* closeAll(server, accepted);
  },
);

bothDrivers("a client that goes without reading: ECONNRESET, and the server goes on", function* () {
  const [server, client, accepted] = yield* connection();
  yield* Unix.write(accepted, BYTE, 0, 1);
  yield* Unix.waitRead(client);
  const p = Unix.read(accepted, new Uint8Array(1), 0, 1);
  yield* Unix.close(client);
  yield* rejects(p, "ECONNRESET", "read");
  yield* Unix.close(accepted);
  const next = yield* connected(server);
  const [again] = yield* Unix.accept(server);
  yield* closeAll(again, next, server);
});

bothDrivers("a write to a closed peer is EPIPE, and the program lives", function* () {
  const [server, client, accepted] = yield* connection();
  yield* Unix.close(client);
  assertEquals(yield* Unix.read(accepted, new Uint8Array(1), 0, 1), 0);
  // The first write is answered by a reset, which the second one meets.
  yield* Unix.write(accepted, BYTE, 0, 1);
  const reset = Lwt.catch(() => Unix.waitRead(accepted), () => Lwt.returnUnit);
  yield* reset;
  yield* Unix.sleep(0.001);
  const error = yield* rejects(Unix.write(accepted, BYTE, 0, 1), "EPIPE", "write");
  assert(error.message.endsWith("EPIPE (broken pipe)"));
  yield* closeAll(server, accepted);
});

bothDrivers("a writer that waits for a slow peer learns that it is gone", function* () {
  const [server, client, accepted] = yield* connection();
  yield* fill(accepted);
  const p = Unix.write(accepted, BYTE, 0, 1);
  yield* turns(2);
  assertSleeps(p);
  yield* Unix.close(client);
  yield* rejects(p, "ECONNRESET", "write");
  yield* closeAll(server, accepted);
});

bothDrivers("no byte is lost or doubled over TCP, in both directions at once", function* () {
  const [server, client, accepted] = yield* connection();
  const bytes = pattern(200_000), back = pattern(150_001);
  function* exchange(fd: Unix.FileDescr, out: Uint8Array): Lwt.Task<Uint8Array> {
    const received = Lwt.spawn(readAll, fd, 3000);
    yield* writeAll(fd, out);
    Unix.shutdown(fd, "SHUTDOWN_SEND");
    return yield* received;
  }
  const [left, right] = yield* Lwt.both(
    Lwt.spawn(exchange, client, bytes),
    Lwt.spawn(exchange, accepted, back),
  );
  assert(equal(left, back) && equal(right, bytes));
  yield* closeAll(server, client, accepted);
});

bothDrivers("a hundred connections are served side by side", function* () {
  const server = yield* listener(128);
  function* echo(fd: Unix.FileDescr): Lwt.Task<void> {
    const buffer = new Uint8Array(64);
    for (let n; (n = yield* Unix.read(fd, buffer, 0, 64)) > 0;) {
      yield* Unix.write(fd, buffer, 0, n);
    }
    yield* Unix.close(fd);
  }
  function* serve(): Lwt.Task<void> {
    const served = [];
    while (served.length < 100) {
      const [fd] = yield* Unix.accept(server);
      served.push(Lwt.spawn(echo, fd));
    }
    yield* Lwt.join(served);
  }
  function* talk(i: number): Lwt.Task<void> {
    const fd = yield* connected(server);
    const buffer = new Uint8Array(64);
    for (let round = 0; round < 3; round++) {
      buffer[0] = i;
      yield* Unix.write(fd, buffer, 0, 64);
      buffer[0] = 0;
      for (let got = 0; got < 64;) got += yield* Unix.read(fd, buffer, got, 64 - got);
      assertEquals(buffer[0], i);
    }
    yield* Unix.close(fd);
  }
  const clients = Array.from({ length: 100 }, (_, i) => Lwt.spawn(talk, i));
  yield* Lwt.join([Lwt.spawn(serve), ...clients]);
  yield* Unix.close(server);
});

for (const driver of ["run", "await"]) {
  Deno.test(`out of descriptors while accepting: EMFILE, and then it goes on (${driver})`, async () => {
    const { code, stdout, stderr } = await runChild(
      `
      import { Lwt } from "$core/lwt.ts";
      import * as Main from "$unix/main.ts";
      import * as Unix from "$unix/unix.ts";
      import { getrlimit, RLIMIT_NOFILE, setrlimit } from "$unix/libc/rlimit.ts";
      const LOCALHOST = { tag: "ADDR_INET", addr: "127.0.0.1", port: 0 };
      function* main() {
        const server = Unix.socket("PF_INET", "SOCK_STREAM", 0);
        yield* Unix.bind(server, LOCALHOST);
        Unix.listen(server, 16);
        const client = Unix.socket("PF_INET", "SOCK_STREAM", 0);
        yield* Unix.connect(client, Unix.getsockname(server));
        yield* Unix.sleep(0.001);

        const limits = new BigUint64Array(2);
        getrlimit(RLIMIT_NOFILE, limits);
        limits[0] = 100n;
        setrlimit(RLIMIT_NOFILE, limits);
        const fds = [];
        try {
          for (;;) fds.push(...Unix.pipe());
        } catch (error) {
          console.log(error.message);
        }
        try {
          for (;;) fds.push(Unix.socket("PF_INET", "SOCK_STREAM", 0));
        } catch (error) {
          console.log(error.code, error.syscall);
        }
        for (let i = 0; i < 2; i++) {
          try {
            yield* Unix.accept(server);
          } catch (error) {
            console.log(error.code, error.syscall);
          }
        }
        const [none, exn] = yield* Unix.acceptN(server, 5);
        console.log(none.length, exn.code);
        const { error } = Unix.openfile("/dev/null", ["O_RDONLY"], 0).state();
        console.log(error.message);
        yield* Unix.close(fds.pop());
        const [accepted] = yield* Unix.accept(server);
        fds.push(accepted, client, server);
        for (const fd of fds) yield* Unix.close(fd);
        console.log(Unix.ledger().filter(({ kind }) => kind !== "engine").length);
      }
      const done = Lwt.spawn(main);
      ${driver === "run" ? "Main.run(done);" : "await done;"}`,
      { flags: ["-A"] },
    );
    assertEquals([code, stderr], [0, ""]);
    assertEquals(stdout.split("\n"), [
      "Cannot make a pipe: EMFILE (too many open files)",
      "EMFILE socket",
      "EMFILE accept",
      "EMFILE accept",
      "0 EMFILE",
      'Cannot open "/dev/null": EMFILE (too many open files)',
      "0",
      "",
    ]);
  });
}

Deno.test("somaxconn is what the system says", () => {
  const limit = Number(Deno.readTextFileSync("/proc/sys/net/core/somaxconn"));
  assertEquals(Unix.somaxconn(), limit);
});

function portOf(address: Unix.Sockaddr): number | undefined {
  return address.tag === "ADDR_INET" ? address.port : undefined;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

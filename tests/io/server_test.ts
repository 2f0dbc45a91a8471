/* Facts 123, 128-141: servers. */
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { InvalidArgument, Lwt } from "../../core/mod.ts";
import * as Io from "../../io/io.ts";
import { Errno } from "../../unix/libc/errno.ts";
import { injectFaults } from "../../unix/libc/open.ts";
import * as Unix from "../../unix/unix.ts";
import { bothDrivers } from "../unix/_drivers.ts";
import { closeAll, LOCALHOST, readAll, rejects, Scratch } from "../unix/_unix.ts";
import { Told } from "./_hooks.ts";

/** A server on a free port, with the address that it got. */
function* serving(
  f: (channels: Io.Channels, peer: Unix.Sockaddr) => Lwt<void>,
  options: Io.ChannelServerOptions = {},
): Lwt.Task<[Io.Server, Unix.Sockaddr]> {
  const { fd = Unix.socket("PF_INET", "SOCK_STREAM", 0) } = options;
  const server = yield* Io.establishServerWithClientAddress(
    LOCALHOST,
    (peer, channels) => f(channels, peer),
    { ...options, fd },
  );
  return [server, Unix.getsockname(fd)];
}

/** A local address that is no file. */
function local(name: string): Unix.Sockaddr {
  return { tag: "ADDR_UNIX", path: `\0lwt test ${name}` };
}

function* echo([ic, oc]: Io.Channels): Lwt.Task<void> {
  for (;;) {
    const line = yield* ic.readLineOpt();
    if (line === undefined) return;
    yield* oc.writeLine(line);
  }
}

/** Sends lines one by one, and answers what comes back. */
function talk(addr: Unix.Sockaddr, lines: readonly string[]): Lwt<string[]> {
  return Io.withConnection(addr, (channels) => Lwt.spawn(exchange, channels, lines));
}

function* exchange([ic, oc]: Io.Channels, lines: readonly string[]): Lwt.Task<string[]> {
  const answers: string[] = [];
  for (const line of lines) {
    yield* oc.writeLine(line);
    answers.push(yield* ic.readLine());
  }
  return answers;
}

bothDrivers("servers serve many clients at once, over TCP and local sockets", function* () {
  const [tcp, addr] = yield* serving((channels) => Lwt.spawn(echo, channels));
  const unix = yield* Io.establishServer(local("many"), (channels) => Lwt.spawn(echo, channels));
  const clients = Array.from(
    { length: 40 },
    (_, i) => talk(i % 2 === 0 ? addr : local("many"), [`a${i}`, `é${i}`, ""]),
  );
  const answers = yield* Lwt.all(clients);
  assertEquals(answers, Array.from({ length: 40 }, (_, i) => [`a${i}`, `é${i}`, ""]));
  yield* tcp.shutdown();
  yield* unix.shutdown();
});

bothDrivers("123: what a handler wrote and did not flush arrives, unlike in Lwt", function* () {
  const size = 3_000_000;
  const [server, addr] = yield* serving(([, oc]) => oc.write("x".repeat(size)));
  const all = yield* Io.withConnection(addr, ([ic]) => ic.read());
  assertEquals(all.length, size);
  yield* server.shutdown();
});

bothDrivers(
  "128: prepareListeningFd comes before bind, prepareClientFd before the handler",
  function* () {
    const order: string[] = [];
    using _ = injectFaults((call) => {
      if (call === "bind") order.push(call);
      return undefined;
    });
    const server = yield* Io.establishServer(local("128"), () => {
      order.push("handler");
      return Lwt.returnUnit;
    }, {
      prepareListeningFd: () => void order.push("listening"),
      prepareClientFd: () => void order.push("client"),
    });
    yield* Io.withConnection(local("128"), ([ic]) => ic.read());
    assertEquals(order, ["listening", "bind", "client", "handler"]);
    yield* server.shutdown();
  },
);

bothDrivers(
  "129: a given socket is bound, with SO_REUSEADDR and the system's backlog",
  function* () {
    const backlogs: number[] = [];
    using _ = injectFaults((call, ...args) => {
      if (call === "listen") backlogs.push(args[1]!);
      return undefined;
    });
    const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
    const [server] = yield* serving(() => Lwt.returnUnit, { fd });
    assertEquals(Unix.getsockopt(fd, "SO_REUSEADDR"), true);
    yield* server.shutdown();
    const [other] = yield* serving(() => Lwt.returnUnit, { backlog: 7 });
    yield* other.shutdown();
    assertEquals(backlogs, [Unix.somaxconn(), 7]);
  },
);

bothDrivers(
  "130: errors of bind reject; a socket of our own is closed, a given one is not",
  function* () {
    const server = yield* Io.establishServer(local("130"), () => Lwt.returnUnit);
    const before = Unix.ledger().length;
    yield* rejects(Io.establishServer(local("130"), () => Lwt.returnUnit), "EADDRINUSE", "bind");
    assertEquals(Unix.ledger().length, before);
    const fd = Unix.socket("PF_UNIX", "SOCK_STREAM", 0);
    const second = Io.establishServer(local("130"), () => Lwt.returnUnit, { fd });
    yield* rejects(second, "EADDRINUSE", "bind");
    assertEquals(Unix.state(fd), "Opened");
    yield* Unix.close(fd);
    yield* server.shutdown();
  },
);

bothDrivers("131: handlers run concurrently", function* () {
  const [gate, open] = Lwt.wait<void>();
  let running = 0;
  const [server, addr] = yield* serving(() => {
    if (++running === 3) open.wakeup();
    return gate;
  });
  yield* Lwt.join([1, 2, 3].map(() => Io.withConnection(addr, ([ic]) => ic.read())));
  assertEquals(running, 3);
  yield* server.shutdown();
});

bothDrivers(
  "132: an exception of a handler goes to the hook, and the server goes on",
  function* () {
    using told = new Told();
    const broken = [new Error("thrown"), new Error("rejected")];
    let n = 0;
    const [server, addr] = yield* serving(([, oc]) => {
      if (n === 0) {
        n++;
        throw broken[0];
      }
      return n++ === 1 ? Lwt.fail(broken[1]) : oc.write("fine");
    });
    const answers: string[] = [];
    for (const _ of [1, 2, 3]) answers.push(yield* Io.withConnection(addr, ([ic]) => ic.read()));
    assertEquals(answers, ["", "", "fine"]);
    assertEquals(told.errors, broken);
    yield* server.shutdown();
  },
);

bothDrivers("133, 134: the hook hears of the handler, then of the closing", function* () {
  using told = new Told();
  const broken = new Error("broken");
  let fault: Disposable | undefined;
  const server = yield* Io.establishServer(local("133"), () => {
    fault = injectFaults((call) => call === "shutdown" ? -Errno.EIO : undefined);
    return Lwt.fail(broken);
  });
  const fd = Unix.socket("PF_UNIX", "SOCK_STREAM", 0);
  yield* Unix.connect(fd, local("133"));
  assertEquals((yield* readAll(fd)).length, 0);
  fault?.[Symbol.dispose]();
  assertEquals(told.errors.length, 2);
  assertStrictEquals(told.errors[0], broken);
  assertEquals((told.errors[1] as Unix.UnixError).syscall, "shutdown");
  yield* Unix.close(fd);
  yield* server.shutdown();
});

bothDrivers("135: noClose leaves channels and sockets open", function* () {
  let kept: Io.Channels | undefined;
  const server = yield* Io.establishServer(local("135"), (channels) => {
    kept = channels;
    return Lwt.returnUnit;
  }, { noClose: true });
  let socket: Unix.FileDescr | undefined;
  const raw = yield* Io.establishServerWithClientSocket(local("135 raw"), (_, fd) => {
    socket = fd;
    return Lwt.returnUnit;
  }, { noClose: true });
  const [ic, oc] = yield* Io.openConnection(local("135"));
  const [rawIc, rawOc] = yield* Io.openConnection(local("135 raw"));
  while (kept === undefined || socket === undefined) yield* Lwt.pause();
  yield* kept[1].writeLine("still here");
  assertEquals(yield* ic.readLine(), "still here");
  assertEquals(yield* Unix.writeString(socket, "too\n", 0, 4), 4);
  assertEquals(yield* rawIc.readLine(), "too");
  yield* Unix.close(socket);
  for (const ch of [...kept.toReversed(), oc, ic, rawOc, rawIc]) yield* ch.close();
  yield* server.shutdown();
  yield* raw.shutdown();
});

bothDrivers("136: a socket that the handler closed is not touched again", function* () {
  using told = new Told();
  const server = yield* Io.establishServerWithClientSocket(
    local("136"),
    (_, fd) => Unix.writeString(fd, "bye", 0, 3).bind(() => Unix.close(fd)),
  );
  assertEquals(yield* Io.withConnection(local("136"), ([ic]) => ic.read()), "bye");
  assertEquals(told.errors, []);
  yield* server.shutdown();
});

bothDrivers("124: channels that the handler closed are not closed again", function* () {
  using told = new Told();
  const server = yield* Io.establishServer(
    local("124"),
    ([ic, oc]) => oc.write("bye").bind(() => oc.close()).bind(() => ic.close()),
  );
  assertEquals(yield* Io.withConnection(local("124"), ([ic]) => ic.read()), "bye");
  assertEquals(told.errors, []);
  yield* server.shutdown();
});

bothDrivers(
  "137: a connection that was aborted before it was accepted is passed over",
  function* () {
    using told = new Told();
    const server = yield* Io.establishServer(local("137a"), ([, oc]) => oc.write("served"));
    let aborted = 0;
    using _ = injectFaults((call) =>
      call === "accept" && aborted++ < 3 ? -Errno.ECONNABORTED : undefined
    );
    assertEquals(yield* Io.withConnection(local("137a"), ([ic]) => ic.read()), "served");
    assertEquals([told.errors, aborted > 3], [[], true]);
    yield* server.shutdown();
  },
);

bothDrivers(
  "137: without descriptors, the server waits and goes on; the hook is told once",
  function* () {
    using told = new Told();
    const server = yield* Io.establishServer(local("137b"), ([, oc]) => oc.write("served"));
    let short = 0;
    const start = performance.now();
    using _ = injectFaults((call) =>
      call === "accept" && short++ < 2 ? (short === 1 ? -Errno.EMFILE : -Errno.ENFILE) : undefined
    );
    assertEquals(yield* Io.withConnection(local("137b"), ([ic]) => ic.read()), "served");
    assert(performance.now() - start >= 190);
    assertEquals(told.errors.map((error) => (error as Unix.UnixError).code), ["EMFILE"]);
    yield* server.shutdown();
  },
);

bothDrivers("137: a server that waits for descriptors can be shut down", function* () {
  using told = new Told();
  const server = yield* Io.establishServer(local("137c"), () => Lwt.returnUnit);
  using _ = injectFaults((call) => call === "accept" ? -Errno.EMFILE : undefined);
  const [ic, oc] = yield* Io.openConnection(local("137c"));
  while (told.errors.length === 0) yield* Lwt.pause();
  assertEquals(server.shutdown().isSleeping(), false);
  yield* oc.close();
  yield* ic.close();
});

bothDrivers(
  "137: any other error ends the server, tells the hook and closes the socket",
  function* () {
    using told = new Told();
    const fd = Unix.socket("PF_UNIX", "SOCK_STREAM", 0);
    const server = yield* Io.establishServer(local("137d"), () => Lwt.returnUnit, { fd });
    const fault = injectFaults((call) => call === "accept" ? -Errno.EIO : undefined);
    const [ic, oc] = yield* Io.openConnection(local("137d"));
    while (Unix.state(fd) === "Opened") yield* Lwt.pause();
    fault[Symbol.dispose]();
    assertEquals(told.errors.map((error) => (error as Unix.UnixError).code), ["EIO"]);
    yield* server.shutdown();
    yield* rejects(Io.openConnection(local("137d")), "ECONNREFUSED", "connect");
    yield* oc.close();
    yield* ic.close();
  },
);

bothDrivers("138: shutdown removes the file of a local socket, then resolves", function* () {
  using scratch = new Scratch();
  const path = scratch.file("socket");
  const server = yield* Io.establishServer({ tag: "ADDR_UNIX", path }, () => Lwt.returnUnit);
  assert(Deno.statSync(path).isSocket);
  yield* server.shutdown();
  yield* rejects(Unix.stat(path), "ENOENT", "stat", path);
});

bothDrivers("139: shutdown may be called again, for the same promise", function* () {
  const server = yield* Io.establishServer(local("139"), () => Lwt.returnUnit);
  const first = server.shutdown();
  assertStrictEquals(server.shutdown(), first);
  yield* first;
  assertStrictEquals(server.shutdown(), first);
});

bothDrivers("140: after a shutdown old connections go on, and new ones are refused", function* () {
  const server = yield* Io.establishServer(local("140"), (channels) => Lwt.spawn(echo, channels));
  const [ic, oc] = yield* Io.openConnection(local("140"));
  assertEquals(yield* Lwt.spawn(exchange, [ic, oc], ["before"]), ["before"]);
  yield* server.shutdown();
  assertEquals(yield* Lwt.spawn(exchange, [ic, oc], ["after"]), ["after"]);
  yield* rejects(Io.openConnection(local("140")), "ECONNREFUSED", "connect");
  yield* oc.close();
  yield* ic.close();
});

bothDrivers("140: a handler may shut its own server down", function* () {
  const servers: Io.Server[] = [];
  const handler = ([, oc]: Io.Channels) => servers[0]!.shutdown().bind(() => oc.write("last"));
  servers.push(yield* Io.establishServer(local("140b"), handler));
  assertEquals(yield* Io.withConnection(local("140b"), ([ic]) => ic.read()), "last");
});

bothDrivers("141: shutdown resolves though the socket file is gone, unlike in Lwt", function* () {
  using told = new Told();
  using scratch = new Scratch();
  const path = scratch.file("socket");
  const server = yield* Io.establishServer({ tag: "ADDR_UNIX", path }, () => Lwt.returnUnit);
  Deno.removeSync(path);
  yield* server.shutdown();
  assertEquals(told.errors, []);
});

bothDrivers(
  "141: it resolves though the file cannot be removed, and the hook is told",
  function* () {
    using told = new Told();
    using scratch = new Scratch();
    const path = scratch.file("socket");
    const server = yield* Io.establishServer({ tag: "ADDR_UNIX", path }, () => Lwt.returnUnit);
    using _ = injectFaults((call) => call === "unlink" ? -Errno.EACCES : undefined);
    yield* server.shutdown();
    assertEquals(told.errors.map((error) => (error as Unix.UnixError).code), ["EACCES"]);
  },
);

bothDrivers("a flood of connections is served in batches, and none is lost", function* () {
  let served = 0;
  const [server, addr] = yield* serving(([, oc]) => {
    served++;
    return oc.write("x");
  }, { backlog: 512 });
  const sockets: Unix.FileDescr[] = [];
  for (let i = 0; i < 200; i++) {
    const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
    sockets.push(fd);
    yield* Unix.connect(fd, addr);
  }
  for (const fd of sockets) assertEquals((yield* readAll(fd)).length, 1);
  assertEquals(served, 200);
  yield* closeAll(...sockets);
  yield* server.shutdown();
});

bothDrivers(
  "handlers are told the address of their client, and get the buffers asked for",
  function* () {
    const seen: unknown[] = [];
    const [server, addr] = yield* serving(([ic, oc], peer) => {
      seen.push(peer, ic.bufferSize(), oc.bufferSize());
      return Lwt.returnUnit;
    }, { bufferSize: 100 });
    const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
    yield* Unix.connect(fd, addr);
    const own = Unix.getsockname(fd);
    yield* readAll(fd);
    assertEquals(seen, [own, 100, 100]);
    yield* closeAll(fd);
    yield* server.shutdown();
  },
);

bothDrivers("a flood does not keep others from their turn", function* () {
  let turn = 0;
  const turns = new Set<number>();
  const server = yield* Io.establishServer(local("flood"), () => {
    turns.add(turn);
    return Lwt.returnUnit;
  });
  const sockets = Array.from({ length: 200 }, () => Unix.socket("PF_UNIX", "SOCK_STREAM", 0));
  for (const fd of sockets) assertEquals(Unix.connect(fd, local("flood")).isSleeping(), false);
  for (; turn < 20; turn++) yield* Lwt.pause();
  assert(turns.size >= 3);
  yield* closeAll(...sockets);
  yield* server.shutdown();
});

Deno.test("a buffer size that is too small throws at once", () => {
  assertThrows(
    () => Io.establishServer(LOCALHOST, () => Lwt.returnUnit, { bufferSize: 8 }),
    InvalidArgument,
  );
});

Deno.test("await using shuts a server down at the end of the block", async () => {
  {
    await using _server = await Io.establishServer(local("using"), () => Lwt.returnUnit);
  }
  await (await Io.establishServer(local("using"), () => Lwt.returnUnit)).shutdown();
});

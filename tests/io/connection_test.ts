/* Facts 120-128: connections. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import * as Io from "../../io/io.ts";
import { Errno } from "../../unix/libc/errno.ts";
import { injectFaults } from "../../unix/libc/open.ts";
import * as Unix from "../../unix/unix.ts";
import { bothDrivers } from "../unix/_drivers.ts";
import { closeAll, listener, readAll, rejects, text } from "../unix/_unix.ts";

/** Two channels of a connection, and the plain socket of the other end. */
function* connection(
  options?: Io.ConnectionOptions,
): Lwt.Task<[Io.InputChannel, Io.OutputChannel, Unix.FileDescr]> {
  const server = yield* listener();
  const [ic, oc] = yield* Io.openConnection(Unix.getsockname(server), options);
  const [peer] = yield* Unix.accept(server);
  yield* Unix.close(server);
  return [ic, oc, peer];
}

bothDrivers(
  "120: closing either channel shuts the socket down both ways and closes it",
  function* () {
    for (const inputFirst of [true, false]) {
      const [ic, oc, peer] = yield* connection();
      yield* (inputFirst ? ic : oc).close();
      assertEquals((yield* readAll(peer)).length, 0);
      yield* closeAll(peer);
      yield* (inputFirst ? oc : ic).close();
    }
  },
);

bothDrivers("121: the other channel is not told, and finds out by itself", function* () {
  const [ic, oc, peer] = yield* connection();
  const pending = ic.readLine();
  yield* oc.close();
  assertEquals([ic.isClosed(), pending.isSleeping()], [false, false]);
  yield* rejects(pending, "EBADF", "check_descriptor");
  yield* rejects(ic.readChar(), "EBADF", "check_descriptor");
  yield* ic.close();
  yield* closeAll(peer);

  const [other, out, far] = yield* connection();
  yield* other.close();
  assertEquals(out.isClosed(), false);
  yield* out.write("accepted");
  yield* rejects(out.flush(), "EBADF", "check_descriptor");
  yield* out.close();
  yield* closeAll(far);
});

bothDrivers("122: withConnection loses nothing that was not flushed", function* () {
  const server = yield* listener();
  const size = 3_000_000;
  const sent = Io.withConnection(
    Unix.getsockname(server),
    ([, oc]) => oc.write("x".repeat(size)),
  );
  const [peer] = yield* Unix.accept(server);
  assertEquals((yield* readAll(peer, 65536)).length, size);
  yield* sent;
  yield* closeAll(peer, server);
});

bothDrivers("122: withConnection closes after a failure too, and gives that", function* () {
  const server = yield* listener();
  const broken = new Error("broken");
  let channels: Io.Channels | undefined;
  const p = Io.withConnection(Unix.getsockname(server), (given) => {
    channels = given;
    return Lwt.fail(broken);
  });
  try {
    yield* p;
  } catch (error) {
    assertStrictEquals(error, broken);
  }
  assertEquals(channels?.map((ch) => ch.isClosed()), [true, true]);
  yield* closeAll(server);
});

bothDrivers("124: channels that were closed are not closed again", function* () {
  const server = yield* listener();
  let calls = 0;
  using _ = injectFaults((call) => {
    if (call === "shutdown") calls++;
    return call === "shutdown" ? -Errno.EIO : undefined;
  });
  // The error that f sees is not told again.
  yield* Io.withConnection(Unix.getsockname(server), function ([ic, oc]) {
    return Lwt.spawn(function* () {
      yield* rejects(oc.close(), "EIO", "shutdown");
      yield* rejects(ic.close(), "EIO", "shutdown");
    });
  });
  assertEquals(calls, 1);
  yield* closeAll(server);
});

bothDrivers("125: shutting down a socket whose peer has gone is no error", function* () {
  using _ = injectFaults((call) => call === "shutdown" ? -Errno.ENOTCONN : undefined);
  const [ic, oc, peer] = yield* connection();
  yield* closeAll(peer);
  yield* oc.close();
  yield* ic.close();
});

bothDrivers("126: if connect fails, the descriptor is closed, even a given one", function* () {
  const server = yield* listener();
  const gone = Unix.getsockname(server);
  yield* closeAll(server);
  yield* rejects(Io.openConnection(gone), "ECONNREFUSED", "connect");
  const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  yield* rejects(Io.openConnection(gone, { fd }), "ECONNREFUSED", "connect");
  assertEquals(Unix.state(fd), "Closed");
});

bothDrivers("126: a connection that is canceled closes its descriptor", function* () {
  const server = yield* listener();
  using _ = injectFaults((call) => call === "connect" ? -Errno.EINPROGRESS : undefined);
  const p = Io.openConnection(Unix.getsockname(server));
  p.cancel();
  try {
    yield* p;
    assert(false);
  } catch (error) {
    assert(error instanceof Lwt.Canceled);
  }
  yield* closeAll(server);
});

bothDrivers("127: TCP_NODELAY is tried, forced with true, untouched with false", function* () {
  const server = yield* listener();
  const addr = Unix.getsockname(server);
  const isSet = function* (options: { setTcpNodelay?: boolean }): Lwt.Task<boolean> {
    const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
    const [ic, oc] = yield* Io.openConnection(addr, { fd, ...options });
    const set = Unix.getsockopt(fd, "TCP_NODELAY");
    yield* oc.close();
    yield* ic.close();
    return set;
  };
  assertEquals(yield* isSet({}), true);
  assertEquals(yield* isSet({ setTcpNodelay: true }), true);
  assertEquals(yield* isSet({ setTcpNodelay: false }), false);
  yield* closeAll(server);
});

bothDrivers(
  "127: local sockets have no TCP_NODELAY: an error only where it is forced",
  function* () {
    const server = Unix.socket("PF_UNIX", "SOCK_STREAM", 0);
    const addr = { tag: "ADDR_UNIX", path: "\0lwt test 127" } as const;
    yield* Unix.bind(server, addr);
    Unix.listen(server, 4);
    const [ic, oc] = yield* Io.openConnection(addr);
    yield* oc.close();
    yield* ic.close();
    yield* rejects(Io.openConnection(addr, { setTcpNodelay: true }), "EOPNOTSUPP", "setsockopt");
    yield* closeAll(server);
  },
);

bothDrivers("128: prepareFd is called before connect", function* () {
  const server = yield* listener();
  const order: string[] = [];
  using _ = injectFaults((call) => {
    if (call === "connect") order.push(call);
    return undefined;
  });
  const prepareFd = () => void order.push("prepare");
  const [ic, oc] = yield* Io.openConnection(Unix.getsockname(server), { prepareFd });
  assertEquals(order[0], "prepare");
  yield* oc.close();
  yield* ic.close();
  yield* closeAll(server);
});

bothDrivers("openConnection: buffers are those given", function* () {
  const options = { inBuffer: new Uint8Array(20), outBuffer: new Uint8Array(30) };
  const [ic, oc, peer] = yield* connection(options);
  assertEquals([ic.bufferSize(), oc.bufferSize()], [20, 30]);
  yield* oc.writeLine("hello");
  yield* oc.close();
  yield* ic.close();
  assertEquals(text(yield* readAll(peer)), "hello\n");
  yield* closeAll(peer);
});

bothDrivers("openConnection: a port of nobody on IPv6 is refused as well", function* () {
  const addr = { tag: "ADDR_INET", addr: "::1", port: 1 } as const;
  try {
    yield* Io.openConnection(addr);
    assert(false);
  } catch (error) {
    // Some machines have no IPv6 at all.
    const { code } = error as Unix.UnixError;
    assert(["ECONNREFUSED", "EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(code), code);
  }
});

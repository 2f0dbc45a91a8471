/* What the system seldom does, made to happen: no byte may be lost or doubled for it. */
import { assert, assertEquals } from "@std/assert";
import { Lwt } from "../../core/lwt.ts";
import { Errno } from "../../unix/libc/errno.ts";
import { type Faults, injectFaults } from "../../unix/libc/open.ts";
import { decodeSockaddr } from "../../unix/_sockaddr.ts";
import * as Unix from "../../unix/unix.ts";
import { assertReturns } from "../core/_state.ts";
import { bothDrivers } from "./_drivers.ts";
import {
  closeAll,
  connected,
  listener,
  LOCALHOST,
  pattern,
  readAll,
  rejects,
  Scratch,
  throwsUnix,
  writeAll,
} from "./_unix.ts";

const TRANSFERS = new Set(["read", "write", "recv", "send"]);

/** Numbers that look random and are the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
}

/** Every kind of trouble, in no order, for all calls that move bytes. */
function trouble(seed: number): Faults {
  const next = numbers(seed);
  return (call, _fd, count) => {
    if (!TRANSFERS.has(call)) return undefined;
    const dice = next();
    if (dice < 0.2) return -Errno.EINTR;
    if (dice < 0.4) return -Errno.EAGAIN;
    if (dice < 0.8) return Math.min(count!, 1 + Math.floor(next() * count!));
    return undefined;
  };
}

/** Ends to write to and read from, and what else is to be closed. */
type Ends = [from: Unix.FileDescr, to: Unix.FileDescr, ...rest: Unix.FileDescr[]];

const ways: Record<string, () => Lwt.Task<Ends>> = {
  *pipe() {
    return Unix.pipe();
  },
  *"blocking pipe"() {
    const ends = Unix.pipe();
    for (const fd of ends) Unix.setBlocking(fd, true);
    return ends;
  },
  *"pair of sockets"() {
    return Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
  },
  *"pair of blocking sockets"() {
    const pair = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
    for (const fd of pair) Unix.setBlocking(fd, true);
    return pair;
  },
  *"TCP connection"() {
    const server = yield* listener();
    const client = yield* connected(server);
    const [accepted] = yield* Unix.accept(server);
    return [accepted, client, server];
  },
};

for (const [way, make] of Object.entries(ways)) {
  bothDrivers(`short calls, EINTR and EAGAIN in any order: ${way}`, function* () {
    const [from, to, ...rest] = yield* make();
    const bytes = pattern(100_000);
    using _ = injectFaults(trouble(way.length));
    const all = Lwt.spawn(readAll, from, 5000);
    yield* writeAll(to, bytes);
    yield* Unix.close(to);
    const received = yield* all;
    assertEquals(received.length, bytes.length);
    assert(received.every((byte, i) => byte === bytes[i]));
    yield* closeAll(from, ...rest);
  });
}

bothDrivers("short calls, EINTR and EAGAIN in any order: file", function* () {
  using scratch = new Scratch();
  const bytes = pattern(50_000);
  using _ = injectFaults(trouble(7));
  const writing = yield* Unix.openfile(scratch.file("f"), ["O_WRONLY", "O_CREAT"], 0o600);
  yield* writeAll(writing, bytes);
  yield* Unix.close(writing);
  const reading = yield* Unix.openfile(scratch.file("f"), ["O_RDONLY"], 0);
  const received = yield* Lwt.spawn(readAll, reading, 5000);
  assert(received.length === bytes.length && received.every((byte, i) => byte === bytes[i]));
  yield* Unix.close(reading);
});

bothDrivers("one byte at a time", function* () {
  const [reading, writing] = Unix.pipe();
  using _ = injectFaults((call) => TRANSFERS.has(call) ? 1 : undefined);
  const bytes = pattern(500);
  const all = Lwt.spawn(readAll, reading, 64);
  yield* writeAll(writing, bytes);
  yield* Unix.close(writing);
  assertEquals(yield* all, bytes);
  yield* closeAll(reading);
});

bothDrivers("an interrupted call is made again at once", function* () {
  const [reading, writing] = Unix.pipe();
  let interruptions = 0;
  using _ = injectFaults((call) =>
    TRANSFERS.has(call) && interruptions++ % 3 < 2 ? -Errno.EINTR : undefined
  );
  assertReturns(Unix.write(writing, new Uint8Array(4), 0, 4), 4);
  assertReturns(Unix.read(reading, new Uint8Array(4), 0, 4), 4);
  assertEquals(interruptions, 6);
  yield* closeAll(reading, writing);
});

bothDrivers("an EAGAIN that was not true is waited out", function* () {
  const [reading, writing] = Unix.pipe();
  let refusals = 0;
  using _ = injectFaults((call) =>
    TRANSFERS.has(call) && refusals++ % 4 < 3 ? -Errno.EAGAIN : undefined
  );
  assertEquals(yield* Unix.write(writing, new Uint8Array(4), 0, 4), 4);
  assertEquals(yield* Unix.read(reading, new Uint8Array(4), 0, 4), 4);
  assertEquals(refusals, 8);
  yield* closeAll(reading, writing);
});

bothDrivers(
  "an error on the first try and on a later one rejects, and moves nothing",
  function* () {
    const [reading, writing] = Unix.pipe();
    let broken = true;
    using _ = injectFaults((call) => broken && TRANSFERS.has(call) ? -Errno.EIO : undefined);
    yield* rejects(Unix.read(reading, new Uint8Array(4), 0, 4), "EIO", "read");
    yield* rejects(Unix.write(writing, new Uint8Array(4), 0, 4), "EIO", "write");
    broken = false;
    const later = Unix.read(reading, new Uint8Array(4), 0, 4);
    yield* Unix.write(writing, new Uint8Array(4), 0, 4);
    broken = true;
    yield* rejects(later, "EIO", "read");
    broken = false;
    assertEquals(yield* Unix.read(reading, new Uint8Array(8), 0, 8), 4);
    yield* closeAll(reading, writing);
  },
);

bothDrivers("errors without a name have a number", function* () {
  const [reading, writing] = Unix.pipe();
  using _ = injectFaults((call) => call === "read" ? -999 : undefined);
  const error = yield* rejects(
    Unix.read(reading, new Uint8Array(4), 0, 4),
    "EUNKNOWNERR_999",
    "read",
  );
  assertEquals(error.errno, 999);
  yield* closeAll(reading, writing);
});

bothDrivers("each call that can fail says so, and leaves no descriptor", function* () {
  const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  using scratch = new Scratch();
  const path = scratch.file("f", "");
  using _ = injectFaults((call) =>
    ["close", "epoll_ctl", "epoll_wait", "eventfd"].includes(call) ? undefined : -Errno.ENOMEM
  );
  const path0: Unix.Sockaddr = { tag: "ADDR_UNIX", path };
  const promises: [Lwt<unknown>, string, string?][] = [
    [Unix.openfile(path, ["O_RDONLY"], 0), "open", path],
    [Unix.stat(path), "stat", path],
    [Unix.unlink(path), "unlink", path],
    [Unix.fstat(fd), "fstat"],
    [Unix.lseek(fd, 0, "SEEK_SET"), "lseek"],
    [Unix.read(fd, new Uint8Array(1), 0, 1), "read"],
    [Unix.write(fd, new Uint8Array(1), 0, 1), "write"],
    [Unix.bind(fd, LOCALHOST), "bind"],
    [Unix.bind(fd, path0), "bind"],
    [Unix.connect(fd, LOCALHOST), "connect"],
    [Unix.accept(fd), "accept"],
    [Unix.waitRead(fd), "poll"],
  ];
  for (const [p, call, where = ""] of promises) yield* rejects(p, "ENOMEM", call, where);
  const calls: [() => unknown, string][] = [
    [() => Unix.pipe(), "pipe"],
    [() => Unix.pipeIn(), "pipe"],
    [() => Unix.pipeOut(), "pipe"],
    [() => Unix.socket("PF_INET", "SOCK_STREAM", 0), "socket"],
    [() => Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0), "socketpair"],
    [() => Unix.listen(fd, 1), "listen"],
    [() => Unix.shutdown(fd, "SHUTDOWN_ALL"), "shutdown"],
    [() => Unix.getsockname(fd), "getsockname"],
    [() => Unix.getpeername(fd), "getpeername"],
    [() => Unix.getsockopt(fd, "SO_KEEPALIVE"), "getsockopt"],
    [() => Unix.setsockopt(fd, "SO_KEEPALIVE", true), "setsockopt"],
    [() => Unix.getsockoptError(fd), "getsockopt"],
    [() => Unix.setCloseOnExec(fd), "set_close_on_exec"],
    [() => Unix.clearCloseOnExec(fd), "clear_close_on_exec"],
    [() => Unix.readable(fd), "poll"],
    [() => Unix.writable(fd), "poll"],
  ];
  for (const [f, call] of calls) throwsUnix(f, "ENOMEM", call);
  yield* closeAll(fd);
});

bothDrivers("a file whose kind cannot be told is treated as one that may wait", function* () {
  using scratch = new Scratch();
  const path = scratch.file("f", "text");
  using _ = injectFaults((call) => call === "fstat" ? -Errno.EIO : undefined);
  const fd = yield* Unix.openfile(path, ["O_RDONLY"], 0);
  assertEquals(yield* Unix.read(fd, new Uint8Array(8), 0, 8), 4);
  yield* closeAll(fd);
});

bothDrivers("an interrupted openfile is made again", function* () {
  let calls = 0;
  using _ = injectFaults((call) => call === "open" && calls++ < 2 ? -Errno.EINTR : undefined);
  const fd = yield* Unix.openfile("/dev/null", ["O_RDONLY"], 0);
  assertEquals(calls, 3);
  yield* closeAll(fd);
});

bothDrivers("a connect whose outcome cannot be asked for rejects", function* () {
  const server = yield* listener();
  const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  using _ = injectFaults((call) => call === "getsockopt" ? -Errno.ENOBUFS : undefined);
  yield* rejects(Unix.connect(fd, Unix.getsockname(server)), "ENOBUFS", "connect");
  yield* closeAll(fd, server);
});

bothDrivers("a connection that was given up before it is taken rejects accept", function* () {
  const server = yield* listener();
  const client = yield* connected(server);
  {
    using _ = injectFaults((call) => call === "accept" ? -Errno.ECONNABORTED : undefined);
    yield* rejects(Unix.accept(server), "ECONNABORTED", "accept");
  }
  const [accepted] = yield* Unix.accept(server);
  yield* closeAll(accepted, client, server);
});

Deno.test("an address of an unknown family is EAFNOSUPPORT", () => {
  const raw = new Uint8Array([40, 0, 1, 2, 3, 4]);
  throwsUnix(() => decodeSockaddr(raw, raw.length), "EAFNOSUPPORT", "");
});

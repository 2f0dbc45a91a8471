import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Lwt } from "../../core/lwt.ts";
import { close as rawClose } from "../../unix/libc/close.ts";
import { Errno } from "../../unix/libc/errno.ts";
import { injectFaults } from "../../unix/libc/open.ts";
import * as Unix from "../../unix/unix.ts";
import { assertFails, assertFailsWith, assertSleeps } from "../core/_state.ts";
import { runChild } from "./_child.ts";
import { bothDrivers, turns } from "./_drivers.ts";
import { Descriptors } from "./_raw.ts";
import {
  callsOf,
  closeAll,
  connected,
  hasCloexec,
  hasNonblock,
  listener,
  pattern,
  rejects,
  Scratch,
  text,
  throwsUnix,
} from "./_unix.ts";

bothDrivers("1: only pipes and sockets are guessed non-blocking", function* () {
  using raw = new Descriptors();
  using scratch = new Scratch();
  const pair = [...raw.pipe(), ...raw.socketpair()].map((fd) => Unix.ofUnixFileDescr(fd));
  for (const fd of pair) assertEquals(yield* Unix.blocking(fd), false);
  const others = [scratch.file("regular", ""), scratch.path, "/dev/null", "/dev/ptmx"];
  for (const path of others) {
    const fd = Unix.ofUnixFileDescr(raw.file(path));
    assertEquals(yield* Unix.blocking(fd), true, path);
  }
});

bothDrivers("1: a descriptor whose fstat fails is blocking", function* () {
  using raw = new Descriptors();
  using _ = injectFaults((call) => call === "fstat" ? -Errno.EIO : undefined);
  const [reading] = raw.pipe();
  assertEquals(yield* Unix.blocking(Unix.ofUnixFileDescr(reading)), true);
});

bothDrivers("2: the mode is found out at the first operation, once", function* () {
  using raw = new Descriptors();
  const [number] = raw.pipe();
  let fd = Unix.stdin;
  assertEquals(callsOf(() => fd = Unix.ofUnixFileDescr(number)), []);
  assertEquals(hasNonblock(number), false);
  assertEquals(callsOf(() => Unix.read(fd, new Uint8Array(1), 0, 0)), [
    "fstat",
    "fcntl",
    "fcntl",
    "read",
  ]);
  assertEquals(hasNonblock(number), true);
  assertEquals(callsOf(() => Unix.read(fd, new Uint8Array(1), 0, 0)), ["read"]);
});

bothDrivers("2: `blocking` is such an operation too", function* () {
  using raw = new Descriptors();
  const fd = Unix.ofUnixFileDescr(raw.pipe()[0]);
  yield* Unix.blocking(fd);
  assertEquals(hasNonblock(fd), true);
});

bothDrivers("3: with setFlags the system's flag is made to agree with the option", function* () {
  using raw = new Descriptors();
  const [number] = raw.pipe();
  const fd = Unix.ofUnixFileDescr(number, { blocking: false });
  assertEquals(hasNonblock(number), false);
  assertEquals(yield* Unix.blocking(fd), false);
  assertEquals(hasNonblock(number), true);
  const again = Unix.ofUnixFileDescr(number, { blocking: true });
  assertEquals(yield* Unix.blocking(again), true);
  assertEquals(hasNonblock(number), false);
});

bothDrivers("3: without setFlags the option is believed and the flag stays", function* () {
  using raw = new Descriptors();
  const [number] = raw.pipe();
  const fd = Unix.ofUnixFileDescr(number, { blocking: false, setFlags: false });
  assertEquals(yield* Unix.blocking(fd), false);
  assertEquals(hasNonblock(number), false);
});

bothDrivers("3: without either the mode is guessed and the flag stays", function* () {
  using raw = new Descriptors();
  const [number] = raw.pipe();
  const fd = Unix.ofUnixFileDescr(number, { setFlags: false });
  assertEquals(yield* Unix.blocking(fd), false);
  assertEquals(hasNonblock(number), false);
});

bothDrivers("5: the standard descriptors are blocking, and their flags left alone", function* () {
  for (const [number, fd] of [Unix.stdin, Unix.stdout, Unix.stderr].entries()) {
    const before = hasNonblock(number);
    assertEquals(Unix.unixFileDescr(fd), number);
    assertEquals(yield* Unix.blocking(fd), true);
    assertEquals(hasNonblock(number), before);
  }
});

const CAT = `
  import { Lwt } from "$core/lwt.ts";
  import * as Main from "$unix/main.ts";
  import * as Unix from "$unix/unix.ts";
  import { fcntl } from "$unix/libc/file.ts";
  const flags = () => [0, 1, 2].map((fd) => fcntl(fd, 3, 0)).join();
  const before = flags();
  function* cat(from, to) {
    const buffer = new Uint8Array(100_000);
    for (;;) {
      const n = yield* Unix.read(from, buffer, 0, buffer.length);
      if (n === 0) return;
      for (let sent = 0; sent < n;) sent += yield* Unix.write(to, buffer, sent, n - sent);
    }
  }
  const done = Lwt.spawn(cat, Unix.stdin, Unix.stdout);
  if (Deno.args[0] === "run") Main.run(done);
  else await done;
  if (flags() !== before) throw new Error("flags changed");
`;

for (const driver of ["run", "await"]) {
  // The program comes by standard input for other children: this one needs that for its data.
  Deno.test(`5: bytes pass from standard input to standard output (${driver})`, async () => {
    const root = new URL("../../", import.meta.url).href;
    const program = CAT.replaceAll("$unix", `${root}unix`).replaceAll("$core", `${root}core`);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-lock",
        "--no-config",
        `data:text/typescript,${encodeURI(program)}`,
        driver,
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const bytes = pattern(1_000_000);
    const writer = child.stdin.getWriter();
    const written = writer.write(new Uint8Array(bytes)).then(() => writer.close());
    const { code, stdout, stderr } = await child.output();
    await written;
    assertEquals([code, text(stderr)], [0, ""]);
    assert(stdout.length === bytes.length && stdout.every((byte, i) => byte === bytes[i]));
  });
}

bothDrivers("6: pipe, socket and socketpair make non-blocking descriptors", function* () {
  const made = [
    ...Unix.pipe(),
    Unix.socket("PF_INET", "SOCK_DGRAM", 0),
    ...Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0),
  ];
  for (const fd of made) {
    assertEquals(hasNonblock(fd), true);
    assertEquals(yield* Unix.blocking(fd), false);
  }
  yield* closeAll(...made);
});

bothDrivers("6: the raw ends of pipeIn and pipeOut are blocking", function* () {
  const [reading, rawWriting] = Unix.pipeIn();
  const [rawReading, writing] = Unix.pipeOut();
  assertEquals([hasNonblock(rawWriting), hasNonblock(rawReading)], [false, false]);
  assertEquals([yield* Unix.blocking(reading), yield* Unix.blocking(writing)], [false, false]);
  assertEquals([hasNonblock(reading), hasNonblock(writing)], [true, true]);
  assertEquals([hasNonblock(rawWriting), hasNonblock(rawReading)], [false, false]);
  yield* closeAll(reading, writing);
  yield* closeAll(Unix.ofUnixFileDescr(rawWriting), Unix.ofUnixFileDescr(rawReading));
});

bothDrivers("6: an accepted socket is non-blocking without a further call", function* () {
  const server = yield* listener();
  const client = yield* connected(server);
  let fd = server;
  const calls = callsOf(() => Unix.accept(server).map(([accepted]) => fd = accepted));
  assertEquals(calls, ["accept"]);
  assertEquals(hasNonblock(fd), true);
  assertEquals(callsOf(() => Unix.write(fd, new Uint8Array(1), 0, 1)), ["write"]);
  yield* closeAll(fd, client, server);
});

bothDrivers("9: setBlocking replaces the mode, and the flag at the next use", function* () {
  const [reading, writing] = Unix.pipe();
  Unix.setBlocking(reading, true);
  assertEquals(hasNonblock(reading), true);
  assertEquals(yield* Unix.blocking(reading), true);
  assertEquals(hasNonblock(reading), false);
  Unix.setBlocking(reading, false, { setFlags: false });
  assertEquals(yield* Unix.blocking(reading), false);
  assertEquals(hasNonblock(reading), false);
  yield* closeAll(reading, writing);
});

bothDrivers("9: blocking and setBlocking throw at once on a closed or aborted one", function* () {
  const [reading, writing] = Unix.pipe();
  yield* Unix.close(reading);
  throwsUnix(() => Unix.blocking(reading), "EBADF", "check_descriptor");
  throwsUnix(() => Unix.setBlocking(reading, true), "EBADF", "check_descriptor");
  Unix.abort(writing, new Unix.UnixError("EIO", "test"));
  throwsUnix(() => Unix.blocking(writing), "EIO", "test");
  throwsUnix(() => Unix.setBlocking(writing, true), "EIO", "test");
  yield* closeAll(writing);
});

bothDrivers("10: an aborted descriptor fails with the very error given", function* () {
  const [reading, writing] = Unix.pipe();
  const error = { not: "even an Error" };
  Unix.abort(reading, error);
  assertEquals(Unix.state(reading), { tag: "Aborted", exn: error });
  const operations = [
    Unix.read(reading, new Uint8Array(1), 0, 1),
    Unix.write(reading, new Uint8Array(1), 0, 1),
    Unix.waitRead(reading),
    Unix.waitWrite(reading),
    Unix.wrapSyscall("Read", reading, () => 1),
    Unix.registerAction("Read", reading, () => 1),
    Unix.fstat(reading),
    Unix.lseek(reading, 0, "SEEK_CUR"),
    Unix.isatty(reading),
    Unix.accept(reading),
    Unix.connect(reading, { tag: "ADDR_UNIX", path: "/nowhere" }),
    Unix.bind(reading, { tag: "ADDR_UNIX", path: "/nowhere" }),
  ];
  for (const p of operations) assertFails(p, error);
  const [, exn] = yield* Unix.acceptN(reading, 1);
  assertStrictEquals(exn, error);
  yield* closeAll(reading, writing);
});

bothDrivers("10: a closed descriptor fails with EBADF of check_descriptor", function* () {
  const [fd, other] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
  yield* closeAll(fd, other);
  assertEquals(Unix.state(fd), "Closed");
  for (
    const p of [
      Unix.read(fd, new Uint8Array(1), 0, 1),
      Unix.write(fd, new Uint8Array(1), 0, 1),
      Unix.writeString(fd, "x", 0, 1),
      Unix.waitRead(fd),
      Unix.waitWrite(fd),
      Unix.wrapSyscall("Read", fd, () => 1),
      Unix.registerAction("Read", fd, () => 1),
      Unix.fstat(fd),
      Unix.lseek(fd, 0, "SEEK_CUR"),
      Unix.isatty(fd),
      Unix.accept(fd),
      Unix.connect(fd, { tag: "ADDR_UNIX", path: "/nowhere" }),
      Unix.bind(fd, { tag: "ADDR_UNIX", path: "/nowhere" }),
    ]
  ) {
    const error = yield* rejects(p, "EBADF", "check_descriptor");
    assertEquals(
      error.message,
      `Cannot use descriptor ${Unix.unixFileDescr(fd)}: EBADF (bad file descriptor)`,
    );
  }
  for (
    const f of [
      () => Unix.checkDescriptor(fd),
      () => Unix.readable(fd),
      () => Unix.writable(fd),
      () => Unix.listen(fd, 1),
      () => Unix.shutdown(fd, "SHUTDOWN_ALL"),
      () => Unix.getsockname(fd),
      () => Unix.getpeername(fd),
      () => Unix.getsockopt(fd, "SO_KEEPALIVE"),
      () => Unix.setsockopt(fd, "SO_KEEPALIVE", true),
      () => Unix.getsockoptError(fd),
      () => Unix.setCloseOnExec(fd),
      () => Unix.clearCloseOnExec(fd),
    ]
  ) throwsUnix(f, "EBADF", "check_descriptor");
});

bothDrivers(
  "11: after close no call is made, not even to find out the mode (defect, not copied)",
  function* () {
    const [reading, raw] = Unix.pipeIn();
    const fd = Unix.ofUnixFileDescr(raw);
    yield* Unix.close(fd);
    const bytes = new Uint8Array(1);
    assertEquals(callsOf(() => Unix.read(fd, bytes, 0, 1)), []);
    assertEquals(callsOf(() => Unix.write(fd, bytes, 0, 1)), []);
    assertEquals(callsOf(() => Unix.acceptN(fd, 1)), []);
    assertEquals(callsOf(() => Unix.waitRead(fd)), []);
    assertEquals(callsOf(() => Unix.wrapSyscall("Read", fd, () => {})), []);
    yield* closeAll(reading);
  },
);

bothDrivers("12: O_CLOEXEC wins over O_KEEPEXEC, and is the default (decided: on)", function* () {
  const cases: [Unix.OpenFlag[], boolean][] = [
    [[], true],
    [["O_KEEPEXEC"], false],
    [["O_CLOEXEC"], true],
    [["O_KEEPEXEC", "O_CLOEXEC"], true],
    [["O_CLOEXEC", "O_KEEPEXEC"], true],
  ];
  for (const [flags, expected] of cases) {
    const fd = yield* Unix.openfile("/dev/null", ["O_RDONLY", ...flags], 0);
    assertEquals(hasCloexec(fd), expected, flags.join());
    yield* Unix.close(fd);
  }
});

bothDrivers(
  "12: whatever makes a descriptor closes it on exec unless told otherwise",
  function* () {
    for (const cloexec of [true, false, undefined]) {
      const options = cloexec === undefined ? {} : { cloexec };
      const server = yield* listener();
      const clients = [yield* connected(server), yield* connected(server)];
      const [accepted] = yield* Unix.accept(server, options);
      const [more] = yield* Unix.acceptN(server, 1, options);
      const [reading, rawWriting] = Unix.pipeIn(options);
      const [rawReading, writing] = Unix.pipeOut(options);
      const made = [
        ...Unix.pipe(options),
        Unix.socket("PF_INET", "SOCK_STREAM", 0, options),
        ...Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0, options),
        accepted,
        ...more.map(([fd]) => fd),
        reading,
        writing,
        Unix.ofUnixFileDescr(rawWriting),
        Unix.ofUnixFileDescr(rawReading),
      ];
      for (const fd of made) assertEquals(hasCloexec(fd), cloexec ?? true);
      yield* closeAll(...made, ...clients, server);
    }
  },
);

bothDrivers("close-on-exec can be set and cleared", function* () {
  const [reading, writing] = Unix.pipe();
  Unix.clearCloseOnExec(reading);
  assertEquals(hasCloexec(reading), false);
  Unix.setCloseOnExec(reading);
  assertEquals(hasCloexec(reading), true);
  Unix.setCloseOnExec(reading);
  assertEquals(hasCloexec(reading), true);
  yield* closeAll(reading, writing);
});

bothDrivers("close-on-exec of a number that is not open fails with EBADF", function* () {
  const fd = Unix.ofUnixFileDescr(99_999);
  throwsUnix(() => Unix.setCloseOnExec(fd), "EBADF", "set_close_on_exec");
  throwsUnix(() => Unix.clearCloseOnExec(fd), "EBADF", "clear_close_on_exec");
});

bothDrivers("38: close rejects those who wait, readers first, inside the call", function* () {
  const [fd, other] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
  const order: string[] = [];
  const never = () => {
    throw new Unix.Retry();
  };
  const waiters = [
    ["writer 1", Unix.registerAction("Write", fd, never)],
    ["reader 1", Unix.read(fd, new Uint8Array(1), 0, 1)],
    ["writer 2", Unix.registerAction("Write", fd, never)],
    ["reader 2", Unix.waitRead(fd)],
  ] as const;
  for (const [name, p] of waiters) p.onFailure(() => order.push(`${name} ${Unix.state(fd)}`));
  const closed = Unix.close(fd);
  assertEquals(order, [
    "reader 1 Closed",
    "reader 2 Closed",
    "writer 1 Closed",
    "writer 2 Closed",
  ]);
  for (const [, p] of waiters) yield* rejects(p, "EBADF", "check_descriptor");
  yield* closed;
  yield* closeAll(other);
});

bothDrivers(
  "38: what runs inside close finds the descriptor closed, its number still taken",
  function* () {
    const [fd, other] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
    let inside: Lwt<number> | undefined;
    const extra: Unix.FileDescr[] = [];
    Unix.read(fd, new Uint8Array(1), 0, 1).onFailure(() => {
      inside = Unix.read(fd, new Uint8Array(1), 0, 1);
      extra.push(...Unix.pipe());
    });
    yield* Unix.close(fd);
    yield* rejects(inside!, "EBADF", "check_descriptor");
    for (const made of extra) assert(Unix.unixFileDescr(made) !== Unix.unixFileDescr(fd));
    yield* closeAll(other, ...extra);
  },
);

bothDrivers("38: a number reused after close is not served for its old owner", function* () {
  const [old, oldOther] = Unix.pipe();
  const lost = Unix.read(old, new Uint8Array(1), 0, 1);
  yield* Unix.close(old);
  const [reused, writing] = Unix.pipe();
  assertEquals(Unix.unixFileDescr(reused), Unix.unixFileDescr(old));
  yield* Unix.writeString(writing, "new", 0, 3);
  const buffer = new Uint8Array(8);
  yield* turns(2);
  assertEquals(yield* Unix.read(reused, buffer, 0, 8), 3);
  yield* rejects(lost, "EBADF", "check_descriptor");
  yield* closeAll(reused, writing, oldOther);
});

bothDrivers(
  "38: close goes on although a callback throws what promises may not catch",
  function* () {
    const [fd, other] = Unix.pipe();
    const hook = Lwt.asyncExceptionHook;
    Lwt.asyncExceptionHook = (error) => {
      throw error;
    };
    Unix.read(fd, new Uint8Array(1), 0, 1).onFailure(() => {
      throw new RangeError("Maximum call stack size exceeded");
    });
    let thrown: unknown;
    try {
      Unix.close(fd);
    } catch (error) {
      thrown = error;
    }
    Lwt.asyncExceptionHook = hook;
    assert(thrown instanceof RangeError);
    assertEquals(Unix.state(fd), "Closed");
    assertEquals(rawClose(Unix.unixFileDescr(fd)), -Errno.EBADF);
    yield* closeAll(other);
  },
);

bothDrivers("39: a second close throws at once", function* () {
  const [reading, writing] = Unix.pipe();
  yield* closeAll(reading, writing);
  throwsUnix(() => Unix.close(reading), "EBADF", "check_descriptor");
});

bothDrivers("39: an aborted descriptor can be closed, and is then closed", function* () {
  const [reading, writing] = Unix.pipe();
  Unix.abort(reading, "enough");
  yield* Unix.close(reading);
  assertEquals(Unix.state(reading), "Closed");
  yield* rejects(Unix.read(reading, new Uint8Array(1), 0, 1), "EBADF", "check_descriptor");
  yield* closeAll(writing);
});

bothDrivers("40: abort rejects those who wait at once, with that error", function* () {
  const [fd, other] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
  const reading = Unix.read(fd, new Uint8Array(1), 0, 1);
  const writing = Unix.registerAction("Write", fd, () => {
    throw new Unix.Retry();
  });
  assertSleeps(reading);
  Unix.abort(fd, "enough");
  assertFails(reading, "enough");
  assertFails(writing, "enough");
  yield* closeAll(fd, other);
});

bothDrivers(
  "40: abort replaces the error of an aborted one, and leaves a closed one alone",
  function* () {
    const [reading, writing] = Unix.pipe();
    Unix.abort(reading, 1);
    Unix.abort(reading, 2);
    assertFails(Unix.waitRead(reading), 2);
    yield* Unix.close(reading);
    Unix.abort(reading, 3);
    assertEquals(Unix.state(reading), "Closed");
    assertFailsWith(Unix.waitRead(reading), Unix.UnixError);
    yield* closeAll(writing);
  },
);

bothDrivers(
  "42: a close that the system refuses rejects, and the descriptor is closed",
  function* () {
    const fd = Unix.ofUnixFileDescr(99_999);
    const error = yield* rejects(Unix.close(fd), "EBADF", "close");
    assertEquals(error.message, "Cannot close descriptor 99999: EBADF (bad file descriptor)");
    assertEquals(Unix.state(fd), "Closed");
  },
);

bothDrivers("42: a close that was interrupted has closed the descriptor", function* () {
  const [reading, writing] = Unix.pipe();
  {
    using _ = injectFaults((call) => call === "close" ? -Errno.EINTR : undefined);
    yield* Unix.close(reading);
  }
  assertEquals(rawClose(Unix.unixFileDescr(reading)), -Errno.EBADF);
  yield* closeAll(writing);
});

bothDrivers("the number can be asked for in any state", function* () {
  const [reading, writing] = Unix.pipe();
  const number = Unix.unixFileDescr(reading);
  Unix.abort(reading, "enough");
  assertEquals(Unix.unixFileDescr(reading), number);
  yield* closeAll(reading, writing);
  assertEquals(Unix.unixFileDescr(reading), number);
});

Deno.test("await using closes a descriptor, unless that is done already", async () => {
  const [reading, writing] = Unix.pipe();
  {
    await using _reading = reading;
    await using _writing = writing;
    await Unix.close(writing);
  }
  assertEquals([Unix.state(reading), Unix.state(writing)], ["Closed", "Closed"]);
});

Deno.test("the ledger names what is open and how it was made", async () => {
  const before = Unix.ledger();
  const fds = [...Unix.pipe(), Unix.socket("PF_INET", "SOCK_STREAM", 0)];
  const entries = Unix.ledger().slice(before.length);
  assertEquals(entries.map(({ kind }) => kind), ["pipe", "pipe", "socket"]);
  assertEquals(entries.map(({ fd }) => fd), fds.map(Unix.unixFileDescr));
  for (const fd of fds) await Unix.close(fd);
  assertEquals(Unix.ledger(), before);
});

Deno.test("importing needs no permission, and the first call says which one it needs", async () => {
  const source = `
    import * as Unix from "$unix/unix.ts";
    try {
      Unix.pipe();
    } catch (error) {
      console.log(error.name, error.message);
    }
    const p = Unix.stat("/").state();
    console.log(p.tag, p.error.message);`;
  const { code, stdout, stderr } = await runChild(source, { flags: [] });
  const message = "Cannot call the C library: run again with --allow-ffi";
  assertEquals([code, stderr, stdout], [0, "", `NotCapable ${message}\nFail ${message}\n`]);
});

bothDrivers("canceling does nothing to a descriptor whose operation is done", function* () {
  const [reading, writing] = Unix.pipe();
  const p = Unix.write(writing, new Uint8Array(3), 0, 3);
  p.cancel();
  assertEquals(p.poll(), 3);
  assertEquals(yield* Unix.read(reading, new Uint8Array(8), 0, 8), 3);
  yield* closeAll(reading, writing);
});

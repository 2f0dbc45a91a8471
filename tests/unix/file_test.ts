import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InvalidArgument } from "../../core/errors.ts";
import type { Lwt } from "../../core/lwt.ts";
import { Errno } from "../../unix/libc/errno.ts";
import { OpenFlags } from "../../unix/libc/file_constants.ts";
import { injectFaults } from "../../unix/libc/open.ts";
import * as Unix from "../../unix/unix.ts";
import { assertFails, assertReturns, assertSleeps, errorOf } from "../core/_state.ts";
import { runChild } from "./_child.ts";
import { bothDrivers } from "./_drivers.ts";
import { callsOf, closeAll, hasNonblock, rejects, Scratch, text } from "./_unix.ts";

bothDrivers("4: openfile learns the mode from one fstat", function* () {
  using scratch = new Scratch();
  const path = scratch.file("f", "text");
  let fd = Unix.stdin;
  const calls = callsOf(() => Unix.openfile(path, ["O_RDONLY"], 0).map((opened) => fd = opened));
  assertEquals(calls, ["open", "fstat"]);
  assertEquals(callsOf(() => Unix.read(fd, new Uint8Array(8), 0, 8)), ["read"]);
  assertEquals(yield* Unix.blocking(fd), true);
  yield* closeAll(fd);
});

bothDrivers(
  "4: a regular file opened with O_NONBLOCK loses that flag (decided: at once)",
  function* () {
    using scratch = new Scratch();
    const fd = yield* Unix.openfile(scratch.file("f", ""), ["O_RDONLY", "O_NONBLOCK"], 0);
    assertEquals(hasNonblock(fd), false);
    assertEquals(yield* Unix.blocking(fd), true);
    yield* closeAll(fd);
  },
);

bothDrivers("4: a named pipe is made non-blocking", function* () {
  using scratch = new Scratch();
  const path = scratch.file("fifo");
  new Deno.Command("mkfifo", { args: [path] }).outputSync();
  const fd = yield* Unix.openfile(path, ["O_RDWR"], 0);
  assertEquals([hasNonblock(fd), yield* Unix.blocking(fd)], [true, false]);
  yield* closeAll(fd);
});

bothDrivers("13: bounds are checked before anything else, and throw at once", function* () {
  const [reading, writing] = Unix.pipe();
  yield* closeAll(reading, writing);
  const buffer = new Uint8Array(4);
  const wrong = [[-1, 1], [0, -1], [0, 5], [4, 1], [5, 0], [0.5, 1], [0, 0.5], [NaN, 1], [0, NaN]];
  for (const [ofs, len] of wrong as [number, number][]) {
    assertThrows(() => Unix.read(reading, buffer, ofs, len), InvalidArgument, "Unix.read");
    assertThrows(() => Unix.write(writing, buffer, ofs, len), InvalidArgument, "Unix.write");
    assertThrows(() => Unix.writeString(writing, "four", ofs, len), InvalidArgument, "Unix.write");
  }
});

bothDrivers("13: the bounds themselves are inside", function* () {
  const [reading, writing] = Unix.pipe();
  assertReturns(Unix.write(writing, new Uint8Array(4), 4, 0), 0);
  assertReturns(Unix.write(writing, new Uint8Array(4), 0, 4), 4);
  assertReturns(Unix.read(reading, new Uint8Array(4), 0, 4), 4);
  yield* closeAll(reading, writing);
});

bothDrivers("13: ofs and len of writeString count bytes of UTF-8", function* () {
  const [reading, writing] = Unix.pipe();
  assertEquals(yield* Unix.writeString(writing, "aé€b", 1, 5), 5);
  const buffer = new Uint8Array(8);
  assertEquals(yield* Unix.read(reading, buffer, 0, 8), 5);
  assertEquals(text(buffer.subarray(0, 5)), "é€");
  assertEquals(yield* Unix.writeString(writing, new Uint8Array([1, 2, 3]), 1, 2), 2);
  yield* closeAll(reading, writing);
});

bothDrivers(
  "14: a non-blocking call that succeeds is settled without a turn of the engine",
  function* () {
    const [reading, writing] = Unix.pipe();
    const calls = callsOf(() => {
      assertReturns(Unix.write(writing, new Uint8Array(4), 0, 4), 4);
      assertReturns(Unix.read(reading, new Uint8Array(4), 0, 4), 4);
    });
    assertEquals(calls, ["write", "read"]);
    yield* closeAll(reading, writing);
  },
);

bothDrivers("14: after a short read the next one waits for the engine (decided)", function* () {
  const [reading, writing] = Unix.pipe();
  const buffer = new Uint8Array(8);
  assertReturns(Unix.write(writing, buffer, 0, 4), 4);
  assertReturns(Unix.read(reading, buffer, 0, 8), 4);
  assertReturns(Unix.write(writing, buffer, 0, 4), 4);
  const p = Unix.read(reading, buffer, 0, 8);
  assertSleeps(p);
  assertEquals(yield* p, 4);
  yield* closeAll(reading, writing);
});

bothDrivers("14: once the engine has spoken, what is left is read at once", function* () {
  const [reading, writing] = Unix.pipe();
  const buffer = new Uint8Array(8);
  assertReturns(Unix.write(writing, buffer, 0, 1), 1);
  assertReturns(Unix.read(reading, buffer, 0, 8), 1);
  assertReturns(Unix.write(writing, buffer, 0, 4), 4);
  assertEquals(yield* Unix.read(reading, buffer, 0, 2), 2);
  assertReturns(Unix.read(reading, buffer, 0, 2), 2);
  yield* closeAll(reading, writing);
});

bothDrivers("14: but not from a datagram socket, where short says nothing", function* () {
  const [left, right] = Unix.socketpair("PF_UNIX", "SOCK_DGRAM", 0);
  const buffer = new Uint8Array(8);
  for (let i = 0; i < 2; i++) assertReturns(Unix.write(left, buffer, 0, 4), 4);
  for (let i = 0; i < 2; i++) assertReturns(Unix.read(right, buffer, 0, 8), 4);
  yield* closeAll(left, right);
});

bothDrivers("14: a blocking call waits first, and is then made", function* () {
  const [reading, writing] = Unix.pipe();
  Unix.setBlocking(reading, true);
  yield* Unix.blocking(reading);
  let p: Lwt<number> | undefined;
  const calls = callsOf(() => p = Unix.read(reading, new Uint8Array(4), 0, 4));
  assertEquals(calls.filter((call) => !call.startsWith("epoll")), ["poll"]);
  yield* Unix.write(writing, new Uint8Array(3), 0, 3);
  assertEquals(yield* p!, 3);
  yield* closeAll(reading, writing);
});

bothDrivers("blocking sockets are told not to wait", function* () {
  const [left, right] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
  for (const fd of [left, right]) Unix.setBlocking(fd, true);
  const p = Unix.read(right, new Uint8Array(8), 0, 8);
  assertSleeps(p);
  assertEquals(hasNonblock(right), false);
  const calls = callsOf(() => assertReturns(Unix.write(left, new Uint8Array(3), 0, 3), 3));
  assertEquals(calls.at(-1), "send");
  assertEquals(yield* p, 3);
  yield* Unix.close(right);
  yield* rejects(Unix.write(left, new Uint8Array(3), 0, 3), "EPIPE", "write");
  yield* closeAll(left);
});

bothDrivers("devices can be read and written", function* () {
  const zero = yield* Unix.openfile("/dev/zero", ["O_RDONLY"], 0);
  const nothing = yield* Unix.openfile("/dev/null", ["O_RDWR"], 0);
  const buffer = new Uint8Array(8).fill(1);
  assertEquals(yield* Unix.read(zero, buffer, 2, 4), 4);
  assertEquals([...buffer], [1, 1, 0, 0, 0, 0, 1, 1]);
  assertEquals(yield* Unix.read(nothing, buffer, 0, 8), 0);
  assertEquals(yield* Unix.write(nothing, buffer, 0, 8), 8);
  yield* closeAll(zero, nothing);
});

bothDrivers("a file is written, sought in and read again", function* () {
  using scratch = new Scratch();
  const fd = yield* Unix.openfile(scratch.file("f"), ["O_RDWR", "O_CREAT", "O_EXCL"], 0o640);
  assertEquals(yield* Unix.writeString(fd, "hello, world", 0, 12), 12);
  assertEquals(yield* Unix.lseek(fd, 0, "SEEK_CUR"), 12);
  assertEquals(yield* Unix.lseek(fd, -5, "SEEK_END"), 7);
  const buffer = new Uint8Array(8);
  assertEquals(yield* Unix.read(fd, buffer, 0, 8), 5);
  assertEquals(text(buffer.subarray(0, 5)), "world");
  assertEquals(yield* Unix.read(fd, buffer, 0, 8), 0);
  assertEquals(yield* Unix.lseek(fd, 0, "SEEK_SET"), 0);
  assertEquals((yield* Unix.fstat(fd)).stPerm, 0o640);
  yield* closeAll(fd);
});

bothDrivers("each flag of openfile reaches the system", function* () {
  using scratch = new Scratch();
  const path = scratch.file("f", "text");
  const names = [
    "O_RDONLY",
    "O_WRONLY",
    "O_RDWR",
    "O_NONBLOCK",
    "O_APPEND",
    "O_CREAT",
    "O_TRUNC",
    "O_EXCL",
    "O_NOCTTY",
    "O_DSYNC",
    "O_SYNC",
    "O_RSYNC",
    "O_CLOEXEC",
  ] as const;
  for (const name of names) {
    let bits = 0;
    using _ = injectFaults((call, flags) => {
      if (call !== "open") return undefined;
      bits = flags!;
      return -Errno.EIO;
    });
    yield* rejects(Unix.openfile(path, [name], 0), "EIO", "open", path);
    assertEquals(bits & OpenFlags[name], OpenFlags[name], name);
    assertEquals(bits & ~OpenFlags[name] & ~OpenFlags.O_CLOEXEC, 0, name);
  }
  const fd = yield* Unix.openfile(path, ["O_WRONLY", "O_APPEND", "O_SHARE_DELETE"], 0);
  yield* Unix.writeString(fd, "+", 0, 1);
  yield* closeAll(fd, yield* Unix.openfile(path, ["O_RDWR", "O_SYNC", "O_NOCTTY"], 0));
  assertEquals(Deno.readTextFileSync(path), "text+");
  yield* closeAll(yield* Unix.openfile(path, ["O_WRONLY", "O_TRUNC"], 0));
  assertEquals(Deno.readTextFileSync(path), "");
});

bothDrivers("56: a failed openfile names the call and the path", function* () {
  using scratch = new Scratch();
  const file = scratch.file("f", "");
  Deno.symlinkSync("loop", scratch.file("loop"));
  const cases: [string, Unix.OpenFlag[], string][] = [
    [scratch.file("missing"), ["O_RDONLY"], "ENOENT"],
    [file, ["O_RDWR", "O_CREAT", "O_EXCL"], "EEXIST"],
    [scratch.path, ["O_WRONLY"], "EISDIR"],
    [`${file}/below`, ["O_RDONLY"], "ENOTDIR"],
    [scratch.file("loop"), ["O_RDONLY"], "ELOOP"],
    [scratch.file("n".repeat(300)), ["O_RDONLY"], "ENAMETOOLONG"],
    ["a\0b", ["O_RDONLY"], "ENOENT"],
    ["", ["O_RDONLY"], "ENOENT"],
  ];
  for (const [path, flags, code] of cases) {
    yield* rejects(Unix.openfile(path, flags, 0o600), code, "open", path);
  }
  const error = yield* rejects(
    Unix.openfile("/nowhere", ["O_RDONLY"], 0),
    "ENOENT",
    "open",
    "/nowhere",
  );
  assertEquals(error.message, 'Cannot open "/nowhere": ENOENT (no such file or directory)');
});

bothDrivers("56: a failed fstat has no path, a failed stat has one", function* () {
  const error = yield* rejects(Unix.fstat(Unix.ofUnixFileDescr(99_999)), "EBADF", "fstat");
  assertEquals(error.message, "Cannot get status of descriptor 99999: EBADF (bad file descriptor)");
  yield* rejects(Unix.stat("/nowhere"), "ENOENT", "stat", "/nowhere");
  yield* rejects(Unix.stat("a\0b"), "ENOENT", "stat", "a\0b");
});

Deno.test("a forbidden path is EACCES", async () => {
  using scratch = new Scratch();
  const path = scratch.file("f", "");
  Deno.chmodSync(path, 0);
  Deno.chmodSync(scratch.path, 0o755);
  const { stdout } = await runChild(`
    import * as Unix from "$unix/unix.ts";
    const libc = Deno.dlopen("libc.so.6", { setuid: { parameters: ["i32"], result: "i32" } });
    libc.symbols.setuid(65534);
    for (const f of [() => Unix.openfile("${path}", ["O_RDONLY"], 0), () => Unix.unlink("${path}")]) {
      const { error } = f().state();
      console.log(error.code, error.syscall);
    }`);
  assertEquals(stdout, "EACCES open\nEACCES unlink\n");
});

bothDrivers("59: times carry a fraction, permissions twelve bits", function* () {
  using scratch = new Scratch();
  const path = scratch.file("f", "12345");
  Deno.chmodSync(path, 0o4711);
  Deno.utimeSync(path, 1000.25, 2000.5);
  Deno.linkSync(path, scratch.file("g"));
  const stats = yield* Unix.stat(path);
  const expected = Deno.statSync(path);
  assertEquals(stats.stKind, "S_REG");
  assertEquals(stats.stPerm, 0o4711);
  assertEquals([stats.stAtime, stats.stMtime], [1000.25, 2000.5]);
  assertAlmostEquals(stats.stCtime, Date.now() / 1000, 60);
  assertEquals(
    [stats.stDev, stats.stIno, stats.stNlink, stats.stUid, stats.stGid, stats.stSize, stats.stRdev],
    [expected.dev, expected.ino, 2, expected.uid, expected.gid, 5, expected.rdev],
  );
});

bothDrivers("59: kinds", function* () {
  using scratch = new Scratch();
  new Deno.Command("mkfifo", { args: [scratch.file("fifo")] }).outputSync();
  Deno.symlinkSync(scratch.file("regular", ""), scratch.file("link"));
  const kinds: [string, Unix.FileKind][] = [
    [scratch.file("regular"), "S_REG"],
    [scratch.file("link"), "S_REG"],
    [scratch.file("fifo"), "S_FIFO"],
    [scratch.path, "S_DIR"],
    ["/dev/null", "S_CHR"],
  ];
  for (const [path, kind] of kinds) assertEquals((yield* Unix.stat(path)).stKind, kind, path);
  assertEquals((yield* Unix.stat("/dev/null")).stRdev, Deno.statSync("/dev/null").rdev);
  const [left, right] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
  assertEquals((yield* Unix.fstat(left)).stKind, "S_SOCK");
  yield* closeAll(left, right);
});

bothDrivers("a size is exact, up to the largest file", function* () {
  using scratch = new Scratch();
  const path = scratch.file("f", "");
  const size = 2 ** 43 + 1;
  Deno.truncateSync(path, size);
  assertEquals((yield* Unix.stat(path)).stSize, size);
  const fd = yield* Unix.openfile(path, ["O_RDONLY"], 0);
  assertEquals(yield* Unix.lseek(fd, 0, "SEEK_END"), size);
  assertEquals(yield* Unix.lseek(fd, -size, "SEEK_CUR"), 0);
  yield* closeAll(fd);
});

bothDrivers("lseek rejects what the system refuses", function* () {
  using scratch = new Scratch();
  const fd = yield* Unix.openfile(scratch.file("f", ""), ["O_RDONLY"], 0);
  const error = yield* rejects(Unix.lseek(fd, -1, "SEEK_SET"), "EINVAL", "lseek");
  const number = Unix.unixFileDescr(fd);
  assertEquals(error.message, `Cannot seek in descriptor ${number}: EINVAL (invalid argument)`);
  const [reading, writing] = Unix.pipe();
  yield* rejects(Unix.lseek(reading, 0, "SEEK_SET"), "ESPIPE", "lseek");
  assertThrows(() => Unix.lseek(fd, 0.5, "SEEK_SET"), RangeError, "safe integer");
  assertThrows(() => Unix.lseek(fd, 2 ** 60, "SEEK_SET"), RangeError, "safe integer");
  yield* closeAll(fd, reading, writing);
});

bothDrivers("a position past 2^53 is no number to give", function* () {
  const fd = yield* Unix.openfile("/proc/self/mem", ["O_RDONLY"], 0);
  yield* Unix.lseek(fd, Number.MAX_SAFE_INTEGER, "SEEK_SET");
  const error = errorOf(Unix.lseek(fd, 10, "SEEK_CUR"));
  assert(error instanceof RangeError, `${error}`);
  yield* closeAll(fd);
});

bothDrivers("reading a directory is EISDIR", function* () {
  const fd = yield* Unix.openfile("/", ["O_RDONLY"], 0);
  yield* rejects(Unix.read(fd, new Uint8Array(1), 0, 1), "EISDIR", "read");
  yield* closeAll(fd);
});

bothDrivers("writing to a full device is ENOSPC", function* () {
  const fd = yield* Unix.openfile("/dev/full", ["O_WRONLY"], 0);
  yield* rejects(Unix.write(fd, new Uint8Array(1), 0, 1), "ENOSPC", "write");
  yield* closeAll(fd);
});

bothDrivers("isatty tells terminals from other things", function* () {
  const terminal = yield* Unix.openfile("/dev/ptmx", ["O_RDWR", "O_NOCTTY"], 0);
  const device = yield* Unix.openfile("/dev/null", ["O_RDWR"], 0);
  assertEquals([yield* Unix.isatty(terminal), yield* Unix.isatty(device)], [true, false]);
  assertEquals(yield* Unix.isatty(Unix.ofUnixFileDescr(99_999)), false);
  yield* closeAll(terminal, device);
});

bothDrivers("unlink removes a name", function* () {
  using scratch = new Scratch();
  const path = scratch.file("f", "");
  yield* Unix.unlink(path);
  const error = yield* rejects(Unix.unlink(path), "ENOENT", "unlink", path);
  const quoted = JSON.stringify(path);
  assertEquals(error.message, `Cannot unlink ${quoted}: ENOENT (no such file or directory)`);
  yield* rejects(Unix.unlink(scratch.path), "EISDIR", "unlink", scratch.path);
  yield* rejects(Unix.unlink("a\0b"), "ENOENT", "unlink", "a\0b");
});

bothDrivers("an aborted file fails with its error, and can be closed", function* () {
  const fd = yield* Unix.openfile("/dev/zero", ["O_RDONLY"], 0);
  Unix.abort(fd, "enough");
  assertFails(Unix.read(fd, new Uint8Array(1), 0, 1), "enough");
  assertFails(Unix.write(fd, new Uint8Array(1), 0, 1), "enough");
  assertFails(Unix.fstat(fd), "enough");
  assertFails(Unix.lseek(fd, 0, "SEEK_SET"), "enough");
  yield* closeAll(fd);
});

bothDrivers("a terminal is asked before it is read", function* () {
  const terminal = yield* Unix.openfile("/dev/ptmx", ["O_RDWR", "O_NOCTTY"], 0);
  assertEquals(yield* Unix.blocking(terminal), true);
  const p = Unix.read(terminal, new Uint8Array(16), 0, 16);
  assertSleeps(p);
  p.cancel();
  yield* closeAll(terminal);
});

Deno.test("handleUnixError reports the error and ends the program with status 2", async () => {
  const source = (body: string) => `
    import { Lwt } from "$core/lwt.ts";
    import * as Unix from "$unix/unix.ts";
    ${body}
    console.log("alive");`;
  const rejected = await runChild(source(`await Unix.handleUnixError(Unix.stat, "/nowhere");`));
  assertEquals([rejected.code, rejected.stdout], [2, ""]);
  const message = 'Cannot stat "/nowhere": ENOENT (no such file or directory)';
  assert(rejected.stderr.trimEnd().endsWith(`: ${message}`), rejected.stderr);
  const thrown = await runChild(
    source(`Unix.handleUnixError(() => { throw new Unix.UnixError("EIO", "test"); }, 1);`),
  );
  assertEquals([thrown.code, thrown.stdout], [2, ""]);
  const other = await runChild(source(`
    const p = Unix.handleUnixError(() => Lwt.fail("other"), 1);
    console.log(p.state().error, (await Unix.handleUnixError((x) => Lwt.return(x), 1)));`));
  assertEquals([other.code, other.stdout], [0, "other 1\nalive\n"]);
});

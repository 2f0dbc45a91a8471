/* Facts 59-62, 79-80, 93, 111-119: files. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { Failure, InvalidArgument, Lwt } from "../../core/mod.ts";
import { Stream } from "../../core/stream.ts";
import * as Io from "../../io/io.ts";
import { Errno } from "../../unix/libc/errno.ts";
import { OpenFlags } from "../../unix/libc/file_constants.ts";
import { injectFaults } from "../../unix/libc/open.ts";
import * as Unix from "../../unix/unix.ts";
import { bothDrivers } from "../unix/_drivers.ts";
import { hasCloexec, rejects, Scratch } from "../unix/_unix.ts";

/** The error that a promise rejects with. */
function* errorOf(p: Lwt<unknown>): Lwt.Task<unknown> {
  try {
    yield* p;
  } catch (error) {
    return error;
  }
  throw new Error("Expected a rejection");
}

/** The flags of each `open` while a function runs. */
function* flagsOf(f: () => Lwt<unknown>): Lwt.Task<number[]> {
  const flags: number[] = [];
  using _ = injectFaults((call, ...args) => {
    if (call === "open") flags.push(args[0]!);
    return undefined;
  });
  yield* f();
  return flags;
}

bothDrivers("59: withFile closes whatever happens, and gives the outcome of f", function* () {
  using scratch = new Scratch();
  const path = scratch.file("a", "hello\n");
  const broken = new Error("broken");
  let kept: Io.InputChannel | undefined;
  const line = yield* Io.withFile(Io.input, path, (ic) => (kept = ic).readLine());
  assertEquals([line, kept?.isClosed()], ["hello", true]);
  assertEquals(yield* errorOf(Io.withFile(Io.input, path, () => Lwt.fail(broken))), broken);
  const throwing = () => {
    throw broken;
  };
  assertEquals(yield* errorOf(Io.withFile(Io.input, path, throwing)), broken);
});

bothDrivers("59: an error of closing replaces the outcome, even an error", function* () {
  using scratch = new Scratch();
  const path = scratch.file("a", "");
  for (const f of [() => Lwt.return(1), () => Lwt.fail<number>(new Error("lost"))]) {
    const p = Io.withFile(Io.input, path, (ic) => {
      const fault = injectFaults((call) => call === "close" ? -Errno.EIO : undefined);
      return Lwt.finalize(f, () => {
        Lwt.pause().onSuccess(() => fault[Symbol.dispose]());
        void ic;
        return Lwt.returnUnit;
      });
    });
    yield* rejects(p, "EIO", "close");
    yield* Lwt.pause();
  }
  // The faulty calls closed nothing.
  for (const { fd, kind } of Unix.ledger()) assertNotEquals(kind, "openfile", `${fd}`);
  for (const fd of leaked(path)) yield* Unix.close(Unix.ofUnixFileDescr(fd));
});

bothDrivers("60: withTempFile closes, then deletes", function* () {
  let name = "";
  const length = yield* Io.withTempFile(([path, oc]) => {
    name = path;
    return oc.write("hello").bind(() => oc.flush()).bind(() => Io.fileLength(path));
  });
  assertEquals(length, 5);
  yield* rejects(Unix.stat(name), "ENOENT", "stat", name);
});

bothDrivers("60: a delete that fails rejects, even over the error of f", function* () {
  let name = "";
  const p = Io.withTempFile(([path]) => {
    name = path;
    return Unix.unlink(path).bind(() => Lwt.fail(new Error("lost")));
  });
  const error = (yield* errorOf(p)) as Unix.UnixError;
  assertEquals([error.code, error.path], ["ENOENT", name]);
});

bothDrivers("61: f may close the channel itself", function* () {
  using scratch = new Scratch();
  const path = scratch.file("a");
  yield* Io.withFile(Io.output, path, (oc) => oc.write("x").bind(() => oc.close()));
  yield* Io.withTempFile(([, oc]) => oc.close());
  assertEquals(Deno.readTextFileSync(path), "x");
});

bothDrivers("79: linesOfFile opens at the first element, and closes at the end", function* () {
  using scratch = new Scratch();
  const path = scratch.file("a", "one\ntwo");
  const before = Unix.ledger();
  const lines = Io.linesOfFile(path);
  const chars = Io.charsOfFile(path);
  assertEquals(Unix.ledger(), before);
  assertEquals(yield* lines.next(), "one");
  assertEquals(Unix.ledger().length, before.length + 1);
  assertEquals(yield* lines.next(), "two");
  assertEquals(yield* lines.get(), undefined);
  assertEquals(Unix.ledger(), before);
  assertEquals((yield* chars.toList()).join(""), "one\ntwo");
  assertEquals(Unix.ledger(), before);
});

bothDrivers("80: a missing file makes the first next fail, not the call", function* () {
  const lines = Io.linesOfFile("/nowhere/at/all");
  yield* rejects(lines.next(), "ENOENT", "open", "/nowhere/at/all");
});

bothDrivers("79: a file that cannot be read is closed", function* () {
  using scratch = new Scratch();
  const path = scratch.file("a", "one\n");
  using _ = injectFaults((call) => call === "read" ? -Errno.EIO : undefined);
  yield* rejects(Io.linesOfFile(path).next(), "EIO", "read");
});

bothDrivers("93: fileLength of a directory rejects with EISDIR", function* () {
  using scratch = new Scratch();
  assertEquals(yield* Io.fileLength(scratch.file("a", "12345")), 5);
  yield* rejects(Io.fileLength(scratch.path), "EISDIR", "file_length", scratch.path);
  yield* rejects(Io.fileLength("/nowhere"), "ENOENT", "stat", "/nowhere");
});

bothDrivers("111: openFile for output makes and empties, for input only reads", function* () {
  using scratch = new Scratch();
  const path = scratch.file("a", "something longer");
  const flags = yield* flagsOf(() =>
    Io.withFile(Io.output, path, (oc) => oc.write("new"))
      .bind(() => Io.withFile(Io.input, path, (ic) => ic.read()))
  );
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NONBLOCK, O_RDONLY, O_CLOEXEC } = OpenFlags;
  assertEquals(flags.map((flag) => flag & ~O_CLOEXEC), [
    O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK,
    O_RDONLY | O_NONBLOCK,
  ]);
  assertEquals(Deno.readTextFileSync(path), "new");
  yield* Io.withFile(Io.output, scratch.file("b"), () => Lwt.returnUnit);
  assertEquals(Deno.statSync(scratch.file("b")).mode! & 0o777, 0o666 & ~Deno.umask());
});

bothDrivers("112: flags that are given are used exactly", function* () {
  using scratch = new Scratch();
  const path = scratch.file("a", "old, ");
  const append = { flags: ["O_WRONLY", "O_APPEND"], perm: 0o600 } as const;
  const flags = yield* flagsOf(() => Io.withFile(Io.output, path, (oc) => oc.write("new"), append));
  assertEquals(flags.map((flag) => flag & ~OpenFlags.O_CLOEXEC), [
    OpenFlags.O_WRONLY | OpenFlags.O_APPEND,
  ]);
  assertEquals(Deno.readTextFileSync(path), "old, new");
  const missing = scratch.file("b");
  yield* rejects(Io.openFile(Io.output, missing, append), "ENOENT", "open", missing);
});

bothDrivers("113: names of temporary files have six hexadecimal digits", function* () {
  using scratch = new Scratch();
  const [name, oc] = yield* Io.openTempFile();
  yield* oc.close();
  yield* Unix.unlink(name);
  assertMatch(name, /^\/.*\/lwt_io_temp_file_[0-9a-f]{6}$/);
  const options = { tempDir: scratch.path, prefix: "a", suffix: ".b" };
  const other = yield* Io.withTempFile(([path]) => Lwt.return(path), options);
  assertMatch(other, new RegExp(`^${scratch.path}/a[0-9a-f]{6}\\.b$`));
});

bothDrivers("114: a name that is taken is passed over", function* () {
  let tries = 0;
  using _ = injectFaults((call) => call === "open" && tries++ < 5 ? -Errno.EEXIST : undefined);
  yield* Io.withTempFile(() => Lwt.returnUnit);
  assertEquals(tries, 6);
});

bothDrivers(
  "114: other errors reject at once, unlike in Lwt, which tries 1000 times",
  function* () {
    let tries = 0;
    using _ = injectFaults((call) => {
      if (call === "open") tries++;
      return undefined;
    });
    const error = yield* errorOf(Io.openTempFile({ tempDir: "/nowhere" }));
    assert(error instanceof Unix.UnixError);
    assertEquals([(error as Unix.UnixError).code, tries], ["ENOENT", 1]);
  },
);

bothDrivers("114: when every name is taken, it gives up", function* () {
  using _ = injectFaults((call) => call === "open" ? -Errno.EEXIST : undefined);
  assert((yield* errorOf(Io.openTempFile())) instanceof Failure);
});

bothDrivers("115: the flags of a temporary file", function* () {
  const flags = yield* flagsOf(() => Io.withTempFile(() => Lwt.returnUnit));
  const { O_WRONLY, O_CREAT, O_EXCL, O_CLOEXEC } = OpenFlags;
  assertEquals(flags, [O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC]);
});

bothDrivers("119: linesToFile and charsToFile replace the file", function* () {
  using scratch = new Scratch();
  const path = scratch.file("a", "something longer");
  yield* Io.linesToFile(path, Stream.ofList(["one", "twö"]));
  assertEquals(Deno.readTextFileSync(path), "one\ntwö\n");
  yield* Io.charsToFile(path, Stream.ofList(["h", "i", "\xff"]));
  assertEquals(Deno.readFileSync(path), new Uint8Array([104, 105, 255]));
});

bothDrivers("119: a disk that is full is an error of linesToFile", function* () {
  using scratch = new Scratch();
  using _ = injectFaults((call) => call === "write" ? -Errno.ENOSPC : undefined);
  yield* rejects(Io.linesToFile(scratch.file("a"), Stream.ofList(["x"])), "ENOSPC", "write");
});

bothDrivers("files have buffers of 64 KiB, unless another size was chosen", function* () {
  using scratch = new Scratch();
  const path = scratch.file("a", "");
  const size = () => Io.withFile(Io.input, path, (ic) => Lwt.return(ic.bufferSize()));
  assertEquals(yield* size(), 65536);
  const given = { buffer: new Uint8Array(32) };
  assertEquals(yield* Io.withFile(Io.input, path, (ic) => Lwt.return(ic.bufferSize()), given), 32);
  assertThrows(
    () => Io.openFile(Io.input, path, { buffer: new Uint8Array(8) }),
    InvalidArgument,
    "Cannot make channel: a buffer must hold at least 16 bytes, received 8",
  );
});

bothDrivers(
  "a file is written and read back, whatever its size and the mix of calls",
  function* () {
    using scratch = new Scratch();
    const path = scratch.file("a");
    const lines = Array.from({ length: 5000 }, (_, i) => `${i} ${"é".repeat(i % 100)}`);
    yield* Io.withFile(Io.output, path, (oc) => Lwt.spawn(writeLines, oc, lines));
    assertEquals(Deno.readTextFileSync(path), lines.join("\n") + "\n");
    const read = yield* Io.withFile(Io.input, path, (ic) => ic.readLines().toList());
    assertEquals(read, lines);
    assertEquals(yield* Io.withFile(Io.input, path, (ic) => ic.read()), lines.join("\n") + "\n");
  },
);

bothDrivers("a file can be positioned, and measured", function* () {
  using scratch = new Scratch();
  const path = scratch.file("a", "0123456789");
  yield* Io.withFile(Io.input, path, function (ic) {
    return Lwt.spawn(function* () {
      assertEquals(yield* ic.length(), 10);
      yield* ic.setPosition(7);
      assertEquals(yield* ic.readChar(), "7");
      yield* ic.setPosition(2);
      assertEquals(yield* ic.readChar(), "2");
    });
  });
  const options = { flags: ["O_WRONLY"] } as const;
  yield* Io.withFile(Io.output, path, function (oc) {
    return Lwt.spawn(function* () {
      yield* oc.setPosition(4);
      yield* oc.write("xy");
      yield* oc.setPosition(0);
      yield* oc.write("z");
    });
  }, options);
  assertEquals(Deno.readTextFileSync(path), "z123xy6789");
});

bothDrivers("Io.pipe: exec closes both ends, unless told otherwise", function* () {
  const before = Unix.ledger().length;
  const [ic, oc] = Io.pipe();
  const inherited = Io.pipe({ cloexec: false, inBuffer: new Uint8Array(20) });
  const numbers = Unix.ledger().slice(before).map(({ fd }) => fd);
  assertEquals(numbers.map((fd) => hasCloexec(fd)), [true, true, false, false]);
  assertEquals(inherited[0].bufferSize(), 20);
  for (const ch of [ic, oc, ...inherited]) yield* ch.close();
});

bothDrivers(
  "143: a pipe without a reader takes writes, refuses the flush, and closes",
  function* () {
    const [ic, oc] = Io.pipe();
    yield* ic.close();
    yield* oc.write("lost");
    yield* rejects(oc.flush(), "EPIPE", "write");
    yield* oc.close();
  },
);

bothDrivers("a pipe carries more than it holds, both ends working at once", function* () {
  const [ic, oc] = Io.pipe();
  const text = "0123456789abcdef".repeat(20_000);
  const written = oc.write(text).bind(() => oc.close());
  assertEquals(yield* ic.read(), text);
  yield* written;
  yield* ic.close();
});

bothDrivers("large writes go out without being copied, in order with small ones", function* () {
  using scratch = new Scratch();
  const path = scratch.file("a");
  let writes = 0;
  using _ = injectFaults((call) => {
    if (call === "write") writes++;
    return undefined;
  });
  const large = "0123456789abcdef".repeat(20_000);
  const fd = yield* Unix.openfile(path, ["O_WRONLY", "O_CREAT"], 0o600);
  const oc = Io.ofFd(Io.output, fd);
  yield* oc.write("head ");
  yield* oc.write(large);
  assertEquals(oc.position(), large.length + 5);
  yield* oc.writeLine(" tail");
  yield* oc.close();
  assertEquals(Deno.readTextFileSync(path), `head ${large} tail\n`);
  assertEquals(writes, 3);
});

bothDrivers("short reads and writes, and interrupted ones, lose nothing", function* () {
  let n = 0;
  using _ = injectFaults((call, _fd, count) => {
    if (call !== "read" && call !== "write") return undefined;
    n++;
    return n % 3 === 0 ? -Errno.EINTR : n % 3 === 1 ? Math.min(count!, n % 7 + 1) : undefined;
  });
  const [ic, oc] = Io.pipe();
  const lines = Array.from({ length: 200 }, (_, i) => `line ${i} ${"é🙂".repeat(i % 5)}`);
  const written = Lwt.spawn(writeLines, oc, lines).bind(() => oc.close());
  assertEquals(yield* ic.readLines().toList(), lines);
  yield* written;
  yield* ic.close();
});

function* writeLines(oc: Io.OutputChannel, lines: readonly string[]): Lwt.Task<void> {
  for (const line of lines) yield* oc.writeLine(line);
}

/** Descriptors of this process that lead to a path. */
function leaked(path: string): number[] {
  return Array.from(Deno.readDirSync("/proc/self/fd"), ({ name }) => name)
    .filter((name) => linkOf(`/proc/self/fd/${name}`) === path)
    .map(Number);
}

function linkOf(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return undefined;
  }
}

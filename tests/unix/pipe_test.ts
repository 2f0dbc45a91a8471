import { assertEquals } from "@std/assert";
import { Lwt } from "../../core/lwt.ts";
import { Errno } from "../../unix/libc/errno.ts";
import { injectFaults } from "../../unix/libc/open.ts";
import * as Unix from "../../unix/unix.ts";
import { assertSleeps } from "../core/_state.ts";
import { runChild } from "./_child.ts";
import { bothDrivers, turns } from "./_drivers.ts";
import { closeAll, fill, pattern, readAll, rejects, text, throwsUnix, writeAll } from "./_unix.ts";

const BYTE = new Uint8Array([42]);

bothDrivers("a pipe carries bytes from its second end to its first", function* () {
  const [reading, writing] = Unix.pipe();
  assertEquals(yield* Unix.writeString(writing, "hello", 0, 5), 5);
  const buffer = new Uint8Array(8);
  assertEquals(yield* Unix.read(reading, buffer, 2, 6), 5);
  assertEquals(text(buffer), "\0\0hello\0");
  yield* closeAll(reading, writing);
});

bothDrivers("each end of a pipe goes one way only", function* () {
  const [reading, writing] = Unix.pipe();
  const error = yield* rejects(Unix.read(writing, new Uint8Array(1), 0, 1), "EBADF", "read");
  const number = Unix.unixFileDescr(writing);
  assertEquals(error.message, `Cannot read from descriptor ${number}: EBADF (bad file descriptor)`);
  yield* rejects(Unix.write(reading, BYTE, 0, 1), "EBADF", "write");
  yield* closeAll(reading, writing);
});

bothDrivers("a reader that waits sees the end when the writer is closed", function* () {
  const [reading, writing] = Unix.pipe();
  const p = Unix.read(reading, new Uint8Array(1), 0, 1);
  yield* turns(2);
  assertSleeps(p);
  yield* Unix.close(writing);
  assertEquals(yield* p, 0);
  yield* closeAll(reading);
});

bothDrivers("the end is seen after a short read, too", function* () {
  const [reading, writing] = Unix.pipe();
  yield* Unix.write(writing, BYTE, 0, 1);
  assertEquals(yield* Unix.read(reading, new Uint8Array(8), 0, 8), 1);
  const p = Unix.read(reading, new Uint8Array(8), 0, 8);
  yield* Unix.close(writing);
  assertEquals(yield* p, 0);
  yield* closeAll(reading);
});

bothDrivers("a write to a pipe without readers is EPIPE, and the program lives", function* () {
  const [reading, writing] = Unix.pipe();
  yield* Unix.close(reading);
  const error = yield* rejects(Unix.write(writing, BYTE, 0, 1), "EPIPE", "write");
  const number = Unix.unixFileDescr(writing);
  assertEquals(error.message, `Cannot write to descriptor ${number}: EPIPE (broken pipe)`);
  yield* closeAll(writing);
});

bothDrivers("a writer that waits gets EPIPE when the reader is closed", function* () {
  const [reading, writing] = Unix.pipe();
  yield* fill(writing);
  const p = Unix.write(writing, BYTE, 0, 1);
  yield* turns(2);
  assertSleeps(p);
  yield* Unix.close(reading);
  yield* rejects(p, "EPIPE", "write");
  yield* closeAll(writing);
});

Deno.test("a write to standard output that is closed is EPIPE, and the program lives", async () => {
  const { code, stderr } = await runChild(`
    import * as Unix from "$unix/unix.ts";
    const { stdout, stderr } = Unix;
    const [reading, writing] = Unix.pipeOut();
    Unix.setBlocking(writing, true);
    await Unix.close(Unix.ofUnixFileDescr(reading));
    try {
      await Unix.write(writing, new Uint8Array(1), 0, 1);
    } catch (error) {
      console.error(error.code);
    }`);
  assertEquals([code, stderr], [0, "EPIPE\n"]);
});

bothDrivers("no byte is lost or doubled through a pipe that is too small", function* () {
  const [reading, writing] = Unix.pipe();
  const bytes = pattern(300_000);
  const all = Lwt.spawn(readAll, reading, 1000);
  yield* writeAll(writing, bytes);
  yield* Unix.close(writing);
  assertEquals(yield* all, bytes);
  yield* closeAll(reading);
});

bothDrivers("no byte is lost or doubled through a blocking pipe", function* () {
  const [reading, writing] = Unix.pipe();
  Unix.setBlocking(reading, true);
  Unix.setBlocking(writing, true);
  const bytes = pattern(300_000);
  const all = Lwt.spawn(readAll, reading, 10_000);
  yield* writeAll(writing, bytes);
  yield* Unix.close(writing);
  assertEquals(yield* all, bytes);
  yield* closeAll(reading);
});

bothDrivers("a raw end can be wrapped as what it is", function* () {
  const [reading, raw] = Unix.pipeIn();
  const writing = Unix.ofUnixFileDescr(raw, { blocking: true });
  assertEquals(yield* Unix.writeString(writing, "hello", 0, 5), 5);
  assertEquals(yield* Unix.read(reading, new Uint8Array(8), 0, 8), 5);
  yield* closeAll(reading, writing);

  const [rawReading, output] = Unix.pipeOut();
  const input = Unix.ofUnixFileDescr(rawReading);
  assertEquals(yield* Unix.writeString(output, "hello", 0, 5), 5);
  assertEquals(yield* Unix.read(input, new Uint8Array(8), 0, 8), 5);
  yield* closeAll(input, output);
});

bothDrivers(
  "29: a blocking write that waits does not see later changes of its buffer",
  function* () {
    const [reading, writing] = Unix.pipe();
    Unix.setBlocking(writing, true);
    const full = yield* fill(writing);
    const buffer = new Uint8Array([1, 2, 3]);
    const p = Unix.write(writing, buffer, 1, 2);
    buffer.fill(9);
    const rest = new Uint8Array(full);
    assertEquals(yield* Unix.read(reading, rest, 0, full), full);
    assertEquals(yield* p, 2);
    assertEquals(yield* Unix.read(reading, rest, 0, full), 2);
    assertEquals([rest[0], rest[1]], [2, 3]);
    yield* closeAll(reading, writing);
  },
);

bothDrivers("29: a non-blocking write that waits does", function* () {
  const [reading, writing] = Unix.pipe();
  const full = yield* fill(writing);
  const buffer = new Uint8Array([1, 2, 3]);
  const p = Unix.write(writing, buffer, 1, 2);
  buffer.fill(9);
  const rest = new Uint8Array(full);
  assertEquals(yield* Unix.read(reading, rest, 0, full), full);
  assertEquals(yield* p, 2);
  assertEquals(yield* Unix.read(reading, rest, 0, full), 2);
  assertEquals([rest[0], rest[1]], [9, 9]);
  yield* closeAll(reading, writing);
});

bothDrivers("30: until a blocking read is served its buffer is untouched", function* () {
  const [reading, writing] = Unix.pipe();
  Unix.setBlocking(reading, true);
  const buffer = new Uint8Array([7, 7, 7, 7]);
  const p = Unix.read(reading, buffer, 1, 3);
  yield* turns(2);
  assertEquals([...buffer], [7, 7, 7, 7]);
  yield* Unix.write(writing, BYTE, 0, 1);
  assertEquals(yield* p, 1);
  assertEquals([...buffer], [7, 42, 7, 7]);
  yield* closeAll(reading, writing);
});

bothDrivers("24: a blocking read that waits can be canceled, and takes nothing", function* () {
  const [reading, writing] = Unix.pipe();
  Unix.setBlocking(reading, true);
  const p = Unix.read(reading, new Uint8Array(1), 0, 1);
  p.cancel();
  yield* Unix.write(writing, BYTE, 0, 1);
  yield* turns(2);
  assertEquals(yield* Unix.read(reading, new Uint8Array(8), 0, 8), 1);
  yield* closeAll(reading, writing);
});

bothDrivers("a pipe that cannot be made throws, and leaves nothing open", function* () {
  const before = Unix.ledger();
  using _ = injectFaults((call) => call === "pipe" ? -Errno.EMFILE : undefined);
  for (const make of [Unix.pipe, Unix.pipeIn, Unix.pipeOut]) {
    throwsUnix(() => make(), "EMFILE", "pipe");
  }
  assertEquals(Unix.ledger(), before);
});

/* Facts 16-32: buffers. */
import { assertEquals, assertNotStrictEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Failure, InvalidArgument, Lwt } from "../../core/mod.ts";
import { POOLED } from "../../io/_buffer.ts";
import { over } from "../../io/_over.ts";
import * as Io from "../../io/io.ts";
import { assertFailsWith, assertReturns } from "../core/_state.ts";
import { chars, sink, source, tiny, utf8 } from "./_device.ts";

const TEXT = "abcdefghijklmnopqrstuvwxyz0123456789ABCD";

Deno.test("16: the default capacity is 4096, and a change counts for later channels only", () => {
  const before = source().ic;
  assertEquals([Io.defaultBufferSize(), before.bufferSize()], [4096, 4096]);
  Io.setDefaultBufferSize(100);
  try {
    assertEquals([source().ic.bufferSize(), before.bufferSize()], [100, 4096]);
  } finally {
    Io.setDefaultBufferSize(4096);
  }
});

Deno.test("17: the least capacity is 16, and less throws at once", () => {
  assertEquals(source([], tiny()).ic.bufferSize(), 16);
  const small = { buffer: new Uint8Array(15) };
  assertThrows(() => Io.make(Io.input, () => Lwt.return(0), small), InvalidArgument);
  assertThrows(() => Io.setDefaultBufferSize(15), InvalidArgument);
  assertThrows(() => source().ic.resizeBuffer(15), InvalidArgument);
  assertEquals(Io.defaultBufferSize(), 4096);
});

Deno.test("18: a channel over an array has no such minimum", () => {
  assertReturns(Io.ofBytes(Io.input, new Uint8Array(0)).read(), "");
  assertReturns(Io.ofBytes(Io.input, utf8("abc")).read(), "abc");
  const oc = Io.ofBytes(Io.output, new Uint8Array(0));
  assertFailsWith(oc.writeChar("a"), Failure);
});

Deno.test("19: resizeBuffer of an input keeps unread bytes, or fails without harm", () => {
  const { ic } = source([TEXT]);
  assertReturns(ic.readChar(), "a");
  assertFailsWith(ic.resizeBuffer(38), Failure);
  assertEquals([ic.bufferSize(), ic.buffered()], [4096, 39]);
  assertReturns(ic.resizeBuffer(39), undefined);
  assertEquals([ic.bufferSize(), ic.buffered(), ic.position()], [39, 39, 1]);
  assertReturns(ic.read(), TEXT.slice(1));
});

Deno.test("20: resizeBuffer of an output flushes only until what is left fits", () => {
  const { oc, writes } = sink((len) => Math.min(len, 10));
  oc.write(TEXT);
  assertReturns(oc.resizeBuffer(20), undefined);
  assertEquals([writes.length, oc.buffered(), oc.bufferSize()], [2, 20, 20]);
  assertReturns(oc.flush(), undefined);
  assertEquals(writes.join(""), TEXT);
});

Deno.test("21: resizeBuffer on a channel over an array fails", () => {
  assertFailsWith(Io.ofBytes(Io.input, new Uint8Array(32)).resizeBuffer(64), Failure);
});

Deno.test("22: buffered counts unread bytes of an input, unflushed ones of an output", () => {
  const { ic } = source(["abc"]);
  assertEquals(ic.buffered(), 0);
  ic.readChar();
  assertEquals(ic.buffered(), 2);
  const { oc } = sink();
  oc.write("abc");
  assertEquals(oc.buffered(), 3);
  oc.flush();
  assertEquals(oc.buffered(), 0);
});

for (
  const [name, write] of Object.entries<(oc: Io.OutputChannel, text: string) => Lwt<unknown>>({
    write: (oc, text) => oc.write(text),
    "write of bytes": (oc, text) => oc.write(utf8(text)),
    writeFrom: (oc, text) => oc.writeFrom(utf8(text), 0, text.length),
    writeFromString: (oc, text) => oc.writeFromString(text, 0, text.length),
    writeFromExactly: (oc, text) => oc.writeFromExactly(utf8(text), 0, text.length),
    writeFromStringExactly: (oc, text) => oc.writeFromStringExactly(text, 0, text.length),
  })
) {
  Deno.test(`23: ${name} that fills the buffer exactly does not flush, the next byte does`, () => {
    const { oc, writes } = sink(undefined, tiny());
    write(oc, TEXT.slice(0, 16));
    assertEquals([writes.length, oc.buffered()], [0, 16]);
    oc.writeChar("!");
    assertEquals(writes, [TEXT.slice(0, 16)]);
    assertEquals(oc.buffered(), 1);
  });

  Deno.test(`24: ${name} larger than the room fills the buffer to the brim each time`, () => {
    const { oc, writes } = sink(undefined, tiny());
    write(oc, TEXT);
    assertEquals(writes, [TEXT.slice(0, 16), TEXT.slice(16, 32)]);
    assertEquals(oc.buffered(), 8);
  });
}

Deno.test("23: writeLine counts its newline", () => {
  const { oc, writes } = sink(undefined, tiny());
  oc.writeLine(TEXT.slice(0, 15));
  assertEquals([writes.length, oc.buffered()], [0, 16]);
  oc.writeLine("");
  assertEquals(writes, [TEXT.slice(0, 15) + "\n"]);
});

Deno.test("24: text whose characters take several bytes fills the buffer to the brim too", () => {
  const { oc, writes } = sink(undefined, tiny());
  const text = "é漢🙂é漢🙂é漢🙂";
  oc.writeLine(text);
  assertEquals(writes[0]!.length, 16);
  oc.flush();
  assertEquals(writes.join(""), chars(utf8(text + "\n")));
});

Deno.test("24: however large a write is, a device of the user sees the buffer only", () => {
  const { oc, asked } = sink();
  oc.write("a".repeat(100_000));
  oc.write(new Uint8Array(100_000));
  assertEquals(asked, Array.from({ length: 48 }, () => [0, 4096]));
  assertEquals(oc.buffered(), 200_000 - 48 * 4096);
  oc.abort();
});

Deno.test("25: writeFrom stops at the first short device write, and counts what it accepted", () => {
  const { oc, writes } = sink((len, call) => call === 0 ? 5 : len, tiny());
  assertReturns(oc.writeFrom(utf8(TEXT), 0, 40), 16);
  assertEquals(writes, [TEXT.slice(0, 5)]);
  assertEquals(oc.buffered(), 11);
});

Deno.test("26: writeFromExactly and write go on until all is accepted", () => {
  for (const method of ["writeFromExactly", "write"] as const) {
    const { oc, writes } = sink((len) => Math.min(len, 5), tiny());
    const data = utf8(TEXT);
    assertReturns(method === "write" ? oc.write(data) : oc[method](data, 0, 40), undefined);
    oc.flush();
    assertEquals(writes.join(""), TEXT);
  }
});

Deno.test("26: a device that takes nothing leaves others their turn, and loses nothing", () => {
  const { oc, writes } = sink((len, call) => call < 2 ? 0 : len, tiny());
  const write = oc.write(TEXT.slice(0, 20));
  Lwt.wakeupPaused();
  Lwt.wakeupPaused();
  assertReturns(write, undefined);
  assertEquals(writes, [TEXT.slice(0, 16)]);
});

Deno.test("27: nothing to transfer: they return at once, after the check of bounds", () => {
  const { ic, asked } = source(["abc"]);
  const { oc } = sink();
  const bytes = new Uint8Array(4);
  assertReturns(ic.readInto(bytes, 4, 0), 0);
  assertReturns(ic.readIntoExactly(bytes, 4, 0), undefined);
  assertReturns(oc.writeFrom(bytes, 4, 0), 0);
  assertReturns(oc.writeFromExactly(bytes, 4, 0), undefined);
  assertFailsWith(ic.readInto(bytes, 5, 0), InvalidArgument);
  assertEquals([asked.length, oc.buffered()], [0, 0]);
});

Deno.test("28: ranges out of bounds reject, with the name of the function", () => {
  const { ic } = source(["abc"]);
  const { oc } = sink();
  const bytes = new Uint8Array(4);
  for (const [ofs, len] of [[-1, 1], [0, 5], [4, 1], [1, -1], [0.5, 1], [NaN, 1]] as const) {
    const results = {
      "InputChannel.readInto": ic.readInto(bytes, ofs, len),
      "InputChannel.readIntoExactly": ic.readIntoExactly(bytes, ofs, len),
      "OutputChannel.writeFrom": oc.writeFrom(bytes, ofs, len),
      "OutputChannel.writeFromExactly": oc.writeFromExactly(bytes, ofs, len),
    };
    for (const [name, p] of Object.entries(results)) {
      assertFailsWith(
        p,
        InvalidArgument,
        `${name}: offset ${ofs} and length ${len} do not lie inside an array of 4 bytes`,
      );
    }
  }
});

Deno.test("29: a drain is given (0, pending), and what it did not take comes to the front", () => {
  const { oc, asked, writes } = sink((len) => Math.min(len, 3), tiny());
  oc.write("abcdefgh");
  oc.flush();
  assertEquals(asked, [[0, 8], [0, 5], [0, 2]]);
  assertEquals(writes, ["abc", "def", "gh"]);
});

Deno.test("29: a fill is given the free tail, behind the unread bytes moved to the front", () => {
  const { ic, asked } = source(["abcdefghijkl", "mnop\n"], tiny());
  ic.readIntoExactly(new Uint8Array(8), 0, 8);
  assertReturns(ic.readLine(), "ijklmnop");
  assertEquals(asked, [[0, 16], [4, 12]]);
});

Deno.test("29: an empty buffer is filled from its beginning", () => {
  const { ic, asked } = source(["abc", "def"], tiny());
  ic.readIntoExactly(new Uint8Array(6), 0, 6);
  assertEquals(asked, [[0, 16], [0, 16]]);
});

Deno.test("30: an answer that cannot be is rejected with Failure", () => {
  for (const answer of [-1, 17, NaN]) {
    const ic = Io.make(Io.input, () => Lwt.return(answer), tiny());
    assertFailsWith(
      ic.readChar(),
      Failure,
      `Cannot read: invalid result of the read function: it answered ${answer} for 16`,
    );
    const { oc } = sink(() => answer);
    oc.write("a");
    assertFailsWith(
      oc.flush(),
      Failure,
      `Cannot write: invalid result of the write function: it answered ${answer} for 1`,
    );
    assertEquals(oc.buffered(), 1);
  }
});

Deno.test("31: a read function may be asked for nothing, when the buffer is full", () => {
  const { ic, asked } = source(["a".repeat(16)], tiny());
  ic.directAccess((da) => da.daPerform().bind(() => da.daPerform()));
  assertEquals(asked, [[0, 16], [16, 0]]);
});

Deno.test("32: a buffer that is given is the one that is used", () => {
  const options = tiny();
  const { oc } = sink(undefined, options);
  oc.write("abc");
  assertEquals(chars(options.buffer.subarray(0, 3)), "abc");
});

Deno.test("memory is used again once its channel is closed, and the device done with it", () => {
  const seen: Uint8Array[] = [];
  const channelThat = (answer: Lwt<number>): Io.InputChannel => {
    const perform = (buffer: Uint8Array) => {
      seen.push(buffer);
      return answer;
    };
    const device = { perform, close: () => Lwt.returnUnit, seek: () => Lwt.return(0) };
    return over(Io.input, device, 16384, POOLED);
  };
  const [busy] = Lwt.wait<number>();
  for (const answer of [Lwt.return(0), busy, Lwt.return(0), Lwt.return(0)]) {
    const ic = channelThat(answer);
    ic.readChar();
    ic.close();
  }
  assertStrictEquals(seen[1], seen[0]);
  assertNotStrictEquals(seen[2], seen[1]);
  assertStrictEquals(seen[3], seen[2]);
});

Deno.test("a buffer that lies anywhere in its memory works as well", () => {
  for (const start of [0, 1, 2, 3]) {
    const buffer = new Uint8Array(100).subarray(start, start + 37);
    const { ic } = source(["one\ntwo\nthr", "ee\n"], { buffer });
    assertReturns(ic.readLine(), "one");
    assertReturns(ic.readLine(), "two");
    assertReturns(ic.readLine(), "three");
  }
});

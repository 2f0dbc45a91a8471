/* Facts 94-110: numbers and low-level access. */
import { assertEquals } from "@std/assert";
import { Failure, InvalidArgument, Lwt } from "../../core/mod.ts";
import * as Io from "../../io/io.ts";
import { assertFails, assertFailsWith, assertReturns } from "../core/_state.ts";
import { sink, source, tiny, turn, utf8 } from "./_device.ts";

/** An input over bytes written in hexadecimal. */
function hex(digits: string): Io.InputChannel {
  const bytes = Uint8Array.from(digits.split(" "), (byte) => parseInt(byte, 16));
  return Io.ofBytes(Io.input, bytes);
}

/** What a write leaves, in hexadecimal. */
function written(size: number, write: (oc: Io.OutputChannel) => Lwt<void>): string {
  const bytes = new Uint8Array(size);
  assertReturns(write(Io.ofBytes(Io.output, bytes)), undefined);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

Deno.test("94: readInt and readInt32 are signed", () => {
  assertReturns(Io.BE.readInt(hex("ff ff ff fe")), -2);
  assertReturns(Io.BE.readInt32(hex("ff ff ff fe")), -2);
  assertReturns(Io.LE.readInt(hex("fe ff ff ff")), -2);
});

Deno.test("95: readInt16 is signed", () => {
  assertReturns(Io.BE.readInt16(hex("ff fe")), -2);
  assertReturns(Io.LE.readInt16(hex("ff 7f")), 32767);
});

Deno.test("96: writeInt and writeInt16 keep the low bits", () => {
  assertEquals(written(4, (oc) => Io.BE.writeInt(oc, 0x1_0000_0005)), "00 00 00 05");
  assertEquals(written(2, (oc) => Io.BE.writeInt16(oc, 0x12345)), "23 45");
  assertEquals(written(2, (oc) => Io.LE.writeInt16(oc, 0x12345)), "45 23");
});

Deno.test("97: 64-bit integers are signed and exact", () => {
  for (const value of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n]) {
    const bytes = new Uint8Array(8);
    Io.LE.writeInt64(Io.ofBytes(Io.output, bytes), value);
    assertReturns(Io.LE.readInt64(Io.ofBytes(Io.input, bytes)), value);
    assertReturns(Io.BE.readInt64(Io.ofBytes(Io.input, bytes.toReversed())), value);
  }
});

Deno.test("98: 32-bit floats are rounded to single precision", () => {
  assertEquals(written(4, (oc) => Io.LE.writeFloat32(oc, 66051)), "80 01 81 47");
  assertEquals(written(4, (oc) => Io.BE.writeFloat32(oc, 66051)), "47 81 01 80");
  const bytes = new Uint8Array(4);
  Io.LE.writeFloat32(Io.ofBytes(Io.output, bytes), 0.1);
  assertReturns(Io.LE.readFloat32(Io.ofBytes(Io.input, bytes)), Math.fround(0.1));
});

Deno.test("98: 64-bit floats are exact", () => {
  assertEquals(written(8, (oc) => Io.BE.writeFloat64(oc, 1)), "3f f0 00 00 00 00 00 00");
  assertReturns(Io.LE.readFloat64(hex("00 00 00 00 00 00 f0 3f")), 1);
});

Deno.test("99: methods use the byte order of the machine", () => {
  const native = Io.systemByteOrder === "Little_endian" ? Io.LE : Io.BE;
  const same: [(oc: Io.OutputChannel) => Lwt<void>, (oc: Io.OutputChannel) => Lwt<void>][] = [
    [(oc) => oc.writeInt(-5), (oc) => native.writeInt(oc, -5)],
    [(oc) => oc.writeInt16(-5), (oc) => native.writeInt16(oc, -5)],
    [(oc) => oc.writeInt32(-5), (oc) => native.writeInt32(oc, -5)],
    [(oc) => oc.writeInt64(-5n), (oc) => native.writeInt64(oc, -5n)],
    [(oc) => oc.writeFloat32(0.3), (oc) => native.writeFloat32(oc, 0.3)],
    [(oc) => oc.writeFloat64(0.3), (oc) => native.writeFloat64(oc, 0.3)],
  ];
  for (const [method, number] of same) assertEquals(written(8, method), written(8, number));
  const bytes = "01 02 03 04 05 06 07 08";
  assertEquals(hex(bytes).readInt().poll(), native.readInt(hex(bytes)).poll());
  assertEquals(hex(bytes).readInt16().poll(), native.readInt16(hex(bytes)).poll());
  assertEquals(hex(bytes).readInt32().poll(), native.readInt32(hex(bytes)).poll());
  assertEquals(hex(bytes).readInt64().poll(), native.readInt64(hex(bytes)).poll());
  assertEquals(hex(bytes).readFloat32().poll(), native.readFloat32(hex(bytes)).poll());
  assertEquals(hex(bytes).readFloat64().poll(), native.readFloat64(hex(bytes)).poll());
});

Deno.test("100: a number is read as a whole or not at all", () => {
  const { ic } = source(["ab", "c"], tiny());
  assertFailsWith(ic.readInt(), Io.EndOfFile);
  assertEquals([ic.position(), ic.buffered()], [0, 3]);
  assertReturns(ic.read(), "abc");
});

Deno.test("100: a number that comes in pieces is put together", () => {
  const { ic } = source(["\x01\x02", "\x03", "\x04\x05"], tiny());
  assertReturns(Io.BE.readInt(ic), 0x01020304);
  assertReturns(ic.readChar(), "\x05");
});

Deno.test("101: a number is never parted over two device writes", () => {
  const { oc, asked } = sink(undefined, tiny());
  oc.write("a".repeat(13));
  assertReturns(oc.writeInt(1), undefined);
  assertEquals([asked, oc.buffered()], [[[0, 13]], 4]);
  assertReturns(oc.writeInt64(1n), undefined);
  assertEquals([asked.length, oc.buffered()], [1, 12]);
  turn();
});

Deno.test("102: block takes sizes 0 to 16", () => {
  for (const size of [-1, 17, NaN]) {
    assertFailsWith(source().ic.block(size, () => Lwt.returnUnit), InvalidArgument);
  }
  assertReturns(source().ic.block(0, () => Lwt.return("nothing")), "nothing");
});

Deno.test("103: block moves the position before it calls f, and not back if f fails", () => {
  const { ic } = source(["abcdef"]);
  const broken = new Error("broken");
  const failing = ic.block(3, (buffer, ofs) => {
    assertEquals([buffer.slice(ofs, ofs + 3), ic.position()], [utf8("abc"), 3]);
    return Lwt.fail(broken);
  });
  assertFails(failing, broken);
  assertEquals(ic.position(), 3);
  assertFailsWith(ic.block(4, () => Lwt.returnUnit), Io.EndOfFile);
  assertReturns(ic.read(), "def");
});

Deno.test("103: block of an output lends room in one piece", () => {
  const { oc, writes } = sink(undefined, tiny());
  oc.write("a".repeat(10));
  const filled = oc.block(8, (buffer, ofs) => {
    buffer.fill(98, ofs, ofs + 8);
    return Lwt.returnUnit;
  });
  assertReturns(filled, undefined);
  oc.flush();
  assertEquals(writes, ["a".repeat(10), "b".repeat(8)]);
});

Deno.test("104: directAccess takes over where f has moved daPtr", () => {
  const { ic } = source(["abcdef"]);
  ic.readChar();
  const taken = ic.directAccess((da) => {
    assertEquals([da.daPtr, da.daMax], [1, 6]);
    da.daPtr += 2;
    return Lwt.return("taken");
  });
  assertReturns(taken, "taken");
  assertReturns(ic.readChar(), "d");
});

Deno.test("104: a daPtr where it may not be fails, and nothing is consumed", () => {
  for (const move of [-1, 6, 0.5]) {
    const { ic } = source(["abcdef"]);
    ic.readChar();
    const access = ic.directAccess((da) => {
      da.daPtr += move;
      return Lwt.returnUnit;
    });
    assertFailsWith(access, Failure);
    assertReturns(ic.readChar(), "b");
  }
});

Deno.test("104: lines decoded before directAccess do not outlive a change of the buffer", () => {
  const { ic } = source(["one\ntwo\nthree\n"], tiny());
  assertReturns(ic.readLine(), "one");
  ic.directAccess((da) => {
    da.daBuffer.set(utf8("TWO"), da.daPtr);
    return Lwt.returnUnit;
  });
  assertReturns(ic.readLine(), "TWO");
});

Deno.test("105: if f throws or rejects, nothing is consumed", () => {
  const { ic } = source(["abcdef"]);
  ic.readChar();
  const broken = new Error("broken");
  assertFails(
    ic.directAccess((da) => {
      da.daPtr++;
      throw broken;
    }),
    broken,
  );
  assertFails(
    ic.directAccess((da) => {
      da.daPtr++;
      return Lwt.fail(broken);
    }),
    broken,
  );
  assertReturns(ic.readChar(), "b");
});

Deno.test("106: daPerform refills after taking daPtr over", () => {
  const { ic, asked } = source(["abcd", "ef"], tiny());
  const counts = ic.directAccess((da) =>
    da.daPerform().bind((first) => {
      da.daPtr += 3;
      return da.daPerform().bind((second) => {
        const rest = da.daBuffer.slice(da.daPtr, da.daMax);
        return da.daPerform().map((third) => [first, second, third, String.fromCharCode(...rest)]);
      });
    })
  );
  assertReturns(counts, [4, 2, 0, "def"]);
  assertEquals(asked, [[0, 16], [1, 15], [3, 13]]);
  assertReturns(ic.read(), "def");
});

Deno.test("106: daPerform drains an output", () => {
  const { oc, writes } = sink((len) => Math.min(len, 3), tiny());
  const access = oc.directAccess((da) => {
    assertEquals([da.daPtr, da.daMax], [0, 16]);
    da.daBuffer.set(utf8("abcd"));
    da.daPtr = 4;
    return da.daPerform().map((n) => [n, da.daPtr, da.daMax]);
  });
  assertReturns(access, [3, 1, 16]);
  oc.flush();
  assertEquals(writes, ["abc", "d"]);
});

Deno.test("107: daPerform rejects what makes no sense, and being called too late", () => {
  const { ic } = source(["abcd"]);
  ic.readChar();
  let late = () => Lwt.return(0);
  ic.directAccess((da) => {
    late = da.daPerform;
    da.daMax++;
    assertFailsWith(da.daPerform(), InvalidArgument);
    da.daMax--;
    da.daPtr = da.daMax + 1;
    assertFailsWith(da.daPerform(), InvalidArgument);
    da.daPtr = 0;
    assertFailsWith(da.daPerform(), InvalidArgument);
    da.daPtr = 1;
    return Lwt.returnUnit;
  });
  assertFailsWith(late(), Failure);
  assertReturns(ic.read(), "bcd");
});

Deno.test("108: directAccess and block hold the channel while f runs", () => {
  const [gate, open] = Lwt.wait<void>();
  const { ic } = source(["abc"]);
  const block = ic.block(1, () => gate);
  const access = ic.directAccess(() => gate);
  const char = ic.readChar();
  assertEquals([block.isSleeping(), access.isSleeping(), char.isSleeping()], [true, true, true]);
  open.wakeup();
  assertReturns(char, "b");
});

Deno.test("109: a hexdump is a line for each sixteen bytes", () => {
  const { oc, writes } = sink();
  oc.hexdump(Uint8Array.from({ length: 20 }, (_, i) => i + 0x70));
  oc.flush();
  assertEquals(
    writes.join(""),
    "00000000|  70 71 72 73 74 75 76 77  78 79 7a 7b 7c 7d 7e 7f  |pqrstuvwxyz{|}~.|\n" +
      "00000010|  80 81 82 83                                       |....|\n",
  );
});

Deno.test("110: a hexdump of nothing writes nothing", () => {
  const { oc, asked } = sink();
  assertReturns(oc.hexdump(""), undefined);
  oc.flush();
  assertEquals(asked.length, 0);
});

/* Facts 83-93: positions. */
import { assertEquals } from "@std/assert";
import { Failure, Lwt } from "../../core/mod.ts";
import * as Io from "../../io/io.ts";
import { assertFails, assertFailsWith, assertReturns } from "../core/_state.ts";
import { sink, source, turn, utf8 } from "./_device.ts";

/** A seek that remembers what it was asked, over a device of 100 bytes. */
function seeker(): { asked: [number, string][]; seek: Io.Seek } {
  const asked: [number, string][] = [];
  return {
    asked,
    seek: (pos, whence) => {
      asked.push([pos, whence]);
      return Lwt.return(whence === "SEEK_END" ? 100 + pos : pos);
    },
  };
}

Deno.test("83: position counts bytes taken by the program, from 0", () => {
  const { ic } = source(["abcdef"]);
  assertEquals(ic.position(), 0);
  ic.readChar();
  assertEquals([ic.position(), ic.buffered()], [1, 5]);
  const { oc } = sink((len) => Math.min(len, 2));
  oc.write("abc");
  assertEquals(oc.position(), 3);
  oc.flush();
  oc.write("de");
  assertEquals([oc.position(), oc.buffered()], [5, 2]);
  oc.abort();
});

Deno.test("84: an input moves forward inside its buffer without a seek, and back with one", () => {
  const { asked, seek } = seeker();
  const { ic } = source(["abcdef", "xyz"], { seek });
  ic.readChar();
  assertReturns(ic.setPosition(3), undefined);
  assertReturns(ic.readChar(), "d");
  assertReturns(ic.setPosition(6), undefined);
  assertEquals(asked, []);
  assertReturns(ic.setPosition(2), undefined);
  assertEquals(asked, [[2, "SEEK_SET"]]);
});

Deno.test("85: a seek drops the buffer", () => {
  const { ic } = source(["abcdef", "xyz\n"], { seek: seeker().seek });
  ic.readChar();
  ic.setPosition(50);
  assertEquals([ic.buffered(), ic.position()], [0, 50]);
  assertReturns(ic.readLine(), "xyz");
  assertEquals(ic.position(), 54);
});

Deno.test("86: setPosition of an output flushes first", () => {
  const { asked, seek } = seeker();
  const { oc, writes } = sink(undefined, { seek });
  oc.write("abc");
  assertReturns(oc.setPosition(10), undefined);
  assertEquals([writes, asked], [["abc"], [[10, "SEEK_SET"]]]);
  assertEquals([oc.position(), oc.buffered()], [10, 0]);
});

Deno.test("87: a seek that lands elsewhere fails", () => {
  const { ic } = source([], { seek: () => Lwt.return(7) });
  assertFailsWith(ic.setPosition(5), Failure, "Cannot seek: seek failed, at 7 for 5");
});

Deno.test("88: without a seek function, setPosition and length fail", () => {
  const message = "Cannot seek: seek not supported on this channel";
  assertFailsWith(source().ic.setPosition(5), Failure, message);
  assertFailsWith(source().ic.length(), Failure, message);
  assertFailsWith(sink().oc.length(), Failure, message);
});

Deno.test("89: what the seek function throws is a rejection", () => {
  const broken = new Error("broken");
  const { ic } = source([], {
    seek: () => {
      throw broken;
    },
  });
  assertFails(ic.setPosition(5), broken);
  assertFails(ic.length(), broken);
  assertEquals(ic.isBusy(), false);
});

Deno.test("90: length goes to the end and back, and keeps position and buffer", () => {
  const { asked, seek } = seeker();
  const { ic } = source(["abcdef"], { seek });
  ic.readChar();
  assertReturns(ic.length(), 100);
  assertEquals(asked, [[0, "SEEK_END"], [6, "SEEK_SET"]]);
  assertEquals([ic.position(), ic.buffered()], [1, 5]);
  assertReturns(ic.readChar(), "b");

  const { oc } = sink(undefined, { seek });
  oc.write("abc");
  assertReturns(oc.length(), 100);
  assertEquals([oc.position(), oc.buffered()], [3, 3]);
  turn();
});

Deno.test("91: a channel over an array begins at 0, and stays within it", () => {
  for (const mode of [Io.input, Io.output]) {
    const ch = Io.ofBytes(mode, new Uint8Array(4));
    assertEquals(ch.position(), 0);
    assertReturns(ch.length(), 4);
    for (const pos of [0, 4, 2]) {
      assertReturns(ch.setPosition(pos), undefined);
      assertEquals(ch.position(), pos);
    }
    const message = "Cannot set position: it must be 0 to 4, received";
    assertFailsWith(ch.setPosition(5), Failure, `${message} 5 (out of bounds)`);
    assertFailsWith(ch.setPosition(-1), Failure, `${message} -1 (out of bounds)`);
    assertEquals(ch.position(), 2);
  }
});

Deno.test("91: an output over an array writes where it was positioned", () => {
  const bytes = utf8("abcd");
  const oc = Io.ofBytes(Io.output, bytes);
  oc.setPosition(1);
  oc.write("XY");
  assertEquals(bytes, utf8("aXYd"));
});

Deno.test("92: an array can be read again after its end was met, unlike in Lwt", () => {
  const ic = Io.ofBytes(Io.input, utf8("a\nb\n"));
  const target = new Uint8Array(8);
  assertReturns(ic.readInto(target, 0, 8), 4);
  assertReturns(ic.readInto(target, 0, 8), 0);
  assertEquals([ic.position(), ic.buffered()], [4, 0]);
  assertReturns(ic.setPosition(0), undefined);
  assertEquals([ic.position(), ic.buffered()], [0, 4]);
  assertReturns(ic.readLine(), "a");
  assertReturns(ic.setPosition(0), undefined);
  assertReturns(ic.read(), "a\nb\n");
  assertReturns(ic.readLineOpt(), undefined);
});

/* Facts 65-82: reading. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { Failure, InvalidArgument, Lwt } from "../../core/mod.ts";
import * as Io from "../../io/io.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  valueOf,
} from "../core/_state.ts";
import { sink, source, tiny, turn, utf8 } from "./_device.ts";

Deno.test("65: the end of the input is not remembered", () => {
  const { ic } = source(["a", "", "b\n", "", "", "c"]);
  assertReturns(ic.readLine(), "a");
  assertReturns(ic.readLine(), "b");
  assertReturns(ic.readCharOpt(), undefined);
  assertFailsWith(ic.readLine(), Io.EndOfFile);
  assertReturns(ic.readChar(), "c");
});

Deno.test('66: a line ends at "\\n" or "\\r\\n", which is dropped', () => {
  const { ic } = source(["one\ntwo\r\nthr", "ee\r", "\nfour\n"]);
  for (const line of ["one", "two", "three", "four"]) assertReturns(ic.readLine(), line);
});

Deno.test('67: a lone "\\r" is data', () => {
  const { ic } = source(["a\rb\n\r\r\nc\r", "d\n"]);
  for (const line of ["a\rb", "\r", "c\rd"]) assertReturns(ic.readLine(), line);
});

Deno.test("68: a last line without an end is returned", () => {
  for (const last of ["a", "a\r", "\r", "\u{1f642}"]) {
    const { ic } = source([`first\n${last}`]);
    assertReturns(ic.readLine(), "first");
    assertReturns(ic.readLineOpt(), last);
    assertReturns(ic.readLineOpt(), undefined);
  }
});

Deno.test('69: after the last "\\n" there is no line more, and "\\n\\n" is two', () => {
  const { ic } = source(["a\n"]);
  assertReturns(ic.readLineOpt(), "a");
  assertReturns(ic.readLineOpt(), undefined);
  const two = source(["\n\n"]).ic;
  assertReturns(two.readLineOpt(), "");
  assertReturns(two.readLineOpt(), "");
  assertReturns(two.readLineOpt(), undefined);
});

Deno.test("70: at the end readLine rejects, and readLineOpt gives undefined", () => {
  assertFailsWith(source().ic.readLine(), Io.EndOfFile, "Cannot read: the input has ended");
  assertReturns(source().ic.readLineOpt(), undefined);
});

Deno.test("71: if the device fails in mid-line, what was read of the line is kept, not lost", () => {
  const broken = new Error("broken");
  const { ic } = source(["begun, ", broken, "done\n"]);
  assertFails(ic.readLine(), broken);
  assertEquals([ic.buffered(), ic.position()], [7, 0]);
  assertReturns(ic.readLine(), "begun, done");
});

Deno.test("71: the same for a line that is longer than the buffer, and for reading it all", () => {
  const broken = new Error("broken");
  const long = "0123456789".repeat(5);
  for (const read of ["readLine", "read"] as const) {
    const { ic } = source([long, broken, "!\n"], tiny());
    assertFails(ic[read](), broken);
    assertEquals([ic.buffered(), ic.position()], [50, 0]);
    assertReturns(ic.readChar(), "0");
    assertReturns(ic.readLine(), long.slice(1) + "!");
  }
});

Deno.test("71: a line that filled the buffer when the device failed is read on", () => {
  const { ic } = source(["0123456789".repeat(5), new Error("broken"), "!\n"], tiny());
  ic.readLine();
  assertEquals([ic.buffered(), ic.bufferSize()], [50, 50]);
  assertReturns(ic.readLine(), "0123456789".repeat(5) + "!");
});

Deno.test("72: readInto gives what is buffered, else one refill, and 0 at the end", () => {
  const { ic, asked } = source(["hello", "world"]);
  const bytes = new Uint8Array(16);
  ic.readChar();
  assertReturns(ic.readInto(bytes, 0, 16), 4);
  assertEquals(asked.length, 1);
  assertReturns(ic.readInto(bytes, 4, 2), 2);
  assertEquals(bytes.subarray(0, 6), utf8("ellowo"));
  assertReturns(ic.readInto(bytes, 0, 16), 3);
  assertReturns(ic.readInto(bytes, 0, 16), 0);
  assertEquals(asked.length, 3);
});

Deno.test("73: read with a count is one readInto", () => {
  const { ic, asked } = source(["hello", "world"]);
  ic.readChar();
  assertReturns(ic.read({ count: 100 }), utf8("ello"));
  assertEquals(asked.length, 1);
  assertReturns(ic.read({ count: 2 }), utf8("wo"));
  assertReturns(ic.read({ count: 100 }), utf8("rld"));
  assertReturns(ic.read({ count: 100 }), utf8(""));
});

Deno.test("73: the bytes that read gives are the caller's own", () => {
  const { ic } = source(["ab", "cd"], tiny());
  const first = valueOf(ic.read({ count: 2 }));
  ic.read({ count: 2 });
  assertEquals(first, utf8("ab"));
});

Deno.test("74: read with count 0 does not touch the device, unlike in Lwt", () => {
  const { ic, asked } = source(["abc"]);
  assertReturns(ic.read({ count: 0 }), utf8(""));
  assertEquals(asked.length, 0);
});

Deno.test("75: a negative count rejects", () => {
  const message = "InputChannel.read: count must not be negative, received -1";
  assertFailsWith(source().ic.read({ count: -1 }), InvalidArgument, message);
});

Deno.test("76: read without a count gives everything to the end", () => {
  const { ic } = source(["héllo, ".repeat(10), "wörld"], tiny());
  assertReturns(ic.read(), "héllo, ".repeat(10) + "wörld");
  assertReturns(ic.read(), "");
});

Deno.test("77: readIntoExactly at the end has stored and consumed what there was", () => {
  const { ic } = source(["ab", "c"]);
  const bytes = utf8(".....");
  assertFailsWith(ic.readIntoExactly(bytes, 0, 5), Io.EndOfFile);
  assertEquals(bytes, utf8("abc.."));
  assertEquals([ic.position(), ic.buffered()], [3, 0]);
});

Deno.test("77: readIntoExactly goes on over several refills", () => {
  const { ic } = source(["ab", "c", "defgh"]);
  const bytes = utf8(".......");
  assertReturns(ic.readIntoExactly(bytes, 1, 5), undefined);
  assertEquals(bytes, utf8(".abcde."));
  assertReturns(ic.readChar(), "f");
});

Deno.test("78: readChars and readLines end with the input", () => {
  assertReturns(source(["ab\n", "c"]).ic.readChars().toList(), ["a", "b", "\n", "c"]);
  assertReturns(source(["ab\n", "c"]).ic.readLines().toList(), ["ab", "c"]);
});

Deno.test("81: readValue reads a header and what that announces, both exactly", () => {
  const value = { list: [1, "two", 3n], when: new Date(0), map: new Map([["a", { b: NaN }]]) };
  const { oc, writes } = sink();
  assertReturns(oc.writeValue(value), undefined);
  assertReturns(oc.writeValue("next"), undefined);
  turn();
  const bytes = Uint8Array.from(writes.join(""), (ch) => ch.charCodeAt(0));
  const pieces = Array.from(
    { length: Math.ceil(bytes.length / 7) },
    (_, i) => bytes.slice(i * 7, i * 7 + 7),
  );
  const { ic } = source([...pieces, "rest"], tiny());
  assertReturns(ic.readValue(), value);
  assertReturns(ic.readValue(), "next");
  assertReturns(ic.read(), "rest");
});

Deno.test("81: readValue refuses what is no value, and lengths that cannot be", () => {
  assertFailsWith(source(["0123456789"]).ic.readValue(), Failure);
  assertFailsWith(source(["Lwt\x01\xff\xff\xff\xff"]).ic.readValue(), Failure);
  const damaged = new Uint8Array([0x4c, 0x77, 0x74, 1, 0, 0, 0, 3, 9, 9, 9]);
  assertFailsWith(source([damaged]).ic.readValue(), Failure);
  assertFailsWith(source([damaged.slice(0, 9)]).ic.readValue(), Io.EndOfFile);
});

Deno.test("81: a value that cannot be written rejects, and writes nothing", () => {
  const { oc } = sink();
  assertFailsWith(oc.writeValue(() => {}), Error);
  assertEquals(oc.buffered(), 0);
});

Deno.test("82: zero gives as many zero bytes as asked, and null accepts everything", () => {
  assertEquals([Io.zero.bufferSize(), Io.null.bufferSize()], [16, 16]);
  const bytes = new Uint8Array(100).fill(7);
  assertReturns(Io.zero.readIntoExactly(bytes, 0, 100), undefined);
  assertEquals(bytes, new Uint8Array(100));
  assertReturns(Io.null.write("a".repeat(1000)), undefined);
  assertReturns(Io.null.flush(), undefined);
});

Deno.test("a byte read is a character of code 0 to 255", () => {
  const { ic } = source([new Uint8Array([0, 65, 200, 255])]);
  assertEquals([0, 1, 2, 3].map(() => ic.readChar().poll()), ["\0", "A", "\xc8", "\xff"]);
});

Deno.test("reads of all kinds can be mixed with lines", () => {
  const { ic } = source(["one\nXtwo\nABthrée\nfour\nYfive\n"]);
  assertReturns(ic.readLine(), "one");
  assertReturns(ic.readChar(), "X");
  assertReturns(ic.readLine(), "two");
  assertReturns(ic.read({ count: 2 }), utf8("AB"));
  assertReturns(ic.readLine(), "thrée");
  assertEquals(ic.position(), 18);
  assertReturns(ic.readLine(), "four");
  assertReturns(ic.readChar(), "Y");
  assertReturns(ic.readLine(), "five");
  assertEquals([ic.position(), ic.buffered()], [29, 0]);
});

Deno.test("a read that waits and is canceled takes nothing from the next", () => {
  const [reply] = Lwt.task<string>();
  const { ic } = source([reply, "abc\n"]);
  const read = ic.readInto(new Uint8Array(8), 0, 8);
  read.cancel();
  assertCanceled(read);
  assertReturns(ic.readLine(), "abc");
});

Deno.test("a BOM stays where it is, at the start and in the middle", () => {
  const { ic } = source(["\ufeffone\ntwo\n\ufeffthree"]);
  assertReturns(ic.readLine(), "\ufeffone");
  assertReturns(ic.readLine(), "two");
  assertReturns(ic.readLine(), "\ufeffthree");
});

Deno.test("what is not UTF-8 becomes U+FFFD, and the bytes are counted right", () => {
  const bytes = new Uint8Array([0xff, 97, 10, 0xc3, 10, 0xe6, 0xbc, 10, 98, 10, 99]);
  const { ic } = source([bytes]);
  const positions = [0, 1, 2, 3, 4].map(() => [ic.readLineOpt().poll(), ic.position()]);
  assertEquals(positions, [["\ufffda", 3], ["\ufffd", 5], ["\ufffd", 8], ["b", 10], ["c", 11]]);
});

Deno.test("a change of the array under an input over it is seen", () => {
  const bytes = utf8("one\ntwo\nthree\n");
  const ic = Io.ofBytes(Io.input, bytes);
  assertReturns(ic.readLine(), "one");
  bytes.set(utf8("TWO"), 4);
  assertReturns(ic.readLine(), "TWO");
});

Deno.test("readChar gives the same settled promise for the same byte", () => {
  const { ic } = source(["aab"]);
  ic.readChar();
  assertStrictEquals(ic.readChar().poll(), "a");
  assertReturns(ic.readChar(), "b");
});

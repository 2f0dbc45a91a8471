/* Lines against the plainest way of reading them: split the whole text. */
import { assertEquals } from "@std/assert";
import { newline, wordsOf } from "../../io/_newline.ts";
import { source, utf8 } from "./_device.ts";

/** Numbers that look random, and are the same each time. */
function random(seed: number): (below: number) => number {
  return (below) => {
    seed = seed * 1664525 + 1013904223 >>> 0;
    return Math.floor(seed / 2 ** 32 * below);
  };
}

const ALPHABETS = {
  "ASCII": ["a", "bc", " ", "\n", "\n", "\r\n", "\r", "x".repeat(9)],
  "mixed": ["a", "é", "漢", "🙂", "\n", "\r\n", "\r", "\ufeff"],
  "long lines": ["x".repeat(300), "é".repeat(200), "yz", "\n"],
};

for (const [name, words] of Object.entries(ALPHABETS)) {
  for (const size of [16, 17, 64, 4096]) {
    Deno.test(`lines of ${name} through a buffer of ${size} bytes are those of split`, () => {
      const below = random(size);
      for (let round = 0; round < 40; round++) {
        const text = Array.from({ length: below(200) }, () => words[below(words.length)]).join("");
        assertEquals(readAll(text, size, below), linesOf(text));
      }
    });
  }
}

Deno.test("invalid bytes: lines are those of the decoder, and positions those of the bytes", () => {
  const below = random(7);
  const some = [0x61, 0x0a, 0x0d, 0xc3, 0xa9, 0xe6, 0xbc, 0xf0, 0x9f, 0xff, 0x80, 0xef];
  for (let round = 0; round < 300; round++) {
    const bytes = Uint8Array.from({ length: below(80) }, () => some[below(some.length)]!);
    const { ic } = source([bytes], { buffer: new Uint8Array(16 + below(40)) });
    let at = 0;
    for (let line = ic.readLineOpt().poll(); line !== undefined; line = ic.readLineOpt().poll()) {
      const end = bytes.indexOf(10, at);
      const last = end < 0 ? bytes.length : end;
      const decoded = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
        bytes.subarray(at, last),
      );
      assertEquals(line, end < 0 ? decoded : decoded.replace(/\r$/, ""));
      at = end < 0 ? bytes.length : end + 1;
      assertEquals(ic.position(), at);
    }
    assertEquals(at, bytes.length);
  }
});

Deno.test("a newline is found wherever it is, and never outside", () => {
  const memory = new Uint8Array(64).fill(10);
  for (let shift = 0; shift < 4; shift++) {
    const bytes = memory.subarray(shift, shift + 40);
    const words = wordsOf(bytes);
    for (let start = 0; start < 12; start++) {
      for (let end = start; end < 30; end++) {
        bytes.fill(97, start, end);
        assertEquals(newline(bytes, words, start, end), -1);
        for (let at = start; at < end; at++) {
          bytes[at] = 10;
          assertEquals(newline(bytes, words, start, end), at);
          bytes[at] = 97;
        }
        bytes.fill(10);
      }
    }
  }
});

Deno.test("bytes that only look like a newline to a careless test are none", () => {
  const bytes = new Uint8Array(256);
  for (let i = 0; i < 256; i++) bytes[i] = i === 10 ? 0x8a : i;
  assertEquals(newline(bytes, wordsOf(bytes), 0, 256), -1);
});

/** Reads lines one by one, brought in pieces of any size. */
function readAll(text: string, size: number, below: (n: number) => number): string[] {
  const bytes = utf8(text);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + below(50);
    pieces.push(bytes.slice(at, end));
    at = end;
  }
  const { ic } = source(pieces, { buffer: new Uint8Array(size) });
  const lines: string[] = [];
  for (let line = ic.readLineOpt().poll(); line !== undefined; line = ic.readLineOpt().poll()) {
    lines.push(line);
  }
  return lines;
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  const last = lines.pop()!;
  return [...lines.map((line) => line.replace(/\r$/, "")), ...(last === "" ? [] : [last])];
}

/*
 * Bytes as people read them.
 */
import { chunks, map } from "./_stream_derive.ts";
import type { Stream } from "./stream.ts";

/** Bytes on a line. */
const WIDTH = 16;

/** Lines that show bytes, given as characters, in hexadecimal and as text. */
export function hexdump(input: Stream<string>): Stream<string> {
  let offset = 0;
  return map(chunks(input, WIDTH), (bytes) => {
    const line = `${hex(offset, 8)}|  ${half(bytes, 0)} ${half(bytes, 8)} |${text(bytes)}|`;
    offset += WIDTH;
    return line;
  });
}

function half(bytes: readonly string[], from: number): string {
  const digits = bytes.slice(from, from + WIDTH / 2).map((byte) =>
    hex(byte.charCodeAt(0), 2) + " "
  );
  return digits.join("").padEnd(3 * WIDTH / 2);
}

function text(bytes: readonly string[]): string {
  return bytes.map((byte) => byte >= "\x20" && byte <= "\x7e" ? byte : ".").join("");
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}

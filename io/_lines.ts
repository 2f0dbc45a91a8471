/*
 * Lines as text.
 *
 * Bytes are decoded piece by piece, each up to the last newline in sight, and lines are cut out of
 * the text: decoding every line alone costs three times as much. Where each byte gave exactly one
 * UTF-16 unit, a place in the text tells the place in the bytes; elsewhere both are looked for.
 *
 * A line is a slice of its piece, and keeps it alive: so pieces are short.
 */
import type { InputBuffer } from "./_input_buffer.ts";
import { newline } from "./_newline.ts";

/** The most bytes decoded at once, unless a single line is longer. */
export const PIECE = 8192;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text of some bytes; U+FFFD stands for what is not UTF-8. */
export function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The piece decoded last, and how much of it was read. */
export class Piece {
  #text = "";
  /** Where in the buffer the piece begins. */
  #base = 0;
  /** Where in the text the next line begins, and the place in the buffer it goes with. */
  #at = 0;
  #ptr = 0;
  /** Whether each byte is one unit of the text. */
  #even = true;

  /** Forgets the piece, when bytes move or change. */
  drop(): void {
    this.#text = "";
  }

  /** Takes the next line out of the buffer, if all of it is there. */
  next(input: InputBuffer): string | undefined {
    let at = input.ptr - this.#base;
    if (!this.#even) at = input.ptr === this.#ptr ? this.#at : Infinity;
    if (at >= this.#text.length || at < 0) {
      if (!this.#decode(input)) return undefined;
      at = 0;
    }
    const end = this.#text.indexOf("\n", at);
    this.#advance(input, end + 1);
    return this.#text.slice(at, endOfLine(this.#text, at, end));
  }

  #advance(input: InputBuffer, at: number): void {
    if (this.#even) {
      input.ptr = this.#base + at;
      return;
    }
    this.#at = at;
    this.#ptr = input.ptr = input.newline(input.ptr) + 1;
  }

  #decode(input: InputBuffer): boolean {
    const { bytes, ptr } = input;
    const limit = Math.min(ptr + input.piece, input.max);
    let end = limit > ptr ? bytes.lastIndexOf(10, limit - 1) : -1;
    if (end < ptr) end = newline(bytes, input.words, limit, input.max);
    if (end < 0) return false;
    this.#text = decoder.decode(bytes.subarray(ptr, end + 1));
    this.#base = ptr;
    this.#at = 0;
    this.#even = this.#text.length === end + 1 - ptr;
    return true;
  }
}

/** Where a line ends whose newline is at `end`: a carriage return before that belongs to it. */
export function endOfLine(text: string, start: number, end: number): number {
  return end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
}

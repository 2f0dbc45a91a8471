/*
 * The buffer of an input channel.
 *
 *   0          ptr            max          size
 *   |   read   |   not read   |    free    |
 *                             ^ offset: as many bytes came from the device
 */
import { Failure } from "../core/errors.ts";
import type { Lwt } from "../core/lwt.ts";
import { ChannelBuffer, type Device, FIXED, NOTHING } from "./_buffer.ts";
import { decode, PIECE, Piece } from "./_lines.ts";
import { newline, wordsOf } from "./_newline.ts";

export class InputBuffer extends ChannelBuffer {
  /** The same memory, four bytes at a time. */
  words: Uint32Array | undefined;
  readonly lines: Piece = new Piece();
  /** How many bytes to decode ahead: none of those that the user may change. */
  readonly piece: number;

  constructor(device: Device, memory: number | Uint8Array, kind: number) {
    super(device, memory, kind);
    this.words = wordsOf(this.bytes);
    this.piece = kind === FIXED ? 0 : PIECE;
    if (kind === FIXED) this.max = this.offset = this.size;
  }

  override get side(): "input" {
    return "input";
  }

  override replace(bytes: Uint8Array): void {
    super.replace(bytes);
    this.words = wordsOf(bytes);
    this.lines.drop();
  }

  override moveInside(ptr: number): void {
    this.ptr = ptr;
    this.lines.drop();
  }

  // What is lent may be changed, and with it the lines that were decoded ahead.
  override expose(): void {
    super.expose();
    this.lines.drop();
  }

  override end(): number {
    return this.max;
  }

  /** Takes another capacity. */
  resize(size: number): void {
    if (this.buffered() > size) {
      throw new Failure(`Cannot resize buffer: ${this.buffered()} bytes do not fit in ${size}`);
    }
    const { ptr } = this;
    this.moveTo(new Uint8Array(size), ptr, this.max);
    this.max -= ptr;
    this.ptr = 0;
  }

  override buffered(): number {
    return this.max - this.ptr;
  }

  override position(): number {
    return this.offset - this.buffered();
  }

  /** Whether no byte more can come before some are read. */
  isFull(): boolean {
    return this.bytes.length > 0 && this.buffered() === this.bytes.length;
  }

  /** Asks the device for bytes, after moving the unread ones to the front. Answers how many came. */
  refill(): Lwt<number> {
    if (this.kind === FIXED) return NOTHING;
    this.acquire();
    this.#compact();
    const { bytes, max } = this;
    return this.perform(bytes, max, bytes.length - max).map(this.#received);
  }

  // Made once: a refill is done for every message.
  readonly #received = (n: number): number => {
    this.count(n, this.bytes.length - this.max);
    this.max += n;
    return n;
  };

  /** Where the first newline from `p` on is, or -1. */
  newline(p: number): number {
    return newline(this.bytes, this.words, p, this.max);
  }

  /** Copies bytes out; answers how many. */
  readInto(target: Uint8Array, ofs: number, len: number): number {
    const end = Math.min(this.ptr + len, this.max);
    const n = end - this.ptr;
    target.set(this.bytes.subarray(this.ptr, end), ofs);
    this.ptr = end;
    return n;
  }

  /** Takes the bytes before `end` out. */
  take(end: number): Uint8Array {
    const taken = this.bytes.slice(this.ptr, end);
    this.ptr = end;
    return taken;
  }

  /** Takes the bytes before `end` out, as text. */
  takeText(end: number): string {
    const text = decode(this.bytes.subarray(this.ptr, end));
    this.ptr = end;
    return text;
  }

  /** Puts bytes that were taken out back in front of the others. */
  putBack(parts: readonly Uint8Array[]): void {
    const all = concat([...parts, this.bytes.subarray(this.ptr, this.max)]);
    const grown = new Uint8Array(Math.max(this.bytes.length, all.length));
    grown.set(all);
    this.replace(grown);
    this.ptr = 0;
    this.max = all.length;
  }

  /** Forgets what was not read. */
  empty(): void {
    this.ptr = this.max = 0;
    this.lines.drop();
  }

  #compact(): void {
    this.lines.drop();
    if (this.ptr === 0) return;
    if (this.ptr < this.max) this.bytes.copyWithin(0, this.ptr, this.max);
    this.max -= this.ptr;
    this.ptr = 0;
  }
}

/** One array with the bytes of several. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/*
 * The buffer of an output channel.
 *
 *   0               ptr          size
 *   |   to be sent  |    room    |
 *   ^ offset: as many bytes went to the device
 */
import { Lwt } from "../core/lwt.ts";
import { ChannelBuffer, type Device, FIXED, NOTHING, POOLED } from "./_buffer.ts";

const encoder = new TextEncoder();

/** The longest text that is faster to encode unit by unit than by the platform. */
const SHORT = 64;

/** The fewest bytes that are faster to send from where they are than to copy. */
const DIRECT = 16384;

/** The most bytes that one UTF-16 unit can give. */
const WORST = 3;

export class OutputBuffer extends ChannelBuffer {
  /** Whether the next turn is to flush it, or none ever. */
  due: boolean;

  constructor(device: Device, memory: number | Uint8Array, kind: number) {
    super(device, memory, kind);
    this.due = kind === FIXED;
  }

  override get side(): "output" {
    return "output";
  }

  override buffered(): number {
    return this.ptr;
  }

  override position(): number {
    return this.offset + this.ptr;
  }

  override end(): number {
    return this.ptr;
  }

  /** How many bytes fit in. */
  room(): number {
    return this.bytes.length - this.ptr;
  }

  /** Puts text in, unless it might not fit. */
  putText(text: string): boolean {
    const { bytes } = this;
    const n = text.length;
    let p = this.ptr;
    if (p + WORST * n > bytes.length) return false;
    let i = 0;
    if (n <= SHORT) {
      for (let unit; i < n && (unit = text.charCodeAt(i)) < 128; i++) bytes[p++] = unit;
    }
    if (i < n) p += encoder.encodeInto(i === 0 ? text : text.slice(i), bytes.subarray(p)).written;
    this.ptr = p;
    return true;
  }

  /** Puts text and a newline in, unless they might not fit. */
  putLine(text: string): boolean {
    // A byte is kept for the newline: one unit less can be put.
    if (this.ptr + WORST * text.length >= this.bytes.length) return false;
    this.putText(text);
    this.bytes[this.ptr++] = 10;
    return true;
  }

  /** Puts bytes in, unless they do not fit. */
  putBytes(source: Uint8Array, ofs: number, len: number): boolean {
    if (len > this.room()) return false;
    const whole = ofs === 0 && len === source.length;
    this.bytes.set(whole ? source : source.subarray(ofs, ofs + len), this.ptr);
    this.ptr += len;
    return true;
  }

  /** Sends all there is. */
  *flush(): Lwt.Task<void> {
    while (this.ptr > 0) yield* this.send();
  }

  /** Makes room for bytes that must not be parted. */
  *reserve(size: number): Lwt.Task<void> {
    this.acquire();
    while (this.room() < size) yield* this.send();
  }

  /** Takes another capacity, once the bytes fit. */
  *resize(size: number): Lwt.Task<void> {
    while (this.ptr > size) yield* this.send();
    this.moveTo(new Uint8Array(size), 0, this.ptr);
  }

  /** Lets the device take bytes once. */
  *send(): Lwt.Task<void> {
    const n = yield* this.drain();
    // A device that takes nothing must not keep all others from their turn.
    if (n === 0) yield* Lwt.pause();
  }

  /** Lets the device take bytes once; answers how many it took. */
  drain(): Lwt<number> {
    if (this.kind === FIXED) return Lwt.failWith("Cannot flush a channel made with Io.ofBytes");
    return this.ptr === 0 ? NOTHING : this.perform(this.bytes, 0, this.ptr).map(this.#sent);
  }

  readonly #sent = (n: number): number => {
    this.count(n, this.ptr);
    if (n < this.ptr) this.bytes.copyWithin(0, n, this.ptr);
    this.ptr -= n;
    return n;
  };

  /**
   * Puts bytes in, and sends the buffer whenever that is full. Answers how many are left over: it
   * stops where the device does not take the whole of a buffer.
   */
  *write(source: Uint8Array, ofs: number, len: number): Lwt.Task<number> {
    this.acquire();
    for (;;) {
      const n = Math.min(len, this.room());
      this.putBytes(source, ofs, n);
      ofs += n;
      len -= n;
      if (len === 0) return 0;
      yield* this.send();
      if (this.ptr > 0) return len;
    }
  }

  /** Puts all of some bytes in, or sends them without a copy. */
  *writeAll(source: Uint8Array, ofs: number, len: number): Lwt.Task<void> {
    this.acquire();
    for (const end = ofs + len; ofs < end;) {
      if (this.#isDirect(end - ofs)) ofs += yield* this.#sendFrom(source, ofs, end - ofs);
      else {
        const n = Math.min(end - ofs, this.room());
        this.putBytes(source, ofs, n);
        ofs += n;
        if (ofs < end) yield* this.send();
      }
    }
  }

  // Only where nobody but the system can tell: users' devices see the writes that Lwt makes.
  #isDirect(len: number): boolean {
    return len >= DIRECT && this.ptr === 0 && this.kind === POOLED;
  }

  #sendFrom(source: Uint8Array, ofs: number, len: number): Lwt<number> {
    return this.perform(source, ofs, len).map((n) => {
      this.count(n, len);
      return n;
    });
  }
}

/** The UTF-8 form of a text. */
export function encode(text: string): Uint8Array {
  return encoder.encode(text);
}

/*
 * The buffer of an output channel.
 *
 *   0               ptr          size
 *   |   to be sent  |    room    |
 *   ^ offset: as many bytes went to the device
 */
import { Failure } from "../core/errors.ts";
import { Lwt } from "../core/lwt.ts";
import { ChannelBuffer, type Device, FIXED } from "./_buffer.ts";

const encoder = new TextEncoder();

/** The longest text that is faster to encode unit by unit than by the platform. */
const SHORT = 64;

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
    while (this.ptr > 0) yield* this.drain();
  }

  /** Makes room for bytes that must not be parted. */
  *reserve(size: number): Lwt.Task<void> {
    this.acquire();
    while (this.room() < size) yield* this.drain();
  }

  /** Takes another capacity, once the bytes fit. */
  *resize(size: number): Lwt.Task<void> {
    while (this.ptr > size) yield* this.drain();
    this.moveTo(new Uint8Array(size), 0, this.ptr);
  }

  /** Lets the device take bytes once; answers how many it took. */
  *drain(): Lwt.Task<number> {
    if (this.kind === FIXED) throw new Failure("Cannot flush a channel made with Io.ofBytes");
    if (this.ptr === 0) return 0;
    const n = yield* this.perform(0, this.ptr);
    if (n < this.ptr) this.bytes.copyWithin(0, n, this.ptr);
    this.ptr -= n;
    // A device that takes nothing must not keep all others from their turn.
    if (n === 0) yield* Lwt.pause();
    return n;
  }

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
      yield* this.drain();
      if (this.ptr > 0) return len;
    }
  }

  /** Puts all of some bytes in. */
  *writeAll(source: Uint8Array, ofs: number, len: number): Lwt.Task<void> {
    const end = ofs + len;
    for (let left = len; left > 0;) left = yield* this.write(source, end - left, left);
  }
}

/** The UTF-8 form of a text. */
export function encode(text: string): Uint8Array {
  return encoder.encode(text);
}

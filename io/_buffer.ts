/*
 * What a channel is made of: a buffer and the device behind it. The channels that `atomic` lends
 * share it with the channel they come from.
 */
import { Failure } from "../core/errors.ts";
import { caught } from "../core/exception_filter.ts";
import { Lwt, type Resolver } from "../core/lwt.ts";
import type { SeekCommand } from "../unix/file.ts";
import { giveBuffer, takeBuffer } from "./_pool.ts";
import type { PerformIo, Seek } from "./device.ts";
import type { ChannelClosed } from "./errors.ts";

/** Where the bytes come from, or go to. */
export interface Device {
  readonly perform: PerformIo;
  readonly close: () => Lwt<void>;
  readonly seek: Seek;
}

/** Whose memory the buffer is. */
export const POOLED = 0;
export const OWNED = 1;
/** It is the whole of what the channel is over, and never moves. */
export const FIXED = 2;

const NONE = new Uint8Array(0);

/** The answer where there is nothing to transfer. */
export const NOTHING: Lwt<number> = Lwt.return(0);

export abstract class ChannelBuffer {
  /** The memory; taken when the first byte needs it. */
  bytes: Uint8Array;
  /** Where the next byte is read or written. */
  ptr: number = 0;
  /** Where the bytes to read end. */
  max: number = 0;
  /** How many bytes came from the device or went there, or where it was positioned since. */
  offset: number = 0;
  /** Capacity, taken or not. */
  size: number;
  kind: number;
  readonly device: Device;
  /** What the device is doing. */
  #running: Lwt<number> | undefined = undefined;
  /** What ends that when the channel is closed. */
  #stop: [promise: Lwt<never>, resolver: Resolver<never>] | undefined = undefined;
  #closed: ChannelClosed | undefined = undefined;
  #view: DataView | undefined = undefined;
  #closing: Lwt<void> | undefined = undefined;

  constructor(device: Device, memory: number | Uint8Array, kind: number) {
    this.device = device;
    this.bytes = typeof memory === "number" ? NONE : memory;
    this.size = typeof memory === "number" ? memory : memory.length;
    this.kind = kind;
  }

  /** Says which side it is, and what went wrong in its calls. */
  abstract readonly side: "input" | "output";

  /** Takes memory, if there is none yet. */
  acquire(): void {
    if (this.bytes !== NONE || this.size === 0) return;
    this.replace(this.kind === POOLED ? takeBuffer(this.size) : new Uint8Array(this.size));
  }

  /** Puts other memory in place of the present one. */
  replace(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.size = bytes.length;
    this.#view = undefined;
  }

  /** Puts memory of its own in place of the present one, with some of its bytes. */
  moveTo(fresh: Uint8Array, start: number, end: number): void {
    const { bytes, kind } = this;
    fresh.set(bytes.subarray(start, end));
    this.replace(fresh);
    this.kind = OWNED;
    if (kind === POOLED && bytes !== NONE) giveBuffer(bytes);
  }

  /** The memory, for numbers. */
  view(): DataView {
    const { buffer, byteOffset, length } = this.bytes;
    return this.#view ??= new DataView(buffer, byteOffset, length);
  }

  /** Goes to another place of the buffer. */
  moveInside(ptr: number): void {
    this.ptr = ptr;
  }

  /** Makes sure that the memory can be shown to the user: others' bytes may be in it. */
  expose(): void {
    this.acquire();
    if (this.kind === POOLED) this.moveTo(new Uint8Array(this.size), 0, this.end());
  }

  /** How many bytes wait. */
  abstract buffered(): number;

  /** The place of the next byte. */
  abstract position(): number;

  /** Where the bytes end that mean something. */
  abstract end(): number;

  /** Lets the device fill or drain a range. Once the channel is closed, this fails. */
  perform(bytes: Uint8Array, ofs: number, len: number): Lwt<number> {
    if (this.#closed !== undefined) return Lwt.fail(this.#closed);
    try {
      const io = this.device.perform(bytes, ofs, len);
      return io.isSleeping() ? this.#untilClosed(io) : io;
    } catch (error) {
      return Lwt.fail(caught(error));
    }
  }

  /** Counts the bytes that came or went. */
  count(n: number, most: number): void {
    if (!(n >= 0 && n <= most)) throw new Failure(`${this.#action}: it answered ${n} for ${most}`);
    this.offset += n;
  }

  /** Whether the device is at work. */
  isWaiting(): boolean {
    return this.#running !== undefined && this.#running.isSleeping();
  }

  /** Moves the device. */
  *seek(pos: number, whence: SeekCommand): Lwt.Task<number> {
    return yield* this.device.seek(pos, whence);
  }

  /** Makes what is running fail, and what would run later. */
  stop(error: ChannelClosed): void {
    this.#closed = error;
    this.#stop?.[1].wakeupExn(error);
    this.#giveBack();
  }

  /** Closes the device, once. */
  close(): Lwt<void> {
    return this.#closing ??= Lwt.returnUnit.bind(this.device.close);
  }

  #untilClosed(io: Lwt<number>): Lwt<number> {
    this.#running = io;
    // The device may itself have closed the channel.
    if (this.#closed !== undefined) {
      io.cancel();
      return Lwt.fail(this.#closed);
    }
    const [stopped] = this.#stop ??= Lwt.wait();
    return Lwt.pick<number>([io, stopped]);
  }

  #giveBack(): void {
    const { bytes } = this;
    if (this.kind !== POOLED || bytes === NONE) return;
    this.bytes = NONE;
    // The device may still be at it: then the memory is not ours to give.
    if (!this.isWaiting()) giveBuffer(bytes);
  }

  get #action(): string {
    return this.side === "input"
      ? "Cannot read: invalid result of the read function"
      : "Cannot write: invalid result of the write function";
  }
}

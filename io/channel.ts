/**
 * What input and output channels have in common: a buffer, a lock and an end.
 *
 * @module
 */

/*
 * Reading guide. A channel is a lock over a buffer (`_buffer.ts`), which has a device behind it. An
 * operation that finds the channel idle, and in the buffer all that it needs, is done at once and
 * never touches the lock: no code but its own runs meanwhile. Every other one is a generator run by
 * `hold`, which waits its turn, and may wait for the device. `readLineOpt` in `input.ts` shows both.
 */
import { Failure } from "../core/errors.ts";
import { Lwt, type Resolver } from "../core/lwt.ts";
import { Sequence } from "../core/sequence.ts";
import { type ChannelBuffer, FIXED } from "./_buffer.ts";
import { checkSize, LEAST } from "./_checks.ts";
import { BUSY, CLOSED, IDLE, INVALID, LENT, PROMISED } from "./_states.ts";
import { lendBuffer } from "./_loan.ts";
import { unwatch } from "./_lost.ts";
import type { DirectAccess } from "./direct_access.ts";
import { ChannelClosed } from "./errors.ts";
import type { InputChannel } from "./input.ts";
import type { OutputChannel } from "./output.ts";

/** Marker of channels one reads from. */
export type Input = "Input";

/** Marker of channels one writes to. */
export type Output = "Output";

/** Direction of a channel. */
export type Mode = Input | Output;

/** The direction for reading, to pass to `Io.make`, `Io.ofFd`, `Io.openFile`. */
export const input: Input = "Input";

/** The direction for writing. */
export const output: Output = "Output";

/** The class of channels of each direction. */
export interface ChannelOf {
  /** What one reads from. */
  Input: InputChannel;
  /** What one writes to. */
  Output: OutputChannel;
}

/**
 * A buffered byte channel over a descriptor, a pair of functions or an array.
 *
 * - One operation runs at a time. Others wait, and run in the order in which they were called.
 * - An operation that fails, or is canceled, leaves the channel to the next; canceling one that
 *   waits takes it out of the row. What was read from the device and not given to anyone stays in
 *   the buffer.
 * - Byte ranges that do not lie inside an array, and other wrong arguments of an operation, reject.
 * - With `await using` a channel is closed at the end of the block.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [ic, oc] = Io.pipe();
 * await oc.writeLine("hello");
 * await oc.close();
 * assertEquals(await ic.readLine(), "hello");
 * await ic.close();
 * ```
 */
export abstract class Channel implements AsyncDisposable {
  /** Direction of the channel. */
  abstract readonly mode: Mode;

  /** @ignore */
  abstract readonly buffer: ChannelBuffer;
  /** @ignore The channel that this one was lent from, if any. */
  readonly lender: this | undefined;
  /** @ignore */
  state: number = IDLE;
  /** @ignore Those who wait their turn. */
  #queue: Sequence<Resolver<void>> | undefined = undefined;
  /** @ignore The channel that `atomic` has lent, while it runs. */
  #lent: this | undefined = undefined;

  /** @ignore Channels are made by `Io.make` and its kin. */
  constructor(lender: Channel | undefined) {
    this.lender = lender as this | undefined;
  }

  /**
   * Closes the channel. An input is closed at once, and what runs or waits on it fails with
   * {@linkcode ChannelClosed}. An output is closed once the operations called before are done and
   * the buffer was flushed.
   *
   * The last flush drops its errors: call `flush` first to know that everything has arrived.
   *
   * @returns A promise that rejects if closing the device fails. Later calls give the same outcome.
   * Closing a channel that `atomic` lent rejects with `Failure`.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assert } from "@std/assert";
   *
   * const [ic, oc] = Io.pipe();
   * await Promise.all([ic.close(), oc.close()]);
   * assert(ic.isClosed() && oc.isClosed());
   * ```
   */
  close(): Lwt<void> {
    if (this.lender === undefined) return this.finish();
    const { side } = this.buffer;
    return Lwt.failWith(`Cannot close ${side} channel: it was lent by atomic`);
  }

  /**
   * Closes the channel without waiting: what runs or waits on it fails with
   * {@linkcode ChannelClosed}, and nothing is flushed.
   *
   * While `atomic` has lent the channel, both the lent and this one are closed.
   *
   * @returns A promise that rejects if closing the device fails. Later calls give the same outcome.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const [ic, oc] = Io.pipe();
   * oc.write("never sent");
   * await oc.abort();
   * assertEquals(await ic.read(), "");
   * await ic.close();
   * ```
   */
  abort(): Lwt<void> {
    if (this.state === INVALID) return Lwt.fail(this.#refusal());
    const main = this.main();
    if (main.state !== CLOSED) main.#end();
    return this.buffer.close();
  }

  /**
   * Holds the channel for a whole sequence of operations.
   *
   * @typeParam T The type of the value.
   * @param f The sequence. It must use the channel that it is given, which no longer works once the
   * promise of `f` is settled; an operation on this one would wait for `f` itself to end.
   * @returns A promise with the outcome of `f`.
   *
   * @example Two lines that nothing comes between
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const [ic, oc] = Io.pipe();
   * const pair = oc.atomic((ch) => ch.writeLine("a").bind(() => ch.writeLine("b")));
   * await oc.writeLine("c");
   * await pair;
   * await oc.close();
   * assertEquals(await ic.read(), "a\nb\nc\n");
   * await ic.close();
   * ```
   */
  atomic<T>(f: (ch: this) => Lwt<T>): Lwt<T> {
    return Lwt.spawn(this.#lend(f));
  }

  /**
   * Bytes now waiting in the buffer: not yet read of an input, not yet flushed of an output.
   *
   * @returns The number of bytes.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Io.ofBytes(Io.input, new Uint8Array(3)).buffered(), 3);
   * ```
   */
  buffered(): number {
    return this.buffer.buffered();
  }

  /**
   * Capacity of the buffer.
   *
   * @returns The number of bytes.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Io.null.bufferSize(), 16);
   * ```
   */
  bufferSize(): number {
    return this.buffer.size;
  }

  /**
   * Replaces the buffer by one of another capacity, flushing as needed.
   *
   * @param size The capacity in bytes, 16 at least.
   * @returns A promise that rejects with `Failure` if unread bytes would not fit, or if the channel
   * is over an array.
   * @throws {InvalidArgument} If the capacity is too small.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const [ic, oc] = Io.pipe();
   * await ic.resizeBuffer(65536);
   * assertEquals(ic.bufferSize(), 65536);
   * await Promise.all([ic.close(), oc.close()]);
   * ```
   */
  resizeBuffer(size: number): Lwt<void> {
    checkSize("resize buffer", size);
    if (this.buffer.kind !== FIXED) return this.hold(this.resize(size));
    return Lwt.failWith("Cannot resize buffer: it is the array that the channel is over");
  }

  /**
   * Whether an operation is running or waiting on the channel.
   *
   * @returns `false` also if it is closed.
   * @throws {Failure} If `atomic` had lent the channel, and has ended.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const [ic, oc] = Io.pipe();
   * const line = ic.readLine();
   * assertEquals([ic.isBusy(), oc.isBusy()], [true, false]);
   * await oc.writeLine("done");
   * await line;
   * await Promise.all([ic.close(), oc.close()]);
   * ```
   */
  isBusy(): boolean {
    if (this.state === INVALID) throw this.#refusal();
    return this.state !== IDLE && this.state !== CLOSED;
  }

  /**
   * Whether the channel has been closed.
   *
   * @returns `false` as long as a `close` waits its turn.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Io.stdout.isClosed(), false);
   * ```
   */
  isClosed(): boolean {
    return this.state === CLOSED;
  }

  /**
   * Place of the next byte to read or write, counted from where the channel began or was last
   * positioned.
   *
   * @returns The place in bytes.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const ic = Io.ofBytes(Io.input, new Uint8Array([104, 105, 10, 33]));
   * await ic.readLine();
   * assertEquals(ic.position(), 3);
   * ```
   */
  position(): number {
    return this.buffer.position();
  }

  /**
   * Moves to an absolute place. An output is flushed first. An input stays inside its buffer if the
   * place is there and not behind; otherwise it moves the device, and drops the buffer.
   *
   * @param pos The place in bytes.
   * @returns A promise that rejects with `Failure` if the channel cannot move there.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const ic = Io.ofBytes(Io.input, new Uint8Array([97, 98, 99]));
   * await ic.setPosition(2);
   * assertEquals(await ic.readChar(), "c");
   * ```
   */
  setPosition(pos: number): Lwt<void> {
    return this.hold(this.buffer.kind === FIXED ? this.#moveInside(pos) : this.moveTo(pos));
  }

  /**
   * Size of what the channel is over, found by moving the device to its end and back. Bytes that
   * were not flushed do not count.
   *
   * @returns A promise of the number of bytes. It rejects with `Failure` if the device cannot move.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Io.ofBytes(Io.input, new Uint8Array(3)).length(), 3);
   * ```
   */
  length(): Lwt<number> {
    return this.hold(this.#measure());
  }

  /**
   * Lends contiguous bytes of the buffer, for reading or for filling, as one operation.
   *
   * @typeParam T The type of the value.
   * @param size How many bytes, 0 to 16.
   * @param f Given the buffer, and where the bytes begin. They count as read, or written, before it
   * is called; a failure does not change that.
   * @returns A promise with the outcome of `f`. It rejects with {@linkcode EndOfFile} if an input
   * ends before, which then stays where it is.
   *
   * @example Usage
   * ```ts
   * import { Io, Lwt } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const ic = Io.ofBytes(Io.input, new Uint8Array([1, 2, 3]));
   * assertEquals(await ic.block(2, (buffer, ofs) => Lwt.return(buffer[ofs + 1])), 2);
   * assertEquals(ic.position(), 2);
   * ```
   */
  block<T>(size: number, f: (buffer: Uint8Array, ofs: number) => Lwt<T>): Lwt<T> {
    if (size >= 0 && size <= LEAST) return this.hold(this.#lendBlock(size, f));
    return Lwt.failInvalidArg(`Channel.block: size must be 0 to ${LEAST}, received ${size}`);
  }

  /**
   * Lends the whole buffer as one operation. The function moves `daPtr` over the bytes that it has
   * read or written; if it fails, none are.
   *
   * @typeParam T The type of the value.
   * @param f The function.
   * @returns A promise with the outcome of `f`. It rejects with `Failure` if `f` has moved `daPtr`
   * out of what it was given.
   *
   * @example Summing what there is
   * ```ts
   * import { Io, Lwt } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const ic = Io.ofBytes(Io.input, new Uint8Array([1, 2, 3]));
   * const sum = await ic.directAccess((da) => {
   *   let sum = 0;
   *   while (da.daPtr < da.daMax) sum += da.daBuffer[da.daPtr++]!;
   *   return Lwt.return(sum);
   * });
   * assertEquals([sum, ic.buffered()], [6, 0]);
   * ```
   */
  directAccess<T>(f: (da: DirectAccess) => Lwt<T>): Lwt<T> {
    return this.hold(lendBuffer(this, f));
  }

  /**
   * Closes the channel, as {@linkcode Channel.prototype.close} does.
   *
   * @returns When it is closed.
   */
  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.close();
  }

  /** @ignore Closes a channel that was not lent. */
  abstract finish(): Lwt<void>;
  /** @ignore Another channel over the same buffer. */
  abstract lend(): this;
  /** @ignore Gives the buffer another capacity. */
  abstract resize(size: number): Lwt.Task<void>;
  /** @ignore Moves to an absolute place. */
  abstract moveTo(pos: number): Lwt.Task<void>;
  /** @ignore Sees to it that there are as many bytes to read, or to fill. */
  abstract reserve(size: number): Lwt.Task<void>;
  /** @ignore Where the bytes that may be read, or filled, end. */
  abstract limit(): number;
  /** @ignore Lets the device fill the buffer, or drain it. */
  abstract transfer(): Lwt<number>;

  /** @ignore The channel that this one was lent from in the end. */
  main(): this {
    return this.lender === undefined ? this : this.lender.main();
  }

  /** @ignore The channel that is lent in the end. */
  innermost(): this {
    return this.#lent === undefined ? this : this.#lent.innermost();
  }

  /** @ignore Runs an operation when its turn comes. */
  hold<T>(operation: Lwt.Task<T>): Lwt<T> {
    return Lwt.spawn(this.during(operation));
  }

  /** @ignore An operation with its turn. */
  *during<T>(operation: Lwt.Task<T>): Lwt.Task<T> {
    if (this.state === IDLE) this.state = BUSY;
    else yield* this.turn();
    return yield* this.finishing(operation);
  }

  /** @ignore What is left of an operation that has its turn. */
  *finishing<T>(operation: Lwt.Task<T>): Lwt.Task<T> {
    try {
      return yield* operation;
    } finally {
      this.release();
    }
  }

  /** @ignore Waits for its turn, where others run or wait. */
  *turn(): Lwt.Task<void> {
    if (this.state >= CLOSED) throw this.#refusal();
    yield* Lwt.addTaskR(this.#queue ??= new Sequence());
    if (this.state < CLOSED) this.state = BUSY;
    else {
      this.release();
      throw this.#refusal();
    }
  }

  /** @ignore Ends an operation. */
  release(): void {
    this.pass();
  }

  /** @ignore Gives the channel to the next who waits. */
  pass(): void {
    const next = this.#queue?.takeOptL();
    if (this.state < CLOSED) this.state = next === undefined ? IDLE : PROMISED;
    // Not `wakeup`: the next must not run inside the callbacks of the one that ends.
    next?.wakeupLater();
  }

  *#lend<T>(f: (ch: this) => Lwt<T>): Lwt.Task<T> {
    if (this.state === IDLE) this.state = BUSY;
    else yield* this.turn();
    const lent = this.lend();
    this.state = LENT;
    this.#lent = lent;
    try {
      return yield* f(lent);
    } finally {
      yield* this.#reclaim(lent);
    }
  }

  // An operation that `f` did not wait for may still be at the buffer.
  *#reclaim(lent: this): Lwt.Task<void> {
    const busy = lent.isBusy();
    lent.state = INVALID;
    if (busy) {
      yield* Lwt.addTaskL(lent.#queue ??= new Sequence()).noCancel();
      lent.release();
    }
    this.#lent = undefined;
    this.release();
  }

  /** Ends the channel, those lent from it, and all who wait. */
  #end(): void {
    this.#markClosed();
    unwatch(this);
    this.buffer.stop(new ChannelClosed(this.buffer.side));
    this.#freeAll();
  }

  #markClosed(): void {
    if (this.state !== INVALID) this.state = CLOSED;
    if (this.#lent !== undefined) this.#lent.#markClosed();
  }

  // Nobody waits for the one that ran, which may be a user's function that never ends.
  #freeAll(): void {
    while (this.#queue?.isEmpty() === false) this.#queue.takeL().wakeupLater();
    if (this.#lent !== undefined) this.#lent.#freeAll();
  }

  #refusal(): Error {
    const { side } = this.buffer;
    return this.state === CLOSED
      ? new ChannelClosed(side)
      : new Failure(`Cannot use ${side} channel: atomic, which lent it, has ended`);
  }

  *#moveInside(pos: number): Lwt.Task<void> {
    if (!(pos >= 0 && pos <= this.buffer.size)) {
      throw new Failure(
        `Cannot set position: it must be 0 to ${this.buffer.size}, received ${pos} (out of bounds)`,
      );
    }
    this.buffer.moveInside(pos);
  }

  *#measure(): Lwt.Task<number> {
    const { buffer } = this;
    if (buffer.kind === FIXED) return buffer.size;
    const length = yield* buffer.seek(0, "SEEK_END");
    yield* this.seekTo(buffer.offset);
    return length;
  }

  /** @ignore Moves the device to an absolute place. */
  *seekTo(pos: number): Lwt.Task<void> {
    const reached = yield* this.buffer.seek(pos, "SEEK_SET");
    if (reached !== pos) throw new Failure(`Cannot seek: seek failed, at ${reached} for ${pos}`);
    this.buffer.offset = pos;
  }

  *#lendBlock<T>(size: number, f: (buffer: Uint8Array, ofs: number) => Lwt<T>): Lwt.Task<T> {
    yield* this.reserve(size);
    this.buffer.expose();
    const { bytes, ptr } = this.buffer;
    this.buffer.ptr += size;
    return yield* f(bytes, ptr);
  }
}

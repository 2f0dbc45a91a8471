/**
 * Channels one reads from.
 *
 * @module
 */
import { Lwt } from "../core/lwt.ts";
import { Stream } from "../core/stream.ts";
import { FIXED } from "./_buffer.ts";
import { concat, type InputBuffer } from "./_input_buffer.ts";
import { decode, endOfLine } from "./_lines.ts";
import { type Codec, codecs, NATIVE } from "./_number.ts";
import { deserialize, HEADER, lengthOf } from "./_value.ts";
import { BUSY, IDLE } from "./_states.ts";
import { outOfBounds } from "./_checks.ts";
import { Channel, type Input } from "./channel.ts";
import { EndOfFile } from "./errors.ts";

/** Settings of {@linkcode InputChannel.prototype.read}. */
export interface ReadOptions {
  /** How many bytes to read at most. */
  count: number;
}

/**
 * Channel one reads from.
 *
 * The end of the input is not remembered: after it, a read asks the device again, for a terminal or
 * a file that grows may have more.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const ic = Io.ofBytes(Io.input, new TextEncoder().encode("one\ntwo"));
 * assertEquals(await ic.readLineOpt(), "one");
 * assertEquals(await ic.readLineOpt(), "two");
 * assertEquals(await ic.readLineOpt(), undefined);
 * ```
 */
export class InputChannel extends Channel {
  /** Direction of the channel. */
  override readonly mode: Input = "Input";
  /** @ignore */
  override readonly buffer: InputBuffer;

  /** @ignore Channels are made by `Io.make` and its kin. */
  constructor(buffer: InputBuffer, lender?: InputChannel) {
    super(lender);
    this.buffer = buffer;
  }

  /**
   * Reads the next byte.
   *
   * @returns A promise of a character of code 0 to 255. It rejects with {@linkcode EndOfFile} at the
   * end.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Io.zero.readChar(), "\0");
   * ```
   */
  readChar(): Lwt<string> {
    const { buffer } = this;
    if (this.state === IDLE && buffer.ptr < buffer.max) return charOf(buffer.bytes[buffer.ptr++]!);
    return this.hold(nextChar(buffer)).map(orEnd);
  }

  /**
   * Reads the next byte, if there is one.
   *
   * @returns A promise of a character of code 0 to 255, or of `undefined` at the end.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Io.ofBytes(Io.input, new Uint8Array(0)).readCharOpt(), undefined);
   * ```
   */
  readCharOpt(): Lwt<string | undefined> {
    const { buffer } = this;
    if (this.state === IDLE && buffer.ptr < buffer.max) return charOf(buffer.bytes[buffer.ptr++]!);
    return this.hold(nextChar(buffer));
  }

  /**
   * The remaining bytes. Other operations may come between two of them.
   *
   * @returns A stream of one character each, which ends with the input.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const ic = Io.ofBytes(Io.input, new Uint8Array([104, 105]));
   * assertEquals(await ic.readChars().toText(), "hi");
   * ```
   */
  readChars(): Stream<string> {
    return Stream.from(() => this.readCharOpt());
  }

  /**
   * Reads the next line as UTF-8 text, without its end, which is `"\n"` or `"\r\n"`. What is not
   * UTF-8 becomes U+FFFD. The last line need not have an end.
   *
   * Lines are cut out of pieces of text, of 8 KiB mostly, which they keep alive: to keep a few lines
   * out of many for long, copy them.
   *
   * @returns A promise of the line. It rejects with {@linkcode EndOfFile} when nothing is left. A
   * read that fails, or is canceled, in the middle of a line leaves in the buffer what there was.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const ic = Io.ofBytes(Io.input, new TextEncoder().encode("hello\r\n"));
   * assertEquals(await ic.readLine(), "hello");
   * ```
   */
  readLine(): Lwt<string> {
    const { buffer } = this;
    if (this.state !== IDLE) return this.hold(nextLine(buffer)).map(orEnd);
    const line = buffer.lines.next(buffer);
    return line === undefined ? this.#awaitLine().map(orEnd) : Lwt.return(line);
  }

  /**
   * Reads the next line, as {@linkcode InputChannel.prototype.readLine} does, if there is one.
   *
   * @returns A promise of the line, or of `undefined` when nothing is left.
   *
   * @example All lines of a file
   * ```ts
   * import { Io, Lwt } from "@lwt/lwt";
   * import { assert } from "@std/assert";
   *
   * function* count(ic: Io.InputChannel): Lwt.Task<number> {
   *   let lines = 0;
   *   while ((yield* ic.readLineOpt()) !== undefined) lines++;
   *   return lines;
   * }
   * assert(await Io.withFile(Io.input, "/etc/passwd", (ic) => Lwt.spawn(count, ic)) > 0);
   * ```
   */
  readLineOpt(): Lwt<string | undefined> {
    const { buffer } = this;
    if (this.state !== IDLE) return this.hold(nextLine(buffer));
    const line = buffer.lines.next(buffer);
    return line === undefined ? this.#awaitLine() : Lwt.return(line);
  }

  /**
   * The remaining lines. Other operations may come between two of them.
   *
   * @returns A stream of lines, which ends with the input.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const ic = Io.ofBytes(Io.input, new TextEncoder().encode("one\ntwo\n"));
   * assertEquals(await ic.readLines().toList(), ["one", "two"]);
   * ```
   */
  readLines(): Stream<string> {
    return Stream.from(() => this.readLineOpt());
  }

  /**
   * Reads everything up to the end, as UTF-8 text.
   *
   * @returns A promise of the text, `""` at the end.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const ic = Io.ofBytes(Io.input, new TextEncoder().encode("all of it"));
   * assertEquals(await ic.read(), "all of it");
   * ```
   */
  read(): Lwt<string>;
  /**
   * Reads bytes in one operation: what is buffered, else what one refill brings.
   *
   * @param options How many bytes at most. For 0 the device is not asked.
   * @returns A promise of the bytes, none at the end. It rejects with `InvalidArgument` if the count
   * is negative.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Io.zero.read({ count: 2 }), new Uint8Array(2));
   * ```
   */
  read(options: ReadOptions): Lwt<Uint8Array>;
  read(options?: ReadOptions): Lwt<string> | Lwt<Uint8Array> {
    if (options === undefined) return this.hold(everything(this.buffer));
    const { count } = options;
    if (count > 0) return this.hold(someBytes(this.buffer, count));
    if (count === 0) return Lwt.return(new Uint8Array(0));
    return Lwt.failInvalidArg<never>(
      `InputChannel.read: count must not be negative, received ${count}`,
    );
  }

  /**
   * Reads bytes into an array: what is buffered, else what one refill brings.
   *
   * @param buffer The array.
   * @param ofs Where in it to start, in bytes.
   * @param len How many bytes to read at most.
   * @returns A promise of how many bytes came; 0 at the end, and for a `len` of 0.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const ic = Io.ofBytes(Io.input, new Uint8Array([1, 2, 3]));
   * const bytes = new Uint8Array(8);
   * assertEquals(await ic.readInto(bytes, 0, 8), 3);
   * assertEquals(bytes[2], 3);
   * ```
   */
  readInto(buffer: Uint8Array, ofs: number, len: number): Lwt<number> {
    const error = outOfBounds("InputChannel.readInto", buffer, ofs, len);
    if (error !== undefined) return Lwt.fail(error);
    if (len === 0) return Lwt.return(0);
    if (this.state === IDLE && this.buffer.ptr < this.buffer.max) {
      return Lwt.return(this.buffer.readInto(buffer, ofs, len));
    }
    return this.hold(readSome(this.buffer, buffer, ofs, len));
  }

  /**
   * Reads an exact number of bytes into an array.
   *
   * @param buffer The array.
   * @param ofs Where in it to start, in bytes.
   * @param len How many bytes to read.
   * @returns A promise that rejects with {@linkcode EndOfFile} if the input ends before; the bytes
   * that there were are then in the array.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const ic = Io.ofBytes(Io.input, new Uint8Array([1, 2, 3]));
   * const bytes = new Uint8Array(2);
   * await ic.readIntoExactly(bytes, 0, 2);
   * assertEquals(bytes, new Uint8Array([1, 2]));
   * ```
   */
  readIntoExactly(buffer: Uint8Array, ofs: number, len: number): Lwt<void> {
    const error = outOfBounds("InputChannel.readIntoExactly", buffer, ofs, len);
    if (error !== undefined) return Lwt.fail(error);
    if (len === 0) return Lwt.returnUnit;
    if (this.state === IDLE && len <= this.buffer.buffered()) {
      this.buffer.readInto(buffer, ofs, len);
      return Lwt.returnUnit;
    }
    return this.hold(readExactly(this.buffer, buffer, ofs, len));
  }

  /**
   * Reads a value that {@linkcode OutputChannel.prototype.writeValue} wrote. Its type is not
   * checked; read only what you trust.
   *
   * @typeParam T The type that the value is taken to have.
   * @returns A promise of the value. It rejects with {@linkcode EndOfFile} if the input ends before,
   * and with `Failure` if the bytes are not those of a value.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const [ic, oc] = Io.pipe();
   * await oc.writeValue(new Map([["a", [1n]]]));
   * await oc.close();
   * assertEquals(await ic.readValue(), new Map([["a", [1n]]]));
   * await ic.close();
   * ```
   */
  readValue<T = unknown>(): Lwt<T> {
    return this.hold(nextValue<T>(this.buffer));
  }

  /**
   * Reads a signed 32-bit integer in the byte order of the machine.
   *
   * @returns A promise of the number. It rejects with {@linkcode EndOfFile} if the input ends
   * before; the bytes that there were can still be read.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Io.zero.readInt(), 0);
   * ```
   */
  readInt(): Lwt<number> {
    return this.readNumber(codecs.int32, NATIVE);
  }

  /**
   * Reads a signed 16-bit integer in the byte order of the machine.
   *
   * @returns A promise of the number, as for {@linkcode InputChannel.prototype.readInt}.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Io.zero.readInt16(), 0);
   * ```
   */
  readInt16(): Lwt<number> {
    return this.readNumber(codecs.int16, NATIVE);
  }

  /**
   * Reads a signed 32-bit integer in the byte order of the machine.
   *
   * @returns A promise of the number, as for {@linkcode InputChannel.prototype.readInt}.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Io.zero.readInt32(), 0);
   * ```
   */
  readInt32(): Lwt<number> {
    return this.readNumber(codecs.int32, NATIVE);
  }

  /**
   * Reads a signed 64-bit integer in the byte order of the machine.
   *
   * @returns A promise of the number, as for {@linkcode InputChannel.prototype.readInt}.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Io.zero.readInt64(), 0n);
   * ```
   */
  readInt64(): Lwt<bigint> {
    return this.readNumber(codecs.int64, NATIVE);
  }

  /**
   * Reads a single-precision float in the byte order of the machine.
   *
   * @returns A promise of the number, as for {@linkcode InputChannel.prototype.readInt}.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Io.zero.readFloat32(), 0);
   * ```
   */
  readFloat32(): Lwt<number> {
    return this.readNumber(codecs.float32, NATIVE);
  }

  /**
   * Reads a double-precision float in the byte order of the machine.
   *
   * @returns A promise of the number, as for {@linkcode InputChannel.prototype.readInt}.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Io.zero.readFloat64(), 0);
   * ```
   */
  readFloat64(): Lwt<number> {
    return this.readNumber(codecs.float64, NATIVE);
  }

  /** @ignore Reads a number in a given byte order. */
  readNumber<T>(codec: Codec<T>, littleEndian: boolean): Lwt<T> {
    const { buffer } = this;
    if (this.state === IDLE && buffer.buffered() >= codec.size) {
      return Lwt.return(takeNumber(buffer, codec, littleEndian));
    }
    return this.hold(nextNumber(buffer, codec, littleEndian));
  }

  /** @ignore */
  override finish(): Lwt<void> {
    return this.abort();
  }

  /** @ignore */
  override lend(): this {
    return new InputChannel(this.buffer, this) as this;
  }

  /** @ignore */
  override *resize(size: number): Lwt.Task<void> {
    this.buffer.resize(size);
  }

  /** @ignore */
  override *moveTo(pos: number): Lwt.Task<void> {
    const { buffer } = this;
    const ahead = pos - this.position();
    if (ahead >= 0 && ahead <= buffer.buffered()) {
      buffer.ptr += ahead;
      return;
    }
    yield* this.seekTo(pos);
    buffer.empty();
  }

  /** @ignore */
  override reserve(size: number): Lwt.Task<void> {
    return atLeast(this.buffer, size);
  }

  /** @ignore */
  override limit(): number {
    return this.buffer.max;
  }

  /** @ignore */
  override transfer(): Lwt<number> {
    return this.buffer.refill();
  }

  // What servers wait for most: a task, and functions made each time, would cost half as much again
  // as all the rest.
  #awaitLine(): Lwt<string | undefined> {
    if (this.buffer.isFull()) return this.hold(nextLine(this.buffer));
    this.state = BUSY;
    const refill = this.buffer.refill();
    return Lwt.tryBind(() => refill, this.#arrived, this.#failed);
  }

  readonly #arrived = (n: number): Lwt<string | undefined> => {
    const line = n === 0 ? undefined : this.buffer.lines.next(this.buffer);
    if (line === undefined) return Lwt.spawn(this.finishing(lineAfter(this.buffer, n)));
    this.release();
    return Lwt.return(line);
  };

  readonly #failed = (error: unknown): Lwt<never> => {
    this.release();
    return Lwt.fail(error);
  };
}

/** The promises of all characters, each made when it is first read. */
const chars: (Lwt<string> | undefined)[] = new Array(256).fill(undefined);

function charOf(byte: number): Lwt<string> {
  return chars[byte] ??= Lwt.return(String.fromCharCode(byte));
}

function orEnd<T>(value: T | undefined): T {
  if (value === undefined) throw new EndOfFile();
  return value;
}

function* nextChar(input: InputBuffer): Lwt.Task<string | undefined> {
  if (input.buffered() === 0 && (yield* input.refill()) === 0) return undefined;
  return String.fromCharCode(input.bytes[input.ptr++]!);
}

function* nextLine(input: InputBuffer): Lwt.Task<string | undefined> {
  const line = input.lines.next(input);
  if (line !== undefined) return line;
  if (isLong(input)) return yield* longLine(input);
  return yield* lineAfter(input, yield* input.refill());
}

/** The next line after a refill. */
function* lineAfter(input: InputBuffer, arrived: number): Lwt.Task<string | undefined> {
  for (; arrived > 0; arrived = yield* input.refill()) {
    const line = input.lines.next(input);
    if (line !== undefined) return line;
    if (isLong(input)) return yield* longLine(input);
  }
  return input.buffered() === 0 ? undefined : input.takeText(input.max);
}

/** Whether a line is too long for the buffer. */
function isLong(input: InputBuffer): boolean {
  return input.isFull() && input.kind !== FIXED;
}

/** A line that does not fit in the buffer. */
function* longLine(input: InputBuffer): Lwt.Task<string> {
  const parts: Uint8Array[] = [];
  let end: number;
  try {
    do {
      end = input.newline(input.ptr);
      parts.push(input.take(end < 0 ? input.max : end + 1));
    } while (end < 0 && (yield* input.refill()) > 0);
  } catch (error) {
    input.putBack(parts);
    throw error;
  }
  const text = decode(concat(parts));
  return end < 0 ? text : text.slice(0, endOfLine(text, 0, text.length - 1));
}

function* everything(input: InputBuffer): Lwt.Task<string> {
  const parts: Uint8Array[] = [];
  try {
    do parts.push(input.take(input.max)); while ((yield* input.refill()) > 0);
  } catch (error) {
    input.putBack(parts);
    throw error;
  }
  return decode(concat(parts));
}

function* someBytes(input: InputBuffer, count: number): Lwt.Task<Uint8Array> {
  if (input.buffered() === 0) yield* input.refill();
  return input.take(Math.min(input.ptr + count, input.max));
}

function* readSome(
  input: InputBuffer,
  target: Uint8Array,
  ofs: number,
  len: number,
): Lwt.Task<number> {
  if (input.buffered() === 0) yield* input.refill();
  return input.readInto(target, ofs, len);
}

function* readExactly(
  input: InputBuffer,
  target: Uint8Array,
  ofs: number,
  len: number,
): Lwt.Task<void> {
  for (const end = ofs + len; ofs < end;) {
    const n = yield* readSome(input, target, ofs, end - ofs);
    if (n === 0) throw new EndOfFile();
    ofs += n;
  }
}

/** Sees to it that some bytes are there, in one piece, or leaves all as it is. */
function* atLeast(input: InputBuffer, size: number): Lwt.Task<void> {
  while (input.buffered() < size) if ((yield* input.refill()) === 0) throw new EndOfFile();
}

function takeNumber<T>(input: InputBuffer, codec: Codec<T>, littleEndian: boolean): T {
  const value = codec.get(input.view(), input.ptr, littleEndian);
  input.ptr += codec.size;
  return value;
}

function* nextNumber<T>(
  input: InputBuffer,
  codec: Codec<T>,
  littleEndian: boolean,
): Lwt.Task<T> {
  yield* atLeast(input, codec.size);
  return takeNumber(input, codec, littleEndian);
}

function* nextValue<T>(input: InputBuffer): Lwt.Task<T> {
  yield* atLeast(input, HEADER);
  const bytes = new Uint8Array(lengthOf(input.take(input.ptr + HEADER)));
  yield* readExactly(input, bytes, 0, bytes.length);
  return deserialize(bytes) as T;
}

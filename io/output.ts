/**
 * Channels one writes to.
 *
 * @module
 */
import { InvalidArgument } from "../core/errors.ts";
import { Lwt } from "../core/lwt.ts";
import { Stream } from "../core/stream.ts";
import { begin, flushLater, forget, rest } from "./_flush.ts";
import { type Codec, codecs, NATIVE } from "./_number.ts";
import { encode, type OutputBuffer } from "./_output_buffer.ts";
import { BUSY, CLOSED, IDLE } from "./_states.ts";
import { outOfBounds } from "./_checks.ts";
import { serialize } from "./_value.ts";
import { Channel, type Output } from "./channel.ts";
import { format as formatted } from "./_printf.ts";

/** Serialization switches of {@linkcode OutputChannel.prototype.writeValue}. */
export type ExternFlag = "No_sharing" | "Closures" | "Compat_32";

/** Settings of {@linkcode OutputChannel.prototype.writeValue}. */
export interface WriteValueOptions {
  /**
   * Switches, which change nothing here: what is shared stays shared, and functions cannot be
   * written.
   */
  flags?: readonly ExternFlag[];
}

/**
 * Channel one writes to.
 *
 * A write is done when its bytes are in the buffer, which is sent whenever it is full, when the loop
 * turns next, and at exit. The errors of those two last are dropped, and the bytes stay: `flush` to
 * know that they have arrived.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [ic, oc] = Io.pipe();
 * await oc.writeLine("hello");
 * await oc.flush();
 * assertEquals(await ic.readLine(), "hello");
 * await Promise.all([ic.close(), oc.close()]);
 * ```
 */
export class OutputChannel extends Channel {
  /** Direction of the channel. */
  override readonly mode: Output = "Output";
  /** @ignore */
  override readonly buffer: OutputBuffer;

  /** @ignore Channels are made by `Io.make` and its kin. */
  constructor(buffer: OutputBuffer, lender?: OutputChannel) {
    super(lender);
    this.buffer = buffer;
  }

  /**
   * Writes out everything buffered, behind the operations called before.
   *
   * @returns A promise that rejects with the error of the device. What that did not take stays in
   * the buffer.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const [ic, oc] = Io.pipe();
   * await oc.write("hello");
   * await oc.flush();
   * assertEquals(oc.buffered(), 0);
   * await Promise.all([ic.close(), oc.close()]);
   * ```
   */
  flush(): Lwt<void> {
    if (this.state !== IDLE) return this.hold(this.buffer.flush());
    return this.buffer.ptr === 0 ? Lwt.returnUnit : this.#flushNow();
  }

  /**
   * Writes one byte.
   *
   * @param ch The byte, as a character of code 0 to 255.
   * @returns A promise that rejects with the error of the device, or with `InvalidArgument`.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.writeChar("\xff");
   * ```
   */
  writeChar(ch: string): Lwt<void> {
    const byte = ch.charCodeAt(0);
    if (ch.length !== 1 || byte > 255) return Lwt.fail(notByte(ch));
    const { buffer } = this;
    if (this.state === IDLE && buffer.ptr < buffer.bytes.length) {
      buffer.bytes[buffer.ptr++] = byte;
      return this.#written();
    }
    return this.hold(putByte(buffer, byte));
  }

  /**
   * Writes every byte of a stream. Other operations may come between two of them.
   *
   * @param chars The bytes, as characters of code 0 to 255.
   * @returns A promise for when the stream has ended. It rejects as the stream or a write does.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { Stream } from "@lwt/lwt/core";
   *
   * await Io.null.writeChars(Stream.ofString("hello"));
   * ```
   */
  writeChars(chars: Stream<string>): Lwt<void> {
    return chars.iterS((ch) => this.writeChar(ch));
  }

  /**
   * Writes text or bytes.
   *
   * @param data Text, which is written as UTF-8, or bytes, which are copied.
   * @returns A promise that rejects with the error of the device.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const bytes = new Uint8Array(4);
   * const oc = Io.ofBytes(Io.output, bytes);
   * await oc.write("hé");
   * assertEquals(bytes, new Uint8Array([104, 0xc3, 0xa9, 0]));
   * ```
   */
  write(data: string | Uint8Array): Lwt<void> {
    if (this.state === IDLE) {
      const { buffer } = this;
      if (typeof data === "string" ? buffer.putText(data) : buffer.putBytes(data, 0, data.length)) {
        return this.#written();
      }
    }
    return this.hold(put(this.buffer, data));
  }

  /**
   * Writes text or bytes, and a newline, as one operation.
   *
   * @param line The text, which is written as UTF-8, or the bytes.
   * @returns A promise that rejects with the error of the device.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const [ic, oc] = Io.pipe();
   * await oc.writeLine("one");
   * await oc.writeLine("two");
   * await oc.close();
   * assertEquals(await ic.read(), "one\ntwo\n");
   * await ic.close();
   * ```
   */
  writeLine(line: string | Uint8Array): Lwt<void> {
    if (this.state === IDLE && typeof line === "string" && this.buffer.putLine(line)) {
      return this.#written();
    }
    return this.hold(putLine(this.buffer, line));
  }

  /**
   * Writes every line of a stream. Other operations may come between two of them.
   *
   * @param lines The lines, without their ends.
   * @returns A promise for when the stream has ended. It rejects as the stream or a write does.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { Stream } from "@lwt/lwt/core";
   *
   * await Io.null.writeLines(Stream.ofList(["one", "two"]));
   * ```
   */
  writeLines(lines: Stream<string>): Lwt<void> {
    return lines.iterS((line) => this.writeLine(line));
  }

  /**
   * Writes bytes of an array, up to the first time that the device does not take a whole buffer.
   *
   * @param buffer The array. It must stay as it is until the promise is settled.
   * @param ofs Where in it to start, in bytes.
   * @param len How many bytes to write at most.
   * @returns A promise of how many bytes were accepted, those in the buffer included.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Io.null.writeFrom(new Uint8Array(40), 0, 40), 40);
   * ```
   */
  writeFrom(buffer: Uint8Array, ofs: number, len: number): Lwt<number> {
    const error = outOfBounds("OutputChannel.writeFrom", buffer, ofs, len);
    if (error !== undefined) return Lwt.fail(error);
    if (len === 0) return Lwt.return(0);
    if (this.state === IDLE && this.buffer.putBytes(buffer, ofs, len)) {
      this.#written();
      return Lwt.return(len);
    }
    return this.hold(putSome(this.buffer, buffer, ofs, len));
  }

  /**
   * Writes text, as {@linkcode OutputChannel.prototype.writeFrom} does bytes.
   *
   * @param str The text.
   * @param ofs Where in its UTF-8 form to start, in bytes.
   * @param len How many bytes to write at most.
   * @returns A promise of how many bytes were accepted.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Io.null.writeFromString("hello", 1, 3), 3);
   * ```
   */
  writeFromString(str: string, ofs: number, len: number): Lwt<number> {
    return this.writeFrom(encode(str), ofs, len);
  }

  /**
   * Writes a range of an array, all of it.
   *
   * @param buffer The array. It must stay as it is until the promise is settled.
   * @param ofs Where in it to start, in bytes.
   * @param len How many bytes to write.
   * @returns A promise that rejects with the error of the device.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.writeFromExactly(new Uint8Array(40), 8, 32);
   * ```
   */
  writeFromExactly(buffer: Uint8Array, ofs: number, len: number): Lwt<void> {
    const error = outOfBounds("OutputChannel.writeFromExactly", buffer, ofs, len);
    if (error !== undefined) return Lwt.fail(error);
    if (len === 0) return Lwt.returnUnit;
    if (this.state === IDLE && this.buffer.putBytes(buffer, ofs, len)) return this.#written();
    return this.hold(this.buffer.writeAll(buffer, ofs, len));
  }

  /**
   * Writes a range of the UTF-8 form of a text, all of it.
   *
   * @param str The text.
   * @param ofs Where in that form to start, in bytes.
   * @param len How many bytes to write.
   * @returns A promise that rejects with the error of the device.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.writeFromStringExactly("hello", 1, 3);
   * ```
   */
  writeFromStringExactly(str: string, ofs: number, len: number): Lwt<void> {
    return this.writeFromExactly(encode(str), ofs, len);
  }

  /**
   * Writes a value in a form that {@linkcode InputChannel.prototype.readValue} reads back: what
   * `structuredClone` can copy, but for what only this program has. The form may change with the
   * version of the platform.
   *
   * @param value The value.
   * @param _options Accepted, and of no effect.
   * @returns A promise that rejects if the value holds something that cannot be written, such as a
   * function.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.writeValue({ name: "ada", born: new Date(0) });
   * ```
   */
  writeValue(value: unknown, _options?: WriteValueOptions): Lwt<void> {
    return Lwt.wrap(() => serialize(value)).bind((bytes) => this.write(bytes));
  }

  /**
   * Writes text.
   *
   * @param text The text, or bytes.
   * @returns A promise that rejects with the error of the device.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.fprint("hello");
   * ```
   */
  fprint(text: string | Uint8Array): Lwt<void> {
    return this.write(text);
  }

  /**
   * Writes text and a newline.
   *
   * @param text The text, or bytes.
   * @returns A promise that rejects with the error of the device.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.fprintl("hello");
   * ```
   */
  fprintl(text: string | Uint8Array): Lwt<void> {
    return this.writeLine(text);
  }

  /**
   * Writes arguments as a format says; see {@linkcode printf}.
   *
   * @param format The format.
   * @param args The arguments.
   * @returns A promise that rejects with the error of the device.
   * @throws {InvalidArgument} If format and arguments do not go together.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const bytes = new Uint8Array(5);
   * await Io.ofBytes(Io.output, bytes).fprintf("%05d", 42);
   * assertEquals(new TextDecoder().decode(bytes), "00042");
   * ```
   */
  fprintf(format: string, ...args: unknown[]): Lwt<void> {
    return this.write(formatted(format, args));
  }

  /**
   * Writes arguments as a format says, and a newline; see {@linkcode printf}.
   *
   * @param format The format.
   * @param args The arguments.
   * @returns A promise that rejects with the error of the device.
   * @throws {InvalidArgument} If format and arguments do not go together.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.fprintlf("%s: %.2f", "pi", Math.PI);
   * ```
   */
  fprintlf(format: string, ...args: unknown[]): Lwt<void> {
    return this.writeLine(formatted(format, args));
  }

  /**
   * Writes a listing of a stream of bytes, in hexadecimal and as ASCII, sixteen to the line.
   *
   * @param bytes The bytes, as characters of code 0 to 255.
   * @returns A promise for when the stream has ended. It rejects as the stream or a write does.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.hexdumpStream(Io.ofBytes(Io.input, new Uint8Array(20)).readChars());
   * ```
   */
  hexdumpStream(bytes: Stream<string>): Lwt<void> {
    return this.writeLines(bytes.hexdump());
  }

  /**
   * Writes a listing of data, in hexadecimal and as ASCII, sixteen bytes to the line. Of nothing, it
   * writes nothing.
   *
   * @param data Text, of which the UTF-8 form is listed, or bytes.
   * @returns A promise that rejects with the error of the device.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const [ic, oc] = Io.pipe();
   * await oc.hexdump("hello, world");
   * await oc.close();
   * const line = await ic.readLine();
   * assertEquals(line.slice(0, 43), "00000000|  68 65 6c 6c 6f 2c 20 77  6f 72 6");
   * await ic.close();
   * ```
   */
  hexdump(data: string | Uint8Array): Lwt<void> {
    const bytes = typeof data === "string" ? encode(data) : data;
    return this.hexdumpStream(Stream.ofSeq(charsOf(bytes)));
  }

  /**
   * Writes a signed 32-bit integer in the byte order of the machine.
   *
   * @param v The number, of which the low 32 bits are kept.
   * @returns A promise that rejects with the error of the device.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.writeInt(-1);
   * ```
   */
  writeInt(v: number): Lwt<void> {
    return this.writeNumber(codecs.int32, v, NATIVE);
  }

  /**
   * Writes a signed 16-bit integer in the byte order of the machine.
   *
   * @param v The number, of which the low 16 bits are kept.
   * @returns A promise that rejects with the error of the device.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.writeInt16(-1);
   * ```
   */
  writeInt16(v: number): Lwt<void> {
    return this.writeNumber(codecs.int16, v, NATIVE);
  }

  /**
   * Writes a signed 32-bit integer in the byte order of the machine.
   *
   * @param v The number, of which the low 32 bits are kept.
   * @returns A promise that rejects with the error of the device.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.writeInt32(-1);
   * ```
   */
  writeInt32(v: number): Lwt<void> {
    return this.writeNumber(codecs.int32, v, NATIVE);
  }

  /**
   * Writes a signed 64-bit integer in the byte order of the machine.
   *
   * @param v The number, of which the low 64 bits are kept.
   * @returns A promise that rejects with the error of the device.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.writeInt64(-1n);
   * ```
   */
  writeInt64(v: bigint): Lwt<void> {
    return this.writeNumber(codecs.int64, v, NATIVE);
  }

  /**
   * Writes a single-precision float in the byte order of the machine.
   *
   * @param v The number, which is rounded.
   * @returns A promise that rejects with the error of the device.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.writeFloat32(0.5);
   * ```
   */
  writeFloat32(v: number): Lwt<void> {
    return this.writeNumber(codecs.float32, v, NATIVE);
  }

  /**
   * Writes a double-precision float in the byte order of the machine.
   *
   * @param v The number.
   * @returns A promise that rejects with the error of the device.
   *
   * @example Usage
   * ```ts
   * import { Io } from "@lwt/lwt";
   *
   * await Io.null.writeFloat64(0.1);
   * ```
   */
  writeFloat64(v: number): Lwt<void> {
    return this.writeNumber(codecs.float64, v, NATIVE);
  }

  /** @ignore Writes a number in a given byte order; never in two pieces. */
  writeNumber<T>(codec: Codec<T>, value: T, littleEndian: boolean): Lwt<void> {
    const { buffer } = this;
    if (this.state === IDLE && codec.size <= buffer.room()) {
      putNumber(buffer, codec, value, littleEndian);
      return this.#written();
    }
    return this.hold(putWhole(buffer, codec, value, littleEndian));
  }

  /** @ignore */
  override finish(): Lwt<void> {
    return this.state === CLOSED ? this.abort() : Lwt.spawn(this.#flushAndAbort());
  }

  /** @ignore */
  override abort(): Lwt<void> {
    forget(this.main());
    return super.abort();
  }

  /** @ignore */
  override lend(): this {
    return new OutputChannel(this.buffer, this) as this;
  }

  /** @ignore */
  override resize(size: number): Lwt.Task<void> {
    return this.buffer.resize(size);
  }

  /** @ignore */
  override *moveTo(pos: number): Lwt.Task<void> {
    yield* this.buffer.flush();
    yield* this.seekTo(pos);
  }

  /** @ignore */
  override reserve(size: number): Lwt.Task<void> {
    return this.buffer.reserve(size);
  }

  /** @ignore */
  override limit(): number {
    return this.buffer.bytes.length;
  }

  /** @ignore */
  override transfer(): Lwt<number> {
    return this.buffer.drain();
  }

  /** @ignore */
  override hold<T>(operation: Lwt.Task<T>): Lwt<T> {
    if (this.state < CLOSED) begin(this);
    return super.hold(operation);
  }

  /** @ignore */
  override release(): void {
    this.pass();
    if (this.state === IDLE) rest(this);
  }

  /** What a write returns that is done at once. */
  #written(): Lwt<void> {
    if (!this.buffer.due) flushLater(this);
    return Lwt.returnUnit;
  }

  // Most of the time the device takes everything at once: then it needs no task.
  #flushNow(): Lwt<void> {
    this.state = BUSY;
    const drained = this.buffer.drain();
    if (this.buffer.ptr > 0) return Lwt.spawn(this.finishing(this.#flushAfter(drained)));
    this.release();
    return Lwt.returnUnit;
  }

  *#flushAfter(drained: Lwt<number>): Lwt.Task<void> {
    yield* drained;
    yield* this.buffer.flush();
  }

  *#flushAndAbort(): Lwt.Task<void> {
    try {
      yield* this.during(this.#last());
    } catch {
      // Whoever wants to know of errors flushes first.
    }
    yield* this.abort();
  }

  // It aborts before it ends: nobody who waits behind it must get a turn.
  *#last(): Lwt.Task<void> {
    try {
      yield* this.buffer.flush();
    } finally {
      this.abort();
    }
  }
}

function* put(output: OutputBuffer, data: string | Uint8Array): Lwt.Task<void> {
  output.acquire();
  if (typeof data === "string") {
    if (output.putText(data)) return;
    data = encode(data);
  }
  yield* output.writeAll(data, 0, data.length);
}

function* putLine(output: OutputBuffer, line: string | Uint8Array): Lwt.Task<void> {
  output.acquire();
  if (typeof line === "string") {
    if (!output.putLine(line)) yield* put(output, line + "\n");
    return;
  }
  yield* put(output, line);
  yield* putByte(output, 10);
}

function* putByte(output: OutputBuffer, byte: number): Lwt.Task<void> {
  yield* output.reserve(1);
  output.bytes[output.ptr++] = byte;
}

function* putSome(
  output: OutputBuffer,
  source: Uint8Array,
  ofs: number,
  len: number,
): Lwt.Task<number> {
  return len - (yield* output.write(source, ofs, len));
}

function putNumber<T>(output: OutputBuffer, codec: Codec<T>, value: T, littleEndian: boolean) {
  codec.set(output.view(), output.ptr, value, littleEndian);
  output.ptr += codec.size;
}

function* putWhole<T>(
  output: OutputBuffer,
  codec: Codec<T>,
  value: T,
  littleEndian: boolean,
): Lwt.Task<void> {
  yield* output.reserve(codec.size);
  putNumber(output, codec, value, littleEndian);
}

function notByte(ch: string): InvalidArgument {
  return new InvalidArgument(
    `OutputChannel.writeChar: one character of code 0 to 255 is needed, received ${
      JSON.stringify(ch)
    }`,
  );
}

function* charsOf(bytes: Uint8Array): Generator<string> {
  for (const byte of bytes) yield String.fromCharCode(byte);
}

/**
 * Binary numbers in a chosen byte order.
 *
 * @module
 */
import type { Lwt } from "../core/lwt.ts";
import { codecs, NATIVE } from "./_number.ts";
import type { InputChannel } from "./input.ts";
import type { OutputChannel } from "./output.ts";

/**
 * Six readers and six writers of binary numbers.
 *
 * A number is read as a whole or not at all: at the end of the input the reader rejects with
 * `EndOfFile`, and the bytes there were can still be read. Integers are signed, and written with
 * their low bits; floats are rounded. A number is never parted over two writes of the device.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new Uint8Array(6);
 * const oc = Io.ofBytes(Io.output, bytes);
 * await Io.BE.writeInt(oc, -2);
 * await Io.LE.writeInt16(oc, 1);
 * assertEquals(bytes, new Uint8Array([0xff, 0xff, 0xff, 0xfe, 1, 0]));
 * ```
 */
export interface NumberIO {
  /**
   * Reads a signed 32-bit integer.
   *
   * @param ic The channel.
   * @returns A promise of the number.
   */
  readInt(ic: InputChannel): Lwt<number>;

  /**
   * Reads a signed 16-bit integer.
   *
   * @param ic The channel.
   * @returns A promise of the number.
   */
  readInt16(ic: InputChannel): Lwt<number>;

  /**
   * Reads a signed 32-bit integer.
   *
   * @param ic The channel.
   * @returns A promise of the number.
   */
  readInt32(ic: InputChannel): Lwt<number>;

  /**
   * Reads a signed 64-bit integer.
   *
   * @param ic The channel.
   * @returns A promise of the number.
   */
  readInt64(ic: InputChannel): Lwt<bigint>;

  /**
   * Reads a single-precision float.
   *
   * @param ic The channel.
   * @returns A promise of the number.
   */
  readFloat32(ic: InputChannel): Lwt<number>;

  /**
   * Reads a double-precision float.
   *
   * @param ic The channel.
   * @returns A promise of the number.
   */
  readFloat64(ic: InputChannel): Lwt<number>;

  /**
   * Writes a signed 32-bit integer.
   *
   * @param oc The channel.
   * @param v The number.
   * @returns A promise that rejects with the error of the device.
   */
  writeInt(oc: OutputChannel, v: number): Lwt<void>;

  /**
   * Writes a signed 16-bit integer.
   *
   * @param oc The channel.
   * @param v The number.
   * @returns A promise that rejects with the error of the device.
   */
  writeInt16(oc: OutputChannel, v: number): Lwt<void>;

  /**
   * Writes a signed 32-bit integer.
   *
   * @param oc The channel.
   * @param v The number.
   * @returns A promise that rejects with the error of the device.
   */
  writeInt32(oc: OutputChannel, v: number): Lwt<void>;

  /**
   * Writes a signed 64-bit integer.
   *
   * @param oc The channel.
   * @param v The number.
   * @returns A promise that rejects with the error of the device.
   */
  writeInt64(oc: OutputChannel, v: bigint): Lwt<void>;

  /**
   * Writes a single-precision float.
   *
   * @param oc The channel.
   * @param v The number.
   * @returns A promise that rejects with the error of the device.
   */
  writeFloat32(oc: OutputChannel, v: number): Lwt<void>;

  /**
   * Writes a double-precision float.
   *
   * @param oc The channel.
   * @param v The number.
   * @returns A promise that rejects with the error of the device.
   */
  writeFloat64(oc: OutputChannel, v: number): Lwt<void>;
}

/** The two byte orders. */
export type ByteOrder = "Little_endian" | "Big_endian";

/** Byte order of this machine. */
export const systemByteOrder: ByteOrder = NATIVE ? "Little_endian" : "Big_endian";

/** The number functions in little-endian order: the low byte comes first. */
export const LE: NumberIO = numbers(true);

/** The number functions in big-endian order: the high byte comes first. */
export const BE: NumberIO = numbers(false);

function numbers(littleEndian: boolean): NumberIO {
  const { int16, int32, int64, float32, float64 } = codecs;
  return {
    readInt: (ic) => ic.readNumber(int32, littleEndian),
    readInt16: (ic) => ic.readNumber(int16, littleEndian),
    readInt32: (ic) => ic.readNumber(int32, littleEndian),
    readInt64: (ic) => ic.readNumber(int64, littleEndian),
    readFloat32: (ic) => ic.readNumber(float32, littleEndian),
    readFloat64: (ic) => ic.readNumber(float64, littleEndian),
    writeInt: (oc, v) => oc.writeNumber(int32, v, littleEndian),
    writeInt16: (oc, v) => oc.writeNumber(int16, v, littleEndian),
    writeInt32: (oc, v) => oc.writeNumber(int32, v, littleEndian),
    writeInt64: (oc, v) => oc.writeNumber(int64, v, littleEndian),
    writeFloat32: (oc, v) => oc.writeNumber(float32, v, littleEndian),
    writeFloat64: (oc, v) => oc.writeNumber(float64, v, littleEndian),
  };
}

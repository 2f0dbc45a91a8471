/*
 * Binary numbers.
 */

/** How a kind of number is kept in memory. */
export interface Codec<T> {
  /** How many bytes it takes. */
  readonly size: number;
  readonly get: (view: DataView, at: number, littleEndian: boolean) => T;
  readonly set: (view: DataView, at: number, value: T, littleEndian: boolean) => void;
}

/** Whether this machine puts the low byte first. */
export const NATIVE: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Integers keep their low bits, floats are rounded. */
export const codecs = {
  int16: codec<number>(
    2,
    (v, at, le) => v.getInt16(at, le),
    (v, at, x, le) => v.setInt16(at, x, le),
  ),
  int32: codec<number>(
    4,
    (v, at, le) => v.getInt32(at, le),
    (v, at, x, le) => v.setInt32(at, x, le),
  ),
  int64: codec<bigint>(
    8,
    (v, at, le) => v.getBigInt64(at, le),
    (v, at, x, le) => v.setBigInt64(at, x, le),
  ),
  float32: codec<number>(
    4,
    (v, at, le) => v.getFloat32(at, le),
    (v, at, x, le) => v.setFloat32(at, x, le),
  ),
  float64: codec<number>(
    8,
    (v, at, le) => v.getFloat64(at, le),
    (v, at, x, le) => v.setFloat64(at, x, le),
  ),
} as const;

function codec<T>(size: number, get: Codec<T>["get"], set: Codec<T>["set"]): Codec<T> {
  return { size, get, set };
}

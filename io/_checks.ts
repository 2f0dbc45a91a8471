/*
 * Checks of arguments.
 */
import { InvalidArgument } from "../core/errors.ts";

/** Least capacity of a buffer, in bytes. */
export const LEAST = 16;

/** Checks the capacity of a buffer. */
export function checkSize(action: string, size: number): void {
  if (Number.isInteger(size) && size >= LEAST) return;
  throw new InvalidArgument(
    `Cannot ${action}: a buffer must hold at least ${LEAST} bytes, received ${size}`,
  );
}

/** An error for a range that does not lie inside an array, or undefined. */
export function outOfBounds(
  name: string,
  { length }: Uint8Array,
  ofs: number,
  len: number,
): InvalidArgument | undefined {
  if (ofs >= 0 && len >= 0 && ofs <= length - len && Number.isInteger(ofs + len)) return undefined;
  return new InvalidArgument(
    `${name}: offset ${ofs} and length ${len} do not lie inside an array of ${length} bytes`,
  );
}

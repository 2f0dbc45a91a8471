/*
 * Buffers that no channel uses at present. Making one costs a thousand times what taking one from
 * here does.
 *
 * What comes out of here still holds the bytes of its last use: it is only for channels that show
 * their buffer to nobody but the system.
 */

const SIZES = [4096, 16384, 65536] as const;

/** How many buffers of a size are kept. */
const KEPT = 64;

const free: readonly Uint8Array[][] = SIZES.map(() => []);

/** A buffer of a given size, with whatever it holds. */
export function takeBuffer(size: number): Uint8Array {
  return listOf(size)?.pop() ?? new Uint8Array(size);
}

/** Keeps a buffer that came from here, and that nothing refers to any more. */
export function giveBuffer(buffer: Uint8Array): void {
  const list = listOf(buffer.length);
  if (list !== undefined && list.length < KEPT) list.push(buffer);
}

function listOf(size: number): Uint8Array[] | undefined {
  return free[SIZES.indexOf(size as typeof SIZES[number])];
}

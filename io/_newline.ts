/*
 * Where the next line ends.
 */

/**
 * The index of the first newline from `p` on and before `end`, or -1.
 *
 * Four bytes are looked at at once where `words` shows the same memory as `bytes`: `indexOf` of the
 * platform takes three times as long on lines of text, and does not know where valid bytes end.
 */
export function newline(
  bytes: Uint8Array,
  words: Uint32Array | undefined,
  p: number,
  end: number,
): number {
  if (words !== undefined) {
    for (; (p & 3) !== 0 && p < end; p++) if (bytes[p] === 10) return p;
    if (p >= end) return -1;
    p = wordWithNewline(words, p >> 2, end >> 2) << 2;
  }
  for (; p < end; p++) if (bytes[p] === 10) return p;
  return -1;
}

/** The first word that may hold a newline: a byte is zero where subtracting one borrows. */
function wordWithNewline(words: Uint32Array, w: number, end: number): number {
  for (; w < end; w++) {
    const x = words[w]! ^ 0x0a0a0a0a;
    if (((x - 0x01010101) & ~x & 0x80808080) !== 0) break;
  }
  return w;
}

/** The memory of some bytes as words, if they are aligned. */
export function wordsOf(bytes: Uint8Array): Uint32Array | undefined {
  return bytes.byteOffset % 4 === 0
    ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
    : undefined;
}

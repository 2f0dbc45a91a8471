/*
 * The implicit map that callbacks inherit from where they were attached: a persistent list of
 * frames. Few keys are ever in force at once, so that a linear search beats a copied `Map`.
 */

/** One binding of a key, on top of those that were in force before it. */
export interface Frame {
  readonly key: object;
  readonly value: unknown;
  readonly up: Storage;
}

/** The bindings in force at some moment. */
export type Storage = Frame | undefined;

/** The value of a key, or `undefined`. */
export function lookup(storage: Storage, key: object): unknown {
  for (let frame = storage; frame !== undefined; frame = frame.up) {
    if (frame.key === key) return frame.value;
  }
  return undefined;
}

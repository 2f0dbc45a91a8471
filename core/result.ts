/**
 * Values that are either right or wrong, for errors that are data rather than rejections.
 *
 * @module
 */

/** An ok value or an error value. */
export type Result<A, E> =
  | { readonly ok: true; readonly value: A }
  | { readonly ok: false; readonly error: E };

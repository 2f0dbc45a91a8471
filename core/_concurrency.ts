/*
 * The option of `iterN`, which streams and sequences share.
 */
import { InvalidArgument } from "./errors.ts";

/** Settings of `iterN`. */
export interface IterNOptions {
  /**
   * The most calls that may be unfinished.
   *
   * @default {1}
   */
  maxConcurrency?: number;
}

/** The limit that the options set. */
export function concurrencyOf({ maxConcurrency = 1 }: IterNOptions): number {
  if (maxConcurrency >= 1) return maxConcurrency;
  throw new InvalidArgument(
    `Cannot iterate: maxConcurrency must be at least 1, received ${maxConcurrency}`,
  );
}

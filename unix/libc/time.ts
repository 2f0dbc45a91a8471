/* Spans of time as C wants them. */
import { Timespec } from "./structs.ts";

/**
 * Writes a number of seconds as a `struct timespec`, rounded up, so that no wait ends early. What
 * no clock will see the end of is cut.
 */
export function setTimespec(timespec: Int32Array, seconds: number): Int32Array {
  const span = Math.min(Math.max(seconds, 0), LONGEST);
  const whole = Math.floor(span);
  const rest = Math.ceil((span - whole) * 1e9);
  timespec[Timespec.seconds] = rest === 1e9 ? whole + 1 : whole;
  timespec[Timespec.nanoseconds] = rest === 1e9 ? 0 : rest;
  return timespec;
}

/** The same in the whole milliseconds of the older calls, where -1 means for ever. */
export function toMilliseconds(seconds: number): number {
  return seconds === Infinity ? -1 : Math.ceil(Math.min(Math.max(seconds, 0), LONGEST) * 1e3);
}

/** Longest wait in seconds, some 24 days: its milliseconds still fit 32 bits. */
const LONGEST = 2_000_000;

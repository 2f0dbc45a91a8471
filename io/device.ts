/**
 * What a channel asks of the device behind it.
 *
 * @module
 */
import type { Lwt } from "../core/lwt.ts";
import type { SeekCommand } from "../unix/file.ts";

/** Fills a range of a buffer from the device, or drains it there, and promises how many bytes. */
export type PerformIo = (buffer: Uint8Array, ofs: number, len: number) => Lwt<number>;

/** Moves the place of the next byte, and promises where that is then. */
export type Seek = (pos: number, whence: SeekCommand) => Lwt<number>;

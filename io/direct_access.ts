/**
 * Working in the buffer of a channel.
 *
 * @module
 */
import type { Lwt } from "../core/lwt.ts";

/** View of the buffer of a channel, lent by `directAccess`. */
export interface DirectAccess {
  /** The buffer. */
  readonly daBuffer: Uint8Array;
  /** Start of the bytes to read, or of the room to fill: to be moved over what was used. */
  daPtr: number;
  /** End of the bytes to read, or of the room to fill. */
  daMax: number;
  /**
   * Takes `daPtr` over, lets the device fill or drain the buffer, and updates `daPtr` and `daMax`.
   *
   * @returns A promise of how many bytes came or went, 0 at the end of an input. It rejects with
   * `InvalidArgument` if the two were changed in a way that makes no sense, and with `Failure` once
   * the function has ended.
   */
  readonly daPerform: () => Lwt<number>;
}

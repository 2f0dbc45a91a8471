/**
 * The errors of channels.
 *
 * @module
 */

/**
 * Says that a channel was used, or waited its turn to be used, when it had been closed.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new Io.ChannelClosed("input");
 * assertEquals(error.channel, "input");
 * assertEquals(error.message, "Cannot use input channel: it is closed");
 * ```
 */
export class ChannelClosed extends Error {
  /** `"ChannelClosed"`. */
  override readonly name: string = "ChannelClosed";

  /** Which side it was: `"input"` or `"output"`. */
  readonly channel: string;

  /**
   * Makes the error.
   *
   * @param channel Which side it was.
   */
  constructor(channel: string) {
    super(`Cannot use ${channel} channel: it is closed`);
    this.channel = channel;
  }
}

/**
 * Says that the input ended before there was what was asked for.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertRejects } from "@std/assert";
 *
 * const empty = Io.ofBytes(Io.input, new Uint8Array(0));
 * await assertRejects(() => empty.readLine().toPromise(), Io.EndOfFile);
 * ```
 */
export class EndOfFile extends Error {
  /** `"EndOfFile"`. */
  override readonly name: string = "EndOfFile";

  /**
   * Makes the error.
   *
   * @param message What to say.
   */
  constructor(message: string = "Cannot read: the input has ended") {
    super(message);
  }
}

/*
 * Lending a whole buffer to a function of the user's.
 */
import { Failure, InvalidArgument } from "../core/errors.ts";
import { Lwt } from "../core/lwt.ts";
import type { Channel } from "./channel.ts";
import type { DirectAccess } from "./direct_access.ts";

/** Lends the buffer of a channel; what the function has used is used once it has succeeded. */
export function* lendBuffer<T>(
  ch: Channel,
  f: (da: DirectAccess) => Lwt<T>,
): Lwt.Task<T> {
  ch.buffer.expose();
  const loan = new Loan(ch);
  try {
    const value = yield* f(loan);
    if (!loan.isInside()) {
      throw new Failure(
        `Cannot use buffer directly: invalid result of [f], daPtr is ${loan.daPtr}`,
      );
    }
    ch.buffer.ptr = loan.daPtr;
    return value;
  } finally {
    loan.over = true;
  }
}

class Loan implements DirectAccess {
  readonly daBuffer: Uint8Array;
  daPtr: number;
  daMax: number;
  over: boolean = false;
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.daBuffer = channel.buffer.bytes;
    this.daPtr = channel.buffer.ptr;
    this.daMax = channel.limit();
  }

  readonly daPerform = (): Lwt<number> => {
    if (this.over) return Lwt.failWith("Cannot use buffer directly: the function has ended");
    if (!this.isInside()) return Lwt.fail(this.#refusal());
    return Lwt.spawn(this.#perform());
  };

  /** Whether the place makes sense. */
  isInside(): boolean {
    const { buffer } = this.#channel;
    return this.daMax === this.#channel.limit() && this.daPtr >= buffer.ptr &&
      this.daPtr <= this.daMax && Number.isInteger(this.daPtr);
  }

  *#perform(): Lwt.Task<number> {
    const ch = this.#channel;
    ch.buffer.ptr = this.daPtr;
    const n = yield* ch.transfer();
    this.daPtr = ch.buffer.ptr;
    this.daMax = ch.limit();
    return n;
  }

  #refusal(): InvalidArgument {
    const { daPtr, daMax } = this;
    return new InvalidArgument(
      `DirectAccess.daPerform: daPtr ${daPtr} and daMax ${daMax} are not where they may be`,
    );
  }
}

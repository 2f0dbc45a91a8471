/* poll(2) on one descriptor, and on two from another thread. */
import { Poll } from "./constants.ts";
import { failed, faults, group, lastError, threaded } from "./open.ts";
import { PollFd, Timespec } from "./structs.ts";
import { setTimespec } from "./time.ts";

const calls = group({ poll: { parameters: ["buffer", "i32", "i32"], result: "i32" } });

/** What is ready of `events`, and any error, at most some milliseconds from now; 0 for nothing. */
export function poll(fd: number, events: number, milliseconds: number): number {
  if (faults !== undefined) {
    const fault = failed("poll", fd, events, milliseconds);
    if (fault < 0) return fault;
  }
  pollfd[PollFd.fd] = fd;
  pollfdHalves[PollFd.events] = events;
  pollfdHalves[PollFd.revents] = 0;
  if (calls().poll(pollfd, 1, milliseconds) < 0) return lastError();
  return pollfdHalves[PollFd.revents]!;
}

/**
 * Waits on another thread until one of two descriptors can be read, or some seconds have passed,
 * which may be infinite. It may also end early, and does not say why it ends.
 */
export class ReadablePoll {
  readonly #fds = new Int32Array(2 * PollFd.words);
  readonly #span = new Int32Array(Timespec.words);

  /** Starts to wait. To be called again only after the promise has come true. */
  start(a: number, b: number, seconds: number): Promise<unknown> {
    this.#fds.set([a, UNDER_WAY, b, UNDER_WAY]);
    const span = seconds === Infinity ? null : setTimespec(this.#span, seconds);
    ppoll ??= threaded("ppoll", PPOLL);
    return ppoll.call(this.#fds, 2n, span, null);
  }

  /** Whether the wait is over, which shows some moments before the promise comes true. */
  get over(): boolean {
    return Atomics.load(this.#fds, 1) !== UNDER_WAY;
  }
}

/** Asks for reads. The upper half is what the system finds: whatever that is, it replaces this. */
const UNDER_WAY = 0x7fff0000 | Poll.IN;

const pollfd = new Int32Array(PollFd.words);
const pollfdHalves = new Uint16Array(pollfd.buffer);

const PPOLL = {
  parameters: ["buffer", "usize", "buffer", "buffer"],
  result: "i32",
  nonblocking: true,
} as const;
let ppoll: Deno.UnsafeFnPointer<typeof PPOLL> | undefined;

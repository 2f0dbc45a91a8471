/*
 * How the main thread wakes the thread that sleeps in its place.
 *
 * The sleeper waits for an epoll descriptor and for an event descriptor beside it. The second is
 * not in the epoll set: collecting events never sees it, and a blocking wait of the main thread
 * cannot take the signal away from the sleeper.
 */
import { closed, opened } from "../_ledger.ts";
import { close } from "../libc/close.ts";
import { eventfd, eventfdQuiet, eventfdRing } from "../libc/eventfd.ts";
import { ReadablePoll } from "../libc/poll.ts";

/** A sleeper and the bell beside its bed. */
export class Doorbell {
  #bell = -1;
  readonly #bed = new ReadablePoll();
  #sleeping = false;
  #rung = false;
  #leaving: number[] = [];

  /** Makes the bell, at first. Answers whether there is one. */
  open(): boolean {
    if (this.#bell >= 0) return true;
    const bell = eventfd();
    if (bell < 0) return false;
    this.#bell = opened(bell, "engine");
    return true;
  }

  /** Sleeps until a descriptor can be read, the bell rings, or some seconds have passed. */
  async wait(fd: number, seconds: number): Promise<void> {
    this.#sleeping = true;
    await this.#bed.start(fd, this.#bell, seconds);
    this.#sleeping = false;
    if (this.#rung) eventfdQuiet(this.#bell);
    this.#rung = false;
    for (const fd of this.#leaving.splice(0)) release(fd);
  }

  /** Ends the sleep, if there is one. */
  ring(): void {
    if (!this.#sleeping || this.#rung) return;
    this.#rung = true;
    eventfdRing(this.#bell);
  }

  /**
   * Ends the sleep, and stops this thread until the sleeper is up. The event loop then learns of it
   * at once: a test that ends here leaves no operation behind.
   */
  rouse(): void {
    this.ring();
    for (let i = 0; i < PATIENCE && this.#sleeping && !this.#bed.over; i++) pause();
    pause();
  }

  /** Closes a descriptor, once nobody sleeps on it: its number could else come back as another. */
  release(fd: number): void {
    if (!this.#sleeping) return release(fd);
    this.#leaving.push(fd);
    this.ring();
  }

  /** Closes the bell. */
  close(): void {
    if (this.#bell >= 0) this.release(this.#bell);
  }
}

/** How often to look whether the sleeper is up, because Deno's pool may be too busy to let it sleep. */
const PATIENCE = 4000;

/** Stops this thread for a twentieth of a millisecond, which is what the other one needs. */
function pause(): void {
  Atomics.wait(NOBODY, 0, 0, 0.05);
}
const NOBODY = new Int32Array(new SharedArrayBuffer(4));

function release(fd: number): void {
  closed(fd);
  close(fd);
}

/** Times round trips inside the client's process. */

const WARM_UP = 2000;
const TRIPS = 5000;

/** How many round trips a client makes. */
export const ROUND_TRIPS: number = WARM_UP + TRIPS;

/** The time of every round trip of one client. */
export class Trips {
  readonly #milliseconds = new Float64Array(ROUND_TRIPS);
  #count = 0;
  #start = 0;

  /** A message leaves. */
  leave(): void {
    this.#start = performance.now();
  }

  /** It is back. */
  arrive(): void {
    this.#milliseconds[this.#count++] = performance.now() - this.#start;
  }

  /** Prints the median and the 99th percentile, in microseconds. */
  print(): void {
    const sorted = this.#milliseconds.subarray(WARM_UP).sort();
    const at = (share: number): number => sorted[Math.floor(share * (TRIPS - 1))]! * 1e3;
    console.log(JSON.stringify({ "p50 us": at(0.5), "p99 us": at(0.99) }));
  }
}

/*
 * Timers in the order in which they expire: a binary heap in which each timer knows its place, so
 * that stopping one costs as little as adding one and leaves nothing behind.
 */

/** A timer. Times and delays are in seconds on some clock. */
export class Timer {
  expiry: number;
  order: number = 0;
  place: number = NOWHERE;
  readonly delay: number;
  readonly repeat: boolean;
  readonly action: () => void;

  constructor(expiry: number, delay: number, repeat: boolean, action: () => void) {
    this.expiry = expiry;
    this.delay = delay;
    this.repeat = repeat;
    this.action = action;
  }
}

/** A set of timers. Those that expire at the same time run in the order in which they were set. */
export class Timers {
  readonly #heap: Timer[] = [];
  #orders = 0;

  /** How many there are. */
  get size(): number {
    return this.#heap.length;
  }

  /** When the first expires, `Infinity` if there is none. */
  get expiry(): number {
    return this.#heap.length === 0 ? Infinity : this.#heap[0]!.expiry;
  }

  /** Adds a timer that is not in the set. */
  add(timer: Timer): void {
    timer.order = this.#orders++;
    this.#heap.push(timer);
    this.#rise(timer, this.#heap.length - 1);
  }

  /** Removes a timer; harmless when repeated. */
  remove(timer: Timer): void {
    const place = timer.place;
    if (place === NOWHERE) return;
    timer.place = NOWHERE;
    const last = this.#heap.pop()!;
    if (last === timer) return;
    this.#rise(last, place);
    this.#sink(last, last.place);
  }

  /**
   * Runs what has expired, except timers set meanwhile. Repeating ones start again from now, before
   * they run.
   */
  run(now: number): void {
    const limit = this.#orders;
    while (this.#heap.length > 0) {
      const timer = this.#heap[0]!;
      if (timer.expiry > now || timer.order >= limit) return;
      this.remove(timer);
      if (timer.repeat) {
        timer.expiry = now + timer.delay;
        this.add(timer);
      }
      timer.action();
    }
  }

  /** Moves a timer up from a free place to where it belongs. */
  #rise(timer: Timer, place: number): void {
    while (place > 0) {
      const up = (place - 1) >> 1;
      const parent = this.#heap[up]!;
      if (!precedes(timer, parent)) break;
      this.#put(parent, place);
      place = up;
    }
    this.#put(timer, place);
  }

  /** Moves a timer down from its place to where it belongs. */
  #sink(timer: Timer, place: number): void {
    for (;;) {
      const child = this.#leastChild(place);
      if (child === undefined || !precedes(child, timer)) break;
      const below = child.place;
      this.#put(child, place);
      place = below;
    }
    this.#put(timer, place);
  }

  #leastChild(place: number): Timer | undefined {
    const left = this.#heap[2 * place + 1];
    const right = this.#heap[2 * place + 2];
    return right !== undefined && precedes(right, left!) ? right : left;
  }

  #put(timer: Timer, place: number): void {
    this.#heap[place] = timer;
    timer.place = place;
  }
}

const NOWHERE = -1;

function precedes(a: Timer, b: Timer): boolean {
  return a.expiry < b.expiry || (a.expiry === b.expiry && a.order < b.order);
}

import fc from "npm:fast-check@4";
import { assertEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";

/** How many random cases each property is tried on: `LWT_PROPERTY_RUNS`. */
export const RUNS = Number(Deno.env.get("LWT_PROPERTY_RUNS") ?? 1000);

/** Tries a property. A failure prints its seed; `LWT_PROPERTY_SEED` repeats it. */
export function holds<T>(cases: fc.Arbitrary<T>, property: (value: T) => void): void {
  const seed = Deno.env.get("LWT_PROPERTY_SEED");
  fc.assert(fc.property(cases, property), {
    numRuns: RUNS,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  });
}

/** Operations done one after another: at top level, or inside a callback. */
export interface Group<Op> {
  nested: boolean;
  ops: Op[];
}

/** Random groups of operations. */
export function groups<Op>(op: fc.Arbitrary<Op>): fc.Arbitrary<Group<Op>[]> {
  const group = fc.record({
    nested: fc.boolean(),
    ops: fc.array(op, { minLength: 1, maxLength: 6 }),
  });
  return fc.array(group, { maxLength: 20 });
}

/**
 * What happened, and what a model expects: each promise has one callback, which writes to a log.
 *
 * A promise settled with `wakeupLater` tells of it at once at top level, and at the end of the group
 * inside a callback; one that was settled before it was looked at, or canceled, always at once.
 */
export class Story {
  readonly #told: string[] = [];
  readonly #expected: string[] = [];
  readonly #waiting: string[] = [];
  readonly #promises: Map<number, Lwt<unknown>> = new Map();
  #nested = false;
  #count = 0;

  /** A number for the next operation. */
  next(): number {
    return ++this.#count;
  }

  /** Watches the promise of an operation. */
  watch(id: number, p: Lwt<unknown>): void {
    this.#promises.set(id, p);
    p.onAny(
      (value) => this.tell(`${id} has ${value}`),
      (error) => this.tell(`${id} ${failure(error)}`),
    );
  }

  /** Notes that something happened. */
  tell(what: string): void {
    this.#told.push(what);
  }

  /** Cancels an operation. */
  cancel(id: number): void {
    this.#promises.get(id)?.cancel();
  }

  /** Expects something to happen now. */
  now(what: string): void {
    this.#expected.push(what);
  }

  /** Expects something to happen now, or after the callback that is running. */
  later(what: string): void {
    (this.#nested ? this.#waiting : this.#expected).push(what);
  }

  /** Does the operations of a group, and compares what happened with what was expected. */
  run<Op>(group: Group<Op>, step: (op: Op) => void): void {
    this.#nested = group.nested;
    if (group.nested) inCallback(() => group.ops.forEach(step));
    else group.ops.forEach(step);
    this.#expected.push(...this.#waiting.splice(0));
    this.#nested = false;
    assertEquals(this.#told, this.#expected);
  }

  /** Says whether the operations with these numbers, and no others, are pending. */
  checkPending(ids: readonly number[]): void {
    const pending = [...this.#promises].filter(([, p]) => p.isSleeping()).map(([id]) => id);
    assertEquals(pending, ids.toSorted((a, b) => a - b));
  }
}

/** Calls a function inside the callback of a promise; what it throws comes out. */
export function inCallback(f: () => void): void {
  const [p, resolver] = Lwt.wait<void>();
  let failed = false, error: unknown;
  p.onSuccess(() => {
    try {
      f();
    } catch (thrown) {
      failed = true;
      error = thrown;
    }
  });
  resolver.wakeup();
  if (failed) throw error;
}

/** Takes the element that a random number stands for out of an array. */
export function takeAny<T>(array: T[], at: number): T | undefined {
  return array.length === 0 ? undefined : array.splice(at % array.length, 1)[0];
}

function failure(error: unknown): string {
  if (error instanceof Lwt.Canceled) return "is canceled";
  return `fails: ${error instanceof Error ? error.name : error}`;
}

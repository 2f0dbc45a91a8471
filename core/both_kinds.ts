/**
 * Waiting for several promises, of Lwt's kind and of the language's, mixed.
 *
 * Racing a native promise that lives long leaves a callback in it, each time, for as long as it is
 * pending: nothing can take it back. Here a native promise is given one callback, the first time,
 * and every race after that takes back what it left.
 *
 * @module
 */
import { attach, drop, rootOf } from "./_callbacks.ts";
import { type Callback, FULFILLED, Observer, ON_ANY, REJECTED } from "./_cell.ts";
import { isCanceled, run, settle } from "./_resolution.ts";
import { InvalidArgument } from "./errors.ts";
import { ofPromise } from "./interop.ts";
import { Lwt, Pending } from "./lwt.ts";

/**
 * What a promise of either kind is a promise of; anything else is taken as it is.
 *
 * @typeParam P The type of the promise.
 */
export type ValueOf<P> = P extends Lwt<infer T> ? T : Awaited<P>;

/**
 * What `allSettled` gathers: for each promise its outcome, in the form of `Promise.allSettled`.
 *
 * @typeParam P The types of the promises.
 */
export type Outcomes<P extends readonly unknown[]> = {
  -readonly [I in keyof P]: PromiseSettledResult<ValueOf<P[I]>>;
};

/**
 * The first of several promises to settle; `Lwt.race` is this function.
 *
 * @typeParam P The types of the promises.
 * @param promises The promises, of either kind; other values count as fulfilled.
 * @returns A promise with the outcome of the first in time, or of the leftmost that is settled
 * already. Canceling it cancels the Lwt promises.
 * @throws {InvalidArgument} If there are none: the result would be pending for ever.
 *
 * @example Usage
 * ```ts
 * import { Lwt } from "@lwt/lwt/core";
 * import { race } from "@lwt/lwt/core/both-kinds";
 * import { assertEquals } from "@std/assert";
 *
 * const [forever] = Lwt.wait<number>();
 * assertEquals(await race([forever, Promise.resolve("native")]), "native");
 * ```
 */
export function race<const P extends readonly unknown[]>(promises: P): Lwt<ValueOf<P[number]>> {
  const members = promises.map(asLwt) as Lwt<ValueOf<P[number]>>[];
  if (members.length === 0) throw pendingForever("race");
  return members.find(isSettled) ?? Lwt.choose(members);
}

/**
 * The first of several promises to be fulfilled; `Lwt.any` is this function.
 *
 * @typeParam P The types of the promises.
 * @param promises The promises, of either kind; other values count as fulfilled.
 * @returns A promise of the first value in time, or of the leftmost there is already; if all are
 * rejected, rejected with an `AggregateError` of their errors, in the order of the promises.
 * Canceling it cancels the Lwt promises; where the last hope is canceled, it is `Canceled` itself.
 *
 * @example Usage
 * ```ts
 * import { Lwt } from "@lwt/lwt/core";
 * import { any } from "@lwt/lwt/core/both-kinds";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await any([Lwt.fail("no"), Promise.resolve("yes")]), "yes");
 * ```
 */
export function any<const P extends readonly unknown[]>(promises: P): Lwt<ValueOf<P[number]>> {
  const members = promises.map(asLwt) as Lwt<ValueOf<P[number]>>[];
  const winner = members.find(isFulfilled);
  if (winner !== undefined) return winner;
  const pending = members.map(rootOf).filter((member) => member.status < 0);
  if (pending.length === 0) return Lwt.fail(allFailed(members));
  return new Search(members, pending).promise as Lwt<ValueOf<P[number]>>;
}

/**
 * The outcomes of several promises; `Lwt.allSettled` is this function.
 *
 * @typeParam P The types of the promises.
 * @param promises The promises, of either kind; other values count as fulfilled.
 * @returns A promise of the outcomes, in the order of the promises, once all are settled. It is not
 * rejected. Canceling it cancels the Lwt promises.
 *
 * @example Usage
 * ```ts
 * import { Lwt } from "@lwt/lwt/core";
 * import { allSettled } from "@lwt/lwt/core/both-kinds";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await allSettled([Lwt.fail("no"), Promise.resolve("yes")]), [
 *   { status: "rejected", reason: "no" },
 *   { status: "fulfilled", value: "yes" },
 * ]);
 * ```
 */
export function allSettled<const P extends readonly unknown[]>(promises: P): Lwt<Outcomes<P>> {
  const members = promises.map(asLwt);
  const outcomes = () => Lwt.return(members.map(outcomeOf) as Outcomes<P>);
  return Lwt.tryBind(() => Lwt.join(members), outcomes, outcomes);
}

/** The wait for the first value among pending promises. */
class Search {
  readonly promise: Lwt<unknown>;
  readonly #members: readonly Lwt<unknown>[];
  readonly #watched: readonly Lwt<unknown>[];
  readonly #callbacks: readonly Callback[];
  #left: number;

  constructor(members: readonly Lwt<unknown>[], pending: readonly Lwt<unknown>[]) {
    const handlers = { ok: this.#found.bind(this), ko: this.#missed.bind(this) };
    this.promise = new Pending(pending);
    this.#members = members;
    this.#watched = pending;
    this.#callbacks = pending.map(() => new Observer(ON_ANY, handlers, undefined));
    this.#left = pending.length;
    pending.forEach((member, i) => attach(member, this.#callbacks[i]!));
  }

  #found(value: unknown): void {
    if (this.#left === 0) return;
    this.#left = 0;
    this.#callbacks.forEach((callback, i) => {
      const member = rootOf(this.#watched[i]!);
      if (member.status < 0) drop(member, callback);
    });
    this.#end(FULFILLED, value);
  }

  #missed(error: unknown): void {
    if (this.#left === 0 || --this.#left > 0) return;
    this.#end(REJECTED, isCanceled(REJECTED, error) ? error : allFailed(this.#members));
  }

  #end(status: number, content: unknown): void {
    run(settle(rootOf(this.promise), status, content), status, content);
  }
}

/** The Lwt promises that stand for native ones, so that each of these is listened to once. */
const standIns = new WeakMap<PromiseLike<unknown>, Lwt<unknown>>();

function asLwt(value: unknown): Lwt<unknown> {
  if (value instanceof Lwt) return value;
  if (!isThenable(value)) return Lwt.return(value);
  const known = standIns.get(value);
  if (known !== undefined) return known;
  const standIn = ofPromise(value);
  standIns.set(value, standIn);
  return standIn;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}

function isSettled(p: Lwt<unknown>): boolean {
  return rootOf(p).status > 0;
}

function isFulfilled(p: Lwt<unknown>): boolean {
  return rootOf(p).status === FULFILLED;
}

function outcomeOf(promise: Lwt<unknown>): PromiseSettledResult<unknown> {
  const { status, content } = rootOf(promise);
  return status === FULFILLED
    ? { status: "fulfilled", value: content }
    : { status: "rejected", reason: content };
}

function allFailed(members: readonly Lwt<unknown>[]): AggregateError {
  return new AggregateError(
    members.map((member) => rootOf(member).content),
    "All promises were rejected",
  );
}

function pendingForever(name: string): InvalidArgument {
  return new InvalidArgument(`Lwt.${name} [] would return a promise that is pending forever`);
}

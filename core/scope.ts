/**
 * Work that ends together.
 *
 * @module
 */
import { rootOf } from "./_callbacks.ts";
import { Origin, REJECTED } from "./_cell.ts";
import { attempt } from "./_holding.ts";
import { isCanceled, run, settle } from "./_resolution.ts";
import { Canceled, InvalidArgument } from "./errors.ts";
import { Lwt, Pending } from "./lwt.ts";

/**
 * The owner of a piece of concurrent work: all that is started in it has ended when it ends.
 *
 * - `Scope.run` settles only after its function, and everything started with `spawn`, has settled.
 * - The first failure cancels all the others. A child that is canceled has not failed; but when the
 *   function itself is canceled, so is all that it started.
 * - No error is lost: if there are several, `run` is rejected with all of them.
 * - Canceling the promise of `run` cancels everything in it, and waits for the end of it.
 *
 * @example The first failure stops the rest
 * ```ts
 * import { Lwt, Scope } from "@lwt/lwt/core";
 * import { assertRejects } from "@std/assert";
 *
 * function* fetchAll(scope: Scope): Lwt.Task<void> {
 *   const [never] = Lwt.task<string>();
 *   const page = scope.spawn(() => never);
 *   scope.spawn(() => Lwt.pause().bind(() => Lwt.failWith("no network")));
 *   yield* page;
 * }
 * await assertRejects(
 *   () => Scope.run((scope) => Lwt.spawn(fetchAll, scope)).toPromise(),
 *   Error,
 *   "no network",
 * );
 * ```
 */
export class Scope {
  /** Tells us that somebody cancels `#promise`. */
  readonly #canceled: Lwt<never> = new Pending(CANCELATION);
  /** What such a cancelation reaches: all that was started and is pending, and `#canceled`. */
  readonly #members: Lwt<unknown>[] = [this.#canceled];
  readonly #promise: Lwt<unknown> = new Pending(this.#members);
  #body: Lwt<unknown> = Lwt.returnUnit;
  readonly #errors: unknown[] = [];
  /** How many are to be waited for, at first the function of `run`. */
  #running: number = 1;
  #stopped: boolean = false;
  #over: boolean = false;
  #reason: unknown;
  #controller: AbortController | undefined;

  private constructor() {
    this.#canceled.onFailure((error) => this.#stop((error as Canceled).cause));
  }

  /**
   * Runs a function with a new scope.
   *
   * @typeParam T The type of the value.
   * @param f The function, called at once. What it throws is a failure.
   * @returns A promise that settles once the function, and all that was started, has ended. It has
   * the outcome of the function if nothing else failed; otherwise the error, or, if there are
   * several, an `AggregateError` of all, in order of time, whose cause is the first.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Scope } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let written = false;
   * await Scope.run((scope) => {
   *   scope.spawn(() => Lwt.pause().map(() => written = true));
   *   return Lwt.returnUnit;
   * });
   * assertEquals(written, true);
   * ```
   */
  static run<T>(f: (scope: Scope) => Lwt<T>): Lwt<T> {
    const scope = new Scope();
    scope.#body = attempt(() => f(scope));
    scope.#watch(scope.#body);
    scope.#body.onFailure((error) => scope.cancel(error));
    return scope.#promise as Lwt<T>;
  }

  /**
   * Starts a child.
   *
   * @typeParam A The types of the arguments.
   * @typeParam T The type of the value.
   * @param work What to do, called at once: a generator function, as for `Lwt.spawn`, or a function
   * that returns a promise of either kind. A native promise cannot be canceled: give what it waits
   * for the `signal`.
   * @param args The arguments of the function.
   * @returns The child's promise. Whoever waits for it or not, its failure is a failure of the scope;
   * canceling it ends this child alone. In a scope that was canceled nothing is started any more, and
   * the promise is rejected with `Canceled`.
   * @throws {InvalidArgument} If the scope has ended.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Scope } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * function* square(n: number): Lwt.Task<number> {
   *   yield* Lwt.pause();
   *   return n * n;
   * }
   * const sum = await Scope.run((scope) =>
   *   Lwt.both(scope.spawn(square, 3), scope.spawn(square, 4)).map(([a, b]) => a + b)
   * );
   * assertEquals(sum, 25);
   * ```
   */
  spawn<A extends readonly unknown[], T>(
    work: (...args: A) => Lwt.Task<T> | PromiseLike<T>,
    ...args: A
  ): Lwt<T> {
    if (this.#over) throw new InvalidArgument("Cannot spawn: the scope has ended");
    if (this.#stopped) {
      return Lwt.fail(new Canceled("The scope is canceled", { cause: this.#reason }));
    }
    this.#running++;
    const child = attempt(() => launched(work(...args)));
    this.#watch(child);
    return child;
  }

  /**
   * Cancels everything in the scope, the function of `run` included.
   *
   * @param cause Who cancels, or why: the cause of the `Canceled` errors, and the signal's reason.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Scope } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const done = await Scope.run((scope) => {
   *   const [never] = Lwt.task<void>();
   *   const child = scope.spawn(() => never);
   *   scope.cancel("enough");
   *   return Lwt.return(child.isSleeping());
   * });
   * assertEquals(done, false);
   * ```
   */
  cancel(cause?: unknown): void {
    if (this.#stopped) return;
    this.#stop(cause);
    this.#promise.cancel(cause);
  }

  /**
   * A signal that is aborted when the scope is canceled, when something in it fails, and at the
   * latest when it has ended.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Scope } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const signal = await Scope.run((scope) => Lwt.return(scope.signal));
   * assertEquals(signal.aborted, true);
   * ```
   */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#stopped) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  readonly #childFailed = (error: unknown): void => this.#fail(error);
  readonly #childEnded = (): void => this.#leave();

  /** Lets cancelations reach a promise, or does to it what a former one would have done. */
  #watch(p: Lwt<unknown>): void {
    this.#members.pop();
    if (this.#members.length > 2 * this.#running + 8) keepPending(this.#members);
    // What is marked last is told first: so whoever is canceled finds the signal aborted.
    this.#members.push(p, this.#canceled);
    if (this.#stopped) p.cancel(this.#reason);
    p.onAny(this.#childEnded, this.#childFailed);
  }

  #fail(error: unknown): void {
    if (!isCanceled(REJECTED, error)) {
      // Whoever waits for a child that fails mostly fails with the same error.
      if (!this.#errors.includes(error)) this.#errors.push(error);
      this.cancel(error);
    }
    this.#leave();
  }

  #stop(reason: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }

  #leave(): void {
    if (--this.#running > 0) return;
    this.#over = true;
    this.#stop(undefined);
    const { status, content } = rootOf(this.#outcome());
    run(settle(rootOf(this.#promise), status, content), status, content);
  }

  #outcome(): Lwt<unknown> {
    const errors = this.#errors;
    if (errors.length === 0) return this.#body;
    if (errors.length === 1) return Lwt.fail(errors[0]);
    const message = `${errors.length} failures in a scope`;
    return Lwt.fail(new AggregateError(errors, message, { cause: errors[0] }));
  }
}

// Anything else is passed on: `attempt` says what is wrong with it.
function launched<T>(work: Lwt.Task<T> | PromiseLike<T>): Lwt<T> {
  const { next, then } = Object(work) as { next?: unknown; then?: unknown };
  if (typeof next === "function") return Lwt.spawn(work as Lwt.Task<T>);
  return typeof then === "function" ? Lwt.ofPromise(work as PromiseLike<T>) : work as never;
}

function keepPending(promises: Lwt<unknown>[]): void {
  let kept = 0;
  for (const p of promises) {
    if (rootOf(p).status < 0) promises[kept++] = p;
  }
  promises.length = kept;
}

const CANCELATION = new Origin("a cancelation of the scope", true);

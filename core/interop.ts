/**
 * Bridges between Lwt's promises and those of the language, both ways.
 *
 * `Lwt.ofPromise`, `Lwt.ofAbortable`, `then`, `toPromise` and `withSignal` are these functions.
 *
 * @module
 */
import { copy } from "./_bind.ts";
import { attach, rootOf } from "./_callbacks.ts";
import { type Callback, FULFILLED, GATE, Observer, Origin, REJECTED } from "./_cell.ts";
import { type Gate, isCanceled, run, settle } from "./_resolution.ts";
import { Lwt, Pending } from "./lwt.ts";

const NATIVE = new Origin("a native promise", false);
const ABORTABLE = new Origin("an abortable operation", true);
const SIGNALED = new Origin("a promise with a signal", true);

/**
 * An Lwt promise that settles as a native one does; `Lwt.ofPromise` is this function.
 *
 * @typeParam T The type of the value.
 * @param promise The native promise, or anything else with a `then`.
 * @returns The new promise, pending until a later turn of the host's loop, and not cancelable. An
 * Lwt promise is returned as it is.
 *
 * @example Usage
 * ```ts
 * import { ofPromise } from "@lwt/lwt/core/interop";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await ofPromise(Promise.resolve(1)).map((n) => n + 1), 2);
 * ```
 */
export function ofPromise<T>(promise: PromiseLike<T>): Lwt<T> {
  if (promise instanceof Lwt) return promise;
  const p = new Pending<T>(NATIVE);
  try {
    promise.then(
      (value) => conclude(p, FULFILLED, value),
      (error) => conclude(p, REJECTED, error),
    );
  } catch (error) {
    conclude(p, REJECTED, error);
  }
  return p;
}

/**
 * Starts a native operation that listens to an `AbortSignal`; `Lwt.ofAbortable` is this function.
 *
 * @typeParam T The type of the value.
 * @param f Starts the operation; called at once.
 * @returns A promise that settles as the operation does. Canceling it aborts the signal, with the
 * cause of the cancelation as reason, and rejects it at once.
 *
 * @example A request that a timeout can stop
 * ```ts
 * import { ofAbortable } from "@lwt/lwt/core/interop";
 * import { assertEquals } from "@std/assert";
 *
 * let stopped = false;
 * const request = ofAbortable((signal) => {
 *   signal.addEventListener("abort", () => stopped = true);
 *   return new Promise<string>(() => {});
 * });
 * request.cancel();
 * assertEquals(stopped, true);
 * ```
 */
export function ofAbortable<T>(f: (signal: AbortSignal) => PromiseLike<T>): Lwt<T> {
  const controller = new AbortController();
  const p = new Pending<T>(ABORTABLE);
  p.onFailure((error) => {
    if (isCanceled(REJECTED, error)) controller.abort((error as Error).cause ?? error);
  });
  try {
    f(controller.signal).then(
      (value) => conclude(p, FULFILLED, value),
      (error) => conclude(p, REJECTED, error),
    );
  } catch (error) {
    conclude(p, REJECTED, error);
  }
  return p;
}

/**
 * A native promise that settles as an Lwt one does; `Lwt#toPromise` is this function.
 *
 * A value that has a `then` itself is flattened, as native promises do.
 *
 * @typeParam T The type of the value.
 * @param promise The Lwt promise.
 * @returns The native promise, already settled if the other one is.
 *
 * @example Usage
 * ```ts
 * import { Lwt } from "@lwt/lwt/core";
 * import { toPromise } from "@lwt/lwt/core/interop";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await toPromise(Lwt.return(1)), 1);
 * ```
 */
export function toPromise<T>(promise: Lwt<T>): Promise<Awaited<T>> {
  const p = rootOf(promise);
  if (p.status === FULFILLED) return Promise.resolve(p.content as T);
  if (p.status === REJECTED) return Promise.reject(p.content);
  const { promise: native, resolve, reject } = Promise.withResolvers<Awaited<T>>();
  p.onAny((value) => resolve(value as Awaited<T>), reject);
  return native;
}

/**
 * What `Lwt#then` is; a module with a `then` of its own could not be imported dynamically.
 *
 * It does as Promises/A+ wants: neither function is called before this one has returned.
 *
 * @typeParam T The type of the value.
 * @typeParam A What `ok` returns.
 * @typeParam B What `ko` returns.
 * @param promise The Lwt promise.
 * @param ok Called with the value.
 * @param ko Called with the error.
 * @returns A native promise of what the function called returns.
 *
 * @example Usage
 * ```ts
 * import { Lwt } from "@lwt/lwt/core";
 * import { thenOf } from "@lwt/lwt/core/interop";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await thenOf(Lwt.return(1), (n) => n + 1, null), 2);
 * ```
 */
export function thenOf<T, A = T, B = never>(
  promise: Lwt<T>,
  ok: ((value: T) => A | PromiseLike<A>) | null | undefined,
  ko: ((error: unknown) => B | PromiseLike<B>) | null | undefined,
): Promise<A | B> {
  return gateOf(promise).then(() => {
    const p = rootOf(promise);
    if (p.status === FULFILLED) {
      return typeof ok === "function" ? ok(p.content as T) : p.content as A;
    }
    if (typeof ko === "function") return ko(p.content);
    throw p.content;
  });
}

/**
 * A copy of a promise that an `AbortSignal` cancels; `Lwt#withSignal` is this function.
 *
 * @typeParam T The type of the value.
 * @param promise The promise.
 * @param signal When it is aborted, the copy is rejected with `Canceled`, whose cause is the
 * signal's reason, and then the promise is canceled, if that can be.
 * @returns The copy. The signal is let go of as soon as it settles.
 *
 * @example Usage
 * ```ts
 * import { Lwt } from "@lwt/lwt/core";
 * import { withSignal } from "@lwt/lwt/core/interop";
 * import { assertEquals } from "@std/assert";
 *
 * const controller = new AbortController();
 * const [forever] = Lwt.task();
 * const p = withSignal(forever, controller.signal);
 * controller.abort("enough");
 * assertEquals(p.state().tag, "Fail");
 * assertEquals(forever.state().tag, "Fail");
 * ```
 */
export function withSignal<T>(promise: Lwt<T>, signal: AbortSignal): Lwt<T> {
  const p = rootOf(promise);
  if (p.status > 0) return p;
  const made = copy(p, SIGNALED) as Lwt<T>;
  const abort = () => made.cancel(signal.reason);
  made.onAny(
    () => signal.removeEventListener("abort", abort),
    (error) => {
      signal.removeEventListener("abort", abort);
      if (isCanceled(REJECTED, error)) p.cancel((error as Error).cause);
    },
  );
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return made;
}

/** One native promise, already resolved: the cheapest way to let a turn pass. */
const READY = Promise.resolve();

/**
 * A native promise that is resolved once an Lwt one is settled, in whatever way.
 *
 * All who ask share one: callbacks run newest first, but functions of `then` oldest first.
 */
function gateOf(promise: Lwt<unknown>): Promise<void> {
  const p = rootOf(promise);
  if (p.status > 0) return READY;
  for (let at = p.content as Callback | undefined; at !== undefined; at = at.sibling) {
    if (at.kind === GATE) return (at.f as Gate).promise;
  }
  const gate: Gate = Promise.withResolvers<void>();
  attach(p, new Observer(GATE, gate, undefined));
  return gate.promise;
}

// A promise that was canceled meanwhile stays as it is.
function conclude(promise: Lwt<unknown>, status: number, content: unknown): void {
  const p = rootOf(promise);
  if (p.status < 0) run(settle(p, status, content), status, content);
}

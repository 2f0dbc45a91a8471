/**
 * Values that are either right or wrong, for errors that are data rather than rejections.
 *
 * The functions here work on promises of results. A rejection stays a rejection everywhere, save in
 * `catch`; what a callback throws is a rejection too.
 *
 * @module
 */
import { Lwt } from "./lwt.ts";

/** An ok value or an error value. */
export type Result<A, E> =
  | { readonly ok: true; readonly value: A }
  | { readonly ok: false; readonly error: E };

/** A promise of a result. */
export type T<A, E> = Lwt<Result<A, E>>;

/**
 * Makes a promise of an ok result.
 *
 * @typeParam A The type of the ok value.
 * @param value The value.
 * @returns A fulfilled promise.
 *
 * @example Usage
 * ```ts
 * import { Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Result.return(1).poll(), { ok: true, value: 1 });
 * ```
 */
function return_<A>(value: A): Lwt<Result<A, never>> {
  return Lwt.return({ ok: true, value });
}

/**
 * Makes a promise of an error result.
 *
 * @typeParam E The type of the error value.
 * @param error The error.
 * @returns A promise that is fulfilled, not rejected.
 *
 * @example Usage
 * ```ts
 * import { Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Result.fail("no").poll(), { ok: false, error: "no" });
 * ```
 */
export function fail<E>(error: E): Lwt<Result<never, E>> {
  return Lwt.return({ ok: false, error });
}

/**
 * Makes a promise of a result.
 *
 * @typeParam A The type of the ok value.
 * @typeParam E The type of the error value.
 * @param result The result.
 * @returns A fulfilled promise.
 *
 * @example Usage
 * ```ts
 * import { Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Result.lift({ ok: true, value: 1 }).poll(), { ok: true, value: 1 });
 * ```
 */
export function lift<A, E>(result: Result<A, E>): Lwt<Result<A, E>> {
  return Lwt.return(result);
}

/**
 * Wraps the value of a promise as ok.
 *
 * @typeParam A The type of the ok value.
 * @param p The promise.
 * @returns A promise of an ok result.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Result.ok(Lwt.return(1)).poll(), { ok: true, value: 1 });
 * ```
 */
export function ok<A>(p: Lwt<A>): Lwt<Result<A, never>> {
  return p.map(okOf);
}

/**
 * Wraps the value of a promise as an error.
 *
 * @typeParam E The type of the error value.
 * @param p The promise.
 * @returns A promise of an error result.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Result.error(Lwt.return("no")).poll(), { ok: false, error: "no" });
 * ```
 */
export function error<E>(p: Lwt<E>): Lwt<Result<never, E>> {
  return p.map(errorOf);
}

/**
 * Runs a function, and turns a throw or a rejection into an error result.
 *
 * @typeParam A The type of the ok value.
 * @param f The function, called at once.
 * @returns A promise of a result.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Result.catch(() => Lwt.fail("no")).poll(), { ok: false, error: "no" });
 * ```
 */
function catch_<A>(f: () => Lwt<A>): Lwt<Result<A, unknown>> {
  return Lwt.tryBind<A, Result<A, unknown>>(f, return_, fail);
}

/**
 * Turns an error result back into a rejection.
 *
 * @typeParam A The type of the ok value.
 * @param p A promise of a result.
 * @returns A promise of the ok value, or one rejected with the error value.
 *
 * @example Usage
 * ```ts
 * import { Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Result.getExn(Result.return(1)).poll(), 1);
 * ```
 */
export function getExn<A>(p: Lwt<Result<A, unknown>>): Lwt<A> {
  return p.bind<A>(Lwt.ofResult);
}

/**
 * Applies a function to an ok value.
 *
 * @typeParam A The type of the ok value.
 * @typeParam B The type of the new ok value.
 * @typeParam E The type of the error value.
 * @param p A promise of a result.
 * @param f The function.
 * @returns A promise of its result as ok, or of the error.
 *
 * @example Usage
 * ```ts
 * import { Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Result.map(Result.return(1), (n) => -n).poll(), { ok: true, value: -1 });
 * ```
 */
export function map<A, B, E>(p: Lwt<Result<A, E>>, f: (a: A) => B): Lwt<Result<B, E>> {
  return p.map((result) => result.ok ? okOf(f(result.value)) : result);
}

/**
 * Applies a function to an error value.
 *
 * @typeParam A The type of the ok value.
 * @typeParam E The type of the error value.
 * @typeParam F The type of the new error value.
 * @param p A promise of a result.
 * @param f The function.
 * @returns A promise of the ok value, or of the function's result as an error.
 *
 * @example Usage
 * ```ts
 * import { Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Result.mapError(Result.fail(1), (n) => -n).poll(), { ok: false, error: -1 });
 * ```
 */
export function mapError<A, E, F>(p: Lwt<Result<A, E>>, f: (e: E) => F): Lwt<Result<A, F>> {
  return p.map((result) => result.ok ? result : errorOf(f(result.error)));
}

/**
 * Goes on from an ok value with a promise of a result.
 *
 * @typeParam A The type of the ok value.
 * @typeParam B The type of the new ok value.
 * @typeParam E The type of the error value.
 * @param p A promise of a result.
 * @param f The function.
 * @returns The promise of the function, or one of the error.
 *
 * @example Usage
 * ```ts
 * import { Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const half = (n: number): Result.T<number, string> =>
 *   n % 2 === 0 ? Result.return(n / 2) : Result.fail("odd");
 * assertEquals(Result.bind(Result.return(3), half).poll(), { ok: false, error: "odd" });
 * ```
 */
export function bind<A, B, E>(
  p: Lwt<Result<A, E>>,
  f: (a: A) => Lwt<Result<B, E>>,
): Lwt<Result<B, E>> {
  return p.bind((result) => result.ok ? f(result.value) : Lwt.return(result));
}

/**
 * Goes on from an error value with a promise of a result.
 *
 * @typeParam A The type of the ok value.
 * @typeParam E The type of the error value.
 * @typeParam F The type of the new error value.
 * @param p A promise of a result.
 * @param f The function.
 * @returns A promise of the ok value, or the promise of the function.
 *
 * @example Usage
 * ```ts
 * import { Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const lost: Result.T<number, string> = Result.fail("no");
 * const mended = Result.bindError(lost, () => Result.return(0));
 * assertEquals(mended.poll(), { ok: true, value: 0 });
 * ```
 */
export function bindError<A, E, F>(
  p: Lwt<Result<A, E>>,
  f: (e: E) => Lwt<Result<A, F>>,
): Lwt<Result<A, F>> {
  return p.bind((result) => result.ok ? Lwt.return(result) : f(result.error));
}

/**
 * Goes on from an ok value with a plain promise.
 *
 * @typeParam A The type of the ok value.
 * @typeParam B The type of the new ok value.
 * @typeParam E The type of the error value.
 * @param p A promise of a result.
 * @param f The function. The value of its promise is ok.
 * @returns A promise of that, or of the error.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const p = Result.bindLwt(Result.return(1), (n) => Lwt.return(-n));
 * assertEquals(p.poll(), { ok: true, value: -1 });
 * ```
 */
export function bindLwt<A, B, E>(
  p: Lwt<Result<A, E>>,
  f: (a: A) => Lwt<B>,
): Lwt<Result<B, E>> {
  return bind<A, B, E>(p, (value) => ok(f(value)));
}

/**
 * Goes on from an error value with a plain promise.
 *
 * @typeParam A The type of the ok value.
 * @typeParam E The type of the error value.
 * @typeParam F The type of the new error value.
 * @param p A promise of a result.
 * @param f The function. The value of its promise is an error.
 * @returns A promise of the ok value, or of that.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const p = Result.bindLwtError(Result.fail(1), (n) => Lwt.return(-n));
 * assertEquals(p.poll(), { ok: false, error: -1 });
 * ```
 */
export function bindLwtError<A, E, F>(
  p: Lwt<Result<A, E>>,
  f: (e: E) => Lwt<F>,
): Lwt<Result<A, F>> {
  return bindError<A, E, F>(p, (value) => error(f(value)));
}

/**
 * Goes on from an ok value with a plain result.
 *
 * @typeParam A The type of the ok value.
 * @typeParam B The type of the new ok value.
 * @typeParam E The type of the error value.
 * @param p A promise of a result.
 * @param f The function.
 * @returns A promise of its result, or of the error.
 *
 * @example Usage
 * ```ts
 * import { Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const positive = (n: number): Result.Result<number, string> =>
 *   n > 0 ? { ok: true, value: n } : { ok: false, error: "not positive" };
 * assertEquals(Result.bindResult(Result.return(1), positive).poll(), { ok: true, value: 1 });
 * ```
 */
export function bindResult<A, B, E>(
  p: Lwt<Result<A, E>>,
  f: (a: A) => Result<B, E>,
): Lwt<Result<B, E>> {
  return p.map((result) => result.ok ? f(result.value) : result);
}

/**
 * Waits for both, and pairs the ok values.
 *
 * @typeParam A The type of the first ok value.
 * @typeParam B The type of the second ok value.
 * @typeParam E The type of the error value.
 * @param a A promise of a result.
 * @param b Another one.
 * @returns A promise of both values; of two errors it has the one that came first in time.
 *
 * @example Usage
 * ```ts
 * import { Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const p = Result.both(Result.return(1), Result.return("a"));
 * assertEquals(p.poll(), { ok: true, value: [1, "a"] });
 * ```
 */
export function both<A, B, E>(
  a: Lwt<Result<A, E>>,
  b: Lwt<Result<B, E>>,
): Lwt<Result<[A, B], E>> {
  let first: Result<never, E> | undefined;
  const note = (error: E) => first ??= errorOf(error);
  const pair = Lwt.both(mapError(a, note), mapError(b, note));
  return pair.map(([x, y]) => x.ok && y.ok ? okOf([x.value, y.value]) : first!);
}

/**
 * Runs a function on an ok value. An error value is dropped.
 *
 * @typeParam A The type of the ok value.
 * @typeParam E The type of the error value.
 * @param p A promise of a result.
 * @param f The function.
 * @returns The promise of the function, or a fulfilled one.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * let seen = 0;
 * await Result.iter(Result.return(1), (n) => Lwt.return(void (seen = n)));
 * assertEquals(seen, 1);
 * ```
 */
export function iter<A, E>(p: Lwt<Result<A, E>>, f: (a: A) => Lwt<void>): Lwt<void> {
  return p.bind((result) => result.ok ? f(result.value) : Lwt.returnUnit);
}

/**
 * Runs a function on an error value. An ok value is dropped.
 *
 * @typeParam A The type of the ok value.
 * @typeParam E The type of the error value.
 * @param p A promise of a result.
 * @param f The function.
 * @returns The promise of the function, or a fulfilled one.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Result } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * let seen = 0;
 * await Result.iterError(Result.fail(1), (n) => Lwt.return(void (seen = n)));
 * assertEquals(seen, 1);
 * ```
 */
export function iterError<A, E>(p: Lwt<Result<A, E>>, f: (e: E) => Lwt<void>): Lwt<void> {
  return p.bind((result) => result.ok ? Lwt.returnUnit : f(result.error));
}

// The names are words of the language: functions cannot have them, exports can.
export { catch_ as catch, return_ as return };

function okOf<A>(value: A): Result<A, never> {
  return { ok: true, value };
}

function errorOf<E>(error: E): Result<never, E> {
  return { ok: false, error };
}

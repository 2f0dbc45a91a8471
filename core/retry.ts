/**
 * Trying again: attempts as a stream, to be read for as long as it takes.
 *
 * An operation says by its result whether trying again makes sense. `onError` turns it into a stream
 * of attempts, each made when it is read; `withSleep` lets time pass between them; `nTimes` reads
 * until one succeeds, or there were enough.
 *
 * @example Three attempts, with pauses that grow
 * ```ts
 * import { Lwt, Result, Retry } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * let calls = 0;
 * const connect = (): Lwt<Result.Result<string, Retry.Error<string, never>>> =>
 *   ++calls < 3 ? Lwt.returnError({ tag: "Retry", value: "busy" }) : Lwt.returnOk("connected");
 * const attempts = Retry.withSleep(Retry.onError(connect), { duration: (n) => n / 1000 });
 * assertEquals(await Retry.nTimes(attempts, 5), { ok: true, value: "connected" });
 * ```
 *
 * @module
 */
import { attempt } from "./_holding.ts";
import { sleep } from "./clock.ts";
import { Failure, InvalidArgument } from "./errors.ts";
import { Lwt } from "./lwt.ts";
import type { Result } from "./result.ts";
import { Stream } from "./stream.ts";

/**
 * What went wrong: something that may go well the next time, or something that never will.
 *
 * @typeParam R What an error worth retrying carries.
 * @typeParam F What a fatal error carries.
 */
export type Error<R, F> =
  | { readonly tag: "Retry"; readonly value: R }
  | { readonly tag: "Fatal"; readonly value: F };

/**
 * How one attempt went; an error comes with the number of the attempt, from 1.
 *
 * @typeParam A The type of the value.
 * @typeParam R What an error worth retrying carries.
 * @typeParam F What a fatal error carries.
 */
export type Attempt<A, R, F> = Result<A, readonly [error: Error<R, F>, number: number]>;

/** Settings of {@linkcode withSleep}. */
export interface SleepOptions {
  /** Says for how many seconds an attempt is held back, given its number; `defaultSleepDuration`. */
  duration?: (n: number) => number;
}

/**
 * A stream of attempts, each of which is made when it is read.
 *
 * @typeParam A The type of the value.
 * @typeParam R What an error worth retrying carries.
 * @typeParam F What a fatal error carries.
 * @param f Makes one attempt. Where it throws or is rejected, so is the read, and the next read makes
 * the next attempt.
 * @returns The stream, which ends after a success or a fatal error.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Retry } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const attempts = Retry.onError<never, string, never>(() =>
 *   Lwt.returnError({ tag: "Retry", value: "busy" })
 * );
 * assertEquals(await attempts.get(), { ok: false, error: [{ tag: "Retry", value: "busy" }, 1] });
 * ```
 */
export function onError<A, R, F>(
  f: () => Lwt<Result<A, Error<R, F>>>,
): Stream<Attempt<A, R, F>> {
  let number = 0, over = false;
  const next = (result: Result<A, Error<R, F>>): Attempt<A, R, F> => {
    over = result.ok || result.error.tag === "Fatal";
    return result.ok ? result : { ok: false, error: [result.error, number] };
  };
  return Stream.from(() => {
    if (over) return Lwt.returnNone;
    number++;
    return attempt(f).map(next);
  });
}

/**
 * Holds back each failed attempt for some time, the first and the last included.
 *
 * Time passes on the clock in use, see `setClock`.
 *
 * @typeParam A The type of the value.
 * @typeParam R What an error worth retrying carries.
 * @typeParam F What a fatal error carries.
 * @param attempts The attempts.
 * @param options How long.
 * @returns The attempts, later.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Retry } from "@lwt/lwt/core";
 * import { VirtualClock } from "@lwt/lwt/core/testing";
 * import { assertEquals } from "@std/assert";
 *
 * using clock = VirtualClock.install();
 * const fail = () => Lwt.returnError({ tag: "Retry" as const, value: "busy" });
 * clock.run(Retry.nTimes(Retry.withSleep(Retry.onError(fail)), 1));
 * assertEquals(clock.now(), 4 + 16);
 * ```
 */
export function withSleep<A, R, F>(
  attempts: Stream<Attempt<A, R, F>>,
  options: SleepOptions = {},
): Stream<Attempt<A, R, F>> {
  const { duration = defaultSleepDuration } = options;
  return attempts.mapS((made): Lwt<Attempt<A, R, F>> =>
    made.ok ? Lwt.return(made) : sleep(duration(made.error[1])).map(() => made)
  );
}

/**
 * How long `withSleep` holds back an attempt, unless it is told otherwise.
 *
 * @param n The number of the attempt.
 * @returns `n * 2 * 2 ** n` seconds.
 *
 * @example Usage
 * ```ts
 * import { Retry } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([1, 2, 3].map(Retry.defaultSleepDuration), [4, 16, 48]);
 * ```
 */
export function defaultSleepDuration(n: number): number {
  return n * 2 * 2 ** n;
}

/**
 * Makes up to `n` further attempts after a first one, until one succeeds or fails fatally.
 *
 * @typeParam A The type of the value.
 * @typeParam R What an error worth retrying carries.
 * @typeParam F What a fatal error carries.
 * @param attempts The attempts.
 * @param n How often to try again; `Infinity` is for ever.
 * @returns A promise of the last attempt that was made, rejected with `Failure` if the stream had
 * none.
 * @throws {InvalidArgument} If `n` is below 0.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Retry } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const fail = () => Lwt.returnError({ tag: "Retry" as const, value: "busy" });
 * assertEquals(await Retry.nTimes(Retry.onError(fail), 2), {
 *   ok: false,
 *   error: [{ tag: "Retry", value: "busy" }, 3],
 * });
 * ```
 */
export function nTimes<A, R, F>(
  attempts: Stream<Attempt<A, R, F>>,
  n: number,
): Lwt<Attempt<A, R, F>> {
  if (!(n >= 0)) throw new InvalidArgument(`Cannot retry: n must be at least 0, received ${n}`);
  return Lwt.spawn(lastOf, attempts, n + 1);
}

function* lastOf<T>(stream: Stream<T>, most: number): Lwt.Task<T> {
  let last: T | undefined;
  for (let i = 0; i < most; i++) {
    const element = yield* stream.get();
    if (element === undefined) break;
    last = element;
  }
  if (last === undefined) throw new Failure("Cannot retry: the stream of attempts has ended");
  return last;
}

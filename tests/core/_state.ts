import { assertEquals, AssertionError, assertStrictEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";

/** Asserts that `p` is fulfilled now, with a value equal to `value`. */
export function assertReturns<T>(p: Lwt<T>, value: T): void {
  assertEquals(p.state(), { tag: "Return", value });
}

/** Asserts that `p` is rejected now, with this very error. */
export function assertFails(p: Lwt<unknown>, error: unknown): void {
  assertStrictEquals(errorOf(p), error);
}

/** Asserts that `p` is rejected now, with an error of this class (and, if given, this message). */
export function assertFailsWith(
  p: Lwt<unknown>,
  // deno-lint-ignore no-explicit-any
  kind: abstract new (...args: any[]) => Error,
  message?: string,
): void {
  const error = errorOf(p);
  if (!(error instanceof kind)) throw new AssertionError(`Expected ${kind.name}, got ${error}`);
  if (message !== undefined) assertEquals(error.message, message);
}

/** Asserts that `p` is pending now. */
export function assertSleeps(p: Lwt<unknown>): void {
  assertEquals(p.state(), { tag: "Sleep" });
}

/** Asserts that `p` is rejected now with `Canceled`. */
export function assertCanceled(p: Lwt<unknown>): void {
  assertFailsWith(p, Lwt.Canceled);
}

/** The value of a fulfilled promise, itself. */
export function valueOf<T>(p: Lwt<T>): T {
  const state = p.state();
  if (state.tag !== "Return") throw new AssertionError(`Expected Return, got ${state.tag}`);
  return state.value;
}

/** The error of a rejected promise, itself. */
export function errorOf(p: Lwt<unknown>): unknown {
  const state = p.state();
  if (state.tag !== "Fail") throw new AssertionError(`Expected Fail, got ${state.tag}`);
  return state.error;
}

/**
 * Straight-line code over promises: generators that wait at each `yield*`.
 *
 * @module
 */
import { enter, leave, QUEUED, tooDeep } from "./_bind.ts";
import { attach, rootOf } from "./_callbacks.ts";
import { FULFILLED, RESUME } from "./_cell.ts";
import { advance, defer } from "./_resolution.ts";
import { caught } from "./exception_filter.ts";
import { Derived, Lwt } from "./lwt.ts";

/** Straight-line code that waits with `yield*`, and returns a `T`. `Lwt.Task` is this type. */
export type Task<T> = Generator<Lwt<unknown>, T, unknown>;

/**
 * Runs straight-line code; `Lwt.spawn` is this function.
 *
 * @typeParam A The types of the arguments.
 * @typeParam T The type of the value.
 * @param work A generator that was not started yet, or the function that makes one.
 * @param args The arguments of the function.
 * @returns A promise of what the generator returns.
 *
 * @example Usage
 * ```ts
 * import { Lwt } from "@lwt/lwt/core";
 * import { spawn } from "@lwt/lwt/core/spawn";
 * import { assertEquals } from "@std/assert";
 *
 * function* double(p: Lwt<number>): Lwt.Task<number> {
 *   return 2 * (yield* p);
 * }
 * assertEquals(spawn(double, [Lwt.return(1)]).poll(), 2);
 * ```
 */
export function spawn<A extends readonly unknown[], T>(
  work: Task<T> | ((...args: A) => Task<T>),
  args: A,
): Lwt<T> {
  const depth = enter();
  try {
    return start(asTask(typeof work === "function" ? work(...args) : work));
  } catch (error) {
    return Lwt.fail(caught(error));
  } finally {
    leave(depth);
  }
}

function start<T>(task: Task<T>): Lwt<T> {
  if (tooDeep()) return postpone(task);
  const step = advance(task);
  if (step.done) return Lwt.return(step.value as T);
  const source = rootOf(step.value);
  const self = new Derived(RESUME, task, source);
  attach(source, self);
  return self as Lwt<T>;
}

function postpone<T>(task: Task<T>): Lwt<T> {
  const self = new Derived(RESUME, task, QUEUED);
  defer(self, FULFILLED, undefined);
  return self as Lwt<T>;
}

function asTask<T>(task: Task<T>): Task<T> {
  if (typeof task?.next === "function") return task;
  throw new TypeError(`Cannot spawn: a generator is needed, received ${task}`);
}

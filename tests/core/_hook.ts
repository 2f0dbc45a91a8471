import { Lwt } from "../../core/mod.ts";

/** What decides which errors promises may catch. */
export type Filter = typeof Lwt.ExceptionFilter.handleAll;

/** Runs `f` with a hook that only remembers, and returns what the hook was told. */
export function hooked(f: () => void): unknown[] {
  const told: unknown[] = [];
  withHook((error) => told.push(error), f);
  return told;
}

/** Runs `f` with `hook` as the hook, then puts the former one back. */
export function withHook(hook: (error: unknown) => void, f: () => void): void {
  const before = Lwt.asyncExceptionHook;
  Lwt.asyncExceptionHook = hook;
  try {
    f();
  } finally {
    Lwt.asyncExceptionHook = before;
  }
}

/** Runs `f` with `filter` in force, then puts the one in force at start back. */
export function withFilter(filter: Filter, f: () => void): void {
  Lwt.ExceptionFilter.set(filter);
  try {
    f();
  } finally {
    Lwt.ExceptionFilter.set(Lwt.ExceptionFilter.handleAllExceptRuntime);
  }
}

/** What `f` throws, or `undefined`. */
export function thrownBy(f: () => unknown): unknown {
  try {
    f();
  } catch (error) {
    return error;
  }
}

/** Throws a true stack overflow. */
export function overflow(): never {
  return overflow();
}

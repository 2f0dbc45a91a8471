/**
 * Promises whose state can be read at once, that can be canceled, and that run their callbacks
 * inside the call that settles them.
 *
 * @module
 */

/*
 * Reading guide. A promise is a cell: pending, fulfilled, rejected, or a proxy for another cell
 * (see `_cell.ts`). Start at `bind`, which shows every step; `map`, `catch` and `tryBind` differ
 * only where they say so. Settling a promise is `settle` and `run` in `_resolution.ts`. Names with
 * "cancel" in them can be skipped on a first reading.
 *
 * The classes stand in this file, and what they do in its neighbours, because a class can only be
 * extended after it was made: no neighbour needs `Lwt` while the modules are being loaded. Fields
 * are `declare`d where a plain one would be written twice, once as undefined: that shows.
 */
import { bind, copy, either, map, recover, reportTo, watch } from "./_bind.ts";
import { drop, rootOf } from "./_callbacks.ts";
import { cancel } from "./_cancel.ts";
import {
  type Callback,
  FULFILLED,
  ON_ANY,
  ON_CANCEL,
  ON_FAILURE,
  ON_SUCCESS,
  ON_TERMINATION,
  Origin,
  PENDING,
  REJECTED,
  type Source,
} from "./_cell.ts";
import * as shared from "./_counters.ts";
import { equal } from "./_equal.ts";
import { die } from "./_host.ts";
import { all, join } from "./_join.ts";
import { abandonPaused, pause, pausedCount, setPauseNotifier, wakeupPaused } from "./_paused.ts";
import { Wait } from "./_wait.ts";
import { CHOOSE, NCHOOSE, NCHOOSE_SPLIT, NPICK, PICK, race } from "./_race.ts";
import {
  abandon,
  drain,
  isCanceled,
  report,
  run,
  runLater,
  settle,
  storage,
} from "./_resolution.ts";
import {
  allSettled,
  any,
  type Outcomes,
  race as raceOfBothKinds,
  type ValueOf,
} from "./both_kinds.ts";
import { Canceled, Failure, InvalidArgument } from "./errors.ts";
import { caught, ExceptionFilter } from "./exception_filter.ts";
import { ofAbortable, ofPromise, thenOf, toPromise, withSignal } from "./interop.ts";
import { Key } from "./key.ts";
import type { Result } from "./result.ts";
import type { Sequence } from "./sequence.ts";
import { spawn, type Task as SpawnTask } from "./spawn.ts";
import { type WhyOptions, whyPending } from "./why.ts";

// A name imported in a circle of modules is looked up, and checked, each time it is used. The short
// ways of `bind` and `map` are twice as fast with names of this module.
const { counters, DEPTH, DRAIN_AT, MAX_DEPTH } = shared;
const theLongBind = <T, U>(p: Lwt<T>, f: (value: T) => Lwt<U>): Lwt<U> => bind(p, f);
const theLongMap = <T, U>(p: Lwt<T>, f: (value: T) => U): Lwt<U> => map(p, f);
const runQueue = (): void => drain();

/** Types that belong to {@linkcode Lwt}. */
export declare namespace Lwt {
  /**
   * What `state` returns: `Return` with the value of a fulfilled promise, `Fail` with the error of a
   * rejected one, `Sleep` for a pending one.
   */
  type State<T> =
    | { readonly tag: "Return"; readonly value: T }
    | { readonly tag: "Fail"; readonly error: unknown }
    | { readonly tag: "Sleep" };

  /** A generator for `Lwt.spawn`: it waits with `yield*`, and returns a `T`. */
  type Task<T> = SpawnTask<T>;
}

/**
 * A promise: a write-once cell that is pending, fulfilled with a value or rejected with an error.
 *
 * - Its state can be read at any moment with {@linkcode Lwt.prototype.state}.
 * - {@linkcode Lwt.prototype.bind} on a settled promise calls its function at once; on a pending
 *   one it does so inside the call that settles it, before that call returns.
 * - {@linkcode Lwt.prototype.cancel} walks back to what a promise waits for, and rejects that.
 * - A callback that throws rejects the promise it makes. A rejected promise nobody looks at is
 *   silent; {@linkcode Lwt.async} is for work whose errors must not be lost.
 * - It has a `then`, so that `await` works, but it flattens nothing by itself: a promise can be the
 *   value of a promise.
 * - Callbacks that run inside one another more than 100 levels deep are queued, and run before the
 *   outermost call returns. No length of chain, loop or recursion overflows the stack.
 *
 * @typeParam T The type of the value.
 *
 * @example A promise, its resolver, and what follows from it
 * ```ts
 * import { Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const [answer, resolver] = Lwt.wait<number>();
 * const twice = answer.map((n) => 2 * n);
 * assertEquals(twice.state(), { tag: "Sleep" });
 * resolver.wakeup(21);
 * assertEquals(twice.state(), { tag: "Return", value: 42 });
 * ```
 */
export class Lwt<out T> {
  /** The error a canceled promise is rejected with. */
  static readonly Canceled: typeof Canceled = Canceled;

  /** Choice of which thrown errors become rejections and which escape. */
  static readonly ExceptionFilter: typeof ExceptionFilter = ExceptionFilter;

  /** One shared promise fulfilled with nothing. */
  static readonly returnUnit: Lwt<void> = new Lwt(FULFILLED, undefined);

  /** One shared promise fulfilled with `undefined`. */
  static readonly returnNone: Lwt<undefined> = new Lwt(FULFILLED, undefined);

  /** One shared promise fulfilled with an empty, frozen array. */
  static readonly returnNil: Lwt<readonly never[]> = new Lwt(FULFILLED, Object.freeze([]));

  /** One shared promise fulfilled with `true`. */
  static readonly returnTrue: Lwt<boolean> = new Lwt(FULFILLED, true);

  /** One shared promise fulfilled with `false`. */
  static readonly returnFalse: Lwt<boolean> = new Lwt(FULFILLED, false);

  /**
   * Told of errors that nobody waits for: those of `Lwt.async` and of callbacks such as those of
   * `onSuccess`. Assign a function to it. What it throws comes out of the call that led to the
   * error; the callbacks that were still to run do run.
   *
   * By default it prints the error and ends the program with status 2; in a browser it reports the
   * error as uncaught.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const before = Lwt.asyncExceptionHook;
   * let seen: unknown;
   * Lwt.asyncExceptionHook = (error) => seen = error;
   * Lwt.async(() => Lwt.fail("lost"));
   * assertEquals(seen, "lost");
   * Lwt.asyncExceptionHook = before;
   * ```
   */
  static asyncExceptionHook: (error: unknown) => void = die;

  /** @ignore What the promise is; see `_cell.ts`. */
  declare status: number;
  /** @ignore The value, the error, the callbacks, or the promise it stands for. */
  declare content: unknown;
  /** @ignore What a pending promise waits for. */
  declare source: Source | undefined;

  /** @ignore Promises are made by the functions below. */
  protected constructor(status: number, content: unknown) {
    this.status = status;
    this.content = content;
  }

  /**
   * Makes a promise already fulfilled. The value is kept as it is, even if it is a promise.
   *
   * @typeParam T The type of the value.
   * @param value The value.
   * @returns A new promise.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.return(1).state(), { tag: "Return", value: 1 });
   * ```
   */
  static return<T>(value: T): Lwt<T> {
    return new Lwt(FULFILLED, value);
  }

  /**
   * Makes a promise already rejected.
   *
   * @typeParam T The type of the value it does not have.
   * @param error The error: any value, though an `Error` tells most.
   * @returns A new promise.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.fail("no").state(), { tag: "Fail", error: "no" });
   * ```
   */
  static fail<T = never>(error: unknown): Lwt<T> {
    return new Lwt<T>(REJECTED, error);
  }

  /**
   * Makes a pending promise that `cancel` cannot touch, with its resolver.
   *
   * @typeParam T The type of the value.
   * @param name What the promise is for, in diagnostics.
   * @returns The promise, and the resolver that settles it.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [p, resolver] = Lwt.wait<string>();
   * p.cancel();
   * resolver.wakeup("done");
   * assertEquals(p.poll(), "done");
   * ```
   */
  static wait<T>(name?: string): [promise: Lwt<T>, resolver: Resolver<T>] {
    const p = new Pending<T>(name === undefined ? WAIT : new Origin(name, false));
    return [p, new Resolver(p)];
  }

  /**
   * Makes a pending promise that `cancel` rejects, with its resolver.
   *
   * @typeParam T The type of the value.
   * @param name What the promise is for, in diagnostics.
   * @returns The promise, and the resolver that settles it.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const [p] = Lwt.task<string>("the answer");
   * let stopped = false;
   * p.onCancel(() => stopped = true);
   * p.cancel();
   * assert(stopped);
   * ```
   */
  static task<T>(name?: string): [promise: Lwt<T>, resolver: Resolver<T>] {
    const p = new Pending<T>(name === undefined ? TASK : new Origin(name, true));
    return [p, new Resolver(p)];
  }

  /**
   * A promise of a present optional value.
   *
   * @typeParam T The type of the value.
   * @param value The value.
   * @returns A fulfilled promise.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.returnSome(1).poll(), 1);
   * ```
   */
  static returnSome<T>(value: T): Lwt<T | undefined> {
    return new Lwt(FULFILLED, value);
  }

  /**
   * A promise fulfilled with an ok result.
   *
   * @typeParam T The type of the value.
   * @typeParam E The type of the error it does not have.
   * @param value The value.
   * @returns A fulfilled promise of `{ ok: true, value }`.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.returnOk(1).poll(), { ok: true, value: 1 });
   * ```
   */
  static returnOk<T, E = never>(value: T): Lwt<Result<T, E>> {
    return new Lwt(FULFILLED, { ok: true, value });
  }

  /**
   * A promise fulfilled, not rejected, with an error result.
   *
   * @typeParam E The type of the error.
   * @typeParam T The type of the value it does not have.
   * @param error The error.
   * @returns A fulfilled promise of `{ ok: false, error }`.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.returnError("no").poll(), { ok: false, error: "no" });
   * ```
   */
  static returnError<E, T = never>(error: E): Lwt<Result<T, E>> {
    return new Lwt(FULFILLED, { ok: false, error });
  }

  /**
   * A promise rejected with a `Failure`.
   *
   * @typeParam T The type of the value it does not have.
   * @param message The message of the error.
   * @returns A rejected promise.
   *
   * @example Usage
   * ```ts
   * import { Failure, Lwt } from "@lwt/lwt/core";
   * import { assertThrows } from "@std/assert";
   *
   * assertThrows(() => Lwt.failWith("no").poll(), Failure, "no");
   * ```
   */
  static failWith<T = never>(message: string): Lwt<T> {
    return Lwt.fail(new Failure(message));
  }

  /**
   * A promise rejected with an `InvalidArgument`.
   *
   * @typeParam T The type of the value it does not have.
   * @param message The message of the error.
   * @returns A rejected promise.
   *
   * @example Usage
   * ```ts
   * import { InvalidArgument, Lwt } from "@lwt/lwt/core";
   * import { assertThrows } from "@std/assert";
   *
   * assertThrows(() => Lwt.failInvalidArg("below 0").poll(), InvalidArgument);
   * ```
   */
  static failInvalidArg<T = never>(message: string): Lwt<T> {
    return Lwt.fail(new InvalidArgument(message));
  }

  /**
   * Turns a result into a settled promise.
   *
   * @typeParam T The type of the value.
   * @param result The result.
   * @returns A promise fulfilled with the value, or rejected with the error.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.ofResult({ ok: true, value: 1 }).poll(), 1);
   * ```
   */
  static ofResult<T>(result: Result<T, unknown>): Lwt<T> {
    return result.ok ? Lwt.return(result.value) : Lwt.fail(result.error);
  }

  /**
   * Throws an error again, with the stack it already carries.
   *
   * @param error The error.
   * @throws The error.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertThrows } from "@std/assert";
   *
   * assertThrows(() => Lwt.reraise(new RangeError("no")), RangeError);
   * ```
   */
  static reraise(error: unknown): never {
    throw error;
  }

  /**
   * Runs a function on the value, once there is one, and becomes the promise that it returns.
   *
   * On a fulfilled promise the function is called at once, and its promise is the result itself. On
   * a pending one it is called when the value arrives, with the implicit map (see `Key`) of now. A
   * rejection is passed on, and a throw of the function is a rejection too.
   *
   * @typeParam U The type of the result's value.
   * @param f The function.
   * @returns The promise that `f` returns, or one that follows it. Canceling it cancels this promise
   * as long as that is pending, and then the one that `f` returned.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const half = (n: number) => n % 2 === 0 ? Lwt.return(n / 2) : Lwt.failWith("odd");
   * assertEquals(half(8).bind(half).bind(half).poll(), 1);
   * ```
   */
  bind<U>(f: (value: T) => Lwt<U>): Lwt<U> {
    // Hot: anything but a value at hand, and room on the stack, is for the long way.
    if (this.status === FULFILLED) {
      const depth = counters[DEPTH]!;
      if (depth < MAX_DEPTH) {
        counters[DEPTH] = depth + 1;
        try {
          return f(this.content as T);
        } catch (error) {
          return Lwt.fail(caught(error));
        } finally {
          counters[DEPTH] = depth;
          if (depth === counters[DRAIN_AT]) runQueue();
        }
      }
    }
    return theLongBind(this, f);
  }

  /**
   * Applies a plain function to the value, once there is one.
   *
   * As `bind`, with a function that returns a value; nothing is flattened.
   *
   * @typeParam U The type of the result's value.
   * @param f The function. What it throws rejects the result.
   * @returns A promise of what `f` returns.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.return("four").map((s) => s.length).poll(), 4);
   * ```
   */
  map<U>(f: (value: T) => U): Lwt<U> {
    if (this.status === FULFILLED) {
      const depth = counters[DEPTH]!;
      if (depth < MAX_DEPTH) {
        counters[DEPTH] = depth + 1;
        try {
          return new Lwt<U>(FULFILLED, f(this.content as T));
        } catch (error) {
          return Lwt.fail(caught(error));
        } finally {
          counters[DEPTH] = depth;
          if (depth === counters[DRAIN_AT]) runQueue();
        }
      }
    }
    return theLongMap(this, f);
  }

  /**
   * Calls a function; if it throws or its promise is rejected, becomes what the handler returns.
   *
   * @typeParam T The type of the value.
   * @param f The function, called at once.
   * @param h The handler of the error.
   * @returns The promise of `f` if it is fulfilled, else that of `h`.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const safe = Lwt.catch<string>(() => Lwt.fail("oops"), (error) => Lwt.return(`got ${error}`));
   * assertEquals(safe.poll(), "got oops");
   * ```
   */
  static catch<T>(f: () => Lwt<T>, h: (error: unknown) => Lwt<T>): Lwt<T> {
    return recover(attempt(f), h);
  }

  /**
   * Calls a function, then a cleanup, whichever way the function's promise ended.
   *
   * @typeParam T The type of the value.
   * @param f The function, called at once.
   * @param cleanup The cleanup, called once. Its promise is waited for; if it is rejected, so is the
   * result, even where `f` had failed itself.
   * @returns A promise with the outcome of `f`.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let open = true;
   * const close = () => {
   *   open = false;
   *   return Lwt.returnUnit;
   * };
   * assertEquals(Lwt.finalize(() => Lwt.return(1), close).poll(), 1);
   * assertEquals(open, false);
   * ```
   */
  static finalize<T>(f: () => Lwt<T>, cleanup: () => Lwt<void>): Lwt<T> {
    return either(
      attempt(f),
      (value) => cleanup().map(() => value),
      (error) => cleanup().bind(() => Lwt.fail<T>(error)),
    );
  }

  /**
   * Calls a function, then one of two others, with its value or with its error.
   *
   * @typeParam T The type of the function's value.
   * @typeParam U The type of the result's value.
   * @param f The function, called at once.
   * @param ok Called with the value. Its errors do not go to `ko`.
   * @param ko Called with the error that `f` threw or was rejected with.
   * @returns The promise of the one that was called.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const told = Lwt.tryBind(
   *   () => Lwt.fail<number>("lost"),
   *   (n) => Lwt.return(`value ${n}`),
   *   (error) => Lwt.return(`error ${error}`),
   * );
   * assertEquals(told.poll(), "error lost");
   * ```
   */
  static tryBind<T, U>(
    f: () => Lwt<T>,
    ok: (value: T) => Lwt<U>,
    ko: (error: unknown) => Lwt<U>,
  ): Lwt<U> {
    return either(attempt(f), ok, ko);
  }

  /**
   * Calls a function, and turns what it returns or throws into a promise.
   *
   * @typeParam T The type of the value.
   * @param f The function, called at once.
   * @returns A settled promise.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.wrap(() => JSON.parse("{")).state().tag, "Fail");
   * ```
   */
  static wrap<T>(f: () => T): Lwt<T> {
    return Lwt.returnUnit.map(f);
  }

  /**
   * Calls a function, and turns what it throws into a rejected promise.
   *
   * @typeParam A The type of the argument.
   * @typeParam T The type of the value.
   * @param f The function, called at once.
   * @param a Its argument.
   * @returns The promise that `f` returns, or a rejected one.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.apply((n: number) => Lwt.return(-n), 1).poll(), -1);
   * ```
   */
  static apply<A, T>(f: (a: A) => Lwt<T>, a: A): Lwt<T> {
    return attempt(() => f(a));
  }

  /**
   * Runs straight-line code: a generator in which `yield*` waits for a promise.
   *
   * It starts at once, goes on inside the call that settles what it waits for, and keeps its
   * implicit map (see `Key`). A rejected promise throws at its `yield*`. Loops, `try`, `finally` and
   * `using` are the language's own, and so is the stack of an error.
   *
   * An inline `function*` makes a new function with each call, which costs thirty times what the
   * rest does: on hot paths give a function that stands at the top of its file, with its arguments.
   *
   * @typeParam A The types of the arguments.
   * @typeParam T The type of the value.
   * @param f The generator function, or a generator that was not started yet.
   * @param args The arguments of the function.
   * @returns A promise of what the generator returns. Canceling it cancels the promise it waits for.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * function* sum(a: Lwt<number>, b: Lwt<number>): Lwt.Task<number> {
   *   return (yield* a) + (yield* b);
   * }
   * const [later, resolver] = Lwt.wait<number>();
   * const p = Lwt.spawn(sum, Lwt.return(1), later);
   * resolver.wakeup(2);
   * assertEquals(p.poll(), 3);
   * ```
   */
  static spawn<A extends readonly unknown[], T>(
    f: (...args: A) => Lwt.Task<T>,
    ...args: A
  ): Lwt<T>;
  /**
   * Runs a generator that was not started yet.
   *
   * @typeParam T The type of the value.
   * @param task The generator.
   * @returns A promise of what the generator returns.
   */
  static spawn<T>(task: Lwt.Task<T>): Lwt<T>;
  static spawn<A extends readonly unknown[], T>(
    work: Lwt.Task<T> | ((...args: A) => Lwt.Task<T>),
    ...args: A
  ): Lwt<T> {
    return spawn(work, args);
  }

  /**
   * Starts a function and drops its promise. An error goes to `Lwt.asyncExceptionHook`.
   *
   * @param f The function, called at once.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let ticks = 0;
   * Lwt.async(() => Lwt.pause().map(() => void ticks++));
   * Lwt.wakeupPaused();
   * assertEquals(ticks, 1);
   * ```
   */
  static async(f: () => Lwt<void>): void {
    reportTo(attempt(f), report);
  }

  /**
   * Starts a function and drops its promise. An error goes to a handler.
   *
   * @param f The function, called at once.
   * @param handler Told of the error. What it throws comes out of the call that led to the error.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const errors: unknown[] = [];
   * Lwt.dontWait(() => Lwt.fail("lost"), (error) => errors.push(error));
   * assertEquals(errors, ["lost"]);
   * ```
   */
  static dontWait(f: () => Lwt<void>, handler: (error: unknown) => void): void {
    reportTo(attempt(f), handler);
  }

  /**
   * Throws the error of a rejected promise; sends a later one to `Lwt.asyncExceptionHook`.
   *
   * @throws The error, if the promise is rejected already.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertThrows } from "@std/assert";
   *
   * assertThrows(() => Lwt.failWith("no").ignoreResult());
   * ```
   */
  ignoreResult(): void {
    const p = rootOf(this);
    if (p.status === REJECTED) throw p.content;
    reportTo(p, report);
  }

  /**
   * Waits for two promises, and pairs their values.
   *
   * @typeParam A The type of the first value.
   * @typeParam B The type of the second value.
   * @param a The first promise.
   * @param b The second promise.
   * @returns A promise settled once both are; rejected with the first error in time, if any.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.both(Lwt.return(1), Lwt.return("a")).poll(), [1, "a"]);
   * ```
   */
  static both<A, B>(a: Lwt<A>, b: Lwt<B>): Lwt<[A, B]> {
    return all<A | B>([a, b]) as Lwt<[A, B]>;
  }

  /**
   * Waits for every promise of a list.
   *
   * @param ps The promises.
   * @returns A promise settled once all are. It is rejected if one of them is: with the error of the
   * first in the list that is rejected now, else with the first error in time.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const [later, resolver] = Lwt.wait<void>();
   * const p = Lwt.join([Lwt.returnUnit, later]);
   * assert(p.isSleeping());
   * resolver.wakeup();
   * assert(!p.isSleeping());
   * ```
   */
  static join(ps: readonly Lwt<unknown>[]): Lwt<void> {
    return ps.length === 0 ? Lwt.returnUnit : join(ps);
  }

  /**
   * Waits for every promise of a list, and gathers their values in the order of the list.
   *
   * @typeParam T The type of the values.
   * @param ps The promises.
   * @returns A promise of the values; rejected as that of `join`.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.all([Lwt.return(1), Lwt.return(2)]).poll(), [1, 2]);
   * ```
   */
  static all<T>(ps: readonly Lwt<T>[]): Lwt<T[]> {
    return ps.length === 0 ? Lwt.returnNil as Lwt<readonly T[]> as Lwt<T[]> : all(ps);
  }

  /**
   * Takes the first promise to settle, and cancels the others.
   *
   * If some are settled already, the result is the first of the list that is rejected, or else the
   * first that is fulfilled. The others are canceled in the order of the list, before the result
   * settles.
   *
   * @typeParam T The type of the values.
   * @param ps The promises, one at least.
   * @returns A promise with the outcome of the first.
   * @throws {InvalidArgument} If the list is empty.
   *
   * @example A timeout
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [reply] = Lwt.task<string>();
   * const [timeout, clock] = Lwt.task<string>();
   * const p = Lwt.pick([reply, timeout]);
   * clock.wakeup("too late");
   * assertEquals(p.poll(), "too late");
   * assertEquals(reply.state().tag, "Fail");
   * ```
   */
  static pick<T>(ps: readonly Lwt<T>[]): Lwt<T> {
    return race(ps, PICK) as Lwt<T>;
  }

  /**
   * Takes the first promise to settle, and leaves the others alone.
   *
   * Nothing stays behind in the others, however long they live.
   *
   * @typeParam T The type of the values.
   * @param ps The promises, one at least.
   * @returns A promise with the outcome of the first; which it is among settled ones, see `pick`.
   * @throws {InvalidArgument} If the list is empty.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [never] = Lwt.wait<number>();
   * assertEquals(Lwt.choose([never, Lwt.return(1)]).poll(), 1);
   * ```
   */
  static choose<T>(ps: readonly Lwt<T>[]): Lwt<T> {
    return race(ps, CHOOSE) as Lwt<T>;
  }

  /**
   * As `pick`, with the values of all promises that are fulfilled at that moment.
   *
   * @typeParam T The type of the values.
   * @param ps The promises, one at least.
   * @returns A promise of the values in the order of the list; rejected if one of them is by then.
   * @throws {InvalidArgument} If the list is empty.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [never] = Lwt.task<number>();
   * assertEquals(Lwt.npick([Lwt.return(1), never, Lwt.return(2)]).poll(), [1, 2]);
   * ```
   */
  static npick<T>(ps: readonly Lwt<T>[]): Lwt<T[]> {
    return race(ps, NPICK) as Lwt<T[]>;
  }

  /**
   * As `choose`, with the values of all promises that are fulfilled at that moment.
   *
   * @typeParam T The type of the values.
   * @param ps The promises, one at least.
   * @returns A promise of the values in the order of the list; rejected if one of them is by then.
   * @throws {InvalidArgument} If the list is empty.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.nchoose([Lwt.return(1), Lwt.return(2)]).poll(), [1, 2]);
   * ```
   */
  static nchoose<T>(ps: readonly Lwt<T>[]): Lwt<T[]> {
    return race(ps, NCHOOSE) as Lwt<T[]>;
  }

  /**
   * As `nchoose`, with the promises that are still pending as well.
   *
   * @typeParam T The type of the values.
   * @param ps The promises, one at least.
   * @returns A promise of the values and of the promises left, both in the order of the list.
   * @throws {InvalidArgument} If the list is empty.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [later] = Lwt.wait<number>();
   * const [values, rest] = Lwt.nchooseSplit([later, Lwt.return(1)]).poll() ?? [];
   * assertEquals(values, [1]);
   * assertEquals(rest, [later]);
   * ```
   */
  static nchooseSplit<T>(ps: readonly Lwt<T>[]): Lwt<[values: T[], pending: Lwt<T>[]]> {
    return race(ps, NCHOOSE_SPLIT) as Lwt<[T[], Lwt<T>[]]>;
  }

  /**
   * The first of several promises to settle, whether they are Lwt's or the language's.
   *
   * Nothing stays behind in those that live on. For promises of Lwt alone `choose` is faster.
   *
   * @typeParam P The types of the promises.
   * @param promises The promises, of either kind; other values count as fulfilled.
   * @returns A promise with the outcome of the first in time, or of the leftmost that is settled
   * already. Canceling it cancels the Lwt promises.
   * @throws {InvalidArgument} If there are none.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [forever] = Lwt.wait<number>();
   * assertEquals(await Lwt.race([forever, Promise.resolve("native")]), "native");
   * ```
   */
  static race<const P extends readonly unknown[]>(promises: P): Lwt<ValueOf<P[number]>> {
    return raceOfBothKinds(promises);
  }

  /**
   * The first of several promises to be fulfilled, whether they are Lwt's or the language's.
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
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Lwt.any([Lwt.fail("no"), Promise.resolve("yes")]), "yes");
   * ```
   */
  static any<const P extends readonly unknown[]>(promises: P): Lwt<ValueOf<P[number]>> {
    return any(promises);
  }

  /**
   * The outcomes of several promises, whether they are Lwt's or the language's.
   *
   * @typeParam P The types of the promises.
   * @param promises The promises, of either kind; other values count as fulfilled.
   * @returns A promise of the outcomes, in the order of the promises, once all are settled. It is
   * not rejected. Canceling it cancels the Lwt promises.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Lwt.allSettled([Lwt.fail("no"), Promise.resolve("yes")]), [
   *   { status: "rejected", reason: "no" },
   *   { status: "fulfilled", value: "yes" },
   * ]);
   * ```
   */
  static allSettled<const P extends readonly unknown[]>(promises: P): Lwt<Outcomes<P>> {
    return allSettled(promises);
  }

  /**
   * Rejects with `Canceled` the cancelable promises that this one waits for, itself included.
   *
   * First all of them are marked, then their callbacks run; this promise is rejected when the error
   * arrives there, unless a handler on the way makes something else of it. Nothing happens if it is
   * settled, or if nothing it waits for can be canceled.
   *
   * @param cause Who cancels, or why: the `cause` of the error.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [reply] = Lwt.task<string>();
   * const p = Lwt.catch(() => reply.map((s) => s.length), () => Lwt.return(-1));
   * p.cancel();
   * assertEquals(p.poll(), -1);
   * ```
   */
  cancel(cause?: unknown): void {
    cancel(this, cause);
  }

  /**
   * Calls a function when the promise is rejected with `Canceled`, before its other callbacks.
   *
   * @param f The function; called at once if the promise is canceled already. What it throws goes to
   * `Lwt.asyncExceptionHook`.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const [p] = Lwt.task();
   * let stopped = false;
   * p.onCancel(() => stopped = true);
   * p.cancel();
   * assert(stopped);
   * ```
   */
  onCancel(f: () => void): void {
    watch(this, ON_CANCEL, f);
  }

  /**
   * A cancelable copy: canceling it leaves this promise running.
   *
   * @returns A promise that settles as this one does, unless it is canceled before.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const [job] = Lwt.task<number>();
   * const mine = job.protected();
   * mine.cancel();
   * assert(job.isSleeping());
   * ```
   */
  protected(): Lwt<T> {
    const p = rootOf(this);
    if (p.status > 0) return p;
    const made = copy(p, PROTECTED);
    made.onCancel(() => drop(rootOf(p), made));
    return made as Lwt<T>;
  }

  /**
   * A copy through which `cancel` does not pass at all.
   *
   * @returns A promise that settles as this one does.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const [job] = Lwt.task<number>();
   * const mine = job.noCancel();
   * mine.cancel();
   * assert(mine.isSleeping() && job.isSleeping());
   * ```
   */
  noCancel(): Lwt<T> {
    const p = rootOf(this);
    return p.status > 0 ? p : copy(p, NO_CANCEL) as Lwt<T>;
  }

  /**
   * A cancelable copy: canceling it rejects it, and then cancels this promise if that can be.
   *
   * @returns A promise that settles as this one does, unless it is canceled before.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const [job] = Lwt.wait<number>();
   * const mine = job.wrapInCancelable();
   * mine.cancel();
   * assert(!mine.isSleeping() && job.isSleeping());
   * ```
   */
  wrapInCancelable(): Lwt<T> {
    const p = rootOf(this);
    if (p.status > 0) return p;
    const made = copy(p, WRAPPED);
    made.onCancel(() => {
      drop(rootOf(p), made);
      p.cancel();
    });
    return made as Lwt<T>;
  }

  /**
   * Calls a function with the value, once there is one, for its effect alone.
   *
   * @param f The function; called at once on a fulfilled promise. What it throws goes to
   * `Lwt.asyncExceptionHook`.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const seen: number[] = [];
   * Lwt.return(1).onSuccess((n) => seen.push(n));
   * assertEquals(seen, [1]);
   * ```
   */
  onSuccess(f: (value: T) => void): void {
    watch(this, ON_SUCCESS, f);
  }

  /**
   * Calls a function with the error, once there is one, for its effect alone.
   *
   * @param f The function; called at once on a rejected promise. What it throws goes to
   * `Lwt.asyncExceptionHook`.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const seen: unknown[] = [];
   * Lwt.fail("no").onFailure((error) => seen.push(error));
   * assertEquals(seen, ["no"]);
   * ```
   */
  onFailure(f: (error: unknown) => void): void {
    watch(this, ON_FAILURE, f);
  }

  /**
   * Calls a function once the promise is settled, either way.
   *
   * @param f The function; called at once on a settled promise. What it throws goes to
   * `Lwt.asyncExceptionHook`.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let ends = 0;
   * Lwt.fail("no").onTermination(() => ends++);
   * assertEquals(ends, 1);
   * ```
   */
  onTermination(f: () => void): void {
    watch(this, ON_TERMINATION, f);
  }

  /**
   * Calls one of two functions once the promise is settled, for its effect alone.
   *
   * @param f Called with the value.
   * @param g Called with the error. What either throws goes to `Lwt.asyncExceptionHook`.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const seen: unknown[] = [];
   * Lwt.return(1).onAny((n) => seen.push(n), (error) => seen.push(error));
   * assertEquals(seen, [1]);
   * ```
   */
  onAny(f: (value: T) => void, g: (error: unknown) => void): void {
    watch(this, ON_ANY, { ok: f, ko: g });
  }

  /**
   * The present state.
   *
   * @returns `Return` with the value, `Fail` with the error, or `Sleep`.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.wait()[0].state(), { tag: "Sleep" });
   * ```
   */
  state(): Lwt.State<T> {
    const p = rootOf(this);
    if (p.status === FULFILLED) return { tag: "Return", value: p.content as T };
    return p.status === REJECTED ? { tag: "Fail", error: p.content } : SLEEP;
  }

  /**
   * Whether the promise is still pending.
   *
   * @returns `true` if neither a value nor an error has come.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * assert(Lwt.wait()[0].isSleeping());
   * ```
   */
  isSleeping(): boolean {
    return rootOf(this).status < 0;
  }

  /**
   * The value, if there is one.
   *
   * @returns The value of a fulfilled promise, `undefined` for a pending one.
   * @throws The error of a rejected one.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.return(1).poll(), 1);
   * ```
   */
  poll(): T | undefined {
    const p = rootOf(this);
    if (p.status === REJECTED) throw p.content;
    return p.status === FULFILLED ? p.content as T : undefined;
  }

  /**
   * Whether the state is a given one, compared structurally.
   *
   * @param expected The state to compare with.
   * @returns A promise already fulfilled with the answer.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.return([1]).debugStateIs({ tag: "Return", value: [1] }).poll(), true);
   * ```
   */
  debugStateIs(expected: Lwt.State<T>): Lwt<boolean> {
    return Lwt.return(equal(this.state(), expected));
  }

  /**
   * Says why the promise is still pending: what it waits for, down to the promises that only the
   * outside can settle, by the names they were given.
   *
   * @param options The form of the answer: text, or a graph for Graphviz.
   * @returns One line for each promise on the way, indented below the one that waits for it.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [reply] = Lwt.wait<string>("the reply");
   * assertEquals(reply.map((s) => s.length).whyPending(), "a map of\n  the reply");
   * ```
   */
  whyPending(options?: WhyOptions): string {
    return whyPending(this, options);
  }

  /**
   * Makes a key: a value that callbacks inherit from where they were attached.
   *
   * @typeParam T The type of the values.
   * @returns A new key, without a value. `new Key()` is the same.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const user = Lwt.newKey<string>();
   * assertEquals(user.withValue("ada", () => user.get()), "ada");
   * ```
   */
  static newKey<T>(): Key<T> {
    return new Key();
  }

  /**
   * A promise for the next turn of the main loop: what is waiting to run gets its turn first.
   *
   * @returns A cancelable promise.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const order: string[] = [];
   * const p = Lwt.pause().map(() => void order.push("later"));
   * order.push("now");
   * await p;
   * assertEquals(order, ["now", "later"]);
   * ```
   */
  static pause(): Lwt<void> {
    return pause();
  }

  /**
   * Fulfils, oldest first, the promises of `pause` made before this call. The main loop calls it.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const p = Lwt.pause();
   * Lwt.wakeupPaused();
   * assert(!p.isSleeping());
   * ```
   */
  static wakeupPaused(): void {
    wakeupPaused();
  }

  /**
   * How many pauses were asked for since the last turn, those canceled since included.
   *
   * @returns The number.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * Lwt.pause();
   * assertEquals(Lwt.pausedCount(), 1);
   * Lwt.wakeupPaused();
   * ```
   */
  static pausedCount(): number {
    return pausedCount();
  }

  /**
   * Replaces the function that is called at each pause, after it was counted.
   *
   * @param f Told how many pauses there are.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let count = 0;
   * Lwt.registerPauseNotifier((n) => count = n);
   * Lwt.pause();
   * assertEquals(count, 1);
   * Lwt.wakeupPaused();
   * Lwt.registerPauseNotifier(() => {});
   * ```
   */
  static registerPauseNotifier(f: (count: number) => void): void {
    setPauseNotifier(f);
  }

  /**
   * Forgets the paused promises, which then stay pending; they can still be canceled.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const p = Lwt.pause();
   * Lwt.abandonPaused();
   * Lwt.wakeupPaused();
   * assert(p.isSleeping());
   * ```
   */
  static abandonPaused(): void {
    abandonPaused();
  }

  /**
   * Leaves one level of the resolution loop, for code that will not return to it; runs what was
   * queued if it was the outermost. Outside a loop it does nothing.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   *
   * Lwt.abandonWakeups();
   * ```
   */
  static abandonWakeups(): void {
    abandon();
  }

  /**
   * Makes a cancelable promise whose resolver waits at the right end of a sequence.
   *
   * @typeParam T The type of the value.
   * @param sequence The sequence. Canceling the promise takes its resolver out.
   * @returns The promise.
   *
   * @example Usage
   * ```ts
   * import { Lwt, type Resolver, Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const waiters = new Sequence<Resolver<string>>();
   * const p = Lwt.addTaskR(waiters);
   * waiters.takeL().wakeup("your turn");
   * assertEquals(p.poll(), "your turn");
   * ```
   */
  static addTaskR<T>(sequence: Sequence<Resolver<T>>): Lwt<T> {
    const [p, resolver] = Lwt.task<T>();
    const node = sequence.addR(resolver);
    p.onCancel(() => node.remove());
    return p;
  }

  /**
   * Makes a cancelable promise whose resolver waits at the left end of a sequence.
   *
   * @typeParam T The type of the value.
   * @param sequence The sequence. Canceling the promise takes its resolver out.
   * @returns The promise.
   *
   * @example Usage
   * ```ts
   * import { Lwt, type Resolver, Sequence } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const waiters = new Sequence<Resolver<string>>();
   * Lwt.addTaskL(waiters).cancel();
   * assert(waiters.isEmpty());
   * ```
   */
  static addTaskL<T>(sequence: Sequence<Resolver<T>>): Lwt<T> {
    const [p, resolver] = Lwt.task<T>();
    const node = sequence.addL(resolver);
    p.onCancel(() => node.remove());
    return p;
  }

  /**
   * Names what a function does, for traces: what it starts carries the name.
   *
   * @typeParam T The type of the value.
   * @param name The name.
   * @param f The function, called at once.
   * @returns The promise of the function.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Lwt.withTracingContext("start", () => Lwt.return(1)).poll(), 1);
   * ```
   */
  static withTracingContext<T>(name: string, f: () => Lwt<T>): Lwt<T> {
    tracingContext ??= new Key();
    return tracingContext.withValue(name, () => attempt(f));
  }

  /**
   * An Lwt promise that settles as a native one does.
   *
   * @typeParam T The type of the value.
   * @param promise The native promise, or anything else with a `then`.
   * @returns A promise that is pending until a later turn of the host's loop, and not cancelable.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Lwt.ofPromise(Promise.resolve(1)), 1);
   * ```
   */
  static ofPromise<T>(promise: PromiseLike<T>): Lwt<T> {
    return ofPromise(promise);
  }

  /**
   * Starts a native operation that listens to an `AbortSignal`; canceling aborts it.
   *
   * @typeParam T The type of the value.
   * @param f Starts the operation, called at once: `(signal) => fetch(url, { signal })`.
   * @returns A promise that settles as the operation does; canceling rejects it at once, and gives
   * the signal the cause of the cancelation as reason.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * let given: AbortSignal | undefined;
   * const p = Lwt.ofAbortable((signal) => {
   *   given = signal;
   *   return new Promise(() => {});
   * });
   * p.cancel();
   * assert(given?.aborted);
   * ```
   */
  static ofAbortable<T>(f: (signal: AbortSignal) => PromiseLike<T>): Lwt<T> {
    return ofAbortable(f);
  }

  /**
   * A native promise that settles as this one does; in a hot loop, faster to `await` than this one.
   *
   * @returns The native promise. A value that has a `then` itself is flattened.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Lwt.return(1).toPromise(), 1);
   * ```
   */
  toPromise(): Promise<Awaited<T>> {
    return toPromise(this);
  }

  /**
   * A copy of this promise that an `AbortSignal` cancels.
   *
   * @param signal When it is aborted, the copy is rejected with `Canceled`, whose cause is the
   * signal's reason, and then this promise is canceled, if that can be.
   * @returns The copy, or this promise if it is settled.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const controller = new AbortController();
   * const p = Lwt.task()[0].withSignal(controller.signal);
   * controller.abort();
   * assertEquals(p.state().tag, "Fail");
   * ```
   */
  withSignal(signal: AbortSignal): Lwt<T> {
    return withSignal(this, signal);
  }

  /**
   * What `await` calls, as Promises/A+ wants it: no function is called before this one returns.
   *
   * @typeParam A What `ok` returns.
   * @typeParam B What `ko` returns.
   * @param ok Called with the value.
   * @param ko Called with the error.
   * @returns A native promise of what the function called returns.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await Lwt.return(1), 1);
   * ```
   */
  then<A = T, B = never>(
    ok?: ((value: T) => A | PromiseLike<A>) | null,
    ko?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return thenOf(this, ok, ko);
  }

  /**
   * What `yield*` in a generator of `Lwt.spawn` calls: waits for the promise.
   *
   * @returns An iterator that ends with the value, or throws the error.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * function* next(p: Lwt<number>): Lwt.Task<number> {
   *   return 1 + (yield* p);
   * }
   * assertEquals(Lwt.spawn(next, Lwt.return(1)).poll(), 2);
   * ```
   */
  [Symbol.iterator](): Iterator<Lwt<unknown>, T, unknown> {
    return new Wait(this);
  }
}

/** @ignore A promise that was made pending. */
export class Pending<T> extends Lwt<T> {
  declare source: Source | undefined;

  constructor(source: Source) {
    super(PENDING, undefined);
    this.source = source;
  }
}

/** @ignore A promise that waits for another one: it is itself the callback it attaches there. */
export class Derived extends Pending<unknown> {
  declare kind: number;
  declare f: unknown;
  declare storage: unknown;
  declare sibling: Callback | undefined;

  constructor(kind: number, f: unknown, source: Source) {
    super(source);
    this.kind = kind;
    this.f = f;
    this.storage = storage;
    this.sibling = undefined;
  }
}

/**
 * The write end of one promise, made with it by `Lwt.wait` or `Lwt.task`.
 *
 * Each promise is settled once. A second attempt throws, unless the promise was canceled meanwhile:
 * then it does nothing. The functions whose name has "Later" in it queue the callbacks if others
 * are running; the others always run them before they return.
 *
 * @typeParam T The type of the value.
 *
 * @example Usage
 * ```ts
 * import { Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const [p, resolver] = Lwt.wait<number>();
 * resolver.wakeup(1);
 * assertEquals(p.poll(), 1);
 * ```
 */
export class Resolver<in T> {
  readonly #promise: Lwt<unknown>;

  /** @ignore Resolvers are made by `Lwt.wait` and `Lwt.task`. */
  constructor(promise: Lwt<unknown>) {
    this.#promise = promise;
  }

  /**
   * Fulfils the promise, and runs its callbacks before it returns.
   *
   * @param value The value.
   * @throws {InvalidArgument} If the promise is settled, and not because it was canceled.
   *
   * @example Usage
   * ```ts
   * import { InvalidArgument, Lwt } from "@lwt/lwt/core";
   * import { assertThrows } from "@std/assert";
   *
   * const [, resolver] = Lwt.wait<number>();
   * resolver.wakeup(1);
   * assertThrows(() => resolver.wakeup(2), InvalidArgument);
   * ```
   */
  wakeup(value: T): void {
    const p = rootOf(this.#promise);
    if (p.status > 0) return refuse(p, "Lwt.wakeup");
    run(settle(p, FULFILLED, value), FULFILLED, value);
  }

  /**
   * Rejects the promise, and runs its callbacks before it returns.
   *
   * @param error The error.
   * @throws {InvalidArgument} If the promise is settled, and not because it was canceled.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [p, resolver] = Lwt.wait();
   * resolver.wakeupExn("no");
   * assertEquals(p.state(), { tag: "Fail", error: "no" });
   * ```
   */
  wakeupExn(error: unknown): void {
    const p = rootOf(this.#promise);
    if (p.status > 0) return refuse(p, "Lwt.wakeup_exn");
    run(settle(p, REJECTED, error), REJECTED, error);
  }

  /**
   * `wakeup` or `wakeupExn`, as the result says.
   *
   * @param result The result.
   * @throws {InvalidArgument} If the promise is settled, and not because it was canceled.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [p, resolver] = Lwt.wait<number>();
   * resolver.wakeupResult({ ok: true, value: 1 });
   * assertEquals(p.poll(), 1);
   * ```
   */
  wakeupResult(result: Result<T, unknown>): void {
    const p = rootOf(this.#promise);
    if (p.status > 0) return refuse(p, "Lwt.wakeup_result");
    const status = result.ok ? FULFILLED : REJECTED;
    const content = result.ok ? result.value : result.error;
    run(settle(p, status, content), status, content);
  }

  /**
   * Fulfils the promise now. Its callbacks run at once, or after those that are running.
   *
   * @param value The value.
   * @throws {InvalidArgument} If the promise is settled, and not because it was canceled.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [p, resolver] = Lwt.wait<number>();
   * resolver.wakeupLater(1);
   * assertEquals(p.poll(), 1);
   * ```
   */
  wakeupLater(value: T): void {
    const p = rootOf(this.#promise);
    if (p.status > 0) return refuse(p, "Lwt.wakeup_later");
    runLater(settle(p, FULFILLED, value), FULFILLED, value);
  }

  /**
   * Rejects the promise now. Its callbacks run at once, or after those that are running.
   *
   * @param error The error.
   * @throws {InvalidArgument} If the promise is settled, and not because it was canceled.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [p, resolver] = Lwt.wait();
   * resolver.wakeupLaterExn("no");
   * assertEquals(p.state(), { tag: "Fail", error: "no" });
   * ```
   */
  wakeupLaterExn(error: unknown): void {
    const p = rootOf(this.#promise);
    if (p.status > 0) return refuse(p, "Lwt.wakeup_later_exn");
    runLater(settle(p, REJECTED, error), REJECTED, error);
  }

  /**
   * `wakeupLater` or `wakeupLaterExn`, as the result says.
   *
   * @param result The result.
   * @throws {InvalidArgument} If the promise is settled, and not because it was canceled.
   *
   * @example Usage
   * ```ts
   * import { Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const [p, resolver] = Lwt.wait<number>();
   * resolver.wakeupLaterResult({ ok: false, error: "no" });
   * assertEquals(p.state(), { tag: "Fail", error: "no" });
   * ```
   */
  wakeupLaterResult(result: Result<T, unknown>): void {
    const p = rootOf(this.#promise);
    if (p.status > 0) return refuse(p, "Lwt.wakeup_later_result");
    const status = result.ok ? FULFILLED : REJECTED;
    const content = result.ok ? result.value : result.error;
    runLater(settle(p, status, content), status, content);
  }
}

const WAIT = new Origin("a promise of Lwt.wait", false);
const TASK = new Origin("a promise of Lwt.task", true);
const PROTECTED = new Origin("a protected promise", true);
const WRAPPED = new Origin("a promise wrapped as cancelable", true);
const NO_CANCEL = new Origin("a promise kept from cancelation", false);

const SLEEP: { readonly tag: "Sleep" } = Object.freeze({ tag: "Sleep" });

// Not made while the modules load: `Key` may then not exist yet.
let tracingContext: Key<string> | undefined;

// On a settled promise `bind` does all that a first call needs: it guards the stack and catches.
function attempt<T>(f: () => Lwt<T>): Lwt<T> {
  return Lwt.returnUnit.bind(f);
}

/** What becomes of a second wakeup: an error, except after a cancelation. */
function refuse(p: Lwt<unknown>, call: string): void {
  if (!isCanceled(p.status, p.content)) throw new InvalidArgument(call);
}

/**
 * Promise-returning iteration over arrays. In the functions whose name ends in `S` one call waits for
 * the one before, and the first failure is the last call; those whose name ends in `P` make all calls,
 * left to right, before they wait for anything.
 *
 * What a callback throws is a failure of its element like any other.
 *
 * @module
 */
import { attempt } from "./_holding.ts";
import { asLwt } from "./_resolution.ts";
import { NotFound } from "./errors.ts";
import { Lwt } from "./lwt.ts";

/**
 * Calls a function on each element in turn, and waits in between.
 *
 * @typeParam A The type of the elements.
 * @param l The array.
 * @param f The function.
 * @returns A promise fulfilled after the last call.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const seen: number[] = [];
 * await List.iterS([1, 2], (n) => Lwt.pause().map(() => void seen.push(n)));
 * assertEquals(seen, [1, 2]);
 * ```
 */
export function iterS<A>(l: readonly A[], f: (a: A) => Lwt<void>): Lwt<void> {
  return iteriS(l, (_, a) => f(a));
}

/**
 * Calls a function on every element, then waits for all calls.
 *
 * @typeParam A The type of the elements.
 * @param l The array.
 * @param f The function.
 * @returns A promise settled when all calls are. If some failed already, it is rejected with the error of
 * the last of them in the array; else with the first error in time.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const seen: number[] = [];
 * await List.iterP([1, 2], (n) => Lwt.pause().map(() => void seen.push(n)));
 * assertEquals(seen, [1, 2]);
 * ```
 */
export function iterP<A>(l: readonly A[], f: (a: A) => Lwt<void>): Lwt<void> {
  return iteriP(l, (_, a) => f(a));
}

/**
 * As `iterS`, with the index as first argument.
 *
 * @typeParam A The type of the elements.
 * @param l The array.
 * @param f The function.
 * @returns A promise fulfilled after the last call.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const seen: string[] = [];
 * await List.iteriS(["a", "b"], (i, s) => Lwt.return(void seen.push(i + s)));
 * assertEquals(seen, ["0a", "1b"]);
 * ```
 */
export function iteriS<A>(l: readonly A[], f: (i: number, a: A) => Lwt<void>): Lwt<void> {
  return Lwt.spawn(inTurn<A, void>, l, f, undefined);
}

/**
 * As `iterP`, with the index as first argument.
 *
 * @typeParam A The type of the elements.
 * @param l The array.
 * @param f The function.
 * @returns A promise settled when all calls are.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const seen: string[] = [];
 * await List.iteriP(["a", "b"], (i, s) => Lwt.return(void seen.push(i + s)));
 * assertEquals(seen, ["0a", "1b"]);
 * ```
 */
export function iteriP<A>(l: readonly A[], f: (i: number, a: A) => Lwt<void>): Lwt<void> {
  return Lwt.join(startAll(l, f).reverse());
}

/**
 * Maps each element in turn, and waits in between.
 *
 * @typeParam A The type of the elements.
 * @typeParam B The type of the results.
 * @param l The array.
 * @param f The function.
 * @returns A promise of the results.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.mapS([1, 2], (n) => Lwt.return(10 * n)).poll(), [10, 20]);
 * ```
 */
export function mapS<A, B>(l: readonly A[], f: (a: A) => Lwt<B>): Lwt<B[]> {
  return mapiS(l, (_, a) => f(a));
}

/**
 * Starts a function on every element, then gathers the results.
 *
 * @typeParam A The type of the elements.
 * @typeParam B The type of the results.
 * @param l The array.
 * @param f The function.
 * @returns A promise of the results, in the order of the array. The calls are waited for from the last to
 * the first; it is rejected as soon as a failed one is met on the way.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await List.mapP([1, 2], (n) => Lwt.pause().map(() => 10 * n)), [10, 20]);
 * ```
 */
export function mapP<A, B>(l: readonly A[], f: (a: A) => Lwt<B>): Lwt<B[]> {
  return mapiP(l, (_, a) => f(a));
}

/**
 * As `mapS`, with the index as first argument.
 *
 * @typeParam A The type of the elements.
 * @typeParam B The type of the results.
 * @param l The array.
 * @param f The function.
 * @returns A promise of the results.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.mapiS(["a"], (i, s) => Lwt.return(i + s)).poll(), ["0a"]);
 * ```
 */
export function mapiS<A, B>(l: readonly A[], f: (i: number, a: A) => Lwt<B>): Lwt<B[]> {
  const into: B[] = [];
  return Lwt.spawn(inTurn<A, B>, l, f, into).map(() => into);
}

/**
 * As `mapP`, with the index as first argument.
 *
 * @typeParam A The type of the elements.
 * @typeParam B The type of the results.
 * @param l The array.
 * @param f The function.
 * @returns A promise of the results.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.mapiP(["a"], (i, s) => Lwt.return(i + s)).poll(), ["0a"]);
 * ```
 */
export function mapiP<A, B>(l: readonly A[], f: (i: number, a: A) => Lwt<B>): Lwt<B[]> {
  return Lwt.spawn(gather<B>, startAll(l, f));
}

/**
 * As `mapS`, with the results in reverse.
 *
 * @typeParam A The type of the elements.
 * @typeParam B The type of the results.
 * @param l The array, gone through from left to right.
 * @param f The function.
 * @returns A promise of the results, the last element's first.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.revMapS([1, 2], (n) => Lwt.return(10 * n)).poll(), [20, 10]);
 * ```
 */
export function revMapS<A, B>(l: readonly A[], f: (a: A) => Lwt<B>): Lwt<B[]> {
  return mapS(l, f).map(reversed);
}

/**
 * As `mapP`, with the results in reverse.
 *
 * @typeParam A The type of the elements.
 * @typeParam B The type of the results.
 * @param l The array; calls are made from left to right.
 * @param f The function.
 * @returns A promise of the results, the last element's first.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.revMapP([1, 2], (n) => Lwt.return(10 * n)).poll(), [20, 10]);
 * ```
 */
export function revMapP<A, B>(l: readonly A[], f: (a: A) => Lwt<B>): Lwt<B[]> {
  return mapP(l, f).map(reversed);
}

/**
 * Folds from the left.
 *
 * @typeParam A The type of the accumulator.
 * @typeParam B The type of the elements.
 * @param l The array.
 * @param f Given the accumulator and an element, promises the next accumulator.
 * @param acc The first accumulator.
 * @returns A promise of the last accumulator.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.foldLeftS([1, 2], (acc, n) => Lwt.return(acc + n), "").poll(), "12");
 * ```
 */
export function foldLeftS<A, B>(
  l: readonly B[],
  f: (acc: A, b: B) => Lwt<A>,
  acc: A,
): Lwt<A> {
  return Lwt.spawn(foldLeft<A, B>, l, f, acc);
}

/**
 * Folds from the right: the last element is the first to be folded.
 *
 * @typeParam A The type of the elements.
 * @typeParam B The type of the accumulator.
 * @param l The array.
 * @param f Given an element and the accumulator, promises the next accumulator.
 * @param acc The first accumulator.
 * @returns A promise of the last accumulator.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.foldRightS([1, 2], (n, acc) => Lwt.return(acc + n), "").poll(), "21");
 * ```
 */
export function foldRightS<A, B>(
  l: readonly A[],
  f: (a: A, acc: B) => Lwt<B>,
  acc: B,
): Lwt<B> {
  return Lwt.spawn(foldRight<A, B>, l, f, acc);
}

/**
 * Tests elements in turn, and stops at the first that does not pass.
 *
 * @typeParam A The type of the elements.
 * @param l The array.
 * @param f The test.
 * @returns A promise of whether all pass.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.forAllS([1, -2, 3], (n) => Lwt.return(n > 0)).poll(), false);
 * ```
 */
export function forAllS<A>(l: readonly A[], f: (a: A) => Lwt<boolean>): Lwt<boolean> {
  return Lwt.spawn(indexOf<A>, l, f, false).map((i) => i < 0);
}

/**
 * Starts all tests, and waits for every one.
 *
 * @typeParam A The type of the elements.
 * @param l The array.
 * @param f The test.
 * @returns A promise of whether all pass.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.forAllP([1, 2], (n) => Lwt.return(n > 0)).poll(), true);
 * ```
 */
export function forAllP<A>(l: readonly A[], f: (a: A) => Lwt<boolean>): Lwt<boolean> {
  return mapP(l, f).map((answers) => answers.every(Boolean));
}

/**
 * Tests elements in turn, and stops at the first that passes.
 *
 * @typeParam A The type of the elements.
 * @param l The array.
 * @param f The test.
 * @returns A promise of whether one passes.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.existsS([1, -2, 3], (n) => Lwt.return(n < 0)).poll(), true);
 * ```
 */
export function existsS<A>(l: readonly A[], f: (a: A) => Lwt<boolean>): Lwt<boolean> {
  return Lwt.spawn(indexOf<A>, l, f, true).map((i) => i >= 0);
}

/**
 * Starts all tests, and waits for every one.
 *
 * @typeParam A The type of the elements.
 * @param l The array.
 * @param f The test.
 * @returns A promise of whether one passes.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.existsP([1, 2], (n) => Lwt.return(n < 0)).poll(), false);
 * ```
 */
export function existsP<A>(l: readonly A[], f: (a: A) => Lwt<boolean>): Lwt<boolean> {
  return mapP(l, f).map((answers) => answers.some(Boolean));
}

/**
 * Tests elements in turn, and stops at the first that passes.
 *
 * @typeParam A The type of the elements.
 * @param l The array.
 * @param f The test.
 * @returns A promise of that element; rejected with `NotFound` if none passes.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.findS([1, -2, 3], (n) => Lwt.return(n < 0)).poll(), -2);
 * ```
 */
export function findS<A>(l: readonly A[], f: (a: A) => Lwt<boolean>): Lwt<A> {
  return Lwt.spawn(indexOf<A>, l, f, true).bind((i) =>
    i >= 0
      ? Lwt.return(l[i] as A)
      : Lwt.fail(new NotFound("Cannot find element: none of the list passes"))
  );
}

/**
 * Keeps the elements that pass, tested in turn.
 *
 * @typeParam A The type of the elements.
 * @param l The array.
 * @param f The test.
 * @returns A promise of those that pass, in order.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.filterS([1, -2, 3], (n) => Lwt.return(n > 0)).poll(), [1, 3]);
 * ```
 */
export function filterS<A>(l: readonly A[], f: (a: A) => Lwt<boolean>): Lwt<A[]> {
  return mapS(l, f).map((answers) => l.filter((_, i) => answers[i]));
}

/**
 * Keeps the elements that pass, all tests started first.
 *
 * @typeParam A The type of the elements.
 * @param l The array.
 * @param f The test.
 * @returns A promise of those that pass, in order.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.filterP([1, -2, 3], (n) => Lwt.return(n > 0)).poll(), [1, 3]);
 * ```
 */
export function filterP<A>(l: readonly A[], f: (a: A) => Lwt<boolean>): Lwt<A[]> {
  return mapP(l, f).map((answers) => l.filter((_, i) => answers[i]));
}

/**
 * Maps elements in turn, and drops the results that are `undefined`.
 *
 * @typeParam A The type of the elements.
 * @typeParam B The type of the results.
 * @param l The array.
 * @param f The function.
 * @returns A promise of the other results, in order.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const positive = (n: number) => Lwt.return(n > 0 ? n : undefined);
 * assertEquals(List.filterMapS([1, -2, 3], positive).poll(), [1, 3]);
 * ```
 */
export function filterMapS<A, B>(
  l: readonly A[],
  f: (a: A) => Lwt<B | undefined>,
): Lwt<B[]> {
  return mapS(l, f).map(present);
}

/**
 * Maps all elements at once, and drops the results that are `undefined`.
 *
 * @typeParam A The type of the elements.
 * @typeParam B The type of the results.
 * @param l The array.
 * @param f The function.
 * @returns A promise of the other results, in order.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const positive = (n: number) => Lwt.return(n > 0 ? n : undefined);
 * assertEquals(List.filterMapP([1, -2, 3], positive).poll(), [1, 3]);
 * ```
 */
export function filterMapP<A, B>(
  l: readonly A[],
  f: (a: A) => Lwt<B | undefined>,
): Lwt<B[]> {
  return mapP(l, f).map(present);
}

/**
 * Splits elements, tested in turn.
 *
 * @typeParam A The type of the elements.
 * @param l The array.
 * @param f The test.
 * @returns A promise of those that pass and of the others, both in order.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.partitionS([1, -2, 3], (n) => Lwt.return(n > 0)).poll(), [[1, 3], [-2]]);
 * ```
 */
export function partitionS<A>(
  l: readonly A[],
  f: (a: A) => Lwt<boolean>,
): Lwt<[passing: A[], others: A[]]> {
  return mapS(l, f).map((answers) => split(l, answers));
}

/**
 * Splits elements, all tests started first.
 *
 * @typeParam A The type of the elements.
 * @param l The array.
 * @param f The test.
 * @returns A promise of those that pass and of the others, both in order.
 *
 * @example Usage
 * ```ts
 * import { List, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(List.partitionP([1, -2, 3], (n) => Lwt.return(n > 0)).poll(), [[1, 3], [-2]]);
 * ```
 */
export function partitionP<A>(
  l: readonly A[],
  f: (a: A) => Lwt<boolean>,
): Lwt<[passing: A[], others: A[]]> {
  return mapP(l, f).map((answers) => split(l, answers));
}

function* inTurn<A, B>(
  l: readonly A[],
  f: (i: number, a: A) => Lwt<B>,
  into: B[] | undefined,
): Lwt.Task<void> {
  for (let i = 0; i < l.length; i++) {
    const result = yield* promised(f(i, l[i] as A));
    if (into !== undefined) into.push(result);
  }
}

function* foldLeft<A, B>(
  l: readonly B[],
  f: (acc: A, b: B) => Lwt<A>,
  acc: A,
): Lwt.Task<A> {
  for (const b of l) acc = yield* promised(f(acc, b));
  return acc;
}

function* foldRight<A, B>(
  l: readonly A[],
  f: (a: A, acc: B) => Lwt<B>,
  acc: B,
): Lwt.Task<B> {
  for (let i = l.length - 1; i >= 0; i--) acc = yield* promised(f(l[i] as A, acc));
  return acc;
}

/** The index of the first element with this answer to a test, or -1. */
function* indexOf<A>(
  l: readonly A[],
  f: (a: A) => Lwt<boolean>,
  answer: boolean,
): Lwt.Task<number> {
  for (let i = 0; i < l.length; i++) {
    if ((yield* promised(f(l[i] as A))) === answer) return i;
  }
  return -1;
}

function startAll<A, B>(l: readonly A[], f: (i: number, a: A) => Lwt<B>): Lwt<B>[] {
  return l.map((a, i) => attempt(() => f(i, a)));
}

/** Waits from the last to the first, so that most are settled by the time they are looked at. */
function* gather<B>(calls: readonly Lwt<B>[]): Lwt.Task<B[]> {
  const results = new Array<B>(calls.length);
  for (let i = calls.length - 1; i >= 0; i--) results[i] = yield* calls[i]!;
  return results;
}

function promised<B>(answer: Lwt<B>): Lwt<B> {
  return asLwt(answer) as Lwt<B>;
}

function reversed<B>(results: B[]): B[] {
  return results.reverse();
}

function present<B>(results: readonly (B | undefined)[]): B[] {
  return results.filter((result) => result !== undefined);
}

function split<A>(l: readonly A[], answers: readonly boolean[]): [A[], A[]] {
  return [l.filter((_, i) => answers[i]), l.filter((_, i) => !answers[i])];
}

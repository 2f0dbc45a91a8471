/**
 * Lazy lists whose every step is a promise.
 *
 * @module
 */
import { FULFILLED } from "./_cell.ts";
import { rootOf } from "./_callbacks.ts";
import { concurrencyOf, type IterNOptions } from "./_concurrency.ts";
import { attempt } from "./_holding.ts";
import { asLwt } from "./_resolution.ts";
import { Lwt } from "./lwt.ts";

export type { IterNOptions };

/** Types that belong to {@linkcode Seq}. */
export declare namespace Seq {
  /** One step: the end, or an element and the rest. */
  type Node<T> =
    | { readonly tag: "Nil" }
    | { readonly tag: "Cons"; readonly value: T; readonly next: Seq<T> };
}

/**
 * A lazy list. Each step is worked out when it is asked for, and anew each time it is asked for.
 *
 * - Nothing is kept: walking a sequence twice does its work twice. A `Stream` is the thing for
 *   elements that come once.
 * - A function that throws rejects the step, or the walk, that called it.
 * - Walks are loops: no length overflows the stack or grows the memory.
 *
 * @typeParam T The type of the elements.
 *
 * @example Usage
 * ```ts
 * import { Lwt, Seq } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const powers = Seq.unfold((n: number) => n < 100 ? [n, 2 * n] : undefined, 1);
 * const big = powers.filter((n) => n > 10).mapS((n) => Lwt.return(`${n}`));
 * assertEquals(await big.toList(), ["16", "32", "64"]);
 * ```
 */
export class Seq<out T> {
  /** The sequence without elements. */
  static readonly empty: Seq<never> = new Seq(() => NIL);

  readonly #node: () => Lwt<Seq.Node<T>>;

  /**
   * Makes a sequence from the function that works out its first step.
   *
   * @param node The function. It is called each time the step is asked for.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Seq, Stream } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const ones: Seq<number> = new Seq(() => Lwt.return({ tag: "Cons", value: 1, next: ones }));
   * assertEquals(Stream.ofLwtSeq(ones).nget(2).poll(), [1, 1]);
   * ```
   */
  constructor(node: () => Lwt<Seq.Node<T>>) {
    this.#node = node;
  }

  /**
   * Asks for the first step.
   *
   * @returns A promise of the end, or of an element and the rest. What the function throws rejects it.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.empty.node().poll(), { tag: "Nil" });
   * ```
   */
  node(): Lwt<Seq.Node<T>> {
    return attempt(this.#node);
  }

  /**
   * Makes a sequence of one element.
   *
   * @typeParam T The type of the element.
   * @param value The element.
   * @returns The sequence.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.return(1).toList().poll(), [1]);
   * ```
   */
  static return<T>(value: T): Seq<T> {
    return Seq.cons(value, Seq.empty);
  }

  /**
   * Makes a sequence of one promised element.
   *
   * @typeParam T The type of the element.
   * @param p The promise, waited for when the step is asked for.
   * @returns The sequence.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.returnLwt(Lwt.return(1)).toList().poll(), [1]);
   * ```
   */
  static returnLwt<T>(p: Lwt<T>): Seq<T> {
    return Seq.consLwt(p, Seq.empty);
  }

  /**
   * Puts an element before a sequence.
   *
   * @typeParam T The type of the elements.
   * @param value The element.
   * @param rest The sequence.
   * @returns The longer sequence.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.cons(1, Seq.return(2)).toList().poll(), [1, 2]);
   * ```
   */
  static cons<T>(value: T, rest: Seq<T>): Seq<T> {
    return new Seq(() => Lwt.return(cons(value, rest)));
  }

  /**
   * Puts a promised element before a sequence.
   *
   * @typeParam T The type of the elements.
   * @param p The promise, waited for when the step is asked for.
   * @param rest The sequence.
   * @returns The longer sequence.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.consLwt(Lwt.return(1), Seq.return(2)).toList().poll(), [1, 2]);
   * ```
   */
  static consLwt<T>(p: Lwt<T>, rest: Seq<T>): Seq<T> {
    return new Seq(() => p.map((value) => cons(value, rest)));
  }

  /**
   * Grows a sequence from a seed.
   *
   * @typeParam T The type of the elements.
   * @typeParam S The type of the seeds.
   * @param f Given a seed, returns an element and the next seed, or `undefined` for the end.
   * @param seed The first seed.
   * @returns The sequence.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const down = Seq.unfold((n: number) => n > 0 ? [n, n - 1] : undefined, 3);
   * assertEquals(down.toList().poll(), [3, 2, 1]);
   * ```
   */
  static unfold<T, S>(f: (seed: S) => [T, S] | undefined, seed: S): Seq<T> {
    return Seq.unfoldLwt((last) => Lwt.return(f(last)), seed);
  }

  /**
   * As `unfold`, with a function that promises its answer.
   *
   * @typeParam T The type of the elements.
   * @typeParam S The type of the seeds.
   * @param f The function.
   * @param seed The first seed.
   * @returns The sequence.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const step = (n: number): Lwt<[number, number] | undefined> =>
   *   Lwt.return(n > 0 ? [n, n - 1] : undefined);
   * assertEquals(Seq.unfoldLwt(step, 3).toList().poll(), [3, 2, 1]);
   * ```
   */
  static unfoldLwt<T, S>(f: (seed: S) => Lwt<[T, S] | undefined>, seed: S): Seq<T> {
    return new Seq(() =>
      promised(f(seed)).map((step) =>
        step === undefined ? END : cons(step[0], Seq.unfoldLwt(f, step[1]))
      )
    );
  }

  /**
   * Makes a sequence over an array.
   *
   * @typeParam T The type of the elements.
   * @param l The array.
   * @returns The sequence.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.ofList([1, 2]).toList().poll(), [1, 2]);
   * ```
   */
  static ofList<T>(l: readonly T[]): Seq<T> {
    return from(l, 0);
  }

  /**
   * Makes a sequence over an iterable, read only as far as asked.
   *
   * @typeParam T The type of the elements.
   * @param it The iterable. Each walk from the start asks it for a new iterator; so a generator object
   * can be walked once only.
   * @returns The sequence.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const letters = Seq.ofSeq("ab");
   * assertEquals(letters.toList().poll(), ["a", "b"]);
   * assertEquals(letters.toList().poll(), ["a", "b"]);
   * ```
   */
  static ofSeq<T>(it: Iterable<T>): Seq<T> {
    return new Seq(() => rest(it[Symbol.iterator](), (value) => Lwt.return(value)).node());
  }

  /**
   * Makes a sequence over an iterable of promises, each waited for when its step is asked for.
   *
   * @typeParam T The type of the values.
   * @param it The iterable. Each walk from the start asks it for a new iterator.
   * @returns The sequence.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.ofSeqLwt([Lwt.return(1), Lwt.return(2)]).toList().poll(), [1, 2]);
   * ```
   */
  static ofSeqLwt<T>(it: Iterable<Lwt<T>>): Seq<T> {
    return new Seq(() => rest(it[Symbol.iterator](), promised<T>).node());
  }

  /**
   * Goes on with another sequence after the end of this one.
   *
   * @param other The other sequence.
   * @returns The longer sequence.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.return(1).append(Seq.return(2)).toList().poll(), [1, 2]);
   * ```
   */
  append<U>(this: Seq<U>, other: Seq<U>): Seq<U> {
    return new Seq(() =>
      this.node().bind((node) =>
        node.tag === "Nil" ? other.node() : Lwt.return(cons(node.value, node.next.append(other)))
      )
    );
  }

  /**
   * Applies a function to each element, when it is asked for.
   *
   * @typeParam U The type of the results.
   * @param f The function.
   * @returns The sequence of the results.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.ofList([1, 2]).map((n) => n * 10).toList().poll(), [10, 20]);
   * ```
   */
  map<U>(f: (value: T) => U): Seq<U> {
    return new Seq(() =>
      this.node().map((node) => node.tag === "Nil" ? node : cons(f(node.value), node.next.map(f)))
    );
  }

  /**
   * As `map`, with a function that promises its result.
   *
   * @typeParam U The type of the results.
   * @param f The function.
   * @returns The sequence of the results.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.ofList([1, 2]).mapS((n) => Lwt.return(-n)).toList().poll(), [-1, -2]);
   * ```
   */
  mapS<U>(f: (value: T) => Lwt<U>): Seq<U> {
    return new Seq(() =>
      this.node().bind((node) => {
        if (node.tag === "Nil") return NIL;
        return promised(f(node.value)).map((value) => cons(value, node.next.mapS(f)));
      })
    );
  }

  /**
   * Keeps the elements that pass.
   *
   * @param f The test.
   * @returns The sequence of those that pass.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.ofList([1, 2, 3]).filter((n) => n > 1).toList().poll(), [2, 3]);
   * ```
   */
  filter(f: (value: T) => boolean): Seq<T> {
    return this.filterS((value) => Lwt.return(f(value)));
  }

  /**
   * As `filter`, with a test that promises its answer.
   *
   * @param f The test.
   * @returns The sequence of those that pass.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.ofList([1, 2, 3]).filterS((n) => Lwt.return(n > 1)).toList().poll(), [2, 3]);
   * ```
   */
  filterS(f: (value: T) => Lwt<boolean>): Seq<T> {
    return new Seq(() => Lwt.spawn(firstPassing, this as Seq<T>, f));
  }

  /**
   * Applies a function to each element, and keeps the results that are not `undefined`.
   *
   * @typeParam U The type of the results.
   * @param f The function.
   * @returns The sequence of the results.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const positive = (n: number) => n > 0 ? n : undefined;
   * assertEquals(Seq.ofList([-1, 1]).filterMap(positive).toList().poll(), [1]);
   * ```
   */
  filterMap<U>(f: (value: T) => U | undefined): Seq<U> {
    return this.filterMapS((value) => Lwt.return(f(value)));
  }

  /**
   * As `filterMap`, with a function that promises its result.
   *
   * @typeParam U The type of the results.
   * @param f The function.
   * @returns The sequence of the results.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const positive = (n: number) => Lwt.return(n > 0 ? n : undefined);
   * assertEquals(Seq.ofList([-1, 1]).filterMapS(positive).toList().poll(), [1]);
   * ```
   */
  filterMapS<U>(f: (value: T) => Lwt<U | undefined>): Seq<U> {
    return new Seq(() => Lwt.spawn(firstMapped, this as Seq<T>, f));
  }

  /**
   * Replaces each element by a sequence.
   *
   * @typeParam U The type of the results.
   * @param f Gives the sequence that an element is replaced by.
   * @returns Those sequences, end to end.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const twice = Seq.ofList([1, 2]).flatMap((n) => Seq.ofList([n, n]));
   * assertEquals(twice.toList().poll(), [1, 1, 2, 2]);
   * ```
   */
  flatMap<U>(f: (value: T) => Seq<U>): Seq<U> {
    return flat(Seq.empty, this, f);
  }

  /**
   * Folds all elements.
   *
   * @typeParam A The type of the accumulator.
   * @param f Given the accumulator and an element; returns the next accumulator.
   * @param acc The first accumulator.
   * @returns A promise of the last accumulator.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.ofList([1, 2]).foldLeft((acc, n) => acc + n, "").poll(), "12");
   * ```
   */
  foldLeft<A>(f: (acc: A, value: T) => A, acc: A): Lwt<A> {
    return Lwt.spawn(foldLeft<T, A>, this, f, acc);
  }

  /**
   * As `foldLeft`, with a function that promises the next accumulator. The next step is asked for after
   * that.
   *
   * @typeParam A The type of the accumulator.
   * @param f The function.
   * @param acc The first accumulator.
   * @returns A promise of the last accumulator.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const text = Seq.ofList([1, 2]).foldLeftS((acc, n) => Lwt.return(acc + n), "");
   * assertEquals(text.poll(), "12");
   * ```
   */
  foldLeftS<A>(f: (acc: A, value: T) => Lwt<A>, acc: A): Lwt<A> {
    return Lwt.spawn(foldLeftS<T, A>, this, f, acc);
  }

  /**
   * Calls a function on each element.
   *
   * @param f The function.
   * @returns A promise fulfilled at the end.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const seen: number[] = [];
   * await Seq.ofList([1, 2]).iter((n) => seen.push(n));
   * assertEquals(seen, [1, 2]);
   * ```
   */
  iter(f: (value: T) => void): Lwt<void> {
    return this.foldLeft((_, value) => void f(value), undefined);
  }

  /**
   * Calls a function on each element, and waits before it asks for the next one.
   *
   * @param f The function.
   * @returns A promise fulfilled at the end.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const seen: number[] = [];
   * await Seq.ofList([1, 2]).iterS((n) => Lwt.pause().map(() => void seen.push(n)));
   * assertEquals(seen, [1, 2]);
   * ```
   */
  iterS(f: (value: T) => Lwt<void>): Lwt<void> {
    return this.foldLeftS<void>((_, value) => f(value), undefined);
  }

  /**
   * Calls a function on each element as soon as it is there, and waits for all calls at the end.
   *
   * @param f The function.
   * @returns A promise fulfilled when all calls are done. If some fail, it is rejected at the end: with the
   * error of the last element that failed, or if that is pending by then, with the first error in time.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const seen: number[] = [];
   * await Seq.ofList([1, 2]).iterP((n) => Lwt.pause().map(() => void seen.push(n)));
   * assertEquals(seen, [1, 2]);
   * ```
   */
  iterP(f: (value: T) => Lwt<void>): Lwt<void> {
    return Lwt.spawn(iterN<T>, this, f, Infinity);
  }

  /**
   * As `iterP`, with a limit on the calls that are unfinished. At the limit no step is asked for.
   *
   * @param f The function.
   * @param options `maxConcurrency` is the limit: 1 unless told, and `Infinity` for none.
   * @returns A promise fulfilled when all calls are done. A call that fails is noticed when a free place
   * must be waited for, or at the end.
   * @throws {InvalidArgument} If the limit is below 1.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let running = 0, most = 0;
   * await Seq.ofSeq("abcdef").iterN(() => {
   *   most = Math.max(most, ++running);
   *   return Lwt.pause().map(() => void running--);
   * }, { maxConcurrency: 3 });
   * assertEquals(most, 3);
   * ```
   */
  iterN(f: (value: T) => Lwt<void>, options: IterNOptions = {}): Lwt<void> {
    return Lwt.spawn(iterN<T>, this, f, concurrencyOf(options));
  }

  /**
   * Gathers all elements.
   *
   * @returns A promise of them.
   *
   * @example Usage
   * ```ts
   * import { Seq } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Seq.ofSeq("ab").toList().poll(), ["a", "b"]);
   * ```
   */
  toList(): Lwt<T[]> {
    const all: T[] = [];
    return this.iter((value) => all.push(value)).map(() => all);
  }
}

const END: { readonly tag: "Nil" } = Object.freeze({ tag: "Nil" });
const NIL: Lwt<{ readonly tag: "Nil" }> = Lwt.return(END);

function cons<T>(value: T, next: Seq<T>): Seq.Node<T> {
  return { tag: "Cons", value, next };
}

function from<T>(l: readonly T[], i: number): Seq<T> {
  return new Seq(() => i < l.length ? Lwt.return(cons(l[i] as T, from(l, i + 1))) : NIL);
}

// An iterator cannot go back: what it gave at one place is kept by that place.
function rest<T, U>(iterator: Iterator<T>, f: (value: T) => Lwt<U>): Seq<U> {
  let node: Lwt<Seq.Node<U>> | undefined;
  return new Seq(() =>
    node ??= attempt<Seq.Node<U>>(() => {
      const step = iterator.next();
      return step.done ? NIL : f(step.value).map((value) => cons(value, rest(iterator, f)));
    })
  );
}

function flat<T, U>(inner: Seq<U>, outer: Seq<T>, f: (value: T) => Seq<U>): Seq<U> {
  return new Seq(() => Lwt.spawn(firstOfFlat, inner, outer, f));
}

function* firstOfFlat<T, U>(
  inner: Seq<U>,
  outer: Seq<T>,
  f: (value: T) => Seq<U>,
): Lwt.Task<Seq.Node<U>> {
  for (;;) {
    const node = yield* inner.node();
    if (node.tag === "Cons") return cons(node.value, flat(node.next, outer, f));
    const more = yield* outer.node();
    if (more.tag === "Nil") return more;
    inner = f(more.value);
    outer = more.next;
  }
}

function* firstPassing<T>(seq: Seq<T>, f: (value: T) => Lwt<boolean>): Lwt.Task<Seq.Node<T>> {
  for (;;) {
    const node = yield* seq.node();
    if (node.tag === "Nil") return node;
    if (yield* promised(f(node.value))) return cons(node.value, node.next.filterS(f));
    seq = node.next;
  }
}

function* firstMapped<T, U>(
  seq: Seq<T>,
  f: (value: T) => Lwt<U | undefined>,
): Lwt.Task<Seq.Node<U>> {
  for (;;) {
    const node = yield* seq.node();
    if (node.tag === "Nil") return node;
    const value = yield* promised(f(node.value));
    if (value !== undefined) return cons(value, node.next.filterMapS(f));
    seq = node.next;
  }
}

function* foldLeft<T, A>(seq: Seq<T>, f: (acc: A, value: T) => A, acc: A): Lwt.Task<A> {
  for (;;) {
    const node = yield* seq.node();
    if (node.tag === "Nil") return acc;
    acc = f(acc, node.value);
    seq = node.next;
  }
}

function* foldLeftS<T, A>(seq: Seq<T>, f: (acc: A, value: T) => Lwt<A>, acc: A): Lwt.Task<A> {
  for (;;) {
    const node = yield* seq.node();
    if (node.tag === "Nil") return acc;
    acc = yield* promised(f(acc, node.value));
    seq = node.next;
  }
}

function* iterN<T>(seq: Seq<T>, f: (value: T) => Lwt<void>, max: number): Lwt.Task<void> {
  let running: Lwt<void>[] = [];
  for (;;) {
    if (running.length >= max) running = (yield* Lwt.nchooseSplit(running))[1];
    const node = yield* seq.node();
    if (node.tag === "Nil") break;
    const call = promised(f(node.value));
    if (rootOf(call).status !== FULFILLED) running.push(call);
    seq = node.next;
  }
  yield* Lwt.join(running.reverse());
}

function promised<T>(answer: Lwt<T>): Lwt<T> {
  return asLwt(answer) as Lwt<T>;
}

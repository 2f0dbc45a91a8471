/**
 * Values in a row from which each can be taken out at any moment, such as tasks that wait in turn.
 *
 * @module
 */
import { NotFound } from "./errors.ts";

/** Types that belong to {@linkcode Sequence}. */
export declare namespace Sequence {
  /** One place of a sequence, which can remove itself. */
  type Node<T> = SequenceNode<T>;
  /** The error of taking a value where there is none. */
  type Empty = SequenceEmpty;
}

/** What a node is: a value in a sequence, one that was taken out, or the ring's own end. */
const LIVE = 0;
const REMOVED = 1;
const END = 2;

// Walks in progress, over any sequence: someone may then stand on a node that is taken out.
let walks = 0;

/**
 * One place of a sequence, as `addL` and `addR` return it; `Sequence.Node` is this class.
 *
 * @typeParam T The type of the value.
 *
 * @example Usage
 * ```ts
 * import { Sequence } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const waiting = new Sequence<string>();
 * const node = waiting.addR("ada");
 * waiting.addR("bob");
 * node.remove();
 * assertEquals(waiting.takeL(), "bob");
 * ```
 */
export class SequenceNode<T> {
  /** @ignore The value held. */
  value: T;
  /** @ignore What the node is. */
  status: number;
  /** @ignore Its left neighbour. */
  prev: SequenceNode<T>;
  /** @ignore Its right neighbour. */
  next: SequenceNode<T>;

  /** @ignore Nodes are made by `addL` and `addR`; a new one is a ring of its own. */
  constructor(value: T, status: number) {
    this.value = value;
    this.status = status;
    this.prev = this;
    this.next = this;
  }

  /**
   * The value held, even after the node was removed.
   *
   * @returns The value.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Sequence<number>().addL(1).get(), 1);
   * ```
   */
  get(): T {
    return this.value;
  }

  /**
   * Changes the value held.
   *
   * @param value The new value.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addL(1).set(2);
   * assertEquals(sequence.takeL(), 2);
   * ```
   */
  set(value: T): void {
    this.value = value;
  }

  /**
   * Takes the node out of its sequence, in constant time; does nothing the second time.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addL(1).remove();
   * assert(sequence.isEmpty());
   * ```
   */
  remove(): void {
    if (this.status !== LIVE) return;
    this.status = REMOVED;
    this.prev.next = this.next;
    this.next.prev = this.prev;
    // Else whoever keeps this node would keep all those that leave after it.
    if (walks === 0) this.prev = this.next = this;
  }
}

/**
 * Thrown on taking a value from a sequence that has none; `Sequence.Empty` is this class.
 *
 * @example Usage
 * ```ts
 * import { Sequence } from "@lwt/lwt/core";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => new Sequence().takeR(), Sequence.Empty);
 * ```
 */
export class SequenceEmpty extends Error {
  /** `"Empty"`. */
  override readonly name: string = "Empty";
}

/**
 * A row of values with two ends, from which any can be removed in constant time.
 *
 * - Walks go over the values present when they get there: one removed meanwhile, whichever it is, is
 *   skipped; one added at the far end is visited.
 * - A node outlives its place: it keeps its value, and removing it again does nothing, also after
 *   `clear`.
 *
 * Lists of waiting promises are its use: see `Lwt.addTaskR`.
 *
 * @typeParam T The type of the values.
 *
 * @example Usage
 * ```ts
 * import { Sequence } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const sequence = new Sequence<number>();
 * const one = sequence.addR(1);
 * sequence.addR(2);
 * sequence.addL(0);
 * one.remove();
 * assertEquals(sequence.foldL((n, all: number[]) => [...all, n], []), [0, 2]);
 * ```
 */
export class Sequence<T> {
  /** One place of a sequence. */
  static readonly Node: typeof SequenceNode = SequenceNode;

  /** Thrown by `takeL` and `takeR` on an empty sequence. */
  static readonly Empty: typeof SequenceEmpty = SequenceEmpty;

  /** The node before the first and after the last. */
  readonly #end: SequenceNode<T> = new SequenceNode(undefined as T, END);

  /**
   * Empties the sequence. Its nodes know that they were removed.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addL(1);
   * sequence.clear();
   * assert(sequence.isEmpty());
   * ```
   */
  clear(): void {
    while (!this.isEmpty()) this.#end.next.remove();
  }

  /**
   * Whether there is no value.
   *
   * @returns `true` if there is none.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * assert(new Sequence().isEmpty());
   * ```
   */
  isEmpty(): boolean {
    return this.#end.next === this.#end;
  }

  /**
   * Counts the values, by walking over them.
   *
   * @returns How many there are.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addL(1);
   * assertEquals(sequence.length(), 1);
   * ```
   */
  length(): number {
    return this.foldL((_, count) => count + 1, 0);
  }

  /**
   * Adds a value at the left end, in constant time.
   *
   * @param value The value.
   * @returns Its node, which can take it out again.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addL(1);
   * sequence.addL(2);
   * assertEquals(sequence.takeL(), 2);
   * ```
   */
  addL(value: T): SequenceNode<T> {
    return insertAfter(this.#end, new SequenceNode(value, LIVE));
  }

  /**
   * Adds a value at the right end, in constant time.
   *
   * @param value The value.
   * @returns Its node, which can take it out again.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addR(1);
   * sequence.addR(2);
   * assertEquals(sequence.takeR(), 2);
   * ```
   */
  addR(value: T): SequenceNode<T> {
    return insertAfter(this.#end.prev, new SequenceNode(value, LIVE));
  }

  /**
   * Removes the value at the left end.
   *
   * @returns The value.
   * @throws {Sequence.Empty} If there is none.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals, assertThrows } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addL(1);
   * assertEquals(sequence.takeL(), 1);
   * assertThrows(() => sequence.takeL(), Sequence.Empty);
   * ```
   */
  takeL(): T {
    return take(this.#end.next);
  }

  /**
   * Removes the value at the right end.
   *
   * @returns The value.
   * @throws {Sequence.Empty} If there is none.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals, assertThrows } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addL(1);
   * assertEquals(sequence.takeR(), 1);
   * assertThrows(() => sequence.takeR(), Sequence.Empty);
   * ```
   */
  takeR(): T {
    return take(this.#end.prev);
  }

  /**
   * Removes the value at the left end, if there is one.
   *
   * @returns The value, or `undefined`.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Sequence<number>().takeOptL(), undefined);
   * ```
   */
  takeOptL(): T | undefined {
    return this.isEmpty() ? undefined : this.takeL();
  }

  /**
   * Removes the value at the right end, if there is one.
   *
   * @returns The value, or `undefined`.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Sequence<number>().takeOptR(), undefined);
   * ```
   */
  takeOptR(): T | undefined {
    return this.isEmpty() ? undefined : this.takeR();
  }

  /**
   * Moves everything, in order, to the left end of another sequence, in constant time.
   *
   * The nodes stay what they are, and can still remove themselves.
   *
   * @param into The other sequence.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * const into = new Sequence<number>();
   * sequence.addR(1);
   * into.addR(2);
   * sequence.transferL(into);
   * assertEquals(into.takeL(), 1);
   * assertEquals(into.takeL(), 2);
   * ```
   */
  transferL(into: Sequence<T>): void {
    if (into !== this && !this.isEmpty()) moveAfter(into.#end, this.#end);
  }

  /**
   * Moves everything, in order, to the right end of another sequence, in constant time.
   *
   * The nodes stay what they are, and can still remove themselves.
   *
   * @param into The other sequence.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * const into = new Sequence<number>();
   * sequence.addR(1);
   * into.addR(2);
   * sequence.transferR(into);
   * assertEquals(into.takeR(), 1);
   * assertEquals(into.takeR(), 2);
   * ```
   */
  transferR(into: Sequence<T>): void {
    if (into !== this && !this.isEmpty()) moveAfter(into.#end.prev, this.#end);
  }

  /**
   * Calls a function on each value, from the left. Any may be removed meanwhile.
   *
   * @param f The function.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * const seen: number[] = [];
   * sequence.addR(1);
   * sequence.addR(2);
   * sequence.iterL((n) => seen.push(n));
   * assertEquals(seen, [1, 2]);
   * ```
   */
  iterL(f: (value: T) => void): void {
    this.iterNodeL((node) => f(node.value));
  }

  /**
   * Calls a function on each value, from the right. Any may be removed meanwhile.
   *
   * @param f The function.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * const seen: number[] = [];
   * sequence.addR(1);
   * sequence.addR(2);
   * sequence.iterR((n) => seen.push(n));
   * assertEquals(seen, [2, 1]);
   * ```
   */
  iterR(f: (value: T) => void): void {
    this.iterNodeR((node) => f(node.value));
  }

  /**
   * Calls a function on each node, from the left. Any may be removed meanwhile.
   *
   * @param f The function.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addR(1);
   * sequence.iterNodeL((node) => node.remove());
   * assert(sequence.isEmpty());
   * ```
   */
  iterNodeL(f: (node: SequenceNode<T>) => void): void {
    walk(this.#end, "next", (node) => {
      f(node);
      return false;
    });
  }

  /**
   * Calls a function on each node, from the right. Any may be removed meanwhile.
   *
   * @param f The function.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addR(1);
   * sequence.iterNodeR((node) => node.remove());
   * assert(sequence.isEmpty());
   * ```
   */
  iterNodeR(f: (node: SequenceNode<T>) => void): void {
    walk(this.#end, "prev", (node) => {
      f(node);
      return false;
    });
  }

  /**
   * Folds the values, from the left.
   *
   * @typeParam A The type of the accumulator.
   * @param f Given a value and the accumulator; returns the next accumulator.
   * @param acc The first accumulator.
   * @returns The last accumulator.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addR(1);
   * sequence.addR(2);
   * assertEquals(sequence.foldL((n, text) => text + n, ""), "12");
   * ```
   */
  foldL<A>(f: (value: T, acc: A) => A, acc: A): A {
    this.iterNodeL((node) => void (acc = f(node.value, acc)));
    return acc;
  }

  /**
   * Folds the values, from the right.
   *
   * @typeParam A The type of the accumulator.
   * @param f Given a value and the accumulator; returns the next accumulator.
   * @param acc The first accumulator.
   * @returns The last accumulator.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addR(1);
   * sequence.addR(2);
   * assertEquals(sequence.foldR((n, text) => text + n, ""), "21");
   * ```
   */
  foldR<A>(f: (value: T, acc: A) => A, acc: A): A {
    this.iterNodeR((node) => void (acc = f(node.value, acc)));
    return acc;
  }

  /**
   * Finds a node by its value, from the left.
   *
   * @param f The test.
   * @returns The first node whose value passes, or `undefined`.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addR(1);
   * assertEquals(sequence.findNodeOptL((n) => n > 0)?.get(), 1);
   * ```
   */
  findNodeOptL(f: (value: T) => boolean): SequenceNode<T> | undefined {
    return walk(this.#end, "next", (node) => f(node.value));
  }

  /**
   * Finds a node by its value, from the right.
   *
   * @param f The test.
   * @returns The first node whose value passes, or `undefined`.
   *
   * @example Usage
   * ```ts
   * import { Sequence } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sequence = new Sequence<number>();
   * sequence.addR(1);
   * assertEquals(sequence.findNodeOptR((n) => n > 0)?.get(), 1);
   * ```
   */
  findNodeOptR(f: (value: T) => boolean): SequenceNode<T> | undefined {
    return walk(this.#end, "prev", (node) => f(node.value));
  }

  /**
   * Finds a node by its value, from the left.
   *
   * @param f The test.
   * @returns The first node whose value passes.
   * @throws {NotFound} If none does.
   *
   * @example Usage
   * ```ts
   * import { NotFound, Sequence } from "@lwt/lwt/core";
   * import { assertThrows } from "@std/assert";
   *
   * assertThrows(() => new Sequence().findNodeL(() => true), NotFound);
   * ```
   */
  findNodeL(f: (value: T) => boolean): SequenceNode<T> {
    return this.findNodeOptL(f) ?? notFound();
  }

  /**
   * Finds a node by its value, from the right.
   *
   * @param f The test.
   * @returns The first node whose value passes.
   * @throws {NotFound} If none does.
   *
   * @example Usage
   * ```ts
   * import { NotFound, Sequence } from "@lwt/lwt/core";
   * import { assertThrows } from "@std/assert";
   *
   * assertThrows(() => new Sequence().findNodeR(() => true), NotFound);
   * ```
   */
  findNodeR(f: (value: T) => boolean): SequenceNode<T> {
    return this.findNodeOptR(f) ?? notFound();
  }
}

function insertAfter<T>(left: SequenceNode<T>, node: SequenceNode<T>): SequenceNode<T> {
  node.prev = left;
  node.next = left.next;
  left.next.prev = node;
  left.next = node;
  return node;
}

/** Moves what is in the ring of `end`, which is not empty, to the right of `left`. */
function moveAfter<T>(left: SequenceNode<T>, end: SequenceNode<T>): void {
  end.next.prev = left;
  end.prev.next = left.next;
  left.next.prev = end.prev;
  left.next = end.next;
  end.next = end.prev = end;
}

function take<T>(node: SequenceNode<T>): T {
  if (node.status === END) throw new SequenceEmpty("Cannot take from sequence: it is empty");
  node.remove();
  return node.value;
}

/** Shows the values' nodes to `stop` until it says yes, and returns the one where it did. */
function walk<T>(
  end: SequenceNode<T>,
  way: "next" | "prev",
  stop: (node: SequenceNode<T>) => boolean,
): SequenceNode<T> | undefined {
  walks++;
  try {
    // Not `node !== end`: a node that was moved leads to the end of where it is now.
    for (let node = end[way]; node.status !== END; node = node[way]) {
      if (node.status === LIVE && stop(node)) return node;
    }
  } finally {
    walks--;
  }
}

function notFound(): never {
  throw new NotFound("Cannot find node: no value of the sequence passes");
}

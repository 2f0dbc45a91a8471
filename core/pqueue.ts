/**
 * Priority queues that are never changed: an operation returns a new queue, and shares most of it with
 * the one it was made from.
 *
 * @module
 */
import { NotFound } from "./errors.ts";

/*
 * A heap of pairs of subtrees, the left of which is never the smaller: so a way to the right is as long
 * as the logarithm of the size at most, and merging goes along two such ways.
 */
interface Tree<T> {
  readonly size: number;
  readonly value: T;
  readonly left: Tree<T> | undefined;
  readonly right: Tree<T> | undefined;
}

/**
 * An immutable priority queue. The least element is at hand; adding, joining and removing take time in
 * the logarithm of the size.
 *
 * Equal elements are all kept, in no particular order among each other.
 *
 * @typeParam T The type of the elements.
 *
 * @example Usage
 * ```ts
 * import { PriorityQueue } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const none = PriorityQueue.empty<number>((a, b) => a - b);
 * const some = none.add(3).add(1).add(2);
 * assertEquals(some.findMin(), 1);
 * assertEquals(some.removeMin().findMin(), 2);
 * assertEquals(some.size(), 3);
 * ```
 */
export class PriorityQueue<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #tree: Tree<T> | undefined;

  private constructor(compare: (a: T, b: T) => number, tree: Tree<T> | undefined) {
    this.#compare = compare;
    this.#tree = tree;
  }

  /**
   * The empty queue for an order.
   *
   * @typeParam T The type of the elements.
   * @param compare Below 0 if its first argument is the lesser, above 0 if it is the greater.
   * @returns The queue.
   *
   * @example Usage
   * ```ts
   * import { PriorityQueue } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const none = PriorityQueue.empty<number>((a, b) => a - b);
   * assert(none.isEmpty());
   * ```
   */
  static empty<T>(compare: (a: T, b: T) => number): PriorityQueue<T> {
    return new PriorityQueue(compare, undefined);
  }

  /**
   * Whether there is no element.
   *
   * @returns `true` if there is none.
   *
   * @example Usage
   * ```ts
   * import { PriorityQueue } from "@lwt/lwt/core";
   * import { assert } from "@std/assert";
   *
   * const none = PriorityQueue.empty<number>((a, b) => a - b);
   * assert(!none.add(1).isEmpty());
   * ```
   */
  isEmpty(): boolean {
    return this.#tree === undefined;
  }

  /**
   * Adds an element.
   *
   * @param x The element.
   * @returns A queue with one more element.
   *
   * @example Usage
   * ```ts
   * import { PriorityQueue } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const none = PriorityQueue.empty<number>((a, b) => a - b);
   * assertEquals(none.add(1).findMin(), 1);
   * assertEquals(none.size(), 0);
   * ```
   */
  add(x: T): PriorityQueue<T> {
    return this.#with(merge(this.#compare, this.#tree, leaf(x)));
  }

  /**
   * Joins two queues.
   *
   * @param other The other queue; the order is that of this one.
   * @returns A queue with the elements of both.
   *
   * @example Usage
   * ```ts
   * import { PriorityQueue } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const none = PriorityQueue.empty<number>((a, b) => a - b);
   * assertEquals(none.add(2).union(none.add(1)).findMin(), 1);
   * ```
   */
  union(other: PriorityQueue<T>): PriorityQueue<T> {
    return this.#with(merge(this.#compare, this.#tree, other.#tree));
  }

  /**
   * The least element.
   *
   * @returns The element, or one of them.
   * @throws {NotFound} If the queue is empty.
   *
   * @example Usage
   * ```ts
   * import { NotFound, PriorityQueue } from "@lwt/lwt/core";
   * import { assertThrows } from "@std/assert";
   *
   * const none = PriorityQueue.empty<number>((a, b) => a - b);
   * assertThrows(() => none.findMin(), NotFound);
   * ```
   */
  findMin(): T {
    return this.#root("find").value;
  }

  /**
   * The least element, if there is one.
   *
   * @returns The element, or `undefined`.
   *
   * @example Usage
   * ```ts
   * import { PriorityQueue } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const none = PriorityQueue.empty<number>((a, b) => a - b);
   * assertEquals(none.lookupMin(), undefined);
   * ```
   */
  lookupMin(): T | undefined {
    return this.#tree?.value;
  }

  /**
   * Removes the element that `findMin` gives.
   *
   * @returns A queue without it.
   * @throws {NotFound} If the queue is empty.
   *
   * @example Usage
   * ```ts
   * import { PriorityQueue } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const none = PriorityQueue.empty<number>((a, b) => a - b);
   * assertEquals(none.add(2).add(1).removeMin().findMin(), 2);
   * ```
   */
  removeMin(): PriorityQueue<T> {
    const { left, right } = this.#root("remove");
    return this.#with(merge(this.#compare, left, right));
  }

  /**
   * The number of elements.
   *
   * @returns The number.
   *
   * @example Usage
   * ```ts
   * import { PriorityQueue } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const none = PriorityQueue.empty<number>((a, b) => a - b);
   * assertEquals(none.add(1).add(1).size(), 2);
   * ```
   */
  size(): number {
    return sizeOf(this.#tree);
  }

  #root(action: string): Tree<T> {
    if (this.#tree !== undefined) return this.#tree;
    throw new NotFound(`Cannot ${action} the least element: the queue is empty`);
  }

  #with(tree: Tree<T> | undefined): PriorityQueue<T> {
    return new PriorityQueue(this.#compare, tree);
  }
}

function merge<T>(
  compare: (a: T, b: T) => number,
  a: Tree<T> | undefined,
  b: Tree<T> | undefined,
): Tree<T> | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compare(a.value, b.value) <= 0
    ? node(a.value, a.left, merge(compare, a.right, b))
    : node(b.value, b.left, merge(compare, a, b.right));
}

function node<T>(value: T, a: Tree<T> | undefined, b: Tree<T> | undefined): Tree<T> {
  const size = sizeOf(a) + sizeOf(b) + 1;
  return sizeOf(a) >= sizeOf(b)
    ? { size, value, left: a, right: b }
    : { size, value, left: b, right: a };
}

function leaf<T>(value: T): Tree<T> {
  return { size: 1, value, left: undefined, right: undefined };
}

function sizeOf(tree: Tree<unknown> | undefined): number {
  return tree === undefined ? 0 : tree.size;
}

// Immutable priority queues.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { NotFound } from "../../core/mod.ts";
import { PriorityQueue } from "../../core/pqueue.ts";

const none = PriorityQueue.empty<number>((a, b) => a - b);

Deno.test("277: equal elements are all kept, in whatever order", () => {
  const queue = PriorityQueue.empty<[number, string]>(([a], [b]) => a - b);
  const full = queue.add([1, "a"]).add([0, "x"]).add([1, "b"]).add([1, "c"]);
  const names: string[] = [];
  for (let q = full.removeMin(); !q.isEmpty(); q = q.removeMin()) names.push(q.findMin()[1]);
  assertEquals(names.sort(), ["a", "b", "c"]);
});

Deno.test("elements come out in order, whatever the order they went in", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const numbers = random(seed, 200);
    assertEquals(drain(of(numbers)), numbers.toSorted((a, b) => a - b));
  }
});

Deno.test("an operation leaves the queue it was asked of alone", () => {
  const one = none.add(2);
  const two = one.add(1);
  const rest = two.removeMin();
  const all = two.union(one);
  assertEquals([none, one, two, rest, all].map(drain), [[], [2], [1, 2], [2], [1, 2, 2]]);
  assertEquals([none, one, two, rest, all].map((q) => q.size()), [0, 1, 2, 1, 3]);
});

Deno.test("union has the elements of both", () => {
  const a = random(1, 100), b = random(2, 50);
  assertEquals(drain(of(a).union(of(b))), [...a, ...b].sort((x, y) => x - y));
  assertEquals(drain(none.union(of([1]))), [1]);
  assertEquals(drain(of([1]).union(none)), [1]);
});

Deno.test("an empty queue has no least element", () => {
  assert(none.isEmpty());
  assertEquals(none.lookupMin(), undefined);
  assertThrows(() => none.findMin(), NotFound, "Cannot find the least element: the queue is empty");
  assertThrows(() => none.removeMin(), NotFound, "Cannot remove");
  assertEquals(none.add(3).lookupMin(), 3);
});

Deno.test("a hundred thousand elements in order, or against it, neither overflow nor slow down", () => {
  const up = Array.from({ length: 100_000 }, (_, i) => i);
  assertEquals(of(up).size(), 100_000);
  assertEquals(drain(of(up.toReversed())), up);
  assertEquals(drain(of(up)), up);
});

function of(numbers: readonly number[]): PriorityQueue<number> {
  return numbers.reduce((queue, n) => queue.add(n), none);
}

function drain(queue: PriorityQueue<number>): number[] {
  const numbers: number[] = [];
  for (let q = queue; !q.isEmpty(); q = q.removeMin()) numbers.push(q.findMin());
  return numbers;
}

/** Numbers below 100, the same each time for a seed. */
function random(seed: number, length: number): number[] {
  let state = seed;
  return Array.from({ length }, () => (state = state * 48271 % 2147483647) % 100);
}

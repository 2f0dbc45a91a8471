import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Lwt, NotFound, type Resolver, Sequence } from "../../core/mod.ts";
import { assertCanceled, assertReturns, assertSleeps } from "./_state.ts";

Deno.test("272: nodes removed during a walk are skipped, whichever they are", () => {
  for (const walk of ["iterL", "iterR"] as const) {
    const sequence = new Sequence<number>();
    const nodes = [0, 1, 2, 3, 4, 5, 6].map((n) => sequence.addR(n));
    const seen: number[] = [];
    sequence[walk]((n) => {
      seen.push(n);
      if (n === 3) [2, 3, 4].forEach((i) => nodes[i]!.remove());
    });
    assertEquals(seen, walk === "iterL" ? [0, 1, 2, 3, 5, 6] : [6, 5, 4, 3, 1, 0]);
    assertEquals(contents(sequence), [0, 1, 5, 6]);
  }
});

Deno.test("272: a walk ends well when its callback clears the sequence", () => {
  const sequence = of(1, 2, 3);
  const seen: number[] = [];
  sequence.iterL((n) => {
    seen.push(n);
    sequence.clear();
  });
  assertEquals(seen, [1]);
  assert(sequence.isEmpty());
});

Deno.test("272: a walk ends well when its callback moves everything elsewhere", () => {
  const sequence = of(1, 2);
  const into = of(3);
  const seen: number[] = [];
  sequence.iterL((n) => {
    seen.push(n);
    sequence.transferL(into);
  });
  assertEquals(seen, [1, 2, 3]);
});

Deno.test("272: a walk whose callback throws leaves later removals in order", () => {
  const sequence = of(1, 2, 3);
  assertThrows(() =>
    sequence.iterL(() => {
      throw new RangeError("stop");
    }), RangeError);
  sequence.findNodeL((n) => n === 2).remove();
  assertEquals(contents(sequence), [1, 3]);
});

Deno.test("273: nodes added at the far end while walking are visited", () => {
  const right = of(1, 2);
  const seenR: number[] = [];
  right.iterL((n) => {
    seenR.push(n);
    if (n < 4) right.addR(n + 2);
  });
  assertEquals(seenR, [1, 2, 3, 4, 5]);
  const left = of(1);
  const seenL: number[] = [];
  left.iterR((n) => {
    seenL.push(n);
    if (n < 3) left.addL(n + 1);
  });
  assertEquals(seenL, [1, 2, 3]);
});

Deno.test("274: removing twice does nothing, and a removed node keeps its value", () => {
  const sequence = new Sequence<number>();
  const node = sequence.addR(1);
  sequence.addR(2);
  node.remove();
  node.remove();
  assertEquals(contents(sequence), [2]);
  assertEquals(node.get(), 1);
  node.set(5);
  assertEquals(node.get(), 5);
});

Deno.test("275: transferL and transferR keep order, empty the source, and leave nodes removable", () => {
  const source = new Sequence<number>();
  const nodes = [1, 2, 3].map((n) => source.addR(n));
  const into = of(8, 9);
  source.transferL(into);
  assertEquals(contents(into), [1, 2, 3, 8, 9]);
  assert(source.isEmpty());
  nodes[1]!.remove();
  assertEquals(contents(into), [1, 3, 8, 9]);
  into.transferR(source);
  assertEquals(contents(source), [1, 3, 8, 9]);
  nodes[2]!.remove();
  assertEquals(contents(source), [1, 8, 9]);
  source.transferR(of());
  assert(source.isEmpty());
});

Deno.test("275: transferring an empty sequence, or one to itself, changes nothing", () => {
  const sequence = of(1, 2);
  new Sequence<number>().transferL(sequence);
  new Sequence<number>().transferR(sequence);
  sequence.transferL(sequence);
  sequence.transferR(sequence);
  assertEquals(contents(sequence), [1, 2]);
});

Deno.test("276: removing a node after clear does nothing (not copied: upstream relinks its neighbours)", () => {
  const sequence = new Sequence<number>();
  const nodes = [1, 2, 3].map((n) => sequence.addR(n));
  sequence.clear();
  sequence.addR(4);
  nodes.forEach((node) => node.remove());
  assertEquals(contents(sequence), [4]);
  assertEquals(sequence.foldR((n, all: number[]) => [...all, n], []), [4]);
});

Deno.test("a removed node does not keep those that are removed after it", () => {
  const sequence = new Sequence<number>();
  const held = sequence.addR(0);
  sequence.addR(1);
  held.remove();
  assertStrictEquals(held.next, held);
  assertStrictEquals(held.prev, held);
});

Deno.test("adding, taking, counting and folding go by both ends", () => {
  const sequence = new Sequence<number>();
  assert(sequence.isEmpty());
  sequence.addL(2);
  sequence.addL(1);
  sequence.addR(3);
  assertEquals(sequence.length(), 3);
  assertEquals(sequence.foldL((n, text) => text + n, ""), "123");
  assertEquals(sequence.foldR((n, text) => text + n, ""), "321");
  assertEquals([sequence.takeR(), sequence.takeL(), sequence.takeOptR()], [3, 1, 2]);
  assertEquals([sequence.takeOptL(), sequence.takeOptR()], [undefined, undefined]);
});

Deno.test("taking from an empty sequence throws Empty", () => {
  assertThrows(() => new Sequence().takeL(), Sequence.Empty, "Cannot take from sequence");
  assertThrows(() => new Sequence().takeR(), Sequence.Empty);
});

Deno.test("finding goes from the side asked for, and stops at the first that passes", () => {
  const sequence = of(1, 2, 3, 4);
  const even = (n: number) => n % 2 === 0;
  assertEquals(sequence.findNodeL(even).get(), 2);
  assertEquals(sequence.findNodeR(even).get(), 4);
  assertEquals(sequence.findNodeOptL((n) => n > 4), undefined);
  assertEquals(sequence.findNodeOptR((n) => n > 4), undefined);
  assertThrows(() => sequence.findNodeL((n) => n > 4), NotFound);
  assertThrows(() => sequence.findNodeR((n) => n > 4), NotFound);
});

Deno.test("a node is an instance of Sequence.Node", () => {
  const node: Sequence.Node<number> = new Sequence<number>().addR(1);
  assert(node instanceof Sequence.Node);
});

Deno.test("a task of addTaskR leaves the sequence when it is canceled", () => {
  const waiters = new Sequence<Resolver<string>>();
  const first = Lwt.addTaskR(waiters);
  const second = Lwt.addTaskR(waiters);
  const front = Lwt.addTaskL(waiters);
  first.cancel();
  assertCanceled(first);
  waiters.takeL().wakeup("front");
  assertReturns(front, "front");
  assertSleeps(second);
  waiters.takeL().wakeup("second");
  assertReturns(second, "second");
  assert(waiters.isEmpty());
});

function of(...values: number[]): Sequence<number> {
  const sequence = new Sequence<number>();
  values.forEach((n) => sequence.addR(n));
  return sequence;
}

function contents(sequence: Sequence<number>): number[] {
  return sequence.foldL((n, all: number[]) => [...all, n], []);
}

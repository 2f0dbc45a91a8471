// Promise-returning iteration over arrays.
import { assert, assertEquals } from "@std/assert";
import { Failure, Lwt, NotFound, type Resolver } from "../../core/mod.ts";
import * as List from "../../core/list.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  assertSleeps,
} from "./_state.ts";

/** Every function, with a callback that is given elements and promises `true`. */
const inTurn: Record<string, (l: number[], f: (n: number) => Lwt<boolean>) => Lwt<unknown>> = {
  iterS: (l, f) => List.iterS(l, (n) => f(n).map(() => {})),
  iteriS: (l, f) => List.iteriS(l, (_, n) => f(n).map(() => {})),
  mapS: List.mapS,
  mapiS: (l, f) => List.mapiS(l, (_, n) => f(n)),
  revMapS: List.revMapS,
  foldLeftS: (l, f) => List.foldLeftS(l, (_, n) => f(n), true),
  foldRightS: (l, f) => List.foldRightS(l.toReversed(), (n) => f(n), true),
  forAllS: List.forAllS,
  existsS: (l, f) => List.existsS(l, (n) => f(n).map((b) => !b)),
  findS: (l, f) => List.findS(l, (n) => f(n).map((b) => !b && n === 3)),
  filterS: List.filterS,
  filterMapS: List.filterMapS,
  partitionS: List.partitionS,
};

const atOnce: typeof inTurn = {
  iterP: (l, f) => List.iterP(l, (n) => f(n).map(() => {})),
  iteriP: (l, f) => List.iteriP(l, (_, n) => f(n).map(() => {})),
  mapP: List.mapP,
  mapiP: (l, f) => List.mapiP(l, (_, n) => f(n)),
  revMapP: List.revMapP,
  forAllP: List.forAllP,
  existsP: List.existsP,
  filterP: List.filterP,
  filterMapP: List.filterMapP,
  partitionP: List.partitionP,
};

for (const [name, run] of Object.entries(inTurn)) {
  Deno.test(`187: ${name} calls its function only after the promise before is fulfilled`, () => {
    const calls = new Calls();
    const p = run([1, 2, 3], calls.start);
    for (const n of [1, 2, 3]) {
      assertEquals(calls.started.at(-1), n);
      assertSleeps(p);
      calls.end(n);
    }
    assert(!p.isSleeping());
    assertEquals(calls.started, [1, 2, 3]);
  });

  Deno.test(`187: ${name} stops at the first failure`, () => {
    const calls = new Calls();
    const p = run([1, 2, 3], calls.start);
    calls.end(1);
    calls.fail(2, "broken");
    assertFails(p, "broken");
    assertEquals(calls.started, [1, 2]);
  });
}

for (const [name, run] of Object.entries(atOnce)) {
  Deno.test(`188: ${name} makes all calls, left to right, before it waits`, () => {
    const calls = new Calls();
    const p = run([1, 2, 3], calls.start);
    assertEquals(calls.started, [1, 2, 3]);
    calls.end(2);
    calls.end(1);
    assertSleeps(p);
    calls.end(3);
    assert(!p.isSleeping());
  });

  Deno.test(`190: ${name} makes the other calls even if one throws`, () => {
    const calls: number[] = [];
    const p = run([1, 2, 3], (n) => {
      calls.push(n);
      if (n === 2) throw new Failure("two");
      return Lwt.returnTrue;
    });
    assertEquals(calls, [1, 2, 3]);
    assertFailsWith(p, Failure, "two");
  });
}

for (const [name, run] of Object.entries({ ...inTurn, ...atOnce })) {
  Deno.test(`189: ${name} rejects if its function throws`, () => {
    const error = new Failure("thrown");
    const p = run([1], () => {
      throw error;
    });
    assertFails(p, error);
  });
}

Deno.test("191: iterP and iteriP settle when all calls are settled", () => {
  for (const run of [atOnce.iterP!, atOnce.iteriP!]) {
    const calls = new Calls();
    const p = run([1, 2, 3], calls.start);
    calls.fail(2, "second");
    calls.fail(1, "first");
    assertSleeps(p);
    calls.end(3);
    assertFails(p, "second");
  }
});

Deno.test("191: of failures that are there at once the last of the list wins (kept as upstream has it)", () => {
  assertFails(List.iterP(["a", "b"], (s) => Lwt.fail(s)), "b");
  assertFails(List.iteriP(["a", "b"], (_, s) => Lwt.fail(s)), "b");
});

Deno.test("192: mapP and its kin wait from the last element backwards (kept as upstream has it)", () => {
  for (
    const name of ["mapP", "mapiP", "revMapP", "filterMapP", "filterP", "forAllP", "partitionP"]
  ) {
    const early = new Calls();
    const p = atOnce[name]!([1, 2, 3], early.start);
    early.fail(2, "second");
    assertSleeps(p);
    early.end(3);
    assertFails(p, "second");

    const late = new Calls();
    const q = atOnce[name]!([1, 2, 3], late.start);
    late.fail(1, "first");
    late.fail(3, "third");
    assertFails(q, "third");
  }
});

Deno.test("193: tests made at once wait for everything even when the answer is known", () => {
  const answers: [typeof inTurn[string], boolean][] = [
    [atOnce.forAllP!, false],
    [atOnce.existsP!, true],
  ];
  for (const [run, known] of answers) {
    const [p, resolver] = Lwt.wait<boolean>();
    const answer = run([1, 2], (n) => n === 1 ? p : Lwt.return(known));
    assertSleeps(answer);
    resolver.wakeup(!known);
    assertReturns(answer, known);
  }
});

Deno.test("193: tests made in turn stop early", () => {
  const seen: number[] = [];
  const test = (answer: boolean) => (n: number) => {
    seen.push(n);
    return Lwt.return(answer === (n < 3));
  };
  const list = [1, 2, 3, 4];
  assertReturns(List.forAllS(list, test(true)), false);
  assertReturns(List.existsS(list, test(false)), true);
  assertReturns(List.findS(list, test(false)), 3);
  assertEquals(seen, [1, 2, 3, 1, 2, 3, 1, 2, 3]);
});

Deno.test("194: findS rejects with NotFound when no element passes", () => {
  assertFailsWith(List.findS([1, 2], () => Lwt.returnFalse), NotFound);
  assertFailsWith(List.findS([], () => Lwt.returnTrue), NotFound);
});

Deno.test("195: foldRightS starts with the last element", () => {
  assertReturns(List.foldRightS(["a", "b", "c"], (s, acc) => Lwt.return(acc + s), ""), "cba");
  assertReturns(List.foldLeftS(["a", "b", "c"], (acc, s) => Lwt.return(acc + s), ""), "abc");
});

Deno.test("196: results are in list order, whichever promise settles first", () => {
  for (const [run, expected] of [[List.mapP, [10, 20]], [List.revMapP, [20, 10]]] as const) {
    const [p, resolver] = Lwt.wait<number>();
    const results = run([1, 2], (n) => n === 1 ? p : Lwt.return(20));
    resolver.wakeup(10);
    assertReturns(results, [...expected]);
  }
  assertReturns(List.mapS([1, 2], (n) => Lwt.return(10 * n)), [10, 20]);
  assertReturns(List.revMapS([1, 2], (n) => Lwt.return(10 * n)), [20, 10]);
});

Deno.test("196: indices start at 0 and come first", () => {
  const list = ["a", "b"];
  const pair = (i: number, s: string) => Lwt.return([i, s]);
  assertReturns(List.mapiS(list, pair), [[0, "a"], [1, "b"]]);
  assertReturns(List.mapiP(list, pair), [[0, "a"], [1, "b"]]);
  const seen: unknown[] = [];
  const note = (i: number, s: string) => Lwt.return(void seen.push(i, s));
  assertReturns(List.iteriS(list, note), undefined);
  assertReturns(List.iteriP(list, note), undefined);
  assertEquals(seen, [0, "a", 1, "b", 0, "a", 1, "b"]);
});

Deno.test("197: lists of ten million elements neither overflow nor slow down", () => {
  const list = new Array<number>(10_000_000).fill(1);
  let sum = 0;
  const add = (n: number) => {
    sum += n;
    return Lwt.returnUnit;
  };
  assertReturns(List.iterS(list, add), undefined);
  assertReturns(List.foldLeftS<void, number>(list, (_, n) => add(n), undefined), undefined);
  assertEquals(sum, 20_000_000);
});

Deno.test("197: every function takes a list of hundreds of thousands of elements", () => {
  const list = new Array<number>(300_000).fill(1);
  for (const run of Object.values({ ...inTurn, ...atOnce })) {
    assert(!run(list, () => Lwt.returnTrue).isSleeping());
  }
});

Deno.test("197: a hundred thousand elements that all wait neither overflow nor slow down", () => {
  const list = new Array<number>(100_000).fill(1);
  for (const run of Object.values({ ...inTurn, ...atOnce })) {
    const [p, resolver] = Lwt.wait<boolean>();
    const all = run(list, () => p);
    assertSleeps(all);
    resolver.wakeup(true);
    assert(!all.isSleeping());
  }
});

Deno.test("filters, maps and splits keep the order, and what passes", () => {
  const list = [1, 2, 3, 4];
  const even = (n: number) => Lwt.return(n % 2 === 0);
  const half = (n: number) => Lwt.return(n % 2 === 0 ? n / 2 : undefined);
  assertReturns(List.filterS(list, even), [2, 4]);
  assertReturns(List.filterP(list, even), [2, 4]);
  assertReturns(List.filterMapS(list, half), [1, 2]);
  assertReturns(List.filterMapP(list, half), [1, 2]);
  assertReturns(List.partitionS(list, even), [[2, 4], [1, 3]]);
  assertReturns(List.partitionP(list, even), [[2, 4], [1, 3]]);
  assertReturns(List.forAllP(list, even), false);
  assertReturns(List.existsP(list, even), true);
});

Deno.test("an empty list is done at once", () => {
  for (const [name, run] of Object.entries({ ...inTurn, ...atOnce })) {
    if (name === "findS") continue;
    assert(run([], () => Lwt.fail("called")).state().tag === "Return", name);
  }
});

Deno.test("canceling a function in turn cancels the call that runs, and makes no other", () => {
  const calls = new Calls();
  const p = List.mapS([1, 2], calls.start);
  p.cancel();
  assertCanceled(p);
  assertEquals(calls.started, [1]);
});

/** Calls that the test ends one by one. */
class Calls {
  readonly started: number[] = [];
  readonly #resolvers = new Map<number, Resolver<boolean>>();

  readonly start = (n: number): Lwt<boolean> => {
    const [p, resolver] = Lwt.task<boolean>();
    this.started.push(n);
    this.#resolvers.set(n, resolver);
    return p;
  };

  end(n: number): void {
    this.#resolvers.get(n)?.wakeup(true);
  }

  fail(n: number, error: unknown): void {
    this.#resolvers.get(n)?.wakeupExn(error);
  }
}

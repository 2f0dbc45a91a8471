// Lazy lists whose every step is a promise.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Failure, InvalidArgument, Lwt, type Resolver } from "../../core/mod.ts";
import { Seq } from "../../core/seq.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  assertSleeps,
  valueOf,
} from "./_state.ts";

Deno.test("268: a sequence does its work again each time it is walked", () => {
  let worked = 0;
  const seq = Seq.unfold((n: number) => {
    worked++;
    return n < 3 ? [n, n + 1] : undefined;
  }, 0).map((n) => n * 2).filter((n) => n > 0);
  assertEquals(worked, 0);
  assertReturns(seq.toList(), [2, 4]);
  assertEquals(worked, 4);
  assertReturns(seq.toList(), [2, 4]);
  assertEquals(worked, 8);
});

Deno.test("268: a sequence over an iterable is walked again from its start, and from any step", () => {
  const seq = Seq.ofSeq(new Set([1, 2, 3]));
  assertReturns(seq.toList(), [1, 2, 3]);
  assertReturns(seq.toList(), [1, 2, 3]);
  const rest = valueOf(seq.node().map((node) => node.tag === "Cons" ? node.next : Seq.empty));
  assertReturns(rest.toList(), [2, 3]);
  assertReturns(rest.toList(), [2, 3]);
});

const error = new Failure("thrown");
const thrower = (): never => {
  throw error;
};

const derivations: Record<string, (seq: Seq<number>) => Seq<unknown>> = {
  append: (s) => s.append(Seq.return(1)),
  "append, second": (s) => Seq.return(1).append(s),
  map: (s) => s.map((n) => n),
  mapS: (s) => s.mapS((n) => Lwt.return(n)),
  filter: (s) => s.filter(() => true),
  filterS: (s) => s.filterS(() => Lwt.returnTrue),
  filterMap: (s) => s.filterMap((n) => n),
  filterMapS: (s) => s.filterMapS((n) => Lwt.return(n)),
  flatMap: (s) => s.flatMap((n) => Seq.return(n)),
  "flatMap, inner": (s) => Seq.return(1).flatMap(() => s),
};

const walks: Record<string, (seq: Seq<unknown>) => Lwt<unknown>> = {
  foldLeft: (s) => s.foldLeft(() => 0, 0),
  foldLeftS: (s) => s.foldLeftS(() => Lwt.return(0), 0),
  iter: (s) => s.iter(() => {}),
  iterS: (s) => s.iterS(() => Lwt.returnUnit),
  iterP: (s) => s.iterP(() => Lwt.returnUnit),
  iterN: (s) => s.iterN(() => Lwt.returnUnit),
  toList: (s) => s.toList(),
};

Deno.test("269: a throw of the first step, or of a later one, rejects every walk", () => {
  const first = new Seq<number>(thrower);
  for (const seq of [first, Seq.cons(1, first), Seq.ofList([1, 2]).append(first)]) {
    for (const walk of Object.values(walks)) {
      assertFails(walk(seq), error);
      for (const derive of Object.values(derivations)) assertFails(walk(derive(seq)), error);
    }
  }
});

Deno.test("269: a rejection of a step rejects every walk", () => {
  const seq = Seq.consLwt(Lwt.return(1), Seq.returnLwt(Lwt.fail<number>(error)));
  for (const walk of Object.values(walks)) assertFails(walk(seq), error);
  assertFails(Seq.ofSeqLwt([Lwt.return(1), Lwt.fail(error)]).toList(), error);
  assertFails(Seq.unfoldLwt(() => Lwt.fail<[number, number]>(error), 0).toList(), error);
  assertFails(Seq.unfold(thrower, 0).toList(), error);
});

Deno.test("270: a throw of the function rejects (not copied: upstream lets it out)", () => {
  const seq = Seq.ofList([1]);
  const thrown: Lwt<unknown>[] = [
    seq.foldLeft(thrower, 0),
    seq.foldLeftS(thrower, 0),
    seq.iter(thrower),
    seq.iterS(thrower),
    seq.iterP(thrower),
    seq.iterN(thrower),
    seq.map(thrower).toList(),
    seq.mapS(thrower).toList(),
    seq.filter(thrower).toList(),
    seq.filterS(thrower).toList(),
    seq.filterMap(thrower).toList(),
    seq.filterMapS(thrower).toList(),
    seq.flatMap(thrower).toList(),
  ];
  for (const p of thrown) assertFails(p, error);
});

Deno.test("271: iterP asks for the next step as soon as it has the last one", () => {
  const calls = new Calls();
  const all = counted(calls).iterP(calls.start);
  assertEquals([calls.asked, calls.started], [4, [1, 2, 3]]);
  calls.end(1);
  calls.end(3);
  assertSleeps(all);
  calls.end(2);
  assertReturns(all, undefined);
});

Deno.test("271: iterN asks for a step only when a call may start", () => {
  const calls = new Calls();
  const all = counted(calls).iterN(calls.start, { maxConcurrency: 2 });
  assertEquals([calls.asked, calls.started], [2, [1, 2]]);
  calls.end(2);
  assertEquals([calls.asked, calls.started], [3, [1, 2, 3]]);
  calls.end(3);
  assertEquals(calls.asked, 4);
  assertSleeps(all);
  calls.end(1);
  assertReturns(all, undefined);
});

Deno.test("271: both end with a join over the calls, newest first", () => {
  const seq = Seq.ofList(["a", "b"]);
  assertFails(seq.iterP((s) => Lwt.fail(s)), "b");
  assertFails(seq.iterN((s) => Lwt.fail(s), { maxConcurrency: 9 }), "b");
  const calls = new Calls();
  const all = counted(calls).iterP(calls.start);
  calls.fail(2, "second");
  assertSleeps(all);
  calls.fail(1, "first");
  calls.end(3);
  assertFails(all, "second");
});

Deno.test("iterN makes one call at a time unless told, and throws InvalidArgument below 1", () => {
  const calls = new Calls();
  counted(calls).iterN(calls.start);
  assertEquals(calls.started, [1]);
  for (const maxConcurrency of [0, -1, NaN]) {
    assertThrows(
      () => Seq.empty.iterN(() => Lwt.returnUnit, { maxConcurrency }),
      InvalidArgument,
      "received",
    );
  }
});

Deno.test("iterN notices a failed call when it must wait for a free place", () => {
  const calls = new Calls();
  const all = counted(calls).iterN(calls.start, { maxConcurrency: 2 });
  calls.fail(1, "broken");
  assertFails(all, "broken");
  assertEquals(calls.started, [1, 2]);
});

Deno.test("sequences are made, joined and changed as their names say", () => {
  assertReturns(Seq.empty.toList(), []);
  assertReturns(Seq.return(1).toList(), [1]);
  assertReturns(Seq.returnLwt(Lwt.return(1)).toList(), [1]);
  assertReturns(Seq.cons(1, Seq.consLwt(Lwt.return(2), Seq.ofList([3]))).toList(), [1, 2, 3]);
  assertReturns(Seq.ofList([1]).append(Seq.ofList([2, 3])).toList(), [1, 2, 3]);
  assertReturns(Seq.ofSeqLwt([Lwt.return(1), Lwt.return(2)]).toList(), [1, 2]);
  const numbers = Seq.ofList([1, 2, 3, 4]);
  assertReturns(numbers.filterMap((n) => n % 2 === 0 ? n / 2 : undefined).toList(), [1, 2]);
  assertReturns(numbers.flatMap((n) => Seq.ofList(Array(n % 3).fill(n))).toList(), [1, 2, 2, 4]);
  assertReturns(numbers.foldLeft((acc, n) => acc + n, ""), "1234");
  assertReturns(numbers.foldLeftS((acc, n) => Lwt.return(acc + n), ""), "1234");
});

Deno.test("walks wait where a step or a call waits", () => {
  const [p, resolver] = Lwt.task<number>();
  const all = Seq.cons(1, Seq.returnLwt(p)).mapS((n) => Lwt.pause().map(() => n)).toList();
  Lwt.wakeupPaused();
  assertSleeps(all);
  resolver.wakeup(2);
  Lwt.wakeupPaused();
  assertReturns(all, [1, 2]);
});

Deno.test("canceling a walk cancels what it waits for", () => {
  const [p] = Lwt.task<number>();
  const all = Seq.returnLwt(p).toList();
  all.cancel();
  assertCanceled(p);
  assertCanceled(all);
});

Deno.test("a sequence over an iterable reads only as far as asked", () => {
  let made = 0;
  const seq = Seq.ofSeq({
    *[Symbol.iterator]() {
      for (;;) yield ++made;
    },
  });
  assertReturns(seq.node().map((node) => node.tag), "Cons");
  assertEquals(made, 1);
});

Deno.test("a function that is not given a promise back says so", () => {
  // deno-lint-ignore no-explicit-any
  const wrong = (() => Promise.resolve(1)) as any;
  assertFailsWith(new Seq(wrong).toList(), TypeError);
  assertFailsWith(Seq.return(1).mapS(wrong).toList(), TypeError);
  assertFailsWith(Seq.return(1).iterS(wrong), TypeError);
  assertFailsWith(Seq.return(1).iterP(wrong), TypeError);
});

const MILLION = 1_000_000;
const counting = Seq.unfold((n: number) => n < MILLION ? [n, n + 1] : undefined, 0);

for (const [name, walk] of Object.entries(walks)) {
  Deno.test(`a million elements are walked by ${name} without a wait`, () => {
    assert(!walk(counting).isSleeping());
  });
}

for (const [name, derive] of Object.entries(derivations)) {
  Deno.test(`a million elements go through ${name} without a wait`, () => {
    assert(!derive(counting).foldLeft((n) => n + 1, 0).isSleeping());
  });
}

Deno.test("a filter that drops a million elements, and a flatMap over as many empty sequences, end", () => {
  assertReturns(counting.filter(() => false).toList(), []);
  assertReturns(counting.flatMap(() => Seq.empty).toList(), []);
});

Deno.test("ten thousand sequences are appended one to the other", () => {
  let seq: Seq<number> = Seq.empty;
  for (let i = 0; i < 10_000; i++) seq = seq.append(Seq.empty);
  assertReturns(seq.append(Seq.return(1)).toList(), [1]);
});

/** The numbers 1 to 3; `calls` counts how often a step was asked for. */
function counted(calls: Calls): Seq<number> {
  return Seq.unfold((n: number) => {
    calls.asked++;
    return n <= 3 ? [n, n + 1] : undefined;
  }, 1);
}

/** Calls that the test ends one by one. */
class Calls {
  asked = 0;
  readonly started: number[] = [];
  readonly #resolvers = new Map<number, Resolver<void>>();

  readonly start = (n: number): Lwt<void> => {
    const [p, resolver] = Lwt.task<void>();
    this.started.push(n);
    this.#resolvers.set(n, resolver);
    return p;
  };

  end(n: number): void {
    this.#resolvers.get(n)?.wakeup();
  }

  fail(n: number, error: unknown): void {
    this.#resolvers.get(n)?.wakeupExn(error);
  }
}

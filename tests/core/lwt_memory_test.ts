// Proxies, what promises keep alive, and the depth of the stack.
import { assert, assertEquals, assertLess } from "@std/assert";
import { Lwt, type Resolver } from "../../core/mod.ts";
import { callbackCount } from "../../core/_callbacks.ts";
import { assertCanceled, assertFails, assertReturns, assertSleeps } from "./_state.ts";
import { runBeside } from "./_child.ts";

const boom = new Error("boom");
const MILLION = 1_000_000;

/** A promise `outer` whose inner one is merged into it by calling `merge`. */
function proxied(): { outer: Lwt<number>; inner: Lwt<number>; merge(): void; r: Resolver<number> } {
  const [source, r1] = Lwt.wait<void>(), [inner, r] = Lwt.task<number>();
  return { outer: source.bind(() => inner), inner, merge: () => r1.wakeup(), r };
}

Deno.test("177: a recursive loop of binds keeps one live promise, and one callback", () => {
  let resolver: Resolver<void> | undefined;
  let waited: Lwt<void> | undefined;
  const loop = (): Lwt<void> => {
    [waited, resolver] = Lwt.wait<void>();
    return waited.bind(loop);
  };
  const outer = loop();
  for (let i = 0; i < 1000; i++) resolver?.wakeup();
  assertEquals([callbackCount(outer), callbackCount(waited!)], [0, 1]);
  outer.onTermination(() => {});
  for (let i = 0; i < 1000; i++) resolver?.wakeup();
  assertEquals([callbackCount(outer), callbackCount(waited!)], [1, 1]);
});

Deno.test("178: the two are one promise: same state at every moment", () => {
  const { outer, inner, merge, r } = proxied();
  merge();
  assertSleeps(outer);
  assertSleeps(inner);
  let seen: unknown;
  inner.onSuccess(() => seen = outer.state());
  r.wakeup(1);
  assertEquals(seen, { tag: "Return", value: 1 });
  assertReturns(outer, 1);
  assertReturns(inner, 1);
});

Deno.test("178: the two are one promise: same callbacks, same cancellation", () => {
  const log: string[] = [];
  const { outer, inner, merge } = proxied();
  merge();
  outer.onCancel(() => log.push("outer"));
  inner.onCancel(() => log.push("inner"));
  inner.cancel();
  assertCanceled(outer);
  assertCanceled(inner);
  assertEquals(log, ["inner", "outer"]);
});

Deno.test("179: at the merge the result's callbacks go before those of f's promise", () => {
  const log: string[] = [];
  const { outer, inner, merge, r } = proxied();
  outer.onSuccess(() => log.push("outer1"));
  inner.onSuccess(() => log.push("inner1"));
  outer.onSuccess(() => log.push("outer2"));
  inner.onSuccess(() => log.push("inner2"));
  merge();
  outer.onSuccess(() => log.push("late1"));
  inner.onSuccess(() => log.push("late2"));
  r.wakeup(1);
  assertEquals(log, ["late2", "late1", "outer2", "outer1", "inner2", "inner1"]);
});

Deno.test("179: so it is over several merges", () => {
  const log: number[] = [];
  const [inner, r] = Lwt.wait<void>();
  inner.onSuccess(() => log.push(0));
  let last = inner;
  for (let i = 1; i <= 5; i++) {
    const [source, r1] = Lwt.wait<void>();
    const former = last;
    last = source.bind(() => former);
    last.onSuccess(() => log.push(i));
    last.onSuccess(() => log.push(i + 0.5));
    r1.wakeup();
  }
  r.wakeup();
  assertEquals(log, [5.5, 5, 4.5, 4, 3.5, 3, 2.5, 2, 1.5, 1, 0]);
});

Deno.test("180: cancel callbacks merge the same way: outer first", () => {
  const log: string[] = [];
  const { outer, inner, merge } = proxied();
  outer.onCancel(() => log.push("outer1"));
  inner.onCancel(() => log.push("inner1"));
  outer.onFailure(() => log.push("outer regular"));
  inner.onCancel(() => log.push("inner2"));
  outer.onCancel(() => log.push("outer2"));
  inner.onFailure(() => log.push("inner regular"));
  merge();
  inner.onCancel(() => log.push("late"));
  outer.cancel();
  assertEquals(log, [
    "late",
    "outer2",
    "outer1",
    "inner2",
    "inner1",
    "outer regular",
    "inner regular",
  ]);
});

Deno.test("181: the result takes over how f's promise is canceled, and lets go of the source", () => {
  const [source, r1] = Lwt.task<void>(), [a] = Lwt.task<void>(), [b] = Lwt.task<void>();
  const outer = source.bind(() => Lwt.join([a, b]));
  r1.wakeup();
  outer.cancel();
  for (const each of [a, b, outer]) assertCanceled(each);
  assertReturns(source, undefined);
});

Deno.test("182: chains of proxies are shortened when walked", () => {
  const [inner, r] = Lwt.wait<number>();
  let last = inner;
  for (let i = 0; i < 100_000; i++) {
    const [source, r1] = Lwt.wait<void>();
    const former = last;
    last = source.bind(() => former);
    r1.wakeup();
  }
  // Walked anew each time, this would be ten billion steps.
  let pending = 0;
  for (let i = 0; i < 100_000; i++) if (inner.isSleeping()) pending++;
  assertEquals(pending, 100_000);
  r.wakeup(1);
  assertReturns(last, 1);
  assertReturns(inner, 1);
});

Deno.test("183: a promise raced again and again keeps at most about 42 dead callbacks", () => {
  const [long] = Lwt.wait<void>();
  const open: Resolver<void>[] = [];
  let most = 0;
  for (let i = 0; i < 1000; i++) {
    const [p, r] = Lwt.wait<void>();
    Lwt.choose([long, p]);
    open.push(r);
    if (open.length > 10) open.shift()!.wakeup();
    most = Math.max(most, callbackCount(long));
  }
  assertLess(most, 11 + 43);
});

Deno.test("184: if the dead callback was its only one, it goes at once", () => {
  const [long] = Lwt.wait<void>();
  const [p, r] = Lwt.wait<void>(), [t] = Lwt.task<void>();
  Lwt.choose([long, p]);
  assertEquals(callbackCount(long), 1);
  r.wakeup();
  assertEquals(callbackCount(long), 0);
  Lwt.pick([t, long.protected()]);
  t.cancel();
  assertEquals(callbackCount(long), 0);
});

/** Leaves `dead` dead callbacks on `p`, behind one that lives. */
function bury(p: Lwt<number>, dead: number, live: () => void): void {
  const resolvers = Array.from({ length: dead }, () => {
    const [q, r] = Lwt.wait<number>();
    Lwt.choose([p, q]);
    return r;
  });
  p.onSuccess(live);
  for (const r of resolvers) r.wakeup(0);
}

Deno.test("185: merging two promises adds their counts, and sweeps if the sum passes 42", () => {
  const log: string[] = [];
  const { outer, inner, merge, r } = proxied();
  bury(outer, 30, () => log.push("outer"));
  bury(inner, 30, () => log.push("inner"));
  assertEquals([callbackCount(outer), callbackCount(inner)], [31, 31]);
  merge();
  assertEquals(callbackCount(outer), 2);
  r.wakeup(1);
  assertEquals(log, ["outer", "inner"]);
});

Deno.test("185: whatever the sum, the one promise that is left is pending and complete", () => {
  for (let dead = 38; dead <= 48; dead++) {
    const log: string[] = [];
    const { outer, inner, merge, r } = proxied();
    bury(outer, 20, () => log.push("outer"));
    bury(inner, dead - 20, () => log.push("inner"));
    merge();
    assertSleeps(outer);
    assertEquals(callbackCount(inner), dead > 42 ? 2 : dead + 2);
    outer.onSuccess(() => log.push("late"));
    r.wakeup(1);
    assertReturns(inner, 1);
    assertEquals(log, ["late", "outer", "inner"]);
  }
});

Deno.test("185: the sum counts further from where it was", () => {
  const log: string[] = [];
  const { outer, inner, merge, r } = proxied();
  bury(outer, 20, () => log.push("outer"));
  bury(inner, 20, () => log.push("inner"));
  merge();
  bury(outer, 10, () => log.push("late"));
  assertLess(callbackCount(inner), 3 + 43);
  r.wakeup(1);
  assertEquals(log, ["late", "outer", "inner"]);
});

Deno.test("186: sweeping never loses a live callback, and keeps their order", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = randomFrom(seed);
    const { outer, inner, merge, r } = proxied();
    const ran: number[] = [], outerAlive: number[] = [], innerAlive: number[] = [];
    const lateAlive: number[] = [];
    const open: Resolver<number>[] = [];
    let merged = false;
    for (let i = 0; i < 1000; i++) {
      const onOuter = random(2) === 0;
      const p = onOuter ? outer : inner;
      if (i === 500) {
        merge();
        merged = true;
      }
      if (random(4) === 0) {
        p.onSuccess(() => ran.push(i));
        (merged ? lateAlive : onOuter ? outerAlive : innerAlive).push(i);
      } else {
        const [q, s] = Lwt.wait<number>();
        Lwt.choose([p, q]);
        open.push(s);
      }
      if (random(2) === 0) open.splice(random(open.length), 1)[0]?.wakeup(0);
    }
    r.wakeup(1);
    assertEquals(ran, [
      ...lateAlive.toReversed(),
      ...outerAlive.toReversed(),
      ...innerAlive.toReversed(),
    ]);
  }
});

Deno.test("186: races on both sides of a merge settle once, and are all taken off", () => {
  const { outer, inner, merge } = proxied();
  const [q, s] = Lwt.wait<number>();
  const races = [Lwt.choose([outer, inner, q]), Lwt.choose([inner, q]), Lwt.choose([q, outer])];
  merge();
  s.wakeup(1);
  for (const race of races) assertReturns(race, 1);
  assertLess(callbackCount(outer), 43);
  assertSleeps(outer);
});

/** Bytes by which a turn of the named workload makes the heap grow. */
async function growth(name: string): Promise<number> {
  const { code, stdout, stderr } = await runBeside("_heap.ts", [name, "50000"], [
    "--v8-flags=--expose-gc",
  ]);
  assertEquals(code, 0, stderr);
  return Number(stdout);
}

for (
  const [fact, name] of [
    ["177", "bind"],
    ["177", "catch"],
    ["177", "tryBind"],
    ["177", "bind and map"],
    ["177", "bind of a settled promise"],
    ["177", "spawn"],
    ["177", "pause"],
    ["171", "canceled pauses"],
    ["183", "choose"],
    ["183", "choose, canceled"],
    ["183", "pick"],
    ["183", "npick"],
    ["183", "nchooseSplit"],
    ["183", "choose, ten at a time"],
    ["148", "protected"],
    ["154", "wrapInCancelable"],
    ["interop", "withSignal"],
    ["181", "series of promises, each made of the last"],
  ] as const
) {
  Deno.test(`${fact}: memory stays flat through an endless ${name}`, async () => {
    assertLess(await growth(name), 4);
  });
}

Deno.test("memory: settled promises keep neither their callbacks nor what those captured", async () => {
  assertLess(await growth("settled promises"), 400);
});

// H1: the stack.

Deno.test("H1: loop = () => p.bind(loop) a million deep, on a settled promise", () => {
  let n = 0;
  const loop = (): Lwt<string> => ++n > MILLION ? Lwt.return("end") : Lwt.returnUnit.bind(loop);
  assertReturns(loop(), "end");
});

Deno.test("H1: loop = () => p.bind(loop) a million deep, on a pending promise", () => {
  let n = 0;
  const [p, r] = Lwt.wait<void>();
  const loop = (): Lwt<string> => ++n > MILLION ? Lwt.return("end") : p.bind(loop);
  const result = loop();
  assertSleeps(result);
  r.wakeup();
  assertReturns(result, "end");
});

Deno.test("H1: loop = () => p.bind(loop) a million turns, on a new pending promise each", () => {
  let n = 0, resolver: Resolver<void> | undefined;
  const loop = (): Lwt<string> => {
    if (++n > MILLION) return Lwt.return("end");
    const [p, r] = Lwt.wait<void>();
    resolver = r;
    return p.bind(loop);
  };
  const result = loop();
  while (result.isSleeping()) resolver?.wakeup();
  assertReturns(result, "end");
});

/** Recursions that go `n` deep through functions called for settled promises. */
const recursions: Record<string, (n: number) => Lwt<number>> = {
  bind: (n) => n === 0 ? zero : Lwt.returnUnit.bind(() => recursions.bind!(n - 1)),
  "bind, then map": (n) =>
    n === 0
      ? zero
      : Lwt.returnUnit.bind(() => recursions["bind, then map"]!(n - 1)).map((m) => m + 1),
  "bind of a rejection": (n) =>
    n === 0
      ? zero
      : Lwt.catch(() => Lwt.fail(boom), () => recursions["bind of a rejection"]!(n - 1)),
  "catch, f": (n) =>
    n === 0 ? zero : Lwt.catch(() => recursions["catch, f"]!(n - 1), Lwt.fail<number>),
  tryBind: (n) =>
    n === 0
      ? zero
      : Lwt.tryBind(() => Lwt.returnUnit, () => recursions.tryBind!(n - 1), Lwt.fail<number>),
  "finalize, f": (n) =>
    n === 0 ? zero : Lwt.finalize(() => recursions["finalize, f"]!(n - 1), () => Lwt.returnUnit),
  "finalize, cleanup": (n) =>
    n === 0
      ? zero
      : Lwt.finalize(() => zero, () => recursions["finalize, cleanup"]!(n - 1).map(() => {})),
  apply: (n) => n === 0 ? zero : Lwt.apply(recursions.apply!, n - 1),
};

const zero = Lwt.return(0);

for (const [name, recursion] of Object.entries(recursions)) {
  Deno.test(`H1: a recursion a hundred thousand deep through ${name} is settled when it returns`, () => {
    const result = recursion(100_000);
    assertReturns(result, name === "bind, then map" ? 100_000 : 0);
  });
}

Deno.test("H1: a recursion a million deep through bind and map, not in tail position", () => {
  const count = (n: number): Lwt<number> =>
    n === 0 ? zero : Lwt.returnUnit.bind(() => count(n - 1)).map((m) => m + 1);
  assertReturns(count(MILLION), MILLION);
});

Deno.test("H1: a recursion a hundred thousand deep through map, onSuccess, async, dontWait, wrap", () => {
  const ways: ((f: () => void) => void)[] = [
    (f) => void Lwt.returnUnit.map(f),
    (f) => Lwt.returnUnit.onSuccess(f),
    (f) => Lwt.fail(boom).onFailure(f),
    (f) => Lwt.returnUnit.onTermination(f),
    (f) => Lwt.fail(new Lwt.Canceled()).onCancel(f),
    (f) => Lwt.async(() => (f(), Lwt.returnUnit)),
    (f) => Lwt.dontWait(() => (f(), Lwt.returnUnit), () => {}),
    (f) => void Lwt.wrap(f),
  ];
  for (const way of ways) {
    let n = 0;
    const go = (): void => {
      if (++n < 100_000) way(go);
    };
    way(go);
    assertEquals(n, 100_000, String(way));
  }
});

/** Chains of a million promises, each waiting for the one before. */
const chains: Record<string, (p: Lwt<number>) => Lwt<number>> = {
  map: (p) => p.map((n) => n + 1),
  bind: (p) => p.bind((n) => Lwt.return(n + 1)),
  catch: (p) => Lwt.catch(() => p, Lwt.fail<number>),
  tryBind: (p) => Lwt.tryBind(() => p, (n) => Lwt.return(n + 1), Lwt.fail<number>),
  finalize: (p) => Lwt.finalize(() => p, () => Lwt.returnUnit),
  all: (p) => Lwt.all([p]) as unknown as Lwt<number>,
  join: (p) => Lwt.join([p as Lwt<unknown> as Lwt<void>]) as Lwt<unknown> as Lwt<number>,
  choose: (p) => Lwt.choose([p]),
  pick: (p) => Lwt.pick([p]),
  noCancel: (p) => p.noCancel(),
  protected: (p) => p.protected(),
  wrapInCancelable: (p) => p.wrapInCancelable(),
};

/** How long the chain is that one test makes of one kind. */
const lengthOf = (name: string, longest: readonly string[]) =>
  longest.includes(name) ? MILLION : 100_000;

for (const [name, link] of Object.entries(chains)) {
  const chained = (first: Lwt<number>, length: number): Lwt<number> => {
    let last = first;
    for (let i = 0; i < length; i++) last = link(last);
    return last;
  };

  const resolved = lengthOf(name, ["map", "bind", "catch"]);
  Deno.test(`H1: a chain of ${resolved} ${name} is resolved by one wakeup`, () => {
    const [first, r] = Lwt.wait<number>();
    const last = chained(first, resolved);
    assertSleeps(last);
    r.wakeup(0);
    if (["map", "bind", "tryBind"].includes(name)) assertReturns(last, resolved);
    else assertEquals(last.state().tag, "Return");
  });

  const rejected = lengthOf(name, []);
  Deno.test(`H1: a chain of ${rejected} ${name} is rejected by one wakeupExn`, () => {
    const [first, r] = Lwt.wait<number>();
    const last = chained(first, rejected);
    r.wakeupExn(boom);
    assertFails(last, boom);
  });

  const canceled = lengthOf(name, ["bind"]);
  Deno.test(`H1: cancel goes through a chain of ${canceled} ${name}`, () => {
    const [first] = Lwt.task<number>();
    const last = chained(first, canceled);
    last.cancel();
    if (name === "noCancel") return assertSleeps(last);
    assertCanceled(last);
    if (name !== "protected") assertCanceled(first);
  });
}

Deno.test("H1: a million promises returned from inside one another become one", () => {
  const [source, r1] = Lwt.wait<void>(), [inner, r2] = Lwt.task<number>();
  let last = inner;
  for (let i = 0; i < MILLION; i++) {
    const former = last;
    last = source.bind(() => former);
  }
  r1.wakeup();
  assertSleeps(last);
  r2.wakeup(1);
  assertReturns(last, 1);
  assertReturns(inner, 1);
});

Deno.test("H1: a million nested wakeups", () => {
  const pairs = Array.from({ length: MILLION }, () => Lwt.wait<void>());
  let ran = 0;
  pairs.forEach(([p], i) => {
    p.onSuccess(() => {
      ran++;
      pairs[i + 1]?.[1].wakeup();
    });
  });
  pairs[0]![1].wakeup();
  assertEquals(ran, MILLION);
});

Deno.test("H1: a million nested wakeupLaters", () => {
  const pairs = Array.from({ length: MILLION }, () => Lwt.wait<void>());
  let ran = 0;
  pairs.forEach(([p], i) => {
    p.onSuccess(() => {
      ran++;
      pairs[i + 1]?.[1].wakeupLater();
    });
  });
  pairs[0]![1].wakeup();
  assertEquals(ran, MILLION);
});

Deno.test("H1: a hundred thousand nested cancels", () => {
  const tasks = Array.from({ length: 100_000 }, () => Lwt.task<void>()[0]);
  tasks.forEach((t, i) => t.onCancel(() => tasks[i + 1]?.cancel()));
  tasks[0]!.cancel();
  tasks.forEach(assertCanceled);
});

Deno.test("H1: a hundred thousand nested turns of wakeupPaused", () => {
  let ran = 0;
  const go = (): void => {
    Lwt.pause().onSuccess(() => {
      if (++ran === 100_000) return;
      go();
      Lwt.wakeupPaused();
    });
  };
  go();
  Lwt.wakeupPaused();
  assertEquals(ran, 100_000);
});

Deno.test("H1: a promise with a million callbacks, and a join of a million members", () => {
  const [p, r] = Lwt.wait<void>();
  let ran = 0;
  for (let i = 0; i < MILLION; i++) p.onSuccess(() => ran++);
  const joined = Lwt.join(new Array<Lwt<void>>(MILLION).fill(p));
  r.wakeup();
  assertEquals(ran, MILLION);
  assertReturns(joined, undefined);
});

Deno.test("H1: past a hundred levels a callback runs later, but before the outermost call returns", () => {
  let deepest = 0, depth = 0, n = 0;
  const loop = (): Lwt<void> => {
    deepest = Math.max(deepest, ++depth);
    const result = ++n === 1000 ? Lwt.returnUnit : Lwt.returnUnit.bind(loop);
    depth--;
    return result;
  };
  const result = loop();
  assertReturns(result, undefined);
  assertEquals(n, 1000);
  assert(deepest >= 100 && deepest < 200, `the stack was ${deepest} deep`);
});

Deno.test("H1: what is queued for want of room on the stack cannot be canceled", () => {
  const made: Lwt<number>[] = [];
  let queued = 0;
  function* one(): Lwt.Task<number> {
    return yield* Lwt.return(1);
  }
  const dive = (depth: number): Lwt<void> => {
    const here = [
      Lwt.returnUnit.map(() => 1),
      Lwt.returnUnit.bind(() => Lwt.return(1)),
      Lwt.catch(() => Lwt.fail<number>(boom), () => Lwt.return(1)),
      Lwt.spawn(one),
    ];
    queued += here.filter((p) => p.isSleeping()).length;
    for (const p of here) p.cancel();
    made.push(...here);
    return depth === 120 ? Lwt.returnUnit : Lwt.returnUnit.bind(() => dive(depth + 1));
  };
  dive(0);
  assertEquals(made.length, 4 * 121);
  assert(queued >= 4, `${queued} were queued`);
  for (const p of made) assertReturns(p, 1);
});

Deno.test("H1: what is queued inside nested wakeups has run when the outermost call returns", () => {
  let n = 0;
  const [p, r] = Lwt.wait<void>();
  const result = p.bind(() => {
    const loop = (): Lwt<void> => ++n === 10_000 ? Lwt.returnUnit : Lwt.returnUnit.bind(loop);
    return loop();
  });
  Lwt.returnUnit.bind(() => (r.wakeup(), Lwt.returnUnit));
  assertReturns(result, undefined);
  assertEquals(n, 10_000);
});

/** A small generator of numbers below a bound, the same for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return below === 0 ? 0 : Math.floor(state / 65_536) % below;
  };
}

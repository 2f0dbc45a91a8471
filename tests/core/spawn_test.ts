// Lwt.spawn: generators as straight-line code, with the meaning of let%lwt.
import {
  assert,
  assertEquals,
  AssertionError,
  assertMatch,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { Key, Lwt } from "../../core/mod.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  assertSleeps,
} from "./_state.ts";
import { hooked } from "./_hook.ts";

const boom = new Error("boom");
const bang = new Error("bang");

function* add(a: Lwt<number>, b: Lwt<number>): Lwt.Task<number> {
  return (yield* a) + (yield* b);
}

Deno.test("H2: spawn starts at once, and is settled at once if nothing has to wait", () => {
  const log: string[] = [];
  const p = Lwt.spawn(function* () {
    log.push("in");
    return yield* Lwt.return(1);
  });
  log.push("out");
  assertEquals(log, ["in", "out"]);
  assertReturns(p, 1);
});

Deno.test("spawn takes a generator function with its arguments, or a generator object", () => {
  assertReturns(Lwt.spawn(add, Lwt.return(1), Lwt.return(2)), 3);
  assertReturns(Lwt.spawn(add(Lwt.return(1), Lwt.return(2))), 3);
});

Deno.test("spawn takes a method, and types what yield* gives", () => {
  class Adder {
    readonly #base = Lwt.return(10);
    *plus(n: number): Lwt.Task<string> {
      const base: number = yield* this.#base;
      return String(base + n);
    }
  }
  const p: Lwt<string> = Lwt.spawn(new Adder().plus(1));
  assertReturns(p, "11");
});

Deno.test("a generator that never waits is allowed", () => {
  assertReturns(
    Lwt.spawn(function* () {
      return "value";
    }),
    "value",
  );
});

Deno.test("spawn of a function that makes no generator rejects with TypeError", () => {
  const wrong = (() => 1) as unknown as () => Lwt.Task<number>;
  assertFailsWith(Lwt.spawn(wrong), TypeError);
});

Deno.test("H2: spawn resumes inside the call that resolves what it waits for", () => {
  const log: string[] = [];
  const [p, r] = Lwt.wait<number>();
  const q = Lwt.spawn(function* () {
    log.push("before");
    const n = yield* p;
    log.push(`after ${n}`);
    return n + 1;
  });
  assertSleeps(q);
  log.push("resolving");
  r.wakeup(1);
  log.push("resolved");
  assertReturns(q, 2);
  assertEquals(log, ["before", "resolving", "after 1", "resolved"]);
});

Deno.test("a waiting generator is one of the promise's callbacks, in its place", () => {
  const log: string[] = [];
  const [p, r] = Lwt.wait<void>();
  p.onSuccess(() => log.push("older"));
  const q = Lwt.spawn(function* () {
    yield* p;
    log.push("resumed");
  });
  q.onSuccess(() => log.push("result"));
  p.onSuccess(() => log.push("newer"));
  r.wakeup();
  assertEquals(log, ["newer", "resumed", "result", "older"]);
});

Deno.test("a generator waits many times, on pending and settled promises in turn", () => {
  const pairs = Array.from({ length: 10 }, () => Lwt.wait<number>());
  const sum = Lwt.spawn(function* () {
    let total = 0;
    for (const [p] of pairs) total += (yield* p) + (yield* Lwt.return(100));
    return total;
  });
  pairs.toReversed().forEach(([, r], i) => {
    assertSleeps(sum);
    r.wakeup(i);
  });
  assertReturns(sum, 1045);
});

Deno.test("waiting twice on one promise gives the value twice", () => {
  const [p, r] = Lwt.wait<number>();
  const q = Lwt.spawn(function* () {
    return [yield* p, yield* p];
  });
  r.wakeup(1);
  assertReturns(q, [1, 1]);
});

Deno.test("two generators may wait for one promise", () => {
  const [p, r] = Lwt.wait<number>();
  const both = Lwt.both(Lwt.spawn(add, p, p), Lwt.spawn(add, p, Lwt.return(1)));
  r.wakeup(1);
  assertReturns(both, [2, 2]);
});

Deno.test("what a generator returns is not flattened", () => {
  const inner = Lwt.fail<number>(boom);
  const p = Lwt.spawn(function* () {
    return inner;
  });
  const state = p.state();
  assertEquals(state.tag, "Return");
  assertStrictEquals((state as { value: unknown }).value, inner);
});

Deno.test("a promise of a promise is waited for one level at a time", () => {
  const [inner, r] = Lwt.wait<number>();
  const p = Lwt.spawn(function* () {
    const got = yield* Lwt.return(inner);
    return got === inner ? yield* got : -1;
  });
  r.wakeup(1);
  assertReturns(p, 1);
});

Deno.test("a throw before the first wait rejects", () => {
  assertFails(
    Lwt.spawn(function* () {
      throw boom;
    }),
    boom,
  );
});

Deno.test("a throw after a wait rejects", () => {
  const [p, r] = Lwt.wait<void>();
  const q = Lwt.spawn(function* () {
    yield* p;
    throw boom;
  });
  r.wakeup();
  assertFails(q, boom);
});

Deno.test("a rejected promise throws at the place of the wait, settled or pending", () => {
  const [p, r] = Lwt.wait<number>();
  const seen: unknown[] = [];
  function* watch(waited: Lwt<number>): Lwt.Task<number> {
    try {
      return yield* waited;
    } catch (error) {
      seen.push(error);
      return -1;
    }
  }
  assertReturns(Lwt.spawn(watch, Lwt.fail<number>(boom)), -1);
  const q = Lwt.spawn(watch, p);
  r.wakeupExn(bang);
  assertReturns(q, -1);
  assertEquals(seen, [boom, bang]);
});

Deno.test("an error nobody catches rejects, without telling the hook", () => {
  const [p, r] = Lwt.wait<number>();
  let q: Lwt<number> | undefined;
  const told = hooked(() => {
    q = Lwt.spawn(add, p, Lwt.return(1));
    r.wakeupExn(boom);
  });
  assertFails(q!, boom);
  assertEquals(told, []);
});

Deno.test("H2: canceling the result cancels what it waits for now", () => {
  const [p, r] = Lwt.task<number>(), [q] = Lwt.task<number>();
  const sum = Lwt.spawn(add, p, q);
  r.wakeup(1);
  assertSleeps(sum);
  sum.cancel();
  assertCanceled(q);
  assertCanceled(sum);
});

Deno.test("canceling while it waits for a wait promise changes nothing", () => {
  const [p, r] = Lwt.wait<number>();
  const q = Lwt.spawn(add, p, Lwt.return(1));
  q.cancel();
  assertSleeps(q);
  r.wakeup(1);
  assertReturns(q, 2);
});

Deno.test("a generator may catch its cancellation and go on", () => {
  const [p] = Lwt.task<void>(), [q, r] = Lwt.task<string>();
  const spawned = Lwt.spawn(function* () {
    try {
      yield* p;
    } catch (error) {
      assert(error instanceof Lwt.Canceled);
    }
    return yield* q;
  });
  spawned.cancel();
  assertSleeps(spawned);
  assertSleeps(q);
  r.wakeup("went on");
  assertReturns(spawned, "went on");
});

Deno.test("canceling runs finally blocks, which may wait", () => {
  const log: string[] = [];
  const [p] = Lwt.task<void>(), [cleaning, r] = Lwt.wait<void>();
  const spawned = Lwt.spawn(function* () {
    try {
      yield* p;
    } finally {
      log.push("cleaning");
      yield* cleaning;
      log.push("clean");
    }
  });
  spawned.cancel();
  assertEquals(log, ["cleaning"]);
  assertSleeps(spawned);
  r.wakeup();
  assertEquals(log, ["cleaning", "clean"]);
  assertCanceled(spawned);
});

Deno.test("canceling goes through generators inside generators, spawned or not", () => {
  function* inner(p: Lwt<number>): Lwt.Task<number> {
    return yield* p;
  }
  function* outer(p: Lwt<number>, spawned: boolean): Lwt.Task<number> {
    return spawned ? yield* Lwt.spawn(inner, p) : yield* inner(p);
  }
  for (const spawned of [false, true]) {
    const [p] = Lwt.task<number>();
    const q = Lwt.spawn(outer, p, spawned);
    q.cancel();
    assertCanceled(p);
    assertCanceled(q);
  }
});

Deno.test("cancel with a cause reaches the generator", () => {
  const [p] = Lwt.task<void>();
  const q = Lwt.spawn(function* () {
    try {
      yield* p;
      return "no error";
    } catch (error) {
      return (error as Error).cause;
    }
  });
  q.cancel("why");
  assertReturns(q, "why");
});

Deno.test("H2: a generator inherits the storage, and keeps it over waits", () => {
  const key = new Key<string>();
  const [p, r1] = Lwt.wait<void>(), [q, r2] = Lwt.wait<void>();
  const seen: unknown[] = [];
  key.withValue("spawned", () =>
    Lwt.spawn(function* () {
      seen.push(key.get());
      yield* p;
      seen.push(key.get());
      yield* q;
      seen.push(key.get());
    }));
  key.withValue("resolving", () => {
    r1.wakeup();
    seen.push(key.get());
    r2.wakeup();
  });
  assertEquals(seen, ["spawned", "spawned", "resolving", "spawned"]);
});

Deno.test("a settled promise does not suspend, ten million times", () => {
  const settled = Lwt.return(1);
  const p = Lwt.spawn(function* () {
    let n = 0;
    while (n < 10_000_000) n += yield* settled;
    return n;
  });
  assertReturns(p, 10_000_000);
});

Deno.test("H1: a million waits on pending promises do not grow the stack", () => {
  let resolve = () => {};
  const p = Lwt.spawn(function* () {
    for (let i = 0; i < 1_000_000; i++) {
      const [q, r] = Lwt.wait<void>();
      resolve = () => r.wakeup();
      yield* q;
    }
    return "done";
  });
  while (p.isSleeping()) resolve();
  assertReturns(p, "done");
});

Deno.test("H1: a hundred thousand generators, each waiting for the next, do not overflow", () => {
  function* follow(p: Lwt<number>): Lwt.Task<number> {
    return (yield* p) + 1;
  }
  const [first, r] = Lwt.task<number>();
  let last = first;
  for (let i = 0; i < 100_000; i++) last = Lwt.spawn(follow, last);
  assertSleeps(last);
  r.wakeup(0);
  assertReturns(last, 100_000);
});

Deno.test("H1: a recursion of spawns a hundred thousand deep does not overflow", () => {
  function* count(n: number): Lwt.Task<number> {
    return n === 0 ? 0 : 1 + (yield* Lwt.spawn(count, n - 1));
  }
  assertReturns(Lwt.spawn(count, 100_000), 100_000);
});

Deno.test("a generator resumed while it runs is not: it resolves its own wait before waiting", () => {
  const [p, r] = Lwt.wait<number>();
  const q = Lwt.spawn(function* () {
    r.wakeup(1);
    return yield* p;
  });
  assertReturns(q, 1);
});

Deno.test("a generator that waits for its own result stays pending, and does no harm", () => {
  const [p, r] = Lwt.wait<void>();
  const q: Lwt<void> = Lwt.spawn(function* () {
    yield* p;
    yield* q;
  });
  r.wakeup();
  assertSleeps(q);
  q.cancel();
  assertSleeps(q);
});

Deno.test("the result of spawn may become a proxy while it waits", () => {
  const [p, r1] = Lwt.wait<void>(), [q, r2] = Lwt.task<number>();
  const spawned = Lwt.spawn(add, q, Lwt.return(1));
  const outer = p.bind(() => spawned);
  r1.wakeup();
  r2.wakeup(1);
  assertReturns(outer, 2);
  const [q2] = Lwt.task<number>(), [p2, r3] = Lwt.wait<void>();
  const spawned2 = Lwt.spawn(add, Lwt.pause().map(() => 1), q2);
  const outer2 = p2.bind(() => spawned2);
  r3.wakeup();
  Lwt.wakeupPaused();
  outer2.cancel();
  assertCanceled(q2);
  assertCanceled(outer2);
});

Deno.test("yield* of a promise that became a proxy waits for what it stands for", () => {
  for (const settle of ["wakeup", "wakeupExn"] as const) {
    const [source, r1] = Lwt.wait<void>(), [inner, r2] = Lwt.wait<unknown>();
    source.bind(() => inner);
    const watch = function* (): Lwt.Task<unknown> {
      try {
        return [yield* inner];
      } catch (error) {
        return { error };
      }
    };
    const expected = settle === "wakeup" ? [boom] : { error: boom };
    const before = Lwt.spawn(watch);
    r1.wakeup();
    const during = Lwt.spawn(watch);
    assertSleeps(during);
    r2[settle](boom);
    for (const p of [before, during, Lwt.spawn(watch)]) assertReturns(p, expected);
  }
});

Deno.test("traces stay whole after a wait, through generators inside generators", () => {
  const [p, r] = Lwt.wait<void>();
  function* innermost(): Lwt.Task<void> {
    yield* p;
    throw new Error("traced");
  }
  function* middle(): Lwt.Task<void> {
    yield* innermost();
  }
  function* outermost(): Lwt.Task<void> {
    yield* middle();
  }
  const q = Lwt.spawn(outermost);
  r.wakeup();
  const state = q.state();
  const stack = state.tag === "Fail" ? (state.error as Error).stack ?? "" : "";
  assertMatch(stack, /innermost[\s\S]*middle[\s\S]*outermost/);
});

Deno.test("using in a generator disposes when the generator ends", () => {
  const log: string[] = [];
  const [p, r] = Lwt.wait<void>();
  const q = Lwt.spawn(function* () {
    using _guard = { [Symbol.dispose]: () => log.push("disposed") };
    yield* p;
    log.push("end");
  });
  assertEquals(log, []);
  r.wakeup();
  assertEquals(log, ["end", "disposed"]);
  assertReturns(q, undefined);
});

Deno.test("H5: yield* keeps the order of callbacks where await would lose it", () => {
  const log: string[] = [];
  const [p, r] = Lwt.wait<void>();
  Lwt.spawn(function* () {
    yield* p;
    log.push("spawn");
  });
  r.wakeup();
  log.push("after wakeup");
  assertEquals(log, ["spawn", "after wakeup"]);
});

// The constructs of the syntax extensions, one by one.

Deno.test("let%lwt, let*, let%bind, lwt p = e in body: const p = yield* e", () => {
  const [e, r] = Lwt.wait<number>();
  const q = Lwt.spawn(function* () {
    const p = yield* e;
    return p + 1;
  });
  r.wakeup(1);
  assertReturns(q, 2);
});

Deno.test("let%lwt (p : t) = e in body: const p: T = yield* e", () => {
  const q = Lwt.spawn(function* () {
    const p: string = yield* Lwt.return("typed");
    return p.length;
  });
  assertReturns(q, 5);
});

Deno.test("296: let%lwt … and …, lwt … and …: both sides start first, then are waited for in order", () => {
  const log: string[] = [];
  const [a, r1] = Lwt.wait<number>(), [b, r2] = Lwt.wait<number>();
  const start = (name: string, p: Lwt<number>) => (log.push(name), p);
  const q = Lwt.spawn(function* () {
    const t1 = start("a", a), t2 = start("b", b);
    const x = yield* t1;
    log.push("got a");
    const y = yield* t2;
    return [x, y];
  });
  assertEquals(log, ["a", "b"]);
  r2.wakeup(2);
  assertEquals(log, ["a", "b"]);
  r1.wakeup(1);
  assertEquals(log, ["a", "b", "got a"]);
  assertReturns(q, [1, 2]);
});

Deno.test("296: if the first fails, the second is no longer waited for and its error is lost", () => {
  const [a, r1] = Lwt.wait<number>(), [b, r2] = Lwt.wait<number>();
  const q = Lwt.spawn(function* () {
    const t1 = a, t2 = b;
    return [yield* t1, yield* t2];
  });
  r1.wakeupExn(boom);
  assertFails(q, boom);
  assertEquals(hooked(() => r2.wakeupExn(bang)), []);
  assertFails(q, boom);
});

Deno.test("let* … and* …, let+ … and+ …: both waits for both, even if the first fails", () => {
  const [a, r1] = Lwt.wait<number>(), [b, r2] = Lwt.wait<string>();
  const q = Lwt.spawn(function* () {
    const [x, y] = yield* Lwt.both(a, b);
    return `${x}${y}`;
  });
  r1.wakeupExn(boom);
  assertSleeps(q);
  r2.wakeup("b");
  assertFails(q, boom);
  const q2 = Lwt.spawn(function* () {
    const [x, y] = yield* Lwt.both(Lwt.return(1), b);
    return `${x}${y}`;
  });
  assertReturns(q2, "1b");
});

Deno.test("let+, let%map p = e in value: const p = yield* e; return value", () => {
  const [e, r] = Lwt.wait<number>();
  const q = Lwt.spawn(function* () {
    const p = yield* e;
    return { p };
  });
  r.wakeup(1);
  assertReturns(q, { p: 1 });
});

Deno.test("let%lwt, lwt p = e at module level: const p = await e", async () => {
  const p = await Lwt.pause().map(() => 1);
  assertEquals(p, 1);
});

Deno.test("e1;%lwt e2: yield* e1; yield* e2", () => {
  const log: string[] = [];
  const [e1, r1] = Lwt.wait<void>();
  const q = Lwt.spawn(function* () {
    yield* e1;
    log.push("between");
    yield* Lwt.returnUnit;
  });
  assertEquals(log, []);
  r1.wakeup();
  assertEquals(log, ["between"]);
  assertReturns(q, undefined);
});

Deno.test("297: match%lwt with exception cases does not catch what a branch throws", () => {
  function* match(e: Lwt<number>): Lwt.Task<string> {
    let r: { ok: true; value: number } | { ok: false; error: unknown };
    try {
      r = { ok: true, value: yield* e };
    } catch (error) {
      r = { ok: false, error };
    }
    if (!r.ok) return r.error === boom ? "caught" : yield* Lwt.fail(r.error);
    if (r.value === 1) throw bang;
    return `value ${r.value}`;
  }
  assertReturns(Lwt.spawn(match, Lwt.return(2)), "value 2");
  assertReturns(Lwt.spawn(match, Lwt.fail<number>(boom)), "caught");
  assertFails(Lwt.spawn(match, Lwt.return(1)), bang);
  assertFails(Lwt.spawn(match, Lwt.fail<number>(bang)), bang);
});

Deno.test("297: match%lwt, match_lwt without exception cases is bind", () => {
  type Shape = { tag: "circle"; radius: number } | { tag: "square"; side: number };
  function* area(e: Lwt<Shape>): Lwt.Task<number> {
    const v = yield* e;
    switch (v.tag) {
      case "circle":
        return 3 * v.radius;
      case "square":
        return v.side * v.side;
    }
  }
  assertReturns(Lwt.spawn(area, Lwt.return<Shape>({ tag: "square", side: 2 })), 4);
  assertReturns(Lwt.spawn(area, Lwt.return<Shape>({ tag: "circle", radius: 2 })), 6);
  assertFails(Lwt.spawn(area, Lwt.fail<Shape>(boom)), boom);
});

Deno.test("298: try%lwt, try_lwt throw the error again when no case matches", () => {
  function* attempt(e: () => Lwt<string>): Lwt.Task<string> {
    try {
      return yield* e();
    } catch (error) {
      if (error === boom) return yield* Lwt.return("handled");
      throw error;
    }
  }
  const raise = (error: Error) => (): never => {
    throw error;
  };
  assertReturns(Lwt.spawn(attempt, () => Lwt.return("value")), "value");
  assertReturns(Lwt.spawn(attempt, () => Lwt.fail<string>(boom)), "handled");
  assertReturns(Lwt.spawn(attempt, raise(boom)), "handled");
  assertFails(Lwt.spawn(attempt, () => Lwt.fail<string>(bang)), bang);
  assertFails(Lwt.spawn(attempt, raise(bang)), bang);
});

Deno.test("e [%lwt.finally cleanup], e [%finally cleanup]: it is run and waited for, either way", () => {
  for (const settle of ["wakeup", "wakeupExn"] as const) {
    const [e, r1] = Lwt.wait<unknown>(), [cleaning, r2] = Lwt.wait<void>();
    const q = Lwt.spawn(function* () {
      try {
        return yield* e;
      } finally {
        yield* cleaning;
      }
    });
    r1[settle](boom);
    assertSleeps(q);
    r2.wakeup();
    assertEquals(q.state().tag, settle === "wakeup" ? "Return" : "Fail");
  }
});

Deno.test("e [%lwt.finally cleanup]: a failing cleanup wins", () => {
  for (const e of [Lwt.return(1), Lwt.fail<number>(boom)]) {
    const q = Lwt.spawn(function* () {
      try {
        return yield* e;
      } finally {
        yield* Lwt.fail(bang);
      }
    });
    assertFails(q, bang);
  }
});

Deno.test("try_lwt … with … finally …: handler and cleanup together", () => {
  const log: string[] = [];
  function* work(e: Lwt<string>): Lwt.Task<string> {
    try {
      return yield* e;
    } catch (error) {
      if (error !== boom) throw error;
      return yield* Lwt.return("handled");
    } finally {
      yield* Lwt.return(log.push("cleaned"));
    }
  }
  assertReturns(Lwt.spawn(work, Lwt.return("value")), "value");
  assertReturns(Lwt.spawn(work, Lwt.fail<string>(boom)), "handled");
  assertFails(Lwt.spawn(work, Lwt.fail<string>(bang)), bang);
  assertEquals(log, ["cleaned", "cleaned", "cleaned"]);
});

Deno.test("299: for%lwt, for_lwt, to and downto, work out the end once, before the start", () => {
  let asked = 0;
  const seen: number[] = [];
  const end = () => (asked++, 3);
  const [gate, r] = Lwt.wait<void>();
  const q = Lwt.spawn(function* () {
    for (let i = 1, last = end(); i <= last; i++) {
      yield* gate;
      seen.push(i);
    }
    for (let i = 3, last = 1; i >= last; i--) yield* Lwt.return(seen.push(i));
  });
  assertEquals(seen, []);
  r.wakeup();
  assertReturns(q, undefined);
  assertEquals(asked, 1);
  assertEquals(seen, [1, 2, 3, 3, 2, 1]);
});

Deno.test("299: for%lwt whose end lies before its start does nothing, and stops at an error", () => {
  const seen: number[] = [];
  const q = Lwt.spawn(function* () {
    for (let i = 2, last = 1; i <= last; i++) yield* Lwt.return(seen.push(i));
    for (let i = 0, last = 5; i <= last; i++) {
      seen.push(i);
      if (i === 1) yield* Lwt.fail(boom);
    }
  });
  assertFails(q, boom);
  assertEquals(seen, [0, 1]);
});

Deno.test("299: while%lwt, while_lwt test a plain boolean before each turn", () => {
  const seen: number[] = [];
  let n = 0;
  const q = Lwt.spawn(function* () {
    while (n < 3) yield* Lwt.pause().map(() => seen.push(n++));
  });
  Lwt.wakeupPaused();
  assertEquals(seen, [0]);
  Lwt.wakeupPaused();
  Lwt.wakeupPaused();
  assertEquals(seen, [0, 1, 2]);
  assertReturns(q, undefined);
});

Deno.test("300: assert%lwt, assert_lwt throw where they stand, and inside a task that rejects", () => {
  assertThrows(() => assert(false), AssertionError);
  const q = Lwt.spawn(function* () {
    yield* Lwt.returnUnit;
    assert(false);
  });
  assertFailsWith(q, AssertionError);
  assertFailsWith(Lwt.returnUnit.map(() => assert(false)), AssertionError);
});

Deno.test("if%lwt c then e1 else e2", () => {
  function* choose(c: Lwt<boolean>): Lwt.Task<string> {
    if (yield* c) return yield* Lwt.return("then");
    else return yield* Lwt.return("else");
  }
  assertReturns(Lwt.spawn(choose, Lwt.returnTrue), "then");
  assertReturns(Lwt.spawn(choose, Lwt.returnFalse), "else");
  assertFails(Lwt.spawn(choose, Lwt.fail<boolean>(boom)), boom);
});

Deno.test("if%lwt c then e1", () => {
  const log: string[] = [];
  function* maybe(c: Lwt<boolean>): Lwt.Task<void> {
    if (yield* c) yield* Lwt.return(log.push("then"));
  }
  assertReturns(Lwt.spawn(maybe, Lwt.returnTrue), undefined);
  assertReturns(Lwt.spawn(maybe, Lwt.returnFalse), undefined);
  assertEquals(log, ["then"]);
});

Deno.test("raise_lwt exn: throw exn", () => {
  const q = Lwt.spawn(function* () {
    yield* Lwt.returnUnit;
    throw boom;
  });
  assertFails(q, boom);
});

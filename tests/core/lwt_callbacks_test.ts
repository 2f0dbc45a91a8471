// The callbacks of one promise: which of them run, when, and in what order.
import { assertEquals, assertStrictEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { assertReturns, assertSleeps, errorOf } from "./_state.ts";

const boom = new Error("boom");

Deno.test("14: regular callbacks run newest first", () => {
  const log: number[] = [];
  const [p, r] = Lwt.wait<void>();
  p.onSuccess(() => log.push(1));
  p.onSuccess(() => log.push(2));
  p.onSuccess(() => log.push(3));
  r.wakeup();
  assertEquals(log, [3, 2, 1]);
});

Deno.test("14: all kinds of regular callback stand in one order", () => {
  const log: number[] = [];
  const [p, r] = Lwt.wait<void>();
  p.onSuccess(() => log.push(1));
  p.map(() => log.push(2));
  p.onTermination(() => log.push(3));
  p.bind(() => Lwt.return(log.push(4)));
  p.onAny(() => log.push(5), () => log.push(-5));
  Lwt.finalize(() => p, () => Lwt.return(void log.push(6)));
  Lwt.tryBind(() => p, () => Lwt.return(log.push(7)), () => Lwt.return(log.push(-7)));
  Lwt.join([p]).onSuccess(() => log.push(8));
  Lwt.choose([p]).onSuccess(() => log.push(9));
  r.wakeup();
  assertEquals(log, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
});

Deno.test("15: cancel callbacks run newest first", () => {
  const log: number[] = [];
  const [p] = Lwt.task<void>();
  p.onCancel(() => log.push(1));
  p.onCancel(() => log.push(2));
  p.onCancel(() => log.push(3));
  p.cancel();
  assertEquals(log, [3, 2, 1]);
});

Deno.test("16: all cancel callbacks run before any regular one", () => {
  const log: string[] = [];
  const [p] = Lwt.task<void>();
  p.onTermination(() => log.push("regular 1"));
  p.onCancel(() => log.push("cancel 1"));
  p.onFailure(() => log.push("regular 2"));
  p.onCancel(() => log.push("cancel 2"));
  p.cancel();
  assertEquals(log, ["cancel 2", "cancel 1", "regular 2", "regular 1"]);
});

Deno.test("17: with any other result the cancel callbacks are dropped unrun", () => {
  const log: string[] = [];
  const [p, r1] = Lwt.task<void>();
  const [q, r2] = Lwt.task<void>();
  p.onCancel(() => log.push("fulfilled"));
  q.onCancel(() => log.push("rejected"));
  r1.wakeup();
  r2.wakeupExn(boom);
  p.cancel();
  q.cancel();
  assertEquals(log, []);
});

Deno.test("18: the new state is in place before the first callback runs", () => {
  const seen: unknown[] = [];
  const [p, r1] = Lwt.wait<number>();
  p.onSuccess(() => seen.push(p.state()));
  r1.wakeup(1);
  const [q, r2] = Lwt.wait<number>();
  q.onFailure(() => seen.push(q.state()));
  r2.wakeupExn(boom);
  assertEquals(seen, [{ tag: "Return", value: 1 }, { tag: "Fail", error: boom }]);
});

Deno.test("18: the state of a result is in place before its first callback runs", () => {
  const seen: unknown[] = [];
  const [p, r] = Lwt.wait<number>();
  const q = p.map((n) => n + 1);
  q.onSuccess(() => seen.push(q.state()));
  r.wakeup(1);
  assertEquals(seen, [{ tag: "Return", value: 2 }]);
});

Deno.test("19: a callback attached while its promise is being resolved runs at once", () => {
  const log: string[] = [];
  const [p, r] = Lwt.wait<void>();
  p.onSuccess(() => log.push("1"));
  p.onSuccess(() => {
    log.push("2");
    p.onSuccess(() => log.push("nested"));
    log.push("2 goes on");
  });
  r.wakeup();
  assertEquals(log, ["2", "nested", "2 goes on", "1"]);
});

Deno.test("20: resolution goes depth first through map", () => {
  const log: string[] = [];
  const [p, r] = Lwt.wait<void>();
  p.onSuccess(() => log.push("p1"));
  p.map(() => log.push("map")).onSuccess(() => log.push("after map"));
  r.wakeup();
  assertEquals(log, ["map", "after map", "p1"]);
});

Deno.test("20: resolution goes depth first through every kind of result", () => {
  const kinds: Record<string, (p: Lwt<void>) => Lwt<unknown>> = {
    bind: (p) => p.bind(() => Lwt.returnUnit),
    map: (p) => p.map(() => {}),
    catch: (p) => Lwt.catch(() => p, Lwt.fail<void>),
    tryBind: (p) => Lwt.tryBind(() => p, () => Lwt.returnUnit, Lwt.fail<void>),
    finalize: (p) => Lwt.finalize(() => p, () => Lwt.returnUnit),
    join: (p) => Lwt.join([p]),
    all: (p) => Lwt.all([p]),
    both: (p) => Lwt.both(p, Lwt.returnUnit),
    choose: (p) => Lwt.choose([p]),
    pick: (p) => Lwt.pick([p]),
    nchoose: (p) => Lwt.nchoose([p]),
    npick: (p) => Lwt.npick([p]),
    nchooseSplit: (p) => Lwt.nchooseSplit([p]),
    protected: (p) => p.protected(),
    noCancel: (p) => p.noCancel(),
    wrapInCancelable: (p) => p.wrapInCancelable(),
  };
  for (const [name, make] of Object.entries(kinds)) {
    const log: string[] = [];
    const [p, r] = Lwt.wait<void>();
    p.onSuccess(() => log.push("oldest"));
    const result = make(p);
    result.onSuccess(() => log.push("result"));
    result.map(() => log.push("map of result")).onSuccess(() => log.push("after map"));
    p.onSuccess(() => log.push("newest"));
    r.wakeup();
    assertEquals(log, ["newest", "map of result", "after map", "result", "oldest"], name);
  }
});

Deno.test("20: a wide and deep tree is walked depth first, newest first", () => {
  const log: string[] = [];
  const [p, r] = Lwt.wait<void>();
  const grow = (from: Lwt<unknown>, name: string, depth: number): void => {
    if (depth === 0) return;
    for (const branch of ["a", "b"]) {
      const at = name + branch;
      grow(from.map(() => log.push(at)), at, depth - 1);
    }
  };
  grow(p, "", 3);
  r.wakeup();
  assertEquals(log.join(" "), "b bb bbb bba ba bab baa a ab abb aba aa aab aaa");
});

Deno.test("21: attaching to a settled promise runs the callback before returning", () => {
  const log: string[] = [];
  const p = Lwt.return(1), q = Lwt.fail<number>(boom);
  p.onSuccess(() => log.push("onSuccess"));
  q.onFailure(() => log.push("onFailure"));
  p.onTermination(() => log.push("onTermination"));
  q.onTermination(() => log.push("onTermination"));
  p.onAny(() => log.push("onAny value"), () => log.push("wrong"));
  q.onAny(() => log.push("wrong"), () => log.push("onAny error"));
  p.map(() => log.push("map"));
  p.bind(() => Lwt.return(log.push("bind")));
  Lwt.catch(() => q, () => Lwt.return(log.push("catch")));
  Lwt.tryBind(() => p, () => Lwt.return(log.push("tryBind")), () => Lwt.return(0));
  Lwt.finalize(() => p, () => Lwt.return(void log.push("finalize")));
  assertEquals(log, [
    "onSuccess",
    "onFailure",
    "onTermination",
    "onTermination",
    "onAny value",
    "onAny error",
    "map",
    "bind",
    "catch",
    "tryBind",
    "finalize",
  ]);
});

Deno.test("22: a callback of a settled promise is outside the loop: wakeupLater runs at once", () => {
  const attach: Record<string, (f: () => void) => void> = {
    onSuccess: (f) => Lwt.returnUnit.onSuccess(f),
    onFailure: (f) => Lwt.fail(boom).onFailure(f),
    onTermination: (f) => Lwt.returnUnit.onTermination(f),
    bind: (f) => void Lwt.returnUnit.bind(() => (f(), Lwt.returnUnit)),
    map: (f) => void Lwt.returnUnit.map(f),
    catch: (f) => void Lwt.catch(() => Lwt.fail<void>(boom), () => (f(), Lwt.returnUnit)),
    finalize: (f) => void Lwt.finalize(() => Lwt.returnUnit, () => (f(), Lwt.returnUnit)),
  };
  for (const [name, on] of Object.entries(attach)) {
    const log: string[] = [];
    const [p, r] = Lwt.wait<void>();
    p.onSuccess(() => log.push("cb"));
    on(() => {
      log.push("in");
      r.wakeupLater();
      log.push("out");
    });
    assertEquals(log, ["in", "cb", "out"], name);
  }
});

Deno.test("23: each on… method sees the outcomes it is for, and only those", () => {
  const log: string[] = [];
  const watch = (p: Lwt<number>): void => {
    p.onSuccess((value) => log.push(`onSuccess ${value}`));
    p.onFailure((error) => log.push(`onFailure ${error === boom}`));
    p.onTermination(() => log.push("onTermination"));
    p.onAny((value) => log.push(`onAny ${value}`), (error) => log.push(`onAny ${error === boom}`));
  };
  watch(Lwt.return(1));
  assertEquals(log.splice(0), ["onSuccess 1", "onTermination", "onAny 1"]);
  watch(Lwt.fail(boom));
  assertEquals(log.splice(0), ["onFailure true", "onTermination", "onAny true"]);
  const [p, r1] = Lwt.wait<number>();
  watch(p);
  assertEquals(log, []);
  r1.wakeup(2);
  assertEquals(log.splice(0), ["onAny 2", "onTermination", "onSuccess 2"]);
  const [q, r2] = Lwt.wait<number>();
  watch(q);
  r2.wakeupExn(boom);
  assertEquals(log.splice(0), ["onAny true", "onTermination", "onFailure true"]);
});

Deno.test("24: the on… methods make no promise", () => {
  const [p] = Lwt.task<void>();
  const made: unknown[] = [
    p.onSuccess(() => {}),
    p.onFailure(() => {}),
    p.onTermination(() => {}),
    p.onAny(() => {}, () => {}),
    p.onCancel(() => {}),
  ];
  assertEquals(made, [undefined, undefined, undefined, undefined, undefined]);
});

Deno.test("24: what an on… callback returns is out of cancel's reach", () => {
  const [p, r] = Lwt.task<void>();
  const [q] = Lwt.task<void>();
  p.onSuccess(() => q);
  p.onTermination(() => q);
  p.cancel();
  assertSleeps(q);
  const [p2, r2] = Lwt.task<void>();
  const result = p2.map(() => {});
  result.onSuccess(() => q);
  r2.wakeup();
  result.cancel();
  assertReturns(result, undefined);
  assertSleeps(q);
  r.wakeup();
});

Deno.test("25: onFailure, onTermination, onAny and catch see Canceled like any other error", () => {
  const log: string[] = [];
  const [p] = Lwt.task<void>();
  const handled = Lwt.catch(() => p, (error) => {
    log.push(`catch ${error instanceof Lwt.Canceled}`);
    return Lwt.returnUnit;
  });
  p.onAny(() => log.push("wrong"), (error) => log.push(`onAny ${error instanceof Lwt.Canceled}`));
  p.onTermination(() => log.push("onTermination"));
  p.onFailure((error) => log.push(`onFailure ${error instanceof Lwt.Canceled}`));
  p.cancel();
  assertEquals(log, ["onFailure true", "onTermination", "onAny true", "catch true"]);
  assertReturns(handled, undefined);
});

Deno.test("25: the error handed to callbacks is the one in the state", () => {
  const [p] = Lwt.task<void>();
  let seen: unknown;
  p.onFailure((error) => seen = error);
  p.cancel();
  assertStrictEquals(seen, errorOf(p));
});

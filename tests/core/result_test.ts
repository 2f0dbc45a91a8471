// Promises of results.
import { assertEquals } from "@std/assert";
import { Failure, Lwt, Result } from "../../core/mod.ts";
import { assertFails, assertReturns, assertSleeps } from "./_state.ts";

type Numbers = Result.T<number, string>;

const ok = (value: number): Numbers => Result.return(value);
const bad = (error: string): Numbers => Result.fail(error);

Deno.test("278: both waits for both sides, and pairs the ok values", () => {
  const [a, resolverA] = Lwt.wait<Result.Result<number, string>>();
  const [b, resolverB] = Lwt.wait<Result.Result<string, string>>();
  const pair = Result.both(a, b);
  resolverB.wakeup({ ok: true, value: "b" });
  assertSleeps(pair);
  resolverA.wakeup({ ok: true, value: 1 });
  assertReturns(pair, { ok: true, value: [1, "b"] });
});

Deno.test("278: of two errors both keeps the first in time, whichever side", () => {
  for (const firstIsLeft of [true, false]) {
    const [a, resolverA] = Lwt.wait<Result.Result<number, string>>();
    const [b, resolverB] = Lwt.wait<Result.Result<number, string>>();
    const pair = Result.both(a, b);
    const left = () => resolverA.wakeup({ ok: false, error: "left" });
    const right = () => resolverB.wakeup({ ok: false, error: "right" });
    for (const fail of firstIsLeft ? [left, right] : [right, left]) {
      assertSleeps(pair);
      fail();
    }
    assertReturns(pair, { ok: false, error: firstIsLeft ? "left" : "right" });
  }
});

Deno.test("278: one error is enough for both, also where it is undefined", () => {
  assertReturns(Result.both(ok(1), bad("no")), { ok: false, error: "no" });
  assertReturns(Result.both(bad("no"), ok(1)), { ok: false, error: "no" });
  assertReturns(Result.both(ok(1), Result.fail(undefined)), { ok: false, error: undefined });
});

Deno.test("279: only catch turns a rejection into an error result", () => {
  const rejected: Numbers = Lwt.fail("lost");
  assertReturns(Result.catch(() => rejected), { ok: false, error: "lost" });
  const called = (): never => {
    throw new Failure("called");
  };
  const others: Lwt<unknown>[] = [
    Result.ok(rejected),
    Result.error(rejected),
    Result.getExn(rejected),
    Result.map(rejected, called),
    Result.mapError(rejected, called),
    Result.bind(rejected, called),
    Result.bindError(rejected, called),
    Result.bindLwt(rejected, called),
    Result.bindLwtError(rejected, called),
    Result.bindResult(rejected, called),
    Result.both(rejected, ok(1)),
    Result.both(ok(1), rejected),
    Result.iter(rejected, called),
    Result.iterError(rejected, called),
    Result.bindLwt(ok(1), () => Lwt.fail("lost")),
    Result.bindLwtError(bad("no"), () => Lwt.fail("lost")),
  ];
  for (const p of others) assertFails(p, "lost");
});

Deno.test("280: a throw of the function rejects, also on a settled promise (not copied for bind)", () => {
  const error = new Failure("thrown");
  const thrower = (): never => {
    throw error;
  };
  const thrown: Lwt<unknown>[] = [
    Result.map(ok(1), thrower),
    Result.mapError(bad("no"), thrower),
    Result.bind(ok(1), thrower),
    Result.bindError(bad("no"), thrower),
    Result.bindLwt(ok(1), thrower),
    Result.bindLwtError(bad("no"), thrower),
    Result.bindResult(ok(1), thrower),
    Result.iter(ok(1), thrower),
    Result.iterError(bad("no"), thrower),
  ];
  for (const p of thrown) assertFails(p, error);
});

Deno.test("281: catch covers throws made before the function returns a promise", () => {
  const error = new Failure("thrown");
  const p = Result.catch(() => {
    throw error;
  });
  assertReturns(p, { ok: false, error });
  assertReturns(Result.catch(() => Lwt.return(1)), { ok: true, value: 1 });
});

Deno.test("281: catch takes a rejection that comes later", () => {
  const [p, resolver] = Lwt.wait<number>();
  const caught = Result.catch(() => p);
  resolver.wakeupExn("late");
  assertReturns(caught, { ok: false, error: "late" });
});

Deno.test("results are made, and unmade", () => {
  assertReturns(ok(1), { ok: true, value: 1 });
  assertReturns(bad("no"), { ok: false, error: "no" });
  assertReturns(Result.lift<number, string>({ ok: false, error: "no" }), {
    ok: false,
    error: "no",
  });
  assertReturns(Result.ok(Lwt.return(1)), { ok: true, value: 1 });
  assertReturns(Result.error(Lwt.return("no")), { ok: false, error: "no" });
  assertReturns(Result.getExn(ok(1)), 1);
  assertFails(Result.getExn(bad("no")), "no");
});

Deno.test("functions go on from the side they are for, and leave the other", () => {
  const told: string[] = [];
  const tell = (x: unknown) => Lwt.return(void told.push(String(x)));
  assertReturns(Result.map(ok(1), (n) => n + 1), { ok: true, value: 2 });
  assertReturns(Result.map(bad("no"), (n) => n + 1), { ok: false, error: "no" });
  assertReturns(Result.mapError(bad("no"), (s) => s.length), { ok: false, error: 2 });
  assertReturns(Result.mapError(ok(1), (s) => s.length), { ok: true, value: 1 });
  assertReturns(Result.bind(ok(1), () => bad("so")), { ok: false, error: "so" });
  assertReturns(Result.bind(bad("no"), () => bad("so")), { ok: false, error: "no" });
  assertReturns(Result.bindError(bad("no"), () => ok(0)), { ok: true, value: 0 });
  assertReturns(Result.bindError(ok(1), () => ok(0)), { ok: true, value: 1 });
  assertReturns(Result.bindLwt(ok(1), (n) => Lwt.return(-n)), { ok: true, value: -1 });
  assertReturns(Result.bindLwt(bad("no"), (n) => Lwt.return(-n)), { ok: false, error: "no" });
  assertReturns(Result.bindLwtError(bad("no"), (s) => Lwt.return(s + "!")), {
    ok: false,
    error: "no!",
  });
  assertReturns(Result.bindResult(ok(1), () => ({ ok: false, error: "so" })), {
    ok: false,
    error: "so",
  });
  assertReturns(Result.iter(ok(1), tell), undefined);
  assertReturns(Result.iter(bad("no"), tell), undefined);
  assertReturns(Result.iterError(ok(1), tell), undefined);
  assertReturns(Result.iterError(bad("no"), tell), undefined);
  assertEquals(told, ["1", "no"]);
});

// Promises at rest: what they are before anything happens to them.
import { assertEquals, assertNotStrictEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Failure, InvalidArgument, Lwt } from "../../core/mod.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  assertSleeps,
  valueOf,
} from "./_state.ts";
import { hooked, thrownBy } from "./_hook.ts";

const boom = new Error("boom");
const raise = (): never => {
  throw boom;
};

Deno.test("1: return and fail are settled at once", () => {
  assertEquals(Lwt.return(1).state(), { tag: "Return", value: 1 });
  assertEquals(Lwt.fail(boom).state(), { tag: "Fail", error: boom });
  assertFails(Lwt.fail(boom), boom);
});

Deno.test("2: return keeps a promise given as value, unflattened", () => {
  const settled = Lwt.return(1);
  assertStrictEquals(valueOf(Lwt.return(settled)), settled);
  const [pending] = Lwt.wait<number>();
  assertStrictEquals(valueOf(Lwt.return(pending)), pending);
});

Deno.test("2: a resolver keeps a promise given as value, unflattened", () => {
  const [p, r] = Lwt.wait<Lwt<number>>();
  const [pending] = Lwt.wait<number>();
  r.wakeup(pending);
  assertStrictEquals(valueOf(p), pending);
});

Deno.test("2: a rejected promise given as value does not reject", () => {
  const failed = Lwt.fail<number>(boom);
  assertStrictEquals(valueOf(Lwt.return(failed)), failed);
});

Deno.test("3: the shared promises are one object each and hold what they say", () => {
  assertStrictEquals(Lwt.returnUnit, Lwt.returnUnit);
  assertReturns(Lwt.returnUnit, undefined);
  assertStrictEquals(Lwt.returnNone, Lwt.returnNone);
  assertReturns(Lwt.returnNone, undefined);
  assertStrictEquals(Lwt.returnNil, Lwt.returnNil);
  assertReturns(Lwt.returnNil, []);
  assertStrictEquals(Lwt.returnTrue, Lwt.returnTrue);
  assertReturns(Lwt.returnTrue, true);
  assertStrictEquals(Lwt.returnFalse, Lwt.returnFalse);
  assertReturns(Lwt.returnFalse, false);
});

Deno.test("3: the shared empty list cannot be changed by one who holds it", () => {
  assertEquals(Object.isFrozen(valueOf(Lwt.returnNil)), true);
});

Deno.test("3: return makes a new promise per call", () => {
  assertNotStrictEquals(Lwt.return(1), Lwt.return(1));
  assertNotStrictEquals(Lwt.return(undefined), Lwt.return(undefined));
});

Deno.test("4: returnOk and returnError are both fulfilled", () => {
  assertReturns(Lwt.returnOk(1), { ok: true, value: 1 });
  assertReturns(Lwt.returnError("e"), { ok: false, error: "e" });
});

Deno.test("4: returnSome holds the value itself", () => {
  assertReturns(Lwt.returnSome(1), 1);
});

Deno.test("5: failWith rejects with Failure, failInvalidArg with InvalidArgument", () => {
  assertFailsWith(Lwt.failWith("m"), Failure, "m");
  assertFailsWith(Lwt.failInvalidArg("m"), InvalidArgument, "m");
});

Deno.test("5: Failure and InvalidArgument are errors that bear their names", () => {
  assertEquals(new Failure("m") instanceof Error, true);
  assertEquals(new Failure("m").name, "Failure");
  assertEquals(new InvalidArgument("m") instanceof Error, true);
  assertEquals(new InvalidArgument("m").name, "InvalidArgument");
});

Deno.test("6: ofResult gives a fulfilled promise for ok, a rejected one for error", () => {
  assertReturns(Lwt.ofResult({ ok: true, value: 1 }), 1);
  assertFails(Lwt.ofResult({ ok: false, error: boom }), boom);
});

Deno.test("7: wait and task both start pending", () => {
  assertSleeps(Lwt.wait()[0]);
  assertSleeps(Lwt.task()[0]);
});

Deno.test("7: wait and task differ in what cancel does to them", () => {
  const [waiting, r1] = Lwt.wait<number>();
  const [cancelable, r2] = Lwt.task<number>();
  waiting.cancel();
  cancelable.cancel();
  assertSleeps(waiting);
  assertCanceled(cancelable);
  r1.wakeup(1);
  r2.wakeup(1);
  assertReturns(waiting, 1);
  assertCanceled(cancelable);
});

Deno.test("7: a name given to wait or task does not change what cancel does", () => {
  const [waiting] = Lwt.wait("a name"), [cancelable] = Lwt.task("a name");
  waiting.cancel();
  cancelable.cancel();
  assertSleeps(waiting);
  assertCanceled(cancelable);
});

Deno.test("7: a task that nobody cancels is resolved as a wait is", () => {
  const [p, r] = Lwt.task<number>();
  r.wakeup(1);
  assertReturns(p, 1);
});

Deno.test("8: isSleeping says whether a promise is pending", () => {
  const [p, r] = Lwt.wait<void>();
  assertEquals(p.isSleeping(), true);
  r.wakeup();
  assertEquals(p.isSleeping(), false);
  assertEquals(Lwt.return(1).isSleeping(), false);
  assertEquals(Lwt.fail(boom).isSleeping(), false);
});

Deno.test("8: isSleeping is true of a pending promise that became a proxy", () => {
  const [source, r1] = Lwt.wait<void>();
  const [inner, r2] = Lwt.wait<number>();
  const outer = source.bind(() => inner);
  r1.wakeup();
  assertEquals([outer.isSleeping(), inner.isSleeping()], [true, true]);
  assertSleeps(inner);
  r2.wakeup(1);
  assertEquals([outer.isSleeping(), inner.isSleeping()], [false, false]);
});

Deno.test("9: poll gives the value, nothing while pending, and throws the error", () => {
  assertEquals(Lwt.return(1).poll(), 1);
  assertEquals(Lwt.wait<number>()[0].poll(), undefined);
  assertStrictEquals(thrownBy(() => Lwt.fail(boom).poll()), boom);
});

Deno.test("H3: poll cannot tell a fulfilled promise of nothing from a pending one", () => {
  assertEquals(Lwt.returnUnit.poll(), undefined);
  assertEquals(Lwt.wait<void>()[0].poll(), undefined);
});

Deno.test("10: debugStateIs is settled at once, also for a pending promise", () => {
  assertReturns(Lwt.return(1).debugStateIs({ tag: "Return", value: 1 }), true);
  assertReturns(Lwt.return(1).debugStateIs({ tag: "Return", value: 2 }), false);
  assertReturns(Lwt.return(1).debugStateIs({ tag: "Sleep" }), false);
  assertReturns(Lwt.fail(boom).debugStateIs({ tag: "Fail", error: boom }), true);
  assertReturns(Lwt.fail(boom).debugStateIs({ tag: "Sleep" }), false);
  assertReturns(Lwt.wait<number>()[0].debugStateIs({ tag: "Sleep" }), true);
  assertReturns(Lwt.wait<number>()[0].debugStateIs({ tag: "Return", value: 1 }), false);
});

Deno.test("10: debugStateIs compares structurally", () => {
  const p = Lwt.return({ a: [1, { b: 2 }] });
  assertReturns(p.debugStateIs({ tag: "Return", value: { a: [1, { b: 2 }] } }), true);
  assertReturns(p.debugStateIs({ tag: "Return", value: { a: [1, { b: 3 }] } }), false);
});

Deno.test("11: apply calls f at once and turns a throw into a rejection", () => {
  const promise = Lwt.return(2);
  assertStrictEquals(Lwt.apply((_: number) => promise, 1), promise);
  assertFails(Lwt.apply(raise, 1), boom);
});

Deno.test("11: wrap calls f at once and turns a throw into a rejection", () => {
  assertReturns(Lwt.wrap(() => 1), 1);
  assertFails(Lwt.wrap(raise), boom);
});

Deno.test("11: wrap does not flatten", () => {
  const inner = Lwt.fail<number>(boom);
  assertStrictEquals(valueOf(Lwt.wrap(() => inner)), inner);
});

Deno.test("reraise throws the error itself", () => {
  assertStrictEquals(thrownBy(() => Lwt.reraise(boom)), boom);
  assertThrows(() => Lwt.reraise("not an error"));
});

Deno.test("withTracingContext gives what f gives, unchanged", () => {
  const promise = Lwt.return(1);
  assertStrictEquals(Lwt.withTracingContext("work", () => promise), promise);
});

Deno.test("13, H7: a rejected promise that nobody looks at is silent", async () => {
  const seen: Event[] = [];
  const listen = (event: Event) => seen.push(event);
  globalThis.addEventListener("unhandledrejection", listen);
  const told = hooked(() => {
    Lwt.fail(boom);
    const [p, r] = Lwt.wait<void>();
    p.map(() => {});
    r.wakeupExn(boom);
    const [q] = Lwt.task<void>();
    q.cancel();
  });
  await new Promise((resolve) => setTimeout(resolve, 0));
  globalThis.removeEventListener("unhandledrejection", listen);
  assertEquals(told, []);
  assertEquals(seen, []);
});

// race, any and allSettled over promises of both kinds, and what they leave behind: nothing.
import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { InvalidArgument, Lwt } from "../../core/mod.ts";
import { callbackCount } from "../../core/_callbacks.ts";
import { allSettled, any, race } from "../../core/both_kinds.ts";
import { assertCanceled, assertFails, assertReturns, assertSleeps, errorOf } from "./_state.ts";

const boom = new Error("boom"), bang = new Error("bang");

/** Counts how often `then` is called on a promise that is pending for ever. */
class Counted extends Promise<never> {
  static calls = 0;
  constructor(run: (resolve: (v: never) => void, reject: (e: unknown) => void) => void = () => {}) {
    super(run);
  }
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }
  override then<A, B>(
    ok?: ((value: never) => A | PromiseLike<A>) | null,
    ko?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    Counted.calls++;
    return super.then(ok, ko);
  }
}

Deno.test("race has the outcome of the first to settle, of either kind", async () => {
  const [forever] = Lwt.wait<number>();
  assertEquals(await race([forever, Promise.resolve("native")]), "native");
  const [p, resolver] = Lwt.wait<string>();
  const result = race([new Promise<number>(() => {}), p]);
  assertSleeps(result);
  resolver.wakeup("ours");
  assertReturns(result, "ours");
  const failed = race([forever, Promise.reject(boom)]);
  await failed.then(null, () => {});
  assertFails(failed, boom);
});

Deno.test("race of settled promises has the outcome of the leftmost", () => {
  assertReturns(race([Lwt.wait()[0], Lwt.return(1), Lwt.fail(boom)]), 1);
  assertFails(race([Lwt.fail(boom), Lwt.return(1)]), boom);
});

Deno.test("race takes other values as they are", () => {
  assertReturns(race([Lwt.wait<void>()[0], "value"]), "value");
  assertReturns(race([null, 1]), null);
});

Deno.test("race between none is refused", () => {
  assertThrows(() => race([]), InvalidArgument, "pending forever");
});

Deno.test("canceling a race cancels the Lwt promises", () => {
  const [a] = Lwt.task<void>(), [b] = Lwt.task<void>();
  const p = race([a, b, new Promise(() => {})]);
  p.cancel();
  assertCanceled(a);
  assertCanceled(b);
  assertCanceled(p);
});

Deno.test("race and any leave nothing behind in an Lwt promise that lives long", () => {
  const [long] = Lwt.wait<void>();
  for (const f of [race, any]) {
    for (let i = 0; i < 1000; i++) {
      const [short, resolver] = Lwt.wait<void>();
      f([long, short]);
      resolver.wakeup();
    }
    assertEquals(callbackCount(long), 0);
  }
});

Deno.test("races on a native promise that lives long leave one callback in it, in all", async () => {
  const long = new Counted();
  Counted.calls = 0;
  for (const f of [race, any, race]) {
    for (let i = 0; i < 100; i++) assertEquals(await f([long, Promise.resolve(i)]), i);
  }
  assertEquals(Counted.calls, 1);
});

Deno.test("any has the first value, whatever failed before", async () => {
  const [a, ra] = Lwt.wait<string>(), [b, rb] = Lwt.wait<string>();
  const p = any([a, b, Promise.reject(boom)]);
  await Promise.resolve();
  ra.wakeupExn(bang);
  assertSleeps(p);
  rb.wakeup("b");
  assertReturns(p, "b");
});

Deno.test("any of settled promises has the leftmost value", () => {
  const [long] = Lwt.wait<number>();
  assertReturns(any([Lwt.fail(boom), long, Lwt.return(1), Lwt.return(2)]), 1);
  assertEquals(callbackCount(long), 0);
});

Deno.test("any is rejected with all errors, in the order of the promises", () => {
  const [a, ra] = Lwt.wait<void>(), [b, rb] = Lwt.wait<void>();
  const p = any([a, Lwt.fail("settled"), b]);
  rb.wakeupExn(bang);
  assertSleeps(p);
  ra.wakeupExn(boom);
  const error = errorOf(p) as AggregateError;
  assertInstanceOf(error, AggregateError);
  assertEquals(error.errors, [boom, "settled", bang]);
});

Deno.test("any of none, or of failures only, is rejected at once", () => {
  assertEquals((errorOf(any([])) as AggregateError).errors, []);
  assertEquals((errorOf(any([Lwt.fail(boom)])) as AggregateError).errors, [boom]);
});

Deno.test("any counts a promise that is given twice twice", () => {
  const [a, ra] = Lwt.wait<number>();
  const p = any([a, a]);
  ra.wakeupExn(boom);
  assertEquals((errorOf(p) as AggregateError).errors, [boom, boom]);
  const [b, rb] = Lwt.wait<number>();
  const q = any([b, b]);
  rb.wakeup(1);
  assertReturns(q, 1);
});

Deno.test("any looks at promises that became proxies since", () => {
  const [source, start] = Lwt.wait<void>(), [inner, resolver] = Lwt.wait<number>();
  const outer = source.bind(() => inner);
  const [other, ro] = Lwt.wait<number>();
  const p = any([inner, other]);
  start.wakeup();
  ro.wakeup(1);
  assertReturns(p, 1);
  assertEquals(callbackCount(outer), 0);
  resolver.wakeup(2);
  assertReturns(outer, 2);
});

Deno.test("canceling any cancels the Lwt promises, and is a cancelation", () => {
  const [a] = Lwt.task<void>(), [b] = Lwt.task<void>();
  const p = any([Lwt.fail(boom), a, b]);
  p.cancel();
  assertCanceled(a);
  assertCanceled(b);
  assertCanceled(p);
});

Deno.test("allSettled gathers all outcomes, in the order of the promises", async () => {
  const [a, ra] = Lwt.wait<number>();
  const p = allSettled([a, Promise.reject(boom), "value"]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertSleeps(p);
  ra.wakeup(1);
  assertReturns(p, [
    { status: "fulfilled", value: 1 },
    { status: "rejected", reason: boom },
    { status: "fulfilled", value: "value" },
  ]);
});

Deno.test("allSettled of settled promises, and of none, is settled at once", () => {
  assertReturns(allSettled([Lwt.fail(boom)]), [{ status: "rejected", reason: boom }]);
  assertReturns(allSettled([]), []);
});

Deno.test("types: values of both kinds, and a promise as a value of ours", () => {
  const inner = Lwt.return(1);
  const raced: Lwt<string | Lwt<number>> = race([Lwt.return(inner), Lwt.return("a")]);
  assertStrictEquals(raced.poll(), inner);
  const gathered: Lwt<
    [PromiseSettledResult<number>, PromiseSettledResult<string>, PromiseSettledResult<boolean>]
  > = allSettled([Lwt.return(1), Promise.resolve("a"), true]);
  assertSleeps(gathered);
});

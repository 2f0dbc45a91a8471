// Latch: a gate that opens once.
import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgument, type Lwt } from "../../core/mod.ts";
import { Latch } from "../../core/latch.ts";
import { assertCanceled, assertReturns, assertSleeps } from "./_state.ts";

Deno.test("a latch opens when it has been counted down to 0", () => {
  const latch = new Latch(2);
  const first = latch.wait(), second = latch.wait();
  latch.countDown();
  assertEquals([latch.remaining(), latch.isOpen()], [1, false]);
  assertSleeps(first);
  latch.countDown();
  assertEquals([latch.remaining(), latch.isOpen()], [0, true]);
  assertReturns(first, undefined);
  assertReturns(second, undefined);
});

Deno.test("an open latch stays open, and is not counted further down", () => {
  const latch = new Latch();
  latch.countDown();
  latch.countDown();
  assertEquals(latch.remaining(), 0);
  assertReturns(latch.wait(), undefined);
});

Deno.test("a latch of 0 is open from the start", () => {
  assertReturns(new Latch(0).wait(), undefined);
});

Deno.test("those who wait go on oldest first, one that gave up not at all", () => {
  const latch = new Latch();
  const log: string[] = [];
  const waiting = ["a", "b", "c"].map((name) => {
    const p = latch.wait();
    p.onSuccess(() => log.push(name));
    return p;
  });
  waiting[1]!.cancel();
  assertCanceled(waiting[1]!);
  latch.countDown();
  assertEquals(log, ["a", "c"]);
});

Deno.test("one that waits in a callback of the opening does not wait", () => {
  const latch = new Latch();
  let again: Lwt<void> | undefined;
  latch.wait().onSuccess(() => again = latch.wait());
  latch.countDown();
  assertReturns(again!, undefined);
});

Deno.test("the count is checked", () => {
  for (const n of [-1, 0.5, NaN]) assertThrows(() => new Latch(n), InvalidArgument, `${n}`);
});

Deno.test("whoever waits for a latch says so", () => {
  assertEquals(new Latch().wait().whyPending(), "the opening of a latch");
});

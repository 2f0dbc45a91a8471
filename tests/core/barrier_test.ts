// Barrier: several parties meet, round after round.
import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgument, type Lwt } from "../../core/mod.ts";
import { Barrier } from "../../core/barrier.ts";
import { assertCanceled, assertReturns, assertSleeps } from "./_state.ts";

Deno.test("all parties go on when the last has arrived, which does not wait", () => {
  const b = new Barrier(3);
  const first = b.wait(), second = b.wait();
  assertSleeps(first);
  assertEquals(b.missing(), 1);
  assertReturns(b.wait(), undefined);
  assertReturns(first, undefined);
  assertReturns(second, undefined);
});

Deno.test("parties go on in the order in which they arrived", () => {
  const b = new Barrier(4);
  const log: string[] = [];
  for (const name of ["a", "b", "c"]) b.wait().onSuccess(() => log.push(name));
  b.wait();
  assertEquals(log, ["a", "b", "c"]);
});

Deno.test("the barrier serves round after round", () => {
  const b = new Barrier(2);
  for (let round = 0; round < 3; round++) {
    const first = b.wait();
    assertSleeps(first);
    assertReturns(b.wait(), undefined);
    assertReturns(first, undefined);
    assertEquals(b.missing(), 2);
  }
});

Deno.test("a party that comes back at once waits in the next round", () => {
  const b = new Barrier(2);
  let again: Lwt<void> | undefined;
  b.wait().onSuccess(() => again = b.wait());
  b.wait();
  assertSleeps(again!);
  b.wait();
  assertReturns(again!, undefined);
});

Deno.test("a party that is canceled while it waits is not counted", () => {
  const b = new Barrier(2);
  const gone = b.wait();
  gone.cancel();
  assertCanceled(gone);
  assertEquals(b.missing(), 2);
  const second = b.wait();
  assertSleeps(second);
  assertReturns(b.wait(), undefined);
  assertReturns(second, undefined);
});

Deno.test("however many come and go, it takes as many as there are parties", () => {
  const b = new Barrier(3);
  const stays = b.wait();
  for (let i = 0; i < 100; i++) b.wait().cancel();
  const second = b.wait();
  assertSleeps(stays);
  assertReturns(b.wait(), undefined);
  assertReturns(stays, undefined);
  assertReturns(second, undefined);
});

Deno.test("a barrier for one does not stop anybody", () => {
  const b = new Barrier(1);
  assertReturns(b.wait(), undefined);
  assertReturns(b.wait(), undefined);
});

Deno.test("the number of parties is checked", () => {
  for (const n of [0, -1, 1.5, NaN]) assertThrows(() => new Barrier(n), InvalidArgument, `${n}`);
});

Deno.test("whoever waits at a barrier says so", () => {
  assertEquals(new Barrier(2).wait().whyPending(), "the other parties of a barrier");
});

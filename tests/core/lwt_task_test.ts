// Tasks whose resolvers wait in a sequence.
import { assertEquals } from "@std/assert";
import { Lwt, type Resolver } from "../../core/mod.ts";
import { Sequence } from "../../core/sequence.ts";
import { assertCanceled, assertReturns, assertSleeps } from "./_state.ts";

for (const add of ["addTaskR", "addTaskL"] as const) {
  Deno.test(`143: ${add}: canceling the promise takes its resolver out of the sequence`, () => {
    const sequence = new Sequence<Resolver<number>>();
    const p = Lwt[add](sequence), q = Lwt[add](sequence);
    assertEquals(sequence.length(), 2);
    p.cancel();
    assertCanceled(p);
    assertSleeps(q);
    assertEquals(sequence.length(), 1);
    sequence.takeL().wakeup(1);
    assertReturns(q, 1);
    assertEquals(sequence.isEmpty(), true);
  });

  Deno.test(`143: ${add}: it does so also when canceled through a bind`, () => {
    const sequence = new Sequence<Resolver<number>>();
    Lwt[add](sequence).bind(Lwt.return).cancel();
    assertEquals(sequence.isEmpty(), true);
  });
}

Deno.test("143: addTaskR adds at the right end, addTaskL at the left", () => {
  const sequence = new Sequence<Resolver<number>>();
  const [b, c, a] = [Lwt.addTaskR(sequence), Lwt.addTaskR(sequence), Lwt.addTaskL(sequence)];
  for (const value of [1, 2, 3]) sequence.takeL().wakeup(value);
  assertReturns(a, 1);
  assertReturns(b, 2);
  assertReturns(c, 3);
});

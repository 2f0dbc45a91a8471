// Mvar: a mailbox with one place.
import { assertEquals, assertStrictEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { Mvar } from "../../core/mvar.ts";
import { assertCanceled, assertReturns, assertSleeps } from "./_state.ts";

Deno.test("207: put into an empty mailbox is settled at once, and fills it", () => {
  const box = new Mvar<number>();
  assertStrictEquals(box.put(1), Lwt.returnUnit);
  assertEquals(box.isEmpty(), false);
});

Deno.test("207: put gives the value to the oldest taker and leaves the mailbox empty", () => {
  const box = new Mvar<number>();
  const first = box.take(), second = box.take();
  assertReturns(box.put(1), undefined);
  assertReturns(first, 1);
  assertSleeps(second);
  assertEquals(box.isEmpty(), true);
  box.put(2);
  assertReturns(second, 2);
});

Deno.test("207: a mailbox may be made full, with any value at all", () => {
  assertReturns(new Mvar<undefined>(undefined).take(), undefined);
  assertEquals(new Mvar<undefined>(undefined).isEmpty(), false);
  assertEquals(new Mvar<undefined>().isEmpty(), true);
  assertSleeps(new Mvar<undefined>().take());
});

Deno.test("207: a promise is a value like others", () => {
  const [inner] = Lwt.wait<number>();
  const box = new Mvar<Lwt<number>>();
  const taken = box.take();
  box.put(inner);
  assertStrictEquals(taken.poll(), inner);
});

Deno.test("208: put into a full mailbox waits, in order", () => {
  const box = new Mvar(0);
  const second = box.put(1), third = box.put(2);
  assertSleeps(second);
  assertSleeps(third);
  assertEquals([box.take().poll(), box.take().poll(), box.take().poll()], [0, 1, 2]);
  assertEquals(box.isEmpty(), true);
});

Deno.test("208: a canceled put delivers nothing", () => {
  const box = new Mvar("a");
  const second = box.put("b"), third = box.put("c");
  second.cancel();
  assertCanceled(second);
  assertReturns(box.take(), "a");
  assertReturns(third, undefined);
  assertReturns(box.take(), "c");
});

Deno.test("209: take from a full mailbox moves the oldest put in, and settles that put", () => {
  const box = new Mvar("a");
  const second = box.put("b"), third = box.put("c");
  assertReturns(box.take(), "a");
  assertReturns(second, undefined);
  assertSleeps(third);
  assertEquals(box.isEmpty(), false);
});

Deno.test("210: take from an empty mailbox waits, in order", () => {
  const box = new Mvar<string>();
  const takers = [box.take(), box.take(), box.take()];
  takers.forEach(assertSleeps);
  for (const value of ["a", "b", "c"]) box.put(value);
  assertEquals(takers.map((p) => p.poll()), ["a", "b", "c"]);
});

Deno.test("210: a canceled taker is skipped, and the value kept", () => {
  const box = new Mvar<string>();
  const first = box.take(), second = box.take();
  first.cancel();
  box.put("a");
  assertCanceled(first);
  assertReturns(second, "a");
  const third = box.take();
  third.cancel();
  box.put("b");
  assertReturns(box.take(), "b");
});

Deno.test("211: takeAvailable does the same as take on a full mailbox", () => {
  const box = new Mvar("a");
  const put = box.put("b");
  assertEquals(box.takeAvailable(), "a");
  assertReturns(put, undefined);
  assertEquals(box.takeAvailable(), "b");
});

Deno.test("211: takeAvailable returns nothing on an empty mailbox, and does not wait", () => {
  const box = new Mvar<string>();
  assertEquals(box.takeAvailable(), undefined);
  box.put("a");
  assertEquals(box.isEmpty(), false);
});

Deno.test("H3: takeAvailable cannot tell an undefined value from none", () => {
  const box = new Mvar<undefined>(undefined);
  assertEquals(box.takeAvailable(), undefined);
  assertEquals(box.isEmpty(), true);
});

Deno.test("212: a taker is woken with wakeupLater", () => {
  const box = new Mvar<string>();
  const log: string[] = [];
  box.take().onSuccess((value) => log.push(`took ${value}`));
  const [start, resolver] = Lwt.wait<void>();
  start.onSuccess(() => {
    box.put("a");
    log.push("put");
  });
  resolver.wakeup();
  assertEquals(log, ["put", "took a"]);
});

Deno.test("212: a putter is woken with wakeupLater", () => {
  const box = new Mvar("a");
  const log: string[] = [];
  box.put("b").onSuccess(() => log.push("in"));
  const [start, resolver] = Lwt.wait<void>();
  start.onSuccess(() => {
    log.push(`took ${box.take().poll()}`);
  });
  resolver.wakeup();
  assertEquals(log, ["took a", "in"]);
});

Deno.test("212: a taker that was served, its callback still queued, cannot be canceled", () => {
  const box = new Mvar<string>();
  const taken = box.take().map((value) => value + "!");
  const [start, resolver] = Lwt.wait<void>();
  start.onSuccess(() => {
    box.put("a");
    taken.cancel();
  });
  resolver.wakeup();
  assertReturns(taken, "a!");
});

Deno.test("a long relay through two mailboxes neither overflows nor grows", () => {
  const there = new Mvar<number>(), back = new Mvar<number>();
  function* server(): Lwt.Task<never> {
    for (;;) yield* back.put((yield* there.take()) + 1);
  }
  function* client(rounds: number): Lwt.Task<number> {
    let n = 0;
    for (let i = 0; i < rounds; i++) {
      yield* there.put(n);
      n = yield* back.take();
    }
    return n;
  }
  Lwt.spawn(server);
  assertReturns(Lwt.spawn(client, 100_000), 100_000);
});

Deno.test("whoever waits at a mailbox says what for", () => {
  assertEquals(new Mvar<number>().take().whyPending(), "a value in a mailbox");
  assertEquals(new Mvar(1).put(2).whyPending(), "a place in a mailbox");
});

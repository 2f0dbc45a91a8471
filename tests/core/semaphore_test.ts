// Semaphore: a lock for several.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { InvalidArgument, Lwt } from "../../core/mod.ts";
import { Semaphore } from "../../core/semaphore.ts";
import { assertCanceled, assertFails, assertReturns, assertSleeps } from "./_state.ts";

const boom = new Error("boom");

Deno.test("permits are taken at once while there are some", () => {
  const s = new Semaphore(2);
  assertReturns(s.take(), undefined);
  assertReturns(s.take(), undefined);
  assertEquals(s.available(), 0);
  assertSleeps(s.take());
  assertEquals(s.waitQueueLength(), 1);
});

Deno.test("a released permit goes to the oldest waiter, and is not available meanwhile", () => {
  const s = new Semaphore(1);
  s.take();
  const first = s.take(), second = s.take();
  s.release();
  assertReturns(first, undefined);
  assertSleeps(second);
  assertEquals([s.available(), s.tryTake()], [0, false]);
});

Deno.test("a canceled waiter is skipped, and the permit kept", () => {
  const s = new Semaphore(1);
  s.take();
  const first = s.take(), second = s.take();
  first.cancel();
  s.release();
  assertCanceled(first);
  assertReturns(second, undefined);
  s.take().cancel();
  s.release();
  assertEquals(s.available(), 1);
});

Deno.test("a waiter is woken with wakeupLater, and then cannot be canceled", () => {
  const s = new Semaphore(0);
  const log: string[] = [];
  const waiting = s.take().map(() => log.push("woken"));
  const [start, resolver] = Lwt.wait<void>();
  start.onSuccess(() => {
    s.release();
    log.push("released");
    waiting.cancel();
  });
  resolver.wakeup();
  assertEquals(log, ["released", "woken"]);
});

Deno.test("a permit released without one taken is one more", () => {
  const s = new Semaphore(0);
  s.release();
  assertEquals(s.available(), 1);
});

Deno.test("tryTake never waits", () => {
  const s = new Semaphore(1);
  assertEquals([s.tryTake(), s.tryTake()], [true, false]);
  assertEquals(s.waitQueueLength(), 0);
});

Deno.test("withPermit releases however f ends", () => {
  const s = new Semaphore(1);
  assertReturns(s.withPermit(() => Lwt.return(s.available())), 0);
  assertFails(s.withPermit(() => Lwt.fail(boom)), boom);
  assertFails(
    s.withPermit(() => {
      throw boom;
    }),
    boom,
  );
  const [inside] = Lwt.task<void>();
  const p = s.withPermit(() => inside);
  assertEquals(s.available(), 0);
  p.cancel();
  assertCanceled(p);
  assertEquals(s.available(), 1);
});

Deno.test("withPermit waits for a permit, and gives up its place when it is canceled", () => {
  const s = new Semaphore(1);
  let called = 0;
  s.take();
  const f = () => Lwt.return(++called);
  const canceled = s.withPermit(f), other = s.withPermit(f);
  canceled.cancel();
  s.release();
  assertCanceled(canceled);
  assertReturns(other, 1);
  assertEquals(s.available(), 1);
});

Deno.test("acquire releases at the end of the block, once", () => {
  const s = new Semaphore(1);
  let guard: Disposable | undefined;
  function* work(): Lwt.Task<number> {
    using permit = yield* s.acquire();
    guard = permit;
    return s.available();
  }
  assertReturns(Lwt.spawn(work), 0);
  assertEquals(s.available(), 1);
  guard?.[Symbol.dispose]();
  assertEquals(s.available(), 1);
});

Deno.test("no more than the permits are ever in use", () => {
  const s = new Semaphore(3);
  const open: (() => void)[] = [];
  let running = 0, most = 0;
  const jobs = Array.from({ length: 20 }, () =>
    s.withPermit(() => {
      most = Math.max(most, ++running);
      const [p, resolver] = Lwt.wait<void>();
      open.push(() => resolver.wakeup());
      return p.map(() => void running--);
    }));
  while (open.length > 0) open.shift()!();
  for (const job of jobs) assertReturns(job, undefined);
  assertEquals(most, 3);
});

Deno.test("the number of permits is checked", () => {
  for (const n of [-1, 0.5, NaN]) assertThrows(() => new Semaphore(n), InvalidArgument, `${n}`);
  assert(new Semaphore(0));
});

Deno.test("whoever waits for a permit says so", () => {
  assertEquals(new Semaphore(0).take().whyPending(), "a permit of a semaphore");
});

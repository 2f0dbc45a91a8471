// Mutex: who holds the lock, who is next, and who is passed over.
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { Mutex } from "../../core/mutex.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  assertSleeps,
} from "./_state.ts";

const boom = new Error("boom");

Deno.test("198: lock on a free mutex is fulfilled at once", () => {
  const mutex = new Mutex();
  assertEquals(mutex.isLocked(), false);
  assertReturns(mutex.lock(), undefined);
  assertEquals(mutex.isLocked(), true);
});

Deno.test("198: lock on a free mutex makes no promise: all share one", () => {
  assertStrictEquals(new Mutex().lock(), Lwt.returnUnit);
});

Deno.test("198: lock on a held mutex waits, in order of asking", () => {
  const mutex = new Mutex();
  const log: string[] = [];
  mutex.lock();
  for (const name of ["a", "b", "c"]) mutex.lock().onSuccess(() => log.push(name));
  for (let i = 0; i < 3; i++) mutex.unlock();
  assertEquals(log, ["a", "b", "c"]);
});

Deno.test("198: waiting for the lock can be canceled", () => {
  const mutex = new Mutex();
  mutex.lock();
  const p = mutex.lock();
  p.cancel();
  assertCanceled(p);
});

Deno.test("198: a waiter that became one with another promise is served", () => {
  const mutex = new Mutex();
  mutex.lock();
  const [ready, resolver] = Lwt.wait<void>();
  const lock = () => mutex.lock();
  const bound = ready.bind(lock), tried = Lwt.tryBind(() => ready, lock, lock);
  resolver.wakeup();
  for (const p of [tried, bound]) {
    assertSleeps(p);
    mutex.unlock();
    assertReturns(p, undefined);
  }
});

Deno.test("199: unlock hands the lock over: it stays locked all the time", () => {
  const mutex = new Mutex();
  const seen: boolean[] = [];
  mutex.lock();
  const waiter = mutex.lock();
  waiter.onSuccess(() => seen.push(mutex.isLocked()));
  mutex.unlock();
  seen.push(mutex.isLocked());
  assertReturns(waiter, undefined);
  assertEquals(seen, [true, true]);
  mutex.unlock();
  assertEquals(mutex.isLocked(), false);
});

Deno.test("200: nobody can slip in between unlock and the waiter's callback", () => {
  const mutex = new Mutex();
  const log: string[] = [];
  mutex.lock();
  mutex.lock().onSuccess(() => log.push("waiter"));
  const [start, resolver] = Lwt.wait<void>();
  start.onSuccess(() => {
    mutex.unlock();
    log.push("unlocked");
    mutex.lock().onSuccess(() => log.push("late"));
  });
  resolver.wakeup();
  assertEquals(log, ["unlocked", "waiter"]);
  mutex.unlock();
  assertEquals(log, ["unlocked", "waiter", "late"]);
});

Deno.test("201: at top level the waiter goes on inside unlock", () => {
  const mutex = new Mutex();
  const log: string[] = [];
  mutex.lock();
  mutex.lock().onSuccess(() => log.push("waiter"));
  mutex.unlock();
  log.push("after unlock");
  assertEquals(log, ["waiter", "after unlock"]);
});

Deno.test("201: the result of withLock settles before the next holder runs", () => {
  const mutex = new Mutex();
  const log: string[] = [];
  const [inside, resolver] = Lwt.wait<void>();
  mutex.withLock(() => inside).onSuccess(() => log.push("a done"));
  mutex.withLock(() => {
    log.push("b runs");
    return Lwt.returnUnit;
  });
  resolver.wakeup();
  assertEquals(log, ["a done", "b runs"]);
});

Deno.test("201: a long line of waiters that do nothing does not overflow the stack", () => {
  const mutex = new Mutex();
  let served = 0;
  mutex.lock();
  const serve = () => {
    served++;
    mutex.unlock();
  };
  for (let i = 0; i < 100_000; i++) mutex.lock().onSuccess(serve);
  mutex.unlock();
  assertEquals(served, 100_000);
  assertEquals(mutex.isLocked(), false);
});

Deno.test("202: unlock on a free mutex does nothing", () => {
  const mutex = new Mutex();
  mutex.unlock();
  assertEquals(mutex.isLocked(), false);
  mutex.lock();
  assertSleeps(mutex.lock());
});

Deno.test("203: a canceled waiter is skipped", () => {
  const mutex = new Mutex();
  mutex.lock();
  const second = mutex.lock(), third = mutex.lock(), fourth = mutex.lock();
  second.cancel();
  third.cancel();
  mutex.unlock();
  assertCanceled(second);
  assertReturns(fourth, undefined);
  assertEquals(mutex.isLocked(), true);
});

Deno.test("203: a lock whose only waiter was canceled becomes free", () => {
  const mutex = new Mutex();
  mutex.lock();
  mutex.lock().cancel();
  mutex.unlock();
  assertEquals(mutex.isLocked(), false);
});

Deno.test("203: a waiter canceled through what was derived from it is skipped", () => {
  const mutex = new Mutex();
  mutex.lock();
  const [ready, resolver] = Lwt.wait<void>();
  const derived = ready.bind(() => mutex.lock());
  resolver.wakeup();
  const last = mutex.lock();
  derived.cancel();
  mutex.unlock();
  assertCanceled(derived);
  assertReturns(last, undefined);
});

Deno.test("204: a waiter that already got the lock can no longer be canceled", () => {
  const mutex = new Mutex();
  const [start, resolver] = Lwt.wait<void>();
  let ran = false;
  mutex.lock();
  const waiter = mutex.lock();
  const derived = waiter.map(() => ran = true);
  start.onSuccess(() => {
    mutex.unlock();
    assertSleeps(derived);
    derived.cancel();
    waiter.cancel();
    assertReturns(waiter, undefined);
  });
  resolver.wakeup();
  assertReturns(derived, true);
  assert(ran);
  assertEquals(mutex.isLocked(), true);
});

Deno.test("205: withLock holds the lock while f runs, and releases it on a value", () => {
  const mutex = new Mutex();
  const [inside, resolver] = Lwt.wait<number>();
  const p = mutex.withLock(() => inside);
  assertEquals(mutex.isLocked(), true);
  resolver.wakeup(1);
  assertReturns(p, 1);
  assertEquals(mutex.isLocked(), false);
  assertReturns(mutex.withLock(() => Lwt.return(mutex.isLocked())), true);
  assertEquals(mutex.isLocked(), false);
});

Deno.test("205: withLock releases on a rejection, now or later", () => {
  const mutex = new Mutex();
  assertFails(mutex.withLock(() => Lwt.fail(boom)), boom);
  assertEquals(mutex.isLocked(), false);
  const [inside, resolver] = Lwt.wait<void>();
  const p = mutex.withLock(() => inside);
  resolver.wakeupExn(boom);
  assertFails(p, boom);
  assertEquals(mutex.isLocked(), false);
});

Deno.test("205: withLock releases on a throw, and rejects rather than throws", () => {
  const mutex = new Mutex();
  const failing = () => {
    throw boom;
  };
  assertFails(mutex.withLock(failing), boom);
  assertEquals(mutex.isLocked(), false);
  mutex.lock();
  const waiting = mutex.withLock(failing);
  mutex.unlock();
  assertFails(waiting, boom);
  assertEquals(mutex.isLocked(), false);
});

Deno.test("205: withLock releases on cancelation of what f waits for", () => {
  const mutex = new Mutex();
  const [inside] = Lwt.task<void>();
  const p = mutex.withLock(() => inside);
  p.cancel();
  assertCanceled(p);
  assertEquals(mutex.isLocked(), false);
});

Deno.test("205: canceling a withLock that waits never calls f", () => {
  const mutex = new Mutex();
  let called = false;
  mutex.lock();
  const p = mutex.withLock(() => {
    called = true;
    return Lwt.returnUnit;
  });
  p.cancel();
  mutex.unlock();
  assertCanceled(p);
  assertEquals([called, mutex.isLocked()], [false, false]);
});

Deno.test("205: withLock refuses what is no Lwt promise, and releases", () => {
  const mutex = new Mutex();
  const native = (() => Promise.resolve()) as unknown as () => Lwt<void>;
  assertFailsWith(mutex.withLock(native), TypeError);
  assertEquals(mutex.isLocked(), false);
});

Deno.test("205: the lock is free again also after an error that no promise may catch", () => {
  const mutex = new Mutex();
  const { ExceptionFilter } = Lwt;
  ExceptionFilter.set(new ExceptionFilter(() => false));
  try {
    mutex.withLock(() => {
      throw boom;
    });
  } catch (error) {
    assertStrictEquals(error, boom);
  } finally {
    ExceptionFilter.set(ExceptionFilter.handleAllExceptRuntime);
  }
  assertEquals(mutex.isLocked(), false);
});

Deno.test("206: isEmpty tells of waiters, not of the lock", () => {
  const mutex = new Mutex();
  assertEquals(mutex.isEmpty(), true);
  mutex.lock();
  assertEquals(mutex.isEmpty(), true);
  const waiter = mutex.lock();
  assertEquals(mutex.isEmpty(), false);
  waiter.cancel();
  assertEquals(mutex.isEmpty(), true);
});

Deno.test("acquire gives the lock back at the end of the block, also on a throw", () => {
  const mutex = new Mutex();
  function* work(fails: boolean): Lwt.Task<boolean> {
    using _lock = yield* mutex.acquire();
    if (fails) throw boom;
    return mutex.isLocked();
  }
  assertReturns(Lwt.spawn(work, false), true);
  assertEquals(mutex.isLocked(), false);
  assertFails(Lwt.spawn(work, true), boom);
  assertEquals(mutex.isLocked(), false);
});

Deno.test("a lock that was acquired and given back twice is given back once", () => {
  const mutex = new Mutex();
  const first = mutex.acquire().poll()!;
  const second = mutex.acquire();
  assertSleeps(second);
  first[Symbol.dispose]();
  assert(!second.isSleeping());
  first[Symbol.dispose]();
  assertEquals(mutex.isLocked(), true);
  second.poll()![Symbol.dispose]();
  assertEquals(mutex.isLocked(), false);
});

Deno.test("whoever waits says what for", () => {
  const mutex = new Mutex();
  mutex.lock();
  assertEquals(mutex.lock().map(() => 1).whyPending(), "a map of\n  the lock of a mutex");
});

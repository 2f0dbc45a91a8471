// Condition: waiting to be told.
import { assertEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { Condition } from "../../core/condition.ts";
import { Mutex } from "../../core/mutex.ts";
import { assertCanceled, assertFails, assertReturns, assertSleeps } from "./_state.ts";

const boom = new Error("boom");

Deno.test("213: signal wakes the oldest waiter only", () => {
  const c = new Condition<string>();
  const first = c.wait(), second = c.wait();
  c.signal("a");
  assertReturns(first, "a");
  assertSleeps(second);
  c.signal("b");
  assertReturns(second, "b");
});

Deno.test("213: without waiters a signal is lost", () => {
  const c = new Condition<string>();
  c.signal("a");
  c.broadcast("b");
  c.broadcastExn(boom);
  assertSleeps(c.wait());
});

Deno.test("213: a signal passes over a canceled waiter", () => {
  const c = new Condition<string>();
  const first = c.wait(), second = c.wait();
  first.cancel();
  c.signal("a");
  assertCanceled(first);
  assertReturns(second, "a");
});

Deno.test("213: a waiter is woken with wakeupLater", () => {
  const c = new Condition<string>();
  const log: string[] = [];
  c.wait().onSuccess((value) => log.push(value));
  const [start, resolver] = Lwt.wait<void>();
  start.onSuccess(() => {
    c.signal("woken");
    log.push("signaled");
  });
  resolver.wakeup();
  assertEquals(log, ["signaled", "woken"]);
});

Deno.test("214: broadcast serves all waiters, oldest first", () => {
  const c = new Condition<number>();
  const log: string[] = [];
  for (const name of ["a", "b", "c"]) c.wait().onSuccess((n) => log.push(name + n));
  c.broadcast(1);
  assertEquals(log, ["a1", "b1", "c1"]);
});

Deno.test("214: broadcastExn rejects all waiters, oldest first", () => {
  const c = new Condition<number>();
  const log: string[] = [];
  for (const name of ["a", "b"]) c.wait().onFailure(() => log.push(name));
  const last = c.wait();
  c.broadcastExn(boom);
  assertEquals(log, ["a", "b"]);
  assertFails(last, boom);
});

Deno.test("214: one that waits again in its callback is not served again", () => {
  const c = new Condition<number>();
  let again: Lwt<number> | undefined;
  c.wait().onSuccess(() => again = c.wait());
  const other = c.wait();
  c.broadcast(1);
  assertReturns(other, 1);
  assertSleeps(again!);
  c.broadcast(2);
  assertReturns(again!, 2);
});

Deno.test("214: a waiter canceled by the callback of an earlier one stays canceled", () => {
  const c = new Condition<number>();
  const first = c.wait(), second = c.wait();
  first.onSuccess(() => second.cancel());
  c.broadcast(1);
  assertCanceled(second);
});

Deno.test("214: an error that escapes from one waiter's callbacks does not cost the others theirs", () => {
  const c = new Condition<number>();
  const { ExceptionFilter } = Lwt;
  c.wait().map(() => {
    throw boom;
  });
  const second = c.wait();
  ExceptionFilter.set(new ExceptionFilter(() => false));
  let escaped: unknown;
  try {
    c.broadcast(1);
  } catch (error) {
    escaped = error;
  } finally {
    ExceptionFilter.set(ExceptionFilter.handleAllExceptRuntime);
  }
  assertEquals(escaped, boom);
  assertReturns(second, 1);
});

Deno.test("215: wait releases the mutex after queueing", () => {
  const mutex = new Mutex(), c = new Condition<string>();
  const [start, resolver] = Lwt.wait<void>();
  const holder = mutex.withLock(() => start.bind(() => c.wait({ mutex })));
  // The next holder runs as soon as the mutex is free, and finds somebody to signal to.
  const next = mutex.withLock(() => Lwt.wrap(() => c.signal("found")));
  resolver.wakeup();
  assertReturns(next, undefined);
  assertReturns(holder, "found");
  assertEquals(mutex.isLocked(), false);
});

Deno.test("215: wait takes the mutex back before settling", () => {
  const mutex = new Mutex(), c = new Condition<string>();
  mutex.lock();
  const p = c.wait({ mutex });
  assertEquals(mutex.isLocked(), false);
  mutex.lock();
  c.signal("a");
  assertSleeps(p);
  mutex.unlock();
  assertReturns(p, "a");
  assertEquals(mutex.isLocked(), true);
});

Deno.test("215: wait takes the mutex back on an error", () => {
  const mutex = new Mutex(), c = new Condition<string>();
  mutex.lock();
  const p = c.wait({ mutex });
  c.broadcastExn(boom);
  assertFails(p, boom);
  assertEquals(mutex.isLocked(), true);
});

Deno.test("215: wait takes the mutex back on cancelation, and is pending until it is free", () => {
  const mutex = new Mutex(), c = new Condition<string>();
  mutex.lock();
  const p = c.wait({ mutex });
  mutex.lock();
  p.cancel();
  assertSleeps(p);
  mutex.unlock();
  assertCanceled(p);
  assertEquals(mutex.isLocked(), true);
});

Deno.test("215: decided: canceling again while the mutex is not free does not skip taking it", () => {
  const mutex = new Mutex(), c = new Condition<string>();
  const p = mutex.withLock(() => c.wait({ mutex }));
  mutex.lock();
  p.cancel();
  p.cancel();
  assertSleeps(p);
  const other = mutex.lock();
  mutex.unlock();
  assertCanceled(p);
  // Had it gone on without the lock, it would have freed that of the other by now.
  assertReturns(other, undefined);
  assertEquals(mutex.isLocked(), true);
});

Deno.test("215: a signal goes on to somebody else if the waiter was canceled while it had no lock", () => {
  const mutex = new Mutex(), c = new Condition<string>();
  mutex.lock();
  const canceled = c.wait({ mutex });
  mutex.lock();
  const other = c.wait({ mutex });
  canceled.cancel();
  c.signal("a");
  mutex.unlock();
  assertReturns(other, "a");
});

Deno.test("whoever waits for a condition says so", () => {
  assertEquals(new Condition<void>().wait().whyPending(), "a condition");
});

// The virtual clock: time that passes when told to, and errors instead of hangs.
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { currentClock, sleep } from "../../core/clock.ts";
import { Direct } from "../../core/direct.ts";
import { Mutex } from "../../core/mutex.ts";
import { Mvar } from "../../core/mvar.ts";
import { Deadlock, VirtualClock } from "../../core/testing.ts";
import { assertReturns, assertSleeps } from "./_state.ts";

const boom = new Error("boom");

Deno.test("an installed clock is the one in use until the end of the block", () => {
  const before = currentClock();
  {
    using clock = VirtualClock.install();
    assertStrictEquals(currentClock(), clock);
    {
      using inner = VirtualClock.install();
      assertStrictEquals(currentClock(), inner);
    }
    assertStrictEquals(currentClock(), clock);
  }
  assertStrictEquals(currentClock(), before);
});

Deno.test("no time passes by itself", async () => {
  using clock = VirtualClock.install();
  const p = sleep(0);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertSleeps(p);
  assertEquals(clock.now(), 0);
});

Deno.test("advance does what is due, in order of time, each thing at its time", () => {
  using clock = VirtualClock.install();
  const log: string[] = [];
  for (const seconds of [3, 1, 2, 1]) {
    sleep(seconds).onSuccess(() => log.push(`${seconds} at ${clock.now()}`));
  }
  clock.advance(2);
  assertEquals(log, ["1 at 1", "1 at 1", "2 at 2"]);
  assertEquals([clock.now(), clock.timerCount()], [2, 1]);
  clock.advance(0.5);
  assertEquals([clock.now(), log.length], [2.5, 3]);
  clock.advance(1);
  assertEquals(log[3], "3 at 3");
});

Deno.test("timers of the same time ring in the order in which they were set", () => {
  using clock = VirtualClock.install();
  const log: number[] = [];
  for (let i = 0; i < 5; i++) clock.timer(1, () => log.push(i));
  clock.advance(1);
  assertEquals(log, [0, 1, 2, 3, 4]);
});

Deno.test("what follows from a timer happens before the next one", () => {
  using clock = VirtualClock.install();
  const log: string[] = [];
  sleep(1).bind(() => Lwt.pause()).bind(() => sleep(0)).onSuccess(() => log.push("first"));
  sleep(1.5).onSuccess(() => log.push("second"));
  clock.advance(2);
  assertEquals(log, ["first", "second"]);
});

Deno.test("a timer of 0 seconds set by a timer waits for the next turn", () => {
  using clock = VirtualClock.install();
  const log: string[] = [];
  clock.timer(1, () => {
    log.push("timer");
    clock.timer(0, () => log.push("set by it"));
  });
  Lwt.pause().bind(() => sleep(1)).onSuccess(() => Lwt.pause().onSuccess(() => log.push("paused")));
  clock.advance(1);
  assertEquals(log, ["timer", "paused", "set by it"]);
});

Deno.test("canceled timers do not ring", () => {
  using clock = VirtualClock.install();
  let rung = 0;
  const timer = clock.timer(1, () => rung++);
  clock.timer(2, () => rung++);
  timer.cancel();
  timer.cancel();
  clock.advance(3);
  assertEquals([rung, clock.timerCount()], [1, 0]);
  timer.cancel();
});

Deno.test("run lets as much time pass as a promise needs, and returns its value", () => {
  using clock = VirtualClock.install();
  function* program(): Lwt.Task<string> {
    yield* sleep(3600);
    yield* Lwt.pause();
    yield* sleep(3600);
    return "done";
  }
  sleep(100_000);
  assertEquals(clock.run(Lwt.spawn(program)), "done");
  assertEquals([clock.now(), clock.timerCount()], [7200, 1]);
});

Deno.test("run throws what the promise is rejected with", () => {
  using clock = VirtualClock.install();
  assertThrows(() => clock.run(sleep(1).bind(() => Lwt.fail(boom))), Error, "boom");
  assertEquals(clock.run(Lwt.return(1)), 1);
});

Deno.test("run goes through tasks of Direct", () => {
  using clock = VirtualClock.install();
  function* task(): Lwt.Task<number> {
    yield* Direct.yield();
    yield* sleep(5);
    return clock.now();
  }
  assertEquals(clock.run(Direct.spawn(task)), 5);
});

Deno.test("a loop of pauses that waits for a timer due now is not starved, nor starves it", () => {
  using clock = VirtualClock.install();
  let rung = false;
  sleep(0).onSuccess(() => rung = true);
  const loop = (): Lwt<number> => rung ? Lwt.return(1) : Lwt.pause().bind(loop);
  assertEquals(clock.run(loop()), 1);
});

Deno.test("a deadlock is an error that says who waits for what", () => {
  using clock = VirtualClock.install();
  const mutex = new Mutex(), box = new Mvar<string>();
  function* stuck(): Lwt.Task<string> {
    yield* mutex.lock();
    return yield* box.take();
  }
  const p = Lwt.both(Lwt.spawn(stuck), mutex.withLock(() => Lwt.returnUnit));
  const error = assertThrows(() => clock.run(p), Deadlock);
  assertEquals(
    error.message,
    "Cannot go on: nothing is left to run and no timer is set, but this is pending\n" +
      "  2 of 2 promises:\n" +
      "    a spawn that waits for\n" +
      "      a value in a mailbox\n" +
      "    a bind of\n" +
      "      the lock of a mutex",
  );
});

Deno.test("a deadlock is found only after all timers have rung", () => {
  using clock = VirtualClock.install();
  let rung = 0;
  for (const seconds of [1, 10, 100]) sleep(seconds).onSuccess(() => rung++);
  assertThrows(() => clock.run(Lwt.wait()[0]), Deadlock);
  assertEquals([rung, clock.now()], [3, 100]);
});

Deno.test("a sleep for ever is a deadlock", () => {
  using clock = VirtualClock.install();
  assertThrows(() => clock.run(sleep(Infinity)), Deadlock, "sleep(Infinity)");
});

Deno.test("a loop of pauses that never ends is an error, too", () => {
  using clock = VirtualClock.install();
  let stop = false;
  const loop = (): Lwt<void> => stop ? Lwt.returnUnit : Lwt.pause().bind(loop);
  const p = loop();
  assertThrows(() => clock.run(p), Deadlock, "paused again and again");
  assertThrows(() => clock.advance(1), Deadlock, "paused again and again");
  stop = true;
  clock.run(p);
});

Deno.test("any number of turns may pass as long as time does", () => {
  using clock = VirtualClock.install();
  function* busy(): Lwt.Task<void> {
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 60_000; j++) yield* Lwt.pause();
      yield* sleep(1);
    }
  }
  clock.run(Lwt.spawn(busy));
  assertEquals(clock.now(), 4);
});

Deno.test("an error that escapes from a timer loses no other timer", () => {
  using clock = VirtualClock.install();
  let rung = 0;
  clock.timer(1, () => {
    throw boom;
  });
  clock.timer(1, () => rung++);
  clock.timer(2, () => rung++);
  assertThrows(() => clock.advance(5), Error, "boom");
  assertEquals(clock.now(), 1);
  clock.advance(4);
  assertEquals([rung, clock.now()], [2, 5]);
});

Deno.test("advance wants a time that is not below 0", () => {
  using clock = VirtualClock.install();
  for (const seconds of [-1, NaN, Infinity]) {
    assertThrows(() => clock.advance(seconds), RangeError, `${seconds}`);
  }
});

Deno.test("runAsync lets native promises go on before time passes", async () => {
  using clock = VirtualClock.install();
  const log: string[] = [];
  async function sleeper(name: string, seconds: number): Promise<string> {
    for (let i = 0; i < 3; i++) {
      await sleep(seconds);
      await Promise.resolve();
      log.push(`${name} at ${clock.now()}`);
    }
    return name;
  }
  const both = Promise.all([sleeper("a", 2), sleeper("b", 3)]);
  assertEquals(await clock.runAsync(both), ["a", "b"]);
  assertEquals(log, ["a at 2", "b at 3", "a at 4", "b at 6", "a at 6", "b at 9"]);
});

Deno.test("runAsync rejects with the error of the promise, or with a deadlock", async () => {
  using clock = VirtualClock.install();
  await assertRejects(() => clock.runAsync(Promise.reject(boom)), Error, "boom");
  const error = await assertRejects(() => clock.runAsync(new Promise(() => {})), Deadlock);
  assert(error.message.includes("a native promise"));
  await assertRejects(() => clock.runAsync(new Mvar().take()), Deadlock, "a value in a mailbox");
});

Deno.test("run leaves a settled promise as it is", () => {
  const clock = new VirtualClock();
  const p = Lwt.return(1);
  assertEquals(clock.run(p), 1);
  assertReturns(p, 1);
});

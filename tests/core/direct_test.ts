// Direct: tasks that go on in the turns of the loop.
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Key, Lwt } from "../../core/mod.ts";
import { queueLength, runTasks } from "../../core/_tasks.ts";
import { Direct } from "../../core/direct.ts";
import { assertFails, assertFailsWith, assertReturns, assertSleeps } from "./_state.ts";
import { hooked } from "./_hook.ts";

const boom = new Error("boom");

/** Makes turns of the loop as a main loop does, until nothing is paused. */
function turns(most: number = 1000): void {
  for (let i = 0; i < most && Lwt.pausedCount() > 0; i++) {
    runTasks();
    Lwt.wakeupPaused();
    runTasks();
  }
}

Deno.test("286: spawn does not start the task, the next turn does", () => {
  const log: string[] = [];
  function* task(): Lwt.Task<number> {
    log.push("started");
    return 1;
  }
  const p = Direct.spawn(task);
  assertSleeps(p);
  assertEquals(log, []);
  runTasks();
  assertEquals(log, ["started"]);
  assertReturns(p, 1);
  turns();
});

Deno.test("286: without a main loop the task is started by a turn of the host", async () => {
  function* task(): Lwt.Task<number> {
    yield* Lwt.pause();
    return 1;
  }
  assertEquals(await Direct.spawn(task), 1);
});

Deno.test("286: as long as something is queued, a turn is asked for", () => {
  function* task(): Lwt.Task<void> {}
  Direct.spawn(task);
  assertEquals(Lwt.pausedCount(), 1);
  Direct.spawn(task);
  assertEquals(Lwt.pausedCount(), 1);
  turns();
});

Deno.test("286: tasks survive that all that is paused is abandoned", () => {
  function* task(): Lwt.Task<number> {
    return 1;
  }
  const first = Direct.spawn(task);
  Lwt.abandonPaused();
  const second = Direct.spawn(task);
  assertEquals(Lwt.pausedCount(), 1);
  turns();
  assertReturns(first, 1);
  assertReturns(second, 1);
});

Deno.test("287: canceling a task's promise does nothing", () => {
  const [waited] = Lwt.task<number>();
  function* task(): Lwt.Task<number> {
    return yield* waited;
  }
  const p = Direct.spawn(task);
  p.cancel();
  runTasks();
  p.cancel();
  assertSleeps(p);
  assertSleeps(waited);
  waited.cancel();
  turns();
});

Deno.test("288: waiting on a settled promise does not suspend", () => {
  const log: string[] = [];
  function* task(name: string): Lwt.Task<void> {
    log.push(`${name} before`);
    yield* Lwt.return(1);
    log.push(`${name} after`);
  }
  Direct.spawn(() => task("a"));
  Direct.spawn(() => task("b"));
  turns();
  assertEquals(log, ["a before", "a after", "b before", "b after"]);
});

Deno.test("288: the task goes on in a turn, not inside the resolver's call", () => {
  const log: string[] = [];
  const [waited, resolver] = Lwt.wait<string>();
  function* task(): Lwt.Task<void> {
    log.push(yield* waited);
  }
  Direct.spawn(task);
  turns();
  resolver.wakeup("value");
  assertEquals(log, []);
  turns();
  assertEquals(log, ["value"]);
});

Deno.test("289: a rejected promise throws at the place of the wait, and can be caught there", () => {
  const [later, resolver] = Lwt.wait<void>();
  function* task(): Lwt.Task<unknown[]> {
    const caught: unknown[] = [];
    for (const p of [Lwt.fail(boom), later]) {
      try {
        yield* p;
      } catch (error) {
        caught.push(error);
      }
    }
    return caught;
  }
  const p = Direct.spawn(task);
  turns();
  resolver.wakeupExn("late");
  turns();
  assertReturns(p, [boom, "late"]);
});

Deno.test("289: an error that is not caught rejects the task's promise", () => {
  function* task(): Lwt.Task<void> {
    yield* Lwt.fail(boom);
  }
  const p = Direct.spawn(task);
  turns();
  assertFails(p, boom);
});

Deno.test("290: yield puts the task at the end of the queue", () => {
  const log: string[] = [];
  function* task(name: string): Lwt.Task<void> {
    for (let i = 1; i <= 3; i++) {
      log.push(name + i);
      yield* Direct.yield();
    }
  }
  for (const name of ["a", "b"]) Direct.spawn(() => task(name));
  turns();
  assertEquals(log, ["a1", "b1", "a2", "b2", "a3", "b3"]);
});

Deno.test("290: yield counts one step, as all that is queued", () => {
  let rounds = 0;
  function* task(): Lwt.Task<void> {
    for (;;) {
      if (++rounds === 100) return;
      yield* Direct.yield();
    }
  }
  Direct.spawn(task);
  // One in the queue: two steps are allowed.
  runTasks();
  assertEquals(rounds, 2);
  runTasks();
  assertEquals(rounds, 4);
  turns();
  assertEquals(rounds, 100);
});

Deno.test("290: yield waits its turn in a task of Lwt.spawn, too, and can be canceled there", () => {
  const log: string[] = [];
  function* direct(): Lwt.Task<void> {
    log.push("direct");
  }
  function* polite(): Lwt.Task<void> {
    yield* Direct.yield();
    log.push("polite");
  }
  Direct.spawn(direct);
  const p = Lwt.spawn(polite), canceled = Lwt.spawn(polite);
  canceled.cancel();
  assertEquals(log, []);
  turns();
  assertEquals(log, ["direct", "polite"]);
  assertReturns(p, undefined);
  assertFailsWith(canceled, Lwt.Canceled);
});

Deno.test("291: one run handles at most twice the length of the queue at its start", () => {
  let steps = 0;
  function* endless(): Lwt.Task<void> {
    while (steps < 1000) {
      steps++;
      yield* Direct.yield();
    }
  }
  for (let i = 0; i < 5; i++) Direct.spawn(endless);
  runTasks();
  assertEquals(steps, 10);
  turns();
  assertEquals(steps, 1000);
});

Deno.test("291: one run makes at most 10,000 steps", () => {
  let steps = 0;
  function* once(): Lwt.Task<void> {
    steps++;
  }
  for (let i = 0; i < 12_000; i++) Direct.spawn(once);
  runTasks();
  assertEquals(steps, 10_000);
  runTasks();
  assertEquals(steps, 12_000);
  turns();
});

Deno.test("291: what is left after so many steps has its turn later", () => {
  let steps = 0;
  function* once(): Lwt.Task<void> {
    steps++;
  }
  for (let i = 0; i < 12_000; i++) Direct.spawn(once);
  Lwt.wakeupPaused();
  assertEquals([steps, Lwt.pausedCount()], [10_000, 1]);
  Lwt.wakeupPaused();
  assertEquals([steps, Lwt.pausedCount()], [12_000, 0]);
});

Deno.test("291: if something is left and nothing is paused, a pause is made", () => {
  function* twice(): Lwt.Task<void> {
    yield* Direct.yield();
    yield* Direct.yield();
  }
  const p = Direct.spawn(twice);
  Lwt.abandonPaused();
  runTasks();
  assertSleeps(p);
  assertEquals(Lwt.pausedCount(), 1);
  turns();
  assertReturns(p, undefined);
});

Deno.test("292: each turn runs the queue before and after the engine", () => {
  const log: string[] = [];
  function* task(name: string): Lwt.Task<void> {
    log.push(name);
  }
  Direct.spawn(() => task("before"));
  runTasks();
  // What the engine calls may start tasks.
  Direct.spawn(() => task("after"));
  log.push("engine");
  runTasks();
  assertEquals(log, ["before", "engine", "after"]);
  turns();
});

Deno.test("293: a task starts with empty storage", () => {
  const key = new Key<number>();
  function* task(): Lwt.Task<unknown> {
    return key.get();
  }
  const p = key.withValue(1, () => Direct.spawn(task));
  key.withValue(2, () => turns());
  assertReturns(p, undefined);
});

Deno.test("293: a task keeps its own storage over suspensions", () => {
  const key = new Key<string>();
  const seen: unknown[] = [];
  function* task(name: string): Lwt.Task<void> {
    key.set(name);
    for (let i = 0; i < 2; i++) {
      yield* Direct.yield();
      seen.push(key.get());
      yield* Lwt.pause();
      seen.push(key.get());
    }
  }
  Direct.spawn(() => task("a"));
  Direct.spawn(() => task("b"));
  key.withValue("outside", () => {
    turns();
    assertEquals(key.get(), "outside");
  });
  assertEquals(seen, ["a", "b", "a", "b", "a", "b", "a", "b"]);
});

Deno.test("293: what a task sets lasts until its end, or until it is removed", () => {
  const a = new Key<number>(), b = new Key<number>();
  const seen: unknown[] = [];
  function* task(): Lwt.Task<void> {
    a.set(1);
    b.set(2);
    yield* Lwt.pause();
    seen.push([a.get(), b.get()]);
    a.set(3);
    b.remove();
    yield* Lwt.pause();
    seen.push([a.get(), b.get()]);
  }
  Direct.spawn(task);
  turns();
  assertEquals(seen, [[1, 2], [3, undefined]]);
  assertEquals([a.get(), b.get()], [undefined, undefined]);
});

Deno.test("293: setting a key in a loop keeps one value", () => {
  const a = new Key<number>(), b = new Key<number>();
  const p = a.withValue(0, () =>
    Lwt.wrap(() => {
      b.set(-1);
      for (let i = 0; i < 1_000_000; i++) a.set(i);
      const start = performance.now();
      for (let i = 0; i < 1000; i++) b.get();
      assert(performance.now() - start < 1000);
      return [a.get(), b.get()];
    }));
  assertReturns(p, [999_999, -1]);
  assertEquals(a.get(), undefined);
});

Deno.test("294: an error of a background task goes to the hook", () => {
  function* task(): Lwt.Task<void> {
    yield* Lwt.pause();
    throw boom;
  }
  assertEquals(
    hooked(() => {
      Direct.spawnInTheBackground(task);
      turns();
    }),
    [boom],
  );
});

Deno.test("294: an error of a spawned task goes to its promise, not to the hook", () => {
  function* task(): Lwt.Task<void> {
    throw boom;
  }
  let p: Lwt<void> | undefined;
  const told = hooked(() => {
    p = Direct.spawn(task);
    turns();
  });
  assertFails(p!, boom);
  assertEquals(told, []);
});

Deno.test("294: a function that throws, or makes no generator, is a failing task", () => {
  const thrower = Direct.spawn(() => {
    throw boom;
  });
  const wrong = Direct.spawn((() => 1) as unknown as () => Lwt.Task<void>);
  turns();
  assertFails(thrower, boom);
  assertFailsWith(wrong, TypeError, "Cannot run task: a generator is needed, received 1");
});

Deno.test("295: decided: a task that settles the awaited promise is seen before blocking", () => {
  // The main loop looks at its promise after `runTasks`: all that can be shown here is that the
  // promise is settled by then.
  function* task(): Lwt.Task<string> {
    return "done";
  }
  const p = Direct.spawn(task);
  Lwt.abandonPaused();
  runTasks();
  assertReturns(p, "done");
  assertEquals(Lwt.pausedCount(), 0);
});

Deno.test("an error that no promise may catch loses no other task", () => {
  const { ExceptionFilter } = Lwt;
  function* failing(): Lwt.Task<void> {
    throw boom;
  }
  function* other(): Lwt.Task<number> {
    return 1;
  }
  Direct.spawn(failing);
  const p = Direct.spawn(other);
  ExceptionFilter.set(new ExceptionFilter(() => false));
  let escaped: unknown;
  try {
    runTasks();
  } catch (error) {
    escaped = error;
  } finally {
    ExceptionFilter.set(ExceptionFilter.handleAllExceptRuntime);
  }
  assertStrictEquals(escaped, boom);
  turns();
  assertReturns(p, 1);
});

Deno.test("a million yields keep a short queue", () => {
  let left = 1_000_000;
  function* task(): Lwt.Task<void> {
    while (left-- > 0) yield* Direct.yield();
  }
  const all = Lwt.join([Direct.spawn(task), Direct.spawn(task)]);
  turns(10_000);
  assertSleeps(all);
  assert(queueLength() < 5000, `${queueLength()} places`);
  turns(Infinity);
  assertReturns(all, undefined);
});

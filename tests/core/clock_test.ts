// The clock in use, and sleeping by it.
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { type Clock, currentClock, setClock, sleep } from "../../core/clock.ts";
import { assertCanceled, assertReturns, assertSleeps } from "./_state.ts";

/** A clock that only remembers what it was asked. */
function recorder() {
  const timers: { seconds: number; f: () => void; canceled: boolean }[] = [];
  const clock: Clock = {
    now: () => 7,
    timer(seconds, f) {
      const timer = { seconds, f, canceled: false };
      timers.push(timer);
      return { cancel: () => void (timer.canceled = true) };
    },
  };
  return { clock, timers };
}

/** Runs `f` with a clock, then puts the host's back. */
function withClock(clock: Clock, f: () => void): void {
  setClock(clock);
  try {
    f();
  } finally {
    setClock(undefined);
  }
}

/** Runs `f` while the host's timers are only remembered: in how many milliseconds, and what then. */
function withHostTimers(f: (set: [number, () => void][]) => void): void {
  const set: [number, () => void][] = [];
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((f: () => void, ms: number) => set.push([ms, f])) as never;
  try {
    f(set);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
}

Deno.test("the clock in use is the one that was set, or the host's", () => {
  const host = currentClock();
  const { clock } = recorder();
  withClock(clock, () => assertStrictEquals(currentClock(), clock));
  assertStrictEquals(currentClock(), host);
});

Deno.test("sleep sets a timer on the clock in use, and is pending until that rings", () => {
  const { clock, timers } = recorder();
  withClock(clock, () => {
    const p = sleep(1.5);
    assertSleeps(p);
    assertEquals(timers[0]!.seconds, 1.5);
    timers[0]!.f();
    assertReturns(p, undefined);
    assertEquals(timers[0]!.canceled, false);
  });
});

Deno.test("canceling a sleep takes its timer back", () => {
  const { clock, timers } = recorder();
  withClock(clock, () => {
    const p = sleep(1);
    p.cancel();
    assertCanceled(p);
    assertEquals(timers[0]!.canceled, true);
  });
});

Deno.test("a sleep stays with the clock it was started on", () => {
  const { clock, timers } = recorder();
  let p: Lwt<void> | undefined;
  withClock(clock, () => p = sleep(1));
  p!.cancel();
  assertEquals(timers[0]!.canceled, true);
});

Deno.test("a sleep says how long it is", () => {
  const { clock } = recorder();
  withClock(
    clock,
    () => assertEquals(sleep(0.5).map(() => 1).whyPending(), "a map of\n  sleep(0.5)"),
  );
});

Deno.test("sleep wants a number", () => {
  assertThrows(() => sleep(NaN), RangeError, "Cannot sleep: received NaN seconds");
});

Deno.test("the host's clock counts seconds, and its timers ring after them", async () => {
  const clock = currentClock();
  const start = clock.now();
  await sleep(0.02);
  const passed = clock.now() - start;
  assert(passed >= 0.019 && passed < 10, `${passed} s`);
});

Deno.test("the host's timers ring in order of time", async () => {
  const log: string[] = [];
  const later = sleep(0.03).map(() => log.push("later"));
  const sooner = sleep(0).map(() => log.push("sooner"));
  await Lwt.join([later, sooner]);
  assertEquals(log, ["sooner", "later"]);
});

Deno.test("a sleep below 0 is as short as can be", async () => {
  const start = currentClock().now();
  await sleep(-10);
  assert(currentClock().now() - start < 5);
});

Deno.test("a canceled timer of the host leaves nothing behind", () => {
  // The sanitizer would tell of a timer that is still there at the end.
  const p = sleep(3600);
  p.cancel();
  assertCanceled(p);
});

Deno.test("a sleep longer than the host's longest timer does not ring at once", async () => {
  const p = sleep(2 ** 31 / 1000 + 1);
  await sleep(0.01);
  assertSleeps(p);
  p.cancel();
});

Deno.test("a sleep longer than the host's longest timer rings after the rest of it", () => {
  withHostTimers((set) => {
    const p = sleep(2 ** 31 / 1000 + 1);
    assertEquals(set.map(([ms]) => ms), [2 ** 31 - 1]);
    set[0]![1]();
    assertSleeps(p);
    assertEquals(set[1]![0], 1001);
    set[1]![1]();
    assertReturns(p, undefined);
  });
});

Deno.test("the host's timers are never set to less than was asked for, nor below 0", () => {
  withHostTimers((set) => {
    for (const seconds of [0.0011, 1, 0, -1]) sleep(seconds);
    assertEquals(set.map(([ms]) => ms), [2, 1000, 0, 0]);
  });
});

Deno.test("a sleep for ever sets no timer of the host", () => {
  const p = sleep(Infinity);
  assertSleeps(p);
  p.cancel();
  assertCanceled(p);
});

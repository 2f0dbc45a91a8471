import { assert, assertEquals, assertThrows } from "@std/assert";
import { Lwt } from "../../core/lwt.ts";
import { Engine } from "../../unix/engine/mod.ts";
import * as Main from "../../unix/main.ts";
import {
  autoPause,
  autoYield,
  sleep,
  Timeout,
  timeout,
  withTimeout,
  yield as yieldOnce,
} from "../../unix/time.ts";
import { useVirtualEngine } from "./_virtual_engine.ts";

Deno.test("98: sleep is never shorter than asked, under both drivers", async () => {
  for (const delay of [0.0001, 0.001, 0.0015, 0.007]) {
    let start = performance.now();
    Main.run(sleep(delay));
    assert(performance.now() - start >= delay * 1000, `run: ${delay}`);
    start = performance.now();
    await sleep(delay);
    assert(performance.now() - start >= delay * 1000, `await: ${delay}`);
  }
});

Deno.test("98: nor when the program was busy before it", () => {
  Main.run(
    Lwt.pause().bind(() => {
      const busy = performance.now() + 20;
      while (performance.now() < busy);
      const start = performance.now();
      return sleep(0.01).map(() => assert(performance.now() - start >= 10));
    }),
  );
});

Deno.test("99: a sleep of 0 or less still takes a turn", () => {
  for (const delay of [0, -0, -1, -Infinity]) {
    const p = sleep(delay);
    assert(p.isSleeping());
    Engine.iter(false);
    assert(!p.isSleeping(), `${delay}`);
  }
});

Deno.test("100: a sleep of 0 begun in a turn ends in the next one", () => {
  using _ = useVirtualEngine();
  const p = sleep(0).bind(() => sleep(0));
  Engine.iter(true);
  assert(p.isSleeping());
  Engine.iter(true);
  assert(!p.isSleeping());
});

Deno.test("101: sleeps end in order of expiry", () => {
  using engine = useVirtualEngine();
  const seen: number[] = [];
  const sleeps = [3, 1, 2].map((delay) => sleep(delay).map(() => seen.push(delay)));
  Main.run(Lwt.join(sleeps));
  assertEquals([seen, engine.now()], [[1, 2, 3], 3]);
});

Deno.test("102: canceling a sleep removes its timer, and so does its end", () => {
  using _ = useVirtualEngine();
  const p = sleep(1);
  assertEquals(Engine.timerCount(), 1);
  p.cancel();
  assertEquals(Engine.timerCount(), 0);
  assertThrows(() => p.poll(), Lwt.Canceled);
  Main.run(sleep(1));
  assertEquals(Engine.timerCount(), 0);
});

Deno.test("102: withTimeout: when the operation wins, the timer is gone", () => {
  using engine = useVirtualEngine();
  assertEquals(Main.run(withTimeout(10, () => sleep(1).map(() => "won"))), "won");
  assertEquals([Engine.timerCount(), engine.now()], [0, 1]);
  assertEquals(withTimeout(10, () => Lwt.return("at once")).poll(), "at once");
  assertEquals(Engine.timerCount(), 0);
});

Deno.test("102: withTimeout: when the time wins, the operation is canceled", () => {
  using engine = useVirtualEngine();
  let canceled = false;
  const operation = sleep(10);
  operation.onCancel(() => canceled = true);
  const error = assertThrows(() => Main.run(withTimeout(1, () => operation)), Timeout);
  assertEquals(error.name, "Timeout");
  assert(canceled);
  assertEquals([Engine.timerCount(), engine.now()], [0, 1]);
});

Deno.test("102: withTimeout calls the function before it makes the timer", () => {
  using engine = useVirtualEngine();
  engine.log.length = 0;
  withTimeout(1, () => {
    engine.log.push("f");
    return sleep(10);
  }).cancel();
  assertEquals(engine.log.slice(0, 3), ["f", "timer 10", "timer 1"]);
});

Deno.test("102: what the function of withTimeout throws becomes a rejection", () => {
  const p = withTimeout(1, () => {
    throw new Error("thrown");
  });
  assertThrows(() => p.poll(), Error, "thrown");
  assertEquals(Engine.timerCount(), 0);
});

Deno.test("102: canceling withTimeout cancels both", () => {
  using _ = useVirtualEngine();
  const operation = sleep(10);
  withTimeout(1, () => operation).cancel();
  assertThrows(() => operation.poll(), Lwt.Canceled);
  assertEquals(Engine.timerCount(), 0);
});

Deno.test("102: a timeout rejects when its time has passed, and can be canceled before", () => {
  using engine = useVirtualEngine();
  assertThrows(() => Main.run(timeout(2)), Timeout);
  assertEquals(engine.now(), 2);
  const p = timeout(2);
  p.cancel();
  assertThrows(() => p.poll(), Lwt.Canceled);
  assertEquals(Engine.timerCount(), 0);
});

Deno.test("104: autoPause pauses once per window, the first of which starts at its creation", () => {
  using engine = useVirtualEngine();
  const pause = autoPause(5);
  engine.pass(4.5);
  assert(!pause().isSleeping());
  engine.pass(0.5);
  const first = pause();
  assert(first.isSleeping());
  // The new window has begun, even before the pause ends.
  assert(!pause().isSleeping());
  Main.run(first);
  engine.pass(4.5);
  assert(!pause().isSleeping());
  engine.pass(100);
  assert(pause().isSleeping());
  assert(!pause().isSleeping());
  Lwt.abandonPaused();
});

Deno.test("104: autoYield and yield are autoPause and pause", () => {
  using engine = useVirtualEngine();
  const pause = autoYield(5);
  engine.pass(5);
  Main.run(pause());
  assert(!pause().isSleeping());
  const p = yieldOnce();
  assert(p.isSleeping());
  Main.run(p);
});

Deno.test("a sleep of NaN seconds is refused at once", () => {
  assertThrows(() => sleep(NaN), RangeError, "NaN");
  assertEquals(Engine.timerCount(), 0);
});

Deno.test("100,000 sleeps begun and canceled leave nothing behind", () => {
  const sleeps = Array.from({ length: 100_000 }, (_, i) => sleep(100 + i % 1000));
  assertEquals(Engine.timerCount(), 100_000);
  sleeps.forEach((p) => p.cancel());
  assertEquals([Engine.timerCount(), Engine.get().deadline()], [0, Infinity]);
});

Deno.test("the promises of the core go by the engine's time too", async () => {
  using engine = useVirtualEngine();
  const { sleep } = await import("../../core/clock.ts");
  Main.run(sleep(7));
  assertEquals(engine.now(), 7);
});

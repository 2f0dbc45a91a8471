/*
 * What every engine must do, whatever it is made of. The numbers are those of the facts about the
 * original's engines.
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Engine, EngineEvent } from "../../unix/engine/mod.ts";
import { injectFaults } from "../../unix/libc/open.ts";
import { Errno } from "../../unix/libc/errno.ts";
import { Descriptors, put, take } from "./_raw.ts";

/** What the suite is to know of a kind of engine. */
export interface Kind {
  /** What the tests call it. */
  name: string;
  /** What it calls itself. */
  id: Engine.Id;
  /** Makes one. */
  make: () => Engine;
}

/** Registers the tests of a kind of engine. */
export function testEngine({ name, id, make }: Kind): void {
  function test(title: string, body: (engine: Engine, fds: Descriptors) => void): void {
    Deno.test(`${title} (${name})`, () => {
      using fds = new Descriptors();
      const engine = make();
      try {
        body(engine, fds);
      } finally {
        engine.destroy();
      }
    });
  }

  test("105: a callback runs at every turn in which its descriptor is ready", (engine, fds) => {
    const [input, output] = fds.pipe();
    let runs = 0;
    const event = engine.onReadable(input, () => runs++);
    engine.iter(false);
    assertEquals(runs, 0);
    put(output);
    engine.iter(false);
    engine.iter(true);
    assertEquals(runs, 2);
    take(input);
    engine.iter(false);
    assertEquals(runs, 2);
    put(output);
    event.stop();
    engine.iter(false);
    assertEquals(runs, 2);
  });

  test("105: the same for writes", (engine, fds) => {
    const [, output] = fds.pipe();
    let runs = 0;
    engine.onWritable(output, () => runs++);
    engine.iter(true);
    engine.iter(true);
    assertEquals(runs, 2);
  });

  test("105: a closed other end counts as ready, for reads and for writes", (engine, fds) => {
    const [input, output] = fds.pipe();
    const [input2, output2] = fds.pipe();
    const seen: string[] = [];
    engine.onReadable(input, () => seen.push("read"));
    engine.onWritable(output2, () => seen.push("write"));
    fds.close(output);
    fds.close(input2);
    engine.iter(true);
    assertEquals(seen.toSorted(), ["read", "write"]);
  });

  test(
    "106 [decided]: callbacks of a descriptor run in the order of registration",
    (engine, fds) => {
      const [a, b] = fds.socketpair();
      put(b);
      const seen: string[] = [];
      engine.onReadable(a, () => seen.push("reader 1"));
      engine.onWritable(a, () => seen.push("writer 1"));
      engine.onReadable(a, () => seen.push("reader 2"));
      engine.onWritable(a, () => seen.push("writer 2"));
      engine.iter(true);
      assertEquals(seen, ["reader 1", "reader 2", "writer 1", "writer 2"]);
    },
  );

  test("106: stopping one of several registrations leaves the others", (engine, fds) => {
    const [a, b] = fds.socketpair();
    put(b);
    const seen: string[] = [];
    const first = engine.onReadable(a, () => seen.push("first"));
    engine.onReadable(a, () => seen.push("second"));
    const writer = engine.onWritable(a, () => seen.push("writer"));
    first.stop();
    writer.stop();
    engine.iter(true);
    assertEquals(seen, ["second"]);
  });

  test("107: stopping is idempotent, and counts at once in the same turn", (engine, fds) => {
    const [a, b] = fds.socketpair();
    const [c, d] = fds.socketpair();
    put(b);
    put(d);
    const seen: string[] = [];
    const events: EngineEvent[] = [];
    const stopAll = (who: string) => () => {
      seen.push(who);
      events.forEach((event) => event.stop());
    };
    events.push(engine.onReadable(a, stopAll("a")));
    events.push(engine.onReadable(a, stopAll("a again")));
    events.push(engine.onWritable(a, stopAll("a writes")));
    events.push(engine.onReadable(c, stopAll("c")));
    engine.iter(true);
    assertEquals(seen.length, 1);
    events.forEach((event) => event.stop());
    engine.iter(false);
    assertEquals(seen.length, 1);
    assertEquals(engine.readableCount() + engine.writableCount(), 0);
  });

  test("107: a timer stopped in the turn in which it is due does not run", (engine) => {
    const seen: string[] = [];
    const first = engine.onTimer(0, false, () => {
      seen.push("first");
      second.stop();
    });
    const second = engine.onTimer(0, false, () => {
      seen.push("second");
      first.stop();
    });
    engine.iter(true);
    engine.iter(false);
    assertEquals(seen.length, 1);
    assertEquals(engine.timerCount(), 0);
  });

  test("108: a callback receives its event", (engine, fds) => {
    const [a, b] = fds.socketpair();
    put(b);
    const seen: EngineEvent[] = [];
    const events = [
      engine.onTimer(0, false, (event) => seen.push(event)),
      engine.onReadable(a, (event) => seen.push(event)),
      engine.onWritable(a, (event) => seen.push(event)),
    ];
    engine.iter(true);
    assertEquals(seen.map((event) => events.indexOf(event)), [0, 1, 2]);
  });

  test(
    "109: without blocking, a turn collects what is ready and waits for nothing",
    (engine, fds) => {
      const [input] = fds.pipe();
      engine.onReadable(input, () => assert(false, "nothing is ready"));
      engine.onTimer(60, false, () => assert(false, "no time has passed"));
      const start = performance.now();
      engine.iter(false);
      assert(performance.now() - start < 1000);
    },
  );

  test("109: blocking waits for the nearest timer", (engine) => {
    const start = performance.now();
    let rang = 0;
    engine.onTimer(60, false, () => assert(false, "too early"));
    engine.onTimer(0.02, false, () => rang = performance.now());
    while (rang === 0) engine.iter(true);
    assert(rang - start >= 20, `rang after ${rang - start} ms`);
    assert(rang - start < 5000, `rang after ${rang - start} ms`);
  });

  test(
    "109: blocking waits for a descriptor, without limit when there is no timer",
    (engine, fds) => {
      let ready = false;
      engine.onReadable(fds.ready(0.02), () => ready = true);
      engine.iter(true);
      assert(ready);
    },
  );

  test("109: blocking waits for a descriptor, however far the nearest timer is", (engine, fds) => {
    let ready = false;
    engine.onTimer(1e12, false, () => assert(false, "too early"));
    engine.onTimer(Infinity, false, () => assert(false, "too early"));
    engine.onReadable(fds.ready(0.02), () => ready = true);
    engine.iter(true);
    assert(ready);
  });

  test("110: a turn runs timers, then readers, then writers", (engine, fds) => {
    const [a, b] = fds.socketpair();
    put(b);
    const seen: string[] = [];
    engine.onWritable(a, () => seen.push("writer"));
    engine.onReadable(a, () => seen.push("reader"));
    engine.onTimer(0, false, () => seen.push("timer"));
    engine.iter(true);
    assertEquals(seen, ["timer", "reader", "writer"]);
  });

  test("100: a timer made inside a turn cannot fire in that turn", (engine, fds) => {
    const [a, b] = fds.socketpair();
    put(b);
    let late = 0;
    engine.onTimer(0, false, () => engine.onTimer(0, false, () => late++));
    engine.onReadable(a, (event) => {
      event.stop();
      engine.onTimer(-1, false, () => late++);
    });
    engine.iter(true);
    assertEquals(late, 0);
    engine.iter(true);
    assertEquals(late, 2);
  });

  test("101: timers fire in order of expiry", (engine) => {
    const seen: number[] = [];
    for (const delay of [0.004, 0.001, 0.003, 0.002]) {
      engine.onTimer(delay, false, () => seen.push(delay));
    }
    while (engine.timerCount() > 0) engine.iter(true);
    assertEquals(seen, [0.001, 0.002, 0.003, 0.004]);
  });

  test("103: a repeating timer starts again from when it fires, until stopped", (engine) => {
    const times: number[] = [performance.now()];
    engine.onTimer(0.01, true, (event) => {
      times.push(performance.now());
      // Armed again already: the time that is spent here is not added.
      assertEquals(engine.timerCount(), 1);
      assert(engine.deadline() - engine.now() <= 0.01);
      if (times.length === 4) event.stop();
    });
    while (engine.timerCount() > 0) engine.iter(true);
    for (let i = 1; i < 4; i++) assert(times[i]! - times[0]! >= i * 10, `${times}`);
    engine.iter(false);
    assertEquals(times.length, 4);
  });

  test(
    "111: an interrupted wait counts as nothing ready, and due timers still run",
    (engine, fds) => {
      const [input, output] = fds.pipe();
      put(output);
      const seen: string[] = [];
      engine.onReadable(input, () => seen.push("reader"));
      engine.onTimer(0, false, () => seen.push("timer"));
      {
        using _ = injectFaults((call) => /wait|poll/.test(call) ? -Errno.EINTR : undefined);
        engine.iter(true);
      }
      assertEquals(seen, ["timer"]);
      engine.iter(true);
      assertEquals(seen, ["timer", "reader"]);
    },
  );

  test(
    "112 [decided]: callbacks of a bad descriptor run, and so do those of good ones",
    (engine, fds) => {
      const [input, output] = fds.pipe();
      const bad = fds.dup(input);
      fds.close(bad);
      put(output);
      const seen: string[] = [];
      const events = [
        engine.onReadable(bad, () => seen.push("bad reader")),
        engine.onWritable(bad, () => seen.push("bad writer")),
        engine.onReadable(input, () => seen.push("good")),
      ];
      engine.iter(true);
      engine.iter(true);
      assertEquals(new Set(seen), new Set(["bad reader", "bad writer", "good"]));
      events.forEach((event) => event.stop());
      seen.length = 0;
      engine.iter(false);
      assertEquals(seen, []);
    },
  );

  test("113: what a callback throws leaves iter, and the engine remains usable", (engine, fds) => {
    const [input, output] = fds.pipe();
    put(output);
    const seen: string[] = [];
    engine.onTimer(0, false, () => {
      throw new Error("timer");
    });
    const reader = engine.onReadable(input, () => {
      throw new Error("reader");
    });
    assertThrows(() => engine.iter(true), Error, "timer");
    assertThrows(() => engine.iter(true), Error, "reader");
    reader.stop();
    engine.onReadable(input, () => seen.push("reader"));
    engine.onTimer(0, false, () => seen.push("timer"));
    engine.iter(true);
    assertEquals(seen, ["timer", "reader"]);
    assertEquals(engine.timerCount(), 0);
  });

  test("115: a move keeps event objects valid, and runs nothing", (engine, fds) => {
    const other = make();
    const [a, b] = fds.socketpair();
    put(b);
    const seen: string[] = [];
    const reader = engine.onReadable(a, () => seen.push("reader"));
    engine.onWritable(a, () => seen.push("writer"));
    const timer = engine.onTimer(0, false, () => seen.push("timer"));
    engine.transfer(other);
    assertEquals([engine.readableCount(), engine.writableCount(), engine.timerCount()], [0, 0, 0]);
    assertEquals([other.readableCount(), other.writableCount(), other.timerCount()], [1, 1, 1]);
    engine.iter(false);
    assertEquals(seen, []);
    reader.stop();
    timer.stop();
    other.iter(true);
    assertEquals(seen, ["writer"]);
    other.destroy();
  });

  test("116: a moved timer starts again with its full delay", (engine) => {
    const other = make();
    const until = performance.now() + 30;
    let rang = 0;
    engine.onTimer(0.03, false, () => rang = performance.now());
    while (performance.now() < until - 10);
    const moved = performance.now();
    engine.transfer(other);
    while (rang === 0) other.iter(true);
    assert(rang - moved >= 30, `rang ${rang - moved} ms after the move`);
    other.destroy();
  });

  test(
    "117 [defect not copied]: an event object is good for any number of moves",
    (engine, fds) => {
      const [input, output] = fds.pipe();
      put(output);
      const second = make();
      const third = make();
      let runs = 0;
      const event = engine.onReadable(input, () => runs++);
      engine.transfer(second);
      second.transfer(third);
      third.iter(true);
      assertEquals(runs, 1);
      event.stop();
      third.iter(false);
      assertEquals(runs, 1);
      assertEquals(third.readableCount(), 0);
      second.destroy();
      third.destroy();
    },
  );

  test("119: destroy stops all events, once", (engine, fds) => {
    const [a, b] = fds.socketpair();
    put(b);
    const events = [
      engine.onReadable(a, () => assert(false)),
      engine.onWritable(a, () => assert(false)),
      engine.onTimer(0, true, () => assert(false)),
    ];
    engine.destroy();
    engine.destroy();
    events.forEach((event) => event.stop());
    assertEquals([engine.readableCount(), engine.writableCount(), engine.timerCount()], [0, 0, 0]);
    assertThrows(() => engine.onReadable(a, () => {}), Error, "it is destroyed");
  });

  test("120: fakeIo runs the callbacks of a descriptor at once, readers first", (engine, fds) => {
    const [input, output] = fds.pipe();
    const seen: string[] = [];
    engine.onWritable(input, () => seen.push("writer 1"));
    engine.onReadable(input, () => seen.push("reader 1"));
    engine.onReadable(output, () => seen.push("other"));
    engine.onReadable(input, () => seen.push("reader 2"));
    engine.fakeIo(input);
    assertEquals(seen, ["reader 1", "reader 2", "writer 1"]);
  });

  test("120: a callback stopped by another one does not run in fakeIo", (engine, fds) => {
    const [input] = fds.pipe();
    const seen: string[] = [];
    engine.onReadable(input, () => {
      seen.push("first");
      second.stop();
    });
    const second = engine.onReadable(input, () => seen.push("second"));
    engine.fakeIo(input);
    assertEquals(seen, ["first"]);
  });

  test("121: counts are of registrations, not of descriptors", (engine, fds) => {
    const [a] = fds.socketpair();
    const events = [1, 2, 3].map(() => engine.onReadable(a, () => {}));
    engine.onWritable(a, () => {});
    engine.onTimer(60, false, () => {});
    assertEquals([engine.readableCount(), engine.writableCount(), engine.timerCount()], [3, 1, 1]);
    events[1]!.stop();
    events[1]!.stop();
    assertEquals(engine.readableCount(), 2);
  });

  test("123 [defect not copied]: an engine reports its own kind", (engine) => {
    assertEquals(engine.id(), id);
  });

  test("a callback may make a turn of its own", (engine, fds) => {
    const [a, b] = fds.socketpair();
    const [c, d] = fds.socketpair();
    put(b);
    put(d);
    const seen: string[] = [];
    let inside = false;
    for (const [name, fd] of [["a", a], ["c", c]] as const) {
      engine.onReadable(fd, (event) => {
        seen.push(name);
        event.stop();
        if (inside) return;
        inside = true;
        engine.iter(false);
      });
    }
    engine.iter(true);
    assertEquals(seen.toSorted(), ["a", "c"]);
  });

  test("a turn within a turn does not disturb what the outer one found", (engine, fds) => {
    // What an engine keeps between turns exists only after the first one.
    engine.iter(false);
    const pairs = [fds.socketpair(), fds.socketpair(), fds.socketpair()];
    const runs = [0, 0, 0];
    const [first, second, third] = pairs.map(([fd], i) =>
      engine.onReadable(fd, (event) => {
        runs[i]!++;
        if (i === 2 || runs[0]! + runs[1]! > 1) return;
        // Ready only now, so that only the inner turn finds it.
        put(pairs[2]![1]);
        event.stop();
        engine.iter(false);
      })
    );
    put(pairs[0]![1]);
    put(pairs[1]![1]);
    engine.iter(true);
    assertEquals(runs[2], 1);
    [first, second, third].forEach((event) => event!.stop());
  });

  test("100,000 timers set and stopped leave nothing behind", (engine) => {
    const events = Array.from({ length: 100_000 }, (_, i) => {
      return engine.onTimer(10 + (i * 7919) % 1000, false, () => assert(false));
    });
    assertEquals(engine.timerCount(), 100_000);
    events.forEach((event) => event.stop());
    assertEquals(engine.timerCount(), 0);
    assertEquals(engine.deadline(), Infinity);
  });

  test("a delay that is no number is refused", (engine) => {
    assertThrows(() => engine.onTimer(NaN, false, () => {}), RangeError, "Cannot set timer");
    assertEquals(engine.timerCount(), 0);
  });
}

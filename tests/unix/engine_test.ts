import { assert, assertEquals, assertThrows } from "@std/assert";
import { Engine, EngineEvent, EpollEngine } from "../../unix/engine/mod.ts";
import { Doorbell } from "../../unix/engine/_doorbell.ts";
import { Timer, Timers } from "../../unix/engine/_timers.ts";
import { UnixError } from "../../unix/error.ts";
import { opened } from "../../unix/_ledger.ts";
import { ledger } from "../../unix/ledger.ts";
import { Epoll } from "../../unix/libc/constants.ts";
import { Errno } from "../../unix/libc/errno.ts";
import { injectFaults } from "../../unix/libc/open.ts";
import { runChild } from "./_child.ts";
import { testEngine } from "./_engine_suite.ts";
import { Descriptors, dup2, put } from "./_raw.ts";
import { VirtualEngine } from "./_virtual_engine.ts";

const ENGINE = "import { Engine } from '$unix/engine/mod.ts';";

testEngine({ name: "epoll", id: "epoll", make: () => new EpollEngine() });

// Kernels before 5.11 have no wait with nanoseconds.
testEngine({
  name: "epoll in milliseconds",
  id: "epoll",
  make() {
    const engine = new EpollEngine();
    const { iter } = engine;
    engine.iter = (block) => {
      using _ = injectFaults((call) => call === "epoll_pwait2" ? -Errno.ENOSYS : undefined);
      iter.call(engine, block);
    };
    return engine;
  },
});

Deno.test("114: set moves the registrations, then destroys the old engine", () => {
  const real = Engine.get();
  const [first, second] = [new VirtualEngine(), new VirtualEngine()];
  Engine.set(first, { transfer: false, destroy: false });
  Engine.onReadable(1, () => {});
  Engine.onTimer(5, false, () => {});
  Engine.onWritable(2, () => {});
  Engine.set(second);
  assertEquals(first.log.slice(3), [
    "stop readable 1",
    "stop writable 2",
    "stop timer 5",
    "cleanup",
  ]);
  assertEquals(second.log, ["readable 1", "writable 2", "timer 5"]);
  assertEquals([Engine.readableCount(), Engine.writableCount(), Engine.timerCount()], [1, 1, 1]);
  Engine.set(real, { transfer: false });
  assertEquals(Engine.timerCount(), 0);
});

Deno.test("114: setting the engine in use again changes nothing", () => {
  const engine = Engine.get();
  const event = Engine.onTimer(60, false, () => {});
  Engine.set(engine);
  assertEquals(Engine.timerCount(), 1);
  event.stop();
  assert(Engine.get() === engine);
});

Deno.test("118: set without transfer drops everything", () => {
  using fds = new Descriptors();
  const [input, output] = fds.pipe();
  put(output);
  let runs = 0;
  const event = Engine.onReadable(input, () => runs++);
  Engine.set(new EpollEngine(), { transfer: false });
  Engine.iter(false);
  assertEquals([runs, Engine.readableCount()], [0, 0]);
  event.stop();
});

Deno.test("set without destroy leaves the old engine usable", () => {
  const old = Engine.get();
  Engine.set(new EpollEngine(), { destroy: false });
  let rang = false;
  old.onTimer(0, false, () => rang = true);
  old.iter(true);
  assert(rang);
  Engine.set(old);
});

Deno.test("an engine may be swapped inside a callback", () => {
  using fds = new Descriptors();
  const [a, b] = fds.socketpair();
  put(b);
  const seen: string[] = [];
  Engine.onReadable(a, () => {
    seen.push("first");
    if (seen.length === 1) Engine.set(new EpollEngine());
  });
  const second = Engine.onReadable(a, () => seen.push("second"));
  Engine.iter(true);
  assertEquals(seen, ["first"]);
  Engine.iter(true);
  assertEquals(seen, ["first", "first", "second"]);
  second.stop();
  Engine.set(new EpollEngine(), { transfer: false });
});

Deno.test("122: the default engine is epoll", async () => {
  const { stdout } = await runChild(`${ENGINE} console.log(Engine.id());`);
  assertEquals(stdout, "epoll\n");
});

Deno.test("122: LWT_ENGINE names the engine", async () => {
  const flags = ["--allow-ffi", "--allow-env"];
  const known = await runChild(`${ENGINE} console.log(Engine.id());`, {
    flags,
    env: { LWT_ENGINE: "epoll" },
  });
  assertEquals(known.stdout, "epoll\n");
  const unknown = await runChild(`${ENGINE} Engine.get();`, {
    flags,
    env: { LWT_ENGINE: "steam" },
  });
  assert(unknown.stderr.includes("NotAvailable: Cannot use engine steam"), unknown.stderr);
});

Deno.test("122: without permission to read it, LWT_ENGINE counts for nothing", async () => {
  const { stdout } = await runChild(`${ENGINE} console.log(Engine.id());`, {
    env: { LWT_ENGINE: "steam" },
  });
  assertEquals(stdout, "epoll\n");
});

Deno.test("the static functions act on the engine in use", () => {
  using fds = new Descriptors();
  const [a] = fds.socketpair();
  let runs = 0;
  const events = [
    Engine.onReadable(a, () => runs++),
    Engine.onWritable(a, () => runs++),
    Engine.onTimer(60, false, () => runs++),
  ];
  const engine = Engine.get();
  assertEquals([Engine.readableCount(), engine.readableCount()], [1, 1]);
  assertEquals([Engine.writableCount(), engine.writableCount()], [1, 1]);
  assertEquals([Engine.timerCount(), engine.timerCount()], [1, 1]);
  Engine.fakeIo(a);
  assertEquals(runs, 2);
  assertEquals(Engine.forwardsSignal(2), false);
  assertEquals(Engine.id(), "epoll");
  events.forEach((event) => event.stop());
});

Deno.test("the fake event belongs to nobody, and stopping it has no effect", () => {
  EngineEvent.fake.stop();
  EngineEvent.fake.stop();
});

Deno.test("a regular file counts as ready always", () => {
  using fds = new Descriptors();
  const engine = new EpollEngine();
  const file = fds.file("/proc/self/exe");
  const seen: string[] = [];
  const reader = engine.onReadable(file, () => seen.push("reader"));
  engine.onWritable(file, () => seen.push("writer")).stop();
  engine.iter(true);
  engine.iter(true);
  assertEquals(seen, ["reader", "reader"]);
  assertEquals(engine.deadline(), -Infinity);
  reader.stop();
  assertEquals(engine.deadline(), Infinity);
  engine.destroy();
});

Deno.test("the system is told only what changes", () => {
  using fds = new Descriptors();
  const engine = new EpollEngine();
  const [a] = fds.socketpair();
  const told: [number, number][] = [];
  {
    using _ = injectFaults((call, _epfd, operation, _fd, events) => {
      if (call === "epoll_ctl") told.push([operation!, events!]);
      return undefined;
    });
    const first = engine.onReadable(a, () => {});
    const second = engine.onReadable(a, () => {});
    const third = engine.onWritable(a, () => {});
    first.stop();
    third.stop();
    second.stop();
  }
  assertEquals(told, [
    [Epoll.ADD, Epoll.IN],
    [Epoll.MOD, Epoll.IN | Epoll.OUT],
    [Epoll.MOD, Epoll.IN],
    [Epoll.DEL, 0],
  ]);
  engine.destroy();
});

Deno.test("an event of a number closed and taken again in the same turn is not delivered", () => {
  using fds = new Descriptors();
  const engine = new EpollEngine();
  const [a, b] = fds.socketpair();
  const [c, d] = fds.socketpair();
  const [quiet] = fds.socketpair();
  put(b);
  put(d);
  const seen: string[] = [];
  const events = new Map<number, EngineEvent>();
  // Whichever comes first replaces the file of the other by one that is not ready.
  for (const [mine, other] of [[a, c], [c, a]] as const) {
    events.set(
      mine,
      engine.onReadable(mine, (event) => {
        seen.push("first");
        event.stop();
        events.get(other)!.stop();
        dup2(quiet, other);
        engine.onReadable(other, () => seen.push("stale"));
      }),
    );
  }
  engine.iter(true);
  engine.iter(false);
  assertEquals(seen, ["first"]);
  engine.destroy();
});

Deno.test("a number closed behind the engine's back and stopped later does not keep it awake", () => {
  using fds = new Descriptors();
  const engine = new EpollEngine();
  const [input, output] = fds.pipe();
  const [other, otherOutput] = fds.pipe();
  fds.dup(input);
  let runs = 0;
  engine.onReadable(other, () => runs++);
  const event = engine.onReadable(input, () => {});
  fds.close(input);
  event.stop();
  put(output);
  const calls = countCalls("epoll_wait", () => {
    engine.onTimer(0.02, false, () => {});
    while (engine.timerCount() > 0) engine.iter(true);
  });
  assert(calls < 10, `woken ${calls} times`);
  put(otherOutput);
  engine.iter(true);
  assertEquals(runs, 1);
  engine.destroy();
});

Deno.test("a number that came back as another file is watched again", () => {
  using fds = new Descriptors();
  const engine = new EpollEngine();
  const [input] = fds.pipe();
  const [other, output] = fds.pipe();
  const seen: string[] = [];
  const reader = engine.onReadable(input, () => seen.push("reader"));
  dup2(other, input);
  put(output);
  engine.onWritable(input, () => {});
  engine.iter(true);
  assertEquals(seen, ["reader"]);
  reader.stop();
  engine.destroy();
});

Deno.test("fork makes a set of its own with the same content", () => {
  using fds = new Descriptors();
  const engine = new EpollEngine();
  const [input, output] = fds.pipe();
  let runs = 0;
  engine.onReadable(input, () => runs++);
  engine.fork();
  put(output);
  engine.iter(true);
  assertEquals(runs, 1);
  engine.destroy();
});

Deno.test("a failing epoll_ctl throws, and registers nothing", () => {
  using fds = new Descriptors();
  const engine = new EpollEngine();
  const [a, b] = fds.socketpair();
  put(b);
  let runs = 0;
  engine.onReadable(a, () => runs++);
  {
    using _ = injectFaults((call) => call === "epoll_ctl" ? -Errno.ENOSPC : undefined);
    const error = assertThrows(
      () => engine.onWritable(a, () => assert(false)),
      UnixError,
      `Cannot watch descriptor ${a}: ENOSPC (no space left on device)`,
    );
    assertEquals([error.code, error.syscall], ["ENOSPC", "epoll_ctl"]);
    assertThrows(() => engine.onReadable(b, () => assert(false)), UnixError);
  }
  assertEquals([engine.readableCount(), engine.writableCount()], [1, 0]);
  put(a);
  engine.iter(true);
  assertEquals(runs, 1);
  engine.destroy();
});

Deno.test("no engine can be made when descriptors run out", () => {
  using _ = injectFaults((call) => call === "epoll_create1" ? -Errno.EMFILE : undefined);
  assertThrows(() => new EpollEngine(), UnixError, "Cannot make an engine: EMFILE");
});

Deno.test("a failing wait throws", () => {
  const engine = new EpollEngine();
  {
    using _ = injectFaults((call) => call === "epoll_wait" ? -Errno.EBADF : undefined);
    assertThrows(() => engine.iter(false), UnixError, "Cannot wait for descriptors: EBADF");
  }
  engine.iter(false);
  engine.destroy();
});

Deno.test("the ledger knows the descriptors of engines", () => {
  const before = ledger();
  const engine = new EpollEngine();
  assertEquals(ledger().at(-1)?.kind, "engine");
  engine.destroy();
  assertEquals(ledger(), before);
});

Deno.test("a signal with a listener interrupts a blocking turn, which goes on", async () => {
  // In a process of its own, because only there JavaScript runs on the thread that gets signals.
  const { stdout, stderr } = await runChild(
    `${ENGINE}
    Deno.addSignalListener("SIGUSR1", () => {});
    const args = ["-c", \`sleep 0.05; kill -USR1 \${Deno.pid}\`];
    const child = new Deno.Command("sh", { args }).spawn();
    const start = performance.now();
    let turns = 0;
    let rang = 0;
    Engine.onTimer(0.2, false, () => rang = performance.now());
    while (rang === 0) {
      Engine.iter(true);
      turns++;
    }
    console.log(turns, rang - start >= 200);
    await child.status;
    Deno.exit();`,
    { flags: ["--allow-ffi", "--allow-run"] },
  );
  assertEquals([stdout, stderr], ["2 true\n", ""]);
});

Deno.test("a descriptor is closed only when nobody sleeps on it", async () => {
  using fds = new Descriptors();
  const before = ledger();
  const doorbell = new Doorbell();
  assert(doorbell.open());
  const fd = opened(fds.dup(fds.pipe()[0]), "test");
  const sleep = doorbell.wait(fd, Infinity);
  doorbell.release(fd);
  assertEquals(ledger().at(-1), { fd, kind: "test" });
  await sleep;
  doorbell.close();
  assertEquals(ledger(), before);
  assertThrows(() => fds.close(fd));
});

Deno.test("timers keep their order whatever is added and removed", () => {
  let seed = 1;
  const random = (n: number) => (seed = (seed * 48271) % 0x7fffffff) % n;
  const timers = new Timers();
  const live = new Set<Timer>();
  const fired: Timer[] = [];
  for (let i = 0; i < 5000; i++) {
    if (live.size > 0 && random(3) === 0) {
      const timer = [...live][random(live.size)]!;
      timers.remove(timer);
      timers.remove(timer);
      live.delete(timer);
    } else {
      const timer: Timer = new Timer(random(100), 0, false, () => fired.push(timer));
      timers.add(timer);
      live.add(timer);
    }
    if (i % 50 === 0) assertEquals(timers.size, live.size);
  }
  const expected = [...live].sort((a, b) => a.expiry - b.expiry || a.order - b.order);
  timers.run(49);
  assertEquals(fired.length, expected.filter((timer) => timer.expiry <= 49).length);
  assertEquals(timers.expiry, expected[fired.length]!.expiry);
  timers.run(Infinity);
  assert(fired.every((timer, i) => timer === expected[i]));
  assertEquals([timers.size, timers.expiry], [0, Infinity]);
});

function countCalls(name: string, body: () => void): number {
  let calls = 0;
  using _ = injectFaults((call) => {
    if (call === name) calls++;
    return undefined;
  });
  body();
  return calls;
}

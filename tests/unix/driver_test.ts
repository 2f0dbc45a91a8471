import { assert, assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../core/errors.ts";
import { Lwt } from "../../core/lwt.ts";
import { Engine, EpollEngine } from "../../unix/engine/mod.ts";
import { Errno } from "../../unix/libc/errno.ts";
import { injectFaults } from "../../unix/libc/open.ts";
import * as Main from "../../unix/main.ts";
import { sleep } from "../../unix/time.ts";
import { runChild } from "./_child.ts";
import { Descriptors, put, take } from "./_raw.ts";
import { useVirtualEngine } from "./_virtual_engine.ts";

const UNIX = `
  import { Lwt } from "$core/lwt.ts";
  import { Engine } from "$unix/engine/mod.ts";
  import * as Main from "$unix/main.ts";
  import { sleep } from "$unix/time.ts";
`;

// The sanitizers of the test runner check each of these for operations left pending.
Deno.test("a sleep can be awaited", async () => {
  const start = performance.now();
  await sleep(0.01);
  assert(performance.now() - start >= 10);
});

Deno.test("a descriptor can be awaited", async () => {
  using fds = new Descriptors();
  await readable(fds.ready(0.01));
  assertEquals(Engine.readableCount(), 0);
});

Deno.test("a round trip through two pipes can be awaited", async () => {
  using fds = new Descriptors();
  const [input, output] = fds.pipe();
  const [backInput, backOutput] = fds.pipe();
  readable(input).map(() => {
    take(input);
    put(backOutput);
  });
  put(output);
  await readable(backInput);
  take(backInput);
});

Deno.test("a canceled sleep leaves neither a timer nor a thread that waits", async () => {
  const p = sleep(1000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  p.cancel();
  assertEquals(Engine.timerCount(), 0);
});

Deno.test("a registration that comes and goes in one step leaves nothing behind", () => {
  sleep(1000).cancel();
});

Deno.test("a nearer timer shortens the wait", async () => {
  const far = sleep(1000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const start = performance.now();
  await sleep(0.005);
  assert(performance.now() - start < 5000);
  far.cancel();
});

Deno.test("a descriptor registered during the wait ends it", async () => {
  using fds = new Descriptors();
  const far = sleep(1000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await readable(fds.ready(0.005));
  far.cancel();
});

Deno.test("a pause during the wait ends it", async () => {
  const far = sleep(1000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await Lwt.pause();
  far.cancel();
});

Deno.test("a pause is awaited without anything registered", async () => {
  Engine.get();
  await Lwt.pause();
  await Lwt.pause();
});

Deno.test("an idle wait does not spin", async () => {
  let turns = 0;
  using _ = injectFaults((call) => {
    if (call === "epoll_wait") turns++;
    return undefined;
  });
  await sleep(0.1);
  assert(turns < 6, `${turns} turns`);
});

Deno.test("an idle wait takes no processor time", async () => {
  const { stdout } = await runChild(`${UNIX}
    import process from "node:process";
    await sleep(0.01);
    const before = process.cpuUsage();
    await sleep(0.5);
    const { user, system } = process.cpuUsage(before);
    console.log(user + system < 200_000 ? "idle" : user + system);`);
  assertEquals(stdout, "idle\n");
});

Deno.test("pauses in a loop do not starve what Deno has to do", async () => {
  let busy = true;
  const loop: () => Lwt<void> = () => busy ? Lwt.pause().bind(loop) : Lwt.returnUnit;
  const done = loop();
  await new Promise((resolve) => setTimeout(resolve, 1));
  await Promise.resolve();
  assert((await Deno.readTextFile(new URL(import.meta.url))).includes("starve"));
  busy = false;
  await done;
});

Deno.test("descriptors ready all the time do not starve what Deno has to do", async () => {
  using fds = new Descriptors();
  const [, output] = fds.pipe();
  let runs = 0;
  const event = Engine.onWritable(output, () => runs++);
  await new Promise((resolve) => setTimeout(resolve, 1));
  await Deno.readTextFile(new URL(import.meta.url));
  assert(runs > 1);
  event.stop();
});

Deno.test("native promises advance between two turns", async () => {
  const seen: string[] = [];
  const loop = (n: number): Lwt<void> => {
    seen.push(`turn ${n}`);
    Promise.resolve().then(() => seen.push(`promise ${n}`));
    return n === 3 ? Lwt.returnUnit : Lwt.pause().bind(() => loop(n + 1));
  };
  await loop(1);
  await null;
  assertEquals(seen, ["turn 1", "promise 1", "turn 2", "promise 2", "turn 3", "promise 3"]);
});

Deno.test("Main.run can be called during the wait", async () => {
  const far = sleep(1000);
  const near = sleep(0.03);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const start = performance.now();
  Main.run(sleep(0.01));
  assert(performance.now() - start >= 10);
  await near;
  far.cancel();
});

Deno.test("what Main.run leaves behind during the wait is seen to", async () => {
  const far = sleep(1000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  let paused = Lwt.returnUnit;
  let near = Lwt.returnUnit;
  Main.run(
    sleep(0.001).map(() => {
      near = sleep(0.005);
      paused = Lwt.pause().bind(Lwt.pause).bind(Lwt.pause);
    }),
  );
  await Promise.all([near, paused]);
  far.cancel();
});

Deno.test("the engine can be swapped during the wait", async () => {
  using fds = new Descriptors();
  const far = sleep(1000);
  const ready = readable(fds.ready(0.01));
  await new Promise((resolve) => setTimeout(resolve, 5));
  Engine.set(new EpollEngine());
  await ready;
  await sleep(0.001);
  far.cancel();
  assertEquals(Engine.timerCount(), 0);
});

Deno.test("the engine can be swapped and everything dropped during the wait", async () => {
  sleep(1000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  Engine.set(new EpollEngine(), { transfer: false });
  await sleep(0.001);
});

Deno.test("the engine can be swapped and kept during the wait", async () => {
  using fds = new Descriptors();
  const old = Engine.get();
  const ready = readable(fds.ready(0.01));
  await new Promise((resolve) => setTimeout(resolve, 2));
  Engine.set(new EpollEngine(), { destroy: false });
  await ready;
  old.destroy();
});

Deno.test("an engine is told whether it is woken for good", async () => {
  const seen: boolean[] = [];
  class Spy extends EpollEngine {
    override wakeHosted(forGood: boolean): void {
      seen.push(forGood);
      super.wakeHosted(forGood);
    }
  }
  Engine.set(new Spy());
  const far = sleep(1000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const nearer = sleep(500);
  await new Promise((resolve) => setTimeout(resolve, 5));
  far.cancel();
  nearer.cancel();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(seen, [false, true]);
  Engine.set(new EpollEngine());
});

Deno.test("a set made anew during the wait is waited for", async () => {
  using fds = new Descriptors();
  const ready = readable(fds.ready(0.01));
  await new Promise((resolve) => setTimeout(resolve, 2));
  Engine.fork();
  await ready;
});

Deno.test("without a descriptor for the bell, the wait is paced", async () => {
  using fds = new Descriptors();
  Engine.set(new EpollEngine());
  {
    using _ = injectFaults((call) => call === "eventfd" ? -Errno.EMFILE : undefined);
    const far = sleep(1000);
    await readable(fds.ready(0.005));
    const start = performance.now();
    await sleep(0.005);
    assert(performance.now() - start >= 5);
    far.cancel();
  }
  await sleep(0.001);
});

Deno.test("an engine that cannot tell what happens is looked at from time to time", async () => {
  class Paced extends EpollEngine {
    override deadline = Engine.prototype.deadline;
    override waitHosted = Engine.prototype.waitHosted;
    override wakeHosted = Engine.prototype.wakeHosted;
  }
  using fds = new Descriptors();
  Engine.set(new Paced());
  const far = sleep(1000);
  await readable(fds.ready(0.005));
  await sleep(0.005);
  far.cancel();
  Engine.set(new EpollEngine());
});

Deno.test("time may be an engine's own", async () => {
  using engine = useVirtualEngine();
  const start = performance.now();
  await sleep(3600);
  assertEquals(engine.now(), 3600);
  assert(performance.now() - start < 5000);
});

Deno.test("hooks run around the turns of Deno's loop as well", async () => {
  const seen: string[] = [];
  const enter = Main.EnterIterHooks.addLast(() => seen.push("enter"));
  const leave = Main.LeaveIterHooks.addLast(() => seen.push("leave"));
  await Lwt.pause().map(() => seen.push("paused"));
  Main.EnterIterHooks.remove(enter);
  Main.LeaveIterHooks.remove(leave);
  assertEquals(seen.slice(0, 3), ["enter", "paused", "leave"]);
});

Deno.test("127: Main.run in a callback of a turn of Deno's loop is refused as nested", async () => {
  const [never] = Lwt.wait();
  await assertRejects(
    () => sleep(0.001).map(() => Main.run(never)).toPromise(),
    Failure,
    "Nested calls to Lwt_main.run are not allowed",
  );
});

Deno.test("a program that awaits its last promise ends by itself", async () => {
  const start = performance.now();
  const { code, stdout, stderr } = await runChild(`${UNIX}
    const far = sleep(1000);
    await sleep(0.05);
    far.cancel();
    await Lwt.pause();
    console.log("done");`);
  assertEquals([code, stdout, stderr], [0, "done\n", ""]);
  assert(performance.now() - start < 5000);
});

Deno.test("a program lives as long as something is registered", async () => {
  const { code, stdout } = await runChild(`${UNIX}
    sleep(0.05).map(() => console.log("slept"));
    console.log("end of script");`);
  assertEquals([code, stdout], [0, "end of script\nslept\n"]);
});

Deno.test("Deno.exit works during the wait", async () => {
  const { code } = await runChild(`${UNIX}
    setTimeout(() => Deno.exit(7), 20);
    await sleep(1000);`);
  assertEquals(code, 7);
});

Deno.test("what a raw callback throws is reported, and the driver goes on", async () => {
  const { code, stdout } = await runChild(`${UNIX}
    addEventListener("error", (event) => {
      event.preventDefault();
      console.log(event.error.message);
    });
    Engine.onTimer(0.001, false, () => { throw new Error("oops"); });
    await sleep(0.01);
    console.log("slept");`);
  assertEquals([code, stdout], [0, "oops\nslept\n"]);
});

Deno.test("what a raw callback throws ends the program by default", async () => {
  const { code, stderr } = await runChild(`${UNIX}
    Engine.onTimer(0.001, false, () => { throw new Error("oops"); });
    await sleep(1000);`);
  assertEquals(code, 1);
  assert(stderr.includes("oops"), stderr);
});

/** A promise for the first moment at which a descriptor can be read. */
function readable(fd: number): Lwt<void> {
  const [promise, resolver] = Lwt.task<void>(`reading from descriptor ${fd}`);
  const event = Engine.onReadable(fd, () => {
    event.stop();
    resolver.wakeup();
  });
  return promise;
}

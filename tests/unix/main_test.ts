import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Failure } from "../../core/errors.ts";
import { Lwt } from "../../core/lwt.ts";
import { Engine } from "../../unix/engine/mod.ts";
import * as Main from "../../unix/main.ts";
import { sleep } from "../../unix/time.ts";
import { runChild } from "./_child.ts";
import { Descriptors } from "./_raw.ts";
import { useVirtualEngine } from "./_virtual_engine.ts";

const UNIX = `
  import { Lwt } from "$core/lwt.ts";
  import * as Main from "$unix/main.ts";
  import { sleep } from "$unix/time.ts";
`;

Deno.test("124: run of a settled promise returns or throws at once, without hook or turn", () => {
  using engine = useVirtualEngine();
  using seen = recordHooks();
  assertEquals(Main.run(Lwt.return(1)), 1);
  assertThrows(() => Main.run(Lwt.fail(new Error("no"))), Error, "no");
  Lwt.pause().ignoreResult();
  assertEquals(Main.run(Lwt.return(undefined)), undefined);
  assertEquals([...seen.list, ...engine.log], []);
  Lwt.abandonPaused();
});

Deno.test("125: a round is enter hooks, engine, paused promises, leave hooks", () => {
  using engine = useVirtualEngine();
  using seen = recordHooks(engine.log);
  engine.log.length = 0;
  Main.run(Lwt.pause().map(() => engine.log.push("paused")));
  assertEquals(seen.list, ["enter", "iter(false)", "paused", "leave"]);
});

Deno.test("125: the engine waits only if nothing is paused", () => {
  using engine = useVirtualEngine();
  const wait = sleep(5);
  const pause = Lwt.pause();
  engine.log.length = 0;
  Main.run(Lwt.join([wait, pause]));
  assertEquals(engine.log.filter((line) => line.startsWith("iter")), ["iter(false)", "iter(true)"]);
});

Deno.test("125: the promise is looked at between rounds only", () => {
  using engine = useVirtualEngine();
  engine.log.length = 0;
  const [p, resolver] = Lwt.wait<string>();
  const hook = Main.EnterIterHooks.addLast(() => p.isSleeping() && resolver.wakeup("by a hook"));
  using _ = recordHooks(engine.log);
  assertEquals(Main.run(p), "by a hook");
  Main.EnterIterHooks.remove(hook);
  // A round that the hook ended early is still a whole one, but does not wait.
  assertEquals(engine.log, ["enter", "iter(false)", "leave"]);
});

Deno.test("126: what is paused while paused promises are woken waits for the next round", () => {
  using engine = useVirtualEngine();
  const seen = recordHooks(engine.log);
  engine.log.length = 0;
  const again = () => Lwt.pause().map(() => engine.log.push("second"));
  Main.run(
    Lwt.pause().bind(() => {
      engine.log.push("first");
      return again();
    }),
  );
  seen[Symbol.dispose]();
  const round = ["enter", "iter(false)"];
  assertEquals(engine.log, [...round, "first", "leave", ...round, "second", "leave"]);
});

Deno.test("127: a nested run throws, and the outer run goes on", () => {
  const inner = Lwt.wait()[0];
  const result = Main.run(
    Lwt.pause().map(() => {
      const error = assertThrows(() => Main.run(inner));
      assertInstanceOf(error, Failure);
      return error.message;
    }),
  );
  assertEquals(result, "Nested calls to Lwt_main.run are not allowed");
});

Deno.test("127 [decided]: a nested run throws even where its promise is settled", () => {
  const attempt = Lwt.pause().map(() => String(Main.run(Lwt.return(1))));
  assertThrows(() => Main.run(attempt), Failure, "Nested calls to Lwt_main.run are not allowed");
});

Deno.test("127: a run inside an engine's callback throws", () => {
  Engine.onTimer(0, false, () => Main.run(Lwt.return(1)));
  assertThrows(() => Main.run(Lwt.wait()[0]), Failure, "Nested");
});

Deno.test("128 [decided]: whatever leaves a run, the next one can start", () => {
  const { ExceptionFilter } = Lwt;
  ExceptionFilter.set(new ExceptionFilter(() => false));
  const p = Lwt.pause().map(() => {
    throw new RangeError("escaped");
  });
  assertThrows(() => Main.run(p), RangeError, "escaped");
  ExceptionFilter.set(ExceptionFilter.handleAllExceptRuntime);
  assertEquals(Main.run(Lwt.pause().map(() => 1)), 1);
});

Deno.test("129: hooks run in order, first ones in front, last ones behind", () => {
  using engine = useVirtualEngine();
  for (const hooks of [Main.EnterIterHooks, Main.LeaveIterHooks]) {
    engine.log.length = 0;
    const tokens = [
      hooks.addLast(() => engine.log.push("b")),
      hooks.addLast(() => engine.log.push("c")),
      hooks.addFirst(() => engine.log.push("a")),
    ];
    Main.run(Lwt.pause());
    assertEquals(engine.log.filter((line) => line.length === 1), ["a", "b", "c"]);
    tokens.forEach((token) => hooks.remove(token));
    engine.log.length = 0;
    Main.run(Lwt.pause());
    assertEquals(engine.log, ["iter(false)"]);
  }
});

Deno.test("129: a hook added behind during a pass runs in it, a removed one does not", () => {
  const seen: string[] = [];
  const tokens: Main.Hook[] = [];
  const hooks = Main.EnterIterHooks;
  tokens.push(hooks.addLast(() => {
    seen.push("first");
    hooks.remove(tokens[1]!);
    tokens.push(hooks.addLast(() => seen.push("added behind")));
    tokens.push(hooks.addFirst(() => seen.push("added in front")));
  }));
  tokens.push(hooks.addLast(() => seen.push("removed")));
  Main.run(Lwt.pause());
  hooks.removeAll();
  assertEquals(seen, ["first", "added behind"]);
});

Deno.test("129: removing a hook is idempotent, also after all were removed", () => {
  const seen: string[] = [];
  const hooks = Main.LeaveIterHooks;
  const first = hooks.addLast(() => seen.push("first"));
  hooks.removeAll();
  const second = hooks.addLast(() => seen.push("second"));
  hooks.remove(first);
  hooks.remove(first);
  Main.run(Lwt.pause());
  hooks.remove(second);
  Main.run(Lwt.pause());
  assertEquals(seen, ["second"]);
});

Deno.test("what a hook throws leaves run", () => {
  const hook = Main.EnterIterHooks.addLast(() => {
    throw new Error("hook");
  });
  assertThrows(() => Main.run(Lwt.pause()), Error, "hook");
  Main.EnterIterHooks.remove(hook);
  Main.run(Lwt.pause());
});

Deno.test("130: exit hooks run one after the other, the last one added first", async () => {
  const { code, stdout, stderr } = await runChild(`${UNIX}
    Main.atExit(() => sleep(0.01).map(() => console.log("first added")));
    Main.atExit(() => sleep(0.02).map(() => console.log("second added")));
    Main.ExitHooks.addLast(() => sleep(0).map(() => console.log("behind")));
    const gone = Main.ExitHooks.addFirst(() => Lwt.wrap(() => console.log("removed")));
    Main.ExitHooks.remove(gone);
    console.log("end of script");`);
  assertEquals(stdout, "end of script\nsecond added\nfirst added\nbehind\n");
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("130: errors of exit hooks are ignored, and hooks added meanwhile run too", async () => {
  const { code, stdout, stderr } = await runChild(`${UNIX}
    Main.atExit(() => Lwt.wrap(() => console.log("last")));
    Main.atExit(() => Lwt.fail(new Error("rejected")));
    Main.atExit(() => { throw new Error("thrown"); });
    Main.atExit(() => sleep(0).map(() => {
      console.log("adding");
      Main.atExit(() => Lwt.wrap(() => console.log("added")));
    }));
    Deno.exit(3);`);
  assertEquals([code, stdout, stderr], [3, "adding\nadded\nlast\n", ""]);
});

Deno.test("130: an exit hook that waits for what cannot come is given up", async () => {
  const { code, stdout } = await runChild(`${UNIX}
    Main.atExit(() => Lwt.wrap(() => console.log("bye")));
    Main.atExit(() => Lwt.wait()[0]);`);
  assertEquals([code, stdout], [0, "bye\n"]);
});

Deno.test("131: Deno.exit inside a callback of run calls the hooks in a new loop", async () => {
  const { code, stdout, stderr } = await runChild(`${UNIX}
    Main.atExit(() => sleep(0.01).bind(Lwt.pause).map(() => console.log("hook")));
    Main.run(sleep(0.01).bind(() => sleep(0.01)).map(() => Deno.exit(5)));
    console.log("not reached");`);
  assertEquals([code, stdout, stderr], [5, "hook\n", ""]);
});

Deno.test("131: the same inside callbacks of a hosted turn, of a wakeup, of a pause", async () => {
  const { code, stdout, stderr } = await runChild(`${UNIX}
    Main.atExit(() => sleep(0.01).bind(Lwt.pause).map(() => console.log("hook")));
    const [p, resolver] = Lwt.wait();
    const [q, resolver2] = Lwt.wait();
    p.map(() => resolver2.wakeup());
    q.map(() => Deno.exit(5));
    await sleep(0.01).bind(Lwt.pause).map(() => resolver.wakeup());
    console.log("not reached");`);
  assertEquals([code, stdout, stderr], [5, "hook\n", ""]);
});

Deno.test("131: wakeups in progress are abandoned, so that hooks can wake later", async () => {
  const { code, stdout, stderr } = await runChild(`${UNIX}
    Main.atExit(() => {
      const [p, resolver] = Lwt.wait();
      const hook = p.map(() => console.log("hook"));
      resolver.wakeupLater();
      return hook;
    });
    const [p, resolver] = Lwt.wait();
    p.map(() => Deno.exit(5));
    Main.run(sleep(0.01).map(() => resolver.wakeup()));`);
  assertEquals([code, stdout, stderr], [5, "hook\n", ""]);
});

Deno.test("131: without exit hooks nothing runs at exit", async () => {
  const { code, stdout } = await runChild(`${UNIX}
    const hook = Main.ExitHooks.addLast(() => Lwt.returnUnit);
    Main.ExitHooks.remove(hook);
    Main.EnterIterHooks.addLast(() => console.log("a turn"));
    sleep(1000);
    Deno.exit(0);`);
  assertEquals([code, stdout], [0, ""]);
});

Deno.test("exit hooks run when an error that nobody handles ends the program", async () => {
  const endings = [
    `await sleep(0.01); throw new Error("nobody");`,
    `setTimeout(() => { throw new Error("nobody"); }, 1); await sleep(1);`,
    `Promise.reject(new Error("nobody")); await sleep(1);`,
    `Lwt.async(() => sleep(0.01).bind(() => Lwt.fail(new Error("nobody")))); await sleep(1);`,
  ];
  for (const ending of endings) {
    const { code, stdout, stderr } = await runChild(`${UNIX}
      Main.atExit(() => sleep(0.01).map(() => console.log("hook")));
      ${ending}`);
    assertEquals(stdout, "hook\n", ending);
    assert(code !== 0, ending);
    assert(stderr.includes("nobody"), stderr);
  }
});

Deno.test("exit hooks do not run for an error that some listener handles", async () => {
  const { code, stdout } = await runChild(`${UNIX}
    addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      console.log("handled");
    });
    Main.atExit(() => Lwt.wrap(() => console.log("hook")));
    Promise.reject(new Error("somebody"));
    await sleep(0.01);
    console.log("end");`);
  assertEquals([code, stdout], [0, "handled\nend\nhook\n"]);
});

Deno.test("exit hooks are not lost if the listener that handles an error comes late", async () => {
  const { code, stdout } = await runChild(`${UNIX}
    Main.atExit(() => Lwt.wrap(() => console.log("hook")));
    addEventListener("unhandledrejection", (event) => event.preventDefault());
    Promise.reject(new Error("somebody"));
    await sleep(0.01);
    console.log("end");`);
  assertEquals([code, stdout], [0, "hook\nend\nhook\n"]);
});

Deno.test("133: yield and abandonYieldedAndPaused are pause and abandonPaused", () => {
  Engine.get();
  Main.run(Main.yield());
  const p = Main.yield();
  assertEquals(Lwt.pausedCount(), 1);
  Main.abandonYieldedAndPaused();
  Main.run(Lwt.pause());
  assert(p.isSleeping());
});

Deno.test("a promise that only Deno can settle is a deadlock, which says what is pending", async () => {
  const answer = Lwt.ofPromise(new Promise<number>((resolve) => setTimeout(resolve, 1, 42)));
  const error = assertThrows(
    () => Main.run(answer.map((n) => n + 1)),
    Main.Deadlock,
    "Cannot run the promise to its end",
  );
  assert(error.message.includes("a map of"), error.message);
  assert(error.message.includes("use await instead of Main.run"), error.message);
  assertEquals(await answer, 42);
});

Deno.test("a promise with a name is a deadlock that says the name", () => {
  const [p] = Lwt.wait("the answer");
  assertThrows(() => Main.run(Lwt.join([p, sleep(0)])), Main.Deadlock, "the answer");
  // A promise the deadlock was found for can still be settled, and run.
  assertEquals(Main.run(sleep(0).map(() => "again")), "again");
});

Deno.test("what is registered is no deadlock, even if it cannot settle the promise", () => {
  using fds = new Descriptors();
  const [p, resolver] = Lwt.wait<string>();
  const event = Engine.onReadable(fds.ready(0.01), () => {
    event.stop();
    resolver.wakeup("ready");
  });
  assertEquals(Main.run(p), "ready");
});

Deno.test("run returns the value of a promise settled in many turns", () => {
  const count = (n: number): Lwt<number> =>
    n === 1000 ? Lwt.return(n) : Lwt.pause().bind(() => count(n + 1));
  assertEquals(Main.run(count(0)), 1000);
});

Deno.test("without permission, the first use says what to do, and importing does nothing", async () => {
  const { code, stdout, stderr } = await runChild(
    `${UNIX}
    import { Engine } from "$unix/mod.ts";
    console.log("imported", Main.run(Lwt.return(1)));
    try {
      sleep(1);
    } catch (error) {
      console.log(error.name, error.message, error.cause.name);
    }
    await Lwt.pause();
    console.log("pure code goes on");`,
    { flags: [] },
  );
  assertEquals(stdout.split("\n"), [
    "imported 1",
    "NotCapable Cannot call the C library: run again with --allow-ffi NotCapable",
    "pure code goes on",
    "",
  ]);
  assertEquals([code, stderr], [0, ""]);
});

function recordHooks(list: string[] = []): { list: string[] } & Disposable {
  const enter = Main.EnterIterHooks.addLast(() => list.push("enter"));
  const leave = Main.LeaveIterHooks.addLast(() => list.push("leave"));
  return {
    list,
    [Symbol.dispose](): void {
      Main.EnterIterHooks.remove(enter);
      Main.LeaveIterHooks.remove(leave);
    },
  };
}

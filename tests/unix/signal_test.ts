/** Signals, by the numbers of the facts, under both drivers. */
import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgument, Lwt, Main, Unix } from "@lwt/lwt";
import { injectFaults } from "../../unix/libc/open.ts";
import { runChild } from "./_child.ts";

const SIGUSR1 = 10;
const SIGUSR2 = 12;
const EMFILE = 24;

/** Runs the same body by `Main.run` and by `await`. */
function bothDrivers(name: string, body: () => Lwt<void>): void {
  Deno.test(`${name} (run)`, () => Main.run(body()));
  Deno.test(`${name} (await)`, async () => await body());
}

/** A promise of the next arrival of a signal. */
function arrival(signum: number): Lwt<number> {
  const [p, resolver] = Lwt.task<number>(`signal ${signum}`);
  const handler = Unix.onSignal(signum, (n) => resolver.wakeupLater(n));
  p.onTermination(() => Unix.disableSignalHandler(handler));
  return p;
}

function send(signal: Deno.Signal): void {
  Deno.kill(Deno.pid, signal);
}

function soon<T>(p: Lwt<T>): Lwt<T> {
  return Unix.withTimeout(5, () => p);
}

bothDrivers("82: a signal reaches its handlers, in the order of registration", () => {
  const seen: string[] = [];
  const a = Unix.onSignal(SIGUSR1, () => seen.push("a"));
  const b = Unix.onSignal(SIGUSR1, () => seen.push("b"));
  const last = arrival(SIGUSR1);
  // Once the loop turns: before that, `Main.run` has not taken the signal over.
  return Unix.sleep(0).bind(() => {
    send("SIGUSR1");
    return soon(last);
  }).map(() => {
    [a, b].forEach(Unix.disableSignalHandler);
    assertEquals(seen, ["a", "b"]);
  });
});

bothDrivers(
  "82: a handler made while the loop turns is served too",
  () =>
    Unix.sleep(0).bind(() => {
      const p = arrival(SIGUSR2);
      send("SIGUSR2");
      return soon(p).map((signum) => assertEquals(signum, SIGUSR2));
    }),
);

bothDrivers("two signals are told apart", () =>
  Unix.sleep(0).bind(() => {
    const first = arrival(SIGUSR1), second = arrival(SIGUSR2);
    send("SIGUSR2");
    return soon(second).bind(() => {
      assertEquals(first.isSleeping(), true);
      send("SIGUSR1");
      return soon(first).map(() => {});
    });
  }));

Deno.test("a handler that outlives Main.run is served by both drivers in turn", async () => {
  let count = 0;
  const handler = Unix.onSignal(SIGUSR1, () => count++);
  const served = (n: number): Lwt<void> =>
    count >= n ? Lwt.returnUnit : Unix.sleep(0.01).bind(() => served(n));
  Main.run(
    Unix.sleep(0).bind(() => {
      send("SIGUSR1");
      return soon(served(1));
    }),
  );
  send("SIGUSR1");
  await soon(served(2));
  Unix.disableSignalHandler(handler);
  assertEquals(count, 2);
});

Deno.test("83: removing the last handler restores the default action", async () => {
  const program = `
    import { Unix } from "${new URL("../../mod.ts", import.meta.url)}";
    const id = Unix.onSignal(15, () => {});
    Unix.disableSignalHandler(id);
    Unix.disableSignalHandler(id);
    Deno.kill(Deno.pid, "SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 5000));
  `;
  const url = `data:application/typescript,${encodeURIComponent(program)}`;
  const { signal } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", url] }).output();
  assertEquals(signal, "SIGTERM");
});

Deno.test("84: decided: each handler of onSignalFull gets its own token", () => {
  const tokens: unknown[] = [];
  const a = Unix.onSignalFull(SIGUSR1, (id) => tokens.push(id));
  const b = Unix.onSignalFull(SIGUSR1, (id) => tokens.push(id));
  Unix.handleSignal(SIGUSR1);
  [a, b].forEach(Unix.disableSignalHandler);
  assertEquals(tokens[0] === a && tokens[1] === b, true);
});

Deno.test("a handler that disables another one keeps it from running", () => {
  const seen: string[] = [];
  const a = Unix.onSignal(SIGUSR1, () => Unix.disableSignalHandler(b));
  const b = Unix.onSignal(SIGUSR1, () => seen.push("b"));
  Unix.handleSignal(SIGUSR1);
  Unix.disableSignalHandler(a);
  assertEquals(seen, []);
});

Deno.test("85: a signal that cannot be handled throws, and leaves nothing registered", () => {
  for (const signum of [9, 19, 0, -1, 999]) {
    assertThrows(
      () => Unix.onSignal(signum, () => {}),
      InvalidArgument,
      "Lwt_unix.on_signal: unavailable signal",
    );
  }
  assertEquals(Unix.signalCount(), 0);
});

Deno.test("86: handleSignal does nothing for a signal without handlers", () => {
  Unix.handleSignal(SIGUSR1);
  Unix.reinstallSignalHandler(SIGUSR1);
  assertEquals(Unix.signalCount(), 0);
});

Deno.test("88: signalCount counts handlers, not signals", () => {
  const ids = [SIGUSR1, SIGUSR1, SIGUSR2].map((signum) => Unix.onSignal(signum, () => {}));
  assertEquals(Unix.signalCount(), 3);
  ids.forEach(Unix.disableSignalHandler);
  assertEquals(Unix.signalCount(), 0);
});

Deno.test("an error of a handler goes to the hook, and the others still run", () => {
  const before = Lwt.asyncExceptionHook;
  const errors: unknown[] = [];
  Lwt.asyncExceptionHook = (error) => errors.push(error);
  const seen: string[] = [];
  const a = Unix.onSignal(SIGUSR1, () => Lwt.reraise("bad"));
  const b = Unix.onSignal(SIGUSR1, () => seen.push("b"));
  Unix.handleSignal(SIGUSR1);
  [a, b].forEach(Unix.disableSignalHandler);
  Lwt.asyncExceptionHook = before;
  assertEquals([errors, seen], [["bad"], ["b"]]);
});

// In a process of its own: test files share one, and so its descriptors.
Deno.test("Main.run gives back what the relay of signals took", async () => {
  const program = `
    import { Main, Unix } from "$unix/mod.ts";
    const descriptors = () => [...Deno.readDirSync("/proc/self/fd")].length;
    const runWithHandler = () => {
      const handler = Unix.onSignal(${SIGUSR1}, () => {});
      Main.run(Unix.sleep(0));
      Unix.disableSignalHandler(handler);
    };
    runWithHandler();
    await Unix.sleep(0.2);
    const before = descriptors(), entries = Unix.ledger().length;
    for (let i = 0; i < 5; i++) runWithHandler();
    // A worker ends a moment after it was told to.
    for (let i = 0; i < 500 && descriptors() > before; i++) await Unix.sleep(0.01);
    console.log(descriptors() <= before, Unix.ledger().length === entries);
  `;
  const { stdout, stderr } = await runChild(program, { flags: ["--allow-all"] });
  assertEquals([stdout, stderr], ["true true\n", ""]);
});

Deno.test("where signals cannot be relayed Main.run throws, and works again afterwards", () => {
  Main.run(Unix.sleep(0));
  const handler = Unix.onSignal(SIGUSR1, () => {});
  const entries = Unix.ledger();
  {
    using _none = injectFaults((call) => call === "eventfd" ? -EMFILE : undefined);
    assertThrows(
      () => Main.run(Unix.sleep(0)),
      Unix.UnixError,
      "Cannot relay signals: EMFILE",
    );
  }
  assertEquals(Unix.ledger(), entries);
  Main.run(Unix.sleep(0));
  Unix.disableSignalHandler(handler);
});

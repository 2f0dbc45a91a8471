// Switch: hooks that are called when something is over.
import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Lwt, type Resolver } from "../../core/mod.ts";
import { Switch } from "../../core/switch.ts";
import { assertFails, assertReturns, assertSleeps, errorOf } from "./_state.ts";

const boom = new Error("boom"), bang = new Error("bang");

/** A switch with a hook for each name, which says so in the log; and the resolvers of the hooks. */
function logging(names: readonly string[]) {
  const sw = new Switch(), log: string[] = [];
  const resolvers: Record<string, Resolver<void>> = {};
  for (const name of names) {
    Switch.addHook(sw, () => {
      const [p, resolver] = Lwt.wait<void>();
      log.push(`${name}, ${sw.isOn() ? "on" : "off"}`);
      resolvers[name] = resolver;
      return p;
    });
  }
  return { sw, log, resolvers };
}

const throwing = (error: Error) => () => {
  throw error;
};

Deno.test("229: turnOff marks the switch off, then starts all hooks, newest first", () => {
  const { sw, log } = logging(["1", "2", "3"]);
  assertEquals(sw.isOn(), true);
  sw.turnOff();
  assertEquals(sw.isOn(), false);
  assertEquals(log, ["3, off", "2, off", "1, off"]);
});

Deno.test("229: turnOff waits for all hooks, even if some fail", () => {
  const { sw, resolvers } = logging(["1", "2", "3"]);
  const p = sw.turnOff();
  resolvers["1"]?.wakeup();
  resolvers["2"]?.wakeupExn(boom);
  assertSleeps(p);
  resolvers["3"]?.wakeup();
  assertFails(p, boom);
});

Deno.test("229: turnOff starts all hooks, even if some throw", () => {
  const { sw, log } = logging(["1"]);
  Switch.addHook(sw, throwing(boom));
  const p = sw.turnOff();
  assertEquals(log, ["1, off"]);
  assertSleeps(p);
});

Deno.test("230: of hooks that fail at once the error is that of the newest", () => {
  const sw = new Switch();
  Switch.addHook(sw, throwing(boom));
  Switch.addHook(sw, throwing(bang));
  assertFails(sw.turnOff(), bang);
});

Deno.test("230: otherwise the error is the first in time", () => {
  const { sw, resolvers } = logging(["1", "2"]);
  const p = sw.turnOff();
  resolvers["1"]?.wakeupExn(boom);
  resolvers["2"]?.wakeupExn(bang);
  assertFails(p, boom);
});

Deno.test("231: a second turnOff is fulfilled at once and calls nothing", () => {
  const { sw, log, resolvers } = logging(["1"]);
  const first = sw.turnOff();
  assertReturns(sw.turnOff(), undefined);
  assertSleeps(first);
  assertEquals(log, ["1, off"]);
  resolvers["1"]?.wakeup();
  assertReturns(first, undefined);
  assertReturns(sw.turnOff(), undefined);
});

Deno.test("232: addHook and check throw Off on a switch that is off", () => {
  const sw = new Switch();
  let called = false;
  Switch.check(sw);
  sw.turnOff();
  assertThrows(() => Switch.check(sw), Switch.Off);
  assertThrows(() =>
    Switch.addHook(sw, () => {
      called = true;
      return Lwt.returnUnit;
    }), Switch.Off);
  assertEquals(called, false);
});

Deno.test("232: addHook and check ignore undefined", () => {
  Switch.check(undefined);
  Switch.addHook(undefined, throwing(boom));
  assertReturns(Switch.addHookOrExec(undefined, throwing(boom)), undefined);
});

Deno.test("233: addHookOrExec adds the hook to a switch that is on", () => {
  const sw = new Switch();
  let called = 0;
  assertReturns(Switch.addHookOrExec(sw, () => Lwt.return(void called++)), undefined);
  assertEquals(called, 0);
  sw.turnOff();
  assertEquals(called, 1);
});

Deno.test("233: addHookOrExec on a switch that is off calls the hook, and returns its promise", () => {
  const sw = new Switch();
  const [p, resolver] = Lwt.wait<void>();
  sw.turnOff();
  const hook = Switch.addHookOrExec(sw, () => p);
  assertSleeps(hook);
  resolver.wakeup();
  assertReturns(hook, undefined);
});

Deno.test("233: decided: what a hook throws in addHookOrExec is a rejection", () => {
  const sw = new Switch();
  sw.turnOff();
  assertFails(Switch.addHookOrExec(sw, throwing(boom)), boom);
});

Deno.test("234: withSwitch turns off on a value, a rejection and a throw", () => {
  const seen: (Switch | undefined)[] = [];
  assertReturns(Switch.withSwitch((sw) => Lwt.return(seen.push(sw))), 1);
  assertFails(Switch.withSwitch((sw) => Lwt.fail(seen.push(sw) && boom)), boom);
  assertFails(
    Switch.withSwitch((sw) => {
      seen.push(sw);
      throw boom;
    }),
    boom,
  );
  assertEquals(seen.map((sw) => sw?.isOn()), [false, false, false]);
});

Deno.test("234: withSwitch waits for the hooks", () => {
  const [p, resolver] = Lwt.wait<void>();
  const result = Switch.withSwitch((sw) => {
    Switch.addHook(sw, () => p);
    return Lwt.return("value");
  });
  assertSleeps(result);
  resolver.wakeup();
  assertReturns(result, "value");
});

Deno.test("234: in withSwitch a failing hook wins", () => {
  const withHook = (end: Lwt<void>) =>
    Switch.withSwitch((sw) => {
      Switch.addHook(sw, throwing(bang));
      return end;
    });
  assertFails(withHook(Lwt.returnUnit), bang);
  assertFails(withHook(Lwt.fail(boom)), bang);
});

Deno.test("await using turns a switch off at the end of the block, and waits", async () => {
  const log: string[] = [];
  {
    await using sw = new Switch();
    Switch.addHook(sw, () => Lwt.pause().map(() => void log.push("closed")));
    log.push("open");
  }
  assertEquals(log, ["open", "closed"]);
});

Deno.test("Off is an error of its own", () => {
  const p = Lwt.wrap(() => {
    const sw = new Switch();
    sw.turnOff();
    Switch.check(sw);
  });
  const error = errorOf(p);
  assertInstanceOf(error, Switch.Off);
  assertEquals(String(error), "Off: The switch is off");
});

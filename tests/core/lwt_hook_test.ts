// Errors nobody waits for, and errors that no promise may catch.
import { assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { assertFails, assertReturns } from "./_state.ts";
import { hooked, overflow, thrownBy, withFilter, withHook } from "./_hook.ts";
import { runBeside } from "./_child.ts";

const boom = new Error("boom");
const bang = new Error("bang");
const raise = (): never => {
  throw boom;
};
const raiseBang = (): never => {
  throw bang;
};

/** Each way to hang a throwing callback on a promise that is to be rejected, canceled or fulfilled. */
const observers: Record<string, (p: Lwt<void>) => void> = {
  onSuccess: (p) => p.onSuccess(raise),
  onFailure: (p) => p.onFailure(raise),
  onTermination: (p) => p.onTermination(raise),
  onAny: (p) => p.onAny(raise, raise),
  onCancel: (p) => p.onCancel(raise),
};

for (const [name, attach] of Object.entries(observers)) {
  Deno.test(`74: a throw in an ${name} callback goes to the hook, and the others still run`, () => {
    const log: number[] = [];
    const [p, r] = Lwt.task<void>();
    p.onTermination(() => log.push(1));
    p.onCancel(() => log.push(1));
    attach(p);
    p.onCancel(() => log.push(2));
    p.onTermination(() => log.push(2));
    const told = hooked(() => {
      if (name === "onSuccess") r.wakeup();
      else p.cancel();
    });
    assertEquals(told, [boom]);
    assertEquals(log, name === "onSuccess" ? [2, 1] : [2, 1, 2, 1]);
  });

  Deno.test(`74: a throw in an ${name} callback of a settled promise goes to the hook`, () => {
    const p = name === "onSuccess" ? Lwt.returnUnit : Lwt.fail<void>(new Lwt.Canceled());
    assertEquals(hooked(() => attach(p)), [boom]);
  });
}

Deno.test("75: the hook is read when the error happens", () => {
  const [p, r] = Lwt.wait<void>(), [q, s] = Lwt.wait<void>(), [t, u] = Lwt.wait<void>();
  const early = hooked(() => {
    p.onSuccess(raise);
    Lwt.async(() => q);
    t.ignoreResult();
  });
  const late = hooked(() => {
    r.wakeup();
    s.wakeupExn(boom);
    u.wakeupExn(boom);
  });
  assertEquals(early, []);
  assertEquals(late, [boom, boom, boom]);
});

Deno.test("75: a hook assigned by an earlier callback is the one that is told", () => {
  const told: unknown[] = [];
  const [p, r] = Lwt.wait<void>();
  p.onSuccess(raise);
  p.onSuccess(() => Lwt.asyncExceptionHook = (error) => told.push(error));
  withHook(() => told.push("wrong"), () => r.wakeup());
  assertEquals(told, [boom]);
});

Deno.test("76: what such a callback returns is ignored, even a rejected promise", () => {
  const told = hooked(() => {
    const [p, r] = Lwt.wait<void>();
    p.onSuccess(() => Lwt.fail(boom));
    p.onTermination(() => Lwt.fail(boom));
    p.onAny(() => Lwt.fail(boom), () => Lwt.fail(boom));
    r.wakeup();
    Lwt.fail(boom).onFailure(() => Lwt.fail(boom));
    Lwt.fail(new Lwt.Canceled()).onCancel(() => Lwt.fail(boom));
  });
  assertEquals(told, []);
});

Deno.test("77: async calls f at once and returns nothing", () => {
  const log: string[] = [];
  const made: unknown = Lwt.async(() => {
    log.push("called");
    return Lwt.returnUnit;
  });
  log.push("after");
  assertEquals(log, ["called", "after"]);
  assertEquals(made, undefined);
});

Deno.test("77: async sends a throw, an immediate rejection and a later one to the hook", () => {
  const told = hooked(() => {
    Lwt.async(raise);
    Lwt.async(() => Lwt.fail(bang));
    const [p, r] = Lwt.wait<void>();
    Lwt.async(() => p);
    r.wakeupExn(boom);
  });
  assertEquals(told, [boom, bang, boom]);
});

Deno.test("77: async tells the hook nothing of a later value", () => {
  const told = hooked(() => {
    const [p, r] = Lwt.wait<void>();
    Lwt.async(() => p);
    r.wakeup();
  });
  assertEquals(told, []);
});

Deno.test("78: dontWait is the same with its handler in place of the hook", () => {
  const handled: unknown[] = [];
  const handler = (error: unknown) => void handled.push(error);
  const told = hooked(() => {
    Lwt.dontWait(raise, handler);
    Lwt.dontWait(() => Lwt.fail(bang), handler);
    const [p, r] = Lwt.wait<void>(), [q, s] = Lwt.wait<void>();
    Lwt.dontWait(() => p, handler);
    Lwt.dontWait(() => q, handler);
    assertEquals(handled, [boom, bang]);
    r.wakeupExn(boom);
    s.wakeup();
    Lwt.dontWait(() => Lwt.returnUnit, handler);
  });
  assertEquals(handled, [boom, bang, boom]);
  assertEquals(told, []);
});

Deno.test("79: a throw of dontWait's handler comes out of dontWait", () => {
  assertStrictEquals(thrownBy(() => Lwt.dontWait(raise, raiseBang)), bang);
  assertStrictEquals(thrownBy(() => Lwt.dontWait(() => Lwt.fail(boom), raiseBang)), bang);
});

Deno.test("79: later, it comes out of the wakeup or cancel that rejected the promise", () => {
  const [p, r] = Lwt.wait<void>(), [q] = Lwt.task<void>();
  Lwt.dontWait(() => p, raiseBang);
  Lwt.dontWait(() => q, raiseBang);
  assertStrictEquals(thrownBy(() => r.wakeupExn(boom)), bang);
  assertStrictEquals(thrownBy(() => q.cancel()), bang);
});

Deno.test("80: a throw of the hook comes out of async, or of the resolving call", () => {
  const [p, r] = Lwt.wait<void>(), [q] = Lwt.task<void>(), [s, t] = Lwt.wait<void>();
  withHook(raiseBang, () => {
    assertStrictEquals(thrownBy(() => Lwt.async(raise)), bang);
    assertStrictEquals(thrownBy(() => Lwt.returnUnit.onSuccess(raise)), bang);
    Lwt.async(() => p);
    q.ignoreResult();
    s.onSuccess(raise);
    assertStrictEquals(thrownBy(() => r.wakeupExn(boom)), bang);
    assertStrictEquals(thrownBy(() => q.cancel()), bang);
    assertStrictEquals(thrownBy(() => t.wakeup()), bang);
  });
});

Deno.test("81: the default hook writes to standard error and exits with status 2", async () => {
  const { code, stdout, stderr } = await runBeside("_fatal.ts", []);
  assertEquals(code, 2);
  assertEquals(stdout, "");
  assertMatch(stderr, /^Fatal error: exception .*boom/);
});

Deno.test("82: ignoreResult does nothing with a value and throws an error that is there", () => {
  Lwt.return(1).ignoreResult();
  assertStrictEquals(thrownBy(() => Lwt.fail(boom).ignoreResult()), boom);
});

Deno.test("82: ignoreResult sends a later rejection to the hook, and ignores a later value", () => {
  const told = hooked(() => {
    const [p, r] = Lwt.wait<number>(), [q, s] = Lwt.wait<number>();
    p.ignoreResult();
    q.ignoreResult();
    r.wakeup(1);
    s.wakeupExn(boom);
  });
  assertEquals(told, [boom]);
});

Deno.test("83: the filter in force at start is handleAllExceptRuntime", () => {
  const { run, handleAllExceptRuntime } = Lwt.ExceptionFilter;
  assertEquals(handleAllExceptRuntime instanceof Lwt.ExceptionFilter, true);
  assertEquals(run(boom), true);
  assertEquals(run(thrownBy(overflow)), false);
  assertEquals(run("not an error"), true);
  assertEquals(run(undefined), true);
});

Deno.test("83, H6: the filter knows a stack overflow by more than its class", () => {
  assertReturns(Lwt.catch(() => Lwt.return(new Array(-1).length), () => Lwt.return(-1)), -1);
  assertReturns(Lwt.catch(() => Lwt.return((1).toFixed(200)), () => Lwt.return("none")), "none");
});

/** Each way to run a throwing function over what is already settled. */
const settled: Record<string, (f: () => never) => unknown> = {
  bind: (f) => Lwt.returnUnit.bind(f),
  map: (f) => Lwt.returnUnit.map(f),
  "catch, f": (f) => Lwt.catch(f, () => Lwt.returnUnit),
  "catch, handler": (f) => Lwt.catch(() => Lwt.fail(boom), f),
  "tryBind, f": (f) => Lwt.tryBind(f, () => Lwt.returnUnit, () => Lwt.returnUnit),
  "tryBind, value": (f) => Lwt.tryBind(() => Lwt.returnUnit, f, () => Lwt.returnUnit),
  "tryBind, error": (f) => Lwt.tryBind(() => Lwt.fail(boom), () => Lwt.returnUnit, f),
  "finalize, f": (f) => Lwt.finalize(f, () => Lwt.returnUnit),
  "finalize, cleanup": (f) => Lwt.finalize(() => Lwt.returnUnit, f),
  apply: (f) => Lwt.apply(f, 1),
  wrap: (f) => Lwt.wrap(f),
  async: (f) => Lwt.async(f),
  dontWait: (f) => Lwt.dontWait(f, () => {}),
  onSuccess: (f) => Lwt.returnUnit.onSuccess(f),
  onFailure: (f) => Lwt.fail(boom).onFailure(f),
  onTermination: (f) => Lwt.returnUnit.onTermination(f),
  onAny: (f) => Lwt.returnUnit.onAny(f, f),
  onCancel: (f) => Lwt.fail(new Lwt.Canceled()).onCancel(f),
  spawn: (f) =>
    Lwt.spawn(function* () {
      f();
    }),
};

for (const [name, call] of Object.entries(settled)) {
  Deno.test(`84: a stack overflow passes through ${name} as a throw`, () => {
    assertThrows(() => call(overflow), RangeError, "call stack");
  });

  Deno.test(`86: with handleAll, ${name} catches a stack overflow too`, () => {
    let thrown: unknown;
    withFilter(Lwt.ExceptionFilter.handleAll, () => {
      hooked(() => thrown = thrownBy(() => call(overflow)));
    });
    assertEquals(thrown, undefined);
  });
}

Deno.test("84: a stack overflow in a callback of a pending promise comes out of the resolver", () => {
  const [p, r] = Lwt.wait<void>();
  p.map(overflow);
  assertThrows(() => r.wakeup(), RangeError, "call stack");
});

Deno.test("85: a promise rejected with such an error is handled as usual", () => {
  const error = thrownBy(overflow);
  assertReturns(Lwt.catch(() => Lwt.fail<number>(error), () => Lwt.return(1)), 1);
  const [p, r] = Lwt.wait<number>();
  const caught = Lwt.catch(() => p, () => Lwt.return(1));
  const passed = p.map((n) => n);
  r.wakeupExn(error);
  assertReturns(caught, 1);
  assertFails(passed, error);
});

Deno.test("86: with handleAll, a stack overflow in a pending promise's callback rejects", () => {
  withFilter(Lwt.ExceptionFilter.handleAll, () => {
    const [p, r] = Lwt.wait<void>();
    const q = Lwt.catch(() => p.map(overflow), (error) => Lwt.return(error instanceof RangeError));
    r.wakeup();
    assertReturns(q, true);
  });
});

Deno.test("87: the filter is global and read at each throw", () => {
  const [p, r] = Lwt.wait<void>();
  const q = p.map(overflow);
  withFilter(Lwt.ExceptionFilter.handleAll, () => r.wakeup());
  assertEquals(q.state().tag, "Fail");
  const [p2, r2] = Lwt.wait<void>();
  withFilter(Lwt.ExceptionFilter.handleAll, () => p2.map(overflow));
  assertThrows(() => r2.wakeup(), RangeError);
});

Deno.test("88: decided: after a filtered error escaped, promises go on as before", () => {
  const log: string[] = [];
  const [p, r] = Lwt.wait<void>();
  p.map(overflow);
  assertThrows(() => r.wakeup(), RangeError);
  const [q, s] = Lwt.wait<void>(), [t, u] = Lwt.wait<void>();
  q.onSuccess(() => {
    u.wakeupLater();
    log.push("in");
  });
  t.map(() => log.push("later"));
  s.wakeup();
  assertEquals(log, ["in", "later"]);
});

// bind, map, catch, tryBind and finalize.
import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { assertFails, assertReturns, assertSleeps, valueOf } from "./_state.ts";
import { hooked } from "./_hook.ts";

const boom = new Error("boom");
const bang = new Error("bang");
const raise = (): never => {
  throw boom;
};
const raiseBang = (): never => {
  throw bang;
};
const never = (): never => {
  throw new Error("must not be called");
};

Deno.test("49: bind on a fulfilled promise returns the very promise f returned", () => {
  const returned = Lwt.return(1);
  assertStrictEquals(Lwt.returnUnit.bind(() => returned), returned);
  const [pending] = Lwt.wait<number>();
  assertStrictEquals(Lwt.returnUnit.bind(() => pending), pending);
  const failed = Lwt.fail<number>(boom);
  assertStrictEquals(Lwt.returnUnit.bind(() => failed), failed);
});

Deno.test("49: bind hands f the value", () => {
  assertReturns(Lwt.return(1).bind((n) => Lwt.return(n + 1)), 2);
});

Deno.test("50, H8: decided: bind on a fulfilled promise rejects if f throws", () => {
  assertFails(Lwt.returnUnit.bind(raise), boom);
});

Deno.test("51: bind on a pending promise turns a throw of f into a rejection", () => {
  const [p, r] = Lwt.wait<void>();
  const q = p.bind(raise);
  assertSleeps(q);
  r.wakeup();
  assertFails(q, boom);
});

Deno.test("52: bind on a rejected promise never calls f and keeps the error", () => {
  assertFails(Lwt.fail(boom).bind(never), boom);
  const [p, r] = Lwt.wait<void>();
  const q = p.bind(never);
  r.wakeupExn(boom);
  assertFails(q, boom);
});

Deno.test("53: bind stays pending until both it and f's promise are settled", () => {
  const [p, r1] = Lwt.wait<number>(), [inner, r2] = Lwt.wait<number>();
  const seen: number[] = [];
  const q = p.bind((n) => {
    seen.push(n);
    return inner;
  });
  assertSleeps(q);
  r1.wakeup(1);
  assertSleeps(q);
  r2.wakeup(2);
  assertReturns(q, 2);
  assertEquals(seen, [1]);
});

Deno.test("53: bind on a pending promise whose f returns a settled promise settles with it", () => {
  for (
    const [inner, check] of [
      [Lwt.return(2), (q: Lwt<number>) => assertReturns(q, 2)],
      [Lwt.fail<number>(boom), (q: Lwt<number>) => assertFails(q, boom)],
    ] as const
  ) {
    const [p, r] = Lwt.wait<void>();
    const q = p.bind(() => inner);
    r.wakeup();
    check(q);
  }
});

Deno.test("54: f may return the bound promise itself", () => {
  const [p, r] = Lwt.wait<number>();
  const q: Lwt<number> = p.bind(() => p);
  r.wakeup(1);
  assertReturns(q, 1);
  const settled: Lwt<number> = Lwt.return(2);
  assertStrictEquals(settled.bind(() => settled), settled);
});

Deno.test("55: if f returns bind's own result, that stays pending for ever", () => {
  const [p, r] = Lwt.task<void>();
  const q: Lwt<number> = p.bind(() => q);
  r.wakeup();
  assertSleeps(q);
  const log: string[] = [];
  q.onTermination(() => log.push("settled"));
  const after = q.bind(Lwt.return);
  q.cancel();
  after.cancel();
  assertSleeps(q);
  assertSleeps(after);
  assertEquals(log, []);
});

Deno.test("55: the same when f returns its result through another bind", () => {
  const [p, r] = Lwt.wait<void>(), [s, t] = Lwt.wait<void>();
  const q: Lwt<number> = p.bind(() => outer);
  const outer: Lwt<number> = s.bind(() => q);
  t.wakeup();
  r.wakeup();
  assertSleeps(q);
  assertSleeps(outer);
  outer.cancel();
  assertSleeps(q);
});

/** Each way to make a promise from `p` with `f` called when `p` settles with a value. */
const proxies: Record<string, (p: Lwt<void>, f: () => void) => Lwt<string>> = {
  bind: (p, f) => p.bind(() => (f(), Lwt.return("done"))),
  map: (p, f) => p.map(() => (f(), "done")),
  catch: (p, f) =>
    Lwt.catch(
      () => p.bind(() => Lwt.fail<string>(boom)),
      () => (f(), Lwt.return("done")),
    ),
  tryBind: (p, f) => Lwt.tryBind(() => p, () => (f(), Lwt.return("done")), Lwt.fail<string>),
  "tryBind, error": (p, f) =>
    Lwt.tryBind(
      () => p.bind(() => Lwt.fail<string>(boom)),
      Lwt.return<string>,
      () => (f(), Lwt.return("done")),
    ),
  finalize: (p, f) => Lwt.finalize(() => p.map(() => "done"), () => (f(), Lwt.returnUnit)),
};

for (const [name, make] of Object.entries(proxies)) {
  Deno.test(`56: the result of ${name} may become a proxy while f runs`, () => {
    const [p, r1] = Lwt.wait<void>(), [q, r2] = Lwt.wait<void>();
    const log: string[] = [];
    const result: Lwt<string> = make(p, () => {
      r2.wakeup();
      log.push(result.state().tag, outer.state().tag);
    });
    const outer = q.bind(() => result);
    outer.onSuccess((value) => log.push(value));
    r1.wakeup();
    assertEquals(log, ["Sleep", "Sleep", "done"]);
    assertReturns(result, "done");
    assertReturns(outer, "done");
  });
}

Deno.test("56: the result may become a proxy while f runs, and f's promise still be pending", () => {
  const [p, r1] = Lwt.wait<void>(), [q, r2] = Lwt.wait<void>(), [inner, r3] = Lwt.task<string>();
  const result: Lwt<string> = p.bind(() => {
    r2.wakeup();
    return inner;
  });
  const outer = q.bind(() => result);
  r1.wakeup();
  assertSleeps(outer);
  r3.wakeup("done");
  for (const each of [result, outer, inner]) assertReturns(each, "done");
});

Deno.test("57: map on a fulfilled promise rejects if f throws", () => {
  assertFails(Lwt.returnUnit.map(raise), boom);
});

Deno.test("57: map on a pending promise rejects if f throws", () => {
  const [p, r] = Lwt.wait<void>();
  const q = p.map(raise);
  r.wakeup();
  assertFails(q, boom);
});

Deno.test("map applies f to the value and passes an error through", () => {
  assertReturns(Lwt.return(1).map((n) => n + 1), 2);
  assertFails(Lwt.fail(boom).map(never), boom);
  const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>();
  const p2 = p.map((n) => n + 1), q2 = q.map(never);
  assertSleeps(p2);
  r1.wakeup(1);
  r2.wakeupExn(boom);
  assertReturns(p2, 2);
  assertFails(q2, boom);
});

Deno.test("58: map does not flatten", () => {
  const inner = Lwt.return(1);
  assertStrictEquals(valueOf(Lwt.returnUnit.map(() => inner)), inner);
  const [p, r] = Lwt.wait<void>(), [pending] = Lwt.wait<number>();
  const q = p.map(() => pending);
  r.wakeup();
  assertStrictEquals(valueOf(q), pending);
});

Deno.test("59: catch treats a throw of f and a rejection alike", () => {
  const seen: unknown[] = [];
  const handle = (error: unknown) => {
    seen.push(error);
    return Lwt.return("handled");
  };
  assertReturns(Lwt.catch(raise, handle), "handled");
  assertReturns(Lwt.catch(() => Lwt.fail<string>(boom), handle), "handled");
  const [p, r] = Lwt.wait<string>();
  const q = Lwt.catch(() => p, handle);
  assertSleeps(q);
  r.wakeupExn(boom);
  assertReturns(q, "handled");
  assertEquals(seen.every((error) => error === boom), true);
  assertEquals(seen.length, 3);
});

Deno.test("59: catch does not call its handler for a value", () => {
  assertReturns(Lwt.catch(() => Lwt.return(1), never), 1);
  const [p, r] = Lwt.wait<number>();
  const q = Lwt.catch(() => p, never);
  r.wakeup(1);
  assertReturns(q, 1);
});

Deno.test("60: catch around a fulfilled promise returns that promise", () => {
  const p = Lwt.return(1);
  assertStrictEquals(Lwt.catch(() => p, never), p);
});

Deno.test("60: catch around a rejected promise returns the very promise of the handler", () => {
  const handled = Lwt.return(1);
  assertStrictEquals(Lwt.catch(() => Lwt.fail<number>(boom), () => handled), handled);
  assertNotStrictEquals(Lwt.catch<number>(raise, Lwt.fail), Lwt.catch<number>(raise, Lwt.fail));
});

Deno.test("61, H8: decided: catch rejects if the handler throws, whenever f failed", () => {
  assertFails(Lwt.catch(raise, raiseBang), bang);
  assertFails(Lwt.catch(() => Lwt.fail(boom), raiseBang), bang);
  const [p, r] = Lwt.wait<void>();
  const q = Lwt.catch(() => p, raiseBang);
  r.wakeupExn(boom);
  assertFails(q, bang);
});

Deno.test("62: the handler's pending promise keeps catch's result pending", () => {
  const [handling, r1] = Lwt.wait<string>();
  const now = Lwt.catch<string>(raise, () => handling);
  const [p, r2] = Lwt.wait<string>();
  const later = Lwt.catch(() => p, () => handling);
  r2.wakeupExn(boom);
  assertSleeps(now);
  assertSleeps(later);
  r1.wakeup("handled");
  assertReturns(now, "handled");
  assertReturns(later, "handled");
});

Deno.test("62: a handler that rejects replaces the error", () => {
  assertFails(Lwt.catch(() => Lwt.fail(boom), () => Lwt.fail(bang)), bang);
});

Deno.test("63: tryBind sends a throw or rejection of f to the error continuation", () => {
  const handle = (error: unknown) => Lwt.return(error === boom ? "handled" : "other");
  assertReturns(Lwt.tryBind(raise, never, handle), "handled");
  assertReturns(Lwt.tryBind(() => Lwt.fail(boom), never, handle), "handled");
  const [p, r] = Lwt.wait<void>();
  const q = Lwt.tryBind(() => p, never, handle);
  r.wakeupExn(boom);
  assertReturns(q, "handled");
});

Deno.test("63: tryBind sends a value to the value continuation", () => {
  const add = (n: number) => Lwt.return(n + 1);
  const promise = Lwt.return(5);
  assertReturns(Lwt.tryBind(() => Lwt.return(1), add, never), 2);
  assertStrictEquals(Lwt.tryBind(() => Lwt.return(1), () => promise, never), promise);
  const [p, r] = Lwt.wait<number>();
  const q = Lwt.tryBind(() => p, add, never);
  r.wakeup(1);
  assertReturns(q, 2);
});

Deno.test("64: tryBind does not send errors of the value continuation to the other", () => {
  assertFails(Lwt.tryBind(() => Lwt.returnUnit, () => Lwt.fail(boom), never), boom);
  const [p, r1] = Lwt.wait<void>();
  const q = Lwt.tryBind(() => p, () => Lwt.fail(boom), never);
  r1.wakeup();
  assertFails(q, boom);
  const [p2, r2] = Lwt.wait<void>();
  const q2 = Lwt.tryBind(() => p2, raise, never);
  r2.wakeup();
  assertFails(q2, boom);
});

Deno.test("65, H8: decided: tryBind rejects if the chosen continuation throws, whenever f settled", () => {
  assertFails(Lwt.tryBind(() => Lwt.returnUnit, raiseBang, never), bang);
  assertFails(Lwt.tryBind(() => Lwt.fail(boom), never, raiseBang), bang);
  assertFails(Lwt.tryBind(raise, never, raiseBang), bang);
  const [p, r] = Lwt.wait<void>();
  const q = Lwt.tryBind(() => p, never, raiseBang);
  r.wakeupExn(boom);
  assertFails(q, bang);
});

Deno.test("66: finalize calls the cleanup once, after f's promise is settled either way", () => {
  let calls = 0;
  const cleanup = () => {
    calls++;
    return Lwt.returnUnit;
  };
  assertReturns(Lwt.finalize(() => Lwt.return(1), cleanup), 1);
  assertEquals(calls, 1);
  assertFails(Lwt.finalize(() => Lwt.fail(boom), cleanup), boom);
  assertEquals(calls, 2);
  assertFails(Lwt.finalize(raise, cleanup), boom);
  assertEquals(calls, 3);
  const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>();
  const p2 = Lwt.finalize(() => p, cleanup), q2 = Lwt.finalize(() => q, cleanup);
  assertEquals(calls, 3);
  r1.wakeup(1);
  assertEquals(calls, 4);
  assertReturns(p2, 1);
  r2.wakeupExn(boom);
  assertEquals(calls, 5);
  assertFails(q2, boom);
});

Deno.test("67: finalize stays pending until the cleanup's promise is settled", () => {
  for (const f of [() => Lwt.return(1), () => Lwt.fail<number>(boom)]) {
    const [cleaning, r] = Lwt.wait<void>();
    const p = Lwt.finalize(f, () => cleaning);
    assertSleeps(p);
    r.wakeup();
    assertEquals(p.state(), f().state());
  }
  const [p, r1] = Lwt.wait<number>(), [cleaning, r2] = Lwt.wait<void>();
  const q = Lwt.finalize(() => p, () => cleaning);
  r1.wakeup(1);
  assertSleeps(q);
  r2.wakeup();
  assertReturns(q, 1);
});

Deno.test("68: a failing cleanup wins over f's value and over f's error", () => {
  assertFails(Lwt.finalize(() => Lwt.return(1), () => Lwt.fail(bang)), bang);
  assertFails(Lwt.finalize(() => Lwt.fail(boom), () => Lwt.fail(bang)), bang);
  for (const settle of ["wakeup", "wakeupExn"] as const) {
    const [p, r1] = Lwt.wait<unknown>(), [cleaning, r2] = Lwt.wait<void>();
    const q = Lwt.finalize(() => p, () => cleaning);
    r1[settle](boom);
    r2.wakeupExn(bang);
    assertFails(q, bang);
  }
});

Deno.test("69, H8: decided: finalize rejects if the cleanup throws, whenever f settled", () => {
  assertFails(Lwt.finalize(() => Lwt.return(1), raiseBang), bang);
  assertFails(Lwt.finalize(() => Lwt.fail(boom), raiseBang), bang);
  for (const settle of ["wakeup", "wakeupExn"] as const) {
    const [p, r] = Lwt.wait<unknown>();
    const q = Lwt.finalize(() => p, raiseBang);
    r[settle](boom);
    assertFails(q, bang);
  }
});

Deno.test("72: a recursion of ten million binds on settled promises does not grow the stack", () => {
  let turns = 0;
  const loop = (): Lwt<void> => ++turns === 10_000_000 ? Lwt.returnUnit : Lwt.returnUnit.bind(loop);
  assertReturns(loop(), undefined);
  assertEquals(turns, 10_000_000);
});

Deno.test("no callback above told the hook anything", () => {
  const told = hooked(() => {
    Lwt.returnUnit.bind(raise);
    Lwt.catch(raise, raiseBang);
    Lwt.finalize(raise, raiseBang);
  });
  assertEquals(told, []);
});

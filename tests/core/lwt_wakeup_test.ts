// wakeup, wakeupLater and the resolution loop; and resolvers used twice.
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { InvalidArgument, Key, Lwt, type Resolver } from "../../core/mod.ts";
import { assertCanceled, assertFails, assertReturns, assertSleeps } from "./_state.ts";
import { hooked, overflow, thrownBy, withHook } from "./_hook.ts";

const boom = new Error("boom");

/** A pending promise whose callbacks, when they run, append `name` to the log. */
function logged(log: unknown[], name: unknown): [Lwt<void>, Resolver<void>] {
  const pair = Lwt.wait<void>();
  pair[0].onTermination(() => log.push(name));
  return pair;
}

/** Runs `f` in a callback, so inside a resolution loop. */
function inLoop(f: () => void): void {
  const [p, r] = Lwt.wait<void>();
  p.onSuccess(f);
  r.wakeup();
}

/** Asserts that no level of the loop is still entered, and that deferring still works. */
function assertAtRest(): void {
  const log: string[] = [];
  logged(log, "at once")[1].wakeupLater();
  assertEquals(log, ["at once"]);
  const [, later] = logged(log, "later");
  inLoop(() => {
    later.wakeupLater();
    log.push("in loop");
  });
  assertEquals(log, ["at once", "in loop", "later"]);
}

Deno.test("26: wakeup has run all callbacks when it returns, however deep it was called", () => {
  const log: string[] = [];
  const pairs = Array.from({ length: 5 }, () => Lwt.wait<void>());
  pairs.forEach(([p], i) => {
    p.onSuccess(() => log.push(`${i} oldest`));
    p.onSuccess(() => {
      log.push(`${i} in`);
      pairs[i + 1]?.[1].wakeup();
      log.push(`${i} out`);
    });
  });
  pairs[0]![1].wakeup();
  log.push("returned");
  assertEquals(log, [
    ...["0 in", "1 in", "2 in", "3 in", "4 in"],
    ...["4 out", "4 oldest", "3 out", "3 oldest", "2 out", "2 oldest", "1 out", "1 oldest"],
    ...["0 out", "0 oldest", "returned"],
  ]);
});

Deno.test("26: wakeupExn and wakeupResult run callbacks before they return, too", () => {
  const log: unknown[] = [];
  inLoop(() => {
    logged(log, "exn")[1].wakeupExn(boom);
    logged(log, "ok")[1].wakeupResult({ ok: true, value: undefined });
    logged(log, "error")[1].wakeupResult({ ok: false, error: boom });
    log.push("out");
  });
  assertEquals(log, ["exn", "ok", "error", "out"]);
});

Deno.test("wakeupResult settles as the result says", () => {
  const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>();
  r1.wakeupResult({ ok: true, value: 1 });
  r2.wakeupResult({ ok: false, error: boom });
  assertReturns(p, 1);
  assertFails(q, boom);
  const [p2, r3] = Lwt.wait<number>(), [q2, r4] = Lwt.wait<number>();
  r3.wakeupLaterResult({ ok: true, value: 1 });
  r4.wakeupLaterResult({ ok: false, error: boom });
  assertReturns(p2, 1);
  assertFails(q2, boom);
});

Deno.test("27: wakeupLater outside any loop runs callbacks before it returns", () => {
  const log: unknown[] = [];
  logged(log, "value")[1].wakeupLater();
  logged(log, "error")[1].wakeupLaterExn(boom);
  logged(log, "result")[1].wakeupLaterResult({ ok: true, value: undefined });
  assertEquals(log, ["value", "error", "result"]);
});

Deno.test("28: wakeupLater in a callback changes the state at once and queues the callbacks", () => {
  const log: unknown[] = [];
  const [p, r] = Lwt.wait<number>(), [q, s] = Lwt.wait<number>();
  p.onSuccess(() => log.push("callback"));
  q.onFailure(() => log.push("callback of error"));
  inLoop(() => {
    r.wakeupLater(1);
    s.wakeupLaterExn(boom);
    log.push(p.state().tag, q.state().tag);
  });
  assertEquals(log, ["Return", "Fail", "callback", "callback of error"]);
});

Deno.test("28: what depends on a deferred promise is still pending until the queue is run", () => {
  const [p, r] = Lwt.wait<number>();
  const q = p.map((n) => n + 1);
  let seen: unknown;
  inLoop(() => {
    r.wakeupLater(1);
    seen = q.state();
  });
  assertEquals(seen, { tag: "Sleep" });
  assertReturns(q, 2);
});

Deno.test("29: a second wakeupLater before the queue is drained throws", () => {
  const [, r] = Lwt.wait<number>();
  let thrown: unknown;
  inLoop(() => {
    r.wakeupLater(1);
    thrown = thrownBy(() => r.wakeupLater(2));
  });
  assertEquals(thrown instanceof InvalidArgument, true);
});

Deno.test("30: a callback attached after a deferral runs at once, before the queued ones", () => {
  const log: string[] = [];
  const [p, r] = logged(log, "queued");
  inLoop(() => {
    r.wakeupLater();
    p.onSuccess(() => log.push("attached"));
    p.map(() => log.push("map"));
    log.push("out");
  });
  assertEquals(log, ["attached", "map", "out", "queued"]);
});

Deno.test("31: the queue is first in, first out; one entry is all callbacks of a promise", () => {
  const log: string[] = [];
  const [x, rx] = logged(log, "x1"), [y, ry] = logged(log, "y1");
  x.onSuccess(() => log.push("x2"));
  y.onSuccess(() => log.push("y2"));
  inLoop(() => {
    rx.wakeupLater();
    ry.wakeupLater();
  });
  assertEquals(log, ["x2", "x1", "y2", "y1"]);
});

Deno.test("31: a long queue keeps its order, though it grows while it is run", () => {
  const ran: number[] = [];
  const pairs = Array.from({ length: 20_000 }, () => Lwt.wait<void>());
  pairs.forEach(([p], i) => {
    p.onSuccess(() => {
      ran.push(i);
      if (i < 10_000) pairs[i + 10_000]![1].wakeupLater();
    });
  });
  inLoop(() => pairs.slice(0, 10_000).forEach(([, r]) => r.wakeupLater()));
  assertEquals(ran, pairs.map((_, i) => i));
});

Deno.test("32: the queue is drained after all callbacks of the promise that began the loop", () => {
  const log: string[] = [];
  const [p, r] = logged(log, "oldest");
  const [, later] = logged(log, "queued");
  p.map(() => log.push("map")).onSuccess(() => log.push("after map"));
  p.onSuccess(() => {
    later.wakeupLater();
    log.push("newest");
  });
  r.wakeup();
  assertEquals(log, ["newest", "map", "after map", "oldest", "queued"]);
});

Deno.test("32: an inner loop does not drain the queue", () => {
  const log: string[] = [];
  const [, later] = logged(log, "queued"), [, now] = logged(log, "inner");
  inLoop(() => {
    later.wakeupLater();
    now.wakeup();
    log.push("out");
  });
  assertEquals(log, ["inner", "out", "queued"]);
});

Deno.test("33: while the queue is drained, wakeupLater goes to its end and nothing nests", () => {
  const log: number[] = [];
  const [a, ra] = Lwt.wait<void>(), [, rb] = logged(log, 4), [, rc] = logged(log, 3);
  a.onSuccess(() => {
    log.push(1);
    rb.wakeupLater();
    log.push(2);
  });
  inLoop(() => {
    ra.wakeupLater();
    rc.wakeupLater();
  });
  assertEquals(log, [1, 2, 3, 4]);
});

Deno.test("34: wakeup overtakes earlier wakeupLater calls of the same callback", () => {
  const log: string[] = [];
  const [, rx] = logged(log, "x"), [, ry] = logged(log, "y");
  inLoop(() => {
    log.push("in");
    rx.wakeupLater();
    ry.wakeup();
    log.push("out");
  });
  assertEquals(log, ["in", "y", "out", "x"]);
});

Deno.test("35: nothing but wakeupLater is deferred, thirty times three levels deep", () => {
  let deepest = 0;
  let done = 0;
  const go = (depth: number): void => {
    deepest = Math.max(deepest, depth);
    if (depth === 30) return;
    const [p, r] = Lwt.wait<void>(), [t] = Lwt.task<void>();
    p.onSuccess(() => t.cancel());
    t.onCancel(() => Lwt.returnUnit.map(() => go(depth + 1)));
    r.wakeup();
    if (deepest === 30) done++;
  };
  go(0);
  assertEquals([deepest, done], [30, 30]);
});

Deno.test("36: cancel runs callbacks immediately, also inside a loop", () => {
  const log: string[] = [];
  const [t] = Lwt.task<void>();
  t.onCancel(() => log.push("onCancel"));
  t.onFailure(() => log.push("onFailure"));
  inLoop(() => {
    log.push("in");
    t.cancel();
    log.push("out");
  });
  assertEquals(log, ["in", "onCancel", "onFailure", "out"]);
});

Deno.test("37: each promise of one top-level cancel is a loop of its own", () => {
  const log: unknown[] = [];
  const [t1] = Lwt.task<void>(), [t2] = Lwt.task<void>();
  const [, later] = logged(log, "deferred");
  t1.onCancel(() => log.push(1));
  t2.onCancel(() => {
    later.wakeupLater();
    log.push(2);
  });
  Lwt.join([t1, t2]).cancel();
  assertEquals(log, [2, "deferred", 1]);
});

Deno.test("37: a cancel inside a loop drains nothing", () => {
  const log: unknown[] = [];
  const [t1] = Lwt.task<void>(), [t2] = Lwt.task<void>();
  const [, later] = logged(log, "deferred");
  t1.onCancel(() => log.push(1));
  t2.onCancel(() => {
    later.wakeupLater();
    log.push(2);
  });
  inLoop(() => {
    Lwt.join([t1, t2]).cancel();
    log.push("out");
  });
  assertEquals(log, [2, 1, "out", "deferred"]);
});

Deno.test("38: leaving a loop puts the implicit storage back", () => {
  const key = new Key<string>();
  const [p, r] = Lwt.wait<void>(), [q, s] = Lwt.wait<void>();
  const seen: unknown[] = [];
  key.withValue("theirs", () => {
    p.onSuccess(() => seen.push(key.get()));
    q.onSuccess(() => seen.push(key.get()));
  });
  key.withValue("mine", () => {
    r.wakeup();
    seen.push(key.get());
    s.wakeupLater();
    seen.push(key.get());
  });
  seen.push(key.get());
  assertEquals(seen, ["theirs", "mine", "theirs", "mine", undefined]);
});

Deno.test("39: abandonWakeups outside a loop does nothing", () => {
  const key = new Key<number>();
  key.withValue(1, () => {
    Lwt.abandonWakeups();
    assertEquals(key.get(), 1);
  });
  assertAtRest();
});

Deno.test("39: abandonWakeups in the outermost loop drains the queue and empties the storage", () => {
  const key = new Key<number>();
  const log: unknown[] = [];
  const [, later] = logged(log, "queued");
  key.withValue(1, () =>
    inLoop(() => {
      later.wakeupLater();
      log.push(key.get());
      Lwt.abandonWakeups();
      log.push(key.get());
    }));
  assertEquals(log, [1, "queued", undefined]);
});

Deno.test("39: abandonWakeups leaves one level at a time", () => {
  const log: unknown[] = [];
  const [, later] = logged(log, "queued");
  inLoop(() => {
    later.wakeupLater();
    inLoop(() => {
      Lwt.abandonWakeups();
      log.push("one left");
      Lwt.abandonWakeups();
      log.push("two left");
    });
  });
  assertEquals(log, ["one left", "queued", "two left"]);
});

Deno.test("39: decided: once the abandoned loops have returned, wakeupLater defers as before", () => {
  inLoop(() => Lwt.abandonWakeups());
  assertAtRest();
  inLoop(() =>
    inLoop(() => {
      Lwt.abandonWakeups();
      Lwt.abandonWakeups();
      Lwt.abandonWakeups();
    })
  );
  assertAtRest();
});

Deno.test("40: decided: a throw of the hook comes out of the resolving call, and the rest still runs", () => {
  const log: unknown[] = [];
  const [p, r] = logged(log, "oldest");
  const [, later] = logged(log, "queued");
  p.map(() => log.push("map")).onSuccess(() => log.push("after map"));
  p.onSuccess(() => {
    throw new Error("to the hook");
  });
  p.onSuccess(() => {
    later.wakeupLater();
    log.push("newest");
  });
  withHook(() => {
    throw boom;
  }, () => assertStrictEquals(thrownBy(() => r.wakeup()), boom));
  assertEquals(log.toSorted(), ["after map", "map", "newest", "oldest", "queued"]);
  assertEquals(log.filter((x) => x !== "queued"), ["newest", "map", "after map", "oldest"]);
  assertAtRest();
});

Deno.test("40: decided: the same for a throw deep below, with callbacks left on every level", () => {
  const log: unknown[] = [];
  const [p, r] = logged(log, "p old");
  const q = p.map(() => {});
  q.onSuccess(() => log.push("q old"));
  const s = q.map(() => {});
  s.onSuccess(() => log.push("s old"));
  s.onSuccess(() => {
    throw new Error("to the hook");
  });
  q.onSuccess(() => log.push("q new"));
  p.onSuccess(() => log.push("p new"));
  withHook(() => {
    throw boom;
  }, () => assertStrictEquals(thrownBy(() => r.wakeup()), boom));
  assertEquals(log, ["p new", "q new", "s old", "q old", "p old"]);
  assertAtRest();
});

Deno.test("40: decided: the same for a dontWait handler that throws", () => {
  const log: unknown[] = [];
  const [p, r] = logged(log, "oldest");
  Lwt.dontWait(() => p, () => {
    throw boom;
  });
  p.onFailure(() => log.push("newest"));
  assertStrictEquals(thrownBy(() => r.wakeupExn(new Error("handled"))), boom);
  assertEquals(log, ["newest", "oldest"]);
  assertAtRest();
});

Deno.test("40: decided: the same for an overflow of the stack that the filter lets escape", () => {
  for (
    const attach of [
      (p: Lwt<void>) => void p.map(overflow),
      (p: Lwt<void>) => void p.bind(overflow),
      (p: Lwt<void>) => void Lwt.catch(() => p.bind(() => Lwt.fail(boom)), overflow),
      (p: Lwt<void>) => void Lwt.tryBind(() => p, overflow, overflow),
      (p: Lwt<void>) => void Lwt.finalize(() => p, overflow),
      (p: Lwt<void>) => p.onSuccess(overflow),
      (p: Lwt<void>) => p.onTermination(overflow),
    ]
  ) {
    const log: unknown[] = [];
    const [p, r] = logged(log, "oldest");
    attach(p);
    p.onSuccess(() => log.push("newest"));
    assertThrows(() => r.wakeup(), RangeError, "call stack");
    assertEquals(log, ["newest", "oldest"], String(attach));
    assertAtRest();
  }
});

Deno.test("40: decided: an escaped error leaves the caller's storage as it was", () => {
  const key = new Key<number>();
  const [p, r] = Lwt.wait<void>();
  key.withValue(1, () => p.map(overflow));
  key.withValue(2, () => {
    assertThrows(() => r.wakeup(), RangeError);
    assertEquals(key.get(), 2);
  });
  assertEquals(key.get(), undefined);
});

Deno.test("40: decided: an error out of the queue does not keep the rest of it from running", () => {
  const log: unknown[] = [];
  const [x, rx] = Lwt.wait<void>(), [, ry] = logged(log, "y");
  x.map(overflow);
  assertThrows(() =>
    inLoop(() => {
      rx.wakeupLater();
      ry.wakeupLater();
    }), RangeError);
  assertEquals(log, ["y"]);
  assertAtRest();
});

Deno.test("40: decided: an error out of one canceled promise does not stop the others", () => {
  const log: unknown[] = [];
  const [t1] = Lwt.task<void>(), [t2] = Lwt.task<void>(), [t3] = Lwt.task<void>();
  t1.onCancel(() => log.push(1));
  t2.onCancel(overflow);
  t3.onCancel(() => log.push(3));
  assertThrows(() => Lwt.join([t1, t2, t3]).cancel(), RangeError);
  assertCanceled(t1);
  assertEquals(log, [3, 1]);
  assertAtRest();
});

Deno.test("40: decided: an error out of a loser's callbacks does not lose the result of pick", () => {
  for (const race of [Lwt.pick<void>, Lwt.npick<void>]) {
    const log: unknown[] = [];
    const [p, r] = Lwt.wait<void>(), [t1] = Lwt.task<void>(), [t2] = Lwt.task<void>();
    const first: Lwt<unknown> = race([p, t1, t2]);
    first.onSuccess(() => log.push("result"));
    p.onSuccess(() => log.push("winner"));
    t1.onCancel(overflow);
    assertThrows(() => r.wakeup(), RangeError);
    assertEquals(log, ["winner", "result"]);
    assertCanceled(t2);
    assertEquals(first.state().tag, "Return");
    assertAtRest();
  }
});

Deno.test("40: decided: an error out of an inner loop leaves the order of the outer one alone", () => {
  const log: unknown[] = [];
  const [p, r1] = logged(log, "oldest"), [q, r2] = logged(log, "inner");
  const [, later] = logged(log, "queued");
  q.map(overflow);
  const middle = p.map(() => {});
  middle.onSuccess(() => log.push("middle"));
  middle.onSuccess(() => {
    later.wakeupLater();
    assertThrows(() => r2.wakeup(), RangeError);
    log.push("caught");
  });
  r1.wakeup();
  assertEquals(log.filter((x) => x !== "inner"), ["caught", "middle", "oldest", "queued"]);
  assertEquals(log.length, 5);
  assertAtRest();
});

/** The six ways to resolve, each with the name it gives itself in an error. */
const ways: Record<string, (r: Resolver<number>) => void> = {
  "Lwt.wakeup": (r) => r.wakeup(2),
  "Lwt.wakeup_exn": (r) => r.wakeupExn(boom),
  "Lwt.wakeup_result": (r) => r.wakeupResult({ ok: true, value: 2 }),
  "Lwt.wakeup_later": (r) => r.wakeupLater(2),
  "Lwt.wakeup_later_exn": (r) => r.wakeupLaterExn(boom),
  "Lwt.wakeup_later_result": (r) => r.wakeupLaterResult({ ok: true, value: 2 }),
};

function assertUsed(call: () => void, name: string): void {
  const error = assertThrows(call, InvalidArgument);
  assertEquals(error.message, name);
}

for (const [name, resolve] of Object.entries(ways)) {
  const fact = name.includes("later") ? 42 : 41;

  Deno.test(`${fact}: ${name} on a settled promise throws InvalidArgument with its name`, () => {
    const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>();
    r1.wakeup(1);
    assertUsed(() => resolve(r1), name);
    assertReturns(p, 1);
    const error = new Error("first");
    r2.wakeupLaterExn(error);
    assertUsed(() => resolve(r2), name);
    assertFails(q, error);
  });

  Deno.test(`43: ${name} does nothing after a cancel`, () => {
    const [p, r] = Lwt.task<number>();
    p.cancel();
    resolve(r);
    resolve(r);
    assertCanceled(p);
  });

  Deno.test(`44: ${name} does nothing after a wakeupExn with Canceled`, () => {
    const [p, r] = Lwt.wait<number>();
    const error = new Lwt.Canceled();
    r.wakeupExn(error);
    resolve(r);
    assertFails(p, error);
  });
}

Deno.test("43: a canceled promise is resolved by none, though it was canceled through a bind", () => {
  const [p, r] = Lwt.task<number>();
  p.bind(Lwt.return).cancel();
  r.wakeup(1);
  assertCanceled(p);
});

Deno.test("45: wakeupExn with Canceled on a wait promise runs its cancel callbacks", () => {
  for (const name of ["wakeupExn", "wakeupLaterExn"] as const) {
    const log: string[] = [];
    const [p, r] = Lwt.wait<void>();
    p.onCancel(() => log.push("cancel"));
    p.onFailure(() => log.push("regular"));
    r[name](new Lwt.Canceled());
    assertEquals(log, ["cancel", "regular"]);
  }
});

Deno.test("46: a resolver follows its promise into the result of a bind", () => {
  const [p, r1] = Lwt.wait<void>(), [inner, r2] = Lwt.wait<number>();
  const outer = p.bind(() => inner);
  r1.wakeup();
  assertSleeps(outer);
  r2.wakeup(1);
  assertReturns(inner, 1);
  assertReturns(outer, 1);
});

Deno.test("46: the same through several binds, and with an error", () => {
  const [p, r1] = Lwt.wait<void>(), [q, r2] = Lwt.wait<void>(), [inner, r3] = Lwt.wait<number>();
  const middle = p.bind(() => inner);
  const outer = q.bind(() => middle);
  r2.wakeup();
  r1.wakeup();
  r3.wakeupExn(boom);
  for (const each of [inner, middle, outer]) assertFails(each, boom);
});

Deno.test("47: double use is detected through proxies", () => {
  const [p, r1] = Lwt.wait<void>(), [inner, r2] = Lwt.wait<number>();
  p.bind(() => inner);
  r1.wakeup();
  r2.wakeup(1);
  assertThrows(() => r2.wakeup(2), InvalidArgument);
  assertThrows(() => r2.wakeupLaterExn(boom), InvalidArgument);
});

Deno.test("47: canceling the result of a bind makes the inner resolver do nothing", () => {
  const [p, r1] = Lwt.wait<void>(), [inner, r2] = Lwt.task<number>();
  const outer = p.bind(() => inner);
  r1.wakeup();
  outer.cancel();
  r2.wakeup(1);
  assertCanceled(outer);
  assertCanceled(inner);
});

Deno.test("48: a second wakeup from inside a callback of the first throws", () => {
  const [p, r] = Lwt.wait<number>();
  const thrown: unknown[] = [];
  p.onSuccess(() => thrown.push(thrownBy(() => r.wakeup(2)), thrownBy(() => r.wakeupLater(2))));
  r.wakeup(1);
  assertEquals(thrown.map((error) => error instanceof InvalidArgument), [true, true]);
  assertReturns(p, 1);
});

Deno.test("48: unguarded, that throw goes to the hook", () => {
  const [p, r] = Lwt.wait<number>();
  p.onSuccess(() => r.wakeup(2));
  const told = hooked(() => r.wakeup(1));
  assertEquals(told.map((error) => error instanceof InvalidArgument), [true]);
});

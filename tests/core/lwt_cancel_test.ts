// Cancelation, and the three copies that bound it: protected, noCancel, wrapInCancelable.
import { assertEquals, assertLess, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { callbackCount } from "../../core/_callbacks.ts";
import { assertCanceled, assertFails, assertReturns, assertSleeps, errorOf } from "./_state.ts";
import { hooked, thrownBy } from "./_hook.ts";

const boom = new Error("boom");

Deno.test("119: cancel on a settled promise does nothing", () => {
  const value = Lwt.return(1), error = Lwt.fail(boom);
  value.cancel();
  error.cancel();
  assertReturns(value, 1);
  assertFails(error, boom);
});

Deno.test("120: cancel on a wait promise does nothing", () => {
  const [p, r] = Lwt.wait<number>();
  p.cancel();
  assertSleeps(p);
  r.wakeup(1);
  assertReturns(p, 1);
});

Deno.test("121: cancel on a task rejects it with Canceled before returning", () => {
  const [p] = Lwt.task<number>();
  p.cancel();
  assertCanceled(p);
  assertEquals((errorOf(p) as Error).name, "Canceled");
});

Deno.test("cancel without a cause rejects with one shared error", () => {
  const [p] = Lwt.task<number>(), [q] = Lwt.task<number>();
  p.cancel();
  q.cancel();
  assertStrictEquals(errorOf(p), errorOf(q));
  assertEquals((errorOf(p) as Error).cause, undefined);
});

Deno.test("cancel with a cause rejects with an error of its own that says it", () => {
  const [p] = Lwt.task<number>(), [q] = Lwt.task<number>();
  const both = Lwt.both(p, q);
  both.cancel(boom);
  for (const each of [p, q, both]) {
    assertCanceled(each);
    assertStrictEquals((errorOf(each) as Error).cause, boom);
  }
  const [other] = Lwt.task<number>();
  other.cancel();
  assertNotStrictEquals(errorOf(other), errorOf(p));
});

/** Each way to make a promise that waits for `p`, and whatever comes then for `inner`. */
const chained: Record<string, (p: Lwt<void>, inner: Lwt<void>) => Lwt<void>> = {
  bind: (p, inner) => p.bind(() => inner),
  catch: (p, inner) => Lwt.catch(() => p.bind(() => Lwt.fail<void>(boom)), () => inner),
  "tryBind, value": (p, inner) => Lwt.tryBind(() => p, () => inner, Lwt.fail<void>),
  "tryBind, error": (p, inner) =>
    Lwt.tryBind(() => p.bind(() => Lwt.fail<void>(boom)), Lwt.return<void>, () => inner),
  finalize: (p, inner) => Lwt.finalize(() => p, () => inner),
  "finalize, error": (p, inner) =>
    Lwt.finalize(() => p.bind(() => Lwt.fail<void>(boom)), () => inner),
};

for (const [name, make] of Object.entries(chained)) {
  Deno.test(`122: cancel on the result of ${name} goes to the promise its function returned`, () => {
    const [p, r] = Lwt.wait<void>(), [inner] = Lwt.task<void>();
    const result = make(p, inner);
    r.wakeup();
    assertSleeps(result);
    result.cancel();
    assertCanceled(inner);
    assertCanceled(result);
  });

  Deno.test(`123: if the source of ${name} is a wait promise, cancel changes nothing`, () => {
    const [p, r] = Lwt.wait<void>(), [inner] = Lwt.task<void>();
    const result = make(p, inner);
    result.cancel();
    for (const each of [p, inner, result]) assertSleeps(each);
    r.wakeup();
    assertSleeps(result);
  });

  Deno.test(`123: if the function of ${name} returned a wait promise, cancel changes nothing`, () => {
    const [p, r1] = Lwt.wait<void>(), [inner, r2] = Lwt.wait<void>();
    const result = make(p, inner);
    r1.wakeup();
    result.cancel();
    assertSleeps(inner);
    assertSleeps(result);
    r2.wakeup();
    assertEquals(result.isSleeping(), false);
  });
}

Deno.test("122: cancel on the result of bind, map, catch, tryBind, finalize goes to the source", () => {
  const makes: ((p: Lwt<void>) => Lwt<void>)[] = [
    (p) => p.bind(Lwt.return),
    (p) => p.map(() => {}),
    (p) => Lwt.catch(() => p, Lwt.fail<void>),
    (p) => Lwt.tryBind(() => p, Lwt.return, Lwt.fail<void>),
    (p) => Lwt.finalize(() => p, () => Lwt.returnUnit),
  ];
  for (const make of makes) {
    const [p] = Lwt.task<void>();
    const result = make(p);
    result.cancel();
    assertCanceled(p);
    assertCanceled(result);
  }
});

Deno.test("123: cancel on a map of a wait promise changes nothing", () => {
  const [p, r] = Lwt.wait<number>();
  const q = p.map((n) => n + 1);
  q.cancel();
  assertSleeps(p);
  assertSleeps(q);
  r.wakeup(1);
  assertReturns(q, 2);
});

Deno.test("124: the result is rejected only by the error coming forward: catch may make a value", () => {
  const [p] = Lwt.task<string>();
  const q = Lwt.catch(() => p, (error) => Lwt.return(`saw ${(error as Error).name}`));
  q.cancel();
  assertCanceled(p);
  assertReturns(q, "saw Canceled");
});

Deno.test("124: at the time of the handler the result is still pending", () => {
  const [p] = Lwt.task<void>();
  let seen: string | undefined;
  const q: Lwt<void> = Lwt.catch(() => p, () => {
    seen = q.state().tag;
    return Lwt.returnUnit;
  });
  q.cancel();
  assertEquals(seen, "Sleep");
});

Deno.test("125: on_cancel of catch's result runs only if the handler passes Canceled on", () => {
  const log: string[] = [];
  const [p] = Lwt.task<void>(), [q] = Lwt.task<void>();
  const value = Lwt.catch(() => p, () => Lwt.returnUnit);
  const passed = Lwt.catch(() => q, Lwt.fail<void>);
  value.onCancel(() => log.push("value"));
  passed.onCancel(() => log.push("passed"));
  value.cancel();
  passed.cancel();
  assertEquals(log, ["passed"]);
});

Deno.test("125: a handler that fails otherwise does not run on_cancel of catch's result", () => {
  const log: string[] = [];
  const [p] = Lwt.task<void>();
  const q = Lwt.catch(() => p, () => Lwt.fail<void>(boom));
  q.onCancel(() => log.push("canceled"));
  q.cancel();
  assertFails(q, boom);
  assertEquals(log, []);
});

Deno.test("126: finalize's cleanup runs on cancellation", () => {
  let cleaned = 0;
  const [p] = Lwt.task<void>();
  const q = Lwt.finalize(() => p, () => {
    cleaned++;
    return Lwt.returnUnit;
  });
  q.cancel();
  assertEquals(cleaned, 1);
  assertCanceled(q);
});

Deno.test("126: the cleanup's error replaces Canceled", () => {
  const [p] = Lwt.task<void>();
  const q = Lwt.finalize(() => p, () => Lwt.fail(boom));
  q.cancel();
  assertCanceled(p);
  assertFails(q, boom);
});

Deno.test("127: canceling while finalize's cleanup is pending cancels the cleanup", () => {
  for (const settle of ["wakeup", "wakeupExn"] as const) {
    const [p, r] = Lwt.task<unknown>(), [cleaning] = Lwt.task<void>();
    const q = Lwt.finalize(() => p, () => cleaning);
    r[settle](boom);
    q.cancel();
    assertCanceled(cleaning);
    assertCanceled(q);
  }
});

Deno.test("128: cancel before f ran does not touch the promise f would have returned", () => {
  let called = false;
  const [p] = Lwt.task<void>(), [inner] = Lwt.task<void>();
  const q = p.bind(() => {
    called = true;
    return inner;
  });
  q.cancel();
  assertCanceled(q);
  assertSleeps(inner);
  assertEquals(called, false);
});

Deno.test("129: cancel after f returned a task cancels that task, through any number of binds", () => {
  const [p, r] = Lwt.task<void>(), [inner] = Lwt.task<void>();
  let last: Lwt<void> = p.bind(() => inner);
  for (let i = 0; i < 10; i++) last = last.bind(Lwt.return);
  r.wakeup();
  last.cancel();
  assertCanceled(inner);
  assertCanceled(last);
});

Deno.test("129: the same when the task was returned from the depths", () => {
  const [p, r] = Lwt.wait<void>(), [inner] = Lwt.task<void>();
  let last = inner;
  for (let i = 0; i < 10; i++) {
    const former = last;
    last = p.bind(() => former);
  }
  r.wakeup();
  last.cancel();
  assertCanceled(inner);
  assertCanceled(last);
});

Deno.test("130: a second cancel of catch's result reaches the promise its handler returned", () => {
  const [p] = Lwt.task<void>(), [handling] = Lwt.task<void>();
  const q = Lwt.catch(() => p, () => handling);
  q.cancel();
  assertCanceled(p);
  assertSleeps(handling);
  assertSleeps(q);
  q.cancel();
  assertCanceled(handling);
  assertCanceled(q);
});

Deno.test("131: all reachable tasks are marked before any callback runs", () => {
  const seen: string[] = [];
  const tasks = [Lwt.task<void>()[0], Lwt.task<void>()[0], Lwt.task<void>()[0]];
  for (const t of tasks) t.onCancel(() => seen.push(tasks.map((each) => each.state().tag).join()));
  Lwt.join(tasks).cancel();
  assertEquals(seen, ["Fail,Fail,Fail", "Fail,Fail,Fail", "Fail,Fail,Fail"]);
});

Deno.test("132: callbacks run in the reverse order of marking", () => {
  const log: number[] = [];
  const tasks = [1, 2, 3].map((i) => {
    const [t] = Lwt.task<void>();
    t.onCancel(() => log.push(i));
    t.onFailure(() => log.push(i * 10));
    return t;
  });
  Lwt.join(tasks).cancel();
  assertEquals(log, [3, 30, 2, 20, 1, 10]);
});

Deno.test("132: marking is depth first in list order, through nested joins", () => {
  const log: number[] = [];
  const [t1, t2, t3, t4, t5] = [1, 2, 3, 4, 5].map((i) => {
    const [t] = Lwt.task<void>();
    t.onCancel(() => log.push(i));
    return t;
  }) as [Lwt<void>, Lwt<void>, Lwt<void>, Lwt<void>, Lwt<void>];
  Lwt.join([t1, Lwt.choose([t2, Lwt.join([t3])]).map(() => {}), Lwt.join([t4, t5])]).cancel();
  assertEquals(log, [5, 4, 3, 2, 1]);
});

Deno.test("133: a task reachable along two paths is canceled once", () => {
  const log: string[] = [];
  const [t] = Lwt.task<void>();
  t.onCancel(() => log.push("canceled"));
  const joined = Lwt.join([t.map(() => {}), t, t.bind(Lwt.return), Lwt.join([t, t])]);
  joined.cancel();
  assertCanceled(joined);
  assertEquals(log, ["canceled"]);
});

Deno.test("134: along a chain, the source's cancel callbacks, then its regular ones, and so on", () => {
  const log: string[] = [];
  const [source] = Lwt.task<void>();
  source.onFailure(() => log.push("source regular, old"));
  source.onCancel(() => log.push("source cancel"));
  const result = source.bind(Lwt.return);
  source.onFailure(() => log.push("source regular, new"));
  result.onFailure(() => log.push("result regular"));
  result.onCancel(() => log.push("result cancel"));
  result.cancel();
  assertEquals(log, [
    "source cancel",
    "source regular, new",
    "result cancel",
    "result regular",
    "source regular, old",
  ]);
});

Deno.test("135: canceling join cancels every task in it", () => {
  const [p] = Lwt.task<void>(), [q, r] = Lwt.wait<void>(), [s] = Lwt.task<void>();
  const joined = Lwt.join([p, q, s]);
  joined.cancel();
  assertCanceled(p);
  assertCanceled(s);
  assertSleeps(q);
  assertSleeps(joined);
  r.wakeup();
  assertCanceled(joined);
});

Deno.test("135: a join over tasks alone is canceled at once", () => {
  const [p] = Lwt.task<void>(), [q] = Lwt.task<void>();
  const joined = Lwt.join([p, q]);
  joined.cancel();
  assertCanceled(joined);
});

Deno.test("135: canceling all cancels every task in it", () => {
  const [p] = Lwt.task<number>(), [q, r] = Lwt.wait<number>();
  const list = Lwt.all([p, q]);
  list.cancel();
  assertCanceled(p);
  assertSleeps(list);
  r.wakeup(1);
  assertCanceled(list);
});

const races: Record<string, (ps: readonly Lwt<void>[]) => Lwt<unknown>> = {
  choose: Lwt.choose,
  pick: Lwt.pick,
  nchoose: Lwt.nchoose,
  npick: Lwt.npick,
  nchooseSplit: Lwt.nchooseSplit,
};

for (const [name, race] of Object.entries(races)) {
  Deno.test(`136: canceling ${name} cancels every task in it, and one is enough`, () => {
    const [p] = Lwt.task<void>(), [q] = Lwt.wait<void>(), [s] = Lwt.task<void>();
    const first = race([p, q, s]);
    first.cancel();
    assertCanceled(p);
    assertCanceled(s);
    assertSleeps(q);
    assertCanceled(first);
  });

  Deno.test(`137: if no member of ${name} can be canceled, the result stays pending`, () => {
    const [p, r] = Lwt.wait<void>(), [q] = Lwt.wait<void>();
    const first = race([p, q]);
    first.cancel();
    for (const each of [p, q, first]) assertSleeps(each);
    r.wakeup();
    assertEquals(first.isSleeping(), false);
  });
}

Deno.test("135: cancel reaches all members, though the array they were given in has changed", () => {
  for (const wait of [Lwt.join, Lwt.all<void>, ...Object.values(races)]) {
    const [p] = Lwt.task<void>(), [q] = Lwt.task<void>();
    const members = [p, q];
    const waiting: Lwt<unknown> = wait(members);
    members.length = 0;
    waiting.cancel();
    for (const each of [p, q, waiting]) assertCanceled(each);
  }
});

Deno.test("138: onCancel on an already canceled promise calls f at once", () => {
  const log: string[] = [];
  const [p] = Lwt.task<void>();
  p.cancel();
  p.onCancel(() => log.push("task"));
  Lwt.fail(new Lwt.Canceled()).onCancel(() => log.push("fail"));
  assertEquals(log, ["task", "fail"]);
});

Deno.test("138: onCancel on a promise settled otherwise never calls f", () => {
  const log: string[] = [];
  Lwt.return(1).onCancel(() => log.push("value"));
  Lwt.fail(boom).onCancel(() => log.push("error"));
  assertEquals(log, []);
});

Deno.test("139: onCancel fires by cancel, by resolver, and when bind passes Canceled on", () => {
  const log: string[] = [];
  const [p] = Lwt.task<void>(), [q, r] = Lwt.wait<void>(), [s, u] = Lwt.wait<void>();
  p.onCancel(() => log.push("cancel"));
  q.onCancel(() => log.push("resolver"));
  s.bind(() => Lwt.fail(new Lwt.Canceled())).onCancel(() => log.push("f of bind"));
  p.bind(Lwt.return).onCancel(() => log.push("passed on"));
  p.cancel();
  r.wakeupExn(new Lwt.Canceled());
  u.wakeup();
  assertEquals(log, ["cancel", "passed on", "resolver", "f of bind"]);
});

Deno.test("140: a throw in an onCancel callback goes to the hook, and the rest goes on", () => {
  const log: string[] = [];
  const [p] = Lwt.task<void>(), [q] = Lwt.task<void>();
  p.onCancel(() => log.push("p cancel"));
  q.onCancel(() => log.push("q cancel, old"));
  q.onFailure(() => log.push("q regular"));
  q.onCancel(() => {
    throw boom;
  });
  const told = hooked(() => Lwt.join([p, q]).cancel());
  assertEquals(told, [boom]);
  assertEquals(log, ["q cancel, old", "q regular", "p cancel"]);
});

Deno.test("141: cancel and onCancel from inside an onCancel callback of the same promise", () => {
  const log: string[] = [];
  const [p] = Lwt.task<void>();
  p.onCancel(() => log.push("oldest"));
  p.onCancel(() => {
    log.push("in");
    p.cancel();
    p.onCancel(() => log.push("nested"));
    log.push("out");
  });
  p.cancel();
  assertEquals(log, ["in", "nested", "out", "oldest"]);
});

Deno.test("142: whether an error is Canceled is decided by its kind", () => {
  class Mine extends Lwt.Canceled {}
  const log: string[] = [];
  const [p, r1] = Lwt.wait<void>(), [q, r2] = Lwt.wait<void>(), [s, r3] = Lwt.wait<void>();
  p.onCancel(() => log.push("Canceled"));
  q.onCancel(() => log.push("subclass"));
  s.onCancel(() => log.push("only the name"));
  r1.wakeupExn(new Lwt.Canceled());
  r2.wakeupExn(new Mine());
  r3.wakeupExn(Object.assign(new Error(), { name: "Canceled" }));
  assertEquals(log, ["Canceled", "subclass"]);
});

type Copy = "protected" | "noCancel" | "wrapInCancelable";
const copies: readonly Copy[] = ["protected", "noCancel", "wrapInCancelable"];

for (const copy of copies) {
  Deno.test(`144: ${copy} on a settled promise returns that promise itself`, () => {
    const value = Lwt.return(1), error = Lwt.fail(boom);
    assertStrictEquals(value[copy](), value);
    assertStrictEquals(error[copy](), error);
  });

  Deno.test(`146: ${copy}: the copy settles as the original does, Canceled included`, () => {
    const [p, r1] = Lwt.task<number>(), [q, r2] = Lwt.task<number>(), [s] = Lwt.task<number>();
    const [p2, q2, s2] = [p[copy](), q[copy](), s[copy]()];
    assertSleeps(p2);
    r1.wakeup(1);
    r2.wakeupExn(boom);
    s.cancel();
    assertReturns(p2, 1);
    assertFails(q2, boom);
    assertCanceled(s2);
  });

  Deno.test(`149: a copy by ${copy} that became a proxy still follows the original`, () => {
    const [original, r1] = Lwt.wait<number>(), [p, r2] = Lwt.wait<void>();
    const copied = original[copy]();
    const outer = p.bind(() => copied);
    r2.wakeup();
    assertSleeps(outer);
    r1.wakeup(1);
    assertReturns(copied, 1);
    assertReturns(outer, 1);
  });
}

for (const copy of ["protected", "wrapInCancelable"] as const) {
  Deno.test(`149: a copy by ${copy} that became a proxy can still be canceled`, () => {
    const [original, r1] = Lwt.wait<number>(), [p, r2] = Lwt.wait<void>();
    const copied = original[copy]();
    const outer = p.bind(() => copied);
    r2.wakeup();
    outer.cancel();
    assertCanceled(copied);
    assertCanceled(outer);
    assertSleeps(original);
    r1.wakeup(1);
    assertReturns(original, 1);
    assertCanceled(outer);
  });
}

Deno.test("145: protected: canceling the copy rejects the copy only", () => {
  const [p, r] = Lwt.task<number>();
  const copy = p.protected();
  copy.cancel();
  assertCanceled(copy);
  assertSleeps(p);
  r.wakeup(1);
  assertReturns(p, 1);
  assertCanceled(copy);
});

Deno.test("147: two protected copies are independent", () => {
  const [p, r] = Lwt.task<number>();
  const first = p.protected(), second = p.protected();
  assertNotStrictEquals(first, second);
  first.cancel();
  assertCanceled(first);
  assertSleeps(second);
  r.wakeup(1);
  assertReturns(second, 1);
});

Deno.test("148: canceled protected copies leave nothing behind in the original", () => {
  const [p] = Lwt.task<number>();
  for (let i = 0; i < 200; i++) p.protected().cancel();
  assertEquals(callbackCount(p), 0);
});

Deno.test("148: nor do they, but for a bounded number, when they are canceled in any order", () => {
  const log: string[] = [];
  const [p, r] = Lwt.task<number>();
  const copies: Lwt<number>[] = [];
  p.onSuccess(() => log.push("old"));
  for (let i = 0; i < 2000; i++) {
    if (i === 1000) p.onSuccess(() => log.push("new"));
    copies.push(p.protected());
    if (copies.length > 5) copies.shift()!.cancel();
    assertLess(callbackCount(p), 2 + 5 + 50);
  }
  r.wakeup(1);
  assertEquals(log, ["new", "old"]);
  for (const copy of copies) assertReturns(copy, 1);
});

Deno.test("150: noCancel: canceling the copy changes neither", () => {
  const [p, r] = Lwt.task<number>();
  const copy = p.noCancel();
  copy.cancel();
  assertSleeps(copy);
  assertSleeps(p);
  r.wakeup(1);
  assertReturns(copy, 1);
});

Deno.test("150: noCancel: canceling the original cancels both", () => {
  const [p] = Lwt.task<number>();
  const copy = p.noCancel();
  p.cancel();
  assertCanceled(p);
  assertCanceled(copy);
});

Deno.test("151: wrapInCancelable: canceling the copy rejects it and cancels the original", () => {
  const [p] = Lwt.task<number>();
  const copy = p.wrapInCancelable();
  copy.cancel();
  assertCanceled(copy);
  assertCanceled(p);
});

Deno.test("151: wrapInCancelable makes a wait promise cancelable, and leaves it pending", () => {
  const [p, r] = Lwt.wait<number>();
  const copy = p.wrapInCancelable();
  copy.cancel();
  assertCanceled(copy);
  assertSleeps(p);
  r.wakeup(1);
  assertReturns(p, 1);
});

Deno.test("152: the copy's other onCancel callbacks run before the original is canceled", () => {
  const log: string[] = [];
  const [p] = Lwt.task<number>();
  const copy = p.wrapInCancelable();
  p.onCancel(() => log.push("original"));
  copy.onCancel(() => log.push(`copy 1, original ${p.state().tag}`));
  copy.onCancel(() => log.push(`copy 2, original ${p.state().tag}`));
  copy.onFailure(() => log.push(`copy regular, original ${p.state().tag}`));
  copy.cancel();
  assertEquals(log, [
    "copy 2, original Sleep",
    "copy 1, original Sleep",
    "original",
    "copy regular, original Fail",
  ]);
});

Deno.test("153: after that, whatever the original settles as is ignored without complaint", () => {
  const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>();
  const p2 = p.wrapInCancelable(), q2 = q.wrapInCancelable();
  p2.cancel();
  q2.cancel();
  assertEquals(hooked(() => assertEquals(thrownBy(() => r1.wakeup(1)), undefined)), []);
  assertEquals(hooked(() => assertEquals(thrownBy(() => r2.wakeupExn(boom)), undefined)), []);
  assertCanceled(p2);
  assertCanceled(q2);
  assertFails(q, boom);
});

Deno.test("154: quirk, kept or not: many copies that outlive a cancel do no harm to the original", () => {
  const [p, r] = Lwt.wait<number>();
  const wrapped = Array.from({ length: 200 }, () => p.wrapInCancelable());
  const bound = Array.from({ length: 200 }, () => p.noCancel());
  wrapped.forEach((copy) => copy.cancel());
  bound.forEach((copy) => copy.cancel());
  r.wakeup(1);
  wrapped.forEach(assertCanceled);
  bound.forEach((copy) => assertReturns(copy, 1));
});

for (const copy of copies) {
  Deno.test(`145: a copy by ${copy} may be canceled while its original is being resolved`, () => {
    const [p, r] = Lwt.task<number>();
    p.onSuccess(() => {});
    const copied: Lwt<number> = p[copy]();
    p.onSuccess(() => copied.cancel());
    r.wakeup(1);
    assertReturns(p, 1);
    if (copy === "noCancel") assertReturns(copied, 1);
    else assertCanceled(copied);
  });

  Deno.test(`145: one cancel may reach a promise and its copy by ${copy}`, () => {
    for (const flip of [false, true]) {
      const [p] = Lwt.task<number>();
      const copied = p[copy]();
      const both = flip ? Lwt.both(copied, p) : Lwt.both(p, copied);
      both.cancel();
      for (const each of [p, copied, both]) assertCanceled(each);
    }
  });
}

Deno.test("55: promises that wait for themselves stay pending, and can be canceled without end", () => {
  const [p, r] = Lwt.wait<void>();
  const byMap: Lwt<void> = p.bind(() => byMap.map(() => {}));
  const byJoin: Lwt<void> = p.bind(() => Lwt.join([byJoin]));
  const byBind: Lwt<void> = p.bind(() => other);
  const other: Lwt<void> = p.bind(() => byBind.bind(Lwt.return));
  r.wakeup();
  for (const each of [byMap, byJoin, byBind, other]) {
    each.cancel();
    assertSleeps(each);
  }
});

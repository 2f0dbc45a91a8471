// Scope: all that is started in it has ended when it ends.
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { InvalidArgument, Lwt, type Resolver } from "../../core/mod.ts";
import { Scope } from "../../core/scope.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  assertSleeps,
  errorOf,
} from "./_state.ts";

const boom = new Error("boom"), bang = new Error("bang");

/** A scope that is open until it is told how its function ends. */
function open<T = void>() {
  let scope: Scope | undefined;
  const [body, end] = Lwt.task<T>();
  const p = Scope.run((given) => {
    scope = given;
    return body;
  });
  return { p, scope: scope!, body, end };
}

Deno.test("run has the outcome of its function", () => {
  assertReturns(Scope.run(() => Lwt.return(1)), 1);
  assertFails(Scope.run(() => Lwt.fail(boom)), boom);
  assertFails(
    Scope.run(() => {
      throw boom;
    }),
    boom,
  );
});

Deno.test("run settles only after everything that was started", () => {
  const { p, scope, end } = open<string>();
  const [first, r1] = Lwt.wait<void>(), [second, r2] = Lwt.wait<void>();
  scope.spawn(() => first);
  scope.spawn(() => second);
  r1.wakeup();
  end.wakeup("value");
  assertSleeps(p);
  r2.wakeup();
  assertReturns(p, "value");
});

Deno.test("a child may start children, after the function has ended", () => {
  const [waited, resolver] = Lwt.wait<void>();
  const log: string[] = [];
  function* grandchild(): Lwt.Task<void> {
    yield* Lwt.pause();
    log.push("grandchild");
  }
  function* child(scope: Scope): Lwt.Task<void> {
    yield* waited;
    scope.spawn(grandchild);
  }
  const p = Scope.run((scope) => {
    scope.spawn(child, scope);
    return Lwt.returnUnit;
  });
  assertSleeps(p);
  resolver.wakeup();
  assertSleeps(p);
  Lwt.wakeupPaused();
  assertReturns(p, undefined);
  assertEquals(log, ["grandchild"]);
});

Deno.test("spawn takes generator functions and functions that return promises of either kind", async () => {
  function* double(n: number): Lwt.Task<number> {
    return 2 * (yield* Lwt.return(n));
  }
  const result = Scope.run((scope) =>
    Lwt.all([
      scope.spawn(double, 1),
      scope.spawn((n: number) => Lwt.return(n), 3),
      scope.spawn(async (n: number) => (await Promise.resolve(n)) + 1, 4),
    ])
  );
  assertEquals(await result, [2, 3, 5]);
});

Deno.test("spawn runs its function at once", () => {
  const { scope, end } = open();
  let called = false;
  scope.spawn(() => {
    called = true;
    return Lwt.returnUnit;
  });
  assert(called);
  end.wakeup();
});

Deno.test("the first failure cancels the others, the function included", () => {
  const { p, scope, body } = open();
  const [first] = Lwt.task<void>(), [second, r2] = Lwt.wait<void>();
  const child = scope.spawn(() => first);
  scope.spawn(() => second);
  r2.wakeupExn(boom);
  assertCanceled(child);
  assertCanceled(body);
  assertFails(p, boom);
});

Deno.test("what is canceled is told why", () => {
  const { scope } = open();
  const [waiting] = Lwt.task<void>();
  scope.spawn(() => waiting);
  scope.spawn(() => Lwt.fail(boom));
  assertStrictEquals((errorOf(waiting) as Error).cause, boom);
});

Deno.test("a failure waits for the others to end", () => {
  const { p, scope, end } = open();
  const [stubborn, resolver] = Lwt.wait<void>();
  scope.spawn(() => stubborn);
  end.wakeupExn(boom);
  assertSleeps(p);
  resolver.wakeup();
  assertFails(p, boom);
});

Deno.test("the cleanup of what is canceled is waited for", () => {
  const { p, scope } = open();
  const [waiting] = Lwt.task<void>(), [cleanup, resolver] = Lwt.wait<void>();
  function* child(): Lwt.Task<void> {
    try {
      yield* waiting;
    } finally {
      yield* cleanup;
    }
  }
  scope.spawn(child);
  scope.spawn(() => Lwt.fail(boom));
  assertSleeps(p);
  resolver.wakeup();
  assertFails(p, boom);
});

Deno.test("later failures are kept, in order of time", () => {
  const { p, scope } = open();
  const resolvers: Resolver<void>[] = [];
  for (let i = 0; i < 3; i++) {
    const [stubborn, resolver] = Lwt.wait<void>();
    resolvers.push(resolver);
    scope.spawn(() => stubborn);
  }
  resolvers[1]!.wakeupExn(boom);
  resolvers[0]!.wakeupExn(bang);
  resolvers[2]!.wakeupExn("third");
  const error = errorOf(p) as AggregateError;
  assertInstanceOf(error, AggregateError);
  assertEquals(error.errors, [boom, bang, "third"]);
  assertStrictEquals(error.cause, boom);
  assertEquals(error.message, "3 failures in a scope");
});

Deno.test("an error that passes through several is one failure", () => {
  const [waited, resolver] = Lwt.wait<void>();
  function* body(scope: Scope): Lwt.Task<void> {
    const child = scope.spawn(() => waited);
    scope.spawn(() => child.map(() => {}));
    yield* child;
  }
  const p = Scope.run((scope) => Lwt.spawn(body, scope));
  resolver.wakeupExn(boom);
  assertFails(p, boom);
});

Deno.test("a child that fails at once cancels what the function goes on to wait for", () => {
  const [waiting] = Lwt.task<void>();
  let later: Lwt<void> | undefined;
  const p = Scope.run((scope) => {
    scope.spawn(() => Lwt.fail(boom));
    later = scope.spawn(() => Lwt.returnUnit);
    return waiting;
  });
  assertFails(p, boom);
  assertCanceled(waiting);
  assertCanceled(later!);
});

Deno.test("a failure that is handled by whoever waits for the child is a failure still", () => {
  const p = Scope.run((scope) =>
    Lwt.catch(() => scope.spawn(() => Lwt.fail(boom)), () => Lwt.returnUnit)
  );
  assertFails(p, boom);
});

Deno.test("a child that is canceled has not failed, and the others go on", () => {
  const { p, scope, end } = open<string>();
  const [first] = Lwt.task<void>(), [second, r2] = Lwt.task<void>();
  const child = scope.spawn(() => first), other = scope.spawn(() => second);
  child.cancel();
  assertCanceled(child);
  assertSleeps(other);
  r2.wakeup();
  end.wakeup("value");
  assertReturns(p, "value");
});

Deno.test("when the function itself is canceled, so is all that it started", () => {
  const { p, scope, body } = open();
  const [stubborn, resolver] = Lwt.wait<void>();
  const child = scope.spawn(() => Lwt.task<void>()[0]);
  scope.spawn(() => stubborn);
  body.cancel();
  assertCanceled(child);
  assertSleeps(p);
  resolver.wakeup();
  assertCanceled(p);
});

Deno.test("many children that failed before the function returned do no harm", () => {
  const p = Scope.run((scope) => {
    for (let i = 0; i < 100; i++) scope.spawn(() => Lwt.task<void>()[0]);
    scope.cancel();
    return Lwt.task<void>()[0];
  });
  assertCanceled(p);
});

Deno.test("canceling the promise of run cancels everything, and waits for the end of it", () => {
  const { p, scope, body } = open();
  const [first] = Lwt.task<void>(), [stubborn, resolver] = Lwt.wait<void>();
  const child = scope.spawn(() => first);
  scope.spawn(() => stubborn);
  p.cancel("enough");
  assertCanceled(child);
  assertCanceled(body);
  assertSleeps(p);
  resolver.wakeup();
  assertCanceled(p);
  assertEquals((errorOf(p) as Error).cause, "enough");
});

Deno.test("canceling run reaches children that were started after an earlier wait", () => {
  const { p, scope, end } = open();
  const children = Array.from({ length: 100 }, () => scope.spawn(() => Lwt.task<void>()[0]));
  for (const child of children.slice(0, 90)) child.cancel();
  const last = scope.spawn(() => Lwt.task<void>()[0]);
  end.wakeup();
  assertSleeps(p);
  p.cancel();
  for (const child of [...children, last]) assertCanceled(child);
  assertReturns(p, undefined);
});

Deno.test("cancel on the scope does the same from inside", () => {
  const { p, scope, body } = open();
  const child = scope.spawn(() => Lwt.task<void>()[0]);
  scope.cancel("enough");
  scope.cancel("again");
  assertCanceled(child);
  assertCanceled(body);
  assertCanceled(p);
  assertEquals((errorOf(p) as Error).cause, "enough");
});

Deno.test("in a canceled scope nothing is started any more", () => {
  const [stubborn, resolver] = Lwt.wait<void>();
  let called = false;
  const p = Scope.run((scope) => {
    scope.cancel("enough");
    const child = scope.spawn(() => {
      called = true;
      return Lwt.returnUnit;
    });
    assertCanceled(child);
    assertEquals((errorOf(child) as Error).cause, "enough");
    return stubborn;
  });
  resolver.wakeup();
  assertReturns(p, undefined);
  assertEquals(called, false);
});

Deno.test("a scope that was canceled while it was left running has the function's outcome", () => {
  const { p, scope, end } = open<string>();
  scope.spawn(() => Lwt.task<void>()[0]);
  end.wakeup("value");
  p.cancel();
  assertReturns(p, "value");
});

Deno.test("after the end, spawn throws", () => {
  const { p, scope, end } = open();
  end.wakeup();
  assertReturns(p, undefined);
  assertThrows(() => scope.spawn(() => Lwt.returnUnit), InvalidArgument, "the scope has ended");
});

Deno.test("the signal is aborted by a cancelation, with its cause", () => {
  const { p, scope } = open();
  const { signal } = scope;
  assertStrictEquals(scope.signal, signal);
  assertEquals(signal.aborted, false);
  p.cancel("enough");
  assertEquals([signal.aborted, signal.reason], [true, "enough"]);
});

Deno.test("whoever is canceled with the scope finds the signal aborted", () => {
  const { p, scope } = open();
  const [waiting] = Lwt.task<void>();
  const seen: boolean[] = [];
  scope.spawn(() => waiting).onTermination(() => seen.push(scope.signal.aborted));
  p.cancel();
  assertEquals(seen, [true]);
});

Deno.test("the signal is aborted by a failure, with its error", () => {
  const { scope, end } = open();
  const { signal } = scope;
  end.wakeupExn(boom);
  assertStrictEquals(signal.reason, boom);
});

Deno.test("the signal is aborted at the end", () => {
  const { scope, end } = open();
  const { signal } = scope;
  end.wakeup();
  assertEquals(signal.aborted, true);
});

Deno.test("the signal of a scope that has been canceled already is aborted", () => {
  const { scope } = open();
  scope.cancel("enough");
  assertEquals([scope.signal.aborted, scope.signal.reason], [true, "enough"]);
});

Deno.test("a native operation ends by the signal", async () => {
  const p = Scope.run((scope) => {
    scope.spawn(() =>
      new Promise<void>((_, reject) => {
        const { signal } = scope;
        signal.addEventListener("abort", () => reject(signal.reason));
      })
    );
    return Lwt.pause().bind(() => Lwt.fail<void>(boom));
  });
  let error: unknown;
  await p.then(null, (e) => error = e);
  assertStrictEquals(error, boom);
});

Deno.test("scopes nest: the inner one ends within the outer", () => {
  const log: string[] = [];
  const [waiting] = Lwt.task<void>();
  function* inner(): Lwt.Task<void> {
    yield* Scope.run((scope) => scope.spawn(() => waiting)).bind(() => Lwt.returnUnit);
  }
  const p = Scope.run((scope) => {
    scope.spawn(inner).onTermination(() => log.push("inner"));
    return Lwt.fail<void>(boom);
  });
  p.onTermination(() => log.push("outer"));
  assertFails(p, boom);
  assertCanceled(waiting);
  assertEquals(log, ["inner", "outer"]);
});

Deno.test("a scope that lives long forgets the children that have ended", () => {
  const { scope, end, p } = open();
  for (let i = 0; i < 10_000; i++) {
    const [child, resolver] = Lwt.wait<void>();
    scope.spawn(() => child);
    resolver.wakeup();
  }
  const source = p.source as readonly Lwt<unknown>[];
  assert(source.length < 20, `${source.length} members`);
  end.wakeup();
  assertReturns(p, undefined);
});

Deno.test("work that is no promise is a failure with advice", () => {
  for (const wrong of [undefined, null, 1, {}]) {
    const p = Scope.run((scope) => {
      scope.spawn((() => wrong) as unknown as () => Lwt<void>);
      return Lwt.returnUnit;
    });
    assertFailsWith(p, TypeError);
  }
});

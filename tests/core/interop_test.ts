// Native promises and abort signals, both ways.
import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { assertCanceled, assertFails, assertReturns, assertSleeps, errorOf } from "./_state.ts";
import { hooked } from "./_hook.ts";

const boom = new Error("boom");
const never = (): never => {
  throw new Error("must not be called");
};

/** Lets the host finish its microtasks and one round of timers. */
const hostTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** Counts the listeners that a signal has for abort. */
function counted(signal: AbortSignal): () => number {
  const listeners = new Set<unknown>();
  const add = signal.addEventListener, remove = signal.removeEventListener;
  signal.addEventListener = function (...args: Parameters<typeof add>) {
    listeners.add(args[1]);
    return add.apply(signal, args);
  } as typeof add;
  signal.removeEventListener = function (...args: Parameters<typeof remove>) {
    listeners.delete(args[1]);
    return remove.apply(signal, args);
  } as typeof remove;
  return () => listeners.size;
}

Deno.test("then returns a native promise", async () => {
  const p = Lwt.return(1).then((n) => n + 1);
  assert(p instanceof Promise);
  assertEquals(await p, 2);
});

Deno.test("then is asynchronous on a settled promise and on a pending one", async () => {
  const log: string[] = [];
  const [p, r] = Lwt.wait<void>();
  const natives = [
    Lwt.returnUnit.then(() => log.push("settled")),
    p.then(() => log.push("pending")),
  ];
  r.wakeup();
  log.push("synchronous");
  await Promise.all(natives);
  assertEquals(log[0], "synchronous");
  assertEquals(log.toSorted(), ["pending", "settled", "synchronous"]);
});

Deno.test("then sends a rejection to its second function, or on", async () => {
  assertEquals(await Lwt.fail(boom).then(never, (error) => error === boom), true);
  await assertRejects(() => Lwt.fail(boom).then(never), Error, "boom");
  const [p, r] = Lwt.wait<void>();
  const handled = p.then(never, (error) => error === boom);
  r.wakeupExn(boom);
  assertEquals(await handled, true);
});

Deno.test("then without functions hands on the value", async () => {
  assertEquals(await Lwt.return(1).then(), 1);
  assertEquals(await Lwt.return(1).then(null, null), 1);
});

Deno.test("a function of then that throws rejects what then returned", async () => {
  const raise = (): never => {
    throw boom;
  };
  await assertRejects(() => Lwt.returnUnit.then(raise), Error, "boom");
  await assertRejects(() => Lwt.fail(1).then(undefined, raise), Error, "boom");
});

Deno.test("functions of then run in the order they were given", async () => {
  const log: number[] = [];
  const [p, r] = Lwt.wait<void>();
  const natives = [1, 2, 3].map((i) => p.then(() => log.push(i)));
  r.wakeup();
  natives.push(p.then(() => log.push(4)));
  await Promise.all(natives);
  assertEquals(log, [1, 2, 3, 4]);
});

Deno.test("await gives the value or throws the error", async () => {
  assertEquals(await Lwt.return(1), 1);
  const [p, r] = Lwt.wait<number>(), [q, s] = Lwt.task<number>();
  queueMicrotask(() => r.wakeup(2));
  assertEquals(await p, 2);
  queueMicrotask(() => s.wakeupExn(boom));
  await assertRejects(async () => await q, Error, "boom");
  await assertRejects(async () => await Lwt.fail(boom), Error, "boom");
});

Deno.test("await of a canceled promise throws Canceled", async () => {
  const [p] = Lwt.task<number>();
  queueMicrotask(() => p.cancel());
  await assertRejects(async () => await p, Lwt.Canceled);
});

Deno.test("await follows a promise that becomes a proxy meanwhile", async () => {
  const [p, r1] = Lwt.wait<void>(), [inner, r2] = Lwt.wait<number>();
  const outer = p.bind(() => inner);
  const natives = [inner.then(), outer.then()];
  r1.wakeup();
  natives.push(inner.then(), outer.then());
  r2.wakeup(1);
  assertEquals(await Promise.all(natives), [1, 1, 1, 1]);
});

Deno.test("Promise.all and its kin take promises of ours", async () => {
  assertEquals(await Promise.all([Lwt.return(1), Lwt.pause().map(() => 2)]), [1, 2]);
  assertEquals(await Promise.race([Lwt.wait<number>()[0], Lwt.return(1)]), 1);
  assertEquals(await Promise.resolve(Lwt.return(1)), 1);
});

Deno.test("H4: await flattens a promise of a promise, which yield* does not", async () => {
  const inner = Lwt.return(1);
  assertEquals(await Lwt.return(inner), 1);
  const seen = Lwt.spawn(function* () {
    return (yield* Lwt.return(inner)) === inner;
  });
  assertReturns(seen, true);
});

Deno.test("H5: await resumes after the whole resolution loop", async () => {
  const log: string[] = [];
  const [p, r] = Lwt.wait<void>(), [q, s] = Lwt.wait<void>();
  q.onSuccess(() => log.push("queued"));
  const awaited = (async () => {
    await p;
    log.push("await");
  })();
  await null;
  p.onSuccess(() => {
    s.wakeupLater();
    log.push("callback");
  });
  r.wakeup();
  log.push("after wakeup");
  await awaited;
  assertEquals(log, ["callback", "queued", "after wakeup", "await"]);
});

Deno.test("a rejected promise that nobody looks at raises no unhandledrejection", async () => {
  const seen: Event[] = [];
  const listen = (event: Event) => {
    event.preventDefault();
    seen.push(event);
  };
  globalThis.addEventListener("unhandledrejection", listen);
  Lwt.fail(boom);
  Lwt.ofPromise(Promise.reject(boom));
  Lwt.ofAbortable(() => Promise.reject(boom));
  Lwt.ofAbortable((signal) => rejectOnAbort(signal)).cancel();
  Lwt.spawn(function* () {
    yield* Lwt.pause();
    throw boom;
  });
  const [p, r] = Lwt.wait<void>();
  p.withSignal(new AbortController().signal);
  r.wakeupExn(boom);
  await hostTurn();
  await hostTurn();
  globalThis.removeEventListener("unhandledrejection", listen);
  assertEquals(seen, []);
});

Deno.test("a native promise made of a rejected one is reported as any other", async () => {
  const seen: unknown[] = [];
  const listen = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    seen.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", listen);
  Lwt.fail(boom).toPromise();
  await hostTurn();
  globalThis.removeEventListener("unhandledrejection", listen);
  assertEquals(seen, [boom]);
});

Deno.test("ofPromise is pending at first, and settles as the native promise does", async () => {
  const value = Lwt.ofPromise(Promise.resolve(1)), error = Lwt.ofPromise(Promise.reject(boom));
  assertSleeps(value);
  assertSleeps(error);
  await hostTurn();
  assertReturns(value, 1);
  assertFails(error, boom);
});

Deno.test("ofPromise is not cancelable", async () => {
  const p = Lwt.ofPromise(Promise.resolve(1));
  p.cancel();
  assertSleeps(p);
  assertEquals(await p, 1);
});

Deno.test("ofPromise tells its callbacks", async () => {
  const log: unknown[] = [];
  Lwt.ofPromise(Promise.resolve(1)).onSuccess((n) => log.push(n));
  Lwt.ofPromise(Promise.reject(boom)).onFailure((error) => log.push(error));
  await hostTurn();
  assertEquals(log, [1, boom]);
});

Deno.test("ofPromise takes any thenable, and minds only what it says first", async () => {
  const hasty: PromiseLike<number> = {
    then(ok?: ((n: number) => unknown) | null, ko?: ((error: unknown) => unknown) | null) {
      ok?.(1);
      ok?.(2);
      ko?.(boom);
      throw boom;
    },
  };
  const p = Lwt.ofPromise(hasty);
  await hostTurn();
  assertReturns(p, 1);
});

Deno.test("ofPromise rejects if then throws", async () => {
  const broken: PromiseLike<number> = {
    then() {
      throw boom;
    },
  };
  const p = Lwt.ofPromise(broken);
  await hostTurn();
  assertFails(p, boom);
});

Deno.test("ofAbortable calls f at once, with a signal that is not aborted", async () => {
  let aborted: boolean | undefined;
  const p = Lwt.ofAbortable((signal) => {
    aborted = signal.aborted;
    return Promise.resolve(1);
  });
  assertEquals(aborted, false);
  assertSleeps(p);
  await hostTurn();
  assertReturns(p, 1);
});

Deno.test("ofAbortable: cancel aborts the signal, and rejects at once with Canceled", async () => {
  let signal: AbortSignal | undefined;
  const p = Lwt.ofAbortable((s) => {
    signal = s;
    return rejectOnAbort(s);
  });
  p.cancel();
  assertCanceled(p);
  assertEquals(signal?.aborted, true);
  await hostTurn();
  assertCanceled(p);
});

Deno.test("ofAbortable: the signal is aborted by a cancel that comes through others", () => {
  let signal: AbortSignal | undefined;
  const p = Lwt.ofAbortable((s) => {
    signal = s;
    return new Promise<number>(() => {});
  });
  Lwt.pick([p.map((n) => n + 1), Lwt.return(1)]);
  assertEquals(signal?.aborted, true);
  assertCanceled(p);
});

Deno.test("ofAbortable: what the operation says after a cancel is ignored", async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const p = Lwt.ofAbortable(() => promise);
  p.cancel();
  resolve(1);
  await hostTurn();
  assertCanceled(p);
});

Deno.test("ofAbortable does not abort once the operation has ended, well or not", async () => {
  const signals: AbortSignal[] = [];
  const keep = (result: Promise<number>) => (signal: AbortSignal) => {
    signals.push(signal);
    return result;
  };
  const p = Lwt.ofAbortable(keep(Promise.resolve(1)));
  const q = Lwt.ofAbortable(keep(Promise.reject(boom)));
  await hostTurn();
  p.cancel();
  q.cancel();
  assertReturns(p, 1);
  assertFails(q, boom);
  assertEquals(signals.map((signal) => signal.aborted), [false, false]);
});

Deno.test("ofAbortable rejects if f throws", () => {
  assertFails(
    Lwt.ofAbortable(() => {
      throw boom;
    }),
    boom,
  );
});

Deno.test("ofAbortable: cancel with a cause hands it to the signal as its reason", () => {
  let signal: AbortSignal | undefined;
  const p = Lwt.ofAbortable((s) => {
    signal = s;
    return new Promise<number>(() => {});
  });
  p.cancel(boom);
  assertStrictEquals(signal?.reason, boom);
  assertStrictEquals((errorOf(p) as Error).cause, boom);
});

Deno.test("toPromise gives a native promise with the same outcome", async () => {
  const [p, r] = Lwt.wait<number>(), [q, s] = Lwt.wait<number>();
  const natives = [Lwt.return(1).toPromise(), p.toPromise()];
  const failing = [Lwt.fail(boom).toPromise(), q.toPromise()];
  assert(natives.every((native) => native instanceof Promise));
  r.wakeup(2);
  s.wakeupExn(boom);
  assertEquals(await Promise.all(natives), [1, 2]);
  for (const each of failing) await assertRejects(() => each, Error, "boom");
});

Deno.test("toPromise of a settled promise is awaited in one tick", async () => {
  const log: string[] = [];
  const native = (async () => {
    await null;
    log.push("native");
  })();
  const ours = (async () => {
    await Lwt.returnUnit.toPromise();
    log.push("toPromise");
  })();
  await Promise.all([native, ours]);
  assertEquals(log, ["native", "toPromise"]);
});

Deno.test("withSignal: the copy settles as the original does", () => {
  const { signal } = new AbortController();
  const [p, r1] = Lwt.task<number>(), [q, r2] = Lwt.task<number>(), [s] = Lwt.task<number>();
  const copies = [p, q, s].map((each) => each.withSignal(signal)) as [
    Lwt<number>,
    Lwt<number>,
    Lwt<number>,
  ];
  for (const each of copies) assertSleeps(each);
  r1.wakeup(1);
  r2.wakeupExn(boom);
  s.cancel();
  assertReturns(copies[0], 1);
  assertFails(copies[1], boom);
  assertCanceled(copies[2]);
});

Deno.test("withSignal: abort cancels the copy and the original, the reason being the cause", () => {
  const controller = new AbortController();
  const [p] = Lwt.task<number>();
  const copy = p.withSignal(controller.signal);
  controller.abort(boom);
  for (const each of [p, copy]) {
    assertCanceled(each);
    assertStrictEquals((errorOf(each) as Error).cause, boom);
  }
});

Deno.test("withSignal: abort cancels the copy of a promise that cannot be canceled", () => {
  const controller = new AbortController();
  const [p, r] = Lwt.wait<number>();
  const copy = p.withSignal(controller.signal);
  controller.abort();
  assertCanceled(copy);
  assertSleeps(p);
  r.wakeup(1);
  assertReturns(p, 1);
  assertCanceled(copy);
});

Deno.test("withSignal: a signal already aborted cancels at once", () => {
  const [p] = Lwt.task<number>();
  const copy = p.withSignal(AbortSignal.abort(boom));
  assertCanceled(copy);
  assertCanceled(p);
  assertStrictEquals((errorOf(copy) as Error).cause, boom);
});

Deno.test("withSignal: the listener is removed once the copy is settled, in whatever way", () => {
  const controller = new AbortController();
  const count = counted(controller.signal);
  const [p, r1] = Lwt.task<number>(), [q, r2] = Lwt.task<number>(), [s] = Lwt.task<number>();
  p.withSignal(controller.signal);
  q.withSignal(controller.signal);
  const copy = s.withSignal(controller.signal);
  assertEquals(count(), 3);
  r1.wakeup(1);
  r2.wakeupExn(boom);
  assertEquals(count(), 1);
  copy.cancel();
  assertEquals(count(), 0);
  assertEquals(hooked(() => controller.abort()), []);
  assertReturns(p, 1);
});

Deno.test("withSignal: no listener for a settled promise, nor for a signal already aborted", () => {
  const controller = new AbortController();
  const count = counted(controller.signal);
  assertReturns(Lwt.return(1).withSignal(controller.signal), 1);
  assertFails(Lwt.fail(boom).withSignal(controller.signal), boom);
  assertEquals(count(), 0);
  controller.abort();
  const [p] = Lwt.wait<number>();
  p.withSignal(controller.signal);
  assertEquals(count(), 0);
});

Deno.test("withSignal: a copy that became a proxy is still canceled by the signal", () => {
  const controller = new AbortController();
  const [p, r] = Lwt.wait<void>(), [t] = Lwt.task<number>();
  const copy = t.withSignal(controller.signal);
  const outer = p.bind(() => copy);
  r.wakeup();
  controller.abort();
  assertCanceled(outer);
  assertCanceled(t);
});

Deno.test("withSignal and ofAbortable together: the signal goes all the way", () => {
  const controller = new AbortController();
  let inner: AbortSignal | undefined;
  const p = Lwt.ofAbortable((signal) => {
    inner = signal;
    return new Promise<number>(() => {});
  });
  p.map((n) => n + 1).withSignal(controller.signal);
  controller.abort(boom);
  assertEquals(inner?.aborted, true);
  assertStrictEquals(inner?.reason, boom);
});

/** An operation that ends, badly, only when it is aborted. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  return promise;
}

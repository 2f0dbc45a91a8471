// Pool: resources that are made, lent, tested, used again, and disposed of.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { InvalidArgument, Lwt, type Resolver } from "../../core/mod.ts";
import { Pool, type PoolOptions } from "../../core/pool.ts";
import { assertCanceled, assertFails, assertReturns, assertSleeps } from "./_state.ts";
import { hooked } from "./_hook.ts";

const boom = new Error("boom"), bang = new Error("bang");

/** A pool of numbers, 1 for the first that is made, with a log of what happened to them. */
function numbered(limit: number, options: PoolOptions<number> = {}) {
  let made = 0;
  const log: string[] = [];
  const create = () => {
    log.push(`make ${++made}`);
    return Lwt.return(made);
  };
  const dispose = (n: number) => {
    log.push(`dispose of ${n}`);
    return options.dispose?.(n) ?? Lwt.returnUnit;
  };
  return { pool: new Pool(limit, create, { ...options, dispose }), log };
}

/** A use of a pool that goes on until it is told how it ends. */
function held<T>(pool: Pool<T>): { p: Lwt<T>; got: T[]; end: Resolver<T> } {
  const [inside, end] = Lwt.task<T>();
  const got: T[] = [];
  const p = pool.use((resource) => {
    got.push(resource);
    return inside;
  });
  return { p, got, end };
}

const useOf = <T>(pool: Pool<T>): Lwt<T> => pool.use((resource) => Lwt.return(resource));

Deno.test("216: resources are made only when none is idle and the limit allows one more", () => {
  const { pool, log } = numbered(2);
  assertEquals(log, []);
  assertReturns(useOf(pool), 1);
  assertReturns(useOf(pool), 1);
  assertEquals(log, ["make 1"]);
  const first = held(pool), second = held(pool), third = held(pool);
  assertEquals(log, ["make 1", "make 2"]);
  assertEquals([first.got, second.got, third.got], [[1], [2], []]);
  first.end.wakeup(0);
  assertEquals(third.got, [1]);
});

Deno.test("216: idle resources are used again oldest release first", () => {
  const { pool } = numbered(3);
  const uses = [held(pool), held(pool), held(pool)];
  for (const i of [1, 2, 0]) uses[i]!.end.wakeup(0);
  assertEquals([held(pool).got, held(pool).got, held(pool).got], [[2], [3], [1]]);
});

Deno.test("217: the place is counted before the factory runs", () => {
  const inside: string[] = [];
  const [made, resolver] = Lwt.wait<string>();
  const pool: Pool<string> = new Pool(1, () => {
    inside.push(useOf(pool).state().tag);
    return made;
  });
  const first = useOf(pool), second = useOf(pool);
  assertEquals(inside, ["Sleep"]);
  assertEquals(pool.waitQueueLength(), 2);
  resolver.wakeup("a");
  assertReturns(first, "a");
  assertReturns(second, "a");
});

Deno.test("217: the place is given back if the factory fails, by throw or rejection", () => {
  const ways: (() => Lwt<string>)[] = [
    () => {
      throw boom;
    },
    () => Lwt.fail(bang),
    () => Lwt.return("a"),
  ];
  const pool = new Pool(1, () => ways.shift()!());
  assertFails(useOf(pool), boom);
  assertFails(useOf(pool), bang);
  assertReturns(useOf(pool), "a");
});

Deno.test("218: validate runs before every reuse, not on a new resource", () => {
  const validated: number[] = [];
  const { pool } = numbered(1, { validate: (n) => Lwt.return(validated.push(n) > 0) });
  useOf(pool);
  assertEquals(validated, []);
  assertReturns(useOf(pool), 1);
  assertReturns(useOf(pool), 1);
  assertEquals(validated, [1, 1]);
});

Deno.test("218: validate runs also for a resource handed straight to a waiter", () => {
  const validated: number[] = [];
  const { pool } = numbered(1, { validate: (n) => Lwt.return(validated.push(n) > 0) });
  const first = held(pool), second = held(pool);
  assertEquals([validated, second.got], [[], []]);
  first.end.wakeup(0);
  assertEquals([validated, second.got], [[1], [1]]);
});

Deno.test("219: validate false: dispose, then a new resource for this use", () => {
  const { pool, log } = numbered(1, { validate: () => Lwt.returnFalse });
  assertReturns(useOf(pool), 1);
  assertReturns(useOf(pool), 2);
  assertEquals(log, ["make 1", "dispose of 1", "make 2"]);
});

Deno.test("219: while a resource is disposed of its place is taken", () => {
  const [disposed, resolver] = Lwt.wait<void>();
  const { pool, log } = numbered(1, { validate: () => Lwt.returnFalse, dispose: () => disposed });
  useOf(pool);
  const second = useOf(pool), third = held(pool);
  assertEquals(log, ["make 1", "dispose of 1"]);
  assertSleeps(second);
  resolver.wakeup();
  assertReturns(second, 2);
  assertEquals(third.got, [3]);
});

Deno.test("220: validate failing: dispose, this use is rejected with that error", () => {
  const { pool, log } = numbered(1, { validate: () => Lwt.fail(boom) });
  useOf(pool);
  assertFails(useOf(pool), boom);
  assertEquals(log, ["make 1", "dispose of 1"]);
  assertReturns(useOf(pool), 2);
});

Deno.test("220: validate throwing is validate failing", () => {
  const { pool, log } = numbered(1, {
    validate: () => {
      throw boom;
    },
  });
  useOf(pool);
  assertFails(useOf(pool), boom);
  assertEquals(log, ["make 1", "dispose of 1"]);
});

Deno.test("220: validate failing: the next waiter gets a new resource", () => {
  const { pool } = numbered(1, { validate: () => Lwt.fail(boom) });
  const first = held(pool), second = useOf(pool), third = held(pool);
  first.end.wakeup(0);
  assertFails(second, boom);
  assertEquals(third.got, [2]);
});

Deno.test("220: validate failing: the next waiter gets the factory's error, if that fails", () => {
  let made = 0;
  const create = () => ++made === 1 ? Lwt.return(made) : Lwt.fail<number>(bang);
  const pool = new Pool(1, create, { validate: () => Lwt.fail(boom) });
  const first = held(pool), second = useOf(pool), third = useOf(pool), fourth = useOf(pool);
  first.end.wakeup(0);
  assertFails(second, boom);
  assertFails(third, bang);
  assertFails(fourth, bang);
  assertEquals(made, 3);
});

Deno.test("221: check runs only after a failed use", () => {
  const checked: number[] = [];
  const { pool } = numbered(1, {
    check: (n, isOk) => {
      checked.push(n);
      isOk(true);
    },
  });
  useOf(pool);
  assertEquals(checked, []);
  pool.use(() => Lwt.fail(boom));
  assertEquals(checked, [1]);
  assertReturns(useOf(pool), 1);
});

Deno.test("221: without a call to isOk(true) the resource is bad", () => {
  for (const answers of [[], [false], [true, false]]) {
    const { pool, log } = numbered(1, { check: (_, isOk) => answers.forEach(isOk) });
    assertFails(pool.use(() => Lwt.fail(boom)), boom);
    assertEquals(log, ["make 1", "dispose of 1"]);
    assertReturns(useOf(pool), 2);
  }
});

Deno.test("221: isOk called too late has no effect", () => {
  const calls: ((ok: boolean) => void)[] = [];
  const { pool, log } = numbered(1, { check: (_, isOk) => void calls.push(isOk) });
  pool.use(() => Lwt.fail(boom));
  calls[0]!(true);
  assertReturns(useOf(pool), 2);
  assertEquals(log, ["make 1", "dispose of 1", "make 2"]);
});

Deno.test("221: by default a resource is good also after a failed use", () => {
  const { pool, log } = numbered(1);
  assertFails(pool.use(() => Lwt.fail(boom)), boom);
  assertReturns(useOf(pool), 1);
  assertEquals(log, ["make 1"]);
});

Deno.test("222: the use is rejected with its own error after check and dispose", () => {
  const [disposed, resolver] = Lwt.wait<void>();
  const { pool } = numbered(1, { check: () => {}, dispose: () => disposed });
  const p = pool.use(() => Lwt.fail(boom));
  assertSleeps(p);
  resolver.wakeup();
  assertFails(p, boom);
});

Deno.test("222: decided: if check throws, its error is the use's; the place is not lost", () => {
  const { pool, log } = numbered(1, {
    check: () => {
      throw bang;
    },
  });
  const first = held(pool), second = held(pool);
  first.end.wakeupExn(boom);
  assertFails(first.p, bang);
  assertEquals(log, ["make 1", "dispose of 1", "make 2"]);
  assertEquals(second.got, [2]);
});

Deno.test("223: a resource goes back before the result of use settles", () => {
  const { pool } = numbered(1);
  const first = held(pool);
  const seen: unknown[] = [];
  first.p.onSuccess(() => seen.push(useOf(pool).poll()));
  first.end.wakeup(0);
  assertEquals(seen, [1]);
});

Deno.test("223: the oldest waiter is woken by wakeupLater, before the result settles", () => {
  const { pool } = numbered(1);
  const first = held(pool);
  const log: string[] = [];
  first.p.onSuccess(() => log.push(`done, ${pool.waitQueueLength()} wait`));
  pool.use(() => Lwt.return(log.push("next")));
  first.end.wakeup(0);
  assertEquals(log, ["done, 0 wait", "next"]);
});

Deno.test("224: waiters are served in order, and counted", () => {
  const { pool } = numbered(1);
  const first = held(pool);
  const log: string[] = [];
  for (const name of ["a", "b", "c"]) pool.use(() => Lwt.return(log.push(name)));
  assertEquals(pool.waitQueueLength(), 3);
  first.end.wakeup(0);
  assertEquals(log, ["a", "b", "c"]);
  assertEquals(pool.waitQueueLength(), 0);
});

Deno.test("224: waiters can be canceled", () => {
  const { pool } = numbered(1);
  const first = held(pool), second = held(pool), third = held(pool);
  second.p.cancel();
  assertCanceled(second.p);
  assertEquals(pool.waitQueueLength(), 1);
  first.end.wakeup(0);
  assertEquals([second.got, third.got], [[], [1]]);
});

Deno.test("224: canceling a use cancels what it does, and the resource goes back", () => {
  const { pool } = numbered(1);
  const first = held(pool);
  first.p.cancel();
  assertCanceled(first.p);
  assertReturns(useOf(pool), 1);
});

Deno.test("225: clear disposes of idle resources one after another", () => {
  const resolvers: Resolver<void>[] = [];
  const { pool, log } = numbered(3, {
    dispose: () => {
      const [p, resolver] = Lwt.wait<void>();
      resolvers.push(resolver);
      return p;
    },
  });
  for (const use of [held(pool), held(pool), held(pool)]) use.end.wakeup(0);
  log.length = 0;
  const cleared = pool.clear();
  assertEquals(log, ["dispose of 1"]);
  resolvers[0]!.wakeup();
  assertEquals(log, ["dispose of 1", "dispose of 2"]);
  resolvers[1]!.wakeup();
  resolvers[2]!.wakeup();
  assertReturns(cleared, undefined);
});

Deno.test("225: clear disposes of lent resources when they come back, even after a success", () => {
  const { pool, log } = numbered(1);
  const first = held(pool);
  assertReturns(pool.clear(), undefined);
  assertEquals(log, ["make 1"]);
  first.end.wakeup(7);
  assertReturns(first.p, 7);
  assertEquals(log, ["make 1", "dispose of 1"]);
  assertReturns(useOf(pool), 2);
});

Deno.test("225: a use during clear is given a new resource", () => {
  const { pool, log } = numbered(2, { dispose: () => Lwt.wait<void>()[0] });
  useOf(pool);
  assertSleeps(pool.clear());
  assertReturns(useOf(pool), 2);
  assertEquals(log, ["make 1", "dispose of 1", "make 2"]);
});

Deno.test("225: a resource that was being made when the pool was cleared is not kept", () => {
  const [made, resolver] = Lwt.wait<string>();
  const disposed: string[] = [];
  const pool = new Pool(1, () => made, { dispose: (s) => Lwt.return(void disposed.push(s)) });
  const p = useOf(pool);
  pool.clear();
  resolver.wakeup("old");
  assertReturns(p, "old");
  assertEquals(disposed, ["old"]);
});

Deno.test("225: decided: clear goes on after a dispose that failed, and then fails", () => {
  const { pool, log } = numbered(2, { dispose: (n) => n === 1 ? Lwt.fail(boom) : Lwt.returnUnit });
  for (const use of [held(pool), held(pool)]) use.end.wakeup(0);
  assertFails(pool.clear(), boom);
  assertEquals(log, ["make 1", "make 2", "dispose of 1", "dispose of 2"]);
  assertEquals([held(pool).got, held(pool).got], [[3], [4]]);
});

Deno.test("226: decided: a dispose that fails makes the use fail, and frees the place", () => {
  const { pool } = numbered(1, { check: () => {}, dispose: () => Lwt.fail(bang) });
  const first = held(pool), second = held(pool);
  first.end.wakeupExn(boom);
  assertFails(first.p, bang);
  assertEquals(second.got, [2]);
  second.p.cancel();
  assertReturns(useOf(pool), 3);
});

Deno.test("226: decided: a dispose that throws is a dispose that fails", () => {
  const { pool } = numbered(1, {
    validate: () => Lwt.returnFalse,
    dispose: () => {
      throw bang;
    },
  });
  useOf(pool);
  assertFails(useOf(pool), bang);
  assertReturns(useOf(pool), 2);
});

Deno.test("227: decided: when check drops a resource, the oldest waiter is given a new one", () => {
  const { pool } = numbered(1, { check: () => {} });
  const first = held(pool), second = held(pool);
  first.end.wakeupExn(boom);
  assertFails(first.p, boom);
  assertEquals(second.got, [2]);
});

Deno.test("227: decided: when a cleared one comes back, the oldest waiter is given a new one", () => {
  const { pool } = numbered(1);
  const first = held(pool), second = held(pool);
  pool.clear();
  first.end.wakeup(0);
  assertEquals(second.got, [2]);
});

Deno.test("227: decided: when the factory fails, the oldest waiter's turn comes", () => {
  const results: Lwt<string>[] = [];
  const resolvers: Resolver<string>[] = [];
  const pool = new Pool(1, () => {
    const [p, resolver] = Lwt.wait<string>();
    resolvers.push(resolver);
    return p;
  });
  for (let i = 0; i < 3; i++) results.push(useOf(pool));
  resolvers[0]!.wakeupExn(boom);
  resolvers[1]!.wakeupExn(bang);
  assertFails(results[0]!, boom);
  assertFails(results[1]!, bang);
  resolvers[2]!.wakeup("a");
  assertReturns(results[2]!, "a");
});

Deno.test("228: decided: a replacement is counted; the limit is never exceeded", () => {
  const { pool } = numbered(1, { validate: () => Lwt.fail(boom) });
  const first = held(pool), second = useOf(pool), third = held(pool);
  first.end.wakeup(0);
  assertFails(second, boom);
  assertEquals(third.got, [2]);
  assertEquals(held(pool).got, []);
  assertEquals(pool.waitQueueLength(), 1);
});

Deno.test("a use that throws is rejected, and gives the resource back", () => {
  const { pool } = numbered(1);
  const failing = pool.use(() => {
    throw boom;
  });
  assertFails(failing, boom);
  assertReturns(useOf(pool), 1);
});

Deno.test("acquire lends a resource for the length of a block", () => {
  const { pool } = numbered(1);
  let waiting: Lwt<number> | undefined;
  function* work(): Lwt.Task<number> {
    using lease = yield* pool.acquire();
    waiting = useOf(pool);
    assertSleeps(waiting);
    return lease.value;
  }
  assertReturns(Lwt.spawn(work), 1);
  assertReturns(waiting!, 1);
});

Deno.test("a lease that is discarded is disposed of, once", () => {
  const { pool, log } = numbered(1);
  function* work(): Lwt.Task<void> {
    using lease = yield* pool.acquire();
    yield* lease.discard();
    yield* lease.discard();
  }
  assertReturns(Lwt.spawn(work), undefined);
  assertEquals(log, ["make 1", "dispose of 1"]);
  assertReturns(useOf(pool), 2);
});

Deno.test("a lease given back twice is given back once", () => {
  const { pool } = numbered(2);
  const lease = pool.acquire().poll()!;
  lease[Symbol.dispose]();
  lease[Symbol.dispose]();
  assertEquals([held(pool).got, held(pool).got], [[1], [2]]);
});

Deno.test("a lease that cannot be disposed of after a clear tells the hook", () => {
  const { pool } = numbered(1, { dispose: () => Lwt.fail(boom) });
  const lease = pool.acquire().poll()!;
  pool.clear();
  assertEquals(hooked(() => lease[Symbol.dispose]()), [boom]);
  assertReturns(useOf(pool), 2);
});

Deno.test("a pool of nothing is refused", () => {
  for (const n of [0, -1, 1.5, NaN]) {
    assertThrows(() => new Pool(n, () => Lwt.returnUnit), InvalidArgument, `${n}`);
  }
});

Deno.test("a long line is served without overflowing the stack", () => {
  const { pool, log } = numbered(1);
  const first = held(pool);
  let served = 0;
  for (let i = 0; i < 100_000; i++) pool.use(() => Lwt.return(served++));
  first.end.wakeup(0);
  assertEquals([served, log.length], [100_000, 1]);
});

Deno.test("whoever waits for a resource says so", () => {
  const { pool } = numbered(1);
  held(pool);
  assert(useOf(pool).whyPending().endsWith("a resource of a pool"));
});

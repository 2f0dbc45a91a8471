/** The workloads on Effect. */

// deno-lint-ignore no-import-prefix
import { Deferred, Effect } from "npm:effect@4.1.0";
import { main, sixteen } from "./_clock.ts";

type Link = Effect.Effect<number>;

const LINKS = 1000;
const TASKS = 100;
const binds = sixteen<(x: number) => Link>((k) => `(x) => Effect.succeed(x + ${k})`, { Effect });
const maps = sixteen<(x: number) => number>((k) => `(x) => x + ${k}`);
const settled = Effect.succeed(1);

function bind(n: number): void {
  for (let done = 0; done < n; done += LINKS) {
    let p: Link = Effect.succeed(0);
    for (let i = 0; i < LINKS; i++) p = Effect.flatMap(p, (x) => Effect.succeed(x + 1));
    Effect.runSync(p);
  }
}

function bind16(n: number): void {
  for (let done = 0; done < n; done += LINKS) {
    let p: Link = Effect.succeed(0);
    for (let i = 0; i < LINKS; i++) p = Effect.flatMap(p, binds[i & 15]!);
    Effect.runSync(p);
  }
}

function map(n: number): void {
  for (let done = 0; done < n; done += LINKS) {
    let p: Link = Effect.succeed(0);
    for (let i = 0; i < LINKS; i++) p = Effect.map(p, (x) => x + 1);
    Effect.runSync(p);
  }
}

function map16(n: number): void {
  for (let done = 0; done < n; done += LINKS) {
    let p: Link = Effect.succeed(0);
    for (let i = 0; i < LINKS; i++) p = Effect.map(p, maps[i & 15]!);
    Effect.runSync(p);
  }
}

async function pendingBinds(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const deferred = Deferred.makeUnsafe<number>();
    let p: Link = Deferred.await(deferred);
    for (let i = 0; i < LINKS; i++) p = Effect.flatMap(p, (x) => Effect.succeed(x + 1));
    const end = Effect.runPromise(p);
    Deferred.doneUnsafe(deferred, Effect.succeed(0));
    await end;
  }
}

async function pendingBinds16(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const deferred = Deferred.makeUnsafe<number>();
    let p: Link = Deferred.await(deferred);
    for (let i = 0; i < LINKS; i++) p = Effect.flatMap(p, binds[i & 15]!);
    const end = Effect.runPromise(p);
    Deferred.doneUnsafe(deferred, Effect.succeed(0));
    await end;
  }
}

async function pendingMaps(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const deferred = Deferred.makeUnsafe<number>();
    let p: Link = Deferred.await(deferred);
    for (let i = 0; i < LINKS; i++) p = Effect.map(p, (x) => x + 1);
    const end = Effect.runPromise(p);
    Deferred.doneUnsafe(deferred, Effect.succeed(0));
    await end;
  }
}

async function pendingMaps16(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const deferred = Deferred.makeUnsafe<number>();
    let p: Link = Deferred.await(deferred);
    for (let i = 0; i < LINKS; i++) p = Effect.map(p, maps[i & 15]!);
    const end = Effect.runPromise(p);
    Deferred.doneUnsafe(deferred, Effect.succeed(0));
    await end;
  }
}

let left = 0;
const steps = sixteen<() => Effect.Effect<void>>((k) => `() => pauses16(${k})`, { pauses16 });

function pauses(): Effect.Effect<void> {
  return left-- === 0 ? Effect.void : Effect.flatMap(Effect.yieldNow, pauses);
}

function pauses16(_: number): Effect.Effect<void> {
  return left-- === 0 ? Effect.void : Effect.flatMap(Effect.yieldNow, steps[left & 15]!);
}

function pause(n: number): Promise<void> {
  left = n;
  return Effect.runPromise(pauses());
}

function pause16(n: number): Promise<void> {
  left = n;
  return Effect.runPromise(pauses16(0));
}

function waitSettled(n: number): void {
  Effect.runSync(Effect.gen(function* () {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += yield* settled;
    return sum;
  }));
}

const deferreds: Deferred.Deferred<number>[] = [];

function task(index: number, n: number): Promise<number> {
  return Effect.runPromise(Effect.gen(function* () {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const deferred = deferreds[index] = Deferred.makeUnsafe<number>();
      sum += yield* Deferred.await(deferred);
    }
    return sum;
  }));
}

async function waitPending(n: number): Promise<void> {
  const turns = Math.ceil(n / TASKS);
  const tasks = Array.from({ length: TASKS }, (_, index) => task(index, turns));
  const one = Effect.succeed(1);
  for (let turn = 0; turn < turns; turn++) {
    for (let index = 0; index < TASKS; index++) Deferred.doneUnsafe(deferreds[index]!, one);
  }
  await Promise.all(tasks);
}

await main({
  "bind settled": bind,
  "bind settled, 16 callbacks": bind16,
  "map settled": map,
  "map settled, 16 callbacks": map16,
  "1,000 pending binds": pendingBinds,
  "1,000 pending binds, 16 callbacks": pendingBinds16,
  "1,000 pending maps": pendingMaps,
  "1,000 pending maps, 16 callbacks": pendingMaps16,
  "pause loop": pause,
  "pause loop, 16 callbacks": pause16,
  "pause loop in the main loop": pause,
  "pause loop in the main loop, 16 callbacks": pause16,
  "wait for settled": waitSettled,
  "wait for pending": waitPending,
});

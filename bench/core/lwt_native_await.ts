/** The workloads on native promises, written with `await`. */

import { setImmediate } from "node:timers";
import { main, sixteen } from "./_clock.ts";

const LINKS = 1000;
const TASKS = 100;
const binds = sixteen<(x: number) => Promise<number>>((k) => `(x) => Promise.resolve(x + ${k})`);
const maps = sixteen<(x: number) => number>((k) => `(x) => x + ${k}`);
const links = sixteen<typeof mapped>((k) => `async (p) => await p + ${k}`);
const binding = sixteen<typeof bound>((k) => `async (p) => await Promise.resolve(await p + ${k})`);
const settled = Promise.resolve(1);

async function bind(n: number): Promise<void> {
  let p = Promise.resolve(0);
  for (let i = 0; i < n; i++) p = Promise.resolve(await p + 1);
  await p;
}

async function bind16(n: number): Promise<void> {
  let p = Promise.resolve(0);
  for (let i = 0; i < n; i++) p = binds[i & 15]!(await p);
  await p;
}

async function map(n: number): Promise<number> {
  let x = 0;
  for (let i = 0; i < n; i++) x = await settled + x;
  return x;
}

async function map16(n: number): Promise<number> {
  let x = 0;
  for (let i = 0; i < n; i++) x = maps[i & 15]!(await settled + x);
  return x;
}

async function mapped(p: Promise<number>): Promise<number> {
  return await p + 1;
}

async function bound(p: Promise<number>): Promise<number> {
  return await Promise.resolve(await p + 1);
}

async function pendingBinds(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const { promise, resolve } = Promise.withResolvers<number>();
    let p = promise;
    for (let i = 0; i < LINKS; i++) p = bound(p);
    resolve(0);
    await p;
  }
}

async function pendingBinds16(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const { promise, resolve } = Promise.withResolvers<number>();
    let p = promise;
    for (let i = 0; i < LINKS; i++) p = binding[i & 15]!(p);
    resolve(0);
    await p;
  }
}

async function pendingMaps(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const { promise, resolve } = Promise.withResolvers<number>();
    let p = promise;
    for (let i = 0; i < LINKS; i++) p = mapped(p);
    resolve(0);
    await p;
  }
}

async function pendingMaps16(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const { promise, resolve } = Promise.withResolvers<number>();
    let p = promise;
    for (let i = 0; i < LINKS; i++) p = links[i & 15]!(p);
    resolve(0);
    await p;
  }
}

async function pause(n: number): Promise<void> {
  for (let i = 0; i < n; i++) await undefined;
}

async function pause16(n: number): Promise<number> {
  let x = 0;
  for (let i = 0; i < n; i++) {
    await undefined;
    x = maps[i & 15]!(x);
  }
  return x;
}

/** A microtask lets nothing else in: a turn of the event loop does. */
async function pauseInMain(n: number): Promise<void> {
  for (let i = 0; i < n; i++) await new Promise(setImmediate);
}

async function pauseInMain16(n: number): Promise<number> {
  let x = 0;
  for (let i = 0; i < n; i++) {
    await new Promise(setImmediate);
    x = maps[i & 15]!(x);
  }
  return x;
}

async function waitSettled(n: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await settled;
  return sum;
}

const resolvers: ((x: number) => void)[] = [];

async function task(index: number, n: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const { promise, resolve } = Promise.withResolvers<number>();
    resolvers[index] = resolve;
    sum += await promise;
  }
  return sum;
}

async function waitPending(n: number): Promise<void> {
  const turns = Math.ceil(n / TASKS);
  const tasks = Array.from({ length: TASKS }, (_, index) => task(index, turns));
  for (let turn = 0; turn < turns; turn++) {
    for (let index = 0; index < TASKS; index++) resolvers[index]!(1);
    await undefined;
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
  "pause loop in the main loop": pauseInMain,
  "pause loop in the main loop, 16 callbacks": pauseInMain16,
  "wait for settled": waitSettled,
  "wait for pending": waitPending,
});

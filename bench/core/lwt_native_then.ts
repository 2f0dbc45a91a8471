/** The workloads on native promises, written with `then`. */

import { setImmediate } from "node:timers";
import { main, sixteen } from "./_clock.ts";

const LINKS = 1000;
const binds = sixteen<(x: number) => Promise<number>>((k) => `(x) => Promise.resolve(x + ${k})`);
const maps = sixteen<(x: number) => number>((k) => `(x) => x + ${k}`);

async function bind(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    let p = Promise.resolve(0);
    for (let i = 0; i < LINKS; i++) p = p.then((x) => Promise.resolve(x + 1));
    await p;
  }
}

async function bind16(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    let p = Promise.resolve(0);
    for (let i = 0; i < LINKS; i++) p = p.then(binds[i & 15]);
    await p;
  }
}

async function map(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    let p = Promise.resolve(0);
    for (let i = 0; i < LINKS; i++) p = p.then((x) => x + 1);
    await p;
  }
}

async function map16(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    let p = Promise.resolve(0);
    for (let i = 0; i < LINKS; i++) p = p.then(maps[i & 15]);
    await p;
  }
}

async function pendingBinds(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const { promise, resolve } = Promise.withResolvers<number>();
    let p = promise;
    for (let i = 0; i < LINKS; i++) p = p.then((x) => Promise.resolve(x + 1));
    resolve(0);
    await p;
  }
}

async function pendingBinds16(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const { promise, resolve } = Promise.withResolvers<number>();
    let p = promise;
    for (let i = 0; i < LINKS; i++) p = p.then(binds[i & 15]);
    resolve(0);
    await p;
  }
}

async function pendingMaps(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const { promise, resolve } = Promise.withResolvers<number>();
    let p = promise;
    for (let i = 0; i < LINKS; i++) p = p.then((x) => x + 1);
    resolve(0);
    await p;
  }
}

async function pendingMaps16(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const { promise, resolve } = Promise.withResolvers<number>();
    let p = promise;
    for (let i = 0; i < LINKS; i++) p = p.then(maps[i & 15]);
    resolve(0);
    await p;
  }
}

// A promise returned from `then` would chain the whole loop up: the end is told by a resolver.
let left = 0;
let end: () => void;
const turn = Promise.resolve();
const steps = sixteen<() => void>((k) => `() => pauses16(${k})`, { pauses16 });
const turns = sixteen<() => void>((k) => `() => immediates16(${k})`, { immediates16 });

function pauses(): void {
  if (left-- === 0) end();
  else turn.then(pauses);
}

function pauses16(_: number): void {
  if (left-- === 0) end();
  else turn.then(steps[left & 15]);
}

/** A microtask lets nothing else in: a turn of the event loop does. */
function immediates(): void {
  if (left-- === 0) end();
  else new Promise<void>((resolve) => setImmediate(resolve)).then(immediates);
}

function immediates16(_: number): void {
  if (left-- === 0) end();
  else new Promise<void>((resolve) => setImmediate(resolve)).then(turns[left & 15]);
}

function pause(n: number): Promise<void> {
  return looped(n, pauses);
}

function pause16(n: number): Promise<void> {
  return looped(n, () => pauses16(0));
}

function pauseInMain(n: number): Promise<void> {
  return looped(n, immediates);
}

function pauseInMain16(n: number): Promise<void> {
  return looped(n, () => immediates16(0));
}

function looped(n: number, loop: () => void): Promise<void> {
  left = n;
  return new Promise((resolve) => {
    end = resolve;
    loop();
  });
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
});

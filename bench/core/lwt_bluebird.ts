/** The workloads on bluebird. */

// deno-lint-ignore no-import-prefix
import Bluebird from "npm:bluebird@3.7.2";
import { setImmediate } from "node:timers";
import { main, sixteen } from "./_clock.ts";

type Pending = [promise: Bluebird<number>, resolve: (x: number) => void];
type Waits = Generator<Bluebird<unknown>, number | void, number>;

const LINKS = 1000;
const TASKS = 100;
const binds = sixteen<(x: number) => Bluebird<number>>((k) => `(x) => Bluebird.resolve(x + ${k})`, {
  Bluebird,
});
const maps = sixteen<(x: number) => number>((k) => `(x) => x + ${k}`);

const settled = Bluebird.resolve(1);

function pending(): Pending {
  let resolve!: (x: number) => void;
  const promise = new Bluebird<number>((r: typeof resolve) => resolve = r);
  return [promise, resolve];
}

async function bind(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    let p = Bluebird.resolve(0);
    for (let i = 0; i < LINKS; i++) p = p.then((x: number) => Bluebird.resolve(x + 1));
    await p;
  }
}

async function bind16(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    let p = Bluebird.resolve(0);
    for (let i = 0; i < LINKS; i++) p = p.then(binds[i & 15]);
    await p;
  }
}

async function map(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    let p = Bluebird.resolve(0);
    for (let i = 0; i < LINKS; i++) p = p.then((x: number) => x + 1);
    await p;
  }
}

async function map16(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    let p = Bluebird.resolve(0);
    for (let i = 0; i < LINKS; i++) p = p.then(maps[i & 15]);
    await p;
  }
}

async function pendingBinds(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const [promise, resolve] = pending();
    let p = promise;
    for (let i = 0; i < LINKS; i++) p = p.then((x: number) => Bluebird.resolve(x + 1));
    resolve(0);
    await p;
  }
}

async function pendingBinds16(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const [promise, resolve] = pending();
    let p = promise;
    for (let i = 0; i < LINKS; i++) p = p.then(binds[i & 15]);
    resolve(0);
    await p;
  }
}

async function pendingMaps(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const [promise, resolve] = pending();
    let p = promise;
    for (let i = 0; i < LINKS; i++) p = p.then((x: number) => x + 1);
    resolve(0);
    await p;
  }
}

async function pendingMaps16(n: number): Promise<void> {
  for (let done = 0; done < n; done += LINKS) {
    const [promise, resolve] = pending();
    let p = promise;
    for (let i = 0; i < LINKS; i++) p = p.then(maps[i & 15]);
    resolve(0);
    await p;
  }
}

// A promise returned from `then` would chain the whole loop up: the end is told by a resolver.
let left = 0;
let end: () => void;
const turn = Bluebird.resolve();
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
  else new Bluebird<void>((resolve: () => void) => setImmediate(resolve)).then(immediates);
}

function immediates16(_: number): void {
  if (left-- === 0) end();
  else new Bluebird<void>((resolve: () => void) => setImmediate(resolve)).then(turns[left & 15]);
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

const waitSettled = Bluebird.coroutine(function* (n: number): Waits {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield settled;
  return sum;
});

const resolvers: ((x: number) => void)[] = [];

const task = Bluebird.coroutine(function* (index: number, n: number): Waits {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const [promise, resolve] = pending();
    resolvers[index] = resolve;
    sum += yield promise;
  }
  return sum;
});

const waitPending = Bluebird.coroutine(function* (n: number): Waits {
  const turns = Math.ceil(n / TASKS);
  const tasks = Array.from({ length: TASKS }, (_, index) => task(index, turns));
  for (let turn = 0; turn < turns; turn++) {
    for (let index = 0; index < TASKS; index++) resolvers[index]!(1);
    yield settled;
  }
  yield Bluebird.all(tasks);
});

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

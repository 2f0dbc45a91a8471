/** The workloads on this library's promises. */

import { Lwt, type Resolver } from "../../core/mod.ts";
import { main, sixteen } from "./_clock.ts";

type Bound = (x: number) => Lwt<number>;
type Mapped = (x: number) => number;

const LINKS = 1000;
const TASKS = 100;
const binds = sixteen<Bound>((k) => `(x) => Lwt.return(x + ${k})`, { Lwt });
const maps = sixteen<Mapped>((k) => `(x) => x + ${k}`);
const settled = Lwt.return(1);

function bind(n: number): void {
  let p = Lwt.return(0);
  for (let i = 0; i < n; i++) p = p.bind((x) => Lwt.return(x + 1));
}

function bind16(n: number): void {
  let p = Lwt.return(0);
  for (let i = 0; i < n; i++) p = p.bind(binds[i & 15]!);
}

function map(n: number): void {
  let p = Lwt.return(0);
  for (let i = 0; i < n; i++) p = p.map((x) => x + 1);
}

function map16(n: number): void {
  let p = Lwt.return(0);
  for (let i = 0; i < n; i++) p = p.map(maps[i & 15]!);
}

function pendingBinds(n: number): void {
  for (let done = 0; done < n; done += LINKS) {
    const [first, resolver] = Lwt.wait<number>();
    let p = first;
    for (let i = 0; i < LINKS; i++) p = p.bind((x) => Lwt.return(x + 1));
    resolver.wakeup(0);
  }
}

function pendingBinds16(n: number): void {
  for (let done = 0; done < n; done += LINKS) {
    const [first, resolver] = Lwt.wait<number>();
    let p = first;
    for (let i = 0; i < LINKS; i++) p = p.bind(binds[i & 15]!);
    resolver.wakeup(0);
  }
}

function pendingMaps(n: number): void {
  for (let done = 0; done < n; done += LINKS) {
    const [first, resolver] = Lwt.wait<number>();
    let p = first;
    for (let i = 0; i < LINKS; i++) p = p.map((x) => x + 1);
    resolver.wakeup(0);
  }
}

function pendingMaps16(n: number): void {
  for (let done = 0; done < n; done += LINKS) {
    const [first, resolver] = Lwt.wait<number>();
    let p = first;
    for (let i = 0; i < LINKS; i++) p = p.map(maps[i & 15]!);
    resolver.wakeup(0);
  }
}

let left = 0;
const steps = sixteen<() => Lwt<void>>((k) => `() => pauses16(${k})`, { pauses16 });

function pauses(): Lwt<void> {
  return left-- === 0 ? Lwt.returnUnit : Lwt.pause().bind(pauses);
}

function pauses16(_: number): Lwt<void> {
  return left-- === 0 ? Lwt.returnUnit : Lwt.pause().bind(steps[left & 15]!);
}

function pause(n: number): void {
  left = n;
  drive(pauses());
}

function pause16(n: number): void {
  left = n;
  drive(pauses16(0));
}

async function pauseInMain(n: number): Promise<void> {
  const { Main } = await import("../../mod.ts");
  left = n;
  Main.run(pauses());
}

async function pauseInMain16(n: number): Promise<void> {
  const { Main } = await import("../../mod.ts");
  left = n;
  Main.run(pauses16(0));
}

function drive(p: Lwt<void>): void {
  while (p.isSleeping()) Lwt.wakeupPaused();
}

function* waitSettled(n: number): Generator<Lwt<unknown>, number, unknown> {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* settled;
  return sum;
}

function yieldSettled(n: number): void {
  Lwt.spawn(waitSettled, n);
}

const resolvers: Resolver<number>[] = [];

function* waitPending(task: number, n: number): Generator<Lwt<unknown>, number, unknown> {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const [p, resolver] = Lwt.wait<number>();
    resolvers[task] = resolver;
    sum += yield* p;
  }
  return sum;
}

function yieldPending(n: number): void {
  const turns = Math.ceil(n / TASKS);
  for (let task = 0; task < TASKS; task++) Lwt.spawn(waitPending, task, turns);
  for (let turn = 0; turn < turns; turn++) {
    for (let task = 0; task < TASKS; task++) resolvers[task]!.wakeup(1);
  }
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
  "wait for settled": yieldSettled,
  "wait for pending": yieldPending,
});

/*
 * Random programs over promises. A program is its seed: what it does next is drawn from a generator
 * of numbers as it goes, so that two implementations of promises run the same program for as long
 * as they run its callbacks in the same order, and write the same transcript.
 */
import { InvalidArgument, Key, Lwt, type Resolver } from "../../core/mod.ts";

/** Runs the program of this seed, and returns what it wrote: its callbacks, then its promises. */
export function transcript(seed: number): string {
  return new Program(seed).run();
}

class Thrown extends Error {}

/** How deep callbacks may act inside callbacks: well below the depth from which they are queued. */
const MAX_DEPTH = 6;

const key = new Key<number>();

class Program {
  readonly #promises: Lwt<number>[] = [];
  readonly #resolvers: Resolver<number>[] = [];
  #transcript = "";
  #random: number;
  #fuel: number;
  #ids = 0;

  constructor(seed: number) {
    this.#random = seed * 7919 + 1;
    this.#fuel = 20 + this.draw(120);
    for (let i = 0; i < 3; i++) this.make(Lwt.task<number>());
  }

  run(): string {
    const hook = Lwt.asyncExceptionHook;
    Lwt.asyncExceptionHook = (error) => this.write(`hook ${nameOf(error)}`);
    while (this.#fuel > 0) this.act(0);
    for (const p of this.#promises) this.write(stateOf(p));
    const text = this.#transcript;
    while (Lwt.pausedCount() > 0) Lwt.wakeupPaused();
    Lwt.asyncExceptionHook = hook;
    return text;
  }

  /** A number below `n`. */
  draw(n: number): number {
    this.#random = this.#random * 48271 % 2147483647;
    return Math.floor(this.#random / 16) % n;
  }

  /** One of the promises so far, half of the time a recent one. */
  pick(): Lwt<number> {
    const { length } = this.#promises;
    const recent = this.draw(2) === 0 && length > 6;
    return this.#promises[recent ? length - 1 - this.draw(6) : this.draw(length)]!;
  }

  pickSome(): Lwt<number>[] {
    return Array.from({ length: 1 + this.draw(3) }, () => this.pick());
  }

  keep(p: Lwt<number>): void {
    this.#promises.push(p);
  }

  make([p, r]: [Lwt<number>, Resolver<number>]): void {
    this.keep(p);
    this.#resolvers.push(r);
  }

  newId(): number {
    return ++this.#ids;
  }

  /** Does one thing, unless there has been enough of it. */
  act(depth: number): void {
    if (this.#fuel <= 0 || depth >= MAX_DEPTH) return;
    this.#fuel--;
    acts[this.draw(acts.length)]!(this, depth);
  }

  resolve(f: (r: Resolver<number>, n: number) => void): void {
    const r = this.#resolvers[this.draw(this.#resolvers.length)]!, n = this.draw(100);
    try {
      f(r, n);
    } catch (error) {
      if (!(error instanceof InvalidArgument)) throw error;
      this.write("used");
    }
  }

  /** What every callback does. */
  callback(depth: number, id: number, value: number): void {
    this.write(`${id}:${value}${key.get() === undefined ? "" : `k${key.get()}`}`);
    for (let n = this.draw(3); n > 0; n--) this.act(depth + 1);
    this.write(`.${id}`);
  }

  observer(depth: number, id: number, value: number): void {
    this.callback(depth, id, value);
    if (this.draw(8) === 0) throw this.error();
  }

  number(depth: number, id: number, value: number): number {
    this.callback(depth, id, value);
    if (this.draw(4) === 0) throw this.error();
    return this.draw(100);
  }

  promise(depth: number, id: number, value: number): Lwt<number> {
    this.callback(depth, id, value);
    const way = this.draw(6);
    if (way === 0) throw this.error();
    if (way === 1) return Lwt.fail(this.error());
    return way < 4 ? Lwt.return(this.draw(100)) : this.pick();
  }

  error(): Error {
    return new Thrown(`E${this.draw(100)}`);
  }

  write(word: string): void {
    this.#transcript += `${word} `;
  }
}

type Act = (program: Program, depth: number) => void;

/** A callback hung on a promise, which makes no other. */
const watching = (attach: (p: Lwt<number>, on: Callbacks) => void): Act => (program, depth) =>
  attach(program.pick(), callbacksOf(program, depth));

/** A promise made of another one. */
const deriving = (make: (p: Lwt<number>, on: Callbacks) => Lwt<number>): Act => (program, depth) =>
  program.keep(make(program.pick(), callbacksOf(program, depth)));

/** A promise made of several; not of so many settled ones that any of them will do. */
const gathering = (make: (ps: Lwt<number>[]) => Lwt<number>, settled = 3): Act => (program) => {
  const ps = program.pickSome();
  if (ps.filter((p) => !p.isSleeping()).length <= settled) program.keep(make(ps));
};

const sum = (ns: number[]) => ns.reduce((a, b) => a + b, 0);

const waits: Act = (program) => program.make(Lwt.wait());
const tasks: Act = (program) => program.make(Lwt.task());
const binds = deriving((p, on) => p.bind(on.promise));
const onCancels = watching((p, on) => p.onCancel(() => on.observer(0)));
const spawns: Act = (program, depth) => {
  const p = program.pick(), q = program.pick(), { number, value } = callbacksOf(program, depth);
  program.keep(Lwt.spawn(function* () {
    value(yield* p);
    return number(yield* q);
  }));
};
const wakes: Act = (program) => program.resolve((r, n) => r.wakeup(n));
const wakesLater: Act = (program) => program.resolve((r, n) => r.wakeupLater(n));
const cancels: Act = (program) => program.pick().cancel();

/** All there is to do; what is listed twice is done twice as often. */
const acts: readonly Act[] = [
  waits,
  tasks,
  tasks,
  binds,
  binds,
  deriving((p, on) => p.map(on.number)),
  deriving((p, on) => Lwt.catch(() => p, on.failed)),
  deriving((p, on) => Lwt.tryBind(() => p, on.promise, on.failed)),
  deriving((p, on) => Lwt.finalize(() => p, () => on.promise(0).map(() => {}))),
  watching((p, on) => p.onSuccess(on.observer)),
  watching((p, on) => p.onFailure(on.observeError)),
  watching((p, on) => p.onTermination(() => on.observer(0))),
  watching((p, on) => p.onAny(on.observer, on.observeError)),
  onCancels,
  onCancels,
  gathering((ps) => Lwt.join(ps.map((p) => p.map(() => {}))).map(() => 7)),
  gathering((ps) => Lwt.all(ps).map(sum)),
  gathering(Lwt.choose, 1),
  gathering(Lwt.pick, 0),
  gathering((ps) => Lwt.nchoose(ps).map(sum)),
  gathering((ps) => Lwt.npick(ps).map(sum)),
  gathering((ps) => Lwt.nchooseSplit(ps).map(([ns, rest]) => sum(ns) * 10 + rest.length)),
  deriving((p) => p.protected()),
  deriving((p) => p.noCancel()),
  deriving((p) => p.wrapInCancelable()),
  wakes,
  wakes,
  wakesLater,
  wakesLater,
  (program) => program.resolve((r, n) => r.wakeupExn(new Thrown(`E${n}`))),
  (program) => program.resolve((r) => r.wakeupExn(new Lwt.Canceled())),
  cancels,
  cancels,
  (program, depth) => {
    const n = program.draw(100);
    key.withValue(n < 20 ? undefined : n, () => program.act(depth));
  },
  (program) => program.keep(Lwt.pause().map(() => 3)),
  () => Lwt.wakeupPaused(),
  spawns,
  spawns,
  (program) => {
    const p = program.pick();
    Lwt.async(() => p.map(() => {}));
  },
];

type Callbacks = ReturnType<typeof callbacksOf>;

/** The callbacks of one act, all with the same new number. */
function callbacksOf(program: Program, depth: number) {
  const id = program.newId();
  return {
    value: (n: number) => program.callback(depth, id, n),
    observer: (n: number) => program.observer(depth, id, n),
    observeError: (error: unknown) => {
      program.write(nameOf(error));
      program.observer(depth, id, 0);
    },
    number: (n: number) => program.number(depth, id, n),
    promise: (n: number) => program.promise(depth, id, n),
    failed: (error: unknown) => {
      program.write(nameOf(error));
      return program.promise(depth, id, 0);
    },
  };
}

function stateOf(p: Lwt<number>): string {
  const state = p.state();
  if (state.tag === "Sleep") return "S";
  return state.tag === "Return" ? `R${state.value}` : `F${nameOf(state.error)}`;
}

function nameOf(error: unknown): string {
  if (error instanceof Lwt.Canceled) return "C";
  return error instanceof Thrown ? error.message : String(error);
}

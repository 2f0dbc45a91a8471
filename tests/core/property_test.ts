// Random operations and cancelations, at top level and inside callbacks, against small models.
import fc from "npm:fast-check@4";
import { assert, assertEquals } from "@std/assert";
import { Lwt, type Resolver } from "../../core/mod.ts";
import { Condition } from "../../core/condition.ts";
import { Mutex } from "../../core/mutex.ts";
import { Mvar } from "../../core/mvar.ts";
import { Pool } from "../../core/pool.ts";
import { Semaphore } from "../../core/semaphore.ts";
import { Stream } from "../../core/stream.ts";
import { type Group, groups, holds, Story, takeAny } from "./_property.ts";

const number = fc.nat(1000);

/** An operation by its name, with a number to choose what it is about. */
function oneOf<Name extends string>(...names: Name[]): fc.Arbitrary<[Name, number]> {
  return fc.tuple(fc.constantFrom(...names), number);
}

Deno.test("a mailbox does as its model: every value goes to one taker, in order", () => {
  holds(groups(oneOf("put", "take", "takeAvailable", "cancel")), (story) => {
    const box = new Mvar<number>(), told = new Story();
    let full: number[] = [];
    const putters: number[] = [], takers: number[] = [];

    function remove(): number | undefined {
      const value = full.pop();
      const next = putters.shift();
      if (next === undefined) return value;
      full = [next];
      told.later(`${next} has undefined`);
      return value;
    }
    function step([name, at]: [string, number]): void {
      if (name === "cancel") {
        const id = takeAny(at % 2 === 0 ? putters : takers, at >> 1);
        if (id === undefined) return;
        told.now(`${id} is canceled`);
        return told.cancel(id);
      }
      if (name === "takeAvailable") return assertEquals(box.takeAvailable(), remove());
      const id = told.next();
      if (name === "put") {
        const taker = full.length > 0 ? undefined : takers.shift();
        if (taker !== undefined) told.later(`${taker} has ${id}`);
        if (full.length > 0) putters.push(id);
        else {
          if (taker === undefined) full = [id];
          told.now(`${id} has undefined`);
        }
        return told.watch(id, box.put(id));
      }
      if (full.length === 0) takers.push(id);
      else told.now(`${id} has ${remove()}`);
      told.watch(id, box.take());
    }

    for (const group of story) {
      told.run(group, step);
      told.checkPending([...putters, ...takers]);
      assertEquals(box.isEmpty(), full.length === 0);
    }
  });
});

/** What a lock of `n` permits and its waiters do, for a mutex and a semaphore alike. */
interface Lock {
  take(): Lwt<void>;
  release(): void;
  during<T>(f: () => Lwt<T>): Lwt<T>;
  free(): number;
}

function lockDoesAsItsModel(n: number, lock: Lock, story: Group<[string, number]>[]): void {
  const told = new Story();
  const line: { id: number; during: boolean }[] = [];
  const running: { id: number; end: Resolver<string> }[] = [];
  let free = n, plain = 0;

  function handOver(): void {
    const next = line.shift();
    if (next === undefined) free++;
    else told.later(next.during ? `${next.id} runs` : `${next.id} has undefined`);
    if (next?.during === false) plain++;
  }
  function during(id: number): () => Lwt<string> {
    return () => {
      const [inside, end] = Lwt.task<string>();
      told.tell(`${id} runs`);
      running.push({ id, end });
      return inside;
    };
  }
  function step([name, at]: [string, number]): void {
    if (name === "release") {
      if (plain === 0) return;
      plain--;
      handOver();
      return lock.release();
    }
    if (name === "cancel a waiter") {
      const waiter = takeAny(line, at);
      if (waiter === undefined) return;
      told.now(`${waiter.id} is canceled`);
      return told.cancel(waiter.id);
    }
    if (name === "end" || name === "cancel a holder") {
      const holder = takeAny(running, at);
      if (holder === undefined) return;
      const outcome = name === "end" ? at % 2 === 0 ? "has a value" : "fails: boom" : "is canceled";
      told.now(`${holder.id} ${outcome}`);
      handOver();
      if (name === "cancel a holder") return told.cancel(holder.id);
      return at % 2 === 0 ? holder.end.wakeup("a value") : holder.end.wakeupExn("boom");
    }
    const id = told.next(), holds = name === "during";
    if (free === 0) line.push({ id, during: holds });
    else {
      free--;
      if (!holds) plain++;
      told.now(holds ? `${id} runs` : `${id} has undefined`);
    }
    told.watch(id, holds ? lock.during(during(id)) : lock.take());
  }

  for (const group of story) {
    told.run(group, step);
    told.checkPending([...line.map(({ id }) => id), ...running.map(({ id }) => id)]);
    assertEquals(lock.free(), free);
  }
}

const lockOps = oneOf("take", "release", "during", "end", "cancel a waiter", "cancel a holder");

Deno.test("a mutex does as its model: one holder at a time, in order, and no lock is lost", () => {
  holds(groups(lockOps), (story) => {
    const mutex = new Mutex();
    const lock: Lock = {
      take: () => mutex.lock(),
      release: () => mutex.unlock(),
      during: (f) => mutex.withLock(f),
      free: () => mutex.isLocked() ? 0 : 1,
    };
    lockDoesAsItsModel(1, lock, story);
  });
});

Deno.test("a semaphore does as its model", () => {
  holds(fc.tuple(fc.integer({ min: 1, max: 4 }), groups(lockOps)), ([n, story]) => {
    const semaphore = new Semaphore(n);
    const lock: Lock = {
      take: () => semaphore.take(),
      release: () => semaphore.release(),
      during: (f) => semaphore.withPermit(f),
      free: () => semaphore.available(),
    };
    lockDoesAsItsModel(n, lock, story);
  });
});

Deno.test("a condition does as its model: oldest first, and no signal is spent on the canceled", () => {
  holds(groups(oneOf("wait", "signal", "broadcast", "broadcastExn", "cancel")), (story) => {
    const condition = new Condition<string>(), told = new Story();
    const line: number[] = [];

    function step([name, at]: [string, number]): void {
      if (name === "wait") {
        const id = told.next();
        line.push(id);
        told.watch(id, condition.wait());
      } else if (name === "signal") {
        const id = line.shift();
        if (id !== undefined) told.later(`${id} has a signal`);
        condition.signal("a signal");
      } else if (name === "cancel") {
        const id = takeAny(line, at);
        if (id !== undefined) told.now(`${id} is canceled`);
        told.cancel(id ?? 0);
      } else {
        const value = name === "broadcast";
        for (const id of line.splice(0)) told.later(`${id} ${value ? "has it" : "fails: no"}`);
        if (value) condition.broadcast("it");
        else condition.broadcastExn("no");
      }
    }

    for (const group of story) {
      told.run(group, step);
      told.checkPending(line);
    }
  });
});

Deno.test("a stream and its clone do as their model: no element is lost to a canceled read", () => {
  holds(groups(oneOf("push", "get", "cancel", "cancel")), (story) => {
    const [stream, push] = Stream.create<number>(), told = new Story();
    const streams = [stream, stream.clone()], places = [0, 0];
    const pushed: number[] = [];
    let reads: { id: number; of: number }[] = [];

    function step([name, at]: [string, number]): void {
      if (name === "push") {
        pushed.push(at);
        for (const { id, of } of reads) {
          told.later(`${id} has ${at}`);
          places[of] = pushed.length;
        }
        reads = [];
        return push(at);
      }
      if (name === "cancel") {
        const read = takeAny(reads, at);
        if (read !== undefined) told.now(`${read.id} is canceled`);
        return told.cancel(read?.id ?? 0);
      }
      const id = told.next(), of = at % 2;
      if (places[of]! < pushed.length) told.now(`${id} has ${pushed[places[of]!++]}`);
      else reads.push({ id, of });
      told.watch(id, streams[of]!.get());
    }

    for (const group of story) {
      told.run(group, step);
      told.checkPending(reads.map(({ id }) => id));
    }
  });
});

Deno.test("a bounded stream does as its model: pushes wait, and a canceled one takes its value back", () => {
  const ops = oneOf("push", "push", "get", "cancel a push", "cancel a read");
  holds(fc.tuple(fc.integer({ min: 1, max: 3 }), groups(ops)), ([size, story]) => {
    const [stream, push] = Stream.createBounded<number>(size), told = new Story();
    const inside: number[] = [], reads: number[] = [];
    let blocked: number[] = [];

    function remove(): number | undefined {
      const value = inside.shift();
      for (const id of blocked) {
        inside.push(id);
        told.later(`${id} has undefined`);
      }
      blocked = [];
      return value;
    }
    function cancel(ids: number[], at: number): void {
      const id = takeAny(ids, at);
      if (id !== undefined) told.now(`${id} is canceled`);
      told.cancel(id ?? 0);
    }
    function step([name, at]: [string, number]): void {
      if (name === "cancel a push") return cancel(blocked, at);
      if (name === "cancel a read") return cancel(reads, at);
      const id = told.next();
      if (name === "get") {
        if (inside.length > 0) told.now(`${id} has ${remove()}`);
        else reads.push(id);
        return told.watch(id, stream.get());
      }
      for (const read of reads) told.later(`${read} has ${id}`);
      if (blocked.length > 0) told.now(`${id} fails: Full`);
      else if (inside.length === size) blocked.push(id);
      else {
        if (reads.splice(0).length === 0) inside.push(id);
        told.now(`${id} has undefined`);
      }
      told.watch(id, push.push(id));
    }

    for (const group of story) {
      told.run(group, step);
      told.checkPending([...reads, ...blocked]);
      assertEquals(push.count(), inside.length);
    }
  });
});

/** What may happen to a resource. */
type Stage = "idle" | "validating" | "lent" | "cleared" | "disposing";

/** Something that goes on until it is told how it ends. */
interface Activity {
  isUse: boolean;
  end(good: boolean): void;
}

/** A pool whose resources, and everything that is done to them, can be watched and controlled. */
class WatchedPool {
  readonly pool: Pool<number>;
  readonly #limit: number;
  readonly #stages: Map<number, Stage> = new Map();
  /** What is going on, and can be ended, well or badly. */
  readonly #open: Activity[] = [];
  readonly #uses: Lwt<unknown>[] = [];
  readonly #clears: Lwt<unknown>[] = [];
  /** What should never have happened: an error thrown inside a callback would be the pool's. */
  readonly #wrong: string[] = [];
  #creating = 0;
  #made = 0;

  constructor(limit: number, options: { validates: boolean; checks: boolean }) {
    this.#limit = limit;
    this.pool = new Pool(limit, () => this.#create(), {
      ...(options.validates ? { validate: (n: number) => this.#validate(n) } : {}),
      ...(options.checks ? { check: (n, isOk) => isOk(n % 2 === 0) } : {}),
      dispose: (n) => this.#dispose(n),
    });
  }

  use(): void {
    this.#uses.push(this.pool.use((n) => {
      this.#enter(n, "lent");
      return this.#during<void>(() => this.#stages.set(n, "idle"), undefined, true);
    }));
  }

  /** Inside a callback, one that looks idle may have been handed to a waiter that is to be told. */
  clear(nested: boolean): void {
    for (const [n, stage] of this.#stages) {
      if (stage === "idle" && !nested) this.#stages.set(n, "cleared");
    }
    this.#clears.push(this.pool.clear());
  }

  cancel(at: number): void {
    this.#uses[at % this.#uses.length]?.cancel();
  }

  end(at: number, good: boolean): void {
    takeAny(this.#open, at)?.end(good);
  }

  /** Whoever waits has a reason to. Only between callbacks: one that was served may not know yet. */
  check(): void {
    assertEquals(this.#wrong, []);
    if (this.pool.waitQueueLength() === 0) return;
    assertEquals(this.#taken(), this.#limit, "somebody waits although there is a place");
    if (this.#clears.some((p) => p.isSleeping())) return;
    const stages = [...this.#stages.values()];
    assert(!stages.includes("idle"), "somebody waits although a resource is idle");
  }

  /** At the end all that was going on can end, and all places are free again. */
  finish(): void {
    while (this.#open.length > 0) this.end(0, true);
    this.check();
    for (const use of this.#uses) assertEquals(use.isSleeping(), false);
    for (let i = 0; i <= this.#limit; i++) this.use();
    const isOther = ({ isUse }: Activity) => !isUse;
    for (let at = this.#open.findIndex(isOther); at >= 0; at = this.#open.findIndex(isOther)) {
      this.end(at, true);
    }
    this.check();
    assertEquals(this.#open.length, this.#limit, "a place is gone");
    assertEquals(this.pool.waitQueueLength(), 1);
  }

  #taken(): number {
    return this.#creating + this.#stages.size;
  }

  #create(): Lwt<number> {
    this.#creating++;
    if (this.#taken() > this.#limit) this.#wrong.push(`${this.#taken()} resources`);
    return this.#during(() => this.#creating--, undefined)
      .map(() => {
        this.#stages.set(++this.#made, "idle");
        return this.#made;
      });
  }

  #validate(n: number): Lwt<boolean> {
    this.#enter(n, "validating");
    return this.#during<boolean>(() => this.#stages.set(n, "idle"), n % 3 > 0);
  }

  #dispose(n: number): Lwt<void> {
    this.#enter(n, "disposing");
    return this.#during<void>(() => this.#stages.delete(n), undefined);
  }

  #enter(n: number, stage: Stage): void {
    const before = this.#stages.get(n);
    const right = before === "idle" || before === "cleared" && stage === "disposing";
    if (!right) this.#wrong.push(`${n} was ${before} before it was ${stage}`);
    this.#stages.set(n, stage);
  }

  /** Something that goes on until it is ended, or canceled. */
  #during<T>(ended: () => void, value: T, isUse = false): Lwt<T> {
    const [p, resolver] = Lwt.task<T>();
    const activity: Activity = {
      isUse,
      end: (good) => good ? resolver.wakeup(value) : resolver.wakeupExn("boom"),
    };
    this.#open.push(activity);
    return Lwt.finalize(() => p, () => {
      const at = this.#open.indexOf(activity);
      if (at >= 0) this.#open.splice(at, 1);
      ended();
      return Lwt.returnUnit;
    });
  }
}

Deno.test("a pool never exceeds its limit, lets nobody wait in vain, and loses no place", () => {
  const cases = fc.record({
    limit: fc.integer({ min: 1, max: 3 }),
    validates: fc.boolean(),
    checks: fc.boolean(),
    story: groups(oneOf("use", "use", "end well", "end well", "end badly", "cancel", "clear")),
  });
  holds(cases, ({ limit, validates, checks, story }) => {
    const watched = new WatchedPool(limit, { validates, checks });
    const told = new Story();
    for (const group of story) {
      told.run(group, ([name, at]) => {
        if (name === "use") watched.use();
        else if (name === "cancel") watched.cancel(at);
        else if (name === "clear") watched.clear(group.nested);
        else watched.end(at, name === "end well");
      });
      watched.check();
    }
    watched.finish();
  });
});

// A world where several tasks meet at every kind of lock, and what must be true of it at the end.
import { assertEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { currentClock, sleep } from "../../core/clock.ts";
import { Condition } from "../../core/condition.ts";
import { Mutex } from "../../core/mutex.ts";
import { Mvar } from "../../core/mvar.ts";
import { Pool } from "../../core/pool.ts";
import { Scope } from "../../core/scope.ts";
import { Semaphore } from "../../core/semaphore.ts";
import { VirtualClock } from "../../core/testing.ts";

/** A cancelation: which task, and at which suspension of any task, counted from 0. */
export interface Cancelation {
  at: number;
  task: number;
}

const PERMITS = 2;
const RESOURCES = 2;

/** What there is to share. */
export class World {
  readonly mutex: Mutex = new Mutex();
  readonly filled: Condition<void> = new Condition();
  readonly shelf: number[] = [];
  readonly box: Mvar<number> = new Mvar();
  readonly permits: Semaphore = new Semaphore(PERMITS);
  readonly pool: Pool<number> = new Pool(RESOURCES, () => sleep(1).map(() => 0), {
    validate: () => Lwt.pause().map(() => ++this.validated % 3 > 0),
    check: (_, isOk) => isOk(this.validated % 2 === 0),
    dispose: () => Lwt.pause(),
  });
  validated = 0;
  /** How many were put on the shelf, and taken from it. */
  shelved = 0;
  unshelved = 0;
  /** Those waiting for the shelf to be filled. */
  hungry = 0;
  readonly puts: { value: number; p: Lwt<void> }[] = [];
  readonly takes: Lwt<number>[] = [];
  #values = 0;

  put(): Lwt<void> {
    const value = this.#values++;
    const p = this.box.put(value);
    this.puts.push({ value, p });
    return p;
  }

  take(): Lwt<number> {
    const p = this.box.take();
    this.takes.push(p);
    return p;
  }

  /** Nobody waits for what is there. */
  checkAtRest(): void {
    const putting = this.puts.some(({ p }) => p.isSleeping());
    const taking = this.takes.some((p) => p.isSleeping());
    assertEquals(putting && this.box.isEmpty(), false, "a put waits beside an empty mailbox");
    assertEquals(taking && !this.box.isEmpty(), false, "a take waits beside a full mailbox");
    assertEquals(!this.mutex.isEmpty() && !this.mutex.isLocked(), false, "the lock is free");
    const waits = this.permits.waitQueueLength() > 0;
    assertEquals(waits && this.permits.available() > 0, false, "a permit is free");
    assertEquals(this.hungry > 0 && this.shelf.length > 0, false, "a wake-up was lost");
  }

  /** Nothing is held, nothing is lost. */
  checkAtEnd(): void {
    assertEquals([this.mutex.isLocked(), this.mutex.isEmpty()], [false, true], "the lock");
    assertEquals(
      [this.permits.available(), this.permits.waitQueueLength()],
      [PERMITS, 0],
      "permits",
    );
    assertEquals(this.shelved, this.unshelved + this.shelf.length, "the shelf");
    const given = this.puts.filter(({ p }) => p.state().tag === "Return").map(({ value }) => value);
    const taken = this.takes.flatMap((p) => {
      const state = p.state();
      return state.tag === "Return" ? [state.value] : [];
    });
    const left = this.box.takeAvailable();
    if (left !== undefined) taken.push(left);
    assertEquals(sorted(taken), sorted(given), "values were lost");
    this.#checkPool();
  }

  #checkPool(): void {
    assertEquals(this.pool.waitQueueLength(), 0, "somebody waits for the pool");
    let lent = 0;
    const [end] = Lwt.task<void>();
    const use = () => {
      lent++;
      return end;
    };
    const uses = Array.from({ length: RESOURCES + 1 }, () => this.pool.use(use));
    settle();
    assertEquals(
      [lent, this.pool.waitQueueLength()],
      [RESOURCES, 1],
      "a place of the pool is gone",
    );
    for (const p of uses) p.cancel();
    settle();
  }
}

/** What a task can do. Each of them waits somewhere, holds something, or both. */
export const ACTIONS = {
  pause: function* () {
    yield* Lwt.pause();
  },
  sleep: function* () {
    yield* sleep(1);
  },
  withLock: function* (world: World) {
    yield* world.mutex.withLock(() => Lwt.pause());
  },
  acquireLock: function* (world: World) {
    using _lock = yield* world.mutex.acquire();
    yield* sleep(1);
  },
  withPermit: function* (world: World) {
    yield* world.permits.withPermit(() => sleep(1));
  },
  acquirePermit: function* (world: World) {
    using _permit = yield* world.permits.acquire();
    yield* Lwt.pause();
  },
  usePool: function* (world: World) {
    yield* world.pool.use(() => Lwt.pause());
  },
  failInPool: function* (world: World) {
    try {
      yield* world.pool.use(() => Lwt.pause().bind(() => Lwt.fail("no")));
    } catch (error) {
      if (error !== "no") throw error;
    }
  },
  acquireFromPool: function* (world: World) {
    using lease = yield* world.pool.acquire();
    yield* sleep(1);
    if (world.validated % 2 === 0) yield* lease.discard();
  },
  clearPool: function* (world: World) {
    yield* world.pool.clear();
  },
  put: function* (world: World) {
    yield* world.put();
  },
  take: function* (world: World) {
    yield* world.take();
  },
  race: function* (world: World) {
    yield* Lwt.pick<unknown>([world.take(), sleep(2), world.pool.use(() => sleep(3))]);
  },
  shelve: function* (world: World) {
    using _lock = yield* world.mutex.acquire();
    world.shelf.push(++world.shelved);
    world.filled.signal();
    yield* Lwt.pause();
  },
  unshelve: function* (world: World) {
    yield* world.mutex.withLock(() => Lwt.spawn(unshelve, world));
  },
  scope: function* (world: World) {
    yield* Scope.run((scope) => {
      scope.spawn(() => world.mutex.withLock(() => Lwt.pause()));
      scope.spawn(() => world.permits.withPermit(() => sleep(1)));
      return world.put();
    });
  },
} satisfies Record<string, (world: World) => Lwt.Task<void>>;

/** The name of an action. */
export type Action = keyof typeof ACTIONS;

function* unshelve(world: World): Lwt.Task<void> {
  while (world.shelf.length === 0) {
    world.hungry++;
    try {
      yield* world.filled.wait({ mutex: world.mutex });
    } finally {
      world.hungry--;
    }
  }
  world.shelf.shift();
  world.unshelved++;
}

/**
 * Runs tasks, cancels some of them on the way and all the rest at the end, and checks what remains.
 *
 * @returns How often tasks were suspended.
 */
export function live(
  tasks: readonly (readonly Action[])[],
  cancelations: readonly Cancelation[],
): number {
  using clock = VirtualClock.install();
  const world = new World();
  const started: Lwt<void>[] = [];
  let suspensions = 0, starting = true;
  const due: number[] = [];

  function* follow(script: readonly Action[], self: number): Lwt.Task<void> {
    for (const action of script) {
      yield* suspended(ACTIONS[action](world), () => {
        const now = suspensions++;
        for (const { at, task } of cancelations) if (at === now) cancel(task % tasks.length, self);
      });
    }
  }
  // A task cannot be canceled before it waits: so if it is itself the one, that is done afterwards.
  function cancel(task: number, self: number): void {
    if (starting) due.push(task);
    else if (task !== self) started[task]?.cancel();
    else later(() => started[task]?.cancel());
  }

  tasks.forEach((script, self) => {
    started.push(Lwt.spawn(follow, script, self));
    for (const task of due.splice(0)) started[task]?.cancel();
  });
  starting = false;
  clock.advance(1000);
  world.checkAtRest();
  for (const p of started) p.cancel();
  clock.advance(1000);
  for (const p of started) assertEquals(p.isSleeping(), false, "a task does not end");
  world.checkAtEnd();
  return suspensions;
}

/** Tells each time that a generator asks to wait. */
function* suspended(body: Lwt.Task<void>, tell: () => void): Lwt.Task<void> {
  for (let step = body.next(); !step.done; step = body.next()) {
    tell();
    yield step.value;
  }
}

/** Calls a function after the callbacks that are running. */
function later(f: () => void): void {
  const [p, resolver] = Lwt.wait<void>();
  p.onSuccess(f);
  resolver.wakeupLater();
}

/** Lets all that is on its way come to an end. */
function settle(): void {
  (currentClock() as VirtualClock).advance(100);
}

function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}

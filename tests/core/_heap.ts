// A program: runs one workload, and says by how many bytes a turn of it makes the heap grow.
// Needs `--v8-flags=--expose-gc`.
import { Lwt, type Resolver } from "../../core/mod.ts";

/** Makes the state that lives through the whole run, and returns what does one turn. */
type Workload = () => () => void;

const boom = new Error("boom");

/** An endless loop that waits for a new promise in each turn, by means of `next`. */
function endless(next: (p: Lwt<void>, loop: () => Lwt<void>) => Lwt<void>): Workload {
  return () => {
    let resolver: Resolver<void> | undefined;
    const loop = (): Lwt<void> => {
      const [p, r] = Lwt.wait<void>();
      resolver = r;
      return next(p, loop);
    };
    keep.push(loop());
    return () => resolver?.wakeup();
  };
}

/** A race of a promise that never settles against one that settles in the same turn. */
function racing(
  race: (ps: Lwt<void>[]) => Lwt<unknown>,
  short: () => [Lwt<void>, () => void],
): Workload {
  return () => {
    const [long] = Lwt.wait<void>();
    keep.push(long);
    return () => {
      const [p, settle] = short();
      race([long, p]);
      settle();
    };
  };
}

const woken = (): [Lwt<void>, () => void] => {
  const [p, r] = Lwt.wait<void>();
  return [p, () => r.wakeup()];
};

const canceled = (): [Lwt<void>, () => void] => {
  const [p] = Lwt.task<void>();
  return [p, () => p.cancel()];
};

const workloads: Record<string, Workload> = {
  bind: endless((p, loop) => p.bind(loop)),
  catch: endless((p, loop) => Lwt.catch(() => p.bind(() => Lwt.fail<void>(boom)), loop)),
  tryBind: endless((p, loop) => Lwt.tryBind(() => p, loop, Lwt.fail<void>)),
  "bind and map": endless((p, loop) => p.map(() => {}).bind(loop)),
  "bind of a settled promise": endless((p, loop) => p.bind(() => Lwt.returnUnit.bind(loop))),
  spawn: () => {
    let resolver: Resolver<void> | undefined;
    keep.push(Lwt.spawn(function* () {
      for (;;) {
        const [p, r] = Lwt.wait<void>();
        resolver = r;
        yield* p;
      }
    }));
    return () => resolver?.wakeup();
  },
  pause: () => {
    const loop = (): Lwt<void> => Lwt.pause().bind(loop);
    keep.push(loop());
    return () => Lwt.wakeupPaused();
  },
  "canceled pauses": () => {
    return () => {
      Lwt.pause().cancel();
      Lwt.wakeupPaused();
    };
  },
  choose: racing(Lwt.choose, woken),
  "choose, canceled": racing(Lwt.choose, canceled),
  pick: racing((ps) => Lwt.pick([ps[0]!.protected(), ps[1]!]), woken),
  nchooseSplit: racing(Lwt.nchooseSplit, woken),
  npick: racing((ps) => Lwt.npick([ps[0]!.protected(), ps[1]!]), canceled),
  "choose, ten at a time": () => {
    const [long] = Lwt.wait<void>();
    const open: Resolver<void>[] = [];
    keep.push(long);
    return () => {
      const [p, r] = Lwt.wait<void>();
      Lwt.choose([long, p]);
      open.push(r);
      if (open.length > 10) open.shift()?.wakeup();
    };
  },
  protected: () => {
    const [long] = Lwt.wait<void>();
    keep.push(long);
    return () => long.protected().cancel();
  },
  wrapInCancelable: () => {
    const [long] = Lwt.wait<void>();
    return () => {
      const copy = long.wrapInCancelable();
      copy.cancel();
    };
  },
  withSignal: () => {
    const { signal } = new AbortController();
    keep.push(signal);
    return () => {
      const [p, r] = Lwt.wait<void>();
      p.withSignal(signal);
      r.wakeup();
    };
  },
  "series of promises, each made of the last": () => {
    let last: Lwt<void> = Lwt.returnUnit;
    return () => {
      const [p, r] = Lwt.wait<void>();
      last = Lwt.join([last, p]).bind(() => p);
      r.wakeup();
    };
  },
  "settled promises": () => {
    return () => {
      const big = new Array(100).fill(0.5);
      const [p, r] = Lwt.wait<void>();
      keep.push(p.map(() => void big.length).bind(() => Lwt.return(void big.length)));
      p.onCancel(() => big.length);
      keep.push(p);
      r.wakeup();
    };
  },
};

/** What must not be collected. */
const keep: unknown[] = [];

const { gc } = globalThis as unknown as { gc(): void };

function heapAfter(turn: () => void, turns: number): number {
  for (let i = 0; i < turns; i++) turn();
  gc();
  gc();
  return Deno.memoryUsage().heapUsed;
}

const [name, turns] = [Deno.args[0]!, Number(Deno.args[1])];
const turn = workloads[name]!();
const before = heapAfter(turn, turns / 5);
console.log((heapAfter(turn, turns) - before) / turns);
Deno.exit(0);

// A program: runs each workload, and says by how many bytes a turn of it makes the heap grow.
// Needs `--v8-flags=--expose-gc`.
import { Lwt } from "../../core/mod.ts";
import { Stream } from "../../core/stream.ts";

/** Makes the state that lives through the whole run, and returns what does one turn. */
type Workload = () => () => void;

/** A stream that is pushed one element a turn, while something reads it. */
function pushed(read: (stream: Stream<number>) => unknown): Workload {
  return () => {
    const [stream, push] = Stream.create<number>();
    keep.push(push, read(stream));
    return () => {
      push(1);
      Lwt.wakeupPaused();
    };
  };
}

/** A stream that always has a next element, one of which is read a turn. */
function pulled(derive: (stream: Stream<number>) => Stream<unknown>): Workload {
  return () => {
    const stream = derive(Stream.fromDirect(() => 1));
    keep.push(stream);
    return () => {
      stream.next();
      Lwt.wakeupPaused();
    };
  };
}

/** A stream whose elements each wait, one of which is read a turn. */
function paused(derive: (stream: Stream<number>) => Stream<unknown>): Workload {
  return () => {
    const stream = derive(Stream.from(() => Lwt.pause().map(() => 1)));
    keep.push(stream);
    return () => {
      stream.next();
      for (let i = 0; i < 10; i++) Lwt.wakeupPaused();
    };
  };
}

const derivations: Record<string, (stream: Stream<number>) => Stream<unknown>> = {
  map: (s) => s.map((n) => n),
  mapS: (s) => s.mapS((n) => Lwt.pause().map(() => n)),
  filterS: (s) => s.filterS(() => Lwt.pause().map(() => true)),
  "mapList and flatten": (s) => s.mapList((n) => [[n, n]]).flatten(),
  "append and concat": (s) => s.append(s).map((n) => Stream.return(n)).concat(),
  "combine and zip": (s) => s.combine(s.clone().zip(s.clone())),
  choose: (s) => Stream.choose([s, s, Stream.create<number>()[0]]),
  "wrapExn, take and chunks": (s) => s.wrapExn().take(Infinity).chunks(2),
  buffer: (s) => s.buffer(10),
  "debounce and throttle": (s) => s.throttle(0).debounce(0).take(0),
};

const workloads: Record<string, Workload> = {
  "push and next": () => {
    const [stream, push] = Stream.create<number>();
    keep.push(stream, push);
    return () => {
      push(1);
      stream.next();
    };
  },
  fold: pushed((s) => s.fold((n, acc) => n + acc, 0)),
  iterS: pushed((s) => s.iterS(() => Lwt.returnUnit)),
  iterP: pushed((s) => s.iterP(() => Lwt.returnUnit)),
  "iterP beside a call that never ends": pushed((s) => {
    const [never] = Lwt.wait<void>();
    let first = true;
    return s.iterP(() => {
      const call = first ? never : Lwt.returnUnit;
      first = false;
      return call;
    });
  }),
  iterN: pushed((s) => s.iterN(() => Lwt.returnUnit, { maxConcurrency: 3 })),
  "a clone that is dropped": () => {
    const [stream, push] = Stream.create<number>();
    keep.push(stream, push);
    return () => {
      stream.clone();
      push(1);
      stream.next();
    };
  },
  "reads that are canceled": () => {
    const [stream] = Stream.create<number>();
    const mapped = stream.map((n) => n);
    keep.push(mapped);
    return () => {
      stream.next().cancel();
      stream.nget(3).cancel();
      mapped.next().cancel();
    };
  },
  "reads that lose a race": () => {
    const [stream] = Stream.create<number>();
    keep.push(stream);
    return () => {
      const [p, resolver] = Lwt.task<void>();
      Lwt.pick<unknown>([stream.isEmpty(), p]);
      resolver.wakeup();
    };
  },
  "bounded pushes": () => {
    const [stream, out] = Stream.createBounded<number>(1);
    keep.push(stream, out);
    out.push(0);
    return () => {
      out.push(1);
      stream.next();
      out.push(2).cancel();
    };
  },
};
for (const [name, derive] of Object.entries(derivations)) {
  workloads[`${name}, pushed`] = pushed((s) => derive(s).iter(() => {}));
  workloads[`${name}, pulled`] = pulled(derive);
  workloads[`${name}, paused`] = paused(derive);
}

/** What must not be collected. */
const keep: unknown[] = [];

const { gc } = globalThis as unknown as { gc(): void };

function heapAfter(turn: () => void, turns: number): number {
  for (let i = 0; i < turns; i++) turn();
  gc();
  gc();
  return Deno.memoryUsage().heapUsed;
}

/** The least of a few measurements: a leak shows in each, compilation and the like do not. */
function growth(turn: () => void, turns: number): number {
  let least = Infinity;
  let before = heapAfter(turn, turns);
  for (let i = 0; i < 4 && least >= 1; i++) {
    const after = heapAfter(turn, turns);
    least = Math.min(least, (after - before) / turns);
    before = after;
  }
  return least;
}

for (const [name, make] of Object.entries(workloads)) {
  console.log(`${growth(make(), Number(Deno.args[0])).toFixed(1)}\t${name}`);
  keep.length = 0;
}
Deno.exit(0);

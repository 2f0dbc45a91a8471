// Random pipelines of streams give what the same functions give on arrays.
import { assertEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { Stream } from "../../core/stream.ts";

const SEEDS = 400;

/** Numbers that look random, the same for the same seed. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 7919 + 1;
  }

  below(n: number): number {
    this.#state = this.#state * 48271 % 2147483647;
    return this.#state % n;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** A value, now or some turns later. */
  sometime<T>(value: T): Lwt<T> {
    return this.below(3) > 0 ? Lwt.return(value) : Lwt.pause().bind(() => this.sometime(value));
  }
}

type Numbers = Stream<number>;

/** Ways to make a stream of the same elements. */
const sources: ((random: Random, l: number[]) => Numbers)[] = [
  (_, l) => Stream.ofList(l),
  (_, l) => Stream.ofSeq(l),
  (random, l) => {
    let i = 0;
    return Stream.from(() => random.sometime(l[i++]));
  },
  (random, l) => {
    const [stream, push] = Stream.create<number>();
    Lwt.spawn(function* () {
      for (const n of l) push(yield* random.sometime(n));
      push(undefined);
    });
    return stream;
  },
  (random, l) => {
    const [stream, out] = Stream.createBounded<number>(random.below(3));
    Lwt.spawn(function* () {
      for (const n of l) yield* out.push(yield* random.sometime(n));
      out.close();
    });
    return stream;
  },
];

/** What streams do, beside what arrays do. */
const steps: [(random: Random, s: Numbers) => Numbers, (l: number[]) => number[]][] = [
  [(_, s) => s.map((n) => n + 1), (l) => l.map((n) => n + 1)],
  [(random, s) => s.mapS((n) => random.sometime(2 * n)), (l) => l.map((n) => 2 * n)],
  [(_, s) => s.filter((n) => n % 3 > 0), (l) => l.filter((n) => n % 3 > 0)],
  [(random, s) => s.filterS((n) => random.sometime(n % 2 > 0)), (l) => l.filter((n) => n % 2 > 0)],
  [(_, s) => s.filterMap((n) => n % 5 || undefined), (l) => l.map((n) => n % 5).filter(Boolean)],
  [(_, s) => s.mapList((n) => [n, n].slice(n % 3)), (l) => l.flatMap((n) => [n, n].slice(n % 3))],
  [
    (random, s) => s.mapListS((n) => random.sometime(n % 2 > 0 ? [n] : [])),
    (l) => l.filter((n) => n % 2 > 0),
  ],
  [(_, s) => s.chunks(3).flatten(), (l) => l],
  [(random, s) => s.buffer(1 + random.below(4)), (l) => l],
  [(_, s) => s.wrapExn().map((r) => r.ok ? r.value : -1), (l) => l],
  [(_, s) => s.take(7), (l) => l.slice(0, 7)],
  [(_, s) => s.append(Stream.ofList([1, 2])), (l) => [...l, 1, 2]],
  [(_, s) => s.map((n) => Stream.ofList([n, 4])).concat(), (l) => l.flatMap((n) => [n, 4])],
  [(_, s) => s.zip(Stream.ofSeq([3, 2, 1])).flatten(), (l) => zipped(l, [3, 2, 1])],
  [(_, s) => s.combine(Stream.ofSeq([3, 2, 1])).flatten(), (l) => zipped(l, [3, 2, 1])],
  [(_, s) => Stream.choose([s]), (l) => l],
];

/** Ways to read everything. */
const readers: ((random: Random, s: Numbers) => Lwt<number[]>)[] = [
  (_, s) => s.toList(),
  (_, s) => Lwt.spawn(byNext, s),
  (random, s) => Lwt.spawn(bySeveral, random, s),
  (random, s) => Lwt.spawn(givingUp, random, s),
  (random, s) => {
    const all: number[] = [];
    return s.iterS((n) => random.sometime(undefined).map(() => void all.push(n))).map(() => all);
  },
];

for (let seed = 0; seed < SEEDS; seed += 100) {
  Deno.test(`random pipelines ${seed} to ${seed + 99} give what arrays give`, () => {
    for (let i = seed; i < seed + 100; i++) check(new Random(i));
  });
}

function check(random: Random): void {
  let expected = Array.from({ length: random.below(20) }, () => random.below(30));
  let stream = random.pick(sources)(random, expected);
  for (let i = random.below(5); i > 0; i--) {
    const [derive, change] = random.pick(steps);
    stream = derive(random, stream);
    expected = change(expected);
  }
  const result = random.pick(readers)(random, stream);
  for (let i = 0; i < 10_000 && result.isSleeping(); i++) Lwt.wakeupPaused();
  assertEquals(result.state(), { tag: "Return", value: expected });
}

function* byNext(stream: Numbers): Lwt.Task<number[]> {
  const all: number[] = [];
  while (!(yield* stream.isEmpty())) all.push(yield* stream.next());
  return all;
}

function* bySeveral(random: Random, stream: Numbers): Lwt.Task<number[]> {
  const all: number[] = [];
  while (!(yield* stream.isEmpty())) {
    all.push(...yield* stream.nget(random.below(4)), ...stream.getAvailableUpTo(1));
    yield* stream.peek();
    all.push(...yield* stream.getWhileS((n) => random.sometime(n % 2 > 0)));
  }
  return all;
}

/** Cancels most of its reads while they wait, and must not lose a thing by it. */
function* givingUp(random: Random, stream: Numbers): Lwt.Task<number[]> {
  const all: number[] = [];
  for (;;) {
    const read = stream.nget(2);
    if (random.below(2) > 0) yield* Lwt.pause();
    if (random.below(4) > 0) read.cancel();
    const state = read.state();
    if (state.tag === "Fail") continue;
    const values = yield* read;
    all.push(...values);
    if (values.length < 2) return all;
  }
}

function zipped(a: readonly number[], b: readonly number[]): number[] {
  return a.slice(0, b.length).flatMap((n, i) => [n, b[i]!]);
}

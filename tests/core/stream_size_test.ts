// Streams of a million elements, a thousand clones, rows of thousands of streams.
import { assert, assertEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { Stream } from "../../core/stream.ts";
import { runBeside } from "./_child.ts";
import { assertReturns, assertSleeps } from "./_state.ts";

const MILLION = 1_000_000;

/** One more than the index, and undefined after the last. */
function counting(count: number): Stream<number> {
  let n = 0;
  return Stream.fromDirect(() => n < count ? ++n : undefined);
}

const operators: Record<string, (stream: Stream<number>) => Stream<unknown>> = {
  map: (s) => s.map((n) => n),
  mapS: (s) => s.mapS((n) => Lwt.return(n)),
  filter: (s) => s.filter((n) => n > 0),
  "filter, dropping nearly all": (s) => s.filter((n) => n === MILLION),
  filterS: (s) => s.filterS((n) => Lwt.return(n > 0)),
  "filterS, dropping nearly all": (s) => s.filterS((n) => Lwt.return(n === MILLION)),
  filterMap: (s) => s.filterMap((n) => n % 2 === 0 ? n : undefined),
  filterMapS: (s) => s.filterMapS((n) => Lwt.return(n)),
  mapList: (s) => s.mapList((n) => [n]),
  mapListS: (s) => s.mapListS((n) => Lwt.return(n % 2 === 0 ? [n, n] : [])),
  flatten: (s) => s.map((n) => [n]).flatten(),
  append: (s) => s.append(counting(1)),
  concat: (s) => s.map((n) => Stream.return(n)).concat(),
  combine: (s) => s.combine(counting(MILLION)),
  zip: (s) => s.zip(counting(MILLION)),
  choose: (s) => Stream.choose([s, counting(10)]),
  merge: (s) => s.merge(counting(MILLION)),
  wrapExn: (s) => s.wrapExn(),
  take: (s) => s.take(MILLION),
  chunks: (s) => s.chunks(10),
  buffer: (s) => s.buffer(100),
  throttle: (s) => s.throttle(0),
  debounce: (s) => s.debounce(0),
};

for (const [name, derive] of Object.entries(operators)) {
  Deno.test(`a million elements that are at hand go through ${name} without a wait`, () => {
    const last = derive(counting(MILLION)).fold((value) => value, undefined as unknown);
    assert(!last.isSleeping());
    assert(last.poll() !== undefined);
  });
}

const walks: Record<string, (stream: Stream<number>) => Lwt<unknown>> = {
  fold: (s) => s.fold((n, acc) => n + acc, 0),
  foldS: (s) => s.foldS((n, acc) => Lwt.return(n + acc), 0),
  iter: (s) => s.iter(() => {}),
  iterS: (s) => s.iterS(() => Lwt.returnUnit),
  iterP: (s) => s.iterP(() => Lwt.returnUnit),
  iterN: (s) => s.iterN(() => Lwt.returnUnit),
  find: (s) => s.find((n) => n === MILLION),
  findS: (s) => s.findS((n) => Lwt.return(n === MILLION)),
  toList: (s) => s.toList(),
  nget: (s) => s.nget(MILLION),
  npeek: (s) => s.npeek(MILLION),
  njunk: (s) => s.njunk(MILLION),
  getWhileS: (s) => s.getWhileS(() => Lwt.returnTrue),
  junkWhile: (s) => s.junkWhile(() => true),
  lastNew: (s) => s.lastNew(),
  "loop of next in a spawn": (s) => Lwt.spawn(nextLoop, s),
};

function* nextLoop(stream: Stream<number>): Lwt.Task<number> {
  let sum = 0;
  for (let i = 0; i < MILLION; i++) sum += yield* stream.next();
  return sum;
}

for (const [name, walk] of Object.entries(walks)) {
  Deno.test(`a million elements that are at hand are read by ${name} without a wait`, () => {
    assert(!walk(counting(MILLION)).isSleeping());
  });
}

Deno.test("a recursive loop of next goes through a million elements", () => {
  const stream = counting(MILLION);
  let sum = 0;
  const loop = (): Lwt<void> =>
    stream.get().bind((n) => {
      if (n === undefined) return Lwt.returnUnit;
      sum += n;
      return loop();
    });
  assertReturns(loop(), undefined);
  assertEquals(sum, MILLION * (MILLION + 1) / 2);
});

Deno.test("memory stays flat, whatever reads or waits", async () => {
  const { stdout, stderr } = await runBeside("_stream_heap.ts", ["20000"], [
    "--v8-flags=--expose-gc",
  ]);
  const lines = stdout.trim().split("\n").map((line) => line.split("\t"));
  const growing = lines.filter(([bytes]) => !(Number(bytes) < 12));
  assertEquals(growing, [], stderr);
  assert(lines.length > 30, stderr);
});

Deno.test("a stream is cloned a thousand times, and each clone reads everything", () => {
  const [stream, push] = Stream.create<number>();
  const clones = Array.from({ length: 1000 }, () => stream.clone());
  const sums = clones.map((clone) => clone.map((n) => n).fold((n, acc) => n + acc, 0));
  for (let i = 1; i <= 100; i++) push(i);
  sums.forEach(assertSleeps);
  push(undefined);
  sums.forEach((sum) => assertReturns(sum, 5050));
  assertReturns(stream.fold((n, acc) => n + acc, 0), 5050);
});

Deno.test("clones of clones share one source", () => {
  let made = 0;
  let stream = Stream.fromDirect(() => ++made);
  for (let i = 0; i < 1000; i++) stream = stream.clone();
  assertReturns(stream.next(), 1);
  assertEquals(made, 1);
});

Deno.test("a row of ten thousand streams, each made of the one before, is read", () => {
  const row = (stream: Stream<number>) => {
    for (let i = 0; i < 10_000; i++) stream = stream.map((n) => n + 1);
    return stream;
  };
  assertReturns(row(counting(3)).toList(), [10_001, 10_002, 10_003]);
  const [stream, push] = Stream.create<number>();
  const all = row(stream).toList();
  push(1);
  push(2);
  push(undefined);
  assertReturns(all, [10_001, 10_002]);
});

Deno.test("a row of ten thousand streams is closed", () => {
  let stream = counting(3);
  for (let i = 0; i < 10_000; i++) stream = stream.map((n) => n + 1);
  assertReturns(stream.close(), undefined);
});

Deno.test("ten thousand streams are appended one to the other", () => {
  let stream = Stream.ofList<number>([]);
  for (let i = 0; i < 10_000; i++) stream = stream.append(Stream.ofList<number>([]));
  assertReturns(stream.append(Stream.return(1)).toList(), [1]);
});

Deno.test("choose reads a thousand streams", () => {
  const streams = Array.from({ length: 1000 }, () => counting(100));
  assertReturns(Stream.choose(streams).fold((_, count) => count + 1, 0), 100_000);
});

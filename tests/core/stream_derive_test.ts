// Streams made from streams.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Failure, InvalidArgument, Lwt } from "../../core/mod.ts";
import { Stream } from "../../core/stream.ts";
import { assertFails, assertReturns, assertSleeps } from "./_state.ts";
import { sourceOf } from "./_stream.ts";

Deno.test("259: streams made from others read nothing before they are read", () => {
  let reads = 0;
  const make = () => Stream.fromDirect(() => ++reads);
  const derived: Stream<unknown>[] = [
    make().map((n) => n),
    make().mapS((n) => Lwt.return(n)),
    make().filter(() => true),
    make().filterS(() => Lwt.return(true)),
    make().filterMap((n) => n),
    make().filterMapS((n) => Lwt.return(n)),
    make().mapList((n) => [n]),
    make().mapListS((n) => Lwt.return([n])),
    make().append(make()),
    make().combine(make()),
    make().zip(make()),
    make().wrapExn(),
    make().take(1),
    make().chunks(1),
    make().buffer(1),
    make().debounce(1),
    make().throttle(1),
    make().map(String).hexdump(),
    Stream.ofList([make()]).concat(),
    make().map((n) => [n]).flatten(),
  ];
  assertEquals(reads, 0);
  assertEquals(derived.every((stream) => !stream.isClosed()), true);
});

Deno.test("259: an operator reads one element at a time", () => {
  let reads = 0;
  const stream = Stream.fromDirect(() => ++reads).map((n) => n).filter((n) => n % 2 === 0);
  assertReturns(stream.next(), 2);
  assertEquals(reads, 2);
});

Deno.test("261: combine reads from both, so the longer stream loses one element at the end", () => {
  const short = Stream.ofList([1, 2]);
  const long = Stream.ofList(["a", "b", "c", "d"]);
  assertReturns(short.combine(long).toList(), [[1, "a"], [2, "b"]]);
  assertReturns(long.next(), "d");
  const other = Stream.ofList(["a", "b", "c"]);
  assertReturns(other.combine(Stream.ofList([1])).toList(), [["a", 1]]);
  assertReturns(other.next(), "c");
});

Deno.test("261: combine asks both at once, and an error of one takes nothing from the other", () => {
  const left = sourceOf<number>(), right = sourceOf<string>();
  const pairs = left.stream.combine(right.stream);
  const first = pairs.next();
  assertEquals([left.calls(), right.calls()], [1, 1]);
  right.give("a");
  left.fail("broken");
  assertFails(first, "broken");
  const second = pairs.next();
  left.give(1);
  assertReturns(second, [1, "a"]);
});

Deno.test("262: choose holds one element of each stream in reserve", () => {
  const reads = [0, 0];
  const streams = reads.map((_, i) => Stream.fromDirect(() => reads[i]!++));
  const chosen = Stream.choose(streams);
  assertEquals(reads, [1, 1]);
  assertReturns(chosen.nget(2), [0, 0]);
  assertEquals(reads, [2, 2]);
});

Deno.test("262: choose ends when all have ended, and an empty choice is an empty stream", () => {
  assertReturns(Stream.choose([]).toList(), []);
  const [stream, push] = Stream.create<number>();
  const all = Stream.choose([stream, Stream.ofList([1]), Stream.ofList<number>([])]).toList();
  assertSleeps(all);
  push(2);
  push(undefined);
  assertReturns(all, [1, 2]);
});

Deno.test("262: choose gives elements as they arrive", () => {
  const [a, pushA] = Stream.create<string>();
  const [b, pushB] = Stream.create<string>();
  const chosen = Stream.choose([a, b]);
  const read = chosen.next();
  pushB("b1");
  assertReturns(read, "b1");
  pushA("a1");
  pushB("b2");
  assertReturns(chosen.nget(2), ["a1", "b2"]);
});

Deno.test("choose lets streams that always have elements take turns", () => {
  const chosen = Stream.choose([Stream.fromDirect(() => "a"), Stream.fromDirect(() => "b")]);
  assertReturns(chosen.nget(4), ["a", "b", "a", "b"]);
});

Deno.test("choose hands on an error of one stream, and goes on", () => {
  const source = sourceOf<number>();
  const [stream, push] = Stream.create<number>();
  const chosen = Stream.choose([source.stream, stream]);
  const first = chosen.next();
  source.fail("broken");
  assertFails(first, "broken");
  const second = chosen.next();
  source.give(1);
  assertReturns(second, 1);
  push(2);
  assertReturns(chosen.next(), 2);
});

Deno.test("merge is choose of a stream and others", () => {
  assertReturns(Stream.ofList([1, 3]).merge(Stream.ofList([2]), Stream.ofList([9])).toList(), [
    1,
    2,
    9,
    3,
  ]);
});

Deno.test("263: wrapExn turns each source error into an element", () => {
  let n = 0;
  const stream = Stream.from(() => {
    if (++n === 2) throw new Failure("two");
    return n > 3 ? Lwt.return(undefined) : Lwt.return(n);
  });
  assertReturns(stream.wrapExn().map((r) => r.ok ? r.value : String(r.error)).toList(), [
    1,
    "Failure: two",
    3,
  ]);
  const source = sourceOf<number>();
  const results = source.stream.wrapExn().nget(2);
  source.fail("broken");
  source.give(1);
  assertReturns(results, [{ ok: false, error: "broken" }, { ok: true, value: 1 }]);
});

Deno.test("263: a source that always fails makes wrapExn endless", () => {
  const stream = Stream.from<number>(() => Lwt.fail("always")).wrapExn();
  assertReturns(stream.nget(1000).map((results) => results.length), 1000);
});

Deno.test("mapS and its kin call their function for one element at a time", () => {
  const [p, resolver] = Lwt.wait<void>();
  const seen: number[] = [];
  const stream = Stream.ofList([1, 2]).mapS((n) => {
    seen.push(n);
    return p.map(() => n);
  });
  const all = stream.toList();
  assertEquals(seen, [1]);
  resolver.wakeup();
  assertReturns(all, [1, 2]);
});

Deno.test("a test that passes later drops and keeps as one that passes now", () => {
  const [stream, push] = Stream.create<number>();
  const even = stream.filterS((n) => Lwt.pause().map(() => n % 2 === 0));
  const read = even.next();
  [1, 3, 4].forEach(push);
  for (let i = 0; i < 3; i++) Lwt.wakeupPaused();
  assertReturns(read, 4);
});

Deno.test("an element that another read took while an operator waited is its own all the same, once", () => {
  const [stream, push] = Stream.create<number>();
  const odd = stream.filterS((n) => Lwt.return(n % 2 === 1));
  const read = odd.next();
  const other = stream.next();
  push(2);
  assertReturns(other, 2);
  push(3);
  assertReturns(read, 3);
  push(5);
  assertReturns(stream.next(), 5);
  const more = odd.next();
  push(7);
  assertReturns(more, 7);
});

Deno.test("mapList and flatten hand on pieces in order, and nothing for an empty array", () => {
  const lists = [[1, 2], [], [], [3]];
  assertReturns(Stream.ofList(lists).flatten().toList(), [1, 2, 3]);
  assertReturns(Stream.ofList([2, 0, 1]).mapListS((n) => Lwt.return(Array(n).fill(n))).toList(), [
    2,
    2,
    1,
  ]);
});

Deno.test("append and concat go on with the next stream only when the one before has ended", () => {
  const [first, push] = Stream.create<number>();
  const second = sourceOf<number>();
  const all = first.append(second.stream).toList();
  push(1);
  assertEquals(second.calls(), 0);
  push(undefined);
  second.give(2);
  second.give(undefined);
  assertReturns(all, [1, 2]);

  const [streams, pushStream] = Stream.create<Stream<number>>();
  const joined = streams.concat().toList();
  pushStream(Stream.ofList([1, 2]));
  pushStream(Stream.ofList<number>([]));
  pushStream(Stream.ofList([3]));
  pushStream(undefined);
  assertReturns(joined, [1, 2, 3]);
});

Deno.test("zip takes no element that has no partner", () => {
  const left = Stream.ofList([1, 2]), right = Stream.ofList(["a", "b", "c"]);
  assertReturns(left.zip(right).toList(), [[1, "a"], [2, "b"]]);
  assertReturns(right.next(), "c");
  const long = Stream.ofList([1, 2]);
  assertReturns(long.zip(Stream.ofList(["a"])).toList(), [[1, "a"]]);
  assertReturns(long.next(), 2);
});

Deno.test("zip waits for the slower stream, and an error takes nothing", () => {
  const [left, push] = Stream.create<number>();
  const right = sourceOf<string>();
  const pairs = left.zip(right.stream);
  const first = pairs.next();
  assertEquals(right.calls(), 0);
  push(1);
  right.fail("broken");
  assertFails(first, "broken");
  const second = pairs.next();
  right.give("a");
  assertReturns(second, [1, "a"]);
});

Deno.test("take ends with its last element, and leaves the rest", () => {
  const source = sourceOf<number>();
  const two = source.stream.take(2);
  const all = two.toList();
  source.give(1);
  source.give(2);
  assertReturns(all, [1, 2]);
  assertEquals(source.calls(), 2);
  assert(two.isClosed());
  assert(!source.stream.isClosed());
  assertReturns(Stream.ofList([1]).take(5).toList(), [1]);
});

Deno.test("take(0) reads nothing", () => {
  const source = sourceOf<number>();
  assertReturns(source.stream.take(0).toList(), []);
  assertEquals(source.calls(), 0);
});

Deno.test("chunks are full but for the last, and outlive an error of the source", () => {
  assertReturns(Stream.ofList([1, 2, 3, 4, 5]).chunks(2).toList(), [[1, 2], [3, 4], [5]]);
  assertReturns(Stream.ofList([1, 2]).chunks(2).toList(), [[1, 2]]);
  assertReturns(Stream.ofList([]).chunks(2).toList(), []);
  const source = sourceOf<number>();
  const pairs = source.stream.chunks(2);
  const first = pairs.next();
  source.give(1);
  source.fail("broken");
  assertFails(first, "broken");
  const second = pairs.next();
  source.give(2);
  assertReturns(second, [1, 2]);
});

Deno.test("numbers that make no sense are refused at once", () => {
  const stream = Stream.ofList([1]);
  assertThrows(() => stream.take(-1), InvalidArgument, "Cannot take elements");
  assertThrows(() => stream.chunks(0), InvalidArgument, "received 0");
  assertThrows(() => stream.buffer(0), InvalidArgument);
  assertThrows(() => stream.debounce(-1), InvalidArgument, "Cannot debounce a stream");
  assertThrows(() => stream.throttle(NaN), InvalidArgument);
});

Deno.test("buffer reads ahead once it is read, as far as its size", () => {
  for (const size of [1, 2, 5]) {
    let made = 0;
    const stream = Stream.fromDirect(() => made++).buffer(size);
    assertReturns(stream.next(), 0);
    assertEquals(made, 1 + size);
    assertReturns(stream.nget(2), [1, 2]);
    assertEquals(made, 3 + size);
  }
});

Deno.test("buffer keeps errors in their place, and ends", () => {
  let n = 0;
  const stream = Stream.from(() => {
    if (++n === 2) return Lwt.fail("two");
    return n > 3 ? Lwt.return(undefined) : Lwt.return(n);
  }).buffer(10);
  assertReturns(stream.next(), 1);
  assertFails(stream.next(), "two");
  assertReturns(stream.toList(), [3]);
});

Deno.test("buffer works while its reader does", () => {
  const source = sourceOf<number>();
  const stream = source.stream.buffer(2);
  const first = stream.next();
  source.give(1);
  assertReturns(first, 1);
  source.give(2);
  source.give(3);
  assertEquals(source.calls(), 3);
  assertReturns(stream.next(), 2);
  assertEquals(source.calls(), 4);
});

// Streams that hold a limited number of elements.
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { InvalidArgument, Lwt } from "../../core/mod.ts";
import { Stream } from "../../core/stream.ts";
import { assertCanceled, assertFailsWith, assertReturns, assertSleeps } from "./_state.ts";

Deno.test("247: createBounded and resize throw InvalidArgument on a negative size", () => {
  assertThrows(() => Stream.createBounded(-1), InvalidArgument, "received -1");
  assertThrows(() => Stream.createBounded(NaN), InvalidArgument);
  const [, out] = Stream.createBounded(1);
  assertThrows(() => out.resize(-1), InvalidArgument, "Cannot resize a bounded stream");
  assertEquals(out.size(), 1);
});

Deno.test("248: a push is fulfilled at once while there is room, then one may wait", () => {
  const [, out] = Stream.createBounded<number>(2);
  assertStrictEquals(out.push(1), Lwt.returnUnit);
  assertReturns(out.push(2), undefined);
  assertEquals([out.count(), out.blocked()], [2, false]);
  assertSleeps(out.push(3));
  assertEquals([out.count(), out.blocked()], [2, true]);
});

Deno.test("248: a further push is rejected with Full, and with Closed after close", () => {
  const [stream, out] = Stream.createBounded<number>(1);
  out.push(1);
  const waiting = out.push(2);
  assertFailsWith(out.push(3), Stream.Full);
  out.close();
  assertFailsWith(waiting, Stream.Closed);
  assertFailsWith(out.push(4), Stream.Closed);
  assertReturns(stream.toList(), [1]);
});

Deno.test("249: reading one element lets the waiting push in, and the count stays the same", () => {
  const [stream, out] = Stream.createBounded<number>(1);
  out.push(1);
  const waiting = out.push(2);
  assertReturns(stream.next(), 1);
  assertReturns(waiting, undefined);
  assertEquals([out.count(), out.blocked()], [1, false]);
  assertReturns(stream.next(), 2);
  assertEquals(out.count(), 0);
});

Deno.test("249: every way of reading lets the waiting push in", () => {
  const ways: ((stream: Stream<number>) => void)[] = [
    (stream) => stream.get(),
    (stream) => stream.nget(1),
    (stream) => stream.junk(),
    (stream) => stream.getWhile((n) => n === 1),
    (stream) => stream.junkWhile((n) => n === 1),
    (stream) => stream.getAvailableUpTo(1),
    (stream) => stream.find(() => true),
    (stream) => stream.map((n) => n).next(),
    (stream) => stream.take(1).toList(),
  ];
  for (const read of ways) {
    const [stream, out] = Stream.createBounded<number>(1);
    out.push(1);
    const waiting = out.push(2);
    read(stream);
    assertReturns(waiting, undefined);
    assertEquals(stream.getAvailable(), [2], read.toString());
  }
});

Deno.test("250: canceling the waiting push withdraws its element", () => {
  const [stream, out] = Stream.createBounded<number>(1);
  out.push(1);
  const waiting = out.push(2);
  waiting.cancel();
  assertCanceled(waiting);
  assertEquals(out.blocked(), false);
  assertSleeps(out.push(3));
  assertEquals(stream.getAvailable(), [1, 3]);
});

Deno.test("251: close wakes reads that wait, rejects the waiting push, and drops its element", () => {
  const [stream, out] = Stream.createBounded<number>(1);
  const read = stream.get();
  out.close();
  assertReturns(read, undefined);
  assert(out.closed() && stream.isClosed());

  const [full, other] = Stream.createBounded<number>(1);
  other.push(1);
  const waiting = other.push(2);
  other.close();
  assertFailsWith(waiting, Stream.Closed);
  assertReturns(full.toList(), [1]);
});

Deno.test("251: a second close does nothing", () => {
  const [stream, out] = Stream.createBounded<number>(1);
  let closed = 0;
  stream.closed().onSuccess(() => closed++);
  out.close();
  out.close();
  assertEquals(closed, 1);
});

Deno.test("252: resize upwards lets the waiting push in, downwards it drops nothing", () => {
  const [stream, out] = Stream.createBounded<number>(1);
  out.push(1);
  const waiting = out.push(2);
  out.resize(2);
  assertReturns(waiting, undefined);
  assertEquals([out.size(), out.count()], [2, 2]);
  out.resize(1);
  assertEquals(out.count(), 2);
  const third = out.push(3);
  assertReturns(stream.next(), 1);
  assertSleeps(third);
  assertReturns(stream.next(), 2);
  assertReturns(third, undefined);
});

Deno.test("253: a stream of size 0 is a rendezvous (not copied: upstream never delivers)", () => {
  const [stream, out] = Stream.createBounded<number>(0);
  const first = out.push(1);
  assertSleeps(first);
  assertReturns(stream.next(), 1);
  assertReturns(first, undefined);

  const read = stream.next();
  assertSleeps(read);
  assertReturns(out.push(2), undefined);
  assertReturns(read, 2);
  assertSleeps(out.push(3));
});

Deno.test("253: at a rendezvous a reader that went away is no reader", () => {
  const [stream, out] = Stream.createBounded<number>(0);
  stream.next().cancel();
  const push = out.push(1);
  assertSleeps(push);
  push.cancel();
  const read = stream.next();
  assertSleeps(read);
  out.push(2);
  assertReturns(read, 2);
});

Deno.test("253: at a rendezvous several reads that wait share one element, and one push is let in", () => {
  const [stream, out] = Stream.createBounded<number>(0);
  const reads = [stream.next(), stream.peek()];
  assertReturns(out.push(1), undefined);
  reads.forEach((read) => assertReturns(read, 1));
  assertSleeps(out.push(2));
});

Deno.test("253: a loop of pushes and a loop of reads meet a thousand times", () => {
  const [stream, out] = Stream.createBounded<number>(0);
  const pushes = Lwt.spawn(function* () {
    for (let i = 0; i < 1000; i++) yield* out.push(i);
    out.close();
  });
  let expected = 0;
  const reads = stream.iter((n) => assertEquals(n, expected++));
  assertReturns(pushes, undefined);
  assertReturns(reads, undefined);
  assertEquals(expected, 1000);
});

Deno.test("254: peeking takes no room: an element counts until it is read", () => {
  const [stream, out] = Stream.createBounded<number>(1);
  out.push(1);
  assertReturns(stream.peek(), 1);
  assertReturns(stream.npeek(1), [1]);
  assertEquals(out.count(), 1);
  const waiting = out.push(2);
  assertSleeps(stream.npeek(2));
  assertSleeps(waiting);
});

Deno.test("elements that are put back by a canceled read count again", () => {
  const [stream, out] = Stream.createBounded<number>(2);
  out.push(1);
  const read = stream.nget(2);
  assertEquals(out.count(), 0);
  read.cancel();
  assertEquals(out.count(), 1);
  assertReturns(stream.next(), 1);
  assertEquals(out.count(), 0);
});

Deno.test("closing the stream tells the pushing side", () => {
  const [stream, out] = Stream.createBounded<number>(1);
  out.push(1);
  const waiting = out.push(2);
  stream.close();
  assertFailsWith(waiting, Stream.Closed);
  assert(out.closed());
  assertReturns(stream.get(), undefined);
});

Deno.test("the pushing side is an instance of Stream.BoundedPush", () => {
  const out: Stream.BoundedPush<number> = Stream.createBounded<number>(1)[1];
  assert(out instanceof Stream.BoundedPush);
  out.setReference({});
});

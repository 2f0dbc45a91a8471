// Streams that go by the clock.
import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../core/testing.ts";
import { Stream } from "../../core/stream.ts";
import { assertCanceled, assertFails, assertReturns, assertSleeps } from "./_state.ts";
import { sourceOf } from "./_stream.ts";

Deno.test("debounce lets an element through after as much quiet as was asked for", () => {
  using clock = VirtualClock.install();
  const [stream, push] = Stream.create<number>();
  const read = stream.debounce(1).next();
  push(1);
  clock.advance(0.9);
  push(2);
  clock.advance(0.9);
  assertSleeps(read);
  clock.advance(0.2);
  assertReturns(read, 2);
});

Deno.test("debounce lets the last element before the end through at once", () => {
  using clock = VirtualClock.install();
  const [stream, push] = Stream.create<number>();
  const all = stream.debounce(1).toList();
  push(1);
  clock.advance(2);
  push(2);
  push(3);
  push(undefined);
  assertReturns(all, [1, 3]);
  assertReturns(Stream.ofList<number>([]).debounce(1).toList(), []);
});

Deno.test("debounce drops nothing and sets no timer while nobody reads", () => {
  using clock = VirtualClock.install();
  const [stream, push] = Stream.create<number>();
  const settled = stream.debounce(1);
  push(1);
  clock.advance(10);
  push(2);
  const read = settled.next();
  assertSleeps(read);
  clock.advance(1);
  assertReturns(read, 2);
});

Deno.test("debounce keeps its element when the source fails meanwhile", () => {
  using clock = VirtualClock.install();
  const source = sourceOf<number>();
  const settled = source.stream.debounce(1);
  const first = settled.next();
  source.give(1);
  source.fail("broken");
  assertFails(first, "broken");
  const second = settled.next();
  clock.advance(1);
  assertReturns(second, 1);
});

Deno.test("debounce leaves no element behind in a read that gave up waiting", () => {
  using clock = VirtualClock.install();
  const [stream, push] = Stream.create<number>();
  const settled = stream.debounce(1);
  const first = settled.next();
  push(1);
  clock.advance(1);
  assertReturns(first, 1);
  const second = settled.next();
  second.cancel();
  assertCanceled(second);
  push(2);
  clock.advance(1);
  assertReturns(settled.next(), 2);
});

Deno.test("throttle lets an element through and drops those that come too soon", () => {
  using clock = VirtualClock.install();
  const [stream, push] = Stream.create<number>();
  const seen: number[] = [];
  stream.throttle(1).iter((n) => void seen.push(n));
  push(1);
  push(2);
  clock.advance(0.9);
  push(3);
  clock.advance(0.1);
  push(4);
  clock.advance(5);
  push(5);
  push(6);
  assertEquals(seen, [1, 4, 5]);
});

Deno.test("throttle goes by the time of reading", () => {
  using clock = VirtualClock.install();
  const stream = Stream.ofList([1, 2, 3]).throttle(1);
  assertReturns(stream.next(), 1);
  clock.advance(1);
  assertReturns(stream.next(), 2);
  clock.advance(1);
  assertReturns(stream.toList(), [3]);
});

// Giving up reading, and what the language and the web have for streams.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Failure, Lwt } from "../../core/mod.ts";
import { isEnd } from "../../core/_stream_queue.ts";
import { Stream } from "../../core/stream.ts";
import { assertCanceled, assertFailsWith, assertReturns, assertSleeps } from "./_state.ts";
import { sourceOf } from "./_stream.ts";

Deno.test("for await goes through a stream, waiting where nothing is at hand", async () => {
  const [stream, push] = Stream.create<number>();
  push(1);
  const seen: number[] = [];
  const walk = (async () => {
    for await (const n of stream) seen.push(n);
  })();
  await turns();
  assertEquals(seen, [1]);
  push(2);
  await turns();
  assertEquals(seen, [1, 2]);
  push(undefined);
  await walk;
});

Deno.test("for await gives elements that are undefined or promises as they are", async () => {
  const [p] = Lwt.wait<void>();
  const seen: unknown[] = [];
  for await (const x of Stream.ofList([undefined, p])) seen.push(x);
  assertEquals(seen.length, 2);
  assert(seen[1] === p);
});

Deno.test("break closes the stream, so that a push throws Closed", async () => {
  const [stream, push] = Stream.create<number>();
  [1, 2, 3].forEach(push);
  for await (const _ of stream) break;
  assertThrows(() => push(4), Stream.Closed);
  assertReturns(stream.get(), undefined);
});

Deno.test("a throw in the loop's body closes the stream", async () => {
  const [stream, push] = Stream.create<number>();
  push(1);
  await assertRejects(async () => {
    for await (const _ of stream) throw new Failure("body");
  }, Failure);
  assert(stream.isClosed());
});

Deno.test("an error of the source throws in the loop, and the stream can be read on", async () => {
  const source = sourceOf<number>();
  const walk = assertRejects(async () => {
    for await (const _ of source.stream);
  }, Failure);
  await turns();
  source.fail(new Failure("source"));
  await walk;
  const read = source.stream.next();
  source.give(1);
  assertReturns(read, 1);
});

Deno.test("steps of an iterator that are asked for at once get elements in order", async () => {
  const [stream, push] = Stream.create<number>();
  const iterator = stream[Symbol.asyncIterator]();
  const steps = [iterator.next(), iterator.next(), iterator.next()];
  push(1);
  await turns();
  steps.push(iterator.next());
  [2, 3, 4].forEach(push);
  assertEquals((await Promise.all(steps)).map((step) => step.value), [1, 2, 3, 4]);
  push(undefined);
  assertEquals(await iterator.next(), { done: true, value: undefined });
});

Deno.test("close ends the stream for those who read and those who push", () => {
  const [stream, push] = Stream.create<number>();
  const closed = stream.closed();
  const read = stream.get();
  const walk = stream.clone().toList();
  assertReturns(stream.close(), undefined);
  assertSleeps(read);
  push(1);
  assertReturns(read, 1);
  assertSleeps(closed);
  assertSleeps(walk);
  assertReturns(stream.get(), undefined);
  assertFailsWith(stream.next(), Stream.Empty);
});

Deno.test("the source is stopped when the last clone is closed", () => {
  const [stream, push] = Stream.create<number>();
  const clone = stream.clone();
  stream.close();
  stream.close();
  push(1);
  assertReturns(clone.next(), 1);
  const read = clone.get();
  const closed = clone.closed();
  clone.close();
  assertReturns(read, undefined);
  assertReturns(closed, undefined);
  assertThrows(() => push(2), Stream.Closed);
});

Deno.test("close cancels what the source waits for, and asks it no more", () => {
  let calls = 0;
  const [p] = Lwt.task<number>();
  const stream = Stream.from(() => {
    calls++;
    return p;
  });
  const read = stream.get();
  stream.close();
  assertCanceled(p);
  assertReturns(read, undefined);
  assertReturns(stream.get(), undefined);
  assertEquals(calls, 1);
});

Deno.test("what a source gives after it was closed is dropped", () => {
  const [p, resolver] = Lwt.wait<number>();
  const stream = Stream.from(() => p);
  const read = stream.get();
  stream.close();
  resolver.wakeup(1);
  assertReturns(read, undefined);
  assertReturns(stream.get(), undefined);
  assert(isEnd(stream.queue.last));
});

Deno.test("closing a stream made from others closes those", () => {
  const derivations: ((a: Stream<number>, b: Stream<number>) => Stream<unknown>)[] = [
    (a, b) => a.append(b),
    (a, b) => a.combine(b),
    (a, b) => a.zip(b),
    (a, b) => Stream.choose([a, b]),
    (a, b) => Stream.ofList([a, b]).concat().append(b),
    (a, b) => a.map((n) => n).mapS((n) => Lwt.return(n)).merge(b.filter((n) => n > 0)),
    (a, b) => a.take(3).merge(b.chunks(2).flatten()),
    (a, b) => a.buffer(2).merge(b.wrapExn().map((r) => r.ok ? r.value : 0)),
    (a, b) => a.debounce(1).merge(b.throttle(1)),
  ];
  for (const derive of derivations) {
    for (const start of [false, true]) {
      const [a, pushA] = Stream.create<number>();
      const [b, pushB] = Stream.create<number>();
      const derived = derive(a, b);
      const read = start ? derived.get() : undefined;
      assertReturns(derived.close(), undefined);
      if (read !== undefined) assertReturns(read, undefined);
      if (start || !derive.toString().includes("concat")) {
        assertThrows(() => pushA(1), Stream.Closed, undefined, derive.toString());
      }
      assertThrows(() => pushB(1), Stream.Closed, undefined, derive.toString());
    }
  }
});

Deno.test("await using closes the stream", async () => {
  const [stream, push] = Stream.create<number>();
  {
    await using _ = stream;
  }
  assertThrows(() => push(1), Stream.Closed);
});

Deno.test("ofAsyncIterable asks for one element when it is read", async () => {
  const made: number[] = [];
  const stream = Stream.ofAsyncIterable((async function* () {
    for (let i = 0; i < 3; i++) {
      made.push(i);
      yield i;
    }
  })());
  assertEquals(made, []);
  assertEquals(await stream.next(), 0);
  assertEquals(made, [0]);
  assertEquals(await stream.toList(), [1, 2]);
  assertEquals(await stream.get(), undefined);
});

Deno.test("closing a stream of an async iterable runs its finally, and waits for it", async () => {
  let cleaned = false;
  const stream = Stream.ofAsyncIterable((async function* () {
    try {
      for (;;) yield 1;
    } finally {
      await turns();
      cleaned = true;
    }
  })());
  for await (const _ of stream) break;
  assert(cleaned);
});

Deno.test("ofAsyncIterable: an error of the iterable is one of the stream, which then ends", async () => {
  const stream = Stream.ofAsyncIterable((async function* () {
    yield 1;
    throw new Failure("iterable");
  })());
  assertEquals(await stream.next(), 1);
  await assertRejects(async () => await stream.next(), Failure);
  assertEquals(await stream.get(), undefined);
});

Deno.test("ofAsyncIterable: closing before the first read starts nothing", async () => {
  let started = false;
  const stream = Stream.ofAsyncIterable({
    [Symbol.asyncIterator]() {
      started = true;
      throw new Failure("started");
    },
  });
  await stream.close();
  assertEquals(started, false);
});

Deno.test("ofSeq reads an iterable as far as it is read, and closing it runs its finally", () => {
  let state = "new";
  const stream = Stream.ofSeq((function* () {
    try {
      for (let i = 0;; i++) {
        state = `at ${i}`;
        yield i;
      }
    } finally {
      state = "cleaned";
    }
  })());
  assertEquals(state, "new");
  assertReturns(stream.nget(2), [0, 1]);
  assertEquals(state, "at 1");
  assertReturns(stream.close(), undefined);
  assertEquals(state, "cleaned");
});

Deno.test("ofReadable asks for one chunk when it is read, and cancels on close", async () => {
  let made = 0, reason: unknown = "none";
  const readable = new ReadableStream<number>({
    pull: (controller) => controller.enqueue(made++),
    cancel: (why) => void (reason = why),
  }, { highWaterMark: 0 });
  const stream = Stream.ofReadable(readable);
  assert(readable.locked);
  assertEquals(made, 0);
  assertEquals(await stream.next(), 0);
  assertEquals(made, 1);
  await stream.close();
  assertEquals(reason, undefined);
  assertEquals(await stream.get(), undefined);
});

Deno.test("ofReadable: the end and an error of the readable stream are those of the stream", async () => {
  const ended = Stream.ofReadable(ReadableStream.from([1, 2]));
  assertEquals(await ended.toList(), [1, 2]);
  assert(ended.isClosed());
  const failing = Stream.ofReadable(
    new ReadableStream<number>({
      pull: () => {
        throw new Failure("readable");
      },
    }),
  );
  await assertRejects(async () => await failing.next(), Failure);
  await assertRejects(async () => await failing.next(), Failure);
});

Deno.test("toReadable reads a chunk only when it is asked for", async () => {
  let made = 0;
  const reader = Stream.fromDirect(() => made++).toReadable().getReader();
  await turns();
  assertEquals(made, 0);
  assertEquals(await reader.read(), { done: false, value: 0 });
  await turns();
  assertEquals(made, 1);
  await reader.cancel();
});

Deno.test("toReadable: cancel closes the stream", async () => {
  const [stream, push] = Stream.create<number>();
  const readable = stream.toReadable();
  push(1);
  const reader = readable.getReader();
  assertEquals((await reader.read()).value, 1);
  const pending = reader.read();
  await reader.cancel("enough");
  assertEquals((await pending).done, true);
  assertThrows(() => push(2), Stream.Closed);
});

Deno.test("toReadable: the end ends it, and an error of the source is its error", async () => {
  const all: number[] = [];
  for await (const n of Stream.ofList([1, 2, 3]).toReadable()) all.push(n);
  assertEquals(all, [1, 2, 3]);
  const failing = Stream.from<number>(() => Lwt.fail(new Failure("source"))).toReadable();
  await assertRejects(() => failing.getReader().read(), Failure, "source");
});

Deno.test("a stream goes to the web and back", async () => {
  const [stream, out] = Stream.createBounded<string>(1);
  const upper = new TransformStream<string, string>({
    transform: (s, controller) => controller.enqueue(s.toUpperCase()),
  });
  const back = Stream.ofReadable(stream.toReadable().pipeThrough(upper));
  const all = back.toText();
  for (const s of "lwt") await out.push(s);
  out.close();
  assertEquals(await all, "LWT");
});

/** Lets native promises that are ready run. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await null;
}

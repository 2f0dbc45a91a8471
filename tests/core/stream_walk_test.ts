// Going through all elements of a stream.
import { assertEquals, assertThrows } from "@std/assert";
import { Failure, InvalidArgument, Lwt, type Resolver } from "../../core/mod.ts";
import { Stream } from "../../core/stream.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  assertSleeps,
} from "./_state.ts";
import { sourceOf } from "./_stream.ts";

Deno.test("258: iter, fold, find, map and filter consume an element before they see it", () => {
  const error = new Failure("no");
  const refuse = (): never => {
    throw error;
  };
  const walks: ((stream: Stream<number>) => Lwt<unknown>)[] = [
    (stream) => stream.iter(refuse),
    (stream) => stream.iterS(refuse),
    (stream) => stream.iterN(refuse),
    (stream) => stream.fold(refuse, 0),
    (stream) => stream.foldS(refuse, 0),
    (stream) => stream.find(refuse),
    (stream) => stream.findS(refuse),
    (stream) => stream.findMap(refuse),
    (stream) => stream.findMapS(refuse),
    (stream) => stream.map(refuse).next(),
    (stream) => stream.mapS(refuse).next(),
    (stream) => stream.filter(refuse).next(),
    (stream) => stream.filterS(refuse).next(),
    (stream) => stream.filterMap(refuse).next(),
    (stream) => stream.filterMapS(refuse).next(),
    (stream) => stream.mapList(refuse).next(),
    (stream) => stream.mapListS(refuse).next(),
  ];
  for (const walk of walks) {
    const stream = Stream.ofList([1, 2]);
    assertFails(walk(stream), error);
    assertReturns(stream.next(), 2);
  }
});

Deno.test("258: getWhile and junkWhile consume an element after it has passed", () => {
  const error = new Failure("no");
  const refuse = (): never => {
    throw error;
  };
  const walks: ((stream: Stream<number>) => Lwt<unknown>)[] = [
    (stream) => stream.getWhile(refuse),
    (stream) => stream.getWhileS(refuse),
    (stream) => stream.junkWhile(refuse),
    (stream) => stream.junkWhileS(refuse),
  ];
  for (const walk of walks) {
    const stream = Stream.ofList([1, 2]);
    assertFails(walk(stream), error);
    assertReturns(stream.next(), 1);
  }
  const stream = Stream.ofList([1, 2]);
  assertReturns(stream.getWhile((n) => n < 2), [1]);
  assertReturns(stream.junkWhile((n) => n < 2), undefined);
  assertReturns(stream.next(), 2);
});

Deno.test("260: iterP starts the function on every element as it arrives, and waits for all", () => {
  const [stream, push] = Stream.create<number>();
  const calls = new Calls();
  const all = stream.iterP(calls.start);
  push(1);
  push(2);
  assertEquals(calls.started, [1, 2]);
  push(undefined);
  calls.end(2);
  assertSleeps(all);
  calls.end(1);
  assertReturns(all, undefined);
});

Deno.test("260: iterP notices a failed call where it waits for an element, and reads no further", () => {
  const [stream, push] = Stream.create<number>();
  const calls = new Calls();
  const all = stream.iterP(calls.start);
  push(1);
  calls.fail(1, "broken");
  assertFails(all, "broken");
  push(2);
  assertReturns(stream.next(), 2);
  assertEquals(calls.started, [1]);
});

Deno.test("260: iterP starts all calls that it can before it looks at failures", () => {
  const calls = new Calls();
  const all = Stream.ofList([1, 2, 3]).iterP((n) => {
    if (n === 1) throw new Failure("first");
    return calls.start(n);
  });
  assertEquals(calls.started, [2, 3]);
  assertFailsWith(all, Failure, "first");
});

Deno.test("260: iterP waits for its calls when the source fails, and then reports that", () => {
  const source = sourceOf<number>();
  const calls = new Calls();
  const all = source.stream.iterP(calls.start);
  source.give(1);
  source.fail("broken");
  assertSleeps(all);
  calls.end(1);
  assertFails(all, "broken");
});

Deno.test("260: iterN keeps at most maxConcurrency calls unfinished", () => {
  const [stream, push] = Stream.create<number>();
  const calls = new Calls();
  const all = stream.iterN(calls.start, { maxConcurrency: 2 });
  [1, 2, 3, 4].forEach(push);
  push(undefined);
  assertEquals(calls.started, [1, 2]);
  calls.end(2);
  assertEquals(calls.started, [1, 2, 3]);
  calls.end(1);
  calls.end(3);
  assertSleeps(all);
  calls.end(4);
  assertReturns(all, undefined);
});

Deno.test("260: iterN makes one call at a time unless told", () => {
  const calls = new Calls();
  const all = Stream.ofList([1, 2]).iterN(calls.start);
  assertEquals(calls.started, [1]);
  calls.end(1);
  calls.end(2);
  assertReturns(all, undefined);
});

Deno.test("260: iterN notices a failed call when it must wait for a free place, or at the end", () => {
  const [stream, push] = Stream.create<number>();
  const calls = new Calls();
  const all = stream.iterN(calls.start, { maxConcurrency: 2 });
  push(1);
  calls.fail(1, "broken");
  assertSleeps(all);
  push(2);
  assertFails(all, "broken");
  push(3);
  assertReturns(stream.next(), 3);

  const ended = Stream.ofList([1]).iterN(() => Lwt.fail("broken"), { maxConcurrency: 2 });
  assertFails(ended, "broken");
});

Deno.test("260: iterN throws InvalidArgument below 1", () => {
  const stream = Stream.ofList([1]);
  for (const maxConcurrency of [0, -1, NaN]) {
    assertThrows(
      () => stream.iterN(() => Lwt.returnUnit, { maxConcurrency }),
      InvalidArgument,
      "maxConcurrency must be at least 1",
    );
  }
  assertReturns(stream.next(), 1);
});

Deno.test("walks read each element once, in order, and wait where none is at hand", () => {
  const [stream, push] = Stream.create<number>();
  const sum = stream.clone().fold((n, acc) => n + acc, 0);
  const text = stream.clone().foldS((n, acc) => Lwt.return(acc + n), "");
  const seen: number[] = [];
  const iterated = stream.clone().iter((n) => void seen.push(n));
  const slowly: number[] = [];
  const iteratedS = stream.clone().iterS((n) => Lwt.pause().map(() => void slowly.push(n)));
  [1, 2, 3].forEach(push);
  push(undefined);
  for (let i = 0; i < 3; i++) Lwt.wakeupPaused();
  assertReturns(sum, 6);
  assertReturns(text, "123");
  assertReturns(iterated, undefined);
  assertReturns(iteratedS, undefined);
  assertEquals([seen, slowly], [[1, 2, 3], [1, 2, 3]]);
});

Deno.test("iterS does not read the next element before its call is done", () => {
  const stream = Stream.ofList([1, 2]);
  const calls = new Calls();
  const all = stream.iterS(calls.start);
  assertEquals(calls.started, [1]);
  calls.fail(1, "broken");
  assertFails(all, "broken");
  assertReturns(stream.next(), 2);
});

Deno.test("walks go by their own position: a read in between takes nothing from them", () => {
  const stream = Stream.ofList([1, 2, 3]);
  const seen: number[] = [];
  stream.iter((n) => {
    seen.push(n);
    if (n === 1) stream.junk();
  });
  assertEquals(seen, [1, 2, 3]);
});

Deno.test("find and findMap stop at the first answer", () => {
  const stream = Stream.ofList([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assertReturns(stream.find((n) => n === 2), 2);
  assertReturns(stream.findS((n) => Lwt.return(n === 4)), 4);
  assertReturns(stream.findMap((n) => n === 6 ? "six" : undefined), "six");
  assertReturns(stream.findMapS((n) => Lwt.return(n === 8 ? "eight" : undefined)), "eight");
  assertReturns(stream.find((n) => n === 1), undefined);
  assertReturns(stream.get(), undefined);
});

Deno.test("find gives undefined when an undefined element passes, and has stopped there", () => {
  const stream = Stream.ofList([undefined, 1]);
  assertReturns(stream.find((x) => x === undefined), undefined);
  assertReturns(stream.next(), 1);
});

Deno.test("canceling a walk cancels what it waits for, and loses no element", () => {
  const [stream, push] = Stream.create<number>();
  const waiting = stream.iter(() => {});
  waiting.cancel();
  assertCanceled(waiting);
  push(1);
  const [call] = Lwt.task<void>();
  const calling = stream.iterS(() => call);
  calling.cancel();
  assertCanceled(call);
  assertCanceled(calling);
  push(2);
  const parallel = stream.iterP(() => Lwt.returnUnit);
  parallel.cancel();
  assertCanceled(parallel);
  push(3);
  assertReturns(stream.next(), 3);
});

/** Calls that the test ends one by one. */
class Calls {
  readonly started: number[] = [];
  readonly #resolvers = new Map<number, Resolver<void>>();

  readonly start = (n: number): Lwt<void> => {
    const [p, resolver] = Lwt.task<void>();
    this.started.push(n);
    this.#resolvers.set(n, resolver);
    return p;
  };

  end(n: number): void {
    this.#resolvers.get(n)?.wakeup();
  }

  fail(n: number, error: unknown): void {
    this.#resolvers.get(n)?.wakeupExn(error);
  }
}

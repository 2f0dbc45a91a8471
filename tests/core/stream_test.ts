// Making, reading, cloning and closing streams.
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Failure, InvalidArgument, Key, Lwt } from "../../core/mod.ts";
import { Seq } from "../../core/seq.ts";
import { Stream } from "../../core/stream.ts";
import { runBeside } from "./_child.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  assertSleeps,
} from "./_state.ts";
import { sourceOf } from "./_stream.ts";

Deno.test("235: reads that wait at the same position share one element", () => {
  const [stream, push] = Stream.create<number>();
  const reads = [stream.next(), stream.get(), stream.next()];
  push(1);
  push(2);
  reads.forEach((read) => assertReturns(read, 1));
  assertReturns(stream.next(), 2);
});

Deno.test("235: an operator and a read that wait at the same position share one element", () => {
  const [stream, push] = Stream.create<number>();
  const doubled = stream.map((n) => 2 * n).next();
  const plain = stream.next();
  push(1);
  assertReturns(plain, 1);
  assertReturns(doubled, 2);
});

Deno.test("236: a pull stream calls its function once per missing element, whoever waits", () => {
  const source = sourceOf<number>();
  const reads = [source.stream.next(), source.stream.clone().next(), source.stream.peek()];
  assertEquals(source.calls(), 1);
  source.give(1);
  reads.forEach((read) => assertReturns(read, 1));
  assertEquals(source.calls(), 1);
});

Deno.test("236: a pull stream never calls its function after the end", () => {
  let calls = 0;
  const stream = Stream.from<number>(() => {
    calls++;
    return Lwt.return(undefined);
  });
  assertReturns(stream.get(), undefined);
  assertReturns(stream.get(), undefined);
  assertFailsWith(stream.next(), Stream.Empty);
  assertEquals(calls, 1);
});

Deno.test("237: canceling a read leaves the source, the other reads and the element alone", () => {
  const source = sourceOf<number>();
  const first = source.stream.next();
  const second = source.stream.next();
  first.cancel();
  assertCanceled(first);
  assertSleeps(second);
  source.give(1);
  assertReturns(second, 1);

  const third = source.stream.next();
  third.cancel();
  source.give(2);
  assertReturns(source.stream.next(), 2);
  assertEquals(source.calls(), 2);
});

Deno.test("237: a canceled read stays canceled, whichever of those that wait it is", () => {
  for (const i of [0, 1, 2]) {
    const [stream, push] = Stream.create<number>();
    const reads = [stream.next(), stream.next(), stream.next()];
    reads[i]!.cancel();
    push(1);
    reads.forEach((read, j) => i === j ? assertCanceled(read) : assertReturns(read, 1));
  }
});

Deno.test("237: an element pushed after its only read was canceled is there for the next", () => {
  const [stream, push] = Stream.create<number>();
  stream.next().cancel();
  push(1);
  assertReturns(stream.next(), 1);
  const mapped = stream.map((n) => 2 * n);
  mapped.next().cancel();
  push(2);
  assertReturns(mapped.next(), 4);
});

Deno.test("237: an element is not lost when its read is canceled while the push's callbacks wait", () => {
  const [stream, push] = Stream.create<number>();
  const read = stream.peek();
  const [now, resolver] = Lwt.wait<void>();
  now.onSuccess(() => {
    push(1);
    read.cancel();
  });
  resolver.wakeup();
  assertReturns(stream.next(), 1);
});

Deno.test("238: a read of several elements that is canceled puts them back (not copied: upstream loses them)", () => {
  const [stream, push] = Stream.create<number>();
  const reads: (() => Lwt<number[]>)[] = [
    () => stream.nget(3),
    () => stream.getWhile((n) => n < 10),
    () => stream.getWhileS((n) => Lwt.return(n < 10)),
    () => stream.toList(),
  ];
  for (const start of reads) {
    push(1);
    const read = start();
    push(2);
    assertSleeps(read);
    read.cancel();
    assertCanceled(read);
    assertReturns(stream.nget(2), [1, 2]);
  }
});

Deno.test("238: a read of several elements that fails puts them back (not copied: upstream loses them)", () => {
  const source = sourceOf<number>();
  const read = source.stream.nget(2);
  source.give(1);
  source.fail("broken");
  assertFails(read, "broken");
  const again = source.stream.nget(2);
  source.give(2);
  assertReturns(again, [1, 2]);

  const [stream, push] = Stream.create<number>();
  [1, 2, 3].forEach(push);
  const fussy = stream.getWhile((n) => {
    if (n === 3) throw new Failure("three");
    return true;
  });
  assertFailsWith(fussy, Failure);
  assertEquals(stream.getAvailable(), [1, 2, 3]);
});

Deno.test("239: an error of the source goes to every read that waits, and does not end the stream", () => {
  const source = sourceOf<number>();
  const reads = [source.stream.next(), source.stream.toList(), source.stream.isEmpty()];
  source.fail("broken");
  reads.forEach((read) => assertFails(read, "broken"));
  assertEquals(source.stream.isClosed(), false);
  const next = source.stream.next();
  source.give(1);
  assertReturns(next, 1);
});

Deno.test("239: an error of the source passes through operators, which go on afterwards", () => {
  const source = sourceOf<number>();
  const derived = source.stream.map((n) => n + 1).filter((n) => n > 0);
  const first = derived.next();
  source.fail("broken");
  assertFails(first, "broken");
  const second = derived.next();
  source.give(1);
  assertReturns(second, 2);
});

Deno.test("240: a source that fails at once makes reads reject (not copied: upstream throws)", () => {
  const error = new Failure("at once");
  const failing = [
    Stream.from<number>(() => Lwt.fail(error)),
    Stream.from<number>(() => {
      throw error;
    }),
    Stream.fromDirect<number>(() => {
      throw error;
    }),
  ];
  for (const stream of failing) {
    assertFails(stream.next(), error);
    assertFails(stream.peek(), error);
    assertFails(stream.nget(2), error);
    assertFails(stream.map((n) => n).get(), error);
    assertFails(stream.iter(() => {}), error);
    assertFails(stream.lastNew(), error);
    assertFails(stream.junkOld(), error);
  }
});

Deno.test("241: pushing after the end, an end included, throws Closed", () => {
  const [, push] = Stream.create<number>();
  push(undefined);
  assertThrows(() => push(1), Stream.Closed, "Cannot push: the stream has ended");
  assertThrows(() => push(undefined), Stream.Closed);
});

Deno.test("242: after the end what was pushed before can still be read, and then there is nothing", () => {
  const [stream, push] = Stream.create<number>();
  push(1);
  push(undefined);
  assertReturns(stream.peek(), 1);
  assertReturns(stream.get(), 1);
  for (let i = 0; i < 3; i++) {
    assertReturns(stream.get(), undefined);
    assertReturns(stream.peek(), undefined);
    assertFailsWith(stream.next(), Stream.Empty);
    assertReturns(stream.nget(2), []);
    assertReturns(stream.junk(), undefined);
    assertReturns(stream.isEmpty(), true);
  }
});

Deno.test("243: isClosed is true as soon as the end is in the queue", () => {
  const [stream, push] = Stream.create<number>();
  push(1);
  assertEquals(stream.isClosed(), false);
  push(undefined);
  assertEquals(stream.isClosed(), true);
  const closed = [
    Stream.ofList([1]),
    Stream.ofArray([1]),
    Stream.ofString("a"),
    Stream.return(1),
    Stream.returnLwt(Lwt.return(1)),
  ];
  closed.forEach((stream) => assert(stream.isClosed()));
});

Deno.test("243: fromDirect and ofSeq close when they are read to the end", () => {
  const rest = [1];
  for (const stream of [Stream.ofSeq([1]), Stream.fromDirect(() => rest.pop())]) {
    assertEquals(stream.isClosed(), false);
    assertReturns(stream.get(), 1);
    assertEquals(stream.isClosed(), false);
    assertReturns(stream.get(), undefined);
    assertEquals(stream.isClosed(), true);
  }
});

Deno.test("244: on a pull stream closed settles before the read gets the end", () => {
  const source = sourceOf<number>();
  assertEquals(orderAtTheEnd(source.stream, () => source.give(undefined)), ["closed", "read"]);
});

Deno.test("244: on a push stream a read that waits gets the end before closed settles", () => {
  const [stream, push] = Stream.create<number>();
  assertEquals(orderAtTheEnd(stream, () => push(undefined)), ["read", "closed"]);
});

Deno.test("244: closed can be asked for before and after the end, and is not cancelable", () => {
  const [stream, push] = Stream.create<number>();
  const closed = stream.closed();
  closed.cancel();
  assertSleeps(closed);
  push(undefined);
  assertReturns(closed, undefined);
  assertReturns(stream.closed(), undefined);
});

Deno.test("245: a push inside a callback reaches a read after that callback", () => {
  const order: string[] = [];
  const [stream, push] = Stream.create<string>();
  stream.next().onSuccess((s) => order.push(s));
  const [now, resolver] = Lwt.wait<void>();
  now.onSuccess(() => {
    push("read");
    order.push("pushed");
  });
  resolver.wakeup();
  assertEquals(order, ["pushed", "read"]);
});

Deno.test("246: a clone starts at the present position and shares the source", () => {
  let made = 0;
  const stream = Stream.fromDirect(() => made < 3 ? ++made : undefined);
  assertReturns(stream.next(), 1);
  const clone = stream.clone();
  assertReturns(clone.next(), 2);
  assertReturns(stream.toList(), [2, 3]);
  assertReturns(clone.toList(), [3]);
  assertEquals(made, 3);
});

Deno.test("246: a clone waits, is pushed to and ends as the original does", () => {
  const [stream, push] = Stream.create<number>();
  const clone = stream.clone();
  const reads = [stream.next(), clone.next()];
  push(1);
  reads.forEach((read) => assertReturns(read, 1));
  push(undefined);
  assert(clone.isClosed());
  assertReturns(clone.get(), undefined);
});

Deno.test("247: clone and parse throw InvalidArgument on a bounded stream", () => {
  const [stream] = Stream.createBounded<number>(1);
  assertThrows(() => stream.clone(), InvalidArgument, "Cannot clone a bounded stream");
  assertThrows(() => stream.parse((s) => s.next()), InvalidArgument);
});

Deno.test("255: parse puts the position back if the function fails", () => {
  const stream = Stream.ofString("abc");
  const error = new Failure("no");
  assertFails(stream.parse((s) => s.njunk(2).bind(() => Lwt.fail(error))), error);
  assertFails(
    stream.parse(() => {
      throw error;
    }),
    error,
  );
  assertReturns(stream.parse((s) => s.nget(2)), ["a", "b"]);
  assertReturns(stream.toText(), "c");
});

Deno.test("255: parse puts the position back later too, before what arrived meanwhile", () => {
  const [stream, push] = Stream.create<number>();
  push(1);
  const parsed = stream.parse((s) => s.nget(2).bind(() => Lwt.fail("no")));
  assertSleeps(parsed);
  push(2);
  push(3);
  assertFails(parsed, "no");
  assertEquals(stream.getAvailable(), [1, 2, 3]);
});

Deno.test("256: reads of what is at hand pull a source as long as it answers at once", () => {
  const pausing = () => {
    let n = 0;
    const later = Lwt.task<number>()[0];
    return Stream.from(() => ++n > 3 ? later : Lwt.return(n));
  };
  assertEquals(pausing().getAvailable(), [1, 2, 3]);
  assertEquals(pausing().getAvailableUpTo(2), [1, 2]);
  assertReturns(pausing().lastNew(), 3);
  const stream = pausing();
  stream.junkAvailable();
  assertSleeps(stream.next());
});

Deno.test("256: an error on the way is thrown and loses nothing (not copied: upstream loses what was read)", () => {
  const failing = () => {
    let n = 0;
    return Stream.fromDirect(() => {
      if (++n === 3) throw new Failure("third");
      return n;
    });
  };
  const all = failing();
  assertThrows(() => all.getAvailable(), Failure);
  assertReturns(all.nget(3), [1, 2, 4]);
  const some = failing();
  assertEquals(some.getAvailableUpTo(2), [1, 2]);
  assertThrows(() => some.getAvailableUpTo(1), Failure);
  const last = failing();
  assertFailsWith(last.lastNew(), Failure);
  assertReturns(last.next(), 1);
  assertThrows(() => failing().junkAvailable(), Failure);
});

Deno.test("256: reads of what is at hand give nothing while the source is at work", () => {
  const source = sourceOf<number>();
  assertEquals(source.stream.getAvailable(), []);
  source.stream.junkAvailable();
  assertEquals(source.calls(), 1);
  source.give(1);
  assertEquals(source.stream.getAvailable(), [1]);
});

Deno.test("257: lastNew waits if nothing is there, and rejects with Empty at the end", () => {
  const [stream, push] = Stream.create<number>();
  const last = stream.lastNew();
  assertSleeps(last);
  push(1);
  assertReturns(last, 1);
  push(2);
  push(3);
  assertReturns(stream.lastNew(), 3);
  push(undefined);
  assertFailsWith(stream.lastNew(), Stream.Empty);
});

Deno.test("264: returnLwt of a rejected promise is an empty closed stream", () => {
  const [p, resolver] = Lwt.wait<number>();
  const stream = Stream.returnLwt(p);
  const read = stream.get();
  assertEquals(stream.isClosed(), false);
  resolver.wakeupExn("lost");
  assertReturns(read, undefined);
  assert(stream.isClosed());
});

Deno.test("264: returnLwt gives the value when it comes, and then the end", () => {
  const [p, resolver] = Lwt.wait<number>();
  const all = Stream.returnLwt(p).toList();
  assertSleeps(all);
  resolver.wakeup(1);
  assertReturns(all, [1]);
});

Deno.test("265: nget goes by its own position (not copied: upstream may end it early)", () => {
  const [stream, push] = Stream.create<number>();
  const both = stream.nget(2);
  const one = stream.get();
  push(1);
  assertReturns(one, 1);
  assertSleeps(both);
  push(2);
  assertReturns(both, [1, 2]);
});

Deno.test("266: the push function keeps neither the stream nor its elements alive", async () => {
  const { code, stdout, stderr } = await runBeside("_stream_gc.ts", [], [
    "--v8-flags=--expose-gc",
  ]);
  assertEquals({ code, stdout }, { code: 0, stdout: "collected\n" }, stderr);
});

Deno.test("267: hexdump shows offset, two groups of eight bytes, and the text", () => {
  const text = "Deno\n\x7f~ and more than sixteen";
  assertReturns(Stream.ofString(text).hexdump().toList(), [
    "00000000|  44 65 6e 6f 0a 7f 7e 20  61 6e 64 20 6d 6f 72 65  |Deno..~ and more|",
    "00000010|  20 74 68 61 6e 20 73 69  78 74 65 65 6e           | than sixteen|",
  ]);
  assertReturns(Stream.ofString("12345678").hexdump().toList(), [
    "00000000|  31 32 33 34 35 36 37 38                           |12345678|",
  ]);
  assertReturns(Stream.ofString("").hexdump().toList(), []);
});

Deno.test("peeking leaves elements where they are", () => {
  const [stream, push] = Stream.create<number>();
  const one = stream.peek();
  const two = stream.npeek(2);
  push(1);
  assertReturns(one, 1);
  assertSleeps(two);
  push(2);
  assertReturns(two, [1, 2]);
  push(undefined);
  assertReturns(stream.npeek(5), [1, 2]);
  assertReturns(stream.toList(), [1, 2]);
});

Deno.test("junk and its kin drop elements, and leave the first that does not pass", () => {
  const stream = Stream.ofList([1, 2, 3, 4, 5, 6, 7, 8]);
  stream.junk();
  stream.njunk(2);
  stream.junkWhile((n) => n < 5);
  stream.junkWhileS((n) => Lwt.return(n < 6));
  assertReturns(stream.toList(), [6, 7, 8]);
  assertReturns(Stream.ofList([1]).njunk(0), undefined);
  assertReturns(Stream.ofList([1]).nget(0), []);
});

Deno.test("isEmpty waits until it is known", () => {
  const [stream, push] = Stream.create<number>();
  const empty = stream.isEmpty();
  assertSleeps(empty);
  push(1);
  assertReturns(empty, false);
  assertReturns(stream.isEmpty(), false);
  stream.junkAvailable();
  const later = stream.isEmpty();
  push(undefined);
  assertReturns(later, true);
});

Deno.test("undefined is an element where it was not pushed alone, and get cannot tell it from the end", () => {
  assertReturns(Stream.ofList([undefined, 1]).toList(), [undefined, 1]);
  assertReturns(Stream.ofList([1, 2]).map(() => undefined).toList(), [undefined, undefined]);
  const [stream, out] = Stream.createBounded<undefined>(2);
  out.push(undefined);
  assertReturns(stream.next(), undefined);
  assertEquals(stream.isClosed(), false);
});

Deno.test("what follows from a push runs with the implicit map of the one who reads", () => {
  const key = new Key<string>();
  const [stream, push] = Stream.create<number>();
  const seen = key.withValue("reader", () => {
    const seen: unknown[] = [];
    stream.map(() => key.get()).iter((user) => seen.push(user, key.get()));
    return seen;
  });
  key.withValue("writer", () => [1, 2].forEach(push));
  assertEquals(seen, ["reader", "reader", "reader", "reader"]);
});

Deno.test("a callback that pushes and reads within a push finds the stream in order", () => {
  const [stream, push] = Stream.create<number>();
  const seen: unknown[] = [];
  stream.next().onSuccess((n) => {
    seen.push(n);
    push(2);
    seen.push(stream.next().poll());
  });
  push(1);
  assertEquals(seen, [1, 2]);
});

Deno.test("an error that escapes a read's callbacks does not cost other reads their element", () => {
  const before = Lwt.asyncExceptionHook;
  Lwt.asyncExceptionHook = (error) => {
    throw error;
  };
  try {
    const [stream, push] = Stream.create<number>();
    const seen: number[] = [];
    stream.next().onSuccess(() => {
      throw new Failure("escapes");
    });
    stream.next().onSuccess((n) => void seen.push(n));
    stream.clone().next().onSuccess((n) => void seen.push(n));
    assertThrows(() => push(1), Failure, "escapes");
    Lwt.returnUnit.map(() => {});
    assertEquals(seen, [1, 1]);
  } finally {
    Lwt.asyncExceptionHook = before;
  }
});

Deno.test("a function that is not given a promise back says so", () => {
  // deno-lint-ignore no-explicit-any
  const wrong = (() => Promise.resolve(1)) as any;
  assertFailsWith(Stream.from(wrong).next(), TypeError);
  assertFailsWith(Stream.ofList([1]).mapS(wrong).next(), TypeError);
  assertFailsWith(Stream.ofList([1]).iterS(wrong), TypeError);
  assertFailsWith(Stream.ofList([1]).iterN(wrong), TypeError);
  assertFailsWith(Stream.ofList([1]).iterP(wrong), TypeError);
});

Deno.test("ofLwtSeq walks a sequence as far as it is read", () => {
  let worked = 0;
  const seq = Seq.unfold((n: number) => {
    worked++;
    return n < 4 ? [n, n + 1] : undefined;
  }, 0);
  const stream = Stream.ofLwtSeq(seq);
  assertReturns(stream.nget(2), [0, 1]);
  assertEquals(worked, 2);
  assertReturns(stream.toList(), [2, 3]);
});

Deno.test("ofString goes by code points", () => {
  assertReturns(Stream.ofString("a😀").toList(), ["a", "😀"]);
});

Deno.test("createWithReference keeps an object as long as the stream, the last one given", () => {
  const [stream, push, setReference] = Stream.createWithReference<number>();
  const kept = {};
  setReference({});
  setReference(kept);
  push(1);
  assertReturns(stream.next(), 1);
  assertStrictEquals(stream.queue.reference, kept);
});

function orderAtTheEnd(stream: Stream<number>, end: () => void): string[] {
  const order: string[] = [];
  stream.closed().onSuccess(() => order.push("closed"));
  stream.get().onSuccess(() => order.push("read"));
  end();
  return order;
}

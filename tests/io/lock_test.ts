/* Facts 1-15: who runs when. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Failure, InvalidArgument, Lwt } from "../../core/mod.ts";
import * as Io from "../../io/io.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  assertSleeps,
} from "../core/_state.ts";
import { sink, source, tiny } from "./_device.ts";

Deno.test("1: a channel runs one operation at a time, in the order of the calls", () => {
  const [reply, resolver] = Lwt.task<string>();
  const { ic, asked } = source([reply]);
  const lines = [ic.readLine(), ic.readLine(), ic.readLine()];
  assertEquals(asked.length, 1);
  resolver.wakeup("a\nb\nc\n");
  assertEquals(lines.map((line) => line.poll()), ["a", "b", "c"]);
});

Deno.test("2: one who comes when the channel was promised to another queues behind", () => {
  const [reply, resolver] = Lwt.task<string>();
  const { ic } = source([reply]);
  const order: string[] = [];
  const note = (name: string) => (line: string) => void order.push(`${name} ${line}`);
  // Called inside the callbacks of the first read, when the second was told that it is next.
  const third = ic.readLine().bind((line) => {
    note("first")(line);
    return ic.readLine().map(note("third"));
  });
  const second = ic.readLine().map(note("second"));
  resolver.wakeup("a\nb\nc\n");
  assertReturns(second, undefined);
  assertReturns(third, undefined);
  assertEquals(order, ["first a", "second b", "third c"]);
});

Deno.test("3: the next runs behind the callbacks of the one that ends, not inside them", () => {
  const { oc } = sink();
  const [gate, open] = Lwt.wait<void>();
  const held = oc.atomic(() => gate);
  const write = oc.write("behind");
  let seen: string | undefined;
  held.onSuccess(() => seen = `${held.isSleeping()} ${write.isSleeping()}`);
  open.wakeup();
  assertEquals(seen, "false true");
  assertReturns(write, undefined);
});

Deno.test("4: readChar and writeChar never overtake an operation that waits", () => {
  const [reply, resolver] = Lwt.task<string>();
  const { ic } = source(["ab", reply]);
  ic.readChar();
  const line = ic.readLine();
  const char = ic.readChar();
  assertSleeps(char);
  resolver.wakeup("c\nd");
  assertReturns(line, "bc");
  assertReturns(char, "d");

  const { oc, writes } = sink();
  const [gate, open] = Lwt.wait<void>();
  oc.atomic((ch) => gate.bind(() => ch.write("atomic ")));
  assertSleeps(oc.writeChar("!"));
  open.wakeup();
  oc.flush();
  assertEquals(writes, ["atomic !"]);
});

Deno.test("4: readChar and writeChar are done at once on an idle channel", () => {
  const { ic, asked } = source(["xy"]);
  assertReturns(ic.readChar(), "x");
  assertReturns(ic.readCharOpt(), "y");
  assertEquals(asked.length, 1);
  const { oc } = sink();
  assertReturns(oc.writeChar("\xff"), undefined);
  assertEquals(oc.buffered(), 1);
});

Deno.test("5: two writeLine calls never mix, even where each needs several device writes", () => {
  const waits: (() => void)[] = [];
  const { oc, writes } = sink((len) => {
    const [p, resolver] = Lwt.wait<number>();
    waits.push(() => resolver.wakeup(len));
    return p;
  }, tiny());
  const both = [oc.writeLine("a".repeat(20)), oc.writeLine("b".repeat(20))];
  const flushed = oc.flush();
  while (waits.length > 0) waits.shift()!();
  both.forEach((write) => assertReturns(write, undefined));
  assertReturns(flushed, undefined);
  assertEquals(writes.join(""), `${"a".repeat(20)}\n${"b".repeat(20)}\n`);
});

Deno.test("6: readLines takes the lock for each line, so that others may come between", () => {
  const [reply, resolver] = Lwt.task<string>();
  const { ic } = source([reply]);
  const lines = ic.readLines();
  const first = lines.next();
  const between = ic.readLine();
  const second = first.bind(() => lines.next());
  resolver.wakeup("a\nb\nc\n");
  assertReturns(first, "a");
  assertReturns(between, "b");
  assertReturns(second, "c");
});

Deno.test("7: an operation that fails releases the channel", () => {
  const broken = new Error("broken");
  const { ic } = source([broken, "ok\n"]);
  assertFails(ic.readLine(), broken);
  assertEquals(ic.isBusy(), false);
  assertReturns(ic.readLine(), "ok");
});

Deno.test("7: an operation whose device throws releases the channel", () => {
  const ic = Io.make(Io.input, () => {
    throw new RangeError("thrown");
  });
  assertFailsWith(ic.readChar(), RangeError, "thrown");
  assertEquals(ic.isBusy(), false);
  assertFailsWith(
    ic.atomic(() => {
      throw new RangeError("f");
    }),
    RangeError,
    "f",
  );
  assertEquals(ic.isBusy(), false);
});

Deno.test("8: canceling a queued operation leaves the running one alone", () => {
  const [reply, resolver] = Lwt.task<string>();
  const { ic } = source([reply]);
  const running = ic.readLine();
  const queued = ic.readLine();
  const last = ic.readLine();
  queued.cancel();
  assertCanceled(queued);
  assertSleeps(running);
  resolver.wakeup("a\nb\n");
  assertReturns(running, "a");
  assertReturns(last, "b");
});

Deno.test("9: canceling a running read cancels the device, and frees the channel", () => {
  const [reply] = Lwt.task<string>();
  const { ic, closed } = source([reply, "next\n"]);
  const read = ic.readLine();
  read.cancel();
  assertCanceled(read);
  assertCanceled(reply);
  assertEquals([ic.isBusy(), ic.isClosed(), closed()], [false, false, 0]);
  assertReturns(ic.readLine(), "next");
});

Deno.test("9: a device that cannot be canceled goes on, and loses nothing", () => {
  const [reply, resolver] = Lwt.wait<string>();
  const { ic } = source([reply]);
  const read = ic.readLine();
  read.cancel();
  assertSleeps(read);
  resolver.wakeup("late\n");
  assertReturns(read, "late");
});

Deno.test("9: a read canceled in mid-line leaves what there was of the line", () => {
  const [reply] = Lwt.task<string>();
  const { ic } = source(["begun, ", reply, "and done\n"]);
  ic.readLine().cancel();
  assertEquals(ic.buffered(), 7);
  assertReturns(ic.readLine(), "begun, and done");
});

Deno.test("10: isBusy tells of what runs or waits", () => {
  const [reply, resolver] = Lwt.task<string>();
  const { ic } = source([reply]);
  assertEquals(ic.isBusy(), false);
  ic.readLine();
  assert(ic.isBusy());
  resolver.wakeup("a\n");
  assertEquals(ic.isBusy(), false);
  ic.close();
  assertEquals(ic.isBusy(), false);
});

Deno.test("10: isBusy on the channel of an atomic that has ended throws", () => {
  const { ic } = source();
  let lent = ic;
  ic.atomic((ch) => {
    lent = ch;
    assertEquals([ch.isBusy(), ic.isBusy()], [false, true]);
    return Lwt.returnUnit;
  });
  assertThrows(() => lent.isBusy(), Failure);
});

Deno.test("11: atomic lends a channel over the same buffer, and others wait", () => {
  const { oc } = sink();
  const [gate, open] = Lwt.wait<void>();
  oc.write("1");
  const held = oc.atomic((ch) => {
    assertEquals([ch.buffered(), ch.position(), ch.bufferSize()], [1, 1, 4096]);
    return ch.write("2").bind(() => gate).bind(() => ch.write("3"));
  });
  const write = oc.write("4");
  assertEquals(oc.buffered(), 2);
  assertSleeps(write);
  open.wakeup();
  assertReturns(held, undefined);
  assertReturns(write, undefined);
  assertEquals(oc.buffered(), 4);
});

Deno.test("11: atomic gives the outcome of its function", () => {
  const { ic } = source();
  const broken = new Error("broken");
  assertReturns(ic.atomic(() => Lwt.return(1)), 1);
  assertFails(ic.atomic(() => Lwt.fail(broken)), broken);
  assertEquals(ic.isBusy(), false);
});

Deno.test("12: the outer channel used inside atomic waits for itself, until it is canceled", () => {
  const { ic } = source(["a\n"]);
  const held = ic.atomic(() => ic.readLine());
  assertSleeps(held);
  held.cancel();
  assertCanceled(held);
  assertReturns(ic.readLine(), "a");
});

Deno.test("13: atomic can be nested through the lent channel", () => {
  const { ic } = source(["a\nb\nc\n"]);
  const lines = ic.atomic((outer) =>
    outer.readLine().bind((a) =>
      outer.atomic((inner) => inner.readLine()).bind((b) => outer.readLine().map((c) => a + b + c))
    )
  );
  assertReturns(lines, "abc");
});

Deno.test("14: the lent channel no longer works once atomic has ended, well or badly", () => {
  const { ic } = source(["a\nb\n"]);
  let lent = ic;
  ic.atomic((ch) => (lent = ch).readLine());
  assertFailsWith(
    lent.readLine(),
    Failure,
    "Cannot use input channel: atomic, which lent it, has ended",
  );
  ic.atomic((ch) => {
    lent = ch;
    return Lwt.fail(new Error("broken"));
  });
  assertFailsWith(lent.readChar(), Failure);
  assertFailsWith(lent.abort(), Failure);
  assertReturns(ic.readLine(), "b");
});

Deno.test("14: what waits on the lent channel when atomic ends fails as well", () => {
  const [reply, resolver] = Lwt.task<string>();
  const { ic } = source([reply]);
  let running: Lwt<string> = Lwt.return("");
  let waiting: Lwt<string> = Lwt.return("");
  const held = ic.atomic((ch) => {
    running = ch.readLine();
    waiting = ch.readLine();
    return Lwt.return("done");
  });
  // The buffer is not given away while an operation is still at it.
  const behind = ic.readLine();
  assertSleeps(held);
  assertSleeps(behind);
  resolver.wakeup("a\nb\n");
  assertReturns(running, "a");
  assertFailsWith(waiting, Failure);
  assertReturns(held, "done");
  assertReturns(behind, "b");
});

Deno.test("15: a lent channel cannot be closed, and the real one stays open", () => {
  const { oc, closed } = sink();
  let lent = oc;
  oc.atomic((ch) => {
    lent = ch;
    assertFailsWith(ch.close(), Failure, "Cannot close output channel: it was lent by atomic");
    return Lwt.returnUnit;
  });
  assertFailsWith(lent.close(), Failure);
  assertEquals([oc.isClosed(), closed()], [false, 0]);
});

Deno.test("wrong arguments of an operation reject, and those of making a channel throw", () => {
  assertFailsWith(sink().oc.writeChar("ab"), InvalidArgument);
  assertFailsWith(sink().oc.writeChar("\u0100"), InvalidArgument);
  assertThrows(() => source([], { buffer: new Uint8Array(1) }), InvalidArgument);
});

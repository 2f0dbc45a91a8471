/* Facts 49-64: the end of channels. */
import { assert, assertEquals } from "@std/assert";
import { Failure, Lwt } from "../../core/mod.ts";
import * as Io from "../../io/io.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  assertSleeps,
} from "../core/_state.ts";
import { sink, source, tiny, turn } from "./_device.ts";

Deno.test("49: closing an input acts at once, on what runs and on what waits", () => {
  const [reply] = Lwt.task<string>();
  const { ic, closed } = source([reply]);
  const running = ic.readLine();
  const queued = [ic.readLine(), ic.readChar()];
  assertReturns(ic.close(), undefined);
  assertFailsWith(running, Io.ChannelClosed, "Cannot use input channel: it is closed");
  assertCanceled(reply);
  queued.forEach((read) => assertFailsWith(read, Io.ChannelClosed));
  assertEquals([ic.isClosed(), closed()], [true, 1]);
});

Deno.test("49: closing an input ends a read whose device cannot be canceled", () => {
  const [reply, resolver] = Lwt.wait<string>();
  const { ic } = source([reply]);
  const read = ic.readLine();
  ic.close();
  assertFailsWith(read, Io.ChannelClosed);
  resolver.wakeup("too late\n");
  assertFailsWith(ic.readLine(), Io.ChannelClosed);
});

Deno.test("50: closing an output waits for the operations before it, and flushes", () => {
  const [first, resolver] = Lwt.task<number>();
  const { oc, writes, closed } = sink((len, call) => call === 0 ? first : len, tiny());
  const writing = [oc.write("a".repeat(20)), oc.write("b")];
  const closing = oc.close();
  assertSleeps(closing);
  assertEquals(closed(), 0);
  resolver.wakeup(16);
  writing.forEach((write) => assertReturns(write, undefined));
  assertReturns(closing, undefined);
  assertEquals(writes, ["a".repeat(16), "aaaab"]);
  assertEquals(closed(), 1);
});

Deno.test("51: operations issued after close, even before it has run, fail", () => {
  const [gate, open] = Lwt.wait<void>();
  const { oc, writes } = sink();
  oc.atomic((ch) => gate.bind(() => ch.write("a")));
  const closing = oc.close();
  const late = [oc.write("b"), oc.writeChar("c"), oc.flush()];
  open.wakeup();
  assertReturns(closing, undefined);
  late.forEach((write) => assertFailsWith(write, Io.ChannelClosed));
  assertEquals(writes, ["a"]);
});

Deno.test("51: what a device writes to its own channel during the last flush is refused", () => {
  const late: Lwt<void>[] = [];
  const { oc, writes } = sink((len) => {
    late.push(oc.write("late"));
    return len;
  });
  oc.write("a");
  assertReturns(oc.close(), undefined);
  late.forEach((write) => assertFailsWith(write, Io.ChannelClosed));
  assertEquals([late.length, writes, oc.buffered()], [1, ["a"], 0]);
});

Deno.test("51: a closed channel refuses at once", () => {
  const { oc } = sink();
  oc.close();
  const refused = [
    oc.write("a"),
    oc.writeChar("a"),
    oc.writeLine("a"),
    oc.writeInt(1),
    oc.atomic(() => Lwt.returnUnit),
    oc.setPosition(0),
    oc.resizeBuffer(32),
    oc.block(1, () => Lwt.returnUnit),
    oc.directAccess(() => Lwt.returnUnit),
  ];
  refused.forEach((p) => assertFailsWith(p, Io.ChannelClosed));
  try {
    oc.write("b").poll();
  } catch (error) {
    assertEquals((error as Io.ChannelClosed).channel, "output");
  }
});

Deno.test("52: isClosed is false while a close waits its turn", () => {
  const [gate, open] = Lwt.wait<void>();
  const { oc } = sink();
  oc.atomic(() => gate);
  oc.close();
  assertEquals([oc.isClosed(), oc.isBusy()], [false, true]);
  open.wakeup();
  assertEquals([oc.isClosed(), oc.isBusy()], [true, false]);
});

Deno.test("53: the last flush drops its errors, and close succeeds", () => {
  const { oc, closed } = sink(() => Lwt.fail(new Error("disk full")));
  oc.write("lost");
  assertReturns(oc.close(), undefined);
  assertEquals(closed(), 1);
});

Deno.test("54: the close function runs once, and later calls give its outcome", () => {
  const broken = new Error("broken");
  let calls = 0;
  const close = () => {
    calls++;
    return Lwt.fail<void>(broken);
  };
  const { ic } = source([], { close });
  assertFails(ic.close(), broken);
  assertFails(ic.close(), broken);
  assertFails(ic.abort(), broken);
  assertEquals(calls, 1);
  const { oc } = sink(undefined, { close });
  assertFails(oc.close(), broken);
  assertFails(oc.close(), broken);
  assertEquals(calls, 2);
});

Deno.test("54: a second close, called before the first has run, gives the same outcome", () => {
  const [gate, open] = Lwt.wait<void>();
  const { oc, closed } = sink();
  oc.atomic(() => gate);
  const both = [oc.close(), oc.close()];
  open.wakeup();
  both.forEach((closing) => assertReturns(closing, undefined));
  assertEquals(closed(), 1);
});

Deno.test("55: close never throws for what the close function throws", () => {
  const broken = new Error("broken");
  const { ic } = source([], {
    close: () => {
      throw broken;
    },
  });
  assertFails(ic.close(), broken);
});

Deno.test("56: abort closes at once, without a flush, and cancels what runs", () => {
  const [never] = Lwt.task<number>();
  const { oc, writes, closed } = sink(() => never);
  oc.write("a");
  const flushed = oc.flush();
  const queued = oc.write("b");
  assertReturns(oc.abort(), undefined);
  assertFailsWith(flushed, Io.ChannelClosed);
  assertFailsWith(queued, Io.ChannelClosed);
  assertCanceled(never);
  turn();
  assertEquals([writes.length, closed(), oc.isClosed()], [0, 1, true]);
});

Deno.test("56: abort ends a close that waits for its last flush", () => {
  const [never] = Lwt.task<number>();
  const { oc, closed } = sink(() => never);
  oc.write("a");
  const closing = oc.close();
  assertSleeps(closing);
  oc.abort();
  assertReturns(closing, undefined);
  assertEquals(closed(), 1);
});

Deno.test("56: a device may close its own channel while it is asked", () => {
  const [never] = Lwt.task<number>();
  const ic: Io.InputChannel = Io.make(Io.input, () => {
    ic.close();
    return never;
  });
  assertFailsWith(ic.readLine(), Io.ChannelClosed);
  assertCanceled(never);
});

Deno.test("57: readCharOpt and readLineOpt on a closed channel reject", () => {
  const { ic } = source(["abc"]);
  ic.readChar();
  ic.close();
  assertFailsWith(ic.readCharOpt(), Io.ChannelClosed);
  assertFailsWith(ic.readLineOpt(), Io.ChannelClosed);
});

Deno.test("58: position, buffered and bufferSize work on a closed channel", () => {
  const { ic } = source(["abc"]);
  ic.readChar();
  ic.close();
  assertEquals([ic.position(), ic.buffered(), ic.bufferSize()], [1, 2, 4096]);
  const { oc } = sink();
  oc.write("abc");
  oc.abort();
  assertEquals([oc.position(), oc.buffered(), oc.bufferSize()], [3, 3, 4096]);
});

Deno.test("63: abort while an atomic runs closes the channel itself, not only the lent one", () => {
  const [reply] = Lwt.task<string>();
  const { ic, closed } = source(["abc", reply]);
  const held = ic.atomic((ch) => ch.readChar().bind(() => ch.readLine()));
  const behind = ic.readChar();
  assertReturns(ic.abort(), undefined);
  assertFailsWith(held, Io.ChannelClosed);
  assertFailsWith(behind, Io.ChannelClosed);
  assert(ic.isClosed());
  assertFailsWith(ic.readChar(), Io.ChannelClosed);
  assertReturns(ic.close(), undefined);
  assertReturns(ic.close(), undefined);
  assertEquals([closed(), ic.isBusy()], [1, false]);
});

Deno.test("63: abort through the lent channel closes the channel itself too", () => {
  const { ic, closed } = source(["abc"]);
  let lent = ic;
  assertReturns(ic.atomic((ch) => (lent = ch).abort()), undefined);
  assertEquals([ic.isClosed(), closed()], [true, 1]);
  assertFailsWith(lent.readChar(), Failure);
});

Deno.test("63: abort sets those free who wait behind an atomic that never ends", () => {
  const [never] = Lwt.wait<void>();
  const { ic } = source(["abc"]);
  const held = ic.atomic(() => never);
  const behind = [ic.readChar(), ic.readLine()];
  ic.close();
  behind.forEach((read) => assertFailsWith(read, Io.ChannelClosed));
  assertSleeps(held);
});

Deno.test("64: abort reaches a read that is pending in nested atomics", () => {
  const [reply] = Lwt.task<string>();
  const { ic } = source([reply]);
  const held = ic.atomic((outer) => outer.atomic((inner) => inner.readLine()));
  ic.abort();
  assertFailsWith(held, Io.ChannelClosed);
  assertCanceled(reply);
});

Deno.test("await using closes a channel at the end of the block", async () => {
  const { ic, closed } = source();
  const out = sink();
  {
    await using _ic = ic;
    await using oc = out.oc;
    await oc.write("flushed");
  }
  assertEquals([closed(), out.closed(), out.writes], [1, 1, ["flushed"]]);
});

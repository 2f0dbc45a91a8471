/* Facts 33-48: flushing. */
import { assertEquals } from "@std/assert";
import { Failure, Lwt } from "../../core/mod.ts";
import * as Io from "../../io/io.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  assertSleeps,
} from "../core/_state.ts";
import { sink, tiny, turn, utf8 } from "./_device.ts";

Deno.test("33: one automatic flush serves all writes before it", () => {
  const { oc, writes } = sink();
  oc.write("a");
  oc.writeChar("b");
  oc.writeLine("c");
  turn();
  assertEquals(writes, ["abc\n"]);
  turn();
  assertEquals(writes.length, 1);
});

Deno.test("34: two writes in a row are one device write, not before the next turn", () => {
  const { oc, writes } = sink();
  oc.write("foo");
  oc.write("bar");
  assertEquals(writes, []);
  turn();
  assertEquals(writes, ["foobar"]);
});

Deno.test("35: a pause after a write ends when the bytes are with the device", () => {
  const { oc, writes } = sink();
  oc.write("a");
  let seen: string[] = [];
  Lwt.pause().onSuccess(() => seen = [...writes]);
  turn();
  assertEquals(seen, ["a"]);
});

Deno.test("36: data written inside a long atomic get out while it waits", () => {
  const { oc, writes } = sink();
  const [gate, open] = Lwt.wait<void>();
  const held = oc.atomic((ch) => ch.atomic((inner) => inner.write("inside").bind(() => gate)));
  turn();
  assertEquals(writes, ["inside"]);
  open.wakeup();
  assertReturns(held, undefined);
});

Deno.test("37: an operation at the time of the flush puts it off until the channel is idle", () => {
  const { oc, writes } = sink();
  const [gate, open] = Lwt.wait<void>();
  oc.write("a");
  const access = oc.directAccess((da) => {
    da.daBuffer[da.daPtr++] = 98;
    return gate;
  });
  turn();
  assertEquals(writes, []);
  open.wakeup();
  assertReturns(access, undefined);
  assertEquals(writes, []);
  turn();
  assertEquals(writes, ["ab"]);
});

Deno.test("37: what is written while a flush is under way is flushed after it", () => {
  const [done, resolver] = Lwt.task<number>();
  const { oc, writes } = sink((len, call) => call === 0 ? done : len);
  oc.write("a");
  turn();
  const write = oc.write("b");
  assertSleeps(write);
  resolver.wakeup(1);
  assertReturns(write, undefined);
  turn();
  assertEquals(writes, ["a", "b"]);
});

Deno.test("38: errors of an automatic flush are dropped, and come back with the next one", () => {
  const broken = new Error("broken");
  let fails = true;
  const { oc, writes } = sink((len) => fails ? Lwt.fail(broken) : len);
  assertReturns(oc.write("a"), undefined);
  turn();
  assertEquals(oc.buffered(), 1);
  assertFails(oc.flush(), broken);
  assertEquals(oc.buffered(), 1);
  fails = false;
  assertReturns(oc.flush(), undefined);
  assertEquals(writes, ["a"]);
});

Deno.test("38: an automatic flush that failed is not tried again by itself", () => {
  let calls = 0;
  const { oc } = sink(() => {
    calls++;
    return Lwt.fail(new Error("broken"));
  });
  oc.write("a");
  turn();
  turn();
  turn();
  assertEquals(calls, 1);
  oc.write("b");
  turn();
  assertEquals(calls, 2);
  oc.abort();
});

Deno.test("39: a channel over an array is never flushed", () => {
  const bytes = new Uint8Array(8);
  const oc = Io.ofBytes(Io.output, bytes);
  oc.write("abc");
  turn();
  assertReturns(Io.flushAll(), undefined);
  assertEquals([oc.buffered(), oc.position()], [3, 3]);
});

Deno.test("40: an output over an array fails when it is full, or flushed when it is not empty", () => {
  const bytes = new Uint8Array(4);
  const oc = Io.ofBytes(Io.output, bytes);
  assertReturns(oc.flush(), undefined);
  oc.write("abcd");
  const message = "Cannot flush a channel made with Io.ofBytes";
  assertFailsWith(oc.write("e"), Failure, message);
  assertFailsWith(oc.writeChar("e"), Failure, message);
  assertFailsWith(oc.flush(), Failure, message);
  assertEquals(bytes, utf8("abcd"));
  assertReturns(oc.close(), undefined);
});

Deno.test("41: flush repeats device writes until the buffer is empty", () => {
  const { oc, writes } = sink((len) => Math.min(len, 2));
  oc.write("abcde");
  assertReturns(oc.flush(), undefined);
  assertEquals(writes, ["ab", "cd", "e"]);
});

Deno.test("41: a flush that is canceled keeps what the device did not take", () => {
  const [never] = Lwt.task<number>();
  const { oc, writes } = sink((len, call) => call === 0 ? 2 : call === 1 ? never : len);
  oc.write("abcde");
  const flushed = oc.flush();
  flushed.cancel();
  assertCanceled(flushed);
  assertCanceled(never);
  assertReturns(oc.flush(), undefined);
  assertEquals(writes, ["ab", "cde"]);
});

Deno.test("42: flush on a closed channel fails", () => {
  const { oc } = sink();
  oc.close();
  assertFailsWith(oc.flush(), Io.ChannelClosed, "Cannot use output channel: it is closed");
});

Deno.test("43: %! in a format does nothing", () => {
  const { oc, writes } = sink();
  oc.fprintf("a%!b");
  assertEquals(writes, []);
  oc.flush();
  assertEquals(writes, ["ab"]);
});

Deno.test("44: flushAll flushes all channels together, behind their operations, without errors", () => {
  const [first, resolver] = Lwt.task<number>();
  const slow = sink((len, call) => call === 0 ? first : len, tiny());
  const broken = sink(() => Lwt.fail(new Error("broken")));
  const quick = sink();
  slow.oc.write("a".repeat(20));
  slow.oc.write("b");
  broken.oc.write("c");
  quick.oc.write("d");
  const flushed = Io.flushAll();
  assertEquals(quick.writes, ["d"]);
  assertSleeps(flushed);
  resolver.wakeup(16);
  assertReturns(flushed, undefined);
  assertEquals(slow.writes, ["a".repeat(16), "aaaab"]);
  assertEquals(broken.oc.buffered(), 1);
  broken.oc.abort();
});

Deno.test("44: flushAll waits for what a held channel still has to write", () => {
  const { oc, writes } = sink();
  const [gate, open] = Lwt.wait<void>();
  oc.atomic(() => gate);
  const write = oc.write("behind");
  const flushed = Io.flushAll();
  assertSleeps(flushed);
  open.wakeup();
  assertReturns(write, undefined);
  assertReturns(flushed, undefined);
  assertEquals(writes, ["behind"]);
});

Deno.test("paused promises that were abandoned take no flush with them", () => {
  const { oc, writes } = sink();
  oc.write("a");
  Lwt.abandonPaused();
  oc.write("b");
  oc.flush();
  oc.write("c");
  turn();
  turn();
  const other = sink();
  other.oc.write("d");
  turn();
  assertEquals([writes, other.writes], [["ab", "c"], ["d"]]);
});

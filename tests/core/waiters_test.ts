// The line of waiting promises behind every lock, mailbox and condition.
import { assert, assertEquals } from "@std/assert";
import { Origin } from "../../core/_cell.ts";
import { serve, Waiters } from "../../core/_waiters.ts";
import { assertReturns } from "./_state.ts";

const ORIGIN = new Origin("a test", true);

function filled(names: readonly string[]): Waiters<string, string> {
  const waiters = new Waiters<string, string>();
  for (const name of names) waiters.add(ORIGIN, name);
  return waiters;
}

function drained(waiters: Waiters<string, string>): string[] {
  const names: string[] = [];
  for (let w = waiters.take(); w !== undefined; w = waiters.take()) {
    serve(w, w.extra);
    assertReturns(w.promise, w.extra);
    names.push(w.extra);
  }
  return names;
}

Deno.test("waiters are taken oldest first", () => {
  assertEquals(drained(filled(["a", "b", "c"])), ["a", "b", "c"]);
});

Deno.test("a line that became empty can be filled again", () => {
  const waiters = filled(["a"]);
  assertEquals(drained(waiters), ["a"]);
  assert(waiters.isEmpty());
  waiters.add(ORIGIN, "b");
  assert(!waiters.isEmpty());
  assertEquals(drained(waiters), ["b"]);
});

Deno.test("canceled waiters are passed over, wherever they stand", () => {
  for (let mask = 0; mask < 32; mask++) {
    const waiters = new Waiters<string, string>();
    const stay: string[] = [];
    ["a", "b", "c", "d", "e"].forEach((name, i) => {
      const p = waiters.add(ORIGIN, name);
      if (mask >> i & 1) p.cancel();
      else stay.push(name);
    });
    if (mask % 2 === 0) assertEquals(waiters.count(), stay.length);
    assertEquals(drained(waiters), stay);
  }
});

Deno.test("a line keeps at most twice the places of those who wait", () => {
  const waiters = new Waiters<string, number>();
  for (let i = 0; i < 100; i++) waiters.add(ORIGIN, i);
  for (let i = 0; i < 10_000; i++) waiters.add(ORIGIN, -1).cancel();
  assert(waiters.size() <= 200, `${waiters.size()} places`);
  assertEquals(waiters.count(), 100);
  for (let i = 0; i < 100; i++) assertEquals(waiters.take()?.extra, i);
  assertEquals(waiters.take(), undefined);
});

Deno.test("a line whose waiters all gave up is short again", () => {
  const waiters = new Waiters<void>();
  for (let round = 0; round < 10; round++) {
    const all = Array.from({ length: 1000 }, () => waiters.add(ORIGIN));
    for (const p of all) p.cancel();
    assertEquals([waiters.count(), waiters.size()], [0, 0]);
  }
});

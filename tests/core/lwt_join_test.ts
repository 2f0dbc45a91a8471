// Waiting for several promises: join, both, all.
import { assertStrictEquals } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { assertCanceled, assertFails, assertReturns, assertSleeps } from "./_state.ts";

const boom = new Error("boom");
const bang = new Error("bang");

Deno.test("89: join of nothing, or of settled promises only, is settled at once", () => {
  assertReturns(Lwt.join([]), undefined);
  assertReturns(Lwt.join([Lwt.returnUnit, Lwt.returnUnit]), undefined);
  assertFails(Lwt.join([Lwt.returnUnit, Lwt.fail(boom), Lwt.returnUnit]), boom);
});

Deno.test("90: join settles only when all members are settled", () => {
  const [p, r1] = Lwt.wait<void>(), [q, r2] = Lwt.wait<void>();
  const both = Lwt.join([p, Lwt.returnUnit, q]);
  r2.wakeup();
  assertSleeps(both);
  r1.wakeup();
  assertReturns(both, undefined);
});

Deno.test("90: join waits for the rest after one was rejected", () => {
  const [p, r1] = Lwt.wait<void>(), [q, r2] = Lwt.wait<void>();
  const late = Lwt.join([p, q]), early = Lwt.join([Lwt.fail(bang), q]);
  r1.wakeupExn(boom);
  assertSleeps(late);
  assertSleeps(early);
  r2.wakeup();
  assertFails(late, boom);
  assertFails(early, bang);
});

Deno.test("91: of members already rejected, the first in list order gives the error", () => {
  assertFails(Lwt.join([Lwt.fail(boom), Lwt.fail(bang)]), boom);
  const [p, r1] = Lwt.wait<void>(), [q, r2] = Lwt.wait<void>();
  const joined = Lwt.join([p, Lwt.fail(boom), Lwt.fail(bang), q]);
  r1.wakeupExn(new Error("later"));
  r2.wakeupExn(new Error("last"));
  assertFails(joined, boom);
});

Deno.test("92: otherwise the first to be rejected in time gives the error", () => {
  const [p, r1] = Lwt.wait<void>(), [q, r2] = Lwt.wait<void>(), [s, r3] = Lwt.wait<void>();
  const joined = Lwt.join([p, q, s]);
  r3.wakeup();
  r2.wakeupExn(boom);
  r1.wakeupExn(bang);
  assertFails(joined, boom);
});

Deno.test("93: a promise listed twice is counted twice, and join still settles", () => {
  const [p, r] = Lwt.wait<void>();
  const joined = Lwt.join([p, p, Lwt.returnUnit]);
  r.wakeup();
  assertReturns(joined, undefined);
  const [q, s] = Lwt.wait<void>();
  const failed = Lwt.join([q, q]);
  s.wakeupExn(boom);
  assertFails(failed, boom);
});

Deno.test("94: both pairs the values", () => {
  assertReturns(Lwt.both(Lwt.return(1), Lwt.return("a")), [1, "a"]);
  const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<string>();
  const pair = Lwt.both(p, q);
  r2.wakeup("a");
  assertSleeps(pair);
  r1.wakeup(1);
  assertReturns(pair, [1, "a"]);
});

Deno.test("94: both waits for the other side when one failed", () => {
  for (const order of [[0, 1], [1, 0]] as const) {
    const sides = [Lwt.wait<void>(), Lwt.wait<void>()] as const;
    const pair = Lwt.both(sides[0][0], sides[1][0]);
    sides[order[0]][1].wakeupExn(boom);
    assertSleeps(pair);
    sides[order[1]][1].wakeup();
    assertFails(pair, boom);
  }
});

Deno.test("94: both of a failure that is there waits for the other side", () => {
  const [p, r] = Lwt.wait<void>();
  const left = Lwt.both(Lwt.fail(boom), p), right = Lwt.both(p, Lwt.fail(boom));
  assertSleeps(left);
  assertSleeps(right);
  r.wakeup();
  assertFails(left, boom);
  assertFails(right, boom);
});

Deno.test("95: of two errors both keeps the first in time", () => {
  for (const order of [[0, 1], [1, 0]] as const) {
    const sides = [Lwt.wait<void>(), Lwt.wait<void>()] as const;
    const pair = Lwt.both(sides[0][0], sides[1][0]);
    sides[order[0]][1].wakeupExn(boom);
    sides[order[1]][1].wakeupExn(bang);
    assertFails(pair, boom);
  }
});

Deno.test("95: of two errors already there, both keeps the first argument's", () => {
  assertFails(Lwt.both(Lwt.fail(boom), Lwt.fail(bang)), boom);
});

Deno.test("95: an error already there wins over a later one", () => {
  const [p, r] = Lwt.wait<void>();
  const pair = Lwt.both(p, Lwt.fail(boom));
  r.wakeupExn(bang);
  assertFails(pair, boom);
});

Deno.test("96: both takes one promise for both sides", () => {
  const [p, r] = Lwt.wait<number>();
  const pair = Lwt.both(p, p);
  r.wakeup(1);
  assertReturns(pair, [1, 1]);
  const [q, s] = Lwt.wait<number>();
  const failed = Lwt.both(q, q);
  s.wakeupExn(boom);
  assertFails(failed, boom);
});

Deno.test("97: all keeps list order", () => {
  const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>();
  const list = Lwt.all([p, Lwt.return(2), q]);
  r2.wakeup(3);
  assertSleeps(list);
  r1.wakeup(1);
  assertReturns(list, [1, 2, 3]);
  assertReturns(Lwt.all([Lwt.return(1), Lwt.return(2)]), [1, 2]);
});

Deno.test("97: all joins like join", () => {
  const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>();
  const list = Lwt.all([p, q]);
  r2.wakeupExn(boom);
  assertSleeps(list);
  r1.wakeupExn(bang);
  assertFails(list, boom);
  assertFails(Lwt.all([Lwt.return(1), Lwt.fail<number>(boom), Lwt.fail<number>(bang)]), boom);
});

Deno.test("97: all of nothing is the shared empty list", () => {
  const empty: Lwt<readonly number[]> = Lwt.all<number>([]);
  assertStrictEquals(empty, Lwt.returnNil);
});

Deno.test("97: all is not disturbed by a change of the array it was given", () => {
  const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>();
  const members = [p, q];
  const list = Lwt.all(members);
  members.length = 0;
  r1.wakeup(1);
  r2.wakeup(2);
  assertReturns(list, [1, 2]);
});

Deno.test("98: all accepts the same promise several times", () => {
  const [p, r] = Lwt.wait<number>();
  const list = Lwt.all([p, p, p]);
  r.wakeup(1);
  assertReturns(list, [1, 1, 1]);
});

Deno.test("98: all tells undefined values from missing ones", () => {
  const [p, r] = Lwt.wait<undefined>();
  const list = Lwt.all([p, Lwt.returnNone]);
  assertSleeps(list);
  r.wakeup(undefined);
  assertReturns(list, [undefined, undefined]);
});

Deno.test("99: canceling both cancels each side that can be", () => {
  const [p] = Lwt.task<void>(), [q] = Lwt.task<void>();
  const pair = Lwt.both(p, q);
  pair.cancel();
  for (const each of [p, q, pair]) assertCanceled(each);
});

Deno.test("99: the result is settled only when both sides are", () => {
  const [p] = Lwt.task<void>(), [q, r] = Lwt.wait<void>();
  const pair = Lwt.both(p, q);
  pair.cancel();
  assertCanceled(p);
  assertSleeps(pair);
  r.wakeup();
  assertCanceled(pair);
});

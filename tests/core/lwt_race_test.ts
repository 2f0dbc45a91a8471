// Racing: choose, pick, nchoose, npick, nchooseSplit.
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { InvalidArgument, Lwt } from "../../core/mod.ts";
import { assertCanceled, assertFails, assertReturns, assertSleeps, valueOf } from "./_state.ts";

const boom = new Error("boom");
const bang = new Error("bang");

/** The five races, with the name each gives itself in an error. */
const races: Record<string, (ps: readonly Lwt<number>[]) => Lwt<unknown>> = {
  choose: Lwt.choose,
  pick: Lwt.pick,
  nchoose: Lwt.nchoose,
  npick: Lwt.npick,
  nchoose_split: Lwt.nchooseSplit,
};

for (const [name, race] of Object.entries(races)) {
  Deno.test(`100: ${name} of nothing throws InvalidArgument`, () => {
    const error = assertThrows(() => race([]), InvalidArgument);
    const message = `Lwt.${name} [] would return a promise that is pending forever`;
    assertEquals(error.message, message);
  });
}

for (const race of [Lwt.choose, Lwt.pick]) {
  Deno.test(`101: decided: ${race.name} gives the first settled rejection in list order`, () => {
    const [p] = Lwt.wait<number>();
    assertFails(race([Lwt.return(1), Lwt.fail<number>(boom)]), boom);
    assertFails(race([p, Lwt.return(1), Lwt.fail<number>(boom), Lwt.fail<number>(bang)]), boom);
  });

  Deno.test(`102: decided: ${race.name} gives the first settled value in list order`, () => {
    const [p] = Lwt.wait<number>();
    for (let i = 0; i < 20; i++) {
      assertReturns(race([p, Lwt.return(1), Lwt.return(2), Lwt.return(3)]), 1);
    }
  });

  Deno.test(`103, 108: ${race.name} returns the settled member itself`, () => {
    const [p] = Lwt.wait<number>(), value = Lwt.return(1), error = Lwt.fail<number>(boom);
    assertStrictEquals(race([p, value]), value);
    assertStrictEquals(race([p, value, error]), error);
  });

  Deno.test(`104: ${race.name} settles as the first member does, and never again`, () => {
    const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>();
    const first = race([p, q]);
    assertSleeps(first);
    r2.wakeup(2);
    assertReturns(first, 2);
    r1.wakeup(1);
    assertReturns(first, 2);
  });

  Deno.test(`104: ${race.name} is rejected if the first member is`, () => {
    const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>();
    const first = race([p, q]);
    r1.wakeupExn(boom);
    assertFails(first, boom);
    r2.wakeup(2);
    assertFails(first, boom);
  });

  Deno.test(`104: ${race.name} goes by whose callbacks run first, not by state`, () => {
    const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>(), [s, r3] = Lwt.wait<void>();
    const first = race([p, q]);
    s.onSuccess(() => {
      r1.wakeupLater(1);
      r2.wakeup(2);
    });
    r3.wakeup();
    assertReturns(first, 2);
  });

  Deno.test(`105: ${race.name}'s callback runs once, though two members settle in one loop`, () => {
    const log: number[] = [];
    const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>(), [s, r3] = Lwt.wait<void>();
    const first = race([p, q]);
    first.onSuccess((n) => log.push(n));
    s.onSuccess(() => {
      r1.wakeupLater(1);
      r2.wakeupLater(2);
    });
    r3.wakeup();
    assertReturns(first, 1);
    assertEquals(log, [1]);
  });

  Deno.test(`118: ${race.name} accepts a promise listed twice`, () => {
    const [p, r] = Lwt.task<number>();
    const first = race([p, p]);
    r.wakeup(1);
    assertReturns(first, 1);
    assertReturns(race([Lwt.return(2), Lwt.return(2)]), 2);
  });
}

Deno.test("105: choose leaves the losers pending and their other callbacks in place", () => {
  const log: string[] = [];
  const [p, r1] = Lwt.task<number>(), [q, r2] = Lwt.task<number>();
  q.onSuccess(() => log.push("before"));
  Lwt.choose([p, q]);
  q.onSuccess(() => log.push("after"));
  r1.wakeup(1);
  assertSleeps(q);
  r2.wakeup(2);
  assertEquals(log, ["after", "before"]);
});

Deno.test("106: pick cancels all members in list order, and only then settles its result", () => {
  const log: string[] = [];
  const [a] = Lwt.task<number>(), [b, r] = Lwt.task<number>(), [c] = Lwt.task<number>();
  const first: Lwt<number> = Lwt.pick([a, b, c]);
  a.onCancel(() => log.push(`a canceled, c ${c.state().tag}, result ${first.state().tag}`));
  c.onCancel(() => log.push(`c canceled, a ${a.state().tag}, result ${first.state().tag}`));
  a.onFailure(() => log.push("a failed"));
  c.onFailure(() => log.push("c failed"));
  first.onSuccess(() => log.push("result"));
  r.wakeup(1);
  assertEquals(log, [
    "a canceled, c Sleep, result Sleep",
    "a failed",
    "c canceled, a Fail, result Sleep",
    "c failed",
    "result",
  ]);
});

Deno.test("106: pick cancels the rest when the first member is rejected", () => {
  const [p, r] = Lwt.wait<number>(), [q] = Lwt.task<number>();
  const first = Lwt.pick([p, q]);
  r.wakeupExn(boom);
  assertCanceled(q);
  assertFails(first, boom);
});

Deno.test("107: pick's own callback is one of the winner's, in its place", () => {
  const log: string[] = [];
  const [winner, r] = Lwt.wait<number>(), [loser] = Lwt.task<number>();
  winner.onSuccess(() => log.push("attached before"));
  const first = Lwt.pick([winner, loser]);
  winner.onSuccess(() => log.push("attached after"));
  loser.onCancel(() => log.push("loser"));
  first.onSuccess(() => log.push("result"));
  r.wakeup(1);
  assertEquals(log, ["attached after", "loser", "result", "attached before"]);
});

Deno.test("108: pick with a settled member cancels the pending ones", () => {
  for (const member of [Lwt.return(1), Lwt.fail<number>(boom)]) {
    const [p] = Lwt.task<number>(), [q] = Lwt.task<number>();
    assertStrictEquals(Lwt.pick([p, member, q]), member);
    assertCanceled(p);
    assertCanceled(q);
  }
});

Deno.test("108: choose with a settled member cancels nothing", () => {
  const [p] = Lwt.task<number>();
  Lwt.choose([p, Lwt.return(1)]);
  assertSleeps(p);
});

Deno.test("109: decided: pick has its winner before it cancels", () => {
  const [t] = Lwt.task<number>(), [early, r] = Lwt.wait<number>(), winner = Lwt.return(1);
  t.onCancel(() => r.wakeup(0));
  assertStrictEquals(Lwt.pick([t, early, winner, Lwt.return(2)]), winner);
  assertReturns(early, 0);
  const [t2] = Lwt.task<number>(), [failing, r2] = Lwt.wait<number>();
  t2.onCancel(() => r2.wakeupExn(boom));
  assertStrictEquals(Lwt.pick([t2, failing, winner]), winner);
});

Deno.test("109: decided: the winner of pending members stands, whatever the cancellations do", () => {
  const [t] = Lwt.task<number>(), [other, r1] = Lwt.wait<number>(), [w, r2] = Lwt.wait<number>();
  const first = Lwt.pick([other, t, w]);
  t.onCancel(() => r1.wakeup(0));
  r2.wakeup(1);
  assertReturns(first, 1);
});

Deno.test("110: losers that cannot be canceled stay pending and settle later unobserved", () => {
  const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>(), [s, r3] = Lwt.wait<number>();
  const first = Lwt.pick([p, q, s]);
  r1.wakeup(1);
  assertSleeps(q);
  assertSleeps(s);
  r2.wakeup(2);
  r3.wakeupExn(boom);
  assertReturns(first, 1);
  assertReturns(q, 2);
});

/** What the n-races give, without the pending ones of nchooseSplit. */
const gathering = {
  nchoose: Lwt.nchoose<number>,
  npick: Lwt.npick<number>,
  nchooseSplit: (ps: readonly Lwt<number>[]) => Lwt.nchooseSplit(ps).map(([values]) => values),
} as const;

for (const [name, race] of Object.entries(gathering)) {
  Deno.test(`111: ${name} gives the values of all fulfilled members, in list order`, () => {
    const [p] = Lwt.wait<number>();
    assertReturns(race([Lwt.return(1), p, Lwt.return(2)]), [1, 2]);
    const [a, r1] = Lwt.wait<number>(), [b] = Lwt.wait<number>();
    const first = race([b, a]);
    assertSleeps(first);
    r1.wakeup(1);
    assertReturns(first, [1]);
  });

  Deno.test(`112: ${name} rejects with the leftmost rejected member`, () => {
    const [p] = Lwt.wait<number>();
    const errors = [Lwt.fail<number>(boom), Lwt.fail<number>(bang)];
    assertFails(race([p, Lwt.return(1), ...errors]), boom);
  });

  Deno.test(`112: ${name} that had to wait rejects with the leftmost rejected member`, () => {
    const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>(), [s, r3] = Lwt.wait<number>();
    const first = race([p, q, s]);
    const [x, r4] = Lwt.wait<void>();
    x.onSuccess(() => {
      r3.wakeupLater(3);
      r2.wakeupLaterExn(bang);
      r1.wakeupLaterExn(boom);
    });
    r4.wakeup();
    assertFails(first, boom);
  });

  Deno.test(`112: ${name} rejects with the error of a member that is a proxy`, () => {
    const [source, r1] = Lwt.wait<void>(),
      [inner, r2] = Lwt.wait<number>(),
      [p] = Lwt.wait<number>();
    source.bind(() => inner);
    r1.wakeup();
    const seen: unknown[] = [];
    const first: Lwt<unknown> = race([p, inner]);
    first.onFailure((error) => seen.push(error));
    Lwt.catch(() => first, (error) => Lwt.return(seen.push(error)));
    r2.wakeupExn(boom);
    assertFails(first, boom);
    assertEquals(seen, [boom, boom]);
    assertFails(race([p, inner]), boom);
  });

  Deno.test(`113: ${name} goes by state: members whose callbacks are queued are included`, () => {
    const [p, r1] = Lwt.wait<number>(), [q, r2] = Lwt.wait<number>(), [s, r3] = Lwt.wait<number>();
    const first = race([p, q, s]);
    const [x, r4] = Lwt.wait<void>();
    x.onSuccess(() => {
      r3.wakeupLater(3);
      r1.wakeupLater(1);
    });
    r4.wakeup();
    assertReturns(first, [1, 3]);
    r2.wakeup(2);
    assertReturns(first, [1, 3]);
  });

  Deno.test(`118: ${name} gives the value of a promise listed twice, twice`, () => {
    assertReturns(race([Lwt.return(1), Lwt.return(2), Lwt.return(2)]), [1, 2, 2]);
    const [p, r] = Lwt.wait<number>(), [q] = Lwt.wait<number>();
    const first = race([p, q, p]);
    r.wakeup(1);
    assertReturns(first, [1, 1]);
  });
}

Deno.test("nchoose and nchooseSplit cancel nothing", () => {
  const [p, r] = Lwt.task<number>(), [q] = Lwt.task<number>();
  Lwt.nchoose([p, q]);
  Lwt.nchooseSplit([p, q]);
  Lwt.nchoose([q, Lwt.return(1)]);
  Lwt.nchooseSplit([q, Lwt.return(1)]);
  r.wakeup(1);
  assertSleeps(q);
});

Deno.test("114: npick gathers its values before it cancels", () => {
  const [p, r] = Lwt.wait<number>(), [t] = Lwt.task<number>();
  const late = Lwt.catch(() => t, () => Lwt.return(2));
  const first = Lwt.npick([late, p]);
  r.wakeup(1);
  assertReturns(late, 2);
  assertReturns(first, [1]);
});

Deno.test("114: the same when some are settled at the start", () => {
  const [t] = Lwt.task<number>();
  const late = Lwt.catch(() => t, () => Lwt.return(2));
  assertReturns(Lwt.npick([late, Lwt.return(1)]), [1]);
  assertReturns(late, 2);
});

Deno.test("115: npick cancels the others also when it finds settled members at the start", () => {
  const [p] = Lwt.task<number>();
  assertReturns(Lwt.npick([p, Lwt.return(1)]), [1]);
  assertCanceled(p);
});

Deno.test("115: npick cancels the others also when it rejects", () => {
  const [p] = Lwt.task<number>();
  assertFails(Lwt.npick([p, Lwt.fail<number>(boom)]), boom);
  assertCanceled(p);
  const [q] = Lwt.task<number>(), [s, r] = Lwt.wait<number>();
  const first = Lwt.npick([q, s]);
  r.wakeupExn(boom);
  assertFails(first, boom);
  assertCanceled(q);
});

Deno.test("116: npick settles its result after the cancellations", () => {
  const log: string[] = [];
  const [p, r] = Lwt.wait<number>(), [t] = Lwt.task<number>();
  const first: Lwt<number[]> = Lwt.npick([p, t]);
  first.onSuccess(() => log.push("result"));
  t.onCancel(() => log.push(`loser, result ${first.state().tag}`));
  r.wakeup(1);
  assertEquals(log, ["loser, result Sleep", "result"]);
});

Deno.test("117: decided: nchooseSplit gives the pending ones in list order, at the start too", () => {
  const [p] = Lwt.wait<number>(), [q] = Lwt.wait<number>(), [s] = Lwt.wait<number>();
  const [values, pending] = valueOf(Lwt.nchooseSplit([p, Lwt.return(1), q, Lwt.return(2), s]));
  assertEquals(values, [1, 2]);
  assertSame(pending, [p, q, s]);
});

Deno.test("117: nchooseSplit that had to wait gives the pending ones in list order", () => {
  const [p] = Lwt.wait<number>(), [q, r] = Lwt.wait<number>(), [s] = Lwt.wait<number>();
  const first = Lwt.nchooseSplit([p, q, s]);
  r.wakeup(1);
  const [values, pending] = valueOf(first);
  assertEquals(values, [1]);
  assertSame(pending, [p, s]);
});

Deno.test("races are not disturbed by a change of the array they were given", () => {
  for (const [name, race] of Object.entries(races)) {
    const [p, r1] = Lwt.task<number>(), [q] = Lwt.task<number>();
    const members = [p, q];
    const first = race(members);
    members.length = 0;
    r1.wakeup(1);
    assertEquals(first.state().tag, "Return", name);
    assertEquals(q.isSleeping(), !name.includes("pick"), name);
  }
});

/** Asserts that two lists hold the same objects. */
function assertSame(actual: readonly unknown[], expected: readonly unknown[]): void {
  assertEquals(actual.length, expected.length);
  actual.forEach((each, i) => assertStrictEquals(each, expected[i]));
}

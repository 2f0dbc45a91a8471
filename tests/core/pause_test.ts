// pause: promises for the next turn.
import { assertEquals, assertThrows } from "@std/assert";
import { Lwt } from "../../core/mod.ts";
import { assertCanceled, assertReturns, assertSleeps } from "./_state.ts";
import { overflow } from "./_hook.ts";

/** Lets the host finish its microtasks and one round of timers. */
const hostTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** Runs `f` with a pause notifier, then puts back one that does nothing. */
function notified(notifier: (count: number) => void, f: () => void): void {
  Lwt.registerPauseNotifier(notifier);
  try {
    f();
  } finally {
    Lwt.registerPauseNotifier(() => {});
  }
}

Deno.test("167: a pause is pending until the next wakeupPaused", () => {
  const p = Lwt.pause();
  assertSleeps(p);
  Lwt.wakeupPaused();
  assertReturns(p, undefined);
});

Deno.test("167: a pause resolves by itself when nothing drives", async () => {
  const p = Lwt.pause();
  await hostTurn();
  assertReturns(p, undefined);
});

Deno.test("167: pauses made by the callbacks of pauses resolve by themselves, too", async () => {
  let turns = 0;
  const loop = (): Lwt<void> => ++turns === 1000 ? Lwt.returnUnit : Lwt.pause().bind(loop);
  await loop();
  assertEquals(turns, 1000);
});

Deno.test("167: a loop of pauses lets the host's timers and messages through", async () => {
  let fired = false, turns = 0;
  setTimeout(() => fired = true, 0);
  const loop = (): Lwt<void> =>
    fired || ++turns === 100_000 ? Lwt.returnUnit : Lwt.pause().bind(loop);
  await loop();
  assertEquals(fired, true);
});

Deno.test("167: the host gets its turn also from pauses made again and again by many", async () => {
  let fired = false, turns = 0;
  setTimeout(() => fired = true, 0);
  const loop = (): Lwt<void> =>
    fired || ++turns === 1_000_000 ? Lwt.returnUnit : Lwt.pause().bind(loop);
  await Lwt.join(Array.from({ length: 10 }, loop));
  assertEquals(fired, true);
});

Deno.test("167: a wakeupPaused by hand leaves nothing for the turn asked for", async () => {
  const log: string[] = [];
  Lwt.pause().onSuccess(() => log.push("woken"));
  Lwt.wakeupPaused();
  assertEquals(log, ["woken"]);
  await hostTurn();
  assertEquals(log, ["woken"]);
});

Deno.test("168: wakeupPaused fulfils pauses oldest first", () => {
  const log: number[] = [];
  for (const i of [1, 2, 3]) Lwt.pause().onSuccess(() => log.push(i));
  Lwt.wakeupPaused();
  assertEquals(log, [1, 2, 3]);
});

Deno.test("168: callbacks of one, and what they queued, run before the next is fulfilled", () => {
  const log: string[] = [];
  const [later, r] = Lwt.wait<void>();
  later.onSuccess(() => log.push("queued"));
  const p = Lwt.pause(), q = Lwt.pause();
  p.onSuccess(() => {
    r.wakeupLater();
    log.push(`first, second ${q.state().tag}`);
  });
  q.onSuccess(() => log.push("second"));
  Lwt.wakeupPaused();
  assertEquals(log, ["first, second Sleep", "queued", "second"]);
});

Deno.test("169: pauses made during wakeupPaused wait for the next one", () => {
  const log: string[] = [];
  Lwt.pause().onSuccess(() => {
    log.push("first");
    Lwt.pause().onSuccess(() => log.push("second"));
  });
  Lwt.wakeupPaused();
  assertEquals(log, ["first"]);
  assertEquals(Lwt.pausedCount(), 1);
  Lwt.wakeupPaused();
  assertEquals(log, ["first", "second"]);
});

Deno.test("169: a callback that calls wakeupPaused handles only the new ones", () => {
  const log: string[] = [];
  Lwt.pause().onSuccess(() => {
    log.push("in");
    Lwt.pause().onSuccess(() => log.push("new"));
    Lwt.wakeupPaused();
    log.push("out");
  });
  Lwt.pause().onSuccess(() => log.push("other of the round"));
  Lwt.wakeupPaused();
  assertEquals(log, ["in", "new", "out", "other of the round"]);
});

Deno.test("170: pausedCount counts, and is 0 when the first callback runs", () => {
  const seen: number[] = [];
  assertEquals(Lwt.pausedCount(), 0);
  Lwt.pause().onSuccess(() => seen.push(Lwt.pausedCount()));
  assertEquals(Lwt.pausedCount(), 1);
  Lwt.pause().onSuccess(() => seen.push(Lwt.pausedCount()));
  assertEquals(Lwt.pausedCount(), 2);
  Lwt.wakeupPaused();
  assertEquals(seen, [0, 0]);
  assertEquals(Lwt.pausedCount(), 0);
});

Deno.test("171: a pause can be canceled", () => {
  const log: string[] = [];
  const p = Lwt.pause(), q = Lwt.pause();
  p.onTermination(() => log.push("first"));
  q.onTermination(() => log.push("second"));
  p.cancel();
  assertCanceled(p);
  assertEquals(log, ["first"]);
  Lwt.wakeupPaused();
  assertCanceled(p);
  assertReturns(q, undefined);
  assertEquals(log, ["first", "second"]);
});

Deno.test("171: quirk, kept: pausedCount does not go down when a pause is canceled", () => {
  const p = Lwt.pause();
  p.cancel();
  assertEquals(Lwt.pausedCount(), 1);
  Lwt.wakeupPaused();
  assertEquals(Lwt.pausedCount(), 0);
});

Deno.test("171: a pause canceled in its own round, by an earlier one, stays canceled", () => {
  const p = Lwt.pause(), q = Lwt.pause();
  p.onSuccess(() => q.cancel());
  Lwt.wakeupPaused();
  assertReturns(p, undefined);
  assertCanceled(q);
});

Deno.test("171: a pause that became a proxy of a promise is still woken, and can be canceled", () => {
  const [p, r] = Lwt.wait<void>();
  const woken = p.bind(() => Lwt.pause()), canceled = p.bind(() => Lwt.pause());
  r.wakeup();
  canceled.cancel();
  assertCanceled(canceled);
  assertSleeps(woken);
  Lwt.wakeupPaused();
  assertReturns(woken, undefined);
});

Deno.test("172: the notifier is called on every pause, after it is queued, with the new count", () => {
  const seen: unknown[] = [];
  notified((count) => seen.push([count, Lwt.pausedCount()]), () => {
    Lwt.pause();
    Lwt.pause();
    Lwt.wakeupPaused();
    Lwt.pause();
    Lwt.wakeupPaused();
  });
  assertEquals(seen, [[1, 1], [2, 2], [1, 1]]);
});

Deno.test("172: there is only one notifier", () => {
  const log: string[] = [];
  Lwt.registerPauseNotifier(() => log.push("old"));
  notified(() => log.push("new"), () => void Lwt.pause());
  Lwt.pause();
  Lwt.wakeupPaused();
  assertEquals(log, ["new"]);
});

Deno.test("173: the notifier may call pause", () => {
  let calls = 0;
  const made: Lwt<void>[] = [];
  notified(() => {
    if (++calls < 3) made.push(Lwt.pause());
  }, () => void made.push(Lwt.pause()));
  assertEquals(calls, 3);
  assertEquals(Lwt.pausedCount(), 3);
  Lwt.wakeupPaused();
  for (const p of made) assertReturns(p, undefined);
});

Deno.test("173: wakeupPaused from the notifier fulfils the pause being made", () => {
  notified(() => Lwt.wakeupPaused(), () => assertReturns(Lwt.pause(), undefined));
});

Deno.test("174: abandonPaused empties the queue and the count", () => {
  const p = Lwt.pause();
  Lwt.abandonPaused();
  assertEquals(Lwt.pausedCount(), 0);
  Lwt.wakeupPaused();
  assertSleeps(p);
  p.cancel();
  assertCanceled(p);
});

Deno.test("174: abandoned pauses are not woken by a turn of the host either", async () => {
  const p = Lwt.pause();
  Lwt.abandonPaused();
  await hostTurn();
  assertSleeps(p);
});

Deno.test("174: a pause made after abandonPaused is woken by itself", async () => {
  Lwt.pause();
  Lwt.abandonPaused();
  const p = Lwt.pause();
  await hostTurn();
  assertReturns(p, undefined);
});

Deno.test("174: a round in progress is not affected by abandonPaused", () => {
  const p = Lwt.pause(), q = Lwt.pause();
  p.onSuccess(() => Lwt.abandonPaused());
  Lwt.wakeupPaused();
  assertReturns(q, undefined);
});

Deno.test("175: decided: canceling an abandoned pause after a new one was made is harmless", () => {
  const abandoned = [Lwt.pause(), Lwt.pause(), Lwt.pause()];
  Lwt.abandonPaused();
  const fresh = [Lwt.pause(), Lwt.pause()];
  for (const p of abandoned) p.cancel();
  const last = Lwt.pause();
  assertEquals(Lwt.pausedCount(), 3);
  Lwt.wakeupPaused();
  for (const p of abandoned) assertCanceled(p);
  for (const p of [...fresh, last]) assertReturns(p, undefined);
});

Deno.test("an error that escapes one pause's callbacks does not lose the other pauses", () => {
  const p = Lwt.pause(), q = Lwt.pause();
  p.map(overflow);
  assertThrows(() => Lwt.wakeupPaused(), RangeError);
  Lwt.wakeupPaused();
  assertReturns(q, undefined);
});

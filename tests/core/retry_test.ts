// Retry: attempts as a stream.
import { assertEquals, assertThrows } from "@std/assert";
import { Failure, InvalidArgument, Lwt } from "../../core/mod.ts";
import * as Retry from "../../core/retry.ts";
import type { Result } from "../../core/result.ts";
import { Stream } from "../../core/stream.ts";
import { VirtualClock } from "../../core/testing.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  assertSleeps,
} from "./_state.ts";

const boom = new Error("boom");

type Outcome = Result<string, Retry.Error<string, string>>;
type Attempt = Retry.Attempt<string, string, string>;

const good: Outcome = { ok: true, value: "good" };
const again: Outcome = { ok: false, error: { tag: "Retry", value: "again" } };
const fatal: Outcome = { ok: false, error: { tag: "Fatal", value: "fatal" } };

/** The attempt that failed with `outcome`, as the `n`th. */
const failed = (outcome: Outcome, n: number) => ({
  ok: false,
  error: [(outcome as { error: unknown }).error, n],
});

/** A function that has these outcomes, one after another, and counts its calls. */
function having(...outcomes: Outcome[]) {
  const f = () => Lwt.return(outcomes[Math.min(f.calls++, outcomes.length - 1)]!);
  f.calls = 0;
  return f;
}

/** All that a stream gives, which it gives at once. */
const all = (attempts: Stream<Attempt>) => attempts.toList().poll();

Deno.test("282: attempts are made on demand, numbered from 1", () => {
  const f = having(again);
  const attempts = Retry.onError(f);
  assertEquals(f.calls, 0);
  assertReturns(attempts.get() as Lwt<unknown>, failed(again, 1));
  assertEquals(f.calls, 1);
  assertReturns(attempts.get() as Lwt<unknown>, failed(again, 2));
  assertEquals(f.calls, 2);
});

Deno.test("282: the stream ends after the first success, without calling f again", () => {
  const f = having(again, again, good, again);
  assertEquals(all(Retry.onError(f)) as unknown, [failed(again, 1), failed(again, 2), good]);
  assertEquals(f.calls, 3);
});

Deno.test("282: the stream ends after the first fatal error, without calling f again", () => {
  const f = having(again, fatal, good);
  assertEquals(all(Retry.onError(f)) as unknown, [failed(again, 1), failed(fatal, 2)]);
  assertEquals(f.calls, 2);
});

Deno.test("282: where f throws or is rejected the read is, and the next read tries again", () => {
  const ways: (() => Lwt<Outcome>)[] = [
    () => {
      throw boom;
    },
    () => Lwt.fail(boom),
    () => Lwt.return(again),
  ];
  const attempts = Retry.onError(() => ways.shift()!());
  assertFails(attempts.get(), boom);
  assertFails(attempts.get(), boom);
  assertReturns(attempts.get() as Lwt<unknown>, failed(again, 3));
});

Deno.test("283: nTimes reads at most n + 1 attempts, and keeps the last one", () => {
  const f = having(again);
  assertReturns(Retry.nTimes(Retry.onError(f), 3) as Lwt<unknown>, failed(again, 4));
  assertEquals(f.calls, 4);
});

Deno.test("283: nTimes 0 makes one attempt", () => {
  const f = having(again);
  assertReturns(Retry.nTimes(Retry.onError(f), 0) as Lwt<unknown>, failed(again, 1));
  assertEquals(f.calls, 1);
});

Deno.test("283: nTimes stops after a success or a fatal error", () => {
  for (const last of [good, fatal]) {
    const f = having(again, last);
    const expected = last === good ? good : failed(last, 2);
    assertReturns(Retry.nTimes(Retry.onError(f), Infinity) as Lwt<unknown>, expected);
    assertEquals(f.calls, 2);
  }
});

Deno.test("283: nTimes throws for n below 0", () => {
  const attempts = Retry.onError(having(again));
  for (const n of [-1, NaN]) assertThrows(() => Retry.nTimes(attempts, n), InvalidArgument, `${n}`);
});

Deno.test("283: nTimes of a stream that has ended is a Failure", () => {
  assertFailsWith(Retry.nTimes(Stream.ofList<Attempt>([]), 1), Failure);
});

Deno.test("283: a million attempts neither overflow nor are kept", () => {
  let calls = 0;
  const f = () => Lwt.return(++calls === 1_000_000 ? good : again);
  assertReturns(Retry.nTimes(Retry.onError(f), Infinity), good as Attempt);
});

Deno.test("284: withSleep holds back each failed attempt, the first and the last included", () => {
  using clock = VirtualClock.install();
  const f = having(again);
  const p = Retry.nTimes(Retry.withSleep(Retry.onError(f)), 1);
  assertEquals(f.calls, 1);
  clock.advance(3.9);
  assertEquals(f.calls, 1);
  clock.advance(0.1);
  assertEquals(f.calls, 2);
  clock.advance(15.9);
  assertSleeps(p);
  clock.advance(0.1);
  assertReturns(p as Lwt<unknown>, failed(again, 2));
});

Deno.test("284: a success is not held back, a fatal error is", () => {
  using clock = VirtualClock.install();
  const options = { duration: (n: number) => n };
  assertReturns(Retry.withSleep(Retry.onError(having(good)), options).get(), good as Attempt);
  const p = Retry.withSleep(Retry.onError(having(fatal)), options).get();
  assertSleeps(p);
  clock.run(p);
  assertEquals(clock.now(), 1);
});

Deno.test("284: the time is computed from the number of the attempt", () => {
  using clock = VirtualClock.install();
  const asked: number[] = [];
  const duration = (n: number) => {
    asked.push(n);
    return 10 * n;
  };
  clock.run(Retry.nTimes(Retry.withSleep(Retry.onError(having(again)), { duration }), 2));
  assertEquals([asked, clock.now()], [[1, 2, 3], 60]);
});

Deno.test("284: the default time is n times 2 times 2 to the n", () => {
  assertEquals([1, 2, 3, 10].map(Retry.defaultSleepDuration), [4, 16, 48, 20480]);
});

Deno.test("284: canceling a retry that sleeps ends it", () => {
  using clock = VirtualClock.install();
  const f = having(again);
  const p = Retry.nTimes(Retry.withSleep(Retry.onError(f)), 5);
  p.cancel();
  assertCanceled(p);
  clock.advance(1000);
  assertEquals(f.calls, 1);
});

Deno.test("285: decided: there is no printer; an attempt is data to be printed as any other", () => {
  assertReturns(
    Retry.nTimes(Retry.onError(having(fatal)), 0).map((attempt) => JSON.stringify(attempt)),
    '{"ok":false,"error":[{"tag":"Fatal","value":"fatal"},1]}',
  );
});

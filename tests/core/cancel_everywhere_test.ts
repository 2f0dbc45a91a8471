// Canceling at every suspension point: no lost wake-up, no lost value, nothing held at the end.
import fc from "npm:fast-check@4";
import { assert } from "@std/assert";
import { type Action, ACTIONS, live } from "./_mixed.ts";
import { holds } from "./_property.ts";

const PROGRAM: Action[][] = ([
  ["withLock", "put", "unshelve", "usePool"],
  ["acquireLock", "take", "shelve", "acquireFromPool"],
  ["withPermit", "usePool", "scope", "failInPool"],
  ["acquirePermit", "acquireFromPool", "withPermit", "take"],
  ["usePool", "unshelve", "acquirePermit", "clearPool"],
  ["pause", "shelve", "sleep", "race", "usePool"],
  ["scope", "take", "acquireLock", "withPermit"],
] as Action[][]).map((script) => [...script, ...script]);

Deno.test("a program of every kind of lock, canceled at every suspension point, in every task", () => {
  const suspensions = live(PROGRAM, []);
  assert(suspensions > 50, `${suspensions} suspensions`);
  for (let at = 0; at < suspensions; at++) {
    for (let task = 0; task < PROGRAM.length; task++) live(PROGRAM, [{ at, task }]);
  }
});

Deno.test("random programs, canceled at random suspension points", () => {
  const action = fc.constantFrom(...Object.keys(ACTIONS) as Action[]);
  const tasks = fc.array(fc.array(action, { maxLength: 5 }), { minLength: 1, maxLength: 6 });
  const cancelation = fc.record({ at: fc.nat(40), task: fc.nat(5) });
  holds(fc.tuple(tasks, fc.array(cancelation, { maxLength: 5 })), ([program, cancelations]) => {
    live(program, cancelations);
  });
});

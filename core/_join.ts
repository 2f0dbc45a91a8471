/*
 * Waiting for all of several promises. They share one `Group`, which counts those still pending.
 */
import { attach, rootOf } from "./_callbacks.ts";
import { ALL, FULFILLED, JOIN, Observer, REJECTED } from "./_cell.ts";
import { Lwt, Pending } from "./lwt.ts";

/** What the members of a `join`, a `both` or an `all` have in common. */
export class Group {
  readonly promise: Lwt<unknown>;
  remaining: number = 0;
  outcome: number = FULFILLED;
  result: unknown;

  constructor(members: readonly Lwt<unknown>[], values: unknown[] | undefined) {
    // The wait outlives this call, and the array is the caller's.
    this.promise = new Pending(members.slice());
    this.result = values;
  }
}

/** Notes that a member settled. Says whether it was the last one. */
export function memberSettled(group: Group, at: number, status: number, content: unknown): boolean {
  if (status === REJECTED) fail(group, content);
  else if (group.outcome === FULFILLED && group.result !== undefined) {
    (group.result as unknown[])[at] = content;
  }
  return --group.remaining === 0;
}

/** Waits for all members, and gathers their values. */
export function all<T>(members: readonly Lwt<T>[]): Lwt<T[]> {
  return gather(members, ALL, new Array(members.length)) as Lwt<T[]>;
}

/** Waits for all members. */
export function join(members: readonly Lwt<unknown>[]): Lwt<void> {
  return gather(members, JOIN, undefined) as Lwt<void>;
}

function gather(members: readonly Lwt<unknown>[], kind: number, values: unknown[] | undefined) {
  const group = new Group(members, values);
  // One more, so that members already settled do not end the wait while others are being looked at.
  group.remaining = 1;
  for (let i = 0; i < members.length; i++) {
    const member = rootOf(members[i]!);
    group.remaining++;
    if (member.status > 0) memberSettled(group, i, member.status, member.content);
    else attach(member, new Observer(kind, group, i));
  }
  if (--group.remaining > 0) return group.promise;
  return group.outcome === FULFILLED ? Lwt.return(group.result) : Lwt.fail(group.result);
}

// The first error stays, in order of time; and at the start in order of the list.
function fail(group: Group, error: unknown): void {
  if (group.outcome === REJECTED) return;
  group.outcome = REJECTED;
  group.result = error;
}

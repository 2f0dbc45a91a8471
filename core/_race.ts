/*
 * Waiting for the first of several promises. They share one `Race`; as soon as it is decided it is
 * taken off all of them, so that nothing stays behind in a promise that lives on.
 */
import { attach, dropRace, rootOf } from "./_callbacks.ts";
import { cancel } from "./_cancel.ts";
import { FIRST, FULFILLED, Observer, REJECTED } from "./_cell.ts";
import { forEachInSpite, throwLater } from "./_resolution.ts";
import { InvalidArgument } from "./errors.ts";
import { Lwt, Pending } from "./lwt.ts";

type Members = readonly Lwt<unknown>[];

/** How a race ends: whether the losers are canceled, and what the result is made of. */
export interface Rules {
  readonly name: string;
  readonly cancels: boolean;
  /** Makes the outcome out of all members; without it the winner's outcome is the race's. */
  readonly gather: ((members: Members) => Lwt<unknown>) | undefined;
}

export const CHOOSE: Rules = { name: "choose", cancels: false, gather: undefined };
export const PICK: Rules = { name: "pick", cancels: true, gather: undefined };
export const NCHOOSE: Rules = { name: "nchoose", cancels: false, gather: fulfilled };
export const NPICK: Rules = { name: "npick", cancels: true, gather: fulfilled };
export const NCHOOSE_SPLIT: Rules = { name: "nchoose_split", cancels: false, gather: split };

/** What the members of a race have in common. */
export class Race {
  readonly promise: Lwt<unknown>;
  readonly members: Members;
  readonly rules: Rules;
  done: boolean = false;

  constructor(members: Members, rules: Rules) {
    this.promise = new Pending(members);
    this.members = members;
    this.rules = rules;
  }
}

/** Starts a race, or decides it at once if a member has settled already. */
export function race(members: Members, rules: Rules): Lwt<unknown> {
  if (members.length === 0) {
    throw new InvalidArgument(
      `Lwt.${rules.name} [] would return a promise that is pending forever`,
    );
  }
  const winner = settledMember(members);
  // The race outlives this call, and the array is the caller's.
  if (winner === undefined) return start(new Race(members.slice(), rules));
  const verdict = rules.gather?.(members) ?? winner;
  if (rules.cancels) cancelAll(members.slice());
  return verdict;
}

/**
 * Ends a race that a member has just won.
 *
 * @returns The outcome, where it is not that of the winner.
 */
export function finish(race: Race): Lwt<unknown> | undefined {
  const { members, rules } = race;
  race.done = true;
  for (let i = 0; i < members.length; i++) {
    const member = rootOf(members[i]!);
    if (member.status < 0) dropRace(member, race);
  }
  const verdict = rules.gather?.(members);
  if (rules.cancels) cancelLosers(members);
  return verdict;
}

function start(race: Race): Lwt<unknown> {
  for (const member of race.members) attach(rootOf(member), new Observer(FIRST, race, undefined));
  return race.promise;
}

/** The first member that is rejected; if there is none, the first that is fulfilled. */
function settledMember(members: Members): Lwt<unknown> | undefined {
  let first: Lwt<unknown> | undefined;
  for (const member of members) {
    const { status } = rootOf(member);
    if (status === REJECTED) return member;
    if (status === FULFILLED) first ??= member;
  }
  return first;
}

function cancelAll(members: Members): void {
  forEachInSpite(members, (member) => cancel(member, undefined));
}

// An error that escapes from the callbacks of a loser must not take the result with it.
function cancelLosers(members: Members): void {
  try {
    cancelAll(members);
  } catch (error) {
    throwLater(error);
  }
}

function fulfilled(members: Members): Lwt<unknown> {
  const settled = members.filter((member) => rootOf(member).status > 0);
  const failure = settled.find((member) => rootOf(member).status === REJECTED);
  if (failure !== undefined) return rootOf(failure);
  return Lwt.return(settled.map((member) => rootOf(member).content));
}

function split(members: Members): Lwt<unknown> {
  const pending = members.filter((member) => rootOf(member).status < 0);
  return fulfilled(members).map((values) => [values, pending]);
}

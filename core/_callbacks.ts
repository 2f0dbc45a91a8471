/*
 * The list of callbacks of a pending promise: newest first, linked by `sibling`, and kept in the
 * promise's `content`.
 */
import {
  type Callback,
  CONCAT,
  DEAD,
  FIRST,
  Observer,
  ON_CANCEL,
  PENDING,
  PROXY,
} from "./_cell.ts";
import type { Lwt } from "./lwt.ts";
import type { Race } from "./_race.ts";

/** The promise that another one really is. Shortens the way there for the next who asks. */
export function rootOf<T>(promise: Lwt<T>): Lwt<T> {
  let root = promise;
  while (root.status === PROXY) root = root.content as Lwt<T>;
  for (let p = promise; p !== root;) {
    const next = p.content as Lwt<T>;
    p.content = root;
    p = next;
  }
  return root;
}

/** Adds a callback to a pending promise, in front of the others. */
export function attach(promise: Lwt<unknown>, callback: Callback): void {
  callback.sibling = promise.content as Callback | undefined;
  promise.content = callback;
}

/** Moves the callbacks of `inner` behind those of `outer`. Both are pending. */
export function mergeCallbacks(outer: Lwt<unknown>, inner: Lwt<unknown>): void {
  const first = outer.content as Callback | undefined;
  const second = inner.content as Callback | undefined;
  if (first === undefined) outer.content = second;
  else if (second === undefined) return;
  else if (first.sibling === undefined) first.sibling = second;
  else outer.content = new Observer(CONCAT, first, second);
  outer.status += inner.status - PENDING;
  if (outer.status >= 0) sweep(outer);
}

/**
 * Takes a race off one of the promises it watched.
 *
 * A callback is seldom anywhere but in front; one that is not stays, dead, until there are too many.
 */
export function dropRace(promise: Lwt<unknown>, race: Race): void {
  const head = promise.content as Callback | undefined;
  if (head !== undefined && head.kind === FIRST && head.f === race) promise.content = head.sibling;
  else countDead(promise);
}

/** Takes a callback off a promise, also while the callbacks of that one are running. */
export function drop(promise: Lwt<unknown>, callback: Callback): void {
  callback.kind = DEAD;
  if (promise.status > 0) return;
  if (promise.content === callback) promise.content = callback.sibling;
  else countDead(promise);
}

/** The callbacks of a canceled promise in the order to run them: those of `onCancel` first. */
export function cancelCallbacksFirst(callbacks: Callback | undefined): Callback | undefined {
  if (callbacks === undefined || callbacks.sibling === undefined && callbacks.kind !== CONCAT) {
    return callbacks;
  }
  const all = flatten(callbacks);
  const isFirst = (callback: Callback) => callback.kind === ON_CANCEL;
  return link([...all.filter(isFirst), ...all.filter((callback) => !isFirst(callback))]);
}

/** How many callbacks a pending promise holds, dead ones included. For tests. */
export function callbackCount(promise: Lwt<unknown>): number {
  const root = rootOf(promise);
  return root.status < 0 ? flatten(root.content as Callback | undefined).length : 0;
}

function countDead(promise: Lwt<unknown>): void {
  if (++promise.status === 0) sweep(promise);
}

// The next sweep comes after as many deaths as callbacks survived this one: constant work for each.
function sweep(promise: Lwt<unknown>): void {
  const alive = flatten(promise.content as Callback | undefined).filter((c) => !isDead(c));
  promise.content = link(alive);
  promise.status = Math.min(PENDING, -alive.length);
}

function isDead(callback: Callback): boolean {
  return callback.kind === DEAD || callback.kind === FIRST && (callback.f as Race).done;
}

/** The callbacks of a list, in order, without recursion: concatenations may be nested deeply. */
function flatten(callbacks: Callback | undefined): Callback[] {
  const flat: Callback[] = [];
  const rest: Callback[] = [];
  let at = callbacks;
  while (at !== undefined) {
    if (at.kind !== CONCAT) {
      flat.push(at);
      at = at.sibling ?? rest.pop();
      continue;
    }
    if (at.sibling !== undefined) rest.push(at.sibling);
    rest.push(at.storage as Callback);
    at = at.f as Callback;
  }
  return flat;
}

function link(callbacks: readonly Callback[]): Callback | undefined {
  let list: Callback | undefined;
  for (let i = callbacks.length - 1; i >= 0; i--) {
    const callback = callbacks[i]!;
    callback.sibling = list;
    list = callback;
  }
  return list;
}

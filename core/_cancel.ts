/*
 * Cancelation walks backwards, from a promise to the cancelable ones it waits for; marks all of
 * them; and only then runs their callbacks.
 */
import { rootOf } from "./_callbacks.ts";
import { type Callback, Origin, REJECTED } from "./_cell.ts";
import { forEachInSpite, run, settle } from "./_resolution.ts";
import { Canceled, sharedCanceled } from "./errors.ts";
import { Lwt } from "./lwt.ts";

/** Cancels what a promise waits for. */
export function cancel(promise: Lwt<unknown>, cause: unknown): void {
  const end = endOfChain(promise);
  if (end === undefined || end.status > 0) return;
  if (end.source instanceof Origin && !end.source.cancelable) return;
  const error = cause === undefined
    ? sharedCanceled()
    : new Canceled("The promise was canceled", { cause });
  if (end.source instanceof Origin) return run(settle(end, REJECTED, error), REJECTED, error);
  const marked = mark(end, error).reverse();
  forEachInSpite(marked, (callbacks) => run(callbacks, REJECTED, error));
}

/**
 * Follows a chain of promises that each wait for one other, without recursion.
 *
 * @returns The promise at its end, or `undefined` if they wait for each other in a circle.
 */
function endOfChain(promise: Lwt<unknown>): Lwt<unknown> | undefined {
  let p = rootOf(promise);
  let mark = p;
  for (let steps = 0, next = 2; p.status < 0 && p.source instanceof Lwt; steps++) {
    p = rootOf(p.source);
    if (p === mark) return undefined;
    if (steps < next) continue;
    next *= 2;
    mark = p;
  }
  return p;
}

/**
 * Rejects every cancelable promise that can be reached, depth first and in the order of the lists.
 *
 * @returns The callbacks of each, in the order they were marked.
 */
function mark(promise: Lwt<unknown>, error: unknown): (Callback | undefined)[] {
  const marked: (Callback | undefined)[] = [];
  // Members may be shared by many groups: without this, a few dozen groups would take for ever.
  const seen = new Set<Lwt<unknown>>();
  const rest = [promise];
  while (rest.length > 0) {
    const p = endOfChain(rest.pop()!);
    if (p === undefined || p.status > 0 || seen.has(p)) continue;
    seen.add(p);
    if (!(p.source instanceof Origin)) pushReversed(rest, p.source as readonly Lwt<unknown>[]);
    else if (p.source.cancelable) marked.push(settle(p, REJECTED, error));
  }
  return marked;
}

function pushReversed<T>(stack: T[], items: readonly T[]): void {
  for (let i = items.length - 1; i >= 0; i--) stack.push(items[i]!);
}

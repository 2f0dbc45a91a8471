/*
 * What a promise is made of, as data.
 *
 * A promise is a cell with a `status` and a `content`:
 *
 *   status            content
 *   below 0: pending  its callbacks, newest first: a list linked by `sibling`
 *   FULFILLED         its value
 *   REJECTED          its error
 *   PROXY             the promise it stands for
 *
 * A pending cell also has a `source`: what it waits for. Cancelation and diagnostics follow it.
 */
import type { Derived, Lwt } from "./lwt.ts";

export const FULFILLED = 1;
export const REJECTED = 2;
export const PROXY = 3;

/**
 * The status of a new pending promise. Any number below 0 is pending: it says how many callbacks
 * may still die before the list is swept.
 */
export const PENDING = -43;

/** What is to be done when the promise that a callback waits for settles. */
export const MAP = 0;
export const BIND = 1;
export const CATCH = 2;
export const TRY_BIND = 3;
export const FORWARD = 4;
export const RESUME = 5;
export const JOIN = 6;
export const ALL = 7;
export const FIRST = 8;
export const ON_SUCCESS = 9;
export const ON_FAILURE = 10;
export const ON_TERMINATION = 11;
export const ON_ANY = 12;
export const ON_CANCEL = 13;
export const REPORT = 14;
export const CONCAT = 15;
export const DEAD = 16;
export const GATE = 17;

/** An entry in the list of callbacks of a pending promise. Most are promises themselves. */
export type Callback = Derived | Observer;

/** A callback that is not itself a promise. What `f` and `storage` hold depends on the kind. */
export class Observer {
  declare kind: number;
  declare f: unknown;
  declare storage: unknown;
  declare sibling: Callback | undefined;

  constructor(kind: number, f: unknown, storage: unknown) {
    this.kind = kind;
    this.f = f;
    this.storage = storage;
    this.sibling = undefined;
  }
}

/** Where a promise that waits for no other promise comes from. */
export class Origin {
  readonly name: string;
  readonly cancelable: boolean;

  constructor(name: string, cancelable: boolean) {
    this.name = name;
    this.cancelable = cancelable;
  }
}

/** What a pending promise waits for: the outside world, another promise, or several. */
export type Source = Origin | Lwt<unknown> | readonly Lwt<unknown>[];

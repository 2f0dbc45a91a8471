/**
 * Promises, and what is built on them alone: pure TypeScript for every runtime.
 *
 * @module
 */
export { Barrier } from "./barrier.ts";
export { type Outcomes, type ValueOf } from "./both_kinds.ts";
export { type Clock, type Timer } from "./clock.ts";
export { Condition, type WaitOptions } from "./condition.ts";
export { Direct } from "./direct.ts";
export { Failure, InvalidArgument, NotFound } from "./errors.ts";
export { Key } from "./key.ts";
export { Latch } from "./latch.ts";
export { Lwt, Resolver } from "./lwt.ts";
export { Mutex } from "./mutex.ts";
export { Mvar } from "./mvar.ts";
export { type Lease, Pool, type PoolOptions } from "./pool.ts";
export { PriorityQueue } from "./pqueue.ts";
export { Scope } from "./scope.ts";
export { Semaphore } from "./semaphore.ts";
export { type IterNOptions, Seq } from "./seq.ts";
export { Sequence } from "./sequence.ts";
export { Stream } from "./stream.ts";
export { Switch } from "./switch.ts";
export { type WhyOptions } from "./why.ts";

/** Functions over arrays whose callbacks return promises: one after the other, or all at once. */
export * as List from "./list.ts";

/** Values that are either right or wrong, and promises of them. */
export * as Result from "./result.ts";

/** Attempts that are repeated when they fail. */
export * as Retry from "./retry.ts";

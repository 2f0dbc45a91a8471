/**
 * Promises, and what is built on them alone: pure TypeScript for every runtime.
 *
 * @module
 */
export { Failure, InvalidArgument, NotFound } from "./errors.ts";
export { Key } from "./key.ts";
export { Lwt, Resolver } from "./lwt.ts";
export { Sequence } from "./sequence.ts";

/** Values that are either right or wrong, and promises of them. */
export * as Result from "./result.ts";

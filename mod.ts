/**
 * Cooperative concurrency: promises, system calls, channels, events and signals.
 *
 * @module
 */
export { Failure, InvalidArgument, Key, Lwt, NotFound, Resolver, Sequence } from "./core/mod.ts";

/**
 * Cooperative concurrency: promises, system calls, channels, events and signals.
 *
 * @module
 */
export * from "./core/mod.ts";
export * from "./unix/mod.ts";
export * from "./io/mod.ts";

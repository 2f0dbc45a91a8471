/**
 * Buffered channels, files, connections and servers.
 *
 * @module
 */

/** Buffered channels over descriptors, functions and arrays, with files, connections and servers. */
export * as Io from "./io.ts";

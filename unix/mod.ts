/**
 * Descriptors, engines and the main loop: the floor that knows Deno and the C library.
 *
 * @module
 */
export { Engine, EngineEvent, EpollEngine, type SetOptions } from "./engine/mod.ts";
export * as Main from "./main.ts";
export * as Sys from "./sys.ts";
export * as Unix from "./unix.ts";

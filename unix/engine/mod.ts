/**
 * Engines: sets of callbacks waiting for descriptors and for time, and the ways to wait for them.
 *
 * @module
 */
export { Engine, EngineEvent, type SetOptions } from "./engine.ts";
export { EpollEngine } from "./epoll.ts";

/**
 * Flushing all channels.
 *
 * @module
 */
import type { Lwt } from "../core/lwt.ts";
import { flushActive } from "./_flush.ts";

/**
 * Flushes all output channels at once, behind the operations that run or wait there. Errors are
 * ignored. It is also done at exit, where bytes that a device does not take within a few seconds
 * are given up, those of standard output and standard error excepted.
 *
 * @returns A promise that never rejects.
 *
 * @example Usage
 * ```ts
 * import { Io } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [ic, oc] = Io.pipe();
 * await oc.writeLine("hello");
 * await Io.flushAll();
 * assertEquals(await ic.readLine(), "hello");
 * await Promise.all([ic.close(), oc.close()]);
 * ```
 */
export function flushAll(): Lwt<void> {
  return flushActive();
}

/**
 * What this system can do.
 *
 * @module
 */

/**
 * Says that something was asked for that this system cannot do.
 *
 * @example Usage
 * ```ts
 * import { Sys } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new Sys.NotAvailable("fork");
 * assertEquals(error.feature, "fork");
 * assertEquals(error.message, "Cannot use fork: it is not available on this system");
 * ```
 */
export class NotAvailable extends Error {
  /** `"NotAvailable"`. */
  override readonly name: string = "NotAvailable";

  /** Name of what is missing. */
  readonly feature: string;

  /**
   * Makes the error.
   *
   * @param feature Name of what is missing.
   * @param options The cause, as for every `Error`.
   */
  constructor(feature: string, options?: ErrorOptions) {
    super(`Cannot use ${feature}: it is not available on this system`, options);
    this.feature = feature;
  }
}

/** Abilities that not all systems have. `"libev"` stands for the native engine. */
export type Feature =
  | "wait4"
  | "get_cpu"
  | "get_affinity"
  | "set_affinity"
  | "recv_msg"
  | "send_msg"
  | "fd_passing"
  | "get_credentials"
  | "mincore"
  | "madvise"
  | "fdatasync"
  | "libev";

/**
 * Tells whether this system has an ability.
 *
 * @param feature The ability.
 * @returns Whether the system has it.
 *
 * @example Usage
 * ```ts
 * import { Sys } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Sys.have("get_affinity"), Deno.build.os === "linux");
 * ```
 */
export function have(feature: Feature): boolean {
  return Deno.build.os === "linux" || (!windows && !LINUX_ONLY.has(feature));
}

/** Order of bytes in memory. */
export type ByteOrder = "Little_endian" | "Big_endian";

/**
 * This machine's order of bytes.
 *
 * @example Usage
 * ```ts
 * import { Sys } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
 * assertEquals(Sys.byteOrder === "Little_endian", littleEndian);
 * ```
 */
export const byteOrder: ByteOrder = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
  ? "Little_endian"
  : "Big_endian";

/**
 * Whether this is Windows.
 *
 * @example Usage
 * ```ts
 * import { Sys } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Sys.windows, Deno.build.os === "windows");
 * ```
 */
export const windows: boolean = Deno.build.os === "windows";

const LINUX_ONLY: ReadonlySet<Feature> = new Set<Feature>([
  "get_cpu",
  "get_affinity",
  "set_affinity",
  "fdatasync",
  "libev",
]);

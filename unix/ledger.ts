/**
 * The ledger of open descriptors: which ones this library opened and has not closed.
 *
 * @module
 */

import { open } from "./_ledger.ts";

/** An open descriptor in the ledger. */
export interface LedgerEntry {
  /** Number of the descriptor. */
  readonly fd: number;

  /** How it was made, such as `"socket"`, `"pipe"` or `"openfile"`. */
  readonly kind: string;
}

/**
 * The descriptors that this library opened and has not closed yet. `"engine"` marks those that
 * belong to the main loop. Descriptors made elsewhere and only wrapped are not counted.
 *
 * @returns The entries, in the order in which they were opened.
 *
 * @example Finding a descriptor that was forgotten
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const before = Unix.ledger();
 * const fd = await Unix.openfile("/dev/null", ["O_RDONLY"], 0);
 * assertEquals(Unix.ledger().at(-1)?.kind, "openfile");
 * await Unix.close(fd);
 * assertEquals(Unix.ledger(), before);
 * ```
 */
export function ledger(): LedgerEntry[] {
  return Array.from(open, ([fd, kind]) => ({ fd, kind }));
}

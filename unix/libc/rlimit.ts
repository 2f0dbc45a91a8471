/* Limits of this process, so that tests can run out of descriptors. */
import { group, lastError } from "./open.ts";

const calls = group({
  getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
});

/** The greatest number of open descriptors, as `RLIMIT_NOFILE` names it. */
export const RLIMIT_NOFILE = 7;

/** `struct rlimit`, as 64-bit integers. */
export const Rlimit = { longs: 2, soft: 0, hard: 1 } as const;

/** getrlimit(2): fills `limits`. */
export function getrlimit(resource: number, limits: BigUint64Array<ArrayBuffer>): number {
  return calls().getrlimit(resource, limits) < 0 ? lastError() : 0;
}

/** setrlimit(2). */
export function setrlimit(resource: number, limits: BigUint64Array<ArrayBuffer>): number {
  return calls().setrlimit(resource, limits) < 0 ? lastError() : 0;
}

/* close(2), apart from other calls on descriptors because everything needs it. */
import { failed, faults, group, lastError } from "./open.ts";

const calls = group({ close: { parameters: ["i32"], result: "i32" } });

/** Closes a descriptor. Even where it answers `-EINTR`, the descriptor is gone. */
export function close(fd: number): number {
  // A fault comes after the fact here, because close frees the number whatever it answers.
  const result = calls().close(fd) < 0 ? lastError() : 0;
  if (faults === undefined) return result;
  return failed("close", fd) || result;
}

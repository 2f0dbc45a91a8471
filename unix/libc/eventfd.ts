/* eventfd(2): a counter that can be waited for. Every function answers `-errno` where it fails. */
import { EventFd } from "./constants.ts";
import { failed, faults, group, lastError } from "./open.ts";

const calls = group({
  eventfd: { parameters: ["i32", "i32"], result: "i32" },
  eventfd_read: { parameters: ["i32", "buffer"], result: "i32" },
  eventfd_write: { parameters: ["i32", "u64"], result: "i32" },
});

/** A new event descriptor at 0, non-blocking, closed on exec. */
export function eventfd(): number {
  if (faults !== undefined) {
    const fault = failed("eventfd");
    if (fault < 0) return fault;
  }
  const fd = calls().eventfd(0, EventFd.CLOEXEC | EventFd.NONBLOCK);
  return fd < 0 ? lastError() : fd;
}

/** Makes it readable. */
export function eventfdRing(fd: number): number {
  return calls().eventfd_write(fd, 1n) < 0 ? lastError() : 0;
}

/** Makes it unreadable again. */
export function eventfdQuiet(fd: number): number {
  return calls().eventfd_read(fd, counter) < 0 ? lastError() : 0;
}

const counter = new BigInt64Array(1);

/* Whether a descriptor is ready at this moment. */
import { fail } from "./_fail.ts";
import type { FileDescr } from "./fd.ts";
import { Poll } from "./libc/constants.ts";
import { Errno } from "./libc/errno.ts";
import { poll } from "./libc/poll.ts";
import type { IoEvent } from "./wait.ts";

/** Whether a call in a direction would not wait, be it only because it would fail. */
export function isReady(fd: FileDescr, event: IoEvent): boolean {
  return conditions(fd, event === "Read" ? Poll.IN : Poll.OUT) !== 0;
}

/** What `poll(2)` finds of some events, and any error. */
export function conditions({ number }: FileDescr, events: number): number {
  let result = poll(number, events, 0);
  while (result === -Errno.EINTR) result = poll(number, events, 0);
  return result < 0 ? fail(result, "poll", "", `poll descriptor ${number}`) : result;
}

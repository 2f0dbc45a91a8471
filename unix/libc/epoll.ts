/* epoll(7). Every function answers `-errno` where the call fails. */
import { Epoll } from "./constants.ts";
import { failed, faults, group, lastError } from "./open.ts";
import { EpollEvent, Timespec } from "./structs.ts";
import { setTimespec, toMilliseconds } from "./time.ts";
import { Errno } from "./errno.ts";

const calls = group({
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  // Younger than some systems.
  epoll_pwait2: {
    parameters: ["i32", "buffer", "i32", "buffer", "buffer"],
    result: "i32",
    optional: true,
  },
});

/** A new epoll descriptor, closed on exec. */
export function epollCreate(): number {
  if (faults !== undefined) {
    const fault = failed("epoll_create1");
    if (fault < 0) return fault;
  }
  const epfd = calls().epoll_create1(Epoll.CLOEXEC);
  return epfd < 0 ? lastError() : epfd;
}

/** Adds, changes or deletes what is watched of `fd`; `tag` comes back with its events. */
export function epollCtl(
  epfd: number,
  operation: number,
  fd: number,
  events: number,
  tag: number,
): number {
  if (faults !== undefined) {
    const fault = failed("epoll_ctl", epfd, operation, fd, events);
    if (fault < 0) return fault;
  }
  interest[EpollEvent.events] = events;
  interest[EpollEvent.data] = fd;
  interest[EpollEvent.tag] = tag;
  return calls().epoll_ctl(epfd, operation, fd, interest) < 0 ? lastError() : 0;
}

/** Collects what is ready. */
export function epollPoll(epfd: number, events: Int32Array, count: number): number {
  return wait(epfd, events, count, 0);
}

/** Waits until something is ready, at most some seconds, which may be infinite. */
export function epollWait(
  epfd: number,
  events: Int32Array,
  count: number,
  seconds: number,
): number {
  if (seconds === Infinity) return wait(epfd, events, count, -1);
  const result = preciseWait(epfd, events, count, seconds);
  if (result !== -Errno.ENOSYS) return result;
  return wait(epfd, events, count, toMilliseconds(seconds));
}

const interest = new Int32Array(EpollEvent.words);
const timespec = new Int32Array(Timespec.words);

function wait(epfd: number, events: Int32Array, count: number, milliseconds: number): number {
  if (faults !== undefined) {
    const fault = failed("epoll_wait", epfd, count, milliseconds);
    if (fault < 0) return fault;
  }
  const ready = calls().epoll_wait(epfd, events, count, milliseconds);
  return ready < 0 ? lastError() : ready;
}

function preciseWait(epfd: number, events: Int32Array, count: number, seconds: number): number {
  if (faults !== undefined) {
    const fault = failed("epoll_pwait2", epfd, count, seconds);
    if (fault < 0) return fault;
  }
  const { epoll_pwait2 } = calls();
  if (epoll_pwait2 === null) return -Errno.ENOSYS;
  const ready = epoll_pwait2(epfd, events, count, setTimespec(timespec, seconds), null);
  return ready < 0 ? lastError() : ready;
}

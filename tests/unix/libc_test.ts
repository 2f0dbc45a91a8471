import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { fail } from "../../unix/_fail.ts";
import { UnixError } from "../../unix/error.ts";
import { closed, opened } from "../../unix/_ledger.ts";
import { ledger } from "../../unix/ledger.ts";
import { close } from "../../unix/libc/close.ts";
import { Epoll, EventFd, Poll } from "../../unix/libc/constants.ts";
import { epollCreate } from "../../unix/libc/epoll.ts";
import { Errno, errnoName, errnoNumber, errnoText } from "../../unix/libc/errno.ts";
import { eventfd, eventfdQuiet, eventfdRing } from "../../unix/libc/eventfd.ts";
import { group, injectFaults, lastError, shortened } from "../../unix/libc/open.ts";
import { poll, ReadablePoll } from "../../unix/libc/poll.ts";
import { EpollEvent, PollFd, Timespec } from "../../unix/libc/structs.ts";
import { setTimespec, toMilliseconds } from "../../unix/libc/time.ts";
import * as Sys from "../../unix/sys.ts";
import { checkAgainstC } from "./_c.ts";
import { Descriptors, put, take } from "./_raw.ts";

checkAgainstC("error numbers", ["errno.h"], Errno);

checkAgainstC("constants of epoll, eventfd and poll", [
  "sys/epoll.h",
  "sys/eventfd.h",
  "poll.h",
], {
  EPOLL_CLOEXEC: Epoll.CLOEXEC,
  EPOLL_CTL_ADD: Epoll.ADD,
  EPOLL_CTL_DEL: Epoll.DEL,
  EPOLL_CTL_MOD: Epoll.MOD,
  EPOLLIN: Epoll.IN,
  EPOLLOUT: Epoll.OUT,
  EPOLLERR: Epoll.ERR,
  EPOLLHUP: Epoll.HUP,
  EFD_CLOEXEC: EventFd.CLOEXEC,
  EFD_NONBLOCK: EventFd.NONBLOCK,
  POLLIN: Poll.IN,
  POLLOUT: Poll.OUT,
  POLLERR: Poll.ERR,
  POLLHUP: Poll.HUP,
  POLLNVAL: Poll.NVAL,
});

checkAgainstC("layouts of epoll_event, timespec and pollfd", [
  "stddef.h",
  "sys/epoll.h",
  "time.h",
  "poll.h",
], {
  "sizeof(struct epoll_event)": 4 * EpollEvent.words,
  "offsetof(struct epoll_event, events)": 4 * EpollEvent.events,
  "offsetof(struct epoll_event, data)": 4 * EpollEvent.data,
  "offsetof(struct epoll_event, data) + 4": 4 * EpollEvent.tag,
  "sizeof(struct timespec)": 4 * Timespec.words,
  "offsetof(struct timespec, tv_sec)": 4 * Timespec.seconds,
  "offsetof(struct timespec, tv_nsec)": 4 * Timespec.nanoseconds,
  "sizeof(struct pollfd)": 4 * PollFd.words,
  "offsetof(struct pollfd, fd)": 4 * PollFd.fd,
  "offsetof(struct pollfd, events)": 2 * PollFd.events,
  "offsetof(struct pollfd, revents)": 2 * PollFd.revents,
});

Deno.test("names, numbers and texts of errors", () => {
  assertEquals([errnoName(2), errnoNumber("ENOENT")], ["ENOENT", 2]);
  assertEquals(errnoText(2), "no such file or directory");
  assertEquals(errnoName(11), "EAGAIN");
  assertEquals([errnoName(999), errnoNumber("EUNKNOWNERR_999")], ["EUNKNOWNERR_999", 999]);
  assertEquals(errnoText(999), "unknown error 999");
  assertEquals([errnoNumber("toString"), errnoNumber("ENONSENSE")], [0, 0]);
});

Deno.test("a UnixError says what could not be done, to what, and why", () => {
  const byNumber = new UnixError(2, "open", "/x");
  assertEquals(byNumber.message, 'Cannot open "/x": ENOENT (no such file or directory)');
  const { name, code, syscall, path, errno } = byNumber;
  assertEquals([name, code, syscall, path, errno], ["UnixError", "ENOENT", "open", "/x", 2]);
  const byName = new UnixError("ECONNRESET", "read", "", "read from descriptor 7");
  assertEquals(byName.errno, Errno.ECONNRESET);
  assertEquals(
    byName.message,
    "Cannot read from descriptor 7: ECONNRESET (connection reset by peer)",
  );
  assertEquals(new UnixError("EBADF", "check_descriptor").path, "");
  assertEquals(
    new UnixError(999, "ioctl").message,
    "Cannot ioctl: EUNKNOWNERR_999 (unknown error 999)",
  );
});

Deno.test("fail throws what a raw call answered", () => {
  const error = assertThrows(() => fail(-Errno.EACCES, "open", "/x"), UnixError);
  assertInstanceOf(error, Error);
  assertEquals([error.code, error.path], ["EACCES", "/x"]);
});

Deno.test("a raw call that fails answers -errno", () => {
  assertEquals(close(-1), -Errno.EBADF);
});

Deno.test("a group opens its symbols once, and says if one is missing", () => {
  const calls = group({ getppid: { parameters: [], result: "i32" } });
  assert(calls() === calls());
  assert(calls().getppid() > 0);
  const missing = group({ no_such_call: { parameters: [], result: "i32" } });
  assertThrows(() => missing(), Error, "no_such_call");
});

Deno.test("a group may hold symbols that are missing here", () => {
  const calls = group({ no_such_call: { parameters: [], result: "i32", optional: true } });
  assertEquals(calls().no_such_call, null);
});

Deno.test("errno is that of the call just made, in each worker its own", async () => {
  assertEquals(close(-1), -Errno.EBADF);
  const source = `
    import { close } from "${new URL("../../unix/libc/close.ts", import.meta.url)}";
    postMessage(close(-1));
  `;
  const worker = new Worker(`data:application/typescript,${encodeURIComponent(source)}`, {
    type: "module",
  });
  const answer = await new Promise((resolve) => {
    worker.onmessage = (event) => resolve(event.data);
  });
  worker.terminate();
  assertEquals(answer, -Errno.EBADF);
  assertEquals(lastError(), -Errno.EBADF);
});

Deno.test("faults come before a call, nest, and go", () => {
  const outer = injectFaults((call) => call === "epoll_create1" ? -Errno.EMFILE : undefined);
  {
    using _ = injectFaults((call) => call === "eventfd" ? -Errno.ENFILE : undefined);
    assertEquals([epollCreate(), eventfd()], [-Errno.EMFILE, -Errno.ENFILE]);
  }
  assertEquals(epollCreate(), -Errno.EMFILE);
  outer[Symbol.dispose]();
  const epfd = epollCreate();
  assert(epfd > 2);
  assertEquals(close(epfd), 0);
});

Deno.test("a fault in close is told after the descriptor is gone", () => {
  const fd = eventfd();
  {
    using _ = injectFaults((call) => call === "close" ? -Errno.EIO : undefined);
    assertEquals(close(fd), -Errno.EIO);
  }
  assertEquals(close(fd), -Errno.EBADF);
});

Deno.test("a fault can shorten a transfer", () => {
  using _ = injectFaults((call) => call === "read" ? 3 : undefined);
  assertEquals([shortened("read", 5, 10), shortened("read", 5, 2)], [3, 2]);
  assertEquals(shortened("write", 5, 10), 10);
});

Deno.test("poll answers what is ready", () => {
  using fds = new Descriptors();
  const [input, output] = fds.pipe();
  assertEquals(poll(input, Poll.IN, 0), 0);
  put(output);
  assertEquals(poll(input, Poll.IN, 0), Poll.IN);
  assertEquals(poll(output, Poll.OUT, 0), Poll.OUT);
  take(input);
  fds.close(output);
  assertEquals(poll(input, Poll.IN, -1), Poll.HUP);
  assertEquals(poll(output, Poll.IN, 0), Poll.NVAL);
});

Deno.test("poll waits no longer than asked", () => {
  using fds = new Descriptors();
  const [input] = fds.pipe();
  const start = performance.now();
  assertEquals(poll(input, Poll.IN, 10), 0);
  assert(performance.now() - start >= 10);
});

Deno.test("a poll on another thread ends for either descriptor, and at its time", async () => {
  using fds = new Descriptors();
  const [input, output] = fds.pipe();
  const bell = fds.keep(eventfd());
  const wait = new ReadablePoll();
  const start = performance.now();
  await wait.start(input, bell, 0.01);
  assert(performance.now() - start >= 10);
  assert(wait.over);
  const rings = [[() => put(output), () => take(input)], [
    () => eventfdRing(bell),
    () => {},
  ]] as const;
  for (const [ring, quiet] of rings) {
    const done = wait.start(input, bell, Infinity);
    assert(!wait.over);
    ring();
    await done;
    assert(wait.over);
    quiet();
  }
});

Deno.test("an event descriptor can be rung twice, and be quiet after once", () => {
  using fds = new Descriptors();
  const bell = fds.keep(eventfd());
  assertEquals(eventfdQuiet(bell), -Errno.EAGAIN);
  assertEquals([eventfdRing(bell), eventfdRing(bell)], [0, 0]);
  assertEquals(poll(bell, Poll.IN, 0), Poll.IN);
  assertEquals([eventfdQuiet(bell), eventfdQuiet(bell)], [0, -Errno.EAGAIN]);
});

Deno.test("a span of time is rounded up, never down", () => {
  const span = new Int32Array(Timespec.words);
  const parts = (seconds: number) => {
    setTimespec(span, seconds);
    return [span[Timespec.seconds], span[Timespec.nanoseconds]];
  };
  assertEquals(parts(0), [0, 0]);
  assertEquals(parts(-1), [0, 0]);
  assertEquals(parts(1.5), [1, 500_000_000]);
  assertEquals(parts(1e-12), [0, 1]);
  assertEquals(parts(1 - 1e-12), [1, 0]);
  assertEquals(parts(1e300)[1], 0);
  assertEquals(toMilliseconds(0.0001), 1);
  assertEquals(toMilliseconds(Infinity), -1);
  assert(toMilliseconds(1e300) > 0 && toMilliseconds(1e300) < 2 ** 31);
});

Deno.test("the ledger lists what is open, in order", () => {
  const before = ledger();
  assertEquals(opened(1_000_001, "test"), 1_000_001);
  opened(1_000_002, "test");
  assertEquals(ledger().slice(before.length), [
    { fd: 1_000_001, kind: "test" },
    { fd: 1_000_002, kind: "test" },
  ]);
  closed(1_000_001);
  closed(1_000_002);
  assertEquals(ledger(), before);
});

Deno.test("Sys tells what this system can do", () => {
  assertEquals(Sys.have("fdatasync"), Deno.build.os === "linux");
  assertEquals(Sys.windows, Deno.build.os === "windows");
  assertEquals(Sys.byteOrder, "Little_endian");
  assertEquals(new Sys.NotAvailable("fork").feature, "fork");
});

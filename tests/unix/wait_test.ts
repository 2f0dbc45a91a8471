import { assert, assertEquals } from "@std/assert";
import { Lwt } from "../../core/lwt.ts";
import { Engine } from "../../unix/engine/mod.ts";
import { Errno } from "../../unix/libc/errno.ts";
import { injectFaults } from "../../unix/libc/open.ts";
import * as Unix from "../../unix/unix.ts";
import {
  assertCanceled,
  assertFails,
  assertFailsWith,
  assertReturns,
  assertSleeps,
} from "../core/_state.ts";
import { bothDrivers, turns } from "./_drivers.ts";
import { Descriptors } from "./_raw.ts";
import { callsOf, closeAll, fill, rejects, Scratch, throwsUnix } from "./_unix.ts";

const BYTE = new Uint8Array([42]);

bothDrivers(
  "15: on a blocking descriptor an action runs at once only if poll says ready",
  function* () {
    const [reading, writing] = Unix.pipe();
    Unix.setBlocking(reading, true);
    let runs = 0;
    const p = Unix.wrapSyscall("Read", reading, () => ++runs);
    assertEquals(runs, 0);
    yield* Unix.write(writing, BYTE, 0, 1);
    assertEquals(yield* p, 1);
    assertReturns(Unix.wrapSyscall("Read", reading, () => ++runs), 2);
    yield* closeAll(reading, writing);
  },
);

bothDrivers("15: a non-blocking descriptor is not asked", function* () {
  const [reading, writing] = Unix.pipe();
  assertEquals(callsOf(() => assertReturns(Unix.wrapSyscall("Read", reading, () => 1), 1)), []);
  yield* closeAll(reading, writing);
});

bothDrivers("16: EAGAIN, EWOULDBLOCK, EINTR and Retry wait for the same direction", function* () {
  const [reading, writing] = Unix.pipe();
  const reasons = [
    new Unix.UnixError("EAGAIN", "test"),
    new Unix.UnixError(Errno.EAGAIN, "test"),
    new Unix.UnixError("EINTR", "test"),
    new Unix.Retry(),
  ];
  let tries = 0;
  const p = Unix.wrapSyscall("Read", reading, () => {
    if (tries < reasons.length) throw reasons[tries++];
    return "read";
  });
  yield* turns(3);
  assertEquals([p.isSleeping(), tries], [true, 1]);
  yield* Unix.write(writing, BYTE, 0, 1);
  assertEquals([yield* p, tries], ["read", 4]);
  yield* closeAll(reading, writing);
});

bothDrivers("16: RetryRead and RetryWrite wait for their direction", function* () {
  const [fd, other] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
  const tries: string[] = [];
  const p = Unix.wrapSyscall("Read", fd, () => {
    tries.push("try");
    if (tries.length === 1) throw new Unix.RetryWrite();
    if (tries.length === 2) throw new Unix.RetryRead();
    return "done";
  });
  assertEquals([Engine.readableCount(), Engine.writableCount()], [0, 1]);
  yield* turns(3);
  assertEquals(tries.length, 2);
  assertSleeps(p);
  yield* Unix.write(other, BYTE, 0, 1);
  assertEquals(yield* p, "done");
  yield* closeAll(fd, other);
});

bothDrivers(
  "17: what else an action throws first rejects (decided: it does not escape)",
  function* () {
    const [reading, writing] = Unix.pipe();
    const error = new Unix.UnixError("EIO", "test");
    assertFails(
      Unix.wrapSyscall("Read", reading, () => {
        throw error;
      }),
      error,
    );
    yield* closeAll(reading, writing);
  },
);

bothDrivers("17: what an action throws on a later try rejects", function* () {
  const [reading, writing] = Unix.pipe();
  let tries = 0;
  const p = Unix.wrapSyscall("Write", writing, () => {
    throw tries++ === 0 ? new Unix.Retry() : new Unix.UnixError("EIO", "test");
  });
  yield* rejects(p, "EIO", "test");
  assertEquals(tries, 2);
  yield* closeAll(reading, writing);
});

bothDrivers("17: what the filter lets escape does escape", function* () {
  const [reading, writing] = Unix.pipe();
  let thrown: unknown;
  try {
    Unix.wrapSyscall("Read", reading, () => {
      throw new RangeError("Maximum call stack size exceeded");
    });
  } catch (error) {
    thrown = error;
  }
  assert(thrown instanceof RangeError);
  yield* closeAll(reading, writing);
});

bothDrivers("18: those who wait are tried in order, and keep their places", function* () {
  const [reading, writing] = Unix.pipe();
  const order: number[] = [];
  let open = false;
  const waiting = [1, 2, 3].map((i) =>
    Unix.registerAction("Read", reading, () => {
      order.push(i);
      if (i === 2 || open) return i;
      throw new Unix.Retry();
    })
  );
  yield* Unix.write(writing, BYTE, 0, 1);
  assertEquals(yield* waiting[1]!, 2);
  assertEquals(order, [1, 2]);
  open = true;
  order.length = 0;
  assertEquals(yield* Lwt.all(waiting), [1, 2, 3]);
  // The first round goes on with 3, who does not wait any more; the next would start with 1.
  assertEquals(order, [3, 1]);
  yield* closeAll(reading, writing);
});

bothDrivers("18: readers are served in order", function* () {
  const [reading, writing] = Unix.pipe();
  const buffers = [1, 2, 3].map(() => new Uint8Array(2));
  const reads = buffers.map((buffer) => Unix.read(reading, buffer, 0, 2));
  yield* Unix.write(writing, new Uint8Array([1, 2, 3, 4, 5]), 0, 5);
  assertEquals(yield* Lwt.all(reads), [2, 2, 1]);
  assertEquals(buffers.map((buffer) => [...buffer]), [[1, 2], [3, 4], [5, 0]]);
  yield* closeAll(reading, writing);
});

bothDrivers("18: one who joins while others are served waits for the next time", function* () {
  const [reading, writing] = Unix.pipe();
  let tries = 0;
  let late: Lwt<number> | undefined;
  const first = Unix.registerAction("Read", reading, () => 1).map(() => {
    late = Unix.registerAction("Read", reading, () => ++tries);
    return tries;
  });
  yield* Unix.write(writing, BYTE, 0, 1);
  assertEquals(yield* first, 0);
  assertEquals(yield* late!, 1);
  yield* closeAll(reading, writing);
});

bothDrivers("18: one who is canceled while others are served is not tried", function* () {
  const [reading, writing] = Unix.pipe();
  let tries = 0;
  const first = Unix.registerAction("Read", reading, () => 1);
  const second = Unix.registerAction("Read", reading, () => ++tries);
  first.onSuccess(() => second.cancel());
  yield* Unix.write(writing, BYTE, 0, 1);
  yield* first;
  yield* turns(3);
  assertCanceled(second);
  assertEquals(tries, 0);
  yield* closeAll(reading, writing);
});

bothDrivers("19: one who asks for the other direction goes to the end of its queue", function* () {
  const [fd, other] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
  const full = yield* fill(fd);
  assert(full > 0);
  const order: string[] = [];
  let tries = 0;
  const mover = Unix.registerAction("Read", fd, () => {
    if (tries++ === 0) throw new Unix.RetryWrite();
    order.push("mover");
  });
  const writer = Unix.registerAction("Write", fd, () => {
    order.push("writer");
  });
  yield* Unix.write(other, BYTE, 0, 1);
  yield* turns(3);
  assertEquals([tries, order.length], [1, 0]);
  const buffer = new Uint8Array(full);
  yield* Unix.read(other, buffer, 0, full);
  yield* Lwt.join([mover, writer]);
  assertEquals(order, ["writer", "mover"]);
  yield* closeAll(fd, other);
});

bothDrivers("19: one who moved can still be canceled", function* () {
  const [fd, other] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
  yield* fill(fd);
  let tries = 0;
  const mover = Unix.registerAction("Read", fd, () => {
    tries++;
    throw new Unix.RetryWrite();
  });
  yield* Unix.write(other, BYTE, 0, 1);
  yield* turns(3);
  assertEquals(tries, 1);
  mover.cancel();
  assertCanceled(mover);
  yield* turns(3);
  assertEquals([tries, Engine.writableCount()], [1, 0]);
  yield* closeAll(fd, other);
});

bothDrivers("20: a retry after close or abort is never made", function* () {
  for (const end of ["close", "abort"]) {
    const [reading, writing] = Unix.pipe();
    let tries = 0;
    const p = Unix.wrapSyscall("Read", reading, () => {
      tries++;
      throw new Unix.Retry();
    });
    yield* Unix.write(writing, BYTE, 0, 1);
    if (end === "close") yield* Unix.close(reading);
    else Unix.abort(reading, new Unix.UnixError("EIO", "test"));
    yield* turns(3);
    assertEquals(tries, 1);
    assertFailsWith(p, Unix.UnixError);
    yield* closeAll(writing, ...(end === "close" ? [] : [reading]));
  }
});

bothDrivers("21: all who wait for a direction share one registration", function* () {
  const [reading, writing] = Unix.pipe();
  const reads = [1, 2, 3].map(() => Unix.read(reading, new Uint8Array(1), 0, 1));
  assertEquals([Engine.readableCount(), Engine.writableCount()], [1, 0]);
  yield* Unix.write(writing, new Uint8Array(3), 0, 3);
  yield* Lwt.all(reads);
  yield* closeAll(reading, writing);
  assertEquals(Engine.readableCount(), 0);
});

bothDrivers(
  "21: the registration goes a little after the queue emptied (decided: eight turns)",
  function* () {
    const [reading, writing] = Unix.pipe();
    const p = Unix.read(reading, new Uint8Array(1), 0, 1);
    yield* Unix.write(writing, BYTE, 0, 1);
    yield* p;
    assertEquals(Engine.readableCount(), 1);
    yield* turns(12);
    assertEquals(Engine.readableCount(), 0);
    yield* closeAll(reading, writing);
  },
);

bothDrivers("21: an event that nobody waits for ends its registration", function* () {
  const [reading, writing] = Unix.pipe();
  const p = Unix.read(reading, new Uint8Array(1), 0, 1);
  yield* Unix.write(writing, BYTE, 0, 1);
  yield* p;
  yield* Lwt.pause();
  assertEquals(Engine.readableCount(), 1);
  Lwt.abandonPaused();
  yield* Unix.write(writing, BYTE, 0, 1);
  // A turn serves its timers first, and descriptors only then.
  for (let i = 0; i < 20; i++) yield* Unix.sleep(0);
  assertEquals(Engine.readableCount(), 0);
  assertEquals(yield* Unix.read(reading, new Uint8Array(1), 0, 1), 1);
  yield* closeAll(reading, writing);
});

bothDrivers("21: promises abandoned once do not keep later registrations", function* () {
  const [reading, writing] = Unix.pipe();
  for (const abandon of [true, false]) {
    const p = Unix.read(reading, new Uint8Array(1), 0, 1);
    yield* Unix.write(writing, BYTE, 0, 1);
    yield* p;
    yield* Unix.sleep(0);
    if (abandon) Lwt.abandonPaused();
    for (let i = 0; i < 20; i++) yield* Unix.sleep(0);
    assertEquals(Engine.readableCount(), abandon ? 1 : 0);
  }
  yield* closeAll(reading, writing);
});

/** Lets a loop echo, and counts the changes of the epoll set meanwhile. */
function* registrations(loop: (fd: Unix.FileDescr) => Lwt<void>): Lwt.Task<number> {
  const [fd, other] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
  let changes = 0;
  using _ = injectFaults((call) => {
    if (call === "epoll_ctl") changes++;
    return undefined;
  });
  const echoing = loop(fd);
  for (let i = 0; i < 50; i++) {
    yield* Unix.write(other, BYTE, 0, 1);
    // Not by waiting for it, which would make registrations of its own.
    while (!Unix.readable(other)) yield* turns(1);
    assertEquals(yield* Unix.read(other, new Uint8Array(1), 0, 1), 1);
    yield* turns(10);
  }
  yield* Unix.close(other);
  yield* echoing;
  yield* Unix.close(fd);
  return changes;
}

bothDrivers("21: a read loop registers once, whichever way it waits", function* () {
  const buffer = new Uint8Array(16);
  const byBind = (fd: Unix.FileDescr): Lwt<void> =>
    Unix.read(fd, buffer, 0, 16).bind((n) =>
      n === 0 ? Lwt.returnUnit : Unix.write(fd, buffer, 0, n).bind(() => byBind(fd))
    );
  function* generator(fd: Unix.FileDescr): Lwt.Task<void> {
    for (;;) {
      const n = yield* Unix.read(fd, buffer, 0, 16);
      if (n === 0) return;
      yield* Unix.write(fd, buffer, 0, n);
    }
  }
  // It comes with the first read, and goes with the descriptor.
  assertEquals(yield* registrations(byBind), 2);
  assertEquals(yield* registrations((fd) => Lwt.spawn(generator, fd)), 2);
});

Deno.test("21: a read loop of awaits registers once", async () => {
  const buffer = new Uint8Array(16);
  async function loop(fd: Unix.FileDescr): Promise<void> {
    for (;;) {
      const n = await Unix.read(fd, buffer, 0, 16);
      if (n === 0) return;
      await Unix.write(fd, buffer, 0, n);
    }
  }
  const changes = await Lwt.spawn(registrations, (fd: Unix.FileDescr) => Lwt.ofPromise(loop(fd)));
  assertEquals(changes, 2);
});

bothDrivers(
  "22: a canceled operation makes no call, and the data are there for the next",
  function* () {
    const [reading, writing] = Unix.pipe();
    const buffer = new Uint8Array(4);
    const canceled = Unix.read(reading, buffer, 0, 4);
    canceled.cancel();
    assertCanceled(canceled);
    yield* Unix.write(writing, new Uint8Array([1, 2, 3]), 0, 3);
    yield* turns(3);
    assertEquals(buffer, new Uint8Array(4));
    assertEquals(yield* Unix.read(reading, buffer, 0, 4), 3);
    assertEquals(buffer, new Uint8Array([1, 2, 3, 0]));
    yield* closeAll(reading, writing);
  },
);

bothDrivers("22: of two who wait the canceled one gets nothing", function* () {
  const [reading, writing] = Unix.pipe();
  const buffers = [new Uint8Array(1), new Uint8Array(1)] as const;
  const first = Unix.read(reading, buffers[0], 0, 1);
  const second = Unix.read(reading, buffers[1], 0, 1);
  yield* turns(2);
  first.cancel();
  yield* Unix.write(writing, BYTE, 0, 1);
  assertEquals(yield* second, 1);
  assertEquals([buffers[0][0], buffers[1][0]], [0, 42]);
  yield* closeAll(reading, writing);
});

bothDrivers("22: picking against a timeout takes no byte", function* () {
  const [reading, writing] = Unix.pipe();
  const buffer = new Uint8Array(1);
  const p = Unix.withTimeout(0.001, () => Unix.read(reading, buffer, 0, 1));
  yield* Lwt.catch(() => p, () => Lwt.return(0));
  assertFailsWith(p, Unix.Timeout);
  yield* Unix.write(writing, BYTE, 0, 1);
  assertEquals(yield* Unix.read(reading, buffer, 0, 1), 1);
  yield* closeAll(reading, writing);
});

bothDrivers("23: two reads that are ready at once both take data, even under pick", function* () {
  const [reading, writing] = Unix.pipe();
  yield* Unix.write(writing, new Uint8Array([1, 2, 3, 4]), 0, 4);
  const buffer = new Uint8Array(2);
  yield* Lwt.pick([Unix.read(reading, buffer, 0, 2), Unix.read(reading, new Uint8Array(1), 0, 1)]);
  assertEquals(yield* Unix.read(reading, buffer, 0, 2), 1);
  assertEquals(buffer[0], 4);
  yield* closeAll(reading, writing);
});

bothDrivers(
  "25: waitRead and waitWrite are fulfilled already if the descriptor is ready",
  function* () {
    const [reading, writing] = Unix.pipe();
    assertReturns(Unix.waitWrite(writing), undefined);
    yield* Unix.write(writing, BYTE, 0, 1);
    assertReturns(Unix.waitRead(reading), undefined);
    yield* closeAll(reading, writing);
  },
);

bothDrivers("25: waitRead and waitWrite wait, and move no byte", function* () {
  const [reading, writing] = Unix.pipe();
  const readable = Unix.waitRead(reading);
  assertSleeps(readable);
  const full = yield* fill(writing);
  yield* readable;
  const writable = Unix.waitWrite(writing);
  yield* turns(2);
  assertSleeps(writable);
  assertEquals(yield* Unix.read(reading, new Uint8Array(full), 0, full), full);
  yield* writable;
  yield* closeAll(reading, writing);
});

bothDrivers("25: on a closed or aborted descriptor they reject (decided: no throw)", function* () {
  const [reading, writing] = Unix.pipe();
  Unix.abort(writing, "enough");
  yield* Unix.close(reading);
  yield* rejects(Unix.waitRead(reading), "EBADF", "check_descriptor");
  assertFails(Unix.waitWrite(writing), "enough");
  yield* closeAll(writing);
});

bothDrivers("26: readable and writable look only at data and room", function* () {
  const [reading, writing] = Unix.pipe();
  assertEquals([Unix.readable(reading), Unix.writable(writing)], [false, true]);
  yield* Unix.write(writing, BYTE, 0, 1);
  assertEquals(Unix.readable(reading), true);
  yield* fill(writing);
  assertEquals(Unix.writable(writing), false);
  yield* closeAll(reading, writing);
});

bothDrivers(
  "26: an empty pipe without a writer is not readable, but waits for nobody",
  function* () {
    const [reading, writing] = Unix.pipe();
    yield* Unix.close(writing);
    assertEquals(Unix.readable(reading), false);
    assertReturns(Unix.waitRead(reading), undefined);
    assertReturns(Unix.read(reading, new Uint8Array(1), 0, 1), 0);
    Unix.setBlocking(reading, true);
    assertEquals(yield* Unix.read(reading, new Uint8Array(1), 0, 1), 0);
    yield* closeAll(reading);
  },
);

bothDrivers("26: a look is taken again when it was interrupted", function* () {
  const [reading, writing] = Unix.pipe();
  let looks = 0;
  using _ = injectFaults((call) => call === "poll" && looks++ < 2 ? -Errno.EINTR : undefined);
  assertEquals([Unix.writable(writing), looks], [true, 3]);
  yield* closeAll(reading, writing);
});

bothDrivers("a look that fails throws", function* () {
  const [reading, writing] = Unix.pipe();
  using _ = injectFaults((call) => call === "poll" ? -Errno.ENOMEM : undefined);
  throwsUnix(() => Unix.readable(reading), "ENOMEM", "poll");
  throwsUnix(() => Unix.writable(writing), "ENOMEM", "poll");
  yield* rejects(Unix.waitRead(reading), "ENOMEM", "poll");
  yield* rejects(Unix.waitWrite(writing), "ENOMEM", "poll");
  yield* closeAll(reading, writing);
});

bothDrivers("27: regular files never reach the engine", function* () {
  using scratch = new Scratch();
  const fd = yield* Unix.openfile(scratch.file("f", "text"), ["O_RDWR"], 0);
  const calls = callsOf(() => {
    assertReturns(Unix.waitRead(fd), undefined);
    assertReturns(Unix.waitWrite(fd), undefined);
    assertReturns(Unix.read(fd, new Uint8Array(8), 0, 8), 4);
    assertReturns(Unix.write(fd, BYTE, 0, 1), 1);
    assertReturns(Unix.wrapSyscall("Read", fd, () => 1), 1);
  });
  assert(!calls.some((call) => call.startsWith("epoll")), calls.join());
  assertEquals([Engine.readableCount(), Engine.writableCount()], [0, 0]);
  yield* closeAll(fd);
});

bothDrivers(
  "28: of two reads on a blocking pipe the one without data waits (defect, not copied)",
  function* () {
    using raw = new Descriptors();
    const [reading, writing] = raw.pipe();
    const fd = Unix.ofUnixFileDescr(reading, { blocking: true });
    const to = Unix.ofUnixFileDescr(writing);
    const first = Unix.read(fd, new Uint8Array(8), 0, 8);
    const second = Unix.read(fd, new Uint8Array(8), 0, 8);
    yield* Unix.write(to, BYTE, 0, 1);
    assertEquals(yield* first, 1);
    yield* turns(3);
    assertSleeps(second);
    yield* Unix.write(to, BYTE, 0, 1);
    assertEquals(yield* second, 1);
    yield* turns(3);
  },
);

bothDrivers("a blocking action is not run when another took what there was", function* () {
  const [reading, writing] = Unix.pipe();
  Unix.setBlocking(reading, true);
  const first = Unix.read(reading, new Uint8Array(8), 0, 8);
  let runs = 0;
  const second = Unix.wrapSyscall("Read", reading, () => ++runs);
  yield* Unix.write(writing, BYTE, 0, 1);
  yield* first;
  yield* turns(3);
  assertEquals(runs, 0);
  yield* Unix.write(writing, BYTE, 0, 1);
  assertEquals(yield* second, 1);
  yield* closeAll(reading, writing);
});

bothDrivers("a registered action is not tried before the engine says so", function* () {
  const [reading, writing] = Unix.pipe();
  let runs = 0;
  const p = Unix.registerAction("Write", writing, () => ++runs);
  assertEquals(runs, 0);
  assertEquals(yield* p, 1);
  yield* closeAll(reading, writing);
});

bothDrivers("an engine that refuses a descriptor makes the operation reject", function* () {
  const [reading, writing] = Unix.pipe();
  using _ = injectFaults((call) => call === "epoll_ctl" ? -Errno.ENOSPC : undefined);
  const p = Unix.read(reading, new Uint8Array(1), 0, 1);
  yield* rejects(p, "ENOSPC", "epoll_ctl");
  yield* closeAll(reading, writing);
});

bothDrivers("a buffer that was taken away rejects the read that waits for it", function* () {
  const [reading, writing] = Unix.pipe();
  const buffer = new Uint8Array(8);
  const p = Unix.read(reading, buffer, 4, 4);
  structuredClone(buffer.buffer, { transfer: [buffer.buffer] });
  yield* Unix.write(writing, BYTE, 0, 1);
  yield* turns(3);
  assertEquals(p.isSleeping(), false);
  assertEquals(p.state().tag, "Fail");
  yield* closeAll(reading, writing);
});

bothDrivers("what waits says what it waits for", function* () {
  const [fd, other] = Unix.socketpair("PF_UNIX", "SOCK_STREAM", 0);
  const p = Unix.read(fd, new Uint8Array(1), 0, 1);
  const number = Unix.unixFileDescr(fd);
  assert(p.whyPending().includes(`reading from descriptor ${number}`), p.whyPending());
  p.cancel();
  const q = Unix.registerAction("Write", fd, () => 1);
  assert(q.whyPending().includes(`writing to descriptor ${number}`), q.whyPending());
  yield* q;
  yield* closeAll(fd, other);
});

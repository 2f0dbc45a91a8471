/*
 * Flushing what nobody flushes: at the next turn of the loop, and at exit.
 *
 * A channel that has bytes to send, or is in use, is kept in `active`, so that neither is lost to
 * the collector. It is there by its main channel; `atomic` may have lent the buffer further.
 */
import { Lwt } from "../core/lwt.ts";
import { ExitHooks } from "../unix/main.ts";
import { sleep } from "../unix/time.ts";
import { FIXED } from "./_buffer.ts";
import { BUSY, IDLE } from "./_states.ts";
import type { OutputChannel } from "./output.ts";

const active: Set<OutputChannel> = new Set();

/** Those to be flushed at the next turn. */
let due: OutputChannel[] = [];

/** How long, in seconds, the exit waits for a device that takes nothing. */
const PATIENCE = 2;

/** Those that the exit waits for as long as it takes. */
const standard: WeakSet<OutputChannel> = new WeakSet();

/** Whether there is an exit hook. */
let hooked = false;

/** To be told of an operation that may have to wait. */
export function begin(ch: OutputChannel): void {
  if (ch.buffer.kind !== FIXED) active.add(ch.main());
}

/** To be told of a channel that became idle. */
export function rest(ch: OutputChannel): void {
  if (ch.buffer.due) return;
  if (ch.buffer.ptr > 0) flushLater(ch);
  else forgetIdle(ch.main());
}

/** Has a channel flushed at the next turn. */
export function flushLater(ch: OutputChannel): void {
  const main = ch.main();
  main.buffer.due = true;
  active.add(main);
  due.push(main);
  if (!hooked) installHook();
  // Promises that were paused may have been abandoned: then there is no turn to wait for any more.
  if (due.length === 1 || Lwt.pausedCount() === 0) Lwt.pause().onSuccess(flushDue);
}

/** Forgets a channel that is closed. */
export function forget(ch: OutputChannel): void {
  active.delete(ch);
}

/** Has the exit wait for whoever reads the channel, as it is for standard output. */
export function waitAtExit(ch: OutputChannel): void {
  standard.add(ch);
}

/** Flushes all that have something to send, behind what runs or waits there. */
export function flushActive(): Lwt<void> {
  return Lwt.join(Array.from(active, (ch) => Lwt.catch(() => ch.flush(), ignore)));
}

function flushDue(): void {
  const round = due;
  due = [];
  for (const main of round) {
    main.buffer.due = false;
    const ch = main.innermost();
    // One that is busy asks again when it has become idle.
    if (ch.state !== IDLE) continue;
    if (ch.buffer.ptr > 0) Lwt.spawn(flushQuietly, ch);
    else forgetIdle(main);
  }
}

function* flushQuietly(ch: OutputChannel): Lwt.Task<void> {
  ch.state = BUSY;
  try {
    yield* ch.buffer.flush();
  } catch {
    // The bytes are still there, and the next flush that someone asks for will tell.
  }
  ch.pass();
  forgetIdle(ch.main());
}

function forgetIdle(main: OutputChannel): void {
  if (main.state === IDLE && main.buffer.ptr === 0 && !main.buffer.due) active.delete(main);
}

function installHook(): void {
  hooked = true;
  // Behind those of the program: they may still have something to say.
  ExitHooks.addLast(flushAtExit);
}

function flushAtExit(): Lwt<void> {
  hooked = false;
  return Lwt.join(Array.from(active, (ch) => Lwt.spawn(flushLast, ch)));
}

// The innermost channel: the exit is not to wait for the end of an `atomic`.
function* flushLast(main: OutputChannel): Lwt.Task<void> {
  const ch = main.innermost();
  try {
    while (main.buffer.ptr > 0) {
      const sending = ch.hold(ch.buffer.send());
      while (sending.isSleeping()) {
        yield* Lwt.pick([sending.noCancel(), sleep(PATIENCE)]);
        if (sending.isSleeping() && !isWorthWaiting(main)) return;
      }
      yield* sending;
    }
  } catch {
    // There is nobody left to tell.
  }
}

/** Whether it is for a reader that a channel waits, and not for a function that never ends. */
function isWorthWaiting(main: OutputChannel): boolean {
  return standard.has(main) && main.buffer.isWaiting();
}

function ignore(): Lwt<void> {
  return Lwt.returnUnit;
}

/**
 * Signals, delivered to functions.
 *
 * @module
 */
import { InvalidArgument } from "../core/errors.ts";
import { Lwt } from "../core/lwt.ts";
import { Relay } from "./_signal_relay.ts";
import { nameOfSignal } from "./libc/signals.ts";

/** Token for one registered handler. */
export interface SignalHandlerId {
  /** The number of the signal. */
  readonly signum: number;
}

/**
 * Calls a function every time a signal arrives, from the main loop and never in the middle of
 * anything. The first handler of a signal replaces what the system would have done.
 *
 * Several handlers of one signal run in the order they were registered. Signals that arrive in a
 * burst may be delivered once. What a handler throws goes to `Lwt.asyncExceptionHook`. A handler
 * does not keep the program alive.
 *
 * @param signum The number of the signal: 2 is SIGINT.
 * @param f The function.
 * @returns A token to unregister it with.
 * @throws {InvalidArgument} If the system lacks the signal, or it cannot be handled.
 *
 * @example Ctrl-C as a promise
 * ```ts
 * import { Lwt, Unix } from "@lwt/lwt";
 *
 * const [interrupted, resolver] = Lwt.task<void>("Ctrl-C");
 * const handler = Unix.onSignal(2, () => resolver.wakeupLater());
 * interrupted.onTermination(() => Unix.disableSignalHandler(handler));
 * interrupted.cancel();
 * ```
 */
export function onSignal(signum: number, f: (signum: number) => void): SignalHandlerId {
  return onSignalFull(signum, (_id, n) => f(n));
}

/**
 * As `onSignal`; the function also gets its own token, so that it can unregister itself.
 *
 * @param signum The number of the signal.
 * @param f The function.
 * @returns The token.
 * @throws {InvalidArgument} If the system lacks the signal, or it cannot be handled.
 *
 * @example Only the first time
 * ```ts
 * import { Unix } from "@lwt/lwt";
 *
 * const id = Unix.onSignalFull(10, (id) => Unix.disableSignalHandler(id));
 * Unix.disableSignalHandler(id);
 * ```
 */
export function onSignalFull(
  signum: number,
  f: (id: SignalHandlerId, signum: number) => void,
): SignalHandlerId {
  const first = !handlers.has(signum);
  if (first) listen(signum);
  const id: SignalHandlerId = { signum };
  if (first) handlers.set(signum, new Map());
  handlers.get(signum)!.set(id, f);
  return id;
}

/**
 * Unregisters a handler; harmless when repeated. The last one of a signal gives the default action
 * back.
 *
 * @param id The token of the handler.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const id = Unix.onSignal(10, () => {});
 * Unix.disableSignalHandler(id);
 * assertEquals(Unix.signalCount(), 0);
 * ```
 */
export function disableSignalHandler(id: SignalHandlerId): void {
  const those = handlers.get(id.signum);
  if (those?.delete(id) !== true || those.size > 0) return;
  handlers.delete(id.signum);
  unlisten(id.signum);
}

/**
 * How many handlers are registered, over all signals.
 *
 * @returns The number.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Unix.signalCount(), 0);
 * ```
 */
export function signalCount(): number {
  return [...handlers.values()].reduce((sum, those) => sum + those.size, 0);
}

/**
 * Does as though a signal had just arrived: calls its handlers, if there are any.
 *
 * @param signum The number of the signal.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const seen: number[] = [];
 * const id = Unix.onSignal(10, (signum) => seen.push(signum));
 * Unix.handleSignal(10);
 * Unix.disableSignalHandler(id);
 * assertEquals(seen, [10]);
 * ```
 */
export function handleSignal(signum: number): void {
  for (const [id, f] of [...handlers.get(signum) ?? []]) {
    if (handlers.get(signum)?.has(id) !== true) continue;
    try {
      f(id, signum);
    } catch (error) {
      Lwt.asyncExceptionHook(error);
    }
  }
}

/**
 * Installs what delivers a signal again, in case other code took it away. It does nothing for a
 * signal without handlers.
 *
 * @param signum The number of the signal.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 *
 * Unix.reinstallSignalHandler(10);
 * ```
 */
export function reinstallSignalHandler(signum: number): void {
  if (!handlers.has(signum)) return;
  unlisten(signum);
  listen(signum);
}

/**
 * While `Main.run` turns the loop, Deno's listeners on this thread stand still: a relay on another
 * thread takes their place.
 */
export function beginRun(): void {
  running = true;
  for (const signum of handlers.keys()) relaySignal(signum);
}

/** Gives the signals back to Deno's listeners. */
export function endRun(): void {
  running = false;
  for (const signum of relay === undefined ? [] : handlers.keys()) {
    Deno.addSignalListener(...listenerOf(signum));
  }
  relay?.stop();
  relay = undefined;
}

type Handlers = Map<SignalHandlerId, (id: SignalHandlerId, signum: number) => void>;

const handlers = new Map<number, Handlers>();
const listeners = new Map<number, () => void>();
let running = false;
let relay: Relay | undefined;

function listen(signum: number): void {
  if (running) return (relay ??= new Relay(handleSignal)).add(nameOf(signum), signum);
  try {
    Deno.addSignalListener(...listenerOf(signum));
  } catch (error) {
    throw unavailable(error);
  }
}

function unlisten(signum: number): void {
  if (running) relay?.remove(nameOf(signum));
  else Deno.removeSignalListener(...listenerOf(signum));
  listeners.delete(signum);
}

// The relay listens before Deno's own listener goes: in between, the signal would be deadly.
function relaySignal(signum: number): void {
  (relay ??= new Relay(handleSignal)).add(nameOf(signum), signum);
  Deno.removeSignalListener(...listenerOf(signum));
}

function listenerOf(signum: number): [Deno.Signal, () => void] {
  const listener = listeners.get(signum) ?? (() => handleSignal(signum));
  listeners.set(signum, listener);
  return [nameOf(signum), listener];
}

function nameOf(signum: number): Deno.Signal {
  const name = nameOfSignal(signum);
  if (name === undefined) throw unavailable(undefined);
  return name;
}

function unavailable(cause: unknown): InvalidArgument {
  return new InvalidArgument("Lwt_unix.on_signal: unavailable signal", { cause });
}

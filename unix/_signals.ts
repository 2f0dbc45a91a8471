/* Where signals come from, and to whom they go. */
import { InvalidArgument } from "../core/errors.ts";
import { Lwt } from "../core/lwt.ts";
import { Relay } from "./_signal_relay.ts";
import { nameOfSignal } from "./libc/signals.ts";
import type { SignalHandlerId } from "./signal.ts";

/** Calls the handlers of a signal. */
export function deliver(signum: number): void {
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

/** The handlers of each signal, in the order they were registered. */
export const handlers: Map<number, Handlers> = new Map();
const listeners = new Map<number, () => void>();
let running = false;
let relay: Relay | undefined;

/** Starts to listen for a signal. */
export function listen(signum: number): void {
  if (running) return (relay ??= new Relay(deliver)).add(nameOf(signum), signum);
  try {
    Deno.addSignalListener(...listenerOf(signum));
  } catch (error) {
    throw unavailable(error);
  }
}

/** Listens no longer for a signal. */
export function unlisten(signum: number): void {
  if (running) relay?.remove(nameOf(signum));
  else Deno.removeSignalListener(...listenerOf(signum));
  listeners.delete(signum);
}

// The relay listens before Deno's own listener goes: in between, the signal would be deadly.
function relaySignal(signum: number): void {
  (relay ??= new Relay(deliver)).add(nameOf(signum), signum);
  Deno.removeSignalListener(...listenerOf(signum));
}

function listenerOf(signum: number): [Deno.Signal, () => void] {
  const listener = listeners.get(signum) ?? (() => deliver(signum));
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

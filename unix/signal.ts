/**
 * Signals, delivered to functions.
 *
 * @module
 */
import { deliver, handlers, listen, unlisten } from "./_signals.ts";

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
  deliver(signum);
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

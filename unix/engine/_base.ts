/*
 * What all engines have in common: the registrations, and which engine is in use. Each kind of
 * engine adds how it watches and waits.
 */
import { NotAvailable } from "../sys.ts";

const READABLE = 0;
const WRITABLE = 1;
const TIMER = 2;

/**
 * A callback registered with an engine. It stays the same object when engines are swapped.
 *
 * @example Stopping from inside the callback
 * ```ts
 * import { Engine, Lwt, Main } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const [done, resolver] = Lwt.wait<void>();
 * let runs = 0;
 * Engine.onTimer(0.001, true, (event) => {
 *   if (++runs < 3) return;
 *   event.stop();
 *   resolver.wakeup();
 * });
 * Main.run(done);
 * assertEquals(runs, 3);
 * ```
 */
export class EngineEvent {
  /** An event that nothing triggers and whose `stop` has no effect. */
  static readonly fake: EngineEvent = new EngineEvent(TIMER, 0, false, () => {});

  /** @ignore The engine it is registered with; none once it is stopped. */
  engine: Engine | undefined = undefined;
  /** @ignore What ends the registration. */
  unregister: () => void = nothing;
  /** @ignore */
  readonly kind: number;
  /** @ignore A descriptor, or a delay in seconds. */
  readonly subject: number;
  /** @ignore */
  readonly repeat: boolean;
  /** @ignore */
  readonly callback: (event: EngineEvent) => void;

  /** @ignore */
  constructor(
    kind: number,
    subject: number,
    repeat: boolean,
    callback: (event: EngineEvent) => void,
  ) {
    this.kind = kind;
    this.subject = subject;
    this.repeat = repeat;
    this.callback = callback;
  }

  /**
   * Unregisters the callback, which then does not run any more. Harmless when repeated.
   *
   * @example Usage
   * ```ts
   * import { Engine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const event = Engine.onTimer(60, false, () => {});
   * event.stop();
   * event.stop();
   * assertEquals(Engine.timerCount(), 0);
   * ```
   */
  stop(): void {
    const { engine } = this;
    if (engine === undefined) return;
    this.engine = undefined;
    this.unregister();
    engine.forget(this);
  }

  /** @ignore The same, as the core's clock calls it. */
  cancel(): void {
    this.stop();
  }
}

/** Settings of {@linkcode Engine.set}. */
export interface SetOptions {
  /**
   * Whether to move the registrations to the new engine.
   *
   * @default {true}
   */
  transfer?: boolean;

  /**
   * Whether to destroy the old engine.
   *
   * @default {true}
   */
  destroy?: boolean;
}

/** Types that belong to {@linkcode Engine}. */
export declare namespace Engine {
  /** Identity of an engine, open to new kinds. */
  type Id = "epoll" | "poll" | "io_uring" | "host" | (string & Record<never, never>);
}

/**
 * A set of callbacks waiting for descriptors and for time, and a way to wait for them. Its static
 * members act on the engine in use, its other members on one engine.
 *
 * - Descriptors are watched by level: a callback runs at every turn in which its descriptor is
 *   ready, until it is stopped. One descriptor may have several callbacks.
 * - What a callback throws leaves `iter`; the engine remains usable.
 * - To make a new kind of engine, extend this class with the three `register` hooks, `iter` and
 *   `cleanup`. When promises are awaited instead of run by `Main.run`, it is Deno's event loop that
 *   turns the engine: `deadline`, `waitHosted` and `wakeHosted` say how it may sleep, and by default
 *   it looks a hundred times a second.
 *
 * @example A turn of the engine in use
 * ```ts
 * import { Engine } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * let rang = false;
 * Engine.onTimer(0.01, false, () => rang = true);
 * while (!rang) Engine.iter(true);
 * assertEquals(Engine.timerCount(), 0);
 * ```
 */
export abstract class Engine {
  static #current: Engine | undefined;
  static #make: () => Engine = () => {
    throw new NotAvailable("engine");
  };
  static #changed: () => void = nothing;

  static #first(): Engine {
    const engine = Engine.#current = Engine.#make();
    Engine.#changed();
    return engine;
  }

  readonly #registrations: readonly Set<EngineEvent>[] = [new Set(), new Set(), new Set()];
  #destroyed = false;
  #wakeUp: () => void = nothing;

  /** @ignore How many callbacks it has run. */
  served = 0;

  /**
   * The engine in use. The first call makes the default one: the kind that `LWT_ENGINE` names, else
   * epoll.
   *
   * @returns The engine.
   * @throws {NotAvailable} Where there is no such engine.
   *
   * @example Usage
   * ```ts
   * import { Engine, EpollEngine } from "@lwt/lwt";
   * import { assertInstanceOf } from "@std/assert";
   *
   * assertInstanceOf(Engine.get(), EpollEngine);
   * ```
   */
  static get(): Engine {
    return Engine.#current ?? Engine.#first();
  }

  /**
   * Makes another engine current: moves the registrations to it, then destroys the old one.
   *
   * @param engine The new engine.
   * @param options What becomes of the old one.
   *
   * @example Usage
   * ```ts
   * import { Engine, EpollEngine, Unix } from "@lwt/lwt";
   *
   * const alarm = Unix.sleep(0.01);
   * Engine.set(new EpollEngine());
   * await alarm;
   * ```
   */
  static set(engine: Engine, options: SetOptions = {}): void {
    const old = Engine.#current;
    if (old === engine) return;
    if (options.transfer ?? true) old?.transfer(engine);
    if (options.destroy ?? true) old?.destroy();
    Engine.#current = engine;
    Engine.#changed();
  }

  /**
   * Installs how the first engine is made, and who is told of each change in what is waited for.
   *
   * @ignore
   */
  static wire(make: () => Engine, changed: () => void): void {
    Engine.#make = make;
    Engine.#changed = changed;
  }

  /**
   * One turn of the engine in use: runs the callbacks of what is ready.
   *
   * @param block Whether to wait until something is.
   *
   * @example Usage
   * ```ts
   * import { Engine } from "@lwt/lwt";
   *
   * Engine.onTimer(0.001, false, () => console.log("rang"));
   * Engine.iter(true);
   * ```
   */
  static iter(block: boolean): void {
    Engine.get().iter(block);
  }

  /**
   * Registers a callback with the engine in use.
   *
   * @param fd The raw descriptor to watch.
   * @param f Called with the event at every turn in which the descriptor can be read.
   * @returns The event, which ends the registration.
   *
   * @example Usage
   * ```ts
   * import { Engine, Main, Unix } from "@lwt/lwt";
   * import { assert } from "@std/assert";
   *
   * const [input, output] = Unix.pipe();
   * let ready = false;
   * const event = Engine.onReadable(Unix.unixFileDescr(input), () => ready = true);
   * Main.run(Unix.writeString(output, "x", 0, 1));
   * Engine.iter(true);
   * assert(ready);
   * event.stop();
   * Unix.close(input);
   * Unix.close(output);
   * ```
   */
  static onReadable(fd: number, f: (event: EngineEvent) => void): EngineEvent {
    return Engine.get().onReadable(fd, f);
  }

  /**
   * Registers a callback with the engine in use.
   *
   * @param fd The raw descriptor to watch.
   * @param f Called with the event at every turn in which the descriptor can be written.
   * @returns The event, which ends the registration.
   *
   * @example Usage
   * ```ts
   * import { Engine, Unix } from "@lwt/lwt";
   * import { assert } from "@std/assert";
   *
   * const [input, output] = Unix.pipe();
   * let ready = false;
   * const event = Engine.onWritable(Unix.unixFileDescr(output), () => ready = true);
   * Engine.iter(true);
   * assert(ready);
   * event.stop();
   * Unix.close(input);
   * Unix.close(output);
   * ```
   */
  static onWritable(fd: number, f: (event: EngineEvent) => void): EngineEvent {
    return Engine.get().onWritable(fd, f);
  }

  /**
   * Registers a timer with the engine in use.
   *
   * @param delay Seconds until it fires, and between two times.
   * @param repeat Whether it fires more than once.
   * @param f Called with the event when it fires.
   * @returns The event, which ends the registration.
   * @throws {RangeError} If the delay is not a number.
   *
   * @example Usage
   * ```ts
   * import { Engine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * let rings = 0;
   * Engine.onTimer(0.001, true, (event) => {
   *   if (++rings === 2) event.stop();
   * });
   * while (rings < 2) Engine.iter(true);
   * assertEquals(Engine.timerCount(), 0);
   * ```
   */
  static onTimer(delay: number, repeat: boolean, f: (event: EngineEvent) => void): EngineEvent {
    return Engine.get().onTimer(delay, repeat, f);
  }

  /**
   * Counts read registrations.
   *
   * @returns How many the engine in use has.
   *
   * @example Usage
   * ```ts
   * import { Engine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const event = Engine.onReadable(0, () => {});
   * assertEquals(Engine.readableCount(), 1);
   * event.stop();
   * assertEquals(Engine.readableCount(), 0);
   * ```
   */
  static readableCount(): number {
    return Engine.get().readableCount();
  }

  /**
   * Counts write registrations.
   *
   * @returns How many the engine in use has.
   *
   * @example Usage
   * ```ts
   * import { Engine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const event = Engine.onWritable(1, () => {});
   * assertEquals(Engine.writableCount(), 1);
   * event.stop();
   * assertEquals(Engine.writableCount(), 0);
   * ```
   */
  static writableCount(): number {
    return Engine.get().writableCount();
  }

  /**
   * Counts timers.
   *
   * @returns How many the engine in use has.
   *
   * @example Usage
   * ```ts
   * import { Engine, Unix } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const p = Unix.sleep(1);
   * assertEquals(Engine.timerCount(), 1);
   * p.cancel();
   * assertEquals(Engine.timerCount(), 0);
   * ```
   */
  static timerCount(): number {
    return Engine.get().timerCount();
  }

  /**
   * Calls every callback of a descriptor as if it were ready, on the engine in use.
   *
   * @param fd The raw descriptor.
   *
   * @example Usage
   * ```ts
   * import { Engine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * let runs = 0;
   * const event = Engine.onReadable(0, () => runs++);
   * Engine.fakeIo(0);
   * event.stop();
   * assertEquals(runs, 1);
   * ```
   */
  static fakeIo(fd: number): void {
    Engine.get().fakeIo(fd);
  }

  /**
   * Lets the engine in use repair itself in a forked child.
   *
   * @example Usage
   * ```ts
   * import { Engine } from "@lwt/lwt";
   *
   * Engine.fork();
   * ```
   */
  static fork(): void {
    Engine.get().fork();
  }

  /**
   * Tells whether the engine in use reports a signal itself.
   *
   * @param signum Number of the signal.
   * @returns Whether it does.
   *
   * @example Usage
   * ```ts
   * import { Engine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Engine.forwardsSignal(2), false);
   * ```
   */
  static forwardsSignal(signum: number): boolean {
    return Engine.get().forwardsSignal(signum);
  }

  /**
   * Identity of the engine in use.
   *
   * @returns Its kind.
   *
   * @example Usage
   * ```ts
   * import { Engine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(Engine.id(), "epoll");
   * ```
   */
  static id(): Engine.Id {
    return Engine.get().id();
  }

  /**
   * Identity of this engine.
   *
   * @returns Its kind.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const engine = new EpollEngine();
   * assertEquals(engine.id(), "epoll");
   * engine.destroy();
   * ```
   */
  abstract id(): Engine.Id;

  /**
   * One turn: runs the callbacks of what is ready.
   *
   * @param block Whether to wait until something is.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   * import { assert } from "@std/assert";
   *
   * const engine = new EpollEngine();
   * let rang = false;
   * engine.onTimer(0, false, () => rang = true);
   * engine.iter(true);
   * assert(rang);
   * engine.destroy();
   * ```
   */
  abstract iter(block: boolean): void;

  /** Hook for subclasses: frees native resources. Called once. */
  protected abstract cleanup(): void;

  /**
   * Hook for subclasses: starts watching for reads.
   *
   * @param fd The raw descriptor.
   * @param f To be called at every turn in which it can be read.
   * @returns What ends the watch.
   */
  protected abstract registerReadable(fd: number, f: () => void): () => void;

  /**
   * Hook for subclasses: starts watching for writes.
   *
   * @param fd The raw descriptor.
   * @param f To be called at every turn in which it can be written.
   * @returns What ends the watch.
   */
  protected abstract registerWritable(fd: number, f: () => void): () => void;

  /**
   * Hook for subclasses: starts a timer.
   *
   * @param delay Seconds until it fires; not negative.
   * @param repeat Whether to start again each time, before calling `f`.
   * @param f To be called when it fires.
   * @returns What ends the timer.
   */
  protected abstract registerTimer(delay: number, repeat: boolean, f: () => void): () => void;

  /**
   * The time on this engine's clock. Subclasses may keep another clock than the system's.
   *
   * @returns Seconds since some fixed moment.
   *
   * @example Usage
   * ```ts
   * import { Engine } from "@lwt/lwt";
   * import { assert } from "@std/assert";
   *
   * const start = Engine.get().now();
   * assert(Engine.get().now() >= start);
   * ```
   */
  now(): number {
    return performance.now() / 1e3;
  }

  /**
   * When Deno's event loop must turn this engine at the latest: the moment of its first timer. What
   * may come earlier is for {@linkcode Engine.prototype.waitHosted} to notice.
   *
   * @returns A moment on this engine's clock, `Infinity` for never.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   * import { assert, assertEquals } from "@std/assert";
   *
   * const engine = new EpollEngine();
   * assertEquals(engine.deadline(), Infinity);
   * engine.onTimer(60, false, () => {});
   * assert(engine.deadline() > engine.now());
   * engine.destroy();
   * ```
   */
  deadline(): number {
    return this.isIdle() ? Infinity : this.now() + PACE;
  }

  /**
   * Sleeps without stopping Deno's event loop. It may end early.
   *
   * @param delay Seconds after which to end, if nothing is ready before; may be infinite.
   * @returns When something is ready, when the time is over, or after `wakeHosted`.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   *
   * const engine = new EpollEngine();
   * await engine.waitHosted(0.001);
   * engine.destroy();
   * ```
   */
  waitHosted(delay: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 1e3 * Math.min(delay, LONGEST_SLEEP));
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /**
   * Ends {@linkcode Engine.prototype.waitHosted}.
   *
   * @param _forGood Whether nothing is left to wait for. The operations of Deno's that were used for
   * waiting should then be over as soon as can be, because a test may be about to end.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   *
   * const engine = new EpollEngine();
   * const wait = engine.waitHosted(3600);
   * engine.wakeHosted(true);
   * await wait;
   * engine.destroy();
   * ```
   */
  wakeHosted(_forGood: boolean): void {
    this.#wakeUp();
  }

  /**
   * Registers a callback.
   *
   * @param fd The raw descriptor to watch.
   * @param f Called with the event at every turn in which the descriptor can be read.
   * @returns The event, which ends the registration.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine, Main, Unix } from "@lwt/lwt";
   * import { assert } from "@std/assert";
   *
   * const engine = new EpollEngine();
   * const [input, output] = Unix.pipe();
   * let ready = false;
   * const event = engine.onReadable(Unix.unixFileDescr(input), () => ready = true);
   * Main.run(Unix.writeString(output, "x", 0, 1));
   * engine.iter(true);
   * assert(ready);
   * event.stop();
   * engine.destroy();
   * Unix.close(input);
   * Unix.close(output);
   * ```
   */
  onReadable(fd: number, f: (event: EngineEvent) => void): EngineEvent {
    return this.#attach(new EngineEvent(READABLE, fd, false, f));
  }

  /**
   * Registers a callback.
   *
   * @param fd The raw descriptor to watch.
   * @param f Called with the event at every turn in which the descriptor can be written.
   * @returns The event, which ends the registration.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine, Unix } from "@lwt/lwt";
   * import { assert } from "@std/assert";
   *
   * const engine = new EpollEngine();
   * const [input, output] = Unix.pipe();
   * let ready = false;
   * const event = engine.onWritable(Unix.unixFileDescr(output), () => ready = true);
   * engine.iter(true);
   * assert(ready);
   * event.stop();
   * engine.destroy();
   * Unix.close(input);
   * Unix.close(output);
   * ```
   */
  onWritable(fd: number, f: (event: EngineEvent) => void): EngineEvent {
    return this.#attach(new EngineEvent(WRITABLE, fd, false, f));
  }

  /**
   * Registers a timer. One that does not repeat is stopped before its callback runs.
   *
   * @param delay Seconds until it fires, and between two times; a negative one counts as 0.
   * @param repeat Whether it fires more than once.
   * @param f Called with the event when it fires, never before this engine's next turn.
   * @returns The event, which ends the registration.
   * @throws {RangeError} If the delay is not a number.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   * import { assert } from "@std/assert";
   *
   * const engine = new EpollEngine();
   * let rang = false;
   * engine.onTimer(0.001, false, () => rang = true);
   * while (!rang) engine.iter(true);
   * engine.destroy();
   * ```
   */
  onTimer(delay: number, repeat: boolean, f: (event: EngineEvent) => void): EngineEvent {
    if (Number.isNaN(delay)) throw new RangeError(`Cannot set timer: received ${delay} seconds`);
    return this.#attach(new EngineEvent(TIMER, Math.max(delay, 0), repeat, f));
  }

  /**
   * Calls every callback of a descriptor as if it were ready: readers, then writers, each in the
   * order of registration.
   *
   * @param fd The raw descriptor.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const engine = new EpollEngine();
   * const seen: string[] = [];
   * engine.onWritable(1, () => seen.push("writer"));
   * engine.onReadable(1, () => seen.push("reader"));
   * engine.fakeIo(1);
   * assertEquals(seen, ["reader", "writer"]);
   * engine.destroy();
   * ```
   */
  fakeIo(fd: number): void {
    for (const kind of [READABLE, WRITABLE]) {
      for (const event of [...this.#registrations[kind]!]) {
        if (event.subject === fd) this.#fire(event);
      }
    }
  }

  /**
   * Counts read registrations.
   *
   * @returns How many there are, not how many descriptors.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const engine = new EpollEngine();
   * engine.onReadable(0, () => {});
   * engine.onReadable(0, () => {});
   * assertEquals(engine.readableCount(), 2);
   * engine.destroy();
   * ```
   */
  readableCount(): number {
    return this.#registrations[READABLE]!.size;
  }

  /**
   * Counts write registrations.
   *
   * @returns How many there are, not how many descriptors.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const engine = new EpollEngine();
   * engine.onWritable(1, () => {});
   * assertEquals(engine.writableCount(), 1);
   * engine.destroy();
   * ```
   */
  writableCount(): number {
    return this.#registrations[WRITABLE]!.size;
  }

  /**
   * Counts timers.
   *
   * @returns How many there are.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const engine = new EpollEngine();
   * engine.onTimer(60, true, () => {});
   * assertEquals(engine.timerCount(), 1);
   * engine.destroy();
   * ```
   */
  timerCount(): number {
    return this.#registrations[TIMER]!.size;
  }

  /** @ignore Whether it waits for nothing at all. */
  isIdle(): boolean {
    return this.readableCount() + this.writableCount() + this.timerCount() === 0;
  }

  /**
   * Called in a forked child. Does nothing unless overridden.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   *
   * const engine = new EpollEngine();
   * engine.fork();
   * engine.destroy();
   * ```
   */
  fork(): void {}

  /**
   * Tells whether this engine itself catches and reports a signal.
   *
   * @param _signum Number of the signal.
   * @returns `false` unless overridden.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const engine = new EpollEngine();
   * assertEquals(engine.forwardsSignal(2), false);
   * engine.destroy();
   * ```
   */
  forwardsSignal(_signum: number): boolean {
    return false;
  }

  /**
   * Moves every registration to another engine: readers, writers, then timers. Event objects stay
   * valid, no callback runs, and timers start again with their full delay.
   *
   * @param engine The engine that takes them.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const [one, other] = [new EpollEngine(), new EpollEngine()];
   * one.onTimer(60, false, () => {});
   * one.transfer(other);
   * assertEquals([one.timerCount(), other.timerCount()], [0, 1]);
   * one.destroy();
   * other.destroy();
   * ```
   */
  transfer(engine: Engine): void {
    for (const events of this.#registrations) {
      for (const event of [...events]) {
        event.stop();
        engine.#attach(event);
      }
    }
  }

  /**
   * Stops all events, then frees native resources. The engine cannot be used any more.
   *
   * @example Usage
   * ```ts
   * import { EpollEngine } from "@lwt/lwt";
   * import { assertEquals } from "@std/assert";
   *
   * const engine = new EpollEngine();
   * engine.onTimer(60, false, () => {});
   * engine.destroy();
   * assertEquals(engine.timerCount(), 0);
   * ```
   */
  destroy(): void {
    if (this.#destroyed) return;
    for (const events of this.#registrations) {
      for (const event of [...events]) event.stop();
    }
    this.#destroyed = true;
    this.wakeHosted(false);
    this.cleanup();
  }

  /** @ignore Drops an event that was stopped. */
  forget(event: EngineEvent): void {
    this.#registrations[event.kind]!.delete(event);
    if (this === Engine.#current) Engine.#changed();
  }

  #attach(event: EngineEvent): EngineEvent {
    if (this.#destroyed) {
      throw new Error(`Cannot register with engine ${this.id()}: it is destroyed`);
    }
    event.unregister = this.#register(event, () => this.#fire(event));
    event.engine = this;
    this.#registrations[event.kind]!.add(event);
    if (this === Engine.#current) Engine.#changed();
    return event;
  }

  #register(event: EngineEvent, f: () => void): () => void {
    switch (event.kind) {
      case READABLE:
        return this.registerReadable(event.subject, f);
      case WRITABLE:
        return this.registerWritable(event.subject, f);
      default:
        return this.registerTimer(event.subject, event.repeat, f);
    }
  }

  /** Runs a callback, unless it was stopped or moved elsewhere in this very turn. */
  #fire(event: EngineEvent): void {
    if (event.engine !== this) return;
    if (event.kind === TIMER && !event.repeat) event.stop();
    this.served++;
    event.callback(event);
  }
}

/** Seconds between two looks of Deno's event loop at an engine that cannot tell it anything. */
const PACE = 0.01;

/** The longest sleep in seconds that `setTimeout` can do. */
const LONGEST_SLEEP = 2_000_000;

function nothing(): void {}

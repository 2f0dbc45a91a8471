/**
 * The engine over epoll(7).
 *
 * @module
 */
import { fail } from "../_fail.ts";
import { opened } from "../_ledger.ts";
import { Epoll } from "../libc/constants.ts";
import { epollCreate, epollCtl, epollPoll, epollWait } from "../libc/epoll.ts";
import { Errno } from "../libc/errno.ts";
import { EpollEvent } from "../libc/structs.ts";
import { NotAvailable } from "../sys.ts";
import { Doorbell } from "./_doorbell.ts";
import { Engine } from "./_base.ts";
import { Timer, Timers } from "./_timers.ts";

/**
 * The default engine, over epoll(7).
 *
 * - It is level-triggered, and registers each descriptor once for all its callbacks.
 * - Timers are precise to some tens of microseconds.
 * - A turn runs expired timers first, then each ready descriptor once: its readers, then its
 *   writers, each in the order of registration.
 * - A descriptor that epoll refuses, such as a regular file or a closed one, counts as ready always,
 *   so that its operations succeed or fail by themselves.
 *
 * @example Usage
 * ```ts
 * import { Engine, EpollEngine } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * Engine.set(new EpollEngine());
 * assertEquals(Engine.id(), "epoll");
 * ```
 */
export class EpollEngine extends Engine {
  readonly #timers = new Timers();
  readonly #doorbell = new Doorbell();
  /** What is watched of each descriptor, by its number. */
  readonly #watches: (Watch | undefined)[] = [];
  readonly #alwaysReady = new Set<Watch>();
  #epfd: number;
  #events: Int32Array | undefined = undefined;
  #generations = 0;
  /**
   * Whether the set may hold a file that cannot be deleted from it, because its descriptor is
   * closed, while it stays open elsewhere: it would wake us for ever.
   */
  #haunted = false;

  /**
   * Makes an engine of its own, not yet in use.
   *
   * @throws {NotAvailable} Where there is no epoll.
   * @throws {UnixError} If the system has no descriptor left.
   */
  constructor() {
    super();
    if (Deno.build.os !== "linux") throw new NotAvailable("epoll");
    this.#epfd = create();
  }

  /**
   * Identity of this engine.
   *
   * @returns `"epoll"`.
   */
  override id(): Engine.Id {
    return "epoll";
  }

  /**
   * One turn: runs the callbacks of what is ready.
   *
   * @param block Whether to wait until something is.
   * @throws {UnixError} If waiting fails.
   */
  override iter(block: boolean): void {
    // Taken for the turn, because a callback may start a turn of its own.
    const events = this.#events ?? new Int32Array(EpollEvent.words * BATCH);
    this.#events = undefined;
    const count = this.#collect(events, block);
    if (this.#timers.size > 0) this.#timers.run(this.now());
    for (let i = 0; i < count; i++) this.#dispatch(events, i * EpollEvent.words);
    if (this.#alwaysReady.size > 0) this.#serveAlwaysReady();
    this.#events = events;
  }

  /**
   * When the engine must be turned at the latest.
   *
   * @returns The moment of the first timer; in the past if something is ready always.
   */
  override deadline(): number {
    return this.#alwaysReady.size > 0 ? -Infinity : this.#timers.expiry;
  }

  /**
   * Sleeps on a thread of Deno's pool.
   *
   * @param delay Seconds after which to end, if nothing is ready before; may be infinite.
   * @returns When something is ready, when the time is over, or after `wakeHosted`.
   */
  override waitHosted(delay: number): Promise<void> {
    if (this.#doorbell.open()) return this.#doorbell.wait(this.#epfd, delay);
    // No descriptor is left for the bell. Being slow is better than being deaf.
    return super.waitHosted(Math.min(delay, PACE));
  }

  /**
   * Ends {@linkcode EpollEngine.prototype.waitHosted}.
   *
   * @param forGood Whether nothing is left to wait for: then it returns when the thread is back.
   */
  override wakeHosted(forGood: boolean): void {
    if (forGood) this.#doorbell.rouse();
    else this.#doorbell.ring();
    super.wakeHosted(forGood);
  }

  /** Makes a set of its own with the same content, because a child shares its parent's. */
  override fork(): void {
    this.#rebuild();
  }

  /** Closes the descriptors of the engine. */
  protected override cleanup(): void {
    this.#doorbell.release(this.#epfd);
    this.#doorbell.close();
    this.#epfd = -1;
  }

  /**
   * Starts watching for reads.
   *
   * @param fd The raw descriptor.
   * @param f To be called at every turn in which it can be read.
   * @returns What ends the watch.
   */
  protected override registerReadable(fd: number, f: () => void): () => void {
    return this.#register(fd, "readers", f);
  }

  /**
   * Starts watching for writes.
   *
   * @param fd The raw descriptor.
   * @param f To be called at every turn in which it can be written.
   * @returns What ends the watch.
   */
  protected override registerWritable(fd: number, f: () => void): () => void {
    return this.#register(fd, "writers", f);
  }

  /**
   * Starts a timer.
   *
   * @param delay Seconds until it fires.
   * @param repeat Whether to start again each time.
   * @param f To be called when it fires.
   * @returns What ends the timer.
   */
  protected override registerTimer(delay: number, repeat: boolean, f: () => void): () => void {
    const timer = new Timer(this.now() + delay, delay, repeat, f);
    this.#timers.add(timer);
    return () => this.#timers.remove(timer);
  }

  #register(fd: number, direction: "readers" | "writers", f: () => void): () => void {
    const watch = this.#watches[fd] ??= new Watch(fd, this.#generations++ | 0);
    const stop = () => {
      watch[direction] = watch[direction].filter((callback) => callback !== f);
      this.#update(watch);
    };
    watch[direction] = [...watch[direction], f];
    const result = this.#update(watch);
    if (result === 0) return stop;
    stop();
    return fail(result, "epoll_ctl", "", `watch descriptor ${fd}`);
  }

  #collect(events: Int32Array, block: boolean): number {
    const deadline = block ? this.deadline() : -Infinity;
    const delay = Number.isFinite(deadline) ? deadline - this.now() : deadline;
    const count = delay > 0
      ? epollWait(this.#epfd, events, BATCH, delay)
      : epollPoll(this.#epfd, events, BATCH);
    if (count >= 0) return count;
    if (count === -Errno.EINTR) return 0;
    return fail(count, "epoll_wait", "", "wait for descriptors");
  }

  #dispatch(events: Int32Array, at: number): void {
    const watch = this.#watches[events[at + EpollEvent.data]!];
    if (watch?.generation === events[at + EpollEvent.tag]) {
      serve(watch!, events[at + EpollEvent.events]!);
    } else if (this.#haunted) {
      this.#rebuild();
    }
  }

  #serveAlwaysReady(): void {
    for (const watch of [...this.#alwaysReady]) serve(watch, Epoll.IN | Epoll.OUT);
  }

  /** Tells the system what to watch of a descriptor, if that has changed. Answers 0 or `-errno`. */
  #update(watch: Watch): number {
    const wanted = (watch.readers.length > 0 ? Epoll.IN : 0) |
      (watch.writers.length > 0 ? Epoll.OUT : 0);
    if (wanted === 0) this.#watches[watch.fd] = undefined;
    if (wanted === watch.interest) return 0;
    if (wanted === 0) this.#remove(watch);
    else if (!this.#alwaysReady.has(watch)) {
      const result = this.#control(watch, wanted);
      if (result < 0) return result;
    }
    watch.interest = wanted;
    return 0;
  }

  #remove(watch: Watch): void {
    if (this.#alwaysReady.delete(watch)) return;
    if (epollCtl(this.#epfd, Epoll.DEL, watch.fd, 0, 0) < 0) this.#haunted = true;
  }

  #control(watch: Watch, wanted: number): number {
    const { fd, generation, interest } = watch;
    const operation = interest === 0 ? Epoll.ADD : Epoll.MOD;
    let result = epollCtl(this.#epfd, operation, fd, wanted, generation);
    // The number was closed and came back behind our back, as the same file or as another one.
    if (result === -Errno.EEXIST) result = epollCtl(this.#epfd, Epoll.MOD, fd, wanted, generation);
    if (result === -Errno.ENOENT) result = epollCtl(this.#epfd, Epoll.ADD, fd, wanted, generation);
    if (result !== -Errno.EPERM && result !== -Errno.EBADF) return result;
    this.#alwaysReady.add(watch);
    return 0;
  }

  /** Starts again with a new epoll set. */
  #rebuild(): void {
    const old = this.#epfd;
    this.#epfd = create();
    this.#haunted = false;
    this.#doorbell.release(old);
    for (const watch of this.#watches) {
      if (watch === undefined || this.#alwaysReady.has(watch)) continue;
      const { interest } = watch;
      watch.interest = 0;
      if (this.#control(watch, interest) < 0) this.#alwaysReady.add(watch);
      watch.interest = interest;
    }
  }
}

/** What is watched of a descriptor. Its lists are replaced, never changed, so that a turn can walk them. */
class Watch {
  readonly fd: number;
  /** Tells it from others that had the same descriptor number. */
  readonly generation: number;
  /** What the system was told to watch. */
  interest = 0;
  readers: readonly (() => void)[] = [];
  writers: readonly (() => void)[] = [];

  constructor(fd: number, generation: number) {
    this.fd = fd;
    this.generation = generation;
  }
}

/** How many events one turn takes from the system. */
const BATCH = 1024;

/** Seconds between two looks at the descriptors where there is no bell. */
const PACE = 0.01;

function create(): number {
  const epfd = epollCreate();
  return epfd < 0 ? fail(epfd, "epoll_create1", "", "make an engine") : opened(epfd, "engine");
}

function serve(watch: Watch, events: number): void {
  const { readers, writers } = watch;
  if ((events & ~Epoll.OUT) !== 0) { for (const f of readers) f(); }
  if ((events & ~Epoll.IN) !== 0) { for (const f of writers) f(); }
}

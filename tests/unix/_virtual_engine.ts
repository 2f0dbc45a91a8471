/* An engine whose time passes only when everybody waits for it, and whose descriptors are dumb. */
import { Engine } from "../../unix/engine/mod.ts";
import { Timer, Timers } from "../../unix/engine/_timers.ts";

export class VirtualEngine extends Engine {
  /** What was done to it, if a test looks. */
  readonly log: string[] = [];
  readonly #timers = new Timers();
  #now = 0;

  override id(): Engine.Id {
    return "virtual";
  }

  override now(): number {
    return this.#now;
  }

  /** Lets time pass. */
  pass(seconds: number): void {
    this.#now += seconds;
  }

  override iter(block: boolean): void {
    this.log.push(`iter(${block})`);
    if (block) this.#now = Math.max(this.#now, this.#timers.expiry);
    this.#timers.run(this.#now);
  }

  override deadline(): number {
    return this.#timers.expiry;
  }

  override waitHosted(delay: number): Promise<void> {
    this.#now += delay;
    return Promise.resolve();
  }

  protected override registerReadable(fd: number, _f: () => void): () => void {
    return this.#noted(`readable ${fd}`);
  }

  protected override registerWritable(fd: number, _f: () => void): () => void {
    return this.#noted(`writable ${fd}`);
  }

  protected override registerTimer(delay: number, repeat: boolean, f: () => void): () => void {
    const timer = new Timer(this.#now + delay, delay, repeat, f);
    this.#timers.add(timer);
    const stop = this.#noted(`timer ${delay}`);
    return () => {
      this.#timers.remove(timer);
      stop();
    };
  }

  protected override cleanup(): void {
    this.log.push("cleanup");
  }

  #noted(what: string): () => void {
    this.log.push(what);
    return () => this.log.push(`stop ${what}`);
  }
}

/** Puts a virtual engine in use until the scope ends. */
export function useVirtualEngine(): VirtualEngine & Disposable {
  const real = Engine.get();
  const engine = new VirtualEngine();
  Engine.set(engine, { destroy: false });
  return Object.assign(engine, {
    [Symbol.dispose]: () => Engine.set(real, { transfer: false }),
  });
}

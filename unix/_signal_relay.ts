/*
 * Brings signals to a thread whose event loop stands still: a worker listens for them, counts them
 * in shared memory, and makes a descriptor readable that the engine watches.
 */
import { Engine, type EngineEvent } from "./engine/_base.ts";
import { fail } from "./_fail.ts";
import { closed, opened } from "./_ledger.ts";
import { close } from "./libc/close.ts";
import { eventfd, eventfdQuiet } from "./libc/eventfd.ts";
import { LIBRARY } from "./libc/open.ts";

const MAX_SIGNALS = 65;

/** How long, in milliseconds, the worker may take to listen before we go on without it. */
const PATIENCE = 2000;

/** The worker. In a text of its own, so that it needs no file, and survives bundling. */
const SOURCE = `
const library = Deno.dlopen(${JSON.stringify(LIBRARY)}, {
  eventfd_write: { parameters: ["i32", "u64"], result: "i32" },
});
let bell, counts, requests;
const listeners = new Map();
function add(name, signum) {
  const listener = () => {
    Atomics.add(counts, signum, 1);
    library.symbols.eventfd_write(bell, 1n);
  };
  listeners.set(name, listener);
  Deno.addSignalListener(name, listener);
}
function remove(name) {
  Deno.removeSignalListener(name, listeners.get(name));
}
onmessage = ({ data }) => {
  if (data.bell !== undefined) ({ bell, counts, requests } = data);
  else if (data.signum !== undefined) add(data.name, data.signum);
  else remove(data.name);
  Atomics.add(requests, 0, 1);
  Atomics.notify(requests, 0);
};
`;

/** Carries signals, until it is stopped. */
export class Relay {
  readonly #deliver: (signum: number) => void;
  readonly #counts = new Int32Array(new SharedArrayBuffer(4 * MAX_SIGNALS));
  readonly #answered = new Int32Array(new SharedArrayBuffer(4));
  readonly #seen = new Int32Array(MAX_SIGNALS);
  readonly #bell: number;
  readonly #worker: Worker;
  readonly #event: EngineEvent;
  #asked = 0;

  constructor(deliver: (signum: number) => void) {
    this.#deliver = deliver;
    const url = `data:text/javascript,${encodeURIComponent(SOURCE)}`;
    this.#worker = new Worker(url, { type: "module" });
    this.#bell = eventfd();
    if (this.#bell < 0) {
      this.#worker.terminate();
      fail(this.#bell, "eventfd", undefined, "relay signals");
    }
    opened(this.#bell, "engine");
    this.#event = Engine.onReadable(this.#bell, () => this.#collect());
    this.#ask({ bell: this.#bell, counts: this.#counts, requests: this.#answered });
  }

  /** Listens for a signal; it does so when this returns. */
  add(name: string, signum: number): void {
    this.#ask({ name, signum });
  }

  /** Listens no longer for a signal. */
  remove(name: string): void {
    this.#ask({ name });
  }

  /** Ends the worker, and gives everything back. */
  stop(): void {
    this.#event.stop();
    this.#worker.terminate();
    closed(this.#bell);
    close(this.#bell);
  }

  #ask(request: Record<string, unknown>): void {
    this.#worker.postMessage(request);
    this.#asked++;
    for (let n; (n = Atomics.load(this.#answered, 0)) < this.#asked;) {
      if (Atomics.wait(this.#answered, 0, n, PATIENCE) === "timed-out") return;
    }
  }

  #collect(): void {
    eventfdQuiet(this.#bell);
    for (let signum = 0; signum < MAX_SIGNALS; signum++) {
      const count = Atomics.load(this.#counts, signum);
      if (count === this.#seen[signum]) continue;
      this.#seen[signum] = count;
      this.#deliver(signum);
    }
  }
}

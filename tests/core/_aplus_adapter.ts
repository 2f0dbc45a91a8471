// A program: runs the Promises/A+ test suite over Lwt, and says how it went.
import { Lwt } from "../../core/mod.ts";

/** Status of a run that could not begin. */
const NO_SUITE = 77;

/** What the suite is told of a promise that it settles itself: only the first time counts. */
function deferred(): {
  promise: Lwt<unknown>;
  resolve(value: unknown): void;
  reject(e: unknown): void;
} {
  const [promise, resolver] = Lwt.wait<unknown>();
  return {
    promise,
    resolve: (value) => promise.isSleeping() && resolver.wakeup(value),
    reject: (error) => promise.isSleeping() && resolver.wakeupExn(error),
  };
}

// The suite makes many rejected native promises out of ours, and looks at few of them.
globalThis.addEventListener("unhandledrejection", (event) => event.preventDefault());

// Not a literal, so that nobody needs the suite but those who run this.
const suite = "npm:promises-aplus-tests@2.1.2";
let run: (
  adapter: unknown,
  options: unknown,
  done: (error: { failures: number } | null) => void,
) => void;
try {
  run = (await import(suite)).default;
} catch (error) {
  console.error(String(error));
  Deno.exit(NO_SUITE);
}
const adapter = { resolved: Lwt.return, rejected: Lwt.fail, deferred };
// Patient, because what it measures is order and not time.
run(adapter, { reporter: "dot", timeout: 10_000 }, (error) => Deno.exit(error === null ? 0 : 1));

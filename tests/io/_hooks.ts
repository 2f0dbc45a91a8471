/* The hook of errors that nobody waits for, while a test runs. */
import { Lwt } from "../../core/mod.ts";

/** Remembers what the hook is told, until the scope ends. */
export class Told implements Disposable {
  readonly errors: unknown[] = [];
  readonly #before: (error: unknown) => void = Lwt.asyncExceptionHook;

  constructor() {
    Lwt.asyncExceptionHook = (error) => this.errors.push(error);
  }

  [Symbol.dispose](): void {
    Lwt.asyncExceptionHook = this.#before;
  }
}

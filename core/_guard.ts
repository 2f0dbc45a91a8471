/*
 * What `acquire` hands out.
 */

/** Gives back what is held, once: the end of a `using` block calls it. */
export class Guard implements Disposable {
  #release: (() => void) | undefined;

  constructor(release: () => void) {
    this.#release = release;
  }

  [Symbol.dispose](): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }
}

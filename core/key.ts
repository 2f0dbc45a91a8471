/**
 * Values that callbacks inherit from where they were attached.
 *
 * @module
 */
import { removeKey, setKey } from "./_rebind.ts";
import { lookup } from "./_storage.ts";
import { setStorage, storage } from "./_resolution.ts";

/**
 * A slot of the implicit map that callbacks inherit from where they were attached.
 *
 * A callback attached to a pending promise runs with the map that was in force when it was
 * attached; on a settled promise it runs at once, in the map of the moment. `Lwt.spawn` keeps its
 * map across waits. A key is a way to pass a request number or a logger through code that does not
 * know of it.
 *
 * @typeParam T The type of the values.
 *
 * @example A request number
 * ```ts
 * import { Key, Lwt } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const request = new Key<number>();
 * const [ready, resolver] = Lwt.wait<void>();
 * const p = request.withValue(7, () => ready.map(() => request.get()));
 * resolver.wakeup();
 * assertEquals(p.poll(), 7);
 * assertEquals(request.get(), undefined);
 * ```
 */
export class Key<in out T> {
  /**
   * The value that the running callback sees.
   *
   * @returns The value, or `undefined` if the key is not set.
   *
   * @example Usage
   * ```ts
   * import { Key } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Key<string>().get(), undefined);
   * ```
   */
  get(): T | undefined {
    return lookup(storage, this) as T | undefined;
  }

  /**
   * Sets the key while a function runs, and puts back what was before, also when it throws.
   *
   * @param value The value; `undefined` hides the one in force.
   * @param f The function.
   * @returns What the function returns.
   *
   * @example Usage
   * ```ts
   * import { Key } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const user = new Key<string>();
   * assertEquals(user.withValue("ada", () => user.get()), "ada");
   * ```
   */
  withValue<R>(value: T | undefined, f: () => R): R {
    const outside = storage;
    setStorage({ key: this, value, up: outside });
    try {
      return f();
    } finally {
      setStorage(outside);
    }
  }

  /**
   * Sets the key for the rest of the running task or callback, and for what it attaches.
   *
   * @param value The value.
   *
   * @example Usage
   * ```ts
   * import { Key, Lwt } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const user = new Key<string>();
   * function* greet(): Lwt.Task<string | undefined> {
   *   user.set("ada");
   *   yield* Lwt.pause();
   *   return user.get();
   * }
   * assertEquals(await Lwt.pause().bind(() => Lwt.spawn(greet)), "ada");
   * assertEquals(user.get(), undefined);
   * ```
   */
  set(value: T): void {
    setKey(this, value);
  }

  /**
   * Unsets the key for the rest of the running task or callback, and for what it attaches.
   *
   * @example Usage
   * ```ts
   * import { Key } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const user = new Key<string>();
   * user.set("ada");
   * user.remove();
   * assertEquals(user.get(), undefined);
   * ```
   */
  remove(): void {
    removeKey(this);
  }
}

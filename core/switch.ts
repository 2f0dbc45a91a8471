/**
 * What to do when something is over.
 *
 * @module
 */
import { attempt } from "./_holding.ts";
import { Lwt } from "./lwt.ts";

/** Types that belong to {@linkcode Switch}. */
export declare namespace Switch {
  /** The error of using a switch that is off. */
  type Off = SwitchOff;
}

/**
 * The error of using a switch that is off; `Switch.Off` is this class.
 *
 * @example Usage
 * ```ts
 * import { Switch } from "@lwt/lwt/core";
 * import { assertThrows } from "@std/assert";
 *
 * const sw = new Switch();
 * await sw.turnOff();
 * assertThrows(() => Switch.check(sw), Switch.Off);
 * ```
 */
export class SwitchOff extends Error {
  /** `"Off"`. */
  override readonly name: string = "Off";

  /**
   * Makes the error.
   *
   * @param message What to say; by default that the switch is off.
   */
  constructor(message: string = "The switch is off") {
    super(message);
  }
}

/**
 * An on-off flag with hooks to be called when it goes off: what was opened under a switch is closed
 * with it.
 *
 * Functions that open something can take a `Switch | undefined`, and pass it to `Switch.check` and
 * `Switch.addHook`, which ignore `undefined`. A switch goes off once, and stays off.
 *
 * @example Everything that was opened is closed
 * ```ts
 * import { Lwt, Switch } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * function open(name: string, sw?: Switch): string {
 *   Switch.addHook(sw, () => {
 *     log.push(`closing ${name}`);
 *     return Lwt.returnUnit;
 *   });
 *   return name;
 * }
 * await Switch.withSwitch((sw) => {
 *   open("a", sw);
 *   open("b", sw);
 *   return Lwt.returnUnit;
 * });
 * assertEquals(log, ["closing b", "closing a"]);
 * ```
 */
export class Switch implements AsyncDisposable {
  /** The error of using a switch that is off. */
  static readonly Off: typeof SwitchOff = SwitchOff;

  /** The hooks, oldest first, as long as the switch is on. */
  #hooks: (() => Lwt<void>)[] | undefined = [];

  /**
   * Runs a function with a new switch, and turns that off however the function ends.
   *
   * @typeParam T The type of the value.
   * @param f The function. What it throws is a rejection.
   * @returns A promise with the outcome of `f`, settled once all hooks are done. If a hook fails it
   * is rejected with that error, even where `f` had failed itself.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Switch } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const wasOn = await Switch.withSwitch((sw) => Lwt.return(sw.isOn()));
   * assertEquals(wasOn, true);
   * ```
   */
  static withSwitch<T>(f: (sw: Switch) => Lwt<T>): Lwt<T> {
    const sw = new Switch();
    return Lwt.finalize(() => attempt(() => f(sw)), () => sw.turnOff());
  }

  /**
   * Checks that a switch can be used.
   *
   * @param sw The switch; nothing is wrong with `undefined`.
   * @throws {SwitchOff} If it is off.
   *
   * @example Usage
   * ```ts
   * import { Switch } from "@lwt/lwt/core";
   *
   * Switch.check(new Switch());
   * Switch.check(undefined);
   * ```
   */
  static check(sw: Switch | undefined): void {
    if (sw?.isOn() === false) throw new SwitchOff();
  }

  /**
   * Adds a hook to a switch.
   *
   * @param sw The switch; with `undefined` nothing happens.
   * @param hook What to do when it goes off; its promise is waited for.
   * @throws {SwitchOff} If it is off; the hook is not called then.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Switch } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let open = true;
   * const sw = new Switch();
   * Switch.addHook(sw, () => Lwt.wrap(() => { open = false; }));
   * await sw.turnOff();
   * assertEquals(open, false);
   * ```
   */
  static addHook(sw: Switch | undefined, hook: () => Lwt<void>): void {
    if (sw === undefined) return;
    if (sw.#hooks === undefined) throw new SwitchOff();
    sw.#hooks.push(hook);
  }

  /**
   * Adds a hook to a switch, or calls it if that is off.
   *
   * @param sw The switch; with `undefined` nothing happens.
   * @param hook What to do when it goes off.
   * @returns The promise of the hook if it was called. What it throws is a rejection.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Switch } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let open = true;
   * const sw = new Switch();
   * await sw.turnOff();
   * await Switch.addHookOrExec(sw, () => Lwt.wrap(() => { open = false; }));
   * assertEquals(open, false);
   * ```
   */
  static addHookOrExec(sw: Switch | undefined, hook: () => Lwt<void>): Lwt<void> {
    if (sw?.isOn() === false) return attempt(hook);
    Switch.addHook(sw, hook);
    return Lwt.returnUnit;
  }

  /**
   * Tells whether the switch is on.
   *
   * @returns Whether it has not been turned off.
   *
   * @example Usage
   * ```ts
   * import { Switch } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new Switch().isOn(), true);
   * ```
   */
  isOn(): boolean {
    return this.#hooks !== undefined;
  }

  /**
   * Marks the switch as off, then calls all hooks, newest first, and waits for them.
   *
   * @returns A promise settled once all hooks are done, even if some fail: of those that fail at
   * once it has the error of the newest, otherwise that of the first in time. Of a switch that is
   * off already, a promise fulfilled at once.
   *
   * @example Usage
   * ```ts
   * import { Switch } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const sw = new Switch();
   * await sw.turnOff();
   * assertEquals(sw.isOn(), false);
   * ```
   */
  turnOff(): Lwt<void> {
    const hooks = this.#hooks ?? [];
    this.#hooks = undefined;
    return Lwt.join(hooks.toReversed().map(attempt));
  }

  /**
   * What `await using` calls at the end of a block: `turnOff`.
   *
   * @returns A promise settled once all hooks are done.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Switch } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let open = true;
   * {
   *   await using sw = new Switch();
   *   Switch.addHook(sw, () => Lwt.wrap(() => { open = false; }));
   * }
   * assertEquals(open, false);
   * ```
   */
  [Symbol.asyncDispose](): Promise<void> {
    return this.turnOff().toPromise();
  }
}

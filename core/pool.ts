/**
 * A bounded number of things to lend.
 *
 * @module
 */
import { either } from "./_bind.ts";
import { FULFILLED, Origin } from "./_cell.ts";
import { attempt, checked } from "./_holding.ts";
import { serve, Waiters } from "./_waiters.ts";
import { InvalidArgument } from "./errors.ts";
import { Lwt } from "./lwt.ts";

/**
 * What a pool asks about its resources.
 *
 * @typeParam T The type of the resources.
 */
export interface PoolOptions<T> {
  /** Says whether an idle resource can still be used, each time before it is; by default it can. */
  validate?: (resource: T) => Lwt<boolean>;

  /**
   * Says whether a resource can still be used after a use of it failed, by calling `isOk` before it
   * returns; without such a call it cannot. By default every resource can.
   */
  check?: (resource: T, isOk: (ok: boolean) => void) => void;

  /** Frees a resource that is not used any more; by default there is nothing to do. */
  dispose?: (resource: T) => Lwt<void>;
}

/**
 * A resource on loan from a pool, for a `using` block.
 *
 * @typeParam T The type of the resource.
 */
export interface Lease<out T> extends Disposable {
  /** The resource. */
  readonly value: T;

  /**
   * Gives the resource back as one that cannot be used any more: the pool disposes of it.
   *
   * @returns A promise fulfilled once that is done. After the resource was given back it does nothing.
   */
  discard(): Lwt<void>;
}

/**
 * A bounded set of resources that are made when they are needed, lent to one user at a time, and
 * used again: connections, workers, buffers.
 *
 * - A resource is made when none is idle and the limit allows one more. The limit counts those that
 *   are being made or disposed of, too; it is never exceeded.
 * - When the limit is reached users wait, cancelably and in line. As soon as a resource comes back,
 *   or the place of one becomes free, the oldest is served.
 * - A place is never lost, whatever fails.
 *
 * @typeParam T The type of the resources.
 *
 * @example Two connections for everybody
 * ```ts
 * import { Lwt, Pool } from "@lwt/lwt/core";
 * import { assertEquals } from "@std/assert";
 *
 * let opened = 0;
 * const pool = new Pool(2, () => Lwt.return({ id: ++opened }));
 * const query = () => pool.use((connection) => Lwt.pause().map(() => connection.id));
 * assertEquals(await Lwt.all([query(), query(), query()]), [1, 2, 1]);
 * ```
 */
export class Pool<in out T> {
  readonly #limit: number;
  readonly #create: () => Lwt<T>;
  readonly #options: PoolOptions<T>;
  readonly #idle: Member<T>[] = [];
  readonly #waiters: Waiters<Member<T> | undefined> = new Waiters();
  /** How many places are taken: by resources, and by those that are being made. */
  #count: number = 0;
  /** How often the pool was cleared: resources of former times are not used again. */
  #era: number = 0;

  /**
   * Makes a pool. No resource is made yet.
   *
   * @param n How many resources there may be at most.
   * @param create Makes a resource.
   * @param options How resources are tested and disposed of.
   * @throws {InvalidArgument} If `n` is not an integer of at least 1.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Pool } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const pool = new Pool(1, () => Lwt.return("a pen"), { dispose: () => Lwt.returnUnit });
   * assertEquals(await pool.use((pen) => Lwt.return(pen)), "a pen");
   * ```
   */
  constructor(n: number, create: () => Lwt<T>, options: PoolOptions<T> = {}) {
    if (!Number.isInteger(n) || n < 1) {
      throw new InvalidArgument(`Cannot create pool: size must be at least 1, received ${n}`);
    }
    this.#limit = n;
    this.#create = create;
    this.#options = options;
  }

  /**
   * Lends a resource to a function, until the function's promise is settled.
   *
   * @typeParam R The type of the result.
   * @param f The function. What it throws is a rejection.
   * @returns A promise with the outcome of `f`. It is rejected, too, if no resource can be made, if
   * `validate` or `check` fails, or if a resource cannot be disposed of. Canceling it gives up the
   * place in the line, or cancels what is being waited for.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Pool } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const buffers = new Pool(4, () => Lwt.return(new Uint8Array(1024)));
   * assertEquals(await buffers.use((buffer) => Lwt.return(buffer.length)), 1024);
   * ```
   */
  use<R>(f: (resource: T) => Lwt<R>): Lwt<R> {
    if (this.#idle.length > 0 && this.#options.validate === undefined) {
      return this.#lend(this.#idle.shift() as Member<T>, f);
    }
    return this.#take().bind((member) => this.#lend(member, f));
  }

  /**
   * Borrows a resource for the length of a block.
   *
   * When the block ends the resource goes back as a good one; call `discard` if it is not. If it has
   * to be disposed of because the pool was cleared meanwhile, nobody waits for that, and its error
   * goes to `Lwt.asyncExceptionHook`.
   *
   * @returns A promise of the loan, which waits as that of `use` does.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Pool } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const pool = new Pool(1, () => Lwt.return("a pen"));
   * {
   *   using pen = await pool.acquire();
   *   assertEquals(pen.value, "a pen");
   *   assertEquals(pool.acquire().isSleeping(), true);
   * }
   * ```
   */
  acquire(): Lwt<Lease<T>> {
    return this.#take().map((member) =>
      new Loan(member.value, (good) => good ? this.#giveBack(member) : this.#dispose(member))
    );
  }

  /**
   * Disposes of the idle resources, one after another, and of the lent ones when they come back.
   * The next use is given a new one.
   *
   * @returns A promise fulfilled once the idle ones are disposed of. If that fails for some, the
   * others are disposed of nevertheless, and it is rejected with the first error.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Pool } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * let made = 0;
   * const pool = new Pool(1, () => Lwt.return(++made));
   * const use = () => pool.use((n) => Lwt.return(n));
   * assertEquals(await Lwt.all([use(), use()]), [1, 1]);
   * await pool.clear();
   * assertEquals(await use(), 2);
   * ```
   */
  clear(): Lwt<void> {
    this.#era++;
    return Lwt.spawn(
      disposeAll,
      this.#idle.splice(0),
      (member: Member<T>) => this.#dispose(member),
    );
  }

  /**
   * Tells how many uses wait for a resource.
   *
   * @returns The number.
   *
   * @example Usage
   * ```ts
   * import { Lwt, Pool } from "@lwt/lwt/core";
   * import { assertEquals } from "@std/assert";
   *
   * const pool = new Pool(1, () => Lwt.return("a pen"));
   * const writing = pool.use(() => Lwt.pause());
   * const waiting = pool.use(() => Lwt.pause());
   * assertEquals(pool.waitQueueLength(), 1);
   * await Lwt.join([writing, waiting]);
   * ```
   */
  waitQueueLength(): number {
    return this.#waiters.count();
  }

  /** A resource to use: an idle one, a new one, or the one that comes back when our turn comes. */
  #take(): Lwt<Member<T>> {
    const idle = this.#idle.shift();
    if (idle !== undefined) return this.#revive(idle);
    if (this.#count < this.#limit) {
      this.#count++;
      return this.#make();
    }
    return this.#waiters.add(RESOURCE)
      .bind((member) => member === undefined ? this.#make() : this.#revive(member));
  }

  /** Fills a place that is counted as taken. */
  #make(): Lwt<Member<T>> {
    const era = this.#era;
    return either(
      attempt(this.#create),
      (value) => Lwt.return(new Member(value, era)),
      (error) => this.#fail(error),
    );
  }

  /** Makes sure that a resource can be used again, and puts a new one in its place if not. */
  #revive(member: Member<T>): Lwt<Member<T>> {
    const { validate } = this.#options;
    if (validate === undefined) return Lwt.return(member);
    return either(
      checked(member.made.bind(validate)),
      (good) => good ? Lwt.return(member) : this.#free(member).bind(() => this.#make()),
      (error) => this.#dispose(member).bind(() => Lwt.fail(error)),
    );
  }

  #lend<R>(member: Member<T>, f: (resource: T) => Lwt<R>): Lwt<R> {
    const p = checked(member.made.bind(f));
    if (p.status !== FULFILLED || member.era !== this.#era) return this.#giveBackLater(member, p);
    this.#release(member);
    return p;
  }

  #giveBackLater<R>(member: Member<T>, p: Lwt<R>): Lwt<R> {
    return either(
      p,
      () => this.#giveBack(member).bind(() => p),
      (error) => this.#checkAndGiveBack(member).bind(() => Lwt.fail(error)),
    );
  }

  #checkAndGiveBack(member: Member<T>): Lwt<void> {
    const { check } = this.#options;
    if (check === undefined) return this.#giveBack(member);
    let good = false;
    try {
      check(member.value, (ok) => good = ok);
    } catch (error) {
      return this.#dispose(member).bind(() => Lwt.fail(error));
    }
    return good ? this.#giveBack(member) : this.#dispose(member);
  }

  #giveBack(member: Member<T>): Lwt<void> {
    if (member.era !== this.#era) return this.#dispose(member);
    this.#release(member);
    return Lwt.returnUnit;
  }

  /** Hands a resource to the oldest waiter, or keeps it for the next. */
  #release(member: Member<T>): void {
    const waiter = this.#waiters.take();
    if (waiter === undefined) this.#idle.push(member);
    else serve(waiter, member);
  }

  /** Disposes of a resource, and then lets another one take its place. */
  #dispose(member: Member<T>): Lwt<void> {
    return this.#free(member).map(() => this.#vacate());
  }

  /** Disposes of a resource but keeps its place for another one, unless disposing fails. */
  #free(member: Member<T>): Lwt<void> {
    const { dispose } = this.#options;
    if (dispose === undefined) return Lwt.returnUnit;
    return Lwt.catch(() => checked(member.made.bind(dispose)), (error) => this.#fail(error));
  }

  #fail(error: unknown): Lwt<never> {
    this.#vacate();
    return Lwt.fail(error);
  }

  /** Hands a place to the oldest waiter, which then makes a resource; or keeps it for the next. */
  #vacate(): void {
    const waiter = this.#waiters.take();
    if (waiter === undefined) this.#count--;
    else serve(waiter, undefined);
  }
}

/** A resource, and the era of the pool it was made in. */
class Member<T> {
  readonly value: T;
  readonly era: number;
  /** A promise of the resource: to call something with it is to bind that, without a closure. */
  readonly made: Lwt<T>;

  constructor(value: T, era: number) {
    this.value = value;
    this.era = era;
    this.made = Lwt.return(value);
  }
}

class Loan<T> implements Lease<T> {
  readonly value: T;
  #end: ((good: boolean) => Lwt<void>) | undefined;

  constructor(value: T, end: (good: boolean) => Lwt<void>) {
    this.value = value;
    this.#end = end;
  }

  discard(): Lwt<void> {
    return this.#giveBack(false);
  }

  [Symbol.dispose](): void {
    Lwt.async(() => this.#giveBack(true));
  }

  #giveBack(good: boolean): Lwt<void> {
    const end = this.#end;
    this.#end = undefined;
    return end === undefined ? Lwt.returnUnit : end(good);
  }
}

// The others are disposed of even if one fails, or their places would be lost.
function* disposeAll<T>(members: T[], dispose: (member: T) => Lwt<void>): Lwt.Task<void> {
  const errors: unknown[] = [];
  for (const member of members) {
    try {
      yield* dispose(member);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

const RESOURCE = new Origin("a resource of a pool", true);

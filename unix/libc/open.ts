/*
 * Opening the C library, a group of symbols at a time, at first use.
 *
 * Every symbol costs 0.1 ms to load, so that each theme has its own group and loads it when first
 * called. A library is closed as soon as it is open: the C library itself never leaves the process,
 * its synchronous symbols go on working at full speed, and no test has a resource to wait for.
 */

type Symbols = Deno.ForeignLibraryInterface;
type Calls<S extends Symbols> = Deno.StaticForeignLibraryInterface<S>;

/**
 * Promises a group of C functions: the result opens them at its first call, and then always answers
 * the same object.
 */
export function group<const S extends Symbols>(symbols: S): () => Calls<S> {
  let calls: Calls<S> | undefined;
  return () => calls ??= load(symbols);
}

/**
 * A C function to be called on another thread. There is no errno to be had from it: use it only for
 * functions that answer their error, or whose failures do not matter.
 */
export function threaded<const F extends Deno.ForeignFunction & { nonblocking: true }>(
  name: string,
  definition: F,
): Deno.UnsafeFnPointer<F> {
  const address = lookup().dlsym(null, new TextEncoder().encode(`${name}\0`));
  if (address === null) throw new Error(`Cannot find ${name} in the C library`);
  return new Deno.UnsafeFnPointer(address as Deno.PointerObject<F>, definition);
}

/** The `-errno` of the call just made. Nothing may come between the call and this. */
export function lastError(): number {
  return -errno[0]!;
}

/**
 * What a test makes of a raw call: `undefined` lets it happen, `-errno` makes it fail before it
 * happens, and for a call that moves bytes, a smaller count makes it short.
 */
export type Faults = (call: string, ...args: number[]) => number | undefined;

/** The faults in force. Raw functions look here first. */
export let faults: Faults | undefined;

/** Puts faults in force until the result is disposed of; those already in force come second. */
export function injectFaults(inject: Faults): Disposable {
  const outer = faults;
  faults = (call, ...args) => inject(call, ...args) ?? outer?.(call, ...args);
  return {
    [Symbol.dispose](): void {
      faults = outer;
    },
  };
}

/** The `-errno` that the faults in force want from a call, or 0. Only to be called if there are any. */
export function failed(call: string, ...args: number[]): number {
  const fault = faults?.(call, ...args);
  return fault !== undefined && fault < 0 ? fault : 0;
}

/** The `-errno`, or how many of `count` bytes to move, that the faults in force want from a call. */
export function shortened(call: string, fd: number, count: number): number {
  const fault = faults?.(call, fd, count);
  return fault === undefined ? count : Math.min(fault, count);
}

/** The name of the C library. */
export const LIBRARY = Deno.build.os === "darwin" ? "libSystem.B.dylib" : "libc.so.6";
const ERRNO = Deno.build.os === "darwin" ? "__error" : "__errno_location";

// It has to exist before any call fails, and is the same for the whole life of a thread.
let errno = new Int32Array(1);
let errnoIsOpen = false;

function load<const S extends Symbols>(symbols: S): Calls<S> {
  if (!errnoIsOpen) openErrno();
  return open(symbols);
}

function openErrno(): void {
  const calls = open({ location: { name: ERRNO, parameters: [], result: "pointer" } });
  const location = calls.location() as Deno.PointerObject;
  errno = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(location, 4));
  errnoIsOpen = true;
}

function open<const S extends Symbols>(symbols: S): Calls<S> {
  try {
    const library = Deno.dlopen(LIBRARY, symbols);
    library.close();
    return library.symbols;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    const message = "Cannot call the C library: run again with --allow-ffi";
    throw new Deno.errors.NotCapable(message, { cause: error });
  }
}

const lookup = group({ dlsym: { parameters: ["pointer", "buffer"], result: "pointer" } });

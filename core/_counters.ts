/*
 * Counters that every call into user code touches: in a typed array because an element of one is
 * cheaper to write than a variable of a module, and other files may write it too.
 */

/** How deep we are, what is queued, and how many loops run. */
export const counters: Int32Array = new Int32Array([0, -1, 0]);

/** Index: how many calls into user code stand inside one another. */
export const DEPTH = 0;
/** Index: the depth at which the queue is to be run, 0; or -1 when it is empty. */
export const DRAIN_AT = 1;
/** Index: how many resolution loops stand inside one another. */
export const LOOPS = 2;

/** How many calls into user code may stand inside one another: a tenth of what V8's stack can take. */
export const MAX_DEPTH = 100;

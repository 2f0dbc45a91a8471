/*
 * What a channel can be doing. The last two are for ever.
 */

/** Nothing runs, nothing waits. */
export const IDLE = 0;
/** An operation runs. */
export const BUSY = 1;
/** `atomic` has lent the channel. */
export const LENT = 2;
/** Nothing runs, but the one whose turn it is was told so. */
export const PROMISED = 3;
/** It was closed. */
export const CLOSED = 4;
/** It was lent, and the loan is over. */
export const INVALID = 5;

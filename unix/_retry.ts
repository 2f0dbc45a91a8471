import { Retry } from "./wait.ts";

/** What the internal actions throw when they would block: an error made once costs little. */
export const RETRY: Retry = new Retry("The operation would block");

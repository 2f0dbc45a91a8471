/*
 * The little that the core asks of the program around it, wherever that runs.
 */

interface Host {
  readonly process?: { exit?(code: number): never };
}

/** Reports an error that nobody handles, and ends the program with status 2 where there is one. */
export function die(error: unknown): void {
  console.error("Fatal error: exception", error);
  const { process } = globalThis as Host;
  if (typeof process?.exit === "function") process.exit(2);
  else reportError(error);
}

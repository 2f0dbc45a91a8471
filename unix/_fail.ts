import { UnixError } from "./error.ts";

/**
 * Throws the error that a raw call answered.
 *
 * @param result What the call answered: `-errno`.
 * @param syscall The system call.
 * @param path The path or argument concerned, if any.
 * @param action What could not be done, to go after "Cannot"; by default the call and the path.
 * @throws {UnixError} Always.
 */
export function fail(result: number, syscall: string, path?: string, action?: string): never {
  throw new UnixError(-result, syscall, path, action);
}

import { UnixError } from "./error.ts";
import { cString } from "./libc/file.ts";

/** A path as C wants it, where a zero would end it early. */
export function pathToC(syscall: string, path: string): Uint8Array<ArrayBuffer> {
  if (path.includes("\0")) throw new UnixError("ENOENT", syscall, path);
  return cString(path);
}

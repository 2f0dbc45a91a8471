/**
 * The error of a system call.
 *
 * @module
 */
import { errnoName, errnoNumber, errnoText } from "./libc/errno.ts";

/**
 * The symbolic name of an error, as in `errno(3)`; a number without a name is spelled
 * `EUNKNOWNERR_<n>`.
 */
export type ErrorCode =
  | "E2BIG"
  | "EACCES"
  | "EADDRINUSE"
  | "EADDRNOTAVAIL"
  | "EAGAIN"
  | "EBADF"
  | "EBUSY"
  | "ECHILD"
  | "ECONNABORTED"
  | "ECONNREFUSED"
  | "ECONNRESET"
  | "EEXIST"
  | "EINTR"
  | "EINVAL"
  | "EIO"
  | "EISDIR"
  | "EMFILE"
  | "ENOENT"
  | "ENOMEM"
  | "ENOSPC"
  | "ENOSYS"
  | "ENOTCONN"
  | "ENOTDIR"
  | "ENOTEMPTY"
  | "EPERM"
  | "EPIPE"
  | "ESPIPE"
  | "ETIMEDOUT"
  | "EXDEV"
  | (string & Record<never, never>);

/**
 * The failure of a system call; `Unix.UnixError` is this class.
 *
 * @example Telling a missing file from other failures
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new Unix.UnixError("ENOENT", "open", "/nowhere");
 * assertEquals(error.code, "ENOENT");
 * assertEquals(error.message, 'Cannot open "/nowhere": ENOENT (no such file or directory)');
 * ```
 */
export class UnixError extends Error {
  /** `"UnixError"`. */
  override readonly name: string = "UnixError";

  /** The name of the error, such as `"ENOENT"`. */
  readonly code: ErrorCode;

  /** The system call that failed, such as `"open"`. */
  readonly syscall: string;

  /** The path or argument concerned, `""` where there is none. */
  readonly path: string;

  /** The number behind `code` on this system. */
  readonly errno: number;

  /**
   * Makes the error.
   *
   * @param code The name or the number of the error.
   * @param syscall The system call that failed.
   * @param path The path or argument concerned, if any.
   * @param action What could not be done, to go after "Cannot"; by default the call and the path.
   */
  constructor(
    code: ErrorCode | number,
    syscall: string,
    path: string = "",
    action: string = path === "" ? syscall : `${syscall} ${JSON.stringify(path)}`,
  ) {
    const errno = typeof code === "number" ? code : errnoNumber(code);
    const name = typeof code === "number" ? errnoName(code) : code;
    super(`Cannot ${action}: ${name} (${errnoText(errno)})`);
    this.code = name;
    this.syscall = syscall;
    this.path = path;
    this.errno = errno;
  }
}

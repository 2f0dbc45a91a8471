/**
 * Files: opening them, moving about in them, removing them.
 *
 * @module
 */
import type { Lwt } from "../core/lwt.ts";
import { runBlocking } from "./_blocking.ts";
import { settleMode, typeOf } from "./_mode.ts";
import { fail } from "./_fail.ts";
import { pathToC } from "./_path.ts";
import { checkDescriptor, FileDescr } from "./fd.ts";
import { opened } from "./_ledger.ts";
import { Errno } from "./libc/errno.ts";
import {
  isatty as rawIsatty,
  lseek as rawLseek,
  open as rawOpen,
  unlink as rawUnlink,
} from "./libc/file.ts";
import { OpenFlags, Seek } from "./libc/file_constants.ts";

/** Permission bits, such as `0o644`. */
export type FilePerm = number;

/** Flags of {@linkcode openfile}. */
export type OpenFlag =
  | "O_RDONLY"
  | "O_WRONLY"
  | "O_RDWR"
  | "O_NONBLOCK"
  | "O_APPEND"
  | "O_CREAT"
  | "O_TRUNC"
  | "O_EXCL"
  | "O_NOCTTY"
  | "O_DSYNC"
  | "O_SYNC"
  | "O_RSYNC"
  | "O_SHARE_DELETE"
  | "O_CLOEXEC"
  | "O_KEEPEXEC";

/** Origin of a seek. */
export type SeekCommand = "SEEK_SET" | "SEEK_CUR" | "SEEK_END";

/**
 * Opens a path, and learns the mode of the descriptor from the kind of the file.
 *
 * `exec` closes the descriptor unless `"O_KEEPEXEC"` is given and `"O_CLOEXEC"` is not. Lwt lets
 * descriptors through by default; here none goes where it was not sent. `"O_SHARE_DELETE"` has a
 * meaning on Windows only.
 *
 * @param path The path.
 * @param flags How to open it: one of `"O_RDONLY"`, `"O_WRONLY"` and `"O_RDWR"`, and any others.
 * @param perm Permissions of a file that is made.
 * @returns A promise of the descriptor. It rejects with a `UnixError`: `ENOENT`, `EACCES`, `EEXIST`,
 * `EISDIR`, `EMFILE` and what else `open(2)` may answer.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * const fd = await Unix.openfile(path, ["O_WRONLY", "O_TRUNC"], 0o600);
 * await Unix.writeString(fd, "hello\n", 0, 6);
 * await Unix.close(fd);
 * assertEquals(await Deno.readTextFile(path), "hello\n");
 * await Unix.unlink(path);
 * ```
 */
export function openfile(
  path: string,
  flags: readonly OpenFlag[],
  perm: FilePerm,
): Lwt<FileDescr> {
  return runBlocking(() => openNow(path, bitsOf(flags), perm));
}

/**
 * Moves the position in a file.
 *
 * @param fd The descriptor.
 * @param offset How far from the origin, in bytes.
 * @param whence The origin.
 * @returns A promise of the new position. It rejects with a `UnixError`: `ESPIPE` for pipes and
 * sockets, `EINVAL` for a position before the start; and with a `RangeError` if the position is no
 * safe integer.
 * @throws {RangeError} If the offset is no safe integer.
 *
 * @example The size of a file
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * await using fd = await Unix.openfile("/etc/passwd", ["O_RDONLY"], 0);
 * const end = await Unix.lseek(fd, 0, "SEEK_END");
 * assertEquals(end, (await Unix.fstat(fd)).stSize);
 * ```
 */
export function lseek(fd: FileDescr, offset: number, whence: SeekCommand): Lwt<number> {
  if (!Number.isSafeInteger(offset)) {
    throw new RangeError(`Cannot seek: offset must be a safe integer, received ${offset}`);
  }
  return runBlocking(() => lseekNow(fd, BigInt(offset), whence));
}

/**
 * Whether a descriptor is a terminal.
 *
 * @param fd The descriptor.
 * @returns A promise of the answer. It rejects with a `UnixError`: `EBADF` if the descriptor is
 * closed.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * await using fd = await Unix.openfile("/dev/null", ["O_RDONLY"], 0);
 * assertEquals(await Unix.isatty(fd), false);
 * ```
 */
export function isatty(fd: FileDescr): Lwt<boolean> {
  return runBlocking(() => {
    checkDescriptor(fd);
    return rawIsatty(fd.number) === 1;
  });
}

/**
 * Removes a directory entry that is not a directory.
 *
 * @param path The path.
 * @returns A promise that rejects with a `UnixError`: `ENOENT` if there is no such entry, `EISDIR`
 * if it is a directory, `EACCES` or `EPERM` if it may not be removed.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 *
 * await Unix.unlink(await Deno.makeTempFile());
 * ```
 */
export function unlink(path: string): Lwt<void> {
  return runBlocking(() => {
    const result = rawUnlink(pathToC("unlink", path));
    if (result < 0) fail(result, "unlink", path);
  });
}

function openNow(path: string, flags: number, perm: FilePerm): FileDescr {
  const raw = pathToC("open", path);
  let fd: number;
  do fd = rawOpen(raw, flags, perm); while (fd === -Errno.EINTR);
  if (fd < 0) fail(fd, "open", path);
  const result = FileDescr.wrap(opened(fd, "openfile"), undefined, true);
  settleMode(result, typeOf(fd), (flags & OpenFlags.O_NONBLOCK) !== 0);
  return result;
}

function bitsOf(flags: readonly OpenFlag[]): number {
  let bits = flags.includes("O_KEEPEXEC") ? 0 : OpenFlags.O_CLOEXEC;
  for (const flag of flags) {
    if (flag !== "O_SHARE_DELETE" && flag !== "O_KEEPEXEC") bits |= OpenFlags[flag];
  }
  return bits;
}

function lseekNow(fd: FileDescr, offset: bigint, whence: SeekCommand): number {
  checkDescriptor(fd);
  const position = Number(rawLseek(fd.number, offset, Seek[whence]));
  if (position < 0) fail(position, "lseek", "", `seek in descriptor ${fd.number}`);
  if (Number.isSafeInteger(position)) return position;
  throw new RangeError(`Cannot tell position in descriptor ${fd.number}: it is past 2^53`);
}

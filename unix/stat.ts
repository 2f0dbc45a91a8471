/**
 * What the system knows of a file.
 *
 * @module
 */
import type { Lwt } from "../core/lwt.ts";
import { runBlocking } from "./_blocking.ts";
import { fail } from "./_fail.ts";
import { checkDescriptor, type FileDescr } from "./fd.ts";
import { pathToC } from "./_path.ts";
import type { FilePerm } from "./file.ts";
import { fstat as rawFstat, stat as rawStat } from "./libc/file.ts";
import { FileType, Statx, StatxTimestamp } from "./libc/file_constants.ts";

/** Kind of a file system entry. */
export type FileKind =
  | "S_REG"
  | "S_DIR"
  | "S_CHR"
  | "S_BLK"
  | "S_LNK"
  | "S_FIFO"
  | "S_SOCK";

/**
 * What the stat family reports.
 *
 * Numbers past 2^53, which devices and entries of some file systems have, are rounded; a size never
 * is.
 */
export interface Stats {
  /** Number of the device that the entry is on. */
  readonly stDev: number;
  /** Number of the entry on its device. */
  readonly stIno: number;
  /** Kind of the entry; one that is not known counts as a regular file. */
  readonly stKind: FileKind;
  /** Permissions. */
  readonly stPerm: FilePerm;
  /** How many names the entry has. */
  readonly stNlink: number;
  /** Number of the user who owns it. */
  readonly stUid: number;
  /** Number of the group that owns it. */
  readonly stGid: number;
  /** Number of the device that it is, if it is one. */
  readonly stRdev: number;
  /** Its size in bytes. */
  readonly stSize: number;
  /** When it was last read: seconds since 1970, with a fraction. */
  readonly stAtime: number;
  /** When its content was last changed: seconds since 1970, with a fraction. */
  readonly stMtime: number;
  /** When anything of it was last changed: seconds since 1970, with a fraction. */
  readonly stCtime: number;
}

/**
 * Status of the file a path leads to, following links.
 *
 * @param path The path.
 * @returns A promise of the status. It rejects with a `UnixError`: `ENOENT` if there is no such
 * file, `EACCES` if the way to it is barred; and with a `RangeError` if its size is past 2^53.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals((await Unix.stat("/")).stKind, "S_DIR");
 * ```
 */
export function stat(path: string): Lwt<Stats> {
  return runBlocking(() => {
    const result = rawStat(pathToC("stat", path), bytes);
    return result < 0 ? fail(result, "stat", path) : statsOf(JSON.stringify(path));
  });
}

/**
 * Status of an open file.
 *
 * @param fd The descriptor.
 * @returns A promise of the status. It rejects with a `UnixError`: `EBADF` if the descriptor is
 * closed; and with a `RangeError` if the size is past 2^53.
 *
 * @example Usage
 * ```ts
 * import { Unix } from "@lwt/lwt";
 * import { assertEquals } from "@std/assert";
 *
 * await using fd = await Unix.openfile("/dev/null", ["O_RDONLY"], 0);
 * assertEquals((await Unix.fstat(fd)).stKind, "S_CHR");
 * ```
 */
export function fstat(fd: FileDescr): Lwt<Stats> {
  return runBlocking(() => {
    checkDescriptor(fd);
    const subject = `descriptor ${fd.number}`;
    const result = rawFstat(fd.number, bytes);
    return result < 0 ? fail(result, "fstat", "", `get status of ${subject}`) : statsOf(subject);
  });
}

const bytes = new Uint8Array(Statx.size);
const view = new DataView(bytes.buffer);

const KINDS = new Map(
  Object.entries(FileType).map(([kind, type]) => [type as number, kind as FileKind]),
);

function statsOf(subject: string): Stats {
  const mode = view.getUint16(Statx.mode, true);
  return {
    stDev: deviceAt(Statx.devMajor, Statx.devMinor),
    stIno: Number(view.getBigUint64(Statx.ino, true)),
    stKind: KINDS.get(mode & FileType.MASK) ?? "S_REG",
    stPerm: mode & 0o7777,
    stNlink: word(Statx.nlink),
    stUid: word(Statx.uid),
    stGid: word(Statx.gid),
    stRdev: deviceAt(Statx.rdevMajor, Statx.rdevMinor),
    stSize: sizeOf(subject),
    stAtime: timeAt(Statx.atime),
    stMtime: timeAt(Statx.mtime),
    stCtime: timeAt(Statx.ctime),
  };
}

function word(at: number): number {
  return view.getUint32(at, true);
}

function sizeOf(subject: string): number {
  const size = Number(view.getBigUint64(Statx.fileSize, true));
  if (Number.isSafeInteger(size)) return size;
  throw new RangeError(`Cannot tell size of ${subject}: it is past 2^53`);
}

function timeAt(at: number): number {
  const seconds = view.getBigInt64(at + StatxTimestamp.seconds, true);
  return Number(seconds) + word(at + StatxTimestamp.nanoseconds) / 1e9;
}

/** The number that `makedev(3)` makes of the two halves. */
function deviceAt(majorAt: number, minorAt: number): number {
  const major = word(majorAt), minor = word(minorAt);
  const low = (major & 0xfff) * 2 ** 8 + (minor & 0xff) + (minor >>> 8) * 2 ** 20;
  return low + (major >>> 12) * 2 ** 44;
}

/*
 * Constants of the calls on files and descriptors, a table for each theme, and the layout of what
 * stat answers. The values are those of Linux, where x86-64 and aarch64 agree on all of them.
 */

/** Flags of open, pipe2 and `fcntl(F_SETFL)`. */
export const OpenFlags = {
  O_RDONLY: 0,
  O_WRONLY: 0o1,
  O_RDWR: 0o2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_NOCTTY: 0o400,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_DSYNC: 0o10000,
  O_SYNC: 0o4010000,
  O_RSYNC: 0o4010000,
  O_CLOEXEC: 0o2000000,
} as const;

/** Commands of fcntl, and the one flag of a descriptor. */
export const Fcntl = {
  F_GETFD: 1,
  F_SETFD: 2,
  F_GETFL: 3,
  F_SETFL: 4,
  FD_CLOEXEC: 1,
} as const;

/** Origins of lseek. */
export const Seek = { SEEK_SET: 0, SEEK_CUR: 1, SEEK_END: 2 } as const;

/** The part of `stx_mode` that says the kind of a file, and its values. */
export const FileType = {
  MASK: 0o170000,
  S_FIFO: 0o010000,
  S_CHR: 0o020000,
  S_DIR: 0o040000,
  S_BLK: 0o060000,
  S_REG: 0o100000,
  S_LNK: 0o120000,
  S_SOCK: 0o140000,
} as const;

/** Arguments of statx. */
export const StatxFlags = { AT_FDCWD: -100, AT_EMPTY_PATH: 0x1000, BASIC_STATS: 0x7ff } as const;

/** `struct statx`, in bytes. Unlike `struct stat`, it is the same on every architecture. */
export const Statx = {
  size: 256,
  nlink: 16,
  uid: 20,
  gid: 24,
  mode: 28,
  ino: 32,
  fileSize: 40,
  atime: 64,
  ctime: 96,
  mtime: 112,
  rdevMajor: 128,
  rdevMinor: 132,
  devMajor: 136,
  devMinor: 140,
} as const;

/** `struct statx_timestamp`, in bytes. */
export const StatxTimestamp = { size: 16, seconds: 0, nanoseconds: 8 } as const;

/** The most that Linux moves in one read or write. */
export const MAX_COUNT = 0x7ffff000;

/** Writes of at most this many bytes to a pipe are made whole or not at all. */
export const PIPE_BUF = 4096;

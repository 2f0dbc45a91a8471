/* The tables of files and sockets, checked against what the C compiler of this system says. */
import {
  Fcntl,
  FileType,
  MAX_COUNT,
  OpenFlags,
  PIPE_BUF,
  Seek,
  Statx,
  StatxFlags,
  StatxTimestamp,
} from "../../unix/libc/file_constants.ts";
import { Rlimit, RLIMIT_NOFILE } from "../../unix/libc/rlimit.ts";
import {
  BoolOptions,
  Domain,
  IntOptions,
  Msg,
  Shutdown,
  Sockaddr,
  SockaddrIn,
  SockaddrIn6,
  SockaddrUn,
  SocketFlags,
  SocketTypes,
} from "../../unix/libc/socket_constants.ts";
import { checkAgainstC } from "./_c.ts";

checkAgainstC("constants of files", ["fcntl.h", "limits.h", "unistd.h", "sys/stat.h"], {
  ...OpenFlags,
  ...Fcntl,
  ...Seek,
  ...fileTypes(),
  AT_FDCWD: StatxFlags.AT_FDCWD,
  AT_EMPTY_PATH: StatxFlags.AT_EMPTY_PATH,
  STATX_BASIC_STATS: StatxFlags.BASIC_STATS,
  PIPE_BUF,
  "INT_MAX & -getpagesize()": MAX_COUNT,
});

checkAgainstC("layouts of statx", ["stddef.h", "fcntl.h", "sys/stat.h"], {
  ...layout("struct statx", Statx.size, {
    stx_nlink: Statx.nlink,
    stx_uid: Statx.uid,
    stx_gid: Statx.gid,
    stx_mode: Statx.mode,
    stx_ino: Statx.ino,
    stx_size: Statx.fileSize,
    stx_atime: Statx.atime,
    stx_ctime: Statx.ctime,
    stx_mtime: Statx.mtime,
    stx_rdev_major: Statx.rdevMajor,
    stx_rdev_minor: Statx.rdevMinor,
    stx_dev_major: Statx.devMajor,
    stx_dev_minor: Statx.devMinor,
  }),
  ...layout("struct statx_timestamp", StatxTimestamp.size, {
    tv_sec: StatxTimestamp.seconds,
    tv_nsec: StatxTimestamp.nanoseconds,
  }),
});

const SOCKET_HEADERS = [
  "stddef.h",
  "arpa/inet.h",
  "netinet/in.h",
  "netinet/tcp.h",
  "sys/socket.h",
  "sys/un.h",
];

checkAgainstC("constants of sockets", SOCKET_HEADERS, {
  ...SocketTypes,
  ...Domain,
  SOCK_NONBLOCK: SocketFlags.NONBLOCK,
  SOCK_CLOEXEC: SocketFlags.CLOEXEC,
  MSG_DONTWAIT: Msg.DONTWAIT,
  MSG_NOSIGNAL: Msg.NOSIGNAL,
  SHUT_RD: Shutdown.SHUTDOWN_RECEIVE,
  SHUT_WR: Shutdown.SHUTDOWN_SEND,
  SHUT_RDWR: Shutdown.SHUTDOWN_ALL,
  ...options(),
});

checkAgainstC("layouts of socket addresses", SOCKET_HEADERS, {
  ...layout("struct sockaddr_storage", Sockaddr.room, { ss_family: Sockaddr.family }),
  ...layout("struct sockaddr_un", SockaddrUn.size, { sun_path: SockaddrUn.path }),
  "sizeof ((struct sockaddr_un *)0)->sun_path": SockaddrUn.pathSize,
  ...layout("struct sockaddr_in", SockaddrIn.size, {
    sin_port: SockaddrIn.port,
    sin_addr: SockaddrIn.addr,
  }),
  ...layout("struct sockaddr_in6", SockaddrIn6.size, {
    sin6_port: SockaddrIn6.port,
    sin6_addr: SockaddrIn6.addr,
  }),
});

checkAgainstC("limits", ["stddef.h", "sys/resource.h"], {
  RLIMIT_NOFILE,
  ...layout("struct rlimit", 8 * Rlimit.longs, {
    rlim_cur: 8 * Rlimit.soft,
    rlim_max: 8 * Rlimit.hard,
  }),
});

function layout(
  name: string,
  size: number,
  fields: Record<string, number>,
): Record<string, number> {
  const offsets = Object.entries(fields).map(([f, offset]) => [`offsetof(${name}, ${f})`, offset]);
  return { [`sizeof(${name})`]: size, ...Object.fromEntries(offsets) };
}

/** The types of files, under the names that C has for them. */
function fileTypes(): Record<string, number> {
  const { MASK, S_FIFO, ...others } = FileType;
  const types = Object.entries(others).map(([name, n]) => [name.replace("S_", "S_IF"), n]);
  return { S_IFMT: MASK, S_IFIFO: S_FIFO, ...Object.fromEntries(types) };
}

/** Levels and numbers of the socket options, under the names that C has for them. */
function options(): Record<string, number> {
  const names: Record<string, [level: string, name: string]> = {
    TCP_NODELAY: ["IPPROTO_TCP", "TCP_NODELAY"],
    IPV6_ONLY: ["IPPROTO_IPV6", "IPV6_V6ONLY"],
  };
  const result: Record<string, number> = {};
  for (const [ours, [level, option]] of Object.entries({ ...BoolOptions, ...IntOptions })) {
    const [levelInC, nameInC] = names[ours] ?? ["SOL_SOCKET", ours];
    result[levelInC] = level;
    result[nameInC] = option;
  }
  return result;
}

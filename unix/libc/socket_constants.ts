/*
 * Constants of the socket calls, a table for each theme, and the layouts of socket addresses. The
 * values are those of Linux, where x86-64 and aarch64 agree on all of them.
 */

/** Address families. */
export const Domain = { PF_UNIX: 1, PF_INET: 2, PF_INET6: 10 } as const;

/** Communication styles. */
export const SocketTypes = {
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_RAW: 3,
  SOCK_SEQPACKET: 5,
} as const;

/** Flags of socket, socketpair and accept4. */
export const SocketFlags = { NONBLOCK: 0o4000, CLOEXEC: 0o2000000 } as const;

/** Flags of recv and send. */
export const Msg = { DONTWAIT: 0x40, NOSIGNAL: 0x4000 } as const;

/** Ways of shutdown. */
export const Shutdown = { SHUTDOWN_RECEIVE: 0, SHUTDOWN_SEND: 1, SHUTDOWN_ALL: 2 } as const;

const SOL_SOCKET = 1, IPPROTO_TCP = 6, IPPROTO_IPV6 = 41;

/** The on/off options, each with its level. */
export const BoolOptions = {
  SO_DEBUG: [SOL_SOCKET, 1],
  SO_REUSEADDR: [SOL_SOCKET, 2],
  SO_DONTROUTE: [SOL_SOCKET, 5],
  SO_BROADCAST: [SOL_SOCKET, 6],
  SO_KEEPALIVE: [SOL_SOCKET, 9],
  SO_OOBINLINE: [SOL_SOCKET, 10],
  SO_REUSEPORT: [SOL_SOCKET, 15],
  SO_ACCEPTCONN: [SOL_SOCKET, 30],
  TCP_NODELAY: [IPPROTO_TCP, 1],
  IPV6_ONLY: [IPPROTO_IPV6, 26],
} as const;

/** The numeric options used here, each with its level. */
export const IntOptions = { SO_TYPE: [SOL_SOCKET, 3], SO_ERROR: [SOL_SOCKET, 4] } as const;

/** What is common to all `struct sockaddr`: the family, in bytes. */
export const Sockaddr = { family: 0, room: 128 } as const;

/** `struct sockaddr_un`, in bytes. */
export const SockaddrUn = { size: 110, path: 2, pathSize: 108 } as const;

/** `struct sockaddr_in`, in bytes. */
export const SockaddrIn = { size: 16, port: 2, addr: 4 } as const;

/** `struct sockaddr_in6`, in bytes. */
export const SockaddrIn6 = { size: 28, port: 2, addr: 8 } as const;

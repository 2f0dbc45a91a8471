/*
 * Constants of the system interface, a table for each theme. The values are those of Linux; where
 * architectures differ, the table says so.
 */

/** Of epoll_create1, epoll_ctl and `struct epoll_event`. */
export const Epoll = {
  CLOEXEC: 0x80000,
  ADD: 1,
  DEL: 2,
  MOD: 3,
  IN: 0x1,
  OUT: 0x4,
  ERR: 0x8,
  HUP: 0x10,
} as const;

/** Of eventfd. */
export const EventFd = { CLOEXEC: 0x80000, NONBLOCK: 0x800 } as const;

/** Of poll. */
export const Poll = { IN: 0x1, OUT: 0x4, ERR: 0x8, HUP: 0x10, NVAL: 0x20 } as const;

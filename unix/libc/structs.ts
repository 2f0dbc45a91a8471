/*
 * Layouts of the structures that cross into C. Offsets count words of 32 bits, or of as many bits
 * as their comment says. Every supported system is little-endian.
 */

/** `struct epoll_event`. Only x86-64 packs it; elsewhere its data are aligned to 8 bytes. */
export const EpollEvent = Deno.build.arch === "x86_64"
  ? { words: 3, events: 0, data: 1, tag: 2 } as const
  : { words: 4, events: 0, data: 2, tag: 3 } as const;

/** `struct timespec`: two 64-bit numbers, of which the lower halves do. */
export const Timespec = { words: 4, seconds: 0, nanoseconds: 2 } as const;

/** `struct pollfd`, in words of 16 bits except for the descriptor, a full word. */
export const PollFd = { words: 2, fd: 0, events: 2, revents: 3 } as const;

/* Keeping the ledger of open descriptors. */

/** What each open descriptor was made as. */
export const open: Map<number, string> = new Map<number, string>();

/** Enters a descriptor just made. */
export function opened(fd: number, kind: string): number {
  open.set(fd, kind);
  return fd;
}

/** Crosses out a descriptor, to be called right before its `close(2)`. */
export function closed(fd: number): void {
  open.delete(fd);
}

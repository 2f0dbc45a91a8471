/*
 * Telling of channels that were lost: dropped by the program, and never closed. Their descriptors
 * stay open, because nobody can know who else uses them.
 */
import { type FileDescr, state, unixFileDescr } from "../unix/fd.ts";

let registry: FinalizationRegistry<FileDescr> | undefined;

/** Descriptors that were told of: two channels may share one. */
const told: WeakSet<FileDescr> = new WeakSet();

/** Watches a channel over a descriptor, until it is closed. */
export function watch(channel: WeakKey, fd: FileDescr): void {
  registry ??= new FinalizationRegistry(tell);
  registry.register(channel, fd, channel);
}

/** To be told of a channel that was closed. */
export function unwatch(channel: WeakKey): void {
  registry?.unregister(channel);
}

function tell(fd: FileDescr): void {
  if (state(fd) !== "Opened" || told.has(fd)) return;
  told.add(fd);
  console.error(`channel over descriptor ${unixFileDescr(fd)} was lost without being closed`);
}

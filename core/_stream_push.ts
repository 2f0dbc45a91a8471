/*
 * What push functions do.
 */
import { runLater } from "./_resolution.ts";
import { StreamClosed } from "./_stream_errors.ts";
import { append, isEnd, type Queue } from "./_stream_queue.ts";
import { wake } from "./_stream_wait.ts";

/** Adds an element, or the end in place of `undefined`, as a push function does. */
export function push<T>(queue: Queue<T>, value: T | undefined): void {
  if (isEnd(queue.last)) throw new StreamClosed("Cannot push: the stream has ended");
  if (value === undefined) close(queue);
  else deliver(queue, value);
}

/** Adds an element, and wakes the reads that wait, after the callbacks that are running. */
export function deliver<T>(queue: Queue<T>, value: T): void {
  const link = queue.last;
  append(queue, value);
  wake(queue, link, runLater);
}

/** Ends a stream that is pushed into: here reads that wait are told before those of `closed`. */
export function close(queue: Queue<unknown>): void {
  const link = queue.last;
  if (isEnd(link)) return;
  link.next = link;
  try {
    wake(queue, link, runLater);
  } finally {
    queue.ending?.[1].wakeup();
  }
}

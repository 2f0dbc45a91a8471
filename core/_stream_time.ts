/*
 * Streams that run ahead of those who read them, or go by the clock.
 */
import { checkedCount, derive, streamOf, taken, wrapExn } from "./_stream_derive.ts";
import type { BoundedPush } from "./_stream_bounded.ts";
import { append, end, isEnd, type Link, type Queue } from "./_stream_queue.ts";
import { filled, readUntil } from "./_stream_read.ts";
import { currentClock, sleep } from "./clock.ts";
import { InvalidArgument } from "./errors.ts";
import { Lwt } from "./lwt.ts";
import type { Result } from "./result.ts";
import { Stream } from "./stream.ts";

/** Elements read ahead of their reader, from the first read on. */
export function buffer<T>(input: Stream<T>, size: number): Stream<T> {
  checkedCount(size, 1, "buffer elements");
  // The last of the elements read ahead is that of a push that waits.
  const [ready, out] = Stream.createBounded<Result<T, unknown>>(size - 1);
  let started = false;
  return streamOf((queue) => {
    if (!started) Lwt.spawn(pump, wrapExn(input), out);
    started = true;
    return filled(ready).bind<void>((link) => {
      if (isEnd(link)) return Lwt.return(end(queue));
      const item = taken(ready, link);
      return item.ok ? Lwt.return(append(queue, item.value)) : Lwt.fail(item.error);
    });
  }, () => Lwt.join([input.close(), ready.close()]));
}

/** Elements after which nothing came for a while. */
export function debounce<T>(input: Stream<T>, seconds: number): Stream<T> {
  checkedSeconds(seconds, "debounce");
  // Outlives an error of the source, so that what came before it is not lost.
  const held: Held<T> = { link: undefined };
  return streamOf(
    (queue) => Lwt.spawn(settle, input, seconds, held, queue),
    () => input.close(),
  );
}

/** Elements that come at least a while after the one that was let through before. */
export function throttle<T>(input: Stream<T>, seconds: number): Stream<T> {
  checkedSeconds(seconds, "throttle");
  let open = -Infinity;
  return derive(input, (queue, value) => {
    const now = currentClock().now();
    if (now < open) return;
    open = now + seconds;
    append(queue, value);
  });
}

function* pump<T>(items: Stream<T>, out: BoundedPush<T>): Lwt.Task<void> {
  yield* readUntil(items, (item) => out.push(item).map(() => false));
  out.close();
}

/** The element that is let through if nothing comes after it. */
interface Held<T> {
  link: Link<T> | undefined;
}

function* settle<T>(
  input: Stream<T>,
  seconds: number,
  held: Held<T>,
  queue: Queue<T>,
): Lwt.Task<void> {
  for (;;) {
    const next = filled(input);
    const link = held.link !== undefined && next.isSleeping()
      ? yield* Lwt.pick<Link<T> | void>([next, sleep(seconds)])
      : yield* next;
    const quiet = link === undefined || isEnd(link);
    if (quiet && held.link !== undefined) append(queue, held.link.value as T);
    held.link = quiet ? undefined : link;
    if (link === undefined) return;
    if (isEnd(link)) return end(queue);
    taken(input, link);
  }
}

function checkedSeconds(seconds: number, action: string): void {
  if (seconds >= 0) return;
  throw new InvalidArgument(
    `Cannot ${action} a stream: the time must be 0 seconds or more, received ${seconds}`,
  );
}

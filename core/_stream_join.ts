/*
 * Streams made of several others. None reads anything before it is read itself, `choose` excepted;
 * closing one closes all those it reads.
 */
import { derive, streamOf, taken } from "./_stream_derive.ts";
import { deliver } from "./_stream_push.ts";
import { append, end, isEnd, type Link, Queue } from "./_stream_queue.ts";
import { filled } from "./_stream_read.ts";
import { Lwt } from "./lwt.ts";
import { Stream } from "./stream.ts";

/** The streams of a stream, end to end. */
export function concat<T>(streams: Stream<Stream<T>>): Stream<T> {
  let current: Stream<T> | undefined;
  return streamOf((queue) => {
    const input = current;
    if (input === undefined) {
      return filled(streams).map((link) => {
        if (isEnd(link)) end(queue);
        else current = taken(streams, link);
      });
    }
    return filled(input).map((link) => {
      if (isEnd(link)) current = undefined;
      else append(queue, taken(input, link));
    });
  }, () => closeAll(current === undefined ? [streams] : [current, streams]));
}

/** One stream, then another. */
export function followedBy<T>(first: Stream<T>, second: Stream<T>): Stream<T> {
  let current = first;
  return streamOf((queue) => {
    const input = current;
    return filled(input).map((link) => {
      if (!isEnd(link)) append(queue, taken(input, link));
      else if (input === second) end(queue);
      else current = second;
    });
  }, () => closeAll([current, second]));
}

/** Pairs. Both streams are read for each; what only one of them had is lost. */
export function combine<T, U>(left: Stream<T>, right: Stream<U>): Stream<[T, U]> {
  return streamOf((queue) => {
    const later = filled(right);
    return filled(left).bind((a) =>
      later.map((b) => {
        const over = isEnd(a) || isEnd(b);
        if (!over) append(queue, [taken(left, a), taken(right, b)]);
        else if (!isEnd(a)) taken(left, a);
        else if (!isEnd(b)) taken(right, b);
        if (over) end(queue);
      })
    );
  }, () => closeAll([left, right]));
}

/** Pairs. Nothing is taken unless both streams have an element. */
export function zip<T, U>(left: Stream<T>, right: Stream<U>): Stream<[T, U]> {
  return streamOf((queue) =>
    filled(left).bind((a) => {
      if (isEnd(a)) return Lwt.return(end(queue));
      return filled(right).map((b) => {
        if (isEnd(b)) end(queue);
        else append(queue, [taken(left, a), taken(right, b)]);
      });
    }), () => closeAll([left, right]));
}

/** Something that came from one of several streams: an element, an end or an error. */
interface Arrival<T> {
  readonly stream: Stream<T>;
  readonly link?: Link<T>;
  readonly error?: unknown;
}

/** The elements of several streams as they arrive. One of each is read before it is asked for. */
export function choose<T>(streams: readonly Stream<T>[]): Stream<T> {
  const inbox = new Queue<Arrival<T>>(undefined);
  const readOn = (stream: Stream<T>) =>
    filled(stream).onAny((link) => {
      if (!isEnd(link)) taken(stream, link);
      deliver(inbox, { stream, link });
    }, (error) => deliver(inbox, { stream, error }));
  let open = streams.length;
  const chosen = derive<Arrival<T>, T>(
    new Stream(inbox),
    (queue, { stream, link, error }) => {
      if (link !== undefined && isEnd(link)) return --open === 0 ? end(queue) : undefined;
      readOn(stream);
      return link === undefined ? Lwt.fail(error) : append(queue, link.value as T);
    },
    end,
    () => closeAll(streams),
  );
  streams.forEach(readOn);
  if (open === 0) end(chosen.queue);
  return chosen;
}

function closeAll(streams: readonly Stream<unknown>[]): Lwt<void> {
  return Lwt.join(streams.map((stream) => stream.close()));
}

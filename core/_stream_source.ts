/*
 * Making a source bring one more element, at once or when it can; and stopping it.
 */
import { enter, leave, tooDeep } from "./_bind.ts";
import { attach, rootOf } from "./_callbacks.ts";
import { FULFILLED, Observer, ON_ANY, REJECTED } from "./_cell.ts";
import { defer, run, storage } from "./_resolution.ts";
import { close } from "./_stream_push.ts";
import { isStopped, Link, type Queue, type Source } from "./_stream_queue.ts";
import { reject, wake } from "./_stream_wait.ts";
import { caught } from "./exception_filter.ts";
import { Lwt } from "./lwt.ts";
import type { Stream } from "./stream.ts";

/**
 * Asks the source for one element, unless it was asked before.
 *
 * @returns A rejected promise if it failed at once.
 */
export function pull<T>(queue: Queue<T>): Lwt<never> | undefined {
  if (queue.asked !== undefined) return undefined;
  const { source } = queue;
  if (source === undefined) return void queue.bound?.invite();
  queue.asked = queue.last;
  // A long row of streams, each the source of the next, must not need as deep a stack.
  if (tooDeep()) return void defer(answer(queue), FULFILLED, undefined);
  const depth = enter();
  try {
    return work(queue, source, queue.asked);
  } finally {
    leave(depth);
  }
}

/**
 * Gives up reading: the stream reads as ended. If it was the last to read from its source, that is
 * stopped, and so is what it was doing.
 */
export function stop(stream: Stream<unknown>): Lwt<void> {
  const { queue } = stream;
  if (isStopped(stream)) return Lwt.returnUnit;
  stream.head = new Link();
  stream.head.next = stream.head;
  if (--queue.readers > 0) return Lwt.returnUnit;
  queue.bound?.close();
  close(queue);
  queue.work?.cancel();
  const { source } = queue;
  // By `bind`, which keeps a long row of streams from overflowing the stack.
  return source === undefined ? Lwt.returnUnit : Lwt.returnUnit.bind(() => source.stop());
}

function work<T>(queue: Queue<T>, source: Source<T>, link: Link<T>): Lwt<never> | undefined {
  try {
    while (link.next === undefined) {
      const wait = source.feed(queue);
      if (wait === undefined) continue;
      const p = rootOf(wait);
      if (p.status === REJECTED) return refuse(queue, p.content);
      if (p.status < 0) return void attach(queue.work = p, answer(queue));
    }
  } catch (error) {
    queue.asked = undefined;
    return refuse(queue, caught(error));
  }
  queue.asked = undefined;
  wake(queue, link, run);
  return undefined;
}

/** What goes on once the source's promise is settled, with the implicit map of the read that asked. */
function answer(queue: Queue<unknown>): Observer {
  queue.handlers ??= {
    ok: () => resume(queue),
    ko: (error) => void refuse(queue, error),
  };
  return new Observer(ON_ANY, queue.handlers, storage);
}

function resume<T>(queue: Queue<T>): void {
  queue.work = undefined;
  work(queue, queue.source as Source<T>, queue.asked as Link<T>);
}

/** Rejects the reads that wait. The stream goes on: the next read asks the source again. */
function refuse<T>(queue: Queue<T>, error: unknown): Lwt<never> {
  queue.asked = queue.work = queue.awaited = undefined;
  reject(queue, error, run);
  return Lwt.fail(error);
}

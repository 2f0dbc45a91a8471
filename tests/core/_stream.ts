import { Lwt, type Resolver } from "../../core/mod.ts";
import { Stream } from "../../core/stream.ts";

/** A pull stream whose every element waits until the test gives it. */
export interface TestSource<T> {
  /** The stream. */
  readonly stream: Stream<T>;
  /** How often the stream asked for an element. */
  calls(): number;
  /** Answers the present call, with the end if given `undefined`. */
  give(value: T | undefined): void;
  /** Rejects the present call. */
  fail(error: unknown): void;
}

/** Makes one. */
export function sourceOf<T>(): TestSource<T> {
  let calls = 0;
  let resolver: Resolver<T | undefined>;
  const stream = Stream.from(() => {
    calls++;
    const [p, r] = Lwt.task<T | undefined>();
    resolver = r;
    return p;
  });
  return {
    stream,
    calls: () => calls,
    give: (value) => resolver.wakeup(value),
    fail: (error) => resolver.wakeupExn(error),
  };
}

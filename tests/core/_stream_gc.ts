// Drops a stream and keeps its push function: the stream and its elements must be garbage.
import { Stream } from "../../core/stream.ts";

const collect = (globalThis as { gc?: () => void }).gc!;

function make(): [push: (value: object) => void, refs: WeakRef<object>[]] {
  const [stream, push] = Stream.create<object>();
  const elements = [{}, {}, {}];
  elements.forEach(push);
  stream.next();
  return [push, [stream, ...elements].map((o) => new WeakRef(o))];
}

const [push, refs] = make();
await new Promise((resolve) => setTimeout(resolve, 0));
collect();
push({});
console.log(refs.every((ref) => ref.deref() === undefined) ? "collected" : "kept");

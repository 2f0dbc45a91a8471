/* Raw descriptors for the tests, made without the functions under test. */
import { group } from "../../unix/libc/open.ts";

const calls = group({
  pipe: { parameters: ["buffer"], result: "i32" },
  socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  timerfd_create: { parameters: ["i32", "i32"], result: "i32" },
  timerfd_settime: { parameters: ["i32", "i32", "buffer", "pointer"], result: "i32" },
  open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  dup: { parameters: ["i32"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
});

/** Closes what a test opened when its scope ends. */
export class Descriptors implements Disposable {
  #fds: number[] = [];

  /** A pipe: its end to read from, its end to write to. */
  pipe(): [number, number] {
    const fds = new Int32Array(2);
    return this.#both(calls().pipe(fds), fds);
  }

  /** Two connected sockets. */
  socketpair(): [number, number] {
    const fds = new Int32Array(2);
    return this.#both(calls().socketpair(1, 1, 0, fds), fds);
  }

  /** A descriptor that can be read after some seconds, without any timer of ours. */
  ready(seconds: number): number {
    const fd = this.keep(calls().timerfd_create(1, 0));
    const spec = new BigInt64Array([0n, 0n, 0n, BigInt(Math.ceil(seconds * 1e9))]);
    if (calls().timerfd_settime(fd, 0, spec, null) < 0) throw new Error("timerfd_settime");
    return fd;
  }

  /** A file opened for reading. */
  file(path: string): number {
    return this.keep(calls().open(new TextEncoder().encode(`${path}\0`), 0, 0));
  }

  /** A second number for the same file. */
  dup(fd: number): number {
    return this.keep(calls().dup(fd));
  }

  /** Remembers a number for the end. */
  keep(fd: number): number {
    if (fd < 0) throw new Error("Cannot make a descriptor for a test");
    this.#fds.push(fd);
    return fd;
  }

  /** Closes one now. */
  close(fd: number): void {
    this.#fds = this.#fds.filter((kept) => kept !== fd);
    if (calls().close(fd) < 0) throw new Error(`Cannot close descriptor ${fd}`);
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds) calls().close(fd);
  }

  #both(result: number, [a, b]: Int32Array): [number, number] {
    if (result < 0) throw new Error("Cannot make a pair of descriptors for a test");
    return [this.keep(a!), this.keep(b!)];
  }
}

/** Makes a number stand for another file. */
export function dup2(from: number, to: number): void {
  calls().dup2(from, to);
}

/** Writes a byte. */
export function put(fd: number): void {
  if (calls().write(fd, new Uint8Array(1), 1) !== 1) throw new Error("Cannot write a byte");
}

/** Reads a byte. */
export function take(fd: number): void {
  if (calls().read(fd, new Uint8Array(1), 1) !== 1) throw new Error("Cannot read a byte");
}

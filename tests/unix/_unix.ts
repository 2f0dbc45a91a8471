/* What the tests of system calls have in common. */
import { assertEquals, AssertionError } from "@std/assert";
import type { Lwt } from "../../core/lwt.ts";
import { UnixError } from "../../unix/error.ts";
import { fcntl } from "../../unix/libc/file.ts";
import { Fcntl, OpenFlags } from "../../unix/libc/file_constants.ts";
import { injectFaults } from "../../unix/libc/open.ts";
import * as Unix from "../../unix/unix.ts";

/** An address on this machine with any free port. */
export const LOCALHOST: Unix.Sockaddr = { tag: "ADDR_INET", addr: "127.0.0.1", port: 0 };

/** A stream socket that listens on a free port. */
export function* listener(backlog = 16): Lwt.Task<Unix.FileDescr> {
  const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  yield* Unix.bind(fd, LOCALHOST);
  Unix.listen(fd, backlog);
  return fd;
}

/** A new socket connected to a listener. */
export function* connected(server: Unix.FileDescr): Lwt.Task<Unix.FileDescr> {
  const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  yield* Unix.connect(fd, Unix.getsockname(server));
  return fd;
}

/** Closes descriptors. */
export function* closeAll(...fds: Unix.FileDescr[]): Lwt.Task<void> {
  for (const fd of fds) yield* Unix.close(fd);
}

/** Writes all of some bytes. */
export function* writeAll(fd: Unix.FileDescr, bytes: Uint8Array): Lwt.Task<void> {
  for (let sent = 0; sent < bytes.length;) {
    sent += yield* Unix.write(fd, bytes, sent, bytes.length - sent);
  }
}

/** Reads to the end of the file. */
export function* readAll(fd: Unix.FileDescr, piece = 4096): Lwt.Task<Uint8Array> {
  const buffer = new Uint8Array(piece);
  const all: number[] = [];
  for (;;) {
    const n = yield* Unix.read(fd, buffer, 0, piece);
    if (n === 0) return new Uint8Array(all);
    for (let i = 0; i < n; i++) all.push(buffer[i]!);
  }
}

/** Fills what a descriptor can take without waiting, and answers how many bytes that was. */
export function* fill(fd: Unix.FileDescr): Lwt.Task<number> {
  const bytes = new Uint8Array(65536);
  let total = 0;
  for (;;) {
    const p = Unix.write(fd, bytes, 0, bytes.length);
    if (p.isSleeping()) {
      p.cancel();
      return total;
    }
    total += yield* p;
  }
}

/** Bytes that tell where they come from. */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
}

/** The text of some bytes. */
export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Whether the system has a descriptor non-blocking. */
export function hasNonblock(fd: Unix.FileDescr | number): boolean {
  return (fcntl(numberOf(fd), Fcntl.F_GETFL, 0) & OpenFlags.O_NONBLOCK) !== 0;
}

/** Whether `exec` closes a descriptor. */
export function hasCloexec(fd: Unix.FileDescr | number): boolean {
  return (fcntl(numberOf(fd), Fcntl.F_GETFD, 0) & Fcntl.FD_CLOEXEC) !== 0;
}

/** The raw calls made while a function runs. */
export function callsOf(f: () => void): string[] {
  const calls: string[] = [];
  using _ = injectFaults((call) => {
    calls.push(call);
    return undefined;
  });
  f();
  return calls;
}

/** Asserts that a promise rejects, now or later, with a `UnixError`. */
export function* rejects(
  p: Lwt<unknown>,
  code: string,
  syscall: string,
  path = "",
): Lwt.Task<UnixError> {
  try {
    yield* p;
  } catch (error) {
    const { code: actual, syscall: call, path: where } = asUnixError(error);
    assertEquals([actual, call, where], [code, syscall, path]);
    return asUnixError(error);
  }
  throw new AssertionError(`Expected ${code}, but the promise was fulfilled`);
}

/** Asserts that a call throws a `UnixError` at once. */
export function throwsUnix(f: () => unknown, code: string, syscall: string): void {
  let error: unknown;
  try {
    f();
  } catch (thrown) {
    error = thrown;
  }
  const { code: actual, syscall: call } = asUnixError(error);
  assertEquals([actual, call], [code, syscall]);
}

/** A directory for the files of a test, removed with all it has when the scope ends. */
export class Scratch implements Disposable {
  readonly path: string = Deno.makeTempDirSync({ prefix: "lwt-" });

  /** The path of an entry in it. */
  file(name: string, content?: string): string {
    const path = `${this.path}/${name}`;
    if (content !== undefined) Deno.writeTextFileSync(path, content);
    return path;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

function asUnixError(error: unknown): UnixError {
  if (error instanceof UnixError) return error;
  throw new AssertionError(`Expected a UnixError, got ${error}`);
}

function numberOf(fd: Unix.FileDescr | number): number {
  return typeof fd === "number" ? fd : Unix.unixFileDescr(fd);
}

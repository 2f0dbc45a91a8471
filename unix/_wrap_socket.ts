import { opened } from "./_ledger.ts";
import { FileDescr } from "./fd.ts";
import type { SocketType } from "./socket.ts";

/** Wraps a socket just made. */
export function wrapSocket(fd: number, kind: string, type: SocketType): FileDescr {
  return FileDescr.nonBlocking(opened(fd, kind), type === "SOCK_STREAM");
}

/*
 * Calls on sockets. Each answers `-errno` when it fails, and never throws.
 */
import { SocketFlags } from "./socket_constants.ts";
import { failed, faults, group, lastError, shortened } from "./open.ts";

const calls = group({
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  accept4: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "i32"], result: "i32" },
});

const names = group({
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
});

const pairs = group({
  socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
});

const messages = group({
  recv: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
});

const texts = group({
  inet_pton: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  inet_ntop: { parameters: ["i32", "buffer", "buffer", "i32"], result: "pointer" },
});

/** socket(2). */
export function socket(domain: number, type: number, protocol: number): number {
  if (faults !== undefined) {
    const fault = failed("socket", domain, type, protocol);
    if (fault < 0) return fault;
  }
  const fd = calls().socket(domain, type, protocol);
  return fd < 0 ? lastError() : fd;
}

/** socketpair(2): puts the two descriptors in `pair`. */
export function socketpair(
  domain: number,
  type: number,
  protocol: number,
  pair: Int32Array<ArrayBuffer>,
): number {
  if (faults !== undefined) {
    const fault = failed("socketpair", domain, type, protocol);
    if (fault < 0) return fault;
  }
  return pairs().socketpair(domain, type, protocol, pair) < 0 ? lastError() : 0;
}

/** bind(2). */
export function bind(fd: number, address: Uint8Array<ArrayBuffer>): number {
  if (faults !== undefined) {
    const fault = failed("bind", fd);
    if (fault < 0) return fault;
  }
  return calls().bind(fd, address, address.length) < 0 ? lastError() : 0;
}

/** listen(2). */
export function listen(fd: number, backlog: number): number {
  if (faults !== undefined) {
    const fault = failed("listen", fd, backlog);
    if (fault < 0) return fault;
  }
  return calls().listen(fd, backlog) < 0 ? lastError() : 0;
}

/**
 * accept4(2), of a socket that does not block.
 *
 * `length` holds the room in `address`, and then the length of the address, which may be greater.
 */
export function accept(
  fd: number,
  address: Uint8Array<ArrayBuffer>,
  length: Int32Array<ArrayBuffer>,
  cloexec: boolean,
): number {
  if (faults !== undefined) {
    const fault = failed("accept", fd);
    if (fault < 0) return fault;
  }
  const flags = SocketFlags.NONBLOCK | (cloexec ? SocketFlags.CLOEXEC : 0);
  const accepted = calls().accept4(fd, address, length, flags);
  return accepted < 0 ? lastError() : accepted;
}

/** connect(2). */
export function connect(fd: number, address: Uint8Array<ArrayBuffer>): number {
  if (faults !== undefined) {
    const fault = failed("connect", fd);
    if (fault < 0) return fault;
  }
  return calls().connect(fd, address, address.length) < 0 ? lastError() : 0;
}

/** shutdown(2). */
export function shutdown(fd: number, how: number): number {
  if (faults !== undefined) {
    const fault = failed("shutdown", fd, how);
    if (fault < 0) return fault;
  }
  return calls().shutdown(fd, how) < 0 ? lastError() : 0;
}

/** getsockname(2), with `length` as for accept. */
export function getsockname(
  fd: number,
  address: Uint8Array<ArrayBuffer>,
  length: Int32Array<ArrayBuffer>,
): number {
  if (faults !== undefined) {
    const fault = failed("getsockname", fd);
    if (fault < 0) return fault;
  }
  return names().getsockname(fd, address, length) < 0 ? lastError() : 0;
}

/** getpeername(2), with `length` as for accept. */
export function getpeername(
  fd: number,
  address: Uint8Array<ArrayBuffer>,
  length: Int32Array<ArrayBuffer>,
): number {
  if (faults !== undefined) {
    const fault = failed("getpeername", fd);
    if (fault < 0) return fault;
  }
  return names().getpeername(fd, address, length) < 0 ? lastError() : 0;
}

/** getsockopt(2) of an option that is an `int`, not negative. */
export function getsockopt(fd: number, level: number, option: number): number {
  if (faults !== undefined) {
    const fault = failed("getsockopt", fd, level, option);
    if (fault < 0) return fault;
  }
  optionLength[0] = 4;
  const result = calls().getsockopt(fd, level, option, optionValue, optionLength);
  return result < 0 ? lastError() : optionValue[0]!;
}

/** setsockopt(2) of an option that is an `int`. */
export function setsockopt(fd: number, level: number, option: number, value: number): number {
  if (faults !== undefined) {
    const fault = failed("setsockopt", fd, level, option, value);
    if (fault < 0) return fault;
  }
  optionValue[0] = value;
  return calls().setsockopt(fd, level, option, optionValue, 4) < 0 ? lastError() : 0;
}

/** recv(2): how many bytes came, at most `count`. */
export function recv(
  fd: number,
  buffer: Uint8Array<ArrayBufferLike>,
  count: number,
  flags: number,
): number {
  if (faults !== undefined && (count = shortened("recv", fd, count)) < 0) return count;
  const n = messages().recv(fd, buffer as Uint8Array<ArrayBuffer>, count, flags);
  return n < 0 ? lastError() : n;
}

/** send(2): how many bytes went, at most `count`. */
export function send(
  fd: number,
  buffer: Uint8Array<ArrayBufferLike>,
  count: number,
  flags: number,
): number {
  if (faults !== undefined && (count = shortened("send", fd, count)) < 0) return count;
  const n = messages().send(fd, buffer as Uint8Array<ArrayBuffer>, count, flags);
  return n < 0 ? lastError() : n;
}

/** inet_pton(3): 1 when `text` is an address of the family, which is then in `address`. */
export function inetPton(
  family: number,
  text: Uint8Array<ArrayBuffer>,
  address: Uint8Array<ArrayBuffer>,
): number {
  return texts().inet_pton(family, text, address);
}

/** inet_ntop(3): writes an address as text, ended by a zero byte. */
export function inetNtop(
  family: number,
  address: Uint8Array<ArrayBuffer>,
  text: Uint8Array<ArrayBuffer>,
): void {
  texts().inet_ntop(family, address, text, text.length);
}

const optionValue = new Int32Array(1);
const optionLength = new Int32Array(1);

/* How C spells the addresses of sockets. */
import { InvalidArgument } from "../core/errors.ts";
import { Lwt } from "../core/lwt.ts";
import { type ErrorCode, UnixError } from "./error.ts";
import { cString } from "./libc/file.ts";
import { inetNtop, inetPton } from "./libc/socket.ts";
import { Domain, SockaddrIn, SockaddrIn6, SockaddrUn } from "./libc/socket_constants.ts";
import type { InetAddr, Sockaddr } from "./sockaddr.ts";

/**
 * Calls a function with the structure that stands for an address.
 *
 * @throws {InvalidArgument} At once, if the address or the port is not one. A path that cannot be
 * an address is for the system to refuse, so it rejects the promise, although we can tell as well.
 */
export function withSockaddr<T>(
  address: Sockaddr,
  f: (raw: Uint8Array<ArrayBuffer>) => Lwt<T>,
): Lwt<T> {
  if (address.tag === "ADDR_INET") return f(encodeInternet(address.addr, address.port));
  const raw = encodeLocal(address.path);
  return raw instanceof UnixError ? Lwt.fail(raw) : f(raw);
}

/** The address that the first `length` bytes of a structure stand for. */
export function decodeSockaddr(raw: Uint8Array<ArrayBuffer>, length: number): Sockaddr {
  const family = length < SockaddrUn.path ? Domain.PF_UNIX : raw[0]! | raw[1]! << 8;
  switch (family) {
    case Domain.PF_INET:
      return { tag: "ADDR_INET", addr: dotted(raw), port: portAt(raw, SockaddrIn.port) };
    case Domain.PF_INET6:
      return { tag: "ADDR_INET", addr: coloned(raw), port: portAt(raw, SockaddrIn6.port) };
    case Domain.PF_UNIX:
      return { tag: "ADDR_UNIX", path: localPath(raw.subarray(SockaddrUn.path, length)) };
    default:
      throw new UnixError("EAFNOSUPPORT", "", "", `read address: family ${family}`);
  }
}

/** An address as messages show it. */
export function formatSockaddr(address: Sockaddr): string {
  if (address.tag === "ADDR_UNIX") return JSON.stringify(address.path);
  const { addr, port } = address;
  return addr.includes(":") ? `[${addr}]:${port}` : `${addr}:${port}`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function encodeLocal(path: string): Uint8Array<ArrayBuffer> | UnixError {
  const bytes = encoder.encode(path);
  // A name that starts with a zero is as long as it is; a path is ended by one, which needs room.
  const end = bytes.length === 0 || bytes[0] === 0 ? 0 : 1;
  if (end === 1 && bytes.includes(0)) return refusal("ENOENT", path);
  if (bytes.length + end > SockaddrUn.pathSize) return refusal("ENAMETOOLONG", path);
  const raw = new Uint8Array(SockaddrUn.path + bytes.length + end);
  raw[0] = Domain.PF_UNIX;
  raw.set(bytes, SockaddrUn.path);
  return raw;
}

function refusal(code: ErrorCode, path: string): UnixError {
  return new UnixError(code, "", path, `use ${JSON.stringify(path)} as an address`);
}

function encodeInternet(addr: InetAddr, port: number): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(port) || port < 0 || port > 0xffff) {
    throw new InvalidArgument(`Cannot use address: port must be 0 to 65535, received ${port}`);
  }
  const [family, layout] = addr.includes(":")
    ? [Domain.PF_INET6, SockaddrIn6]
    : [Domain.PF_INET, SockaddrIn];
  const raw = new Uint8Array(layout.size);
  raw[0] = family;
  raw[layout.port] = port >> 8;
  raw[layout.port + 1] = port & 0xff;
  if (inetPton(family, cString(addr), raw.subarray(layout.addr)) === 1) return raw;
  throw new InvalidArgument(`Cannot use address: not an internet address, received "${addr}"`);
}

function portAt(raw: Uint8Array, at: number): number {
  return raw[at]! << 8 | raw[at + 1]!;
}

function dotted(raw: Uint8Array): InetAddr {
  const at = SockaddrIn.addr;
  return `${raw[at]}.${raw[at + 1]}.${raw[at + 2]}.${raw[at + 3]}`;
}

function coloned(raw: Uint8Array<ArrayBuffer>): InetAddr {
  const text = new Uint8Array(64);
  inetNtop(Domain.PF_INET6, raw.subarray(SockaddrIn6.addr, SockaddrIn6.size), text);
  return decoder.decode(text.subarray(0, text.indexOf(0)));
}

function localPath(bytes: Uint8Array): string {
  const end = bytes[0] === 0 ? -1 : bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

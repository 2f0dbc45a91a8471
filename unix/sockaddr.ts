/**
 * Addresses of sockets.
 *
 * @module
 */

/** An IPv4 or IPv6 address in text form, such as `"127.0.0.1"` or `"::1"`. */
export type InetAddr = string;

/** A local path (empty for a socket without a name), or an address with a port. */
export type Sockaddr =
  | {
    /** Says that this is a local address. */
    readonly tag: "ADDR_UNIX";
    /** The path; one that starts with a zero character is no file, but a name of its own kind. */
    readonly path: string;
  }
  | {
    /** Says that this is an internet address. */
    readonly tag: "ADDR_INET";
    /** The host. */
    readonly addr: InetAddr;
    /** The port, 0 for one that the system chooses. */
    readonly port: number;
  };

/** Address family. */
export type SocketDomain = "PF_UNIX" | "PF_INET" | "PF_INET6";

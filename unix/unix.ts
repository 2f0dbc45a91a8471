/**
 * System calls that wait without stopping the program: `Unix`.
 *
 * Names and arguments are those of the manual pages. What may have to wait returns a promise; what
 * fails rejects it, or throws, with a {@linkcode UnixError}.
 *
 * @module
 */
export * from "./accept.ts";
export * from "./connect.ts";
export * from "./error.ts";
export * from "./fd.ts";
export * from "./file.ts";
export * from "./handle_error.ts";
export * from "./ledger.ts";
export * from "./pipe.ts";
export * from "./signal.ts";
export * from "./sockaddr.ts";
export * from "./socket.ts";
export * from "./sockopt.ts";
export * from "./stat.ts";
export * from "./time.ts";
export * from "./transfer.ts";
export * from "./wait.ts";

/**
 * Buffered channels: `Io`.
 *
 * @module
 */
export * from "./channel.ts";
export * from "./connection.ts";
export * from "./device.ts";
export * from "./direct_access.ts";
export * from "./errors.ts";
export * from "./file.ts";
export * from "./flush.ts";
export * from "./input.ts";
export * from "./make.ts";
export * from "./number.ts";
export * from "./output.ts";
export * from "./print.ts";
export * from "./server.ts";
export * from "./stdio.ts";
export * from "./temp.ts";

/**
 * The standard channels. Nothing is asked of the system before they are used.
 *
 * @module
 */
import { stderr as fd2, stdin as fd0, stdout as fd1 } from "../unix/fd.ts";
import { waitAtExit } from "./_flush.ts";
import { input, output } from "./channel.ts";
import type { InputChannel } from "./input.ts";
import { bufferSize, overFd } from "./_over.ts";
import type { OutputChannel } from "./output.ts";

/** Channel over standard input. Closing it closes the descriptor. */
export const stdin: InputChannel = overFd(input, fd0, bufferSize());

/**
 * Channel over standard output. It is flushed when the loop turns next, and at exit, which waits for
 * whoever reads it. Closing it closes the descriptor.
 */
export const stdout: OutputChannel = overFd(output, fd1, bufferSize());

/** Channel over standard error, with a buffer like any other. Closing it closes the descriptor. */
export const stderr: OutputChannel = overFd(output, fd2, bufferSize());

waitAtExit(stdout);
waitAtExit(stderr);

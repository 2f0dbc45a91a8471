/**
 * Buffered channels: `Io`.
 *
 * @module
 */
export {
  Channel,
  type ChannelOf,
  type Input,
  input,
  type Mode,
  type Output,
  output,
} from "./channel.ts";
export {
  type Channels,
  type ConnectionOptions,
  openConnection,
  withConnection,
} from "./connection.ts";
export { ChannelClosed, EndOfFile } from "./errors.ts";
export {
  charsOfFile,
  charsToFile,
  fileLength,
  type FileName,
  linesOfFile,
  linesToFile,
  openFile,
  type OpenFileOptions,
  withFile,
} from "./file.ts";
export { InputChannel, type ReadOptions } from "./input.ts";
export {
  type BufferOptions,
  defaultBufferSize,
  type FdOptions,
  make,
  type MakeOptions,
  null,
  ofBytes,
  ofFd,
  ofUnixFd,
  type PerformIo,
  pipe,
  type PipeOptions,
  type Seek,
  setDefaultBufferSize,
  zero,
} from "./make.ts";
export { BE, type ByteOrder, LE, type NumberIO, systemByteOrder } from "./number.ts";
export { type ExternFlag, OutputChannel, type WriteValueOptions } from "./output.ts";
export { eprint, eprintf, eprintl, eprintlf, print, printf, printl, printlf } from "./print.ts";
export {
  type ChannelServerOptions,
  establishServer,
  establishServerWithClientAddress,
  establishServerWithClientSocket,
  type ListenOptions,
  Server,
  type SocketServerOptions,
} from "./server.ts";
export { stderr, stdin, stdout } from "./stdio.ts";
export { openTempFile, type TempFile, type TempFileOptions, withTempFile } from "./temp.ts";
export { type DirectAccess } from "./direct_access.ts";
export { flushAll } from "./flush.ts";

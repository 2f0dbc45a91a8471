/**
 * System calls that wait without stopping the program: `Unix`.
 *
 * Names and arguments are those of the manual pages. What may have to wait returns a promise; what
 * fails rejects it, or throws, with a {@linkcode UnixError}.
 *
 * @module
 */
export { accept, acceptN, type Connection } from "./accept.ts";
export { connect } from "./connect.ts";
export { type ErrorCode, UnixError } from "./error.ts";
export {
  abort,
  blocking,
  checkDescriptor,
  clearCloseOnExec,
  close,
  FileDescr,
  ofUnixFileDescr,
  type RawFd,
  setBlocking,
  type SetBlockingOptions,
  setCloseOnExec,
  type State,
  state,
  stderr,
  stdin,
  stdout,
  unixFileDescr,
  type WrapOptions,
} from "./fd.ts";
export {
  type FilePerm,
  isatty,
  lseek,
  openfile,
  type OpenFlag,
  type SeekCommand,
  unlink,
} from "./file.ts";
export { handleUnixError } from "./handle_error.ts";
export { ledger, type LedgerEntry } from "./ledger.ts";
export { type CloexecOptions, pipe, pipeIn, pipeOut } from "./pipe.ts";
export {
  disableSignalHandler,
  handleSignal,
  onSignal,
  onSignalFull,
  reinstallSignalHandler,
  signalCount,
  type SignalHandlerId,
} from "./signal.ts";
export {
  bind,
  getpeername,
  getsockname,
  type InetAddr,
  listen,
  shutdown,
  type ShutdownCommand,
  type Sockaddr,
  socket,
  type SocketDomain,
  socketpair,
  type SocketType,
  somaxconn,
} from "./socket.ts";
export { getsockopt, getsockoptError, setsockopt, type SocketBoolOption } from "./sockopt.ts";
export { type FileKind, fstat, stat, type Stats } from "./stat.ts";
export { autoPause, autoYield, sleep, Timeout, timeout, withTimeout, yield } from "./time.ts";
export { read, write, writeString } from "./transfer.ts";
export {
  type IoEvent,
  readable,
  registerAction,
  Retry,
  RetryRead,
  RetryWrite,
  waitRead,
  waitWrite,
  wrapSyscall,
  writable,
} from "./wait.ts";

/* The numbers of signals, per system. */

const LINUX: readonly (Deno.Signal | undefined)[] = [
  undefined,
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  undefined, // SIGILL cannot be handled
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  undefined, // SIGFPE
  undefined, // SIGKILL
  "SIGUSR1",
  undefined, // SIGSEGV
  "SIGUSR2",
  "SIGPIPE",
  "SIGALRM",
  "SIGTERM",
  "SIGSTKFLT",
  "SIGCHLD",
  "SIGCONT",
  undefined, // SIGSTOP
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
  "SIGURG",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGVTALRM",
  "SIGPROF",
  "SIGWINCH",
  "SIGIO",
  "SIGPWR",
  "SIGSYS",
];

const DARWIN: readonly (Deno.Signal | undefined)[] = [
  undefined,
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  undefined,
  "SIGTRAP",
  "SIGABRT",
  "SIGEMT",
  undefined,
  undefined,
  "SIGBUS",
  undefined,
  "SIGSYS",
  "SIGPIPE",
  "SIGALRM",
  "SIGTERM",
  "SIGURG",
  undefined,
  "SIGTSTP",
  "SIGCONT",
  "SIGCHLD",
  "SIGTTIN",
  "SIGTTOU",
  "SIGIO",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGVTALRM",
  "SIGPROF",
  "SIGWINCH",
  "SIGINFO",
  "SIGUSR1",
  "SIGUSR2",
];

/** The name of a signal that can be handled here. */
export function nameOfSignal(signum: number): Deno.Signal | undefined {
  return (Deno.build.os === "darwin" ? DARWIN : LINUX)[signum];
}

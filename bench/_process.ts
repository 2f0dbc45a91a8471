/** Child processes: programs that measure themselves and print JSON, and servers. */

import type { Sample } from "./_harness.ts";

/** A command and its arguments. */
export type Command = readonly string[];

/** The command that runs a TypeScript file beside `base`; `flags` go to Deno, not to the file. */
export function denoRun(base: string, file: string, flags: Command = []): string[] {
  const script = new URL(file, base).pathname;
  // No lock file: what the peers need is no dependency of the project.
  return [Deno.execPath(), "run", "-A", "--no-lock", ...flags, script];
}

/** The flags under which `@std/streams` resolves to the copy the tests use. */
export const STD: Command = [
  "--import-map=" + new URL("../tests/import_map.json", import.meta.url).pathname,
];

/** The same command, kept on one CPU where `taskset` exists. */
export async function pinned(cpu: number, command: Command): Promise<Command> {
  const possible = navigator.hardwareConcurrency > cpu && await have("taskset");
  return possible ? ["taskset", "-c", String(cpu), ...command] : command;
}

/** Whether a program is on the path; says once that what needs it is skipped. */
export async function have(program: string): Promise<boolean> {
  const known = found.get(program);
  if (known !== undefined) return known;
  const there = await new Deno.Command("sh", { args: ["-c", `command -v ${program}`] }).output();
  if (!there.success) console.log(`${program} is not installed: what needs it is skipped`);
  found.set(program, there.success);
  return there.success;
}

/** Runs a command to its end and reads the JSON object in its last line. */
export async function measured(command: Command): Promise<Sample> {
  const lines = (await output(command)).trimEnd().split("\n");
  return JSON.parse(lines.at(-1) ?? "{}");
}

/** Runs a command to its end and gives what it printed. */
export async function output(command: Command): Promise<string> {
  const { success, stdout, stderr } = await make(command, "piped").output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(complaint(command, new TextDecoder().decode(stderr)));
}

/** A server that prints its address as its first line, and is killed when disposed of. */
export class Server implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess, readonly address: string) {
    this.#child = child;
  }

  /** Starts a server and waits until it says where it listens. */
  static async start(command: Command): Promise<Server> {
    const child = make(command, "inherit").spawn();
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    if (value !== undefined) return new Server(child, new TextDecoder().decode(value).trim());
    await child.status;
    throw new Error(`Cannot start ${name(command)}: it ended before it listened`);
  }

  /** Its process. */
  get pid(): number {
    return this.#child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // One that ended by itself has no process to kill; its status is still to be collected.
    try {
      this.#child.kill("SIGKILL");
    } catch { /* ended */ }
    await this.#child.status;
  }
}

function make([file = "", ...args]: Command, stderr: "piped" | "inherit"): Deno.Command {
  return new Deno.Command(file, { args: [...args], stdin: "null", stdout: "piped", stderr });
}

function complaint(command: Command, stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const told = lines.find((line) => /error|exception/i.test(line)) ?? lines.at(-1) ??
    "no reason given";
  // deno-lint-ignore no-control-regex
  return `Cannot run ${name(command)}: ${told.replaceAll(/\x1b\[\d+m/g, "").trim()}`;
}

function name(command: Command): string {
  const file = command.find((word) => /\.(ts|mjs|out)$/.test(word)) ?? command[0] ?? "";
  return file.slice(file.lastIndexOf("/") + 1);
}

const found = new Map<string, boolean>();

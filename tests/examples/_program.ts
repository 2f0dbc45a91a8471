/* Runs the example programs as a user would. */

/** What a program did. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** The arguments of Deno that run an example, with no more permissions than it asks for. */
export function commandOf(example: string, args: readonly string[]): string[] {
  const path = new URL(example, import.meta.url).pathname;
  return ["run", "--no-prompt", "--allow-ffi", "--allow-read", "--allow-env", path, ...args];
}

/** Starts an example. */
export function start(example: string, args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: commandOf(example, args),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs an example to its end. */
export async function run(example: string, args: readonly string[]): Promise<Outcome> {
  return await outcomeOf(start(example, args));
}

/** Waits for the end of an example. */
export async function outcomeOf(child: Deno.ChildProcess): Promise<Outcome> {
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

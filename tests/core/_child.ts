/** What a child left behind. */
export interface Outcome {
  /** Its exit status. */
  code: number;
  /** What it wrote on its standard output. */
  stdout: string;
  /** What it wrote on its standard error. */
  stderr: string;
}

/** Runs a file beside this one as a program of its own. */
export async function runBeside(
  name: string,
  args: string[],
  flags: string[] = [],
): Promise<Outcome> {
  const file = new URL(name, import.meta.url).href;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--no-config", ...flags, file, ...args],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

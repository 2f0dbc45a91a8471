/* Programs run as processes of their own. */

/** What a program did. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Settings of `runChild`. */
export interface ChildOptions {
  flags?: string[];
  env?: Record<string, string>;
}

/** Runs a program of ours to its end. `$unix` and `$core` in it are the folders of the modules. */
export async function runChild(source: string, options: ChildOptions = {}): Promise<Outcome> {
  const { flags = ["--allow-ffi"], env = {} } = options;
  const root = new URL("../../", import.meta.url);
  const program = source.replaceAll("$unix", new URL("unix", root).href)
    .replaceAll("$core", new URL("core", root).href);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-config", "--no-lock", "--ext=ts", ...flags, "-"],
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

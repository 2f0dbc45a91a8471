/* Tables checked against a small C program, where there is a compiler. */
import { assertEquals } from "@std/assert";

/** Registers a test that the C expressions have the values given. */
export function checkAgainstC(
  name: string,
  headers: readonly string[],
  values: Readonly<Record<string, number>>,
): void {
  Deno.test({
    name: `${name} are those of C`,
    ignore: !hasCompiler(),
    async fn() {
      const directory = await Deno.makeTempDir();
      const program = `${directory}/program`;
      await Deno.writeTextFile(`${program}.c`, sourceOf(headers, Object.keys(values)));
      await output("gcc", "-w", "-o", program, `${program}.c`);
      const lines = (await output(program)).trimEnd().split("\n");
      await Deno.remove(directory, { recursive: true });
      assertEquals(lines, Object.entries(values).map(([key, value]) => `${key} ${value}`));
    },
  });
}

function sourceOf(headers: readonly string[], expressions: readonly string[]): string {
  return [
    "#define _GNU_SOURCE",
    "#include <stdio.h>",
    ...headers.map((header) => `#include <${header}>`),
    "int main() {",
    ...expressions.map((e) => `printf("%s %lld\\n", ${JSON.stringify(e)}, (long long)(${e}));`),
    "}",
  ].join("\n");
}

async function output(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

function hasCompiler(): boolean {
  try {
    return new Deno.Command("gcc", { args: ["--version"], stdout: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

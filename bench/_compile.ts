/** Compiles the peers that are written in C and OCaml, where there is a compiler. */

import { have, output } from "./_process.ts";

/** Compiles a C file beside `base`. Gives the program, or undefined without `gcc`. */
export async function compileC(base: string, file: string): Promise<string | undefined> {
  if (!await have("gcc")) return undefined;
  const program = `${temporary()}/${file}.out`;
  await output(["gcc", "-O2", "-o", program, new URL(file, base).pathname]);
  return program;
}

/** Compiles an OCaml file beside `base` with Lwt. Gives the program, or undefined without Lwt. */
export async function compileOcaml(base: string, file: string): Promise<string | undefined> {
  if (!await haveLwt()) return undefined;
  // The compiler leaves its products beside the source: give it a copy.
  const source = `${temporary()}/${file}`;
  await Deno.copyFile(new URL(file, base), source);
  const program = `${source}.out`;
  const flambda = (await output(["ocamlfind", "ocamlopt", "-config"])).includes("flambda: true");
  const packages = ["-thread", "-package", "threads.posix,lwt.unix", "-linkpkg"];
  const best = flambda ? ["-O3"] : [];
  await output(["ocamlfind", "ocamlopt", ...best, ...packages, source, "-o", program]);
  return program;
}

/** A folder that goes away with the process. */
export function temporary(): string {
  if (folder !== undefined) return folder;
  const made = folder = Deno.makeTempDirSync({ prefix: "lwt_bench_" });
  globalThis.addEventListener("unload", () => Deno.removeSync(made, { recursive: true }));
  return made;
}

async function haveLwt(): Promise<boolean> {
  if (!await have("ocamlfind")) return false;
  const query = await new Deno.Command("ocamlfind", { args: ["query", "lwt.unix"] }).output();
  if (!query.success) console.log("OCaml's Lwt is not installed: it is skipped");
  return query.success;
}

let folder: string | undefined;

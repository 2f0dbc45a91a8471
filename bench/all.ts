/**
 * Runs every benchmark, or those whose path contains a given word: `all.ts core`, `all.ts echo`.
 * Options go to each of them. The last line is one JSON object with the ratios of all.
 */

const root = new URL(".", import.meta.url).pathname;
const options = Deno.args.filter((arg) => arg.startsWith("--"));
const words = Deno.args.filter((arg) => !arg.startsWith("--"));

const ratios: Record<string, number> = {};
for (const bench of find(root).filter(isWanted).sort()) {
  console.log(`\n# bench/${bench.slice(root.length)}`);
  Object.assign(ratios, await run(bench));
}
console.log("\n" + JSON.stringify(ratios));

function find(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? find(`${folder}${name}/`) : name.endsWith("_bench.ts") ? [folder + name] : []
  );
}

function isWanted(bench: string): boolean {
  return words.length === 0 || words.some((word) => bench.slice(root.length).includes(word));
}

/** Runs one, printing as it goes; its last line is its ratios. */
async function run(bench: string): Promise<Record<string, number>> {
  const args = ["run", "-A", "--no-lock", bench, ...options];
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
  let text = "";
  for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
    await Deno.stdout.write(new TextEncoder().encode(piece));
    text += piece;
  }
  const { success } = await child.status;
  if (!success) console.log(`bench/${bench.slice(root.length)} failed`);
  return success ? JSON.parse(text.trimEnd().split("\n").at(-1) ?? "{}") : {};
}

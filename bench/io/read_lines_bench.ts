/**
 * Reading lines: a page-cached file of 80-byte lines, ASCII and mixed UTF-8, each line made a
 * string where the language has them.
 *
 * `--size=256` (MiB; 1024 for the figures of the table), `--rounds=3`, `--only=ASCII`.
 */

import { compileOcaml, temporary } from "../_compile.ts";
import { type Contender, type Goal, interleave, report, type Sample } from "../_harness.ts";
import { numberOption, only } from "../_options.ts";
import { type Command, denoRun, have, measured, output, STD } from "../_process.ts";

const LINE_BYTES = 80;
const BLOCK_LINES = 8192;
const LINES = Math.ceil(numberOption("size", 256) * 2 ** 20 / (LINE_BYTES * BLOCK_LINES)) *
  BLOCK_LINES;

/** What lines are made of: every 16th line of the mixed text is plain. */
const TEXTS: Record<string, (i: number) => string> = {
  "ASCII": (i) => `${i} the quick brown fox jumps over the lazy dog, `,
  "mixed UTF-8": (i) => i % 16 === 0 ? `${i} plain, ` : `${i} naïve café, 漢字, Ελλάδα, 🙂 and so `,
};

const OURS = ["lwt readLine", "lwt readLines"];
const STREAM = "TextLineStream";

const goals: Goal[] = Object.keys(TEXTS).flatMap((row) =>
  OURS.flatMap((ours) => [
    { row, ours, peer: "Lwt_io.read_line", atMost: 1 / 10 },
    { row, ours, peer: "Lwt_io.read_lines", atMost: 1 / 10 },
    { row, ours, peer: "Lwt_io, 64 KiB", atMost: 1 },
    { row, ours, peer: "Node readline", atMost: 1 / 3 },
    { row, ours, peer: "Node for await", atMost: 1 / 3 },
    { row, ours, peer: STREAM, atMost: 1 / 3 },
    { row, ours, peer: "input_line", atMost: 1 },
    { row, ours, peer: "wc -l" },
  ])
);

const files = await writeFiles();
const figures = await interleave(
  numberOption("rounds", 3),
  await contenders(),
  only([...files.keys()]),
);
report("Reading lines", "ns per line", figures, goals);

async function contenders(): Promise<Contender[]> {
  const ours = denoRun(import.meta.url, "read_lines_ours.ts");
  const deno = denoRun(import.meta.url, "read_lines_deno.ts", STD);
  return [
    reader("lwt readLine", [...ours, "readLine"]),
    reader("lwt readLine, 64 KiB", [...ours, "readLine, 64 KiB"]),
    reader("lwt readLines", [...ours, "readLines"]),
    ...await ocamlContenders(),
    ...await nodeContenders(),
    reader(STREAM, [...deno, STREAM]),
    { name: "wc -l", measure: (text) => wholeProcess(text, ["wc", "-l"]) },
  ];
}

async function ocamlContenders(): Promise<Contender[]> {
  const ocaml = await compileOcaml(import.meta.url, "read_lines_lwt.ml");
  if (ocaml === undefined) return [];
  return [
    reader("Lwt_io.read_line", [ocaml, "read_line"]),
    reader("Lwt_io, 64 KiB", [ocaml, "read_line, 64 KiB"]),
    reader("Lwt_io.read_lines", [ocaml, "read_lines"]),
    reader("input_line", [ocaml, "input_line"]),
  ];
}

async function nodeContenders(): Promise<Contender[]> {
  if (!await have("node")) return [];
  const node = ["node", new URL("read_lines_node.mjs", import.meta.url).pathname];
  return [
    reader("Node readline", [...node, "events"]),
    reader("Node for await", [...node, "iteration"]),
  ];
}

/** A program that times itself, start-up apart, and says how many lines it saw. */
function reader(name: string, command: Command): Contender {
  return {
    name,
    async measure(text) {
      const { lines = 0, seconds = 0 } = await measured([...command, files.get(text) ?? ""]);
      if (lines === LINES) return { [text]: seconds * 1e9 / LINES };
      throw new Error(`Cannot compare: read ${lines} lines of ${LINES}`);
    },
  };
}

async function wholeProcess(text: string, command: Command): Promise<Sample> {
  const start = performance.now();
  await output([...command, files.get(text) ?? ""]);
  return { [text]: (performance.now() - start) * 1e6 / LINES };
}

async function writeFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [text, words] of Object.entries(TEXTS)) {
    const path = `${temporary()}/${text}.txt`;
    await write(path, block(words));
    files.set(text, path);
  }
  return files;
}

async function write(path: string, block: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true });
  const writer = file.writable.getWriter();
  for (let lines = 0; lines < LINES; lines += BLOCK_LINES) await writer.write(block);
  writer.releaseLock();
}

function block(words: (i: number) => string): Uint8Array {
  const bytes = new Uint8Array(BLOCK_LINES * LINE_BYTES).fill(0x2e);
  for (let i = 0; i < BLOCK_LINES; i++) {
    const line = bytes.subarray(i * LINE_BYTES, (i + 1) * LINE_BYTES - 1);
    const { written } = new TextEncoder().encodeInto(words(i).repeat(4), line);
    // What no whole character fits in keeps its full stops.
    line.fill(0x2e, written);
    bytes[(i + 1) * LINE_BYTES - 1] = 0x0a;
  }
  return bytes;
}

/** Reads all the lines of a file with Node's `readline`: `read_lines_node.mjs KIND FILE`. */

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

const [kind, file] = process.argv.slice(2);
const start = performance.now();
const input = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
const lines = kind === "events" ? await byEvents() : await byIteration();
console.log(JSON.stringify({ lines, seconds: (performance.now() - start) / 1e3 }));

function byEvents() {
  let lines = 0;
  input.on("line", () => lines++);
  return new Promise((resolve) => input.on("close", () => resolve(lines)));
}

async function byIteration() {
  let lines = 0;
  for await (const _ of input) lines++;
  return lines;
}

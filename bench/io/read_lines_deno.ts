/** Reads all the lines of a file with `TextLineStream`: `read_lines_deno.ts KIND FILE`. */

import { TextLineStream } from "@std/streams";

const path = Deno.args[1] ?? "";
const start = performance.now();
using file = await Deno.open(path);
let lines = 0;
const text = file.readable.pipeThrough(new TextDecoderStream());
for await (const _ of text.pipeThrough(new TextLineStream())) lines++;
console.log(JSON.stringify({ lines, seconds: (performance.now() - start) / 1e3 }));

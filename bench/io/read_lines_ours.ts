/**
 * Reads all the lines of a file through a channel: `read_lines_ours.ts KIND FILE`, with
 * `--driver=await` while Deno drives.
 */

import { Io, Lwt, Main } from "../../mod.ts";
import { option } from "../_options.ts";

const [kind = "", file = ""] = Deno.args;

function* main(): Lwt.Task<void> {
  const start = performance.now();
  const lines = yield* Io.withFile(Io.input, file, read, settings());
  console.log(JSON.stringify({ lines, seconds: (performance.now() - start) / 1e3 }));
}

function read(ic: Io.InputChannel): Lwt<number> {
  return kind.startsWith("readLines") ? Lwt.spawn(byStream, ic) : Lwt.spawn(byLine, ic);
}

function* byLine(ic: Io.InputChannel): Lwt.Task<number> {
  let lines = 0;
  while ((yield* ic.readLineOpt()) !== undefined) lines++;
  return lines;
}

function* byStream(ic: Io.InputChannel): Lwt.Task<number> {
  let lines = 0;
  yield* ic.readLines().iter(() => void lines++);
  return lines;
}

function settings(): { buffer?: Uint8Array } {
  return kind.endsWith("64 KiB") ? { buffer: new Uint8Array(65536) } : {};
}

if (option("driver", "run") === "run") Main.run(Lwt.spawn(main));
else await Lwt.spawn(main);

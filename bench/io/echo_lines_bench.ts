/**
 * Line echo: the load of the TCP echo, served through channels, line by line, each flushed.
 *
 * `--rounds=14`, `--slice=150` (milliseconds), `--only="50 conn"`.
 */

import { compileOcaml } from "../_compile.ts";
import { report } from "../_harness.ts";
import { denoRun, have, STD } from "../_process.ts";
import { ahead, compareServers, type Entry } from "../unix/_echo.ts";

const OURS = ["lwt, run", "lwt, await"];
const PEERS = ["OCaml Lwt_io", "Node readline", "Deno + @std/streams"];

const figures = await compareServers(await entries());
report("Line echo", "lines of 64 bytes", figures, ahead(OURS, PEERS));

async function entries(): Promise<Entry[]> {
  const ocaml = await compileOcaml(import.meta.url, "echo_lines_lwt.ml");
  const node = new URL("echo_lines_node.mjs", import.meta.url).pathname;
  const ours = denoRun(import.meta.url, "echo_lines_ours.ts");
  return [
    ["lwt, run", [...ours, "--driver=run"]],
    ["lwt, await", [...ours, "--driver=await"]],
    ...(ocaml === undefined ? [] : [["OCaml Lwt_io", [ocaml]]] satisfies Entry[]),
    ...(await have("node") ? [["Node readline", ["node", node]]] satisfies Entry[] : []),
    ["Deno + @std/streams", denoRun(import.meta.url, "echo_lines_deno.ts", STD)],
  ];
}

/**
 * TCP echo: 64 bytes to and fro on 1, 50 and 1,000 connections, one C client for all servers.
 *
 * `--rounds=14`, `--slice=150` (milliseconds), `--only="50 conn"`.
 */

import { compileC, compileOcaml } from "../_compile.ts";
import { type Goal, report } from "../_harness.ts";
import { denoRun, have } from "../_process.ts";
import { ahead, compareServers, type Entry, rowsOf } from "./_echo.ts";

const OURS = ["lwt, run", "lwt, await"];
const C = "C epoll";
const PEERS = ["OCaml Lwt", "Deno.listen", "Node net"];

/** Least share of C's messages per second. */
const SHARES: [connections: string, share: number][] = [
  ["1 connection", 0.97],
  ["50 connections", 0.97],
  ["1,000 connections", 0.92],
];

const goals: Goal[] = [
  ...SHARES.flatMap(([connections, share]) =>
    OURS.flatMap((ours) => [
      { row: rowsOf(connections).rate, ours, peer: C, atLeast: share },
      { row: rowsOf(connections).p99, ours, peer: C, atMost: 1 },
      { row: rowsOf(connections).cpu, ours, peer: C },
    ])
  ),
  ...ahead(OURS, PEERS),
];

report("TCP echo", "64 bytes", await compareServers(await entries()), goals);

async function entries(): Promise<Entry[]> {
  const c = await compileC(import.meta.url, "echo_epoll.c");
  const ocaml = await compileOcaml(import.meta.url, "echo_lwt.ml");
  const node = new URL("echo_node.mjs", import.meta.url).pathname;
  const ours = denoRun(import.meta.url, "echo_ours.ts");
  return [
    ["lwt, run", [...ours, "--driver=run"]],
    ["lwt, await", [...ours, "--driver=await"]],
    ...(c === undefined ? [] : [[C, [c]]] satisfies Entry[]),
    ...(ocaml === undefined ? [] : [["OCaml Lwt", [ocaml]]] satisfies Entry[]),
    ["Deno.listen", denoRun(import.meta.url, "echo_deno.ts")],
    ...(await have("node") ? [["Node net", ["node", node]]] satisfies Entry[] : []),
  ];
}

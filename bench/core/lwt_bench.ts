/**
 * Promises: what `bind`, `map`, `pause` and waiting cost, in nanoseconds per operation.
 *
 * Each library runs each workload in a process of its own, so that no call site has met anything
 * but what the workload shows it. `--rounds=5`, `--only=pause`.
 */

import { compileOcaml } from "../_compile.ts";
import { type Contender, type Goal, interleave, report } from "../_harness.ts";
import { numberOption, only } from "../_options.ts";
import { denoRun, measured } from "../_process.ts";

const OURS = "lwt";
const OCAML = "OCaml Lwt";
const THEN = "native then";
const AWAIT = "native await";

const peers = [
  script(OURS, "lwt_ours.ts"),
  script(THEN, "lwt_native_then.ts"),
  script(AWAIT, "lwt_native_await.ts"),
  script("bluebird", "lwt_bluebird.ts"),
  script("Effect", "lwt_effect.ts"),
];

/** Greatest share of OCaml's time for each workload, and with 16 callbacks at one site. */
const OCAML_GOALS: [workload: string, one: number, sixteen: number][] = [
  ["bind settled", 1.05, 1.6],
  ["map settled", 0.8, 0.8],
  ["1,000 pending binds", 0.3, 0.3],
  ["1,000 pending maps", 0.3, 0.3],
  ["pause loop", 1, 1],
  ["pause loop in the main loop", 0.25, 0.25],
];

const workloads = [
  ...OCAML_GOALS.flatMap(([workload]) => [workload, sixteen(workload)]),
  "wait for settled",
  "wait for pending",
];

const goals: Goal[] = [
  ...OCAML_GOALS.flatMap(([workload, one, many]) => [
    { row: workload, ours: OURS, peer: OCAML, atMost: one },
    { row: sixteen(workload), ours: OURS, peer: OCAML, atMost: many },
  ]),
  { row: "wait for settled", ours: OURS, peer: AWAIT, atMost: 0.3 },
  { row: "wait for pending", ours: OURS, peer: AWAIT, atMost: 0.8 },
  ...workloads.flatMap((row) =>
    [THEN, AWAIT, "bluebird", "Effect"]
      .filter((peer) => !(row.startsWith("wait") && peer === AWAIT))
      .map((peer) => ({ row, ours: OURS, peer, atMost: 1 }))
  ),
];

const ocaml = await compileOcaml(import.meta.url, "lwt_peer.ml");
const contenders = ocaml === undefined ? peers : [...peers, program(OCAML, ocaml)];
const figures = await interleave(numberOption("rounds", 5), contenders, only(workloads));
report("Promises", "ns per operation", figures, goals);

function script(name: string, file: string): Contender {
  return { name, measure: (row) => measured([...denoRun(import.meta.url, file), row]) };
}

function program(name: string, path: string): Contender {
  return { name, measure: (row) => measured([path, row]) };
}

function sixteen(workload: string): string {
  return `${workload}, 16 callbacks`;
}

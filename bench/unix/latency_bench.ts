/**
 * Latency: 64 bytes to a C server and back over a Unix socket, one message at a time, with client
 * and server on one CPU and on two. `--rounds=7`.
 */

import { compileC, temporary } from "../_compile.ts";
import { type Contender, type Goal, interleave, report } from "../_harness.ts";
import { numberOption, only } from "../_options.ts";
import { type Command, denoRun, measured, pinned, Server } from "../_process.ts";

const PLACES = ["one CPU", "two CPUs"];
const DENO = "Deno.connect";

const goals: Goal[] = PLACES.flatMap((place) => [
  { row: `${place}, p50 us`, ours: "lwt, await", peer: DENO, atMost: 1.3 },
  { row: `${place}, p99 us`, ours: "lwt, await", peer: DENO },
  { row: `${place}, p50 us`, ours: "lwt, run", peer: DENO, atMost: 1.3 },
]);

const echo = await compileC(import.meta.url, "echo_epoll.c");
if (echo !== undefined) await compare(echo);

async function compare(echo: string): Promise<void> {
  const path = `${temporary()}/echo.sock`;
  await using _server = await Server.start(await pinned(0, [echo, path]));
  const ours = denoRun(import.meta.url, "latency_ours.ts");
  const contenders = [
    client("lwt, await", [...ours, path, "--driver=await"]),
    client("lwt, run", [...ours, path, "--driver=run"]),
    client(DENO, [...denoRun(import.meta.url, "latency_deno.ts"), path]),
  ];
  const figures = await interleave(numberOption("rounds", 7), contenders, only(PLACES));
  report("Latency of a Unix socket", "64 bytes to and fro", figures, goals);
}

function client(name: string, command: Command): Contender {
  return {
    name,
    async measure(place) {
      const cpu = place === "one CPU" ? 0 : 1;
      const trips = await measured(await pinned(cpu, command));
      return Object.fromEntries(Object.entries(trips).map(([k, us]) => [`${place}, ${k}`, us]));
    },
  };
}

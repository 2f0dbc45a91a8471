/** Runs echo servers in turn under the load of one client. */

import { compileC } from "../_compile.ts";
import { type Contender, type Figures, type Goal, interleave, type Sample } from "../_harness.ts";
import { numberOption, only } from "../_options.ts";
import { type Command, measured, pinned, Server } from "../_process.ts";

/** A server to compare: its name in the table and how to start it. */
export type Entry = readonly [name: string, command: Command];

/** What the client prints. */
interface Load extends Sample {
  readonly messages: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpu: number;
}

const CONNECTIONS = ["1 connection", "50 connections", "1,000 connections"];
const WARM_UP_MS = 100;

/**
 * Starts all servers on one CPU, and loads them one after the other from the other, in short
 * slices; those that wait their turn sleep.
 */
export async function compareServers(entries: readonly Entry[]): Promise<Figures> {
  const client = await compileC(new URL("../unix/", import.meta.url).href, "echo_client.c");
  if (client === undefined) throw new Error("Cannot load the servers: the client needs gcc");
  await using servers = new AsyncDisposableStack();
  const contenders: Contender[] = [];
  for (const entry of entries) {
    const contender = await open(entry, client, servers);
    if (contender !== undefined) contenders.push(contender);
  }
  return await interleave(numberOption("rounds", 14), contenders, only(CONNECTIONS));
}

/** The rows of the table for one number of connections. */
export function rowsOf(
  connections: string,
): { rate: string; p50: string; p99: string; cpu: string } {
  return {
    rate: `${connections}, messages/s`,
    p50: `${connections}, p50 us`,
    p99: `${connections}, p99 us`,
    cpu: `${connections}, CPU us/message`,
  };
}

/** Goals of being ahead of every peer in messages per second. */
export function ahead(ours: readonly string[], peers: readonly string[]): Goal[] {
  return CONNECTIONS.flatMap((connections) =>
    peers.flatMap((peer) =>
      ours.map((name) => ({ row: rowsOf(connections).rate, ours: name, peer, atLeast: 1 }))
    )
  );
}

async function open(
  [name, command]: Entry,
  client: string,
  servers: AsyncDisposableStack,
): Promise<Contender | undefined> {
  try {
    const server = servers.use(await Server.start(await pinned(0, command)));
    return { name, measure: (connections) => slice(client, server, connections) };
  } catch (error) {
    console.log(`${name}: left out, ${(error as Error).message}`);
    return undefined;
  }
}

async function slice(client: string, server: Server, connections: string): Promise<Sample> {
  const n = parseInt(connections.replace(",", ""));
  const duration = numberOption("slice", 150);
  const words = [client, server.address, n, WARM_UP_MS, duration, server.pid].map(String);
  const load = await measured(await pinned(1, words)) as Load;
  await settled(server.pid);
  const rows = rowsOf(connections);
  return {
    [rows.rate]: load.messages / load.seconds,
    [rows.p50]: load.p50,
    [rows.p99]: load.p99,
    [rows.cpu]: load.cpu * 1e6 / load.messages,
  };
}

/** Waits until a server has dropped the connections of its slice, or the next would pay for it. */
async function settled(pid: number): Promise<void> {
  for (let before = NaN, tries = 0; tries < 100; tries++) {
    const ticks = await cpuTicks(pid);
    if (ticks === before) return;
    before = ticks;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

async function cpuTicks(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

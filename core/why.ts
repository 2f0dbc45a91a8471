/**
 * Why a promise is still pending: the promises it waits for, down to those that come from outside.
 *
 * @module
 */
import { rootOf } from "./_callbacks.ts";
import { BIND, CATCH, FORWARD, MAP, Origin, RESUME, type Source, TRY_BIND } from "./_cell.ts";
import { Derived, Lwt } from "./lwt.ts";

/** What to make of the answer of `whyPending`. */
export interface WhyOptions {
  /** `"text"` for a person, which is the default; `"dot"` for Graphviz. */
  format?: "text" | "dot";
}

/** One promise on the way, and those it waits for. */
interface Step {
  readonly label: string;
  readonly waitsFor: readonly Lwt<unknown>[];
}

/**
 * Says what a promise waits for; `Lwt#whyPending` is this function.
 *
 * @param promise The promise.
 * @param options The form of the answer.
 * @returns A line for each promise on the way, each deeper than the one that waits for it, or a
 * graph; where a promise is reached twice, it is explained once.
 *
 * @example Usage
 * ```ts
 * import { Lwt } from "@lwt/lwt/core";
 * import { whyPending } from "@lwt/lwt/core/why";
 * import { assertEquals } from "@std/assert";
 *
 * const [reply] = Lwt.wait<string>("the reply");
 * assertEquals(whyPending(reply.map((s) => s.length)), "a map of\n  the reply");
 * ```
 */
export function whyPending(promise: Lwt<unknown>, options: WhyOptions = {}): string {
  const steps = walk(rootOf(promise));
  return options.format === "dot" ? asDot(steps) : asText(rootOf(promise), steps);
}

function walk(start: Lwt<unknown>): Map<Lwt<unknown>, Step> {
  const steps = new Map<Lwt<unknown>, Step>();
  const rest = [start];
  while (rest.length > 0) {
    const p = rest.pop()!;
    if (steps.has(p)) continue;
    const step = stepOf(p);
    steps.set(p, step);
    rest.push(...step.waitsFor);
  }
  return steps;
}

function stepOf(p: Lwt<unknown>): Step {
  if (p.status > 0) return { label: "settled", waitsFor: [] };
  const waitsFor = promisesOf(p.source);
  return { label: labelOf(p, waitsFor.length), waitsFor };
}

function promisesOf(source: Source | undefined): readonly Lwt<unknown>[] {
  if (source instanceof Lwt) return [rootOf(source)];
  if (source === undefined || source instanceof Origin) return [];
  return source.map(rootOf).filter((p) => p.status < 0);
}

const VERBS: Record<number, string> = {
  [MAP]: "a map of",
  [BIND]: "a bind of",
  [CATCH]: "a catch around",
  [TRY_BIND]: "a tryBind of",
  [FORWARD]: "a copy of",
  [RESUME]: "a spawn that waits for",
};

function labelOf(p: Lwt<unknown>, count: number): string {
  if (p.source instanceof Origin) return p.source.name;
  if (Array.isArray(p.source)) return `${count} of ${p.source.length} promises:`;
  return p instanceof Derived && VERBS[p.kind] || "a promise that waits for";
}

function asText(start: Lwt<unknown>, steps: Map<Lwt<unknown>, Step>): string {
  const lines: string[] = [];
  const told = new Set<Lwt<unknown>>();
  const rest: [Lwt<unknown>, number][] = [[start, 0]];
  while (rest.length > 0) {
    const [p, depth] = rest.pop()!;
    const { label, waitsFor } = steps.get(p)!;
    const again = told.has(p) && waitsFor.length > 0;
    lines.push("  ".repeat(depth) + label + (again ? " (as above)" : ""));
    if (!again) waitsFor.toReversed().forEach((q) => rest.push([q, depth + 1]));
    told.add(p);
  }
  return lines.join("\n");
}

function asDot(steps: Map<Lwt<unknown>, Step>): string {
  const ids = new Map([...steps.keys()].map((p, i) => [p, `p${i}`]));
  const nodes = [...steps].map(([p, { label }]) =>
    `  ${ids.get(p)} [label=${JSON.stringify(label)}];`
  );
  const edges = [...steps].flatMap(([p, { waitsFor }]) =>
    waitsFor.map((q) => `  ${ids.get(p)} -> ${ids.get(q)};`)
  );
  return ["digraph {", ...nodes, ...edges, "}"].join("\n");
}

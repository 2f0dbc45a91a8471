/**
 * Interleaved rounds, medians, ratios and the table of one benchmark.
 *
 * Machines drift and neighbours make noise, so nothing here trusts one figure: contenders take
 * turns within each round, every ratio is taken inside a round, and quartiles go beside medians.
 */

/** What one measurement gives: a figure for each row of the table it fills. */
export type Sample = Readonly<Record<string, number>>;

/** One thing to measure. */
export interface Contender {
  /** Its name in the table. */
  readonly name: string;
  /** Measures one workload once; an empty sample says it has no such workload. */
  measure(workload: string): Promise<Sample>;
}

/** A ratio worth printing, and the bound it should keep. */
export interface Goal {
  /** The row whose figures are divided. */
  readonly row: string;
  /** The contender above the line. */
  readonly ours: string;
  /** The contender below the line. */
  readonly peer: string;
  /** Greatest ratio that meets the goal. */
  readonly atMost?: number;
  /** Least ratio that meets the goal. */
  readonly atLeast?: number;
}

/** The middle half of a set of figures. */
export interface Quartiles {
  /** A quarter of the figures are below. */
  readonly low: number;
  /** Half of the figures are below. */
  readonly median: number;
  /** A quarter of the figures are above. */
  readonly high: number;
}

/** All figures of a run, by row and contender, in order of rounds. */
export class Figures {
  readonly #rows = new Map<string, Map<string, number[]>>();

  /** Appends the figure of one round. */
  add(row: string, contender: string, figure: number): void {
    const columns = this.#rows.get(row) ?? new Map<string, number[]>();
    this.#rows.set(row, columns);
    columns.set(contender, [...(columns.get(contender) ?? []), figure]);
  }

  /** The rows, in the order they first appeared. */
  rows(): string[] {
    return [...this.#rows.keys()];
  }

  /** The contenders that have a figure in any row. */
  contenders(): string[] {
    return [...new Set([...this.#rows.values()].flatMap((columns) => [...columns.keys()]))];
  }

  /** The figures of one cell of the table. */
  of(row: string, contender: string): readonly number[] {
    return this.#rows.get(row)?.get(contender) ?? [];
  }

  /** How many times `peer`'s figure `ours` is, taken round by round. */
  ratio(row: string, ours: string, peer: string): Quartiles | undefined {
    const below = this.of(row, peer);
    const ratios = this.of(row, ours).flatMap((figure, round) => {
      const other = below[round];
      // A slice may be too short for one tick of the CPU clock: no ratio then.
      return other === undefined || other === 0 ? [] : [figure / other];
    });
    return ratios.length === 0 ? undefined : quartiles(ratios);
  }
}

/** Lets every contender do every workload once per round, in an order that turns with the round. */
export async function interleave(
  rounds: number,
  contenders: readonly Contender[],
  workloads: readonly string[],
): Promise<Figures> {
  const figures = new Figures();
  const out = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    for (const workload of workloads) {
      for (const contender of turned(contenders, round)) {
        await once(contender, workload, figures, out);
      }
    }
  }
  return figures;
}

/** Prints both tables, then the ratios as one line of JSON. */
export function report(
  title: string,
  unit: string,
  figures: Figures,
  goals: readonly Goal[],
): void {
  console.log(`\n${title} (${unit}, medians)\n`);
  printTable([["", ...figures.contenders()], ...medians(figures)]);
  const judged = goals.flatMap((goal) => judge(figures, goal));
  console.log("\nRatios, round by round\n");
  printTable([["", "ratio", "quartiles", "goal", ""], ...judged.map((line) => line.cells)]);
  console.log("\n" + JSON.stringify(Object.fromEntries(judged.map((line) => line.entry))));
}

/** The median of some figures and the quartiles around it. */
export function quartiles(figures: readonly number[]): Quartiles {
  const sorted = figures.toSorted((a, b) => a - b);
  return { low: at(sorted, 0.25), median: at(sorted, 0.5), high: at(sorted, 0.75) };
}

/** Prints rows of cells in columns, the first to the left and the others to the right. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)
    );
    console.log("  " + cells.join("  ").trimEnd());
  }
}

async function once(
  contender: Contender,
  workload: string,
  figures: Figures,
  out: Set<string>,
): Promise<void> {
  const name = `${contender.name}, ${workload}`;
  if (out.has(name)) return;
  try {
    const sample = await contender.measure(workload);
    for (const [row, figure] of Object.entries(sample)) figures.add(row, contender.name, figure);
  } catch (error) {
    // One that failed would no longer be paired with the right rounds.
    out.add(name);
    console.log(`${name}: left out, ${(error as Error).message}`);
  }
}

function medians(figures: Figures): string[][] {
  return figures.rows().map((row) => [
    row,
    ...figures.contenders().map((contender) => {
      const cell = figures.of(row, contender);
      return cell.length === 0 ? "-" : number(quartiles(cell).median);
    }),
  ]);
}

function judge(
  figures: Figures,
  goal: Goal,
): { cells: string[]; entry: [string, number] }[] {
  const ratio = figures.ratio(goal.row, goal.ours, goal.peer);
  if (ratio === undefined) return [];
  const name = `${goal.row}: ${goal.ours} / ${goal.peer}`;
  const cells = [
    name,
    ratio.median.toFixed(3),
    `${ratio.low.toFixed(3)}-${ratio.high.toFixed(3)}`,
    bound(goal),
    met(goal, ratio.median) ? "" : "missed",
  ];
  return [{ cells, entry: [name, Number(ratio.median.toFixed(4))] }];
}

function bound(goal: Goal): string {
  if (goal.atMost !== undefined) return `<= ${short(goal.atMost)}`;
  return goal.atLeast !== undefined ? `>= ${short(goal.atLeast)}` : "";
}

function short(figure: number): number {
  return Number(figure.toFixed(3));
}

function met(goal: Goal, ratio: number): boolean {
  return ratio <= (goal.atMost ?? Infinity) && ratio >= (goal.atLeast ?? -Infinity);
}

function turned<T>(items: readonly T[], by: number): T[] {
  const start = by % Math.max(items.length, 1);
  return [...items.slice(start), ...items.slice(0, start)];
}

/** Linear between the two nearest, as the median of an even count is. */
function at(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  return below + ((sorted[Math.ceil(place)] ?? NaN) - below) * (place % 1);
}

function number(figure: number): string {
  return figure >= 1000 ? Math.round(figure).toLocaleString("en-US") : figure.toPrecision(3);
}

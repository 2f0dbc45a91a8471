/**
 * Import: how much longer a program takes to start and end that imports the library and does
 * nothing with it. `--rounds=20`.
 */

import { temporary } from "./_compile.ts";
import { type Contender, type Figures, interleave, printTable, quartiles } from "./_harness.ts";
import { numberOption } from "./_options.ts";
import { output } from "./_process.ts";

const ROW = "whole process, ms";
const EMPTY = "nothing imported";
const ENTRIES = ["mod.ts", "core/mod.ts"];
const MOST_MS = 15;

const programs = [[EMPTY, ""], ...ENTRIES.map((entry) => [entry, importing(entry)])] as const;
const contenders = programs.map(([name = "", text = ""], i) => program(name, text, i));
// The first run of each fills the caches of compiled code.
await interleave(2, contenders, [ROW]);
printExtra(await interleave(numberOption("rounds", 20), contenders, [ROW]));

function importing(entry: string): string {
  return `import "${new URL(`../${entry}`, import.meta.url)}";`;
}

function program(name: string, text: string, i: number): Contender {
  const path = `${temporary()}/import_${i}.ts`;
  Deno.writeTextFileSync(path, text + "\nexport {};\n");
  return {
    name,
    async measure(row) {
      const start = performance.now();
      await output([Deno.execPath(), "run", "-A", "--no-lock", path]);
      return { [row]: performance.now() - start };
    },
  };
}

/** Prints what each import adds in milliseconds, and its time as a ratio to that of nothing. */
function printExtra(figures: Figures): void {
  const nothing = quartiles(figures.of(ROW, EMPTY)).median;
  const there = ENTRIES.filter((entry) => figures.of(ROW, entry).length > 0);
  const rows = there.map((entry) => {
    const extra = quartiles(
      figures.of(ROW, entry).map((ms, i) => ms - (figures.of(ROW, EMPTY)[i] ?? 0)),
    );
    const range = `${extra.low.toFixed(1)}-${extra.high.toFixed(1)}`;
    return [
      entry,
      extra.median.toFixed(1),
      range,
      `<= ${MOST_MS}`,
      extra.median <= MOST_MS ? "" : "missed",
    ];
  });
  console.log(`\nImport (ms more than the ${nothing.toFixed(1)} of nothing)\n`);
  printTable([["", "more", "quartiles", "goal", ""], ...rows]);
  const ratios = there.map((entry) => [
    `import ${entry}: lwt / ${EMPTY}`,
    Number((figures.ratio(ROW, entry, EMPTY)?.median ?? NaN).toFixed(4)),
  ]);
  console.log("\n" + JSON.stringify(Object.fromEntries(ratios)));
}

/** Times one operation inside the process of one library. */

/** Workloads by name: each does its operation `n` times. */
export type Workloads = Readonly<Record<string, (n: number) => unknown>>;

/** Times the workload named on the command line and prints its nanoseconds per operation. */
export async function main(workloads: Workloads): Promise<void> {
  const name = Deno.args[0] ?? "";
  const workload = workloads[name];
  const sample = workload === undefined ? {} : { [name]: await nsPerOperation(workload) };
  console.log(JSON.stringify(sample));
}

/** Callbacks written out one by one, so that no two share what the compiler learns of them. */
export function sixteen<F>(
  source: (k: number) => string,
  scope: Record<string, unknown> = {},
): F[] {
  return Array.from({ length: 16 }, (_, k) => {
    const make = new Function(...Object.keys(scope), `return ${source(k + 1)};`);
    return make(...Object.values(scope));
  });
}

const WARM_UP_MS = 200;
const BATCH_MS = 2;
const BATCHES = 100;

async function nsPerOperation(workload: (n: number) => unknown): Promise<number> {
  const n = await warmUp(workload);
  const batches: number[] = [];
  for (let i = 0; i < BATCHES; i++) batches.push(await milliseconds(workload, n));
  // What else the machine does can only add: the lower quartile is nearer to the truth.
  return batches.sort((a, b) => a - b)[BATCHES >> 2]! * 1e6 / n;
}

/** Runs the workload hot and finds how many operations fill a batch. */
async function warmUp(workload: (n: number) => unknown): Promise<number> {
  let n = 1000;
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end;) {
    if (await milliseconds(workload, n) < BATCH_MS) n *= 2;
  }
  return n;
}

async function milliseconds(workload: (n: number) => unknown, n: number): Promise<number> {
  const start = performance.now();
  await workload(n);
  return performance.now() - start;
}

/**
 * Sends the lines of a file through a line server, by five hundred clients at once.
 *
 *   deno run --allow-ffi --allow-read --allow-env demo.ts [--driver=run|await] [FILE]
 *
 * The server answers each line with its length and its text in upper case, and every answer is
 * checked. One client stalls on purpose, and is cut off while the others go on. Ctrl-C stops
 * everything, and reports what was done until then. Without FILE, the sources around this program
 * serve.
 */
import { Engine, Io, Lwt, Main, Unix } from "@lwt/lwt";
import process from "node:process";

const CLIENTS = 500;
const PATIENCE = 0.3; // seconds that the stalling client is given
const SIGINT = 2;
const LOOPBACK = "127.0.0.1";

/** What the clients have done so far. */
interface Progress {
  lines: number;
  bytes: number;
  readonly total: number;
  readonly latencies: number[]; // milliseconds
}

class Usage extends Error {}

function* demo(driver: string, files: readonly string[]): Lwt.Task<number> {
  const lines = yield* linesOf(files);
  if (lines.length === 0) {
    yield* Io.eprintl(`demo: Nothing to send: "${files.join(" ")}" has no lines`);
    return 0;
  }
  const ctrlC = interrupted();
  yield* Io.printl(`${Engine.id()} engine, driver ${driver}, ${CLIENTS} clients`);
  const progress: Progress = { lines: 0, bytes: 0, total: lines.length, latencies: [] };
  const before = descriptors();
  const start = performance.now();
  const work = Lwt.spawn(session, lines, progress);
  const stopped = yield* Lwt.pick([work.map(() => false), ctrlC]);
  if (stopped) yield* ended(work);
  yield* report(progress, (performance.now() - start) / 1000, [before, descriptors()]);
  if (stopped) yield* Io.eprintl("demo: Stopped by Ctrl-C");
  return stopped ? 128 + SIGINT : 0;
}

/** Waits for canceled work to have cleaned up. */
function ended(work: Lwt<void>): Lwt<void> {
  return Lwt.catch(
    () => work,
    (error) => error instanceof Lwt.Canceled ? Lwt.returnUnit : Lwt.fail(error),
  );
}

/** Runs the server and all its clients; canceling it stops them. */
function* session(lines: readonly string[], progress: Progress): Lwt.Task<void> {
  const fd = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  const anywhere: Unix.Sockaddr = { tag: "ADDR_INET", addr: LOOPBACK, port: 0 };
  const served: Lwt<void>[] = [];
  const serve = (_address: Unix.Sockaddr, [ic, oc]: [Io.InputChannel, Io.OutputChannel]) => {
    const p = Lwt.spawn(answerLines, ic, oc);
    served.push(p);
    return p;
  };
  const server = yield* Io.establishServerWithClientAddress(anywhere, serve, { fd });
  const address = Unix.getsockname(fd);
  const bar = Lwt.spawn(showProgress, progress);
  try {
    const clients = Array.from(
      { length: CLIENTS },
      (_, i) => client(address, i, lines, progress),
    );
    yield* Lwt.join([...clients, Lwt.spawn(cutOffAStaller, address)]);
  } finally {
    bar.cancel();
    yield* server.shutdown();
    yield* Lwt.join(served);
  }
}

/** Answers each line, until the client closes. */
function* answerLines(ic: Io.InputChannel, oc: Io.OutputChannel): Lwt.Task<void> {
  try {
    for (let line; (line = yield* ic.readLineOpt()) !== undefined;) {
      yield* oc.writeLine(answer(line));
    }
  } catch (error) {
    // A client that was cut off, or stopped, does not wait for its answer.
    if (!(error instanceof Unix.UnixError)) throw error;
  } finally {
    yield* Lwt.join([oc.close(), ic.close()]);
  }
}

function answer(line: string): string {
  return `${line.length} ${line.toUpperCase()}`;
}

/** Sends every five hundredth line, from its own number on. */
function client(
  address: Unix.Sockaddr,
  number: number,
  lines: readonly string[],
  progress: Progress,
): Lwt<void> {
  return Io.withConnection(
    address,
    ([ic, oc]) => Lwt.spawn(sendLines, number, lines, ic, oc, progress),
  );
}

function* sendLines(
  first: number,
  lines: readonly string[],
  ic: Io.InputChannel,
  oc: Io.OutputChannel,
  progress: Progress,
): Lwt.Task<void> {
  for (let n = first; n < lines.length; n += CLIENTS) {
    const line = lines[n] ?? "";
    const sent = performance.now();
    yield* oc.writeLine(line);
    const answered = yield* ic.readLine();
    if (answered !== answer(line)) throw new Error(`Wrong answer to "${line}": "${answered}"`);
    progress.latencies.push(performance.now() - sent);
    progress.lines++;
    progress.bytes += line.length + answered.length + 2;
  }
}

/** A client that sends half a line and then nothing; a timeout gets rid of it. */
function* cutOffAStaller(address: Unix.Sockaddr): Lwt.Task<void> {
  const stall = Io.withConnection(
    address,
    ([ic, oc]) => oc.write("half a line, and").bind(() => oc.flush()).bind(() => ic.readLine()),
  );
  try {
    yield* Lwt.pick([stall, Unix.timeout<string>(PATIENCE)]);
  } catch (error) {
    if (!(error instanceof Unix.Timeout)) throw error;
    yield* Io.printl(`${isTerminal() ? "\r\x1b[K" : ""}One client stalled: cut off`);
  }
}

/** Redraws a line ten times a second, where there is somebody to see it. */
function* showProgress(progress: Progress): Lwt.Task<void> {
  if (!isTerminal()) return;
  for (;;) {
    const share = Math.floor(100 * progress.lines / progress.total);
    yield* Io.print(`\r\x1b[K${progress.lines} of ${progress.total} lines (${share} %)`);
    yield* Unix.sleep(0.1);
  }
}

/** A promise that Ctrl-C fulfils. */
function interrupted(): Lwt<boolean> {
  const [signal, resolver] = Lwt.task<boolean>("Ctrl-C");
  const handler = Unix.onSignal(SIGINT, () => resolver.wakeupLater(true));
  signal.onTermination(() => Unix.disableSignalHandler(handler));
  return signal;
}

function* report(
  { lines, bytes, latencies }: Progress,
  seconds: number,
  [before, after]: [number, number],
): Lwt.Task<void> {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(2);
  const { user, system } = process.cpuUsage();
  const rows: [string, string][] = [
    ["lines", `${lines}`],
    ["bytes", `${bytes}`],
    ["lines/s", (lines / seconds).toFixed(0)],
    ["p50 ms", at(0.5)],
    ["p99 ms", at(0.99)],
    ["CPU seconds", ((user + system) / 1e6).toFixed(2)],
    ["descriptors", `${before} before, ${after} after`],
  ];
  if (isTerminal()) yield* Io.print("\r\x1b[K");
  for (const [name, value] of rows) yield* Io.printl(`${name.padEnd(12)} ${value}`);
}

function* linesOf(files: readonly string[]): Lwt.Task<string[]> {
  const lines: string[][] = [];
  for (const file of files) lines.push(yield* linesOfOne(file));
  return lines.flat();
}

function* linesOfOne(file: string): Lwt.Task<string[]> {
  const { stKind } = yield* Unix.stat(file);
  if (stKind === "S_DIR") throw new Usage(`Cannot read "${file}": it is a directory`);
  return yield* Io.withFile(Io.input, file, (ic) => ic.readLines().toList());
}

/** The texts of the project that this program is part of. */
function ownTexts(): string[] {
  const root = new URL("../../", import.meta.url).pathname;
  const folders = ["", "core/", "unix/", "io/", "react/"].map((folder) => root + folder);
  return folders.flatMap(textsIn);
}

function textsIn(folder: string): string[] {
  try {
    const names = [...Deno.readDirSync(folder)].filter((entry) => entry.isFile).map((e) => e.name);
    return names.filter((name) => /\.(md|ts)$/.test(name)).sort().map((name) => folder + name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function descriptors(): number {
  return Unix.ledger().length;
}

function isTerminal(): boolean {
  return Deno.stdout.isTerminal();
}

function parse(args: readonly string[]): { driver: string; files: string[] } {
  const driver = args.find((arg) => arg.startsWith("--driver="))?.slice("--driver=".length);
  const files = args.filter((arg) => !arg.startsWith("--"));
  const unknown = args.find((arg) => arg.startsWith("--") && !arg.startsWith("--driver="));
  if (unknown !== undefined) throw new Usage(`Unknown option "${unknown}"`);
  if (driver !== undefined && driver !== "run" && driver !== "await") {
    throw new Usage(`Unknown driver "${driver}": it is "run" or "await"`);
  }
  return { driver: driver ?? "await", files: files.length > 0 ? files : ownTexts() };
}

async function main(): Promise<number> {
  try {
    const { driver, files } = parse(Deno.args);
    // The engine's own descriptors are there before any are counted.
    const work = Unix.sleep(0).bind(() => Lwt.spawn(demo, driver, files));
    return driver === "run" ? Main.run(work) : await work;
  } catch (error) {
    if (!(error instanceof Unix.UnixError || error instanceof Usage)) throw error;
    console.error(`demo: ${error.message}`);
    return 1;
  }
}

if (import.meta.main) {
  const code = await main();
  Deno.exit(code);
}

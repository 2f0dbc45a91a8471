/** The demo, run as a process under both drivers. */
import { assertEquals, assertMatch } from "@std/assert";
import { run, start } from "./_program.ts";

const DRIVERS = ["run", "await"];

/** Writes a file of numbered lines, with some that are not ASCII. */
async function fileOfLines(count: number): Promise<string> {
  const path = await Deno.makeTempFile();
  const lines = Array.from({ length: count }, (_, i) => `line ${i} ${i % 7 === 0 ? "é€😀" : ""}`);
  await Deno.writeTextFile(path, lines.join("\n"));
  return path;
}

for (const driver of DRIVERS) {
  Deno.test(`the demo sends every line of a file and checks the answers (${driver})`, async () => {
    const file = await fileOfLines(3000);
    const { code, stdout, stderr } = await run("demo.ts", [`--driver=${driver}`, file]);
    await Deno.remove(file);
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, new RegExp(`^epoll engine, driver ${driver}, 500 clients\n`));
    assertMatch(stdout, /One client stalled: cut off\n/);
    assertMatch(stdout, /\nlines +3000\n/);
    const [, before, after] = stdout.match(/descriptors +(\d+) before, (\d+) after/) ?? [];
    assertEquals(before !== undefined && before === after, true, stdout);
  });

  Deno.test(`the demo without a file sends the project's own texts (${driver})`, async () => {
    const { code, stdout, stderr } = await run("demo.ts", [`--driver=${driver}`]);
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /\nlines +\d{4,}\n/);
  });

  Deno.test(`Ctrl-C stops the demo, with what was done so far (${driver})`, async () => {
    const file = await fileOfLines(300_000);
    const child = start("demo.ts", [`--driver=${driver}`, file]);
    const [first, rest] = child.stdout.tee();
    await first.getReader().read();
    await delay(1000);
    child.kill("SIGINT");
    const [{ code }, stdout, stderr] = await Promise.all([
      child.status,
      new Response(rest).text(),
      new Response(child.stderr).text(),
    ]);
    await Deno.remove(file);
    assertEquals(code, 130, stderr);
    assertEquals(stderr, "demo: Stopped by Ctrl-C\n");
    assertMatch(stdout, /\nlines +[1-9]/);
    const [, before, after] = stdout.match(/descriptors +(\d+) before, (\d+) after/) ?? [];
    assertEquals(before !== undefined && before === after, true, stdout);
  });
}

Deno.test("a missing file gets one clear line", async () => {
  const { code, stderr } = await run("demo.ts", ["/no/such/file"]);
  const text = 'demo: Cannot stat "/no/such/file": ENOENT (no such file or directory)\n';
  assertEquals([code, stderr], [1, text]);
});

Deno.test("a directory gets one clear line", async () => {
  const { code, stderr } = await run("demo.ts", ["/usr"]);
  assertEquals([code, stderr], [1, 'demo: Cannot read "/usr": it is a directory\n']);
});

Deno.test("a file that may not be read gets one clear line", async () => {
  // The superuser may read everything: only a file that has nothing to read says no to it.
  const path = Deno.uid() === 0 ? "/proc/self/clear_refs" : await forbiddenFile();
  const { code, stderr } = await run("demo.ts", [path]);
  assertEquals(code, 1);
  assertMatch(stderr, /^demo: Cannot \w+ [^\n]*: E\w+ \([^\n]+\)\n$/);
});

Deno.test("an empty file gets one clear line, and is no error", async () => {
  const path = await Deno.makeTempFile();
  const { code, stderr } = await run("demo.ts", [path]);
  await Deno.remove(path);
  assertEquals([code, stderr], [0, `demo: Nothing to send: "${path}" has no lines\n`]);
});

Deno.test("an unknown option gets one clear line", async () => {
  const { code, stderr } = await run("demo.ts", ["--driver=none"]);
  assertEquals([code, stderr], [1, 'demo: Unknown driver "none": it is "run" or "await"\n']);
});

async function forbiddenFile(): Promise<string> {
  const path = await Deno.makeTempFile();
  await Deno.chmod(path, 0);
  return path;
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

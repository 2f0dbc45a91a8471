// Lwt's `then` against the test suite of the Promises/A+ specification.
import { assertEquals } from "@std/assert";
import { runBeside } from "./_child.ts";

Deno.test("then passes the Promises/A+ test suite in full", async () => {
  const { code, stdout, stderr } = await runBeside("_aplus_adapter.ts", []);
  if (code === 77) return console.log("Skipped, as the suite cannot be had:", stderr.trim());
  const [, passing] = stdout.match(/(\d+) passing/) ?? [];
  const [, failing = "0"] = stdout.match(/(\d+) failing/) ?? [];
  assertEquals([passing, failing, code], ["872", "0", 0], stdout + stderr);
});

/* Facts 45-48: what is flushed at exit, and the standard channels. */
import { assert, assertEquals } from "@std/assert";
import { runProgram } from "./_program.ts";

Deno.test("45: bytes of a channel that nobody refers to are not lost", async () => {
  const { stdout } = await runProgram(
    `
    function drop() {
      Io.ofUnixFd(Io.output, 1, { close: () => Lwt.returnUnit }).write("dropped");
    }
    drop();
    gc();
    Main.run(Lwt.pause());
  `,
    { flags: ["--allow-ffi", "--v8-flags=--expose-gc"] },
  );
  assertEquals(stdout, "dropped");
});

for (
  const [name, ending] of Object.entries({
    "at the natural end": "",
    "at Deno.exit": "Deno.exit(3);",
    "after Main.run": "Main.run(Unix.sleep(0.01)); Io.print(' and more');",
    "after an await": "await Unix.sleep(0.01); Io.print(' and more');",
    "inside a callback": "Lwt.pause().onSuccess(() => Deno.exit(3)); Main.run(Unix.sleep(1));",
  })
) {
  Deno.test(`46: what was printed is flushed ${name}`, async () => {
    const { stdout, stderr } = await runProgram(`
      Io.print("out");
      Io.eprint("err");
      ${ending}
    `);
    assertEquals([stdout, stderr], [ending.includes("more") ? "out and more" : "out", "err"]);
  });
}

Deno.test("46: exit hooks of the program can still print", async () => {
  const { stdout } = await runProgram(`
    Io.printl("first");
    Main.atExit(() => Io.printl("hook"));
    Main.run(Io.printl("second"));
  `);
  assertEquals(stdout, "first\nsecond\nhook\n");
});

Deno.test("46: an uncaught error ends the program, and what was printed is there", async () => {
  const { code, stdout, stderr } = await runProgram(`
    Io.printl("before");
    Lwt.async(() => Lwt.fail(new Error("fatal")));
  `);
  assertEquals([code, stdout], [2, "before\n"]);
  assert(stderr.includes("fatal"));
});

Deno.test("47: an atomic that never ends does not hold up the exit, unlike in Lwt", async () => {
  const { code, stdout } = await runProgram(`
    Io.stdout.atomic((ch) => ch.write("inside").bind(() => Lwt.wait()[0]));
    Io.stdout.write("never written");
    Deno.exit(0);
  `);
  assertEquals([code, stdout], [0, "inside"]);
});

Deno.test("47: a device that takes nothing does not hold up the exit for ever", async () => {
  const start = performance.now();
  const { code } = await runProgram(`
    const [, oc] = Io.pipe();
    oc.write("x".repeat(1000000));
    Io.make(Io.output, () => Lwt.wait()[0]).write("stuck");
    Io.print("held");
    Io.stdout.directAccess(() => Lwt.wait()[0]);
    Main.run(Unix.sleep(0.01));
    Deno.exit(0);
  `);
  assertEquals(code, 0);
  assert(performance.now() - start < 20_000);
});

Deno.test("47: the exit waits for a slow reader of standard output", async () => {
  const child = new Deno.Command("sh", {
    args: ["-c", `"$0" run --no-config --no-lock --allow-ffi "$1" | (sleep 3; wc -c)`].concat(
      Deno.execPath(),
      await program(`Io.print("x".repeat(1000000));`),
    ),
    stdout: "piped",
  });
  const { stdout } = await child.output();
  assertEquals(Number(new TextDecoder().decode(stdout)), 1_000_000);
});

Deno.test("48: closing a standard channel closes its descriptor", async () => {
  const { stdout, stderr } = await runProgram(`
    Main.run(Io.print("last").bind(() => Io.stdout.close()));
    console.error(Unix.state(Unix.stdout), Io.stdout.isClosed());
  `);
  assertEquals([stdout, stderr], ["last", "Closed true\n"]);
});

Deno.test("printing: text, lines, formats, on both channels", async () => {
  const { stdout, stderr } = await runProgram(`
    for (const [print, printl, printf, printlf] of [
      [Io.print, Io.printl, Io.printf, Io.printlf],
      [Io.eprint, Io.eprintl, Io.eprintf, Io.eprintlf],
    ]) {
      print("a");
      printl("é");
      printf("%d,%s", 1, "x");
      printlf("%.1f%%", 99.5);
    }
  `);
  assertEquals([stdout, stderr], ["aé\n1,x99.5%\n", "aé\n1,x99.5%\n"]);
});

Deno.test("standard input is read line by line, by both drivers", async () => {
  for (const end of ["Main.run(Lwt.spawn(copy));", "await Lwt.spawn(copy);"]) {
    const path = await program(`
      function* copy() {
        for (;;) {
          const line = yield* Io.stdin.readLineOpt();
          if (line === undefined) return;
          yield* Io.printl("> " + line);
        }
      }
      ${end}
    `);
    const child = new Deno.Command("sh", {
      args: [
        "-c",
        `(echo one; sleep 0.2; printf 'two\\nthree') | "$0" run --no-config --no-lock --allow-ffi "$1"`,
        Deno.execPath(),
        path,
      ],
      stdout: "piped",
    });
    const { stdout } = await child.output();
    assertEquals(new TextDecoder().decode(stdout), "> one\n> two\n> three\n");
  }
});

Deno.test("nothing happens on import: no permission is needed, and the program ends", async () => {
  const { code, stdout, stderr } = await runProgram("console.log(typeof Io.stdout);", {
    flags: [],
  });
  assertEquals([code, stdout, stderr], [0, "object\n", ""]);
});

Deno.test("a channel that is lost is told of once, and its descriptor stays open", async () => {
  const { stdout, stderr } = await runProgram(
    `
    function lose() {
      const [reading, writing] = Unix.pipe();
      Io.ofFd(Io.input, reading);
      Io.ofFd(Io.input, reading);
      return [reading, writing];
    }
    function close() {
      const [ic, oc] = Io.pipe();
      const [other] = Unix.pipe();
      const stay = { close: () => Lwt.returnUnit };
      return Lwt.join([ic.close(), oc.close(), Io.ofFd(Io.input, other, stay).close()]);
    }
    const [reading] = lose();
    await close();
    for (let i = 0; i < 20; i++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.log(Unix.unixFileDescr(reading), Unix.state(reading));
  `,
    { flags: ["--allow-ffi", "--v8-flags=--expose-gc"] },
  );
  const [fd, state] = stdout.trim().split(" ");
  assertEquals(stderr, `channel over descriptor ${fd} was lost without being closed\n`);
  assertEquals(state, "Opened");
});

Deno.test("a channel that waits is not lost", async () => {
  const { stdout, stderr } = await runProgram(
    `
    const [reading, writing] = Unix.pipe();
    function wait() {
      Io.ofFd(Io.input, reading).readLine().onSuccess((line) => console.log(line));
    }
    wait();
    for (let i = 0; i < 10; i++) {
      gc();
      await Unix.sleep(0.005);
    }
    await Unix.writeString(writing, "there\\n", 0, 6);
    await Unix.sleep(0.01);
    Deno.exit(0);
  `,
    { flags: ["--allow-ffi", "--v8-flags=--expose-gc"] },
  );
  assertEquals([stdout, stderr], ["there\n", ""]);
});

/** Puts a program in a file, and answers its path. */
async function program(source: string): Promise<string> {
  const root = new URL("../../", import.meta.url).href;
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  addEventListener("unload", () => Deno.removeSync(path));
  await Deno.writeTextFile(
    path,
    `import * as Io from "${root}io/io.ts";
    import { Lwt } from "${root}core/mod.ts";
    import * as Main from "${root}unix/main.ts";
    ${source}`,
  );
  return path;
}

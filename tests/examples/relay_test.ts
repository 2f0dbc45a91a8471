/** The relay, run as a process between real clients and servers. */
import { assertEquals, assertMatch } from "@std/assert";
import { outcomeOf, run, start } from "./_program.ts";

const text = new TextEncoder();

/** Starts a relay to a port, runs a function with the relay's own port, and stops it by a signal. */
async function withRelay(port: number, f: (port: number) => Promise<void>): Promise<string> {
  const relay = start("relay.ts", ["127.0.0.1:0", `127.0.0.1:${port}`]);
  const reader = relay.stdout.getReader();
  const first = new TextDecoder().decode((await reader.read()).value);
  assertMatch(first, /^Listening on 127\.0\.0\.1:\d+\n$/);
  try {
    await f(Number(first.trim().split(":").at(-1)));
  } finally {
    relay.kill("SIGTERM");
  }
  reader.releaseLock();
  const { code, stderr } = await outcomeOf(relay);
  assertEquals(code, 0, stderr);
  return stderr;
}

/** A server that handles each connection by a function. */
function serve(
  handle: (conn: Deno.Conn) => Promise<void>,
): Deno.Listener & { done: Promise<void> } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const handlers: Promise<void>[] = [];
  const accept = async () => {
    for await (const conn of listener) handlers.push(handle(conn));
    await Promise.all(handlers);
  };
  return Object.assign(listener, { done: accept() });
}

function portOf(listener: Deno.Listener): number {
  return (listener.addr as Deno.NetAddr).port;
}

async function readAll(conn: Deno.Conn): Promise<string> {
  let all = "";
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65536);
  for (let n; (n = await conn.read(buffer)) !== null;) {
    all += decoder.decode(buffer.subarray(0, n), { stream: true });
  }
  return all;
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

Deno.test("fifty HTTP requests at once go through the relay", async () => {
  const body = "x".repeat(100_000);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => new Response(`${new URL(request.url).pathname} ${await request.text()}`),
  );
  await withRelay(server.addr.port, async (port) => {
    const answers = await Promise.all(Array.from({ length: 50 }, async (_, i) => {
      const url = `http://127.0.0.1:${port}/${i}`;
      const response = await fetch(url, { method: "POST", body: `${i} ${body}` });
      return await response.text();
    }));
    answers.forEach((answer, i) => assertEquals(answer === `/${i} ${i} ${body}`, true));
  });
  await server.shutdown();
});

Deno.test("the client may close its direction first: the answer still comes", async () => {
  const listener = serve(async (conn) => {
    const all = await readAll(conn);
    await writeAll(conn, text.encode(`got ${all.length}`));
    conn.close();
  });
  await withRelay(portOf(listener), async (port) => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await writeAll(conn, new Uint8Array(300_000).fill(97));
    await conn.closeWrite();
    assertEquals(await readAll(conn), "got 300000");
    conn.close();
  });
  listener.close();
  await listener.done;
});

Deno.test("the server may close its direction first: the client's bytes still arrive", async () => {
  const received = Promise.withResolvers<string>();
  const listener = serve(async (conn) => {
    await writeAll(conn, text.encode("bye"));
    await (conn as Deno.TcpConn).closeWrite();
    received.resolve(await readAll(conn));
    conn.close();
  });
  await withRelay(portOf(listener), async (port) => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    assertEquals(await readAll(conn), "bye");
    await writeAll(conn, text.encode("still here"));
    conn.close();
    assertEquals(await received.promise, "still here");
  });
  listener.close();
  await listener.done;
});

Deno.test("a destination that refuses is told, and the relay goes on", async () => {
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const closedPort = portOf(gone);
  gone.close();
  const stderr = await withRelay(closedPort, async (port) => {
    for (let i = 0; i < 2; i++) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port });
      assertEquals(await readAll(conn).catch(() => ""), "");
      conn.close();
    }
  });
  assertMatch(stderr, /^(relay: Cannot connect [^\n]*ECONNREFUSED \(connection refused\)\n){2}$/);
});

Deno.test("a port in use gets one clear line", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, stderr } = await run("relay.ts", [`127.0.0.1:${portOf(taken)}`, "127.0.0.1:1"]);
  taken.close();
  assertEquals(code, 1);
  assertMatch(stderr, /^relay: Cannot bind [^\n]*EADDRINUSE \([^\n]+\)\n$/);
});

Deno.test("what is not an address gets one clear line", async () => {
  const { code, stderr } = await run("relay.ts", ["nowhere", "127.0.0.1:1"]);
  assertEquals([code, stderr], [1, 'relay: Not an address: "nowhere"\n']);
});

Deno.test("without its two addresses the relay says how to call it", async () => {
  const { code, stderr } = await run("relay.ts", []);
  assertEquals([code, stderr], [2, "Usage: relay LISTEN_ADDR DEST_ADDR\n"]);
});

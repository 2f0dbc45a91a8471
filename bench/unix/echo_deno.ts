/** The echo server of Deno's own sockets. */

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(listener.addr.port);
for await (const connection of listener) echo(connection).catch(() => connection.close());

async function echo(connection: Deno.TcpConn): Promise<void> {
  connection.setNoDelay(true);
  const buffer = new Uint8Array(4096);
  for (;;) {
    const n = await connection.read(buffer);
    if (n === null) return connection.close();
    let sent = 0;
    while (sent < n) sent += await connection.write(buffer.subarray(sent, n));
  }
}

/** A line echo server of Deno's sockets and the streams of its standard library. */

import { TextLineStream } from "@std/streams";

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(listener.addr.port);
for await (const connection of listener) echo(connection).catch(() => {});

async function echo(connection: Deno.TcpConn): Promise<void> {
  connection.setNoDelay(true);
  const encoder = new TextEncoder();
  const writer = connection.writable.getWriter();
  const text = connection.readable.pipeThrough(new TextDecoderStream());
  for await (const line of text.pipeThrough(new TextLineStream())) {
    await writer.write(encoder.encode(line + "\n"));
  }
  await writer.close();
}

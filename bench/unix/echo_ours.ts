/**
 * The echo server of this library: `--driver=run` drives the loop itself, `--driver=await` lets
 * Deno do it.
 */

import { Lwt, Main, Unix } from "../../mod.ts";
import { option } from "../_options.ts";

function* main(): Lwt.Task<void> {
  const listener = Unix.socket("PF_INET", "SOCK_STREAM", 0);
  yield* Unix.bind(listener, { tag: "ADDR_INET", addr: "127.0.0.1", port: 0 });
  Unix.listen(listener, 1024);
  const address = Unix.getsockname(listener);
  console.log(address.tag === "ADDR_INET" ? address.port : address.path);
  for (;;) {
    const [fd] = yield* Unix.accept(listener);
    Unix.setsockopt(fd, "TCP_NODELAY", true);
    Lwt.async(() => Lwt.spawn(serve, fd));
  }
}

function* serve(fd: Unix.FileDescr): Lwt.Task<void> {
  try {
    yield* echo(fd, new Uint8Array(4096));
  } catch (error) {
    if (!(error instanceof Unix.UnixError)) throw error;
  }
  yield* Unix.close(fd);
}

function* echo(fd: Unix.FileDescr, buffer: Uint8Array): Lwt.Task<void> {
  for (;;) {
    const n = yield* Unix.read(fd, buffer, 0, buffer.length);
    if (n === 0) return;
    let sent = 0;
    while (sent < n) sent += yield* Unix.write(fd, buffer, sent, n - sent);
  }
}

if (option("driver", "run") === "run") Main.run(Lwt.spawn(main));
else await Lwt.spawn(main);

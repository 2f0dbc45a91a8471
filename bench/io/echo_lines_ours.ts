/**
 * A line echo server through the channels of this library: `--driver=run` drives the loop itself,
 * `--driver=await` lets Deno do it.
 */

import { Io, Lwt, Main, Unix } from "../../mod.ts";
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
  const stay = { close: (): Lwt<void> => Lwt.returnUnit };
  try {
    yield* echo(Io.ofFd(Io.input, fd, stay), Io.ofFd(Io.output, fd, stay));
  } catch (error) {
    if (!(error instanceof Unix.UnixError)) throw error;
  }
  yield* Unix.close(fd);
}

function* echo(ic: Io.InputChannel, oc: Io.OutputChannel): Lwt.Task<void> {
  for (;;) {
    const line = yield* ic.readLineOpt();
    if (line === undefined) break;
    yield* oc.writeLine(line);
    yield* oc.flush();
  }
  yield* ic.close();
  yield* oc.close();
}

if (option("driver", "run") === "run") Main.run(Lwt.spawn(main));
else await Lwt.spawn(main);

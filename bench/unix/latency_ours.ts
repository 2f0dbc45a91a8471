/** Round trips of 64 bytes over a Unix socket, through this library, while Deno drives. */

import { Lwt, Main, Unix } from "../../mod.ts";
import { option } from "../_options.ts";
import { ROUND_TRIPS, Trips } from "./_latency.ts";

function* main(path: string): Lwt.Task<void> {
  const fd = Unix.socket("PF_UNIX", "SOCK_STREAM", 0);
  yield* Unix.connect(fd, { tag: "ADDR_UNIX", path });
  const buffer = new Uint8Array(64);
  const trips = new Trips();
  for (let i = 0; i < ROUND_TRIPS; i++) {
    trips.leave();
    let sent = 0;
    while (sent < 64) sent += yield* Unix.write(fd, buffer, sent, 64 - sent);
    let read = 0;
    while (read < 64) read += yield* Unix.read(fd, buffer, read, 64 - read);
    trips.arrive();
  }
  yield* Unix.close(fd);
  trips.print();
}

const path = Deno.args[0] ?? "";
if (option("driver", "await") === "run") Main.run(Lwt.spawn(main, path));
else await Lwt.spawn(main, path);

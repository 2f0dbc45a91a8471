/** Round trips of 64 bytes over a Unix socket, through `Deno.connect`. */

import { ROUND_TRIPS, Trips } from "./_latency.ts";

const path = Deno.args[0] ?? "";
using connection = await Deno.connect({ transport: "unix", path });
const buffer = new Uint8Array(64);
const trips = new Trips();
for (let i = 0; i < ROUND_TRIPS; i++) {
  trips.leave();
  let sent = 0;
  while (sent < 64) sent += await connection.write(buffer.subarray(sent));
  let read = 0;
  while (read < 64) read += await connection.read(buffer.subarray(read)) ?? 64;
  trips.arrive();
}
trips.print();

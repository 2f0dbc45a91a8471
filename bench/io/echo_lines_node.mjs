/** A line echo server of Node's `net` and `readline`. */

import { createServer } from "node:net";
import { createInterface } from "node:readline";

const server = createServer({ noDelay: true }, (socket) => {
  const lines = createInterface({ input: socket });
  lines.on("line", (line) => socket.write(line + "\n"));
  lines.on("error", () => socket.destroy());
  socket.on("error", () => socket.destroy());
});
server.listen({ host: "127.0.0.1", port: 0, backlog: 1024 }, () => {
  console.log(server.address().port);
});

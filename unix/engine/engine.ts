/**
 * The engine in use: which kind it is, and who turns it.
 *
 * @module
 */
import { changed } from "../_driver.ts";
import { NotAvailable } from "../sys.ts";
import { Engine } from "./_base.ts";
import { EpollEngine } from "./epoll.ts";

export { Engine, EngineEvent, type SetOptions } from "./_base.ts";

Engine.wire(make, changed);

const KINDS: Readonly<Record<string, () => Engine>> = {
  epoll: () => new EpollEngine(),
};

function make(): Engine {
  const name = nameInEnvironment() ?? "epoll";
  if (!Object.hasOwn(KINDS, name)) throw new NotAvailable(`engine ${name}`);
  return KINDS[name]!();
}

/** What `LWT_ENGINE` says. Nobody is asked for the permission to read it. */
function nameInEnvironment(): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "LWT_ENGINE" });
  return state === "granted" ? Deno.env.get("LWT_ENGINE") || undefined : undefined;
}

/* Programs that print, run as processes of their own. */
import { type ChildOptions, type Outcome, runChild } from "../unix/_child.ts";

/** What every program begins with. */
const PRELUDE = `
import * as Io from "$io/io.ts";
import { Lwt } from "$core/mod.ts";
import * as Main from "$unix/main.ts";
import * as Unix from "$unix/unix.ts";
`;

/** Runs a program in which `Io`, `Lwt`, `Main` and `Unix` are there. */
export function runProgram(source: string, options?: ChildOptions): Promise<Outcome> {
  const io = new URL("../../io", import.meta.url).href;
  return runChild((PRELUDE + source).replaceAll("$io", io), options);
}

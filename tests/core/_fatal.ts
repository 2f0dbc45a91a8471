// A program with an error that nobody waits for, under the default hook.
import { Lwt } from "../../core/mod.ts";

Lwt.async(() => Lwt.fail(new Error("boom")));
console.log("still running");

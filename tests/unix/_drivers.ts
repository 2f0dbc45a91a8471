/* The same test under both drivers. */
import { assertEquals } from "@std/assert";
import { Lwt } from "../../core/lwt.ts";
import { Engine } from "../../unix/engine/mod.ts";
import { ledger } from "../../unix/ledger.ts";
import * as Main from "../../unix/main.ts";

/**
 * Registers a test twice: its body driven by `Main.run`, and awaited. Either way it has to leave no
 * descriptor open, and nothing registered with the engine.
 */
export function bothDrivers(name: string, body: () => Lwt.Task<void>): void {
  Deno.test(`${name} (run)`, () => {
    const before = descriptors();
    Main.run(Lwt.spawn(body));
    Main.run(turns(SETTLING));
    checkNothingLeft(before);
  });
  Deno.test(`${name} (await)`, async () => {
    const before = descriptors();
    await Lwt.spawn(body);
    await turns(SETTLING);
    checkNothingLeft(before);
  });
}

/** After how many turns nothing is left of what has ended. */
const SETTLING = 12;

/** Lets the loop turn a number of times. */
export function turns(count: number): Lwt<void> {
  return count === 0 ? Lwt.returnUnit : Lwt.pause().bind(() => turns(count - 1));
}

/** The descriptors open now, without the engine's own. */
export function descriptors(): string[] {
  return ledger().filter(({ kind }) => kind !== "engine").map(({ fd, kind }) => `${kind} ${fd}`);
}

function checkNothingLeft(before: string[]): void {
  assertEquals(descriptors(), before, "a descriptor is left open");
  const counts = [Engine.readableCount(), Engine.writableCount(), Engine.timerCount()];
  assertEquals(counts, [0, 0, 0], "something is left registered with the engine");
}

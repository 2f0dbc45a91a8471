/*
 * Changing a key for the rest of what is running, where `withValue` changes it for a function.
 */
import { setStorage, storage } from "./_resolution.ts";
import type { Frame, Storage } from "./_storage.ts";

/** Sets a key until the running task or callback ends. */
export function setKey(key: object, value: unknown): void {
  setStorage({ key, value, up: without(storage, key) });
}

/** Unsets a key until the running task or callback ends. */
export function removeKey(key: object): void {
  setStorage(without(storage, key));
}

// What was bound before is taken out, or a loop that sets a key would make the list ever longer.
function without(storage: Storage, key: object): Storage {
  const kept: Frame[] = [];
  let found = false;
  for (let frame = storage; frame !== undefined; frame = frame.up) {
    if (frame.key === key) found = true;
    else kept.push(frame);
  }
  return found ? link(kept) : storage;
}

function link(frames: readonly Frame[]): Storage {
  return frames.reduceRight<Storage>((up, { key, value }) => ({ key, value, up }), undefined);
}

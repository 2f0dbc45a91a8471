/*
 * Values as bytes: a header, and what the platform's own serializer makes of the value.
 *
 *   0      4        8
 *   | mark | length | bytes
 */
import { Failure } from "../core/errors.ts";

/** Size of the header in bytes. */
export const HEADER = 8;

/** What a header begins with: "Lwt" and the version of the frame. */
const MARK = 0x4c777401;

/** The longest value, in bytes. A header that says more is none. */
const LONGEST = 2 ** 30;

/** A value with its header. */
export function serialize(value: unknown): Uint8Array {
  const bytes = v8().serialize(value);
  if (bytes.length > LONGEST) {
    throw new Failure(`Cannot write value: it takes ${bytes.length} bytes, more than ${LONGEST}`);
  }
  const framed = new Uint8Array(HEADER + bytes.length);
  const view = new DataView(framed.buffer);
  view.setUint32(0, MARK);
  view.setUint32(4, bytes.length);
  framed.set(bytes, HEADER);
  return framed;
}

/** How many bytes follow a header. */
export function lengthOf(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset, HEADER);
  const length = view.getUint32(4);
  if (view.getUint32(0) === MARK && length <= LONGEST) return length;
  throw new Failure("Cannot read value: there is none here");
}

/** The value that some bytes stand for. */
export function deserialize(bytes: Uint8Array): unknown {
  try {
    return v8().deserialize(bytes);
  } catch (error) {
    throw new Failure("Cannot read value: its bytes are damaged", { cause: error });
  }
}

interface Serializer {
  serialize(value: unknown): Uint8Array;
  deserialize(bytes: Uint8Array): unknown;
}

/** A module of the platform, loaded when first needed, and at once. */
function v8(): Serializer {
  const { process } = globalThis as unknown as {
    process: { getBuiltinModule(name: string): Serializer };
  };
  return process.getBuiltinModule("node:v8");
}

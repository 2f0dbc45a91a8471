/* Channels over devices that do what a test says, and remember what they were asked. */
import { Lwt } from "../../core/mod.ts";
import * as Io from "../../io/io.ts";

/** What a device does when it is asked for bytes: brings some, fails, or makes one wait. */
export type Step = string | Uint8Array | Error | Lwt<string>;

/** An input channel with its device. */
export interface Source {
  readonly ic: Io.InputChannel;
  /** The ranges that were to be filled: offset and length. */
  readonly asked: [ofs: number, len: number][];
  /** How often the device was closed. */
  closed(): number;
}

/** Makes an input that brings each step in turn, and after them nothing. */
export function source(steps: Step[] = [], options: Io.MakeOptions = {}): Source {
  const asked: [number, number][] = [];
  let closed = 0;
  const ic = Io.make(Io.input, (buffer, ofs, len) => {
    asked.push([ofs, len]);
    return fill(steps, buffer, ofs, len);
  }, {
    close: () => {
      closed++;
      return Lwt.returnUnit;
    },
    ...options,
  });
  return { ic, asked, closed: () => closed };
}

/** An output channel with its device. */
export interface Sink {
  readonly oc: Io.OutputChannel;
  /** What the device took, write by write, byte by byte as characters. */
  readonly writes: string[];
  /** The ranges that were to be drained: offset and length. */
  readonly asked: [ofs: number, len: number][];
  /** How often the device was closed. */
  closed(): number;
}

/** Says how many bytes of a write the device takes. */
export type Takes = (len: number, call: number) => number | Lwt<number>;

/** Makes an output whose device takes everything, or what `takes` says. */
export function sink(takes: Takes = (len) => len, options: Io.MakeOptions = {}): Sink {
  const writes: string[] = [];
  const asked: [number, number][] = [];
  let closed = 0;
  const oc = Io.make(Io.output, (buffer, ofs, len) => {
    const answer = takes(len, asked.length);
    asked.push([ofs, len]);
    return (answer instanceof Lwt ? answer : Lwt.return(answer)).map((n) => {
      if (n > 0) writes.push(chars(buffer.subarray(ofs, ofs + n)));
      return n;
    });
  }, {
    close: () => {
      closed++;
      return Lwt.returnUnit;
    },
    ...options,
  });
  return { oc, writes, asked, closed: () => closed };
}

/** Settings of a channel with a buffer of 16 bytes, the least there is. */
export function tiny(): { buffer: Uint8Array } {
  return { buffer: new Uint8Array(16) };
}

/** Bytes as a text of characters of code 0 to 255. */
export function chars(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** The UTF-8 form of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Lets the turn come in which channels flush themselves. */
export function turn(): void {
  Lwt.wakeupPaused();
}

function fill(steps: Step[], buffer: Uint8Array, ofs: number, len: number): Lwt<number> {
  const step = steps.shift();
  if (step === undefined) return Lwt.return(0);
  if (step instanceof Error) return Lwt.fail(step);
  if (step instanceof Lwt) {
    return step.bind((text) => {
      steps.unshift(text);
      return fill(steps, buffer, ofs, len);
    });
  }
  const bytes = typeof step === "string" ? utf8(step) : step;
  if (bytes.length > len) steps.unshift(bytes.subarray(len));
  buffer.set(bytes.subarray(0, len), ofs);
  return Lwt.return(Math.min(bytes.length, len));
}

/*
 * Putting channels together: a buffer, a device and a direction.
 */
import { Failure } from "../core/errors.ts";
import { Lwt } from "../core/lwt.ts";
import { close, type FileDescr } from "../unix/fd.ts";
import { lseek } from "../unix/file.ts";
import { read, write } from "../unix/transfer.ts";
import { type Device, OWNED, POOLED } from "./_buffer.ts";
import { checkSize } from "./_checks.ts";
import { InputBuffer } from "./_input_buffer.ts";
import { watch } from "./_lost.ts";
import { OutputBuffer } from "./_output_buffer.ts";
import type { ChannelOf, Mode } from "./channel.ts";
import { InputChannel } from "./input.ts";
import { OutputChannel } from "./output.ts";

/** Makes a channel over a device. */
export function over<M extends Mode>(
  mode: M,
  device: Device,
  memory: number | Uint8Array,
  kind: number,
): ChannelOf[M] {
  const channel = mode === "Input"
    ? new InputChannel(new InputBuffer(device, memory, kind))
    : new OutputChannel(new OutputBuffer(device, memory, kind));
  return channel as ChannelOf[M];
}

/** Makes a channel over a descriptor, which it closes unless told otherwise. */
export function overFd<M extends Mode>(
  mode: M,
  fd: FileDescr,
  memory: number | Uint8Array,
  closeDevice: () => Lwt<void> = () => close(fd),
): ChannelOf[M] {
  const transfer = mode === "Input" ? read : write;
  const device: Device = {
    perform: (buffer, ofs, len) => transfer(fd, buffer, ofs, len),
    close: closeDevice,
    seek: (pos, whence) => lseek(fd, pos, whence),
  };
  const channel = over(mode, device, memory, typeof memory === "number" ? POOLED : OWNED);
  watch(channel, fd);
  return channel;
}

/** What to make a buffer of: what was given, once it was checked, or a size. */
export function memory(buffer: Uint8Array | undefined, size?: number): number | Uint8Array {
  if (buffer === undefined) return size ?? bufferSize();
  checkSize("make channel", buffer.length);
  return buffer;
}

/** Size of buffers made by default. */
export function bufferSize(): number {
  return chosenSize ?? DEFAULT_SIZE;
}

/** Size of the buffers of files. */
export function fileBufferSize(): number {
  return chosenSize ?? FILE_SIZE;
}

/** Chooses the size of buffers made from now on. */
export function setBufferSize(size: number): void {
  checkSize("set default buffer size", size);
  chosenSize = size;
}

/** A device that needs no closing. */
export function done(): Lwt<void> {
  return Lwt.returnUnit;
}

/** A device that cannot move. */
export function cannotSeek(): Lwt<number> {
  return Lwt.fail(new Failure("Cannot seek: seek not supported on this channel"));
}

const DEFAULT_SIZE = 4096;
const FILE_SIZE = 65536;

/** The size that the program chose, if it did. */
let chosenSize: number | undefined;

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A volume with one erase unit of it in RAM, as the AT45DB has it: what is written is in flash from a flush on, or when another
 * unit is written to.
 *
 * NON-TOCK: TinyOS. Any byte can be changed in the buffer, so that DirectModify is there.
 *
 *       write, modify ──► buffer ──── flush, or another unit ────► unit in flash
 *       read ◄─────────── buffer, where it holds the unit, else flash
 *
 * A unit goes back with the bytes that changed alone, so that a power loss then takes none of the others. Where a `modify` set
 * bits, the unit is erased first, and a power loss before its last byte is programmed takes all of it. With `erases` that is so each
 * time, as the data sheet of the AT45DB asks, and TinyOS's driver does: a page is not to be programmed twice without an erase.
 */
import { Err, Ok } from '#kernel/result';
import { CCITT, addHighestFirst16 } from '../crc.ts';
import type { Steps } from '../store/storage.ts';
import type {
  DirectModify,
  DirectStorage,
  TinyosOutcome,
  VolumeSettings,
} from './direct-storage.ts';

/** The unit that the buffer holds, and what of it is not in flash. */
interface Buffered {
  readonly unit: number;
  readonly bytes: Uint8Array;
  /** Bytes from `from` up to `to` may differ from those in flash. */
  from: number;
  to: number;
  /** Whether one of them has a bit that flash has not. */
  rises: boolean;
}

/** A part of a range that is in one unit. */
interface Piece {
  readonly unit: number;
  /** Where it begins in the unit, and in the range. */
  readonly at: number;
  readonly from: number;
  readonly length: number;
}

/** A power loss is another object over the same flash. */
export class BufferedVolume implements DirectModify {
  private buffered: Buffered | undefined;

  /** `erases`: a unit is erased each time before it goes back. Default: when a bit of it is to be set. */
  constructor(
    private readonly direct: DirectStorage,
    private readonly erases = false,
  ) {}

  get settings(): VolumeSettings {
    return this.direct.settings;
  }

  isSupported(): boolean {
    return true;
  }

  /** Bytes as they are to be, in flash or not. OutOfRange; StorageError. */
  *read(addr: number, len: number): Steps<TinyosOutcome<Uint8Array>> {
    const read = yield* this.direct.read(addr, len);
    const { buffered } = this;
    if (!read.ok || buffered === undefined) return read;
    for (const { unit, at, from, length } of this.pieces(addr, len)) {
      if (unit === buffered.unit) read.value.set(buffered.bytes.subarray(at, at + length), from);
    }
    return read;
  }

  /** Clears bits: old AND new. Durable from a flush on. OutOfRange; StorageError. */
  write(addr: number, bytes: Uint8Array): Steps<TinyosOutcome> {
    return this.change(addr, bytes, (old, byte) => old & byte);
  }

  /** Changes bytes in any way. Durable from a flush on. OutOfRange; StorageError. */
  modify(addr: number, bytes: Uint8Array): Steps<TinyosOutcome> {
    return this.change(addr, bytes, (_, byte) => byte);
  }

  private *change(
    addr: number,
    bytes: Uint8Array,
    changed: (old: number, byte: number) => number,
  ): Steps<TinyosOutcome> {
    if (!this.holds(addr, bytes.length)) return Err('OutOfRange');
    for (const { unit, at, from, length } of this.pieces(addr, bytes.length)) {
      const loaded = yield* this.load(unit);
      if (!loaded.ok) return loaded;
      const buffer = loaded.value;
      for (let nth = 0; nth < length; nth++) {
        const old = buffer.bytes[at + nth] ?? 0;
        const byte = changed(old, bytes[from + nth] ?? 0);
        if ((byte & ~old) !== 0) buffer.rises = true;
        buffer.bytes[at + nth] = byte;
      }
      buffer.from = Math.min(buffer.from, at);
      buffer.to = Math.max(buffer.to, at + length);
    }
    return Ok();
  }

  /** Sets all bits of a unit, in flash at once. OutOfRange; StorageError. */
  *erase(eraseUnit: number): Steps<TinyosOutcome> {
    if (this.buffered?.unit === eraseUnit) this.buffered = undefined;
    return yield* this.direct.erase(eraseUnit);
  }

  /** Makes durable what was written. StorageError. */
  *flush(): Steps<TinyosOutcome> {
    const { buffered } = this;
    if (buffered === undefined || buffered.from >= buffered.to) return yield* this.direct.flush();
    const written = yield* this.writeBack(buffered);
    return written.ok ? yield* this.direct.flush() : written;
  }

  private *writeBack(buffer: Buffered): Steps<TinyosOutcome> {
    const { unit, bytes } = buffer;
    const isErased = buffer.rises || this.erases;
    const begin = unit * this.unitSize;
    const [from, to] = isErased ? [0, bytes.length] : [buffer.from, buffer.to];
    if (isErased) {
      const erased = yield* this.direct.erase(unit);
      if (!erased.ok) return erased;
    }
    const written = yield* this.direct.write(begin + from, bytes.subarray(from, to));
    if (!written.ok) return written;
    Object.assign(buffer, clean(bytes.length));
    return Ok();
  }

  /** The buffer, holding a unit. */
  private *load(unit: number): Steps<TinyosOutcome<Buffered>> {
    if (this.buffered?.unit === unit) return Ok(this.buffered);
    const flushed = yield* this.flush();
    if (!flushed.ok) return flushed;
    this.buffered = undefined;
    const read = yield* this.direct.read(unit * this.unitSize, this.unitSize);
    if (!read.ok) return read;
    const buffered = { unit, bytes: read.value, ...clean(this.unitSize) };
    this.buffered = buffered;
    return Ok(buffered);
  }

  /** CRC-16 of bytes as they are to be, from a base on. OutOfRange; StorageError. */
  *crc(addr: number, len: number, baseCrc: number): Steps<TinyosOutcome<number>> {
    if (!this.holds(addr, len)) return Err('OutOfRange');
    let register = baseCrc & 0xffff;
    for (const { from, length } of this.pieces(addr, len)) {
      const part = yield* this.read(addr + from, length);
      if (!part.ok) return part;
      for (const byte of part.value) register = addHighestFirst16(CCITT, register, byte);
    }
    return Ok(register);
  }

  private get unitSize(): number {
    return this.settings.getEraseUnitSize();
  }

  private holds(addr: number, len: number): boolean {
    return addr >= 0 && addr + len <= this.settings.getVolumeSize();
  }

  private *pieces(addr: number, len: number): Generator<Piece, void> {
    const { unitSize } = this;
    for (let from = 0; from < len;) {
      const at = (addr + from) % unitSize;
      const length = Math.min(len - from, unitSize - at);
      yield { unit: Math.floor((addr + from) / unitSize), at, from, length };
      from += length;
    }
  }
}

/** Nothing of a unit of some size differs from flash. */
function clean(size: number): { from: number; to: number; rises: boolean } {
  return { from: size, to: 0, rises: false };
}

/** The unit's number, the ends of what changed, and a flag: 2 bytes each. */
const STATE_BYTES = 8;

/** Bytes of RAM: the buffer, and what it holds. */
export function bufferedRam(settings: VolumeSettings): number {
  return settings.getEraseUnitSize() + STATE_BYTES;
}

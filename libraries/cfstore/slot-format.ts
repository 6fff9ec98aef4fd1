// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bytes of a slot's head and tail.
 *
 * NON-TOCK: the design says that there is a head at the start and a tail with a CRC or HMAC at the end, and no more. Both are
 * modelled on those of mbed's flash journal: a magic number, a number that grows, a size, and a CRC that comes last.
 */
import { crc32 } from '../crc.ts';
import { putU32, u32At, up } from './format.ts';

/** What a slot is for: all keys, or those that changed since. */
export type SlotKind = 'snapshot' | 'delta';

/** "CFS" and a letter: D for the design as it is, H for the hardened one. They do not read each other's flash. */
const MAGIC = 0x4346_5300;
const KINDS: readonly SlotKind[] = ['snapshot', 'delta'];

/** Bytes of a head. */
export const SLOT_HEAD = 32;
/** Of a tail, besides its check. */
const TAIL = 12;
/** What is not used in a head. */
export const NONE = 0xffff_ffff;

/** A slot's head, written when its use begins. */
export interface SlotHead {
  readonly kind: SlotKind;
  /** Of all slots that were begun, the how-manieth. */
  readonly slotSequence: number;
  /** The first number that records in it may have. */
  readonly sequenceStart: number;
  /** The snapshot that a delta belongs to; NONE in a snapshot. */
  readonly base: number;
  /** Where its first record is, for slots that begin elsewhere than behind the head; NONE otherwise. */
  readonly first: number;
  /** Which of the ways in which the bytes of this slot may lie in flash, where there are several. */
  readonly layout?: number;
}

/** A slot's tail, written when nothing is added any more; what commits a snapshot. */
export interface SlotTail {
  /** Where records end, from the begin of the slot. */
  readonly used: number;
  readonly slotSequence: number;
  /** Over the head, and over header and code of each record: VALID may change later. */
  readonly check: Uint8Array;
}

/** Bytes of a tail with a check of some length. */
export function slotTailSize(codeLength: number, unit: number): number {
  return up(TAIL + up(codeLength, 4), Math.max(unit, 4));
}

/** The bytes of a head. `isHardened`: of which format the records are. */
export function encodeHead(head: SlotHead, unit: number, isHardened: boolean): Uint8Array {
  const bytes = new Uint8Array(SLOT_HEAD).fill(0xff);
  putU32(bytes, 0, magicOf(isHardened));
  bytes[4] = 1;
  bytes[5] = KINDS.indexOf(head.kind);
  bytes[6] = unit;
  putU32(bytes, 8, head.slotSequence);
  putU32(bytes, 12, head.sequenceStart);
  putU32(bytes, 16, head.base);
  putU32(bytes, 20, head.first);
  putU32(bytes, 24, head.layout ?? NONE);
  putU32(bytes, 28, crc32(bytes, 0, 28));
  return bytes;
}

/** What a head says; undefined when it is none, is torn, or is of another format or program unit. */
export function decodeHead(
  bytes: Uint8Array,
  unit: number,
  isHardened: boolean,
): SlotHead | undefined {
  if (u32At(bytes, 0) !== magicOf(isHardened) || u32At(bytes, 28) !== crc32(bytes, 0, 28)) {
    return undefined;
  }
  const kind = KINDS[bytes[5] ?? NONE];
  if (bytes[4] !== 1 || kind === undefined || bytes[6] !== unit) return undefined;
  const layout = u32At(bytes, 24);
  return {
    kind,
    slotSequence: u32At(bytes, 8),
    sequenceStart: u32At(bytes, 12),
    base: u32At(bytes, 16),
    first: u32At(bytes, 20),
    ...(layout === NONE ? {} : { layout }),
  };
}

function magicOf(isHardened: boolean): number {
  return MAGIC + (isHardened ? 0x48 : 0x44);
}

/** The bytes of a tail, its CRC last. */
export function encodeTail({ used, slotSequence, check }: SlotTail, unit: number): Uint8Array {
  const bytes = new Uint8Array(slotTailSize(check.length, unit)).fill(0xff);
  putU32(bytes, 0, used);
  putU32(bytes, 4, slotSequence);
  bytes.set(check, 8);
  putU32(bytes, bytes.length - 4, crc32(bytes, 0, bytes.length - 4));
  return bytes;
}

/** What a tail says; undefined when it is none, or torn. */
export function decodeTail(bytes: Uint8Array, codeLength: number): SlotTail | undefined {
  const end = bytes.length - 4;
  if (u32At(bytes, end) !== crc32(bytes, 0, end)) return undefined;
  const check = bytes.slice(8, 8 + codeLength);
  return { used: u32At(bytes, 0), slotSequence: u32At(bytes, 4), check };
}

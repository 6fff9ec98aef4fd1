// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a store is to hold that is bytes by their address: all of them, and what a cut may make of those in flight.
 *
 * NON-TOCK: shares no code with any store. Content is the bytes of each erase unit, by its number.
 *
 * Nothing is atomic there, and no such store says that anything is. So a part of the operation in flight is NEW as well as all of it:
 *
 *     a write       its bytes between old and old AND new, bit by bit; every other byte as it was
 *     an erase      units that are blank, from the first on; one whose bits are old or ones; the others as they were
 *
 * Once power has come, what is shown is what there is.
 */
import type { BlockShape } from '#libraries/store/definition';
import { areEqual, type Content } from '../oracle.ts';
import type { Judgement, Operation, Specification } from '../store-adapter.ts';

const BLANK = 0xff;
const WORD = 4;

/** What the last operation touched. */
type Flight =
  | { readonly op: 'write'; readonly from: number; readonly end: number }
  /** With the programs of each word before it: of units that a cut spares they still count. */
  | { readonly op: 'erase'; readonly programs: Uint8Array };

interface Held {
  readonly bytes: Uint8Array;
  /** Writes that touched each word since its unit was erased. */
  readonly programs: Uint8Array;
  readonly flight: Flight | undefined;
}

function blank({ size }: BlockShape): Held {
  return {
    bytes: new Uint8Array(size).fill(BLANK),
    programs: new Uint8Array(Math.ceil(size / WORD)),
    flight: undefined,
  };
}

export class BlockSpecification implements Specification {
  constructor(
    private readonly shape: BlockShape,
    private held: Held = blank(shape),
  ) {}

  entries(): Content {
    const { eraseUnit, size } = this.shape;
    return new Map(
      Array.from({ length: size / eraseUnit }, (_, unit) => [unit, this.unit(unit)] as const),
    );
  }

  private unit(nth: number): Uint8Array {
    const { eraseUnit } = this.shape;
    return this.held.bytes.subarray(nth * eraseUnit, (nth + 1) * eraseUnit);
  }

  apply(operation: Operation): string {
    switch (operation.op) {
      case 'write':
        return this.write(operation.address, operation.value);
      case 'erase':
        this.held = {
          ...blank(this.shape),
          flight: { op: 'erase', programs: this.held.programs },
        };
        return 'Ok';
      case 'sync':
        this.held = { ...this.held, flight: undefined };
        return 'Ok';
      default:
        return 'Unknown';
    }
  }

  private write(from: number, value: Uint8Array): string {
    const end = from + value.length;
    if (end > this.shape.size) return 'InvalidArgument';
    const bytes = this.held.bytes.slice();
    for (const [at, byte] of value.entries()) bytes[from + at] = (bytes[from + at] ?? 0) & byte;
    const programs = this.held.programs.map((count, word) =>
      word * WORD < end && (word + 1) * WORD > from ? count + 1 : count,
    );
    this.held = { bytes, programs, flight: { op: 'write', from, end } };
    return 'Ok';
  }

  /** Whether every word of a range was touched by fewer writes than that. */
  isFresh(from: number, length: number, writes: number): boolean {
    const words = this.held.programs.subarray(
      Math.floor(from / WORD),
      Math.ceil((from + length) / WORD),
    );
    return words.every((count) => count < writes);
  }

  /** There is no count. */
  usedCapacity(): number {
    return 0;
  }

  clone(): Specification {
    return new BlockSpecification(this.shape, this.held);
  }

  /** What is held is OLD, what is to be held NEW; without a power loss nothing else is either. */
  judge(content: Content, after: Specification, isOn: boolean): Judgement {
    const shown = joined(content);
    if (areEqual(shown, this.held.bytes)) return { verdict: 'OLD' };
    if (!(after instanceof BlockSpecification)) return this.fault(shown, this);
    const isNew =
      areEqual(shown, after.held.bytes) ||
      (!isOn && after !== this && this.outside(shown, after) === undefined);
    return isNew ? { verdict: 'NEW' } : this.fault(shown, after);
  }

  /** What is shown is what there is. */
  recovered(content: Content): void {
    const { flight, programs } = this.held;
    const bytes = joined(content);
    this.held = { bytes, programs, flight: undefined };
    if (flight?.op !== 'erase') return;
    const words = this.shape.eraseUnit / WORD;
    const left = flight.programs.map((count, word) =>
      this.unit(Math.floor(word / words)).every((byte) => byte === BLANK) ? 0 : count,
    );
    this.held = { bytes, programs: left, flight: undefined };
  }

  /** The first byte that is nothing the operation in flight may leave; undefined when there is none. */
  private outside(shown: Uint8Array, after: BlockSpecification): number | undefined {
    const { flight, bytes } = after.held;
    const firstLeft = shown.findIndex((byte) => byte !== BLANK);
    const torn = firstLeft < 0 ? Infinity : Math.floor(firstLeft / this.shape.eraseUnit);
    const found = shown.findIndex((byte, at) => {
      const old = this.held.bytes[at] ?? 0;
      if (byte === old) return false;
      if (flight?.op === 'erase') return !(this.unitOf(at) <= torn && isBetween(old, byte, old));
      return !isBetween(byte, old, bytes[at] ?? 0);
    });
    return found < 0 ? undefined : found;
  }

  private unitOf(at: number): number {
    return Math.floor(at / this.shape.eraseUnit);
  }

  private fault(shown: Uint8Array, after: BlockSpecification): Judgement {
    const { bytes, flight } = after.held;
    const at = this.outside(shown, after) ?? shown.findIndex((byte, nth) => byte !== bytes[nth]);
    const [is, was] = [hex(shown[at]), hex(this.held.bytes[at])];
    return after !== this && isIn(flight, at)
      ? { verdict: 'UNREADABLE', sentence: `byte ${at} is ${is}, which no write made of ${was}` }
      : { verdict: 'LOST_ACK', sentence: `byte ${at} is ${is}, and was ${was}` };
  }
}

/** Whether a place is one that a write was to change. */
function isIn(flight: Flight | undefined, at: number): boolean {
  return flight?.op === 'write' && at >= flight.from && at < flight.end;
}

/** Whether a byte has no bit that the higher one lacks, and lacks none that the lower one has. */
function isBetween(byte: number, higher: number, lower: number): boolean {
  return (byte & ~higher) === 0 && (lower & ~byte) === 0;
}

function joined(content: Content): Uint8Array {
  const units = [...content.values()];
  const bytes = new Uint8Array(units.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const unit of units) {
    bytes.set(unit, at);
    at += unit.length;
  }
  return bytes;
}

const hex = (byte = 0): string => `0x${byte.toString(16).padStart(2, '0')}`;

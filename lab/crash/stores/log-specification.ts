// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a store that is a log is to hold: entries in their order, of which the oldest may have been given up.
 *
 * NON-TOCK: shares no code with any store. Content is numbered from the oldest entry that is shown.
 *
 * Entries that were given up or lost are known only when somebody looks: until the next power loss the list holds them.
 */
import type { LogShape } from '#libraries/store/definition';
import { areEqual, type Content } from '../oracle.ts';
import {
  OK_OR_FULL,
  type Judgement,
  type Operation,
  type Specification,
} from '../store-adapter.ts';

/** What a log does besides, as its definition tells. */
export interface LogTraits extends LogShape {
  /** Whether entries are durable only from a `sync` on. */
  readonly syncs: boolean;
  readonly pops: boolean;
}

/** What a log holds. */
interface Held {
  /** Entries, the oldest first. */
  readonly list: readonly Uint8Array[];
  /** How many of them, from the oldest on, no cut may take. */
  readonly durable: number;
  /** Entries that were popped, or erased. */
  readonly gone: readonly Uint8Array[];
  /** Whether the last operation was a `clear`, which a cut may leave half done. */
  readonly cleared: boolean;
}

const EMPTY: Held = { list: [], durable: 0, gone: [], cleared: false };

export class LogSpecification implements Specification {
  constructor(
    private readonly traits: LogTraits,
    private held: Held = EMPTY,
  ) {}

  entries(): Content {
    return new Map(this.held.list.entries());
  }

  apply(operation: Operation): string {
    const { syncs, pops } = this.traits;
    const { list, durable, gone } = this.held;
    switch (operation.op) {
      case 'append':
        return this.append(operation.value);
      case 'pop':
        if (!pops) return 'Unknown';
        this.held = {
          list: list.slice(1),
          durable: Math.max(0, durable - 1),
          gone: [...gone, ...list.slice(0, 1)],
          cleared: false,
        };
        return 'Ok';
      case 'sync':
        if (!syncs) return 'Unknown';
        this.held = { list, durable: list.length, gone, cleared: false };
        return 'Ok';
      case 'clear':
        this.held = { list: [], durable: 0, gone: [...gone, ...list], cleared: true };
        return 'Ok';
      default:
        return 'Unknown';
    }
  }

  private append(value: Uint8Array): string {
    const { syncs, circular, retained, maxEntryLength, minEntryLength = 0 } = this.traits;
    const { list, durable, gone } = this.held;
    if (value.length > maxEntryLength || value.length < minEntryLength) return 'InvalidArgument';
    const longer = [...list, value.slice()];
    this.held = {
      list: longer,
      durable: syncs ? durable : longer.length,
      gone,
      cleared: false,
    };
    return circular || this.unitsOf(longer) <= retained ? 'Ok' : OK_OR_FULL;
  }

  /** Units of flash that all entries take, those given up included until a power loss shows which. */
  usedCapacity(): number {
    return this.unitsOf(this.held.list);
  }

  private unitsOf(list: readonly Uint8Array[]): number {
    return list.reduce((sum, { length }) => sum + this.traits.unitsOf(length), 0);
  }

  clone(): Specification {
    return new LogSpecification(this.traits, this.held);
  }

  judge(content: Content, after: Specification): Judgement {
    const shown = [...content.values()];
    if (this.allows(shown)) return { verdict: 'OLD' };
    if (after instanceof LogSpecification) {
      if (after.allows(shown)) return { verdict: 'NEW' };
      const isUnderWay = after !== this && after.held.cleared;
      if (isUnderWay && isPartOf(shown, this.held.list)) return { verdict: 'NEW' };
      return this.fault(shown, after);
    }
    return this.fault(shown, this);
  }

  /** What the store shows is what there is, and is in flash: the rest was given up, or was never durable. */
  recovered(content: Content): void {
    const list = [...content.values()];
    this.held = { ...this.held, list, durable: list.length, cleared: false };
  }

  /** Whether a log may show these entries: all that is durable, in order, less what it may give up of the oldest. */
  private allows(shown: readonly Uint8Array[]): boolean {
    const { circular, retained } = this.traits;
    const { list, durable } = this.held;
    for (let end = list.length; end >= durable; end--) {
      const first = end - shown.length;
      if (first < 0) return false;
      const isAllowed = first === 0 || (circular && this.unitsOf(shown) >= retained);
      if (isAllowed && shown.every((entry, at) => areEqual(entry, list[first + at]))) return true;
    }
    return false;
  }

  private fault(shown: readonly Uint8Array[], after: LogSpecification): Judgement {
    const known = [...this.held.list, ...after.held.list];
    const stranger = shown.findIndex((entry) => !isAmong(entry, known));
    if (stranger >= 0) {
      const isBack = isAmong(shown[stranger], this.held.gone);
      return isBack
        ? { verdict: 'RESURRECTED', sentence: `entry ${stranger} was taken away, and is back` }
        : { verdict: 'UNREADABLE', sentence: `entry ${stranger} was never appended` };
    }
    const { durable } = this.held;
    const isInOrder = isPartOf(shown, this.held.list) || isPartOf(shown, after.held.list);
    if (isInOrder) return { verdict: 'LOST_ACK', sentence: this.lossOf(shown, durable) };
    const sentence = `${shown.length} entries are shown, and not in their order`;
    return { verdict: 'MIXED', sentence };
  }

  private lossOf(shown: readonly Uint8Array[], durable: number): string {
    const missing = this.held.list.slice(0, durable).filter((entry) => !isAmong(entry, shown));
    const count = `${missing.length} of ${durable} durable entries`;
    return `${count} are gone: ${shown.length} are shown`;
  }
}

function isAmong(entry: Uint8Array | undefined, list: readonly Uint8Array[]): boolean {
  return list.some((each) => areEqual(each, entry));
}

/** Whether entries are some of a list, in its order. */
function isPartOf(some: readonly Uint8Array[], list: readonly Uint8Array[]): boolean {
  let at = 0;
  for (const entry of list) if (areEqual(entry, some[at])) at += 1;
  return at >= some.length;
}

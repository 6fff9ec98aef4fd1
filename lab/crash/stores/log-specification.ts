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
  /** Entries, the oldest first; those that were popped come before the others. */
  readonly list: readonly Uint8Array[];
  /** How many were popped. Of a circular log some may have been given up before, so that others were popped instead. */
  readonly popped: number;
  /** How many of the list, from its begin on, no cut may take. */
  readonly durable: number;
  /** Entries that were popped or erased, and are in the list no more. */
  readonly gone: readonly Uint8Array[];
  /** Whether the last operation was a `clear`, which a cut may leave half done. */
  readonly cleared: boolean;
}

const EMPTY: Held = { list: [], popped: 0, durable: 0, gone: [], cleared: false };

export class LogSpecification implements Specification {
  constructor(
    private readonly traits: LogTraits,
    private held: Held = EMPTY,
  ) {}

  entries(): Content {
    return new Map(this.live.entries());
  }

  private get live(): readonly Uint8Array[] {
    return this.held.list.slice(this.held.popped);
  }

  apply(operation: Operation): string {
    const { syncs, pops } = this.traits;
    const held = { ...this.held, cleared: false };
    const { list, popped, gone } = held;
    switch (operation.op) {
      case 'append':
        return this.append(operation.value);
      case 'pop':
        if (!pops) return 'Unknown';
        this.held = { ...held, popped: Math.min(popped + 1, list.length) };
        return 'Ok';
      case 'sync':
        if (!syncs) return 'Unknown';
        this.held = { ...held, durable: list.length };
        return 'Ok';
      case 'clear':
        this.held = { ...EMPTY, gone: [...gone, ...list], cleared: true };
        return 'Ok';
      default:
        return 'Unknown';
    }
  }

  private append(value: Uint8Array): string {
    const { syncs, circular, retained, maxEntryLength, minEntryLength = 0 } = this.traits;
    if (value.length > maxEntryLength || value.length < minEntryLength) return 'InvalidArgument';
    const list = [...this.held.list, value.slice()];
    const durable = syncs ? this.held.durable : list.length;
    this.held = { ...this.held, list, durable, cleared: false };
    return circular || this.usedCapacity() <= retained ? 'Ok' : OK_OR_FULL;
  }

  /** Units of flash that all entries take, those given up included until a power loss shows which. */
  usedCapacity(): number {
    return this.unitsOf(this.live);
  }

  private unitsOf(list: readonly Uint8Array[]): number {
    return list.reduce((sum, { length }) => sum + this.traits.unitsOf(length), 0);
  }

  clone(): Specification {
    return new LogSpecification(this.traits, this.held);
  }

  judge(content: Content, after: Specification, isOn: boolean): Judgement {
    const shown = [...content.values()];
    if (this.allows(shown, isOn)) return { verdict: 'OLD' };
    if (after instanceof LogSpecification) {
      if (after.allows(shown, isOn)) return { verdict: 'NEW' };
      const isUnderWay = after !== this && after.held.cleared;
      if (isUnderWay && isPartOf(shown, this.live)) return { verdict: 'NEW' };
      return this.fault(shown, after);
    }
    return this.fault(shown, this);
  }

  /** What the store shows is what there is, and is in flash: the rest was given up, or was never durable. */
  recovered(content: Content): void {
    const { list, popped, gone } = this.held;
    const shown = [...content.values()];
    this.held = {
      ...EMPTY,
      list: shown,
      durable: shown.length,
      gone: [...gone, ...list.slice(0, popped)],
    };
  }

  /** Whether a log may show these entries: all that is durable, or all there is while it is on, in order, less what it may give up of the oldest. */
  private allows(shown: readonly Uint8Array[], isOn: boolean): boolean {
    const { circular, retained } = this.traits;
    const { list, popped } = this.held;
    const least = isOn ? list.length : this.held.durable;
    for (let end = list.length; end >= least; end--) {
      const first = end - shown.length;
      if (first < popped) return false;
      // As many as were popped stood before these when they were.
      const kept = list.slice(first - popped, end);
      const isAllowed = first === popped || (circular && this.unitsOf(kept) >= retained);
      if (isAllowed && shown.every((entry, at) => areEqual(entry, list[first + at]))) return true;
    }
    return false;
  }

  private fault(shown: readonly Uint8Array[], after: LogSpecification): Judgement {
    const known = [...this.live, ...after.live];
    const stranger = shown.findIndex((entry) => !isAmong(entry, known));
    if (stranger >= 0) {
      const { gone, list } = this.held;
      return isAmong(shown[stranger], gone) || isAmong(shown[stranger], list)
        ? { verdict: 'RESURRECTED', sentence: `entry ${stranger} was taken away, and is back` }
        : { verdict: 'UNREADABLE', sentence: `entry ${stranger} was never appended` };
    }
    const isInOrder = isPartOf(shown, this.live) || isPartOf(shown, after.live);
    if (isInOrder) return { verdict: 'LOST_ACK', sentence: this.lossOf(shown) };
    const sentence = `${shown.length} entries are shown, and not in their order`;
    return { verdict: 'MIXED', sentence };
  }

  private lossOf(shown: readonly Uint8Array[]): string {
    const { list, popped, durable } = this.held;
    const missing = list.slice(popped).filter((entry) => !isAmong(entry, shown));
    const synced = Math.max(0, durable - popped);
    return `${missing.length} of ${list.length - popped} entries are gone, of which ${synced} are durable`;
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

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a store that is a log is to hold: entries in their order, of which the oldest may have been given up.
 *
 * NON-TOCK: shares no code with any store. Content is numbered from the oldest entry that is shown.
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

export class LogSpecification implements Specification {
  constructor(
    private readonly traits: LogTraits,
    private list: readonly Uint8Array[] = [],
    /** Entries, from the oldest on, that no cut may take. */
    private durable = 0,
  ) {}

  entries(): Content {
    return new Map(this.list.entries());
  }

  apply(operation: Operation): string {
    const { syncs, pops, circular } = this.traits;
    switch (operation.op) {
      case 'append':
        if (operation.value.length > this.traits.maxEntryLength) return 'InvalidArgument';
        this.list = [...this.list, operation.value.slice()];
        if (!syncs) this.durable = this.list.length;
        return circular ? 'Ok' : OK_OR_FULL;
      case 'pop':
        if (!pops) return 'Unknown';
        this.list = this.list.slice(1);
        this.durable = Math.max(0, this.durable - 1);
        return 'Ok';
      case 'sync':
        if (!syncs) return 'Unknown';
        this.durable = this.list.length;
        return 'Ok';
      default:
        return 'Unknown';
    }
  }

  /** Units of flash that all entries take, those given up included until a power loss shows which. */
  usedCapacity(): number {
    return this.unitsOf(this.list);
  }

  private unitsOf(list: readonly Uint8Array[]): number {
    return list.reduce((sum, { length }) => sum + this.traits.unitsOf(length), 0);
  }

  clone(): Specification {
    return new LogSpecification(this.traits, this.list, this.durable);
  }

  judge(content: Content, after: Specification): Judgement {
    const shown = [...content.values()];
    if (this.allows(shown)) return { verdict: 'OLD' };
    if (after instanceof LogSpecification && after.allows(shown)) return { verdict: 'NEW' };
    return this.fault(shown, after);
  }

  /** What the store shows is what there is: the rest was given up, or was never durable. */
  recovered(content: Content): void {
    this.list = [...content.values()];
    this.durable = this.list.length;
  }

  /** Whether a log may show these entries: all that is durable, in order, less what it may give up of the oldest. */
  private allows(shown: readonly Uint8Array[]): boolean {
    const { circular, retained } = this.traits;
    for (let end = this.list.length; end >= this.durable; end--) {
      const first = end - shown.length;
      if (first < 0) return false;
      const isAllowed = first === 0 || (circular && this.unitsOf(shown) >= retained);
      if (isAllowed && shown.every((entry, at) => areEqual(entry, this.list[first + at]))) {
        return true;
      }
    }
    return false;
  }

  private fault(shown: readonly Uint8Array[], after: Specification): Judgement {
    const known = [...after.entries().values(), ...this.list];
    const stranger = shown.findIndex((entry) => !known.some((each) => areEqual(each, entry)));
    if (stranger >= 0) {
      const sentence = `entry ${stranger} of ${shown.length} was never appended`;
      return { verdict: 'UNREADABLE', sentence };
    }
    const count = `${shown.length} entries are shown, ${this.durable} were durable`;
    if (shown.length < this.durable) return { verdict: 'LOST_ACK', sentence: count };
    return { verdict: 'MIXED', sentence: `${count}, and they are not the newest in their order` };
  }
}

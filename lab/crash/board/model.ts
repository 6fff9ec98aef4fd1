// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a device must hold after a power cut: what was acknowledged, or that and the whole call in flight.
 *
 * NON-TOCK. Follows the authenticator's calls from outside, by what it says before and after each.
 */
import { payload } from '#apps/authenticator';
import type { WorkloadLine, WorkloadUpdate } from '#apps/workload';

/** Keys and values. */
export type Content = ReadonlyMap<number, Uint8Array>;

/** What was seen after a cut. */
export const CUT_VERDICTS = {
  OLD: 'what was acknowledged; the call in flight has not happened',
  NEW: 'what was acknowledged and the whole call in flight',
  LOST_ACK: 'something acknowledged is gone, or has a value of before',
  MIXED: 'a part of the call in flight',
  RESURRECTED: 'something removed is back',
  UNREADABLE: 'the content cannot be read, or a value never was',
  UNBOOTABLE: 'the board stops, or an app waits for ever',
} as const;
/** One of them. */
export type CutVerdict = keyof typeof CUT_VERDICTS;

/** Whether a verdict is one that a safe store gives. */
export function isSafe(verdict: CutVerdict): boolean {
  return verdict === 'OLD' || verdict === 'NEW';
}

/** What is acknowledged, and what is in flight. */
export class Model {
  private old: Content = new Map();
  private next: Content | undefined;
  /** Every value that a key ever had or was to have. */
  private readonly past = new Map<number, Uint8Array[]>();

  /** What is acknowledged. */
  get content(): Content {
    return this.old;
  }

  /** A call begins; `versions` counts the values that each key had. */
  begin(line: WorkloadLine, versions: ReadonlyMap<number, number>): void {
    const next = new Map(this.old);
    for (const update of updatesOf(line, this.old)) {
      if (update.op === 'remove') next.delete(update.key);
      else
        this.put(next, update.key, payload(update.key, versions.get(update.key) ?? 0, update.size));
    }
    this.next = next;
  }

  /** The call in flight was acknowledged. */
  end(): void {
    this.old = this.next ?? this.old;
    this.next = undefined;
  }

  /** What the content after a cut shows; from then on it is what is acknowledged. */
  judge(seen: Content): CutVerdict {
    const { old, next } = this;
    const verdict = same(seen, old)
      ? 'OLD'
      : next !== undefined && same(seen, next)
        ? 'NEW'
        : undefined;
    this.old = new Map(seen);
    this.next = undefined;
    return verdict ?? this.explain(seen, old, next ?? old);
  }

  private put(content: Map<number, Uint8Array>, key: number, value: Uint8Array): void {
    content.set(key, value);
    this.past.set(key, [...(this.past.get(key) ?? []), value]);
  }

  private explain(seen: Content, old: Content, next: Content): CutVerdict {
    for (const key of new Set([...seen.keys(), ...old.keys(), ...next.keys()])) {
      const value = seen.get(key);
      if (sameValue(value, old.get(key)) || sameValue(value, next.get(key))) continue;
      if (value === undefined) return 'LOST_ACK';
      const known = this.past.get(key)?.some((before) => sameValue(before, value)) === true;
      if (!known) return 'UNREADABLE';
      return old.has(key) || next.has(key) ? 'LOST_ACK' : 'RESURRECTED';
    }
    return 'MIXED';
  }
}

/** What a line does to the content. */
function updatesOf(line: WorkloadLine, content: Content): readonly WorkloadUpdate[] {
  switch (line.op) {
    case 'insert':
    case 'remove':
      return [line];
    case 'transaction':
      return line.updates;
    case 'clear':
      return [...content.keys()]
        .filter((key) => key >= line.key)
        .map((key) => ({ op: 'remove', key }) as const);
    case 'find':
    case 'iterate':
    case 'prepare':
    case 'boot':
      return [];
  }
}

function same(a: Content, b: Content): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (!sameValue(value, b.get(key))) return false;
  return true;
}

function sameValue(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

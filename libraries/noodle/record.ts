// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Write records: which runs of elements are one, whole or not, and which of them count.
 *
 * NON-TOCK: the format of a peer.
 *
 * A record is whole when it is a start, data, and an end of the same number, with nothing between them that is none of it, and
 * its seal is right. Every element that can be read is part of exactly one record, whole or not.
 */
import { Err, Ok } from '#kernel/result';
import type { Place } from '../sequential-storage/items.ts';
import type { Outcome } from '../store/definition.ts';
import type { Element } from './element.ts';
import type { Rules } from './rules.ts';
import type { Seal } from './seal.ts';

/** What is wrong with a record. */
export type Fault =
  /** There is no end: the power went, or the end cannot be read. */
  | 'unfinished'
  /** There is no start. */
  | 'headless'
  /** Something that is no element, or was popped, stands in it. */
  | 'interrupted'
  /** The end has another number. */
  | 'misnumbered'
  /** The end does not seal the data. */
  | 'unsealed'
  /** There are fewer data than there must be. */
  | 'empty';

/** A run of elements in the queue. */
export interface WriteRecord {
  /** What its start says and its end; the larger, when they disagree; 0 when it has neither. */
  readonly sequence: number;
  readonly fault: Fault | undefined;
  /** Whether it has an end. */
  readonly isEnded: boolean;
  /** The item before its first element; undefined when there is none. */
  readonly before: Place | undefined;
  /** Its first and last element. */
  readonly first: Place;
  readonly last: Place;
  /** Data elements that can be read. */
  readonly count: number;
}

/** A record that is being read. */
interface Draft {
  readonly before: Place | undefined;
  readonly sequence: number;
  readonly first: Place;
  last: Place;
  fault: Fault | undefined;
  count: number;
  readonly seal: Seal;
}

/** Makes records of the items of a queue, the oldest first. */
export class RecordReader {
  /** The records that are complete so far. */
  readonly records: WriteRecord[] = [];
  private draft: Draft | undefined;
  private previous: Place | undefined;

  /** `previous`: the item before the first. */
  constructor(
    private readonly rules: Pick<Rules, 'seal' | 'leastData'>,
    previous?: Place,
  ) {
    this.previous = previous;
  }

  /** The next item, and what it holds. */
  item(place: Place, element: Element | undefined): void {
    if (element === undefined) this.gap();
    else this.element(place, element);
    this.previous = place;
  }

  private element(place: Place, element: Element): void {
    if (element.kind === 'start') {
      this.finish();
      this.begin(place, true, element.sequence);
      return;
    }
    const draft = this.draft ?? this.begin(place, false, 0);
    draft.last = place;
    if (element.kind === 'data') {
      draft.count += 1;
      draft.seal.add(element.body);
      return;
    }
    const { sequence, seal } = element;
    const fault = draft.fault ?? this.faultOfEnd(draft, sequence, seal);
    this.put(draft, fault, true, Math.max(draft.sequence, sequence));
  }

  private faultOfEnd(draft: Draft, sequence: number, seal: number): Fault | undefined {
    if (sequence !== draft.sequence) return 'misnumbered';
    if (seal !== draft.seal.word()) return 'unsealed';
    return draft.count < this.rules.leastData ? 'empty' : undefined;
  }

  /** Something comes next that is no element: popped, torn, or of another format. */
  gap(): void {
    if (this.draft !== undefined) this.draft.fault ??= 'interrupted';
  }

  /** There is nothing more, or another record begins. */
  finish(): void {
    const { draft } = this;
    if (draft !== undefined) this.put(draft, draft.fault ?? 'unfinished', false, draft.sequence);
  }

  private begin(place: Place, hasStart: boolean, sequence: number): Draft {
    this.draft = {
      before: this.previous,
      sequence,
      first: place,
      last: place,
      fault: hasStart ? undefined : 'headless',
      count: 0,
      seal: this.rules.seal(),
    };
    return this.draft;
  }

  private put(draft: Draft, fault: Fault | undefined, isEnded: boolean, sequence: number): void {
    const { before, first, last, count } = draft;
    this.records.push({ sequence, fault, isEnded, before, first, last, count });
    this.draft = undefined;
  }
}

/** Whether a record counts. */
export function isWhole({ fault }: WriteRecord): boolean {
  return fault === undefined;
}

/** Records in the order of their numbers, and those with the same in the order of the queue: the last is the newest. */
export function byAge(records: readonly WriteRecord[]): readonly WriteRecord[] {
  return [...records].sort((one, other) => one.sequence - other.sequence);
}

/**
 * The records whose data make the list, each over the ones before it. `records`: all, in the order of the queue.
 * InvalidStorage: the newest is looked for by its number, and another record, which is not whole, has that as well.
 */
export function sources(
  records: readonly WriteRecord[],
  rules: Rules,
): Outcome<readonly WriteRecord[]> {
  const isPart = rules.source !== 'newest-whole';
  const eligible = byAge(records.filter(isPart ? ({ isEnded }) => isEnded : isWhole));
  const last = eligible.at(-1);
  if (last === undefined) return Ok([]);
  const met = rules.find === 'by-place' ? [last] : metByNumber(records, last);
  if (met.length > 1 && !isPart) return Err('InvalidStorage');
  return Ok(rules.source === 'filled-from-older' ? [...eligible.slice(0, -1), ...met] : met);
}

/** What is read from the first start of a record's number on, to the record's end. */
function metByNumber(records: readonly WriteRecord[], record: WriteRecord): readonly WriteRecord[] {
  const first = records.findIndex(({ sequence }) => sequence === record.sequence);
  return records.slice(first, records.indexOf(record) + 1);
}

/** The number of the next record. */
export function nextSequence(records: readonly WriteRecord[], rules: Rules): number {
  const counted = records.filter(
    (record) =>
      rules.next === 'after-any' ||
      (rules.next === 'after-whole' ? isWhole(record) : record.isEnded),
  );
  return 1 + counted.reduce((most, { sequence }) => Math.max(most, sequence), 0);
}

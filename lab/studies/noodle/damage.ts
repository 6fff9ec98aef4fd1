// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A list in records, something that fails, and what a boot shows or a write does then.
 *
 * NON-TOCK: the experiment of the study `noodle-open-questions`.
 */
import { Random } from '#kernel/random';
import { decodeBytes, encodeBytes } from '#libraries/noodle/cbor';
import { nameOf } from '#libraries/noodle/format';
import { Noodle } from '#libraries/noodle/noodle';
import { NodeList } from '#libraries/noodle/nodes';
import { HARDENED, type Source } from '#libraries/noodle/rules';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';

/** The sectors of the notes: 4 KiB, and as many as four records need. */
const FLASH = { wordSize: 4, pageSize: 4096, maxWordWrites: 2, maxPageErases: 100_000 };
/** Bytes of a value. */
export const VALUE_SIZE = 16;
/** Records that are written before anything fails; all nodes change in each. */
const RECORDS = 5;

/** A list: its nodes, the sectors it lives on, and that one in so many bytes of its newest record fails, or takes its page along. */
export const LISTS = {
  'in a sector': { nodes: 16, pages: 6, step: 5, pageStep: 17 },
  'over sectors': { nodes: 160, pages: 12, step: 53, pageStep: 211 },
} as const;
/** Name of a list. */
export type ListName = keyof typeof LISTS;

/** What fails after it was verified. */
export const DAMAGES = ['a bit', 'a word', 'a page, blank', 'a page, noise'] as const;
/** One of them. */
export type Damage = (typeof DAMAGES)[number];
/** What does not take its program. */
export const DEFECTS = ['a bit', 'a byte', 'a page'] as const;
/** One of them. */
export type Defect = (typeof DEFECTS)[number];

/** What is read when the newest record is damaged, by name. */
export const POLICIES = {
  'whole backup': 'newest-whole',
  'newest in part': 'newest-part',
  'filled from older': 'filled-from-older',
} as const satisfies Record<string, Source>;
/** One of them. */
export type Policy = keyof typeof POLICIES;

/** A part of the study. */
export type Part =
  | {
      readonly kind: 'read';
      readonly list: ListName;
      readonly damage: Damage;
      readonly policy: Policy;
    }
  | { readonly kind: 'write'; readonly list: ListName; readonly defect: Defect };

/** What boots showed, as shares of all. */
export interface Read {
  readonly kind: 'read';
  /** Of nodes: as in the newest record, as in an older one, at their default, and as never written. */
  readonly newest: number;
  readonly older: number;
  readonly byDefault: number;
  readonly wrong: number;
  /** Of lists: all values from one record, or all defaults. */
  readonly atOnce: number;
}

/** What one write did. */
export interface Write {
  readonly kind: 'write';
  readonly outcome: string;
  readonly attempts: number;
}

/** The value of every node in a record. */
const valueIn = (record: number): Uint8Array =>
  encodeBytes(new Uint8Array(VALUE_SIZE).fill(record));

function listOf(nodes: number): NodeList {
  const list = new NodeList();
  for (let key = 0; key < nodes; key++) list.attach(nameOf(key), valueIn(0));
  return list;
}

/** A flash that is silent about what it does not do. */
class DefectiveFlash extends BufferStorage {
  /** Bits that stay one, by byte. */
  stuck = new Map<number, number>();
  /** A page that takes no program. */
  deaf = -1;

  override write(...[page, at, bytes, start, length]: Parameters<BufferStorage['write']>): boolean {
    if (page === this.deaf) return true;
    const done = super.write(page, at, bytes, start, length);
    for (const [byte, bits] of this.stuck) this.image[byte] = (this.image[byte] ?? 0) | bits;
    return done;
  }
}

interface Written {
  readonly flash: DefectiveFlash;
  readonly noodle: Noodle;
  readonly list: NodeList;
  /** Offsets of bytes that the newest record programmed. */
  readonly newest: readonly number[];
}

/** A flash with some records, garbage collected after all but the last. */
function written({ nodes, pages }: (typeof LISTS)[ListName], records = RECORDS): Written {
  const flash = new DefectiveFlash({ ...FLASH, numPages: pages }, false);
  const list = listOf(nodes);
  const noodle = new Noodle(flash, list);
  runAtOnce(noodle.read());
  let before = flash.image.slice();
  for (let record = 1; record <= records; record++) {
    for (let more = record > 1; more;) {
      const collected = runAtOnce(noodle.collect());
      more = collected.ok && collected.value;
    }
    before = flash.image.slice();
    for (const key of list.keys()) list.set(key, valueIn(record));
    if (!runAtOnce(noodle.write()).ok) throw new Error('a record had no room');
  }
  const newest = [...before.keys()].filter((at) => before[at] !== flash.image[at]);
  return { flash, noodle, list, newest };
}

// --- What is read --------------------------------------------------------------------------------

function damage(flash: BufferStorage, kind: Damage, at: number, random: Random): void {
  const { image, pageSize } = flash;
  const word = at - (at % 4);
  const page = at - (at % pageSize);
  switch (kind) {
    case 'a bit':
      image[at] = (image[at] ?? 0) ^ (1 << random.below(8));
      break;
    case 'a word':
      for (let byte = word; byte < word + 4; byte++) image[byte] = (image[byte] ?? 0) ^ 0xff;
      break;
    case 'a page, blank':
      image.fill(0xff, page, page + pageSize);
      break;
    case 'a page, noise':
      for (let byte = page; byte < page + pageSize; byte++) image[byte] = random.below(256);
      break;
  }
}

/** Boots once for each failure, and counts where values are from. */
export function read({ list, damage: kind, policy }: Extract<Part, { kind: 'read' }>): Read {
  const shape = LISTS[list];
  const { flash, newest } = written(shape);
  const random = new Random(1);
  const step = kind === 'a bit' || kind === 'a word' ? shape.step : shape.pageStep;
  const seen = { newest: 0, older: 0, byDefault: 0, wrong: 0 };
  let lists = 0;
  let atOnce = 0;
  for (let index = 0; index < newest.length; index += step) {
    const copy = flash.clone();
    damage(copy, kind, newest[index] ?? 0, random);
    const records = recordsIn(bootedList(copy, shape.nodes, POLICIES[policy]));
    for (const record of records) seen[ageOf(record)] += 1;
    lists += 1;
    if (new Set(records).size === 1) atOnce += 1;
  }
  const share = (count: number): number => count / (lists * shape.nodes);
  return {
    kind: 'read',
    newest: share(seen.newest),
    older: share(seen.older),
    byDefault: share(seen.byDefault),
    wrong: share(seen.wrong),
    atOnce: atOnce / lists,
  };
}

function bootedList(flash: BufferStorage, nodes: number, source: Source): NodeList {
  const list = listOf(nodes);
  const noodle = new Noodle(flash, list, { rules: { ...HARDENED, source } });
  // A boot that refuses leaves every node unknown: its default stands, as when there is no record.
  if (!runAtOnce(noodle.read()).ok) list.hydrate(new Map());
  return list;
}

/** For each node the record that its value is from; 0 is the default, -1 none. */
function recordsIn(list: NodeList): number[] {
  return [...list.keys()].map((key) => {
    const value = list.get(key);
    const bytes = value && decodeBytes(value);
    const record = bytes?.[0] ?? -1;
    const isWhole = bytes?.length === VALUE_SIZE && bytes.every((byte) => byte === record);
    return isWhole && record <= RECORDS ? record : -1;
  });
}

function ageOf(record: number): 'newest' | 'older' | 'byDefault' | 'wrong' {
  if (record === RECORDS) return 'newest';
  if (record < 0) return 'wrong';
  return record === 0 ? 'byDefault' : 'older';
}

// --- What is written -----------------------------------------------------------------------------

/** Writes one record over a defect. */
export function write({ list, defect }: Extract<Part, { kind: 'write' }>): Write {
  const shape = LISTS[list];
  const trial = written(shape, 3);
  const { flash, noodle, list: nodes } = written(shape, 2);
  // In the middle of where the next record goes.
  const at = trial.newest[Math.floor(trial.newest.length / 2)] ?? 0;
  if (defect === 'a page') flash.deaf = Math.floor(at / flash.pageSize);
  else flash.stuck.set(at, defect === 'a bit' ? lowestZero(trial.flash.image[at] ?? 0) : 0xff);
  let attempts = 0;
  const program = flash.write.bind(flash);
  flash.write = (page, byteOffset, bytes, start, length) => {
    // Of what is written, only a start element begins with 00 and takes two words.
    if (length === 8 && bytes[start] === 0) attempts += 1;
    return program(page, byteOffset, bytes, start, length);
  };
  for (const key of nodes.keys()) nodes.set(key, valueIn(3));
  const outcome = runAtOnce(noodle.write());
  return { kind: 'write', outcome: outcome.ok ? 'written' : outcome.error, attempts };
}

/** The lowest bit that a program clears. */
function lowestZero(byte: number): number {
  return ~byte & (byte + 1) & 0xff;
}

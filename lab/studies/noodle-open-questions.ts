// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: the two questions that noodle's design notes leave open.
 *
 * NON-TOCK. What do bits, words and whole pages that fail do to a list that is kept in records? And when the newest
 * record is damaged, is what is left of it better, or the backup before it?
 */
import { FRAME_SIZE, entrySize } from '#libraries/noodle/format';
import type { Table } from './framework/exhibit.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';
import {
  DAMAGES,
  DEFECTS,
  LISTS,
  POLICIES,
  VALUE_SIZE,
  read,
  write,
  type Damage,
  type ListName,
  type Part,
  type Policy,
  type Read,
  type Write,
} from './noodle/damage.ts';

type Found = readonly [Part, Read | Write];

const isRead = (found: Found): found is readonly [Extract<Part, { kind: 'read' }>, Read] =>
  found[0].kind === 'read';
const isWrite = (found: Found): found is readonly [Extract<Part, { kind: 'write' }>, Write] =>
  found[0].kind === 'write';

const percent = (share: number): number => share * 100;

function readTable(found: readonly Found[]): Table {
  return {
    kind: 'table',
    title: 'What a boot shows when something of the newest record has failed since it was verified',
    columns: [
      { title: 'list' },
      { title: 'what failed' },
      { title: 'policy' },
      { title: 'newest value', unit: '% of nodes', digits: 1 },
      { title: 'older', unit: '%', digits: 1 },
      { title: 'default', unit: '%', digits: 1 },
      { title: 'never written', unit: '%', digits: 1 },
      { title: 'all from one record', unit: '% of lists', digits: 1 },
    ],
    rows: found
      .filter(isRead)
      .map(([{ list, damage: kind, policy }, { newest, older, byDefault, wrong, atOnce }]) => [
        list,
        kind,
        policy,
        ...[newest, older, byDefault, wrong, atOnce].map(percent),
      ]),
  };
}

function writeTable(found: readonly Found[]): Table {
  return {
    kind: 'table',
    title: 'What a write does over flash that fails without saying so',
    columns: [
      { title: 'list' },
      { title: 'what does not take the program' },
      { title: 'attempts' },
      { title: 'outcome' },
    ],
    rows: found
      .filter(isWrite)
      .map(([{ list, defect }, { attempts, outcome }]) => [list, defect, attempts, outcome]),
  };
}

/** What one part of the reading found. */
function readOf(found: readonly Found[], list: ListName, kind: Damage, policy: Policy): Read {
  const [, seen] =
    found
      .filter(isRead)
      .find(([part]) => part.list === list && part.damage === kind && part.policy === policy) ?? [];
  if (seen === undefined) throw new Error('a part is missing');
  return seen;
}

/** Bytes that fill elements up to words, which no checksum covers, of all bytes of a record. */
function unchecked({ nodes }: (typeof LISTS)[ListName]): number {
  const padding = nodes * 1 + 3 + 3;
  return padding / (FRAME_SIZE + nodes * entrySize(VALUE_SIZE));
}

function checksOf(found: readonly Found[]): Check[] {
  return (Object.keys(LISTS) as ListName[]).flatMap((list): Check[] => [
    {
      what: `${list}, a bit, whole backup: nodes with the newest value`,
      expected: unchecked(LISTS[list]),
      measured: readOf(found, list, 'a bit', 'whole backup').newest,
      tolerance: 0.3,
      source: 'a bit is without effect only where an element is filled up to a word',
    },
    {
      what: `${list}, a bit, whole backup: lists from one record`,
      expected: 1,
      measured: readOf(found, list, 'a bit', 'whole backup').atOnce,
      tolerance: 0,
      source: 'a record counts whole, or not at all',
    },
  ]);
}

function report(outcomes: readonly (Read | Write)[], parts: readonly Part[]): StudyReport {
  const found = parts.flatMap((part, index): Found[] => {
    const outcome = outcomes[index];
    return outcome === undefined ? [] : [[part, outcome]];
  });
  const picked = (
    list: ListName,
    kind: Damage,
    policy: Policy,
    what: keyof Omit<Read, 'kind'>,
  ): string => percent(readOf(found, list, kind, policy)[what]).toFixed(0);
  const groups = (Object.keys(POLICIES) as Policy[]).flatMap((policy) =>
    DAMAGES.map((kind) => ({ policy, kind })),
  );
  const bars = (what: 'newest' | 'older' | 'byDefault' | 'wrong'): number[] =>
    groups.map(({ policy, kind }) => percent(readOf(found, 'over sectors', kind, policy)[what]));
  return {
    answer:
      'Bits, words or pages: noodle has an answer to bits. A bit or byte that does not take its program costs a second ' +
      'attempt; a bit or word that fails later costs one record, and a backup stands in. A page is another matter: ' +
      'three records of a list that fits in a sector share that sector, and when it goes, ' +
      `${picked('in a sector', 'a page, blank', 'whole backup', 'byDefault')} % of all nodes are at their defaults. ` +
      'Backups help where a record fills a sector. And a page that takes no program without saying so is passed by a ' +
      'record that goes beyond it, but ends all writes of a list that fits in it: the design leaves no page out. In part or whole: after one bit, what is left of the newest record has ' +
      `${picked('over sectors', 'a bit', 'newest in part', 'newest')} % of its nodes, against none that are new in the ` +
      'backup; but a node is at its default then, or, filled from older records, as it was beside others that are not: ' +
      'values that never stood together. The notes took the whole backup, and for settings that belong together that ' +
      'is right; where nodes are independent, filling from older records loses least.',
    table: readTable(found),
    picture: {
      kind: 'bars',
      title: 'A list over two sectors: where the values of its nodes are from, %',
      y: { title: '% of nodes' },
      stacked: true,
      groups: groups.map(({ policy, kind }) => `${policy}: ${kind}`),
      series: [
        { name: 'newest record', values: bars('newest') },
        { name: 'older record', values: bars('older') },
        { name: 'default', values: bars('byDefault') },
        { name: 'never written', values: bars('wrong') },
      ],
    },
    more: [writeTable(found)],
    notes: [
      'in a sector: 16 nodes of 16 B, a record of 612 B, 6 sectors of 4 KiB. over sectors: 160 nodes, a record of 5796 B, ' +
        '12 sectors. All nodes change with each of 5 records; the newest three are whole when something fails.',
      'One failure a boot. Bits and words: in one of 5 bytes that the newest record programmed, or, over sectors, in one ' +
        'of 53; pages: those of one in 17, or in 211.',
      'policy: the newest record that is whole; whatever can be read of the newest that has its end; the same, with what ' +
        'is missing there from older records.',
      'A page is what is erased at once, a sector of the notes.',
    ],
    checks: checksOf(found),
  };
}

/** The study. */
export const NOODLE_OPEN_QUESTIONS = study<Part, Read | Write>({
  name: 'noodle-open-questions',
  question:
    'noodle: do bits fail or pages, and is the newest record in part better than a whole backup?',
  parts: () => [
    ...(Object.keys(LISTS) as ListName[]).flatMap((list) =>
      DAMAGES.flatMap((kind) =>
        (Object.keys(POLICIES) as Policy[]).map((policy): Part => ({
          kind: 'read',
          list,
          damage: kind,
          policy,
        })),
      ),
    ),
    ...(Object.keys(LISTS) as ListName[]).flatMap((list) =>
      DEFECTS.map((defect): Part => ({ kind: 'write', list, defect })),
    ),
  ],
  run: (part) => (part.kind === 'read' ? read(part) : write(part)),
  report,
});

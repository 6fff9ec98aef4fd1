// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The main job: a security key's first day, its year on a small flash, and what that does to others.
 *
 * NON-TOCK. Workloads: every store call of a FIDO key, checked call by call against the firmware; the
 * figures to reproduce are those of the firmware's own store on the same calls.
 */
import { NVMC_TIMING, NVMC_LIMITS } from '#chips/nrf52/timing';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { EARLGREY } from '#boards/earlgrey/main';
import { BOARDS } from '#boards/index';
import { NRF52840DK } from '#boards/nrf52840dk/main';
import { STORE_START } from '#boards/nrf52840dk/memory';
import { Trace, type TraceRecord } from '#kernel/trace';
import { duration, grouped } from '../report/columns.ts';
import { commandTable } from '../report/figures.ts';
import { flashMap } from '../report/flash-map.ts';
import type { CheckedLine } from '../run/workload.ts';
import { live, type Memory } from './device.ts';
import { eccTable } from './ecc.ts';
import { excerptOfInsert } from './excerpt.ts';
import { compareInterfaces } from './interfaces.ts';
import { kvAnswers } from './kv-answers.ts';
import { measureNeighbour, neighbourTable, type Neighbour } from './neighbour.ts';

/** What the demonstration is given, and how it speaks. */
export interface Demonstration {
  readonly firstDay: readonly CheckedLine[];
  readonly year: readonly CheckedLine[];
  /** SHA-256 of bytes in lower-case hexadecimal. */
  readonly sha256: (bytes: Uint8Array) => string;
  readonly print: (text: string) => void;
  /** Told the share (0–1) of a long act that is done. */
  readonly progress: (act: string, share: number) => void;
}

/** What the reference store gave for the first day on 20 pages, and for the year on 4. */
const REFERENCE = {
  firstDay: {
    hash: 'ca1d81dce5e29b85a8569cbe874ec1f1549f2ddedca017dd7c64d6c2e2362d41',
    words: 2581,
    erases: 0,
  },
  year: { erases: 52 },
} as const;

const DAY_PAGES = 20;
const YEAR_PAGES = 4;
/** The entry that counts PIN tries left: written before each PIN is compared. */
const PIN_TRIES = 2044;

/** Runs the acts; whether every figure was the reference's. */
export function demonstrate(demonstration: Demonstration): boolean {
  const { print } = demonstration;
  print(title());
  const day = firstDay(demonstration);
  const year = wholeYear(demonstration);
  const boards = bothBoards(demonstration);
  const answers = keyValueAnswers(demonstration);
  const good = day && year && boards && answers;
  print(
    good
      ? 'All figures equal the reference, bit for bit. Next: npm run tocksim -- --help'
      : 'SOME FIGURES DIFFER FROM THE REFERENCE.',
  );
  return good;
}

function title(): string {
  const { writeWord, erasePage } = NVMC_TIMING;
  return [
    'tocksim: a security key on an nRF52840, from system calls down to flash cells',
    `(${duration(writeWord.value)} a word [${writeWord.mark}], ${duration(erasePage.value)} an erasure ` +
      `[${erasePage.mark}], ${NVMC_LIMITS.programsPerWord.value} programs a word, ` +
      `${grouped(NVMC_LIMITS.erasesPerPage.value)} erasures;`,
    ' marks: P primary source, S secondary, M unverified)',
  ].join('\n');
}

function firstDay({ firstDay: lines, sha256, print, progress }: Demonstration): boolean {
  const trace = new Trace();
  const records: TraceRecord[] = [];
  trace.on('record', (record) => records.push(record));
  const onProgress = (done: number): void => {
    progress('first day', done / lines.length);
  };
  const { actions, flash, totals, state } = live({
    lines,
    storePages: DAY_PAGES,
    trace,
    onProgress,
  });
  const { offset, size } = storeRegion(DAY_PAGES);
  const hash = sha256(flash.bytes(offset, size));
  const acts = new Set(lines.map(({ act }) => act)).size;
  const { firstDay: reference } = REFERENCE;
  const good =
    state.difference === undefined &&
    hash === reference.hash &&
    totals.wordsWritten === reference.words &&
    totals.erases === reference.erases;
  print(
    [
      '',
      heading('Act 1: the first day'),
      `${grouped(lines.length)} store calls of ${acts} user actions, ${totals.powerOns} power-ons, ` +
        `${grouped(totals.syscalls)} system calls.`,
      'Virtual time of a command, and what it costs on average (traps: system calls):',
      '',
      commandTable(actions),
      '',
      `words written ${grouped(totals.wordsWritten)} (reference ${grouped(reference.words)}), ` +
        `pages erased ${totals.erases} (${reference.erases})`,
      `SHA-256 of the store's pages, and the reference's:`,
      `  ${hash}`,
      `  ${reference.hash}`,
      '',
      heading('How a PIN try is counted down (transcript, ms since power-on)'),
      excerptOfInsert(records, PIN_TRIES),
    ].join('\n'),
  );
  return good;
}

function wholeYear({ year: lines, print, progress }: Demonstration): boolean {
  const onProgress = (done: number): void => {
    progress('year', done / lines.length);
  };
  const { actions, flash, totals, state } = live({ lines, storePages: YEAR_PAGES, onProgress });
  const good = state.difference === undefined && totals.erases === REFERENCE.year.erases;
  const erase = NVMC_TIMING.erasePage.value / 1e6;
  print(
    [
      '',
      heading(`Act 2: its year on ${YEAR_PAGES} pages, where it compacts`),
      `${grouped(totals.lines)} writing calls, ${grouped(totals.powerOns)} power-ons, ` +
        `${grouped(totals.syscalls)} system calls.`,
      '',
      commandTable(actions),
      '',
      `words written ${grouped(totals.wordsWritten)}, pages erased ${totals.erases} ` +
        `(reference ${REFERENCE.year.erases})`,
      wear(flash),
      '',
      picture(flash),
      '',
      heading('Act 3: a second process beside it'),
      neighbourTable(neighboursOf(flash, state)),
      `(an erasure stalls the nRF52840's CPU for ${erase} ms: no process runs, interrupts`,
      ' wait; on Earl Grey the flash controller works alone, and processes go on)',
      '',
    ].join('\n'),
  );
  return good;
}

/** Beside the year's flash, and beside a small one on the other chip. */
function neighboursOf(flash: NorFlash, state: Memory): ReadonlyMap<string, Neighbour> {
  const small = { flash: EARLGREY.freshFlash(), state: {}, storePages: 3 };
  return new Map([
    [
      NRF52840DK.chip,
      measureNeighbour({ board: NRF52840DK, flash, state, storePages: YEAR_PAGES }),
    ],
    [EARLGREY.chip, measureNeighbour({ board: EARLGREY, ...small })],
  ]);
}

function bothBoards({ firstDay: lines, sha256, print, progress }: Demonstration): boolean {
  const { text, good } = compareInterfaces({
    boards: Object.values(BOARDS),
    lines,
    sha256,
    progress: (share) => {
      progress('boards', share);
    },
  });
  print(
    [
      heading('Act 4: the first day on both boards, through each flash interface'),
      text,
      '(page: one page in RAM; each write is read, AND, erase, write back)',
      good
        ? 'The same values in every store; byte and blocking leave the same bits.'
        : 'THE STORES DIFFER.',
      '',
      'Earl Grey runs without ECC here, as in Tock. Why: a second program breaks it.',
      eccTable(),
      '',
    ].join('\n'),
  );
  return good;
}

function keyValueAnswers({ print }: Demonstration): boolean {
  const { text, good } = kvAnswers(Object.values(BOARDS));
  print(
    [
      heading("Act 5: Tock's key-value driver, succeeding and failing on purpose"),
      text,
      good ? 'Every answer as the driver promises.' : 'SOME ANSWERS ARE WRONG.',
      '',
    ].join('\n'),
  );
  return good;
}

function storeRegion(pages: number): { readonly offset: number; readonly size: number } {
  return { offset: STORE_START, size: pages * NVMC_LIMITS.pageSize.value };
}

function erasesOf(flash: NorFlash): number[] {
  const first = STORE_START / flash.pageSize;
  return Array.from({ length: YEAR_PAGES }, (_, page) => flash.eraseCount(first + page));
}

function wear(flash: NorFlash): string {
  const worst = Math.max(...erasesOf(flash));
  const limit = NVMC_LIMITS.erasesPerPage.value;
  return `most on one page ${worst} of ${grouped(limit)}: ${grouped(limit / worst)} such years`;
}

function picture(flash: NorFlash): string {
  const { offset, size } = storeRegion(YEAR_PAGES);
  const bytes = flash.bytes(offset, size);
  return flashMap({ bytes, pageSize: flash.pageSize, erases: erasesOf(flash), address: offset });
}

function heading(text: string): string {
  return `${text}\n${'═'.repeat(text.length)}`;
}

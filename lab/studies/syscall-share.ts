// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: where does the time of an operation go?
 *
 * NON-TOCK. Each operation runs from an app's call to its answer on a board; what the trace and the counters
 * say of it is added up, and nothing must be left over.
 */
import { FLASH_CTRL_LIMITS, FLASH_CTRL_TIMING } from '#chips/lowrisc/timing';
import { EARLGREY_COSTS, NRF52840_COSTS, type CpuCosts } from '#kernel/costs';
import type { TraceRecord } from '#kernel/trace';
import type { TimeLine } from './framework/exhibit.ts';
import { onBoard, type BoardName, type Call, type Cost } from './framework/on-board.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';

/** 16 KiB on each chip. */
const PAGES: Readonly<Record<BoardName, number>> = { nrf52840dk: 4, earlgrey: 8 };
/** Entries of 50 words that are in the store before, each written three times: two of three are dead. */
const RESIDENTS = 10;
const ROUNDS = 3;
const RESIDENT_SIZE = 200;

const OPERATIONS: Readonly<Record<string, Call>> = {
  'find 4 B': { op: 'find', key: 100 },
  'insert 4 B, new': { op: 'insert', key: 101, size: 4 },
  'insert 4 B, replace': { op: 'insert', key: 100, size: 4 },
  'insert 200 B, new': { op: 'insert', key: 102, size: 200 },
  'insert 1023 B, new': { op: 'insert', key: 103, size: 1023 },
  'remove 200 B': { op: 'remove', key: 1 },
  'transaction of 5 × 4 B': {
    op: 'transaction',
    updates: [1, 2, 3, 4, 5].map((key) => ({ op: 'insert', key: 200 + key, size: 4 })),
  },
  'compaction of a page': { op: 'prepare', words: 2100 },
};

interface Part {
  readonly board: BoardName;
  readonly operation: string;
}

interface Outcome extends Part {
  readonly cost: Cost;
  readonly costs: CpuCosts;
  /** What the flash does first, where the CPU does not wait for it: µs beside the system call with which the app waits. */
  readonly beside: number;
  readonly records: readonly TraceRecord[];
}

/** Where time goes, µs. */
interface Shares {
  readonly syscalls: number;
  readonly software: number;
  readonly program: number;
  readonly erase: number;
}

const COSTS: Readonly<Record<BoardName, CpuCosts>> = {
  nrf52840dk: NRF52840_COSTS,
  earlgrey: EARLGREY_COSTS,
};
/** The operation that is drawn down to its words. */
const DRAWN = { board: 'nrf52840dk', operation: 'insert 4 B, replace' } as const;

function run({ board, operation }: Part): Outcome {
  const call = OPERATIONS[operation];
  if (call === undefined) throw new Error(`there is no operation ${operation}`);
  const before: Call[] = Array.from({ length: ROUNDS * RESIDENTS }, (_, index) => {
    return { op: 'insert', key: index % RESIDENTS, size: RESIDENT_SIZE };
  });
  before.push({ op: 'insert', key: 100, size: 4 });
  const calls = [...before, call];
  const { costs, records } = onBoard({ board, storePages: PAGES[board], calls, isTraced: true });
  const cost = costs.at(-1);
  if (cost?.status !== 0) throw new Error(`${operation} did not go well`);
  const isDrawn = board === DRAWN.board && operation === DRAWN.operation;
  const beside = board === 'earlgrey' ? besideWaiting(records) : 0;
  return { board, operation, cost, costs: COSTS[board], beside, records: isDrawn ? records : [] };
}

/**
 * Time that the flash of Earl Grey works on its first program or erasure while the app's system call to wait for it
 * is still under way.
 */
function besideWaiting(records: readonly TraceRecord[]): number {
  const first = records.find(({ event }) => event === 'flashProgram' || event === 'flashErase');
  if (first === undefined) return 0;
  const { programFlashWord, programSingle, erasePage } = FLASH_CTRL_TIMING;
  const [address, length] = [Number(first.fields['address']), Number(first.fields['length'])];
  const unit = FLASH_CTRL_LIMITS.eccUnit.value;
  const units = Math.ceil((address + length) / unit) - Math.floor(address / unit);
  const program = units === 1 ? programSingle.value : units * programFlashWord.value;
  const works = first.event === 'flashErase' ? erasePage.value : program;
  return Math.min(works, EARLGREY_COSTS.syscall) / 1e3;
}

function sharesOf({ cost, costs }: Outcome): Shares {
  return {
    syscalls: (cost.syscalls * costs.syscall) / 1e3,
    software: (cost.readCalls * costs.storeRead) / 1e3,
    program: cost.programming,
    erase: cost.erasing,
  };
}

const KINDS = ['syscalls', 'software', 'program', 'erase'] as const;

function report(outcomes: readonly Outcome[]): StudyReport {
  const drawn = outcomes.find(({ records }) => records.length > 0);
  const updates = outcomes
    .filter(({ cost }) => cost.words > 0 && cost.erases === 0)
    .map((outcome) => (100 * sharesOf(outcome).syscalls) / outcome.cost.time);
  const named = ({ board, operation }: Part): string => `${operation}, ${board}`;
  return {
    answer:
      `Into the reads of the store, unless a page is erased or a long value is written. The ${range(
        outcomes.map(({ cost }) => cost.syscalls),
        0,
      )} system calls of an operation are ${range(updates, 1)} % of an update without an erasure; only where the ` +
      'flash is not written at all do they count.',
    table: {
      kind: 'table',
      title:
        "An operation from an app's call to its answer, store of 16 KiB with ten entries of 200 B",
      columns: [
        { title: 'operation' },
        { title: 'board' },
        { title: 'time', unit: 'ms', digits: 3 },
        { title: 'system calls' },
        { title: 'read calls' },
        { title: 'words' },
        { title: 'erasures' },
        { title: 'system calls', unit: '%', digits: 1 },
        { title: 'software', unit: '%', digits: 1 },
        { title: 'program', unit: '%', digits: 1 },
        { title: 'erase', unit: '%', digits: 1 },
      ],
      rows: outcomes.map((outcome) => {
        const { operation, board, cost } = outcome;
        const shares = sharesOf(outcome);
        const counts = [cost.syscalls, cost.readCalls, cost.words, cost.erases];
        const percents = KINDS.map((kind) => (100 * shares[kind]) / cost.time);
        return [operation, board, cost.time / 1e3, ...counts, ...percents];
      }),
    },
    picture: {
      kind: 'bars',
      title: 'Where the time of an operation goes, share in %',
      y: { title: '%' },
      stacked: true,
      groups: outcomes.map(named),
      series: KINDS.map((kind) => ({
        name: kind,
        values: outcomes.map((outcome) => (100 * sharesOf(outcome)[kind]) / outcome.cost.time),
      })),
    },
    more: drawn === undefined ? [] : [timeLine(drawn)],
    notes: NOTES,
    checks: outcomes.map((outcome) => leftOver(outcome, named(outcome))),
  };
}

const NOTES = [
  'Costs: a system call 85 µs and a read call of the store 11 µs on the nRF52840; the same cycles at 100 MHz, ' +
    '54.4 and 7.04 µs, on Earl Grey, where nobody published any.',
  'Programming on Earl Grey takes whole flash words of 8 B, an operation of one at least 48 µs.',
  'The system calls, the reads, the programs and the erasures add up to the whole time, to the nanosecond. On ' +
    'Earl Grey some of it is counted twice: the app begins to wait, with a system call, while the flash works on its ' +
    'first words.',
];

function range(values: readonly number[], digits: number): string {
  return `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
}

/**
 * The app waits for the store, and the store for the flash. Only where the CPU goes on while the flash works does the
 * first program, or erasure, run beside the system call with which the app begins to wait.
 */
function leftOver(outcome: Outcome, what: string): Check {
  const shares = sharesOf(outcome);
  const { beside, cost } = outcome;
  return {
    what: `${what}: sum of the parts, µs`,
    expected: cost.time + beside,
    measured: KINDS.reduce((sum, kind) => sum + shares[kind], 0),
    tolerance: 1e-9,
    source: 'whole time, and what the flash does beside a system call',
  };
}

/** System calls, flash and store of one operation, from its first system call on. */
function timeLine({ operation, records, costs }: Outcome): TimeLine {
  const start = records.find(({ event }) => event === 'syscall')?.t ?? 0;
  const micro = (t: number): number => (t - start) / 1e3;
  const syscalls = records
    .filter(({ event }) => event === 'syscall')
    .map(({ t, fields }) => ({
      from: micro(t),
      to: micro(t) + costs.syscall / 1e3,
      label: CLASSES[Number(fields['class'])] ?? 'system call',
    }));
  return {
    kind: 'timeline',
    title: `One operation down to its words: ${operation}, nRF52840`,
    lanes: [
      { name: 'system calls', spans: syscalls },
      { name: 'store', spans: between(records, 'storeStarted', 'storeFinished', micro) },
      { name: 'flash words', spans: between(records, 'flashProgram', 'flashDone', micro) },
    ],
  };
}

const CLASSES: Readonly<Record<number, string>> = {
  0: 'yield',
  1: 'subscribe',
  2: 'command',
  3: 'read-write allow',
  4: 'read-only allow',
  5: 'memop',
};

type Spans = TimeLine['lanes'][number]['spans'];

function between(
  records: readonly TraceRecord[],
  begin: string,
  end: string,
  micro: (t: number) => number,
): Spans {
  const spans: { from: number; to: number; label: string }[] = [];
  let open: TraceRecord | undefined;
  for (const record of records) {
    if (record.event === begin) open = record;
    if (record.event !== end || open === undefined) continue;
    spans.push({ from: micro(open.t), to: micro(record.t), label: describe(open) });
    open = undefined;
  }
  return spans;
}

function describe({ event, fields }: TraceRecord): string {
  if (event === 'storeStarted') return `${fields['operation'] ?? ''}, key ${fields['key'] ?? ''}`;
  const address = Number(fields['address']).toString(16);
  return `program ${fields['length'] ?? ''} B at 0x${address}`;
}

/** The study. */
export const SYSCALL_SHARE = study<Part, Outcome>({
  name: 'syscall-share',
  question: 'Where does the time of an operation go: system calls, software, program, erase?',
  parts: () =>
    (['nrf52840dk', 'earlgrey'] as const).flatMap((board) =>
      Object.keys(OPERATIONS).map((operation) => ({ board, operation })),
    ),
  run,
  report,
});

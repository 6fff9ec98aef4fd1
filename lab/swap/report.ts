// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The matrix as text for terminals 80 characters wide, and as JSON.
 *
 * NON-TOCK: the simulator's own reports.
 */
import { DESIGNS, LETTERS } from './designs.ts';
import { KINDS, type Cell, type Kind, type Outcome, type Verdict } from './matrix.ts';

/** A letter a cell. */
const MARKS: Readonly<Record<Verdict, string>> = {
  unnoticed: '✗',
  userspace: 'U',
  detected: 'D',
  prevented: 'P',
  'not-applicable': '·',
};
const LATER = 'd';
const AT_NEXT_SUBSCRIBE = 'at next subscribe';
const WIDTH = 80;

/** What a cell is in the table. */
export function markOf({ verdict, when }: Pick<Cell, 'verdict' | 'when'>): string {
  return when === AT_NEXT_SUBSCRIBE ? LATER : MARKS[verdict];
}

/** What a cell is in words. */
export function phraseOf({ verdict, when }: Pick<Cell, 'verdict' | 'when'>): string {
  switch (verdict) {
    case 'prevented':
      return 'prevented by construction';
    case 'detected':
      return `detected by the kernel ${when ?? ''}`;
    case 'userspace':
      return 'seen only by userspace that compares';
    case 'unnoticed':
      return 'unnoticed';
    case 'not-applicable':
      return 'not applicable';
  }
}

/** The whole matrix. */
export function matrixText(cells: readonly Cell[]): string {
  const tables = KINDS.map((kind) =>
    tableText(
      kind,
      cells.filter((cell) => cell.kind === kind),
    ),
  );
  return `${tables.join('\n')}\n${legend()}`;
}

function tableText(kind: Kind, cells: readonly Cell[]): string {
  const rows = new Map<number, Cell[]>();
  for (const cell of cells) {
    const { number } = cell.misbehaviour;
    rows.set(number, [...(rows.get(number) ?? []), cell]);
  }
  const head = `    ${kind === 'callback' ? 'CALLBACKS' : 'BUFFERS'}: the capsule …`;
  const letters = DESIGNS.map((design) => LETTERS[design]).join('  ');
  const lines = [...rows].map(([number, row]) => {
    const title = row[0]?.misbehaviour.title ?? '';
    const marks = row.map(markOf).join('  ');
    return `${String(number).padStart(2)}  ${title.padEnd(WIDTH - 26)}  ${marks}`;
  });
  return [`${head.padEnd(WIDTH - 20)}${letters}`, '─'.repeat(WIDTH - 1), ...lines, ''].join('\n');
}

function legend(): string {
  const designs = DESIGNS.map((design) => `${LETTERS[design]} ${design}`).join('  ');
  return [
    `Designs: ${designs}`,
    'P prevented by construction   D detected by the kernel at once, d at next',
    'subscribe   U seen only by userspace that compares what calls give back',
    '✗ unnoticed   · not applicable   A cell is its worst attempt.',
    '',
  ].join('\n');
}

/** Cells one by one: what the capsule did, what was seen, what userspace suffered. */
export function cellsText(cells: readonly Cell[]): string {
  return cells.map(cellText).join('\n');
}

function cellText(cell: Cell): string {
  const { design, misbehaviour, kind, reason, outcomes } = cell;
  const { number, title } = misbehaviour;
  const place = `${LETTERS[design]} ${design}, ${kind}, row ${number.toString()}`;
  const lines = [
    `${place}: the capsule ${title}`,
    `  ${phraseOf(cell)}${reason === undefined ? '' : `: ${reason}`}`,
    ...outcomes.flatMap(outcomeLines),
  ];
  return `${lines.map(wrapped).join('\n')}\n`;
}

function outcomeLines(outcome: Outcome): string[] {
  const { attempt, seen, damage } = outcome;
  return [
    `  * it ${attempt.name}: ${phraseOf(outcome)}`,
    ...firstOf('capsule: it', seen.confessions),
    ...seen.inVain.map((name) => `    capsule: its method ${name} is never called`),
    ...firstOf('kernel:', seen.reports),
    ...(seen.panic === undefined ? [] : [`    the board stops: ${seen.panic}`]),
    ...(seen.compileError === undefined ? [] : [`    compiler: ${seen.compileError}`]),
    ...firstOf('app:', seen.notices),
    ...damageByKind(damage).map((line) => `    damage: ${line}`),
  ];
}

function firstOf(who: string, notes: readonly { readonly what: string }[]): string[] {
  const [first] = notes;
  if (first === undefined) return [];
  const more = notes.length > 1 ? ` (${(notes.length - 1).toString()} more)` : '';
  return [`    ${who} ${first.what}${more}`];
}

/** One line a kind of damage: its first case, and how many there are. */
export function damageByKind(damage: readonly string[]): string[] {
  const kinds = new Map<string, string[]>();
  for (const line of damage) {
    const kind = kindOf(line);
    kinds.set(kind, [...(kinds.get(kind) ?? []), line]);
  }
  return [...kinds.values()].map(([first = '', ...others]) =>
    others.length === 0 ? first : `${first} (${others.length.toString()} more)`,
  );
}

/** The kind of a line of damage. */
export function kindOf(line: string): string {
  return line.slice(0, line.indexOf(':'));
}

/** A line broken at 80 characters; what follows is indented further. */
function wrapped(line: string): string {
  const indent = ' '.repeat(line.search(/\S/) + 4);
  const lines = [''];
  for (const word of line.trimEnd().split(/(?<=\S) /)) {
    const last = lines.length - 1;
    const joined = lines[last] === '' ? word : `${lines[last] ?? ''} ${word}`;
    if (joined.length < WIDTH) lines[last] = joined;
    else lines.push(`${indent}${word}`);
  }
  return lines.join('\n');
}

/** The same for programs. */
export function cellsJson(cells: readonly Cell[]): unknown {
  return {
    cells: cells.map(({ design, misbehaviour, kind, verdict, when, damage, reason }) => ({
      profile: design,
      misbehaviour: misbehaviour.number,
      kind,
      verdict,
      when,
      damage,
      ...(reason === undefined ? {} : { reason }),
    })),
  };
}

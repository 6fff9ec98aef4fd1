// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Makes `doc/CALLBACK-OWNERSHIP.md` from runs, from what was said, and from why the two differ.
 *
 * NON-TOCK: a test compares the file with what is made here.
 */
import type { ViolationReaction } from '#kernel/enforcement';
import { DESIGNS, LETTERS, type Design } from './designs.ts';
import { DIFFERENCES, isAsSaid, STATEMENTS, SYMBOLS, type Difference } from './expected.ts';
import { KINDS, runCell, runMatrix, type Cell, type Kind, type Outcome } from './matrix.ts';
import { MISBEHAVIOURS } from './misbehaviours.ts';
import { DESIGN_NOTES, PROSE } from './prose.ts';
import { kindOf, markOf, phraseOf } from './report.ts';
import { userspaceMarkdown } from './userspace-effects.ts';

const KIND_NAMES: Readonly<Record<Kind, string>> = { callback: 'Callbacks', buffer: 'Buffers' };
const REACTIONS: readonly ViolationReaction[] = ['panic', 'kill', 'disable'];
/** The row by which the reactions are compared: it is detected late, with two processes at stake. */
const REACTION_ROW = 10;

/** The whole page. */
export function page(cells: readonly Cell[] = runMatrix()): string {
  const lines = [
    ...PROSE.beginning,
    ...designTable(),
    ...PROSE.verdicts,
    ...KINDS.flatMap((kind) => matrixTable(kind, cells)),
    ...PROSE.findings,
    ...PROSE.statements,
    ...statementTable(),
    ...PROSE.differences,
    ...differences(cells),
    ...PROSE.reactions,
    ...reactionTable(),
    userspaceMarkdown(),
    ...PROSE.rows,
    ...(cells.length === 0 ? [] : rows(cells)),
    ...PROSE.again,
  ];
  return `${lines.join('\n')}\n`;
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  const line = (row: readonly string[]): string =>
    `| ${row.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line), ''];
}

function designTable(): string[] {
  return table(
    ['', 'profile', 'callbacks', 'buffers', 'what it is, and how it was read'],
    DESIGNS.map((design) => {
      const { callbacks, buffers, note } = DESIGN_NOTES[design];
      return [LETTERS[design], `\`${design}\``, callbacks, buffers, note];
    }),
  );
}

const letters = DESIGNS.map((design) => LETTERS[design]);

function matrixTable(kind: Kind, cells: readonly Cell[]): string[] {
  const rowsOf = MISBEHAVIOURS.map(({ number, title }) => [
    number.toString(),
    `the capsule ${title}`,
    ...cellsOf(cells, kind, number).map(markOf),
    noticedBy(cellsOf(cells, kind, number)),
  ]);
  return [`### ${KIND_NAMES[kind]}`, '', ...table(['', '', ...letters, 'libtock'], rowsOf)];
}

/** The designs in which an app noticed something, whatever the kernel did. */
function noticedBy(cells: readonly Cell[]): string {
  return cells
    .filter(({ outcomes }) => outcomes.some(({ seen }) => seen.notices.length > 0))
    .map(({ design }) => LETTERS[design])
    .join(' ');
}

function cellsOf(cells: readonly Cell[], kind: Kind, number: number): Cell[] {
  return cells.filter((cell) => cell.kind === kind && cell.misbehaviour.number === number);
}

function statementTable(): string[] {
  return table(
    ['', 'about', ...letters],
    STATEMENTS.map(({ number, about, says }) => [number.toString(), about.join(', '), ...says]),
  );
}

// --- Differences ---------------------------------------------------------------------------------

function differences(cells: readonly Cell[]): string[] {
  return [...DIFFERENCES.map((difference) => differenceLine(difference, cells)), ''];
}

function differenceLine(difference: Difference, cells: readonly Cell[]): string {
  const { kind, number, designs, why } = difference;
  const statement = STATEMENTS.find((one) => one.number === number);
  const said = designs.map((design) => statement?.says[DESIGNS.indexOf(design)] ?? '');
  const seen = cellsOf(cells, kind, number).filter(({ design }) => designs.includes(design));
  const list = (texts: readonly string[]): string => [...new Set(texts)].join(', ');
  const place = `Row ${number.toString()}, ${kind}, ${designs.map((design) => LETTERS[design]).join(' ')}`;
  const verdicts = list(seen.map(({ verdict }) => SYMBOLS[verdict]));
  return `- **${place}**: said ${list(said)}, seen ${verdicts}. ${why}`;
}

/** Cells that differ from what was said and are not explained, and explanations of no difference. */
export function unexplained(cells: readonly Cell[]): string[] {
  const name = (kind: Kind, number: number, design: Design): string =>
    `row ${number.toString()}, ${kind}, ${design}`;
  const different = cells
    .filter((cell) => !isAsSaid(cell))
    .map(({ kind, misbehaviour, design }) => name(kind, misbehaviour.number, design));
  const explained = DIFFERENCES.flatMap(({ kind, number, designs }) =>
    designs.map((design) => name(kind, number, design)),
  );
  return [
    ...different.filter((one) => !explained.includes(one)).map((one) => `not explained: ${one}`),
    ...explained.filter((one) => !different.includes(one)).map((one) => `no difference: ${one}`),
  ];
}

// --- Reactions and rows --------------------------------------------------------------------------

function reactionTable(): string[] {
  const misbehaviour = MISBEHAVIOURS.find(({ number }) => number === REACTION_ROW);
  if (misbehaviour === undefined) return [];
  const body = REACTIONS.map((reaction) => {
    const cell = runCell({ design: 'e', misbehaviour, kind: 'callback', reaction });
    const { seen } = cell.outcomes[0] ?? {};
    const end = seen?.panic === undefined ? 'the script goes on' : 'the board stops';
    return [
      `\`${reaction}\``,
      end,
      (seen?.reports.length ?? 0).toString(),
      damageKinds(cell.damage),
    ];
  });
  return table(['reaction', 'then', 'violations', 'damage'], body);
}

/** Each kind of damage with how many lines of it there are. */
function damageKinds(damage: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of damage.map(kindOf)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${kind} × ${count.toString()}`).join(', ');
}

function rows(cells: readonly Cell[]): string[] {
  return MISBEHAVIOURS.flatMap(({ number, title }) => [
    `### Row ${number.toString()}: the capsule ${title}`,
    '',
    ...KINDS.flatMap((kind) => sideLines(kind, cellsOf(cells, kind, number))),
    '',
  ]);
}

/** What was seen of one kind, designs with the same story together. */
function sideLines(kind: Kind, cells: readonly Cell[]): string[] {
  const stories = new Map<string, string[]>();
  for (const cell of cells) {
    for (const story of storiesOf(cell)) {
      stories.set(story, [...(stories.get(story) ?? []), LETTERS[cell.design]]);
    }
  }
  return [...stories].map(([story, designs]) => `- ${kind}, ${designs.join(' ')}: ${story}`);
}

function storiesOf({ reason, outcomes }: Cell): string[] {
  return reason === undefined ? outcomes.map(storyOf) : [`not applicable: ${reason}.`];
}

function storyOf(outcome: Outcome): string {
  const { attempt, seen, damage } = outcome;
  const { compileError, inVain, panic } = seen;
  const kinds = [...new Set(damage.map(kindOf))].join(', ');
  const facts = [
    ...(compileError === undefined ? [] : [`compiler: ${compileError.replace(/: Rust.*/, '')}`]),
    ...inVain.map((name) => `its \`${name}\` is never called`),
    ...seen.reports.slice(0, 1).map(({ what }) => `kernel: ${what}`),
    ...(panic === undefined ? [] : [`the board stops: ${panic}`]),
    ...(kinds === '' ? [] : [kinds]),
  ];
  const told = facts.length === 0 ? 'nothing comes of it' : facts.join('; ');
  return `it ${attempt.name}: **${phraseOf(outcome)}**; ${told}.`;
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the discussion said would come of each misbehaviour, before anybody could try.
 *
 * NON-TOCK: our reading of Tock's pull requests #2282, #2445, #2462, #2639 and #2906, of issue #1905, and of
 * what was said there. It is set beside what was seen, and never used to make it.
 */
import { DESIGNS, type Design } from './designs.ts';
import type { Cell, Kind, Verdict } from './matrix.ts';

/** How a verdict is written there. */
export const SYMBOLS: Readonly<Record<Verdict, string>> = {
  unnoticed: '✗',
  userspace: 'U',
  detected: 'D',
  prevented: 'P',
  'not-applicable': 'n/a',
};

/** What the discussion says about one row: what it speaks of, and A to G. */
interface Statement {
  readonly number: number;
  readonly about: readonly Kind[];
  readonly says: readonly string[];
}

/** ✗ unnoticed, U only userspace could see it, D detected by the kernel, P impossible by construction. */
const TABLE = `
 1 callback | ✗   | ✗ (copyable)       | ✗                      | P         | P                      | P                 | P
 2 callback | n/a | ✗                  | D                      | D         | D                      | P                 | P
 3 callback | n/a | U                  | U                      | U or D    | D                      | P                 | P
 4 callback | n/a | U                  | U (null may be given)  | U         | D or P                 | P                 | P
 5 callback | n/a | U                  | partly D (the process) | D         | D                      | P                 | P
 6 callback | n/a | U                  | U                      | P         | P                      | P                 | P
 7 callback | ✗   | U                  | U                      | P (moved) | P                      | P                 | P
 8 callback | ✗   | U                  | U                      | U         | mostly D (at the next) | P                 | P
 9 callback | ✗   | ✗ (until the next) | ✗                      | ✗         | D at next subscribe    | P                 | P
10 callback | ✗   | ✗                  | D at next subscribe    | D         | D                      | P                 | P
11 buffer   | ✗   | ✗ (not copyable)   | ✗                      | ✗         | ✗                      | ✗                 | P
12 buffer   | n/a | ✗ or U             | ✗ or U                 | ✗ or U    | ✗ or U                 | ✗ or U            | P
13 both     | ✗   | U                  | U                      | U         | U                      | U (NOMEM)         | U (NOMEM)
14 callback | ✗   | ✗                  | ✗                      | ✗         | ✗                      | ✗                 | ✗
15 callback | ✗   | ✗                  | ✗                      | ✗         | ✗                      | ✗                 | ✗
16 callback | ✗   | ✗                  | ✗                      | ✗         | ✗                      | ✗                 | ✗
17 buffer   | ✗   | ✗                  | ✗                      | ✗         | ✗                      | ✗                 | partly P
18 callback | ✗   | ✗                  | ✗                      | ✗         | ✗                      | ✗                 | ✗ (a written rule)
19 both     | n/a | n/a                | n/a                    | n/a       | n/a                    | D (NOMEM, a line) | D (NOMEM, a line)
`;

/** The table, row by row. */
export const STATEMENTS: readonly Statement[] = TABLE.trim().split('\n').map(statement);

function statement(line: string): Statement {
  const [head = '', ...says] = line.split('|').map((text) => text.trim());
  const [number, about] = head.split(/\s+/);
  const kinds: readonly Kind[] = ['callback', 'buffer'];
  return {
    number: Number(number),
    about: about === 'both' ? kinds : kinds.filter((kind) => kind === about),
    says,
  };
}

/** What was said about a cell; undefined where nothing was. */
export function statementOf(kind: Kind, number: number, design: Design): string | undefined {
  const statement = STATEMENTS.find((one) => one.number === number && one.about.includes(kind));
  return statement?.says[DESIGNS.indexOf(design)];
}

/** Whether a cell shows what was said; also where nothing was. */
export function isAsSaid({ kind, misbehaviour, design, verdict, when }: Cell): boolean {
  const said = statementOf(kind, misbehaviour.number, design);
  if (said === undefined) return true;
  const symbols = new Set<string>(said.replace(/\(.*\)/, '').match(/✗|n\/a|\b[UDP]\b/g));
  if (!symbols.has(SYMBOLS[verdict])) return false;
  return !said.includes('at next subscribe') || when === 'at next subscribe';
}

/** Why some cells show something else than was said. */
export interface Difference {
  readonly kind: Kind;
  readonly number: number;
  readonly designs: readonly Design[];
  readonly why: string;
}

/** All of them; a test compares with what is seen. */
export const DIFFERENCES: readonly Difference[] = [
  {
    kind: 'callback',
    number: 2,
    designs: ['2.0-dev'],
    why: 'The kernel says nothing, as was said; but an app that compares finds a pair that is not its own. By then it has seen the other process’s pointer and appdata, and the other lacks its callback: to compare does not prevent it.',
  },
  {
    kind: 'callback',
    number: 5,
    designs: ['c'],
    why: 'Another process’s callback is detected at once, as was said. One of the same process passes the check, be it of another number or the one held before: only the app that gets it sees that it is not what it passed.',
  },
  {
    kind: 'callback',
    number: 8,
    designs: ['e'],
    why: 'A capsule that puts something else in the place is detected at the next subscribe, as was said. One that gives the new callback straight back, as if it were the old one, has given back a callback of the right process and number: the kernel compares no more than that when a subscribe is accepted.',
  },
  {
    kind: 'callback',
    number: 9,
    designs: ['2.0-dev', 'c', 'd'],
    why: 'Until the next subscribe nobody notices, as was said: upcalls call the function of the other number. At the next subscribe an app that compares gets the other number’s pair. Process checks (C, D) do not see it: it is the same process.',
  },
  {
    kind: 'callback',
    number: 10,
    designs: ['2.0-dev'],
    why: 'As in row 2: at the next subscribe the app gets a pair that is not its own. Before that, upcalls went to the other process.',
  },
  {
    kind: 'buffer',
    number: 11,
    designs: ['2.0-dev', 'c', 'd', 'e', '2.0'],
    why: 'A buffer that is not copied cannot be given back and kept. The capsule has to give back something else, or to refuse: an app that compares sees either. An app that does not compare suffers what was said: its memory is written after it took it back.',
  },
  {
    kind: 'buffer',
    number: 12,
    designs: ['1.x'],
    why: 'Nothing is given back in 1.x, so that row 12 was read as not applicable. Taken as what the capsule holds, and not what it gives back, it applies: work of one process is written into the buffer of the other, and nobody notices.',
  },
  {
    kind: 'callback',
    number: 13,
    designs: ['1.x'],
    why: 'A refusal is the answer of the call, a negative ReturnCode as much as a Failure: the app sees it.',
  },
  {
    kind: 'buffer',
    number: 13,
    designs: ['1.x'],
    why: 'The same of allow.',
  },
  {
    kind: 'callback',
    number: 13,
    designs: ['2.0', '2.2'],
    why: 'The app gets NOMEM, as was said. The kernel writes the line that row 19 speaks of, too: it had asked for a grant, and there was none.',
  },
  {
    kind: 'buffer',
    number: 13,
    designs: ['2.2'],
    why: 'As with callbacks. (In 2.0 the capsule holds buffers, and simply refuses.)',
  },
  {
    kind: 'buffer',
    number: 17,
    designs: ['2.2'],
    why: 'The address cannot be cached, neither across calls nor over the death of the process: what is looked up ends with the closure. The length is a number, and a capsule that goes by an old one reports bytes that it did not write. Nothing keeps it from remembering a number.',
  },
  {
    kind: 'callback',
    number: 19,
    designs: ['2.0', '2.2'],
    why: 'No grant, and another grant, are NOMEM and a line, as was said. A grant with too few numbers is a lawful grant to the kernel: it refuses the number with NOSUPPORT and has nothing to report. Only the app sees it.',
  },
  {
    kind: 'buffer',
    number: 19,
    designs: ['2.0'],
    why: 'Not applicable: 2.0 has no counts of buffers, as capsules hold them.',
  },
  {
    kind: 'buffer',
    number: 19,
    designs: ['2.2'],
    why: 'As with callbacks.',
  },
];

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The sentences of `doc/CALLBACK-OWNERSHIP.md` that no run can write.
 *
 * NON-TOCK: kept apart from the code that lays the page out.
 */
import type { Design } from './designs.ts';

/** How a design was read. */
interface DesignNote {
  readonly callbacks: string;
  readonly buffers: string;
  readonly note: string;
}

/** One row of the table of designs each. */
export const DESIGN_NOTES: Readonly<Record<Design, DesignNote>> = {
  '1.x': {
    callbacks: 'capsule, copies',
    buffers: 'capsule, slices',
    note: 'Tock 1.x, released. `subscribe` and `allow` take what is new and answer a ReturnCode; nothing is given back. A slice is memory, and asks nobody whether it is still lent.',
  },
  '2.0-dev': {
    callbacks: 'capsule, copies',
    buffers: 'capsule',
    note: 'The development branch of early 2021. Both calls give back what was held, or what was passed with an error; the kernel passes it on unread. A buffer is not copied, and knows its process.',
  },
  c: {
    callbacks: 'capsule, copies',
    buffers: 'capsule',
    note: 'Proposal #2282 of December 2020, closed. A callback knows its process, also when it is null; what comes back has to be of the process that called. Read so: the default callback is nobody’s and passes; a refusal is checked for its process, and nothing else.',
  },
  d: {
    callbacks: 'capsule, moved',
    buffers: 'capsule',
    note: 'Proposal #2445 of February 2021, closed. A callback is moved, not copied; a factory handed to each driver at the start of a process makes the first. Read so: the factory makes as many null callbacks as it is asked for; an accepted subscribe is checked for the process, a refused one has to give back the very callback that was passed.',
  },
  e: {
    callbacks: 'capsule, moved',
    buffers: 'capsule',
    note: 'Proposal #2462 of February to June 2021, closed. Each callback is minted once, with the grant. Read so: an accepted subscribe is checked for process and number, a refused one for these, function and appdata.',
  },
  '2.0': {
    callbacks: 'kernel',
    buffers: 'capsule',
    note: 'Tock 2.0, released (#2639). A capsule names an upcall by its number. Buffers as in B.',
  },
  '2.2': {
    callbacks: 'kernel',
    buffers: 'kernel',
    note: 'Tock 2.1 and later, released (#2906). A capsule gets a buffer for the length of a closure.',
  },
};

/** The sections in order; tables and lists go between them. */
export const PROSE = {
  beginning: [
    '# Who owns the callback',
    '',
    '<!-- Made by lab/swap/page.ts from runs. A test keeps it current; UPDATE_GOLDEN=1 npm test rewrites it. -->',
    '',
    'A process lends a capsule two things: callbacks, which are a function pointer and a word of its own, and',
    'buffers. When it takes them back it may reuse the memory at once; libtock-rs lends the stack. So the',
    'question of early 2021: may userspace rely on the kernel that a capsule neither keeps, nor loses, nor',
    'exchanges what it was lent? Seven designs were weighed in half a year. This page runs each of them against',
    'nineteen ways in which a capsule can misbehave, and says what was seen.',
    '',
    '```console',
    '$ tocksim swap                                  # the two tables below',
    '$ tocksim swap --profile e --misbehaviour 8     # one row, explained',
    '```',
    '',
    '## The designs',
    '',
  ],
  verdicts: [
    'C, D and E were never released. Their rules here are a reading of the closed pull requests; each is a few',
    'lines of `kernel/callback-rules.ts`. What Rust’s compiler would refuse (a moved value used again, a loan',
    'kept beyond its closure) stops the board here with a `CompileError`.',
    '',
    '## What was seen',
    '',
    'One script serves all cells (`lab/swap/scenario.ts`): two processes subscribe, allow, give work, exchange,',
    'are refused lawfully once, take back, and end. The capsule is honest but for one part, which the row’s file',
    'in `lab/swap/capsules/` replaces; honest in all parts, it leaves no damage and no report in any design.',
    'Damage is what the oracle finds (`conformance/ownership-oracle.ts`), who reads the words of system calls',
    'and believes no kernel, and bytes of a buffer that are not what the work asked for. The processes keep books',
    'and compare what calls give back.',
    '',
    '- **P** prevented: the attempt was made and came to nothing. The compiler refuses it, the kernel never asks,',
    '  or the kernel gives the capsule nothing to do it with.',
    '- **D** detected: the kernel reports it, at once; **d**: at the next subscribe. There may be damage before.',
    '- **U** userspace: there is damage, the kernel is silent, and an app that compares finds out. A refusal is its',
    '  own notice: it is U where nothing else is wrong, and tells an app nothing of other damage.',
    '- **✗** unnoticed: there is damage, and nobody finds out.',
    '- **·** not applicable: the design, or the kind, has no way to say it.',
    '',
    'Where a row can be attempted in several ways, the cell shows the worst.',
    '',
  ],
  findings: [
    'The last column names the designs in which libtock, comparing what calls give back, noticed something by itself,',
    'whatever the kernel did; a refusal (rows 13 and 19) it is told without comparing. What that costs is said below.',
    '',
    'Three things to read off. Enforcement (C, D, E) is about what is given back, so that it comes late or never',
    'where a capsule gives back the right thing and does the wrong one. To move callbacks instead of copying them',
    '(D, E) stops more than any comparison. And rows 14 to 18 are outside of all designs: whether an upcall comes,',
    'when, and with which words, is the driver’s word, whoever holds the pointer.',
    '',
  ],
  statements: [
    '## What had been said',
    '',
    'Our reading of the discussion in #2282, #2445, #2462, #2639, #2906 and #1905: what each design would do',
    'about each row. ✗ unnoticed, D detected by the kernel’s check, P impossible by construction, U only userspace',
    'could see it. Rows 1 to 10 were said of callbacks, rows 11, 12 and 17 of buffers.',
    '',
  ],
  differences: [
    '## Where it differs',
    '',
    'Each cell above that shows something else than was said, and why. Row 12 is read as a capsule whose storage',
    'has one place for what should have two; rows 2 and 3 are its other reading, where it gives back on purpose.',
    '',
  ],
  reactions: [
    '## What follows a detection',
    '',
    'The discussion weighed three reactions: the board panics (#2462 in March 2021), the process that called is',
    'killed (its later heads), or the driver serves nobody any more. Row 10 in design E under each: the process',
    'that is killed is the victim, and the one whose callback it was given may be the next; a driver that is',
    'disabled answers every call with NODEVICE, also to those that it did no harm.',
    '',
  ],
  rows: ['## Row by row', ''],
  again: [
    '## Try it with a capsule of your own',
    '',
    '`tocksim swap --json` prints all cells with their damage for programs; `--trace FILE` keeps the runs. The',
    'honest parts are in `lab/swap/capsules/parts.ts`: a row is a class that replaces a method of one of them.',
  ],
} as const satisfies Record<string, readonly string[]>;

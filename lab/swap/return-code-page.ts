// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The observations about ReturnCodes and ErrorCodes as a page: doc/RETURN-CODES.md.
 *
 * NON-TOCK: the simulator's own reports.
 */
import {
  ENDS,
  judgement,
  STATUS_APPS,
  STATUS_PROFILES,
  statusRows,
  type End,
  type Path,
  type StatusAppName,
  type StatusRow,
} from './return-code.ts';

const APPS = Object.keys(STATUS_APPS) as StatusAppName[];

/** The table of one path: a line for each app and end, a column for each kernel. */
export function statusTable(path: Path, rows: readonly StatusRow[] = statusRows()): string {
  const lines = APPS.flatMap((app) =>
    (Object.keys(ENDS) as End[]).map((end) => {
      const cells = STATUS_PROFILES.map((profile) => {
        const row = rows.find(
          (each) =>
            each.app === app && each.profile === profile && each.path === path && each.end === end,
        );
        return row === undefined ? '' : judgement(row);
      });
      return `| ${[app, end, ...cells].join(' | ')} |`;
    }),
  );
  const head = `| app | it ended in | ${STATUS_PROFILES.map((profile) => `\`${profile}\``).join(' | ')} |`;
  const rule = `| ${'--- | '.repeat(STATUS_PROFILES.length + 1)}--- |`;
  return `${[head, rule, ...lines].join('\n')}\n`;
}

/** The first words that arrived: a line for each path and end. */
function wordTable(rows: readonly StatusRow[]): string {
  const lines = (['upcall', 'command'] as const).flatMap((path) =>
    (Object.keys(ENDS) as End[]).map((end) => {
      const cells = STATUS_PROFILES.map((profile) => {
        const word = rows.find(
          (row) => row.profile === profile && row.path === path && row.end === end,
        )?.word;
        return word === undefined ? '' : String(word | 0);
      });
      return `| ${[path === 'upcall' ? 'upcall, first word' : 'command, r0', end, ...cells].join(' | ')} |`;
    }),
  );
  const head = `| where | it ended in | ${STATUS_PROFILES.map((profile) => `\`${profile}\``).join(' | ')} |`;
  const rule = `| --- | --- | ${STATUS_PROFILES.map(() => '---:').join(' | ')} |`;
  return `${[head, rule, ...lines].join('\n')}\n`;
}

/** The page. */
export function returnCodesPage(): string {
  const rows = statusRows();
  const apps = APPS.map((app) => `- **${app}**: ${STATUS_APPS[app].description}.`).join('\n');
  return `# From ReturnCode to ErrorCode: what breaks in userspace

Made by \`lab/swap/return-code.ts\` from runs; a test keeps it current.

Tock 1.x told of success and failure in one signed number, the ReturnCode. 2.0 has ErrorCodes from 1 on, and in
upcalls a StatusCode: 0 or the error's number. Between the two, in early 2021, commands already answered with
variants whose errors began with FAIL = 0, while upcalls still carried ReturnCodes. One driver ends its work in
success, FAIL or BUSY on each kernel, and three apps read the words that come:

${apps}

## What arrives

Read as signed numbers. \`e\` is a proposal that was never released, after the numbers had been moved to 1.

${wordTable(rows)}
## What apps conclude from an upcall

${statusTable('upcall', rows)}
The app of 1.x takes every failure for success from the kernel on whose statuses are positive: nothing faults,
nothing is printed, and as long as nothing fails nobody sees it. The other way round, an app of 2.0 sees on an older
kernel that something failed, not what. Numbers from 0 are off by one on the next kernel; had upcalls carried them,
FAIL would have been 0, which is success.

## What apps conclude from a command's answer

${statusTable('command', rows)}
On a kernel with variants the app of 1.x takes Failure, variant 0, for success, and a success for the value 128.
An app of 2.0 on 1.x takes a success, r0 = 0, for a Failure, and what is in r1 for the error: here the number of the
command, which it passed. On the kernel of early 2021 it reads FAIL, which was 0, as no error.

## What follows

- A test for errors has to say which numbers it expects: \`status < 0\` and \`status != 0\` agree on success only.
- Converting at the edge is enough: the library's drivers pass statuses through \`tock.status\`, and the apps of
  this repository run unchanged on every profile. The exception is \`flash\` on 1.x: it asks for the flash's
  geometry, three words, of which one register tells one.
- Changed numbers cannot be seen in an app's binary. The change had to come before a release, with the ABI that
  changed anyway.
`;
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The README is true: its app runs, and prints what the README says.
 *
 * NON-TOCK: tests.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT } from '#tools/sources';
import { scratch, tocksim } from './cli/support.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The text of the first fenced block that begins with a line like this. */
function block(language: string, contains: string): string {
  const blocks = [...README.matchAll(/```(\w+)\n([\s\S]*?)```/g)];
  const found = blocks.find(([, kind, text]) => kind === language && text?.includes(contains));
  return found?.[2] ?? expect.fail(`the README has no ${language} block with ${contains}`);
}

describe('README', () => {
  const files = scratch();

  it('shows an app that runs, and exactly what it prints', async () => {
    const path = files.write('greet.mjs', block('js', 'function* main'));
    const shown = block('console', 'greet.mjs').split('\n').slice(1).join('\n');
    const { code, out } = await tocksim('run', path);
    expect([code, out]).to.deep.equal([0, shown]);
  });

  it('shows rows of the first day as the demonstration prints them', async () => {
    const workload = join(ROOT, 'data/workloads/fido-first-day.jsonl');
    const { out } = await tocksim('run', 'authenticator', '--workload', workload);
    for (const row of block('text', 'getPinToken').trimEnd().split('\n')) {
      expect(out).to.contain(row);
    }
  });
});

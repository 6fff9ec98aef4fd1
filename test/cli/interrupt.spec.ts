// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Ctrl-C: work ends early, its report comes all the same, and nothing stays behind. NON-TOCK. */
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { interruptible } from '#cli/interrupt';
import { ROOT } from '#tools/sources';

describe('interruptible', function () {
  this.timeout(30_000);

  it('listens only while the work lasts', async () => {
    const before = process.listenerCount('SIGINT');
    const during = await interruptible((signal) => {
      expect(signal.aborted).to.equal(false);
      return Promise.resolve(process.listenerCount('SIGINT'));
    });
    expect(during).to.equal(before + 1);
    expect(process.listenerCount('SIGINT')).to.equal(before);
  });

  it('a campaign that is interrupted prints whole JSON, and its workers end', async () => {
    const executable = join(ROOT, 'dist/cli/tocksim.js');
    const args = ['crash', '--budget', '1h', '--jobs', '2', '--json', '--operations', '5000'];
    const child = spawn(process.execPath, [executable, ...args], { stdio: 'pipe' });
    let out = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    // Time to start and to cut something; a second signal would end it without a report.
    setTimeout(() => child.kill('SIGINT'), 2500);
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).to.equal(0);
    const report = JSON.parse(out) as { cuts: number; interrupted: boolean; violations: unknown[] };
    expect(report).to.include({ interrupted: true });
    expect(report.cuts).to.be.greaterThan(0);
    expect(report.violations).to.deep.equal([]);
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Worker threads: order, failures, end.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Workers } from '#lab/workers';
import type * as support from './workers-support.ts';

const FILE = new URL('./workers-support.js', import.meta.url);

describe('Workers', () => {
  let workers: Workers<typeof support>;

  beforeEach(() => {
    workers = new Workers<typeof support>(FILE, 2);
  });

  afterEach(async () => {
    await workers.end();
  });

  it('give results in the order of the tasks, whoever is first', async () => {
    let done = 0;
    const results = await workers.all('wait', [100, 1, 2, 3], () => done++);
    expect([results, done]).to.deep.equal([[100, 1, 2, 3], 4]);
  });

  it('reject with what a function throws', async () => {
    const why = 'because';
    const thrown: unknown = await workers.run('fail', { why }).catch((error: unknown) => error);
    expect(thrown).to.be.instanceOf(Error).with.property('message', why);
  });

  it('end a thread in the middle of its work', async () => {
    const given = workers.run('wait', 60_000).catch(() => 'given up');
    await workers.run('wait', 1);
    await workers.end();
    expect(await given).to.equal('given up');
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The transcripts of two bundled apps, read once by a person: `test/golden`. NON-TOCK. */
import { expectGolden } from '../support/golden.ts';
import { expect } from 'chai';
import { scratch, tocksim } from './support.ts';

describe('Transcripts', function () {
  this.timeout(20_000);
  const files = scratch();

  for (const [name, args] of [
    ['hello.txt', ['hello']],
    ['hello-2.1.txt', ['hello', '--profile', '2.1']],
    ['alarms.txt', ['alarms']],
  ] as const) {
    it(`test/golden/${name}: tocksim run ${args.join(' ')}`, async () => {
      const path = files.path('trace.txt');
      const { code } = await tocksim('run', ...args, '--trace', path);
      expect(code).to.equal(0);
      expectGolden(name, files.read('trace.txt'));
    });
  }
});

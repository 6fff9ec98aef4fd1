// SPDX-License-Identifier: Apache-2.0 OR MIT
/** `tocksim run --watch-ownership`, on bundled apps and on drivers of the user's own. NON-TOCK. */
import { expect } from 'chai';
import { join } from 'node:path';
import { bundledApps } from '#cli/app-file';
import { BOARDS } from '#boards/index';
import { ROOT } from '#tools/sources';
import { scratch, tocksim } from '../support.ts';

const TOUR = join(ROOT, 'data/workloads/fido-tour.jsonl');

/** A driver of 2.0-dev that always says it held nothing (row 4), and an app that swaps. */
const FORGETTER = `
export const drivers = () => {
  let none;
  const success = { variant: 128, word1: 0, word2: 0, word3: 0 };
  const driver = {
    interface: '2.0-dev',
    subscribe(number, callback) {
      none ??= callback;
      return { ok: true, value: none };
    },
    command: () => success,
  };
  return [[0xf0000, driver]];
};
export function* main(tock) {
  yield* tock.subscribe(0xf0000, 0, null);
  yield* tock.subscribe(0xf0000, 0, () => undefined);
  yield* tock.subscribe(0xf0000, 0, () => undefined);
  return 0;
}
`;

describe('tocksim run --watch-ownership', function () {
  this.timeout(20_000);
  const files = scratch();

  it("finds no damage in the bundled apps, on either board, in today's profiles", async () => {
    const names = bundledApps().map(({ name }) => name);
    expect(names).to.include.members(['hello', 'kv', 'storage', 'authenticator']);
    for (const board of Object.keys(BOARDS)) {
      for (const profile of ['2.2', '2.2-trd', '2.1', '2.0']) {
        const options = ['--board', board, '--profile', profile, '--until', '2s'];
        for (const name of names.filter((app) => app !== 'workload')) {
          const { err, out } = await tocksim('run', name, '--watch-ownership', ...options);
          expect(err, `${name} on ${board}, ${profile}`).not.to.contain(': process');
          if (err === '') expect(out, name).to.contain('ownership: no damage');
        }
      }
    }
  });

  it('watches each power-on of a workload', async () => {
    const args = ['run', 'authenticator', '--workload', TOUR, '--watch-ownership', '--json'];
    const { code, out } = await tocksim(...args);
    expect(code).to.equal(0);
    const { ownership } = JSON.parse(out) as { ownership: unknown };
    expect(ownership).to.deep.equal({ count: 0, damages: [] });
  });

  it("prints a line for each damage that a user's driver does, and ends with 1", async () => {
    const path = files.write('forgetter.mjs', FORGETTER);
    const { code, out, err } = await tocksim(
      'run',
      path,
      '--profile',
      '2.0-dev',
      '--watch-ownership',
    );
    expect(code).to.equal(1);
    expect(err).to.match(
      /^\[[\d.]+ \S+\] wrong-old-value: process 0, driver 0xf0000, upcall 0: the answer was \(0x0, 0x0\), .*\n$/,
    );
    expect(out).to.contain('ownership: 1 damage\n');
    expect((await tocksim('run', path, '--profile', '2.0-dev')).code, 'unwatched').to.equal(0);
  });

  it('refuses drivers that are no function, or that throw, with one line', async () => {
    const main = 'export function* main() { return 0; }\n';
    const cases = [
      ['export const drivers = 5;', /drivers must be a function of the board's wiring\n$/],
      ['export const drivers = () => { throw new Error("no"); };', /^tocksim: drivers: Error: no/],
      ['export const drivers = () => 7;', /^tocksim: drivers: TypeError: .*iterable/],
    ] as const;
    for (const [index, [text, line]] of cases.entries()) {
      const path = files.write(`bad${index.toString()}.mjs`, `${main}${text}\n`);
      const { code, err } = await tocksim('run', path);
      expect(code).to.equal(2);
      expect(err).to.match(line);
    }
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/** `tocksim crash board`: verdicts of power cuts, a line that shows a loss again. NON-TOCK. */
import { expect } from 'chai';
import { join } from 'node:path';
import { addBoardCuts } from '#cli/commands/board-cuts';
import { UsageError } from '#cli/usage-error';
import { ROOT } from '#tools/sources';
import { crash } from './crash-support.ts';

const board = (...args: string[]) => crash(addBoardCuts, 'board', ...args);

describe('tocksim crash board', () => {
  it('prints the verdicts and ends with 0 when nothing is lost', async () => {
    const { code, out } = await board('--lines', '3', '--drawn', '2');
    expect(code).to.equal(0);
    expect(out).to.match(/^verdict +times\n─+\nOLD +\d+\n/);
    expect(out).to.match(/\ndevices (\d+), cuts \1, power-ons \d+, [\d.]+ m?s of virtual time, /);
  });

  it('prints a command that shows a loss again, and ends with 1', async () => {
    const first = await board('--lines', '6', '--hil', 'page', '--drawn', '0');
    expect(first.code).to.equal(1);
    const again = /\n {2}tocksim crash board (--board .*)$/m.exec(first.out)?.[1]?.split(' ') ?? [];
    const second = await board(...again);
    expect(second.code).to.equal(1);
    expect(second.out).to.include(again.join(' '));
  });

  it('lives one life of many cuts, and says it as JSON; the same for the same seed', async () => {
    const life = ['--life', '4', '--longest', '30ms', '--seed', '7', '--json'];
    const { out } = await board(...life);
    const { cuts, devices, violations, seed } = JSON.parse(out) as Record<string, unknown>;
    expect({ cuts, devices, violations, seed }).to.deep.equal({
      cuts: 4,
      devices: 1,
      violations: [],
      seed: 7,
    });
    expect((await board(...life)).out).to.equal(out);
  });

  it('replays a recorded workload with its own power cycles, and cuts one of them', async () => {
    const workload = join(ROOT, 'data/workloads/fido-first-day.jsonl');
    const { code, out } = await board(
      '--workload',
      workload,
      '--store-pages',
      '20',
      '--at',
      '2s,-,1s',
    );
    expect({ code, out: out.split('\n').slice(2, -3) }).to.have.property('code', 0);
    expect(out).to.include('devices 1, cuts ');
  });

  it('refuses pages that the board has no room for, times that are none, and files that are none', async () => {
    for (const args of [
      ['--store-pages', '64', '--board', 'earlgrey'],
      ['--workload', 'no-such-file.jsonl'],
    ]) {
      const thrown = await board(...args).catch((error: unknown) => error);
      expect(thrown, args.join(' ')).to.be.instanceOf(UsageError);
    }
    for (const at of ['0ms', 'soon', '1ms,,2ms']) {
      const thrown = await board('--at', at).catch((error: unknown) => error);
      expect(String(thrown), at).to.match(/argument '.*' is invalid/);
    }
  });
});

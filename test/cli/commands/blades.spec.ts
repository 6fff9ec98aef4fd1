// SPDX-License-Identifier: Apache-2.0 OR MIT
/** `tocksim crash blades`: a table, a line to see a finding again, exit code 1 when there is one. NON-TOCK. */
import { expect } from 'chai';
import { addBlades } from '#cli/commands/blades';
import { UsageError } from '#cli/usage-error';
import { crash } from './crash-support.ts';

const blades = (...args: string[]) => crash(addBlades, 'blades', ...args);

const FLAW = 'kv-dead-process-keeps-buffer';

describe('tocksim crash blades', () => {
  it('prints a table and ends with 0 when nothing is found', async () => {
    const { code, out } = await blades('--app', 'led,debug', '--kinds', 'kill,restart');
    expect(code).to.equal(0);
    expect(out).to.match(
      /^client +moments +interrupts +runs +findings\n─+\nled .* 0\ndebug .* 0\n$/,
    );
  });

  it('finds nothing at the configuration store and the settings, on both boards', async () => {
    for (const board of ['nrf52840dk', 'earlgrey']) {
      const args = [
        '--board',
        board,
        '--app',
        'cfstore,config-storage',
        '--budget',
        '6s',
        '--json',
      ];
      const { code, out } = await blades(...args);
      expect(code, out).to.equal(0);
    }
  });

  it('prints each finding with the command that shows it again, and ends with 1', async () => {
    const { code, out } = await blades('--app', 'kv', '--faithful', FLAW, '--only', 'kill@85');
    expect(code).to.equal(1);
    const [, finding] = out.trimEnd().split('\n\n');
    expect(finding?.split('\n')).to.deep.equal([
      'HANG  kv: neighbour waits for ever for kv',
      finding?.split('\n')[1],
      `  tocksim crash blades --board nrf52840dk --app kv --faithful ${FLAW} --only kill@85`,
    ]);
    expect(finding).to.match(
      /\n {2}first at [\d.]+ ms, after 0 victim command\(kv, 1.*; one run\n/,
    );
  });

  it('says all of it as JSON, and whether the time was enough', async () => {
    const { code, out } = await blades('--app', 'led', '--budget', '0ms', '--json');
    expect(code).to.equal(0);
    const result = JSON.parse(out) as Record<string, unknown>;
    expect(result).to.deep.include({ board: 'nrf52840dk', faithful: [], runs: 1, complete: false });
    expect(result['clients']).to.have.length(1);
  });

  it('puts another client beside the victim', async () => {
    const only = ['--faithful', FLAW, '--only', 'none'];
    const { code, out } = await blades('--app', 'rng', '--beside', 'debug', ...only);
    expect(code).to.equal(0);
    expect(out).to.match(/\nrng +\d+ +\d+ +2 +0\n$/);
  });

  it('takes any app, by name or file', async () => {
    const { code, out } = await blades('--app', 'hello', '--kinds', 'kill');
    expect({ code, out }).to.have.property('code', 0);
    expect(out).to.match(/\nhello /);
  });

  it('refuses what it does not know, and one intervention for several clients', async () => {
    const refused: readonly (readonly [string[], RegExp])[] = [
      [['--app', 'kv,stor'], /unknown client 'stor' \(did you mean store\?\)/],
      [['--kinds', 'melt'], /unknown kind 'melt'/],
      [['--faithful', 'nothing'], /unknown faithful 'nothing'/],
      [['--faithful', 'trng-flaw', '--board', 'earlgrey'], /faithful/],
      [['--only', 'kill'], /'kill' is no intervention, as kill@57/],
      [['--only', 'kill@1'], /say with --app which client/],
    ];
    for (const [args, message] of refused) {
      const thrown = await blades(...args).catch((error: unknown) => error);
      expect(thrown).to.be.instanceOf(UsageError);
      expect((thrown as UsageError).message).to.match(message);
    }
  });
});

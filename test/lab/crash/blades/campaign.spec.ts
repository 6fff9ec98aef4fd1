// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Blades on whole boards: what upstream had is found unaided, and nothing where nothing is. NON-TOCK. */
import { expect } from 'chai';
import { BOARDS } from '#boards/index';
import { runCampaign, type CampaignOptions, type CampaignResult } from '#lab/crash/blades/campaign';
import { CLIENTS, type ClientName } from '#lab/crash/blades/clients';
import { parseWord } from '#lab/crash/blades/plan';

function campaign(
  victim: CampaignOptions['victim'],
  {
    board = 'nrf52840dk',
    ...options
  }: Partial<Omit<CampaignOptions, 'board'>> & {
    board?: string;
  } = {},
): CampaignResult {
  const kind = BOARDS[board];
  if (kind === undefined) throw new Error(`no board ${board}`);
  return runCampaign({ board: kind, victim, ...options });
}

/** Says that it is enough after so many runs. */
function after(runs: number): () => boolean {
  let asked = 0;
  return () => ++asked > runs;
}

/** What was found, without the circumstances. */
const found = ({ findings }: CampaignResult): string[] =>
  findings.map(({ verdict, what, only }) => `${only.split('@')[0] ?? ''} ${verdict} ${what}`);

describe('Blades', () => {
  it('find that upstream’s KV driver loses its value buffer when a process dies in a get', () => {
    const faithful = ['kv-dead-process-keeps-buffer'];
    const result = campaign('kv', { faithful, kinds: ['kill'], enough: after(100) });
    expect(found(result)).to.deep.equal(['kill HANG neighbour waits for ever for kv']);
    expect(result.findings[0]?.when).to.match(
      /ms, after 0 victim command\(kv, 1, 0, 0\) = Success$/,
    );
  });

  it('find the lost wake-up of Yield-WaitFor by moving an alarm’s interrupt', () => {
    const faithful = ['wait-for-lost-wakeup'];
    const kinds = ['interrupt'] as const;
    const withFlaw = campaign('alarm', { faithful, kinds, enough: after(120) });
    expect(found(withFlaw).join()).to.include('HANG victim waits for ever for console');
    expect(found(campaign('alarm', { kinds, enough: after(120) }))).to.deep.equal([]);
  });

  it('find that the console of upstream is read by the dead', () => {
    const faithful = ['console-dead-reader-keeps-port'];
    const kinds = ['fault'] as const;
    expect(found(campaign('keyboard', { faithful, kinds }))).to.deep.equal([
      'fault NEXT_CLIENT the next client ended with 11',
    ]);
    expect(found(campaign('keyboard', { kinds }))).to.deep.equal([]);
  });

  it('find that upstream’s storage driver loses its buffer with a process', () => {
    const faithful = ['nvs-death-loses-buffer'];
    expect(found(campaign('storage', { faithful, kinds: ['restart'] }))).to.deep.equal([
      'restart NEXT_CLIENT the next client ended with 41',
    ]);
  });

  it('find nothing on a driver without flaws, with every blade', () => {
    for (const victim of ['flash', 'ipc'] satisfies ClientName[]) {
      const { findings, runs, planned } = campaign(victim);
      expect(findings, victim).to.deep.equal([]);
      expect(runs).to.equal(planned);
    }
  });

  it('leave every client of both boards alone when nothing is done', () => {
    for (const board of Object.keys(BOARDS)) {
      for (const victim of Object.keys(CLIENTS) as ClientName[]) {
        const result = campaign(victim, { board, only: { kind: 'none' } });
        expect(result.findings, `${board} ${victim}`).to.deep.equal([]);
      }
    }
  });

  it('show a finding again by its word, and the same findings in the same order every time', () => {
    const options = { faithful: ['nvs-death-loses-buffer'], kinds: ['kill'] } as const;
    const first = campaign('storage', options);
    expect(campaign('storage', options)).to.deep.equal(first);
    const only = parseWord(first.findings[0]?.only ?? '');
    if (only === undefined) expect.fail('the finding has no word');
    const again = campaign('storage', { ...options, only });
    expect(again.findings).to.deep.equal([{ ...first.findings[0], runs: 1 }]);
  });

  it('fall on any app, beside one that must not notice, and stop when it is enough', () => {
    const result = campaign(
      {
        name: 'chatty',
        main: function* (tock) {
          for (let line = 0; line < 3; line++) yield* tock.console.print(`line ${line}\n`);
          return 0;
        },
      },
      { enough: after(20) },
    );
    expect({ ...result, moments: 0, planned: 0, events: 0 }).to.deep.equal({
      client: 'chatty',
      moments: 0,
      events: 0,
      planned: 0,
      runs: 21,
      findings: [],
    });
  });

  it('begin with what is wrong already: a board that hangs undisturbed is a finding', () => {
    const { findings, runs } = campaign({
      name: 'waiting',
      main: function* (tock) {
        yield* tock.yieldWait();
        return 0;
      },
    });
    expect(runs).to.equal(1);
    expect(findings.map(({ verdict, only }) => [verdict, only])).to.deep.equal([['HANG', 'none']]);
  });
});

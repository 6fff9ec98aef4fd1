// SPDX-License-Identifier: Apache-2.0 OR MIT
/** `tocksim crash` and `crash replay`: what is asked, refused, found, saved and shown. NON-TOCK. */
import { expect } from 'chai';
import { basename } from 'node:path';
import { ALL_VERDICTS } from '#lab/crash/verdict';
import { scratch, tocksim, type Ended } from '../support.ts';

interface Summary {
  store: string;
  pageSize: number;
  pages: number;
  seed: number;
  cuts: number;
  pruned: number;
  casesPerSecond: number;
  verdicts: Record<string, number>;
  violationCount: number;
  violations: { verdict: string; file: string; case: { operations: unknown[] } }[];
  coverage: Record<string, number>;
  shards: number;
  operations: number;
  interrupted: boolean;
  before?: { shards: number; cuts: number };
  rejudged?: { was: string; is: string }[];
}

const SMALL = ['--pages', '3', '--page-size', '32', '--operations', '10', '--jobs', '1'];

describe('tocksim crash', function () {
  this.timeout(30_000);
  const files = scratch();

  async function json(...args: string[]): Promise<Summary & { code: number }> {
    const { code, out, err } = await tocksim('crash', '--json', ...args);
    expect(err).to.equal('');
    return { ...(JSON.parse(out) as Summary), code };
  }

  describe('on a sound store', () => {
    it('ends with 0 and no violation', async () => {
      const summary = await json(...SMALL, '--budget', '500');
      expect(summary).to.include({
        code: 0,
        store: 'persistent',
        pageSize: 32,
        pages: 3,
        seed: 1,
        violationCount: 0,
        interrupted: false,
      });
      expect(summary.violations).to.deep.equal([]);
      expect(summary.cuts).to.be.at.least(500);
      expect(summary.casesPerSecond).to.be.greaterThan(0);
      expect(Object.keys(summary.verdicts)).to.deep.equal(ALL_VERDICTS);
      const { OLD = 0, NEW = 0 } = summary.verdicts;
      expect(OLD + NEW).to.be.at.least(summary.cuts);
    });

    it('prints the verdicts, the coverage, and a command that gives the same again', async () => {
      const { code, out, err } = await tocksim('crash', ...SMALL, '--budget', '500');
      expect({ code, err }).to.deep.equal({ code: 0, err: '' });
      for (const line of out.replace(/^again.*/m, '').split('\n')) {
        expect(line.length, line).to.be.at.most(80);
      }
      expect(out).to.match(/^persistent, 3 pages of 32 bytes: random workloads of 10 operations\n/);
      for (const verdict of ALL_VERDICTS) expect(out).to.match(new RegExp(`^${verdict} +\\d`, 'm'));
      const [, again = ''] = /^again +tocksim crash (.*)$/m.exec(out) ?? [];
      const repeated = await tocksim('crash', ...again.split(' '), '--jobs', '1');
      expect(facts(repeated)).to.equal(facts({ code, out, err }));
    });

    it('gives the same with two workers', async () => {
      const one = await json(...SMALL, '--budget', '300');
      const two = await json(...SMALL, '--budget', '300', '--jobs', '2');
      expect(found(two)).to.deep.equal(found(one));
      const other = await json(...SMALL, '--budget', '300', '--seed', '2');
      expect(found(other)).not.to.deep.equal(found(one));
    });

    it('says how many shards were whole when a budget in time ended', async () => {
      const { code, shards, cuts, interrupted } = await json(...SMALL, '--budget', '500ms');
      expect({ code, interrupted }).to.deep.equal({ code: 0, interrupted: shards === 0 });
      if (shards === 0) return;
      const again = await json(...SMALL, '--budget', String(cuts));
      expect(again).to.include({ shards, cuts });
    });

    it('cuts each operation of a given workload once', async () => {
      const rows = Array.from(
        { length: 20 },
        (_, key) => `{"op":"insert","key":${key % 3},"value":"00"}`,
      );
      const file = files.write('w.jsonl', rows.join('\n'));
      const { code, coverage, operations } = await json('--workload', file, '--jobs', '1');
      expect({ code, operations, cut: coverage['operations'] }).to.deep.equal({
        code: 0,
        operations: 20,
        cut: 20,
      });
    });

    it('boots arbitrary images instead', async () => {
      const { code, coverage } = await json('--images', '60', '--jobs', '1');
      expect({ code, images: coverage['images'], calls: coverage['calls'] }).to.deep.equal({
        code: 0,
        images: 60,
        calls: 0,
      });
    });
  });

  describe('on a store that fails', () => {
    const NAIVE = '--store naive --jobs 1 --operations 12 --budget 300'.split(' ');

    it('ends with 1, and saves the first case of each bad verdict, shrunk', async () => {
      const { code, violationCount, verdicts, violations } = await json(
        ...NAIVE,
        '--save',
        files.path('.'),
      );
      expect(code).to.equal(1);
      expect(violationCount).to.be.greaterThan(violations.length);
      const bad = Object.keys(verdicts).filter(
        (name) => !/OLD|NEW/.test(name) && verdicts[name] !== 0,
      );
      expect(violations.map(({ verdict }) => verdict)).to.have.members(bad);
      expect(files.list()).to.deep.equal(violations.map(({ file }) => basename(file)).sort());
      for (const { case: saved } of violations) expect(saved.operations.length).to.be.at.most(6);
    });

    it('prints a line that replays each case, and the file does the same', async () => {
      const { code, out } = await tocksim('crash', ...NAIVE, '--save', files.path('.'));
      expect(code).to.equal(1);
      const lines = [...out.matchAll(/^tocksim crash replay '(.*)'$/gm)].map(([, line]) => line);
      const saved = [...out.matchAll(/^saved as (.*)$/gm)].map(([, path]) => path);
      expect(lines.length).to.equal(saved.length).and.be.greaterThan(0);
      for (const [nth, line = ''] of lines.entries()) {
        const replayed = await tocksim('crash', 'replay', line);
        expect(replayed).to.include({ code: 1, err: '' });
        expect(await tocksim('crash', 'replay', saved[nth] ?? '')).to.deep.equal(replayed);
        expect(replayed.out)
          .to.match(/^page +content/m)
          .and.to.match(/ cut +(write|erase) /);
        for (const row of replayed.out.split('\n')) expect(row.length, row).to.be.at.most(80);
      }
    });

    it('finds the same with two workers, down to the shrunk cases', async () => {
      const one = await json(...NAIVE, '--save', files.path('.'));
      const two = await json(...NAIVE, '--save', files.path('.'), '--jobs', '2');
      expect(found(two)).to.deep.equal(found(one));
    });

    it('plays the cases of a corpus again, and fails as long as one of them does', async () => {
      const folder = files.path('corpus');
      const first = await json(...NAIVE, '--corpus', folder);
      const second = await json(...NAIVE, '--corpus', folder);
      expect(second.rejudged?.map(({ was }) => was)).to.have.members(
        first.violations.map(({ verdict }) => verdict),
      );
      for (const { was, is } of second.rejudged ?? []) expect(is).to.equal(was);
      expect(second.code).to.equal(1);
    });

    it('refuses a place that is no folder before it works', async () => {
      const file = files.write('crash', 'in the way');
      const { code, out, err } = await tocksim('crash', ...NAIVE, '--save', file);
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(err).to.match(/^tocksim: .*crash: is no folder\n$/);
    });
  });

  describe('crash replay', () => {
    const CASE = {
      store: 'naive',
      geometry: { wordSize: 4, pageSize: 64, numPages: 1, maxWordWrites: 1, maxPageErases: 9 },
      behaviours: [],
      operations: [{ op: 'insert', key: 5, value: '0102' }],
      chains: [{ operation: 0, cuts: [{ call: 0, bits: 'none' }] }],
      verdict: 'LOST_ACK',
      sentence: '',
    };

    it('ends with 0 when the fault is there no more, and says so', async () => {
      const { code, out } = await tocksim('crash', 'replay', JSON.stringify(CASE));
      expect(code).to.equal(0);
      expect(out).to.match(/\nOLD: .*LOST_ACK\.\n$/s);
    });

    it('prints each step as JSON, with the whole image', async () => {
      const { out } = await tocksim('crash', 'replay', '--json', JSON.stringify(CASE));
      const { verdict, was, steps } = JSON.parse(out) as {
        verdict: string;
        was: string;
        steps: { kind: string; image: string }[];
      };
      expect({ verdict, was }).to.deep.equal({ verdict: 'OLD', was: 'LOST_ACK' });
      expect(steps.map(({ kind }) => kind)).to.include.members(['operation', 'cut', 'boot']);
      for (const { image } of steps) expect(image).to.match(/^[0-9a-f]{128}$/);
    });

    const HOSTILE: readonly (readonly [string, object])[] = [
      ['another store', { store: 'nobody' }],
      ['a flash that is no flash', { geometry: { ...CASE.geometry, pageSize: 6 } }],
      ['a flash beyond all bounds', { geometry: { ...CASE.geometry, numPages: 1e9 } }],
      ['an image of another size', { image: 'ff' }],
      ['an image that is none', { image: 'xyz' }],
      ['a cut at no operation', { chains: [{ operation: 1, cuts: [{ call: 0, bits: 'none' }] }] }],
      ['bits that are none', { chains: [{ operation: 0, cuts: [{ call: 0, bits: 'set:-1' }] }] }],
      ['an unknown operation', { operations: [{ op: 'drop' }] }],
      ['a field too many', { more: 1 }],
    ];
    for (const [what, change] of HOSTILE) {
      it(`refuses ${what}: one line, exit code 2`, async () => {
        const line = JSON.stringify({ ...CASE, ...change });
        const { code, out, err } = await tocksim('crash', 'replay', line);
        expect({ code, out }).to.deep.equal({ code: 2, out: '' });
        expect(err).to.match(/^tocksim: the [^\n]*\n$/);
      });
    }
  });

  describe('--corpus', () => {
    it('goes on where the last run ended, and comes to what one long run comes to', async () => {
      const folder = files.path('corpus');
      const first = await json(...SMALL, '--budget', '200', '--corpus', folder);
      expect(first.before).to.equal(undefined);
      const second = await json(...SMALL, '--budget', '200', '--corpus', folder);
      expect(second.before).to.deep.equal({ shards: first.shards, cuts: first.cuts });
      const standing = JSON.parse(files.read('corpus/campaign.json')) as {
        next: number;
        counts: { cuts: number; verdicts: object };
      };
      expect(standing.next).to.equal(first.shards + second.shards);
      const whole = await json(...SMALL, '--budget', String(standing.counts.cuts));
      expect(whole.shards).to.equal(standing.next);
      expect(whole.verdicts).to.deep.equal(standing.counts.verdicts);
    });

    it('refuses a folder that holds another campaign, and leaves it as it is', async () => {
      const folder = files.path('corpus');
      await tocksim('crash', ...SMALL, '--budget', '1', '--corpus', folder);
      const before = files.read('corpus/campaign.json');
      const { code, out, err } = await tocksim(
        'crash',
        ...SMALL,
        '--seed',
        '5',
        '--corpus',
        folder,
      );
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(err).to.match(/^tocksim: .*campaign\.json: holds a campaign with another seed; .*\n$/);
      expect(files.read('corpus/campaign.json')).to.equal(before);
    });

    it('refuses a standing that is spoilt', async () => {
      const folder = files.path('.');
      for (const text of ['', '{}', '[1]']) {
        files.write('campaign.json', text);
        const { code, err } = await tocksim('crash', ...SMALL, '--corpus', folder);
        expect(code).to.equal(2);
        expect(err).to.match(/^tocksim: .*campaign\.json: no standing of a campaign: .*\n$/);
      }
    });
  });

  const MISTAKES: readonly (readonly [string, RegExp])[] = [
    ['--store persistant', /^unknown store 'persistant' \(did you mean persistent\?\)$/],
    ['--pages 0', /'--pages <n>' argument '0' is invalid. It must be a whole number/],
    ['--pages 2.5', /'--pages <n>' argument '2.5' is invalid/],
    ['--pages 2', /^2 pages of 64 bytes: persistent .*3 to 64 pages/],
    ['--page-size 30', /^--page-size: a page is whole words of 4 bytes, not 30 bytes$/],
    ['--page-size 16', /^5 pages of 16 bytes: persistent /],
    ['--page-size 65536 --pages 64', /the laboratory takes up to 1 MiB of flash$/],
    ['--depth 0', /'--depth <k>' argument '0' is invalid/],
    ['--budget 0', /'--budget <budget>' argument '0' is invalid/],
    ['--budget 0s', /'--budget <budget>' argument '0s' is invalid/],
    ['--budget soon', /'--budget <budget>' argument 'soon' is invalid/],
    ['--seed x', /'--seed <n>' argument 'x' is invalid/],
    ['--jobs 0', /'--jobs <n>' argument '0' is invalid/],
    ['--subsets extreme', /^unknown subsets 'extreme' \(did you mean extremes\?\)$/],
    ['--cut-model word-atomik', /^unknown cut model .* \(did you mean word-atomic\?\)$/],
    ['--bad-pages 5', /^--bad-pages: there is no page 5; pages are 0 to 4$/],
    ['--bad-pages 1,x', /'--bad-pages <list>' argument '1,x' is invalid/],
    ['--workload nowhere.jsonl', /^nowhere.jsonl: there is no such file$/],
    ['--images 5 --budget 5', /^--images: instead of --budget, not with it$/],
    ['--save nowhere', /^nowhere: there is no such folder$/],
    ['replay nowhere.json', /^nowhere.json: there is no such file$/],
    ['replay {}', /^the replay line: no case: /],
    ['replay', /^missing required argument 'case'$/],
  ];
  for (const [line, said] of MISTAKES) {
    it(`${line}: one line, exit code 2`, async () => {
      const { code, out, err } = await tocksim('crash', ...line.split(' '));
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(err).to.match(/^tocksim: [^\n]*\n$/);
      expect(err.slice('tocksim: '.length, -1)).to.match(said);
    });
  }
});

/** What a text says, without what a clock says. */
function facts({ out }: Ended): string {
  return out.replace(/; [\d,]+ a second.*/, '').replace(/^again.*/m, '');
}

/** What JSON says, without what a clock says. */
function found(summary: Summary): object {
  const { casesPerSecond: _, ...rest } = summary;
  return { ...rest, jobs: undefined };
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Cases are played, shown and shrunk.
 *
 * NON-TOCK: test of lab/crash/play.ts, replay.ts, shrink.ts and story.ts.
 */
import { expect } from 'chai';
import { caseFromText, caseToText, type CrashCase } from '#lab/crash/crash-case';
import { DEFAULT_OPTIONS, explore } from '#lab/crash/explore';
import { Player } from '#lab/crash/play';
import { replayCase } from '#lab/crash/replay';
import { shrink } from '#lab/crash/shrink';
import { adapterOf } from '#lab/crash/stores/index';
import { PERSISTENT } from '#lab/crash/stores/persistent';

const NAIVE = { ...DEFAULT_OPTIONS, store: 'naive', pageSize: 64, pages: 4 };

function found(): CrashCase[] {
  return explore(NAIVE, { shards: 3 }).violations;
}

function play(crashCase: CrashCase): string {
  const adapter = adapterOf(crashCase.store);
  if (adapter === undefined) expect.fail('no such store');
  return new Player(adapter, crashCase).play().verdict;
}

/** A story of the persistent store in which an insertion is cut, and its recovery too. */
const STORY: CrashCase = {
  store: 'persistent',
  geometry: { wordSize: 4, pageSize: 64, numPages: 3, maxWordWrites: 2, maxPageErases: 10 },
  behaviours: [],
  operations: [
    { op: 'insert', key: 1, value: Uint8Array.of(1, 2, 3, 4) },
    { op: 'insert', key: 2, value: Uint8Array.of(5, 6, 7, 8) },
  ],
  chains: [
    {
      operation: 1,
      cuts: [
        { call: 1, bits: 'set:3' },
        { call: 0, bits: 'none' },
      ],
    },
  ],
  verdict: 'OLD',
  sentence: '',
};

describe('Crash laboratory: cases', () => {
  it('each violation is a case that shows the same when it is played from its text', () => {
    const cases = found();
    expect(new Set(cases.map(({ verdict }) => verdict)).size).to.be.at.least(3);
    for (const each of cases) {
      const read = caseFromText(caseToText(each));
      if (!read.ok) expect.fail(read.error);
      expect(play(read.value)).to.equal(each.verdict);
    }
  });

  it('the failures of the naive store shrink to three operations or fewer', () => {
    for (const each of found()) {
      const small = shrink(each);
      expect(play(small), caseToText(small)).to.equal(each.verdict);
      expect(small.verdict).to.equal(each.verdict);
      expect(small.operations.length, caseToText(small)).to.be.at.most(3);
      expect(small.chains.length).to.be.at.most(1);
    }
  });

  it('a case that shows nothing is left as it is', () => {
    expect(shrink({ ...STORY, verdict: 'MIXED' })).to.deep.equal({ ...STORY, verdict: 'MIXED' });
  });

  it('a replay tells each moment in its order, with the flash as it was then', () => {
    const steps = replayCase(STORY);
    if (!steps.ok) expect.fail(steps.error);
    const kinds = steps.value.map(({ kind }) => kind).join(' ');
    expect(kinds).to.match(
      /^boot write result operation write write( write)* result operation write cut boot cut boot write.* result boot result verdict$/,
    );
    const [first] = steps.value;
    expect(first?.image.every((byte) => byte === 0xff)).to.equal(true);
    const cut = steps.value.find(({ kind }) => kind === 'cut');
    expect(cut?.text).to.match(/power is lost, 1 of \d+ bits have moved \(set:3\)/);
    expect(cut?.range).to.deep.equal({ page: 0, byteOffset: 20, length: 4 });
    expect(steps.value.at(-1)?.verdict).to.equal('OLD');
  });

  it('a failure that the flash reports, stray bits and falling bits are played', () => {
    const [chain] = STORY.chains;
    const withCut = (extras: object): CrashCase => ({
      ...STORY,
      chains: [{ operation: 1, cuts: [{ call: 1, bits: 'none', ...extras }] }],
    });
    expect(chain?.cuts.length).to.equal(2);
    expect(play(withCut({ reported: true }))).to.equal('OLD');
    // A bit of the first value's last word, which its checksum covers.
    expect(play(withCut({ before: [3 * 32 + 3] }))).to.not.equal('OLD');
    expect(play(withCut({ after: [3 * 32 + 3] }))).to.not.equal('OLD');
    expect(play(withCut({ unstable: 3 }))).to.equal('OLD');
  });

  it('an image is booted, and refused without a fault', () => {
    const size = STORY.geometry.pageSize * STORY.geometry.numPages;
    expect(play({ ...STORY, image: '00'.repeat(size), operations: [], chains: [] })).to.equal(
      'OLD',
    );
  });

  it('a case for a store or a flash that there is not is refused', () => {
    expect(replayCase({ ...STORY, store: 'none' }).ok).to.equal(false);
    const geometry = { ...STORY.geometry, numPages: 2 };
    expect(replayCase({ ...STORY, geometry }).ok).to.equal(false);
    expect(PERSISTENT.refuses(STORY.geometry)).to.equal(undefined);
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Explorations as a whole: what is covered, and that a result depends on its options alone.
 *
 * NON-TOCK: test of lab/crash/explore.ts, shard.ts, branches.ts and judge.ts.
 */
import { expect } from 'chai';
import { ALL_EXTREMES } from '#lab/crash/cut-model';
import { DEFAULT_OPTIONS, explore, isReached, type CrashOptions } from '#lab/crash/explore';
import { SOUND_PART, type PartOptions } from '#lab/crash/parts';
import { addReport, emptyReport, type CrashReport } from '#lab/crash/report';
import { exploreAdapter, exploreShard, geometryFor } from '#lab/crash/shard';
import { PERSISTENT } from '#lab/crash/stores/persistent';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { startChange } from '#libraries/persistent-store/driver';
import type { Change } from '#libraries/persistent-store/model';
import { runAtOnce } from '#libraries/store/run-at-once';
import { Store } from '#libraries/persistent-store/store';

const SMALL: CrashOptions = {
  ...DEFAULT_OPTIONS,
  store: 'persistent',
  pageSize: 64,
  pages: 4,
  length: 30,
  images: 5,
};
const goOn = (): boolean => true;

function timeless(report: CrashReport): CrashReport {
  return { ...report, casesPerSecond: 0 };
}

function withPart(part: Partial<PartOptions>): CrashReport {
  return explore({ ...SMALL, part: { ...SOUND_PART, ...part } }, { shards: 2 });
}

/** Bits that each program or erase of an operation on a new store is to move, by the other flash. */
function movingBits(operation: Change): number[] {
  const flash = new BufferStorage(geometryFor(PERSISTENT, SMALL));
  const store = new Store(flash);
  runAtOnce(store.boot());
  const bits: number[] = [];
  let before = flash.image.slice();
  const write = flash.write.bind(flash);
  flash.write = (...args) => {
    const done = write(...args);
    bits.push(distance(before, flash.image));
    before = flash.image.slice();
    return done;
  };
  runAtOnce(startChange(store, operation));
  return bits;
}

function distance(one: Uint8Array, other: Uint8Array): number {
  let bits = 0;
  for (const [at, byte] of one.entries()) {
    for (let left = byte ^ (other[at] ?? 0); left !== 0; left &= left - 1) bits += 1;
  }
  return bits;
}

describe('Crash laboratory: explorations', () => {
  for (const [pageSize, pages, depth] of [
    [32, 3, 1],
    [32, 3, 2],
    [64, 5, 1],
    [64, 3, 2],
    [512, 8, 1],
  ] as const) {
    it(`the persistent store keeps its claim: ${pages} x ${pageSize} B, ${depth} deep`, () => {
      const length = depth === 1 ? 60 : 12;
      const report = explore({ ...SMALL, pageSize, pages, depth, length }, { shards: 1 });
      expect(report.violations).to.deep.equal([]);
      expect(report.cuts).to.be.greaterThan(500);
      expect(report.verdicts.OLD).to.be.greaterThan(0);
      expect(report.verdicts.NEW).to.be.greaterThan(0);
      expect(report.coverage.images).to.equal(5);
    });
  }

  it('every subset of few bits is tried at each call, else none, all and each bit alone or missing', () => {
    const operation: Change = { op: 'insert', key: 5, value: Uint8Array.of(1, 2, 3, 4, 5) };
    const workload = [operation];
    const bits = movingBits(operation);
    const plain = { ...SMALL, workload, lossy: 0, goOn: 0, images: 0, subsets: ALL_EXTREMES };
    const { coverage, cuts, pruned } = explore(plain, { shards: 1 });
    const subsets = bits.map((total) => (total <= 6 ? 2 ** total : 2 + 2 * total));
    expect(bits.length).to.equal(2);
    expect(coverage.calls).to.equal(bits.length);
    expect(coverage.subsets).to.equal(subsets.reduce((sum, each) => sum + each, 0));
    expect(cuts + pruned).to.equal(coverage.subsets);
    // What all bits of one call leave is what none of the next one do.
    expect(pruned).to.be.at.least(bits.length - 1);
  });

  it('two cuts deep, each recovery is cut as well', () => {
    const one = explore({ ...SMALL, lossy: 0 }, { shards: 1 });
    const two = explore({ ...SMALL, lossy: 0, depth: 2 }, { shards: 1 });
    expect(two.coverage.operations).to.equal(one.coverage.operations);
    expect(two.coverage.calls).to.be.greaterThan(4 * one.coverage.calls);
    expect(two.pruned).to.be.greaterThan(one.pruned);
  });

  it('the same options give the same report, another seed another', () => {
    const reports = [1, 1, 2].map((seed) => timeless(explore({ ...SMALL, seed }, { shards: 2 })));
    expect(reports[1]).to.deep.equal(reports[0]);
    expect(reports[2]?.cuts).to.not.equal(reports[0]?.cuts);
  });

  it('shards give the same sum in whatever order they are run', () => {
    const shards = [3, 1, 0, 2].map((index) => ({
      index,
      report: exploreShard(SMALL, index, goOn),
    }));
    const sum = emptyReport(SMALL);
    for (const { report } of shards.sort((a, b) => a.index - b.index)) addReport(sum, report);
    expect(sum).to.deep.equal(timeless(explore(SMALL, { shards: 4 })));
  });

  it('slices of a workload try the operations of the whole, each once', () => {
    const options = { ...SMALL, images: 0 };
    const whole = explore(options, { shards: 1 }).coverage;
    const sliced = explore({ ...options, slices: 3 }, { shards: 3 }).coverage;
    expect([sliced.operations, sliced.calls]).to.deep.equal([whole.operations, whole.calls]);
  });

  it('a budget ends with a shard; progress is told, and stops the run when it says so', () => {
    expect(isReached({ shards: 2 }, emptyReport(SMALL), 1)).to.equal(false);
    expect(isReached({ shards: 2 }, emptyReport(SMALL), 2)).to.equal(true);
    expect(isReached({ cuts: 5 }, { ...emptyReport(SMALL), cuts: 5 }, 1)).to.equal(true);
    let told = 0;
    const report = explore({ ...SMALL, length: 1000 }, {}, ({ fraction }) => {
      told += 1;
      return fraction < 0.02;
    });
    expect(told).to.be.within(5, 100);
    expect(report.shards).to.equal(0);
    expect(report.cuts).to.be.greaterThan(0);
  });

  it('a path that loses power now and then goes on from what recovered', () => {
    const report = explore({ ...SMALL, lossy: 2, length: 100 }, { shards: 3 });
    expect(report.violations).to.deep.equal([]);
    expect(report.shards).to.equal(3);
  });

  it('failures that the flash reports are survived, as claimed', () => {
    const report = withPart({ failures: 10 });
    expect([report.violationCount, report.excused]).to.deep.equal([0, 0]);
  });

  it('what parts do beyond the claim is counted, and no violation', () => {
    for (const part of [{ rot: 3 }, { wrongWay: 3 }, { weak: 2 }, { badPages: [1] }]) {
      const report = withPart(part);
      expect(report.violationCount, JSON.stringify(part)).to.equal(0);
      expect(report.excused, JSON.stringify(part)).to.be.greaterThan(0);
    }
  });

  it('a cut model beyond the claim excuses what it shows; one within it does not', () => {
    const naive = { ...SMALL, store: 'naive', images: 0 };
    const harsh = explore({ ...naive, cutModel: 'any-subset-of-bits' }, { shards: 1 });
    expect(harsh.violationCount).to.equal(0);
    expect(harsh.excused).to.be.greaterThan(0);
    expect(explore(naive, { shards: 1 }).violationCount).to.be.greaterThan(0);
    const mild = explore({ ...SMALL, cutModel: 'byte-prefix' }, { shards: 1 });
    expect(mild.violations).to.deep.equal([]);
    expect(mild.coverage.exhausted).to.equal(mild.coverage.calls);
  });

  it("the crate's gap shows two cuts deep in its own mode: values not wiped, as its claim says", () => {
    const options = { ...SMALL, store: 'persistent-upstream', depth: 2 };
    const { verdicts, excused, violationCount } = explore(options, { shards: 1 });
    expect(violationCount).to.equal(0);
    expect(verdicts.NOT_WIPED).to.be.greaterThan(0);
    expect(excused).to.equal(verdicts.NOT_WIPED);
  });

  it('a store that forgets something between two operations is found without any cut', () => {
    const forgetful = {
      ...PERSISTENT,
      specification: (geometry: Parameters<typeof PERSISTENT.specification>[0]) => {
        const model = PERSISTENT.specification(geometry);
        model.apply({ op: 'insert', key: 9, value: Uint8Array.of(1) });
        return model;
      },
    };
    const report = exploreAdapter(forgetful, SMALL);
    expect(report.violations[0]?.verdict).to.equal('LOST_ACK');
    expect(report.violations[0]?.chains).to.deep.equal([]);
  });
});

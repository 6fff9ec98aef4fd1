// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bench of the stores: what crosses the bus, counted by hand for the naive store, whose costs are arithmetic.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { NAIVE } from '#libraries/naive-store/definition';
import { PERSISTENT } from '#libraries/persistent-store/definition';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { TEP_BLOCK } from '#libraries/tinyos/block-definition';
import { OCCUPANCIES, blockAtRest, mapAtRest } from '#lab/studies/stores/at-rest';
import { StoreBench, costOfBlock, costOfMap, rest, type Cost } from '#lab/studies/stores/bench';
import { MAP_LOADS, chance } from '#lab/studies/stores/loads';
import { MeteredFlash, between, geometryOf } from '#lab/studies/stores/metered-flash';
import { GONE, readableSecrets } from '#lab/studies/stores/secrets';
import { PARTS } from '#lab/studies/workload/parts';

function nrf(): NonNullable<(typeof PARTS)[string]> {
  const part = PARTS['nrf52840'];
  if (part === undefined) throw new Error('no part');
  return part;
}

const site = { part: nrf(), pages: 8 };

describe('MeteredFlash', () => {
  it('counts each word of a write, again those programmed before, and the time of the part', () => {
    const flash = new MeteredFlash(new BufferStorage(geometryOf(nrf(), 2)), nrf());
    const start = flash.meter();
    flash.write(0, 0, new Uint8Array(8), 0, 8);
    flash.write(0, 4, new Uint8Array(8), 0, 8);
    flash.read(0, 0, 12);
    const meter = between(start, flash.meter());
    expect(meter).to.deep.equal({
      ...{ readCalls: 1, readWords: 3, writeCalls: 2, programs: 4, programsAgain: 1, erases: 0 },
      time: 4 * 41_000 + 11_000,
    });
    expect(flash.mostPrograms).to.equal(2);
    flash.erase(0);
    flash.write(0, 0, new Uint8Array(4), 0, 4);
    expect(flash.meter()).to.include({ erases: 1, programsAgain: 1 });
    expect(flash.meter().time - meter.time).to.equal(85e6 + 41_000);
    expect(flash.mostPrograms, 'the erasure begins anew').to.equal(2);
  });
});

describe('The bench of the stores', () => {
  it('measures for a block store 4 words a write of 16 B, and all units at once when it is full', () => {
    const cost = costOfBlock(TEP_BLOCK, site) as Cost;
    const perRound = (8 * 4096) / 16;
    expect(cost.updates).to.equal(3 * perRound);
    expect(cost.meter.programs).to.equal(4 * cost.updates);
    expect(cost.pageErases).to.deep.equal([3, 3, 3, 3, 3, 3, 3, 3]);
    expect(cost.worst).to.be.closeTo(8 * 85 + 4 * 0.041, 1e-9);
    expect([cost.mostPrograms, cost.violation]).to.deep.equal([1, undefined]);
    const narrow = { ...TEP_BLOCK, refuses: (): string => 'needs more' };
    expect(costOfBlock(narrow, site)).to.deep.equal({ why: 'needs more' });
  });

  it('finds that a block store holds what fits, and looks at nothing when it boots', () => {
    const { held, longest, boots } = blockAtRest(TEP_BLOCK, site);
    expect([held, longest]).to.deep.equal([2048, 8 * 4096]);
    for (const boot of boots) expect([boot.time, boot.readCalls]).to.deep.equal([0, 0]);
  });

  it('measures for the naive store what arithmetic gives: B is 2 words an update and 8 pages at once', () => {
    const cost = costOfMap(NAIVE, site, MAP_LOADS.B) as Cost;
    const perRound = 8 * 512;
    expect(cost.updates).to.be.within(3 * perRound - 3, 3 * perRound + 3);
    expect(cost.meter.erases).to.equal(24);
    expect(cost.pageErases).to.deep.equal([3, 3, 3, 3, 3, 3, 3, 3]);
    expect(cost.meter.programs / cost.updates).to.be.closeTo(2, 0.01);
    expect([cost.worstErases, cost.p50]).to.deep.equal([8, 0.082]);
    expect([cost.mostPrograms, cost.bytes, cost.violation]).to.deep.equal([
      1,
      4 * cost.updates,
      undefined,
    ]);
  });

  it('says why a workload does not fit, and at which key', () => {
    const small = { ...site, pages: 3 };
    expect(costOfMap(NAIVE, { ...site, pages: 1 }, MAP_LOADS.C)).to.deep.equal({
      why: 'NoCapacity at key 57',
    });
    expect(costOfMap(PERSISTENT, { ...small, pages: 2 }, MAP_LOADS.A)).to.have.property('why');
  });

  it('draws the same operations for every store, keys and sizes as the workload says', () => {
    for (const load of Object.values(MAP_LOADS)) {
      const one = load.draw(chance());
      const other = load.draw(chance());
      for (let count = 0; count < 50; count++) expect(one()).to.deep.equal(other());
    }
    const often = new Map<number, number>();
    const draw = MAP_LOADS.D.draw(chance());
    for (let count = 0; count < 2000; count++) {
      const key = draw()[0]?.key ?? -1;
      often.set(key, (often.get(key) ?? 0) + 1);
    }
    // 1 / H(64) of all draws are of the first key.
    expect((often.get(0) ?? 0) / 2000).to.be.closeTo(1 / 4.744, 0.03);
  });

  it('compacts in idle time until nothing is left to do', () => {
    const bench = new StoreBench(site, (flash) => PERSISTENT.open(flash));
    rest(bench.store, 5);
    expect(bench.reboot()).to.include({ programs: 0, erases: 0 });
  });

  it('looks at a store at rest: what fits, and boots that read more the fuller it is', () => {
    const found = mapAtRest(NAIVE, site);
    expect(found.held).to.equal(Math.floor((8 * 1024) / 2 / 5));
    expect(found.boots).to.have.length(OCCUPANCIES.length);
    expect(found.boots[0]).to.include({ programs: 0, erases: 0 });
    const [first, ...more] = found.boots.map(({ readWords }) => readWords);
    expect(Math.min(...more)).to.be.greaterThan(first ?? 0);
    expect(found.searches?.map(({ readWords }) => readWords)).to.deep.equal([4, 4, 0]);
  });

  it('finds every old value in a store that wipes nothing, and none in one that wipes', () => {
    expect(readableSecrets(NAIVE, site)).to.deep.equal({
      atOnce: GONE,
      afterIdle: GONE,
      later: GONE,
    });
    expect(readableSecrets(PERSISTENT, site)).to.deep.equal({ atOnce: 0, afterIdle: 0, later: 0 });
  });
});

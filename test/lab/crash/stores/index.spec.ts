// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The list of stores, and their random workloads.
 *
 * NON-TOCK: test of lab/crash/stores.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { CellsStorage } from '#lab/crash/cells-storage';
import { Cells } from '#lab/crash/cells';
import { judgeOutcome, judgeWhole } from '#lab/crash/oracle';
import { geometryFor } from '#lab/crash/shard';
import { ADAPTERS, adapterOf } from '#lab/crash/stores/index';
import { runAtOnce } from '#libraries/store/run-at-once';

/** Stores that break without a cut: upstream's defects show in any workload. */
const BREAKS_UNCUT = ['tickv-literal', 'cfstore-heap-literal'];

describe('lab/crash/stores', () => {
  it('each store has a name of its own, a claim, and a flash that it can live on', () => {
    for (const adapter of ADAPTERS) {
      expect(adapterOf(adapter.name)).to.equal(adapter);
      expect(adapter.claim.letsThrough.length).to.be.greaterThan(0);
      expect(adapter.refuses(geometryFor(adapter, adapter.defaults))).to.equal(undefined);
      expect(adapter.refuses(geometryFor(adapter, { pageSize: 8, pages: 0 }))).to.be.a('string');
    }
    expect(adapterOf('none')).to.equal(undefined);
  });

  for (const { name } of ADAPTERS) {
    if (BREAKS_UNCUT.includes(name)) continue;
    for (const [pageSize, pages] of [
      [32, 3],
      [64, 5],
      [512, 8],
    ] as const) {
      it(`${name}, ${pages} x ${pageSize} B: a workload is taken by store and specification alike`, () => {
        const adapter = adapterOf(name);
        if (adapter === undefined) expect.fail('no such store');
        const random = new Random(9);
        const geometry = geometryFor(adapter, { pageSize, pages });
        if (adapter.refuses(geometry) !== undefined) return;
        let model = adapter.specification(geometry);
        const session = adapter.open(new CellsStorage(new Cells(geometry), false));
        runAtOnce(session.boot());
        let taken = 0;
        const perform = (operation: ReturnType<typeof adapter.random>): void => {
          const next = model.clone();
          const said = next.apply(operation);
          const outcome = runAtOnce(session.start(operation));
          expect(judgeOutcome(outcome, said), operation.op).to.equal(undefined);
          if (!outcome.ok) return;
          model = next;
          taken += 1;
        };
        for (const operation of adapter.fill(random, geometry)) perform(operation);
        const half = model.usedCapacity();
        expect(taken).to.be.greaterThan(0);
        for (let count = 0; count < 200; count++) {
          perform(adapter.random(random, model.clone(), geometry));
        }
        // Stores made from their definition alone are brought to where they are full now and then; a linear log of
        // three small units is full after three entries.
        const isOwn = name.startsWith('persistent');
        expect(taken).to.be.greaterThan(isOwn ? 190 : 60);
        const used = session.usedCapacity();
        if (used !== undefined) {
          expect(used).to.deep.equal({ ok: true, value: model.usedCapacity() });
        }
        if (isOwn && pageSize === 512) {
          expect(model.usedCapacity()).to.be.within(half / 4, half * 2);
        }
        // As their sources have them, some forget without any cut.
        if (name.endsWith('-literal')) return;
        const expected = { before: model, after: model, everHeld: () => [] };
        expect(judgeWhole(session, expected)).to.deep.equal({ verdict: 'OLD' });
      });
    }
  }
});

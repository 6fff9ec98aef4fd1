// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Every map under a workload does what a map does, clearing and several updates included.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { Update } from '#libraries/persistent-store/store';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { STUDY_STORES } from '#lab/studies/workload/cell';
import { engineOf } from '#lab/studies/workload/engine';
import { whyNot, storeOf, STORES } from '#libraries/stores';

const GEOMETRY = {
  ...{ wordSize: 4, pageSize: 512, numPages: 8 },
  ...{ maxWordWrites: 2, maxPageErases: 9999 },
};

const insert = (key: number, ...bytes: number[]): Update => ({
  ...{ op: 'insert', key },
  value: Uint8Array.from(bytes),
});

describe('Engines of workloads', () => {
  it('are there for every map', () => {
    const maps = STORES.filter(({ kind }) => kind === 'map').map(({ name }) => name);
    expect(STUDY_STORES).to.deep.equal(maps);
    expect(() => engineOf('none', new BufferStorage(GEOMETRY))).to.throw(/there is no map none/);
  });

  for (const name of STUDY_STORES) {
    const definition = storeOf(name);
    const programs = definition?.claim.programsPerWord ?? 0;
    const geometry = { ...GEOMETRY, maxWordWrites: Math.max(programs, GEOMETRY.maxWordWrites) };
    if (definition === undefined || whyNot(definition, geometry) !== undefined) continue;
    it(`update, clear and find in ${name}`, () => {
      const flash = new BufferStorage(geometry);
      const engine = engineOf(name, flash);
      expect(engine.boot().ok).to.equal(true);
      const all = [insert(1, 1, 2), insert(2, 3), insert(7, 4)];
      for (const update of [[insert(1, 9)], all, [{ op: 'remove', key: 2 }]] as const) {
        expect(engine.update(update).ok).to.equal(true);
      }
      const keys = engine.keys();
      expect(keys.ok && [...keys.value].sort()).to.deep.equal([1, 7]);
      expect(engine.find(1)).to.deep.equal({ ok: true, value: Uint8Array.of(1, 2) });
      expect(engine.prepare(1).ok).to.equal(true);
      expect(engine.clear(5).ok).to.equal(true);
      const left = engineOf(name, flash);
      expect(left.boot().ok).to.equal(true);
      expect(left.keys()).to.deep.equal({ ok: true, value: [1] });
      expect(engine.reads()).to.be.greaterThan(0);
      expect(flash.violation).to.equal(undefined);
    });
  }
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The list of live entries against a plain array, keys present twice included.
 *
 * NON-TOCK: the list's order is that of OpenSK's `libraries/persistent_store`.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { EntryList } from '#libraries/persistent-store/entry-list';

interface Entry {
  position: number;
  key: number;
  length: number;
}

describe('libraries/persistent-store/entry-list', () => {
  it('does as an array whose last element moves into each hole', () => {
    const step = fc.record({ key: fc.nat(5), length: fc.nat(9), remove: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const list = new EntryList();
        const model: Entry[] = [];
        for (const [position, { key, length, remove }] of steps.entries()) {
          const entry = { position, key, length };
          list.append(position, key, length);
          model.push(entry);
          if (remove < model.length) {
            list.removeSlot(remove);
            const last = model.pop() ?? entry;
            if (remove < model.length) model[remove] = last;
          }
          check(list, model);
        }
        list.clear();
        check(list, []);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  function check(list: EntryList, model: readonly Entry[]): void {
    expect(list.positions.slice(0, list.size)).to.deep.equal(model.map(({ position }) => position));
    const words = model.map(({ length }) => 1 + Math.ceil(length / 4));
    expect(list.usedWords).to.equal(words.reduce((sum, each) => sum + each, 0));
    for (let key = 0; key <= 5; key++) {
      expect(list.slot(key)).to.equal(model.findIndex((entry) => entry.key === key));
    }
    for (const [slot, { position, key }] of model.entries()) {
      expect(list.slotAt(position, key)).to.equal(slot);
      const cost = model.slice(0, slot).reduce((sum, { length }) => sum + (length > 0 ? 2 : 1), 0);
      expect(list.scanCost(slot)).to.equal(cost);
    }
  }
});

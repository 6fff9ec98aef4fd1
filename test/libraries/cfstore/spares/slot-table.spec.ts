// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Slots, blocks and the pool as sectors fail.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { blocksOf, firstTable, without, type Layout } from '#libraries/cfstore/spares/slot-table';

/** A snapshot of 8 sectors, a delta of 2 apart from it, and two spares. */
const LAYOUT: Layout = {
  meta: [0, 1],
  slots: [
    { kind: 'snapshot', blocks: [{ firstPage: 2, pages: 8 }] },
    { kind: 'delta', blocks: [{ firstPage: 12, pages: 1 }, { firstPage: 10, pages: 1 }] }, // prettier-ignore
  ],
  pool: [20, 21],
};

describe('libraries/cfstore/spares/slot-table', () => {
  it('a bad sector splits its block in two, and a spare becomes a third (CF-27)', () => {
    const { slots, pool } = without(firstTable(LAYOUT), 5);
    expect(blocksOf(slots[0] ?? [])).to.deep.equal([
      { firstPage: 2, pages: 3 },
      { firstPage: 6, pages: 4 },
      { firstPage: 20, pages: 1 },
    ]);
    expect(slots[1]).to.deep.equal([12, 10]);
    expect(pool).to.deep.equal([21]);
  });

  it('without a spare the slot is a sector shorter (CF-27)', () => {
    let table = firstTable(LAYOUT);
    for (const sector of [5, 9, 2]) table = without(table, sector);
    expect(table.slots[0]).to.deep.equal([3, 4, 6, 7, 8, 20, 21]);
    expect(table.pool).to.deep.equal([]);
  });

  it('a spare that is bad is no spare, before it is used and after', () => {
    const table = without(without(firstTable(LAYOUT), 20), 12);
    expect([table.slots[1], table.pool]).to.deep.equal([[10, 21], []]);
    expect(without(table, 21).slots[1]).to.deep.equal([10]);
  });

  it('a sector of the list itself changes no slot', () => {
    expect(without(firstTable(LAYOUT), 1)).to.deep.equal(firstTable(LAYOUT));
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Memory that is lent once at a time (case D27).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { AllowDb, type LentBuffer } from '#apps/unittest/allow-db';

/** The bytes from one offset to another, both included. */
const bytes = (first: number, last: number): LentBuffer => ({
  address: 0x2000_0000 + first,
  length: last - first + 1,
});

describe('AllowDb', () => {
  it('D27 refuses the first byte, the last byte, a superset, a subset and the same, and names the other', () => {
    const db = new AllowDb();
    const held = bytes(2, 5);
    expect(db.insert(held).ok).to.equal(true);
    for (const [first, last] of [
      [0, 2],
      [5, 10],
      [4, 7],
      [1, 7],
      [3, 4],
      [2, 5],
    ] as const) {
      const refused = db.insert(bytes(first, last));
      expect(refused, `${first}..${last}`).to.deep.equal({ ok: false, error: held });
    }
  });

  it('D27 takes adjacent ones, and no bytes inside of some', () => {
    const db = new AllowDb();
    for (const buffer of [
      bytes(2, 5),
      bytes(3, 2),
      bytes(3, 2),
      bytes(8, 12),
      bytes(6, 7),
      bytes(0, 1),
    ]) {
      expect(db.insert(buffer).ok, `${buffer.address}`).to.equal(true);
    }
  });

  it('D27 takes bytes again that were given back', () => {
    const db = new AllowDb();
    const held = bytes(6, 7);
    db.insert(held);
    db.remove(held);
    expect(db.insert(bytes(6, 7)).ok).to.equal(true);
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a map is to hold, by its shape.
 *
 * NON-TOCK: test of lab/crash/stores/map-specification.ts.
 */
import { expect } from 'chai';
import { OK_OR_FULL } from '#lab/crash/store-adapter';
import { MapSpecification } from '#lab/crash/stores/map-specification';
import type { MapShape } from '#libraries/store/definition';

const SHAPE: MapShape = {
  maxKey: 7,
  maxValueLength: 8,
  capacity: 10,
  exact: true,
  unitsOf: (length) => 1 + Math.ceil(length / 4),
};

function value(length: number, byte = 1): Uint8Array {
  return new Uint8Array(length).fill(byte);
}

describe('lab/crash/stores/map-specification', () => {
  it('holds what was put last, and what was removed no more', () => {
    const map = new MapSpecification(SHAPE);
    expect(map.apply({ op: 'insert', key: 1, value: value(4) })).to.equal('Ok');
    expect(map.apply({ op: 'insert', key: 1, value: value(8, 2) })).to.equal('Ok');
    expect(map.apply({ op: 'insert', key: 2, value: value(0) })).to.equal('Ok');
    expect(map.apply({ op: 'remove', key: 2 })).to.equal('Ok');
    expect(map.apply({ op: 'remove', key: 5 })).to.equal('Ok');
    expect(map.apply({ op: 'collect' })).to.equal('Ok');
    expect([...map.entries()]).to.deep.equal([[1, value(8, 2)]]);
    expect(map.usedCapacity()).to.equal(3);
  });

  it('refuses keys and lengths outside the shape, and operations that maps lack', () => {
    const map = new MapSpecification(SHAPE);
    for (const key of [-1, 8, 0.5]) {
      expect(map.apply({ op: 'insert', key, value: value(0) })).to.equal('InvalidArgument');
      expect(map.apply({ op: 'remove', key })).to.equal('InvalidArgument');
    }
    expect(map.apply({ op: 'insert', key: 0, value: value(9) })).to.equal('InvalidArgument');
    const updates = [{ op: 'insert', key: 8, value: value(0) }] as const;
    expect(map.apply({ op: 'transaction', updates })).to.equal('InvalidArgument');
    expect(map.apply({ op: 'sync' })).to.equal('Unknown');
    expect(map.apply({ op: 'clear', minKey: 0 })).to.equal('Unknown');
    expect(map.entries().size).to.equal(0);
  });

  it('of an exact shape refuses what would take more than the capacity, and only that', () => {
    const map = new MapSpecification(SHAPE);
    for (const key of [0, 1, 2]) map.apply({ op: 'insert', key, value: value(8) });
    expect(map.apply({ op: 'insert', key: 3, value: value(1) })).to.equal('NoCapacity');
    expect(map.apply({ op: 'insert', key: 3, value: value(0) })).to.equal('Ok');
    expect(map.apply({ op: 'insert', key: 0, value: value(8, 3) })).to.equal('Ok');
    expect(map.usedCapacity()).to.equal(10);
  });

  it('counts the old value until the new one is written, where the shape says so', () => {
    const map = new MapSpecification({ ...SHAPE, holdsBoth: true });
    for (const key of [0, 1]) map.apply({ op: 'insert', key, value: value(8) });
    expect(map.apply({ op: 'insert', key: 1, value: value(8, 2) })).to.equal('Ok');
    expect(map.apply({ op: 'insert', key: 2, value: value(4) })).to.equal('Ok');
    expect(map.apply({ op: 'insert', key: 1, value: value(8) })).to.equal('NoCapacity');
    expect(map.usedCapacity()).to.equal(8);
    expect(map.apply({ op: 'insert', key: 1, value: value(4) })).to.equal('Ok');
  });

  it('of another shape leaves to the store whether there is room, for removals as well', () => {
    const map = new MapSpecification({ ...SHAPE, exact: false, capacity: 1 });
    expect(map.apply({ op: 'insert', key: 0, value: value(8) })).to.equal(OK_OR_FULL);
    expect(map.apply({ op: 'remove', key: 0 })).to.equal(OK_OR_FULL);
    expect(map.entries().size).to.equal(0);
  });

  it('takes all of a transaction, in its order', () => {
    const map = new MapSpecification(SHAPE);
    map.apply({ op: 'insert', key: 1, value: value(4) });
    const updates = [
      { op: 'insert', key: 2, value: value(3) },
      { op: 'remove', key: 1 },
      { op: 'insert', key: 2, value: value(5) },
    ] as const;
    expect(map.apply({ op: 'transaction', updates })).to.equal(OK_OR_FULL);
    expect([...map.entries()]).to.deep.equal([[2, value(5)]]);
    expect(map.usedCapacity()).to.equal(3);
  });

  it('keeps copies, and a clone is another', () => {
    const map = new MapSpecification(SHAPE);
    const bytes = value(4);
    map.apply({ op: 'insert', key: 1, value: bytes });
    bytes.fill(9);
    const clone = map.clone();
    map.apply({ op: 'remove', key: 1 });
    expect(clone.entries().get(1)).to.deep.equal(value(4));
    expect(map.entries().size).to.equal(0);
  });
});

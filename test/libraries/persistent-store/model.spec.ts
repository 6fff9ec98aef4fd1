// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The specification as a map, against the store's specification text.
 *
 * NON-TOCK: figures from the specification of OpenSK's store.
 */
import { expect } from 'chai';
import type { Change } from '#libraries/persistent-store/model';
import { StoreModel } from '#libraries/persistent-store/model';
import type { Update } from '#libraries/persistent-store/store';
import { geometry } from './support.ts';

const bytes = (length: number): Uint8Array => new Uint8Array(length);
const insert = (key: number, length: number): Update => ({
  op: 'insert',
  key,
  value: bytes(length),
});
const removals = (count: number): Update[] =>
  Array.from({ length: count }, (_, key) => ({ op: 'remove', key }));

describe('libraries/persistent-store/model', () => {
  it('has C = (N - 1)(P - 4) - M - 1 words of capacity (store specification, definitions)', () => {
    for (const [pageSize, pages, longest, capacity] of [
      [32, 3, 20, 2],
      [64, 5, 52, 34],
      [2048, 10, 1023, 4315],
      [4096, 20, 1023, 19123],
    ] as const) {
      const model = new StoreModel(geometry(pageSize, pages));
      expect([model.maxValueLength, model.totalCapacity]).to.deep.equal([longest, capacity]);
    }
  });

  it('takes 1 + ceil(len / 4) words for an insertion, none for a removal alone (capacity used)', () => {
    const model = new StoreModel(geometry(64, 5));
    const words = (change: Change): number => model.wordsFor(change);
    expect([0, 1, 4, 5].map((length) => words(insert(1, length)))).to.deep.equal([1, 2, 2, 3]);
    expect(words({ op: 'remove', key: 1 })).to.equal(0);
    expect(words({ op: 'transaction', updates: [] })).to.equal(0);
    expect(words({ op: 'transaction', updates: removals(1) })).to.equal(0);
    // A transaction takes a transient word, and each removal in it another.
    expect(words({ op: 'transaction', updates: removals(2) })).to.equal(3);
    expect(words({ op: 'transaction', updates: [insert(1, 5), insert(2, 0)] })).to.equal(5);
  });

  it('refuses one past each limit with InvalidArgument', () => {
    const model = new StoreModel(geometry(4096, 3));
    const cases: [Change, Change][] = [
      [insert(4095, 1023), insert(4096, 0)],
      [insert(0, 1023), insert(0, 1024)],
      [
        { op: 'remove', key: 4095 },
        { op: 'remove', key: 4096 },
      ],
      [
        { op: 'clear', minKey: 4095 },
        { op: 'clear', minKey: 4096 },
      ],
      [
        { op: 'transaction', updates: removals(31) },
        { op: 'transaction', updates: removals(32) },
      ],
    ];
    for (const [lawful, past] of cases) {
      expect(model.judge(lawful)).to.equal('Ok');
      expect(model.judge(past)).to.equal('InvalidArgument');
    }
    expect(model.judge({ op: 'transaction', updates: [insert(1, 0), insert(1, 0)] })).to.equal(
      'InvalidArgument',
    );
  });

  it('says NoCapacity one word past what is free, with the replaced entry not yet freed', () => {
    const model = new StoreModel(geometry(32, 3));
    expect(model.judge({ op: 'prepare', length: 2 })).to.equal('Ok');
    expect(model.judge({ op: 'prepare', length: 3 })).to.equal('NoCapacity');
    expect(model.apply(insert(1, 4))).to.equal('Ok');
    expect(model.apply(insert(1, 0))).to.equal('NoCapacity');
    expect(model.apply({ op: 'clear', minKey: 2 })).to.equal('Ok');
    expect([...model.entries().keys()]).to.deep.equal([1]);
    expect(model.apply({ op: 'removehandle', key: 1 })).to.equal('Ok');
    expect(model.usedCapacity()).to.equal(0);
  });

  it('keeps a copy of a value, applies all updates or none, and clears from the least key on', () => {
    const model = new StoreModel(geometry(64, 5));
    const value = Uint8Array.of(7);
    model.apply({ op: 'insert', key: 3, value });
    value[0] = 8;
    expect([...(model.find(3) ?? [])]).to.deep.equal([7]);
    model.apply({ op: 'transaction', updates: [insert(1, 2), { op: 'remove', key: 3 }] });
    expect([...model.entries().keys()]).to.deep.equal([1]);
    model.apply({ op: 'transaction', updates: [insert(2, 2), insert(9, 53)] });
    expect(model.find(2)).to.equal(undefined);
    for (const key of [4, 5, 6]) model.apply(insert(key, 0));
    model.apply({ op: 'clear', minKey: 5 });
    expect([...model.entries().keys()]).to.deep.equal([1, 4]);
  });
});

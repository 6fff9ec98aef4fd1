// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Several values under one key: the bytes of the entry, and what is refused.
 *
 * NON-TOCK: behaviour of OpenSK's `libraries/persistent_store`.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { deleteConcat, readConcat, writeConcat } from '#libraries/persistent-store/concat';
import { Desk, geometry } from './support.ts';

const SHAPE = geometry(64, 5);
const KEY = 9;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function entry(desk: Desk): number[] | undefined {
  const value = desk.call(desk.store.find(KEY));
  return value === undefined ? undefined : [...value];
}

function read(desk: Desk, index: number): number[] | undefined {
  const value = desk.call(readConcat(desk.store, KEY, index));
  return value === undefined ? undefined : [...value];
}

/** A store whose key has these bytes. */
function deskWith(...values: number[]): Desk {
  const desk = new Desk(SHAPE);
  desk.call(desk.store.insert(KEY, bytes(...values)));
  return desk;
}

describe('libraries/persistent-store/concat', () => {
  it('appends records of index, length and value', () => {
    const desk = new Desk(SHAPE);
    expect(read(desk, 0)).to.equal(undefined);
    desk.call(writeConcat(desk.store, KEY, 7, bytes(1, 2, 3)));
    desk.call(writeConcat(desk.store, KEY, 255, bytes()));
    desk.call(writeConcat(desk.store, KEY, 0, bytes(4)));
    expect(entry(desk)).to.deep.equal([7, 3, 1, 2, 3, 255, 0, 0, 1, 4]);
    expect(read(desk, 7)).to.deep.equal([1, 2, 3]);
    expect(read(desk, 255)).to.deep.equal([]);
    expect(read(desk, 0)).to.deep.equal([4]);
    expect(read(desk, 1)).to.equal(undefined);
  });

  it('replaces a record in place, longer, shorter or as long', () => {
    const desk = deskWith(1, 2, 10, 11, 2, 1, 12);
    desk.call(writeConcat(desk.store, KEY, 1, bytes(20, 21, 22)));
    expect(entry(desk)).to.deep.equal([1, 3, 20, 21, 22, 2, 1, 12]);
    desk.call(writeConcat(desk.store, KEY, 1, bytes()));
    expect(entry(desk)).to.deep.equal([1, 0, 2, 1, 12]);
    desk.call(writeConcat(desk.store, KEY, 2, bytes(13)));
    expect(entry(desk)).to.deep.equal([1, 0, 2, 1, 13]);
  });

  it('removes a record, and leaves an empty entry after the last', () => {
    const desk = deskWith(1, 1, 10, 2, 1, 12);
    desk.call(deleteConcat(desk.store, KEY, 3));
    expect(entry(desk)).to.deep.equal([1, 1, 10, 2, 1, 12]);
    desk.call(deleteConcat(desk.store, KEY, 1));
    expect(entry(desk)).to.deep.equal([2, 1, 12]);
    desk.call(deleteConcat(desk.store, KEY, 2));
    expect(entry(desk)).to.deep.equal([]);
    desk.call(desk.store.remove(KEY));
    desk.call(deleteConcat(desk.store, KEY, 2));
    expect(entry(desk)).to.equal(undefined);
  });

  it('is InvalidStorage when a record runs past the end, unless the one looked for is before it', () => {
    for (const broken of [
      [1, 1, 10, 2],
      [1, 1, 10, 2, 2, 0],
      [1, 1, 10, 2, 255],
    ]) {
      const desk = deskWith(...broken);
      const before = desk.flash.counts.writeCalls;
      for (const steps of [
        readConcat(desk.store, KEY, 2),
        readConcat(desk.store, KEY, 3),
        writeConcat(desk.store, KEY, 3, bytes()),
        deleteConcat(desk.store, KEY, 3),
      ]) {
        expect(desk.outcome(steps)).to.equal('InvalidStorage');
      }
      expect(desk.flash.counts.writeCalls).to.equal(before);
      expect(read(desk, 1)).to.deep.equal([10]);
    }
  });

  it('refuses an index or value that is no byte, and an entry that grows too long', () => {
    const desk = new Desk(SHAPE);
    for (const index of [-1, 256, 0.5, Number.NaN]) {
      for (const steps of [
        readConcat(desk.store, KEY, index),
        writeConcat(desk.store, KEY, index, bytes()),
        deleteConcat(desk.store, KEY, index),
      ]) {
        expect(desk.outcome(steps)).to.equal('InvalidArgument');
      }
    }
    const large = new Desk(geometry(1024, 4));
    large.call(writeConcat(large.store, KEY, 1, new Uint8Array(255)));
    const tooLong = writeConcat(large.store, KEY, 1, new Uint8Array(256));
    expect(large.outcome(tooLong)).to.equal('InvalidArgument');
    desk.call(writeConcat(desk.store, KEY, 1, new Uint8Array(30)));
    // 32 bytes are there, the longest value is 52.
    const more = writeConcat(desk.store, KEY, 2, new Uint8Array(19));
    expect(desk.outcome(more)).to.equal('InvalidArgument');
    expect(read(desk, 1)).to.have.length(30);
  });

  it('behaves as a map from index to value', () => {
    const command = fc.tuple(
      fc.nat(3),
      fc.option(fc.uint8Array({ maxLength: 8 }), { nil: undefined }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        const desk = new Desk(SHAPE);
        const model = new Map<number, number[]>();
        for (const [index, value] of commands) {
          if (value === undefined) {
            desk.call(deleteConcat(desk.store, KEY, index));
            model.delete(index);
          } else {
            desk.call(writeConcat(desk.store, KEY, index, value));
            model.set(index, [...value]);
          }
          for (let each = 0; each < 4; each++) {
            expect(read(desk, each)).to.deep.equal(model.get(each));
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

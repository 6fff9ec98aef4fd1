// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Values in fragments: what is read, what is written, and what is refused.
 *
 * NON-TOCK: behaviour of OpenSK's `libraries/persistent_store`; p14 of the golden vectors has more of it.
 */
import { expect } from 'chai';
import {
  deleteFragments,
  keyRange,
  readFragmentRange,
  readFragments,
  writeFragments,
} from '#libraries/persistent-store/fragment';
import type { Keys } from '#libraries/persistent-store/fragment';
import { Desk, geometry } from './support.ts';

/** Longest value 52 bytes. */
const SHAPE = geometry(64, 8);
const KEYS = keyRange(10, 14);

const ramp = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at + 1);

function read(desk: Desk, keys: Keys = KEYS): number[] | undefined {
  const value = desk.call(readFragments(desk.store, keys));
  return value === undefined ? undefined : [...value];
}

describe('libraries/persistent-store/fragment', () => {
  it('reads back a value over several keys, after a reboot, too', () => {
    const desk = new Desk(SHAPE);
    expect(read(desk)).to.equal(undefined);
    desk.call(writeFragments(desk.store, KEYS, ramp(130)));
    expect(read(desk)).to.deep.equal([...ramp(130)]);
    expect(desk.entries().map(([key, value]) => [key, value.length])).to.deep.equal([
      [10, 52],
      [11, 52],
      [12, 26],
    ]);
    desk.reboot();
    expect(read(desk)).to.deep.equal([...ramp(130)]);
  });

  it('fills all keys, and refuses one byte more with InvalidArgument, nothing changed', () => {
    const desk = new Desk(SHAPE);
    const keys = keyRange(3, 5);
    desk.call(writeFragments(desk.store, keys, ramp(104)));
    expect(desk.outcome(writeFragments(desk.store, keys, new Uint8Array(105)))).to.equal(
      'InvalidArgument',
    );
    expect(read(desk, keys)).to.deep.equal([...ramp(104)]);
  });

  it('writes the chunks that change only, and removes surplus keys', () => {
    const desk = new Desk(SHAPE);
    desk.call(writeFragments(desk.store, KEYS, ramp(120)));
    const before = desk.flash.counts.wordsWritten;
    desk.call(writeFragments(desk.store, KEYS, ramp(120)));
    expect(desk.flash.counts.wordsWritten).to.equal(before);
    desk.call(writeFragments(desk.store, KEYS, ramp(52)));
    expect(read(desk)).to.deep.equal([...ramp(52)]);
    expect(desk.entries().map(([key]) => key)).to.deep.equal([10]);
  });

  it('takes an empty value as none', () => {
    const desk = new Desk(SHAPE);
    desk.call(writeFragments(desk.store, KEYS, ramp(60)));
    desk.call(writeFragments(desk.store, KEYS, ramp(0)));
    expect(read(desk)).to.equal(undefined);
    desk.call(deleteFragments(desk.store, KEYS));
  });

  it('reads a range over the border of chunks, cut to the value', () => {
    const desk = new Desk(SHAPE);
    desk.call(writeFragments(desk.store, KEYS, ramp(120)));
    const range = (start: number, end: number): number[] => [
      ...(desk.call(readFragmentRange(desk.store, KEYS, start, end)) ?? []),
    ];
    for (const [start, end] of [
      [0, 10],
      [50, 60],
      [0, 120],
      [103, 105],
      [110, 999],
      [52, 104],
      [120, 130],
      [7, 7],
    ] as const) {
      expect(range(start, end)).to.deep.equal([...ramp(120).slice(start, end)]);
    }
    for (const [start, end] of [
      [5, 4],
      [-1, 4],
      [Number.NaN, 4],
    ] as const) {
      const steps = readFragmentRange(desk.store, KEYS, start, end);
      expect(desk.outcome(steps)).to.equal('InvalidArgument');
    }
  });

  it('is InvalidStorage for all four when a key before a present one is absent', () => {
    const desk = new Desk(SHAPE);
    desk.call(desk.store.insert(11, ramp(3)));
    for (const steps of [
      readFragments(desk.store, KEYS),
      readFragmentRange(desk.store, KEYS, 0, 1),
      writeFragments(desk.store, KEYS, ramp(1)),
      deleteFragments(desk.store, KEYS),
    ]) {
      expect(desk.outcome(steps)).to.equal('InvalidStorage');
    }
  });

  it('is InvalidArgument when more than 31 keys change, for a write and for a deletion', () => {
    const desk = new Desk(geometry(64, 64));
    const keys = keyRange(0, 40);
    desk.call(writeFragments(desk.store, keys, ramp(52 * 31)));
    expect(desk.outcome(writeFragments(desk.store, keys, new Uint8Array(52 * 32)))).to.equal(
      'InvalidArgument',
    );
    // One chunk more changes one key.
    desk.call(writeFragments(desk.store, keys, ramp(52 * 32)));
    expect(desk.outcome(deleteFragments(desk.store, keys))).to.equal('InvalidArgument');
  });

  it('is InvalidArgument, without a panic, for a range whose ends are reversed', () => {
    const desk = new Desk(SHAPE);
    for (const keys of [keyRange(14, 10), keyRange(0, Number.NaN), keyRange(0, 2.5)]) {
      for (const steps of [
        readFragments(desk.store, keys),
        readFragmentRange(desk.store, keys, 0, 1),
        writeFragments(desk.store, keys, ramp(1)),
        deleteFragments(desk.store, keys),
      ]) {
        expect(desk.outcome(steps)).to.equal('InvalidArgument');
      }
    }
  });

  it('takes any keys in any order, and refuses a mapping that gives two keys one position', () => {
    const desk = new Desk(SHAPE);
    const order = [20, 5, 17];
    const keys: Keys = {
      length: 3,
      positionOf: (key) => (order.includes(key) ? order.indexOf(key) : undefined),
      keyAt: (position) => order[position] ?? 0,
    };
    desk.call(writeFragments(desk.store, keys, ramp(110)));
    expect(read(desk, keys)).to.deep.equal([...ramp(110)]);
    expect(desk.call(desk.store.find(5))).to.deep.equal(ramp(110).slice(52, 104));
    const merged: Keys = { length: 3, positionOf: () => 0, keyAt: () => 0 };
    expect(desk.outcome(readFragments(desk.store, merged))).to.equal('InvalidArgument');
    const far: Keys = { length: 1, positionOf: (key) => key, keyAt: (position) => position };
    expect(desk.outcome(readFragments(desk.store, far))).to.equal('InvalidArgument');
  });

  it('takes no time for a range of a thousand million keys, and none of them above 4095', () => {
    const desk = new Desk(SHAPE);
    const keys = keyRange(4095, 1e9);
    desk.call(writeFragments(desk.store, keys, ramp(52)));
    expect(desk.outcome(writeFragments(desk.store, keys, ramp(53)))).to.equal('InvalidArgument');
  });

  it('passes on that the store is not open', () => {
    const closed = new Desk(SHAPE);
    closed.flash.image.fill(0);
    expect(closed.outcome(closed.store.recover())).to.equal('InvalidStorage');
    expect(closed.outcome(readFragments(closed.store, KEYS))).to.equal('InvalidStorage');
  });
});

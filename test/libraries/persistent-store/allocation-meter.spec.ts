// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * No operation needs more working memory at a time than the longest entry: 257 words.
 *
 * NON-TOCK: promised by the specification of OpenSK's `libraries/persistent_store`.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { PeakMeter } from '#libraries/persistent-store/allocation-meter';
import { BufferStorage, bitChoice } from '#libraries/store/buffer-storage';
import { CLAIM } from '#libraries/persistent-store/claim';
import { Internal, buildInternal } from '#libraries/persistent-store/format';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { ModeName, Update } from '#libraries/persistent-store/store';
import { Store } from '#libraries/persistent-store/store';
import { geometry } from './support.ts';

const MOST = CLAIM.mostWorkingWords;
const SHAPE = geometry(4096, 4);

interface Bench {
  readonly store: Store;
  readonly meter: PeakMeter;
  readonly flash: BufferStorage;
}

function bench(flash = new BufferStorage(SHAPE), mode: ModeName = 'ours'): Bench {
  const meter = new PeakMeter();
  return { store: new Store(flash, { meter, mode }), meter, flash };
}

describe('libraries/persistent-store/allocation-meter', () => {
  it('claims 257 words', () => {
    expect(MOST).to.equal(257);
  });

  it('sees an insertion, the keys of a transaction, and an entry that is copied', () => {
    const { store, meter, flash } = bench();
    runAtOnce(store.boot());
    expect(meter.peak).to.equal(0);
    runAtOnce(store.insert(1, new Uint8Array(5)));
    expect(meter.peak).to.equal(3);
    const updates = Array.from({ length: 31 }, (_, key): Update => ({ op: 'remove', key }));
    runAtOnce(store.transaction(updates));
    expect(meter.peak).to.equal(31);
    runAtOnce(store.insert(1, new Uint8Array(1023)));
    expect(meter.peak).to.equal(MOST);
    const again = bench(flash);
    runAtOnce(again.store.boot());
    for (let n = 0; n < 3000 && flash.counts.erases === 0; n++) runAtOnce(again.store.clear(2));
    expect(flash.counts.erases).to.equal(1);
    expect(again.meter.peak).to.equal(MOST);
  });

  it('never passes 257 words, whatever is done and cut', () => {
    const length = fc.oneof(fc.constantFrom(0, 1020, 1023, 1024), fc.nat(1023));
    const updates = fc.array(fc.record({ key: fc.nat(40), length, isRemoval: fc.boolean() }), {
      maxLength: 33,
    });
    const command = fc.record({ updates, delay: fc.option(fc.nat(20), { nil: undefined }) });
    let most = 0;
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        let { store, meter, flash } = bench();
        runAtOnce(store.boot());
        for (const each of commands) {
          if (each.delay !== undefined) flash.arm(each.delay);
          const list = each.updates.map(({ key, length: size, isRemoval }): Update => {
            if (isRemoval) return { op: 'remove', key };
            return { op: 'insert', key, value: new Uint8Array(size).fill(key) };
          });
          runAtOnce(store.transaction(list));
          runAtOnce(store.prepare(600));
          flash.corrupt(bitChoice('even') ?? (() => false));
          most = Math.max(most, meter.peak);
          ({ store, meter, flash } = bench(flash));
          expect(runAtOnce(store.boot()).ok).to.equal(true);
          most = Math.max(most, meter.peak);
        }
      }),
      { numRuns: 60 },
    );
    expect(most).to.equal(MOST);
  });

  for (const [mode, isWithin] of [
    ['ours', true],
    ['upstream', false],
  ] as const) {
    it(`${isWithin ? 'does not pass' : 'passes'} 257 words at a crafted transaction of 300 updates (${mode})`, () => {
      const { store, flash } = bench();
      runAtOnce(store.boot());
      const words = [buildInternal(Internal.MARKER, 2)];
      for (let key = 0; key < 300; key++) words.push(buildInternal(Internal.REMOVE, key));
      const image = new Uint8Array(Int32Array.from(words).buffer);
      flash.write(0, 8, image, 0, image.length);
      const crafted = bench(flash, mode);
      const booted = runAtOnce(crafted.store.boot());
      expect(booted).to.deep.equal({ ok: false, error: 'InvalidStorage' });
      expect(crafted.meter.peak <= MOST).to.equal(isWithin);
    });
  }
});

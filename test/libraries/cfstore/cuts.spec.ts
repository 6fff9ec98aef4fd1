// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE after a loss of power at every write and erasure of what clients do with handles.
 *
 * NON-TOCK: tests. The laboratory cuts single changes of a map; here two writers, increments, deferred deletions and flushes are cut.
 * The oracle is the content after each call that makes something durable.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { Cfstore } from '#libraries/cfstore/cfstore';
import { configOf } from '#libraries/cfstore/config';
import { CfstoreError } from '#libraries/cfstore/driver';
import { type BufferStorage } from '#libraries/store/buffer-storage';
import {
  CHOICES,
  choice,
  close,
  inhabited,
  keep,
  open,
  patch,
  run,
  sweep,
  type Act,
} from './cuts.ts';
import {
  DESCRIPTOR,
  RO,
  UNITS_OF_4,
  UNITS_OF_8,
  Watched,
  contentOf,
  counting,
  opened,
  put,
  said,
} from './support.ts';

describe('libraries/cfstore: all cuts', () => {
  it('shows what was closed, and no more, wherever two writers, increments and deletions are cut (CF-15 to CF-18)', () => {
    const acts: readonly Act[] = [
      open('k', 'a'),
      open('k', 'b'),
      (store, kept) => said(store.write(kept.get('a') ?? 0, counting(8))),
      patch('b', { at: 32, data: counting(8, 50) }),
      (store, kept) => keep(said(store.create('c', 10, DESCRIPTOR)), kept, 'c'),
      (store, kept) => said(store.write(kept.get('c') ?? 0, counting(10))),
      close('a'),
      close('c'),
      patch('b', { at: 30, data: counting(4, 90) }),
      close('b'),
    ];
    const { contents } = run(inhabited(), acts);
    expect(new Set(contents).size, 'two calls that make something durable').to.equal(3);
    for (const geometry of [UNITS_OF_4, UNITS_OF_8]) sweep(inhabited(geometry), acts);
  });

  it('deletes with the last handle or not at all, wherever that is cut (CF-06)', () => {
    const acts: readonly Act[] = [
      (store, kept) => keep(said(store.open('k', RO)), kept, 'reader'),
      open('k', 'a'),
      (store, kept) => said(store.write(kept.get('a') ?? 0, counting(20))),
      (store, kept) => said(store.delete(kept.get('a') ?? 0)),
      close('a'),
      close('reader'),
    ];
    sweep(inhabited(), acts);
    const last: readonly Act[] = [...acts.slice(1, 4), close('a')];
    sweep(inhabited(), last);
  });

  it('survives a cut anywhere in going back into what was written at once, and in a resize', () => {
    sweep(inhabited(), [
      open('k', 'a'),
      (store, kept) => said(store.write(kept.get('a') ?? 0, counting(10))),
      patch('a', { at: 3, data: counting(9, 70) }),
      close('a'),
      (store, kept) => keep(said(store.create('k', 5)), kept, 'b'),
      close('b'),
    ]);
  });

  it('makes a blank flash its own, wherever that is cut', () => {
    sweepStart(new Watched(UNITS_OF_4));
    sweepStart(new Watched(UNITS_OF_8));
  });

  it('survives all cuts of eight creations, forty updates, three deletions and two flushes (CF-35)', () => {
    const random = new Random(3);
    const acts: Act[] = [];
    const putting = (key: number, length: number): Act => {
      const value = counting(length, random.below(256));
      return (store) => {
        let hkey = said(store.create(`k${key}`, length));
        if (hkey === CfstoreError.INVALID_KEY_DESCRIPTOR) {
          hkey = said(store.create(`k${key}`, length, DESCRIPTOR));
        }
        return hkey < 0 ? hkey : Math.min(said(store.write(hkey, value)), said(store.close(hkey)));
      };
    };
    for (let key = 0; key < 8; key++) acts.push(putting(key, random.below(40)));
    for (let count = 0; count < 40; count++) {
      acts.push(putting(random.below(8), random.below(40)));
      if (count === 15 || count === 35) acts.push((store) => said(store.flush()));
    }
    for (let key = 0; key < 3; key++) {
      acts.push((store) => {
        const hkey = said(store.open(`k${key}`, RO));
        return hkey < 0 ? hkey : Math.min(said(store.delete(hkey)), said(store.close(hkey)));
      });
    }
    // In pieces, each from where the one before has ended.
    const flash = new Watched(UNITS_OF_4);
    opened(flash);
    let cuts = 0;
    for (let from = 0; from < acts.length; from += 2) {
      const piece = acts.slice(from, from + 2);
      cuts += sweep(flash, piece);
      const store = opened(flash);
      for (const act of piece) expect(act(store, new Map())).to.be.at.least(0);
    }
    expect(cuts).to.be.greaterThan(250);
    expect(flash.counts.erases).to.be.greaterThan(10);
    expect(flash.violation).to.equal(undefined);
  }).timeout(20_000);

  it('programs no unit twice between two erasures, of 4 bytes or 8, with repairs after cuts and without (CF-34)', () => {
    for (const geometry of [UNITS_OF_4, UNITS_OF_8]) {
      expect(geometry.maxWordWrites).to.equal(1);
      const flash = inhabited(geometry);
      const random = new Random(8);
      for (let count = 0; count < 120; count++) {
        const store = opened(flash);
        flash.arm(random.below(12));
        const hkey = said(store.create(random.below(2) === 0 ? 'k' : 'y', random.below(50)));
        said(store.write(hkey, counting(random.below(12), count)));
        said(store.wseek(hkey, 0));
        said(store.write(hkey, counting(1)));
        said(store.close(hkey));
        said(store.flush());
        flash.corrupt(choice(`xorshift:${count + 1}`));
        expect(Math.max(...flash.wordWrites)).to.be.at.most(1);
      }
      expect(flash.counts.erases).to.be.greaterThan(10);
      expect(flash.violation).to.equal(undefined);
    }
  });
});

/** Cuts the first start of a blank flash. */
function sweepStart(blank: BufferStorage): void {
  for (let cut = 0; cut < 2; cut++) {
    for (const bits of CHOICES) {
      const flash = blank.clone();
      flash.arm(cut);
      expect(said(new Cfstore(flash, configOf(flash)).initialize())).to.be.below(0);
      flash.corrupt(choice(bits));
      const store = opened(flash);
      expect(contentOf(store)).to.equal('');
      put(store, 'k', counting(3));
      expect(contentOf(opened(flash))).to.equal('k=010203');
      expect(flash.violation).to.equal(undefined);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE after a loss of power at every write and erasure of what clients do with handles.
 *
 * NON-TOCK: tests. The laboratory cuts single changes of a map; here two writers, increments, deferred deletions and flushes are cut.
 * The oracle is the content after each call that makes something durable.
 */
import { expect } from 'chai';
import {
  CHOICES,
  NEW,
  OLD,
  THREE_PATCHES,
  close,
  cutAt,
  inhabited,
  open,
  run,
  sweep,
  type Act,
} from './cuts.ts';
import {
  BLANK,
  DELETED,
  DESCRIPTOR,
  GOOD,
  RW,
  SLOT,
  UNITS_OF_4,
  UNITS_OF_8,
  contentOf,
  counting,
  done,
  hex,
  opened,
  put,
  remove,
  said,
  tlvsOf,
  valueOf,
} from './support.ts';

describe('libraries/cfstore/recovery', () => {
  describe('three increments and their close', () => {
    const base = inhabited();
    const { calls } = run(base, THREE_PATCHES);
    const total = calls.at(-1) ?? 0;
    // Header and name; three increments of header, value, code; one window; then the commit, and four deletions.
    const COMMIT = 2 + 3 * 3 + 1;

    it('are these writes', () => {
      expect(calls).to.deep.equal([2, 5, 8, 11, 17]);
      expect(total).to.equal(COMMIT + 1 + 4);
    });

    it('cut before the commit: the old value, no increment counts, then or ever (CF-15)', () => {
      for (let cut = 0; cut < COMMIT; cut++) {
        for (const bits of CHOICES) {
          const where = `cut ${cut}, ${bits}`;
          const flash = cutAt(base, THREE_PATCHES, cut, bits);
          const store = opened(flash);
          expect(hex(valueOf(store, 'k')), where).to.equal(hex(OLD));
          const increments = tlvsOf(flash, SLOT.deltas[1]).filter(({ type }) => type === 2);
          expect(
            increments.every(({ valid }) => valid === DELETED),
            where,
          ).to.equal(true);
          const hkey = done(store.open('k', RW));
          done(store.wseek(hkey, 63));
          done(store.write(hkey, Uint8Array.of(7)));
          done(store.close(hkey));
          expect(hex(valueOf(store, 'k')), where).to.equal(hex(OLD.slice(0, 63)) + '07');
        }
      }
    });

    it('cut after the commit: the new value; leftovers are ignored, and deleted by the start (CF-16)', () => {
      for (let cut = COMMIT + 1; cut < total; cut++) {
        for (const bits of CHOICES) {
          const flash = cutAt(base, THREE_PATCHES, cut, bits);
          const before = tlvsOf(flash, SLOT.deltas[1]).filter(({ type }) => type === 2);
          expect(before.some(({ valid }) => valid !== DELETED)).to.equal(cut < total - 1 || bits !== 'all'); // prettier-ignore
          const store = opened(flash);
          expect(hex(valueOf(store, 'k')), `cut ${cut}, ${bits}`).to.equal(hex(NEW));
          const after = tlvsOf(flash, SLOT.deltas[1]).filter(({ type }) => type === 2);
          // A VALID that lost a bit is dead, and is not programmed again.
          expect(after.every(({ valid }) => valid !== GOOD)).to.equal(true);
          const old = tlvsOf(flash, SLOT.snapshots[1]).find(({ name }) => name === 'k');
          expect(old?.valid).to.not.equal(GOOD);
        }
      }
    });

    it('cut inside the commit: the old value, unless every bit of the code landed (CF-17)', () => {
      for (const bits of CHOICES) {
        const flash = cutAt(base, THREE_PATCHES, COMMIT, bits);
        const expected = bits === 'all' ? NEW : OLD;
        expect(hex(valueOf(opened(flash), 'k')), bits).to.equal(hex(expected));
      }
      const record = tlvsOf(cutAt(base, THREE_PATCHES, COMMIT, 'all'), SLOT.deltas[1]).find(
        ({ name }) => name === 'k',
      );
      expect(record?.code).to.not.equal(BLANK);
    });
  });

  it('finds what follows a header that was torn at its length, wherever its bits are (CF-19)', () => {
    const base = inhabited();
    const acts: readonly Act[] = [(store) => said(store.create('torn', 200, DESCRIPTOR))];
    for (let seed = 1; seed <= 60; seed++) {
      const flash = cutAt(base, acts, 0, `xorshift:${seed}`);
      const store = opened(flash);
      put(store, 'behind', counting(3));
      put(store, 'x', counting(2));
      const expected = `behind=010203 k=${hex(OLD)} x=0102 y=${hex(counting(13))}`;
      expect(contentOf(store), `seed ${seed}`).to.equal(expected);
      expect(contentOf(opened(flash)), `seed ${seed}`).to.equal(expected);
      expect(flash.violation).to.equal(undefined);
    }
  });

  for (const [where, name] of [
    ['the snapshot', 'k'],
    ['the delta', 'y'],
  ] as const) {
    // prettier-ignore
    it(`keeps a key absent that is deleted after a cut between commit and deletion of the old version, in ${where} (CF-20)`, () => {
      const base = inhabited();
      const acts: readonly Act[] = [
        open(name, 'a'),
        (store, kept) => said(store.write(kept.get('a') ?? 0, counting(12, 3))),
        close('a'),
      ];
      const total = run(base, acts).calls.at(-1) ?? 0;
      for (const bits of ['none', 'even', 'xorshift:9', 'all']) {
        const flash = cutAt(base, acts, total - 1, bits);
        const store = opened(flash);
        expect(hex(valueOf(store, name)).slice(0, 24)).to.equal(hex(counting(12, 3)));
        remove(store, name);
        expect(valueOf(store, name)).to.equal(undefined);
        expect(valueOf(opened(flash), name), bits).to.equal(undefined);
        const later = opened(flash);
        done(later.flush());
        expect(valueOf(opened(flash), name), bits).to.equal(undefined);
      }
    });
  }

  it('shows the same keys after a flush that was cut anywhere (CF-21)', () => {
    for (const geometry of [UNITS_OF_4, UNITS_OF_8]) {
      const flash = inhabited(geometry);
      const store = opened(flash);
      // A second round, so that the oldest snapshot holds something.
      put(store, 'z', counting(30));
      done(store.flush());
      put(store, 'z', counting(31));
      remove(store, 'x');
      const { contents } = run(flash, [(own) => said(own.flush())]);
      expect(contents[0]).to.equal(contents[1]);
      const calls = sweep(flash, [(own) => said(own.flush())]);
      // Tail of the delta, two erasures, head, three records of three writes or more, tail.
      expect(calls).to.be.at.least(1 + 2 + 1 + 3 * 3 + 1);
    }
  });
});

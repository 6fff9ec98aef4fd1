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
import { bitChoice, type BitChoice, type BufferStorage } from '#libraries/store/buffer-storage';
import {
  BLANK,
  DELETED,
  DESCRIPTOR,
  GOOD,
  RO,
  RW,
  SLOT,
  UNITS_OF_4,
  UNITS_OF_8,
  Watched,
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

/** More writes and erasures than there are. */
const MANY = 1_000_000;

const CHOICES = [
  'none',
  'all',
  'even',
  'odd',
  'firstHalf',
  'lastHalf',
  'xorshift:5',
  'xorshift:77',
];

function choice(name: string): BitChoice {
  return bitChoice(name) ?? ((): boolean => false);
}

/** Calls of clients, up to one that makes something durable. */
type Act = (store: Cfstore, kept: Map<string, number>) => number;

/** What a run of acts shows after each of them. */
interface Run {
  /** Content before the first act, and after each. */
  readonly contents: readonly string[];
  /** Writes and erasures when each act had ended. */
  readonly calls: readonly number[];
}

/** Runs acts to their end. Open handles do not keep content from being looked at, on another flash. */
function run(base: BufferStorage, acts: readonly Act[]): Run {
  const flash = base.clone();
  const store = opened(flash);
  const contents = [contentOf(opened(flash.clone()))];
  const calls: number[] = [];
  const kept = new Map<string, number>();
  for (const act of acts) {
    flash.arm(MANY);
    expect(act(store, kept)).to.be.at.least(0);
    calls.push((calls.at(-1) ?? 0) + MANY - flash.disarm());
    contents.push(contentOf(opened(flash.clone())));
  }
  expect(flash.violation).to.equal(undefined);
  return { contents, calls };
}

/** What a cut at some call of acts leaves. */
function cutAt(
  base: BufferStorage,
  acts: readonly Act[],
  cut: number,
  bits: string,
): BufferStorage {
  const flash = base.clone();
  const store = opened(flash);
  const kept = new Map<string, number>();
  flash.arm(cut);
  for (const act of acts) if (act(store, kept) < 0) break;
  flash.corrupt(choice(bits));
  return flash;
}

/** Cuts acts everywhere: the content must be that before or after the act that was cut, and the store must go on. */
function sweep(base: BufferStorage, acts: readonly Act[]): number {
  const { contents, calls } = run(base, acts);
  const total = calls.at(-1) ?? 0;
  let act = 0;
  for (let cut = 0; cut < total; cut++) {
    while (cut >= (calls[act] ?? Infinity)) act += 1;
    for (const bits of CHOICES) {
      const where = `cut ${cut} of ${total}, ${bits}`;
      const flash = cutAt(base, acts, cut, bits);
      // The start is cut as well, and then goes through.
      flash.arm(1);
      if (said(new Cfstore(flash, configOf(flash)).initialize()) < 0) flash.corrupt(choice(bits));
      else flash.disarm();
      const store = opened(flash);
      const seen = contentOf(store);
      expect(seen, where).to.be.oneOf([contents[act], contents[act + 1]]);
      put(store, 'new', counting(5));
      const after = contentOf(opened(flash));
      expect(after.replace(/ ?new=0102030405/, '').trim(), where).to.equal(seen);
      expect(flash.violation, where).to.equal(undefined);
    }
  }
  return total;
}

const OLD = counting(64, 0x80);
const PATCHES = [0, 20, 40].map((at, index) => ({ at, data: new Uint8Array(8).fill(index + 1) }));
const NEW = OLD.slice();
for (const { at, data } of PATCHES) NEW.set(data, at);

/** A flash with key "k" and others in the snapshot, and one in the delta. */
function inhabited(geometry = UNITS_OF_4): Watched {
  const flash = new Watched(geometry);
  const store = opened(flash);
  put(store, 'k', OLD);
  put(store, 'x', counting(9));
  done(store.flush());
  put(store, 'y', counting(13));
  return flash;
}

/** Opens a key for writing and keeps the handle under a name. */
function open(name: string, as: string): Act {
  return (store, kept) => keep(said(store.open(name, RW)), kept, as);
}

function keep(hkey: number, kept: Map<string, number>, as: string): number {
  kept.set(as, hkey);
  return hkey;
}

function patch(as: string, { at, data }: { at: number; data: Uint8Array }): Act {
  return (store, kept) => {
    const hkey = kept.get(as) ?? 0;
    return Math.min(said(store.wseek(hkey, at)), said(store.write(hkey, data)));
  };
}

function close(as: string): Act {
  return (store, kept) => said(store.close(kept.get(as) ?? 0));
}

const THREE_PATCHES: readonly Act[] = [
  open('k', 'a'),
  ...PATCHES.map((each) => patch('a', each)),
  close('a'),
];

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
    for (let from = 0; from < acts.length; from += 5) {
      const piece = acts.slice(from, from + 5);
      cuts += sweep(flash, piece);
      const store = opened(flash);
      for (const act of piece) expect(act(store, new Map())).to.be.at.least(0);
    }
    expect(cuts).to.be.greaterThan(250);
    expect(flash.counts.erases).to.be.greaterThan(10);
    // No unit was programmed twice: this flash allows one program (CF-34).
    expect(flash.violation).to.equal(undefined);
  }).timeout(20_000);
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

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * After any cuts, once a recovery completes, nothing of a deleted or uncommitted value is left in flash.
 *
 * NON-TOCK: in mode `upstream` the gap of OpenSK's crate is there, and the searches here find it.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry } from '#libraries/store/storage';
import type { ModeName } from '#libraries/persistent-store/store';
import { Store } from '#libraries/persistent-store/store';
import { toHex } from '#libraries/persistent-store/vector-reader';
import type { Act, Search } from './cuts.ts';
import { FEW, eachRecovery, entriesOf, leftOvers, prepared } from './cuts.ts';
import { Desk, geometry } from './support.ts';

const value = (seed: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (seed * 37 + at * 11) | 1);

const insert =
  (key: number, seed: number, length: number): Act =>
  (store) =>
    store.insert(key, value(seed, length));

/** Adds a key, removes one, adds another. */
const transaction: Act = (store) =>
  store.transaction([
    { op: 'insert', key: 1, value: value(1, 4) },
    { op: 'remove', key: 3 },
    { op: 'insert', key: 2, value: value(2, 4) },
  ]);

const OTHERS: readonly Act[] = [
  insert(3, 1, 8),
  (store) => store.remove(3),
  (store) => store.clear(2),
  (store) => store.prepare(3),
];

interface Found {
  readonly states: number;
  /** Recoveries after which something was left in flash. */
  readonly left: number;
}

/** Goes through all states; each recovery must open the store, with all or nothing of the operation in it. */
function search(options: Search): Found {
  const before = entriesOf(openAfter(prepared(options)));
  const done = prepared(options);
  const store = openAfter(done);
  runAtOnce(options.act(store));
  const allowed = [before, entriesOf(store)];
  let left = 0;
  const states = eachRecovery(options, (recovered) => {
    expect(recovered.result).to.equal('Ok');
    expect(recovered.flash.violation).to.equal(undefined);
    expect(allowed).to.include(entriesOf(recovered.store));
    if (leftOvers(recovered).length > 0) left += 1;
  });
  return { states, left };
}

function openAfter(flash: BufferStorage): Store {
  const store = new Store(flash);
  runAtOnce(store.boot());
  return store;
}

/** A store that was used for some words, and now has one entry. */
function aged(shape: Geometry, words: number, mode: ModeName): Omit<Search, 'act'> {
  const use = Array.from({ length: words }, (): Act => (store) => store.clear(0));
  return { shape, mode, setup: [...use, insert(3, 5, 4)] };
}

describe('libraries/persistent-store, wiping', function () {
  this.timeout(60_000);

  for (const shape of [geometry(64, 3), geometry(64, 4)]) {
    const place = `${shape.numPages} x ${shape.pageSize} bytes`;

    it(`transaction on ${place}, every call cut, any number of cut recoveries: upstream leaves values, ours none`, () => {
      const upstream = search({ ...aged(shape, 0, 'upstream'), act: transaction });
      expect(upstream.left).to.be.greaterThan(50);
      expect(upstream.states).to.be.greaterThan(2000);
      const ours = search({ ...aged(shape, 0, 'ours'), act: transaction });
      expect(ours.left).to.equal(0);
      expect(ours.states).to.be.greaterThan(2000);
    });

    it(`transaction over a page's end on ${place}: ours leaves nothing`, () => {
      const ours = search({ ...aged(shape, 8, 'ours'), act: transaction, choices: FEW });
      expect(ours.left).to.equal(0);
      expect(ours.states).to.be.greaterThan(250);
    });
  }

  it('insertion, removal, clear and compaction leave nothing in either mode', () => {
    for (const mode of ['ours', 'upstream'] as const) {
      for (const words of [0, 11]) {
        for (const act of OTHERS) {
          const found = search({ ...aged(geometry(64, 3), words, mode), act, choices: FEW });
          expect(found.left).to.equal(0);
        }
      }
    }
  });

  for (const [mode, isReadable] of [
    ['upstream', true],
    ['ours', false],
  ] as const) {
    it(`a value whose roll-back was cut between mark and wipe is ${isReadable ? '' : 'not '}in flash after recovery (${mode})`, () => {
      const flash = new BufferStorage(geometry(64, 4));
      const secret = value(9, 8);
      const cut = (delay: number, act: Act): void => {
        const store = new Store(flash, { mode });
        if (act !== boot) runAtOnce(store.boot());
        flash.arm(delay);
        runAtOnce(act(store));
        flash.corrupt(() => false);
      };
      const boot: Act = (store) => store.boot();
      // Marker, body and last word of the first insertion go through, nothing of the second.
      runAtOnce(new Store(flash, { mode }).boot());
      cut(3, (store) =>
        store.transaction([
          { op: 'insert', key: 1, value: secret },
          { op: 'insert', key: 2, value: secret.slice(4) },
        ]),
      );
      expect(toHex(flash.image)).to.contain(toHex(secret));
      cut(1, boot);
      const store = new Store(flash, { mode });
      expect(runAtOnce(store.boot()).ok).to.equal(true);
      expect(entriesOf(store)).to.equal('[]');
      expect(toHex(flash.image).includes(toHex(secret))).to.equal(isReadable);
      const writes = flash.counts.writeCalls;
      runAtOnce(new Store(flash, { mode }).boot());
      expect(flash.counts.writeCalls - writes).to.equal(isReadable ? 1 : 0);
      expect(toHex(flash.image)).not.to.contain(toHex(secret));
    });
  }

  it('is ours unless the mode is said', () => {
    const desk = new Desk(geometry(64, 3));
    expect(desk.store.mode).to.equal('ours');
    expect(new Store(desk.flash, { mode: 'upstream' }).mode).to.equal('upstream');
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The driver judges: a store that is right passes, one that is wrong is named with the steps to see it again.
 *
 * NON-TOCK: the invariants of the store specification, "test machinery", each broken once on purpose.
 */
import { expect } from 'chai';
import { noCounts, randomlyDrive, replayRun } from '#libraries/persistent-store/campaign';
import { Driver } from '#libraries/persistent-store/driver';
import { buildInternal, Internal } from '#libraries/persistent-store/format';
import type { Invariant } from '#libraries/persistent-store/invariants';
import type { Change } from '#libraries/persistent-store/model';
import { runFromText } from '#libraries/persistent-store/run';
import type { Cut, Run } from '#libraries/persistent-store/run';
import type { Storage } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import { geometry } from './support.ts';

const clean = (shape = geometry(64, 3)): Run => {
  return { geometry: shape, start: { kind: 'clean' }, deferred: false, steps: [] };
};
const insert = (key: number, ...value: number[]): Change => {
  return { op: 'insert', key, value: Uint8Array.from(value) };
};

/** A driver that is on, with the changes made. */
function driven(changes: readonly Change[] = [], run = clean()): Driver {
  const driver = new Driver(run);
  expect(driver.powerOn()).to.equal(undefined);
  for (const change of changes) expect(driver.apply(change)).to.equal(undefined);
  return driver;
}

/** Breaks the flash by hand and returns the invariant that the next boot names. */
function spoil(driver: Driver, spoilt: (words: Int32Array, flash: Driver['flash']) => void) {
  spoilt(new Int32Array(driver.flash.image.buffer), driver.flash);
  return driver.apply({ op: 'prepare', length: 0 })?.invariant;
}

describe('libraries/persistent-store/driver', () => {
  it('finds each invariant of flash when it is broken by hand', () => {
    const cases: [Invariant, Parameters<typeof spoil>[1]][] = [
      ['erases', (_words, flash) => (flash.pageErases[1] = 1)],
      ['init', (_words, flash) => (flash.wordWrites[0] = 2)],
      ['init', (_words, flash) => (flash.wordWrites[16] = 1)],
      ['compact', (words) => (words[1] = 0x7fff_fffe)],
      ['beyond', (words) => (words[20] = 0)],
      ['beyond', (_words, flash) => (flash.wordWrites[47] = 1)],
      // Words 2 and 3 are the entry that was replaced.
      ['wiped', (words) => (words[3] = 1)],
      ['log', (words) => (words[6] = buildInternal(Internal.MARKER, 3))],
      ['log', (words) => (words[6] = 0)],
      ['entries', (words) => (words[5] = 0x0000_fe02)],
      ['rules', (_words, flash) => (flash.violation = 'a rule')],
    ];
    for (const [invariant, spoilt] of cases) {
      const driver = driven([insert(1, 1, 1), insert(1, 3, 0xff)]);
      expect(spoil(driver, spoilt), `${invariant} ${String(spoilt)}`).to.equal(invariant);
    }
  });

  it('names the invariant in one sentence and carries the run that shows it', () => {
    class Forgetful extends Store {
      override *remove(): ReturnType<Store['remove']> {
        return { ok: true, value: undefined };
      }
    }
    const makeStore = (storage: ConstructorParameters<typeof Store>[0]) => new Forgetful(storage);
    const driver = new Driver(clean(), { makeStore });
    driver.powerOn();
    driver.apply(insert(1, 2));
    const violation = driver.apply({ op: 'remove', key: 1 });
    expect(violation?.invariant).to.equal('capacity');
    expect(violation?.sentence).to.match(/^it counts 2 of 10 words, not 0 of 10, but the store/);
    const run = runFromText(violation?.replay ?? '');
    if (!run.ok) expect.fail(run.error);
    expect(replayRun(run.value, { makeStore })).to.deep.equal(violation);
    expect(replayRun(run.value)).to.equal(undefined);
  });

  it('refuses text that is no run', () => {
    for (const text of ['', '[]', '{}', '{"geometry":{},"steps":1}']) {
      expect(runFromText(text).ok, text).to.equal(false);
    }
  });

  it('ends a run without failure when the lifetime is used up (NoLifetime)', () => {
    const driver = driven([], clean(geometry(64, 3, 1)));
    for (let n = 0; driver.state === 'on'; n++) {
      expect(driver.apply(insert(1, n % 256))).to.equal(undefined);
    }
    expect(driver.state).to.equal('ended');
  });

  it('starts from a flash that was used for some cycles', () => {
    const run: Run = { ...clean(), start: { kind: 'used', cycle: 7 } };
    const driver = driven([insert(1, 1)], run);
    expect(driver.walk?.head).to.equal(7 * 3 * 14);
  });

  it('counts the calls of an operation and of a boot on a clone, which changes nothing', () => {
    const driver = driven([insert(1, 1, 2, 3)]);
    const image = driver.flash.image.slice();
    // Two writes for the entry, two to delete the older one.
    expect(driver.countCalls(insert(1, 9))).to.equal(4);
    expect(driver.countCalls({ op: 'remove', key: 2 })).to.equal(0);
    expect(driver.flash.image).to.deep.equal(image);
    driver.powerOff();
    expect(driver.countBootCalls()).to.equal(0);
    expect(driver.powerOn()).to.equal(undefined);
  });

  describe('cut at every call, with every choice of bits, and so at every call of the boot after', () => {
    const choices = ['none', 'all', 'even', 'odd', 'firstHalf', 'lastHalf', 'xorshift:7'];
    const scenes: [string, number, Change[], Change][] = [
      ['replacement', 3, [insert(1, 1, 2, 3, 4, 5)], insert(1, 9, 9)],
      ['value that ends in ones', 3, [], insert(1, 1, 2, 3, 4, 255, 255, 255, 255)],
      ['removal', 3, [insert(1, 1), insert(2, 2)], { op: 'remove', key: 1 }],
      ['removal by handle', 3, [insert(1, 1)], { op: 'removehandle', key: 1 }],
      ['clear', 3, [insert(1, 1), insert(2, 2), insert(3)], { op: 'clear', minKey: 2 }],
      [
        'transaction',
        4,
        [insert(1, 1), insert(2, 2)],
        { op: 'transaction', updates: [insert(1, 7) as never, { op: 'remove', key: 2 }] },
      ],
      // Full of live entries of one word: a compaction of a page writes one word more than it frees.
      [
        'overflowing compactions',
        4,
        [
          ...Array.from({ length: 22 }, (_, key) => insert(key)),
          ...Array.from({ length: 4 }, (): Change => ({ op: 'clear', minKey: 4095 })),
        ],
        { op: 'clear', minKey: 4095 },
      ],
    ];

    /** Boots a driver that was cut, and cuts a copy at each call of that boot first. */
    function bootCut(driver: Driver, corruption: string): number {
      let boots = 0;
      for (let delay = driver.countBootCalls() - 1; delay >= 0; delay--) {
        const copy = driver.clone();
        expect(copy.powerOn({ delay, corruption })?.sentence).to.equal(undefined);
        expect(copy.powerOn()?.sentence).to.equal(undefined);
        copy.powerOff();
        expect(copy.powerOn()?.sentence).to.equal(undefined);
        boots += 2;
      }
      expect(driver.powerOn()?.sentence).to.equal(undefined);
      return boots + 1;
    }

    for (const [name, pages, before, change] of scenes) {
      it(`${name}: before or after (store specification, "atomic")`, () => {
        const start = driven(before, clean(geometry(64, pages)));
        let boots = 0;
        for (let delay = start.countCalls(change) - 1; delay >= 0; delay--) {
          for (const corruption of choices) {
            const driver = start.clone();
            const cut: Cut = { delay, corruption };
            expect(driver.apply(change, cut)?.sentence).to.equal(undefined);
            expect(driver.state).to.equal('off');
            boots += bootCut(driver, corruption);
          }
        }
        expect(boots).to.be.above(0);
      });
    }
  });
});

describe('libraries/persistent-store/campaign', () => {
  for (const start of ['clean', 'used'] as const) {
    it(`finds nothing in random runs from a ${start} flash (store specification, "fuzzing")`, () => {
      const counts = noCounts();
      for (let seed = 1; seed <= 250; seed++) {
        const violation = randomlyDrive(seed, { start, steps: 40, maxPages: 12 }, counts);
        if (violation !== undefined) {
          expect.fail(`seed ${seed}: ${violation.sentence}\n${violation.replay}`);
        }
      }
      // It must have been worth it: cuts, boots, refusals, and lives to their end.
      expect(counts.cuts).to.be.above(1000);
      expect(counts.boots).to.be.above(1000);
      expect(counts.ok).to.be.above(2500);
      expect(counts.refused).to.be.above(300);
      expect(counts.wornOut).to.be.above(5);
    });
  }

  it('survives random runs from a dirty flash without a throw (store specification, "fuzzing")', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const violation = randomlyDrive(seed, { start: 'dirty', steps: 20, maxPageBits: 8 });
      if (violation !== undefined) {
        expect.fail(`seed ${seed}: ${violation.sentence}\n${violation.replay}`);
      }
    }
  });

  it('finds the gap of mode upstream: a value of a roll-back that was cut is readable; excused, all is well', () => {
    const makeStore = (storage: Storage): Store => new Store(storage, { mode: 'upstream' });
    const options = { start: 'clean', steps: 60, maxPageBits: 8, makeStore } as const;
    let seed = 0;
    let found: ReturnType<typeof randomlyDrive>;
    while (found === undefined && ++seed <= 2500) found = randomlyDrive(seed, options);
    expect(found?.invariant).to.equal('wiped');
    expect(randomlyDrive(seed, { ...options, excuseGap: true })).to.equal(undefined);
    expect(randomlyDrive(seed, { start: 'clean', steps: 60, maxPageBits: 8 })).to.equal(undefined);
  });
});

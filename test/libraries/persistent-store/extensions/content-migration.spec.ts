// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Migration of content: its checks, its steps, and every cut.
 *
 * NON-TOCK: rules of OpenSK's store specification, Examples/Migration.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import {
  MAX_VERSION,
  checkApplication,
  checkMigrator,
  migrate,
  migrationState,
  startContent,
} from '#libraries/persistent-store/extensions/content-migration';
import type { Migration } from '#libraries/persistent-store/extensions/content-migration';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import { Desk, geometry } from '../support.ts';
import { cutEverywhere } from './torn.ts';

const RULE = 'store specification, Examples/Migration:';

/** Swaps keys 1 and 2, lengthens 3, drops 4, leaves all others. */
const TO_TWO: Migration = {
  from: 1,
  to: 2,
  convert: ({ key, value }) => {
    if (key === 1 || key === 2) return { key: 3 - key, value };
    if (key === 3) return { key, value: Uint8Array.of(...value, 33) };
    return key === 4 ? undefined : { key, value };
  },
};
const TO_THREE: Migration = {
  from: 2,
  to: 3,
  convert: ({ key, value }) => ({ key: key + 10, value }),
};

const V1 = Uint8Array.of(1, 0, 0, 0);
const CONTENT: readonly (readonly [number, number[]])[] = [
  [1, [1]],
  [2, [2, 2]],
  [3, [3]],
  [4, [4]],
  [5, [5, 5, 5]],
];
const CONTENT_TWO = [
  [1, [2, 2]],
  [2, [1]],
  [3, [3, 33]],
  [5, [5, 5, 5]],
];

function filled(pageSize = 128, pages = 4): Desk {
  const desk = new Desk(geometry(pageSize, pages));
  desk.call(startContent(desk.store, 1));
  for (const [key, value] of CONTENT) desk.call(desk.store.insert(key, Uint8Array.from(value)));
  return desk;
}

const content = (desk: Desk): unknown => desk.entries().filter(([key]) => key > 0 && key < 2048);

/** Fails the operation of a store that writes, after `calls` of them. */
class Stopped extends Store {
  left = Number.POSITIVE_INFINITY;

  private *stop<T>(
    steps: Steps<T>,
  ): Steps<T | { readonly ok: false; readonly error: 'NoLifetime' }> {
    if (this.left <= 0) return { ok: false, error: 'NoLifetime' } as const;
    this.left -= 1;
    return yield* steps;
  }

  override *insert(...args: Parameters<Store['insert']>): ReturnType<Store['insert']> {
    return yield* this.stop(super.insert(...args));
  }

  override *remove(...args: Parameters<Store['remove']>): ReturnType<Store['remove']> {
    return yield* this.stop(super.remove(...args));
  }

  override *transaction(
    ...args: Parameters<Store['transaction']>
  ): ReturnType<Store['transaction']> {
    return yield* this.stop(super.transaction(...args));
  }
}

describe('libraries/persistent-store/extensions/content-migration', () => {
  it(`${RULE} changes, moves and drops entries, and leaves only key 0 with the new version`, () => {
    const desk = filled();
    desk.call(migrate(desk.store, [TO_TWO], 2));
    expect(desk.entries()).to.deep.equal([[0, [2, 0, 0, 0]], ...CONTENT_TWO]);
    expect(desk.call(checkApplication(desk.store, [2]))).to.equal(2);
  });

  it('does nothing when the content has the version already', () => {
    const desk = filled();
    const before = { ...desk.flash.counts };
    desk.call(migrate(desk.store, [], 1));
    expect(desk.flash.counts).to.deep.equal(before);
  });

  it('goes through several versions', () => {
    const desk = filled();
    desk.call(migrate(desk.store, [TO_THREE, TO_TWO], 3));
    expect(content(desk)).to.deep.equal(
      CONTENT_TWO.map(([key, value]) => [Number(key) + 10, value]),
    );
    expect(desk.outcome(migrate(desk.store, [TO_THREE, TO_TWO], 4))).to.equal('UnsupportedVersion');
    expect(desk.call(checkApplication(desk.store, [3]))).to.equal(3);
  });

  it('ends when versions lead in a circle', () => {
    const desk = filled();
    const back: Migration = { from: 2, to: 1, convert: (entry) => entry };
    expect(desk.outcome(migrate(desk.store, [TO_TWO, back], 9))).to.equal('UnsupportedVersion');
  });

  it(`${RULE} an entry whose key and value would not differ is not written`, () => {
    const desk = filled();
    const handle = desk.store.findHandle(5);
    desk.call(migrate(desk.store, [TO_TWO], 2));
    expect(desk.store.findHandle(5)).to.deep.equal(handle);
  });

  it(`${RULE} applications check that key 0 has a supported version and key 2048 is absent`, () => {
    const desk = new Desk(geometry(64, 5));
    const check = (): string => desk.outcome(checkApplication(desk.store, [1, 7]));
    expect(check()).to.equal('UnsupportedVersion');
    desk.call(startContent(desk.store, 7));
    expect(check()).to.equal('Ok');
    desk.call(desk.store.insert(2048, V1));
    expect(check()).to.equal('MigrationOngoing');
    desk.call(desk.store.remove(0));
    expect(check()).to.equal('MigrationOngoing');
    desk.call(desk.store.remove(2048));
    desk.call(desk.store.insert(0, Uint8Array.of(2, 0, 0, 0)));
    expect(check()).to.equal('UnsupportedVersion');
    desk.call(desk.store.insert(0, Uint8Array.of(1)));
    expect(check()).to.equal('UnsupportedVersion');
  });

  it(`${RULE} migrators check source, source and target, or that key 0 is absent and key 2048 present`, () => {
    const desk = new Desk(geometry(64, 5));
    const check = (): string => desk.outcome(checkMigrator(desk.store, [TO_TWO]));
    const put = (key: number, version: number): unknown =>
      desk.call(desk.store.insert(key, Uint8Array.of(version, 0, 0, 0)));
    expect(check()).to.equal('UnsupportedVersion');
    put(0, 1);
    expect(check()).to.equal('Ok');
    put(2048, 2);
    expect(check()).to.equal('Ok');
    put(2048, 3);
    expect(check()).to.equal('UnsupportedVersion');
    put(0, 2);
    expect(check()).to.equal('UnsupportedVersion');
    desk.call(desk.store.remove(0));
    expect(check()).to.equal('Ok');
    expect(desk.call(migrationState(desk.store))).to.deep.equal({ version: undefined, target: 3 });
  });

  it('starts content once, with a version of 32 bits', () => {
    const desk = new Desk(geometry(64, 5));
    for (const version of [-1, 0.5, 2 ** 32]) {
      expect(desk.outcome(startContent(desk.store, version))).to.equal('InvalidArgument');
    }
    desk.call(startContent(desk.store, MAX_VERSION));
    expect(desk.call(checkApplication(desk.store, [MAX_VERSION]))).to.equal(MAX_VERSION);
    expect(desk.outcome(startContent(desk.store, 1))).to.equal('UnsupportedVersion');
    desk.call(desk.store.insert(2048, V1));
    expect(desk.outcome(startContent(desk.store, 1))).to.equal('MigrationOngoing');
  });

  it('refuses a conversion that gives two entries one key, or a key or value that cannot be, before it writes', () => {
    const bad: Migration['convert'][] = [
      ({ value }) => ({ key: 9, value }),
      ({ key, value }) => ({ key: key + 2046, value }),
      ({ key, value }) => ({ key: key - 1, value }),
      ({ key, value }) => ({ key: key + 0.5, value }),
      ({ key }) => ({ key, value: new Uint8Array(1024) }),
      ({ key, value }) => ({ key: key === 1 ? 2 : key, value }),
    ];
    for (const convert of bad) {
      const desk = filled();
      const before = { ...desk.flash.counts };
      expect(desk.outcome(migrate(desk.store, [{ from: 1, to: 2, convert }], 2))).to.equal(
        'Conflict',
      );
      expect(desk.flash.counts).to.deep.equal(before);
    }
    const desk = filled();
    expect(desk.outcome(migrate(desk.store, [], 2 ** 32))).to.equal('InvalidArgument');
    expect(desk.outcome(migrate(desk.store, [{ ...TO_TWO, to: -1 }], 2))).to.equal(
      'InvalidArgument',
    );
  });

  it(`${RULE} entries are taken in store order`, () => {
    const desk = filled();
    desk.call(desk.store.remove(1));
    desk.call(desk.store.insert(3, Uint8Array.of(3)));
    const handles = desk.store.handles();
    const listed = (handles.ok ? handles.value : []).map(({ key }) => key).filter((key) => key > 0);
    const seen: number[] = [];
    const watch: Migration = {
      from: 1,
      to: 2,
      convert: (entry) => {
        seen.push(entry.key);
        return entry;
      },
    };
    desk.call(migrate(desk.store, [watch], 2));
    expect(listed).to.not.deep.equal([2, 4, 5, 3]);
    expect(seen).to.deep.equal([2, 4, 5, 3, 2, 4, 5, 3]);
  });

  it('goes on after an operation that failed, wherever that was', () => {
    let steps = 0;
    for (let done = false; !done; steps++) {
      const desk = filled();
      const store = new Stopped(desk.flash);
      desk.call(store.boot());
      store.left = steps;
      done = desk.run(migrate(store, [TO_TWO], 2)).ok;
      store.left = Number.POSITIVE_INFINITY;
      desk.call(migrate(store, [TO_TWO], 2));
      desk.reboot();
      expect(content(desk)).to.deep.equal(CONTENT_TWO);
    }
    expect(steps).to.equal(11);
  });

  it(`${RULE} every step is resumed after every cut, and the state between is a lawful one`, function () {
    this.timeout(60_000);
    const migrateOn = (flash: BufferStorage): void => {
      const store = new Store(flash);
      if (runAtOnce(store.boot()).ok) runAtOnce(migrate(store, [TO_TWO], 2));
    };
    const see = (flash: BufferStorage): string | undefined => {
      const store = new Store(flash);
      if (!runAtOnce(store.boot()).ok) return undefined;
      // An application sees either content or that it must wait.
      const checked = runAtOnce(checkApplication(store, [1, 2]));
      if (!checked.ok && checked.error !== 'MigrationOngoing') return undefined;
      if (!runAtOnce(migrate(store, [TO_TWO], 2)).ok) return undefined;
      const handles = store.handles();
      if (!handles.ok) return undefined;
      const entries = handles.value.map(({ key }) => {
        const found = runAtOnce(store.find(key));
        return [key, found.ok ? [...(found.value ?? [])] : found.error];
      });
      return JSON.stringify(entries.sort(([a], [b]) => Number(a) - Number(b)));
    };
    const expected = JSON.stringify([[0, [2, 0, 0, 0]], ...CONTENT_TWO]);
    let cases = 0;
    for (const [pageSize, pages] of [
      [64, 4],
      [128, 3],
    ] as const) {
      const { flash } = filled(pageSize, pages);
      const choices = ['all', 'xorshift:3'];
      cases += cutEverywhere(
        { start: flash, run: migrateOn, see, choices },
        (seen, _flash, what) => {
          expect(seen, what).to.equal(expected);
        },
      );
    }
    expect(cases).to.be.greaterThan(3000);
  });
});

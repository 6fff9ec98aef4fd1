// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The store's operations: results, errors, handles, failures of the flash, and random use against a map.
 *
 * NON-TOCK: behaviour of OpenSK's `libraries/persistent_store`.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { BufferStorage, bitChoice } from '#libraries/store/buffer-storage';
import { buildInit } from '#libraries/persistent-store/format';
import { perform } from '#libraries/store/run-at-once';
import { DeferredStorage } from '#libraries/store/storage';
import type { FlashRequest, Steps, Storage } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import type { Update } from '#libraries/persistent-store/store';
import { Desk, geometry, sha256 } from './support.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const long = (value: number): Uint8Array => new Uint8Array(80).fill(value);

describe('libraries/persistent-store/store', () => {
  it('finds what was inserted, in full and as a copy', () => {
    const desk = new Desk(geometry(64, 5));
    desk.call(desk.store.insert(7, bytes(1, 2, 3, 255)));
    const value = desk.call(desk.store.find(7));
    expect([...(value ?? [])]).to.deep.equal([1, 2, 3, 255]);
    value?.fill(0);
    expect([...(desk.call(desk.store.find(7)) ?? [])]).to.deep.equal([1, 2, 3, 255]);
    expect(desk.call(desk.store.find(8))).to.equal(undefined);
  });

  it('finds nothing under numbers that are no key', () => {
    const desk = new Desk(geometry(64, 5));
    for (const key of [-1, 4096, 1.5, Number.NaN]) {
      expect(desk.call(desk.store.find(key))).to.equal(undefined);
    }
  });

  it('refuses keys and lengths out of range with InvalidArgument and touches nothing', () => {
    const desk = new Desk(geometry(64, 5));
    const before = { ...desk.flash.counts };
    const { store } = desk;
    expect(store.maxValueLength).to.equal(52);
    for (const steps of [
      store.insert(4096, bytes()),
      store.insert(-1, bytes()),
      store.insert(0.5, bytes()),
      store.insert(0, new Uint8Array(53)),
      store.remove(4096),
      store.clear(4096),
      store.transaction([
        { op: 'remove', key: 1 },
        { op: 'insert', key: 1, value: bytes() },
      ]),
      store.transaction(Array.from({ length: 32 }, (_, key): Update => ({ op: 'remove', key }))),
    ]) {
      expect(desk.outcome(steps)).to.equal('InvalidArgument');
    }
    expect(desk.flash.counts).to.deep.equal(before);
  });

  it('counts a replaced entry against the capacity until it is gone', () => {
    const desk = new Desk(geometry(64, 5));
    for (const key of [1, 2, 3]) desk.call(desk.store.insert(key, new Uint8Array(40)));
    expect(desk.store.capacity()).to.deep.equal({ ok: true, value: { used: 33, total: 34 } });
    expect(desk.outcome(desk.store.insert(1, bytes(1)))).to.equal('NoCapacity');
    desk.call(desk.store.remove(1));
    expect(desk.outcome(desk.store.insert(1, bytes(1)))).to.equal('Ok');
  });

  it('ends with NoLifetime when the head page has used its cycles, and still reads and removes', () => {
    const desk = new Desk(geometry(64, 3, 1));
    let result = 'Ok';
    for (let n = 0; n < 200 && result === 'Ok'; n++) {
      result = desk.outcome(desk.store.insert(1, bytes(n)));
    }
    expect(result).to.equal('NoLifetime');
    expect(desk.flash.violation).to.equal(undefined);
    expect(desk.call(desk.store.find(1))).to.have.length(1);
    desk.call(desk.store.remove(1));
    expect(desk.entries()).to.deep.equal([]);
  });

  it('says InvalidStorage before boot and InvalidArgument for a flash it cannot use', () => {
    const flash = new BufferStorage(geometry(64, 2));
    const desk = new Desk(geometry(64, 3));
    const store = new Store(flash);
    expect(desk.outcome(store.boot())).to.equal('InvalidArgument');
    expect(desk.outcome(store.insert(1, bytes()))).to.equal('InvalidStorage');
    expect(desk.outcome(store.remove(1))).to.equal('InvalidStorage');
    expect(desk.outcome(store.find(1))).to.equal('InvalidStorage');
    expect(store.capacity().ok).to.equal(false);
    expect(flash.counts.writeCalls).to.equal(0);
  });

  describe('handles', () => {
    it('refuses one whose entry was deleted (InvalidArgument) or is removed twice (InvalidStorage)', () => {
      const desk = new Desk(geometry(64, 5));
      desk.call(desk.store.insert(1, bytes(9)));
      const handle = desk.store.findHandle(1);
      if (!handle.ok || handle.value === undefined) expect.fail('no handle');
      desk.call(desk.store.removeHandle(handle.value));
      expect(desk.entries()).to.deep.equal([]);
      expect(desk.outcome(desk.store.value(handle.value))).to.equal('InvalidArgument');
      expect(desk.outcome(desk.store.removeHandle(handle.value))).to.equal('InvalidStorage');
    });

    it('refuses one that compaction has left behind with InvalidArgument', () => {
      const desk = new Desk(geometry(64, 3));
      desk.call(desk.store.insert(1, bytes(9)));
      const handle = desk.store.findHandle(1);
      if (!handle.ok || handle.value === undefined) expect.fail('no handle');
      for (let n = 0; n < 20; n++) desk.call(desk.store.insert(2, bytes(n)));
      expect(desk.flash.counts.erases).to.be.above(0);
      expect(desk.outcome(desk.store.value(handle.value))).to.equal('InvalidArgument');
      expect(desk.outcome(desk.store.removeHandle(handle.value))).to.equal('InvalidArgument');
      expect(desk.entries()).to.deep.include([1, [9]]);
    });
  });

  it('lists in the order that removals leave: the last entry moves into the hole', () => {
    const desk = new Desk(geometry(64, 5));
    for (const key of [1, 2, 3, 4]) desk.call(desk.store.insert(key, bytes()));
    desk.call(desk.store.remove(2));
    const handles = desk.store.handles();
    expect(handles.ok ? handles.value.map(({ key }) => key) : []).to.deep.equal([1, 4, 3]);
  });

  describe('when the flash fails', () => {
    /** Runs steps whose request number `bad` fails, all others being performed. */
    function runFailing<T>(steps: Steps<T>, flash: BufferStorage, bad: number): [T, FlashRequest?] {
      let step = steps.next();
      let failed: FlashRequest | undefined;
      for (let index = 0; step.done !== true; index++) {
        if (index === bad) failed = { ...step.value };
        step = steps.next(index === bad ? false : perform(step.value, flash));
      }
      return failed === undefined ? [step.value] : [step.value, failed];
    }

    it('ends with StorageError at whatever request fails, and recovers to before or after', () => {
      const operations = new Set<string>();
      for (let [bad, earlier] = [0, 1]; earlier < 7; bad++) {
        const desk = new Desk(geometry(256, 3), (flash) => new DeferredStorage(flash));
        desk.call(desk.store.insert(2, new Uint8Array(20)));
        for (let n = 0; n < earlier; n++) desk.call(desk.store.insert(1, long(6)));
        const [result, failed] = runFailing(desk.store.insert(1, long(7)), desk.flash, bad);
        if (failed === undefined) {
          expect(result.ok).to.equal(true);
          [bad, earlier] = [-1, earlier + 1];
          continue;
        }
        operations.add(failed.operation);
        expect(result.ok ? 'Ok' : result.error).to.equal('StorageError');
        desk.call(desk.store.recover());
        expect(desk.entries()[0]?.[1][0]).to.be.oneOf([6, 7]);
        desk.call(desk.store.insert(1, bytes(8)));
        desk.reboot();
        expect(desk.entries()[0]).to.deep.equal([1, [8]]);
      }
      expect([...operations].sort()).to.deep.equal(['erase', 'read', 'write']);
    });

    it('loses its list when a deletion pass breaks off: InvalidStorage until recovered', () => {
      const desk = new Desk(geometry(64, 5));
      desk.call(desk.store.insert(1, bytes(1)));
      desk.flash.arm(0);
      expect(desk.outcome(desk.store.remove(1))).to.equal('StorageError');
      desk.flash.corrupt(() => false);
      expect(desk.store.handles()).to.deep.equal({ ok: false, error: 'InvalidStorage' });
      desk.call(desk.store.recover());
      expect(desk.entries()).to.deep.equal([[1, [1]]]);
    });
  });

  it('ends although a flash claims writes and erases that it did not do', () => {
    const desk = new Desk(geometry(64, 3), (flash) => new DeferredStorage(flash));
    for (let n = 0; n < 20; n++) {
      const steps = desk.store.insert(2, bytes(n));
      let requests = 0;
      let step = steps.next();
      for (; step.done !== true; requests++) {
        expect(requests).to.be.below(1000);
        const { operation } = step.value;
        step = steps.next(operation !== 'read' || perform(step.value, desk.flash));
      }
    }
    expect(desk.flash.counts.erases).to.equal(0);
  });

  it('says InvalidStorage when a compaction would move the head back', () => {
    const desk = new Desk(geometry(64, 3));
    while (desk.flash.counts.erases < 3) desk.call(desk.store.insert(1, bytes(1)));
    const words = new Int32Array(desk.flash.image.buffer);
    for (const page of [0, 1, 2]) words[page * 16] = buildInit(0, 0);
    let outcome = 'Ok';
    for (let n = 0; n < 40 && outcome === 'Ok'; n++) {
      outcome = desk.outcome(desk.store.insert(1, bytes(1)));
    }
    expect(outcome).to.equal('InvalidStorage');
  });

  it('hands out whole, page-bound requests only when an access is deferred', () => {
    const shape = geometry(64, 3);
    const flash = new BufferStorage(shape);
    const store = new Store(new DeferredStorage(shape));
    const run = <T>(steps: Steps<T>): T => {
      let step = steps.next();
      while (step.done !== true) {
        const { operation, byteOffset, length, bytes: buffer } = step.value;
        expect(byteOffset + length).to.be.at.most(64);
        expect(buffer.length).to.equal(operation === 'erase' ? 0 : length);
        expect(length).to.be.above(0);
        if (operation !== 'read') expect(byteOffset % 4 || length % 4).to.equal(0);
        step = steps.next(perform(step.value, flash));
      }
      return step.value;
    };
    expect(run(store.boot()).ok).to.equal(true);
    for (let n = 0; n < 40; n++) expect(run(store.insert(n % 3, bytes(n, n))).ok).to.equal(true);
  });

  it('mixes reads at once with writes as requests, to the same image', () => {
    const mixed = (flash: BufferStorage): Storage =>
      Object.assign(new DeferredStorage(flash), {
        readWord: (page: number, at: number) => flash.readWord(page, at),
        read: (page: number, at: number, length: number) => flash.read(page, at, length),
      });
    const [one, two] = [new Desk(geometry(64, 4)), new Desk(geometry(64, 4), mixed)];
    for (const desk of [one, two]) {
      for (let n = 0; n < 60; n++) desk.call(desk.store.insert(n % 5, new Uint8Array(n % 9)));
    }
    expect(sha256(two.flash.image)).to.equal(sha256(one.flash.image));
    expect(two.store.reads()).to.deep.equal(one.store.reads());
  });
});

describe('libraries/persistent-store/store (against a map)', () => {
  const value = fc.uint8Array({ maxLength: 20 });
  const key = fc.integer({ min: 0, max: 6 });
  const update: fc.Arbitrary<Update> = fc.oneof(
    fc.record({ op: fc.constant('insert' as const), key, value }),
    fc.record({ op: fc.constant('remove' as const), key }),
  );
  const operation = fc.oneof(
    { weight: 5, arbitrary: update.map((one) => [one]) },
    { weight: 3, arbitrary: fc.uniqueArray(update, { selector: (one) => one.key, maxLength: 4 }) },
    { weight: 1, arbitrary: key.map((least) => least) },
  );
  type Model = Map<number, number[]>;

  function after(model: Model, what: number | Update[]): Model {
    const next = new Map(model);
    if (typeof what === 'number')
      for (const each of model.keys()) if (each >= what) next.delete(each);
    if (typeof what === 'number') return next;
    for (const one of what) {
      if (one.op === 'insert') next.set(one.key, [...one.value]);
      else next.delete(one.key);
    }
    return next;
  }

  const sorted = (model: Model) => [...model].sort(([a], [b]) => a - b);
  const start = (desk: Desk, what: number | Update[]) =>
    typeof what === 'number' ? desk.store.clear(what) : desk.store.transaction(what);
  const shapes = fc.constantFrom(
    geometry(32, 3),
    geometry(64, 3),
    geometry(36, 5),
    geometry(128, 4),
  );

  it('holds what a map holds, before and after a reboot, and breaks no rule of flash', () => {
    fc.assert(
      fc.property(shapes, fc.array(operation, { maxLength: 60 }), (shape, operations) => {
        const desk = new Desk(shape);
        let model: Model = new Map();
        for (const what of operations) {
          const outcome = desk.outcome(start(desk, what));
          expect(outcome).to.be.oneOf(['Ok', 'NoCapacity', 'InvalidArgument']);
          if (outcome === 'Ok') model = after(model, what);
          expect(desk.entries()).to.deep.equal(sorted(model));
        }
        desk.reboot();
        expect(desk.entries()).to.deep.equal(sorted(model));
        expect(desk.flash.violation).to.equal(undefined);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it('is before or after an operation that was cut anywhere, with any bits moved', () => {
    const cut = fc.record({ delay: fc.nat(6), seed: fc.integer({ min: 1, max: 0x7fff_ffff }) });
    const cutOperations = fc.array(fc.tuple(operation, cut), { minLength: 5, maxLength: 25 });
    let cuts = 0;
    fc.assert(
      fc.property(shapes, cutOperations, (shape, operations) => {
        const desk = new Desk(shape);
        let model: Model = new Map();
        for (const [what, { delay, seed }] of operations) {
          desk.flash.arm(delay);
          const outcome = desk.outcome(start(desk, what));
          const wasCut = desk.flash.interruptedBytes !== undefined;
          desk.flash.corrupt(bitChoice(`xorshift:${seed}`) ?? (() => false));
          if (wasCut) desk.reboot();
          cuts += wasCut ? 1 : 0;
          const next = outcome === 'Ok' || wasCut ? after(model, what) : model;
          const seen = JSON.stringify(desk.entries());
          if (wasCut) {
            expect(seen).to.be.oneOf(
              [sorted(model), sorted(next)].map((each) => JSON.stringify(each)),
            );
          } else {
            expect(seen).to.equal(JSON.stringify(sorted(next)));
          }
          if (seen === JSON.stringify(sorted(next))) model = next;
        }
        expect(desk.flash.violation).to.equal(undefined);
      }),
      { numRuns: 200, seed: 2 },
    );
    expect(cuts).to.be.above(500);
  });
});

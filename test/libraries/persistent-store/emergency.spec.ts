// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The end of life: what ordinary operations leave, and what can be done with it on request.
 *
 * NON-TOCK: the specification of OpenSK's `libraries/persistent_store` sets the last Q + M words aside for this.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import type { BufferStorage } from '#libraries/store/buffer-storage';
import { buildUser } from '#libraries/persistent-store/format';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry, Steps } from '#libraries/store/storage';
import type { Lifetime, StoreError } from '#libraries/persistent-store/store';
import { Store } from '#libraries/persistent-store/store';
import type { Result } from '#kernel/result';
import { Ok } from '#kernel/result';
import type { Act } from './cuts.ts';
import { FEW, eachRecovery, entriesOf, leftOvers, prepared } from './cuts.ts';
import { Desk, geometry } from './support.ts';

/** 14 words a page for entries, values of at most 13 words; the last cycle ends at word 112. */
const SHAPE = geometry(64, 4, 1);
const END = 112;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** Sets one key until a page would have to be erased once too often. */
function* wearOut(store: Store): Steps<Result<void, StoreError>> {
  for (let n = 0; ; n++) {
    const result = yield* store.insert(1, bytes(n, n, n, 1));
    if (!result.ok) return result.error === 'NoLifetime' ? Ok() : result;
  }
}

/** As wearOut, and then the emergency's words but some. */
const spend = (left: number): Act =>
  function* (store) {
    yield* wearOut(store);
    store.useEmergencyLifetime();
    for (;;) {
      const life = yield* store.lifetime();
      if (!life.ok || life.value.emergency <= left) return life;
      yield* store.clear(4000);
    }
  };

function worn(shape: Geometry = SHAPE): Desk {
  const desk = new Desk(shape);
  desk.call(wearOut(desk.store));
  return desk;
}

function allow(store: Store): void {
  expect(store.useEmergencyLifetime().ok).to.equal(true);
}

const life = (desk: Desk): Lifetime => desk.call(desk.store.lifetime());

/** An ordinary operation. */
interface Command {
  readonly key: number;
  readonly length: number;
  readonly kind: string;
}

/** An operation that uses the emergency's words. */
const urgently =
  (act: Act): Act =>
  (store) => {
    allow(store);
    return act(store);
  };

/** Cuts an operation everywhere: each recovery has all or nothing of it. */
function expectAtomic(setup: readonly Act[], act: Act): void {
  const shape = SHAPE;
  const allowed = ['before', 'after'].map((moment) => {
    const flash: BufferStorage = prepared({ shape, mode: 'ours', setup });
    const store = new Store(flash);
    runAtOnce(store.boot());
    if (moment === 'after') expect(runAtOnce(act(store)).ok).to.equal(true);
    return entriesOf(store);
  });
  const states = eachRecovery({ shape, mode: 'ours', setup, act, choices: FEW }, (recovered) => {
    expect(recovered.result).to.equal('Ok');
    expect(recovered.flash.violation).to.equal(undefined);
    expect(allowed).to.include(entriesOf(recovered.store));
    expect(leftOvers(recovered)).to.deep.equal([]);
  });
  expect(states).to.be.greaterThan(5);
}

describe('libraries/persistent-store, emergency lifetime', () => {
  it('is reported: what is set aside always, what could be written in the last cycle only', () => {
    const desk = new Desk(SHAPE);
    expect(life(desk)).to.deep.equal({ used: 0, total: 98, reserved: 14 + 13, emergency: 0 });
    desk.call(wearOut(desk.store));
    const { used, emergency } = life(desk);
    expect(used + emergency).to.equal(END);
  });

  it('is left alone by ordinary operations: the last page stays erased, and a longest entry and N - 1 words fit', () => {
    const command: fc.Arbitrary<Command> = fc.record({
      key: fc.nat(3),
      length: fc.nat(52),
      kind: fc.constantFrom('insert', 'insert', 'transaction', 'clear', 'prepare'),
    });
    const shape = fc.record({ pages: fc.integer({ min: 3, max: 5 }), erases: fc.nat(2) });
    const use = (store: Store, one: Command): Steps<Result<unknown, string>> => {
      const { key, length, kind } = one;
      const value = new Uint8Array(length).fill(key);
      if (kind === 'insert') return store.insert(key, value);
      if (kind === 'clear') return store.clear(key);
      if (kind === 'prepare') return store.prepare(length);
      return store.transaction([
        { op: 'remove', key: 9 },
        { op: 'insert', key, value },
      ]);
    };
    const commands = fc.array(command, { minLength: 3, maxLength: 30 });
    let ended = 0;
    fc.assert(
      fc.property(shape, commands, ({ pages, erases }, list) => {
        const desk = new Desk(geometry(64, pages, erases));
        let refused = 0;
        for (let n = 0; n < 400 && refused < 30; n++) {
          for (const one of list) {
            if (desk.outcome(use(desk.store, one)) === 'NoLifetime') refused += 1;
          }
        }
        expect(desk.flash.isErased(pages - 1, 0) || refused === 0).to.equal(true);
        if (refused === 0) return;
        ended += 1;
        expect(life(desk).emergency).to.be.at.least(14 + pages - 1);
      }),
      { numRuns: 40 },
    );
    expect(ended).to.be.greaterThan(20);
  });

  it('lets a last insertion of the longest value and a clear through; the copy-out after a boot has all', () => {
    const desk = worn();
    const last = new Uint8Array(desk.store.maxValueLength).fill(7);
    const kept = desk.entries();
    expect(desk.outcome(desk.store.insert(2, last))).to.equal('NoLifetime');
    allow(desk.store);
    desk.call(desk.store.insert(2, last));
    desk.reboot();
    const copy = new Desk(SHAPE);
    for (const [key, value] of desk.entries()) {
      copy.call(copy.store.insert(key, Uint8Array.from(value)));
    }
    expect(copy.entries()).to.deep.equal([...kept, [2, [...last]]]);
    allow(desk.store);
    desk.call(desk.store.clear(0));
    desk.reboot();
    expect(desk.entries()).to.deep.equal([]);
    expect(desk.flash.violation).to.equal(undefined);
    expect(Math.max(...desk.flash.pageErases)).to.equal(1);
  });

  it('has to be asked for after each boot', () => {
    const desk = worn();
    allow(desk.store);
    desk.call(desk.store.insert(1, bytes(5)));
    desk.reboot();
    expect(desk.outcome(desk.store.insert(1, bytes(6)))).to.equal('NoLifetime');
    expect(desk.entries()).to.deep.equal([[1, [5]]]);
  });

  it('changes nothing before the end of life', () => {
    const plain = worn();
    const desk = new Desk(SHAPE);
    allow(desk.store);
    for (let n = 0; n < 39; n++) desk.call(desk.store.insert(1, bytes(n, n, n, 1)));
    expect(life(desk).emergency).to.equal(30);
    expect([...desk.flash.image]).to.deep.equal([...plain.flash.image]);
  });

  it('can be used to the very last word, and ends with NoLifetime then', () => {
    const desk = new Desk(SHAPE);
    desk.call(spend(2)(desk.store));
    allow(desk.store);
    expect(desk.outcome(desk.store.insert(3, new Uint8Array(5)))).to.equal('NoLifetime');
    desk.call(desk.store.insert(3, bytes(1, 2, 3, 4)));
    expect(life(desk)).to.deep.include({ used: END, emergency: 0 });
    desk.reboot();
    allow(desk.store);
    expect(desk.outcome(desk.store.clear(0))).to.equal('NoLifetime');
    desk.call(desk.store.remove(1));
    desk.reboot();
    expect(desk.entries()).to.deep.equal([[3, [1, 2, 3, 4]]]);
    expect(desk.flash.violation).to.equal(undefined);
  });

  it('keeps all atomic over every cut, at its beginning and at its end', () => {
    const insertion: Act = urgently((store) => store.insert(1, bytes(255, 255, 255, 255, 9)));
    const transaction: Act = urgently((store) =>
      store.transaction([
        { op: 'insert', key: 2, value: bytes(1) },
        { op: 'remove', key: 1 },
      ]),
    );
    const clear: Act = urgently((store) => store.clear(0));
    expectAtomic([wearOut], insertion);
    expectAtomic([wearOut], transaction);
    expectAtomic([wearOut], clear);
    expectAtomic([spend(3)], insertion);
    expectAtomic([spend(4)], transaction);
    expectAtomic([spend(1)], clear);
  }).timeout(20_000);

  it('takes a torn header whose length would run past the end for what it is, and leaves the first page alone', () => {
    const desk = new Desk(SHAPE);
    desk.call(spend(3)(desk.store));
    const entries = desk.entries();
    const before = [...desk.flash.read(0, 0, 64)];
    const words = new Int32Array(6);
    buildUser(words, new Uint8Array(words.buffer), 5, new Uint8Array(20));
    // The last page's last words but three, header bits 14 and up not all programmed yet.
    const torn = new Uint8Array(Int32Array.of((words[0] ?? 0) | 0x0fff_c000).buffer);
    desk.flash.write(3, 64 - 12, torn, 0, 4);
    desk.reboot();
    expect(desk.entries()).to.deep.equal(entries);
    expect([...desk.flash.read(0, 0, 64)]).to.deep.equal(before);
  });

  it('is not to be had in mode upstream, which would not find it again', () => {
    const store = new Store(worn().flash, { mode: 'upstream' });
    runAtOnce(store.boot());
    expect(store.useEmergencyLifetime()).to.deep.equal({ ok: false, error: 'InvalidArgument' });
    const lifetime = runAtOnce(store.lifetime());
    expect(lifetime.ok && lifetime.value.emergency).to.equal(0);
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The store of byte keys against a map, over collisions, full stores and power cuts.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { ByteKeyStore, homeOf, valueStart, type ByteKeyError } from '#libraries/byte-key-store';
import { PERSISTENT } from '#libraries/persistent-store/definition';
import { PersistentSlots, slotsOn } from '#libraries/slots';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { perform, runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage, type Steps } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import type { Result } from '#kernel/result';

const GEOMETRY = { wordSize: 4, pageSize: 256, numPages: 4, maxWordWrites: 2, maxPageErases: 999 };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Keys whose search begins at one number, and others whose search begins at the next ones. */
function crowd(home: number, perHome: readonly number[]): Uint8Array[] {
  return perHome.flatMap((count, distance) => {
    const found: Uint8Array[] = [];
    for (let n = 0; found.length < count; n++) {
      const key = bytes(`k${n}`);
      if (homeOf(key, 4096) === (home + distance) % 4096) found.push(key);
    }
    return found;
  });
}

function open(storage = new BufferStorage(GEOMETRY)): ByteKeyStore {
  const keys = new ByteKeyStore(slotsOn(PERSISTENT, storage));
  expect(runAtOnce(keys.slots.boot()).ok).to.equal(true);
  return keys;
}

const errorOf = (result: Result<unknown, ByteKeyError>): ByteKeyError | undefined =>
  result.ok ? undefined : result.error;

function get(keys: ByteKeyStore, key: Uint8Array): string | undefined {
  const got = runAtOnce(keys.get(key));
  return got.ok ? new TextDecoder().decode(got.value.subarray(valueStart(key))) : undefined;
}

type Change = readonly [op: 'set' | 'add' | 'update' | 'delete', key: number, value: string];

/** Applies a change to a map; the error that the store has to answer. */
function model(map: Map<number, string>, [op, key, value]: Change): ByteKeyError | undefined {
  if (op === 'add' && map.has(key)) return 'Exists';
  if ((op === 'update' || op === 'delete') && !map.has(key)) return 'NotFound';
  if (op === 'delete') map.delete(key);
  else map.set(key, value);
  return undefined;
}

function steps(
  keys: ByteKeyStore,
  [op, , value]: Change,
  key: Uint8Array,
): Steps<Result<void, ByteKeyError>> {
  return op === 'delete' ? keys.delete(key) : keys[op](key, bytes(value));
}

/** Keys that share numbers with their neighbours, around the wrap from 4095 to 0. */
const CROWD = crowd(4094, [3, 2, 2]);

const changes = fc.array(
  fc.tuple(
    fc.constantFrom('set' as const, 'add' as const, 'update' as const, 'delete' as const),
    fc.nat(CROWD.length - 1),
    fc.constantFrom('', 'a', 'value', 'a longer value'),
  ),
  { maxLength: 60 },
);

describe('ByteKeyStore', () => {
  it('behaves as a map for keys that crowd around the same numbers', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const keys = open();
        const map = new Map<number, string>();
        for (const change of list) {
          const key = CROWD[change[1]] ?? bytes('');
          const expected = model(map, change);
          expect(errorOf(runAtOnce(steps(keys, change, key)))).to.equal(expected);
          for (const [index, each] of CROWD.entries()) {
            expect(get(keys, each)).to.equal(map.get(index));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('keeps a key reachable when one before it in the chain is deleted', () => {
    const keys = open();
    const [first, second, third] = crowd(7, [3]);
    for (const key of [first, second, third]) runAtOnce(keys.set(key ?? bytes(''), bytes('v')));
    expect(runAtOnce(keys.delete(first ?? bytes(''))).ok).to.equal(true);
    expect(get(keys, third ?? bytes(''))).to.equal('v');
    expect(get(keys, first ?? bytes(''))).to.equal(undefined);
  });

  it('leaves nothing behind when every key of a chain is gone', () => {
    const store = new Store(new BufferStorage(GEOMETRY));
    runAtOnce(store.boot());
    const keys = new ByteKeyStore(new PersistentSlots(store));
    const chain = crowd(7, [3]);
    for (const key of chain) runAtOnce(keys.set(key, bytes('v')));
    for (const key of chain) runAtOnce(keys.delete(key));
    const capacity = store.capacity();
    expect(capacity.ok && capacity.value.used).to.equal(0);
  });

  it('compares whole keys, not their hashes or their beginnings', () => {
    const keys = open();
    runAtOnce(keys.set(bytes('ab'), bytes('1')));
    expect(get(keys, bytes('a'))).to.equal(undefined);
    expect(get(keys, bytes('abc'))).to.equal(undefined);
    expect(get(keys, bytes(''))).to.equal(undefined);
  });

  it('takes the empty key and the empty value', () => {
    const keys = open();
    runAtOnce(keys.set(bytes(''), bytes('')));
    expect(get(keys, bytes(''))).to.equal('');
    expect(errorOf(runAtOnce(keys.add(bytes(''), bytes(''))))).to.equal('Exists');
  });

  it('is full with NoCapacity, and every key can be deleted then, chains or not', () => {
    const keys = open();
    const chain = [...crowd(7, [4]), ...crowd(90, [200])];
    const stored: Uint8Array[] = [];
    for (const key of chain) {
      const set = runAtOnce(keys.set(key, bytes('')));
      if (set.ok) stored.push(key);
      else {
        expect(set.error).to.equal('NoCapacity');
        break;
      }
    }
    expect(stored.length).to.be.lessThan(chain.length);
    for (const key of stored) expect(runAtOnce(keys.delete(key)).ok).to.equal(true);
    expect(runAtOnce(keys.set(bytes('again'), bytes('v'))).ok).to.equal(true);
  });

  it('has done a change or not, whenever the power goes', () => {
    const before: Change[] = [0, 1, 2, 3, 4].map((key) => ['set', key, 'old']);
    const cuts: Change[] = [
      ['set', 5, 'new value'],
      ['set', 1, 'new value'],
      ['delete', 0, ''],
      ['delete', 4, ''],
    ];
    for (const change of cuts) {
      for (let cut = 0; ; cut++) {
        const storage = new BufferStorage(GEOMETRY);
        const keys = open(storage);
        for (let round = 0; round < 6; round++) {
          for (const each of before) {
            runAtOnce(steps(keys, each, CROWD[each[1]] ?? bytes('')));
          }
        }
        const finished = cutAfter(storage, change, cut);
        const reopened = open(storage);
        const old = new Map(before.map(([, key, value]) => [key, value]));
        const next = new Map(old);
        model(next, change);
        const seen = CROWD.map((key) => get(reopened, key));
        const isOld = seen.every((value, index) => value === old.get(index));
        const isNew = seen.every((value, index) => value === next.get(index));
        expect(isOld || isNew, `${change.join(' ')} cut after ${cut}`).to.equal(true);
        if (!finished) continue;
        expect(isNew).to.equal(true);
        break;
      }
    }
  });
});

/** Performs a change on a store that is opened anew, and drops it after so many flash accesses. */
function cutAfter(storage: BufferStorage, change: Change, cut: number): boolean {
  const store = new Store(new DeferredStorage(GEOMETRY));
  const boot = store.boot();
  for (let step = boot.next(); step.done !== true;) step = boot.next(perform(step.value, storage));
  const running = steps(
    new ByteKeyStore(new PersistentSlots(store)),
    change,
    CROWD[change[1]] ?? bytes(''),
  );
  let step = running.next();
  for (let done = 0; step.done !== true;) {
    if (step.value.operation !== 'read' && done++ === cut) return false;
    step = running.next(perform(step.value, storage));
  }
  return true;
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Keys of bytes over every store that is a map: the same answers, over boots, as a map of strings gives.
 *
 * NON-TOCK: tests. The persistent store's own slots have byte-key-store.spec.ts besides.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { geometryOf } from '#conformance/store-bed';
import { ByteKeyStore, homeOf, valueStart } from '#libraries/byte-key-store';
import { slotsOn } from '#libraries/slots';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { MapDefinition } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import { TICKV_LITERAL } from '#libraries/tickv/definition';
import { STORES, whyNot } from '#libraries/stores';

const CHANGES = 300;

/** Keys of which several have one home among so many numbers. */
function crowd(count: number): Uint8Array[] {
  const byHome = new Map<number, Uint8Array[]>();
  const keys: Uint8Array[] = [];
  for (let n = 0; keys.length < 6; n++) {
    const key = new TextEncoder().encode(`k${n}`);
    // Numbers beyond 2^16 have no twins that could be found in a test.
    const home = Math.floor(homeOf(key, count) / Math.max(1, count / 64));
    const others = byHome.get(home) ?? [];
    others.push(key);
    byHome.set(home, others);
    if (others.length === 3) keys.push(...others);
  }
  return keys;
}

function open(definition: MapDefinition, flash: BufferStorage): ByteKeyStore {
  const keys = new ByteKeyStore(slotsOn(definition, flash));
  expect(runAtOnce(keys.slots.boot()).ok, 'boot').to.equal(true);
  return keys;
}

describe('Slots', () => {
  for (const definition of STORES) {
    // Its defects show without a cut.
    if (definition === TICKV_LITERAL) continue;
    if (definition.kind !== 'map' || whyNot(definition, geometryOf(definition)) !== undefined)
      continue;
    it(`carry keys of bytes over ${definition.name}, as a map of strings would`, () => {
      const geometry = geometryOf(definition, { pageSize: 512, pages: 8 });
      expect(whyNot(definition, geometry)).to.equal(undefined);
      const flash = new BufferStorage(geometry);
      const random = new Random(3);
      let keys = open(definition, flash);
      const names = crowd(keys.slots.count);
      const model = new Map<string, string>();
      for (let change = 0; change < CHANGES; change++) {
        const key = names[random.below(names.length)] ?? new Uint8Array();
        const text = String(key);
        if (random.below(3) === 0) {
          const deleted = runAtOnce(keys.delete(key));
          expect(deleted.ok ? 'Ok' : deleted.error).to.equal(model.has(text) ? 'Ok' : 'NotFound');
          model.delete(text);
        } else {
          const value = Uint8Array.from({ length: random.below(12) }, () => random.u32() >>> 24);
          expect(runAtOnce(keys.set(key, value)).ok).to.equal(true);
          model.set(text, String(value));
        }
        if (random.below(4) === 0) expect(runAtOnce(keys.prepare(20)).ok).to.equal(true);
        if (random.below(8) === 0) keys = open(definition, flash);
        const shown = names.flatMap((name) => {
          const got = runAtOnce(keys.get(name));
          return got.ok ? [[String(name), String(got.value.subarray(valueStart(name)))]] : [];
        });
        expect(new Map(shown as [string, string][])).to.deep.equal(model);
      }
      expect(flash.violation).to.equal(undefined);
      expect(keys.slots.reads().calls).to.be.greaterThan(0);
    });
  }
});

describe('whyNot', () => {
  const geometry = { wordSize: 4, pageSize: 64, numPages: 5, maxWordWrites: 1, maxPageErases: 99 };

  it('says that a flash programs more at a time than the store does', () => {
    for (const store of STORES) {
      const { wordSizes = [4] } = store;
      const eight = { ...geometry, wordSize: 8, maxWordWrites: 4 };
      if (wordSizes.includes(8)) expect(whyNot(store, eight)).not.to.match(/units of/);
      else expect(whyNot(store, eight)).to.equal('programs units of 4 bytes, and 8 is the least');
      expect(whyNot(store, { ...eight, wordSize: 16 })).to.match(/, and 16 is the least$/);
    }
  });

  it('says that a flash endures too few programs of a word, or what the store itself says', () => {
    for (const store of STORES) {
      const { programsPerWord } = store.claim;
      const poor = whyNot(store, { ...geometry, maxWordWrites: programsPerWord - 1 });
      expect(poor).to.match(/^programs words \d times, and \d is the limit$/);
      const rich = { ...geometry, maxWordWrites: programsPerWord };
      expect(whyNot(store, rich)).to.equal(store.refuses(rich));
    }
  });
});

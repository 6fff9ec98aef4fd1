// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Every store keeps the contract; and the registry.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { describeStore } from '#conformance/store';
import type { StoreDefinition } from '#libraries/store/definition';
import { STORES, storeOf } from '#libraries/stores';
import { TICKV_LITERAL } from '#libraries/tickv/definition';

/** Stores made to fail, or as unsafe as their source: what they claim of power cuts is wrong, and shown to be elsewhere. */
function isHonest({ name }: StoreDefinition): boolean {
  return name !== 'naive' && !name.endsWith('-literal');
}

/** Variants of one store share their format: their names begin alike, up to what comes behind the last hyphen. */
function isKin(one: StoreDefinition, other: StoreDefinition): boolean {
  const [short = '', long = ''] = [one.name, other.name].sort((a, b) => a.length - b.length);
  return long === short || long.startsWith(`${short}-`);
}

// Upstream's defects show without a cut, in any workload: test/libraries/tickv/mode.spec.ts has them one by one.
const LAWFUL = STORES.filter((store) => store !== TICKV_LITERAL);

for (const store of LAWFUL) {
  describeStore(store, {
    cuts: isHonest(store),
    recognises: store.name !== 'naive',
    strangers: STORES.filter((other) => !isKin(store, other)),
  });
}

describe('The registry of stores', () => {
  it('finds each store by its name, and nothing by another', () => {
    for (const store of STORES) expect(storeOf(store.name)).to.equal(store);
    expect(new Set(STORES.map(({ name }) => name)).size).to.equal(STORES.length);
    expect(storeOf('none')).to.equal(undefined);
  });
});

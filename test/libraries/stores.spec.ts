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

/** Stores as unsafe as their source: what they claim of power cuts is wrong, and shown to be in their own tests. */
const LITERAL = '-literal';

/** Others of which the same holds: an example of failure, and a first draft. */
const UNSAFE = new Set(['naive', 'noodle-first']);

/** Literal ones whose defects show without a cut. */
const LOSES_WITHOUT_CUTS = new Set(['tickv-literal', 'noodle-literal', 'cfstore-heap-literal']);

/** Stores without a mark of their own in flash: they take no image for theirs. */
const WITHOUT_MARK = new Set(['naive', 'tep-block']);

/**
 * Stores that go on when the flash fails: to them the cuts of the suite are a flash that fails all over. Their own tests and the
 * laboratory take the power away.
 */
const GOES_ON = new Set(['cfstore-spares']);

/** Stores with one format, or one upon the other: they make sense of each other's images. */
const FAMILIES = [
  /^persistent/,
  /^(sequential|noodle)-?/,
  /^tickv/,
  /^tock-log/,
  /^tep-log/,
  /^tep-config/,
  /^cfstore-heap/,
  /^cfstore(?!-heap)/,
];

function areKin(one: StoreDefinition, other: StoreDefinition): boolean {
  if (one.name === other.name) return true;
  return FAMILIES.some((family) => family.test(one.name) && family.test(other.name));
}

for (const store of STORES) {
  const { name } = store;
  describeStore(store, {
    all: !LOSES_WITHOUT_CUTS.has(name),
    cuts: !UNSAFE.has(name) && !GOES_ON.has(name) && !name.endsWith(LITERAL),
    recognises: !WITHOUT_MARK.has(name),
    strangers: STORES.filter((other) => !areKin(store, other)),
  });
}

describe('The registry of stores', () => {
  it('finds each store by its name, and nothing by another', () => {
    for (const store of STORES) expect(storeOf(store.name)).to.equal(store);
    expect(new Set(STORES.map(({ name }) => name)).size).to.equal(STORES.length);
    expect(storeOf('none')).to.equal(undefined);
  });
});

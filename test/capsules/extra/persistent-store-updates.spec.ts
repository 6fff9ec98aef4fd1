// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Updates of a transaction as bytes: what libtock encodes, the driver decodes; nothing else is taken.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { encodeUpdates, type StoreUpdate } from '#apps/libtock/persistent-store';
import { decodeUpdates } from '#capsules/extra/persistent-store-updates';

const update: fc.Arbitrary<StoreUpdate> = fc.oneof(
  fc.record({ op: fc.constant('remove' as const), key: fc.nat(0xffff) }),
  fc.record({
    op: fc.constant('insert' as const),
    key: fc.nat(0xffff),
    value: fc.uint8Array({ maxLength: 40 }),
  }),
);

describe('decodeUpdates', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.array(update, { maxLength: 31 }), (updates) => {
        expect(decodeUpdates(encodeUpdates(updates), updates.length)).to.deep.equal(updates);
      }),
    );
  });

  it('refuses every proper prefix of an encoding, and never throws', () => {
    const encoded = encodeUpdates([
      { op: 'insert', key: 1, value: Uint8Array.of(1, 2, 3, 4) },
      { op: 'remove', key: 2 },
    ]);
    for (let length = 0; length < encoded.length; length++) {
      expect(decodeUpdates(encoded.subarray(0, length), 2)).to.equal(undefined);
    }
  });

  it('refuses operations that do not exist, and a removal with a length', () => {
    expect(decodeUpdates(Uint8Array.of(2, 0, 1, 0, 0, 0, 0, 0), 1)).to.equal(undefined);
    expect(decodeUpdates(Uint8Array.of(0, 0, 1, 0, 1, 0, 0, 0), 1)).to.equal(undefined);
  });
});

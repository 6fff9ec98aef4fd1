// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The key-value driver over a reboot: who wrote a value is told by the flash.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import { StoragePermissions } from '#kernel/storage-permissions';
import { build } from './kv-support.ts';

const { NOSUPPORT } = ErrorCode;

describe('Key-value driver, booted again', () => {
  it("TS-11: over a reboot, too, one app's value is another's only by its storage permissions", () => {
    const before = build();
    before.spawn(function* (hands) {
      expect(yield* hands.set('key', 'mine')).to.equal(0);
    });
    before.bench.run();
    const after = build([], 'code', before.flash.storage);
    const seen: (string | number)[] = [];
    for (const storagePermissions of [
      StoragePermissions.ofOwner(7),
      StoragePermissions.ofOwner(8),
      new StoragePermissions({ writeId: 8, readIds: [7, 8] }),
    ]) {
      after.spawn(
        function* (hands) {
          seen.push(yield* hands.text('key'), yield* hands.set('key', 'mine'));
        },
        { storagePermissions },
      );
    }
    after.bench.run();
    expect(seen).to.deep.equal(['mine', 0, NOSUPPORT, NOSUPPORT, 'mine', NOSUPPORT]);
  });
});

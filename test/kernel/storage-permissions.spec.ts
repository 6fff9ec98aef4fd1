// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the ids of an app allow (the storage permissions of TBF element 7).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { StoragePermissions } from '#kernel/storage-permissions';
import { Testbench } from '../support/testbench.ts';

describe('StoragePermissions', () => {
  it('reads and modifies by separate lists, and its own id is in none by itself', () => {
    const permissions = new StoragePermissions({ writeId: 7, readIds: [8], modifyIds: [9] });
    expect(permissions.writeId).to.equal(7);
    expect([7, 8, 9].map((id) => permissions.checkReadPermission(id))).to.deep.equal([
      false,
      true,
      false,
    ]);
    expect([7, 8, 9].map((id) => permissions.checkModifyPermission(id))).to.deep.equal([
      false,
      false,
      true,
    ]);
  });

  it('id 0 is the kernel’s: in a list it matches nobody, and nobody writes with it (#3470)', () => {
    const permissions = new StoragePermissions({ writeId: 0, readIds: [0], modifyIds: [0] });
    expect(permissions.writeId).to.equal(undefined);
    expect(permissions.checkReadPermission(0)).to.equal(false);
    expect(permissions.checkModifyPermission(0)).to.equal(false);
  });

  it('an owner reads and modifies what it wrote', () => {
    const owner = StoragePermissions.ofOwner(7);
    expect(owner.writeId).to.equal(7);
    expect([owner.checkReadPermission(7), owner.checkModifyPermission(7)]).to.deep.equal([
      true,
      true,
    ]);
    expect([owner.checkReadPermission(8), owner.checkModifyPermission(8)]).to.deep.equal([
      false,
      false,
    ]);
  });

  it('a process without any may do nothing; one whose life is over neither', () => {
    const bench = new Testbench();
    const owner = StoragePermissions.ofOwner(7);
    const nothing = bench.spawn(function* (process) {
      yield* process.exit(0, 0);
    });
    const something = bench.spawn(
      function* (process) {
        yield* process.exit(1, 0);
      },
      { storagePermissions: owner },
    );
    const before = something.process.processId;
    expect(bench.kernel.storagePermissions(nothing.process.processId)).to.equal(
      StoragePermissions.NULL,
    );
    expect(bench.kernel.storagePermissions(before)).to.equal(owner);
    bench.kernel.stop();
    something.process.tryRestart(0);
    expect(bench.kernel.storagePermissions(before)).to.equal(StoragePermissions.NULL);
    expect(bench.kernel.storagePermissions(something.process.processId)).to.equal(owner);
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Rights and modes of CFSTORE, case by case.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Acl, CfstoreError } from '#libraries/cfstore/driver';
import {
  aclOf,
  checkDescriptor,
  checkOpen,
  checkRead,
  checkWrite,
  createMode,
  openMode,
} from '#libraries/cfstore/permissions';

const { OWNER_READ, OWNER_WRITE, OWNER_EXECUTE, OTHER_READ, OTHER_WRITE, OTHER_EXECUTE } = Acl;

describe('libraries/cfstore/permissions', () => {
  it('a new key needs a descriptor, of known rights, and is not writable and executable at once', () => {
    const check = (acl: number): number => checkDescriptor({ acl, mode: {} });
    expect(checkDescriptor(undefined)).to.equal(CfstoreError.INVALID_KEY_DESCRIPTOR);
    expect(check(0)).to.equal(0);
    expect(check(OWNER_READ | OWNER_WRITE | OTHER_EXECUTE)).to.equal(0);
    expect(check(OWNER_WRITE | OWNER_EXECUTE)).to.equal(CfstoreError.INVALID_KEY_DESCRIPTOR);
    expect(check(OTHER_WRITE | OTHER_EXECUTE)).to.equal(CfstoreError.INVALID_KEY_DESCRIPTOR);
    expect(check(0x40)).to.equal(CfstoreError.INVALID_KEY_DESCRIPTOR);
  });

  it('no rights given: the owner may read and write; no mode given: a creator may both, an opener read', () => {
    expect(aclOf({ acl: 0, mode: {} })).to.equal(OWNER_READ | OWNER_WRITE);
    expect(aclOf({ acl: OTHER_READ, mode: {} })).to.equal(OTHER_READ);
    expect(createMode({ acl: 0, mode: {} })).to.deep.equal({ read: true, write: true });
    expect(createMode({ acl: 0, mode: { read: true } })).to.deep.equal({ read: true });
    expect(openMode({ flushOnClose: true })).to.deep.equal({ read: true, flushOnClose: true });
    expect(openMode({ write: true })).to.deep.equal({ write: true });
  });

  it('an open asks for each right of its mode', () => {
    const mode = { read: true, write: true };
    expect(checkOpen(OWNER_READ | OWNER_WRITE, mode)).to.equal(0);
    expect(checkOpen(OWNER_WRITE, mode)).to.equal(CfstoreError.NO_READ_PERMISSION);
    expect(checkOpen(OWNER_READ, mode)).to.equal(CfstoreError.NO_WRITE_PERMISSION);
    expect(checkOpen(OWNER_READ, { execute: true })).to.equal(CfstoreError.NO_EXECUTE_PERMISSION);
    expect(checkOpen(OWNER_EXECUTE, { execute: true })).to.equal(0);
  });

  it('others have rights of their own', () => {
    expect(checkOpen(OWNER_READ, { read: true }, 'other')).to.equal(
      CfstoreError.NO_READ_PERMISSION,
    );
    expect(checkOpen(OTHER_READ, { read: true }, 'other')).to.equal(0);
    expect(checkWrite(OTHER_WRITE, { write: true }, 'other')).to.equal(0);
    expect(checkRead(OTHER_READ, { read: true }, 'owner')).to.equal(
      CfstoreError.NO_READ_PERMISSION,
    );
  });

  it('a read or a write asks the mode first, then the rights', () => {
    expect(checkRead(OWNER_READ, { write: true })).to.equal(CfstoreError.KEY_UNREADABLE);
    expect(checkRead(0, { read: true })).to.equal(CfstoreError.NO_READ_PERMISSION);
    expect(checkWrite(OWNER_WRITE, { read: true })).to.equal(CfstoreError.KEY_READ_ONLY);
    expect(checkWrite(OWNER_READ, { write: true })).to.equal(CfstoreError.NO_WRITE_PERMISSION);
    expect(checkRead(OWNER_READ, { read: true })).to.equal(0);
    expect(checkWrite(OWNER_WRITE, { write: true })).to.equal(0);
  });
});

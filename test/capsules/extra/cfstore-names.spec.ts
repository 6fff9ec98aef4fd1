// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Names of keys through system calls: a space for each writer, and who may open whose.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import { StoragePermissions } from '#kernel/storage-permissions';
import { ms } from '#kernel/time';
import { CfstoreError } from '#libraries/cfstore/driver';
import { alone, build, Command, WRITE, type Answer } from './cfstore-support.ts';

const { INVAL, NOSUPPORT, SIZE } = ErrorCode;

const failed = (status: number, error: number): Answer => [status, 0, error];

describe('Names of keys as processes give them', () => {
  it('stand in a space of each writer; the longest of one’s own has 210 characters', () => {
    alone(function* (hands, { driver }) {
      yield* hands.keep('n'.repeat(210), 'v');
      expect([...driver.keys.keys()]).to.deep.equal([`{00000007}${'n'.repeat(210)}`]);
      expect(yield* hands.create('n'.repeat(211), 1)).to.deep.equal(
        failed(SIZE, CfstoreError.INVALID_KEY_LEN),
      );
      expect(yield* hands.text(`{00000007}${'n'.repeat(210)}`)).to.equal('v');
      expect(yield* hands.open(`{00000007}${'n'.repeat(211)}`)).to.deep.equal(
        failed(SIZE, CfstoreError.INVALID_KEY_LEN),
      );
    });
  });

  it('that begin with a brace name an owner of eight digits, or nothing', () => {
    alone(function* (hands) {
      for (const name of ['{7}a', '{0000000G}a', '{00000007', '{*}a', '{', '{0000000A}a']) {
        expect(yield* hands.find(name), name).to.deep.equal(
          failed(INVAL, CfstoreError.INVALID_KEY_NAME),
        );
      }
      expect(yield* hands.open('{00000007}')).to.deep.equal(
        failed(SIZE, CfstoreError.INVALID_KEY_LEN),
      );
    });
  });

  it('of its own has no process without an id to write with', () => {
    alone(
      function* (hands) {
        expect(yield* hands.create('a', 1)).to.deep.equal(
          failed(NOSUPPORT, CfstoreError.NO_PERMISSIONS),
        );
      },
      { storagePermissions: StoragePermissions.NULL },
    );
  });

  /** What a process with these permissions sees of a key of writer 7. */
  function stranger(permissions: StoragePermissions): unknown[] {
    const { bench, spawn } = build();
    const seen: unknown[] = [];
    spawn(function* (hands) {
      yield* hands.keep('a', 'abcd');
    });
    spawn(
      function* (hands) {
        yield* hands.process.compute(ms(50));
        seen.push(yield* hands.text('a'), yield* hands.text('{00000007}a'));
        const [, reader] = yield* hands.find('{00000007}*');
        if (reader !== 0) {
          seen.push(yield* hands.output(Command.KEY_NAME, reader));
          seen.push((yield* hands.operate(Command.DELETE, reader))[2]);
        }
        seen.push((yield* hands.open('{00000007}a', WRITE))[2]);
        seen.push((yield* hands.create('{00000007}b', 4))[2]);
      },
      { storagePermissions: permissions },
    );
    bench.run();
    return seen;
  }
  const { KEY_NOT_FOUND, NO_READ_PERMISSION, NO_WRITE_PERMISSION } = CfstoreError;

  it('of others are refused to whom the storage permissions do not let through', () => {
    expect(stranger(StoragePermissions.ofOwner(8))).to.deep.equal([
      ...[KEY_NOT_FOUND, NO_READ_PERMISSION],
      ...[NO_WRITE_PERMISSION, NO_WRITE_PERMISSION],
    ]);
  });

  it('of others may be read by whom they let read, and not deleted', () => {
    const readIds = [7, 8];
    const reader = new StoragePermissions({ writeId: 8, readIds, modifyIds: [8] });
    expect(stranger(reader)).to.deep.equal([
      ...[KEY_NOT_FOUND, 'abcd', '{00000007}a', NO_WRITE_PERMISSION],
      ...[NO_WRITE_PERMISSION, NO_WRITE_PERMISSION],
    ]);
  });

  it('of others may be written and deleted by whom they let modify, and not created', () => {
    const ids = [7, 8];
    const writer = new StoragePermissions({ writeId: 8, readIds: ids, modifyIds: ids });
    expect(stranger(writer)).to.deep.equal([
      ...[KEY_NOT_FOUND, 'abcd', '{00000007}a', 0],
      ...[0, NO_WRITE_PERMISSION],
    ]);
  });
});

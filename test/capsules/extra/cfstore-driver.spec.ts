// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The configuration store through system calls: each command, each error, whose keys are whose, and turns.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { describeSyscallDriver } from '#conformance/syscall-driver';
import { MuxCfstore } from '#capsules/extra/cfstore';
import { CFSTORE_GRANT, CfstoreSyscallDriver } from '#capsules/extra/cfstore-driver';
import { ErrorCode } from '#kernel/errorcode';
import { StoragePermissions } from '#kernel/storage-permissions';
import { ms } from '#kernel/time';
import { CfstoreError } from '#libraries/cfstore/driver';
import { FakeCfstore } from '../../support/fake-cfstore.ts';
import { SteppedFlash } from '../../support/stepped-flash.ts';
import {
  alone,
  build,
  CFSTORE,
  Command,
  ownerOf,
  READ,
  READ_WRITE_KEY,
  WRITE,
  type Answer,
} from './cfstore-support.ts';

const { INVAL, NOSUPPORT, SIZE, BUSY, RESERVE, FAIL, ALREADY } = ErrorCode;

const failed = (status: number, error: number): Answer => [status, 0, error];
const NOT_MINE = failed(INVAL, CfstoreError.INVALID_HANDLE);
const NOT_FOUND = failed(NOSUPPORT, CfstoreError.KEY_NOT_FOUND);

describe('Configuration store driver', () => {
  it('exists, and has thirteen commands more', () => {
    alone(function* ({ process }) {
      expect((yield* process.command(CFSTORE, 0))[0]).to.equal(128);
      expect((yield* process.command(CFSTORE, 14)).slice(0, 2)).to.deep.equal([0, NOSUPPORT]);
    });
  });

  it('creates, writes in pieces, closes, opens, reads in pieces: handles and byte counts', () => {
    alone(function* (hands) {
      const [status, handle, error] = yield* hands.create('colour', 8);
      expect([status, error]).to.deep.equal([0, 0]);
      expect(handle).to.be.greaterThan(0);
      expect(yield* hands.write(handle, 'dark')).to.deep.equal([0, 4, 0]);
      expect(yield* hands.write(handle, 'blue')).to.deep.equal([0, 4, 0]);
      expect(yield* hands.close(handle)).to.deep.equal([0, 0, 0]);
      const [, again] = yield* hands.open('colour');
      expect([yield* hands.read(again, 3), yield* hands.read(again)]).to.deep.equal([
        'dar',
        'kblue',
      ]);
      expect(yield* hands.read(again)).to.equal('');
    });
  });

  it('moves the positions, and tells length and name', () => {
    alone(function* (hands) {
      yield* hands.keep('a.b', 'abcdefgh');
      const [, handle] = yield* hands.open('a.b', READ | WRITE);
      expect(yield* hands.operate(Command.WSEEK, handle, 4)).to.deep.equal([0, 0, 0]);
      yield* hands.write(handle, 'WX');
      expect(yield* hands.operate(Command.RSEEK, handle, 3)).to.deep.equal([0, 0, 0]);
      expect(yield* hands.read(handle)).to.equal('dWXgh');
      expect(yield* hands.operate(Command.VALUE_LENGTH, handle)).to.deep.equal([0, 8, 0]);
      expect(yield* hands.output(Command.KEY_NAME, handle)).to.equal('a.b');
      expect(yield* hands.operate(Command.WSEEK, handle, 9)).to.deep.equal(
        failed(INVAL, CfstoreError.INVALID_SEEK),
      );
    });
  });

  it('finds by pattern; the key before is closed, also at the end, not for a pattern that is none (CF-30)', () => {
    alone(function* (hands, { driver }) {
      for (const name of ['a.1', 'b', 'a.2']) yield* hands.keep(name, name);
      const [, first] = yield* hands.find('a.*');
      expect(yield* hands.read(first)).to.equal('a.1');
      expect(yield* hands.find('a,*', first)).to.deep.equal(
        failed(INVAL, CfstoreError.INVALID_KEY_NAME),
      );
      expect(yield* hands.operate(Command.RSEEK, first, 0)).to.deep.equal([0, 0, 0]);
      const [, second] = yield* hands.find('a.*', first);
      expect(yield* hands.output(Command.KEY_NAME, second)).to.equal('a.2');
      expect(yield* hands.find('a.*', second)).to.deep.equal(NOT_FOUND);
      expect(yield* hands.read(second)).to.deep.equal(NOT_MINE);
      expect(yield* hands.find('a.*', second)).to.deep.equal(NOT_MINE);
      expect([...driver.opened.keys()]).to.deep.equal([]);
    });
  });

  it('deletes at the last close, and flushes while nothing is open', () => {
    alone(function* (hands) {
      yield* hands.keep('a', 'abcd');
      const [, handle] = yield* hands.open('a');
      expect(yield* hands.operate(Command.DELETE, handle)).to.deep.equal([0, 0, 0]);
      expect(yield* hands.operate(Command.FLUSH)).to.deep.equal(
        failed(BUSY, CfstoreError.OPERATION_PENDING),
      );
      yield* hands.close(handle);
      expect(yield* hands.open('a')).to.deep.equal(NOT_FOUND);
      expect(yield* hands.operate(Command.FLUSH)).to.deep.equal([0, 0, 0]);
    });
  });

  it('says what is wrong twice: as an ErrorCode, and in CFSTORE’s number (CF-29)', () => {
    alone(function* (hands) {
      yield* hands.keep('a', 'abcd');
      const [, reader] = yield* hands.open('a');
      const rows: [Answer, number, number][] = [
        [yield* hands.create('a', 4), ALREADY, CfstoreError.PREEXISTING_KEY],
        [yield* hands.create('a*', 4), INVAL, CfstoreError.INVALID_KEY_NAME],
        [yield* hands.open('missing'), NOSUPPORT, CfstoreError.KEY_NOT_FOUND],
        [yield* hands.write(reader, 'x'), NOSUPPORT, CfstoreError.KEY_READ_ONLY],
        [
          yield* hands.write((yield* hands.open('a', WRITE))[1], 'abcde'),
          RESERVE,
          CfstoreError.INVALID_WRITE_BUFFER,
        ],
        [yield* hands.write(reader, ''), RESERVE, CfstoreError.INVALID_WRITE_BUFFER],
        [yield* hands.operate(Command.READ, 0), INVAL, CfstoreError.INVALID_HANDLE],
        [yield* hands.operate(Command.READ, reader), RESERVE, CfstoreError.INVALID_READ_BUFFER],
        [yield* hands.open(''), SIZE, CfstoreError.INVALID_KEY_LEN],
      ];
      for (const [answer, status, error] of rows) {
        expect(answer).to.deep.equal(failed(status, error));
      }
    });
  });

  it('moves 512 bytes a command at most', () => {
    alone(function* (hands) {
      const [, handle] = yield* hands.create('long', 600);
      expect(yield* hands.write(handle, 'v'.repeat(600))).to.deep.equal([0, 512, 0]);
      expect(yield* hands.write(handle, 'w'.repeat(88))).to.deep.equal([0, 88, 0]);
      expect(yield* hands.read(handle, 600)).to.equal('v'.repeat(512));
      expect(yield* hands.read(handle, 600)).to.equal('w'.repeat(88));
    });
  });

  it('touches no flash before the first command that needs the store, and opens it once', () => {
    alone(function* (hands, { flash, driver }) {
      yield* hands.process.command(CFSTORE, 0);
      expect(flash.started).to.equal(0);
      yield* hands.open('a');
      yield* hands.open('a');
      expect(driver.log.filter((line) => line === 'initialize')).to.have.length(1);
    });
  });

  it('tells the process that wanted it why the store cannot be opened; the next tries again', () => {
    alone(function* (hands, { driver }) {
      driver.failures = 1;
      expect(yield* hands.open('a')).to.deep.equal(failed(FAIL, CfstoreError.JOURNAL_FAILED));
      expect(yield* hands.open('a')).to.deep.equal(NOT_FOUND);
    });
  });

  it('is closed by a flash that failed, its open keys with it, and opened by recover, which else does nothing', () => {
    alone(function* (hands, { driver }) {
      yield* hands.keep('a', 'old!');
      const [, handle] = yield* hands.open('a', READ | WRITE);
      expect(yield* hands.operate(Command.RECOVER)).to.deep.equal([0, 0, 0]);
      driver.isFailing = true;
      const failure = failed(FAIL, CfstoreError.JOURNAL_FAILED);
      expect(yield* hands.write(handle, 'new!')).to.deep.equal(failure);
      driver.failures = 1;
      expect(yield* hands.operate(Command.RECOVER)).to.deep.equal(failure);
      expect(yield* hands.operate(Command.RECOVER)).to.deep.equal([0, 0, 0]);
      expect(yield* hands.read(handle)).to.deep.equal(NOT_MINE);
      expect(yield* hands.text('a')).to.equal('old!');
    });
  });

  describe('turns', () => {
    it('a handle is its process’s: another’s is INVAL and -1003 to all commands', () => {
      const { bench, spawn } = build();
      const answers: Answer[] = [];
      let handle = 0;
      spawn(function* (hands) {
        yield* hands.keep('a', 'abcd');
        [, handle] = yield* hands.open('a', READ | WRITE);
        yield* hands.process.compute(ms(100));
        expect(yield* hands.read(handle)).to.equal('abcd');
      });
      spawn(function* (hands) {
        yield* hands.process.compute(ms(50));
        yield* hands.lendName('*');
        yield* hands.lendData('x');
        for (const command of [3, 4, 5, 6, 7, 8, 11, 12]) {
          answers.push(yield* hands.operate(command, handle, 0));
        }
        answers.push(yield* hands.find('*', handle));
      });
      bench.run();
      expect(handle).to.be.greaterThan(0);
      expect(answers).to.deep.equal(Array.from({ length: 9 }, () => NOT_MINE));
    });

    it('a process has one operation pending: the second is BUSY, and changes nothing of the first', () => {
      alone(function* (hands, { flash }) {
        yield* hands.lendName('a');
        flash.held = true;
        expect(yield* hands.give(Command.OPEN, READ)).to.equal(0);
        expect(yield* hands.give(Command.FLUSH)).to.equal(BUSY);
        flash.release();
        expect(yield* hands.wait()).to.deep.equal(NOT_FOUND);
        expect(yield* hands.operate(Command.FLUSH)).to.deep.equal([0, 0, 0]);
      });
    });

    it('processes wait their turn in slot order, each answered once', () => {
      const { bench, spawn, flash, driver } = build();
      const answers: string[] = [];
      flash.held = true;
      for (const name of ['p0', 'p1', 'p2']) {
        spawn(function* (hands) {
          // The last gives its command first.
          yield* hands.process.compute(ms(30 - 10 * Number(name.slice(1))));
          yield* hands.lendName(name);
          yield* hands.give(Command.CREATE, 4, READ_WRITE_KEY);
          const [status] = yield* hands.wait();
          answers.push(`${name} ${status}`);
        });
      }
      bench.interruptAt(ms(100), () => {
        flash.release();
      });
      bench.run();
      expect(answers).to.have.members(['p0 0', 'p1 0', 'p2 0']);
      const created = driver.log.filter((line) => /^create \S+$/.test(line));
      expect(created.map((line) => line.slice(-2))).to.deep.equal(['p0', 'p1', 'p2']);
    });

    it('copies what is lent when the operation starts, and puts out what was read to what is lent at its end', () => {
      const { bench, spawn, flash } = build();
      const seen: unknown[] = [];
      spawn(function* (hands) {
        yield* hands.keep('a', 'abcd');
        const [, handle] = yield* hands.open('a');
        const { process } = hands;
        yield* process.allowRw(CFSTORE, 0, process.ram(2048), 4);
        flash.held = true;
        yield* hands.give(Command.READ, handle);
        yield* process.allowRw(CFSTORE, 0, process.ram(3072), 2);
        flash.release();
        seen.push(yield* hands.wait());
        seen.push(String.fromCharCode(...(process.mem.read(process.ram(3072), 3) ?? [])));
      });
      spawn(function* (hands) {
        flash.held = false;
        yield* hands.process.compute(ms(60));
      }, ownerOf(8));
      bench.run();
      // Two fitted of what was read; the read position is past all four.
      expect(seen).to.deep.equal([[RESERVE, 2, CfstoreError.INVALID_READ_BUFFER], 'ab\0']);
    });
  });

  describeSyscallDriver('Configuration store driver', ({ kernel, raise }) => {
    const geometry = { wordSize: 4, pageSize: 64, numPages: 4, maxWordWrites: 1, maxPageErases: 9 };
    const flash = new SteppedFlash(geometry);
    const fake = new FakeCfstore();
    // Names are whatever memory is lent.
    fake.lawful = /^[^]+$/;
    const cfstore = new MuxCfstore({ driver: fake, flash, mode: 'asynchronous' });
    const driver = new CfstoreSyscallDriver({
      cfstore: cfstore.createUser(),
      apps: kernel.createGrant(CFSTORE, CFSTORE_GRANT),
      permissionsOf: () => StoragePermissions.ofOwner(7),
    });
    const interrupt = (): void => {
      raise(() => void flash.step());
    };
    return { driver, driverNum: CFSTORE, interrupt };
  });
});

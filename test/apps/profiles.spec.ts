// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Apps and their library on every kernel generation: the numbers differ, what an app sees does not.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import * as blink from '#apps/blink';
import * as flash from '#apps/flash';
import * as hello from '#apps/hello';
import * as kv from '#apps/kv';
import * as storage from '#apps/storage';
import type { AppMain } from '#boards/board';
import { BOARDS } from '#boards/index';
import { BADRVAL, ErrorCode } from '#kernel/errorcode';
import { PROFILES, type ProfileName } from '#kernel/profile';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';
import { ms } from '#kernel/time';
import { bench, runApp } from '../support/run-app.ts';

const NAMES = Object.keys(PROFILES) as ProfileName[];
const CONSOLE = 1;
const ABSENT = 0xbad0;
const DRIVER = 0xbad1;

function check(profile: ProfileName, main: AppMain, driver?: SyscallDriver): void {
  const drivers = driver === undefined ? {} : { drivers: () => [[DRIVER, driver]] as const };
  const { process } = runApp(main, { profile: PROFILES[profile], ...drivers });
  expect(process.completionCode, process.faultReason).to.equal(0);
}

/** Answers a command with what stands at its number. */
const answering = (answers: readonly CommandReturn[]): SyscallDriver => ({
  command: (number) => answers[number] ?? CommandReturn.failure(ErrorCode.NOSUPPORT),
  allocateGrant: () => ({ ok: true, value: undefined }),
});

for (const profile of NAMES) {
  const oneWord = profile === '1.x';

  describe(`Apps on profile ${profile}`, () => {
    const apps = { hello, kv, storage, blink, ...(oneWord ? {} : { flash }) };
    for (const [board, kind] of Object.entries(BOARDS)) {
      it(`run as they do on 2.2 (${board})`, () => {
        for (const [name, { main }] of Object.entries(apps)) {
          const started = kind.boot({ profile: PROFILES[profile] });
          const process = started.load({ name, main });
          started.run(ms(60_000));
          expect(process.completionCode, `${name}: ${process.faultReason}`).to.equal(0);
        }
      });
    }

    it('errors of commands, subscribes and allows are ErrorCodes', () => {
      const { absentDriver } = PROFILES[profile];
      check(profile, function* (tock) {
        expect((yield* tock.command(ABSENT, 0)).error).to.equal(absentDriver);
        expect((yield* tock.command(CONSOLE, 99)).failure()).to.equal(ErrorCode.NOSUPPORT);
        const subscribed = yield* tock.subscribe(ABSENT, 0, () => 1);
        expect(subscribed).to.deep.equal({ ok: false, error: absentDriver });
        const lent = yield* tock.allowReadWrite(CONSOLE, 1, { address: 4, length: 4 });
        expect(lent).to.deep.equal({ ok: false, error: ErrorCode.INVAL });
        expect((yield* tock.memop(0, 1)).error).to.equal(ErrorCode.NOMEM);
        return 0;
      });
    });

    for (const error of [ErrorCode.FAIL, ErrorCode.NOACK] as const) {
      it(`ErrorCode ${error} of a command arrives as itself`, () => {
        check(
          profile,
          function* (tock) {
            const answer = yield* tock.command(DRIVER, 0);
            expect([answer.ok, answer.error, answer.failure()]).to.deep.equal([
              false,
              error,
              error,
            ]);
            return 0;
          },
          answering([CommandReturn.failure(error)]),
        );
      });
    }

    it('a status that an upcall carries arrives as an ErrorCode: a read that is aborted, CANCEL', () => {
      check(profile, function* (tock) {
        const buffer = yield* tock.bufferOf(new Uint8Array(4));
        const heard: number[] = [];
        yield* tock.console.readAsync(buffer, (error) => heard.push(error));
        yield* tock.console.abortRead();
        yield* tock.yieldWait();
        expect(heard).to.deep.equal([ErrorCode.CANCEL]);
        return 0;
      });
    });

    it('a subscribe gives the pair that was lent before, and frees what was taken back', () => {
      check(profile, function* (tock) {
        const { functions } = tock.machine;
        const [f, g] = [(): number => 1, (): number => 2];
        expect(yield* tock.subscribe(CONSOLE, 1, f, 11)).to.deep.equal({ ok: true, value: [0, 0] });
        const address = functions.add(f);
        const second = yield* tock.subscribe(CONSOLE, 1, g);
        expect(second).to.deep.equal({ ok: true, value: [address, 11] });
        expect(functions.get(address)).to.equal(undefined);
        return 0;
      });
    });
  });
}

describe('One word is the answer in 1.x', () => {
  const values = answering([
    CommandReturn.success(),
    CommandReturn.successU32(0),
    CommandReturn.successU32(0x8000_0000),
    CommandReturn.successU32U32(1, 2),
    CommandReturn.successU64(5n),
    CommandReturn.successU32(2 ** 32 - 13),
  ]);

  it('a value is what cannot be an error, also from 2^31 on; what has more words is lost', () => {
    check(
      '1.x',
      function* (tock) {
        expect((yield* tock.command(DRIVER, 0)).isSuccess()).to.equal(true);
        expect((yield* tock.command(DRIVER, 1)).successU32()).to.equal(0);
        expect((yield* tock.command(DRIVER, 2)).successU32()).to.equal(0x8000_0000);
        const pair = yield* tock.command(DRIVER, 3);
        expect([pair.ok, pair.successU32U32()]).to.deep.equal([true, undefined]);
        expect((yield* tock.command(DRIVER, 4)).successU64()).to.equal(undefined);
        return 0;
      },
      values,
    );
  });

  it('the last 1024 numbers read as errors, whatever was meant; a counter takes them as they are', () => {
    check(
      '1.x',
      function* (tock) {
        const answer = yield* tock.command(DRIVER, 5);
        expect([answer.ok, answer.error]).to.deep.equal([false, ErrorCode.NOACK]);
        expect(answer.counter()).to.equal(2 ** 32 - 13);
        return 0;
      },
      values,
    );
  });

  it('the geometry of the flash, three words, is BADRVAL', () => {
    check('1.x', function* (tock) {
      expect(yield* tock.flash.geometry()).to.deep.equal({ ok: false, error: BADRVAL });
      return 0;
    });
  });

  it('Yield always waits: Yield-NoWait and Yield-WaitFor fault the process, and say so', () => {
    for (const [main, reason] of [
      [noWait, 'this kernel has no Yield-NoWait'],
      [waitFor, 'this kernel has no Yield-WaitFor'],
    ] as const) {
      const { process } = runApp(main, { profile: PROFILES['1.x'] });
      expect(process.faultReason).to.equal(reason);
    }
  });

  it('a mismatch cannot be seen: nothing is given back', () => {
    const { board } = bench({ profile: PROFILES['1.x'] });
    const process = board.load({
      name: 'script',
      main: hello.main,
      libtock: { compareSwaps: true },
    });
    board.run();
    expect(process.completionCode).to.equal(0);
  });
});

const noWait: AppMain = function* (tock) {
  yield* tock.yieldNoWait();
  return 0;
};

const waitFor: AppMain = function* (tock) {
  yield* tock.yieldWaitFor(0, 0);
  return 0;
};

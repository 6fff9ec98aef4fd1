// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A command and its upcall: which calls each way of lending the callback makes.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { LibtockSwitches } from '#apps/libtock/libtock';
import type { AppMain } from '#boards/board';
import { ErrorCode } from '#kernel/errorcode';
import { PROFILES, type ProfileName } from '#kernel/profile';
import { SyscallClass } from '#kernel/syscall';
import { Trace } from '#kernel/trace';
import { runApp } from '../../support/run-app.ts';

const ABSENT = 0xbad0;
const NAMES: Readonly<Record<number, string>> = {
  [SyscallClass.Yield]: 'yield',
  [SyscallClass.Subscribe]: 'subscribe',
  [SyscallClass.Command]: 'command',
};

/** The names of an app's calls, memory operations and exit aside. */
function calls(main: AppMain, profile: ProfileName, libtock: LibtockSwitches): string[] {
  const trace = new Trace();
  const seen: string[] = [];
  trace.on('syscall', ({ fields }) => {
    const name = NAMES[Number(fields['class'])];
    if (name !== undefined) seen.push(name);
  });
  const { process } = runApp(main, { trace, profile: PROFILES[profile] }, { libtock });
  expect(process.completionCode, process.faultReason).to.equal(0);
  return seen;
}

const FIRED = 0;
const SET_RELATIVE = 5;

/** Two alarms, one after the other. */
const twice: AppMain = function* (tock) {
  for (let alarm = 0; alarm < 2; alarm++) {
    const fired = yield* tock.operate(0, FIRED, SET_RELATIVE, 1000);
    if (!fired.ok) return 1;
  }
  return 0;
};
const AWAITED = ['command', 'yield'];
const SCOPED = ['subscribe', 'command', 'yield', 'subscribe'];

describe('Libtock operates', () => {
  for (const profile of ['1.x', '2.0-dev', '2.0', '2.1'] as const) {
    it(`${profile}, scoped: subscribes and takes back around each operation`, () => {
      expect(calls(twice, profile, {})).to.deep.equal([...SCOPED, ...SCOPED]);
    });

    it(`${profile}, static: subscribes at the first operation, for good`, () => {
      expect(calls(twice, profile, { sharing: 'static' })).to.deep.equal([
        'subscribe',
        ...AWAITED,
        ...AWAITED,
      ]);
    });
  }

  for (const sharing of ['scoped', 'static'] as const) {
    it(`2.2, ${sharing}: Yield-WaitFor needs no callback`, () => {
      expect(calls(twice, '2.2', { sharing })).to.deep.equal([...AWAITED, ...AWAITED]);
    });

    it(`${sharing}: the error of a refused subscribe is the operation's, and no command is given`, () => {
      const main: AppMain = function* (tock) {
        const operated = yield* tock.operate(ABSENT, 0, 1);
        return !operated.ok && operated.error === ErrorCode.NODEVICE ? 0 : 1;
      };
      // A scope takes back also when lending had failed (case B26).
      const expected = sharing === 'scoped' ? ['subscribe', 'subscribe'] : ['subscribe'];
      expect(calls(main, '2.0', { sharing })).to.deep.equal(expected);
    });
  }

  it("static: subscribes again after an app's own callback took the place", () => {
    const main: AppMain = function* (tock) {
      yield* tock.operate(0, FIRED, SET_RELATIVE, 1000);
      yield* tock.subscribe(0, FIRED, () => undefined);
      return (yield* tock.operate(0, FIRED, SET_RELATIVE, 1000)).ok ? 0 : 1;
    };
    expect(calls(main, '2.0', { sharing: 'static' })).to.deep.equal([
      'subscribe',
      ...AWAITED,
      'subscribe',
      'subscribe',
      ...AWAITED,
    ]);
  });

  it('static: an upcall that comes late is taken for the next operation’s, scoped it is not', () => {
    const late: AppMain = function* (tock) {
      yield* tock.operate(0, FIRED, SET_RELATIVE, 1000);
      // Fires while nobody yields; its words are those of another alarm.
      const due = (yield* tock.command(0, SET_RELATIVE, 1000)).successU32();
      yield* tock.compute(100_000_000);
      const fired = yield* tock.operate(0, FIRED, SET_RELATIVE, 1_000_000);
      return fired.ok && fired.value[1] === due ? 7 : 0;
    };
    const profile = PROFILES['2.0'];
    const run = (sharing: 'scoped' | 'static'): number | undefined =>
      runApp(late, { profile }, { libtock: { sharing } }).process.completionCode;
    expect([run('scoped'), run('static')]).to.deep.equal([0, 7]);
  });
});

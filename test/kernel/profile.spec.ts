// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Kernel generations as data; what each flag does is tested where it acts.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import { PROFILES, type Profile } from '#kernel/profile';

describe('PROFILES', () => {
  it('each carries the name it is found under, and a line for lists', () => {
    for (const [name, profile] of Object.entries(PROFILES)) {
      expect(profile.name).to.equal(name);
      expect(profile.description).to.match(/^(Tock|tock-2.0-dev|Proposal #\d+) .{20,}/);
    }
  });

  it('2.1 differs from 2.2 in null upcalls, Yield-WaitFor (#3577), unknown yields and the flag of Yield-Wait (#3738)', () => {
    const { name, description, ...flags } = PROFILES['2.1'];
    expect(`${name} ${description}`).to.contain('2.1');
    expect(flags).to.deep.equal({
      nullUpcalls: 'dropped',
      yieldWaitFor: false,
      unknownYield: 'return',
      yieldWaitWritesFlag: true,
      userspaceReadableAllow: true,
      noWaitNullUpcalls: 'counts',
      numberOutOfRange: ErrorCode.NOSUPPORT,
      absentDriverUpcall: 'passed',
      storageRules: 'code',
      staleReturnValues: 'kept',
      callbacks: 'kernel',
      interfaces: [],
      answers: 'from-one',
      upcallPointerChecked: true,
      pendingUpcalls: 'dropped-after',
      absentDriver: ErrorCode.NODEVICE,
      yieldVariants: true,
    });
  });

  const differences = (one: Profile, other: Profile): string[] =>
    Object.keys(one).filter((key) => {
      const flag = key as keyof Profile;
      return JSON.stringify(one[flag]) !== JSON.stringify(other[flag]);
    });
  const NAMES = ['name', 'description'];

  it('2.0 differs from 2.1 in system call class 7 and in capsules that hold buffers (#2906)', () => {
    expect(differences(PROFILES['2.0'], PROFILES['2.1'])).to.have.members([
      ...NAMES,
      'userspaceReadableAllow',
      'interfaces',
    ]);
    expect(PROFILES['2.0'].interfaces).to.deep.equal(['2.0']);
  });

  it('2.0-dev differs from 2.0 in who holds callbacks, in numbers, and in what is checked when', () => {
    const early = PROFILES['2.0-dev'];
    expect(differences(early, PROFILES['2.0'])).to.have.members([
      ...NAMES,
      'callbacks',
      'interfaces',
      'answers',
      'upcallPointerChecked',
      'pendingUpcalls',
      'absentDriver',
    ]);
    expect([early.callbacks, early.answers]).to.deep.equal(['unchecked', 'from-zero']);
  });

  it('c and d differ from 2.0-dev in the demands on callbacks alone (#2282, #2445)', () => {
    for (const name of ['c', 'd'] as const) {
      expect(differences(PROFILES[name], PROFILES['2.0-dev'])).to.have.members([
        ...NAMES,
        'callbacks',
      ]);
    }
  });

  it('e also numbers errors from 1, and drops what is queued for the callback given back (#2462)', () => {
    expect(differences(PROFILES.e, PROFILES['2.0-dev'])).to.have.members([
      ...NAMES,
      'callbacks',
      'answers',
      'pendingUpcalls',
    ]);
  });

  it('1.x differs from 2.0-dev in its one interface, its signed answers, and Yield without variants', () => {
    expect(differences(PROFILES['1.x'], PROFILES['2.0-dev'])).to.have.members([
      ...NAMES,
      'interfaces',
      'answers',
      'absentDriver',
      'yieldVariants',
    ]);
  });

  it('2.2 is the code, 2.2-trd the text: six departures (TRD 104 §4.1, §4.2, §4.4)', () => {
    const code = PROFILES['2.2'];
    const text = PROFILES['2.2-trd'];
    expect([code.nullUpcalls, code.yieldWaitFor]).to.deep.equal(['queued', true]);
    const differing = Object.keys(code).filter((key) => {
      const flag = key as keyof typeof code;
      return code[flag] !== text[flag];
    });
    expect(differing).to.have.members([
      'name',
      'description',
      'unknownYield',
      'noWaitNullUpcalls',
      'numberOutOfRange',
      'absentDriverUpcall',
      'storageRules',
      'staleReturnValues',
    ]);
  });
});

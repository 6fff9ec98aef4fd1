// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite for drivers: an honest capsule of each age passes, misbehaving ones fail with short scripts.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { CONSOLE_GRANT, ConsoleDriver } from '#capsules/core/console';
import { DriverNum } from '#capsules/core/driver';
import { RNG_GRANT, RngDriver } from '#capsules/core/rng';
import {
  describeSyscallDriver,
  findFailure,
  replaySyscallDriver,
  type DriverFactory,
  type DriverScript,
} from '#conformance/syscall-driver';
import { ErrorCode } from '#kernel/errorcode';
import type { ProfileName } from '#kernel/profile';
import { CommandReturn } from '#kernel/syscall-driver';
import { SWAP_DRIVER } from '#lab/swap/capsules/desk';
import type { Capsule } from '#lab/swap/capsules/misbehaviour';
import type { Design } from '#lab/swap/designs';
import { buildDriver } from '#lab/swap/drivers';
import { MISBEHAVIOURS } from '#lab/swap/misbehaviours';
import { FakePort } from '../support/fake-port.ts';
import { FakeRng } from '../support/fake-rng.ts';

/** A capsule of the matrix; each design has its own way of writing it. */
const built =
  (design: Design, capsule: Capsule = {}): DriverFactory =>
  ({ kernel, deferredCalls }) => {
    const site = { kernel, deferredCalls, design, confess: (): void => undefined };
    return { driver: buildDriver(site, capsule).driver, driverNum: SWAP_DRIVER };
  };

const AGES: readonly (readonly [Design, readonly ProfileName[] | undefined])[] = [
  ['1.x', undefined],
  ['2.0-dev', ['2.0-dev', 'c']],
  ['d', ['d']],
  ['e', ['e']],
  ['2.0', undefined],
  ['2.2', undefined],
];

for (const [design, profiles] of AGES) {
  const options = { scripts: 20, ...(profiles === undefined ? {} : { profiles }) };
  describeSyscallDriver(`An honest capsule of ${design}`, built(design), options);
}

describeSyscallDriver(
  'The console',
  ({ kernel, raise }) => {
    const port = new FakePort();
    const interrupt = (): void => {
      raise(() => {
        port.finish();
        port.arrive([1, 2, 3].slice(0, port.receiving?.length));
      });
    };
    const grant = kernel.createGrant(DriverNum.Console, CONSOLE_GRANT);
    return { driver: new ConsoleDriver(port, grant), driverNum: DriverNum.Console, interrupt };
  },
  { scripts: 40 },
);

describeSyscallDriver(
  'The driver of random numbers',
  ({ kernel, raise }) => {
    const rng = new FakeRng();
    const interrupt = (): void => {
      raise(() => {
        if (rng.asked > 0) rng.give([1, 2, 3, 4]);
      });
    };
    const grant = kernel.createGrant(DriverNum.Rng, RNG_GRANT);
    return { driver: new RngDriver(rng, grant), driverNum: DriverNum.Rng, interrupt };
  },
  { scripts: 40 },
);

/** A row's first attempt in a design. */
function row(number: number, kind: 'callback' | 'buffer', design: Design): DriverFactory {
  const side = MISBEHAVIOURS.find((one) => one.number === number)?.[kind];
  if (side === undefined || typeof side === 'string') throw new Error('there is no such row');
  const [attempt] = side.attempts;
  return built(design, attempt);
}

const plain =
  (command: (number: number) => CommandReturn): DriverFactory =>
  () => ({
    driver: { command, allocateGrant: () => ({ ok: true, value: undefined }) },
  });

describe('describeSyscallDriver on capsules that misbehave', function () {
  this.timeout(20_000);

  const cases: readonly (readonly [
    what: string,
    factory: DriverFactory,
    profile: ProfileName,
    failure: RegExp,
  ])[] = [
    ['keeps a callback (row 1)', row(1, 'callback', '2.0-dev'), '2.0-dev', /^stale-upcall/],
    ['keeps a slice (row 1)', row(1, 'buffer', '1.x'), '1.x', /^touched-buffer/],
    ['gives back null (row 4)', row(4, 'callback', '2.0-dev'), '2.0-dev', /^wrong-old-value/],
    [
      'stores and refuses (row 7)',
      row(7, 'callback', '2.0-dev'),
      '2.0-dev',
      /^(lost|stale)-upcall|^wrong/,
    ],
    ['keeps at un-allow (row 11)', row(11, 'buffer', '2.0'), '2.0', /^(touched-buffer|wrong)/],
    ['gives back a foreign one (row 2)', row(2, 'callback', 'e'), 'e', /the kernel noticed/],
    ['keeps what a grant lent (row 1)', row(1, 'buffer', '2.2'), '2.2', /Rust's compiler refuses/],
    [
      'throws at a large argument',
      plain((number) => {
        if (number > 3 && number < 100) throw new RangeError('too many');
        return number === 0 ? CommandReturn.success() : CommandReturn.failure(ErrorCode.NOSUPPORT);
      }),
      '2.2',
      /^the driver threw RangeError: too many/,
    ],
  ];
  for (const [what, factory, profile, failure] of cases) {
    it(`one that ${what}: a script of at most six steps, which replays`, () => {
      const found = findFailure(factory, profile);
      expect(found?.failure).to.match(failure);
      const script = JSON.parse(JSON.stringify(found?.script)) as DriverScript;
      expect(script.steps).to.have.length.within(1, 6);
      expect(replaySyscallDriver(factory, script)).to.equal(found?.failure);
    });
  }

  const none = { profile: '2.2', steps: [] } as const;

  it('one that does not answer command 0, or answers any command, fails without a step', () => {
    const silent = plain(() => CommandReturn.failure(ErrorCode.NOSUPPORT));
    expect(replaySyscallDriver(silent, none)).to.equal(
      'command 0 has to succeed, and was answered with NOSUPPORT',
    );
    const yes = plain(() => CommandReturn.success());
    expect(replaySyscallDriver(yes, none)).to.equal(
      'an unknown command has to fail with NOSUPPORT, and was answered with Success',
    );
  });

  it('one that answers by chance fails: the same script has to go the same way', () => {
    let count = 0;
    const factory = plain((number) => {
      if (number === 0) return CommandReturn.success();
      return number === 1
        ? CommandReturn.successU32(count++)
        : CommandReturn.failure(ErrorCode.NOSUPPORT);
    });
    const script: DriverScript = { profile: '2.2', steps: [['command', 0, 1, 0, 0]] };
    expect(replaySyscallDriver(factory, script)).to.contain('went another way');
  });
});

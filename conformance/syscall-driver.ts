// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every system call driver passes, of whatever age: `describeSyscallDriver('My driver', create)`.
 *
 * NON-TOCK: the rules are those of TRD 104 and of what processes rely on when they lend. Random userspace, half of
 * it hostile, under each profile that serves the driver; a failure comes as the shortest script that shows it.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import type { ProfileName } from '#kernel/profile';
import {
  playScript,
  profilesFor,
  type DriverFactory,
  type DriverScript,
  type ScriptStep,
} from './driver-script.ts';

export type { DriverFactory, DriverScript, DriverSite, DriverUnderTest } from './driver-script.ts';

/** How hard the suite tries. */
export interface SyscallDriverOptions {
  /** Default: all whose kernels serve the driver's interface. */
  readonly profiles?: readonly ProfileName[];
  /** Scripts for each profile; default 300. */
  readonly scripts?: number;
  /** Steps of the longest; default 40. */
  readonly longest?: number;
  /** Default 1. */
  readonly seed?: number;
}

const LARGEST = 2 ** 32 - 1;

const process = fc.nat(1);
/** Small numbers often: what is lent under a number matters when it is used. */
const number = fc.oneof({ weight: 4, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(4) });
const command = fc.oneof({ weight: 4, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(9) });
const length = fc.oneof(
  { weight: 5, arbitrary: fc.nat(64) },
  { weight: 1, arbitrary: fc.constantFrom(0x7fff_ffff, LARGEST) },
);
const argument = fc.oneof(
  { weight: 4, arbitrary: fc.nat(1) },
  { weight: 1, arbitrary: fc.nat(255) },
  { weight: 1, arbitrary: fc.constantFrom(0x7fff_ffff, 0x8000_0000, LARGEST) },
);
/** Null, four of its own, another process's, one that is nobody's. */
const upcall = fc.nat(6);
/** Null, six places in its own RAM, another process's, one that is nobody's. */
const place = fc.oneof({ weight: 3, arbitrary: fc.nat(6) }, { weight: 1, arbitrary: fc.nat(8) });
/** More than the queue of a process takes. */
const FLOOD = 12;

const step: fc.Arbitrary<ScriptStep> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constant('subscribe' as const), process, number, upcall) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constant('allowReadWrite' as const), process, number, place, length),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom('allowReadOnly' as const, 'allowReadable' as const),
      process,
      number,
      place,
      length,
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constant('command' as const), process, command, argument, argument),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant('command' as const),
      process,
      command,
      argument,
      argument,
      fc.constant(FLOOD),
    ),
  },
  { weight: 3, arbitrary: fc.tuple(fc.constant('yield' as const), process) },
  { weight: 2, arbitrary: fc.constant(['interrupt'] as const) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('exit' as const, 'restart' as const), process) },
);

/** Plays a script again: what is wrong, or undefined. */
export function replaySyscallDriver(
  factory: DriverFactory,
  script: DriverScript,
): string | undefined {
  const { failure, log } = playScript(factory, script);
  if (failure !== undefined) return failure;
  const again = playScript(factory, script);
  const same = again.log.length === log.length && again.log.every((word, at) => word === log[at]);
  return same && again.failure === undefined
    ? undefined
    : 'the same script, played again, went another way';
}

/** The shortest script found that a driver fails under a profile. */
export function findFailure(
  factory: DriverFactory,
  profile: ProfileName,
  { scripts = 300, longest = 40, seed = 1 }: SyscallDriverOptions = {},
): { readonly failure: string; readonly script: DriverScript } | undefined {
  const holds = (steps: readonly ScriptStep[]): boolean =>
    replaySyscallDriver(factory, { profile, steps }) === undefined;
  const steps = fc.array(step, { maxLength: longest, size: 'max' });
  const { counterexample } = fc.check(fc.property(steps, holds), { seed, numRuns: scripts });
  if (counterexample === null) return undefined;
  const script = { profile, steps: counterexample[0] };
  return { failure: replaySyscallDriver(factory, script) ?? '', script };
}

/**
 * @param factory makes the driver, and what stands below it, on a fresh kernel: for each script.
 */
export function describeSyscallDriver(
  name: string,
  factory: DriverFactory,
  options: SyscallDriverOptions = {},
): void {
  describe(`${name} is a system call driver that processes can rely on`, function () {
    this.timeout(60_000);

    it('answers command 0 with Success and unknown ones with NOSUPPORT (TRD 104)', () => {
      for (const profile of options.profiles ?? profilesFor(factory)) {
        expect(replaySyscallDriver(factory, { profile, steps: [] }), profile).to.equal(undefined);
      }
    });

    it('stands whatever processes do, keeps no loan, outlives them, and does the same again', () => {
      const profiles = options.profiles ?? profilesFor(factory);
      expect(profiles, 'profiles that serve it').not.to.deep.equal([]);
      for (const profile of profiles) {
        const found = findFailure(factory, profile, options);
        if (found === undefined) continue;
        expect.fail(`${found.failure}\nreplay: ${JSON.stringify(found.script)}`);
      }
    });
  });
}

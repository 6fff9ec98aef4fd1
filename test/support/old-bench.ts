// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A bench with a driver that holds callbacks.
 *
 * NON-TOCK: takes the place of a board of early 2021.
 */
import { Callback } from '#kernel/callback';
import type { ViolationReaction } from '#kernel/enforcement';
import type { OwnershipWatch } from '#kernel/ownership-watch';
import type { ProfileName } from '#kernel/profile';
import { OldDriver } from './callback-drivers.ts';
import type { Code, RawProcess } from './raw-process.ts';
import { Testbench } from './testbench.ts';

/** Number of the old driver. */
export const OLD = 0x9004;
/** Profiles in which capsules hold callbacks and exchange them. */
export const HOLDING: readonly ProfileName[] = ['2.0-dev', 'c', 'd', 'e'];

const nothing = (): void => undefined;
const DEAF: OwnershipWatch = {
  offered: nothing,
  swapped: nothing,
  queued: nothing,
  lost: nothing,
  cancelled: nothing,
  delivered: nothing,
  touched: nothing,
  ended: nothing,
  violated: nothing,
};

/** A bench, and an `OldDriver` on it. */
export class OldBench extends Testbench {
  readonly old: OldDriver;

  constructor(
    profile: ProfileName,
    reaction: ViolationReaction = 'kill',
    violated?: (what: string) => void,
  ) {
    const watch = {
      ...DEAF,
      violated: (_: unknown, __: unknown, what: string) => violated?.(what),
    };
    super({ profile, reaction, ...(violated === undefined ? {} : { watch }) });
    this.old = new OldDriver(this.kernel, OLD);
    this.drivers.set(OLD, this.old);
  }
}

/** Runs one process on a bench with `OldDriver`, and hands over what it returned. */
export function run<R>(
  bench: OldBench,
  body: (process: RawProcess, bench: OldBench) => Code<R>,
): R | undefined {
  let result: R | undefined;
  bench.spawn(function* (process) {
    result = yield* body(process, bench);
  });
  bench.run();
  return result;
}

/** What the driver holds for a process under a number. */
export const held = (driver: OldDriver, id: number | undefined, num: number): Callback =>
  driver.slots(id as Parameters<OldDriver['slots']>[0]).callbacks[num] ?? Callback.default();

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The capsules that campaigns are run with: three hostile ones of today, or one row of the matrix.
 *
 * NON-TOCK: wiring for campaigns.
 */
import type { DeferredCalls } from '#kernel/deferred-call';
import type { Kernel } from '#kernel/kernel';
import type { Random } from '#kernel/random';
import type { CampaignOptions, Cast } from './campaign.ts';
import { Command, SWAP_DRIVER } from './capsules/desk.ts';
import type { Capsule } from './capsules/misbehaviour.ts';
import { NUMBERS } from './capsules/parts.ts';
import type { Design } from './designs.ts';
import { buildDriver } from './drivers.ts';
import { HOSTILE_NUMBERS, HostileDriver } from './hostile-driver.ts';

/** Numbers of the hostile drivers. */
const HOSTILE = [0x90010, 0x90011, 0x90012] as const;
const COMMANDS = [0, 1, 2, 3];

/** Drivers that try everything that today's interface offers. */
export function hostileCast(kernel: Kernel, _calls: DeferredCalls, random: Random): Cast {
  const drivers = HOSTILE.map((number) => new HostileDriver(kernel, number, random));
  return {
    drivers: new Map(HOSTILE.map((number, index) => [number, drivers[index] ?? never()])),
    numbers: HOSTILE_NUMBERS,
    commands: COMMANDS,
    interrupt: () => {
      drivers[random.below(drivers.length)]?.mischief(random.below(HOSTILE_NUMBERS), random.u32());
    },
  };
}

function never(): never {
  throw new Error('there is a driver for each number');
}

/** One capsule of the matrix, as the design would have it. */
export function castOf(design: Design, capsule: Capsule): CampaignOptions['cast'] {
  return (kernel: Kernel, deferredCalls: DeferredCalls): Cast => {
    const site = { kernel, deferredCalls, design, confess: (): void => undefined };
    return {
      drivers: new Map([[SWAP_DRIVER, buildDriver(site, capsule).driver]]),
      numbers: NUMBERS,
      commands: [Command.WORK, Command.WORK, Command.WORK, Command.REARRANGE],
    };
  };
}

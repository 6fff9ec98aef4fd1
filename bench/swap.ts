// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What it costs a correct capsule that its kernel watches over loans, and the speed of campaigns.
 *
 * NON-TOCK: speed of the simulator on the host. Two designs are compared in pairs of short slices, taken in turn, so
 * that whatever else the host does falls on both.
 */
import { Clock } from '#kernel/clock';
import { DeferredCalls } from '#kernel/deferred-call';
import { Kernel } from '#kernel/kernel';
import type { Process } from '#kernel/process-standard';
import { PROFILES } from '#kernel/profile';
import {
  ContextSwitchReason,
  Register,
  REGISTER_COUNT,
  SyscallClass,
  type ProcessMemory,
  type UserspaceKernelBoundary,
} from '#kernel/syscall';
import { runCampaign } from '#lab/swap/campaign';
import { SWAP_DRIVER } from '#lab/swap/capsules/desk';
import { hostileCast } from '#lab/swap/casts';
import type { Design } from '#lab/swap/designs';
import { buildDriver } from '#lab/swap/drivers';
import { runMatrix } from '#lab/swap/matrix';
import { milliseconds, perSecond, type BenchRow } from './row.ts';

const STEPS = 1_000_000;
const PAIRS = 21;
/** Swaps in a slice, and slices of each design in a pair. */
const SLICE = 20_000;
const SLICES = 10;
const { R0, R1, R2, R3, CLASS } = Register;

type SwapClass = typeof SyscallClass.Subscribe | typeof SyscallClass.ReadWriteAllow;

/** Swaps the same number over and over, each time with another pair; stops the kernel after each slice. */
class Swapper implements UserspaceKernelBoundary {
  readonly registers = new Uint32Array(REGISTER_COUNT);
  readonly faultReason = undefined;
  readonly initialAppBreak = 1024;
  private memory: ProcessMemory | undefined;
  private left = SLICE;

  constructor(
    private readonly swapClass: SwapClass,
    private readonly onSlice: () => void,
  ) {}

  initializeProcess(memory: ProcessMemory): void {
    this.memory = memory;
  }
  setProcessFunction(): boolean {
    return true;
  }
  switchToProcess(): ContextSwitchReason {
    const { registers, memory } = this;
    if (memory === undefined || this.left-- === 0) {
      this.left = SLICE;
      this.onSlice();
      return ContextSwitchReason.Interrupted;
    }
    const subscribes = this.swapClass === SyscallClass.Subscribe;
    registers[CLASS] = this.swapClass;
    registers[R0] = SWAP_DRIVER;
    registers[R1] = 0;
    registers[R2] = subscribes ? memory.appStart : memory.ramStart + (this.left & 0xff);
    registers[R3] = 1 + (this.left & 0xff);
    return ContextSwitchReason.SyscallFired;
  }
}

/** A machine with a correct capsule of a design; each call runs one slice and says how long it took. */
function machine(design: Design, swapClass: SwapClass): () => number {
  const deferredCalls = new DeferredCalls();
  const kernel = new Kernel({ clock: new Clock(), deferredCalls, profile: PROFILES[design] });
  const site = { kernel, deferredCalls, design, confess: (): void => undefined };
  const { driver } = buildDriver(site, {});
  const drivers = new Map([[SWAP_DRIVER, driver]]);
  kernel.createProcess({
    name: 'bench',
    boundary: new Swapper(swapClass, () => {
      kernel.stop();
    }),
    flash: { start: 0x40000, size: 4096, protectedSize: 128, read: () => new Uint8Array(0) },
    ram: { start: 0x2000_0000, size: 8192 },
  });
  const resources = {
    syscallDriverLookup: {
      driver: (driverNum: number) => drivers.get(driverNum),
      all: () => drivers,
    },
    scheduler: { next: first, result: () => undefined },
    chip: { hasPendingInterrupts: () => false, servicePendingInterrupts: () => undefined },
  };
  return () => milliseconds(() => kernel.run(resources));
}

function first([process]: readonly (Process | undefined)[]):
  { process: Process; timeslice: undefined } | undefined {
  return process?.ready() === true ? { process, timeslice: undefined } : undefined;
}

/** The speed of `after` in percent of that of `before`: 100 is no cost. */
function share(before: Design, after: Design, swapClass: SwapClass): number {
  const [slow, fast] = [machine(before, swapClass), machine(after, swapClass)];
  let [old, now] = [0, 0];
  slow();
  fast();
  for (let slice = 0; slice < SLICES; slice++) {
    old += slow();
    now += fast();
  }
  return (100 * old) / now;
}

const enforcement = (
  name: string,
  before: Design,
  after: Design,
  swapClass: SwapClass,
): BenchRow => ({
  name,
  unit: '%',
  toReach: 95,
  runs: PAIRS,
  run: () => share(before, after, swapClass),
});

/** Rows about who holds callbacks and buffers. */
export const SWAP_ROWS: readonly BenchRow[] = [
  enforcement('subscribe, callbacks compared (E), of unchecked (B)', '2.0-dev', 'e', 1),
  enforcement('subscribe, kernel holds (F), of compared (E)', 'e', '2.0', 1),
  enforcement('allow, kernel holds (G), of capsule holds (F)', '2.0', '2.2', 3),
  {
    name: 'swap: the whole matrix, 266 cells',
    unit: 's',
    toReach: 5,
    run: () => milliseconds(() => runMatrix()) / 1e3,
  },
  {
    name: 'campaign steps, hostile capsules, oracle watching',
    unit: '/s',
    toReach: 300e3,
    run: () => {
      const damaged: boolean[] = [];
      const rate = perSecond(STEPS, () => {
        const profile = PROFILES['2.2'];
        const { oracle } = runCampaign({ profile, seed: 1, steps: STEPS, cast: hostileCast });
        damaged.push(oracle.hasOwnershipDamage);
      });
      return damaged.includes(true) ? Number.NaN : rate;
    },
  },
];

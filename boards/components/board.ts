// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * From a chip that is powered on to a board that runs apps: the part of a board's start that all share.
 *
 * NON-TOCK: Tock's boards repeat it, each in its `main.rs`.
 */
import { StopFaultPolicy } from '#capsules/system/process-policies';
import { RoundRobin } from '#capsules/system/scheduler/round-robin';
import { KERNEL_FLAWS } from '#kernel/awaited-upcall';
import { Clock } from '#kernel/clock';
import type { CpuCosts } from '#kernel/costs';
import { DeferredCalls } from '#kernel/deferred-call';
import { Kernel } from '#kernel/kernel';
import type { KernelResources } from '#kernel/platform/platform';
import type { Board, BoardOptions } from '../board.ts';
import { flawsOf } from './flaws.ts';
import { Loader, type AppMemory } from '../loader.ts';
import { createDrivers } from './drivers.ts';
import type { ChipParts, FlashMap } from './parts.ts';

/** What makes one kind of board different from another. */
export interface BoardDesign {
  readonly name: string;
  readonly costs: CpuCosts;
  readonly memory: AppMemory;
  readonly map: FlashMap;
  /** Powers the chip on. */
  readonly chip: (kernel: Kernel) => ChipParts;
}

/** Clock and kernel, then chip, drivers, and room for processes. */
export function powerOn(design: BoardDesign, options: BoardOptions): Board {
  const kernel = createKernel(design, options);
  const parts = design.chip(kernel);
  const { cells } = parts;
  const before = { words: cells.wordsProgrammed, erases: cells.pagesErased };
  const drivers = createDrivers({
    kernel,
    parts,
    map: design.map,
    hil: options.hil ?? 'byte',
    kvStore: options.kvStore,
    cfstore: options.cfstore ?? 'cfstore',
    seed: options.seed ?? 0,
    faithful: options.faithful ?? [],
    drivers: options.drivers,
  });
  const resources: KernelResources = {
    syscallDriverLookup: {
      driver: (driverNum) => drivers.byNumber.get(driverNum),
      all: () => drivers.byNumber,
    },
    scheduler: new RoundRobin(),
    chip: parts.chip,
    ipc: drivers.ipc,
  };
  const policy = options.faultPolicy ?? new StopFaultPolicy();
  const loader = new Loader(kernel, cells, design.memory, policy);
  const { firstPage, pages } = design.map.persistentStore;
  return {
    name: design.name,
    kernel,
    clock: kernel.clock,
    flash: cells,
    store: {
      offset: firstPage * cells.pageSize,
      size: pages * cells.pageSize,
      pageSize: cells.pageSize,
    },
    statistics: () => ({
      readCalls: drivers.storeReadCalls(),
      wordsWritten: cells.wordsProgrammed - before.words,
      erases: cells.pagesErased - before.erases,
    }),
    drivers: drivers.byNumber,
    powerLoss: parts.powerLoss,
    load: (app) => loader.load(app),
    panel: parts.panel,
    run: (until) => kernel.run(resources, until),
  };
}

function createKernel(
  { costs }: BoardDesign,
  { profile, trace, afterWork, reaction, watch, ...options }: BoardOptions,
): Kernel {
  return new Kernel({
    clock: new Clock(options.epochMilliseconds),
    deferredCalls: new DeferredCalls(),
    costs,
    flaws: flawsOf(KERNEL_FLAWS, options.faithful ?? []),
    ...(afterWork === undefined ? {} : { afterWork }),
    ...(profile === undefined ? {} : { profile }),
    ...(trace === undefined ? {} : { trace }),
    ...(reaction === undefined ? {} : { reaction }),
    ...(watch === undefined ? {} : { watch }),
  });
}

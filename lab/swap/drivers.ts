// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Makes a driver of the age that a design serves out of a capsule's parts.
 *
 * NON-TOCK: a capsule of its time would be written for one interface; here four stand before the same parts.
 */
import { AppSlice } from '#kernel/mem';
import { Callback, type CallbackFactory } from '#kernel/callback';
import type { DeferredCalls } from '#kernel/deferred-call';
import type {
  AnyDriver,
  BufferHoldingDriver,
  Driver,
  LegacyDriver,
  SwapResult,
} from '#kernel/driver';
import { statusCodeToReturnCode, type ReturnCode } from '#kernel/errorcode';
import type { Kernel } from '#kernel/kernel';
import type { ProcessError, ProcessId } from '#kernel/process';
import { noReadWriteBuffer, type ReadWriteProcessBuffer } from '#kernel/processbuffer';
import { PROFILES, type Profile } from '#kernel/profile';
import type { Result } from '#kernel/result';
import { ReturnVariant } from '#kernel/syscall';
import type { CommandReturn, SyscallDriver } from '#kernel/syscall-driver';
import { Desk, SWAP_DRIVER, Worker, type BackOffice } from './capsules/desk.ts';
import type { Capsule } from './capsules/misbehaviour.ts';
import {
  allocateByEntering,
  fillAsAsked,
  HeldBuffers,
  HeldCallbacks,
  KernelBuffers,
  KernelCallbacks,
  NUMBERS,
  scheduleAsAsked,
  type BufferKind,
  type Slots,
  type Tools,
} from './capsules/parts.ts';
import { callbackRules, capsulesHoldBuffers, type Design } from './designs.ts';

/** Where a capsule is put. */
export interface Site {
  readonly kernel: Kernel;
  readonly deferredCalls: DeferredCalls;
  readonly design: Design;
  readonly confess: (what: string) => void;
}

/** A driver, and the methods of it that wait in vain for the kernel to call them. */
export interface Built {
  readonly driver: AnyDriver;
  readonly inVain: readonly string[];
}

// --- Drivers of four ages ------------------------------------------------------------------------

/** 1.x: what came before is dropped, and the answer is a number. */
class DriverOf1x implements LegacyDriver {
  readonly interface = '1.x';

  constructor(
    private readonly desk: Desk,
    private readonly callbacks: HeldCallbacks,
    private readonly buffers: HeldBuffers<AppSlice | undefined>,
  ) {}

  subscribe(number: number, passed: Callback | undefined, processId: ProcessId): ReturnCode {
    return codeOf(this.callbacks.subscribe(number, passed ?? Callback.default(), processId));
  }

  allow(processId: ProcessId, number: number, passed: AppSlice | undefined): ReturnCode {
    return codeOf(this.buffers.allow(number, passed, processId));
  }

  command(number: number, arg1: number, arg2: number, processId: ProcessId): ReturnCode {
    const { variant, word1 } = this.desk.command(number, arg1, arg2, processId);
    return statusCodeToReturnCode(variant === ReturnVariant.Success ? 0 : word1);
  }
}

function codeOf(answer: SwapResult<unknown>): ReturnCode {
  return statusCodeToReturnCode(answer.ok ? 0 : answer.error[1]);
}

/** tock-2.0-dev and the three proposals: what came before is given back. */
class DriverOf2021 implements Driver {
  readonly interface = '2.0-dev';

  constructor(
    private readonly desk: Desk,
    private readonly callbacks: HeldCallbacks,
    private readonly buffers: HeldBuffers<ReadWriteProcessBuffer>,
    private readonly tools: Tools<ReadWriteProcessBuffer>,
  ) {}

  processStarted(processId: ProcessId, factory: CallbackFactory): void {
    this.tools.grant.enter(processId, (slots) => {
      slots.callbacks = numbered((number) => factory.callback(number));
      slots.spares = numbered((number) => factory.callback(number));
    });
  }

  subscribe(number: number, passed: Callback, processId: ProcessId): SwapResult<Callback> {
    return this.callbacks.subscribe(number, passed, processId);
  }

  allowReadWrite(
    processId: ProcessId,
    number: number,
    passed: ReadWriteProcessBuffer,
  ): SwapResult<ReadWriteProcessBuffer> {
    return this.buffers.allow(number, passed, processId);
  }

  command(number: number, arg1: number, arg2: number, processId: ProcessId): CommandReturn {
    return this.desk.command(number, arg1, arg2, processId);
  }
}

/** 2.2: the kernel holds everything. */
class DriverOfToday implements SyscallDriver {
  constructor(
    private readonly desk: Desk,
    private readonly allocate: (processId: ProcessId) => Result<void, ProcessError>,
  ) {}

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.allocate(processId);
  }

  command(number: number, arg1: number, arg2: number, processId: ProcessId): CommandReturn {
    return this.desk.command(number, arg1, arg2, processId);
  }
}

/** 2.0: the kernel holds upcalls, the capsule buffers. */
class DriverOf20 extends DriverOfToday implements BufferHoldingDriver {
  readonly interface = '2.0';

  constructor(
    desk: Desk,
    allocate: (processId: ProcessId) => Result<void, ProcessError>,
    private readonly buffers: HeldBuffers<ReadWriteProcessBuffer>,
  ) {
    super(desk, allocate);
  }

  allowReadWrite(
    processId: ProcessId,
    number: number,
    passed: ReadWriteProcessBuffer,
  ): SwapResult<ReadWriteProcessBuffer> {
    return this.buffers.allow(number, passed, processId);
  }
}

// --- Buffers of two ages -------------------------------------------------------------------------

const SLICES: BufferKind<AppSlice | undefined> = {
  empty: () => undefined,
  length: (slice) => slice?.length ?? 0,
  fill: (slice, value, bytes) => {
    const target = slice?.bytes.subarray(0, bytes) ?? new Uint8Array(0);
    target.fill(value);
    return target.length;
  },
};

const PROCESS_BUFFERS: BufferKind<ReadWriteProcessBuffer> = {
  empty: noReadWriteBuffer,
  length: (buffer) => buffer.length,
  fill: (buffer, value, bytes) => {
    const filled = buffer.mutEnter((slice) => {
      const end = bytes ?? slice.length;
      for (let index = 0; index < end; index++) slice.set(index, value);
      return end;
    });
    return filled.ok ? filled.value : 0;
  },
};

// --- Assembly ------------------------------------------------------------------------------------

function numbered<T>(make: (number: number) => T): T[] {
  return Array.from({ length: NUMBERS }, (_, number) => make(number));
}

/** What a capsule begins with for a process: callbacks of the kind that the design lets it make. */
function firstSlots(design: Design, factory: CallbackFactory): Slots<never> {
  const none = { callbacks: [], spares: [], buffers: [] };
  const rules = callbackRules(design);
  switch (rules?.factory) {
    case undefined: // The kernel holds them.
    case 'at-start': // They come when the process starts.
      return none;
    case 'none':
      return {
        ...none,
        callbacks: numbered(() => Callback.default()),
        spares: numbered(() => Callback.default()),
      };
    case 'with-grant': // Each number is minted once: what is left over has another number.
      return {
        ...none,
        callbacks: numbered((number) => factory.callback(number)),
        spares: numbered((number) => factory.callback(NUMBERS + number)),
      };
  }
}

function toolsFor<B>(site: Site, capsule: Capsule, kind: BufferKind<B>): Tools<B> {
  const { kernel, design, confess } = site;
  const held = callbackRules(design) !== undefined;
  const numbers = capsule.grantNumbers ?? NUMBERS;
  const grant = kernel.createGrant<Slots<B>>(SWAP_DRIVER, {
    upcalls: held ? 0 : numbers,
    allowRo: 0,
    allowRw: capsulesHoldBuffers(design) ? 0 : numbers,
    size: 32,
    create: (factory) => firstSlots(design, factory),
  });
  const neighbour = kernel.createGrant(SWAP_DRIVER + 1, {
    upcalls: NUMBERS,
    allowRo: 0,
    allowRw: NUMBERS,
    size: 0,
    create: () => undefined,
  });
  return { grant, neighbour, kind, confess };
}

/** Callbacks and buffers together, behind what the capsule decides to do with them. */
function officeOf<B>(
  tools: Tools<B>,
  { schedule = scheduleAsAsked, fill = fillAsAsked }: Capsule,
  callbacks: Pick<HeldCallbacks, 'ping' | 'rearrange'>,
  buffers: Pick<HeldBuffers<B>, 'fill' | 'rearrange'>,
): BackOffice {
  return {
    ping: (...asked) => {
      schedule(tools, (...args) => callbacks.ping(...args), ...asked);
    },
    fill: (...asked) => fill(tools, (...args) => buffers.fill(...args), ...asked),
    rearrange: (processId) => {
      callbacks.rearrange(processId);
      buffers.rearrange(processId);
    },
  };
}

/** Puts a capsule together for a design. */
export function buildDriver(site: Site, capsule: Capsule): Built {
  const { interfaces }: Profile = PROFILES[site.design];
  if (interfaces.includes('2.0-dev')) return buildOf2021(site, capsule);
  if (interfaces.includes('1.x')) return buildOf1x(site, capsule);
  return buildWithKernel(site, capsule);
}

function deskFor({ deferredCalls, confess }: Site, capsule: Capsule, office: BackOffice): Desk {
  return new Desk(office, new (capsule.worker ?? Worker)(deferredCalls.create(), confess));
}

function buildOf1x(site: Site, capsule: Capsule): Built {
  const tools = toolsFor(site, capsule, SLICES);
  const callbacks = new (capsule.heldCallbacks ?? HeldCallbacks)(tools);
  const buffers = new (capsule.heldBuffers ?? HeldBuffers)(tools);
  const desk = deskFor(site, capsule, officeOf(tools, capsule, callbacks, buffers));
  return { driver: new DriverOf1x(desk, callbacks, buffers), inVain: [] };
}

function buildOf2021(site: Site, capsule: Capsule): Built {
  const tools = toolsFor(site, capsule, PROCESS_BUFFERS);
  const callbacks = new (capsule.heldCallbacks ?? HeldCallbacks)(tools);
  const buffers = new (capsule.heldBuffers ?? HeldBuffers)(tools);
  const desk = deskFor(site, capsule, officeOf(tools, capsule, callbacks, buffers));
  return { driver: new DriverOf2021(desk, callbacks, buffers, tools), inVain: [] };
}

function buildWithKernel(site: Site, capsule: Capsule): Built {
  const tools = toolsFor(site, capsule, PROCESS_BUFFERS);
  const allocateGrant = capsule.allocateGrant ?? allocateByEntering;
  const allocate = (processId: ProcessId): Result<void, ProcessError> =>
    allocateGrant(tools, processId);
  const callbacks = new (capsule.kernelCallbacks ?? KernelCallbacks)(tools);
  if (capsulesHoldBuffers(site.design)) {
    const buffers = new (capsule.heldBuffers ?? HeldBuffers)(tools);
    const desk = deskFor(site, capsule, officeOf(tools, capsule, callbacks, buffers));
    return offering(site, new DriverOf20(desk, allocate, buffers), [callbacks]);
  }
  const buffers = new (capsule.kernelBuffers ?? KernelBuffers)(tools);
  const desk = deskFor(site, capsule, officeOf(tools, capsule, callbacks, buffers));
  return offering(site, new DriverOfToday(desk, allocate), [callbacks, buffers]);
}

/** Gives a driver methods of an older age, for a kernel that will call them to its harm. */
function offering(
  { confess }: Site,
  driver: AnyDriver,
  parts: readonly { readonly waitsFor: string | undefined }[],
): Built {
  const inVain = parts.flatMap(({ waitsFor }) => waitsFor ?? []);
  for (const name of inVain) {
    Object.defineProperty(driver, name, {
      value: () => {
        confess(`was asked to ${name}`);
      },
    });
  }
  return { driver, inVain };
}

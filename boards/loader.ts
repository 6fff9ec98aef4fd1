// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Puts apps into a board's memory: the next piece of flash and of RAM for each.
 *
 * NON-TOCK: takes the place of TBF headers and `process_loading.rs` for apps written as scripts.
 */
import { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import { ScriptBoundary, type ScriptContext } from '#arch/script/script-boundary';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { panic } from '#kernel/assert';
import type { Kernel, ProcessLoadError } from '#kernel/kernel';
import type { ProcessFaultPolicy } from '#kernel/platform/platform';
import type { Process } from '#kernel/process-standard';
import { Err, type Result } from '#kernel/result';
import { StoragePermissions } from '#kernel/storage-permissions';
import { DEFAULT_STORAGE_ID, type App } from './board.ts';

/** Where a board has room for apps: addresses, and bytes an app takes by default. */
export interface AppMemory {
  /** Where the CPU sees the first byte of the flash part. */
  readonly flashBase: number;
  readonly flashStart: number;
  readonly flashEnd: number;
  readonly appFlashSize: number;
  /** Bytes at the end of an app's flash that it may have rewritten: whole pages. */
  readonly writeableFlashSize: number;
  readonly ramStart: number;
  readonly ramEnd: number;
  readonly appRamSize: number;
}

/** Bytes at the start of an app's flash that stand for its TBF header. */
const HEADER_SIZE = 128;

export class Loader {
  private nextFlash: number;
  private nextRam: number;

  constructor(
    private readonly kernel: Kernel,
    private readonly flash: NorFlash,
    private readonly memory: AppMemory,
    private readonly faultPolicy: ProcessFaultPolicy,
  ) {
    this.nextFlash = memory.flashStart;
    this.nextRam = memory.ramStart;
  }

  /** Loads an app behind those before it; panics when flash, RAM or slots are used up. */
  load(app: App): Process {
    const loaded = this.tryLoad(app);
    if (!loaded.ok) panic(`the board has no room for the app ${app.name}: ${loaded.error}`);
    return loaded.value;
  }

  private tryLoad(app: App): Result<Process, ProcessLoadError> {
    const { kernel, memory, flash } = this;
    const ram = { start: this.nextRam, size: app.ramSize ?? memory.appRamSize };
    const start = this.nextFlash;
    const size = memory.appFlashSize;
    if (start + size > memory.flashEnd || ram.start + ram.size > memory.ramEnd) {
      return Err('NotEnoughMemory');
    }
    const boundary = new ScriptBoundary(kernel.clock, (context) => this.program(app, context));
    const created = kernel.createProcess({
      name: app.name,
      boundary,
      ram,
      flash: {
        start,
        size,
        protectedSize: HEADER_SIZE,
        read: (offset, length) => flash.bytes(start - memory.flashBase + offset, length),
      },
      writeableFlashRegions: app.writeableFlashRegions ?? [
        { offset: size - memory.writeableFlashSize, size: memory.writeableFlashSize },
      ],
      storagePermissions:
        app.storage === undefined
          ? StoragePermissions.ofOwner(DEFAULT_STORAGE_ID)
          : new StoragePermissions(app.storage),
      faultPolicy: this.faultPolicy,
    });
    if (!created.ok) return created;
    this.nextFlash += size;
    this.nextRam += ram.size;
    return created;
  }

  /** What runs at each start: memory first, then `main`, then exit with its number. */
  private *program(app: App, context: ScriptContext): Userspace {
    const { yieldWaitFor: waitFor, yieldVariants, answers } = this.kernel.profile;
    const kernel = { waitFor, yieldVariants, answers };
    const tock = new Libtock(context, { ...app.libtock, ...kernel, args: app.args });
    yield* tock.start();
    const completionCode = yield* app.main(tock);
    if (!Number.isInteger(completionCode)) {
      throw new TypeError(`main returned ${String(completionCode)}, not a whole number`);
    }
    yield* tock.exitTerminate(completionCode);
  }
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A driver that puts an application's image into flash piece by piece, in each of the ways that the flash interfaces
 * allow.
 *
 * NON-TOCK: to flash it does what `capsules/extra/src/app_loader.rs` and `kernel/src/dynamic_binary_storage.rs` do;
 * headers, placement and loading are left out. A process lends a piece and gives a command, and an upcall follows,
 * whether the flash is split-phase or blocking: system calls are the same.
 *
 *     piece ── steps ─┬─ one at a time, from callback to callback    hil.flash.Flash, ByteFlash
 *                     └─ in a loop, inside the command               hil.flash.BlockingFlash
 */
import { copyFromProcess } from '#capsules/extra/process-copy';
import { assert } from '#kernel/assert';
import { ErrorCode } from '#kernel/errorcode';
import type { Grant } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import type { ProcessError, ProcessId } from '#kernel/process';
import type { Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';

const Command = { EXISTS: 0, WRITE: 1 } as const;
const Upcall = { WRITTEN: 0, COUNT: 1 } as const;
const RoAllow = { PIECE: 0, COUNT: 1 } as const;

/** What the driver's grant takes in a process. */
export const LOADER_GRANT = {
  upcalls: Upcall.COUNT,
  allowRo: RoAllow.COUNT,
  allowRw: 0,
  size: 0,
  statusUpcalls: [Upcall.WRITTEN],
  create: (): undefined => undefined,
};

/** What a piece needs of the flash, one thing after the other. */
type Step =
  | { readonly op: 'read-page' | 'write-page' | 'erase-page'; readonly page: number }
  /** Part of the piece: from its byte `from` on. */
  | {
      readonly op: 'write';
      readonly address: number;
      readonly from: number;
      readonly length: number;
    };

/** `pages`: each page is read, changed in RAM and written back. `words`: a page is erased when its first byte comes. */
export type LoaderLevel = 'pages' | 'words';

/** What the loader writes to; the blocking one is used at the level of words. */
export type LoaderFlash =
  | {
      readonly kind: 'split-phase';
      readonly level: LoaderLevel;
      readonly flash: hil.flash.ByteFlash;
    }
  | { readonly kind: 'blocking'; readonly flash: hil.flash.BlockingFlash };

/** The driver. */
export class Loader implements SyscallDriver, hil.flash.ByteClient {
  private readonly page: Uint8Array;
  private piece = new Uint8Array(0);
  private steps: Generator<Step, void> | undefined;
  private processId: ProcessId | undefined;

  constructor(
    private readonly target: LoaderFlash,
    private readonly apps: Grant<undefined>,
    private readonly mostBytes: number,
  ) {
    this.page = new Uint8Array(target.flash.pageSize);
    if (target.kind === 'split-phase') target.flash.setClient(this);
  }

  command(commandNum: number, offset: number, _: number, processId: ProcessId): CommandReturn {
    switch (commandNum) {
      case Command.EXISTS:
        return CommandReturn.success();
      case Command.WRITE:
        return this.write(offset, processId);
      default:
        return CommandReturn.failure(ErrorCode.NOSUPPORT);
    }
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  /** Whether a piece is half written. */
  get isBusy(): boolean {
    return this.steps !== undefined;
  }

  private write(offset: number, processId: ProcessId): CommandReturn {
    if (this.steps !== undefined) return CommandReturn.failure(ErrorCode.BUSY);
    const buffer = new Uint8Array(this.mostBytes);
    this.apps.enter(processId, (_app, kernel) => {
      this.piece = buffer.subarray(0, copyFromProcess(kernel, RoAllow.PIECE, buffer));
    });
    this.processId = processId;
    const level = this.target.kind === 'blocking' ? 'words' : this.target.level;
    this.steps = level === 'pages' ? this.byPages(offset) : this.byWords(offset);
    if (this.target.kind === 'split-phase') this.resume();
    else this.runThrough(this.target.flash);
    return CommandReturn.success();
  }

  // --- What a piece needs ------------------------------------------------------------------------

  private *byPages(offset: number): Generator<Step, void> {
    const { pageSize } = this.target.flash;
    const writeErases = this.target.kind === 'split-phase' && this.target.flash.writeErases;
    for (const { page, from, to } of this.pagesOf(offset)) {
      yield { op: 'read-page', page };
      const isBlank = this.isBlank();
      const start = page * pageSize;
      this.page.set(this.piece.subarray(from, to), offset + from - start);
      if (!writeErases && !isBlank) yield { op: 'erase-page', page };
      yield { op: 'write-page', page };
    }
  }

  private *byWords(offset: number): Generator<Step, void> {
    const { pageSize } = this.target.flash;
    for (const { page, from, to } of this.pagesOf(offset)) {
      if (offset + from === page * pageSize) {
        yield { op: 'read-page', page };
        if (!this.isBlank()) yield { op: 'erase-page', page };
      }
      yield { op: 'write', address: offset + from, from, length: to - from };
    }
  }

  /** The pages that the piece touches, and which of its bytes are in each. */
  private *pagesOf(offset: number): Generator<{ page: number; from: number; to: number }> {
    const { pageSize } = this.target.flash;
    for (let from = 0; from < this.piece.length;) {
      const page = Math.floor((offset + from) / pageSize);
      const to = Math.min(this.piece.length, (page + 1) * pageSize - offset);
      yield { page, from, to };
      from = to;
    }
  }

  private isBlank(): boolean {
    return this.page.every((byte) => byte === 0xff);
  }

  // --- Split-phase -------------------------------------------------------------------------------

  private resume(): void {
    const next = this.steps?.next();
    if (next === undefined || next.done === true) this.finish();
    else if (this.target.kind === 'split-phase') begin(next.value, this.target.flash, this);
  }

  /** The bytes of a step's operation. */
  bytesOf(step: Step): Uint8Array {
    return step.op === 'write'
      ? this.piece.subarray(step.from, step.from + step.length)
      : this.page;
  }

  readComplete(_buffer: Uint8Array, result: Outcome): void {
    this.stepped(result);
  }

  writeComplete(_buffer: Uint8Array, result: Outcome): void {
    this.stepped(result);
  }

  eraseComplete(result: Outcome): void {
    this.stepped(result);
  }

  bytesRead(_buffer: Uint8Array, _length: number, result: Outcome): void {
    this.stepped(result);
  }

  bytesWritten(_buffer: Uint8Array, _length: number, result: Outcome): void {
    this.stepped(result);
  }

  private stepped(result: Outcome): void {
    assert(result.ok, 'the flash failed');
    this.resume();
  }

  // --- Blocking ----------------------------------------------------------------------------------

  private runThrough(flash: hil.flash.BlockingFlash): void {
    for (const step of this.steps ?? []) {
      assert(perform(step, flash, this.bytesOf(step)).ok, 'the flash failed');
    }
    this.finish();
  }

  private finish(): void {
    this.steps = undefined;
    if (this.processId === undefined) return;
    this.apps.enter(this.processId, (_app, kernel) => {
      kernel.scheduleUpcall(Upcall.WRITTEN, [0, this.piece.length, 0]);
    });
  }
}

type Outcome = Result<void, hil.flash.FlashError>;

/** Starts a step; its callback follows. */
function begin(step: Step, flash: hil.flash.ByteFlash, loader: Loader): void {
  const bytes = loader.bytesOf(step);
  const started = ((): Result<void, unknown> => {
    switch (step.op) {
      case 'read-page':
        return flash.readPage(step.page, bytes);
      case 'write-page':
        return flash.writePage(step.page, bytes);
      case 'erase-page':
        return flash.erasePage(step.page);
      case 'write':
        return flash.writeBytes(step.address, bytes, step.length);
    }
  })();
  assert(started.ok, 'the flash refused a step of the loader');
}

/** Does a step, time passing. */
function perform(step: Step, flash: hil.flash.BlockingFlash, bytes: Uint8Array): Result {
  switch (step.op) {
    case 'read-page':
      return flash.readBytes(step.page * flash.pageSize, bytes, flash.pageSize);
    case 'write-page':
      return flash.writeBytes(step.page * flash.pageSize, bytes, flash.pageSize);
    case 'erase-page':
      return flash.erasePage(step.page);
    case 'write':
      return flash.writeBytes(step.address, bytes, step.length);
  }
}

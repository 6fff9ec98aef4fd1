// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Pages of Earl Grey's flash as a flash of their own: page-level, byte-level and blocking.
 *
 * Mirrors `chips/lowrisc/src/flash_ctrl.rs` (its implementation of `hil::flash`). All partitions share
 * the one controller: an operation of one of them makes the others BUSY. No write erases, and an
 * erasure is never skipped.
 */
import { assert } from '#kernel/assert';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import type { FlashCtrl } from './flash-ctrl.ts';
import type { FlashOperationClient, FlashOutcome } from './flash-operation.ts';
import { FLASH_CTRL_LIMITS } from './timing.ts';

/** The data pages that a partition has. */
export interface FlashPages {
  readonly firstPage: number;
  readonly pages: number;
  /** Named when the flash explains a broken law, by the page; default: the partition's first page. */
  readonly nameOf?: (page: number) => string;
}

/** Statistics of a partition since power-on. */
export interface FlashCtrlStatistics {
  /** Words of 4 bytes passed to writes. */
  wordsWritten: number;
  /** Erasures begun. */
  erases: number;
  readCalls: number;
}

const WORD_SIZE = 4;

/** Range checks and addresses that the split-phase and the blocking flash share. */
class FlashCtrlPages {
  readonly pageSize: number;
  readonly pages: number;
  /** The word of the controller's bus. */
  readonly programUnit = WORD_SIZE;
  /** Bytes that share check bits where the region has ECC on: filling the other half breaks them, too. */
  readonly eccUnit = FLASH_CTRL_LIMITS.eccUnit.value;
  readonly statistics: FlashCtrlStatistics = { wordsWritten: 0, erases: 0, readCalls: 0 };
  protected readonly base: number;
  private readonly firstPage: number;
  private readonly nameOf: (page: number) => string;

  constructor(
    readonly controller: FlashCtrl,
    { firstPage, pages, nameOf }: FlashPages,
  ) {
    const fits = firstPage >= 0 && pages > 0 && firstPage + pages <= controller.flash.pages;
    assert(fits, `pages ${firstPage} to ${firstPage + pages - 1} are not all in the flash`);
    this.firstPage = firstPage;
    this.pageSize = controller.flash.pageSize;
    this.pages = pages;
    this.base = firstPage * this.pageSize;
    this.nameOf = nameOf ?? (() => `the driver of page ${firstPage} on`);
  }

  /** One where the first page has ECC on; else what the part is assumed to take. */
  get programsPerUnit(): number {
    const { registers, flash } = this.controller;
    return registers.hasEcc(this.firstPage) ? 1 : flash.part.programsPerWord;
  }

  /** INVAL outside the partition or not in units; SIZE over the buffer. */
  protected check(
    address: number,
    buffer: Uint8Array,
    length: number,
    unit: number,
  ): ErrorCode | undefined {
    const inside = address >= 0 && length >= 0 && address + length <= this.pages * this.pageSize;
    if (!inside || address % unit !== 0 || length % unit !== 0) return ErrorCode.INVAL;
    return length > buffer.length ? ErrorCode.SIZE : undefined;
  }

  protected isPage(page: number): boolean {
    return Number.isInteger(page) && page >= 0 && page < this.pages;
  }

  protected countWrite(address: number, length: number): void {
    this.statistics.wordsWritten += length / WORD_SIZE;
    this.controller.flash.writer = this.nameOf(Math.floor(address / this.pageSize));
  }
}

type Pending =
  | { readonly kind: 'read-page' | 'write-page'; readonly buffer: Uint8Array }
  | {
      readonly kind: 'read-bytes' | 'write-bytes';
      readonly buffer: Uint8Array;
      readonly length: number;
    }
  | { readonly kind: 'erase' };

/** The split-phase flash of one partition. */
export class FlashCtrlPartition
  extends FlashCtrlPages
  implements hil.flash.ByteFlash, FlashOperationClient
{
  readonly writeErases = false;
  private client: hil.flash.ByteClient | undefined;
  private pending: Pending | undefined;

  setClient(client: hil.flash.ByteClient): void {
    this.client = client;
  }

  readPage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const error = this.refusal() ?? this.pageError(page, buffer);
    if (error !== undefined) return Err([error, buffer]);
    return this.read(page * this.pageSize, buffer, this.pageSize, { kind: 'read-page', buffer });
  }

  writePage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const error = this.refusal() ?? this.pageError(page, buffer);
    if (error !== undefined) return Err([error, buffer]);
    return this.write(page * this.pageSize, buffer, this.pageSize, { kind: 'write-page', buffer });
  }

  erasePage(page: number): Result {
    const error = this.refusal() ?? (this.isPage(page) ? undefined : ErrorCode.INVAL);
    if (error !== undefined) return Err(error);
    this.statistics.erases++;
    this.pending = { kind: 'erase' };
    return this.controller.erase(this, this.base + page * this.pageSize);
  }

  readBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    const error = this.refusal() ?? this.check(address, buffer, length, 1);
    if (error !== undefined) return Err([error, buffer]);
    return this.read(address, buffer, length, { kind: 'read-bytes', buffer, length });
  }

  writeBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    const error = this.refusal() ?? this.check(address, buffer, length, WORD_SIZE);
    if (error !== undefined) return Err([error, buffer]);
    return this.write(address, buffer, length, { kind: 'write-bytes', buffer, length });
  }

  operationDone(outcome: FlashOutcome): void {
    const { pending, client } = this;
    this.pending = undefined;
    if (pending === undefined || client === undefined) return;
    switch (pending.kind) {
      case 'read-page':
        client.readComplete(pending.buffer, outcome);
        return;
      case 'write-page':
        client.writeComplete(pending.buffer, outcome);
        return;
      case 'read-bytes':
        client.bytesRead(pending.buffer, pending.length, outcome);
        return;
      case 'write-bytes':
        client.bytesWritten(pending.buffer, pending.length, outcome);
        return;
      case 'erase':
        client.eraseComplete(outcome);
        return;
    }
  }

  private refusal(): ErrorCode | undefined {
    return this.controller.isFree ? undefined : ErrorCode.BUSY;
  }

  private pageError(page: number, buffer: Uint8Array): ErrorCode | undefined {
    if (!this.isPage(page)) return ErrorCode.INVAL;
    return buffer.length === this.pageSize ? undefined : ErrorCode.SIZE;
  }

  private read(
    address: number,
    buffer: Uint8Array,
    length: number,
    pending: Pending,
  ): Result<void, Rejected<Uint8Array>> {
    this.statistics.readCalls++;
    this.pending = pending;
    return rejected(this.controller.read(this, this.base + address, buffer, length), buffer);
  }

  private write(
    address: number,
    buffer: Uint8Array,
    length: number,
    pending: Pending,
  ): Result<void, Rejected<Uint8Array>> {
    this.countWrite(address, length);
    this.pending = pending;
    return rejected(this.controller.program(this, this.base + address, buffer, length), buffer);
  }
}

function rejected(result: Result, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
  return result.ok ? Ok() : Err([result.error, buffer]);
}

/**
 * The synchronous flash of one partition. An operation of another one that is under way is polled to its
 * end first. BUSY: the controller is locked by somebody who is no partition.
 */
export class FlashCtrlBlocking extends FlashCtrlPages implements hil.flash.BlockingFlash {
  readBytes(address: number, buffer: Uint8Array, length: number): Result {
    const error = this.check(address, buffer, length, 1);
    if (error !== undefined) return Err(error);
    this.statistics.readCalls++;
    return this.controller.readNow(this.base + address, buffer, length);
  }

  writeBytes(address: number, buffer: Uint8Array, length: number): Result {
    const error = this.check(address, buffer, length, WORD_SIZE);
    if (error !== undefined) return Err(error);
    this.countWrite(address, length);
    return this.controller.programNow(this.base + address, buffer, length);
  }

  erasePage(page: number): Result {
    if (!this.isPage(page)) return Err(ErrorCode.INVAL);
    this.statistics.erases++;
    return this.controller.eraseNow(this.base + page * this.pageSize);
  }
}

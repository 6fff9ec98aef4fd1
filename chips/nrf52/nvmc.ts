// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The driver of the NVMC: page-level, byte-level and blocking flash.
 *
 * Mirrors `chips/nrf52/src/nvmc.rs`. Operations run to their end inside the call, while the CPU stalls;
 * a deferred call delivers the completion. `writePage` erases a page that is not blank first;
 * `erasePage` skips a blank one. Strict where Tock's driver is not: it refuses with BUSY and INVAL and
 * puts CONFIG back to read; each of upstream's flaws is a name in `NVMC_FLAWS`.
 */
import { assert } from '#kernel/assert';
import type { DeferredCall, DeferredCallClient, DeferredCalls } from '#kernel/deferred-call';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import { NO_PROCESS, TraceEvent, type Trace } from '#kernel/trace';
import type { NorFlash } from '../silicon/nor-flash.ts';
import { NvmcRegister, UICR_START, WriteEnable } from './registers/map.ts';
import type { NvmcRegisters } from './registers/nvmc.ts';

/** Flaws of upstream's driver that can be had back by name. */
export const NVMC_FLAWS = {
  'nvmc-no-busy-guard':
    'a second call before the completion replaces the first, whose buffer is lost',
  'nvmc-no-range-check':
    'outside the partition nothing is refused: a neighbour is hit, or the CPU faults',
  'nvmc-stays-enabled': 'CONFIG is never put back to read: the instruction cache stays invalidated',
  'nvmc-erase-uicr-register':
    'erasing UICR writes its address to ERASEPAGE instead of 1 to ERASEUICR: nothing is erased',
} as const;

/** The name of one of them. */
export type NvmcFlaw = keyof typeof NVMC_FLAWS;

/** Statistics of a partition since power-on. */
export interface FlashStatistics {
  /** Words passed to writes, whether a program was skipped or not. */
  wordsWritten: number;
  /** Pages erased: blank pages that were skipped do not count. */
  erases: number;
  readCalls: number;
}

/** What all partitions of the one controller share. */
export class NvmcController {
  /** The partition whose operation awaits its completion. */
  owner: Nvmc | undefined;

  constructor(
    readonly registers: NvmcRegisters,
    readonly flash: NorFlash,
    readonly deferredCalls: DeferredCalls,
    readonly trace?: Trace,
    readonly flaws: ReadonlySet<NvmcFlaw> = new Set(),
  ) {}

  /** Programs whole words from an address on, time passing; may skip those that would not change. */
  program(address: number, bytes: Uint8Array, length: number, skipUnchanged: boolean): void {
    this.record(TraceEvent.flashProgram, address, length);
    const words = new DataView(bytes.buffer, bytes.byteOffset, length);
    this.registers.write(NvmcRegister.CONFIG, WriteEnable.Wen);
    for (let offset = 0; offset < length; offset += WORD_SIZE) {
      const word = words.getUint32(offset, true);
      if (skipUnchanged && this.flash.read((address + offset) / WORD_SIZE) === word) continue;
      this.registers.storeWord(address + offset, word);
      this.registers.waitReady();
    }
    this.lock();
  }

  /** Erases the page at an address unless it is blank; whether it did. */
  erase(address: number): boolean {
    if (this.flash.isBlank(address / this.flash.pageSize)) return false;
    this.record(TraceEvent.flashErase, address, this.flash.pageSize);
    this.registers.write(NvmcRegister.CONFIG, WriteEnable.Een);
    this.registers.write(NvmcRegister.ERASEPAGE, address);
    this.registers.waitReady();
    this.lock();
    return true;
  }

  /** Erases the user information configuration registers. */
  eraseUicr(): void {
    this.registers.write(NvmcRegister.CONFIG, WriteEnable.Een);
    if (this.flaws.has('nvmc-erase-uicr-register')) {
      this.registers.write(NvmcRegister.ERASEPAGE, UICR_START);
    } else {
      this.registers.write(NvmcRegister.ERASEUICR, 1);
    }
    this.registers.waitReady();
    this.lock();
  }

  private lock(): void {
    if (!this.flaws.has('nvmc-stays-enabled')) {
      this.registers.write(NvmcRegister.CONFIG, WriteEnable.Ren);
    }
    this.record(TraceEvent.flashDone, 0, 0);
  }

  private record(event: number, address: number, length: number): void {
    if (this.trace?.enabled === true) this.trace.record(event, NO_PROCESS, address, length);
  }
}

const WORD_SIZE = 4;

/** The pages of the flash that a partition has, and how its driver works on them. */
export interface Partition {
  readonly firstPage: number;
  readonly pages: number;
  /** Named when the flash explains a broken law, by the page; default: the partition's first page. */
  readonly nameOf?: (page: number) => string;
  /**
   * Skip a word whose bits are as wanted already, as OpenSK's driver does: no time, no program.
   * Default: false, every word that is passed is programmed.
   */
  readonly skipUnchanged?: boolean;
}

/** Range checks and work that the split-phase and the blocking driver share. */
class NvmcPartition {
  readonly pageSize: number;
  readonly pages: number;
  readonly programUnit = WORD_SIZE;
  readonly programsPerUnit: number;
  readonly statistics: FlashStatistics = { wordsWritten: 0, erases: 0, readCalls: 0 };
  private readonly base: number;
  private readonly nameOf: (page: number) => string;
  private readonly skipUnchanged: boolean;
  private readonly checksRange: boolean;

  constructor(
    readonly controller: NvmcController,
    partition: Partition,
  ) {
    const { firstPage, pages } = partition;
    const fits = firstPage >= 0 && pages > 0 && firstPage + pages <= controller.flash.pages;
    assert(fits, `pages ${firstPage} to ${firstPage + pages - 1} are not all in the flash`);
    this.pageSize = controller.flash.pageSize;
    this.pages = pages;
    this.programsPerUnit = controller.flash.part.programsPerWord;
    this.base = firstPage * this.pageSize;
    this.nameOf = partition.nameOf ?? (() => `the driver of page ${firstPage} on`);
    this.skipUnchanged = partition.skipUnchanged ?? false;
    this.checksRange = !controller.flaws.has('nvmc-no-range-check');
  }

  /** INVAL outside the partition or not in units; SIZE over the buffer. */
  check(address: number, buffer: Uint8Array, length: number, unit: number): ErrorCode | undefined {
    const inside = address >= 0 && length >= 0 && address + length <= this.pages * this.pageSize;
    if (!inside && this.checksRange) return ErrorCode.INVAL;
    if (address % unit !== 0 || length % unit !== 0) return ErrorCode.INVAL;
    return length > buffer.length ? ErrorCode.SIZE : undefined;
  }

  isPage(page: number): boolean {
    return !this.checksRange || (Number.isInteger(page) && page >= 0 && page < this.pages);
  }

  read(address: number, buffer: Uint8Array, length: number): void {
    this.statistics.readCalls++;
    this.controller.flash.readBytes(this.base + address, buffer, length);
  }

  program(address: number, buffer: Uint8Array, length: number): void {
    this.statistics.wordsWritten += length / WORD_SIZE;
    this.controller.flash.writer = this.nameOf(Math.floor(address / this.pageSize));
    this.controller.program(this.base + address, buffer, length, this.skipUnchanged);
  }

  erase(page: number): void {
    if (this.controller.erase(this.base + page * this.pageSize)) this.statistics.erases++;
  }
}

type Completion =
  | { readonly kind: 'read-page' | 'write-page'; readonly buffer: Uint8Array }
  | {
      readonly kind: 'read-bytes' | 'write-bytes';
      readonly buffer: Uint8Array;
      readonly length: number;
    }
  | { readonly kind: 'erase' };

/** The split-phase driver of one partition; all partitions share the controller, one operation at a time. */
export class Nvmc extends NvmcPartition implements hil.flash.ByteFlash, DeferredCallClient {
  readonly writeErases = true;
  private client: hil.flash.ByteClient | undefined;
  private completion: Completion | undefined;
  private readonly deferredCall: DeferredCall;

  constructor(controller: NvmcController, partition: Partition) {
    super(controller, partition);
    this.deferredCall = controller.deferredCalls.create();
    this.deferredCall.register(this);
  }

  setClient(client: hil.flash.ByteClient): void {
    this.client = client;
  }

  readPage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const error = this.refusal() ?? this.pageError(page, buffer);
    if (error !== undefined) return Err([error, buffer]);
    this.read(page * this.pageSize, buffer, this.pageSize);
    return this.complete({ kind: 'read-page', buffer });
  }

  writePage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const error = this.refusal() ?? this.pageError(page, buffer);
    if (error !== undefined) return Err([error, buffer]);
    this.erase(page);
    this.program(page * this.pageSize, buffer, this.pageSize);
    return this.complete({ kind: 'write-page', buffer });
  }

  erasePage(page: number): Result {
    const error = this.refusal() ?? (this.isPage(page) ? undefined : ErrorCode.INVAL);
    if (error !== undefined) return Err(error);
    this.erase(page);
    return this.complete({ kind: 'erase' });
  }

  readBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    const error = this.refusal() ?? this.check(address, buffer, length, 1);
    if (error !== undefined) return Err([error, buffer]);
    this.read(address, buffer, length);
    return this.complete({ kind: 'read-bytes', buffer, length });
  }

  writeBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    const error = this.refusal() ?? this.check(address, buffer, length, WORD_SIZE);
    if (error !== undefined) return Err([error, buffer]);
    this.program(address, buffer, length);
    return this.complete({ kind: 'write-bytes', buffer, length });
  }

  handleDeferredCall(): void {
    const { completion, client } = this;
    this.completion = undefined;
    this.controller.owner = undefined;
    if (completion === undefined || client === undefined) return;
    switch (completion.kind) {
      case 'read-page':
        client.readComplete(completion.buffer, Ok());
        return;
      case 'write-page':
        client.writeComplete(completion.buffer, Ok());
        return;
      case 'read-bytes':
        client.bytesRead(completion.buffer, completion.length, Ok());
        return;
      case 'write-bytes':
        client.bytesWritten(completion.buffer, completion.length, Ok());
        return;
      case 'erase':
        client.eraseComplete(Ok());
        return;
    }
  }

  private refusal(): ErrorCode | undefined {
    const { owner, flaws } = this.controller;
    return owner === undefined || flaws.has('nvmc-no-busy-guard') ? undefined : ErrorCode.BUSY;
  }

  private pageError(page: number, buffer: Uint8Array): ErrorCode | undefined {
    if (!this.isPage(page)) return ErrorCode.INVAL;
    return buffer.length === this.pageSize ? undefined : ErrorCode.SIZE;
  }

  private complete(completion: Completion): Result<void, never> {
    this.completion = completion;
    this.controller.owner = this;
    this.deferredCall.set();
    return Ok();
  }
}

/** The synchronous driver of one partition: each call returns when the flash is done. */
export class NvmcBlocking extends NvmcPartition implements hil.flash.BlockingFlash {
  readBytes(address: number, buffer: Uint8Array, length: number): Result {
    const error = this.check(address, buffer, length, 1);
    if (error !== undefined) return Err(error);
    this.read(address, buffer, length);
    return Ok();
  }

  writeBytes(address: number, buffer: Uint8Array, length: number): Result {
    const error = this.check(address, buffer, length, WORD_SIZE);
    if (error !== undefined) return Err(error);
    this.program(address, buffer, length);
    return Ok();
  }

  erasePage(page: number): Result {
    if (!this.isPage(page)) return Err(ErrorCode.INVAL);
    this.erase(page);
    return Ok();
  }
}

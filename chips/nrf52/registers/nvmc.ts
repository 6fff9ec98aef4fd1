// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The registers of the nRF52840's non-volatile memory controller, over its flash and UICR.
 *
 * NON-TOCK: hardware. Offsets, reset values and behaviour: nrf52840.svd and the NVMC chapters of the
 * Product Specifications. There is no interrupt: READY is polled. A CPU that runs from flash stalls
 * while an operation lasts, so the store or register write that starts it returns when it is over.
 * Cells change at the end of an operation, so that a power loss in the middle can leave them torn.
 */
import { panic } from '#kernel/assert';
import type { Clock, ClockEvent } from '#kernel/clock';
import { Random } from '#kernel/random';
import { Err, Ok, type Result } from '#kernel/result';
import { ms, ns, type Nanoseconds } from '#kernel/time';
import type { NorFlash } from '../../silicon/nor-flash.ts';
import { randomSubset } from '../../silicon/subset.ts';
import { NVMC_TIMING } from '../timing.ts';
import { Acl, AclBlock } from './acl.ts';
import { ICACHE_BITS, NvmcRegister, PartialDuration, UICR_START, WriteEnable } from './map.ts';

/** What the controller is made of. */
export interface NvmcOptions {
  readonly clock: Clock;
  readonly flash: NorFlash;
  /** One page at UICR_START. */
  readonly uicr: NorFlash;
  /** Where the CPU fetches from; from `ram` it goes on while the controller works. Default: flash. */
  readonly executesFrom?: 'flash' | 'ram';
  /** Times are multiplied by it; see `SLOW_OSCILLATOR`. Default 1. */
  readonly slowness?: number;
  /** Draws the bits that partial erasures leave undefined; default: seed 0. */
  readonly random?: Random;
}

/** An operation under way. What it did to the cells is seen when it ends. */
interface Operation {
  readonly kind: 'program' | 'erase' | 'erase-all' | 'erase-partial';
  readonly cells: NorFlash;
  /** A word's index, or a page. */
  readonly at: number;
  /** The word to program, or the length of a slice in ns. */
  readonly value: number;
  readonly begin: Nanoseconds;
  readonly event: ClockEvent;
}

const WORD_SIZE = 4;

/** The registers of one controller, from power-on to power-off. */
export class NvmcRegisters {
  /** Time that the CPU stood still for the controller since power-on. */
  stalled: Nanoseconds = ns(0);
  /** Stores and erasures that had no effect: not enabled, outside, or blocked by an ACL. */
  ignored = 0;
  private ignoredReason: (() => string) | undefined;
  private config: number = WriteEnable.Ren;
  private icacheConfig = 0;
  private partialDuration: number = PartialDuration.RESET;
  private operation: Operation | undefined;
  private powered = true;
  /** Time spent so far in partial erasures of each page, ns. */
  private readonly partialSum = new Map<number, number>();
  private readonly acl = new Acl();
  private readonly clock: Clock;
  private readonly flash: NorFlash;
  private readonly uicr: NorFlash;
  private readonly stalls: boolean;
  private readonly slowness: number;
  private readonly random: Random;

  constructor(options: NvmcOptions) {
    this.clock = options.clock;
    this.flash = options.flash;
    this.uicr = options.uicr;
    this.stalls = options.executesFrom !== 'ram';
    this.slowness = options.slowness ?? 1;
    this.random = options.random ?? new Random(0);
  }

  // --- Registers ---------------------------------------------------------------------------------

  /** Reads a register; write-only ones give 0, unknown ones panic with their offset. */
  read(offset: number): number {
    switch (offset) {
      case NvmcRegister.READY:
      case NvmcRegister.READYNEXT:
        return this.powered && this.operation === undefined ? 1 : 0;
      case NvmcRegister.CONFIG:
        return this.config;
      case NvmcRegister.ERASEPAGEPARTIALCFG:
        return this.partialDuration;
      case NvmcRegister.ICACHECNF:
        return this.icacheConfig;
      case NvmcRegister.IHIT:
      case NvmcRegister.IMISS:
      case NvmcRegister.ERASEPAGE:
      case NvmcRegister.ERASEALL:
      case NvmcRegister.ERASEPCR0:
      case NvmcRegister.ERASEUICR:
      case NvmcRegister.ERASEPAGEPARTIAL:
        return 0;
      default:
        return this.acl.read(offset) ?? unknown(offset);
    }
  }

  /** Writes a register; unknown ones panic. An erase register needs CONFIG.WEN = Een. */
  write(offset: number, value: number): void {
    if (!this.powered) return;
    switch (offset) {
      case NvmcRegister.ERASEPAGE:
      case NvmcRegister.ERASEPCR0:
        this.erasePage('erase', value);
        return;
      case NvmcRegister.ERASEPAGEPARTIAL:
        this.erasePage('erase-partial', value);
        return;
      case NvmcRegister.ERASEALL:
        if (value === 1) this.eraseWhole('erase-all', this.flash);
        return;
      case NvmcRegister.ERASEUICR:
        if (value === 1) this.eraseWhole('erase', this.uicr);
        return;
      default:
        this.configure(offset, value);
    }
  }

  private configure(offset: number, value: number): void {
    switch (offset) {
      case NvmcRegister.CONFIG:
        this.config = value & 0x3;
        return;
      case NvmcRegister.ERASEPAGEPARTIALCFG:
        this.partialDuration = value & PartialDuration.MASK;
        return;
      case NvmcRegister.ICACHECNF:
        this.icacheConfig = value & ICACHE_BITS;
        return;
      case NvmcRegister.READY:
      case NvmcRegister.READYNEXT:
      case NvmcRegister.IHIT:
      case NvmcRegister.IMISS:
        return; // Read-only, or writable to 0 only.
      default:
        if (!this.acl.write(offset, value)) unknown(offset);
    }
  }

  // --- Memory ------------------------------------------------------------------------------------

  /**
   * A store of the CPU into flash or UICR. A whole, aligned word is programmed when CONFIG.WEN = Wen and
   * ignored otherwise; anything else is a bus fault, which the error describes.
   */
  store(address: number, value: number, size: number): Result<void, string> {
    const cells = this.cellsAt(address);
    if (cells === undefined) return Err(fault('store', size, address, 'nothing is there'));
    if (size !== WORD_SIZE || address % WORD_SIZE !== 0) {
      return Err(fault('store', size, address, 'flash takes whole, aligned words only'));
    }
    if (this.config !== WriteEnable.Wen || !this.powered) {
      this.ignore(() => `a store to ${at(address)} without CONFIG.WEN = Wen`);
    } else if (this.acl.blocks(AclBlock.WRITE, address, WORD_SIZE)) {
      this.ignore(() => `a store to ${at(address)}, which an ACL region protects`);
    } else {
      const start = cells === this.uicr ? UICR_START : 0;
      const word = (address - start) / WORD_SIZE;
      this.start('program', cells, word, value, NVMC_TIMING.writeWord.value);
    }
    return Ok();
  }

  /** As `store` of a word; a bus fault panics, as the kernel's hard fault handler does. */
  storeWord(address: number, value: number): void {
    const stored = this.store(address, value, WORD_SIZE);
    if (!stored.ok) panic(stored.error);
  }

  /** A load of the CPU; the error describes the bus fault. */
  load(address: number): Result<number, string> {
    const cells = this.cellsAt(address);
    if (cells === undefined) return Err(fault('load', WORD_SIZE, address, 'nothing is there'));
    if (this.acl.blocks(AclBlock.READ, address, WORD_SIZE)) {
      return Err(fault('load', WORD_SIZE, address, 'an ACL region protects it'));
    }
    this.waitReady();
    const start = cells === this.uicr ? UICR_START : 0;
    return Ok(cells.read(Math.floor((address - start) / WORD_SIZE)));
  }

  private cellsAt(address: number): NorFlash | undefined {
    if (address >= 0 && address < this.flash.size) return this.flash;
    const inUicr = address >= UICR_START && address < UICR_START + this.uicr.size;
    return inUicr ? this.uicr : undefined;
  }

  // --- Operations --------------------------------------------------------------------------------

  /** Waits until READY is 1: spins, as drivers do, while time passes. */
  waitReady(): void {
    if (this.operation !== undefined) this.clock.advanceTo(this.operation.event.time);
  }

  /**
   * The power goes: an operation under way leaves each of its bits moved with the probability that the
   * share of its time gives. From then on nothing has an effect; a power-on is a new chip.
   */
  powerLoss(random: Random): void {
    this.powered = false;
    const { operation } = this;
    if (operation === undefined) return;
    this.operation = undefined;
    this.clock.cancel(operation.event);
    const duration = operation.event.time - operation.begin;
    this.tear(operation, random, (this.clock.now - operation.begin) / duration);
  }

  /** Why the latest store or erasure had no effect. */
  get lastIgnored(): string | undefined {
    return this.ignoredReason?.();
  }

  private erasePage(kind: 'erase' | 'erase-partial', address: number): void {
    const { flash } = this;
    const page = Math.floor(address / flash.pageSize);
    if (page < 0 || page >= flash.pages) {
      this.ignore(() => `an erasure at ${at(address)}, outside the flash`);
    } else if (this.acl.blocks(AclBlock.WRITE, page * flash.pageSize, flash.pageSize)) {
      this.ignore(() => `an erasure at ${at(address)}, which an ACL region protects`);
    } else if (this.mayErase()) {
      const slice = ms(this.partialDuration);
      const time =
        kind === 'erase'
          ? NVMC_TIMING.erasePage.value
          : ns(slice + NVMC_TIMING.erasePartialSetup.value);
      this.start(kind, flash, page, slice, time);
    }
  }

  /** All of the flash and UICR with it, or the page of UICR alone. */
  private eraseWhole(kind: 'erase' | 'erase-all', cells: NorFlash): void {
    const { eraseAll, erasePage } = NVMC_TIMING;
    const time = kind === 'erase-all' ? eraseAll.value : erasePage.value;
    const start = kind === 'erase-all' ? 0 : UICR_START;
    if (this.acl.blocks(AclBlock.WRITE, start, cells.size)) {
      this.ignore(() => `an erasure of ${cells.part.name}, which an ACL region protects`);
    } else if (this.mayErase()) {
      this.start(kind, cells, 0, 0, time);
    }
  }

  private mayErase(): boolean {
    if (this.config === WriteEnable.Een) return true;
    this.ignore(() => 'an erasure without CONFIG.WEN = Een');
    return false;
  }

  /** Starts an operation once the one under way is over; a CPU that stalls sees it end, too. */
  private start(
    kind: Operation['kind'],
    cells: NorFlash,
    at: number,
    value: number,
    time: Nanoseconds,
  ): void {
    this.waitReady();
    const begin = this.clock.now;
    const end = ns(begin + Math.round(time * this.slowness));
    cells.busy[kind === 'program' ? 'programming' : 'erasing'] += end - begin;
    if (this.stalls) {
      this.stalled = ns(this.stalled + (end - begin));
      // Nothing can happen meanwhile: no event is needed to end it.
      if (this.clock.nextEvent > end) {
        this.clock.advanceTo(end);
        this.finish(kind, cells, at, value);
        return;
      }
    }
    const event = this.clock.schedule(end, () => {
      this.operation = undefined;
      this.finish(kind, cells, at, value);
    });
    this.operation = { kind, cells, at, value, begin, event };
    if (this.stalls) this.clock.advanceTo(end);
  }

  private finish(kind: Operation['kind'], cells: NorFlash, at: number, value: number): void {
    switch (kind) {
      case 'program':
        cells.program(at, value);
        return;
      case 'erase':
        if (cells === this.flash) this.partialSum.delete(at);
        cells.erase(at);
        return;
      case 'erase-all':
        this.partialSum.clear();
        for (let page = 0; page < cells.pages; page++) cells.erase(page);
        this.uicr.erase(0);
        return;
      case 'erase-partial':
        this.eraseSlice(cells, at, value);
    }
  }

  /** The page is erased when its slices reach the time of a whole erasure; before, bits are undefined. */
  private eraseSlice(cells: NorFlash, page: number, slice: number): void {
    const before = this.partialSum.get(page) ?? 0;
    const left = NVMC_TIMING.erasePage.value - before;
    if (slice >= left) {
      this.partialSum.delete(page);
      cells.erase(page);
      return;
    }
    this.partialSum.set(page, before + slice);
    cells.weaken(page, () => randomSubset(this.random, slice / left));
  }

  private tear({ kind, cells, at, value }: Operation, random: Random, share: number): void {
    const moved = (): number => randomSubset(random, share);
    switch (kind) {
      case 'program':
        cells.interruptProgram(at, value, moved());
        return;
      case 'erase':
        cells.interruptErase(at, moved);
        return;
      case 'erase-all':
        for (let page = 0; page < cells.pages; page++) cells.interruptErase(page, moved);
        this.uicr.interruptErase(0, moved);
        return;
      case 'erase-partial':
        cells.weaken(at, () => randomSubset(random, (share * value) / NVMC_TIMING.erasePage.value));
    }
  }

  private ignore(reason: () => string): void {
    this.ignored++;
    this.ignoredReason = reason;
  }
}

function unknown(offset: number): never {
  return panic(`NVMC has no register at offset 0x${offset.toString(16)}`);
}

function at(address: number): string {
  return `0x${address.toString(16)}`;
}

function fault(access: string, size: number, address: number, reason: string): string {
  return `bus fault: a ${access} of ${size} bytes at ${at(address)}: ${reason}`;
}

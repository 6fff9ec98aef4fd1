// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The registers of the nRF52840's non-volatile memory controller, over its flash and UICR.
 *
 * NON-TOCK: hardware. Offsets, reset values and behaviour: nrf52840.svd and the NVMC chapters of the
 * Product Specifications. There is no interrupt: READY is polled. A CPU that runs from flash stalls
 * while an operation lasts, so the store or register write that starts it returns when it is over.
 */
import { NVMC_TIMING } from '#chips/nrf52/timing';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { panic } from '#kernel/assert';
import type { Clock, ClockEvent } from '#kernel/clock';
import type { Random } from '#kernel/random';
import { ms, ns, type Nanoseconds } from '#kernel/time';

/** Register offsets from 0x4001_E000. */
export const NvmcRegister = {
  READY: 0x400,
  READYNEXT: 0x408,
  CONFIG: 0x504,
  /** Also called ERASEPCR1. */
  ERASEPAGE: 0x508,
  ERASEALL: 0x50c,
  /** The old name of ERASEPAGE, gone from the newest register file. */
  ERASEPCR0: 0x510,
  ERASEUICR: 0x514,
  ERASEPAGEPARTIAL: 0x518,
  ERASEPAGEPARTIALCFG: 0x51c,
  ICACHECNF: 0x540,
  IHIT: 0x548,
  IMISS: 0x54c,
} as const;

/** CONFIG.WEN: what stores and erase registers do. */
export const WriteEnable = { Ren: 0, Wen: 1, Een: 2 } as const;

/** First address of the user information configuration registers. */
export const UICR_START = 0x1000_1000;

/** Offsets of the named registers of UICR. */
export const UicrRegister = {
  /** 13 words. */
  NRFFW: 0x014,
  /** 12 words. */
  NRFHW: 0x050,
  /** 32 words. */
  CUSTOMER: 0x080,
  /** 2 words. */
  PSELRESET: 0x200,
  APPROTECT: 0x208,
  NFCPINS: 0x20c,
  DEBUGCTRL: 0x210,
  REGOUT0: 0x304,
} as const;

/** What the controller is made of. */
export interface NvmcOptions {
  readonly clock: Clock;
  readonly flash: NorFlash;
  /** One page at UICR_START. */
  readonly uicr: NorFlash;
  /** Where the CPU fetches from; from `ram` it goes on while the controller works. Default: flash. */
  readonly executesFrom?: 'flash' | 'ram';
  /** Times are multiplied by it: 1.055 is the slowest internal oscillator that others budget for. Default 1. */
  readonly slowness?: number;
}

interface Operation {
  readonly event: ClockEvent;
  readonly begin: Nanoseconds;
  readonly end: Nanoseconds;
  finish(): void;
  /** Leaves what a power loss leaves: a random subset of the bits moved. */
  interrupt(random: Random): void;
}

const DURATION_MASK = 0x7f;
const DURATION_RESET = 0x0a;
const WORD_SIZE = 4;
const ALL_BITS = 0xffff_ffff;

export class NvmcRegisters {
  private config = 0;
  private icacheConfig = 0;
  private partialDuration = DURATION_RESET;
  private operation: Operation | undefined;
  /** Time spent so far in partial erasures of each page, ms. */
  private readonly partialSum = new Map<number, number>();
  private readonly clock: Clock;
  private readonly flash: NorFlash;
  private readonly uicr: NorFlash;

  constructor(private readonly options: NvmcOptions) {
    this.clock = options.clock;
    this.flash = options.flash;
    this.uicr = options.uicr;
  }

  /** Reads a register; write-only ones give 0, unknown ones panic with their offset. */
  read(offset: number): number {
    switch (offset) {
      case NvmcRegister.READY:
      case NvmcRegister.READYNEXT:
        return this.operation === undefined ? 1 : 0;
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
        return unknown(offset);
    }
  }

  /** Writes a register. An erase register without CONFIG.WEN = Een does nothing. */
  write(offset: number, value: number): void {
    switch (offset) {
      case NvmcRegister.CONFIG:
        this.config = value & 0x3;
        return;
      case NvmcRegister.ERASEPAGE:
      case NvmcRegister.ERASEPCR0:
        if (this.config === WriteEnable.Een) this.erasePage(value);
        return;
      case NvmcRegister.ERASEALL:
        if (this.config === WriteEnable.Een && value === 1) this.eraseAll();
        return;
      case NvmcRegister.ERASEUICR:
        if (this.config === WriteEnable.Een && value === 1) this.eraseUicr();
        return;
      case NvmcRegister.ERASEPAGEPARTIAL:
        if (this.config === WriteEnable.Een) this.erasePartial(value);
        return;
      default:
        this.writeSetting(offset, value);
    }
  }

  private writeSetting(offset: number, value: number): void {
    switch (offset) {
      case NvmcRegister.ERASEPAGEPARTIALCFG:
        this.partialDuration = value & DURATION_MASK;
        return;
      case NvmcRegister.ICACHECNF:
        this.icacheConfig = value & 0x101;
        return;
      case NvmcRegister.READY:
      case NvmcRegister.READYNEXT:
      case NvmcRegister.IHIT:
      case NvmcRegister.IMISS:
        return; // Read-only, or writable to 0 only.
      default:
        unknown(offset);
    }
  }

  /** A word store of the CPU into flash or UICR: programs when CONFIG.WEN = Wen, else nothing happens. */
  storeWord(address: number, value: number): void {
    if (address % WORD_SIZE !== 0) {
      panic(`an unaligned store to flash at 0x${address.toString(16)} is a bus fault`);
    }
    if (this.config !== WriteEnable.Wen) return;
    const inUicr = address >= UICR_START && address < UICR_START + this.uicr.size;
    const target = inUicr ? this.uicr : this.flash;
    const word = (inUicr ? address - UICR_START : address) / WORD_SIZE;
    this.start(
      NVMC_TIMING.writeWord.value,
      () => target.program(word, value),
      (random) => {
        target.interruptProgram(word, value, random.u32());
      },
    );
  }

  /** Waits until READY is 1: spins, as drivers do, while time passes. */
  waitReady(): void {
    if (this.operation !== undefined) this.clock.advanceTo(this.operation.end);
  }

  /** The power goes: an operation under way leaves a random subset of its bits moved. */
  powerLoss(random: Random): void {
    const { operation } = this;
    if (operation === undefined) return;
    this.operation = undefined;
    this.clock.cancel(operation.event);
    operation.interrupt(random);
  }

  private erasePage(address: number): void {
    const page = Math.floor(address / this.flash.pageSize);
    if (page >= this.flash.pages) return;
    this.partialSum.delete(page);
    this.start(
      NVMC_TIMING.erasePage.value,
      () => this.flash.erase(page),
      (random) => {
        this.flash.interruptErase(page, () => random.u32());
      },
    );
  }

  private eraseAll(): void {
    const pages = Array.from({ length: this.flash.pages }, (_, page) => page);
    this.partialSum.clear();
    this.start(
      NVMC_TIMING.eraseAll.value,
      () => {
        for (const page of pages) this.flash.erase(page);
        this.uicr.erase(0);
      },
      (random) => {
        for (const page of pages) this.flash.interruptErase(page, () => random.u32());
        this.uicr.interruptErase(0, () => random.u32());
      },
    );
  }

  private eraseUicr(): void {
    this.start(
      NVMC_TIMING.erasePage.value,
      () => this.uicr.erase(0),
      (random) => {
        this.uicr.interruptErase(0, () => random.u32());
      },
    );
  }

  /** One slice: the page is erased when the sum of its slices reaches the time of a whole erasure. */
  private erasePartial(address: number): void {
    const page = Math.floor(address / this.flash.pageSize);
    if (page >= this.flash.pages) return;
    const slice = ms(this.partialDuration);
    const sum = (this.partialSum.get(page) ?? 0) + slice;
    const whole = NVMC_TIMING.erasePage.value;
    const share = sum / whole;
    const begun = (random: number): number => (random / ALL_BITS < share ? ALL_BITS : 0);
    this.start(
      ns(slice + NVMC_TIMING.erasePartialSetup.value),
      () => {
        if (sum >= whole) {
          this.partialSum.delete(page);
          this.flash.erase(page);
          return;
        }
        this.partialSum.set(page, sum);
        // Bits are undefined before the sum is reached: a share of the words reads as erased.
        this.flash.interruptErase(page, (word) =>
          begun((Math.imul(word + 1, 0x9e3779b1) >>> 0) & ~1),
        );
      },
      (random) => {
        this.flash.interruptErase(page, () => random.u32());
      },
    );
  }

  private start(time: Nanoseconds, finish: () => unknown, interrupt: Operation['interrupt']): void {
    this.waitReady();
    const begin = this.clock.now;
    const end = ns(begin + time * (this.options.slowness ?? 1));
    const event = this.clock.schedule(end, () => {
      this.operation = undefined;
      finish();
    });
    this.operation = { event, begin, end, finish, interrupt };
    if (this.options.executesFrom !== 'ram') this.clock.advanceTo(end);
  }
}

function unknown(offset: number): never {
  return panic(`NVMC has no register at offset 0x${offset.toString(16)}`);
}

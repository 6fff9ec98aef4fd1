// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The registers of Earl Grey's flash controller, over its data and information pages.
 *
 * NON-TOCK: hardware, of OpenTitan's earlgrey_1.0.0 branch. The CPU does not stall: an operation ends at
 * an event of the clock, in OP_STATUS and by an interrupt. While it lasts CTRL_REGWEN is 0 and CONTROL,
 * ADDR and PROG_TYPE_EN take no write.
 */
import { panic } from '#kernel/assert';
import type { Clock } from '#kernel/clock';
import { Random } from '#kernel/random';
import { Err, Ok, type Result } from '#kernel/result';
import { ns } from '#kernel/time';
import type { NorFlash } from '../../silicon/nor-flash.ts';
import { FLASH_CTRL_LIMITS, FLASH_TIMES, type FlashTimes, type FlashTiming } from '../timing.ts';
import { FlashArray, flashWordAt } from './flash-array.ts';
import { FlashEngine, type Command, type EngineOwner } from './flash-engine.ts';
import { FlashInterrupts, type FifoIrq, type InterruptLine } from './flash-interrupts.ts';
import {
  ADDRESS_MASK,
  Control,
  ErrCode,
  FIFO_DEPTH,
  FifoLevel,
  FlashOp,
  FlashRegister,
  Intr,
  MuBi4,
  OpStatus,
  PHY_READY,
  Status,
} from './flash-map.ts';
import { FlashProtection } from './flash-protection.ts';

/** What the controller is made of. */
export interface FlashRegistersOptions {
  readonly clock: Clock;
  /** The data pages of both banks: `EARLGREY_FLASH`. */
  readonly flash: NorFlash;
  /** The information pages: `EARLGREY_INFO`. */
  readonly info: NorFlash;
  /** Told when the interrupt line rises; `interruptPending` tells its level. */
  readonly interrupt?: InterruptLine;
  /** Default: `status`, the chip of 2024. */
  readonly fifoIrq?: FifoIrq;
  /** Default: `typical`. */
  readonly timing?: FlashTiming;
  /** Draws what a suspended erasure leaves; default: seed 0. */
  readonly random?: Random;
  /** The scrambling key, which the chip has from its fuses; default 0. */
  readonly scrambleKey?: number;
}

const FLASH_WORD = FLASH_CTRL_LIMITS.eccUnit.value;
const PAGE = FLASH_CTRL_LIMITS.pageSize.value;
const BOTH_PROGRAM_TYPES = 0x3;

/** Registers that keep what is written and do nothing else here, with their reset values. */
const KEPT: readonly (readonly [offset: number, reset: number])[] = [
  [FlashRegister.DIS, MuBi4.False],
  [FlashRegister.EXEC, 0],
  [FlashRegister.HW_INFO_CFG_OVERRIDE, 0x99],
  [FlashRegister.PHY_ALERT_CFG, 0],
  [FlashRegister.SCRATCH, 0],
];

/** The registers of one controller, from power-on to power-off. */
export class FlashCtrlRegisters implements EngineOwner {
  private control = 0;
  private address = 0;
  private programTypes = BOTH_PROGRAM_TYPES;
  private opStatus = 0;
  private errors = 0;
  private errorAddress = 0;
  private fifoLevel: number = FifoLevel.RESET;
  private fifosHeld = 0;
  private initState: 'reset' | 'under way' | 'done' = 'reset';
  private busy = false;
  private powered = true;
  private readonly kept = new Map<number, number>(KEPT);
  private readonly protection = new FlashProtection();
  private readonly interrupts: FlashInterrupts;
  private readonly array: FlashArray;
  private readonly engine: FlashEngine;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly times: FlashTimes;

  constructor(options: FlashRegistersOptions) {
    const { clock, flash, info } = options;
    const { protection } = this;
    this.clock = clock;
    this.random = options.random ?? new Random(0);
    this.times = FLASH_TIMES[options.timing ?? 'typical'];
    this.array = new FlashArray(options.scrambleKey ?? 0);
    const parts = { clock, flash, info, array: this.array, protection, times: this.times };
    this.engine = new FlashEngine(parts, this);
    const fifoIrq = options.fifoIrq ?? 'status';
    this.interrupts = new FlashInterrupts(fifoIrq, this.levels(), options.interrupt);
  }

  /** The level of the interrupt line. */
  get interruptPending(): boolean {
    return this.interrupts.pending;
  }

  // --- Registers ---------------------------------------------------------------------------------

  /** Reads a register; write-only ones give 0, unknown ones panic with their offset. */
  read(offset: number): number {
    switch (offset) {
      case FlashRegister.INTR_STATE:
        return this.interrupts.state;
      case FlashRegister.INTR_ENABLE:
        return this.interrupts.enable;
      case FlashRegister.CTRL_REGWEN:
        return this.busy || !this.powered ? 0 : 1;
      case FlashRegister.CONTROL:
        return this.control;
      case FlashRegister.ADDR:
        return this.address;
      case FlashRegister.PROG_TYPE_EN:
        return this.programTypes;
      case FlashRegister.OP_STATUS:
        return this.opStatus;
      case FlashRegister.STATUS:
        return this.status();
      case FlashRegister.ERR_CODE:
        return this.errors;
      case FlashRegister.ERR_ADDR:
        return this.errorAddress;
      case FlashRegister.FIFO_LVL:
        return this.fifoLevel;
      case FlashRegister.FIFO_RST:
        return this.fifosHeld;
      case FlashRegister.CURR_FIFO_LVL:
        return this.engine.programLevel | (this.engine.readLevel << FifoLevel.RD_SHIFT);
      case FlashRegister.RD_FIFO:
        return this.engine.popRead();
      case FlashRegister.INIT:
        return this.initState === 'reset' ? 0 : 1;
      case FlashRegister.PHY_STATUS:
        return PHY_READY;
      default:
        return this.kept.get(offset) ?? this.protection.read(offset) ?? readZero(offset);
    }
  }

  /** So many loads from RD_FIFO in a row, to the start of `target`. */
  readFifo(target: Uint32Array, count: number): void {
    this.engine.popReads(target, count);
  }

  /** Writes a register; unknown ones panic. What is read-only or locked stays as it is. */
  write(offset: number, value: number): void {
    if (!this.powered) return;
    switch (offset) {
      case FlashRegister.INTR_STATE:
        this.interrupts.clear(value);
        return;
      case FlashRegister.INTR_ENABLE:
        this.interrupts.enable = value;
        return;
      case FlashRegister.INTR_TEST:
        this.interrupts.test(value);
        return;
      case FlashRegister.OP_STATUS:
        this.opStatus = value & (OpStatus.DONE | OpStatus.ERR);
        return;
      case FlashRegister.ERR_CODE:
        this.errors &= ~value;
        return;
      case FlashRegister.FIFO_LVL:
        this.fifoLevel = value & (FifoLevel.MASK | (FifoLevel.MASK << FifoLevel.RD_SHIFT));
        this.levelsChanged();
        return;
      case FlashRegister.FIFO_RST:
        this.fifosHeld = value & 1;
        this.engine.holdFifos(this.fifosHeld === 1);
        return;
      case FlashRegister.PROG_FIFO:
        this.engine.pushProgram(value);
        return;
      case FlashRegister.ERASE_SUSPEND:
        if ((value & 1) === 1) this.engine.suspend(this.random);
        return;
      case FlashRegister.INIT:
        if ((value & 1) === 1) this.initialize();
        return;
      default:
        this.command(offset, value);
    }
  }

  /** The registers that CTRL_REGWEN locks, and the rest. */
  private command(offset: number, value: number): void {
    switch (offset) {
      case FlashRegister.CONTROL:
        if (!this.busy) this.writeControl(value & Control.MASK);
        return;
      case FlashRegister.ADDR:
        if (!this.busy) this.address = value & ADDRESS_MASK;
        return;
      case FlashRegister.PROG_TYPE_EN:
        if (!this.busy) this.programTypes &= value;
        return;
      default:
        this.configure(offset, value);
    }
  }

  private configure(offset: number, value: number): void {
    if (this.kept.has(offset)) {
      this.kept.set(offset, value >>> 0);
      return;
    }
    switch (this.protection.write(offset, value)) {
      case 'update-error':
        this.errors |= ErrCode.UPDATE;
        return;
      case 'unknown':
        if (!NAMED.has(offset)) unknown(offset);
        return; // Read-only.
      case 'written':
    }
  }

  private status(): number {
    const { programLevel, readLevel } = this.engine;
    return (
      (readLevel === FIFO_DEPTH.RD ? Status.RD_FULL : 0) |
      (readLevel === 0 ? Status.RD_EMPTY : 0) |
      (programLevel === FIFO_DEPTH.PROG ? Status.PROG_FULL : 0) |
      (programLevel === 0 ? Status.PROG_EMPTY : 0) |
      (this.initState === 'under way' ? Status.INIT_WIP : 0) |
      (this.initState === 'done' ? Status.INITIALIZED : 0)
    );
  }

  private initialize(): void {
    if (this.initState !== 'reset') return;
    this.initState = 'under way';
    this.clock.schedule(ns(this.clock.now + this.times.init), () => {
      this.initState = 'done';
    });
  }

  // --- Operations --------------------------------------------------------------------------------

  private writeControl(value: number): void {
    this.control = value;
    if ((value & Control.START) === 0) return;
    this.busy = true;
    const isInfo = (value & Control.INFO) !== 0;
    const command: Command = {
      address: this.address & ~0x3,
      words: ((value >>> Control.NUM_SHIFT) & Control.NUM_MASK) + 1,
      info: isInfo ? (value >>> Control.INFO_SEL_SHIFT) & Control.INFO_SEL_MASK : undefined,
    };
    switch ((value >>> Control.OP_SHIFT) & Control.OP_MASK) {
      case FlashOp.Read:
        this.engine.read(command);
        return;
      case FlashOp.Program:
        this.engine.program(command, this.programTypeError());
        return;
      case FlashOp.Erase:
        if ((value & Control.ERASE_BANK) === 0) this.engine.erasePage(command);
        else this.engine.eraseBank(command);
        return;
      default:
        this.finished(ErrCode.OP, command.address);
    }
  }

  private programTypeError(): number {
    const type = (this.control & Control.PROG_SEL) === 0 ? 0x1 : 0x2;
    return (this.programTypes & type) === 0 ? ErrCode.PROG_TYPE : 0;
  }

  /** @internal The engine has ended the operation. */
  finished(errors: number, address: number): void {
    this.busy = false;
    this.control &= ~Control.START;
    this.opStatus |= OpStatus.DONE | (errors === 0 ? 0 : OpStatus.ERR);
    if (errors !== 0) {
      this.errors |= errors;
      this.errorAddress = address;
    }
    this.interrupts.latch(Intr.OP_DONE);
  }

  /** @internal The engine has moved words. */
  levelsChanged(): void {
    this.interrupts.follow(this.levels());
  }

  /** The bits of INTR_STATE that the levels of the FIFOs call for. */
  private levels(): number {
    const { programLevel, readLevel } = this.engine;
    const programMark = this.fifoLevel & FifoLevel.MASK;
    const readMark = (this.fifoLevel >>> FifoLevel.RD_SHIFT) & FifoLevel.MASK;
    return (
      (programLevel === 0 ? Intr.PROG_EMPTY : 0) |
      (programLevel <= programMark ? Intr.PROG_LVL : 0) |
      (readLevel === FIFO_DEPTH.RD ? Intr.RD_FULL : 0) |
      (readLevel >= readMark ? Intr.RD_LVL : 0)
    );
  }

  // --- Memory and power --------------------------------------------------------------------------

  /**
   * A load of a word by the host, at a byte address from the start of the data pages. Protection does
   * not concern it; scrambling and ECC do. The error describes the bus fault.
   */
  load(address: number): Result<number, string> {
    const place = address < 0 ? undefined : this.engine.place(address, undefined);
    const where = `0x${address.toString(16)}`;
    if (place === undefined) return Err(`bus fault: a load at ${where}: nothing is there`);
    const pair = this.array.read(place, flashWordAt(place, address % PAGE));
    if (pair === undefined) return Err(`bus fault: a load at ${where}: its ECC does not fit`);
    return Ok(address % FLASH_WORD < FLASH_WORD / 2 ? pair[0] : pair[1]);
  }

  /** Whether the rules that hold for a data page now store it with ECC. */
  hasEcc(page: number): boolean {
    return this.protection.data(page).ecc;
  }

  /**
   * The power goes: the flash word or the erasure under way leaves each of its bits moved with the
   * probability that the share of its time gives. From then on nothing has an effect.
   */
  powerLoss(random: Random): void {
    if (!this.powered) return;
    this.powered = false;
    this.engine.tear(random);
  }
}

const READ_AS_ZERO: ReadonlySet<number> = new Set([
  FlashRegister.INTR_TEST,
  FlashRegister.ALERT_TEST,
  FlashRegister.ERASE_SUSPEND,
  FlashRegister.DEBUG_STATE,
  FlashRegister.STD_FAULT_STATUS,
  FlashRegister.FAULT_STATUS,
  FlashRegister.ECC_SINGLE_ERR_CNT,
  FlashRegister.ECC_SINGLE_ERR_ADDR0,
  FlashRegister.ECC_SINGLE_ERR_ADDR1,
  FlashRegister.PROG_FIFO,
]);

const NAMED: ReadonlySet<number> = new Set(Object.values(FlashRegister));

/** What is only written, and what counts errors that do not happen here. */
function readZero(offset: number): number {
  return READ_AS_ZERO.has(offset) ? 0 : unknown(offset);
}

function unknown(offset: number): never {
  return panic(`the flash controller has no register at offset 0x${offset.toString(16)}`);
}

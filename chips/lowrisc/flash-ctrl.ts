// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The driver of Earl Grey's flash controller: one operation at a time, by interrupts, and its regions.
 *
 * Mirrors `chips/lowrisc/src/flash_ctrl.rs`. The HIL is implemented by partitions of it, see
 * `flash-partition.ts`. A program goes out in windows of 64 bytes, through a FIFO that is refilled when
 * half of it is free. Strict where Tock's driver is not: every error reaches the client, only the
 * interrupts that an operation needs are enabled, and the driver's own region is not the board's; each
 * of upstream's flaws is a name in `FLASH_CTRL_FLAWS` (`flash-flaws.ts`).
 */
import { assert } from '#kernel/assert';
import type { Clock } from '#kernel/clock';
import type { DeferredCall, DeferredCallClient, DeferredCalls } from '#kernel/deferred-call';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import { FOREVER } from '#kernel/time';
import { NO_PROCESS, TraceEvent, type Trace } from '#kernel/trace';
import type { NorFlash } from '../silicon/nor-flash.ts';
import type { FlashCtrlRegisters } from './registers/flash-ctrl.ts';
import {
  Control,
  ErrCode,
  FifoLevel,
  FlashOp,
  FlashRegister,
  Intr,
  OpStatus,
  Status,
} from './registers/flash-map.ts';
import type { FlashCtrlFlaw } from './flash-flaws.ts';
import { Operation, type FlashOperationClient, type FlashOutcome } from './flash-operation.ts';
import { FlashRegions, type FlashRegion } from './flash-regions.ts';
import { FLASH_CTRL_LIMITS } from './timing.ts';

/** What a driver is made of. */
export interface FlashCtrlOptions {
  readonly registers: FlashCtrlRegisters;
  /** The data pages that the registers are over. */
  readonly flash: NorFlash;
  readonly clock: Clock;
  readonly deferredCalls: DeferredCalls;
  readonly trace?: Trace;
  readonly flaws?: ReadonlySet<FlashCtrlFlaw>;
  /** How the pages of bank 1, which the driver's own region covers, are stored. Default: neither. */
  readonly ownRegion?: Pick<FlashRegion, 'scramble' | 'ecc'>;
}

const WORD_SIZE = 4;
const WINDOW = FLASH_CTRL_LIMITS.programWindow.value;
/** Words of one read operation: what CONTROL.NUM can say. */
const MOST_WORDS = Control.NUM_MASK + 1;
/** Half of the program FIFO. */
const REFILL_LEVEL = 2;
const ALL = 0xffff_ffff;

export class FlashCtrl implements DeferredCallClient {
  readonly registers: FlashCtrlRegisters;
  readonly flash: NorFlash;
  /** The memory protection regions, for the board. */
  readonly regions: FlashRegions;
  private readonly clock: Clock;
  private readonly trace: Trace | undefined;
  private readonly flaws: ReadonlySet<FlashCtrlFlaw>;
  private readonly deferredCall: DeferredCall;
  /** Words as they come out of the read FIFO, as many as the longest read had. */
  private row = new Uint32Array(0);
  private operation: Operation | undefined;
  /** Whose operation ended while a blocking one polled for it: told by the deferred call. */
  private ended: FlashOperationClient | undefined;
  private polling = false;
  /** How the operation ended whose client the deferred call tells. */
  private outcome: FlashOutcome = Ok();

  constructor(options: FlashCtrlOptions) {
    const { registers, flash, deferredCalls } = options;
    this.registers = registers;
    this.flash = flash;
    this.clock = options.clock;
    this.trace = options.trace;
    this.flaws = options.flaws ?? new Set();
    this.regions = new FlashRegions(registers, this.flaws, options.ownRegion ?? {});
    this.deferredCall = deferredCalls.create();
    this.deferredCall.register(this);
    registers.write(FlashRegister.FIFO_LVL, REFILL_LEVEL | (0xf << FifoLevel.RD_SHIFT));
  }

  /** Whether an operation can start now: none is under way and the controller takes commands. */
  get isFree(): boolean {
    return this.operation === undefined && this.ended === undefined && this.takesCommands;
  }

  private get takesCommands(): boolean {
    return this.registers.read(FlashRegister.CTRL_REGWEN) === 1;
  }

  // --- Split-phase operations --------------------------------------------------------------------

  /** Reads bytes of any address into a buffer. BUSY: an operation is under way. */
  read(client: FlashOperationClient, address: number, buffer: Uint8Array, length: number): Result {
    if (!this.isFree) return Err(ErrorCode.BUSY);
    this.begin('read', client, address, length, buffer);
    this.endByDeferredCall(this.transferRead(address, buffer, length));
    return Ok();
  }

  /** Programs whole words from an address on. BUSY: an operation is under way. */
  program(
    client: FlashOperationClient,
    address: number,
    bytes: Uint8Array,
    length: number,
  ): Result {
    if (!this.isFree) return Err(ErrorCode.BUSY);
    const operation = this.begin('program', client, address, length, bytes);
    if (length === 0) {
      this.endByDeferredCall(Ok());
    } else {
      this.startWindow(operation);
      this.enableInterrupts(operation);
    }
    return Ok();
  }

  /** Erases the page at an address. BUSY: an operation is under way. */
  erase(client: FlashOperationClient, address: number): Result {
    if (!this.isFree) return Err(ErrorCode.BUSY);
    const operation = this.begin('erase', client, address, 0, NO_BYTES);
    this.start(FlashOp.Erase, address, 1);
    this.enableInterrupts(operation);
    return Ok();
  }

  /** The interrupt line is high. */
  handleInterrupt(): void {
    const { registers, operation } = this;
    const state = registers.read(FlashRegister.INTR_STATE);
    registers.write(FlashRegister.INTR_ENABLE, 0);
    registers.write(FlashRegister.INTR_STATE, ALL);
    if (operation === undefined) return;
    if ((state & Intr.OP_DONE) !== 0) {
      this.conclude(operation);
    } else if (operation.kind === 'program') {
      this.fillFifo(operation);
      this.enableInterrupts(operation);
    } else if (!this.flaws.has('flash-ctrl-prog-empty-always')) {
      this.enableInterrupts(operation);
    }
  }

  handleDeferredCall(): void {
    const { ended } = this;
    this.ended = undefined;
    if (ended === undefined) this.finish(this.outcome);
    else ended.operationDone(this.outcome);
  }

  // --- Blocking operations -----------------------------------------------------------------------
  // Whose operation is polled to its end hears of it by deferred call: `finish`.

  /* eslint-disable tocksim/no-callback-in-call */

  /** As `read`, done at the return. BUSY: the controller takes no commands. */
  readNow(address: number, buffer: Uint8Array, length: number): Result {
    if (!this.becomeFree()) return Err(ErrorCode.BUSY);
    return asCode(this.transferRead(address, buffer, length));
  }

  /** As `program`: spins on OP_STATUS while time passes, and refills the FIFO when there is room. */
  programNow(address: number, bytes: Uint8Array, length: number): Result {
    if (!this.becomeFree()) return Err(ErrorCode.BUSY);
    const operation = this.begin('program', NOBODY, address, length, bytes);
    let outcome: FlashOutcome = Ok();
    while (outcome.ok && operation.next < length) {
      this.startWindow(operation);
      this.spin(() => this.fillFifo(operation));
      outcome = this.takeOutcome();
    }
    this.finish(outcome);
    return asCode(outcome);
  }

  /** As `erase`, spinning on OP_STATUS while time passes. */
  eraseNow(address: number): Result {
    if (!this.becomeFree()) return Err(ErrorCode.BUSY);
    this.begin('erase', NOBODY, address, 0, NO_BYTES);
    this.start(FlashOp.Erase, address, 1);
    this.spin(() => undefined);
    const outcome = this.takeOutcome();
    this.finish(outcome);
    return asCode(outcome);
  }

  /* eslint-enable tocksim/no-callback-in-call */

  /**
   * Polls the split-phase operation of another partition to its end; its client hears of that by deferred
   * call. False: the controller takes no commands, for another reason.
   */
  private becomeFree(): boolean {
    this.polling = true;
    if (this.operation?.kind === 'read') this.finish(this.outcome);
    while (this.operation !== undefined) {
      if (this.registers.interruptPending) this.handleInterrupt();
      else this.passTime();
    }
    this.polling = false;
    return this.takesCommands;
  }

  /** Time passes until hardware does something. */
  private passTime(): void {
    assert(this.clock.nextEvent < FOREVER, 'the flash controller waits and nothing will happen');
    this.clock.advanceTo(this.clock.nextEvent);
  }

  /** Time passes from event to event until the operation of the controller is done. */
  private spin(serve: () => void): void {
    for (;;) {
      serve();
      if ((this.registers.read(FlashRegister.OP_STATUS) & OpStatus.DONE) !== 0) break;
      this.passTime();
    }
    this.registers.write(FlashRegister.INTR_STATE, ALL);
  }

  // --- One operation -----------------------------------------------------------------------------

  private begin(
    kind: Operation['kind'],
    client: FlashOperationClient,
    address: number,
    length: number,
    bytes: Uint8Array,
  ): Operation {
    this.regions.configureOwn();
    const operation = new Operation(kind, client, address, length, bytes);
    this.operation = operation;
    if (kind === 'program') this.record(TraceEvent.flashProgram, address, length);
    if (kind === 'erase') this.record(TraceEvent.flashErase, address, this.flash.pageSize);
    return operation;
  }

  /** Reads through the read FIFO; it costs no time, so nothing is waited for. */
  private transferRead(address: number, buffer: Uint8Array, length: number): FlashOutcome {
    const { registers } = this;
    this.regions.configureOwn();
    const end = address + length;
    let at = address - (address % WORD_SIZE);
    while (at < end) {
      const words = Math.min(MOST_WORDS, Math.ceil((end - at) / WORD_SIZE));
      this.start(FlashOp.Read, at, words);
      if (this.row.length < words) this.row = new Uint32Array(words);
      registers.readFifo(this.row, words);
      put(this.row, at - address, Math.min(words * WORD_SIZE, end - at), buffer);
      at += words * WORD_SIZE;
      const outcome = this.takeOutcome();
      registers.write(FlashRegister.INTR_STATE, ALL);
      if (!outcome.ok) return outcome;
    }
    return Ok();
  }

  /** Starts to program what the next window of 64 bytes takes. */
  private startWindow(operation: Operation): void {
    const { address, length, next } = operation;
    const left = WINDOW - ((address + next) % WINDOW);
    operation.windowEnd = Math.min(length, next + left);
    this.start(FlashOp.Program, address + next, (operation.windowEnd - next) / WORD_SIZE);
    this.fillFifo(operation);
  }

  private fillFifo(operation: Operation): void {
    const { registers } = this;
    while (operation.fills) {
      if ((registers.read(FlashRegister.STATUS) & Status.PROG_FULL) !== 0) return;
      registers.write(FlashRegister.PROG_FIFO, operation.take());
    }
  }

  private start(op: number, address: number, words: number): void {
    const { registers } = this;
    const control = (op << Control.OP_SHIFT) | ((words - 1) << Control.NUM_SHIFT);
    registers.write(FlashRegister.ADDR, address);
    registers.write(FlashRegister.CONTROL, control | Control.START);
  }

  /** Enables what the operation waits for. */
  private enableInterrupts(operation: Operation): void {
    const flawed = operation.kind === 'erase' && this.flaws.has('flash-ctrl-prog-empty-always');
    const fifo = (operation.fills ? Intr.PROG_LVL : 0) | (flawed ? Intr.PROG_EMPTY : 0);
    this.registers.write(FlashRegister.INTR_ENABLE, Intr.OP_DONE | Intr.CORR_ERR | fifo);
  }

  /** The controller is done: the next window, or the end. */
  private conclude(operation: Operation): void {
    const outcome = this.takeOutcome();
    if (outcome.ok && operation.next < operation.length) {
      this.startWindow(operation);
      this.enableInterrupts(operation);
    } else {
      this.finish(outcome);
    }
  }

  /** Reads and clears how the controller's operation ended. */
  private takeOutcome(): FlashOutcome {
    const { registers } = this;
    const failed = (registers.read(FlashRegister.OP_STATUS) & OpStatus.ERR) !== 0;
    const errors = registers.read(FlashRegister.ERR_CODE);
    registers.write(FlashRegister.OP_STATUS, 0);
    if (!failed) return Ok();
    registers.write(FlashRegister.ERR_CODE, ALL);
    registers.write(FlashRegister.FIFO_RST, 1);
    registers.write(FlashRegister.FIFO_RST, 0);
    if ((errors & ErrCode.MP) !== 0) return Err('FlashMemoryProtectionError');
    return this.flaws.has('flash-ctrl-errors-lost') ? Ok() : Err('FlashError');
  }

  private endByDeferredCall(outcome: FlashOutcome): void {
    this.outcome = outcome;
    this.deferredCall.set();
  }

  private finish(outcome: FlashOutcome): void {
    const { operation } = this;
    if (operation === undefined) return;
    this.operation = undefined;
    if (operation.kind !== 'read') this.record(TraceEvent.flashDone, 0, 0);
    if (!this.polling) {
      operation.client.operationDone(outcome);
      return;
    }
    this.ended = operation.client;
    this.endByDeferredCall(outcome);
  }

  private record(event: number, address: number, length: number): void {
    if (this.trace?.enabled === true) this.trace.record(event, NO_PROCESS, address, length);
  }
}

const NO_BYTES = new Uint8Array(0);
const NOBODY: FlashOperationClient = { operationDone: () => undefined };

/** Puts so many bytes of words into a buffer at an offset; what would lie before it is left out. */
function put(row: Uint32Array, offset: number, length: number, buffer: Uint8Array): void {
  const skipped = Math.max(-offset, 0);
  buffer.set(new Uint8Array(row.buffer, skipped, length - skipped), offset + skipped);
}

function asCode(outcome: FlashOutcome): Result {
  return outcome.ok ? outcome : Err(ErrorCode.FAIL);
}

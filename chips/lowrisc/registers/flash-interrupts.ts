// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The interrupt registers of the flash controller, with FIFO interrupts of either generation.
 *
 * NON-TOCK: hardware. The four of the FIFOs follow their levels since OpenTitan's commit 54a1be8fe0
 * (2024-02-06, `status`); before, on the chip of 2023, they were latched when a level was reached
 * (`event`). The other two are latched in both.
 */
import { Intr } from './flash-map.ts';

/** Whether the interrupts of the FIFOs follow the levels or are latched when a level is reached. */
export type FifoIrq = 'event' | 'status';

/** What an interrupt pulls at: called each time that the line rises. */
export interface InterruptLine {
  raise(): void;
}

const FIFO_BITS = Intr.PROG_EMPTY | Intr.PROG_LVL | Intr.RD_FULL | Intr.RD_LVL;
const ALL_BITS = FIFO_BITS | Intr.OP_DONE | Intr.CORR_ERR;

export class FlashInterrupts {
  private latched = 0;
  private enabled = 0;
  /** Bits of status type that INTR_TEST holds up. */
  private held = 0;
  private levels: number;
  private high = false;

  /** @param levels the bits of the FIFOs that their levels call for at reset. */
  constructor(
    private readonly fifoIrq: FifoIrq,
    levels: number,
    private readonly line: InterruptLine | undefined,
  ) {
    this.levels = levels;
  }

  /** INTR_STATE. */
  get state(): number {
    return this.fifoIrq === 'status' ? this.levels | this.held | this.latched : this.latched;
  }

  /** INTR_ENABLE. */
  get enable(): number {
    return this.enabled;
  }

  set enable(value: number) {
    this.enabled = value & ALL_BITS;
    this.drive();
  }

  /** Whether the line is high: an enabled interrupt is pending. */
  get pending(): boolean {
    return (this.state & this.enabled) !== 0;
  }

  /** A write to INTR_STATE: ones clear what is latched. */
  clear(value: number): void {
    this.latched &= ~value;
    this.drive();
  }

  /** A write to INTR_TEST. */
  test(value: number): void {
    const bits = value & ALL_BITS;
    if (this.fifoIrq === 'status') {
      this.held = bits & FIFO_BITS;
      this.latched |= bits & ~FIFO_BITS;
    } else {
      this.latched |= bits;
    }
    this.drive();
  }

  /** Something happened that is latched. */
  latch(bits: number): void {
    this.latched |= bits;
    this.drive();
  }

  /** The levels of the FIFOs call for these bits now. */
  follow(levels: number): void {
    if (this.fifoIrq === 'event') this.latched |= levels & ~this.levels;
    this.levels = levels;
    this.drive();
  }

  private drive(): void {
    const { pending } = this;
    if (pending === this.high) return;
    this.high = pending;
    if (pending) this.line?.raise();
  }
}

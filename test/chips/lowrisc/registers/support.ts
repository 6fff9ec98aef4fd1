// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash controller's registers over blank cells, all allowed, for their tests.
 *
 * NON-TOCK: tests.
 */
import { earlgreyCells, type EarlgreyCells } from '#chips/lowrisc/cells';
import {
  FlashCtrlRegisters,
  type FlashRegistersOptions,
} from '#chips/lowrisc/registers/flash-ctrl';
import { Control, FlashOp, FlashRegister } from '#chips/lowrisc/registers/flash-map';
import { Clock } from '#kernel/clock';

/** Words a page. */
export const WORDS = 512;

/** The registers and what they work on. */
export interface Bench {
  readonly clock: Clock;
  readonly cells: EarlgreyCells;
  readonly registers: FlashCtrlRegisters;
  /** How often the line rose. */
  readonly raised: () => number;
}

/** Fresh registers, cells and clock; the default region allows all. */
export function make(options: Partial<FlashRegistersOptions> = {}): Bench {
  const clock = new Clock();
  const cells = earlgreyCells();
  let raised = 0;
  const interrupt = { raise: (): number => raised++ };
  const registers = new FlashCtrlRegisters({ clock, ...cells, interrupt, ...options });
  registers.write(FlashRegister.DEFAULT_REGION, 0x99_9666);
  return { clock, cells, registers, raised: () => raised };
}

/** Starts an operation: `more` are further bits of CONTROL. */
export function start(
  { registers }: Bench,
  op: keyof typeof FlashOp,
  address: number,
  words = 1,
  more = 0,
): void {
  const control = (FlashOp[op] << Control.OP_SHIFT) | ((words - 1) << Control.NUM_SHIFT);
  registers.write(FlashRegister.ADDR, address);
  registers.write(FlashRegister.CONTROL, control | more | Control.START);
}

/** Programs words and lets the time pass. */
export function program(bench: Bench, address: number, words: readonly number[], more = 0): void {
  start(bench, 'Program', address, words.length, more);
  for (const word of words) bench.registers.write(FlashRegister.PROG_FIFO, word);
  finish(bench);
}

/** Reads words. */
export function read(bench: Bench, address: number, words: number, more = 0): number[] {
  start(bench, 'Read', address, words, more);
  return Array.from({ length: words }, () => bench.registers.read(FlashRegister.RD_FIFO));
}

/** Lets time pass until the next thing that happens, and on until nothing does. */
export function finish({ clock }: Bench): void {
  while (clock.nextEvent < Infinity) clock.advanceTo(clock.nextEvent);
}

/** Takes OP_STATUS, ERR_CODE and ERR_ADDR, and clears the first two. */
export function outcome({ registers }: Bench): readonly [status: number, code: number, at: number] {
  const taken = [
    registers.read(FlashRegister.OP_STATUS),
    registers.read(FlashRegister.ERR_CODE),
    registers.read(FlashRegister.ERR_ADDR),
  ] as const;
  registers.write(FlashRegister.OP_STATUS, 0);
  registers.write(FlashRegister.ERR_CODE, 0xffff_ffff);
  return taken;
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The driver of Earl Grey's flash controller: time, windows, errors, ECC, and upstream's flaws.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { FlashCtrlPartition } from '#chips/lowrisc/flash-partition';
import { Control, ErrCode, FlashOp, FlashRegister } from '#chips/lowrisc/registers/flash-map';
import { pattern } from '#conformance/flash-recorder';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { ms, us } from '#kernel/time';
import { Trace } from '#kernel/trace';
import { Random } from '#kernel/random';
import { Driven, PAGE, same, type Outcomes, type Powered, type PowerOptions } from './support.ts';

describe('FlashCtrl', () => {
  let driven: Driven;
  let powered: Powered;
  let flash: FlashCtrlPartition;
  let client: Outcomes;

  function boot(options: PowerOptions = {}): void {
    driven = new Driven(options);
    ({ powered, flash, client } = driven);
  }

  beforeEach(() => boot());

  const write = (address: number, bytes: readonly number[]): void => driven.write(address, bytes);
  const read = (address: number, length: number): number[] => driven.read(address, length);
  const erase = (page: number): void => driven.erase(page);

  function timed(work: () => unknown): number {
    const before = powered.clock.now;
    work();
    powered.settle();
    return powered.clock.now - before;
  }

  describe('time', () => {
    it('of a flash word is 24 us, of one alone 48 us', () => {
      expect(timed(() => write(0, same(4, 1)))).to.equal(us(48));
      expect(timed(() => write(8, same(8, 1)))).to.equal(us(48));
      expect(timed(() => write(64, same(16, 1)))).to.equal(2 * us(24));
    });

    it('of a page is 256 flash words: 6.144 ms; an erasure is 72 ms, of a blank page too', () => {
      expect(timed(() => flash.writePage(0, pattern(PAGE)))).to.equal(256 * us(24));
      expect(timed(() => flash.erasePage(0))).to.equal(ms(72));
      expect(timed(() => flash.erasePage(0))).to.equal(ms(72));
    });

    it('passes after the call: the CPU does not stall', () => {
      flash.erasePage(0);
      expect(powered.clock.now).to.equal(0);
      expect(client.calls).to.be.empty;
      powered.clock.advanceTo(ms(71.9));
      powered.serve();
      expect(client.calls).to.be.empty;
      powered.clock.advanceTo(ms(72));
      powered.serve();
      expect(client.calls).to.deep.equal([{ name: 'eraseComplete', ok: true }]);
    });

    it('of a read is none', () => {
      expect(timed(() => flash.readPage(0, new Uint8Array(PAGE)))).to.equal(0);
    });
  });

  it('G07: a program without an erasure over 0xF0 with 0x0F leaves 0x00 (AND; TS-03)', () => {
    expect(flash.writePage(0, new Uint8Array(PAGE).fill(0xf0))).to.deep.equal(Ok());
    powered.settle();
    expect(flash.writePage(0, new Uint8Array(PAGE).fill(0x0f))).to.deep.equal(Ok());
    powered.settle();
    expect(read(0, PAGE)).to.deep.equal(same(PAGE, 0));
    expect(client.errors).to.deep.equal([undefined, undefined, undefined]);
  });

  it('G09: while CTRL_REGWEN locks the command registers every call is BUSY', () => {
    const { registers } = powered;
    // Somebody else's erasure, that no partition knows of.
    registers.write(FlashRegister.ADDR, 0);
    registers.write(FlashRegister.CONTROL, Control.START | (FlashOp.Erase << Control.OP_SHIFT));
    expect(registers.read(FlashRegister.CTRL_REGWEN)).to.equal(0);
    const page = new Uint8Array(PAGE);
    expect(flash.readPage(0, page)).to.deep.equal(Err([ErrorCode.BUSY, page]));
    expect(flash.writePage(0, page)).to.deep.equal(Err([ErrorCode.BUSY, page]));
    expect(flash.erasePage(0)).to.deep.equal(Err(ErrorCode.BUSY));
    powered.settle();
    expect(client.calls).to.be.empty;
    expect(flash.erasePage(0)).to.deep.equal(Ok());
  });

  it('G10: a write to a protected page completes with the protection error', () => {
    powered.controller.regions.set(0, { firstPage: 300, pages: 1, read: true });
    const buffer = pattern(PAGE);
    expect(flash.writePage(0, buffer)).to.deep.equal(Ok());
    expect(client.calls).to.be.empty;
    powered.settle();
    erase(0);
    write(PAGE, [1, 2, 3, 4]); // The next page is not protected.
    expect(client.calls[0]).to.deep.equal({ name: 'writeComplete', ok: false, buffer });
    expect(client.errors).to.deep.equal([
      'FlashMemoryProtectionError',
      'FlashMemoryProtectionError',
      undefined,
    ]);
    expect(powered.cells.flash.isBlank(300)).to.equal(true);
  });

  it('a read of a page that may not be read brings the protection error and all ones', () => {
    write(0, [1, 2, 3, 4]);
    powered.controller.regions.set(0, { firstPage: 300, pages: 1, program: true });
    expect(read(0, 8)).to.deep.equal(same(8, 0xff));
    expect(client.errors).to.deep.equal([undefined, 'FlashMemoryProtectionError']);
  });

  describe('G12: a page of 2048 bytes', () => {
    for (const fifoIrq of ['status', 'event'] as const) {
      it(`goes out in 32 windows of 64 bytes, refilled by FIFO level (${fifoIrq}), then done`, () => {
        boot({ fifoIrq });
        const { registers, clock } = powered;
        const commands: number[] = [];
        const fills: number[] = [];
        const original = registers.write.bind(registers);
        registers.write = (offset, value): void => {
          if (offset === FlashRegister.CONTROL) commands.push(value >>> Control.NUM_SHIFT);
          if (offset === FlashRegister.PROG_FIFO) fills.push(clock.now);
          original(offset, value);
        };
        flash.writePage(0, pattern(PAGE));
        powered.settle();
        expect(commands).to.deep.equal(same(32, 15));
        expect(fills).to.have.length(512);
        // Six words at once (four in the FIFO, two taken), then two a flash word.
        expect(fills.filter((time) => time === 0)).to.have.length(6);
        expect(fills.filter((time) => time === us(24))).to.have.length(2);
        expect(powered.interrupts()).to.equal(32 * 6);
        expect(client.calls.map(({ name }) => name)).to.deep.equal(['writeComplete']);
      });
    }

    it('is whole when the CPU comes late to the interrupts', () => {
      flash.writePage(0, pattern(PAGE));
      for (let turn = 0; turn < 400 && client.calls.length === 0; turn++) {
        powered.clock.advance(ms(1));
        powered.serve();
      }
      expect(read(0, PAGE)).to.deep.equal([...pattern(PAGE)]);
    });

    it('that begins within a window ends the first one early', () => {
      write(60, same(12, 7));
      expect(read(56, 20)).to.deep.equal([...same(4, 0xff), ...same(12, 7), ...same(4, 0xff)]);
      expect(client.errors[0]).to.equal(undefined);
    });
  });

  it('keeps what was programmed before the power went, and no word after it', () => {
    flash.writePage(0, pattern(PAGE));
    for (let count = 0; count < 9; count++) {
      powered.clock.advanceTo(powered.clock.nextEvent);
      powered.serve();
    }
    powered.registers.powerLoss(new Random(1));
    powered.settle();
    expect(client.calls).to.be.empty;
    boot({ cells: powered.cells });
    expect(read(0, 88)).to.deep.equal([...pattern(72), ...same(16, 0xff)]);
  });

  it('is done at once with nothing to write, and says so later', () => {
    expect(flash.writeBytes(0, new Uint8Array(0), 0)).to.deep.equal(Ok());
    expect(client.calls).to.be.empty;
    powered.settle();
    expect(client.calls).to.have.length(1);
  });

  it('records programs, erasures and their end in the trace', () => {
    const trace = new Trace();
    trace.start();
    boot({ trace });
    write(8, same(8, 1));
    erase(1);
    read(0, 8);
    const address = 300 * PAGE;
    expect(trace.latest().map(({ event, fields }) => [event, fields])).to.deep.equal([
      ['flashProgram', { address: address + 8, length: 8 }],
      ['flashDone', {}],
      ['flashErase', { address: address + PAGE, length: PAGE }],
      ['flashDone', {}],
    ]);
  });

  it('clears ERR_CODE and both FIFOs after an error: the next operation starts afresh', () => {
    powered.controller.regions.set(0, { firstPage: 300, pages: 1, read: true });
    flash.writePage(0, pattern(PAGE));
    powered.settle();
    expect(powered.registers.read(FlashRegister.ERR_CODE) & ErrCode.MP).to.equal(0);
    expect(powered.registers.read(FlashRegister.CURR_FIFO_LVL)).to.equal(0);
    write(PAGE, [...pattern(64, 9)]);
    expect(read(PAGE, 64)).to.deep.equal([...pattern(64, 9)]);
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The registers of the flash controller: places, reset values, locks, errors.
 *
 * NON-TOCK: tests; OpenTitan's registers.md for earlgrey_1.0.0.
 */
import { expect } from 'chai';
import { FlashCtrlRegisters } from '#chips/lowrisc/registers/flash-ctrl';
import { Control, ErrCode, FlashRegister, Intr, Status } from '#chips/lowrisc/registers/flash-map';
import { earlgreyCells } from '#chips/lowrisc/cells';
import { KernelPanic } from '#kernel/assert';
import { Clock } from '#kernel/clock';
import { Err, Ok } from '#kernel/result';
import { ms, us } from '#kernel/time';
import { finish, make, outcome, program, read, start, type Bench } from './support.ts';

describe('Flash controller registers', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = make();
  });

  const at = (register: keyof typeof FlashRegister): number =>
    bench.registers.read(FlashRegister[register]);
  const put = (register: keyof typeof FlashRegister, value: number): void =>
    bench.registers.write(FlashRegister[register], value);

  it('have the reset values of registers.md', () => {
    const registers = new FlashCtrlRegisters({ clock: new Clock(), ...earlgreyCells() });
    const values = [
      [0x000, 0x3],
      [0x004, 0],
      [0x010, 0x9],
      [0x018, 0],
      [0x01c, 1],
      [0x020, 0],
      [0x024, 0],
      [0x028, 0x3],
      [0x030, 1],
      [0x04c, 1],
      [0x090, 0x99_9999],
      [0x164, 0x99],
      [0x168, 1],
      [0x16c, 0],
      [0x170, 0],
      [0x174, 0xa],
      [0x17c, 0],
      [0x188, 0],
      [0x18c, 0],
      [0x19c, 0x6],
      [0x1a0, 0],
      [0x1a4, 0xf0f],
      [0x1a8, 0],
      [0x1ac, 0],
    ] as const;
    for (const [offset, value] of values) {
      expect(registers.read(offset), offset.toString(16)).to.equal(value);
    }
  });

  it('end at 0x1B4: unknown offsets panic, in reads and in writes', () => {
    for (const offset of [0x1b8, 0x001, 0x161, -4, 0x1000]) {
      expect(() => bench.registers.read(offset)).to.throw(KernelPanic, offset.toString(16));
      expect(() => {
        bench.registers.write(offset, 0);
      }).to.throw(KernelPanic, offset.toString(16));
    }
    // All the others are there, but for RD_FIFO that is empty.
    for (let offset = 0; offset < 0x1b4; offset += 4) bench.registers.read(offset);
  });

  it('that are read-only ignore writes', () => {
    for (const register of ['CTRL_REGWEN', 'STATUS', 'ERR_ADDR', 'CURR_FIFO_LVL'] as const) {
      const before = at(register);
      put(register, ~before);
      expect(at(register)).to.equal(before);
    }
  });

  it('SCRATCH keeps a word', () => {
    put('SCRATCH', 0xdead_beef);
    expect(at('SCRATCH')).to.equal(0xdead_beef);
  });

  it('ADDR is 20 bits of a byte address; its two lowest say nothing', () => {
    put('ADDR', 0xfff0_0013);
    expect(at('ADDR')).to.equal(0x13);
    program(bench, 0x13, [7]);
    expect(bench.cells.flash.read(4)).to.equal(7);
  });

  it('INIT sets init_wip, and 100 cycles later initialized', () => {
    put('INIT', 1);
    expect(at('STATUS')).to.equal(0xa | Status.INIT_WIP);
    finish(bench);
    expect(bench.clock.now).to.equal(us(1));
    expect(at('STATUS')).to.equal(0xa | Status.INITIALIZED);
    put('INIT', 1);
    expect(at('STATUS')).to.equal(0xa | Status.INITIALIZED);
  });

  describe('CTRL_REGWEN', () => {
    it('is 0 while an operation runs: CONTROL, ADDR and PROG_TYPE_EN take no write', () => {
      start(bench, 'Erase', 0x1000);
      const control = at('CONTROL');
      expect([at('CTRL_REGWEN'), control & Control.START]).to.deep.equal([0, 1]);
      put('CONTROL', 0);
      put('ADDR', 0);
      put('PROG_TYPE_EN', 0);
      put('CTRL_REGWEN', 1);
      expect([at('CONTROL'), at('ADDR'), at('PROG_TYPE_EN')]).to.deep.equal([control, 0x1000, 3]);
      finish(bench);
      expect([at('CTRL_REGWEN'), at('CONTROL') & Control.START]).to.deep.equal([1, 0]);
      put('ADDR', 0);
      expect(at('ADDR')).to.equal(0);
    });
  });

  describe('OP_STATUS and ERR_CODE', () => {
    it('done comes at the end of the operation and stays until it is cleared', () => {
      start(bench, 'Erase', 0);
      bench.clock.advanceTo(ms(71.999));
      expect(at('OP_STATUS')).to.equal(0);
      finish(bench);
      expect(outcome(bench)).to.deep.equal([1, 0, 0]);
      expect(at('OP_STATUS')).to.equal(0);
    });

    it('op: 3 is no operation', () => {
      put('ADDR', 0x40);
      put('CONTROL', Control.START | (3 << Control.OP_SHIFT));
      expect(outcome(bench)).to.deep.equal([3, ErrCode.OP, 0x40]);
    });

    it('bits are cleared by ones, one by one', () => {
      put('MP_BANK_CFG_SHADOWED', 1);
      put('MP_BANK_CFG_SHADOWED', 2);
      put('CONTROL', Control.START | (3 << Control.OP_SHIFT));
      expect(at('ERR_CODE')).to.equal(ErrCode.UPDATE | ErrCode.OP);
      put('ERR_CODE', ErrCode.OP);
      expect(at('ERR_CODE')).to.equal(ErrCode.UPDATE);
    });

    it('prog_type: a kind of program that PROG_TYPE_EN has not', () => {
      put('PROG_TYPE_EN', 2);
      program(bench, 0, [1]);
      expect(outcome(bench).slice(0, 2)).to.deep.equal([3, ErrCode.PROG_TYPE]);
      program(bench, 0, [1], Control.PROG_SEL);
      expect(outcome(bench)[0]).to.equal(1);
      put('PROG_TYPE_EN', 3); // Cleared for good.
      expect(at('PROG_TYPE_EN')).to.equal(2);
    });
  });

  describe('interrupts', () => {
    it('op_done is raised at the end, also with an error', () => {
      put('INTR_ENABLE', Intr.OP_DONE);
      start(bench, 'Erase', 0);
      expect(bench.raised()).to.equal(0);
      finish(bench);
      expect([bench.raised(), bench.registers.interruptPending]).to.deep.equal([1, true]);
      put('INTR_STATE', Intr.OP_DONE);
      expect(bench.registers.interruptPending).to.equal(false);
      put('DEFAULT_REGION', 0);
      start(bench, 'Erase', 0);
      expect(bench.raised()).to.equal(2);
    });

    it('INTR_TEST raises what is enabled', () => {
      put('INTR_ENABLE', Intr.CORR_ERR);
      put('INTR_TEST', Intr.CORR_ERR);
      expect(bench.raised()).to.equal(1);
      expect(at('INTR_TEST')).to.equal(0);
    });

    it('of the FIFOs follow FIFO_LVL', () => {
      put('FIFO_LVL', 2 | (3 << 8));
      for (let count = 0; count < 3; count++) put('PROG_FIFO', 0);
      expect(at('INTR_STATE')).to.equal(0);
      expect(at('CURR_FIFO_LVL')).to.equal(3);
      put('FIFO_LVL', 3 | (3 << 8));
      expect(at('INTR_STATE')).to.equal(Intr.PROG_LVL);
      start(bench, 'Read', 0, 3);
      expect(at('INTR_STATE')).to.equal(Intr.PROG_LVL | Intr.RD_LVL | Intr.OP_DONE);
      expect(at('CURR_FIFO_LVL')).to.equal(3 | (3 << 8));
    });
  });

  describe('the host', () => {
    it('loads data words whatever the regions say', () => {
      program(bench, 8, [0x1234_5678, 0x9abc_def0]);
      put('DEFAULT_REGION', 0);
      expect(bench.registers.load(12)).to.deep.equal(Ok(0x9abc_def0));
      expect(bench.registers.load(8)).to.deep.equal(Ok(0x1234_5678));
    });

    it('gets a bus fault outside, and where the ECC does not fit', () => {
      expect(bench.registers.load(0x10_0000).ok).to.equal(false);
      expect(bench.registers.load(-4).ok).to.equal(false);
      program(bench, 0, [1, 2]);
      put('DEFAULT_REGION', 0x96_9666);
      expect(bench.registers.load(0)).to.deep.equal(
        Err('bus fault: a load at 0x0: its ECC does not fit'),
      );
    });
  });

  it('nothing has an effect after a power loss', () => {
    bench.registers.powerLoss({ u32: () => 0 } as never);
    start(bench, 'Erase', 0);
    put('SCRATCH', 1);
    expect([at('CTRL_REGWEN'), at('SCRATCH'), bench.clock.nextEvent]).to.deep.equal([
      0,
      0,
      Infinity,
    ]);
  });

  it('a read takes as many words as CONTROL.NUM says, plus one', () => {
    program(bench, 0, [1, 2, 3]);
    expect(read(bench, 0, 4)).to.deep.equal([1, 2, 3, 0xffff_ffff]);
    expect(at('STATUS')).to.equal(0xa);
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * INTR_STATE, INTR_ENABLE and INTR_TEST, with FIFO interrupts of both generations.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { FlashInterrupts, type FifoIrq } from '#chips/lowrisc/registers/flash-interrupts';
import { Intr } from '#chips/lowrisc/registers/flash-map';

describe('Flash interrupts', () => {
  let raised: number;
  const AT_RESET = Intr.PROG_EMPTY | Intr.PROG_LVL;

  function make(fifoIrq: FifoIrq): FlashInterrupts {
    raised = 0;
    return new FlashInterrupts(fifoIrq, AT_RESET, { raise: () => raised++ });
  }

  it('INTR_STATE resets to 3 with status type (levels of empty FIFOs) and to 0 with event type', () => {
    expect(make('status').state).to.equal(3);
    expect(make('event').state).to.equal(0);
  });

  it('of status type follow the level and cannot be cleared by writing', () => {
    const interrupts = make('status');
    interrupts.clear(0xffff_ffff);
    expect(interrupts.state).to.equal(3);
    interrupts.follow(Intr.RD_FULL);
    expect(interrupts.state).to.equal(Intr.RD_FULL);
  });

  it('of event type are latched when the level is reached, and cleared by a 1', () => {
    const interrupts = make('event');
    interrupts.follow(AT_RESET);
    expect(interrupts.state).to.equal(0);
    interrupts.follow(0);
    interrupts.follow(Intr.PROG_EMPTY);
    interrupts.follow(0);
    expect(interrupts.state).to.equal(Intr.PROG_EMPTY);
    interrupts.clear(Intr.PROG_LVL);
    expect(interrupts.state).to.equal(Intr.PROG_EMPTY);
    interrupts.clear(Intr.PROG_EMPTY);
    expect(interrupts.state).to.equal(0);
  });

  it('op_done is latched in both', () => {
    for (const fifoIrq of ['status', 'event'] as const) {
      const interrupts = make(fifoIrq);
      interrupts.latch(Intr.OP_DONE);
      interrupts.follow(0);
      expect(interrupts.state).to.equal(Intr.OP_DONE);
      interrupts.clear(Intr.OP_DONE);
      expect(interrupts.state).to.equal(0);
    }
  });

  it('the line rises with the first pending one that is enabled, and again after it fell', () => {
    const interrupts = make('event');
    interrupts.latch(Intr.OP_DONE);
    expect([raised, interrupts.pending]).to.deep.equal([0, false]);
    interrupts.enable = Intr.OP_DONE | Intr.CORR_ERR;
    expect([raised, interrupts.pending]).to.deep.equal([1, true]);
    interrupts.latch(Intr.CORR_ERR);
    expect(raised).to.equal(1);
    interrupts.enable = 0;
    expect(interrupts.pending).to.equal(false);
    interrupts.enable = Intr.OP_DONE;
    expect(raised).to.equal(2);
  });

  it('a level that is high when it is enabled raises the line at once', () => {
    const interrupts = make('status');
    interrupts.enable = Intr.PROG_EMPTY;
    expect(raised).to.equal(1);
  });

  it('a level that comes while it is enabled raises the line', () => {
    for (const fifoIrq of ['status', 'event'] as const) {
      const interrupts = make(fifoIrq);
      interrupts.follow(0);
      interrupts.enable = Intr.PROG_LVL;
      expect(raised).to.equal(0);
      interrupts.follow(Intr.PROG_LVL);
      expect(raised).to.equal(1);
    }
  });

  it('INTR_TEST latches events, and holds bits of status type up until it is written again', () => {
    const interrupts = make('status');
    interrupts.test(Intr.RD_FULL | Intr.OP_DONE);
    expect(interrupts.state).to.equal(3 | Intr.RD_FULL | Intr.OP_DONE);
    interrupts.clear(0xffff_ffff);
    expect(interrupts.state).to.equal(3 | Intr.RD_FULL);
    interrupts.test(0);
    expect(interrupts.state).to.equal(3);
    const events = make('event');
    events.test(0xffff_ffff);
    expect(events.state).to.equal(0x3f);
  });

  it('has six bits', () => {
    const interrupts = make('event');
    interrupts.enable = 0xffff_ffff;
    expect(interrupts.enable).to.equal(0x3f);
  });
});

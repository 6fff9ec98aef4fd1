// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interrupt lines are serviced once each, lowest number first.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { InterruptLine, Interrupts } from '#chips/nrf52/interrupts';

describe('Interrupts', () => {
  it('run each raised line once, however often it was raised', () => {
    const interrupts = new Interrupts();
    let runs = 0;
    interrupts.connect(InterruptLine.RTC1, () => runs++);
    interrupts.raise(InterruptLine.RTC1);
    interrupts.raise(InterruptLine.RTC1);
    interrupts.service();
    interrupts.service();
    expect([runs, interrupts.hasPending()]).to.deep.equal([1, false]);
  });

  it('service a line that is raised meanwhile in the same run', () => {
    const interrupts = new Interrupts();
    const order: string[] = [];
    interrupts.connect(InterruptLine.RTC1, () => {
      order.push('rtc');
      if (order.length === 1) interrupts.raise(InterruptLine.UARTE0);
    });
    interrupts.connect(InterruptLine.UARTE0, () => order.push('uart'));
    interrupts.raise(InterruptLine.RTC1);
    interrupts.service();
    expect(order).to.deep.equal(['rtc', 'uart']);
  });

  it('drop a line that nobody handles', () => {
    const interrupts = new Interrupts();
    interrupts.raise(InterruptLine.GPIOTE);
    interrupts.service();
    expect(interrupts.hasPending()).to.equal(false);
  });
});

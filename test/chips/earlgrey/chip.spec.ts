// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Earl Grey services its interrupts in one order, and takes a controller from outside.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { InterruptSource } from '#chips/lowrisc/interrupts';
import { ms } from '#kernel/time';
import { power } from './support.ts';

describe('EarlGrey', () => {
  it('services UART, GPIO, timer, flash and CSRNG in the order of their sources, whatever came first', () => {
    const { chip, clock } = power();
    const order: string[] = [];
    chip.interrupts.connect(InterruptSource.FLASH_CTRL, () => order.push('flash'));
    chip.csrng.setClient({
      randomnessAvailable: () => {
        order.push('csrng');
        return 'Done';
      },
    });
    chip.timer.setAlarmClient({ alarm: () => order.push('timer') });
    chip.uart.setTransmitClient({ transmittedBuffer: () => order.push('uart') });
    const pin = chip.gpio.pin(31);
    pin.setClient({ fired: () => order.push('gpio') });
    pin.enableInterrupts('either');
    chip.csrng.get();
    chip.interrupts.raise(InterruptSource.FLASH_CTRL);
    chip.timer.setAlarm(chip.timer.now(), 1);
    chip.uart.transmitBuffer(new Uint8Array(5), 5);
    clock.advance(ms(10));
    pin.drive(true);
    expect(chip.hasPendingInterrupts()).to.equal(true);
    chip.servicePendingInterrupts();
    expect(order).to.deep.equal(['uart', 'gpio', 'timer', 'flash', 'csrng']);
    expect(chip.hasPendingInterrupts()).to.equal(false);
  });

  it('has the sources of interrupts.rs: the first of each peripheral', () => {
    expect(InterruptSource).to.deep.equal({
      UART0: 1,
      GPIO: 33,
      RV_TIMER: 124,
      FLASH_CTRL: 159,
      CSRNG: 173,
    });
  });

  it('has nothing pending at power-on, and drops a source that nobody handles', () => {
    const { chip } = power();
    expect(chip.hasPendingInterrupts()).to.equal(false);
    chip.interrupts.raise(InterruptSource.FLASH_CTRL);
    chip.servicePendingInterrupts();
    expect(chip.hasPendingInterrupts()).to.equal(false);
  });
});

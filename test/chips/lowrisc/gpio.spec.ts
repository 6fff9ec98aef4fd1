// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * OpenTitan's pins carry levels out to lamps and edges in from buttons.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Lamp } from '#chips/silicon/lamp';
import { Led } from '#chips/silicon/led';
import { PushButton } from '#chips/silicon/push-button';
import { KernelPanic } from '#kernel/assert';
import { power } from '../earlgrey/support.ts';

describe('lowrisc Gpio', () => {
  it('has 32 pins', () => {
    const { gpio } = power().chip;
    expect(gpio.pin(31).read()).to.equal(false);
    expect(() => gpio.pin(32)).to.throw(KernelPanic, 'no pin 32');
  });

  it('calls the clients of those pins that changed, in the order of the pins', () => {
    const { chip } = power();
    const fired: number[] = [];
    for (const index of [3, 8, 9]) {
      const pin = chip.gpio.pin(index);
      pin.setClient({ fired: () => fired.push(index) });
      pin.enableInterrupts('either');
    }
    new PushButton(chip.gpio.pin(9), 'high').press();
    new PushButton(chip.gpio.pin(3), 'high').press();
    expect(fired).to.be.empty;
    chip.servicePendingInterrupts();
    expect(fired).to.deep.equal([3, 9]);
  });

  it('lights a lamp', () => {
    const pin = power().chip.gpio.pin(7);
    const lamp = new Lamp('high');
    pin.connect(lamp);
    const led = new Led(pin, 'high');
    led.init();
    led.on();
    expect(lamp.lit).to.equal(true);
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Pins carry levels out to lamps and edges in from buttons.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import sinon from 'sinon';
import { Led } from '#chips/silicon/led';
import { Lamp } from '#chips/silicon/lamp';
import { PushButton } from '#chips/silicon/push-button';
import { KernelPanic } from '#kernel/assert';
import { power } from './support.ts';

describe('Gpio inputs', () => {
  const wire = (edge: 'rising' | 'falling' | 'either') => {
    const powered = power();
    const pin = powered.chip.gpio.pin(11);
    const button = new PushButton(pin, 'low');
    const fired = sinon.fake();
    pin.setClient({ fired });
    pin.enableInterrupts(edge);
    return { ...powered, pin, button, fired };
  };

  it('interrupt on the edges that were asked for, and not from within the press', () => {
    for (const [edge, presses, releases] of [
      ['falling', 1, 0],
      ['rising', 0, 1],
      ['either', 1, 1],
    ] as const) {
      const { button, fired, serve } = wire(edge);
      button.press();
      expect(fired.callCount).to.equal(0);
      serve();
      expect(fired.callCount).to.equal(presses);
      button.release();
      serve();
      expect(fired.callCount).to.equal(presses + releases);
    }
  });

  it('read the level; a press that is no change is no edge', () => {
    const { pin, button, fired, serve } = wire('either');
    expect(pin.read()).to.equal(true);
    button.press();
    button.press();
    expect([pin.read(), pin.isPending()]).to.deep.equal([false, true]);
    serve();
    sinon.assert.calledOnce(fired);
    button.press();
    expect(pin.isPending()).to.equal(false);
  });

  it('drop what is latched when their interrupts are disabled', () => {
    const { pin, button, fired, serve } = wire('either');
    button.press();
    pin.disableInterrupts();
    button.release();
    serve();
    sinon.assert.notCalled(fired);
  });

  it('are 48', () => {
    const { gpio } = power().chip;
    expect(gpio.pin(47).read()).to.equal(false);
    expect(() => gpio.pin(48)).to.throw(KernelPanic, 'no pin 48');
  });
});

describe('Led', () => {
  for (const litBy of ['low', 'high'] as const) {
    it(`lights its lamp when the pin is ${litBy}`, () => {
      const pin = power().chip.gpio.pin(13);
      const lamp = new Lamp(litBy);
      pin.connect(lamp);
      const led = new Led(pin, litBy);
      led.init();
      led.on();
      expect([lamp.lit, led.read(), pin.read()]).to.deep.equal([true, true, litBy === 'high']);
      led.off();
      expect([lamp.lit, led.read()]).to.deep.equal([false, false]);
      const before = lamp.changes;
      led.toggle();
      led.on();
      expect([lamp.lit, lamp.changes - before]).to.deep.equal([true, 1]);
    });
  }

  it('leaves the wire alone before init', () => {
    const pin = power().chip.gpio.pin(13);
    const lamp = new Lamp('high');
    pin.connect(lamp);
    new Led(pin, 'high').on();
    expect(lamp.lit).to.equal(false);
    pin.makeOutput();
    expect(lamp.lit).to.equal(true);
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * OpenTitan's serial port keeps its contract and the speed of its line.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { describeUart } from '#conformance/uart';
import { us } from '#kernel/time';
import { power } from '../earlgrey/support.ts';

describeUart('lowrisc Uart', () => {
  const powered = power();
  return {
    uart: powered.chip.uart,
    sent: () => powered.sent,
    feed: (bytes) => powered.chip.uart.feed(bytes),
    settle: powered.settle,
  };
});

describe('lowrisc Uart', () => {
  it('takes ten bits a byte at 115,200 baud', () => {
    const { chip, clock, settle } = power();
    chip.uart.transmitBuffer(new Uint8Array(1152), 1152);
    settle();
    expect(clock.now).to.equal(us(100_000));
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The serial port keeps its contract and the speed of its line.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import sinon from 'sinon';
import { describeUart } from '#conformance/uart';
import { Ok } from '#kernel/result';
import { us } from '#kernel/time';
import { power } from './support.ts';

describeUart('Uarte', () => {
  const powered = power();
  return {
    uart: powered.chip.uart,
    sent: () => powered.sent,
    feed: (bytes) => powered.chip.uart.feed(bytes),
    settle: powered.settle,
  };
});

describe('Uarte', () => {
  it('takes ten bits a byte at 115,200 baud', () => {
    const { chip, clock, settle } = power();
    chip.uart.transmitBuffer(new Uint8Array(1152), 1152);
    settle();
    expect(clock.now).to.equal(us(100_000));
  });

  it('has sent nothing until its time has passed', () => {
    const { chip, clock, sent } = power();
    chip.uart.transmitBuffer(Uint8Array.of(1, 2), 2);
    clock.advance(us(173));
    expect(sent).to.be.empty;
    clock.advance(us(1));
    expect(sent).to.deep.equal([1, 2]);
  });

  it('loses bytes that come while nobody receives, as the part does', () => {
    const { chip, settle } = power();
    const receivedBuffer = sinon.fake();
    chip.uart.setReceiveClient({ receivedBuffer });
    chip.uart.feed(Uint8Array.of(1, 2));
    settle();
    const buffer = new Uint8Array(1);
    chip.uart.receiveBuffer(buffer, 1);
    chip.uart.feed(Uint8Array.of(3));
    settle();
    sinon.assert.calledOnceWithExactly(receivedBuffer, buffer, 1, Ok());
    expect([...buffer]).to.deep.equal([3]);
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Many serial ports of one.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { MuxUart } from '#capsules/core/virtualizers/virtual-uart';
import { Interrupts } from '#chips/nrf52/interrupts';
import { Uarte } from '#chips/nrf52/uart';
import { Clock } from '#kernel/clock';
import { ErrorCode } from '#kernel/errorcode';
import { Err, type Result } from '#kernel/result';

function create() {
  const clock = new Clock();
  const interrupts = new Interrupts();
  const sent: string[] = [];
  const uart = new Uarte(clock, interrupts, (bytes) => sent.push(String.fromCharCode(...bytes)));
  const mux = new MuxUart(uart);
  const done: [device: number, length: number, result: Result][] = [];
  const devices = [0, 1].map((index) => {
    const device = mux.createDevice();
    device.setTransmitClient({
      transmittedBuffer: (_b, n, result) => done.push([index, n, result]),
    });
    device.setReceiveClient({
      receivedBuffer: (_b, n, result) => done.push([index + 10, n, result]),
    });
    return device;
  });
  const [first, second] = devices;
  if (first === undefined || second === undefined) expect.fail('two devices were made');
  const settle = (): void => {
    while (clock.nextEvent < Infinity || interrupts.hasPending()) {
      interrupts.service();
      if (clock.nextEvent < Infinity) clock.advanceTo(clock.nextEvent);
    }
  };
  return { uart, sent, done, first, second, settle };
}

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe('MuxUart', () => {
  it("sends one device's buffer after the other, and tells each only of its own", () => {
    const { first, second, sent, done, settle } = create();
    expect(second.transmitBuffer(bytes('two'), 3).ok).to.equal(true);
    expect(first.transmitBuffer(bytes('one'), 3).ok).to.equal(true);
    expect(done).to.deep.equal([]);
    settle();
    expect(sent).to.deep.equal(['two', 'one']);
    expect(done.map(([device]) => device)).to.deep.equal([1, 0]);
  });

  it('refuses a second buffer of a device with BUSY and gives it back (TRD 3 rule 4)', () => {
    const { first } = create();
    const buffer = bytes('again');
    first.transmitBuffer(bytes('one'), 3);
    expect(first.transmitBuffer(buffer, 5)).to.deep.equal(Err([ErrorCode.BUSY, buffer]));
  });

  it('refuses lengths of 0 and over the buffer with SIZE', () => {
    const { first } = create();
    const buffer = bytes('x');
    expect(first.transmitBuffer(buffer, 0)).to.deep.equal(Err([ErrorCode.SIZE, buffer]));
    expect(first.transmitBuffer(buffer, 2)).to.deep.equal(Err([ErrorCode.SIZE, buffer]));
  });

  it('gives the receiver to one device at a time, and only that one can abort it', () => {
    const { first, second, uart, done, settle } = create();
    const buffer = new Uint8Array(4);
    expect(first.receiveBuffer(new Uint8Array(2), 2).ok).to.equal(true);
    expect(second.receiveBuffer(buffer, 4)).to.deep.equal(Err([ErrorCode.BUSY, buffer]));
    expect(second.receiveAbort().ok).to.equal(true);
    uart.feed(bytes('ab'));
    settle();
    expect(done.map(([device, length]) => [device, length])).to.deep.equal([[10, 2]]);
    expect(second.receiveBuffer(buffer, 4).ok).to.equal(true);
    expect(second.receiveAbort()).to.deep.equal(Err(ErrorCode.BUSY));
    settle();
    expect(done[1]).to.deep.equal([11, 0, Err(ErrorCode.CANCEL)]);
  });
});

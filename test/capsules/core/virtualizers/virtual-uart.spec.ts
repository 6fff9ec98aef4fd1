// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Many serial ports of one.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { MuxUart, type UartDevice } from '#capsules/core/virtualizers/virtual-uart';
import { Interrupts } from '#chips/nrf52/interrupts';
import { Uarte } from '#chips/nrf52/uart';
import { describeUart } from '#conformance/uart';
import { Clock } from '#kernel/clock';
import { DeferredCalls } from '#kernel/deferred-call';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import { FakePort } from '../../../support/fake-port.ts';

/** A mux with two devices on the nRF52840's port. */
function create() {
  const clock = new Clock();
  const interrupts = new Interrupts();
  const deferredCalls = new DeferredCalls();
  const line: number[] = [];
  const uart = new Uarte(clock, interrupts, (sent) => line.push(...sent));
  const mux = new MuxUart(uart, deferredCalls);
  const settle = (): void => {
    for (;;) {
      interrupts.service();
      while (deferredCalls.hasTasks()) deferredCalls.serviceNextPending();
      if (clock.nextEvent < Infinity) clock.advanceTo(clock.nextEvent);
      else if (!interrupts.hasPending()) return;
    }
  };
  return { uart, line, settle, ...twoDevices(mux) };
}

/** A mux with two devices on a port that a test drives. */
function createOnFake() {
  const port = new FakePort();
  const deferredCalls = new DeferredCalls();
  const mux = new MuxUart(port, deferredCalls);
  const runDeferred = (): void => {
    while (deferredCalls.hasTasks()) deferredCalls.serviceNextPending();
  };
  return { port, runDeferred, ...twoDevices(mux) };
}

type Done = [device: string, length: number, result: Result];

function twoDevices(mux: MuxUart) {
  const transmitted: Done[] = [];
  const received: Done[] = [];
  const named = (name: string): UartDevice => {
    const device = mux.createDevice();
    device.setTransmitClient({
      transmittedBuffer: (_buffer, length, result) => transmitted.push([name, length, result]),
    });
    device.setReceiveClient({
      receivedBuffer: (_buffer, length, result) => received.push([name, length, result]),
    });
    return device;
  };
  return { first: named('first'), second: named('second'), transmitted, received };
}

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

describeUart('UartDevice', () => {
  const { first, uart, line, settle } = create();
  return {
    uart: first,
    sent: () => line,
    feed: (arriving) => {
      uart.feed(arriving);
    },
    settle,
  };
});

describe('MuxUart, transmitting', () => {
  it("sends one device's buffer after the other, and tells each only of its own", () => {
    const { first, second, line, transmitted, settle } = create();
    expect(second.transmitBuffer(bytes('two'), 3).ok).to.equal(true);
    expect(first.transmitBuffer(bytes('one'), 3).ok).to.equal(true);
    expect(transmitted).to.deep.equal([]);
    settle();
    expect(String.fromCharCode(...line)).to.equal('onetwo');
    expect(transmitted.map(([device]) => device)).to.deep.equal(['first', 'second']);
  });

  it('tells a refusal of the port as a completion of 0 bytes, never within the call (TRD 3 rule 1)', () => {
    const { first, second, port, transmitted, runDeferred } = createOnFake();
    port.refusal = ErrorCode.OFF;
    expect(first.transmitBuffer(bytes('one'), 3).ok).to.equal(true);
    expect(second.transmitBuffer(bytes('two'), 3).ok).to.equal(true);
    expect(transmitted).to.deep.equal([]);
    runDeferred();
    expect(transmitted).to.deep.equal([
      ['first', 0, Err(ErrorCode.OFF)],
      ['second', 0, Err(ErrorCode.OFF)],
    ]);
  });

  it('goes on when the port accepts again after a refusal', () => {
    const { first, port, transmitted, runDeferred } = createOnFake();
    port.refusal = ErrorCode.OFF;
    first.transmitBuffer(bytes('one'), 3);
    runDeferred();
    port.refusal = undefined;
    expect(first.transmitBuffer(bytes('two'), 3).ok).to.equal(true);
    runDeferred();
    port.finish();
    expect(transmitted[1]).to.deep.equal(['first', 3, Ok()]);
    expect(port.sent).to.deep.equal(['two']);
  });

  it('lets a client send again from its completion; the other device has its turn', () => {
    const { first, second, port, runDeferred } = createOnFake();
    second.setTransmitClient({
      transmittedBuffer: (buffer) => {
        second.transmitBuffer(buffer, 2);
      },
    });
    second.transmitBuffer(bytes('two'), 3);
    runDeferred();
    first.transmitBuffer(bytes('one'), 3);
    for (let count = 0; count < 3; count++) {
      port.finish();
      runDeferred();
    }
    expect(port.sent).to.deep.equal(['two', 'one', 'tw', 'tw']);
  });
});

describe('MuxUart, receiving (virtual_uart.rs)', () => {
  it('gives what arrives to every device that reads', () => {
    const { first, second, uart, received, settle } = create();
    const [one, two] = [new Uint8Array(3), new Uint8Array(3)];
    first.receiveBuffer(one, 3);
    second.receiveBuffer(two, 3);
    settle();
    uart.feed(bytes('abc'));
    settle();
    expect([one, two]).to.deep.equal([bytes('abc'), bytes('abc')]);
    expect(received).to.deep.equal([
      ['first', 3, Ok()],
      ['second', 3, Ok()],
    ]);
  });

  it('ends a short read when it is full, and goes on with the longer one', () => {
    const { first, second, port, received } = createOnFake();
    const [long, short] = [new Uint8Array(5), new Uint8Array(2)];
    first.receiveBuffer(long, 5);
    expect(port.receiving?.length).to.equal(5);
    second.receiveBuffer(short, 2);
    expect(port.aborts).to.equal(1);
    port.arrive([1], Err(ErrorCode.CANCEL));
    expect(port.receiving?.length).to.equal(1);
    port.arrive([2]);
    expect(received).to.deep.equal([['second', 2, Ok()]]);
    expect(port.receiving?.length).to.equal(3);
    port.arrive([3, 4, 5]);
    expect(received[1]).to.deep.equal(['first', 5, Ok()]);
    expect([...long, ...short]).to.deep.equal([1, 2, 3, 4, 5, 1, 2]);
    expect(port.receiving).to.equal(undefined);
  });

  it('reads more than its own 64 bytes in pieces', () => {
    const { first, uart, received, settle } = create();
    const buffer = new Uint8Array(150);
    const sent = Uint8Array.from({ length: 150 }, (_, index) => index);
    first.receiveBuffer(buffer, 150);
    uart.feed(sent);
    settle();
    expect(received).to.deep.equal([['first', 150, Ok()]]);
    expect(buffer).to.deep.equal(sent);
  });

  it("ends an aborted read with CANCEL and what had come; the other device's goes on", () => {
    const { first, second, port, received } = createOnFake();
    const buffer = new Uint8Array(4);
    first.receiveBuffer(buffer, 4);
    second.receiveBuffer(new Uint8Array(4), 4);
    port.arrive([], Err(ErrorCode.CANCEL));
    expect(first.receiveAbort()).to.deep.equal(Err(ErrorCode.BUSY));
    expect(received).to.deep.equal([]);
    port.arrive([7], Err(ErrorCode.CANCEL));
    expect(received).to.deep.equal([['first', 1, Err(ErrorCode.CANCEL)]]);
    port.arrive([8, 9, 10]);
    expect(received[1]).to.deep.equal(['second', 4, Ok()]);
    expect(buffer[0]).to.equal(7);
  });

  it("ends a read that is aborted from another's callback, though the port reads nothing then", () => {
    const { first, second, port, received } = createOnFake();
    first.receiveBuffer(new Uint8Array(4), 4);
    second.setReceiveClient({
      receivedBuffer: () => {
        expect(first.receiveAbort()).to.deep.equal(Err(ErrorCode.BUSY));
      },
    });
    second.receiveBuffer(new Uint8Array(1), 1);
    port.arrive([], Err(ErrorCode.CANCEL));
    const before = port.aborts;
    port.arrive([1]);
    expect(port.aborts).to.equal(before + 1);
    port.arrive([], Err(ErrorCode.CANCEL));
    expect(received).to.deep.equal([['first', 1, Err(ErrorCode.CANCEL)]]);
  });

  it('hands the buffer back when the port refuses, and is free again (TRD 3 rule 4)', () => {
    const { first, port } = createOnFake();
    const buffer = new Uint8Array(4);
    port.refusal = ErrorCode.OFF;
    expect(first.receiveBuffer(buffer, 4)).to.deep.equal(Err([ErrorCode.OFF, buffer]));
    port.refusal = undefined;
    expect(first.receiveBuffer(buffer, 4).ok).to.equal(true);
  });

  it('ends all reads with its error when the port will not go on', () => {
    const { first, second, port, received } = createOnFake();
    first.receiveBuffer(new Uint8Array(4), 4);
    second.receiveBuffer(new Uint8Array(2), 2);
    port.refusal = ErrorCode.OFF;
    port.arrive([1], Err(ErrorCode.CANCEL));
    expect(received).to.deep.equal([
      ['first', 1, Err(ErrorCode.OFF)],
      ['second', 1, Err(ErrorCode.OFF)],
    ]);
  });

  it('lets a client read again from its callback', () => {
    const { first, port } = createOnFake();
    let reads = 0;
    first.setReceiveClient({
      receivedBuffer: (buffer) => {
        reads++;
        expect(first.receiveBuffer(buffer, 1).ok).to.equal(true);
      },
    });
    first.receiveBuffer(new Uint8Array(1), 1);
    for (let count = 0; count < 3; count++) port.arrive([count]);
    expect(reads).to.equal(3);
    expect(port.receiving?.length).to.equal(1);
  });
});

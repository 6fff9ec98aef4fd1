// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every serial port passes: `describeUart('MyChip', create)`.
 *
 * NON-TOCK: the rules are in `kernel/hil/uart.ts`, after the comments of Tock's HIL and TRD 3.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Result } from '#kernel/result';
import { NONSENSE, pattern } from './flash-recorder.ts';

/** What a suite gets for each test. */
export interface UartFixture {
  readonly uart: hil.uart.Uart;
  /** All bytes that the line has carried out. */
  sent(): readonly number[];
  /** Bytes that come in over the line. */
  feed(bytes: Uint8Array): void;
  /** Runs time and interrupts until nothing is left to happen. */
  settle(): void;
}

interface Done {
  readonly buffer: Uint8Array;
  readonly length: number;
  readonly result: Result;
}

/** @param create makes a fresh port for each test. */
export function describeUart(name: string, create: () => UartFixture): void {
  describe(`${name} honours hil.uart.Uart`, () => {
    let fixture: UartFixture;
    let uart: hil.uart.Uart;
    let transmitted: Done[];
    let received: Done[];

    beforeEach(() => {
      fixture = create();
      uart = fixture.uart;
      transmitted = [];
      received = [];
      uart.setTransmitClient({
        transmittedBuffer: (buffer, length, result) => {
          transmitted.push({ buffer, length, result });
        },
      });
      uart.setReceiveClient({
        receivedBuffer: (buffer, length, result) => {
          received.push({ buffer, length, result });
        },
      });
    });

    for (const call of ['transmitBuffer', 'receiveBuffer'] as const) {
      it(`refuses a second one with BUSY and the same buffer: ${call} (TRD 3 rule 4)`, () => {
        const second = new Uint8Array(4);
        expect(uart[call](new Uint8Array(4), 4)).to.deep.equal(Ok());
        const refused = uart[call](second, 4);
        expect(refused).to.deep.equal(Err([ErrorCode.BUSY, second]));
        if (!refused.ok) expect(refused.error[1]).to.equal(second);
      });

      it(`refuses a length of 0 or over the buffer with SIZE: ${call}`, () => {
        for (const length of [0, 5, ...NONSENSE]) {
          const buffer = new Uint8Array(4);
          const refused = uart[call](buffer, length);
          expect(refused, String(length)).to.deep.equal(Err([ErrorCode.SIZE, buffer]));
          if (!refused.ok) expect(refused.error[1]).to.equal(buffer);
        }
        fixture.settle();
        expect([...transmitted, ...received]).to.be.empty;
      });
    }

    it('sends the bytes, then returns the buffer once, never from within the call', () => {
      const buffer = pattern(10, 65);
      expect(uart.transmitBuffer(buffer, 7)).to.deep.equal(Ok());
      expect(transmitted).to.be.empty;
      fixture.settle();
      expect(fixture.sent()).to.deep.equal([...pattern(7, 65)]);
      expect(transmitted).to.deep.equal([{ buffer, length: 7, result: Ok() }]);
      expect(transmitted[0]?.buffer).to.equal(buffer);
    });

    it('sends one buffer after the other in order', () => {
      uart.transmitBuffer(pattern(3, 1), 3);
      fixture.settle();
      uart.transmitBuffer(pattern(3, 50), 3);
      fixture.settle();
      expect(fixture.sent()).to.deep.equal([...pattern(3, 1), ...pattern(3, 50)]);
    });

    it('returns the buffer when as many bytes came as were asked for', () => {
      const buffer = new Uint8Array(8);
      expect(uart.receiveBuffer(buffer, 4)).to.deep.equal(Ok());
      fixture.feed(pattern(3, 9));
      fixture.settle();
      expect(received).to.be.empty;
      fixture.feed(Uint8Array.of(0x77));
      fixture.settle();
      expect(received).to.deep.equal([{ buffer, length: 4, result: Ok() }]);
      expect(received[0]?.buffer).to.equal(buffer);
      expect([...buffer]).to.deep.equal([...pattern(3, 9), 0x77, 0, 0, 0, 0]);
    });

    it('gives back what came so far with CANCEL after an abort, not from within it', () => {
      const buffer = new Uint8Array(4);
      uart.receiveBuffer(buffer, 4);
      fixture.feed(Uint8Array.of(1, 2));
      fixture.settle();
      expect(uart.receiveAbort()).to.deep.equal(Err(ErrorCode.BUSY));
      expect(received).to.be.empty;
      fixture.settle();
      expect(received).to.deep.equal([{ buffer, length: 2, result: Err(ErrorCode.CANCEL) }]);
      expect(uart.receiveBuffer(buffer, 4)).to.deep.equal(Ok());
    });

    it('says ok to an abort when nothing is under way', () => {
      expect(uart.receiveAbort()).to.deep.equal(Ok());
      fixture.settle();
      expect(received).to.be.empty;
    });

    it('sends and receives at the same time', () => {
      const buffer = new Uint8Array(2);
      uart.receiveBuffer(buffer, 2);
      uart.transmitBuffer(pattern(4, 1), 4);
      fixture.feed(Uint8Array.of(5, 6));
      fixture.settle();
      expect([transmitted.length, received.length]).to.deep.equal([1, 1]);
      expect([...buffer]).to.deep.equal([5, 6]);
    });
  });
}

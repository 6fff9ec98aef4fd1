// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A serial port: whole buffers, 115,200 baud, ten bits a byte.
 *
 * NON-TOCK: what the drivers of all chips' ports have in common. A transmission ends when its last bit
 * has left; received bytes come from a host through `feed`, and are lost when nobody receives.
 */
import type { Clock, ClockEvent } from '#kernel/clock';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import { ns, type Nanoseconds } from '#kernel/time';

const BAUD_RATE = 115_200;
const BITS_PER_BYTE = 10;

interface Transfer {
  readonly buffer: Uint8Array;
  readonly length: number;
}

interface Reception extends Transfer {
  received: number;
  result: Result;
}

/** One port; the chip connects `handleInterrupt` to the line that `raise` raises. */
export class SerialPort implements hil.uart.Uart {
  private transmitClient: hil.uart.TransmitClient | undefined;
  private receiveClient: hil.uart.ReceiveClient | undefined;
  private transmitting: Transfer | undefined;
  private transmitted = false;
  private receiving: Reception | undefined;
  private receptionOver = false;
  private lastArrival: Nanoseconds = ns(0);

  constructor(
    private readonly clock: Clock,
    private readonly raise: () => void,
    /** The other end of the line: gets the bytes when the last has left. */
    private readonly line: (bytes: Uint8Array) => void,
  ) {}

  setTransmitClient(client: hil.uart.TransmitClient): void {
    this.transmitClient = client;
  }

  setReceiveClient(client: hil.uart.ReceiveClient): void {
    this.receiveClient = client;
  }

  transmitBuffer(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>> {
    if (this.transmitting !== undefined) return Err([ErrorCode.BUSY, buffer]);
    if (!isLength(length, buffer)) return Err([ErrorCode.SIZE, buffer]);
    this.transmitting = { buffer, length };
    this.after(length, () => {
      this.line(buffer.slice(0, length));
      this.transmitted = true;
      this.raise();
    });
    return Ok();
  }

  receiveBuffer(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>> {
    if (this.receiving !== undefined) return Err([ErrorCode.BUSY, buffer]);
    if (!isLength(length, buffer)) return Err([ErrorCode.SIZE, buffer]);
    this.receiving = { buffer, length, received: 0, result: Ok() };
    return Ok();
  }

  receiveAbort(): Result {
    if (this.receiving === undefined) return Ok();
    if (!this.receptionOver) {
      this.receiving.result = Err(ErrorCode.CANCEL);
      this.endReception();
    }
    return Err(ErrorCode.BUSY);
  }

  /** The host types: bytes arrive one after the other at the line's speed. */
  feed(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const start = this.lastArrival > this.clock.now ? this.lastArrival : this.clock.now;
      this.lastArrival = ns(start + byteTimes(1));
      this.clock.schedule(this.lastArrival, () => {
        this.arrive(byte);
      });
    }
  }

  private arrive(byte: number): void {
    const { receiving } = this;
    if (receiving === undefined || this.receptionOver) return;
    receiving.buffer[receiving.received++] = byte;
    if (receiving.received === receiving.length) this.endReception();
  }

  private endReception(): void {
    this.receptionOver = true;
    this.raise();
  }

  /** Bottom half: buffers that are done go back to their clients. */
  handleInterrupt(): void {
    const { transmitting, receiving } = this;
    if (this.transmitted && transmitting !== undefined) {
      this.transmitted = false;
      this.transmitting = undefined;
      this.transmitClient?.transmittedBuffer(transmitting.buffer, transmitting.length, Ok());
    }
    if (this.receptionOver && receiving !== undefined) {
      this.receptionOver = false;
      this.receiving = undefined;
      this.receiveClient?.receivedBuffer(receiving.buffer, receiving.received, receiving.result);
    }
  }

  private after(bytes: number, fire: () => void): ClockEvent {
    return this.clock.schedule(ns(this.clock.now + byteTimes(bytes)), fire);
  }
}

function isLength(length: number, buffer: Uint8Array): boolean {
  return Number.isInteger(length) && length > 0 && length <= buffer.length;
}

/** How long a number of bytes takes on the line, in whole nanoseconds. */
function byteTimes(bytes: number): number {
  return Math.ceil((bytes * BITS_PER_BYTE * 1e9) / BAUD_RATE);
}

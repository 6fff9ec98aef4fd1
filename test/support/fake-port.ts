// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A serial port whose completions come when a test says so, and which refuses when a test says so.
 *
 * NON-TOCK: tests.
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';

interface Transfer {
  readonly buffer: Uint8Array;
  readonly length: number;
}

/** One transmission and one reception at a time. */
export class FakePort implements hil.uart.Uart {
  /** Text of what was accepted, one string a transmission. */
  readonly sent: string[] = [];
  /** While set, each call is refused with it. */
  refusal: ErrorCode | undefined;
  transmitting: Transfer | undefined;
  receiving: Transfer | undefined;
  /** Times that a reception was aborted. */
  aborts = 0;
  private transmitClient: hil.uart.TransmitClient | undefined;
  private receiveClient: hil.uart.ReceiveClient | undefined;

  setTransmitClient(client: hil.uart.TransmitClient): void {
    this.transmitClient = client;
  }

  setReceiveClient(client: hil.uart.ReceiveClient): void {
    this.receiveClient = client;
  }

  transmitBuffer(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>> {
    if (this.refusal !== undefined) return Err([this.refusal, buffer]);
    if (this.transmitting !== undefined) return Err([ErrorCode.BUSY, buffer]);
    this.transmitting = { buffer, length };
    this.sent.push(String.fromCharCode(...buffer.subarray(0, length)));
    return Ok();
  }

  receiveBuffer(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>> {
    if (this.refusal !== undefined) return Err([this.refusal, buffer]);
    if (this.receiving !== undefined) return Err([ErrorCode.BUSY, buffer]);
    this.receiving = { buffer, length };
    return Ok();
  }

  receiveAbort(): Result {
    if (this.receiving === undefined) return Ok();
    this.aborts++;
    return Err(ErrorCode.BUSY);
  }

  /** The transmission under way ends. */
  finish(result: Result = Ok()): void {
    const { transmitting } = this;
    this.transmitting = undefined;
    if (transmitting === undefined) return;
    this.transmitClient?.transmittedBuffer(transmitting.buffer, transmitting.length, result);
  }

  /** Bytes arrive, and the reception under way ends with them. */
  arrive(bytes: readonly number[], result: Result = Ok()): void {
    const { receiving } = this;
    this.receiving = undefined;
    if (receiving === undefined) return;
    receiving.buffer.set(bytes);
    this.receiveClient?.receivedBuffer(receiving.buffer, bytes.length, result);
  }
}

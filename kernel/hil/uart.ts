// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interfaces for serial lines.
 *
 * Mirrors `kernel/src/hil/uart.rs`, without words, parity and flow control.
 */
import type { ErrorCode } from '../errorcode.ts';
import type { Rejected, Result } from '../result.ts';

export interface TransmitClient {
  /** All or part of the buffer was sent; it is returned. Mirrors `transmitted_buffer`. */
  transmittedBuffer(buffer: Uint8Array, length: number, result: Result): void;
}

export interface ReceiveClient {
  /** `length` bytes arrived, or the read ended early: the buffer is returned. CANCEL after an abort. */
  receivedBuffer(buffer: Uint8Array, length: number, result: Result): void;
}

export interface Transmit {
  setTransmitClient(client: TransmitClient): void;
  /** Sends `length` bytes. BUSY: one under way. SIZE: `length` over the buffer or 0. The buffer is owned until the callback. */
  transmitBuffer(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>>;
}

export interface Receive {
  setReceiveClient(client: ReceiveClient): void;
  /** Receives `length` bytes. BUSY, SIZE as for transmit. */
  receiveBuffer(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>>;
  /** Ends a receive early: BUSY means that a callback with CANCEL will follow; ok that none was under way. */
  receiveAbort(): Result<void, ErrorCode>;
}

export interface Uart extends Transmit, Receive {}

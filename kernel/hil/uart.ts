// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interfaces for serial lines.
 *
 * Mirrors `kernel/src/hil/uart.rs`, without words, parity and flow control.
 */
import type { Rejected, Result } from '../result.ts';

/** Who is told that a transmission is over. */
export interface TransmitClient {
  /** All or part of the buffer was sent; it is returned. Mirrors `transmitted_buffer`. */
  transmittedBuffer(buffer: Uint8Array, length: number, result: Result): void;
}

/** Who is told that a reception is over. */
export interface ReceiveClient {
  /** `length` bytes arrived, or the read ended early: the buffer is returned. CANCEL after an abort. */
  receivedBuffer(buffer: Uint8Array, length: number, result: Result): void;
}

/** The sending half of a serial line; one transmission at a time. */
export interface Transmit {
  setTransmitClient(client: TransmitClient): void;
  /** Sends `length` bytes. BUSY: one under way. SIZE: `length` over the buffer or 0. The buffer is owned until the callback. */
  transmitBuffer(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>>;
}

/** The receiving half of a serial line; one reception at a time. */
export interface Receive {
  setReceiveClient(client: ReceiveClient): void;
  /** Receives `length` bytes. BUSY, SIZE as for transmit. */
  receiveBuffer(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>>;
  /** Ends a receive early: BUSY means that a callback with CANCEL will follow; ok that none was under way. */
  receiveAbort(): Result;
}

export interface Uart extends Transmit, Receive {}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A flash client that notes what it is told, and what every flash suite needs besides.
 *
 * NON-TOCK: part of the suites.
 */
import type * as hil from '#kernel/hil';
import type { Result } from '#kernel/result';

/** What a suite gets for each test: a fresh flash of at least three blank pages. */
export interface FlashFixture<F> {
  readonly flash: F;
  /** Runs interrupts, deferred calls and time until nothing is left to happen. */
  settle(): void;
}

/** One callback. */
export interface FlashCall {
  readonly name: 'readComplete' | 'writeComplete' | 'eraseComplete' | 'bytesRead' | 'bytesWritten';
  readonly ok: boolean;
  readonly buffer?: Uint8Array;
  readonly length?: number;
}

type Outcome = Result<void, hil.flash.FlashError>;

/** Notes each callback in order; `next`, when given, runs inside the first one. */
export class FlashRecorder implements hil.flash.ByteClient {
  readonly calls: FlashCall[] = [];
  next: (() => void) | undefined;

  readComplete(buffer: Uint8Array, result: Outcome): void {
    this.note({ name: 'readComplete', ok: result.ok, buffer });
  }

  writeComplete(buffer: Uint8Array, result: Outcome): void {
    this.note({ name: 'writeComplete', ok: result.ok, buffer });
  }

  eraseComplete(result: Outcome): void {
    this.note({ name: 'eraseComplete', ok: result.ok });
  }

  bytesRead(buffer: Uint8Array, length: number, result: Outcome): void {
    this.note({ name: 'bytesRead', ok: result.ok, buffer, length });
  }

  bytesWritten(buffer: Uint8Array, length: number, result: Outcome): void {
    this.note({ name: 'bytesWritten', ok: result.ok, buffer, length });
  }

  private note(call: FlashCall): void {
    this.calls.push(call);
    const { next } = this;
    this.next = undefined;
    next?.();
  }
}

/** Bytes that differ from each other, from their neighbours' and from blank: a pattern to recognise. */
export function pattern(length: number, salt = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + (index >>> 8) * 13 + salt) & 0xff);
}

/** What a write over `old` leaves: no bit is ever set. */
export function and(old: Uint8Array, written: Uint8Array): Uint8Array {
  return old.map((byte, index) => byte & (written[index] ?? 0xff));
}

/** Numbers that name no page and no address, whatever the size. */
export const NONSENSE: readonly number[] = [-1, 0.5, Number.NaN, Infinity, -Infinity, 2 ** 32];

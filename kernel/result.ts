// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What Tock reports as a value: success with a payload, or an error. Nothing here throws.
 *
 * NON-TOCK: Rust's `Result` as a discriminated union.
 */
import type { ErrorCode } from './errorcode.ts';

/** What succeeded, with its payload. */
export interface OkResult<T> {
  readonly ok: true;
  readonly value: T;
}

/** What was refused or failed, with the reason. */
export interface ErrResult<E> {
  readonly ok: false;
  readonly error: E;
}

export type Result<T = void, E = ErrorCode> = OkResult<T> | ErrResult<E>;

/** What a refused split-phase call returns: why, and the buffer it was given. */
export type Rejected<B> = readonly [error: ErrorCode, buffer: B];

const OK: OkResult<void> = Object.freeze({ ok: true, value: undefined });

/** A success; without a payload always the same frozen object. */
export function Ok(): OkResult<void>;
export function Ok<T>(value: T): OkResult<T>;
export function Ok<T>(value?: T): OkResult<T | undefined> {
  return value === undefined ? (OK as OkResult<undefined>) : { ok: true, value };
}

/** A refusal or a failure. */
export function Err<E>(error: E): ErrResult<E> {
  return { ok: false, error };
}

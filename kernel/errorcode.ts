// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The error numbers that cross the system call boundary, and the older and derived numberings.
 *
 * Mirrors `kernel/src/errorcode.rs`; numbers from TRD 104 §4.
 */

/** Errors as capsules and the kernel report them. 0 is never an error; 1–1023 belong to the kernel. */
export const ErrorCode = {
  /** Generic failure. */
  FAIL: 1,
  /** The underlying system is busy: retry. */
  BUSY: 2,
  /** The state that was asked for is already set. */
  ALREADY: 3,
  /** The component is powered down. */
  OFF: 4,
  /** A reservation is needed before use, such as a buffer that was not allowed. */
  RESERVE: 5,
  /** An argument was invalid. TRD 104 spells it INVALID. */
  INVAL: 6,
  /** A size was too large or too small. */
  SIZE: 7,
  /** The operation was cancelled by a call. */
  CANCEL: 8,
  /** Memory that was needed was not available. */
  NOMEM: 9,
  /** The operation or command is not supported. */
  NOSUPPORT: 10,
  /** The device or driver is not there. */
  NODEVICE: 11,
  /** The device is not physically installed. */
  UNINSTALLED: 12,
  /** A packet was sent but not acknowledged. */
  NOACK: 13,
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** Reported by userspace libraries when a return variant is not the declared one; never by a kernel. */
export const BADRVAL = 1024;

/** What upcalls carry in their first argument: 0 for success, or the number of an ErrorCode. */
export type StatusCode = number;

/** Tock 1.x: 0 for success, a positive success value, or the negated error number. */
export type ReturnCode = number;

const NAMES: readonly string[] = ['SUCCESS', ...Object.keys(ErrorCode)];

/** The name of an error number (`BUSY`), `SUCCESS` for 0, or the number itself when it has no name. */
export function errorName(code: number): string {
  return code === BADRVAL ? 'BADRVAL' : (NAMES[code] ?? String(code));
}

/** Whether a number names an ErrorCode. */
export function isErrorCode(code: number): code is ErrorCode {
  return Number.isInteger(code) && code >= ErrorCode.FAIL && code <= ErrorCode.NOACK;
}

/** The StatusCode of a result: 0, or the error's number. */
export function intoStatusCode(result: { ok: true } | { ok: false; error: ErrorCode }): StatusCode {
  return result.ok ? 0 : result.error;
}

/** The 1.x ReturnCode (and libtock-c's `returncode_t`) of a StatusCode: its negation. */
export function statusCodeToReturnCode(status: StatusCode): ReturnCode {
  return status === 0 ? 0 : -status;
}

/** The StatusCode of a 1.x ReturnCode; a positive success value becomes 0, as it has no StatusCode. */
export function returnCodeToStatusCode(code: ReturnCode): StatusCode {
  return code < 0 ? -code : 0;
}

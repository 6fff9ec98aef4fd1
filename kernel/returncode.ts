// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What drivers of Tock 1.x answer with: one signed number.
 *
 * Mirrors `kernel/src/returncode.rs` of 1.x.
 */
import { ErrorCode, isErrorCode, type ReturnCode } from './errorcode.ts';

/** 0 for success. A success with a value is that value, if it is not negative. */
export const SUCCESS: ReturnCode = 0;

/** The ReturnCode of an error: its number, negated. */
export function failure(error: ErrorCode): ReturnCode {
  return -error;
}

/** The error of a ReturnCode, or undefined for a success; a negative number that names none is FAIL. */
export function errorOf(code: ReturnCode): ErrorCode | undefined {
  if (code >= 0) return undefined;
  const error = -code;
  return isErrorCode(error) ? error : ErrorCode.FAIL;
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Error numbers as userspace may see them: 1 to 1024, named or not (case A15).
 *
 * NON-TOCK: after libtock-rs's `platform/src/error_code.rs`.
 */
import { BADRVAL, ErrorCode, errorName } from '#kernel/errorcode';

/** The number when it can be an error, which 0 and numbers over 1024 cannot. */
export function toErrorNumber(value: number): number | undefined {
  const inRange = Number.isInteger(value) && value >= ErrorCode.FAIL && value <= BADRVAL;
  return inRange ? value : undefined;
}

/** How an error reads: its name, or its number when it has none. */
export function describeError(error: number): string {
  return errorName(error);
}

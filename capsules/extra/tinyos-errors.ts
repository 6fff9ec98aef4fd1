// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How operations of TinyOS's storages end, in Tock's words; and what of a request can be judged at once.
 *
 * NON-TOCK: TinyOS. The table of errors is in `kernel/hil/direct-storage.ts`.
 */
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import {
  errorOf,
  type TinyosError,
  type TinyosFault,
  type TinyosOutcome,
} from '#libraries/tinyos/direct-storage';

const ERROR_CODES: Readonly<Record<TinyosError, ErrorCode>> = {
  FAIL: ErrorCode.FAIL,
  ESIZE: ErrorCode.SIZE,
  EINVAL: ErrorCode.INVAL,
};

/** An outcome without its value: FAIL, SIZE or INVAL, as TinyOS says FAIL, ESIZE or EINVAL. */
export function resultOf(outcome: TinyosOutcome<unknown>): Result {
  return outcome.ok ? Ok() : Err(ERROR_CODES[errorOf(outcome.error)]);
}

/** Whether a fault leaves a store in doubt about its flash: only one of the flash itself does. */
export function closes(fault: TinyosFault): boolean {
  return fault === 'StorageError' || fault === 'InvalidStorage';
}

/** Whether a number is so many bytes, not more than there are. */
export function isLength(len: number, most: number): boolean {
  return Number.isInteger(len) && len >= 0 && len <= most;
}

/** Whether a number is one of `count`, from 0 on. */
export function isIndex(index: number, count: number): boolean {
  return isLength(index, count - 1);
}

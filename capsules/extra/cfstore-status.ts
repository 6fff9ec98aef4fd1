// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the configuration store's errors are for a process: an ErrorCode, with mbed's number beside it.
 *
 * NON-TOCK: mbed's numbers have no place in a StatusCode.
 */
import { ErrorCode } from '#kernel/errorcode';
import { CfstoreError, type Status } from '#libraries/cfstore/driver';

const ERROR_CODES: Readonly<Record<CfstoreError, ErrorCode>> = {
  [CfstoreError.UNINITIALISED]: ErrorCode.OFF,
  [CfstoreError.PREEXISTING_KEY]: ErrorCode.ALREADY,
  [CfstoreError.KEY_NOT_FOUND]: ErrorCode.NOSUPPORT,
  [CfstoreError.INVALID_HANDLE]: ErrorCode.INVAL,
  [CfstoreError.OUT_OF_MEMORY]: ErrorCode.NOMEM,
  [CfstoreError.PREEXISTING_KEY_DELETED]: ErrorCode.BUSY,
  [CfstoreError.INVALID_HANDLE_BUFFER]: ErrorCode.INVAL,
  [CfstoreError.INTERNAL]: ErrorCode.FAIL,
  [CfstoreError.INVALID_KEY_NAME]: ErrorCode.INVAL,
  [CfstoreError.INVALID_VALUE_SIZE]: ErrorCode.SIZE,
  [CfstoreError.KEY_READ_ONLY]: ErrorCode.NOSUPPORT,
  [CfstoreError.INVALID_SEEK]: ErrorCode.INVAL,
  [CfstoreError.KEY_UNREADABLE]: ErrorCode.NOSUPPORT,
  [CfstoreError.INVALID_WRITE_BUFFER]: ErrorCode.RESERVE,
  [CfstoreError.INVALID_KEY_LEN]: ErrorCode.SIZE,
  [CfstoreError.NOT_SUPPORTED]: ErrorCode.NOSUPPORT,
  [CfstoreError.INVALID_READ_BUFFER]: ErrorCode.RESERVE,
  [CfstoreError.INVALID_KEY_DESCRIPTOR]: ErrorCode.INVAL,
  [CfstoreError.NO_READ_PERMISSION]: ErrorCode.NOSUPPORT,
  [CfstoreError.NO_WRITE_PERMISSION]: ErrorCode.NOSUPPORT,
  [CfstoreError.NO_EXECUTE_PERMISSION]: ErrorCode.NOSUPPORT,
  [CfstoreError.NO_PERMISSIONS]: ErrorCode.NOSUPPORT,
  [CfstoreError.HANDLE_COUNT_MAX]: ErrorCode.NOMEM,
  [CfstoreError.JOURNAL_FAILED]: ErrorCode.FAIL,
  [CfstoreError.OPERATION_PENDING]: ErrorCode.BUSY,
};

/** The ErrorCode of an error; FAIL for one that has no name. */
export function errorCodeOf(status: Status): ErrorCode {
  return (ERROR_CODES as Readonly<Record<number, ErrorCode>>)[status] ?? ErrorCode.FAIL;
}

/** What an upcall carries: StatusCode, result, error of CFSTORE. */
export type Answer = readonly [status: number, result: number, error: number];

/** The answer to a status: a result, or an error twice. */
export function answerOf(status: Status): Answer {
  return status < 0 ? [errorCodeOf(status), 0, status] : [0, status, 0];
}

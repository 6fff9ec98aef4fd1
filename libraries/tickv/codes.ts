// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How TicKV's operations end, as tagged values.
 *
 * Mirrors `libraries/tickv/src/success_codes.rs` and `libraries/tickv/src/error_codes.rs`. There each is a number as well, and successes overlap
 * errors: -1 is Complete and UnsupportedVersion. Here a number never stands for a result. Queued and the three NotReady errors do
 * not occur: an operation that waits for the flash is a generator that stands at its request (`Steps`), and resuming it is
 * upstream's `continue_operation`.
 */
import type { Result } from '#kernel/result';

/** Upstream's numbers of the successes. Complete: flash was not touched. */
export const SUCCESS_CODES = { Complete: -1, Written: -2, Queued: -3 } as const;

/** Upstream's numbers of the errors. */
export const ERROR_CODES = {
  UnsupportedVersion: -1,
  CorruptData: -2,
  InvalidCheckSum: -3,
  KeyNotFound: -4,
  KeyAlreadyExists: -5,
  RegionFull: -6,
  FlashFull: -7,
  ReadFail: -8,
  WriteFail: -9,
  EraseFail: -10,
  ObjectTooLarge: -11,
  BufferTooSmall: -12,
  ReadNotReady: -13,
  WriteNotReady: -14,
  EraseNotReady: -15,
} as const;

/** How an operation went well. */
export type Success = 'Complete' | 'Written';

/** Errors that say no more than their name. */
export type PlainError = Exclude<
  keyof typeof ERROR_CODES,
  'BufferTooSmall' | 'ReadNotReady' | 'WriteNotReady' | 'EraseNotReady' | 'RegionFull'
>;

/** Why an operation was not done. BufferTooSmall: the value has so many bytes. */
export type TicKvError =
  { readonly kind: PlainError } | { readonly kind: 'BufferTooSmall'; readonly length: number };

/** How an operation ends. */
export type TicKvResult<T = Success> = Result<T, TicKvError>;

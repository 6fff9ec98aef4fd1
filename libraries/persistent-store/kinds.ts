// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The words the parts of the store use among themselves: what stands in flash, and how a step ended.
 *
 * NON-TOCK: the entry kinds and errors of OpenSK's `libraries/persistent_store`.
 */
import { Internal } from './format.ts';

/** Why an operation of the store failed; Store's methods say when. */
export type StoreError =
  'InvalidArgument' | 'NoCapacity' | 'NoLifetime' | 'StorageError' | 'InvalidStorage';

/** How an inner step ended. */
export type Status = 'Done' | StoreError;

/** What stands at a position. FAILED: `log.failure` says why it cannot be told. */
export const Kind = {
  FAILED: 0,
  TAIL: 1,
  PADDING: 2,
  USER: 3,
  /** An entry of which only some words were written. */
  PARTIAL: 4,
  /** A user entry whose length is certain but whose content is not finished. */
  PARTIAL_USER: 5,
  ERASE: 6,
  MARKER: 7,
  CLEAR: 8,
  REMOVE: 9,
  /** An entry of the log's extension. */
  EXTENSION: 10,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** What the parser calls an internal word that is whole. */
export const KIND_OF_INTERNAL = {
  [Internal.ERASE]: Kind.ERASE,
  [Internal.MARKER]: Kind.MARKER,
  [Internal.CLEAR]: Kind.CLEAR,
  [Internal.REMOVE]: Kind.REMOVE,
} as const;

/** States of a page header word. */
export const Info = { ERASED: 0, PARTIAL: 1, VALID: 2, FAILED: 3 } as const;
export type Info = (typeof Info)[keyof typeof Info];

/** A head or tail that is not known. */
export const UNKNOWN = -1;

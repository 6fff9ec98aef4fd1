// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE as a client calls it: the operations of mbed's `ARM_CFSTORE_DRIVER` in steps, their numbers, their limits.
 *
 * NON-TOCK: mbed's configuration store; both stores of this folder offer it.
 *
 * A status of zero or more is success, a byte count where an operation moves bytes; a negative one is an error. A client
 * that opens a key gets a handle, a positive number that names a place in a static pool: mbed's client lends 24 bytes for
 * what is kept there.
 */
import type { Steps } from '../store/storage.ts';

/** Errors, by mbed's names and numbers. */
export const CfstoreError = {
  UNINITIALISED: -1000,
  PREEXISTING_KEY: -1001,
  KEY_NOT_FOUND: -1002,
  INVALID_HANDLE: -1003,
  OUT_OF_MEMORY: -1004,
  PREEXISTING_KEY_DELETED: -1005,
  INVALID_HANDLE_BUFFER: -1006,
  INTERNAL: -1007,
  INVALID_KEY_NAME: -1008,
  INVALID_VALUE_SIZE: -1009,
  KEY_READ_ONLY: -1010,
  INVALID_SEEK: -1011,
  KEY_UNREADABLE: -1012,
  INVALID_WRITE_BUFFER: -1013,
  INVALID_KEY_LEN: -1014,
  NOT_SUPPORTED: -1015,
  INVALID_READ_BUFFER: -1016,
  INVALID_KEY_DESCRIPTOR: -1017,
  NO_READ_PERMISSION: -1018,
  NO_WRITE_PERMISSION: -1019,
  NO_EXECUTE_PERMISSION: -1020,
  NO_PERMISSIONS: -1021,
  HANDLE_COUNT_MAX: -1022,
  /** The flash failed, or what is in it is none of this store's. */
  JOURNAL_FAILED: -1023,
  OPERATION_PENDING: -1035,
} as const;
/** One of them. */
export type CfstoreError = (typeof CfstoreError)[keyof typeof CfstoreError];

/** Zero or more: success. Negative: a `CfstoreError`. */
export type Status = number;

/** Names an open key. */
export type Hkey = number;

/** How a key is opened. */
export interface FileMode {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly execute?: boolean;
  /** Flush when this handle is closed. */
  readonly flushOnClose?: boolean;
}

/** Who may do what with a key: bits of `Acl`. */
export const Acl = {
  OWNER_READ: 0x01,
  OWNER_WRITE: 0x02,
  OWNER_EXECUTE: 0x04,
  OTHER_READ: 0x08,
  OTHER_WRITE: 0x10,
  OTHER_EXECUTE: 0x20,
} as const;

/** What is fixed when a key is created. */
export interface KeyDescriptor {
  /** Bits of `Acl`. Writable excludes executable. */
  readonly acl: number;
  readonly mode: FileMode;
}

/** The longest name, characters of `[A-Za-z0-9.{}-]`. */
export const LONGEST_NAME = 220;
/** The longest value of any store, bytes. */
export const LONGEST_VALUE = 2 ** 26;

/** Bytes of RAM by what they are for, as the algorithm in C would have them: not the host's heap. */
export interface RamMeter {
  /** Buffers for requests and completions that wait. */
  readonly kvbufs: number;
  /** The pool of open keys. */
  readonly handles: number;
  /** Slots, positions, windows for copies. */
  readonly state: number;
  /** What grows with the content. */
  readonly heap: number;
}

/** The operations. One at a time; each is to be driven to its end before the next begins. */
export interface CfstoreDriver {
  /** Whether it was the flash that failed, when an operation ended with JOURNAL_FAILED; left out by stores that do not know. */
  readonly hasFlashFailed?: boolean;
  /** Loads or repairs what is in flash. To be called first, and again after a loss of power. */
  initialize(): Steps<Status>;
  /** Forgets everything in RAM; what was not durable is lost. */
  uninitialize(): Steps<Status>;
  /** A handle on a new key, write position 0. Without a descriptor an existing key is resized. */
  create(name: string, valueLength: number, descriptor?: KeyDescriptor): Steps<Status>;
  /** A handle on a key. KEY_NOT_FOUND; HANDLE_COUNT_MAX; PREEXISTING_KEY_DELETED while it is being deleted. */
  open(name: string, mode: FileMode): Steps<Status>;
  /** Fills `data` from the read position on, and moves that: how many bytes. */
  read(hkey: Hkey, data: Uint8Array): Steps<Status>;
  /** Writes `data` at the write position, and moves that: how many bytes. */
  write(hkey: Hkey, data: Uint8Array): Steps<Status>;
  rseek(hkey: Hkey, offset: number): Steps<Status>;
  /** Moves the write position: the design's own extension, not in mbed's interface. */
  wseek(hkey: Hkey, offset: number): Steps<Status>;
  /** Commits what was written; the handle is given back whatever the status. */
  close(hkey: Hkey): Steps<Status>;
  /**
   * Gives a handle back and commits nothing of its: for a client that died. What it wrote to a key that others are writing too
   * is part of the one new version that the last of them commits. Not mbed's.
   */
  abandon(hkey: Hkey): Steps<Status>;
  /** Deletes the key when its last handle is closed. The handle stays open. */
  delete(hkey: Hkey): Steps<Status>;
  /** A read-only handle on the next key that fits a pattern with `*`; closes `previous`. KEY_NOT_FOUND at the end. */
  find(query: string, previous?: Hkey): Steps<Status>;
  flush(): Steps<Status>;
  /** The name of an open key, or INVALID_HANDLE. From RAM or flash. */
  keyName(hkey: Hkey): Steps<string | Status>;
  /** Bytes of the value of an open key. */
  valueLength(hkey: Hkey): Steps<Status>;
  ram(): RamMeter;
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interface for a configuration store: named values, opened, read and written like files, committed when they are closed.
 *
 * NON-TOCK: mbed's `ARM_CFSTORE_DRIVER`, method by method, with what CFSTORE's design adds (`wseek`) and what a kernel with
 * processes needs (`abandon`). Tock's key-value store has no open keys.
 *
 * A status is a number, as in mbed: zero or more is success, negative an error. `libraries/cfstore/driver.ts` names the errors.
 *
 * Rules of the asynchronous mode:
 * - an accepted call answers 0, pending; its completion comes exactly once and never from within the call. mbed allows a call to
 *   answer a positive status when all is done already; here none does;
 * - a refused call answers a negative status with the buffer, does nothing, and no completion follows;
 * - an accepted call owns its buffer, a name or data, until its completion, which returns it;
 * - one request at a time on one open key: OPERATION_PENDING. Requests on other keys, and of other clients, wait for their turn
 *   and are served in the order of their calls. OUT_OF_MEMORY: too many wait, or are open;
 * - UNINITIALISED and INVALID_HANDLE, OPERATION_PENDING, OUT_OF_MEMORY come at once, in this order; all other errors in the
 *   completion.
 *
 * Of the synchronous mode: the answer is the result, and no completion follows. A buffer is lent for the call only; a refusal
 * names it all the same.
 *
 * A handle is its client's: another client's is INVALID_HANDLE.
 */
import type { Result } from '../result.ts';

/** Zero or more: success, a handle or a byte count where the operation has one. Negative: an error of CFSTORE. */
export type Status = number;

/** Names an open key: a positive number. */
export type Handle = number;

/** Why a call was refused, and what it had lent. */
export type Refused = readonly [status: Status, buffer: Uint8Array];

/** What a completion is of. */
export type Opcode =
  | 'initialize'
  | 'uninitialize'
  | 'powerControl'
  | 'create'
  | 'open'
  | 'read'
  | 'write'
  | 'rseek'
  | 'wseek'
  | 'close'
  | 'abandon'
  | 'delete'
  | 'find'
  | 'flush'
  | 'getKeyName'
  | 'getValueLen';

/** How a key is opened: `ARM_CFSTORE_FMODE`. */
export interface FileMode {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly execute?: boolean;
  /** Flush when this handle is closed. */
  readonly flushOnClose?: boolean;
}

/** What is fixed when a key is created: `ARM_CFSTORE_KEYDESC`. */
export interface KeyDescriptor {
  /** Who may do what, as bits. */
  readonly acl: number;
  readonly mode: FileMode;
}

/** That a request is over: what mbed's `ARM_CFSTORE_CALLBACK` is called with, and the loan. */
export interface Completion {
  /** As the call would have answered in the synchronous mode. */
  readonly status: Status;
  readonly opcode: Opcode;
  /** What `initialize` was given. */
  readonly context: unknown;
  /** The handle that the call was about, or made; 0: none. */
  readonly handle: Handle;
  /** What the call had lent, returned. */
  readonly buffer: Uint8Array | undefined;
}

/** Who is told. */
export interface Client {
  cfstoreDone(completion: Completion): void;
}

/** How a driver works. */
export interface Capabilities {
  /** Whether completions come by the client. */
  readonly asynchronousOps: boolean;
  /** Whether uvisor tells the owner of a key from others: never here. */
  readonly uvisorSupportEnabled: boolean;
}

/** What a driver is doing. */
export interface DriverStatus {
  /** The last operation that came to an end failed. */
  readonly error: boolean;
  /** A request runs, or waits. */
  readonly inProgress: boolean;
}

/** Versions as mbed packs them: major in the upper byte, minor in the lower. */
export interface Version {
  readonly api: number;
  readonly driver: number;
}

/** How much power the driver may use. */
export type PowerState = 'off' | 'low' | 'full';

/** The operations, for one client. */
export interface ArmCfstoreDriver {
  /** At once, in both modes. */
  getVersion(): Version;
  /** At once, in both modes. */
  getCapabilities(): Capabilities;
  /** At once, in both modes. */
  getStatus(): DriverStatus;
  /**
   * To be called first, and again after `uninitialize`: names who is told, and what of. The first of all clients has the store
   * loaded or repaired. JOURNAL_FAILED: the flash failed, or holds something else; the client is not initialised then. The one
   * call that needs no initialisation, and is nothing when there is one already: the client and its context stay. After a
   * JOURNAL_FAILED of whatever call it loads the store again, and all open keys of all clients are gone.
   */
  initialize(client: Client, context: unknown): Result<Status, Status>;
  /**
   * Abandons the client's open keys; the last client's puts the store away. OPERATION_PENDING: a request of this client is under
   * way. From its completion on the client is UNINITIALISED.
   */
  uninitialize(): Result<Status, Status>;
  /** NOT_SUPPORTED, in the completion: any state but `full`. */
  powerControl(state: PowerState): Result<Status, Status>;
  /**
   * A handle on a new key, write position 0; without a descriptor a key that is there is resized. PREEXISTING_KEY,
   * PREEXISTING_KEY_DELETED; INVALID_KEY_NAME, INVALID_KEY_LEN, INVALID_KEY_DESCRIPTOR; INVALID_VALUE_SIZE; OUT_OF_MEMORY: no
   * room in flash; HANDLE_COUNT_MAX.
   */
  create(
    name: Uint8Array,
    valueLength: number,
    descriptor?: KeyDescriptor,
  ): Result<Status, Refused>;
  /** A handle on a key. KEY_NOT_FOUND; PREEXISTING_KEY_DELETED; HANDLE_COUNT_MAX; permissions of the key. */
  open(name: Uint8Array, mode: FileMode): Result<Status, Refused>;
  /** Fills the buffer from the read position on, which moves: how many bytes. KEY_UNREADABLE. */
  read(handle: Handle, buffer: Uint8Array): Result<Status, Refused>;
  /** Writes the buffer at the write position, which moves: how many bytes. KEY_READ_ONLY. */
  write(handle: Handle, buffer: Uint8Array): Result<Status, Refused>;
  /** Moves the read position. INVALID_SEEK: past the end. */
  rseek(handle: Handle, offset: number): Result<Status, Status>;
  /** Moves the write position; the design's extension. INVALID_SEEK: past the end. */
  wseek(handle: Handle, offset: number): Result<Status, Status>;
  /** Commits what was written, and gives the handle back, whatever the status. */
  close(handle: Handle): Result<Status, Status>;
  /** Gives the handle back and commits nothing of its: for whom died. Neither mbed's nor the design's. */
  abandon(handle: Handle): Result<Status, Status>;
  /** Deletes the key when its last handle is closed; this one stays open. */
  delete(handle: Handle): Result<Status, Status>;
  /**
   * A read-only handle on the next key that fits a pattern with `*`; closes `previous`, unless the pattern is none.
   * KEY_NOT_FOUND at the end.
   */
  find(query: Uint8Array, previous?: Handle): Result<Status, Refused>;
  /** Makes all that is committed durable, and room in flash. An error while keys are open. */
  flush(): Result<Status, Status>;
  /** Puts the name of an open key into the buffer: its length. INVALID_KEY_LEN: it is longer than the buffer. */
  getKeyName(handle: Handle, buffer: Uint8Array): Result<Status, Refused>;
  /** Bytes of the value of an open key. */
  getValueLen(handle: Handle): Result<Status, Status>;
}

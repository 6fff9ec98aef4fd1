// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Who may do what with a key: the rights that it was created with, and the mode in which it is open.
 *
 * NON-TOCK: mbed's configuration store. Its interface has rights to execute, its code refuses them with NOT_SUPPORTED; here a key may
 * be executable as long as the same clients cannot write it. Its code asks for rights at each write too, so that whoever
 * creates a key without the right to write can never fill it.
 */
import { Acl, CfstoreError, type FileMode, type KeyDescriptor, type Status } from './driver.ts';

/** Which of the two groups of rights a client has. Without boxes that are kept apart, everybody is the owner. */
export type Who = 'owner' | 'other';

const RIGHTS = {
  owner: { read: Acl.OWNER_READ, write: Acl.OWNER_WRITE, execute: Acl.OWNER_EXECUTE },
  other: { read: Acl.OTHER_READ, write: Acl.OTHER_WRITE, execute: Acl.OTHER_EXECUTE },
} as const;

/** All bits of `Acl`. */
const ALL = 0x3f;

/** Zero for a descriptor that a new key may have. INVALID_KEY_DESCRIPTOR: none, unknown bits, or writable and executable at once. */
export function checkDescriptor(descriptor: KeyDescriptor | undefined): Status {
  if (descriptor === undefined) return CfstoreError.INVALID_KEY_DESCRIPTOR;
  const { acl } = descriptor;
  const isBoth = Object.values(RIGHTS).some(
    ({ write, execute }) => (acl & write) !== 0 && (acl & execute) !== 0,
  );
  return isBoth || (acl & ALL) !== acl ? CfstoreError.INVALID_KEY_DESCRIPTOR : 0;
}

/** The rights that a new key gets: those of its descriptor; where that has none, its owner may read and write it. */
export function aclOf({ acl }: KeyDescriptor): number {
  return acl === 0 ? Acl.OWNER_READ | Acl.OWNER_WRITE : acl;
}

/** The mode of the handle that `create` gives: that of the descriptor; where it has none, to read and write. */
export function createMode({ mode }: KeyDescriptor): FileMode {
  return isDefault(mode) ? { ...mode, read: true, write: true } : mode;
}

/** The mode of the handle that `open` gives: what was asked for; where that is nothing, to read. */
export function openMode(mode: FileMode): FileMode {
  return isDefault(mode) ? { ...mode, read: true } : mode;
}

function isDefault({ read = false, write = false, execute = false }: FileMode): boolean {
  return !read && !write && !execute;
}

/**
 * Zero when a key of these rights may be opened in a mode, as `openMode` has it. NO_READ_PERMISSION, NO_WRITE_PERMISSION,
 * NO_EXECUTE_PERMISSION: the first right that is missing.
 */
export function checkOpen(acl: number, mode: FileMode, who: Who = 'owner'): Status {
  const { read, write, execute } = RIGHTS[who];
  if (mode.read === true && (acl & read) === 0) return CfstoreError.NO_READ_PERMISSION;
  if (mode.write === true && (acl & write) === 0) return CfstoreError.NO_WRITE_PERMISSION;
  if (mode.execute === true && (acl & execute) === 0) return CfstoreError.NO_EXECUTE_PERMISSION;
  return 0;
}

/** Zero when a handle may be read from, and its read position moved. KEY_UNREADABLE: not its mode; NO_READ_PERMISSION. */
export function checkRead(acl: number, mode: FileMode, who: Who = 'owner'): Status {
  if (mode.read !== true) return CfstoreError.KEY_UNREADABLE;
  return checkOpen(acl, { read: true }, who);
}

/** Zero when a handle may be written to. KEY_READ_ONLY: not its mode; NO_WRITE_PERMISSION. */
export function checkWrite(acl: number, mode: FileMode, who: Who = 'owner'): Status {
  if (mode.write !== true) return CfstoreError.KEY_READ_ONLY;
  return checkOpen(acl, { write: true }, who);
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a process may do with stored records, by the id of their writer.
 *
 * Mirrors `kernel/src/storage_permissions.rs`, its kinds `ListedPermissions` and `NullPermissions`. An id of
 * 0 in a list never matches a process: 0 is the kernel's own (#3470).
 */

const KERNEL_ID = 0;

/** What the maker of an app asks for: TBF element 7. */
export interface StorageIds {
  /** The id that its records carry; absent: it may not write. */
  readonly writeId?: number;
  /** Writers whose records it may read. */
  readonly readIds?: readonly number[];
  /** Writers whose records it may replace and delete. */
  readonly modifyIds?: readonly number[];
}

/** The permissions of one process. */
export class StoragePermissions {
  /** A process that may neither read nor write. */
  static readonly NULL = new StoragePermissions({});

  /** The id that its records carry, or undefined when it may not write. */
  readonly writeId: number | undefined;

  constructor(private readonly ids: StorageIds) {
    this.writeId = ids.writeId === KERNEL_ID ? undefined : ids.writeId;
  }

  /** Records with one id: its own, which it reads and modifies too. */
  static ofOwner(id: number): StoragePermissions {
    return new StoragePermissions({ writeId: id, readIds: [id], modifyIds: [id] });
  }

  /** Whether it may read a record of this writer. */
  checkReadPermission(storedId: number): boolean {
    return storedId !== KERNEL_ID && this.ids.readIds?.includes(storedId) === true;
  }

  /** Whether it may replace or delete a record of this writer. */
  checkModifyPermission(storedId: number): boolean {
    return storedId !== KERNEL_ID && this.ids.modifyIds?.includes(storedId) === true;
  }
}

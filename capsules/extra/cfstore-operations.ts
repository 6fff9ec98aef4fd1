// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The operations of the configuration store as a process asks for them: what is copied, who may, what is called.
 *
 * NON-TOCK: one half of the driver; the other says whose turn it is.
 */
import type { GrantKernelData } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Result } from '#kernel/result';
import type { StoragePermissions } from '#kernel/storage-permissions';
import { CfstoreError, LONGEST_NAME, type Status } from '#libraries/cfstore/driver';
import { storedName, toldName, type StoredName } from './cfstore-names.ts';
import { answerOf, type Answer } from './cfstore-status.ts';
import { copyFromProcess, copyToProcess, readOnlyLength, readWriteLength } from './process-copy.ts';

/** The driver's commands. */
export const CfstoreCommand = {
  EXISTS: 0,
  CREATE: 1,
  OPEN: 2,
  READ: 3,
  WRITE: 4,
  RSEEK: 5,
  WSEEK: 6,
  CLOSE: 7,
  DELETE: 8,
  FIND: 9,
  FLUSH: 10,
  KEY_NAME: 11,
  VALUE_LENGTH: 12,
  RECOVER: 13,
} as const;
/** Buffers lent read-only. */
export const RoAllow = { NAME: 0, DATA: 1, COUNT: 2 } as const;
/** Buffers lent for reading and writing. */
export const RwAllow = { OUTPUT: 0, COUNT: 1 } as const;

/** Bits of a mode: those of mbed's `ARM_CFSTORE_FMODE`. */
export const Mode = { FLUSH_ON_CLOSE: 0x04, READ: 0x08, WRITE: 0x10, EXECUTE: 0x20 } as const;

/** Bytes of the driver's buffer for data: what one command moves at most. */
export const PIECE = 512;

const BYTE = 8;
const ACL_MASK = 0x3f;

/** A process's command. */
export interface Asked {
  readonly command: number;
  readonly arg1: number;
  readonly arg2: number;
}

/** Who asks, and what it may. */
export interface Asker {
  readonly kernel: GrantKernelData;
  readonly permissions: StoragePermissions;
  /** Whose key an open one is that belongs to this process; undefined: none of its. */
  readonly ownerOf: (handle: hil.cfstore.Handle) => number | undefined;
}

/** What was called: whose key it may open, and which open key it gives back; 0: none. */
export interface Started {
  readonly owner: number;
  readonly closes: hil.cfstore.Handle;
}

/** One client of the store, and the two buffers of all processes. */
export class CfstoreOperations {
  private name = new Uint8Array(LONGEST_NAME);
  private data = new Uint8Array(PIECE);

  constructor(private readonly cfstore: hil.cfstore.ArmCfstoreDriver) {}

  /** Copies the inputs of a command, and calls; or the error. A completion follows what was called. */
  start(asked: Asked, asker: Asker): Result<Started, Status> {
    switch (asked.command) {
      case CfstoreCommand.CREATE:
        return this.create(asked, asker);
      case CfstoreCommand.OPEN:
        return this.open(asked, asker);
      case CfstoreCommand.FIND:
        return this.find(asked, asker);
      case CfstoreCommand.FLUSH:
        return called(this.cfstore.flush());
      default:
        return this.onOpenKey(asked, asker);
    }
  }

  // --- By name -----------------------------------------------------------------------------------

  private create({ arg1: valueLength, arg2: bits }: Asked, asker: Asker): Result<Started, Status> {
    const { permissions } = asker;
    const stored = this.storedName(asker);
    if (!stored.ok) return stored;
    const { name, owner } = stored.value;
    const mayCreate = owner === permissions.writeId && permissions.checkModifyPermission(owner);
    if (!mayCreate) return Err(CfstoreError.NO_WRITE_PERMISSION);
    const descriptor =
      bits === 0 ? undefined : { acl: bits & ACL_MASK, mode: modeOf(bits >>> BYTE) };
    return called(this.cfstore.create(name, valueLength, descriptor), { owner });
  }

  private open({ arg1: bits }: Asked, asker: Asker): Result<Started, Status> {
    const stored = this.storedName(asker);
    if (!stored.ok) return stored;
    const { name, owner } = stored.value;
    const mode = modeOf(bits);
    const refused = refusal(mode, owner, asker.permissions);
    return refused < 0 ? Err(refused) : called(this.cfstore.open(name, mode), { owner });
  }

  private find({ arg1: previous }: Asked, asker: Asker): Result<Started, Status> {
    if (previous !== 0 && asker.ownerOf(previous) === undefined) {
      return Err(CfstoreError.INVALID_HANDLE);
    }
    const stored = this.storedName(asker);
    if (!stored.ok) return stored;
    const { name, owner } = stored.value;
    const refused = refusal({ read: true }, owner, asker.permissions);
    if (refused < 0) return Err(refused);
    const answer = this.cfstore.find(name, previous === 0 ? undefined : previous);
    return called(answer, { owner, closes: previous });
  }

  /** What the process lends as a name, or as a pattern. */
  private storedName({ kernel, permissions }: Asker): Result<StoredName, Status> {
    const length = readOnlyLength(kernel, RoAllow.NAME);
    copyFromProcess(kernel, RoAllow.NAME, this.name);
    return storedName(this.name, length, permissions.writeId);
  }

  // --- By handle ---------------------------------------------------------------------------------

  private onOpenKey(asked: Asked, asker: Asker): Result<Started, Status> {
    const { command, arg1: handle, arg2: offset } = asked;
    const owner = asker.ownerOf(handle);
    if (owner === undefined) return Err(CfstoreError.INVALID_HANDLE);
    switch (command) {
      case CfstoreCommand.READ:
        return this.read(handle, asker.kernel);
      case CfstoreCommand.WRITE:
        return this.write(handle, asker.kernel);
      case CfstoreCommand.DELETE: {
        const refused = refusal({ write: true }, owner, asker.permissions);
        return refused < 0 ? Err(refused) : called(this.cfstore.delete(handle));
      }
      case CfstoreCommand.RSEEK:
        return called(this.cfstore.rseek(handle, offset));
      case CfstoreCommand.WSEEK:
        return called(this.cfstore.wseek(handle, offset));
      case CfstoreCommand.CLOSE:
        return called(this.cfstore.close(handle), { closes: handle });
      case CfstoreCommand.KEY_NAME:
        return called(this.cfstore.getKeyName(handle, this.name));
      default:
        return called(this.cfstore.getValueLen(handle));
    }
  }

  private read(handle: hil.cfstore.Handle, kernel: GrantKernelData): Result<Started, Status> {
    const length = Math.min(readWriteLength(kernel, RwAllow.OUTPUT), PIECE);
    if (length === 0) return Err(CfstoreError.INVALID_READ_BUFFER);
    return called(this.cfstore.read(handle, this.data.subarray(0, length)));
  }

  private write(handle: hil.cfstore.Handle, kernel: GrantKernelData): Result<Started, Status> {
    const length = copyFromProcess(kernel, RoAllow.DATA, this.data);
    if (length === 0) return Err(CfstoreError.INVALID_WRITE_BUFFER);
    return called(this.cfstore.write(handle, this.data.subarray(0, length)));
  }

  // --- Completion --------------------------------------------------------------------------------

  /** The answer to a completion; what was read goes to what the process lends by now. */
  answer(
    { status, opcode, buffer }: hil.cfstore.Completion,
    asker: Omit<Asker, 'ownerOf'>,
  ): Answer {
    if (status < 0 || buffer === undefined) return answerOf(status);
    if (opcode === 'read') return output(asker.kernel, buffer.subarray(0, status));
    if (opcode !== 'getKeyName') return answerOf(status);
    return output(asker.kernel, toldName(buffer.subarray(0, status), asker.permissions.writeId));
  }
}

/** Puts bytes where the process wants them: how many; INVALID_READ_BUFFER and how many fitted, when not all did. */
function output(kernel: GrantKernelData, bytes: Uint8Array): Answer {
  const count = copyToProcess(kernel, RwAllow.OUTPUT, bytes);
  if (count === bytes.length) return answerOf(count);
  const [status, , error] = answerOf(CfstoreError.INVALID_READ_BUFFER);
  return [status, count, error];
}

function called(
  answer: Result<Status, Status | hil.cfstore.Refused>,
  started: Partial<Started> = {},
): Result<Started, Status> {
  if (answer.ok) return Ok({ owner: 0, closes: 0, ...started });
  return Err(typeof answer.error === 'number' ? answer.error : answer.error[0]);
}

/** Why a process may not open an owner's key so; 0: it may. */
function refusal(
  { read, write }: hil.cfstore.FileMode,
  owner: number,
  permissions: StoragePermissions,
): Status {
  if (write === true && !permissions.checkModifyPermission(owner)) {
    return CfstoreError.NO_WRITE_PERMISSION;
  }
  const reads = read === true || write !== true;
  return reads && !permissions.checkReadPermission(owner) ? CfstoreError.NO_READ_PERMISSION : 0;
}

function modeOf(bits: number): hil.cfstore.FileMode {
  const has = (bit: number): boolean => (bits & bit) !== 0;
  return {
    read: has(Mode.READ),
    write: has(Mode.WRITE),
    execute: has(Mode.EXECUTE),
    flushOnClose: has(Mode.FLUSH_ON_CLOSE),
  };
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Names of keys as processes give them: each process has a space of names of its own.
 *
 * NON-TOCK: mbed leaves it to uvisor to tell the owner of a key from others, and keeps no owner in flash. Here the owner stands in
 * the name: `{746f636b}colour` is the key `colour` of the processes that write with the id 0x746f636b. A process names its own
 * keys without that, and may name any with it.
 */
import { Err, Ok, type Result } from '#kernel/result';
import { CfstoreError, LONGEST_NAME, type Status } from '#libraries/cfstore/driver';

const DIGITS = 8;
/** Characters that name the owner. */
export const PREFIX_LENGTH = DIGITS + 2;
/** The longest name that a process can give a key of its own. */
export const LONGEST_OWN_NAME = LONGEST_NAME - PREFIX_LENGTH;

const PREFIX = /^\{([0-9a-f]{8})\}/;

/** A name as the store has it, and whose key it is. */
export interface StoredName {
  readonly name: Uint8Array;
  readonly owner: number;
}

function prefixOf(owner: number): string {
  return `{${(owner >>> 0).toString(16).padStart(DIGITS, '0')}}`;
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/**
 * What a process means by a name, or by a pattern: put into `buffer`, of `LONGEST_NAME` bytes, which begins with `length` bytes of
 * what it gave. INVALID_KEY_LEN: nothing, or too long with the owner. INVALID_KEY_NAME: it begins with a brace and names no owner.
 * NO_PERMISSIONS: it is the process's own, and that has no id to write with.
 */
export function storedName(
  buffer: Uint8Array,
  length: number,
  writeId: number | undefined,
): Result<StoredName, Status> {
  const given = textOf(buffer.subarray(0, Math.min(length, PREFIX_LENGTH)));
  if (given.startsWith('{')) {
    const owner = PREFIX.exec(given)?.[1];
    if (owner === undefined) return Err(CfstoreError.INVALID_KEY_NAME);
    if (length === PREFIX_LENGTH || length > LONGEST_NAME) return Err(CfstoreError.INVALID_KEY_LEN);
    return Ok({ name: buffer.subarray(0, length), owner: Number.parseInt(owner, 16) });
  }
  if (length === 0 || length > LONGEST_OWN_NAME) return Err(CfstoreError.INVALID_KEY_LEN);
  if (writeId === undefined) return Err(CfstoreError.NO_PERMISSIONS);
  buffer.copyWithin(PREFIX_LENGTH, 0, length);
  putText(buffer, prefixOf(writeId));
  return Ok({ name: buffer.subarray(0, PREFIX_LENGTH + length), owner: writeId });
}

function putText(buffer: Uint8Array, text: string): void {
  for (let at = 0; at < text.length; at++) buffer[at] = text.charCodeAt(at);
}

/** A name as a process is told it: its own keys' without the owner. */
export function toldName(name: Uint8Array, writeId: number | undefined): Uint8Array {
  const isOwn = writeId !== undefined && textOf(name).startsWith(prefixOf(writeId));
  return isOwn ? name.subarray(PREFIX_LENGTH) : name;
}

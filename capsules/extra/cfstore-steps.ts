// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A request of a client of the configuration store, as steps of the store.
 *
 * NON-TOCK: names are bytes here, in a buffer that somebody lends, and text in the store.
 */
import type * as hil from '#kernel/hil';
import { CfstoreError, type CfstoreDriver } from '#libraries/cfstore/driver';
import type { Steps } from '#libraries/store/storage';
import type { Request } from './cfstore-kvbufs.ts';

type Status = hil.cfstore.Status;

const NOTHING = new Uint8Array(0);

/** A character for each byte: what is no ASCII is no character of a name. */
export function bytesToName(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** What a request does, about an open key or none (handle 0). */
export function storeSteps(
  driver: CfstoreDriver,
  request: Request,
  handle: hil.cfstore.Handle,
): Steps<Status> {
  const { opcode, buffer = NOTHING, argument = 0, mode = {}, descriptor } = request;
  switch (opcode) {
    case 'create':
      return driver.create(bytesToName(buffer), argument, descriptor);
    case 'open':
      return driver.open(bytesToName(buffer), mode);
    case 'read':
      return driver.read(handle, buffer);
    case 'write':
      return driver.write(handle, buffer);
    case 'find':
      return driver.find(bytesToName(buffer), handle === 0 ? undefined : handle);
    case 'getKeyName':
      return keyName(driver, handle, buffer);
    default:
      return withoutBuffer(driver, request, handle, argument);
  }
}

function withoutBuffer(
  driver: CfstoreDriver,
  { opcode, power }: Request,
  handle: hil.cfstore.Handle,
  argument: number,
): Steps<Status> {
  switch (opcode) {
    case 'rseek':
      return driver.rseek(handle, argument);
    case 'wseek':
      return driver.wseek(handle, argument);
    case 'close':
      return driver.close(handle);
    case 'abandon':
      return driver.abandon(handle);
    case 'delete':
      return driver.delete(handle);
    case 'getValueLen':
      return driver.valueLength(handle);
    case 'flush':
      return driver.flush();
    default:
      return answer(power === 'full' ? 0 : CfstoreError.NOT_SUPPORTED);
  }
}

function* answer(status: Status): Steps<Status> {
  return status;
}

function* keyName(driver: CfstoreDriver, handle: number, buffer: Uint8Array): Steps<Status> {
  const name = yield* driver.keyName(handle);
  if (typeof name === 'number') return name;
  if (name.length > buffer.length) return CfstoreError.INVALID_READ_BUFFER;
  for (let at = 0; at < name.length; at++) buffer[at] = name.charCodeAt(at);
  return name.length;
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE on flash in memory, and a reader of its bytes that shares no code with it.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Cfstore } from '#libraries/cfstore/cfstore';
import { configOf, type CfstoreConfig } from '#libraries/cfstore/config';
import { Acl, CfstoreError, type KeyDescriptor, type Status } from '#libraries/cfstore/driver';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry, Steps } from '#libraries/store/storage';

/** Eight pages: slots of 1024 bytes, two snapshots and then two deltas. Every unit is programmed once. */
export const UNITS_OF_4: Geometry = {
  ...{ wordSize: 4, pageSize: 512, numPages: 8 },
  ...{ maxWordWrites: 1, maxPageErases: 10_000 },
};
/** The same with program units of 8 bytes. */
export const UNITS_OF_8: Geometry = { ...UNITS_OF_4, wordSize: 8 };

/** Numbers of the slots of these flashes. */
export const SLOT = { snapshots: [0, 1], deltas: [2, 3] } as const;
const SLOT_BYTES = 1024;

/** Everybody may read and write. */
export const DESCRIPTOR: KeyDescriptor = {
  acl: Acl.OWNER_READ | Acl.OWNER_WRITE,
  mode: { read: true, write: true },
};
/** How keys are opened to be written. */
export const RW = { read: true, write: true };
/** How they are opened to be read. */
export const RO = { read: true };

/** What an operation answered. */
export function said(steps: Steps<Status>): Status {
  return runAtOnce(steps);
}

/** What an operation that has to go well answered. */
export function done(steps: Steps<Status>): Status {
  const status = runAtOnce(steps);
  expect(status, 'a status').to.be.at.least(0);
  return status;
}

/** A store that has begun. */
export function opened(flash: BufferStorage, given: Partial<CfstoreConfig> = {}): Cfstore {
  const store = new Cfstore(flash, configOf(flash, given));
  done(store.initialize());
  return store;
}

/** So many bytes, each one more than the one before. */
export function counting(length: number, first = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => first + index);
}

/** Creates a key, or replaces its value. */
export function put(store: Cfstore, name: string, value: Uint8Array): void {
  let hkey = said(store.create(name, value.length));
  if (hkey === CfstoreError.INVALID_KEY_DESCRIPTOR) {
    hkey = done(store.create(name, value.length, DESCRIPTOR));
  }
  expect(done(store.write(hkey, value))).to.equal(value.length);
  done(store.close(hkey));
}

/** Deletes a key at once. */
export function remove(store: Cfstore, name: string): void {
  const hkey = done(store.open(name, RO));
  done(store.delete(hkey));
  done(store.close(hkey));
}

/** The value of a key, through a handle of its own; undefined when there is none. */
export function valueOf(store: Cfstore, name: string): Uint8Array | undefined {
  const hkey = said(store.open(name, RO));
  if (hkey === CfstoreError.KEY_NOT_FOUND) return undefined;
  const value = allOf(store, hkey);
  done(store.close(hkey));
  return value;
}

/** The whole value that a handle sees. */
export function allOf(store: Cfstore, hkey: number): Uint8Array {
  const value = new Uint8Array(done(store.valueLength(hkey)));
  done(store.rseek(hkey, 0));
  expect(done(store.read(hkey, value))).to.equal(value.length);
  return value;
}

/** The names that fit a pattern, in the order in which they are found. */
export function namesOf(store: Cfstore, pattern = '*'): string[] {
  const names: string[] = [];
  let hkey = said(store.find(pattern));
  while (hkey > 0) {
    names.push(String(runAtOnce(store.keyName(hkey))));
    hkey = said(store.find(pattern, hkey));
  }
  expect(hkey).to.equal(CfstoreError.KEY_NOT_FOUND);
  return names;
}

/** All keys and values as text. */
export function contentOf(store: Cfstore): string {
  const names = namesOf(store).sort();
  expect(new Set(names).size, 'each key once').to.equal(names.length);
  return names.map((name) => `${name}=${hex(valueOf(store, name))}`).join(' ');
}

/** Bytes as text. */
export function hex(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? 'none' : Buffer.from(bytes).toString('hex');
}

// --- Bytes in flash ----------------------------------------------------------------------------

/** A record as it stands in flash, by the figures of the design. */
export interface Tlv {
  /** Where it begins in the image. */
  readonly at: number;
  readonly type: number;
  readonly name: string;
  readonly value: Uint8Array;
  readonly kvid: number;
  readonly sequence: number;
  readonly writeAt: number;
  /** Where its VALID and its code begin in the image. */
  readonly validAt: number;
  readonly codeAt: number;
  /** The bytes of both. */
  readonly valid: string;
  readonly code: string;
}

/** The bytes of a slot. */
export function slotOf(flash: BufferStorage, slot: number): Uint8Array {
  return flash.image.subarray(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES);
}

/** The records of a slot whose headers are whole, up to the first blank one. A torn one may be stepped over by its 20 bytes. */
export function tlvsOf(flash: BufferStorage, slot: number): Tlv[] {
  const { wordSize: unit, image } = flash;
  const up = (bytes: number): number => Math.ceil(bytes / unit) * unit;
  const tlvs: Tlv[] = [];
  const end = (slot + 1) * SLOT_BYTES - 16;
  let at = slot * SLOT_BYTES + 32;
  while (at < end && hex(image.subarray(at, at + 20)) !== 'ff'.repeat(20)) {
    if (!isWhole(image.subarray(at, at + 20))) {
      at += up(20);
      continue;
    }
    const { tlv, size } = tlvAt(flash, at);
    tlvs.push(tlv);
    at += size;
  }
  return tlvs;
}

function tlvAt({ image, wordSize: unit }: BufferStorage, at: number): { tlv: Tlv; size: number } {
  const up = (bytes: number): number => Math.ceil(bytes / unit) * unit;
  const u32 = (from: number): number => Buffer.from(image.buffer).readUInt32BE(from);
  const [type = 0] = image.subarray(at + 1);
  const isFull = type === 1;
  const [keyLength = 0] = isFull ? image.subarray(at + 5) : [];
  const valueLength = u32(at + (isFull ? 8 : 4));
  const keyAt = at + up(20);
  const valueAt = keyAt + up(keyLength);
  const validAt = valueAt + up(valueLength);
  const codeAt = validAt + up(4);
  const tlv: Tlv = {
    ...{ at, type, validAt, codeAt },
    name: Buffer.from(image.subarray(keyAt, keyAt + keyLength)).toString('latin1'),
    value: image.slice(valueAt, valueAt + valueLength),
    kvid: u32(at + (isFull ? 12 : 8)),
    sequence: u32(at + (isFull ? 16 : 12)),
    writeAt: isFull ? 0 : u32(at + 16),
    valid: hex(image.subarray(validAt, codeAt)),
    code: hex(image.subarray(codeAt, codeAt + 4)),
  };
  return { tlv, size: codeAt + up(4) - at };
}

/** Whether the CRC-16 of a header is right, bit by bit; the design has zeros there. */
function isWhole(header: Uint8Array): boolean {
  const crcAt = header[1] === 1 ? 6 : 2;
  const stored = Buffer.from(header).readUInt16BE(crcAt);
  let crc = 0xffff;
  for (const [at, byte] of header.entries()) if (at >> 1 !== crcAt >> 1) crc = crcOfMore(crc, byte);
  return header[0] === 0x10 && (stored === crc || stored === 0);
}

function crcOfMore(before: number, byte: number): number {
  let crc = before ^ (byte << 8);
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x8000 ? 0x1_1021 : 0);
  return crc;
}

/** VALID of a record that is good, and of one that is deleted; units of 4 bytes. */
export const GOOD = 'ffffffff';
export const DELETED = '00000000';
/** A code that was not written. */
export const BLANK = 'ffffffff';

/** A flash that notes what is written and erased, in order. */
export class Watched extends BufferStorage {
  readonly events: {
    readonly kind: 'write' | 'erase';
    readonly at: number;
    readonly length: number;
  }[] = [];

  override write(...call: Parameters<BufferStorage['write']>): boolean {
    const [page, byteOffset, , , length] = call;
    this.events.push({ kind: 'write', at: page * this.pageSize + byteOffset, length });
    return super.write(...call);
  }

  override erase(page: number): boolean {
    this.events.push({ kind: 'erase', at: page * this.pageSize, length: this.pageSize });
    return super.erase(page);
  }

  /** Where the writes since then began, each as the letter of what is there. */
  order(places: Readonly<Record<string, number>>): string {
    const names = new Map(Object.entries(places).map(([name, at]) => [at, name]));
    return this.events.map(({ at }) => names.get(at) ?? '?').join(' ');
  }
}

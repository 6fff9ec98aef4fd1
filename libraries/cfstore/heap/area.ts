// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The area: all keys with their values in one block of memory, one behind the other, as it is also written to flash.
 *
 *     value length (4, lowest byte first) | key length (1) | rights (1) | handles (1) | flags (1) | key | value
 *
 * NON-TOCK: `area_0` of mbed's configuration store. Places are bytes from its begin; they move when something before them
 * grows, shrinks or goes.
 */

/** Bytes before a key. */
export const HEADER_SIZE = 8;
/** The most handles on a key at a time: what its byte counts. */
export const MOST_HANDLES = 0xff;

const KEY_LENGTH_AT = 4;
const ACL_AT = 5;
const HANDLES_AT = 6;
const FLAGS_AT = 7;
/** The flag of a key that goes with its last handle. */
const DELETED = 0x01;

/** What a new key has. */
export interface NewKey {
  readonly name: string;
  /** Bits of `Acl`. */
  readonly acl: number;
  readonly valueLength: number;
}

/** Bytes that a key takes. */
export function sizeOf(nameLength: number, valueLength: number): number {
  return HEADER_SIZE + nameLength + valueLength;
}

export class Area {
  private bytes: Uint8Array;

  /** Over a block of its own; without one, empty. */
  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.bytes = bytes;
  }

  /** Bytes of all keys. */
  get length(): number {
    return this.bytes.length;
  }

  /** A copy for flash: with zeros behind it up to whole units. */
  image(unit: number): Uint8Array {
    const image = new Uint8Array(Math.ceil(this.length / unit) * unit);
    image.set(this.bytes);
    return image;
  }

  /** Cuts off what does not belong to whole keys, such as the zeros of `image`, and returns that. */
  trim(): Uint8Array {
    let end = 0;
    while (this.isWhole(end)) end = this.endAt(end);
    const rest = this.bytes.slice(end);
    this.bytes = this.bytes.slice(0, end);
    return rest;
  }

  /** No handle is open, and no key is being deleted. */
  forgetHandles(): void {
    for (const head of this.heads()) {
      this.bytes[head + HANDLES_AT] = 0;
      this.bytes[head + FLAGS_AT] = 0;
    }
  }

  /** Whether a whole key begins at a place. */
  isWhole(head: number): boolean {
    if (head < 0 || head + HEADER_SIZE > this.length) return false;
    return (this.bytes[head + KEY_LENGTH_AT] ?? 0) > 0 && this.endAt(head) <= this.length;
  }

  /** Where each key begins, in the order in which they were made. */
  *heads(): Generator<number> {
    for (let head = 0; this.isWhole(head); head = this.endAt(head)) yield head;
  }

  /** Where a key begins that has a name. With `alsoDeleted`, also one that is being deleted. */
  find(name: string, alsoDeleted: boolean): number | undefined {
    for (const head of this.heads()) {
      if (this.nameAt(head) === name && (alsoDeleted || !this.isDeletedAt(head))) return head;
    }
    return undefined;
  }

  nameAt(head: number): string {
    const length = this.bytes[head + KEY_LENGTH_AT] ?? 0;
    const key = this.bytes.subarray(head + HEADER_SIZE, head + HEADER_SIZE + length);
    return String.fromCharCode(...key);
  }

  aclAt(head: number): number {
    return this.bytes[head + ACL_AT] ?? 0;
  }

  valueLengthAt(head: number): number {
    return new DataView(this.bytes.buffer, this.bytes.byteOffset).getUint32(head, true);
  }

  private valueAt(head: number): number {
    return head + HEADER_SIZE + (this.bytes[head + KEY_LENGTH_AT] ?? 0);
  }

  private endAt(head: number): number {
    return this.valueAt(head) + this.valueLengthAt(head);
  }

  isDeletedAt(head: number): boolean {
    return ((this.bytes[head + FLAGS_AT] ?? 0) & DELETED) !== 0;
  }

  /** It goes with its last handle. */
  markDeleted(head: number): void {
    this.bytes[head + FLAGS_AT] = DELETED;
  }

  handlesAt(head: number): number {
    return this.bytes[head + HANDLES_AT] ?? 0;
  }

  setHandlesAt(head: number, handles: number): void {
    this.bytes[head + HANDLES_AT] = handles;
  }

  /** Bytes of a value, to be looked at until the area changes. Not beyond the end of the area. */
  read(head: number, offset: number, length: number): Uint8Array {
    const start = this.valueAt(head) + offset;
    return this.bytes.subarray(start, Math.max(start, Math.min(start + length, this.length)));
  }

  /** Puts bytes at an offset of a value; what would be beyond the end of the area is dropped. Looks at no length. */
  write(head: number, offset: number, data: Uint8Array): void {
    const start = this.valueAt(head) + offset;
    if (start < this.length) this.bytes.set(data.subarray(0, this.length - start), start);
  }

  /** Adds a key behind all others, its value all zeros: where it begins. */
  append({ name, acl, valueLength }: NewKey): number {
    const head = this.length;
    const grown = new Uint8Array(head + sizeOf(name.length, valueLength));
    grown.set(this.bytes);
    new DataView(grown.buffer).setUint32(head, valueLength, true);
    grown[head + KEY_LENGTH_AT] = name.length;
    grown[head + ACL_AT] = acl;
    for (let at = 0; at < name.length; at++) grown[head + HEADER_SIZE + at] = name.charCodeAt(at);
    this.bytes = grown;
    return head;
  }

  /** Takes a key away. What came after it moves up by as many bytes as are returned. */
  remove(head: number): number {
    const end = this.endAt(head);
    this.bytes = joined(this.bytes.subarray(0, head), this.bytes.subarray(end));
    return end - head;
  }

  /** Gives a value another length, with zeros where it grows. What came after it moves down by as many bytes as are returned. */
  resize(head: number, valueLength: number): number {
    const end = this.endAt(head);
    const kept = Math.min(end, this.valueAt(head) + valueLength);
    const growth = this.valueAt(head) + valueLength - end;
    const zeros = new Uint8Array(Math.max(0, growth));
    this.bytes = joined(this.bytes.subarray(0, kept), zeros, this.bytes.subarray(end));
    new DataView(this.bytes.buffer).setUint32(head, valueLength, true);
    return growth;
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

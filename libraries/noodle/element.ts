// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Elements, noodle's atoms, each one item of the queue.
 *
 * NON-TOCK: the format of a peer.
 *
 *     start   00 | sequence, 32 bits
 *     data    01 | key, a CBOR text | value, CBOR
 *     end     02 | sequence, 32 bits | seal, 32 bits
 *
 * The upper half of the first byte is the version, 0. Numbers are little-endian.
 */
import { decodeText, encodeText, headLength } from './cbor.ts';
import type { Pair } from './nodes.ts';

/** First bytes. */
const START = 0x00;
const DATA = 0x01;
const END = 0x02;

/** Bytes of a start element. */
export const START_SIZE = 5;
/** Bytes of an end element. */
export const END_SIZE = 9;

/** An element. `body` of data: key and value, both in CBOR, as they are sealed. */
export type Element =
  | { readonly kind: 'start'; readonly sequence: number }
  | { readonly kind: 'data'; readonly body: Uint8Array }
  | { readonly kind: 'end'; readonly sequence: number; readonly seal: number };

/** The element that begins a record. */
export function encodeStart(sequence: number): Uint8Array {
  const bytes = new Uint8Array(START_SIZE);
  bytes[0] = START;
  new DataView(bytes.buffer).setUint32(1, sequence, true);
  return bytes;
}

/** The element of one node; `value` is in CBOR already. */
export function encodeData(key: string, value: Uint8Array): Uint8Array {
  const text = encodeText(key);
  const bytes = new Uint8Array(1 + text.length + value.length);
  bytes[0] = DATA;
  bytes.set(text, 1);
  bytes.set(value, 1 + text.length);
  return bytes;
}

/** The element that makes a record count. */
export function encodeEnd(sequence: number, seal: number): Uint8Array {
  const bytes = new Uint8Array(END_SIZE);
  bytes[0] = END;
  const view = new DataView(bytes.buffer);
  view.setUint32(1, sequence, true);
  view.setUint32(5, seal, true);
  return bytes;
}

/** What is sealed of an encoded data element: all but its first byte. */
export function bodyOf(encoded: Uint8Array): Uint8Array {
  return encoded.subarray(1);
}

/** Bytes of a data element with a key of so many ASCII characters and a value of so many bytes of CBOR. */
export function dataSize(keyLength: number, valueSize: number): number {
  return 1 + headLength(keyLength) + keyLength + valueSize;
}

/** The element that an item holds, or undefined when it is none. No record has the number 0. */
export function decodeElement(bytes: Uint8Array): Element | undefined {
  switch (bytes[0]) {
    case START:
    case END:
      return decodeNumbered(bytes);
    case DATA:
      return { kind: 'data', body: bodyOf(bytes) };
    default:
      return undefined;
  }
}

function decodeNumbered(bytes: Uint8Array): Element | undefined {
  const isStart = bytes[0] === START;
  if (bytes.length !== (isStart ? START_SIZE : END_SIZE)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sequence = view.getUint32(1, true);
  if (sequence === 0) return undefined;
  return isStart
    ? { kind: 'start', sequence }
    : { kind: 'end', sequence, seal: view.getUint32(5, true) };
}

/** The key and value of a data element; the value is a copy. Undefined when it does not begin with a text. */
export function decodeBody(body: Uint8Array): Pair | undefined {
  const key = decodeText(body, 0);
  return key === undefined ? undefined : { key: key.text, value: body.slice(key.end) };
}

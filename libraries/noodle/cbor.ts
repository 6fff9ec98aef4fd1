// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * As much of CBOR (RFC 8949) as noodle needs: text for keys, byte strings for the values of a map.
 *
 * NON-TOCK: the format of a peer.
 */

/** Major types, the upper three bits of a head. */
const BYTES = 2;
const TEXT = 3;

/** The longest head of a string whose length has 16 bits. */
const LONGEST_HEAD = 3;

/** Bytes of the head of a string of so many bytes, at most 65535. */
export function headLength(length: number): number {
  if (length < 24) return 1;
  return length < 0x100 ? 2 : LONGEST_HEAD;
}

function encodeString(major: number, bytes: Uint8Array): Uint8Array {
  const head = headLength(bytes.length);
  const encoded = new Uint8Array(head + bytes.length);
  encoded[0] = (major << 5) | (head === 1 ? bytes.length : head === 2 ? 24 : 25);
  if (head === 2) encoded[1] = bytes.length;
  if (head === LONGEST_HEAD) {
    encoded[1] = bytes.length >>> 8;
    encoded[2] = bytes.length;
  }
  encoded.set(bytes, head);
  return encoded;
}

/** A byte string of at most 65535 bytes. */
export function encodeBytes(bytes: Uint8Array): Uint8Array {
  return encodeString(BYTES, bytes);
}

/** A text. */
export function encodeText(text: string): Uint8Array {
  return encodeString(TEXT, new TextEncoder().encode(text));
}

/** Where the content of a string begins and ends, when a string of that type begins at `at`, in its shortest form. */
function decodeString(
  major: number,
  bytes: Uint8Array,
  at: number,
): { readonly start: number; readonly end: number } | undefined {
  const first = bytes[at];
  if (first === undefined || first >>> 5 !== major) return undefined;
  const short = first & 31;
  if (short > 25) return undefined;
  const head = short < 24 ? 1 : short - 22;
  let length = short < 24 ? short : 0;
  for (let index = at + 1; index < at + head; index++) length = (length << 8) | (bytes[index] ?? 0);
  const start = at + head;
  const isWhole = start + length <= bytes.length && headLength(length) === head;
  return isWhole ? { start, end: start + length } : undefined;
}

/** The text at an offset and where it ends, or undefined when there is none. */
export function decodeText(
  bytes: Uint8Array,
  at: number,
): { readonly text: string; readonly end: number } | undefined {
  const place = decodeString(TEXT, bytes, at);
  if (place === undefined) return undefined;
  const text = decodeUtf8(bytes.subarray(place.start, place.end));
  return text === undefined ? undefined : { text, end: place.end };
}

/** Bytes that are one byte string and nothing more, as a copy; undefined when they are not. */
export function decodeBytes(bytes: Uint8Array): Uint8Array | undefined {
  const place = decodeString(BYTES, bytes, 0);
  return place?.end === bytes.length ? bytes.slice(place.start) : undefined;
}

/** What is no UTF-8 comes back as other bytes than went in. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const again = new TextEncoder().encode(text);
  const isSame = again.length === bytes.length && again.every((byte, at) => byte === bytes[at]);
  return isSame ? text : undefined;
}

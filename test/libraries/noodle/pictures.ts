// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Queues drawn as letters, as the design notes draw them: states of elements, not where they stand.
 *
 * NON-TOCK: for tests.
 *
 *     'xxx 5:SabcE 6:Sab~E 7:Sab'
 *     x popped   5: the number of the record   S start   E end   ~ an item that cannot be read   a data
 */
import { encodeBytes } from '#libraries/noodle/cbor';
import {
  bodyOf,
  decodeElement,
  encodeData,
  encodeEnd,
  encodeStart,
} from '#libraries/noodle/element';
import { RecordReader, type WriteRecord } from '#libraries/noodle/record';
import { HARDENED, type Rules } from '#libraries/noodle/rules';
import { CrcSeal } from '#libraries/noodle/seal';
import type { Place } from '#libraries/sequential-storage/items';

/** The value that a node has in the record of a number. */
export function valueIn(sequence: number): Uint8Array {
  return encodeBytes(Uint8Array.of(sequence));
}

/** The records of a picture. Places count items, on page 0. */
export function recordsOf(picture: string, rules: Rules = HARDENED): readonly WriteRecord[] {
  const reader = new RecordReader(rules);
  let byteOffset = 0;
  for (const token of picture.split(/\s+/)) {
    const [, number = '', letters = token] = /^(\d+):(.*)$/.exec(token) ?? [];
    for (const bytes of itemsOf(Number(number), letters)) {
      if (bytes === undefined) reader.gap();
      else reader.item(place(byteOffset), decodeElement(bytes));
      byteOffset += 1;
    }
  }
  reader.finish();
  return reader.records;
}

/** The seal of a record with these nodes. */
export function sealOf(sequence: number, letters: string): number {
  const seal = new CrcSeal();
  for (const letter of letters) seal.add(bodyOf(encodeData(letter, valueIn(sequence))));
  return seal.word();
}

/** A place on page 0. */
export function place(byteOffset: number): Place {
  return { page: 0, byteOffset, length: 0, checksum: 1 };
}

function itemsOf(sequence: number, letters: string): (Uint8Array | undefined)[] {
  const seal = new CrcSeal();
  return Array.from(letters, (letter) => {
    if (letter === 'x' || letter === '~') return undefined;
    if (letter === 'S') return encodeStart(sequence);
    if (letter === 'E') return encodeEnd(sequence, seal.word());
    const data = encodeData(letter, valueIn(sequence));
    seal.add(bodyOf(data));
    return data;
  });
}

/** Records in short: `5 6 7:interrupted`. */
export function inShort(records: readonly WriteRecord[]): string {
  return records
    .map(({ sequence, fault }) => (fault === undefined ? `${sequence}` : `${sequence}:${fault}`))
    .join(' ');
}

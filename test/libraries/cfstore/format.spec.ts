// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bytes of CFSTORE's records, heads and tails: worked out by hand, with CRCs of another implementation.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { TlvFormat, TlvType, isBlank, up, type Header } from '#libraries/cfstore/format';
import {
  NONE,
  decodeHead,
  decodeTail,
  encodeHead,
  encodeTail,
  slotTailSize,
} from '#libraries/cfstore/slot-format';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { UNITS_OF_4, UNITS_OF_8, counting, hex, opened, put, slotOf } from './support.ts';

/** Key "abc" with values 01 to 0a, the first of its store, its owner's to read and write. */
const GOLDEN = {
  4:
    '10010003 1403f5ad 0000000a 00000001 00000000 61626300 01020304 05060708 090affff' +
    'ffffffff a753e664',
  8:
    '10010003 1803e363 0000000a 00000001 00000000 ffffffff 61626300 00000000 01020304 05060708' +
    '090affff ffffffff ffffffff ffffffff 378486fc ffffffff',
} as const;

/** Four bytes a1 to a4 at place 20 of key 7, number 0x102. */
const GOLDEN_INCREMENT = '10027100 00000004 00000007 00000102 00000014';

const bare = (text: string): string => text.replaceAll(' ', '');

describe('libraries/cfstore/format', () => {
  const four = new TlvFormat(4, 4, true);
  const increment: Header = {
    ...{ type: TlvType.INCREMENT, flags: 0, keyLength: 0, valueLength: 4 },
    ...{ kvid: 7, sequence: 0x102, writeAt: 20 },
  };

  for (const geometry of [UNITS_OF_4, UNITS_OF_8]) {
    const unit = geometry.wordSize as 4 | 8;
    const size = { 4: 44, 8: 64 }[unit];
    it(`writes key "abc" with 10 bytes as these ${size} bytes, units of ${unit} (CF-01)`, () => {
      const flash = new BufferStorage(geometry);
      put(opened(flash), 'abc', counting(10));
      const record = slotOf(flash, 2).subarray(32);
      expect(hex(record.subarray(0, size))).to.equal(bare(GOLDEN[unit]));
      expect(isBlank(record.subarray(size, -16))).to.equal(true);
    });
  }

  it('writes an increment’s header as these 20 bytes, and takes 32 or 48 for one of 4 bytes (CF-12)', () => {
    expect(hex(four.encode(increment))).to.equal(bare(GOLDEN_INCREMENT));
    const sizes = [4, 8].map((unit) => new TlvFormat(unit, 4, true).sizeOf(increment));
    expect(sizes).to.deep.equal([32, 48]);
  });

  it('takes 52 bytes for a name of 8 and a value of 16, 64 with units of 8', () => {
    const sizes = [4, 8].map((unit) => new TlvFormat(unit, 4, true).fullSize(8, 16));
    expect(sizes).to.deep.equal([52, 64]);
  });

  it('reads back what it writes, of both types, and the size of the record', () => {
    const full: Header = {
      ...{ type: TlvType.FULL, flags: 0x2a, keyLength: 200, valueLength: 0x0102_0304 },
      ...{ kvid: 0xfedc_ba98, sequence: 0xffff_fffe, writeAt: 0 },
    };
    for (const unit of [4, 8]) {
      const format = new TlvFormat(unit, 20, true);
      for (const header of [full, increment]) {
        const bytes = Uint8Array.of(1, 2, ...format.encode(header));
        expect(format.decode(bytes, 2)).to.deep.equal(header);
        expect(format.recordSize(bytes, 2)).to.equal(format.sizeOf(header));
      }
    }
  });

  it('takes a header of which any bit has moved for torn, and one that is blank for none (CF-19)', () => {
    for (const header of [
      increment,
      { ...increment, type: TlvType.FULL, keyLength: 3, writeAt: 0 },
    ]) {
      const bytes = four.encode(header);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const torn = bytes.slice();
        torn[bit >> 3] = (torn[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(four.recordSize(torn, 0), `bit ${bit}`).to.equal(0);
      }
    }
    expect(four.recordSize(new Uint8Array(20).fill(0xff), 0)).to.equal(0);
    expect(four.recordSize(new Uint8Array(20), 0)).to.equal(0);
  });

  it('fills up to units', () => {
    expect([0, 1, 4, 5, 8].map((bytes) => up(bytes, 4))).to.deep.equal([0, 4, 4, 8, 8]);
    expect(hex(four.filled(Uint8Array.of(1), 0xff))).to.equal('01ffffff');
  });
});

describe('libraries/cfstore/slot-format', () => {
  const numbers = { slotSequence: 1, sequenceStart: 0, base: 0, first: NONE };
  const head = { kind: 'delta', ...numbers } as const;

  it('writes a head as these 32 bytes, and reads it back for its own unit and format only', () => {
    const bytes = encodeHead(head, 4, true);
    expect(hex(bytes)).to.equal(
      bare('43465348 010104ff 00000001 00000000 00000000 ffffffff ffffffff 298ea73c'),
    );
    expect(decodeHead(bytes, 4, true)).to.deep.equal(head);
    expect(decodeHead(bytes, 8, true)).to.equal(undefined);
    expect(decodeHead(bytes, 4, false)).to.equal(undefined);
    for (let at = 0; at < bytes.length; at++) {
      const torn = bytes.slice();
      torn[at] = (torn[at] ?? 0) ^ 0x10;
      expect(decodeHead(torn, 4, true), `byte ${at}`).to.equal(undefined);
    }
  });

  it('says in a head in which of several ways the slot lies in flash, if there are several', () => {
    const bytes = encodeHead({ ...head, layout: 3 }, 4, true);
    expect(hex(bytes.subarray(20, 28))).to.equal('ffffffff00000003');
    expect(decodeHead(bytes, 4, true)).to.deep.equal({ ...head, layout: 3 });
  });

  it('writes the first snapshot of a blank flash: head and tail of a slot without records', () => {
    const flash = new BufferStorage(UNITS_OF_4);
    opened(flash);
    const slot = slotOf(flash, 0);
    expect(hex(slot.subarray(0, 32))).to.equal(
      bare('43465348 010004ff 00000000 00000000 ffffffff ffffffff ffffffff b171bf3b'),
    );
    expect(hex(slot.subarray(-16))).to.equal(bare('00000020 00000000 6085a2f7 9a14d370'));
    expect(isBlank(flash.image.subarray(32, 1008)) && isBlank(flash.image.subarray(1024))).to.equal(
      true,
    );
  });

  it('has tails of 16 bytes with a CRC-32, larger ones with larger codes', () => {
    expect([4, 16, 20, 32].map((code) => slotTailSize(code, 4))).to.deep.equal([16, 28, 32, 44]);
    expect(slotTailSize(32, 8)).to.equal(48);
    const tail = { used: 300, slotSequence: 9, check: counting(20) };
    const bytes = encodeTail(tail, 4);
    expect(decodeTail(bytes, 20)).to.deep.equal(tail);
    bytes[9] = (bytes[9] ?? 0) ^ 1;
    expect(decodeTail(bytes, 20)).to.equal(undefined);
  });
});

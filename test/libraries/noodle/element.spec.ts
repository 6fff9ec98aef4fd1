// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Bits of elements, against bytes from the peer's tests.
 *
 * NON-TOCK: a peer's format.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { decodeBytes, decodeText, encodeBytes, encodeText } from '#libraries/noodle/cbor';
import {
  bodyOf,
  dataSize,
  decodeBody,
  decodeElement,
  encodeData,
  encodeEnd,
  encodeStart,
} from '#libraries/noodle/element';
import { CountSeal, CrcSeal } from '#libraries/noodle/seal';

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** CBOR of a list of one number that takes a byte of its own, or none. */
const listOf = (number: number): Uint8Array =>
  number < 24 ? Uint8Array.of(0x81, number) : Uint8Array.of(0x81, 0x18, number);

function sealOf(numbers: readonly number[]): number {
  const seal = new CrcSeal();
  for (const [index, number] of numbers.entries()) {
    seal.add(bodyOf(encodeData(`test/config${index + 1}`, listOf(number))));
  }
  return seal.word();
}

describe('libraries/noodle/element', () => {
  it('has the bits of the peer (ND-22)', () => {
    expect(hex(encodeStart(0x0102_0304))).to.equal('0004030201');
    expect(hex(encodeData('test/config1', listOf(33)))).to.equal(
      '016c746573742f636f6e66696731811821',
    );
    expect(hex(encodeEnd(7, 2_808_308_182))).to.equal('0207000000d66163a7');
  });

  it('seals with the CRC of the peer (ND-22)', () => {
    expect(sealOf([33, 34, 35])).to.equal(2_808_308_182);
    expect(sealOf([13, 14, 15])).to.equal(2_695_063_543);
  });

  it('has the CRC of cksum: its check value without the length', () => {
    const seal = new CrcSeal();
    seal.add(new TextEncoder().encode('123456789'));
    expect(seal.word()).to.equal(0x765e_7680);
    const count = new CountSeal();
    count.add();
    count.add();
    expect(count.word()).to.equal(2);
  });

  it('reads what it wrote', () => {
    expect(decodeElement(encodeStart(0xffff_ffff))).to.deep.equal({
      kind: 'start',
      sequence: 0xffff_ffff,
    });
    expect(decodeElement(encodeEnd(3, 0x8000_0001))).to.deep.equal({
      kind: 'end',
      sequence: 3,
      seal: 0x8000_0001,
    });
    const data = decodeElement(encodeData('ключ', Uint8Array.of(5)));
    expect(data?.kind === 'data' && decodeBody(data.body)).to.deep.equal({
      key: 'ключ',
      value: Uint8Array.of(5),
    });
    expect(encodeData('abc', new Uint8Array(9)).length).to.equal(dataSize(3, 9));
  });

  it('knows no other version, kind, length or number 0', () => {
    for (const bytes of [
      [],
      [0x03, 1],
      [0x10, 1, 0, 0, 0],
      [0, 1, 0, 0],
      [2, 1, 0, 0, 0, 1, 1, 1],
    ]) {
      expect(decodeElement(Uint8Array.from(bytes))).to.equal(undefined);
    }
    expect(decodeElement(encodeStart(0))).to.equal(undefined);
    expect(decodeElement(encodeEnd(0, 1))).to.equal(undefined);
  });

  it('takes strings of any length in their shortest form only, and no broken text', () => {
    for (const length of [0, 1, 23, 24, 255, 256, 65535]) {
      const bytes = new Uint8Array(length).fill(0x61);
      expect(decodeBytes(encodeBytes(bytes))).to.deep.equal(bytes);
      expect(decodeText(encodeText('a'.repeat(length)), 0)?.text.length).to.equal(length);
    }
    const refused = [
      [],
      [0x58, 3, 1, 2, 3],
      [0x59, 0, 1, 1],
      [0x42, 1],
      [0x41, 1, 2],
      [0x5a, 0, 0, 0, 0],
      [0x5f],
    ];
    for (const bytes of refused) expect(decodeBytes(Uint8Array.from(bytes))).to.equal(undefined);
    expect(decodeBody(Uint8Array.of(0x61, 0xff))).to.equal(undefined);
    expect(decodeBody(Uint8Array.of(0x41, 0x61))).to.equal(undefined);
  });

  it('says something of any bytes', () => {
    const random = new Random(4);
    for (let count = 0; count < 3000; count++) {
      const bytes = new Uint8Array(random.below(12)).map(() => random.below(256));
      if (bytes.length > 0) bytes[0] = random.below(4);
      const element = decodeElement(bytes);
      if (element?.kind === 'data') decodeBody(element.body);
      else if (element !== undefined) expect(element.sequence).to.be.greaterThan(0);
    }
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The codes of a tail against published vectors: RFC 2202 (SHA-1), RFC 4231 (SHA-256, -384, -512), RFC 4493 (AES-CMAC).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import {
  CRC_32,
  aesCmac,
  hmacSha1,
  hmacSha256,
  hmacSha384,
  hmacSha512,
  type TailCode,
} from '#libraries/cfstore/mac';

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function hex(code: Uint8Array): string {
  return Array.from(code, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The code of a message, given in one piece and in pieces of three bytes: both must agree. */
function codeOf(code: TailCode, message: Uint8Array): string {
  const whole = code.begin();
  whole.update(message);
  const inPieces = code.begin();
  for (let at = 0; at < message.length; at += 3) inPieces.update(message.subarray(at, at + 3));
  const result = whole.digest();
  expect(result).to.have.length(code.size);
  expect(hex(inPieces.digest()), 'in pieces').to.equal(hex(result));
  return hex(result);
}

const JEFE = bytes('Jefe');
const QUESTION = bytes('what do ya want for nothing?');
const OLD_KEY = new Uint8Array(20).fill(0x0b);
const HI_THERE = bytes('Hi There');

describe('libraries/cfstore/mac', () => {
  it('CRC-32 of the digits 1 to 9 is CBF43926, highest byte first', () => {
    expect(codeOf(CRC_32, bytes('123456789'))).to.equal('cbf43926');
    expect(codeOf(CRC_32, bytes(''))).to.equal('00000000');
  });

  it('HMAC-SHA-1 has 20 bytes: cases 1 and 2 of RFC 2202', () => {
    expect(codeOf(hmacSha1(OLD_KEY), HI_THERE)).to.equal(
      'b617318655057264e28bc0b6fb378c8ef146be00',
    );
    expect(codeOf(hmacSha1(JEFE), QUESTION)).to.equal('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79');
  });

  it('HMAC-SHA-256 has 32 bytes: cases 1 and 2 of RFC 4231', () => {
    expect(codeOf(hmacSha256(OLD_KEY), HI_THERE)).to.equal(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    );
    expect(codeOf(hmacSha256(JEFE), QUESTION)).to.equal(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('HMAC-SHA-384 has 48 bytes: case 2 of RFC 4231', () => {
    expect(codeOf(hmacSha384(JEFE), QUESTION)).to.equal(
      'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
    );
  });

  it('HMAC-SHA-512 has 64 bytes: case 2 of RFC 4231', () => {
    expect(codeOf(hmacSha512(JEFE), QUESTION)).to.equal(
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554' +
        '9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    );
  });

  it('AES-CMAC has 16 bytes: examples 1 to 4 of RFC 4493', () => {
    const code = aesCmac(fromHex('2b7e151628aed2a6abf7158809cf4f3c'));
    const message = fromHex(
      '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51' +
        '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
    );
    expect(codeOf(code, message.subarray(0, 0))).to.equal('bb1d6929e95937287fa37d129b756746');
    expect(codeOf(code, message.subarray(0, 16))).to.equal('070a16b46b4d4144f79bdd9dd04a287c');
    expect(codeOf(code, message.subarray(0, 40))).to.equal('dfa66747de9ae63030ca32611497c827');
    expect(codeOf(code, message)).to.equal('51f0bebf7e3b9d92fc49741779363cfe');
  });

  it('one bit of a key changes the code', () => {
    const key = new Uint8Array(16).fill(7);
    const other = key.slice();
    other[15] = 6;
    for (const make of [hmacSha1, hmacSha256, hmacSha384, hmacSha512, aesCmac]) {
      expect(codeOf(make(key), QUESTION)).to.not.equal(codeOf(make(other), QUESTION));
    }
  });

  it('a key that AES does not have stops the board', () => {
    expect(() => aesCmac(new Uint8Array(15))).to.throw('16, 24 or 32 bytes, not 15');
  });
});

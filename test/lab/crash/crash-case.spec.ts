// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Cases as text, from anywhere.
 *
 * NON-TOCK: test of lab/crash/crash-case.ts.
 */
import { expect } from 'chai';
import { caseFromText, caseToText, type CrashCase } from '#lab/crash/crash-case';
import { isBitSet } from '#lab/crash/cut-model';

const CASE: CrashCase = {
  store: 'persistent',
  geometry: { wordSize: 4, pageSize: 64, numPages: 3, maxWordWrites: 2, maxPageErases: 10 },
  behaviours: ['rot'],
  operations: [
    { op: 'insert', key: 1, value: Uint8Array.of(0, 0xff) },
    { op: 'transaction', updates: [{ op: 'remove', key: 1 }] },
    { op: 'clear', minKey: 0 },
    { op: 'prepare', length: 3 },
  ],
  chains: [
    { operation: 0, cuts: [{ call: 1, bits: 'all' }] },
    { operation: 2, cuts: [{ call: 0, bits: 'set:1,2', before: [3], unstable: 4 }] },
  ],
  verdict: 'MIXED',
  sentence: 'seen',
};

function refusal(change: Record<string, unknown>): string {
  const text = JSON.stringify({ ...(JSON.parse(caseToText(CASE)) as object), ...change });
  const read = caseFromText(text);
  return read.ok ? 'taken' : read.error;
}

describe('lab/crash/crash-case', () => {
  it('a case is one line, and the same case when read again', () => {
    const text = caseToText(CASE);
    expect(text).to.not.include('\n');
    expect(caseFromText(text)).to.deep.equal({ ok: true, value: CASE });
  });

  it('whatever is no case is refused with the place', () => {
    expect(caseFromText('{').ok).to.equal(false);
    expect(caseFromText('[]').ok).to.equal(false);
    expect(refusal({ geometry: { ...CASE.geometry, pageSize: 6 } })).to.match(/pageSize/);
    expect(refusal({ geometry: { ...CASE.geometry, numPages: 1 << 20 } })).to.match(/1 MiB/);
    expect(refusal({ operations: [{ op: 'insert', key: 1, value: 'xyz' }] })).to.match(/hexadec/);
    expect(refusal({ operations: [{ op: 'explode' }] })).to.match(/operations\.0/);
    expect(refusal({ chains: [{ operation: 9, cuts: [{ call: 0, bits: 'all' }] }] })).to.match(
      /in their order/,
    );
    expect(refusal({ chains: [{ operation: 0, cuts: [{ call: 0, bits: 'some' }] }] })).to.match(
      /no such set/,
    );
    expect(refusal({ chains: [{ operation: 0, cuts: [] }] })).to.match(/cuts/);
    expect(refusal({ verdict: 'GREAT' })).to.match(/verdict/);
    expect(refusal({ more: 1 })).to.match(/more/);
  });

  it('sets of bits have names, numbers or a seed', () => {
    for (const set of ['none', 'first:0', 'xorshift:17', 'set:1', 'but:1,20']) {
      expect(isBitSet(set), set).to.equal(true);
    }
    for (const set of ['', 'set:', 'set:1,', 'xorshift:', 'ALL', 'set:1,2\n']) {
      expect(isBitSet(set), set).to.equal(false);
    }
  });
});

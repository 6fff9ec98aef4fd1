// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Decoding of a command's answer (case A11).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { CommandResult } from '#apps/libtock/command-result';
import { BADRVAL, ErrorCode } from '#kernel/errorcode';
import { ReturnVariant } from '#kernel/syscall';

const ACCESSORS = [
  'failure',
  'failureU32',
  'failureU32U32',
  'failureU64',
  'successU32',
  'successU32U32',
  'successU64',
  'successU32U32U32',
  'successU32U64',
] as const;

const CASES: readonly [keyof typeof ReturnVariant, (typeof ACCESSORS)[number], unknown][] = [
  ['Failure', 'failure', 2],
  ['FailureU32', 'failureU32', [2, 3]],
  ['FailureU32U32', 'failureU32U32', [2, 3, 4]],
  ['FailureU64', 'failureU64', [2, 0x4_0000_0003n]],
  ['SuccessU32', 'successU32', 2],
  ['SuccessU32U32', 'successU32U32', [2, 3]],
  ['SuccessU64', 'successU64', 0x3_0000_0002n],
  ['SuccessU32U32U32', 'successU32U32U32', [2, 3, 4]],
  ['SuccessU32U64', 'successU32U64', [2, 0x4_0000_0003n]],
];

describe('CommandResult', () => {
  for (const [variant, accessor, value] of CASES) {
    it(`A11 ${variant} decodes through its own accessor, and through no other`, () => {
      const result = new CommandResult(ReturnVariant[variant], 2, 3, 4);
      for (const name of ACCESSORS) {
        expect(result[name](), name).to.deep.equal(name === accessor ? value : undefined);
      }
      expect(result.isSuccess()).to.equal(false);
      expect(result.ok).to.equal(variant.startsWith('Success'));
      expect(result.error).to.equal(result.ok ? 0 : ErrorCode.BUSY);
    });
  }

  it('A11 Success has no words', () => {
    const result = new CommandResult(ReturnVariant.Success, 2, 3, 4);
    expect(result.isSuccess() && result.ok).to.equal(true);
    for (const name of ACCESSORS) expect(result[name]()).to.equal(undefined);
  });

  it('survives a variant that is reserved, as BADRVAL (tock facts §1.2)', () => {
    for (const variant of [4, 127, 134, 255, 0xffff_ffff]) {
      const result = new CommandResult(variant, 2, 3, 4);
      expect([result.ok, result.error]).to.deep.equal([false, BADRVAL]);
    }
  });
});

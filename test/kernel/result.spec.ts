// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Results carry a payload or an error, never both.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';

describe('Result', () => {
  it('carries a payload or a reason', () => {
    expect(Ok(5)).to.deep.equal({ ok: true, value: 5 });
    expect(Err(ErrorCode.SIZE)).to.deep.equal({ ok: false, error: 7 });
  });

  it('keeps payloads that are falsy', () => {
    expect([Ok(0).value, Ok('').value, Ok(false).value, Ok(null).value]).to.deep.equal([
      0,
      '',
      false,
      null,
    ]);
  });

  it('is one frozen object without a payload: nobody can change it for others', () => {
    expect(Ok()).to.equal(Ok());
    expect(Object.isFrozen(Ok())).to.equal(true);
  });
});

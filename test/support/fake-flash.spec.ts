// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The fake flash keeps the contracts of the HIL itself, or what it says of capsules would be worth nothing.
 *
 * NON-TOCK: tests of the tests.
 */
import { expect } from 'chai';
import { describeByteFlash } from '#conformance/byte-flash';
import { describeFlash } from '#conformance/flash';
import { FlashRecorder, pattern, type FlashFixture } from '#conformance/flash-recorder';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { FakeFlash } from './fake-flash.ts';

for (const writeErases of [false, true]) {
  const create = (): FlashFixture<FakeFlash> => {
    const flash = new FakeFlash({ writeErases });
    return { flash, settle: () => flash.settle() };
  };
  const name = `FakeFlash ${writeErases ? 'whose writes erase' : 'whose writes do not erase'}`;
  describeFlash(name, create);
  describeByteFlash(name, create);
}

describe('FakeFlash', () => {
  let flash: FakeFlash;
  let client: FlashRecorder;

  beforeEach(() => {
    flash = new FakeFlash();
    client = new FlashRecorder();
    flash.setClient(client);
  });

  it('refuses the call that it is told to, with the error that it is told', () => {
    const buffer = new Uint8Array(4);
    flash.refuse(1, ErrorCode.NOMEM);
    expect(flash.readBytes(0, buffer, 4)).to.deep.equal(Ok());
    flash.settle();
    expect(flash.readBytes(0, buffer, 4)).to.deep.equal(Err([ErrorCode.NOMEM, buffer]));
    expect(flash.readBytes(0, buffer, 4)).to.deep.equal(Ok());
  });

  it('leaves half done what it is told to fail', () => {
    flash.fail(0);
    flash.writeBytes(0, new Uint8Array(8), 8);
    flash.settle();
    expect(client.calls.map(({ ok }) => ok)).to.deep.equal([false]);
    expect([...flash.cells.subarray(0, 8)]).to.deep.equal([0, 0, 0, 0, 255, 255, 255, 255]);
    flash.fail(0);
    flash.erasePage(0);
    flash.settle();
    expect(client.calls.map(({ ok }) => ok)).to.deep.equal([false, false]);
    expect(flash.cells[0]).to.equal(0xff);
  });

  it('loses what is under way with the power, and its client', () => {
    expect(flash.writePage(0, new Uint8Array(64))).to.deep.equal(Ok());
    flash.drop();
    flash.settle();
    expect(client.calls).to.deep.equal([]);
    expect(flash.page(0)).to.deep.equal(new Uint8Array(64).fill(0xff));
    expect(flash.erasePage(0)).to.deep.equal(Ok());
  });

  it('notes units that are programmed more often than it allows', () => {
    for (let count = 0; count < 3; count++) {
      flash.writeBytes(4, pattern(4), 4);
      flash.settle();
    }
    expect(flash.overprogrammed).to.deep.equal([4]);
  });
});

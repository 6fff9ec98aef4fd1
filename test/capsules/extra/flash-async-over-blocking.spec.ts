// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Split-phase over blocking keeps both contracts, and passes failures on as failures.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { FlashAsyncOverBlocking } from '#capsules/extra/flash-async-over-blocking';
import { NvmcBlocking } from '#chips/nrf52/nvmc';
import { describeByteFlash } from '#conformance/byte-flash';
import { describeFlash } from '#conformance/flash';
import { FlashRecorder, pattern, type FlashFixture } from '#conformance/flash-recorder';
import { DeferredCalls } from '#kernel/deferred-call';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Result } from '#kernel/result';
import { ms, us } from '#kernel/time';
import { power } from '../../chips/nrf52/support.ts';

const PARTITION = { firstPage: 192, pages: 4 };

const onNvmc = (writeErases: boolean) => (): FlashFixture<FlashAsyncOverBlocking> => {
  const { chip, deferredCalls, settle } = power();
  const blocking = new NvmcBlocking(chip.nvmc, PARTITION);
  return { flash: new FlashAsyncOverBlocking(blocking, deferredCalls, { writeErases }), settle };
};

describeFlash('FlashAsyncOverBlocking', onNvmc(true));
describeByteFlash('FlashAsyncOverBlocking', onNvmc(true));
describeFlash('FlashAsyncOverBlocking that does not erase', onNvmc(false));

/** A blocking flash whose calls all end as it is told. */
class Failing implements hil.flash.BlockingFlash {
  readonly pageSize = 64;
  readonly pages = 4;
  readonly programUnit = 4;
  readonly programsPerUnit = 2;
  readonly calls: string[] = [];
  failing = '';

  readBytes(): Result {
    return this.end('read');
  }
  writeBytes(): Result {
    return this.end('write');
  }
  erasePage(): Result {
    return this.end('erase');
  }

  private end(call: string): Result {
    this.calls.push(call);
    return call === this.failing ? Err(ErrorCode.FAIL) : Ok();
  }
}

describe('FlashAsyncOverBlocking', () => {
  it('spends the time inside the call, as the flash below does', () => {
    const { chip, clock, deferredCalls, settle } = power();
    const blocking = new NvmcBlocking(chip.nvmc, PARTITION);
    const flash = new FlashAsyncOverBlocking(blocking, deferredCalls);
    flash.writePage(0, pattern(4096));
    expect(clock.now).to.equal(1024 * us(41));
    settle();
    flash.writePage(0, pattern(4096));
    expect(clock.now).to.equal(2048 * us(41) + ms(85));
  });

  describe('failure', () => {
    let blocking: Failing;
    let deferredCalls: DeferredCalls;
    let flash: FlashAsyncOverBlocking;
    let client: FlashRecorder;

    beforeEach(() => {
      blocking = new Failing();
      deferredCalls = new DeferredCalls();
      flash = new FlashAsyncOverBlocking(blocking, deferredCalls);
      client = new FlashRecorder();
      flash.setClient(client);
    });

    const page = pattern(64);

    it('of bytes comes with the buffer in the callback, and nothing done for certain', () => {
      for (const failing of ['read', 'write'] as const) {
        blocking.failing = failing;
        expect(flash[`${failing}Bytes`](0, page, 8)).to.deep.equal(Ok());
        expect(client.calls).to.be.empty;
        deferredCalls.serviceNextPending();
        const name = failing === 'read' ? 'bytesRead' : 'bytesWritten';
        expect(client.calls.splice(0)).to.deep.equal([
          { name, ok: false, buffer: page, length: 0 },
        ]);
      }
    });

    it('of pages comes in the callback', () => {
      blocking.failing = 'read';
      flash.readPage(0, page);
      deferredCalls.serviceNextPending();
      blocking.failing = 'erase';
      flash.erasePage(0);
      deferredCalls.serviceNextPending();
      blocking.failing = 'write';
      flash.writePage(0, page);
      deferredCalls.serviceNextPending();
      expect(client.calls).to.deep.equal([
        { name: 'readComplete', ok: false, buffer: page },
        { name: 'eraseComplete', ok: false },
        { name: 'writeComplete', ok: false, buffer: page },
      ]);
    });

    it('of the erasure is the end of a page write', () => {
      blocking.failing = 'erase';
      flash.writePage(0, page);
      deferredCalls.serviceNextPending();
      expect(blocking.calls).to.deep.equal(['erase']);
      expect(client.calls).to.deep.equal([{ name: 'writeComplete', ok: false, buffer: page }]);
    });
  });
});

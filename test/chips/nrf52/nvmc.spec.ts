// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The NVMC driver keeps the contracts of the three flash interfaces, and costs what the part costs.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import sinon from 'sinon';
import { blankCells } from '#chips/nrf52/chip';
import { Nvmc, NVMC_FLAWS, NvmcBlocking, type NvmcFlaw } from '#chips/nrf52/nvmc';
import { describeBlockingFlash } from '#conformance/blocking-flash';
import { describeByteFlash } from '#conformance/byte-flash';
import { describeFlash } from '#conformance/flash';
import { FlashRecorder, pattern } from '#conformance/flash-recorder';
import { KernelPanic } from '#kernel/assert';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { ms, ns, us } from '#kernel/time';
import { driver, power, type Powered } from './support.ts';

const PAGE = 4096;

function fixture(): { flash: Nvmc; settle: () => void } {
  const powered = power();
  return { flash: driver(powered), settle: powered.settle };
}

describeFlash('Nvmc', fixture);
describeByteFlash('Nvmc', fixture);
describeBlockingFlash('NvmcBlocking', () => {
  return new NvmcBlocking(power().chip.nvmc, { firstPage: 192, pages: 4 });
});

describe('Nvmc', () => {
  let powered: Powered;
  let flash: Nvmc;
  let client: FlashRecorder;

  function boot(options: Parameters<typeof power>[0] = {}): void {
    powered = power(options);
    flash = driver(powered);
    client = new FlashRecorder();
    flash.setClient(client);
  }

  beforeEach(() => boot());

  function timed(work: () => unknown): number {
    const before = powered.clock.now;
    work();
    powered.settle();
    return powered.clock.now - before;
  }

  describe('time', () => {
    it('of a word is 41 us', () => {
      expect(timed(() => flash.writeBytes(0, pattern(4), 4))).to.equal(us(41));
    });

    it('of a dirty page is 85 ms and 1024 words of 41 us, about 127 ms (case G05)', () => {
      flash.writeBytes(0, pattern(4), 4);
      powered.settle();
      const spent = timed(() => flash.writePage(0, pattern(PAGE)));
      expect(spent).to.equal(ms(85) + 1024 * us(41));
      expect(spent / 1e6).to.be.closeTo(127, 0.1);
    });

    it('of a blank page is the words only: it is not erased', () => {
      expect(timed(() => flash.writePage(0, pattern(PAGE)))).to.equal(1024 * us(41));
    });

    it('of erasing a blank page is none, and it does not wear', () => {
      expect(timed(() => flash.erasePage(0))).to.equal(0);
      expect(powered.cells.flash.eraseCount(192)).to.equal(0);
      expect(client.calls).to.deep.equal([{ name: 'eraseComplete', ok: true }]);
    });

    it('passes before the call returns: the CPU stands still (case G05)', () => {
      flash.writePage(0, pattern(PAGE));
      expect(powered.clock.now).to.equal(1024 * us(41));
      expect(client.calls).to.be.empty;
    });

    it('passes in the same way for the blocking driver', () => {
      const blocking = new NvmcBlocking(powered.chip.nvmc, { firstPage: 100, pages: 1 });
      expect(timed(() => blocking.writeBytes(0, pattern(8), 8))).to.equal(2 * us(41));
      expect(timed(() => blocking.erasePage(0))).to.equal(ms(85));
    });

    it('makes an alarm late, and does not lose it', () => {
      const alarm = sinon.fake();
      powered.chip.rtc.setAlarmClient({ alarm });
      flash.writeBytes(0, pattern(4), 4);
      powered.serve();
      powered.chip.rtc.setAlarm(powered.chip.rtc.now(), 328); // About 10 ms.
      flash.erasePage(0);
      sinon.assert.notCalled(alarm);
      expect(powered.chip.hasPendingInterrupts()).to.equal(true);
      powered.serve();
      sinon.assert.calledOnce(alarm);
      expect(powered.clock.now).to.equal(us(41) + ms(85));
    });

    it('is 89.7 ms a page with the slowest oscillator that others budget for', () => {
      boot({ nvmc: { slowness: 89.7 / 85 } });
      flash.writeBytes(0, pattern(4), 4);
      powered.settle();
      expect(timed(() => flash.erasePage(0))).to.equal(us(89_700));
    });
  });

  describe('work', () => {
    it('G01: a page write is accepted at once, and its callback comes by a deferred call only', () => {
      const page = pattern(PAGE);
      expect(flash.writePage(0, page)).to.deep.equal(Ok());
      expect(client.calls).to.be.empty;
      expect(powered.deferredCalls.hasTasks()).to.equal(true);
      powered.deferredCalls.serviceNextPending();
      expect(client.calls).to.deep.equal([{ name: 'writeComplete', ok: true, buffer: page }]);
    });

    it('G02: a page that is not blank is erased first, and then equals the buffer (TS-03)', () => {
      const [old, page] = [pattern(PAGE, 3), pattern(PAGE, 77)];
      for (const content of [old, page]) {
        flash.writePage(0, content);
        powered.settle();
      }
      expect(powered.cells.flash.bytes(192 * PAGE, PAGE)).to.deep.equal(page);
      expect(powered.cells.flash.eraseCount(192)).to.equal(1);
    });

    it('counts every word that is passed, also those that change nothing', () => {
      flash.writeBytes(0, new Uint8Array(64).fill(0xff), 64);
      expect(flash.statistics.wordsWritten).to.equal(16);
      expect(powered.cells.flash.programCount(192 * 1024)).to.equal(1);
    });

    it('skips words that would not change when the partition says so', () => {
      flash = new Nvmc(powered.chip.nvmc, { firstPage: 10, pages: 1, skipUnchanged: true });
      const bytes = Uint8Array.of(255, 255, 255, 255, 1, 2, 3, 4);
      expect(timed(() => flash.writeBytes(0, bytes, 8))).to.equal(us(41));
      expect(powered.cells.flash.programCount(10 * 1024)).to.equal(0);
      expect(flash.statistics.wordsWritten).to.equal(2);
    });

    it('lies where the partition lies, words little-endian', () => {
      flash.writeBytes(PAGE + 8, Uint8Array.of(1, 2, 3, 4), 4);
      expect(powered.cells.flash.read(193 * 1024 + 2)).to.equal(0x04030201);
    });

    it('is one at a time for all partitions of the controller', () => {
      const other = new Nvmc(powered.chip.nvmc, { firstPage: 0, pages: 1 });
      const buffer = new Uint8Array(4);
      flash.erasePage(0);
      expect(other.readBytes(0, buffer, 4)).to.deep.equal(Err([ErrorCode.BUSY, buffer]));
      powered.settle();
      expect(other.readBytes(0, buffer, 4)).to.deep.equal(Ok());
    });

    it('leaves the controller locked', () => {
      flash.writePage(0, pattern(PAGE));
      expect(powered.chip.nvmcRegisters.read(0x504)).to.equal(0);
    });

    it('takes buffers that do not begin at a word', () => {
      const bytes = new Uint8Array(9).map((_, index) => index).subarray(1);
      flash.writeBytes(0, bytes, 8);
      expect(powered.cells.flash.bytes(192 * PAGE, 8)).to.deep.equal(bytes.slice());
    });

    it('refuses a partition that is not in the flash', () => {
      const { nvmc } = powered.chip;
      expect(() => new Nvmc(nvmc, { firstPage: 255, pages: 2 })).to.throw(
        KernelPanic,
        '255 to 256',
      );
    });

    it('names itself when the flash explains a third program (rule nWRITE)', () => {
      flash.writeBytes(4, Uint8Array.of(0xff, 0xff, 0xff, 0x0f), 4);
      powered.settle();
      flash.writeBytes(4, Uint8Array.of(0xff, 0xff, 0xff, 0x07), 4);
      powered.settle();
      expect(() => flash.writeBytes(4, new Uint8Array(4), 4)).to.throw(
        KernelPanic,
        'word 0xc0004 programmed a 3rd time since its page was erased (limit 2); first by the store at 0.041 ms, last by the store at 0.082 ms',
      );
    });

    it('goes on over the same cells after a power cycle', () => {
      flash.writeBytes(0, pattern(16), 16);
      boot({ cells: powered.cells });
      const buffer = new Uint8Array(16);
      flash.readBytes(0, buffer, 16);
      powered.settle();
      expect(buffer).to.deep.equal(pattern(16));
    });
  });

  describe('flaws of upstream, by name', () => {
    const bootWith = (flaw: NvmcFlaw): void => boot({ flaws: new Set([flaw]) });

    it('all say what they are', () => {
      for (const text of Object.values(NVMC_FLAWS)) expect(text.length).to.be.greaterThan(20);
    });

    it('nvmc-no-busy-guard: the first buffer is lost, one callback comes (case G04)', () => {
      bootWith('nvmc-no-busy-guard');
      const [first, second] = [pattern(PAGE, 1), pattern(PAGE, 2)];
      expect(flash.writePage(0, first)).to.deep.equal(Ok());
      expect(flash.writePage(1, second)).to.deep.equal(Ok());
      powered.settle();
      expect(client.calls).to.have.length(1);
      expect(client.calls[0]?.buffer).to.equal(second);
    });

    it('nvmc-no-range-check: a neighbour is hit, and past the end the CPU faults (case G06)', () => {
      bootWith('nvmc-no-range-check');
      expect(flash.writePage(4, pattern(PAGE))).to.deep.equal(Ok());
      powered.settle();
      expect(powered.cells.flash.bytes(196 * PAGE, 8)).to.deep.equal(pattern(8));
      expect(() => flash.writePage(64, pattern(PAGE))).to.throw(KernelPanic, 'bus fault');
    });

    it('nvmc-stays-enabled: CONFIG keeps Wen', () => {
      bootWith('nvmc-stays-enabled');
      flash.writeBytes(0, pattern(4), 4);
      expect(powered.chip.nvmcRegisters.read(0x504)).to.equal(1);
    });

    it('nvmc-erase-uicr-register: UICR stays as it was', () => {
      bootWith('nvmc-erase-uicr-register');
      powered.cells.uicr.program(32, 0);
      powered.chip.nvmc.eraseUicr();
      expect(powered.cells.uicr.read(32)).to.equal(0);
      boot({ cells: powered.cells });
      powered.chip.nvmc.eraseUicr();
      expect(powered.cells.uicr.read(32)).to.equal(0xffff_ffff);
    });
  });

  it('wears a page out after 10,000 erasures and says so', () => {
    boot({ cells: blankCells({ onViolation: 'count', history: false }) });
    const cells = powered.cells.flash;
    for (let cycle = 0; cycle < 10_000; cycle++) {
      flash.writeBytes(0, new Uint8Array(4), 4);
      powered.serve();
      flash.erasePage(0);
      powered.serve();
    }
    expect(cells.violations).to.equal(0);
    expect(powered.clock.now).to.equal(ns(10_000 * (us(41) + ms(85))));
    flash.writeBytes(0, new Uint8Array(4), 4);
    powered.serve();
    flash.erasePage(0);
    expect(cells.lastViolation).to.deep.equal({
      kind: 'worn-out',
      sentence: 'page 192 was erased 10001 times (limit 10000)',
    });
  });
});

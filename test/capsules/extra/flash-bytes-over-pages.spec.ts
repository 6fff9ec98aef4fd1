// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Bytes over pages keep the contract of byte-level flash on any chip, at a price that is exact.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { FlashBytesOverPages } from '#capsules/extra/flash-bytes-over-pages';
import type { NvmcFlaw } from '#chips/nrf52/nvmc';
import { describeByteFlash } from '#conformance/byte-flash';
import { describeFlash } from '#conformance/flash';
import { FlashRecorder, pattern, type FlashFixture } from '#conformance/flash-recorder';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok } from '#kernel/result';
import { ms, us } from '#kernel/time';
import { driver, power } from '../../chips/nrf52/support.ts';
import { FakeFlash, type FakeFlashOptions } from '../../support/fake-flash.ts';

const onNvmc = (): FlashFixture<FlashBytesOverPages> => {
  const powered = power();
  return { flash: new FlashBytesOverPages(driver(powered)), settle: powered.settle };
};
const onFake = (options: FakeFlashOptions, programUnit?: number) => {
  return (): FlashFixture<FlashBytesOverPages> => {
    const fake = new FakeFlash(options);
    const flash = new FlashBytesOverPages(fake, programUnit === undefined ? {} : { programUnit });
    return { flash, settle: () => fake.settle() };
  };
};

describeFlash('FlashBytesOverPages on Nvmc', onNvmc);
describeByteFlash('FlashBytesOverPages on Nvmc', onNvmc);
describeFlash('FlashBytesOverPages on a flash whose writes do not erase', onFake({}));
describeByteFlash('FlashBytesOverPages on a flash whose writes do not erase', onFake({}));
describeByteFlash('FlashBytesOverPages in units of one byte', onFake({ writeErases: true }, 1));

describe('FlashBytesOverPages', () => {
  let fake: FakeFlash;
  let flash: FlashBytesOverPages;
  let client: FlashRecorder;

  function boot(options: FakeFlashOptions = {}): void {
    fake = new FakeFlash({ programsPerUnit: 1, ...options });
    flash = new FlashBytesOverPages(fake);
    client = new FlashRecorder();
    flash.setClient(client);
  }

  beforeEach(() => boot());

  function write(address: number, bytes: Uint8Array): void {
    expect(flash.writeBytes(address, bytes, bytes.length)).to.deep.equal(Ok());
    fake.settle();
  }

  function fill(page: number, bytes: Uint8Array): void {
    fake.cells.set(bytes, page * fake.pageSize);
  }

  describe('price', () => {
    for (const writeErases of [false, true]) {
      const kind = writeErases ? 'a chip whose writes erase' : 'a chip whose writes do not erase';

      it(`G21: bytes around the target stay, and the page is erased once: ${kind}`, () => {
        boot({ writeErases });
        fill(1, pattern(64, 5));
        write(64 + 8, new Uint8Array(4));
        expect(fake.page(1)).to.deep.equal(pattern(64, 5).fill(0, 8, 12));
        expect(fake.erases).to.deep.equal([0, 1, 0, 0]);
        expect(flash.statistics).to.deep.equal({ wordsWritten: 16, erases: 1, readCalls: 1 });
      });
    }

    it('G21: an erase count is one more on the nRF52840, too, and a page of words is written', () => {
      const powered = power();
      flash = new FlashBytesOverPages(driver(powered));
      for (const erases of [0, 1, 2]) {
        flash.writeBytes(4 * erases, new Uint8Array(4), 4);
        powered.settle();
        expect(powered.cells.flash.eraseCount(192)).to.equal(erases);
        expect(flash.statistics.erases).to.equal(erases);
      }
      expect(flash.statistics.wordsWritten).to.equal(3 * 1024);
      expect(powered.cells.flash.programCount(192 * 1024)).to.equal(1);
    });

    it('G17: a write over the edge of a page is two rounds of read, erase and write', () => {
      fill(0, pattern(64, 5));
      fill(1, pattern(64, 6));
      write(60, new Uint8Array(12));
      expect(fake.calls).to.deep.equal([
        ...['readPage 0', 'erasePage 0', 'writePage 0'],
        ...['readPage 1', 'erasePage 1', 'writePage 1'],
      ]);
      expect(fake.page(0)).to.deep.equal(pattern(64, 5).fill(0, 60));
      expect(fake.page(1)).to.deep.equal(pattern(64, 6).fill(0, 0, 8));
    });

    it('of one word is 41 us by bytes on the nRF52840, and 127 ms over pages', () => {
      const powered = power();
      const nvmc = driver(powered);
      const timed = (bytes: hil.flash.ByteFlash): number => {
        const before = powered.clock.now;
        bytes.writeBytes(0, new Uint8Array(4), 4);
        powered.settle();
        return powered.clock.now - before;
      };
      nvmc.writePage(0, pattern(4096));
      powered.settle();
      expect(timed(nvmc)).to.equal(us(41));
      nvmc.writePage(0, pattern(4096));
      powered.settle();
      const spent = timed(new FlashBytesOverPages(nvmc));
      expect(spent).to.equal(ms(85) + 1024 * us(41));
      expect(spent / 1e6).to.be.closeTo(127, 0.1);
    });

    it('of a blank page is no erasure', () => {
      write(0, pattern(4));
      expect(fake.calls).to.deep.equal(['readPage 0', 'writePage 0']);
      expect(flash.statistics).to.deep.equal({ wordsWritten: 16, erases: 0, readCalls: 1 });
    });

    it('of a write that changes nothing is a read', () => {
      fill(0, new Uint8Array(64));
      write(0, pattern(8));
      expect(fake.calls).to.deep.equal(['readPage 0']);
      expect(client.calls).to.have.length(1);
    });

    it('is counted for page-level calls, too', () => {
      flash.readPage(0, new Uint8Array(64));
      fake.settle();
      flash.writePage(0, pattern(64));
      fake.settle();
      flash.erasePage(0);
      fake.settle();
      expect(flash.statistics).to.deep.equal({ wordsWritten: 16, erases: 1, readCalls: 1 });
    });

    it('leaves no unit programmed twice between erasures, whatever is written', () => {
      for (const salt of [1, 2, 3]) write(4, pattern(120, salt));
      expect(fake.overprogrammed).to.be.empty;
    });
  });

  describe('failure', () => {
    const last = (): unknown => client.calls.at(-1);

    it('G14: a refusal of the first step is the refusal of the call, with its buffer', () => {
      const buffer = pattern(4);
      fake.refuse(0, ErrorCode.OFF);
      const refused = flash.writeBytes(0, buffer, 4);
      expect(refused).to.deep.equal(Err([ErrorCode.OFF, buffer]));
      if (!refused.ok) expect(refused.error[1]).to.equal(buffer);
      fake.settle();
      expect(client.calls).to.be.empty;
      write(0, buffer);
    });

    for (const [step, name] of ['read', 'erase', 'write', 'read of the next page'].entries()) {
      const done = step === 3 ? 4 : 0;

      it(`of the ${name} is reported with the buffer, and how much was done for certain`, () => {
        const buffer = new Uint8Array(8);
        fill(0, pattern(64));
        fake.fail(step);
        write(60, buffer);
        expect(last()).to.deep.equal({ name: 'bytesWritten', ok: false, buffer, length: done });
        expectWorks();
      });

      if (step > 0) {
        it(`when the ${name} is refused is the same`, () => {
          const buffer = new Uint8Array(8);
          fill(0, pattern(64));
          fake.refuse(step);
          write(60, buffer);
          expect(last()).to.deep.equal({ name: 'bytesWritten', ok: false, buffer, length: done });
          expectWorks();
        });
      }
    }

    it('of a read is reported, with the bytes of the pages before', () => {
      const buffer = new Uint8Array(64);
      fake.fail(1);
      flash.readBytes(32, buffer, 64);
      fake.settle();
      expect(last()).to.deep.equal({ name: 'bytesRead', ok: false, buffer, length: 32 });
      expectWorks();
    });

    it('of a chip that does not guard itself cannot come from a second call: it is BUSY here', () => {
      const powered = power({ flaws: new Set<NvmcFlaw>(['nvmc-no-busy-guard']) });
      flash = new FlashBytesOverPages(driver(powered));
      const buffer = pattern(4096);
      flash.erasePage(0);
      expect(flash.readPage(0, buffer)).to.deep.equal(Err([ErrorCode.BUSY, buffer]));
      expect(flash.writePage(0, buffer)).to.deep.equal(Err([ErrorCode.BUSY, buffer]));
      expect(flash.readBytes(0, buffer, 4)).to.deep.equal(Err([ErrorCode.BUSY, buffer]));
      expect(flash.erasePage(0)).to.deep.equal(Err(ErrorCode.BUSY));
    });

    it('of a page-level call is passed on', () => {
      for (let count = 0; count < 3; count++) fake.fail(count);
      flash.readPage(0, new Uint8Array(64));
      fake.settle();
      flash.writePage(0, new Uint8Array(64));
      fake.settle();
      flash.erasePage(0);
      fake.settle();
      expect(client.calls.map(({ ok }) => ok)).to.deep.equal([false, false, false]);
      expectWorks();
    });

    it('between erasure and write loses the rest of the page: what its head warns of', () => {
      fill(0, pattern(64));
      fake.refuse(2);
      write(0, new Uint8Array(4));
      expect(fake.page(0)).to.deep.equal(new Uint8Array(64).fill(0xff));
    });

    function expectWorks(): void {
      const before = client.calls.length;
      write(128, new Uint8Array(4));
      expect(client.calls).to.have.length(before + 1);
      expect(client.calls.at(-1)?.ok).to.equal(true);
      expect(fake.page(2)).to.deep.equal(new Uint8Array(64).fill(0xff).fill(0, 0, 4));
    }
  });

  it('says what it is told to say of units', () => {
    const told = new FlashBytesOverPages(fake, { programUnit: 8, programsPerUnit: 2 });
    expect([told.programUnit, told.programsPerUnit]).to.deep.equal([8, 2]);
    expect(flash.programUnit).to.equal(4);
  });
});

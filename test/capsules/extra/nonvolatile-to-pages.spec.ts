// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Storage on pages: right on chips that erase when they write and on those that do not, and after failures.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { MuxFlash } from '#capsules/core/virtualizers/virtual-flash';
import { NonvolatileToPages, type ToPagesFlaw } from '#capsules/extra/nonvolatile-to-pages';
import { and, FlashRecorder, pattern } from '#conformance/flash-recorder';
import {
  describeNonvolatileStorage,
  StorageRecorder,
  type NonvolatileStorageFixture,
} from '#conformance/nonvolatile-storage';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { driver, power } from '../../chips/nrf52/support.ts';
import { FakeFlash, type FakeFlashOptions } from '../../support/fake-flash.ts';

const onFake = (options: FakeFlashOptions) => (): NonvolatileStorageFixture => {
  const fake = new FakeFlash(options);
  const storage = new NonvolatileToPages(fake);
  return { storage, size: 256, pageSize: 64, settle: () => fake.settle() };
};

describeNonvolatileStorage('NonvolatileToPages on Nvmc', () => {
  const powered = power();
  const storage = new NonvolatileToPages(driver(powered));
  return { storage, size: 4 * 4096, pageSize: 4096, settle: powered.settle };
});
describeNonvolatileStorage(
  'NonvolatileToPages on a flash whose writes erase',
  onFake({ writeErases: true }),
);
describeNonvolatileStorage('NonvolatileToPages on a flash whose writes do not erase', onFake({}));
describeNonvolatileStorage('NonvolatileToPages on a window of a shared flash', () => {
  const fake = new FakeFlash();
  const user = new MuxFlash(fake).createUser({ firstPage: 1, pages: 3 });
  const storage = new NonvolatileToPages(user);
  return { storage, size: 192, pageSize: 64, settle: () => fake.settle() };
});

describe('NonvolatileToPages', () => {
  let fake: FakeFlash;
  let storage: NonvolatileToPages;
  let client: StorageRecorder;

  function boot(options: FakeFlashOptions = {}, flaws: readonly ToPagesFlaw[] = []): void {
    fake = new FakeFlash({ programsPerUnit: 1, ...options });
    storage = new NonvolatileToPages(fake, new Set(flaws));
    client = new StorageRecorder();
    storage.setClient(client);
  }

  beforeEach(() => boot());

  function write(address: number, bytes: Uint8Array): void {
    expect(storage.write(bytes, address, bytes.length)).to.deep.equal(Ok());
    fake.settle();
  }

  function read(address: number, length: number): Uint8Array {
    const buffer = new Uint8Array(length);
    expect(storage.read(buffer, address, length)).to.deep.equal(Ok());
    fake.settle();
    return buffer;
  }

  function fill(page: number, bytes: Uint8Array): void {
    fake.cells.set(bytes, page * fake.pageSize);
  }

  describe('work', () => {
    it('G19: a call while one is under way is BUSY, with the same buffer, and one callback comes (TS-02)', () => {
      const [first, second] = [new Uint8Array(10), new Uint8Array(10)];
      expect(storage.write(first, 0, 10)).to.deep.equal(Ok());
      expect(storage.write(second, 20, 10)).to.deep.equal(Err([ErrorCode.BUSY, second]));
      expect(storage.read(second, 20, 10)).to.deep.equal(Err([ErrorCode.BUSY, second]));
      fake.settle();
      expect(client.calls).to.have.lengthOf(1);
    });

    it('G17: ten bytes from four before the edge of a page are two rounds of read, modify, write (TS-01)', () => {
      boot({ writeErases: true });
      fill(0, pattern(64, 1));
      fill(1, pattern(64, 2));
      write(60, pattern(10, 3));
      expect(fake.calls).to.deep.equal(['readPage 0', 'writePage 0', 'readPage 1', 'writePage 1']);
      expect(fake.cells.subarray(0, 128)).to.deep.equal(
        Uint8Array.from([
          ...pattern(64, 1).subarray(0, 60),
          ...pattern(10, 3),
          ...pattern(64, 2).subarray(6),
        ]),
      );
    });

    it('G17: where writing does not erase each round erases, and a blank page is spared it', () => {
      fill(0, pattern(64, 1));
      write(60, pattern(10, 3));
      expect(fake.calls).to.deep.equal([
        ...['readPage 0', 'erasePage 0', 'writePage 0'],
        ...['readPage 1', 'writePage 1'],
      ]);
      expect(fake.overprogrammed).to.be.empty;
    });

    for (const [bytes, published] of [
      [7892, [2078.6, 260.3, 176.3]],
      [15_484, [4027.2, 520.5, 268.9]],
    ] as const) {
      it(`TS-13: flashing ${bytes} bytes in pieces of 512, of a page, and of a page with all but one blank (tock #4520, #4521)`, () => {
        const dirty = Array.from({ length: 4 }, (_, page) => page);
        const times = [
          flashing(bytes, 512, dirty),
          flashing(bytes, 4096, dirty),
          flashing(bytes, 4096, [0]),
        ];
        // 85 ms an erasure and 42 ms a page of words; measured on a board with the app's calls in it.
        const pages = Math.ceil(bytes / 4096);
        const pieces = Math.ceil(bytes / 512);
        const page = 1024 * 0.041;
        const expected = [pieces * (85 + page), pages * (85 + page), 85 + pages * page];
        for (const [nth, time] of times.entries()) {
          expect(time).to.be.closeTo(expected[nth] ?? 0, 0.001);
          expect(time / (published[nth] ?? 0)).to.be.within(0.93, 1);
        }
      });
    }

    /** Milliseconds to write so many bytes on the nRF52840, the last piece padded; `dirty`: pages that are not blank. */
    function flashing(bytes: number, piece: number, dirty: readonly number[]): number {
      const powered = power();
      const nvmc = driver(powered);
      nvmc.setClient(new FlashRecorder());
      for (const page of dirty) {
        nvmc.writeBytes(page * 4096, new Uint8Array(4), 4);
        powered.settle();
      }
      const to = new NonvolatileToPages(nvmc);
      to.setClient(new StorageRecorder());
      const before = powered.clock.now;
      for (let at = 0; at < bytes; at += piece) {
        expect(to.write(pattern(piece), at, piece)).to.deep.equal(Ok());
        powered.settle();
      }
      return (powered.clock.now - before) / 1e6;
    }

    it('of a whole page is no read, and no copy: the caller’s own memory goes to the flash', () => {
      boot({ writeErases: true });
      const buffer = pattern(128);
      storage.write(buffer, 64, 128);
      fake.settle();
      expect(fake.calls).to.deep.equal(['writePage 1', 'writePage 2']);
      fake.calls.splice(0);
      expect(read(64, 128)).to.deep.equal(buffer);
      expect(fake.calls).to.deep.equal(['readPage 1', 'readPage 2']);
    });

    it('of a whole page where writing does not erase is an erasure first', () => {
      fill(1, new Uint8Array(64));
      write(64, pattern(64));
      expect(fake.calls).to.deep.equal(['erasePage 1', 'writePage 1']);
      expect(fake.page(1)).to.deep.equal(pattern(64));
    });

    it('of no bytes is a read, and nothing is written back', () => {
      fill(0, pattern(64));
      write(10, new Uint8Array());
      expect(fake.calls).to.deep.equal(['readPage 0']);
      expect(client.calls).to.have.length(1);
    });

    it('leaves old AND new on such chips when it never erases (to-pages-never-erases)', () => {
      for (const [offset, length] of [
        [64, 64],
        [70, 10],
      ] as const) {
        boot({}, ['to-pages-never-erases']);
        fill(1, pattern(64, 9));
        write(offset, pattern(length, 100));
        const old = pattern(64, 9).subarray(offset - 64, offset - 64 + length);
        expect(read(offset, length)).to.deep.equal(and(old, pattern(length, 100)));
        expect(fake.erases[1]).to.equal(0);
      }
    });
  });

  describe('failure', () => {
    for (const [step, name] of ['read', 'erase', 'write', 'read of the next page'].entries()) {
      const done = step === 3 ? 4 : 0;

      it(`G20: of the ${name} is FAIL with the buffer, and how much was done for certain`, () => {
        const buffer = pattern(10, 3);
        fill(0, pattern(64));
        fake.fail(step);
        write(60, buffer);
        expectDone('writeDone', buffer, done, Err(ErrorCode.FAIL));
      });

      if (step > 0) {
        it(`when the ${name} is refused is FAIL with the buffer (TS-04)`, () => {
          const buffer = pattern(10, 3);
          fill(0, pattern(64));
          fake.refuse(step);
          write(60, buffer);
          expectDone('writeDone', buffer, done, Err(ErrorCode.FAIL));
        });
      }
    }

    it('G20: of a read is FAIL', () => {
      const buffer = new Uint8Array(100);
      fake.fail(1);
      storage.read(buffer, 0, 100);
      fake.settle();
      expectDone('readDone', buffer, 64, Err(ErrorCode.FAIL));
    });

    it('of a whole page, erased or written, is FAIL', () => {
      for (const step of [0, 1]) {
        boot();
        const buffer = pattern(64);
        fake.fail(step);
        write(64, buffer);
        expectDone('writeDone', buffer, 0, Err(ErrorCode.FAIL));
      }
    });

    it('G20: upstream reports as done what failed (to-pages-ignores-result)', () => {
      boot({ writeErases: true }, ['to-pages-ignores-result']);
      const buffer = pattern(10, 3);
      fake.fail(1);
      write(0, buffer);
      expectDone('writeDone', buffer, 10, Ok());
      expect(fake.cells.subarray(0, 64)).not.to.deep.equal(buffer);
      fake.fail(0);
      expect(read(0, 4)).to.deep.equal(new Uint8Array(4).fill(0xa5));
      expect(client.calls.at(-1)?.result).to.deep.equal(Ok());
    });

    it('G14: a refusal of the first step is the refusal of the call, with its buffer', () => {
      for (const call of ['read', 'write'] as const) {
        const buffer = pattern(10);
        fake.refuse(0, ErrorCode.OFF);
        const refused = storage[call](buffer, 0, 10);
        expect(refused).to.deep.equal(Err([ErrorCode.OFF, buffer]));
        if (!refused.ok) expect(refused.error[1]).to.equal(buffer);
        write(0, buffer);
      }
    });

    it('upstream loses the buffer of a refused read and is busy for ever (to-pages-loses-buffer)', () => {
      boot({}, ['to-pages-loses-buffer']);
      const buffer = pattern(10);
      fake.refuse(0);
      const refused = storage.read(buffer, 0, 10);
      if (refused.ok) expect.fail('it was refused below');
      expect(refused.error[1]).not.to.equal(buffer);
      expectBusy();
    });

    it('upstream gives the buffer of a refused write back, and is busy for ever all the same', () => {
      boot({}, ['to-pages-loses-buffer']);
      const buffer = pattern(10);
      fake.refuse(0);
      expect(storage.write(buffer, 0, 10)).to.deep.equal(Err([ErrorCode.BUSY, buffer]));
      expectBusy();
    });

    it('upstream says nothing of a refusal in the middle (to-pages-loses-buffer; TS-04)', () => {
      boot({ writeErases: true }, ['to-pages-loses-buffer']);
      fake.refuse(1);
      write(0, pattern(10));
      expect(client.calls).to.be.empty;
      expectBusy();
    });

    function expectBusy(): void {
      fake.settle();
      const other = new Uint8Array(4);
      expect(storage.read(other, 0, 4)).to.deep.equal(Err([ErrorCode.BUSY, other]));
    }

    /** The only callback so far; and the storage works. */
    function expectDone(
      name: 'readDone' | 'writeDone',
      buffer: Uint8Array,
      length: number,
      result: StorageRecorder['calls'][number]['result'],
    ): void {
      expect(client.calls).to.deep.equal([{ name, buffer, length, result }]);
      expect(client.calls[0]?.buffer).to.equal(buffer);
      write(130, pattern(40, 8));
      expect(read(130, 40)).to.deep.equal(pattern(40, 8));
    }
  });
});

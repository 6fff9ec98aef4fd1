// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Volumes: bytes by their place from the begin, over pages and words.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage } from '#libraries/store/storage';
import { NO_LOG2, Volume, whyNoVolume } from '#libraries/tinyos/volume';

const GEOMETRY = {
  wordSize: 4,
  pageSize: 64,
  numPages: 6,
  maxWordWrites: 3,
  maxPageErases: 100,
};

const bytes = (length: number, first = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => first + at);

describe('libraries/tinyos/volume', () => {
  let flash: BufferStorage;
  let volume: Volume;
  beforeEach(() => {
    flash = new BufferStorage(GEOMETRY);
    volume = new Volume(flash, { firstPage: 2, pages: 3 });
  });

  it('has the shape of its pages, and no shift for a size that is no power of two', () => {
    const { settings } = volume;
    expect(settings.getVolumeSize()).to.equal(192);
    expect([settings.getTotalEraseUnits(), settings.getEraseUnitSize()]).to.deep.equal([3, 64]);
    expect([settings.getTotalWriteUnits(), settings.getWriteUnitSize()]).to.deep.equal([48, 4]);
    expect([settings.getEraseUnitSizeLog2(), settings.getWriteUnitSizeLog2()]).to.deep.equal([
      6, 2,
    ]);
    expect(settings.getFillByte()).to.equal(0xff);
    const odd = new Volume(new BufferStorage({ ...GEOMETRY, pageSize: 96 }));
    expect(odd.settings.getEraseUnitSizeLog2()).to.equal(NO_LOG2);
  });

  it('writes and reads bytes across units at any place, and no page outside', () => {
    expect(runAtOnce(volume.write(61, bytes(69)))).to.deep.equal({ ok: true, value: undefined });
    expect(runAtOnce(volume.read(61, 69))).to.deep.equal({ ok: true, value: bytes(69) });
    const [begin, end] = [2 * 64 + 61, 2 * 64 + 61 + 69];
    expect(flash.image.subarray(begin, end)).to.deep.equal(bytes(69));
    const rest = [...flash.image.subarray(0, begin), ...flash.image.subarray(end)];
    expect(rest.every((byte) => byte === 0xff)).to.equal(true);
    expect(flash.violation).to.equal(undefined);
  });

  it('is outside of its range with one byte, or less than none', () => {
    const outside = { ok: false, error: 'OutOfRange' };
    expect(runAtOnce(volume.read(191, 2))).to.deep.equal(outside);
    expect(runAtOnce(volume.read(-1, 1))).to.deep.equal(outside);
    expect(runAtOnce(volume.write(192, bytes(1)))).to.deep.equal(outside);
    expect(runAtOnce(volume.crc(0, 193, 0))).to.deep.equal(outside);
    expect(runAtOnce(volume.erase(3))).to.deep.equal(outside);
    expect(runAtOnce(volume.erase(-1))).to.deep.equal(outside);
    expect(runAtOnce(volume.read(192, 0))).to.deep.equal({ ok: true, value: bytes(0) });
    expect(flash.counts.erases + flash.counts.writeCalls).to.equal(0);
  });

  it('erases one unit of its own', () => {
    for (let page = 0; page < 6; page++) flash.write(page, 0, bytes(64), 0, 64);
    runAtOnce(volume.erase(1));
    expect([...flash.pageErases]).to.deep.equal([0, 0, 0, 1, 0, 0]);
    expect(flash.isErased(3, 0)).to.equal(true);
    expect(runAtOnce(volume.flush()).ok).to.equal(true);
  });

  it('has the CRC-16 of XMODEM, also over two units and in two pieces', () => {
    const digits = new TextEncoder().encode('123456789');
    runAtOnce(volume.write(60, digits));
    const crc = (addr: number, len: number, base: number): unknown =>
      runAtOnce(volume.crc(addr, len, base));
    expect(crc(60, 9, 0)).to.deep.equal({ ok: true, value: 0x31c3 });
    expect(crc(60, 9, 0xffff)).to.deep.equal({ ok: true, value: 0x29b1 });
    const first = runAtOnce(volume.crc(60, 4, 0));
    expect(first.ok && crc(64, 5, first.value)).to.deep.equal({ ok: true, value: 0x31c3 });
  });

  it('modifies bytes in any way where the part can, and says so where not', () => {
    expect([volume.isSupported(), runAtOnce(volume.modify(0, bytes(1))).ok]).to.deep.equal([
      false,
      false,
    ]);
    const able = new Volume(flash, { firstPage: 2, pages: 3, modifies: true });
    expect(able.isSupported()).to.equal(true);
    runAtOnce(able.write(0, new Uint8Array(192)));
    expect(runAtOnce(able.modify(62, bytes(4, 0xf0))).ok).to.equal(true);
    const expected = new Uint8Array(192);
    expected.set(bytes(4, 0xf0), 62);
    expect(runAtOnce(able.read(0, 192))).to.deep.equal({ ok: true, value: expected });
    expect([...flash.pageErases]).to.deep.equal([0, 0, 1, 1, 0, 0]);
  });

  it('with one erase unit is refused (TB-12), so are pages that are not there or not alike', () => {
    expect(whyNoVolume(GEOMETRY, { firstPage: 5 })).to.match(/2 erase units/);
    expect(whyNoVolume({ ...GEOMETRY, numPages: 1 })).to.match(/2 erase units/);
    expect(whyNoVolume(GEOMETRY, { firstPage: 5, pages: 2 })).to.match(/flash has/);
    expect(whyNoVolume(GEOMETRY, { firstPage: -1, pages: 2 })).to.match(/flash has/);
    expect(whyNoVolume({ ...GEOMETRY, pageSize: 62 })).to.match(/whole words/);
    const pageSizes = [64, 64, 32, 64, 64, 64];
    expect(whyNoVolume({ ...GEOMETRY, pageSizes }, { firstPage: 1 })).to.match(/one size/);
    expect(whyNoVolume({ ...GEOMETRY, pageSizes }, { firstPage: 3 })).to.equal(undefined);
    expect(() => new Volume(flash, { pages: 1 })).to.throw(/2 erase units/);
  });

  it('does the same on a flash that answers later, and says when that failed', () => {
    const later = new Volume(new DeferredStorage(GEOMETRY), { firstPage: 2, pages: 3 });
    runAtOnce(later.write(61, bytes(69)), flash);
    expect(runAtOnce(later.read(61, 69), flash)).to.deep.equal({ ok: true, value: bytes(69) });
    flash.arm(0);
    const failed = { ok: false, error: 'StorageError' };
    expect(runAtOnce(volume.write(0, bytes(4)))).to.deep.equal(failed);
    expect(runAtOnce(volume.erase(0))).to.deep.equal(failed);
  });
});

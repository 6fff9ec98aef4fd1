// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The apps over flash: what they print is what the part does.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { main as flash } from '#apps/flash';
import { main as storage } from '#apps/storage';
import { DriverNum } from '#capsules/core/driver';
import { ErrorCode } from '#kernel/errorcode';
import { Err } from '#kernel/result';
import { FlashBoard, STORAGE_SIZE } from '../support/flash-board.ts';

describe('The app storage', () => {
  it('writes across the cuts of 512 bytes, and reads the same', () => {
    const { process, text } = new FlashBoard().run(storage);
    expect(text.split('\n')).to.deep.equal([
      'storage of 2000 bytes',
      'wrote 1200 bytes at 0 in 3 operations',
      'read 1200 bytes in 3 operations',
      'the same',
      '',
    ]);
    expect(process.completionCode).to.equal(0);
  });

  it('stays inside the storage, and writes what its arguments say', () => {
    const board = new FlashBoard();
    const { process, text } = board.run(storage, { offset: STORAGE_SIZE - 3, seed: 250 });
    expect(process.completionCode).to.equal(0);
    expect(text).to.contain('wrote 3 bytes at 1997 in one operation');
    expect([...board.storage.content.subarray(-4)]).to.deep.equal([0xff, 250, 1, 8]);
  });

  it('ends with 1 and says where when a byte differs', () => {
    const board = new FlashBoard();
    board.storage.spoil = 700;
    const { process, text } = board.run(storage);
    expect(process.completionCode).to.equal(1);
    expect(text).to.match(/byte 700 differs: wrote 37, read 218\n$/);
  });

  it('ends with 1 when the flash fails, and without the driver', () => {
    const failing = new FlashBoard();
    failing.storage.outcome = Err(ErrorCode.FAIL);
    const failed = failing.run(storage);
    expect([failed.process.completionCode, failed.text]).to.deep.equal([
      1,
      'storage of 2000 bytes\nwrite: FAIL\n',
    ]);
    const absent = new FlashBoard().without(DriverNum.NvmStorage).run(storage);
    expect([absent.process.completionCode, absent.text]).to.deep.equal([1, 'size: NODEVICE\n']);
  });
});

describe('The app flash', () => {
  it('shows geometry, times, the AND of two writes, and refusals, on the nRF52840', () => {
    const { process, text } = new FlashBoard().run(flash, { page: 2 });
    expect(process.completionCode, process.faultReason).to.equal(0);
    expect(text.replaceAll(/in \d+\.\d\d ms/g, 'in t').split('\n')).to.deep.equal([
      '4 pages of 4096 bytes, units of 4 bytes, 2 programs each between erasures; writing a page erases first',
      'erase page 2: done in t',
      'write f0 ff 0f ff: done in t',
      'write 3c ff ff 00: done in t',
      'read: done in t',
      '  it holds 30 ff 0f 00, the AND of both',
      'write page 2: done in t',
      'erase page 2: done in t',
      'a page past the last: INVAL',
      'a page into four bytes: SIZE',
      'a page without a buffer: RESERVE',
      'bytes past the end: INVAL',
      'a write between units: INVAL',
      'a read while a page is erased: not refused',
      '',
    ]);
  });

  it('measures by the alarm what the part takes: erase and write of a page 127 ms, erase 85 ms', () => {
    const { text } = new FlashBoard().run(flash);
    const times = [...text.matchAll(/^(.*): done in (\d+\.\d\d) ms$/gm)].map(([, what, time]) => [
      what,
      Math.round(Number(time)),
    ]);
    expect(times).to.deep.include(['write page 0', 127]);
    expect(times.at(-1)).to.deep.equal(['erase page 0', 85]);
  });

  it('shows BUSY where the flash works while the app runs on', () => {
    const { process, text } = new FlashBoard('slow').run(flash);
    expect(process.completionCode, process.faultReason).to.equal(0);
    expect(text).to.contain('a read while a page is erased: BUSY\n');
  });

  it('makes do with flash that knows pages only', () => {
    const { process, text } = new FlashBoard('pages').run(flash);
    expect(process.completionCode, process.faultReason).to.equal(0);
    expect(text).to.contain('4 pages of 64 bytes, pages only; writing a page does not erase\n');
    expect(text).to.contain('a write between units: NOSUPPORT\n');
    expect(text).to.contain('a read while a page is erased: BUSY\n');
    expect(text).to.not.contain('AND');
  });

  it('ends with 1 when the page cannot be erased, and without the driver', () => {
    expect(new FlashBoard().run(flash, { page: 4 }).process.completionCode).to.equal(1);
    const { process, text } = new FlashBoard().without(DriverNum.Flash).run(flash);
    expect([process.completionCode, text]).to.deep.equal([1, 'geometry: NODEVICE\n']);
  });
});

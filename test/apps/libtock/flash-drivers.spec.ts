// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Userspace's side of the three flash drivers: `yield*` and callback forms, with and without Yield-WaitFor.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { AppMain } from '#boards/board';
import { DriverNum } from '#capsules/core/driver';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { APP_START, FlashBoard, REGION, STORAGE_SIZE } from '../../support/flash-board.ts';

function check(board: FlashBoard, main: AppMain): void {
  const { process } = board.run(main);
  expect(process.completionCode, process.faultReason).to.equal(0);
}

for (const profile of ['2.2', '2.1'] as const) {
  describe(`libtock over flash, kernel ${profile}`, () => {
    it('nonvolatileStorage writes and reads, one operation or all, and by callback', () => {
      const board = new FlashBoard('nvmc', profile);
      check(board, function* (tock) {
        const { nonvolatileStorage: storage } = tock;
        expect(yield* storage.exists()).to.equal(true);
        expect(yield* storage.size()).to.deep.equal(Ok(STORAGE_SIZE));
        const source = yield* tock.bufferOf(new Uint8Array(1030).map((_, index) => index));
        const target = yield* tock.bufferOf(new Uint8Array(1030));
        expect(yield* storage.write(3, source)).to.deep.equal(Ok(512));
        expect(yield* storage.read(3, target)).to.deep.equal(Ok(512));
        expect(yield* storage.writeAll(3, source)).to.deep.equal(Ok(3));
        expect(yield* storage.readAll(3, target)).to.deep.equal(Ok(3));
        expect([...target.bytes]).to.deep.equal([...source.bytes]);
        const told: number[] = [];
        const note = (error: number, length: number): unknown => told.push(error, length);
        expect(yield* storage.writeAsync(0, source, note)).to.deep.equal(Ok());
        yield* tock.yieldWait();
        expect(yield* storage.readAsync(0, target, note)).to.deep.equal(Ok());
        yield* tock.yieldWait();
        expect(told).to.deep.equal([0, 512, 0, 512]);
        return 0;
      });
    });

    it('nonvolatileStorage makes FAIL of a length of 0, and passes refusals on', () => {
      const board = new FlashBoard('nvmc', profile);
      board.storage.outcome = Err(ErrorCode.FAIL);
      check(board, function* (tock) {
        const { nonvolatileStorage: storage } = tock;
        const buffer = yield* tock.bufferOf(new Uint8Array(4));
        const empty = yield* tock.bufferOf(new Uint8Array(0));
        expect(yield* storage.write(0, buffer)).to.deep.equal(Err(ErrorCode.FAIL));
        expect(yield* storage.readAll(0, buffer)).to.deep.equal(Err(ErrorCode.FAIL));
        expect(yield* storage.readAll(0, empty)).to.deep.equal(Ok(0));
        expect(yield* storage.read(STORAGE_SIZE, buffer)).to.deep.equal(Err(ErrorCode.INVAL));
        expect(yield* storage.read(0, empty)).to.deep.equal(Err(ErrorCode.RESERVE));
        const told: number[] = [];
        const note = (error: number): unknown => told.push(error);
        yield* storage.writeAsync(0, buffer, note);
        yield* tock.yieldWait();
        expect(told).to.deep.equal([ErrorCode.FAIL]);
        const refused = yield* storage.readAsync(STORAGE_SIZE, buffer, note);
        expect(refused).to.deep.equal(Err(ErrorCode.INVAL));
        return 0;
      });
    });

    it('appFlash finds its regions, writes there, and the program reads it as memory', () => {
      const board = new FlashBoard('nvmc', profile);
      check(board, function* (tock) {
        const { appFlash } = tock;
        expect(yield* appFlash.exists()).to.equal(true);
        const start = APP_START + REGION.offset;
        const end = start + REGION.size;
        expect(yield* appFlash.regions()).to.deep.equal([{ start, end }]);
        const source = yield* tock.bufferOf(Uint8Array.of(1, 2, 3, 4));
        expect(yield* appFlash.write(end - 4, source)).to.deep.equal(Ok());
        expect(tock.read8(end - 1)).to.equal(4);
        expect(yield* appFlash.write(end - 3, source)).to.deep.equal(Err(ErrorCode.INVAL));
        const told: number[] = [];
        const begun = yield* appFlash.writeAsync(start, source, (error) => told.push(error));
        expect(begun).to.deep.equal(Ok());
        yield* tock.yieldWait();
        board.appStorage.outcome = Err(ErrorCode.FAIL);
        expect(yield* appFlash.write(start, source)).to.deep.equal(Err(ErrorCode.FAIL));
        const refused = yield* appFlash.writeAsync(end, source, (error) => told.push(error));
        expect(refused).to.deep.equal(Err(ErrorCode.INVAL));
        expect([told, tock.read8(start)]).to.deep.equal([[0], 1]);
        return 0;
      });
    });

    it('flash reads, writes and erases pages and bytes', () => {
      check(new FlashBoard('nvmc', profile), function* (tock) {
        const { flash } = tock;
        expect(yield* flash.exists()).to.equal(true);
        const geometry = yield* flash.geometry();
        expect(geometry).to.deep.equal(
          Ok({ pageSize: 4096, pages: 4, programUnit: 4, programsPerUnit: 2, writeErases: true }),
        );
        const page = yield* tock.bufferOf(new Uint8Array(4096).fill(0x5a));
        const target = yield* tock.bufferOf(new Uint8Array(4096));
        const word = yield* tock.bufferOf(Uint8Array.of(0x0f, 0, 0, 0));
        expect(yield* flash.writePage(1, page)).to.deep.equal(Ok(4096));
        expect(yield* flash.writeBytes(4096, word)).to.deep.equal(Ok(4));
        expect(yield* flash.readPage(1, target)).to.deep.equal(Ok(4096));
        expect([...target.bytes.subarray(0, 5)]).to.deep.equal([0x0a, 0, 0, 0, 0x5a]);
        expect(yield* flash.erasePage(1)).to.deep.equal(Ok(1));
        expect(yield* flash.readBytes(4096, word)).to.deep.equal(Ok(4));
        expect([...word.bytes]).to.deep.equal([255, 255, 255, 255]);
        expect(yield* flash.readPage(4, target)).to.deep.equal(Err(ErrorCode.INVAL));
        expect(yield* flash.writePage(0, word)).to.deep.equal(Err(ErrorCode.SIZE));
        return 0;
      });
    });

    it('flash completes by callback, one operation at a time', () => {
      check(new FlashBoard('slow', profile), function* (tock) {
        const { flash } = tock;
        const page = yield* tock.bufferOf(new Uint8Array(64));
        const target = yield* tock.bufferOf(new Uint8Array(16));
        const told: number[] = [];
        const note = (error: number, value: number): unknown => told.push(error, value);
        const operations = [
          () => flash.writePageAsync(3, page, note),
          () => flash.readPageAsync(3, page, note),
          () => flash.erasePageAsync(3, note),
          () => flash.writeBytesAsync(8, target, note),
          () => flash.readBytesAsync(8, target, note),
        ];
        for (const operation of operations) {
          expect(yield* operation()).to.deep.equal(Ok());
          const second = yield* tock.command(DriverNum.Flash, 4, 0);
          expect(second.failure()).to.equal(ErrorCode.BUSY);
          yield* tock.yieldWait();
        }
        expect(told).to.deep.equal([0, 64, 0, 64, 0, 3, 0, 16, 0, 16]);
        return 0;
      });
    });
  });
}

describe('libtock without the flash drivers', () => {
  it('answers false and NODEVICE', () => {
    const board = new FlashBoard();
    for (const driver of [DriverNum.NvmStorage, DriverNum.AppFlash, DriverNum.Flash]) {
      board.without(driver);
    }
    check(board, function* (tock) {
      const { nonvolatileStorage, appFlash, flash } = tock;
      for (const driver of [nonvolatileStorage, appFlash, flash]) {
        expect(yield* driver.exists()).to.equal(false);
      }
      expect(yield* nonvolatileStorage.size()).to.deep.equal(Err(ErrorCode.NODEVICE));
      expect(yield* flash.geometry()).to.deep.equal(Err(ErrorCode.NODEVICE));
      return 0;
    });
  });
});

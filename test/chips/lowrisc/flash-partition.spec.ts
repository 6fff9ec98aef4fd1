// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Partitions of Earl Grey's flash keep the contracts of the three flash interfaces.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { FlashCtrlBlocking, FlashCtrlPartition } from '#chips/lowrisc/flash-partition';
import { describeBlockingFlash } from '#conformance/blocking-flash';
import { describeByteFlash } from '#conformance/byte-flash';
import { describeFlash } from '#conformance/flash';
import { FlashRecorder, pattern } from '#conformance/flash-recorder';
import { KernelPanic } from '#kernel/assert';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { ms, us } from '#kernel/time';
import { driver, PAGE, power, type Powered, type PowerOptions } from './support.ts';

function fixture(options: PowerOptions = {}): { flash: FlashCtrlPartition; settle: () => void } {
  const powered = power(options);
  return { flash: driver(powered), settle: powered.settle };
}

function blocking(powered: Powered): FlashCtrlBlocking {
  return new FlashCtrlBlocking(powered.controller, { firstPage: 300, pages: 4 });
}

describeFlash('FlashCtrlPartition', fixture);
describeByteFlash('FlashCtrlPartition', fixture);
describeBlockingFlash('FlashCtrlBlocking', () => blocking(power()));
describeFlash('FlashCtrlPartition with FIFO interrupts of event type', () =>
  fixture({ fifoIrq: 'event' }),
);
describeByteFlash('FlashCtrlPartition with FIFO interrupts of event type', () =>
  fixture({ fifoIrq: 'event' }),
);

describe('FlashCtrlPartition', () => {
  let powered: Powered;
  let flash: FlashCtrlPartition;
  let client: FlashRecorder;

  function boot(options: PowerOptions = {}): void {
    powered = power(options);
    flash = driver(powered);
    client = new FlashRecorder();
    flash.setClient(client);
  }

  beforeEach(() => boot());

  it('lies where the partition lies, words little-endian', () => {
    flash.writeBytes(PAGE + 8, Uint8Array.of(1, 2, 3, 4), 4);
    powered.settle();
    expect(powered.cells.flash.read(301 * 512 + 2)).to.equal(0x04030201);
  });

  it('refuses a partition that is not in the flash', () => {
    const create = (): unknown =>
      new FlashCtrlPartition(powered.controller, { firstPage: 511, pages: 2 });
    expect(create).to.throw(KernelPanic, '511 to 512');
  });

  it('page 512 of the whole flash is INVAL, page 511 is there', () => {
    const whole = new FlashCtrlPartition(powered.controller, { firstPage: 0, pages: 512 });
    const page = new Uint8Array(PAGE);
    expect(whole.erasePage(512)).to.deep.equal(Err(ErrorCode.INVAL));
    expect(whole.readPage(512, page)).to.deep.equal(Err([ErrorCode.INVAL, page]));
    expect(whole.writePage(512, page)).to.deep.equal(Err([ErrorCode.INVAL, page]));
    expect(whole.erasePage(511)).to.deep.equal(Ok());
  });

  it('is BUSY for all other partitions of the controller while it works', () => {
    const other = new FlashCtrlPartition(powered.controller, { firstPage: 0, pages: 1 });
    const buffer = new Uint8Array(4);
    flash.erasePage(0);
    expect(other.readBytes(0, buffer, 4)).to.deep.equal(Err([ErrorCode.BUSY, buffer]));
    powered.settle();
    expect(other.readBytes(0, buffer, 4)).to.deep.equal(Ok());
  });

  describe('a blocking partition, while a split-phase one works', () => {
    const buffer = pattern(8);
    const starts = {
      'an erasure': () => flash.erasePage(0).ok,
      'a page write': () => flash.writePage(0, pattern(PAGE)).ok,
      'a read': () => flash.readBytes(0, new Uint8Array(8), 8).ok,
    };
    for (const [name, start] of Object.entries(starts)) {
      it(`polls ${name} to its end, does its own, and the client hears afterwards, once`, () => {
        const spinning = blocking(powered);
        expect(start()).to.equal(true);
        expect(spinning.writeBytes(PAGE, buffer, 8)).to.deep.equal(Ok());
        const read = new Uint8Array(8);
        expect(spinning.readBytes(PAGE, read, 8)).to.deep.equal(Ok());
        expect(read).to.deep.equal(buffer);
        expect(spinning.erasePage(1)).to.deep.equal(Ok());
        expect(client.calls).to.deep.equal([]);
        expect(flash.erasePage(1)).to.deep.equal(Err(ErrorCode.BUSY));
        powered.settle();
        expect(client.calls).to.have.lengthOf(1);
        expect(client.calls[0]?.ok).to.equal(true);
        expect(flash.erasePage(1)).to.deep.equal(Ok());
      });
    }

    it('takes the time of both, one after the other', () => {
      flash.erasePage(0);
      blocking(powered).erasePage(1);
      expect(powered.clock.now).to.equal(2 * ms(72));
    });
  });

  it('counts words of four bytes, erasures of blank pages too, and reads', () => {
    flash.erasePage(0);
    powered.settle();
    flash.writePage(0, pattern(PAGE));
    powered.settle();
    flash.readBytes(0, new Uint8Array(4), 4);
    powered.settle();
    expect(flash.statistics).to.deep.equal({ wordsWritten: 512, erases: 1, readCalls: 1 });
    expect(powered.cells.flash.eraseCount(300)).to.equal(1);
  });

  it('tells a unit of 4 bytes, twice; under ECC once, and that 8 bytes share their check bits', () => {
    const manners = ({
      programUnit,
      programsPerUnit,
      eccUnit,
      writeErases,
    }: FlashCtrlPartition) => {
      return [programUnit, programsPerUnit, eccUnit, writeErases];
    };
    expect(manners(flash)).to.deep.equal([4, 2, 8, false]);
    boot({ ownRegion: { ecc: true } });
    expect(manners(flash)).to.deep.equal([4, 1, 8, false]);
  });

  it('of the blocking kind spins as long as the flash works: timers still run', () => {
    const spinning = blocking(powered);
    const fired: number[] = [];
    const { clock } = powered;
    clock.schedule(ms(10), () => fired.push(clock.now));
    spinning.erasePage(0);
    expect(clock.now).to.equal(ms(72));
    expect(fired).to.deep.equal([ms(10)]);
    spinning.writeBytes(0, pattern(PAGE), PAGE);
    expect(clock.now).to.equal(ms(72) + 256 * us(24));
    expect(powered.interrupts()).to.equal(0);
  });

  it('of the blocking kind reports what the flash reports as FAIL', () => {
    powered.controller.regions.set(0, { firstPage: 300, pages: 4, read: true });
    const spinning = blocking(powered);
    expect(spinning.writeBytes(0, pattern(PAGE), PAGE)).to.deep.equal(Err(ErrorCode.FAIL));
    expect(spinning.erasePage(0)).to.deep.equal(Err(ErrorCode.FAIL));
    powered.controller.regions.set(0, { firstPage: 300, pages: 4 });
    expect(spinning.readBytes(0, new Uint8Array(8), 8)).to.deep.equal(Err(ErrorCode.FAIL));
    expect(powered.cells.flash.isBlank(300)).to.equal(true);
  });

  it('names itself when the flash explains a third program', () => {
    for (let pass = 0; pass < 3; pass++) {
      flash.writeBytes(4, Uint8Array.of(0xff, 0xff, 0xff, 0xff << pass), 4);
      powered.settle();
    }
    expect(powered.cells.flash.lastViolation?.sentence).to.contain(
      'programmed a 3rd time since its page was erased (limit 2); first by the store at 0.048 ms',
    );
    expect(powered.cells.flash.ecc?.mostPrograms).to.equal(3);
    expect(client.calls.every(({ ok }) => ok)).to.equal(true);
  });

  it('takes buffers that do not begin at a word', () => {
    const bytes = new Uint8Array(9).map((_, index) => index).subarray(1);
    flash.writeBytes(4, bytes, 8);
    powered.settle();
    expect(powered.cells.flash.bytes(300 * PAGE + 4, 8)).to.deep.equal(bytes.slice());
  });
});

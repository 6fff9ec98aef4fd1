// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Non-volatile storage through real system calls: ranges, lengths, and the queue.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import { ReturnVariant } from '#kernel/syscall';
import { us } from '#kernel/time';
import { alone, MOST, ROOMY } from '../../support/driver-calls.ts';
import {
  EXISTS,
  LENGTH,
  NonvolatileBench,
  NVS,
  READ,
  READ_DONE,
  SIZE,
  START,
  WRITE,
  WRITE_DONE,
} from '../../support/nonvolatile-bench.ts';

describe('Non-volatile storage driver', () => {
  it('exists, tells the bytes that userspace has, and has no other command', () => {
    alone(new NonvolatileBench().bench, function* (process) {
      expect(yield* NVS.command(process, EXISTS)).to.equal(0);
      const size = yield* process.command(NVS.driverNum, SIZE);
      expect(size.slice(0, 2)).to.deep.equal([ReturnVariant.SuccessU32, LENGTH]);
      for (const number of [4, 255, MOST]) {
        expect(yield* NVS.command(process, number)).to.equal(ErrorCode.NOSUPPORT);
      }
    });
  });

  it('H34: a range that is not inside is INVAL, however large its numbers; the last byte is inside', () => {
    const { bench, storage } = new NonvolatileBench();
    alone(bench, function* (process) {
      yield* NVS.lend(process, new Uint8Array(512).fill(7));
      yield* NVS.lendTarget(process, 512);
      const outside: [number, number][] = [
        [LENGTH - 500, 501],
        [LENGTH, 0],
        [LENGTH, 1],
        [0, LENGTH + 1],
        [MOST, 0],
        [MOST, 1],
        [MOST, MOST],
        [1, MOST],
        [2 ** 31, 2 ** 31],
      ];
      for (const [offset, length] of outside) {
        expect(yield* NVS.command(process, WRITE, offset, length)).to.equal(ErrorCode.INVAL);
        expect(yield* NVS.command(process, READ, offset, length)).to.equal(ErrorCode.INVAL);
      }
      expect(yield* NVS.command(process, WRITE, LENGTH - 500, 500)).to.equal(0);
      expect(yield* NVS.done(process, WRITE_DONE)).to.deep.equal([500, 0, 0]);
      expect(yield* NVS.command(process, READ, LENGTH - 1, 1)).to.equal(0);
      expect(yield* NVS.done(process, READ_DONE)).to.deep.equal([1, 0, 0]);
    });
    expect(storage.accepted).to.deep.equal([
      ['write', START + LENGTH - 500, 500],
      ['read', START + LENGTH - 1, 1],
    ]);
    expect(storage.content[START + LENGTH]).to.equal(0xff);
  });

  it('H35: without a buffer RESERVE; one runs, one waits, a third is NOMEM; upcalls carry the length', () => {
    alone(new NonvolatileBench().bench, function* (process) {
      expect(yield* NVS.command(process, READ, 0, 4)).to.equal(ErrorCode.RESERVE);
      expect(yield* NVS.command(process, WRITE, 0, 4)).to.equal(ErrorCode.RESERVE);
      yield* NVS.lend(process, [1, 2, 3, 4]);
      expect(yield* NVS.command(process, READ, 0, 4)).to.equal(ErrorCode.RESERVE);
      yield* NVS.lendTarget(process, 8);
      expect(yield* NVS.command(process, WRITE, 0, 4)).to.equal(0);
      expect(yield* NVS.command(process, READ, 1, 3)).to.equal(0);
      expect(yield* NVS.command(process, READ, 1, 3)).to.equal(ErrorCode.NOMEM);
      expect(yield* NVS.command(process, WRITE, 1, 3)).to.equal(ErrorCode.NOMEM);
      expect(yield* NVS.done(process, WRITE_DONE)).to.deep.equal([4, 0, 0]);
      expect(yield* NVS.done(process, READ_DONE)).to.deep.equal([3, 0, 0]);
      expect(NVS.target(process, 4)).to.deep.equal([2, 3, 4, 0]);
    });
  });

  /** Process A writes; B's write waits meanwhile, and its bytes change before its turn. */
  function queuedWrite(fixture: NonvolatileBench): NonvolatileBench {
    const { bench } = fixture;
    bench.spawn(function* (process) {
      yield* NVS.lend(process, [0xa1, 0xa2, 0xa3, 0xa4]);
      yield* NVS.command(process, WRITE, 0, 4);
      yield* NVS.done(process, WRITE_DONE);
    });
    const lengths: number[] = [];
    bench.spawn(function* (process) {
      yield* NVS.lend(process, [0xb1, 0xb2, 0xb3, 0xb4]);
      expect(yield* NVS.command(process, WRITE, 8, 4)).to.equal(0);
      process.mem.write(process.ram(3), Uint8Array.of(0xbb));
      lengths.push((yield* NVS.done(process, WRITE_DONE))[0]);
    });
    bench.run();
    expect(lengths).to.deep.equal([4]);
    return fixture;
  }

  it('H36: a write that waited stores the bytes of its process, as they are when it starts', () => {
    const fixture = queuedWrite(new NonvolatileBench());
    expect(fixture.stored(0, 4)).to.deep.equal([0xa1, 0xa2, 0xa3, 0xa4]);
    expect(fixture.stored(8, 4)).to.deep.equal([0xb1, 0xb2, 0xb3, 0xbb]);
  });

  it('H36: with upstream’s flaw it stores what the buffer held before, another process’s bytes', () => {
    const fixture = queuedWrite(new NonvolatileBench('nvs-queued-write-not-copied'));
    expect(fixture.stored(8, 4)).to.deep.equal([0xa1, 0xa2, 0xa3, 0xa4]);
  });

  it('with upstream’s flaw answers RESERVE to all while an operation runs (nonvolatile_storage_driver.rs)', () => {
    const { bench, storage } = new NonvolatileBench('nvs-reserve-while-busy');
    alone(bench, function* (process) {
      yield* NVS.lend(process, [1]);
      expect(yield* NVS.command(process, WRITE, 0, 1)).to.equal(0);
      expect(yield* NVS.command(process, WRITE, 1, 1)).to.equal(ErrorCode.RESERVE);
      yield* NVS.done(process, WRITE_DONE);
      expect(yield* NVS.command(process, WRITE, 1, 1)).to.equal(0);
      yield* NVS.done(process, WRITE_DONE);
    });
    expect(storage.accepted).to.have.lengthOf(2);
  });

  it('cuts a request to what is lent and to 512 bytes, and takes one of no bytes', () => {
    alone(new NonvolatileBench().bench, function* (process) {
      yield* NVS.lendTarget(process, 1024);
      for (const [length, expected] of [
        [LENGTH, 512],
        [513, 512],
        [511, 511],
        [0, 0],
      ] as const) {
        expect(yield* NVS.command(process, READ, 0, length)).to.equal(0);
        expect(yield* NVS.done(process, READ_DONE)).to.deep.equal([expected, 0, 0]);
      }
      yield* NVS.lend(process, [1, 2, 3]);
      expect(yield* NVS.command(process, WRITE, 0, 600)).to.equal(0);
      expect(yield* NVS.done(process, WRITE_DONE)).to.deep.equal([3, 0, 0]);
      expect(yield* NVS.command(process, WRITE, 5, 0)).to.equal(0);
      expect(yield* NVS.done(process, WRITE_DONE)).to.deep.equal([0, 0, 0]);
    });
  });

  it('copies what was read into what is lent at the end, and says how much fitted', () => {
    alone(new NonvolatileBench().bench, function* (process) {
      yield* NVS.lendTarget(process, 8);
      yield* NVS.command(process, READ, 0, 8);
      yield* NVS.lendTarget(process, 2);
      expect(yield* NVS.done(process, READ_DONE)).to.deep.equal([2, 0, 0]);
      expect(NVS.target(process, 4)).to.deep.equal([0xff, 0xff, 0, 0]);
      yield* NVS.command(process, READ, 0, 2);
      yield* process.allowRw(NVS.driverNum, 0, 0, 0);
      expect(yield* NVS.done(process, READ_DONE)).to.deep.equal([0, 0, 0]);
    });
  });

  it('ends a write that waited with a length of 0 when nothing is lent at its turn, and goes on', () => {
    const { bench, storage } = new NonvolatileBench();
    alone(bench, function* (process) {
      yield* NVS.lend(process, [1, 2]);
      yield* NVS.command(process, WRITE, 0, 2);
      yield* NVS.command(process, WRITE, 4, 2);
      yield* process.allowRo(NVS.driverNum, 0, 0, 0);
      expect(yield* NVS.done(process, WRITE_DONE)).to.deep.equal([2, 0, 0]);
      expect(yield* NVS.done(process, WRITE_DONE)).to.deep.equal([0, 0, 0]);
      yield* NVS.lend(process, [3]);
      expect(yield* NVS.command(process, WRITE, 0, 1)).to.equal(0);
      expect(yield* NVS.done(process, WRITE_DONE)).to.deep.equal([1, 0, 0]);
    });
    expect(storage.accepted).to.have.lengthOf(2);
  });

  it('takes what waits in slot order', () => {
    const { bench, storage } = new NonvolatileBench();
    for (const delay of [0, 3, 2, 1]) {
      bench.spawn(function* (process) {
        yield* process.compute(us(delay));
        yield* NVS.lendTarget(process, 1);
        yield* NVS.command(process, READ, delay, 1);
        yield* NVS.done(process, READ_DONE);
      }, ROOMY);
    }
    bench.run();
    expect(storage.accepted.map(([, address]) => address - START)).to.deep.equal([0, 3, 2, 1]);
  });
});

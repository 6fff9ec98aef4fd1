// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * App flash through real system calls: regions to the byte, the queue of 512 bytes, processes that die.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { DriverNum } from '#capsules/core/driver';
import {
  APP_FLASH_GRANT,
  AppFlashDriver,
  type AppFlashFlaw,
} from '#capsules/extra/app-flash-driver';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { ms, us } from '#kernel/time';
import { alone, DriverCalls, kill, MOST, ROOMY } from '../../support/driver-calls.ts';
import { FakeStorage } from '../../support/fake-storage.ts';
import type { Code, RawProcess, Words } from '../../support/raw-process.ts';
import { FLASH_SIZE, FLASH_START, PROTECTED_SIZE, Testbench } from '../../support/testbench.ts';

const EXISTS = 0;
const WRITE = 1;
const WRITE_DONE = 0;
const FLASH = new DriverCalls(DriverNum.AppFlash);

/** Two regions that touch, and one that would reach into the header. */
const REGIONS = {
  writeableFlashRegions: [
    { offset: 0x400, size: 0x400 },
    { offset: 0x800, size: 0x10 },
    { offset: 0x40, size: 0x60 },
  ],
};
const REGION = FLASH_START + 0x400;
const REGION_END = REGION + 0x400;
const DONE = [0, 0, 0];

class Fixture {
  readonly bench = new Testbench();
  readonly storage = new FakeStorage(this.bench, FLASH_START + 4 * FLASH_SIZE);

  constructor(...flaws: AppFlashFlaw[]) {
    const { kernel, drivers } = this.bench;
    const apps = kernel.createGrant(FLASH.driverNum, APP_FLASH_GRANT);
    const { storage } = this;
    drivers.set(
      FLASH.driverNum,
      new AppFlashDriver({ storage, apps, kernel, flaws: new Set(flaws) }),
    );
  }

  /** Runs one process, whose regions are those above unless others are given. */
  alone(body: (process: RawProcess) => Code, options: object = REGIONS): void {
    alone(this.bench, body, options);
    expect(this.storage.held).to.equal(0);
  }
}

function* answers(process: RawProcess, length: number, ...addresses: number[]): Code<number[]> {
  const seen: number[] = [];
  yield* FLASH.lend(process, new Uint8Array(length).fill(7));
  for (const address of addresses) {
    const error = yield* FLASH.command(process, WRITE, address);
    seen.push(error);
    if (error === 0) expect(yield* FLASH.done(process, WRITE_DONE)).to.deep.equal(DONE);
  }
  return seen;
}

describe('App flash driver', () => {
  it('exists, and has no other command', () => {
    new Fixture().alone(function* (process) {
      expect(yield* FLASH.command(process, EXISTS)).to.equal(0);
      for (const number of [2, 255, MOST]) {
        expect(yield* FLASH.command(process, number)).to.equal(ErrorCode.NOSUPPORT);
      }
    });
  });

  it('H42: writes what lies inside one region, its last byte included, and answers INVAL for the rest', () => {
    const fixture = new Fixture();
    fixture.alone(function* (process) {
      const inside = yield* answers(process, 16, REGION, REGION_END - 16, REGION_END);
      expect(inside).to.deep.equal([0, 0, 0]);
      const outside = [
        REGION - 1,
        REGION_END - 15,
        REGION_END + 1,
        REGION_END + 16,
        0,
        FLASH_START,
        FLASH_START + FLASH_SIZE,
        2 ** 31,
        MOST - 15,
        MOST,
      ];
      const refused = yield* answers(process, 16, ...outside);
      expect(refused).to.deep.equal(outside.map(() => ErrorCode.INVAL));
    });
    expect(fixture.storage.accepted).to.deep.equal([
      ['write', REGION, 16],
      ['write', REGION_END - 16, 16],
      ['write', REGION_END, 16],
    ]);
    expect(fixture.storage.content[REGION - 1]).to.equal(0xff);
  });

  it('H42: of a region that reaches into the header, only what is behind it may be written', () => {
    new Fixture().alone(function* (process) {
      const behind = FLASH_START + PROTECTED_SIZE;
      expect(yield* answers(process, 16, behind, behind + 16, behind - 1)).to.deep.equal([
        0,
        0,
        ErrorCode.INVAL,
      ]);
    });
  });

  it('H42: a process without regions has nowhere to write', () => {
    new Fixture().alone(function* (process) {
      expect(yield* answers(process, 16, REGION)).to.deep.equal([ErrorCode.INVAL]);
    }, {});
  });

  it('with upstream’s flaw refuses a write that ends with a region’s last byte (app_flash_driver.rs)', () => {
    new Fixture('app-flash-last-byte').alone(function* (process) {
      const seen = yield* answers(process, 16, REGION_END - 16, REGION_END - 17);
      expect(seen).to.deep.equal([ErrorCode.INVAL, 0]);
    });
  });

  it('with upstream’s flaw takes any address past the header: the program’s code', () => {
    new Fixture('app-flash-own-program').alone(function* (process) {
      const start = FLASH_START + PROTECTED_SIZE;
      const end = FLASH_START + FLASH_SIZE;
      const seen = yield* answers(process, 16, start, end - 16, start - 1, end - 15);
      expect(seen).to.deep.equal([0, 0, ErrorCode.INVAL, ErrorCode.INVAL]);
    }, {});
  });

  it('refuses nothing lent with RESERVE, and more than 512 bytes with SIZE', () => {
    new Fixture().alone(function* (process) {
      expect(yield* FLASH.command(process, WRITE, REGION)).to.equal(ErrorCode.RESERVE);
      expect(yield* answers(process, 513, REGION)).to.deep.equal([ErrorCode.SIZE]);
      expect(yield* answers(process, 512, REGION)).to.deep.equal([0]);
      yield* process.allowRo(FLASH.driverNum, 0, 0, 0);
      expect(yield* FLASH.command(process, WRITE, REGION)).to.equal(ErrorCode.RESERVE);
      expect(yield* FLASH.command(process, WRITE, MOST)).to.equal(ErrorCode.INVAL);
    });
  });

  it('with upstream’s flaw writes the first 512 of more bytes, and says nothing', () => {
    const fixture = new Fixture('app-flash-cuts-longer');
    fixture.alone(function* (process) {
      expect(yield* answers(process, 513, REGION)).to.deep.equal([0]);
    });
    expect(fixture.storage.accepted).to.deep.equal([['write', REGION, 512]]);
  });

  it('H42: one write runs, one of 512 bytes waits, a second to wait is NOMEM', () => {
    const fixture = new Fixture();
    fixture.alone(function* (process) {
      yield* FLASH.lend(process, new Uint8Array(512).fill(1));
      expect(yield* FLASH.command(process, WRITE, REGION)).to.equal(0);
      expect(yield* FLASH.command(process, WRITE, REGION + 512)).to.equal(0);
      expect(yield* FLASH.command(process, WRITE, REGION)).to.equal(ErrorCode.NOMEM);
      yield* FLASH.lend(process, new Uint8Array(512).fill(2));
      for (let count = 0; count < 2; count++) {
        expect(yield* FLASH.done(process, WRITE_DONE)).to.deep.equal(DONE);
      }
    });
    expect(fixture.storage.content[REGION + 511]).to.equal(1);
    expect(fixture.storage.content[REGION + 512], 'copied at its turn').to.equal(2);
  });

  it('lets only 512 bytes wait, and tells SIZE when less is lent at their turn (app_flash_driver.rs)', () => {
    const fixture = new Fixture();
    fixture.alone(function* (process) {
      yield* FLASH.lend(process, new Uint8Array(16));
      expect(yield* FLASH.command(process, WRITE, REGION)).to.equal(0);
      expect(yield* FLASH.command(process, WRITE, REGION)).to.equal(ErrorCode.SIZE);
      yield* FLASH.lend(process, new Uint8Array(512));
      expect(yield* FLASH.command(process, WRITE, REGION)).to.equal(0);
      yield* FLASH.lend(process, new Uint8Array(511));
      expect(yield* FLASH.done(process, WRITE_DONE)).to.deep.equal(DONE);
      expect(yield* FLASH.done(process, WRITE_DONE)).to.deep.equal([ErrorCode.SIZE, 0, 0]);
      expect(yield* answers(process, 16, REGION)).to.deep.equal([0]);
    });
  });

  it('with upstream’s flaw a write of another length that waited is the end of all writing', () => {
    const fixture = new Fixture('app-flash-queued-length');
    const { bench, storage } = fixture;
    const told: Words[] = [];
    bench.spawn(
      function* (process) {
        yield* process.subscribe(FLASH.driverNum, WRITE_DONE, process.recorder(told));
        yield* FLASH.lend(process, new Uint8Array(16));
        yield* FLASH.command(process, WRITE, REGION);
        expect(yield* FLASH.command(process, WRITE, REGION)).to.equal(0);
        yield* process.compute(ms(3));
        yield* process.yieldWait();
        expect(yield* FLASH.command(process, WRITE, REGION)).to.equal(0);
        yield* process.yieldWait();
      },
      { ...ROOMY, ...REGIONS },
    );
    expect(bench.run()).to.equal('asleep');
    expect(told).to.have.lengthOf(1);
    expect(storage.accepted).to.have.lengthOf(1);
  });

  it('passes a refusal on as the command’s error, a failure as the upcall’s status, and goes on', () => {
    const fixture = new Fixture();
    const { storage } = fixture;
    fixture.alone(function* (process) {
      storage.refusal = ErrorCode.BUSY;
      expect(yield* answers(process, 512, REGION)).to.deep.equal([ErrorCode.BUSY]);
      storage.refusal = undefined;
      storage.outcome = Err(ErrorCode.FAIL);
      yield* FLASH.command(process, WRITE, REGION);
      yield* FLASH.command(process, WRITE, REGION);
      expect(yield* FLASH.done(process, WRITE_DONE)).to.deep.equal([ErrorCode.FAIL, 0, 0]);
      storage.refusal = ErrorCode.NODEVICE;
      expect(yield* FLASH.done(process, WRITE_DONE)).to.deep.equal([ErrorCode.FAIL, 0, 0]);
      storage.refusal = undefined;
      storage.outcome = Ok();
      yield* FLASH.command(process, WRITE, REGION);
      yield* FLASH.command(process, WRITE, REGION);
      storage.refusal = ErrorCode.NODEVICE;
      expect(yield* FLASH.done(process, WRITE_DONE)).to.deep.equal(DONE);
      expect(yield* FLASH.done(process, WRITE_DONE)).to.deep.equal([ErrorCode.NODEVICE, 0, 0]);
    });
  });

  for (const how of ['terminate', 'restart'] as const) {
    it(`(${how}) of a process that dies in mid-write the upcall goes nowhere, and others go on`, () => {
      const { bench, storage } = new Fixture('app-flash-own-program');
      const first = function* (process: RawProcess): Code {
        yield* FLASH.lend(process, new Uint8Array(512));
        yield* FLASH.command(process, WRITE, REGION);
        yield* FLASH.command(process, WRITE, REGION);
      };
      const { stale, lives } = kill(bench, FLASH, { first, upcalls: [WRITE_DONE] }, how, us(500));
      let told: unknown;
      bench.spawn(function* (process) {
        yield* FLASH.lend(process, new Uint8Array(512));
        expect(yield* FLASH.command(process, WRITE, REGION)).to.equal(ErrorCode.INVAL);
        expect(yield* FLASH.command(process, WRITE, REGION + FLASH_SIZE)).to.equal(0);
        told = yield* FLASH.done(process, WRITE_DONE);
      }, ROOMY);
      bench.run();
      expect(told).to.deep.equal(DONE);
      expect(stale).to.deep.equal([]);
      expect(lives()).to.equal(how === 'restart' ? 2 : 1);
      expect(storage.accepted.map(([, address]) => address)).to.deep.equal([
        REGION,
        REGION + FLASH_SIZE,
      ]);
      expect(storage.held).to.equal(0);
    });
  }

  it('survives any sequence of writes, touches nothing outside, and tells of each exactly once', () => {
    const address = fc.oneof(
      fc.constantFrom(0, REGION, REGION_END - 512, REGION_END - 1, REGION_END, 2 ** 31, MOST),
      fc.integer({ min: FLASH_START, max: FLASH_START + FLASH_SIZE }),
    );
    const length = fc.oneof(fc.constantFrom(0, 512), fc.nat(600));
    fc.assert(
      fc.property(fc.array(fc.tuple(address, length), { maxLength: 12 }), (steps) => {
        const fixture = new Fixture();
        let accepted = 0;
        const told: Words[] = [];
        fixture.alone(function* (process) {
          yield* process.subscribe(FLASH.driverNum, WRITE_DONE, process.recorder(told));
          for (const [at, lent] of steps) {
            yield* FLASH.lend(process, new Uint8Array(lent));
            if ((yield* FLASH.command(process, WRITE, at)) === 0) accepted++;
          }
          while (told.length < accepted) yield* process.yieldWait();
          yield* process.compute(ms(5));
          yield* process.yieldNoWait();
        });
        expect(told).to.have.lengthOf(accepted);
        for (const [, at, count] of fixture.storage.accepted) {
          const ranges = [
            [REGION, REGION_END],
            [REGION_END, REGION_END + 0x10],
            [FLASH_START + PROTECTED_SIZE, FLASH_START + 0xa0],
          ] as const;
          expect(ranges.some(([from, to]) => at >= from && at + count <= to)).to.equal(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

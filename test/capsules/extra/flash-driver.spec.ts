// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash interface through real system calls: over the NVMC, and over flash that is slow and fails.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { DriverNum } from '#capsules/core/driver';
import { FLASH_GRANT, FlashDriver } from '#capsules/extra/flash-driver';
import { blankCells, Nrf52840 } from '#chips/nrf52/chip';
import { Nvmc } from '#chips/nrf52/nvmc';
import { pattern } from '#conformance/flash-recorder';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok } from '#kernel/result';
import { ReturnVariant } from '#kernel/syscall';
import { ms, us } from '#kernel/time';
import { alone, DriverCalls, kill, MOST, ROOMY } from '../../support/driver-calls.ts';
import { TimedFlash } from '../../support/timed-flash.ts';
import type { Code, RawProcess, Words } from '../../support/raw-process.ts';
import { Testbench } from '../../support/testbench.ts';

const FLASH = new DriverCalls(DriverNum.Flash);
const EXISTS = 0;
const GEOMETRY = 1;
const READ_PAGE = 2;
const WRITE_PAGE = 3;
const ERASE_PAGE = 4;
const READ_BYTES = 5;
const WRITE_BYTES = 6;
const LAWS = 7;
const READ_DONE = 0;
const WRITE_DONE = 1;
const ERASE_DONE = 2;
const OPERATIONS = [READ_PAGE, WRITE_PAGE, ERASE_PAGE, READ_BYTES, WRITE_BYTES];
const PAGE = 4096;

function withDriver(bench: Testbench, flash: hil.flash.Flash): void {
  const apps = bench.kernel.createGrant(FLASH.driverNum, FLASH_GRANT);
  bench.drivers.set(FLASH.driverNum, new FlashDriver(flash, apps));
}

/** Pages 192 to 195 of an nRF52840. */
function overNvmc(): { bench: Testbench; chip: Nrf52840 } {
  const bench = new Testbench();
  const { clock, deferredCalls } = bench;
  const line = (): void => undefined;
  const chip = new Nrf52840({ clock, deferredCalls, cells: blankCells(), line });
  withDriver(bench, new Nvmc(chip.nvmc, { firstPage: 192, pages: 4 }));
  return { bench, chip };
}

function overFake(level: 'byte' | 'page' = 'byte'): { bench: Testbench; flash: TimedFlash } {
  const bench = new Testbench();
  const flash = new TimedFlash(bench);
  withDriver(bench, level === 'byte' ? flash : flash.pageLevel());
  return { bench, flash };
}

/** Gives a command that is accepted, and waits for its upcall. */
function* operate(
  process: RawProcess,
  number: number,
  argument1: number,
  argument2 = 0,
): Code<readonly number[]> {
  expect(yield* FLASH.command(process, number, argument1, argument2)).to.equal(0);
  const reads = number === READ_PAGE || number === READ_BYTES;
  const upcall = number === ERASE_PAGE ? ERASE_DONE : reads ? READ_DONE : WRITE_DONE;
  return yield* FLASH.done(process, upcall);
}

describe('Flash driver, for a process without RAM for its grant', () => {
  it('refuses an erasure with NOMEM, which it could not answer, and erases nothing', () => {
    const { bench, flash } = overFake();
    let answer: Words = [0, 0, 0, 0];
    bench.spawn(function* (process) {
      for (let step = 1024; step >= 4; step /= 2) {
        while ((yield* process.memop(1, step))[0] !== 0);
      }
      answer = yield* process.command(DriverNum.Flash, ERASE_PAGE, 0);
    });
    bench.run();
    expect(answer.slice(0, 2)).to.deep.equal([0, ErrorCode.NOMEM]);
    expect(flash.running).to.equal(0);
  });
});

describe('Flash driver over the NVMC', () => {
  it('exists, and tells page size, pages, unit, programs a unit, and that a page write erases', () => {
    alone(overNvmc().bench, function* (process) {
      expect(yield* FLASH.command(process, EXISTS)).to.equal(0);
      const { driverNum } = FLASH;
      expect(yield* process.command(driverNum, GEOMETRY)).to.deep.equal([
        ReturnVariant.SuccessU32U32U32,
        PAGE,
        4,
        4,
      ]);
      const laws = yield* process.command(driverNum, LAWS);
      expect(laws.slice(0, 3)).to.deep.equal([ReturnVariant.SuccessU32U32, 2, 1]);
      for (const number of [8, 255, MOST]) {
        expect(yield* FLASH.command(process, number)).to.equal(ErrorCode.NOSUPPORT);
      }
    });
  });

  it('writes, reads and erases a page; the erasure takes its 85 ms', () => {
    const { bench } = overNvmc();
    const written = pattern(PAGE);
    alone(bench, function* (process) {
      yield* FLASH.lend(process, written);
      expect(yield* operate(process, WRITE_PAGE, 3)).to.deep.equal([0, PAGE, 0]);
      yield* FLASH.lendTarget(process, PAGE);
      expect(yield* operate(process, READ_PAGE, 3)).to.deep.equal([0, PAGE, 0]);
      expect(FLASH.target(process, PAGE)).to.deep.equal([...written]);
      const before = bench.clock.now;
      expect(yield* operate(process, ERASE_PAGE, 3)).to.deep.equal([0, 3, 0]);
      expect(bench.clock.now - before).to.equal(ms(85));
      yield* operate(process, READ_PAGE, 3);
      expect(FLASH.target(process, PAGE).every((byte) => byte === 0xff)).to.equal(true);
    });
  });

  it('writes bytes over bytes: what stays is the AND of both, and reads may begin anywhere', () => {
    alone(overNvmc().bench, function* (process) {
      yield* FLASH.lend(process, [0xf0, 0xff, 0x0f, 0xff]);
      expect(yield* operate(process, WRITE_BYTES, PAGE - 4, 4)).to.deep.equal([0, 4, 0]);
      yield* FLASH.lend(process, [0x3c, 0xff, 0xff, 0x00, 0x55, 0x55, 0x55, 0x55]);
      expect(yield* operate(process, WRITE_BYTES, PAGE - 4, 8)).to.deep.equal([0, 8, 0]);
      yield* FLASH.lendTarget(process, 5);
      expect(yield* operate(process, READ_BYTES, PAGE - 3, 5)).to.deep.equal([0, 5, 0]);
      expect(FLASH.target(process, 6)).to.deep.equal([0xff, 0x0f, 0x00, 0x55, 0x55, 0]);
    });
  });

  it('passes the refusals of the interface on, however large the numbers (kernel/hil/flash.ts)', () => {
    const { bench, chip } = overNvmc();
    alone(bench, function* (process) {
      const refused: [number, number, number, ErrorCode][] = [
        [READ_PAGE, 4, 0, ErrorCode.INVAL],
        [WRITE_PAGE, MOST, 0, ErrorCode.INVAL],
        [ERASE_PAGE, 4, 0, ErrorCode.INVAL],
        [ERASE_PAGE, MOST, 0, ErrorCode.INVAL],
        [READ_PAGE, 0, 0, ErrorCode.SIZE],
        [WRITE_PAGE, 0, 0, ErrorCode.SIZE],
        [READ_BYTES, 4 * PAGE - 4, 8, ErrorCode.INVAL],
        [READ_BYTES, MOST, 2, ErrorCode.INVAL],
        [READ_BYTES, MOST, MOST, ErrorCode.INVAL],
        [READ_BYTES, 0, MOST, ErrorCode.INVAL],
        [READ_BYTES, 0, 17, ErrorCode.SIZE],
        [WRITE_BYTES, 0, 20, ErrorCode.SIZE],
        [WRITE_BYTES, 2, 4, ErrorCode.INVAL],
        [WRITE_BYTES, 0, 3, ErrorCode.INVAL],
        [WRITE_BYTES, MOST - 3, 4, ErrorCode.INVAL],
        [WRITE_BYTES, 4, MOST, ErrorCode.INVAL],
      ];
      yield* FLASH.lend(process, new Uint8Array(16));
      yield* FLASH.lendTarget(process, 16);
      for (const [number, argument1, argument2, error] of refused) {
        const answer = yield* FLASH.command(process, number, argument1, argument2);
        expect(answer, `command ${number} (${argument1}, ${argument2})`).to.equal(error);
      }
      expect(yield* operate(process, READ_BYTES, 0, 16)).to.deep.equal([0, 16, 0]);
    });
    const { flash } = chip.nvmc;
    for (let page = 0; page < flash.pages; page++) expect(flash.isBlank(page)).to.equal(true);
  });

  it('is RESERVE without a buffer, SIZE for more than a page, and takes no bytes at all', () => {
    alone(overNvmc().bench, function* (process) {
      for (const number of [READ_PAGE, WRITE_PAGE, READ_BYTES, WRITE_BYTES]) {
        expect(yield* FLASH.command(process, number, 0, 0)).to.equal(ErrorCode.RESERVE);
      }
      yield* FLASH.lend(process, new Uint8Array(PAGE + 4));
      yield* FLASH.lendTarget(process, PAGE + 4);
      expect(yield* FLASH.command(process, WRITE_PAGE, 0)).to.equal(ErrorCode.SIZE);
      expect(yield* FLASH.command(process, READ_PAGE, 0)).to.equal(ErrorCode.SIZE);
      expect(yield* FLASH.command(process, WRITE_BYTES, 0, PAGE + 4)).to.equal(ErrorCode.SIZE);
      expect(yield* operate(process, READ_BYTES, 0, PAGE)).to.deep.equal([0, PAGE, 0]);
      expect(yield* operate(process, READ_BYTES, 7, 0)).to.deep.equal([0, 0, 0]);
      expect(yield* operate(process, WRITE_BYTES, 8, 0)).to.deep.equal([0, 0, 0]);
    });
  });
});

describe('Flash driver', () => {
  it('is BUSY for every process while one operation runs, and touches no buffer meanwhile', () => {
    const { bench, flash } = overFake();
    const busy = function* (process: RawProcess): Code {
      for (const number of OPERATIONS) {
        expect(yield* FLASH.command(process, number, 0, 8)).to.equal(ErrorCode.BUSY);
      }
    };
    bench.spawn(function* (process) {
      yield* FLASH.lend(process, [1, 2, 3, 4, 5, 6, 7, 8]);
      yield* FLASH.lendTarget(process, 64);
      yield* FLASH.command(process, WRITE_BYTES, 8, 8);
      yield* FLASH.lend(process, new Uint8Array(64).fill(9));
      yield* busy(process);
      expect(yield* FLASH.done(process, WRITE_DONE)).to.deep.equal([0, 8, 0]);
    }, ROOMY);
    let other: unknown;
    bench.spawn(function* (process) {
      yield* FLASH.lend(process, new Uint8Array(64).fill(7));
      yield* FLASH.lendTarget(process, 64);
      yield* busy(process);
      yield* process.compute(ms(2));
      other = yield* operate(process, ERASE_PAGE, 1);
    }, ROOMY);
    bench.run();
    expect(other).to.deep.equal([0, 1, 0]);
    expect([...flash.content.subarray(8, 16)]).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('over flash that knows pages only has no bytes: NOSUPPORT, and a unit of 0', () => {
    alone(overFake('page').bench, function* (process) {
      const { driverNum } = FLASH;
      const geometry = yield* process.command(driverNum, GEOMETRY);
      expect(geometry.slice(1)).to.deep.equal([64, 4, 0]);
      expect((yield* process.command(driverNum, LAWS)).slice(1, 3)).to.deep.equal([0, 0]);
      yield* FLASH.lend(process, new Uint8Array(64).fill(7));
      yield* FLASH.lendTarget(process, 64);
      for (const number of [READ_BYTES, WRITE_BYTES]) {
        expect(yield* FLASH.command(process, number, 0, 8)).to.equal(ErrorCode.NOSUPPORT);
      }
      expect(yield* operate(process, WRITE_PAGE, 3)).to.deep.equal([0, 64, 0]);
      expect(yield* operate(process, READ_PAGE, 3)).to.deep.equal([0, 64, 0]);
      expect(FLASH.target(process, 64)).to.deep.equal(new Array<number>(64).fill(7));
    });
  });

  for (const [reported, status] of [
    ['FlashError', ErrorCode.FAIL],
    ['FlashMemoryProtectionError', ErrorCode.NOSUPPORT],
  ] as const) {
    it(`tells ${reported} as status ${status}, hands over no bytes, and goes on`, () => {
      const { bench, flash } = overFake();
      flash.outcome = Err(reported);
      alone(bench, function* (process) {
        yield* FLASH.lend(process, new Uint8Array(64).fill(7));
        yield* FLASH.lendTarget(process, 64);
        for (const number of OPERATIONS) {
          const where = number === ERASE_PAGE ? 2 : 0;
          expect(yield* operate(process, number, where, 8)).to.deep.equal([status, where, 0]);
        }
        expect(FLASH.target(process, 1)).to.deep.equal([0]);
        flash.outcome = Ok();
        expect(yield* operate(process, READ_PAGE, 0)).to.deep.equal([0, 64, 0]);
      });
    });
  }

  it('copies into what is lent at the end; less than at the command is SIZE, with what fitted', () => {
    alone(overFake().bench, function* (process) {
      for (const left of [5, 0]) {
        yield* FLASH.lendTarget(process, 64);
        expect(yield* FLASH.command(process, READ_PAGE, 0)).to.equal(0);
        yield* FLASH.lendTarget(process, left);
        expect(yield* FLASH.done(process, READ_DONE)).to.deep.equal([ErrorCode.SIZE, left, 0]);
        expect(FLASH.target(process, 6)).to.deep.equal([255, 255, 255, 255, 255, 0]);
      }
    });
  });

  for (const how of ['terminate', 'restart'] as const) {
    for (const number of OPERATIONS) {
      it(`(${how} in command ${number}) the upcall goes nowhere, and others go on`, () => {
        const { bench, flash } = overFake();
        const first = function* (process: RawProcess): Code {
          yield* FLASH.lend(process, new Uint8Array(64));
          yield* FLASH.lendTarget(process, 64);
          expect(yield* FLASH.command(process, number, 0, 8)).to.equal(0);
        };
        const upcalls = [READ_DONE, WRITE_DONE, ERASE_DONE];
        const { stale, lives } = kill(bench, FLASH, { first, upcalls }, how, us(500));
        let told: unknown;
        bench.spawn(function* (process) {
          yield* FLASH.lendTarget(process, 64);
          yield* process.compute(ms(3));
          told = yield* operate(process, READ_PAGE, 1);
        }, ROOMY);
        bench.run();
        expect(told).to.deep.equal([0, 64, 0]);
        expect(stale).to.deep.equal([]);
        expect([lives(), flash.running]).to.deep.equal([how === 'restart' ? 2 : 1, 0]);
      });
    }
  }

  it('survives any sequence of commands, and tells of each that was accepted exactly once', () => {
    const number = fc.oneof(
      fc.constantFrom(0, 1, 3, 4, 8, 63, 64, 255, 256, 2 ** 31, MOST),
      fc.nat(256),
    );
    const step = fc.tuple(fc.constantFrom(...OPERATIONS, 9), number, number, fc.nat(80));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const { bench, flash } = overFake();
        let accepted = 0;
        const told: Words[] = [];
        alone(bench, function* (process) {
          for (const upcall of [READ_DONE, WRITE_DONE, ERASE_DONE]) {
            yield* process.subscribe(FLASH.driverNum, upcall, process.recorder(told));
          }
          for (const [command, argument1, argument2, lent] of steps) {
            yield* FLASH.lend(process, pattern(lent));
            yield* FLASH.lendTarget(process, lent);
            if ((yield* FLASH.command(process, command, argument1, argument2)) === 0) accepted++;
            if (lent % 2 === 0 && told.length < accepted) yield* process.yieldWait();
          }
          while (told.length < accepted) yield* process.yieldWait();
          yield* process.compute(ms(3));
          yield* process.yieldNoWait();
        });
        expect([told.length, flash.running]).to.deep.equal([accepted, 0]);
      }),
      { numRuns: 60 },
    );
  });
});

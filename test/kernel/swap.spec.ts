// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The three allows: exactly the buffer before comes back, and only memory of one's own can be lent.
 *
 * NON-TOCK: tests; Subscribe's are in `subscribe.spec.ts`.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { SyscallClass } from '#kernel/syscall';
import { CommandReturn } from '#kernel/syscall-driver';
import { ABSENT, DRIVER, FLASH_SIZE, runAlone, Testbench } from '../support/testbench.ts';
import { words, type Code, type RawProcess, type Words } from '../support/raw-process.ts';

const NOWHERE = 0x1234_5678;
const { ReadWriteAllow, ReadOnlyAllow } = SyscallClass;

type Allow = typeof ReadWriteAllow | typeof ReadOnlyAllow;
const ALLOWS: readonly [string, Allow][] = [
  ['read-write', ReadWriteAllow],
  ['read-only', ReadOnlyAllow],
];

function allow(
  process: RawProcess,
  which: Allow,
  num: number,
  at: number,
  len: number,
): Code<Words> {
  return process.trap(which, DRIVER, num, at, len);
}

for (const [name, which] of ALLOWS) {
  describe(`Allow ${name}`, () => {
    it('D01 returns (0, 0) first, then exactly the pair before, then gives it back at (0, 0)', () => {
      runAlone(function* (process) {
        const [a, b] = [process.ram(100), process.ram(300)];
        const answers = [
          yield* allow(process, which, 0, a, 16),
          yield* allow(process, which, 0, b, 8),
          yield* allow(process, which, 0, 0, 0),
          yield* allow(process, which, 0, 0, 0),
        ];
        expect(answers.map((words) => words.slice(0, 3))).to.deep.equal([
          [130, 0, 0],
          [130, a, 16],
          [130, b, 8],
          [130, 0, 0],
        ]);
      });
    });

    it('F12 numbers and kinds of buffers are kept apart', () => {
      runAlone(function* (process) {
        yield* process.allowRo(DRIVER, 0, process.ram(0), 1);
        yield* process.allowRw(DRIVER, 0, process.ram(4), 2);
        yield* process.allowRo(DRIVER, 2, process.ram(8), 3);
        const back = [
          yield* process.allowRo(DRIVER, 0, 0, 0),
          yield* process.allowRw(DRIVER, 0, 0, 0),
          yield* process.allowRo(DRIVER, 2, 0, 0),
          yield* process.allowRw(DRIVER, 2, 0, 0),
        ];
        expect(back.map(([, , length]) => length)).to.deep.equal([1, 2, 3, 0]);
      });
    });

    it('D04 zero bytes may be lent anywhere and come back with their address', () => {
      runAlone(function* (process) {
        const first = yield* allow(process, which, 0, 0xffff_ffff, 0);
        const second = yield* allow(process, which, 0, 0, 0);
        expect(first.slice(0, 3)).to.deep.equal([130, 0, 0]);
        expect(second.slice(0, 3)).to.deep.equal([130, 0xffff_ffff, 0]);
      });
    });

    for (const profile of ['2.0', '2.1', '2.2', '2.2-trd'] as const) {
      it(`D05 profile ${profile}: bad buffer, absent driver: NODEVICE, echo (driver first)`, () => {
        const answer = runAlone((process) => process.trap(which, ABSENT, 0, NOWHERE, 5), {
          profile,
        });
        expect(answer).to.deep.equal([2, 11, NOWHERE, 5]);
      });
    }

    it('B16 lending leaves the upcalls of the same number alone', () => {
      const calls: Words[] = [];
      runAlone(function* (process) {
        yield* process.subscribe(DRIVER, 0, process.recorder(calls));
        yield* process.command(DRIVER, 1, 0, 10);
        yield* allow(process, which, 0, process.ram(0), 4);
        yield* process.yieldWait();
      });
      expect(calls).to.deep.equal([[10, 11, 12, 0]]);
    });

    it('E10 a process that was ended meanwhile lends nothing: FAIL', () => {
      const bench = new Testbench({
        filter: {
          filterSyscall: (process) => {
            process.terminate(0);
            return undefined;
          },
        },
      });
      const { raw, process } = bench.spawn(function* (program) {
        yield* allow(program, which, 0, program.ram(0), 4);
      });
      bench.run();
      expect(words(raw.registers)).to.deep.equal([2, 1, process.ramStart, 4]);
    });

    for (const [profile, error] of [
      ['2.1', ErrorCode.NOSUPPORT],
      ['2.2', ErrorCode.NOSUPPORT],
      ['2.2-trd', ErrorCode.INVAL],
    ] as const) {
      it(`D06 profile ${profile}: a number that the driver does not have: error ${error}, echo`, () => {
        for (const number of [3, 0xffff_ffff]) {
          runAlone(
            function* (process) {
              const at = process.ram(0);
              expect(yield* allow(process, which, number, at, 4)).to.deep.equal([2, error, at, 4]);
            },
            { profile },
          );
        }
      });
    }

    it('D07 a buffer that wraps around the end of the address space: INVAL, echo', () => {
      runAlone(function* (process) {
        for (const [at, length] of [
          [0xffff_fff0, 0x10],
          [0xffff_fff0, 0x11],
          [process.ram(0), 0xffff_ffff],
          [1, 0xffff_ffff],
        ] as const) {
          expect(yield* allow(process, which, 0, at, length)).to.deep.equal([2, 6, at, length]);
        }
      });
    });

    it('refuses memory that is not the process’s own, even in part: INVAL, echo', () => {
      runAlone(function* (process) {
        const { ramStart, appBreak, ramEnd, appStart } = process.mem;
        for (const [at, length] of [
          [ramStart - 1, 2],
          [appBreak - 1, 2],
          [appBreak, 1],
          [ramEnd - 4, 4],
          [appStart - 1, 2],
          [appStart - 0x80 + FLASH_SIZE - 1, 2],
          [NOWHERE, 1],
        ] as const) {
          expect(yield* allow(process, which, 0, at, length), `${at}`).to.deep.equal([
            2,
            6,
            at,
            length,
          ]);
        }
        for (const [at, length] of [
          [ramStart, appBreak - ramStart],
          [appBreak - 1, 1],
        ] as const) {
          expect((yield* allow(process, which, 0, at, length))[0], `${at}`).to.equal(130);
        }
      });
    });

    it('a refused allow leaves the buffer that was lent before', () => {
      runAlone(function* (process) {
        yield* allow(process, which, 0, process.ram(8), 4);
        yield* allow(process, which, 0, NOWHERE, 4);
        expect((yield* allow(process, which, 0, 0, 0)).slice(1, 3)).to.deep.equal([
          process.ram(8),
          4,
        ]);
      });
    });

    it('B10 a driver that allocates no grant: NOMEM, echo', () => {
      runAlone(function* (process, bench) {
        bench.driver.onAllocate = () => Ok();
        const at = process.ram(0);
        expect(yield* allow(process, which, 0, at, 4)).to.deep.equal([2, 9, at, 4]);
      });
    });

    it('D14 the app break stays above what was ever lent, un-allowed or not', () => {
      runAlone(function* (process) {
        const high = process.ram(900);
        yield* allow(process, which, 0, process.ram(800), 100);
        yield* allow(process, which, 0, 0, 0);
        expect((yield* process.memop(0, high - 1)).slice(0, 2)).to.deep.equal([0, 9]);
        expect((yield* process.memop(0, high))[0]).to.equal(128);
      });
    });

    it('D15 zero bytes at a high address do not raise the mark', () => {
      runAlone(function* (process) {
        yield* allow(process, which, 0, process.ram(900), 0);
        expect((yield* process.memop(0, process.ram(16)))[0]).to.equal(128);
      });
    });

    it('buffers may overlap, within and across numbers (2.0, #2632)', () => {
      runAlone(function* (process) {
        const at = process.ram(64);
        expect((yield* process.allowRw(DRIVER, 0, at, 16))[0]).to.equal(130);
        expect((yield* allow(process, which, 1, at, 16))[0]).to.equal(130);
        expect((yield* allow(process, which, 2, at + 8, 16))[0]).to.equal(130);
      });
    });
  });
}

describe('Allow of flash', () => {
  it('D02 read-only of the program’s own flash past header and protected region, all of it', () => {
    runAlone(function* (process) {
      const { appStart, flashEnd } = process.mem;
      expect((yield* process.allowRo(DRIVER, 0, appStart, flashEnd - appStart))[0]).to.equal(130);
      expect(yield* process.allowRw(DRIVER, 0, appStart, 4)).to.deep.equal([2, 6, appStart, 4]);
      expect((yield* process.allowRo(DRIVER, 0, appStart - 4, 8))[1]).to.equal(6);
    });
  });

  it('D02 the driver reads the bytes that are there', () => {
    runAlone(function* (process, bench) {
      const { appStart } = process.mem;
      bench.driver.onCommand = (_num, _arg1, _arg2, id) => {
        const bytes = bench.driver.kernelData(id, (kernel) => {
          const buffer = kernel.readOnlyProcessBuffer(0);
          return buffer.ok ? buffer.value.enter((slice) => [...slice.toBytes()]) : buffer;
        });
        expect(bytes).to.deep.equal(Ok([0x80, 0x81, 0x82]));
        return CommandReturn.successU32(1);
      };
      yield* process.allowRo(DRIVER, 0, appStart, 3);
      expect((yield* process.command(DRIVER, 1))[1]).to.equal(1);
    });
  });

  it('D16 leaves the high-water mark where it was', () => {
    runAlone(function* (process) {
      yield* process.allowRo(DRIVER, 0, process.mem.appStart, 64);
      expect((yield* process.memop(0, process.ram(0)))[0]).to.equal(128);
    });
  });
});

describe('Allow userspace-readable (class 7)', () => {
  it('D32 a driver without it: NOSUPPORT, echo', () => {
    runAlone(function* (process) {
      const at = process.ram(0);
      expect(yield* process.allowReadable(DRIVER, 0, at, 4)).to.deep.equal([2, 10, at, 4]);
    });
  });

  it('D32 the driver keeps the buffer and gives the one before it, or refuses with its own error', () => {
    runAlone(function* (process, bench) {
      let held: Parameters<NonNullable<typeof bench.driver.allowUserspaceReadable>>[2] | undefined;
      bench.driver.allowUserspaceReadable = (_id, which, buffer) => {
        if (which !== 0) return Err([buffer, ErrorCode.ALREADY] as const);
        const before = held ?? buffer;
        held = buffer;
        return Ok(before);
      };
      const [a, b] = [process.ram(0), process.ram(32)];
      yield* process.allowReadable(DRIVER, 0, a, 4);
      expect((yield* process.allowReadable(DRIVER, 0, b, 8)).slice(0, 3)).to.deep.equal([
        130,
        a,
        4,
      ]);
      expect(yield* process.allowReadable(DRIVER, 1, b, 8)).to.deep.equal([2, 3, b, 8]);
    });
  });

  it('D32 RAM only: flash is refused, and the mark is raised', () => {
    runAlone(function* (process, bench) {
      bench.driver.allowUserspaceReadable = (_id, _which, buffer) => Ok(buffer);
      const { appStart } = process.mem;
      expect((yield* process.allowReadable(DRIVER, 0, appStart, 4)).slice(0, 2)).to.deep.equal([
        2, 6,
      ]);
      yield* process.allowReadable(DRIVER, 0, process.ram(512), 4);
      expect((yield* process.memop(0, process.ram(515)))[1]).to.equal(9);
    });
  });
});

describe('Allow by a process that dies meanwhile', () => {
  it('E17 restart: buffers are gone, the mark is reset, the break may go to its minimum', () => {
    const bench = new Testbench();
    let lives = 0;
    const answers: Words[] = [];
    bench.spawn(function* (process) {
      if (lives++ === 0) {
        yield* process.allowRw(DRIVER, 0, process.ram(512), 512);
        yield* process.exit(1, 0);
      }
      answers.push(yield* process.memop(0, process.ram(0)));
      answers.push(yield* process.allowRw(DRIVER, 0, 0, 0));
    });
    bench.run();
    expect(answers.map(([r0]) => r0)).to.deep.equal([128, 130]);
    expect(answers[1]?.slice(1, 3)).to.deep.equal([0, 0]);
  });
});

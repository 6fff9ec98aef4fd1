// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Memory operations: bounds of the break, map of the process, hints.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { memop } from '#kernel/memop';
import { DRIVER, runAlone, Testbench } from '../support/testbench.ts';
import type { Code, RawProcess } from '../support/raw-process.ts';

const NOMEM = [0, 9];
const [BRK, SBRK, RAM_END, GRANT_START] = [0, 1, 3, 6];

function* two(process: RawProcess, operation: number, argument = 0): Code<number[]> {
  return (yield* process.memop(operation, argument)).slice(0, 2);
}

describe('memop: the break', () => {
  it('D17 brk at or past the end of RAM, or into the grants: Failure NOMEM (memop.rs)', () => {
    runAlone(function* (process) {
      const { ramEnd } = process.mem;
      const [, grants = 0] = yield* two(process, GRANT_START);
      for (const address of [ramEnd, ramEnd + 1, 0xffff_ffff, grants + 1, ramEnd - 1]) {
        expect(yield* two(process, BRK, address), `${address}`).to.deep.equal(NOMEM);
      }
      expect((yield* two(process, BRK, grants))[0]).to.equal(128);
      expect(process.mem.appBreak).to.equal(grants);
    });
  });

  it('D17 brk below the start of RAM: Failure NOMEM; at it: success', () => {
    runAlone(function* (process) {
      expect(yield* two(process, BRK, process.ram(-1))).to.deep.equal(NOMEM);
      expect(yield* two(process, BRK, 0)).to.deep.equal(NOMEM);
      expect((yield* two(process, BRK, process.ram(0)))[0]).to.equal(128);
    });
  });

  it('D24 sbrk returns the break before, for growing and shrinking', () => {
    runAlone(function* (process) {
      const start = process.mem.appBreak;
      expect(yield* two(process, SBRK, 64)).to.deep.equal([129, start]);
      expect(yield* two(process, SBRK, -32 >>> 0)).to.deep.equal([129, start + 64]);
      expect(yield* two(process, SBRK, 0)).to.deep.equal([129, start + 32]);
    });
  });

  it('D17 sbrk that goes too far: NOMEM, and the break stays', () => {
    runAlone(function* (process) {
      const start = process.mem.appBreak;
      for (const delta of [0x7fff_ffff, 0x8000_0000, 0x2000, -1025 >>> 0]) {
        expect(yield* two(process, SBRK, delta), `${delta}`).to.deep.equal(NOMEM);
      }
      expect(process.mem.appBreak).to.equal(start);
    });
  });

  it('D19 bytes gained are zero, also those that were the process’s before', () => {
    runAlone(function* (process) {
      const last = process.mem.appBreak - 1;
      process.mem.write(last, Uint8Array.of(0xaa));
      yield* process.memop(SBRK, -16 >>> 0);
      expect(process.mem.write(last, Uint8Array.of(0xbb))).to.equal(false);
      expect(process.mem.read(last, 1)).to.equal(undefined);
      yield* process.memop(SBRK, 32);
      expect(process.mem.read(last, 17)).to.deep.equal(new Uint8Array(17));
    });
  });

  it('D19 growing touches no byte below the old break', () => {
    runAlone(function* (process) {
      process.mem.write(process.ram(0), new Uint8Array(1024).fill(7));
      yield* process.memop(SBRK, 4);
      expect(process.mem.read(process.ram(0), 1025)).to.deep.equal(
        Uint8Array.from({ length: 1025 }, (_, index) => (index < 1024 ? 7 : 0)),
      );
    });
  });

  it('D24 growing does not move the start of RAM', () => {
    runAlone(function* (process) {
      const before = yield* two(process, 2);
      yield* process.memop(SBRK, 512);
      expect(yield* two(process, 2)).to.deep.equal(before);
    });
  });

  it('D17 whatever is asked: ram start <= mark <= break <= grants < ram end', () => {
    const step = fc.oneof(
      fc.record({ op: fc.constant(BRK), argument: fc.integer({ min: -64, max: 0x2100 }) }),
      fc.record({ op: fc.constant(SBRK), argument: fc.integer({ min: -0x2100, max: 0x2100 }) }),
      fc.record({ op: fc.constant(99), argument: fc.integer({ min: 0, max: 0x2100 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        runAlone(function* (raw, bench) {
          for (const { op, argument } of steps) {
            const address = raw.ram(argument) >>> 0;
            if (op === 99) yield* raw.allowRw(DRIVER, 0, address, 16);
            else yield* raw.memop(op, op === BRK ? address : argument >>> 0);
            const process = bench.kernel.processes[0];
            if (process === undefined) return expect.fail('no process');
            const { ramStart, allowHighWaterMark, appBreak, kernelMemoryBreak, ramEnd } = process;
            const order = [ramStart, allowHighWaterMark, appBreak, kernelMemoryBreak, ramEnd - 1];
            expect(order).to.deep.equal([...order].sort((a, b) => a - b));
          }
        });
      }),
      { numRuns: 50 },
    );
  });

  it('D17 a process that is not active: NOMEM', () => {
    const bench = new Testbench();
    const { process } = bench.spawn(function* () {});
    bench.run();
    expect(memop(process, BRK, process.appBreak)).to.include({ variant: 0, word1: 9 });
    expect(memop(process, SBRK, 0)).to.include({ variant: 0, word1: 9 });
  });
});

describe('memop: the map', () => {
  it('D20 2 to 6 fit together and with what the process was started with', () => {
    const bench = new Testbench();
    const map: number[] = [];
    const { raw, process } = bench.spawn(function* (program) {
      yield* program.command(DRIVER, 1, 0, 0); // allocates the grant
      for (const operation of [2, 3, 4, 5, 6]) map.push((yield* two(program, operation))[1] ?? 0);
    });
    bench.run();
    const [ramStart = 0, ramEnd = 0, flashStart = 0, flashEnd = 0, grants = 0] = map;
    expect([ramStart, ramEnd]).to.deep.equal([process.ramStart, process.ramEnd]);
    expect([flashStart, flashEnd]).to.deep.equal([0x40000, 0x41000]);
    expect(process.appBreak).to.be.within(ramStart, grants);
    expect(grants).to.be.lessThan(ramEnd);
    expect(raw.calls[0]).to.include({
      pc: process.appStart,
      argument0: process.appStart,
      argument1: ramStart,
      argument2: ramEnd - ramStart,
      argument3: ramStart + 1024,
    });
  });

  it('D20 an allocated grant moves 6 down, by what it takes (grant.rs)', () => {
    runAlone(function* (process) {
      const [, before = 0] = yield* two(process, GRANT_START);
      yield* process.subscribe(DRIVER, 0, 0);
      const [, after = 0] = yield* two(process, GRANT_START);
      // A word of counts, ten pairs, 8 bytes of the capsule's own, aligned to 8.
      expect(before - after).to.equal(4 + 10 * 8 + 8 + ((before - 92) % 8));
      expect(after % 8).to.equal(0);
      expect((yield* two(process, RAM_END))[1]).to.be.greaterThan(before);
    });
  });

  it('D21 7 counts the writeable regions; 8 and 9 give start and end; past the last: FAIL', () => {
    runAlone(
      function* (process) {
        const { flashStart } = process.mem;
        expect(yield* two(process, 7)).to.deep.equal([129, 3]);
        expect(yield* two(process, 8, 1)).to.deep.equal([129, flashStart + 0x400]);
        expect(yield* two(process, 9, 1)).to.deep.equal([129, flashStart + 0x600]);
        for (const operation of [8, 9]) {
          expect(yield* two(process, operation, 3)).to.deep.equal([0, 1]);
          expect(yield* two(process, operation, 2), 'size 0').to.deep.equal([0, 1]);
          expect(yield* two(process, operation, 0xffff_ffff)).to.deep.equal([0, 1]);
        }
      },
      {
        writeableFlashRegions: [
          { offset: 0x200, size: 0x100 },
          { offset: 0x400, size: 0x200 },
          { offset: 0x800, size: 0 },
        ],
      },
    );
  });

  it('D21 a process without regions: 7 gives 0, 8 and 9 FAIL', () => {
    runAlone(function* (process) {
      expect(yield* two(process, 7)).to.deep.equal([129, 0]);
      expect(yield* two(process, 8, 0)).to.deep.equal([0, 1]);
      expect(yield* two(process, 9, 0)).to.deep.equal([0, 1]);
    });
  });
});

describe('memop: the rest', () => {
  it('D22 hints succeed; one outside the RAM of the process is ignored', () => {
    runAlone(function* (raw, bench) {
      const process = bench.kernel.processes[0];
      for (const silly of [0, 0xffff_ffff, raw.ram(-1), raw.mem.ramEnd]) {
        expect((yield* raw.memop(10, silly))[0]).to.equal(128);
        expect((yield* raw.memop(11, silly))[0]).to.equal(128);
      }
      expect([process?.stackHint, process?.heapHint]).to.deep.equal([undefined, undefined]);
      yield* raw.memop(10, raw.ram(0));
      yield* raw.memop(11, raw.mem.ramEnd - 1);
      expect([process?.stackHint, process?.heapHint]).to.deep.equal([
        raw.ram(0),
        raw.mem.ramEnd - 1,
      ]);
    });
  });

  it('D20 an unknown operation: Failure NOSUPPORT', () => {
    runAlone(function* (process) {
      for (const operation of [12, 99, 0xffff_ffff]) {
        expect(yield* two(process, operation)).to.deep.equal([0, 10]);
      }
    });
  });
});

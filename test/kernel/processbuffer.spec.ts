// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lent memory as a capsule sees it.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { CompileError, KernelPanic } from '#kernel/assert';
import type { GrantKernelData } from '#kernel/grant';
import type { ProcessId } from '#kernel/process';
import {
  ReadableProcessSlice,
  UserspaceReadableProcessBuffer,
  WriteableProcessSlice,
} from '#kernel/processbuffer';
import { CommandReturn } from '#kernel/syscall-driver';
import { DRIVER, Testbench } from '../support/testbench.ts';

/** Runs a process that lends `length` bytes of RAM at 16 both ways, then calls `look` in the driver. */
function withLent(
  length: number,
  look: (kernel: GrantKernelData, bench: Testbench, id: ProcessId) => void,
  address?: number,
  after?: () => void,
): void {
  const bench = new Testbench();
  let looked = false;
  bench.driver.onCommand = (_num, _arg1, _arg2, id) => {
    looked = true;
    bench.driver.kernelData(id, (kernel) => {
      look(kernel, bench, id);
    });
    after?.();
    return CommandReturn.success();
  };
  bench.spawn(function* (process) {
    process.mem.write(process.ram(16), Uint8Array.of(1, 2, 3, 4));
    yield* process.allowRo(DRIVER, 0, address ?? process.ram(16), length);
    yield* process.allowRw(DRIVER, 0, address ?? process.ram(16), length);
    yield* process.command(DRIVER, 9);
  });
  bench.run();
  expect(looked).to.equal(true);
}

describe('Process buffers', () => {
  it('D09 a read-only view sees what is written through a read-write one on the same bytes', () => {
    withLent(4, (kernel) => {
      const ro = kernel.readOnlyProcessBuffer(0);
      const rw = kernel.readWriteProcessBuffer(0);
      if (!ro.ok || !rw.ok) return expect.fail('no buffer');
      ro.value.enter((reading) => {
        rw.value.mutEnter((writing) => {
          writing.set(2, 99);
        });
        expect([...reading.toBytes()]).to.deep.equal([1, 2, 99, 4]);
      });
    });
  });

  for (const address of [0, 0x2000_0010, 0xffff_ffff]) {
    it(`D10 zero bytes at 0x${address.toString(16)}: a view of length 0, no error`, () => {
      withLent(
        0,
        (kernel) => {
          const ro = kernel.readOnlyProcessBuffer(0);
          const rw = kernel.readWriteProcessBuffer(0);
          if (!ro.ok || !rw.ok) return expect.fail('no buffer');
          expect([ro.value.length, rw.value.length]).to.deep.equal([0, 0]);
          expect(ro.value.address).to.equal(address);
          expect(ro.value.enter((slice) => slice.get(0))).to.deep.equal({
            ok: true,
            value: undefined,
          });
          expect(rw.value.mutEnter((slice) => slice.length)).to.deep.equal({ ok: true, value: 0 });
        },
        address,
      );
    });
  }

  it('D10 a buffer that was never lent has length 0', () => {
    withLent(4, (kernel) => {
      const never = kernel.readWriteProcessBuffer(2);
      expect(never.ok && never.value.length).to.equal(0);
    });
  });

  it('D06 a number that the driver does not have: AddressOutOfBounds (grant.rs)', () => {
    withLent(4, (kernel) => {
      const error = { ok: false, error: 'AddressOutOfBounds' };
      expect(kernel.readOnlyProcessBuffer(3)).to.deep.equal(error);
      expect(kernel.readWriteProcessBuffer(3)).to.deep.equal(error);
    });
  });

  it('D11 the checked getter gives nothing outside; indexing panics the kernel', () => {
    const slice = new WriteableProcessSlice(Uint8Array.of(5, 6));
    expect([slice.get(0), slice.get(1), slice.get(2), slice.get(-1)]).to.deep.equal([
      5,
      6,
      undefined,
      undefined,
    ]);
    expect(slice.at(1)).to.equal(6);
    expect(() => slice.at(2)).to.throw(KernelPanic);
    expect(() => slice.at(-1)).to.throw(KernelPanic);
    for (const outside of [2, -1, 0.5, NaN]) {
      expect(() => slice.set(outside, 0), String(outside)).to.throw(KernelPanic);
    }
  });

  it('D12 a copy between unequal lengths: SIZE, and nothing is copied, in both directions', () => {
    const slice = new WriteableProcessSlice(Uint8Array.of(1, 2));
    for (const length of [1, 3]) {
      const other = new Uint8Array(length).fill(9);
      expect(slice.copyToSlice(other)).to.deep.equal({ ok: false, error: 7 });
      expect(slice.copyFromSlice(other)).to.deep.equal({ ok: false, error: 7 });
      expect([...other]).to.deep.equal(new Array(length).fill(9));
    }
    expect([...slice.toBytes()]).to.deep.equal([1, 2]);
  });

  it('D12 a copy between equal lengths copies', () => {
    const slice = new WriteableProcessSlice(Uint8Array.of(1, 2));
    const out = new Uint8Array(2);
    expect(slice.copyToSlice(out).ok).to.equal(true);
    expect([...out]).to.deep.equal([1, 2]);
    expect(slice.copyFromSlice(Uint8Array.of(8, 9)).ok).to.equal(true);
    expect([...slice.toBytes()]).to.deep.equal([8, 9]);
  });

  it('D11 a part lies inside or is undefined; a part of a writeable one writes through', () => {
    const writeable = new WriteableProcessSlice(Uint8Array.of(1, 2, 3));
    const readable = new ReadableProcessSlice(Uint8Array.of(1, 2, 3));
    for (const slice of [writeable, readable]) {
      expect([...(slice.slice(1, 3)?.toBytes() ?? [])]).to.deep.equal([2, 3]);
      expect(slice.slice(3, 3)?.length).to.equal(0);
      for (const [from, to] of [
        [-1, 2],
        [2, 1],
        [0, 4],
      ] as const) {
        expect(slice.slice(from, to), `${from} to ${to}`).to.equal(undefined);
      }
    }
    writeable.slice(1, 2)?.set(0, 77);
    expect([...writeable.toBytes()]).to.deep.equal([1, 77, 3]);
  });

  it('a copy of the bytes is a copy', () => {
    const slice = new WriteableProcessSlice(Uint8Array.of(1));
    const copy = slice.toBytes();
    copy[0] = 9;
    expect(slice.at(0)).to.equal(1);
  });

  it('E15 a buffer kept past the death of the process: NoSuchApp, length 0', () => {
    withLent(4, (kernel, bench, id) => {
      const ro = kernel.readOnlyProcessBuffer(0);
      const rw = kernel.readWriteProcessBuffer(0);
      if (!ro.ok || !rw.ok) return expect.fail('no buffer');
      expect(ro.value.length).to.equal(4);
      bench.kernel.process(id)?.terminate(undefined);
      const gone = { ok: false, error: 'NoSuchApp' };
      expect(ro.value.enter(() => 0)).to.deep.equal(gone);
      expect(rw.value.enter(() => 0)).to.deep.equal(gone);
      expect(rw.value.mutEnter(() => 0)).to.deep.equal(gone);
      expect([ro.value.length, rw.value.length, rw.value.lentLength]).to.deep.equal([0, 0, 4]);
    });
  });

  it('E15 a buffer of the last life stays unreachable after a restart', () => {
    withLent(4, (kernel, bench, id) => {
      const rw = kernel.readWriteProcessBuffer(0);
      if (!rw.ok) return expect.fail('no buffer');
      const process = bench.kernel.process(id);
      process?.tryRestart(undefined);
      process?.terminate(undefined);
      expect(rw.value.enter(() => 0)).to.deep.equal({ ok: false, error: 'NoSuchApp' });
    });
  });

  it('F09 nothing that was lent for a closure can be used after it: Rust refuses to compile that', () => {
    const kept: (() => unknown)[] = [];
    withLent(
      4,
      (kernel) => {
        const ro = kernel.readOnlyProcessBuffer(0);
        const rw = kernel.readWriteProcessBuffer(0);
        if (!ro.ok || !rw.ok) return expect.fail('no buffer');
        kept.push(
          () => ro.value.enter(() => 0),
          () => rw.value.mutEnter(() => 0),
          () => ro.value.length,
          () => kernel.scheduleUpcall(0, [0, 0, 0]),
          () => {
            const late = kernel.readWriteProcessBuffer(0);
            return late.ok && late.value.length;
          },
        );
        rw.value.mutEnter((slice) => {
          const part = slice.slice(1, 3)?.slice(0, 1);
          expect(part?.get(0)).to.equal(2);
          kept.push(
            () => slice.get(0),
            () => {
              slice.set(0, 1);
            },
            () => slice.toBytes(),
            () => part?.get(0),
            () => {
              part?.set(0, 1);
            },
          );
        });
        for (const use of kept.slice(5)) expect(use).to.throw(CompileError, 'beyond the closure');
        for (const use of kept.slice(0, 5)) expect(use).not.to.throw();
      },
      undefined,
      () => {
        expect(kept).to.have.length(10);
        for (const use of kept) expect(use).to.throw(CompileError);
      },
    );
  });

  it('F09 what one visit of a grant lent cannot be used during the next one', () => {
    let again = (): void => undefined;
    withLent(
      4,
      (first, bench, id) => {
        const lent = first.readWriteProcessBuffer(0);
        if (!lent.ok) return expect.fail('no buffer');
        again = (): void => {
          bench.driver.kernelData(id, () => {
            expect(() => lent.value.mutEnter(() => 0)).to.throw(CompileError, 'outside the time');
          });
        };
      },
      undefined,
      () => {
        again();
      },
    );
  });

  it('D32 a userspace-readable buffer is read and written as a read-write one', () => {
    const bench = new Testbench();
    const { process } = bench.spawn(function* (raw) {
      yield* raw.yieldWait();
    });
    bench.run();
    const buffer = new UserspaceReadableProcessBuffer(
      bench.kernel,
      process.processId,
      { driverNum: 1, allowNum: 0, kind: 'userspaceReadable' },
      process.ramStart,
      2,
    );
    buffer.mutEnter((slice) => slice.copyFromSlice(Uint8Array.of(3, 4)));
    expect([...process.ram.subarray(0, 2)]).to.deep.equal([3, 4]);
    expect(buffer.enter((slice) => slice.at(1))).to.deep.equal({ ok: true, value: 4 });
  });
});

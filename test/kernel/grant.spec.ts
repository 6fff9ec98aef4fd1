// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Grants: allocated at first use in the process's own RAM, entered once at a time, gone with it.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { KernelPanic } from '#kernel/assert';
import { GrantKernelData } from '#kernel/grant';
import { Err, Ok } from '#kernel/result';
import { DRIVER, Testbench, type Spawned, type TestbenchOptions } from '../support/testbench.ts';
import type { Code, RawProcess } from '../support/raw-process.ts';

/** A process that waits for ever; its driver's grant is entered from outside. */
function* waiting(process: RawProcess): Code {
  for (;;) yield* process.yieldWait();
}

function bench(processes = 1, options?: TestbenchOptions): { bench: Testbench; all: Spawned[] } {
  const board = new Testbench(options);
  const all = Array.from({ length: processes }, () => board.spawn(waiting));
  board.run();
  return { bench: board, all };
}

/** A bench with one process. */
function single(options?: TestbenchOptions): Testbench & Spawned {
  const { bench: board, all } = bench(1, options);
  return Object.assign(board, all[0]);
}

describe('Grant.enter', () => {
  it('E01 inside itself panics the kernel (double_grant_entry)', () => {
    const { driver, process } = single();
    expect(() =>
      driver.apps.enter(process.processId, () => driver.apps.enter(process.processId, () => {})),
    ).to.throw(KernelPanic, 'entered twice');
  });

  it('E02 iterating inside panics at the same process; before it, others are visited', () => {
    const { bench: board, all } = bench(3);
    const ids = all.map(({ process }) => process.processId);
    for (const id of ids) board.driver.apps.enter(id, () => {});
    const visited: unknown[] = [];
    expect(() =>
      board.driver.apps.enter(ids[1] as never, () => {
        board.driver.apps.each((id) => visited.push(id));
      }),
    ).to.throw(KernelPanic);
    expect(visited).to.deep.equal([ids[0]]);
  });

  it('E04 tryEnter gives nothing while entered, and no panic', () => {
    const { driver, process } = single();
    const inner = driver.apps.enter(process.processId, () =>
      driver.apps.tryEnter(process.processId, () => 1),
    );
    expect(inner).to.deep.equal(Ok());
    expect(driver.apps.tryEnter(process.processId, () => 1)).to.equal(1);
  });

  it('E04 tryEnter gives nothing for a process that is gone, or where no grant fits', () => {
    const { driver, process } = single({ driver: { size: 0x10000 } });
    expect(driver.apps.tryEnter(process.processId, () => 1)).to.equal(undefined);
    const other = single();
    other.process.terminate(0);
    expect(other.driver.apps.tryEnter(other.process.processId, () => 1)).to.equal(undefined);
  });

  it('E01 leaves: entering one after the other is fine, also after a panic inside', () => {
    const { driver, process } = single();
    expect(() =>
      driver.apps.enter(process.processId, () => {
        throw new KernelPanic('inside');
      }),
    ).to.throw('inside');
    expect(driver.apps.enter(process.processId, () => 1)).to.deep.equal(Ok(1));
    expect(driver.apps.enter(process.processId, () => 2)).to.deep.equal(Ok(2));
  });

  it('E01 the grants of two processes may be entered inside each other', () => {
    const { bench: board, all } = bench(2);
    const [first, second] = all.map(({ process }) => process.processId);
    const value = board.driver.apps.enter(first as never, () =>
      board.driver.apps.enter(second as never, () => 5),
    );
    expect(value).to.deep.equal(Ok(Ok(5)));
  });

  it('E06 makes the value once per life; it keeps what the capsule wrote', () => {
    const { driver, process } = single();
    for (const expected of [1, 2, 3]) {
      const entered = driver.apps.enter(process.processId, (app) => ++app.commands);
      expect(entered).to.deep.equal(Ok(expected));
    }
  });

  it('E15 an id of a life that is over: NoSuchApp; of a process that ended: InactiveApp', () => {
    const { driver, process } = single();
    const old = process.processId;
    process.tryRestart(undefined);
    expect(driver.apps.enter(old, () => 1)).to.deep.equal(Err('NoSuchApp'));
    expect(driver.apps.enter(process.processId, () => 1)).to.deep.equal(Ok(1));
    process.terminate(0);
    expect(driver.apps.enter(process.processId, () => 1)).to.deep.equal(Err('InactiveApp'));
    expect(driver.apps.enter(12345 as never, () => 1)).to.deep.equal(Err('NoSuchApp'));
  });

  it('E16 a restart: the value is the default again, and the RAM of the grant is free', () => {
    const { driver, process } = single();
    const free = process.kernelMemoryBreak;
    driver.apps.enter(process.processId, (app) => (app.commands = 9));
    expect(process.kernelMemoryBreak).to.be.lessThan(free);
    process.tryRestart(undefined);
    expect(process.kernelMemoryBreak).to.equal(free);
    expect(driver.apps.processIds()).to.deep.equal([]);
    expect(driver.apps.enter(process.processId, (app) => app.commands)).to.deep.equal(Ok(0));
  });
});

describe('GrantKernelData', () => {
  it('F09 offers scheduling, buffers and memory; the pair that a process passed is not for capsules', () => {
    const offered = Object.getOwnPropertyNames(GrantKernelData.prototype);
    expect(offered).to.have.members([
      'constructor',
      'scheduleUpcall',
      'readOnlyProcessBuffer',
      'readWriteProcessBuffer',
      'allocate',
    ]);
  });
});

describe('Grant: allocation', () => {
  it('E05 each visits active processes that have the grant, in slot order', () => {
    const { bench: board, all } = bench(4);
    const [a, , c, d] = all.map(({ process }) => process);
    for (const process of [d, a, c]) {
      if (process !== undefined) board.driver.apps.enter(process.processId, () => {});
    }
    c?.terminate(0);
    const visited: unknown[] = [];
    board.driver.apps.each((id) => visited.push(id));
    expect(visited).to.deep.equal([a?.processId, d?.processId]);
    expect(board.driver.apps.processIds()).to.deep.equal(visited);
  });

  it('E07 out of memory in one process leaves the others alone', () => {
    const { bench: board, all } = bench(3, { driver: { size: 2048 } });
    const [a, b, c] = all.map(({ process }) => process);
    expect(b?.brk(b.kernelMemoryBreak).ok).to.equal(true);
    const results = [a, b, c].map((process) =>
      board.driver.apps.enter(process?.processId as never, () => 'in'),
    );
    expect(results).to.deep.equal([Ok('in'), Err('OutOfMemory'), Ok('in')]);
    expect(b?.kernelMemoryBreak).to.equal(b?.appBreak);
  });

  it('E07 takes counts, pairs and value, down to an address that 8 divides, and never past the break', () => {
    const { driver, process } = single({ driver: { size: 13, upcalls: 1 } });
    const before = process.kernelMemoryBreak;
    driver.apps.enter(process.processId, () => {});
    expect(driver.apps.bytes).to.equal(4 + (1 + 3 + 3) * 8 + 13);
    expect(process.kernelMemoryBreak).to.equal(Math.floor((before - 73) / 8) * 8);
  });

  it('E07 fits when it reaches exactly down to the break, not a byte more', () => {
    for (const [over, fits] of [
      [0, true],
      [1, false],
    ] as const) {
      const { driver, process } = single();
      const lowest = Math.floor((process.kernelMemoryBreak - driver.apps.bytes) / 8) * 8;
      process.brk(lowest + over);
      expect(driver.apps.enter(process.processId, () => 1).ok).to.equal(fits);
    }
  });

  it('B11 of two grants with one driver number the second never exists', () => {
    const board = new Testbench();
    const twin = board.addDriver(DRIVER); // takes the number over in the lookup
    const { process } = board.spawn(waiting);
    expect(board.driver.apps.enter(process.processId, () => 1)).to.deep.equal(Ok(1));
    expect(twin.apps.enter(process.processId, () => 1)).to.deep.equal(Err('OutOfMemory'));
  });

  it('E09 a grant that is made after the first process panics', () => {
    const { kernel } = single();
    const options = { upcalls: 0, allowRo: 0, allowRw: 0, size: 0, create: () => 0 };
    expect(() => kernel.createGrant(1, options)).to.throw(KernelPanic, 'after the first process');
  });

  it('E07 custom grant memory comes from the same RAM until the process ends', () => {
    const { driver, process } = single();
    const before = process.kernelMemoryBreak;
    const grant = driver.apps.bytes;
    const address = driver.kernelData(process.processId, (kernel) => kernel.allocate(100));
    expect(address).to.deep.equal(Ok(process.kernelMemoryBreak));
    expect(before - process.kernelMemoryBreak).to.be.within(grant + 100, grant + 100 + 14);
    const tooMuch = driver.kernelData(process.processId, (kernel) => kernel.allocate(0x10000));
    expect(tooMuch).to.deep.equal(Err('OutOfMemory'));
  });

  it('E07 custom grant memory of a life that is over takes nothing from the next', () => {
    const { driver, process } = single();
    let kept: GrantKernelData | undefined;
    driver.kernelData(process.processId, (kernel) => (kept = kernel));
    process.terminate(undefined);
    expect(kept?.allocate(8)).to.deep.equal(Err('InactiveApp'));
    process.start();
    const free = process.kernelMemoryBreak;
    expect(kept?.allocate(8)).to.deep.equal(Err('NoSuchApp'));
    expect(process.kernelMemoryBreak).to.equal(free);
    process.terminate(undefined);
  });

  it('E07 a size that is no whole number of bytes panics: nothing may run backwards', () => {
    const { driver, process } = single();
    for (const bytes of [-8, 0.5, NaN]) {
      expect(() =>
        driver.kernelData(process.processId, (kernel) => kernel.allocate(bytes)),
      ).to.throw(KernelPanic);
    }
  });

  it('traces the allocation', () => {
    const board = new Testbench();
    const seen: unknown[] = [];
    board.trace.on('grantAllocated', ({ fields }) => seen.push(fields));
    const { process } = board.spawn(waiting);
    board.driver.apps.enter(process.processId, () => {});
    board.driver.apps.enter(process.processId, () => {});
    board.trace.flush();
    const address = process.kernelMemoryBreak;
    expect(seen).to.deep.equal([{ driver: DRIVER, address, bytes: board.driver.apps.bytes }]);
  });
});

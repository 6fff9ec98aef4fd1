// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A process's life: states, faults, restarts, memory.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { KernelPanic } from '#kernel/assert';
import { ProcessState, type FaultAction } from '#kernel/process';
import { stateName, type Process } from '#kernel/process-standard';
import { Err, Ok } from '#kernel/result';
import { TaskKind } from '#kernel/upcall';
import { DRIVER, PROTECTED_SIZE, Testbench, type SpawnOptions } from '../support/testbench.ts';
import type { Code, RawProcess } from '../support/raw-process.ts';

const { Running, Yielded, Stopped, Faulted, Terminated } = ProcessState;

function* waiting(process: RawProcess): Code {
  for (;;) yield* process.yieldWait();
}
function* faulty(process: RawProcess): Code {
  yield* process.fault('store to 0x00000000');
}

function spawn(
  main: typeof waiting,
  options?: SpawnOptions,
): { process: Process; bench: Testbench } {
  const bench = new Testbench();
  const { process } = bench.spawn(main, options);
  return { process, bench };
}

const always = (action: FaultAction) => ({ faultPolicy: { action: () => action } });

describe('Process: faults', () => {
  it('E20 policy Stop (the default): Faulted, no code, grants and tasks gone, others go on', () => {
    const { process, bench } = spawn(function* (raw) {
      yield* raw.command(DRIVER, 1, 0, 5);
      yield* faulty(raw);
    });
    const other = bench.spawn(function* (raw) {
      yield* raw.exit(0, 2);
    });
    expect(bench.run()).to.equal('finished');
    expect([process.state, process.completionCode]).to.deep.equal([Faulted, undefined]);
    expect([process.tasks.length, process.grants.length]).to.deep.equal([0, 0]);
    expect(other.process.completionCode).to.equal(2);
  });

  it('E20 the report has name, state, reason and addresses', () => {
    const { process, bench } = spawn(faulty, { name: 'crasher' });
    bench.run();
    const report = process.report();
    for (const part of [
      'crasher',
      'Faulted',
      'store to 0x00000000',
      '0x00040000',
      '0x00041000',
      '0x20000000',
      '0x20002000',
      '0x20000400',
    ]) {
      expect(report).to.contain(part);
    }
    expect(spawn(waiting).process.report()).to.contain('Yielded').and.not.contain(':  ');
  });

  it('E20 policy Panic: the board stops, with name and reason', () => {
    const { bench } = spawn(faulty, { name: 'crasher', ...always('Panic') });
    expect(() => bench.run()).to.throw(KernelPanic, /crasher.*store to 0x00000000/);
  });

  it('E14 ThresholdRestart(3): faults 1 to 4 restart, the fifth stops the process', () => {
    const { process, bench } = spawn(faulty, {
      faultPolicy: { action: ({ restartCount }) => (restartCount <= 3 ? 'Restart' : 'Stop') },
    });
    const reasons: unknown[] = [];
    bench.trace.on('processFaulted', ({ fields }) => reasons.push(fields['reason']));
    expect(bench.run()).to.equal('finished');
    expect([process.restartCount, process.state]).to.deep.equal([4, Faulted]);
    expect(reasons).to.deep.equal(new Array(5).fill('store to 0x00000000'));
  });

  it('E14 a restart after a fault has no completion code and a new id', () => {
    const { process, bench } = spawn(faulty, {
      faultPolicy: { action: ({ restartCount }) => (restartCount < 1 ? 'Restart' : 'Stop') },
    });
    const before = process.processId;
    bench.run();
    expect(process.processId).not.to.equal(before);
    expect(bench.kernel.process(before)).to.equal(undefined);
    expect(process.slot).to.equal(0);
  });
});

describe('Process: states', () => {
  it('E19 tryRestart does nothing to a terminated process; start begins afresh', () => {
    const { process, bench } = spawn(function* (raw) {
      yield* raw.exit(0, 5);
    });
    bench.run();
    const id = process.processId;
    process.tryRestart(undefined);
    expect([process.state, process.processId, process.restartCount]).to.deep.equal([
      Terminated,
      id,
      0,
    ]);
    process.start();
    expect([process.state, process.restartCount, process.completionCode]).to.deep.equal([
      Yielded,
      1,
      undefined,
    ]);
    process.start();
    expect(process.restartCount).to.equal(1);
    expect(process.tasks.length).to.equal(1);
  });

  it('E19 tryRestart starts a faulted process again', () => {
    const { process, bench } = spawn(faulty);
    bench.run();
    process.tryRestart(3);
    expect([process.state, process.restartCount]).to.deep.equal([Yielded, 1]);
  });

  it('E10 terminate stores the code once; the dead stay as they are', () => {
    const { process } = spawn(waiting);
    process.terminate(5);
    process.terminate(6);
    process.stop();
    process.resume();
    expect([process.completionCode, process.state]).to.deep.equal([5, Terminated]);
    expect(process.isActive()).to.equal(false);
  });

  it('E10 a killed process has no completion code', () => {
    const { process } = spawn(waiting);
    process.terminate(undefined);
    expect([process.state, process.completionCode]).to.deep.equal([Terminated, undefined]);
  });

  it('E10 a dead process takes no tasks: KernelError', () => {
    const { process } = spawn(waiting);
    process.terminate(0);
    const words = { argument0: 0, argument1: 0, argument2: 0, argument3: 0 };
    const task = { kind: TaskKind.FunctionCall, driverNum: 1, subscribeNum: 0, pc: 4, ...words };
    expect(process.enqueueTask(task)).to.deep.equal(Err('KernelError'));
    expect(process.tasks.length).to.equal(0);
  });

  it('C27 stop and resume give each state back, are traced, and do nothing twice', () => {
    const { process, bench } = spawn(waiting);
    const seen: string[] = [];
    bench.trace.on('record', ({ event }) => seen.push(event));
    process.state = Running;
    process.stop();
    process.stop();
    expect([process.state, process.isActive(), process.ready()]).to.deep.equal([
      Stopped,
      true,
      false,
    ]);
    process.resume();
    process.resume();
    expect(process.state).to.equal(Running);
    bench.trace.flush();
    expect(seen).to.deep.equal(['processStopped', 'processResumed']);
  });

  it('E16 a stopped process can be restarted: it runs', () => {
    const { process, bench } = spawn(waiting);
    bench.run();
    process.stop();
    process.tryRestart(undefined);
    expect(process.ready()).to.equal(true);
    expect(bench.run()).to.equal('asleep');
    expect(process.state).to.equal(Yielded);
  });

  it('E17 a restart resets break, hints and high-water mark', () => {
    const { process, bench } = spawn(function* (raw) {
      yield* raw.memop(1, 512);
      yield* raw.memop(10, raw.ram(4));
      yield* raw.memop(11, raw.ram(4));
      yield* raw.allowRw(DRIVER, 0, raw.ram(0), 512);
      yield* raw.yieldWait();
    });
    bench.run();
    expect([
      process.appBreak - process.ramStart,
      process.allowHighWaterMark - process.ramStart,
    ]).to.deep.equal([1536, 512]);
    process.tryRestart(undefined);
    expect([
      process.appBreak - process.ramStart,
      process.allowHighWaterMark - process.ramStart,
    ]).to.deep.equal([1024, 0]);
    expect([process.stackHint, process.heapHint]).to.deep.equal([undefined, undefined]);
  });

  it('names its states as Tock does', () => {
    expect([0, 1, 2, 3, 4, 5].map((state) => stateName(state as ProcessState))).to.deep.equal([
      'Running',
      'Yielded',
      'YieldedFor',
      'Stopped',
      'Faulted',
      'Terminated',
    ]);
  });
});

describe('Process: memory', () => {
  it('I12 starts past header and protected region, told where its memory is', () => {
    const bench = new Testbench();
    const started: number[][] = [];
    const { process } = bench.spawn(function* (_raw, ...words) {
      started.push(words);
    });
    bench.run();
    const appStart = process.flashStart + PROTECTED_SIZE;
    expect(started).to.deep.equal([
      [appStart, process.ramStart, process.ramEnd - process.ramStart, process.ramStart + 1024],
    ]);
  });

  it('D25 may read its flash, header included, and RAM below the break; nothing else', () => {
    const { process } = spawn(waiting);
    const { flashStart, flashEnd, ramStart, appBreak, ramEnd } = process;
    for (const [address, length, readable] of [
      [flashStart, 1, true],
      [flashEnd - 1, 1, true],
      [flashEnd - 1, 2, false],
      [flashStart - 1, 1, false],
      [ramStart, 1024, true],
      [ramStart - 1, 1, false],
      [appBreak - 1, 2, false],
      [appBreak, 1, false],
      [ramEnd - 1, 1, false],
      [0, 4, false],
    ] as const) {
      expect(process.read(address, length)?.length, `${address}`).to.equal(
        readable ? length : undefined,
      );
    }
  });

  it('D25 may write RAM below the break only', () => {
    const { process } = spawn(waiting);
    const { flashStart, ramStart, appBreak, ramEnd } = process;
    const two = Uint8Array.of(1, 2);
    expect(process.write(ramStart, two)).to.equal(true);
    expect(process.write(appBreak - 2, two)).to.equal(true);
    for (const address of [flashStart, ramStart - 1, appBreak - 1, appBreak, ramEnd - 2, 0]) {
      expect(process.write(address, two), `${address}`).to.equal(false);
    }
    expect(process.ram[1023]).to.equal(2);
    expect(process.ram[1024]).to.equal(0);
  });

  it('D25 reads the bytes at the address', () => {
    const { process } = spawn(waiting);
    expect(process.read(process.flashStart + 0x21, 2)).to.deep.equal(Uint8Array.of(0x21, 0x22));
    process.write(process.ramStart + 8, Uint8Array.of(9));
    expect(process.read(process.ramStart + 8, 1)).to.deep.equal(Uint8Array.of(9));
  });

  it('D17 brk says what is wrong: below the mark or past RAM, into grants, dead', () => {
    const { process } = spawn(waiting);
    process.raiseHighWaterMark(process.ramStart + 8);
    process.raiseHighWaterMark(process.ramStart + 4);
    expect(process.brk(process.ramStart + 7)).to.deep.equal(Err('AddressOutOfBounds'));
    expect(process.brk(process.ramEnd)).to.deep.equal(Err('AddressOutOfBounds'));
    expect(process.brk(process.kernelMemoryBreak + 1)).to.deep.equal(Err('OutOfMemory'));
    expect(process.brk(process.kernelMemoryBreak)).to.deep.equal(Ok());
    process.terminate(0);
    expect(process.brk(process.ramStart + 8)).to.deep.equal(Err('InactiveApp'));
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * IPC when a process ends, restarts or takes its buffer back in between.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { IPC_DRIVER_NUM, type IpcFlaw } from '#kernel/ipc';
import { TaskKind } from '#kernel/upcall';
import type { Code, RawProcess, Words } from '../support/raw-process.ts';
import { CLIENT, ipcBench, send, serve, SERVICE } from './ipc-support.ts';

describe('IPC when a process ends in between', () => {
  /** The client sends; `between` happens before the service takes the notification. */
  function endsBefore(between: (client: RawProcess) => Code<unknown>): Words[] {
    const { bench, run } = ipcBench();
    const calls: Words[] = [];
    bench.spawn((service) => serve(service, calls));
    let lives = 0;
    bench.spawn(function* (client) {
      if (lives++ > 0) yield* client.yieldWait();
      yield* send(client, [1, 2]);
      yield* between(client);
      yield* client.yieldWait();
    });
    run();
    return calls;
  }

  it('the notification of a client that ended, or restarted, is gone', () => {
    expect(endsBefore((client) => client.exit(0, 0))).to.deep.equal([]);
    expect(endsBefore((client) => client.exit(1, 0))).to.deep.equal([]);
  });

  it('a buffer taken back before the service takes the notification is not told', () => {
    const calls = endsBefore((client) => client.allowRw(IPC_DRIVER_NUM, SERVICE, 0, 0));
    expect(calls).to.deep.equal([[CLIENT, 0, 0, 7]]);
  });

  it('a service that restarted has no upcall before it subscribes again, and no window', () => {
    const { bench, run } = ipcBench();
    const calls: Words[] = [];
    let address = 0;
    const { process } = bench.spawn((service) =>
      serve(service, calls, (_, __, at) => {
        address = at;
        return undefined;
      }),
    );
    bench.spawn(function* (client) {
      yield* send(client, [1]);
      yield* client.yieldWait();
    });
    run();
    expect(process.read(address, 1)).to.deep.equal(Uint8Array.of(1));
    process.tryRestart(undefined);
    expect(process.read(address, 1)).to.equal(undefined);
    run();
    expect([process.restartCount, calls.length]).to.deep.equal([1, 1]);
  });

  /** Whether the service can read the client's byte before something happens, then read and write it. */
  function reads(
    flaws: readonly IpcFlaw[],
    after: (client: RawProcess) => Code<unknown>,
  ): boolean[] {
    const { bench, run } = ipcBench(flaws);
    const calls: Words[] = [];
    const { process } = bench.spawn((service) => serve(service, calls));
    const client = bench.spawn(function* (program) {
      if (client.process.restartCount > 0) yield* program.yieldWait();
      yield* send(program, [1]);
      yield* program.yieldWait();
      yield* after(program);
      yield* program.yieldWait();
    });
    run();
    const address = calls[0]?.[2] ?? 0;
    const can = (): boolean => process.read(address, 1) !== undefined;
    const before = can();
    const task = { kind: TaskKind.FunctionCall, driverNum: 0, subscribeNum: 0, pc: 1 };
    client.process.enqueueTask({
      ...task,
      ...{ argument0: 0, argument1: 0, argument2: 0, argument3: 0 },
    });
    run();
    return [before, can(), process.write(address, Uint8Array.of(2))];
  }

  const TAKE_BACK = (client: RawProcess): Code<unknown> =>
    client.allowRw(IPC_DRIVER_NUM, SERVICE, 0, 0);
  const OTHER = (client: RawProcess): Code<unknown> =>
    client.allowRw(IPC_DRIVER_NUM, SERVICE, client.ram(32), 4);
  const END = (client: RawProcess): Code<unknown> => client.exit(0, 0);
  const RESTART = (client: RawProcess): Code<unknown> => client.exit(1, 0);

  it('the window shuts when the client takes its buffer back, lends another, ends or restarts', () => {
    for (const after of [TAKE_BACK, OTHER, END, RESTART]) {
      expect(reads([], after)).to.deep.equal([true, false, false]);
    }
  });

  it('with the flaw ipc-access-outlives-share it stays open, into the next life too', () => {
    for (const after of [TAKE_BACK, OTHER, END, RESTART]) {
      expect(reads(['ipc-access-outlives-share'], after)).to.deep.equal([true, true, true]);
    }
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * IPC between bare processes: discover, share, notify.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import { IPC_DRIVER_NUM, type IpcFlaw } from '#kernel/ipc';
import type { RunOutcome } from '#kernel/kernel';
import { ProcessState } from '#kernel/process';
import { TaskKind } from '#kernel/upcall';
import type { Code, RawProcess, Words } from '../support/raw-process.ts';
import { RAM_SIZE, RAM_START, Testbench, TestScheduler } from '../support/testbench.ts';
import {
  CLIENT,
  Command,
  ipcBench,
  send,
  serve,
  SERVICE,
  SUCCESS,
  SUCCESS_U32,
} from './ipc-support.ts';

function* discover(process: RawProcess, name: string): Code<Words> {
  const bytes = new TextEncoder().encode(name);
  const address = process.ram(16);
  process.mem.write(address, bytes);
  yield* process.allowRo(IPC_DRIVER_NUM, 0, address, bytes.length);
  return yield* process.command(IPC_DRIVER_NUM, Command.DISCOVER);
}

describe('IPC', () => {
  describe('discover', () => {
    function answers(
      names: readonly string[],
      search: (process: RawProcess) => Code<Words>,
    ): Words {
      const { bench, run } = ipcBench();
      const found: Words[] = [];
      for (const name of names) bench.spawn(function* () {}, { name });
      bench.spawn(function* (process) {
        found.push(yield* search(process));
      });
      expect(run()).to.equal('finished');
      return found[0] ?? [0, 0, 0, 0];
    }

    it('J09 an unknown name is NODEVICE', () => {
      const [variant, error] = answers(['org.one'], (process) => discover(process, 'org.two'));
      expect([variant, error]).to.deep.equal([0, ErrorCode.NODEVICE]);
    });

    it('J09 the slot of the process whose whole name it is, in UTF-8, and of the first of two', () => {
      const names = ['org.größe.x', 'org.größe', 'org.größe'];
      const [variant, slot] = answers(names, (process) => discover(process, 'org.größe'));
      expect([variant, slot]).to.deep.equal([SUCCESS_U32, 1]);
    });

    it('with nothing lent, no name matches', () => {
      const [variant, error] = answers(['org.one'], (process) =>
        process.command(IPC_DRIVER_NUM, Command.DISCOVER),
      );
      expect([variant, error]).to.deep.equal([0, ErrorCode.NODEVICE]);
    });

    it('command 0 is Success, an unknown command NOSUPPORT', () => {
      const [exists] = answers([], (process) => process.command(IPC_DRIVER_NUM, Command.EXISTS));
      expect(exists).to.equal(SUCCESS);
      const unknown = answers([], (process) => process.command(IPC_DRIVER_NUM, 4));
      expect(unknown.slice(0, 2)).to.deep.equal([0, ErrorCode.NOSUPPORT]);
    });
  });

  describe('share and notify', () => {
    it("J09 the service's upcall has the client's slot, length and address, and the bytes can be read and written", () => {
      const { bench, run } = ipcBench();
      const calls: Words[] = [];
      const read: (number[] | undefined)[] = [];
      bench.spawn((service) =>
        serve(service, calls, (_, length, address) => {
          read.push([...(service.mem.read(address, length) ?? [])]);
          service.mem.write(address + 1, Uint8Array.of(99));
          return undefined;
        }),
      );
      const { process } = bench.spawn(function* (client) {
        expect((yield* send(client, [1, 2, 3]))[0]).to.equal(SUCCESS);
        yield* client.yieldWait();
      });
      expect(run()).to.equal('asleep');
      const address = RAM_START + CLIENT * RAM_SIZE + 64;
      expect(calls).to.deep.equal([[CLIENT, 3, address, 7]]);
      expect(read).to.deep.equal([[1, 2, 3]]);
      expect([...process.ram.subarray(64, 67)]).to.deep.equal([1, 99, 3]);
    });

    it('J09 nothing shared: length and address are 0', () => {
      const { bench, run } = ipcBench();
      const calls: Words[] = [];
      bench.spawn((service) => serve(service, calls));
      bench.spawn(function* (client) {
        yield* client.command(IPC_DRIVER_NUM, Command.NOTIFY_SERVICE, SERVICE);
        yield* client.yieldWait();
      });
      run();
      expect(calls).to.deep.equal([[CLIENT, 0, 0, 7]]);
    });

    it("the client's upcall stands under the service's slot", () => {
      const { bench, run } = ipcBench();
      const back: Words[] = [];
      bench.spawn((service) =>
        serve(service, [], function* (client) {
          yield* service.command(IPC_DRIVER_NUM, Command.NOTIFY_CLIENT, client);
        }),
      );
      bench.spawn(function* (client) {
        yield* client.subscribe(IPC_DRIVER_NUM, SERVICE, client.recorder(back), 8);
        yield* send(client, [1]);
        yield* client.yieldWait();
      });
      run();
      expect(back).to.deep.equal([[SERVICE, 0, 0, 8]]);
    });

    it('no process in the slot is INVAL; one that ended NODEVICE; a full queue NOMEM', () => {
      const { bench, run } = ipcBench();
      bench.spawn(function* () {});
      const answers: Words[] = [];
      const { process } = bench.spawn(function* (client) {
        for (const slot of [0xffff_ffff, 3, 0]) {
          answers.push(yield* client.command(IPC_DRIVER_NUM, Command.NOTIFY_SERVICE, slot));
        }
        for (let count = 0; count < 10; count++) {
          answers.push(yield* client.command(IPC_DRIVER_NUM, Command.NOTIFY_CLIENT, CLIENT));
        }
      });
      run();
      expect(answers.slice(0, 3).map((words) => words.slice(0, 2))).to.deep.equal([
        [0, ErrorCode.INVAL],
        [0, ErrorCode.INVAL],
        [0, ErrorCode.NODEVICE],
      ]);
      expect(answers.slice(3, 12).map(([variant]) => variant)).to.deep.equal(
        Array(9).fill(SUCCESS),
      );
      expect(answers[12]?.slice(0, 2)).to.deep.equal([0, ErrorCode.NOMEM]);
      expect(process.droppedUpcallCount).to.equal(1);
    });

    it('C22 Yield-WaitFor ignores notifications, those on its numbers too; Yield-Wait runs them', () => {
      const { bench, run } = ipcBench();
      const calls: Words[] = [];
      const { process } = bench.spawn(function* (service) {
        yield* service.subscribe(IPC_DRIVER_NUM, SERVICE, service.recorder(calls));
        yield* service.yieldWaitFor(IPC_DRIVER_NUM, SERVICE);
      });
      bench.spawn(function* (client) {
        yield* send(client, [1]);
        yield* client.yieldWait();
      });
      expect(run()).to.equal('asleep');
      expect([process.state, process.tasks.length, calls]).to.deep.equal([
        ProcessState.YieldedFor,
        1,
        [],
      ]);
      process.state = ProcessState.Yielded;
      run();
      expect(calls).to.have.lengthOf(1);
    });

    it('the upcall comes behind what was queued before', () => {
      const { bench, run } = ipcBench();
      const order: number[] = [];
      bench.spawn(function* (service) {
        const note = (mark: number): number =>
          service.function(() => {
            order.push(mark);
            return undefined;
          });
        yield* service.subscribe(IPC_DRIVER_NUM, SERVICE, note(1));
        yield* service.subscribe(0x9000, 0, note(2));
        yield* service.command(IPC_DRIVER_NUM, Command.NOTIFY_SERVICE, SERVICE);
        yield* service.command(0x9000, 1, 0, 10);
        yield* service.yieldWait();
        yield* service.yieldWait();
      });
      run();
      expect(order).to.deep.equal([2, 1]);
    });

    it('the upcall runs in the turn of the process that took the notification', () => {
      const scheduler = new TestScheduler();
      const { bench, run } = ipcBench([], { scheduler });
      const calls: Words[] = [];
      bench.spawn(function* (process) {
        yield* process.subscribe(IPC_DRIVER_NUM, SERVICE, process.recorder(calls));
        yield* process.command(IPC_DRIVER_NUM, Command.NOTIFY_SERVICE, SERVICE);
        yield* process.yieldWait();
      });
      run();
      expect(calls).to.have.lengthOf(1);
      expect(scheduler.results.map(([reason]) => reason)).to.deep.equal(['StoppedFaulted']);
    });

    it('a service without subscription goes on sleeping', () => {
      for (const profile of ['2.1', '2.2'] as const) {
        const { bench, run } = ipcBench([], { profile });
        const { process } = bench.spawn(function* (service) {
          yield* service.yieldWait();
        });
        bench.spawn(function* (client) {
          yield* send(client, [1]);
        });
        expect(run()).to.equal('asleep');
        expect([process.state, process.tasks.length]).to.deep.equal([ProcessState.Yielded, 0]);
      }
    });

    it('a process may notify itself; with the flaw ipc-notify-self-panics the kernel panics', () => {
      const calls: Words[] = [];
      const notifySelf = (flaws: readonly IpcFlaw[]): RunOutcome => {
        const { bench, run } = ipcBench(flaws);
        bench.spawn(function* (process) {
          yield* process.subscribe(IPC_DRIVER_NUM, SERVICE, process.recorder(calls));
          yield* send(process, [5]);
          yield* process.yieldWait();
        });
        return run();
      };
      expect(notifySelf([])).to.equal('finished');
      expect(calls).to.deep.equal([[SERVICE, 1, RAM_START + 64, 0]]);
      expect(() => notifySelf(['ipc-notify-self-panics'])).to.throw(/grant .* entered twice/);
    });

    it('the flag of Yield-NoWait is not written through a window', () => {
      const { bench, run } = ipcBench();
      bench.spawn((service) =>
        serve(service, [], function* (_, __, address) {
          yield* service.yieldNoWait(address);
        }),
      );
      const { process } = bench.spawn(function* (client) {
        yield* send(client, [9]);
        yield* client.yieldWait();
      });
      run();
      expect(process.ram[64]).to.equal(9);
    });

    it('a notification on a board without IPC is a fault of the kernel', () => {
      const bench = new Testbench();
      const { process } = bench.spawn(function* (program) {
        yield* program.yieldWait();
      });
      bench.run();
      const words = { argument0: 0, argument1: 0, argument2: 0, argument3: 0 };
      process.enqueueTask({ kind: TaskKind.Ipc, driverNum: 0, subscribeNum: 0, pc: 0, ...words });
      expect(() => bench.run()).to.throw('the board has no IPC');
    });
  });
});

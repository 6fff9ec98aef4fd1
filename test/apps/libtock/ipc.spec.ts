// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * IPC as apps use it: a service and its clients.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { SharedMemory } from '#apps/libtock/ipc';
import { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import { ScriptBoundary } from '#arch/script/script-boundary';
import type { AppMain } from '#boards/board';
import { ErrorCode } from '#kernel/errorcode';
import { Ipc, IPC_DRIVER_NUM } from '#kernel/ipc';
import { ProcessState } from '#kernel/process';
import type { Process } from '#kernel/process-standard';
import { Testbench } from '../../support/testbench.ts';

const SERVICE_NAME = 'org.example.größe';

/** Runs apps on one bench with IPC, until nothing happens any more. */
function runApps(apps: Readonly<Record<string, AppMain>>): Record<string, Process> {
  const bench = new Testbench();
  const ipc = new Ipc(bench.kernel);
  bench.drivers.set(IPC_DRIVER_NUM, ipc);
  const processes: Record<string, Process> = {};
  Object.entries(apps).forEach(([name, main], index) => {
    const boundary = new ScriptBoundary(bench.clock, function* (context): Userspace {
      const tock = new Libtock(context, { waitFor: true });
      yield* tock.start();
      yield* tock.exitTerminate(yield* main(tock));
    });
    const created = bench.kernel.createProcess({
      name,
      boundary,
      flash: {
        start: 0x40000 + index * 0x1000,
        size: 0x1000,
        protectedSize: 0x80,
        read: (_, length) => new Uint8Array(length),
      },
      ram: { start: 0x2000_0000 + index * 0x4000, size: 0x4000 },
    });
    if (!created.ok) throw new Error(created.error);
    processes[name] = created.value;
  });
  bench.kernel.run({
    syscallDriverLookup: { driver: (driverNum) => bench.drivers.get(driverNum) },
    scheduler: bench.scheduler,
    chip: bench.chip,
    ipc,
  });
  return processes;
}

/** A service that adds up the bytes it is shown, and writes the sum into the first. */
const adder: AppMain = function* (tock) {
  const registered = yield* tock.ipc.registerService(SERVICE_NAME, function* (client, shared) {
    const sum = shared.read().reduce((left, right) => left + right, 0);
    shared.write(0, Uint8Array.of(sum));
    yield* tock.ipc.notifyClient(client);
  });
  if (!registered.ok) return registered.error;
  for (;;) yield* tock.yieldWait();
};

/** A client that has three bytes added, and exits with the sum. */
const asker: AppMain = function* (tock) {
  const found = yield* tock.ipc.discover(SERVICE_NAME);
  if (!found.ok) return found.error;
  const buffer = yield* tock.bufferOf(Uint8Array.of(20, 30, 50));
  yield* tock.ipc.share(found.value, buffer);
  const answers: number[] = [];
  yield* tock.ipc.registerClient(found.value, (service) => answers.push(service));
  yield* tock.ipc.notifyService(found.value);
  while (answers.length === 0) yield* tock.yieldWait();
  yield* tock.ipc.share(found.value, null);
  return buffer.bytes[0] ?? 0;
};

describe('Libtock: IPC', () => {
  it('J09 a client finds a service, shares a buffer, is answered in it', () => {
    const processes = runApps({ [SERVICE_NAME]: adder, first: asker, second: asker });
    expect(processes['first']?.completionCode, processes['first']?.faultReason).to.equal(100);
    expect(processes['second']?.completionCode).to.equal(100);
  });

  it('J09 a name that nobody has is NODEVICE, and its number cannot be notified', () => {
    const { only } = runApps({
      only: function* (tock) {
        expect(yield* tock.ipc.exists()).to.equal(true);
        expect(yield* tock.ipc.discover(SERVICE_NAME)).to.deep.equal({
          ok: false,
          error: ErrorCode.NODEVICE,
        });
        const notified = yield* tock.ipc.notifyService(3);
        return notified.ok ? 0 : notified.error;
      },
    });
    expect(only?.completionCode, only?.faultReason).to.equal(ErrorCode.INVAL);
  });

  it('a service that touches memory which is not shared any more faults, alone', () => {
    const kept: SharedMemory[] = [];
    const processes = runApps({
      [SERVICE_NAME]: function* (tock) {
        yield* tock.ipc.registerService(SERVICE_NAME, function* (client, shared) {
          kept.push(shared);
          yield* tock.ipc.notifyClient(client);
        });
        yield* tock.yieldWait();
        yield* tock.yieldWait();
        return kept[0]?.read()[0] ?? 0;
      },
      client: function* (tock) {
        const code = yield* asker(tock);
        yield* tock.ipc.notifyService(0);
        yield* tock.yieldWait(); // Its notification would end with it.
        return code;
      },
    });
    expect(processes['client']?.state).to.equal(ProcessState.Yielded);
    expect(processes[SERVICE_NAME]?.state).to.equal(ProcessState.Faulted);
    expect(processes[SERVICE_NAME]?.faultReason).to.match(/^read of 0x.*not shared/);
  });
});

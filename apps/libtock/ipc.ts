// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Inter-process communication (driver 0x10000): find another process, share memory, notify it.
 *
 * NON-TOCK: userspace of `doc/syscalls/10000_ipc.md`, after `ipc.h` of libtock-c. A notification runs a
 * callback in a later yield; Yield-WaitFor does not wait for it.
 */
import { Err, Ok, type Result } from '#kernel/result';
import type { Buffer } from './buffer.ts';
import { encodeUtf8 } from './console.ts';
import type { Libtock } from './libtock.ts';
import type { Machine, Userspace } from './userspace.ts';

const DRIVER_NUM = 0x10000;
const Command = { EXISTS: 0, DISCOVER: 1, NOTIFY_SERVICE: 2, NOTIFY_CLIENT: 3 } as const;
const RoAllow = { SEARCH: 0 } as const;

/** Memory of another process. Touched when it is not shared any more, it faults the process. */
export class SharedMemory {
  constructor(
    private readonly machine: Machine,
    readonly address: number,
    /** Bytes; 0 when nothing is shared. */
    readonly length: number,
  ) {}

  /** A copy of bytes at an offset; default: all. */
  read(offset = 0, length = this.length - offset): Uint8Array {
    const bytes = this.machine.memory.read(this.address + offset, length);
    if (bytes === undefined) throw new Error(this.fault('read', offset));
    return bytes.slice();
  }

  /** Writes bytes at an offset: the other process sees them. */
  write(offset: number, bytes: Uint8Array): void {
    if (!this.machine.memory.write(this.address + offset, bytes)) {
      throw new Error(this.fault('write', offset));
    }
  }

  private fault(what: string, offset: number): string {
    const address = (this.address + offset).toString(16);
    return `${what} of 0x${address}, which is not shared with the process`;
  }
}

/** Runs when another process notifies: who, and what it shares. */
export type IpcCallback = (from: number, shared: SharedMemory) => unknown;

export class Ipc {
  constructor(private readonly tock: Libtock) {}

  /** Whether the board has the driver. */
  *exists(): Userspace<boolean> {
    return (yield* this.tock.command(DRIVER_NUM, Command.EXISTS)).ok;
  }

  /** The number of the process of a name; NODEVICE when there is none. */
  *discover(name: string): Userspace<Result<number, number>> {
    const { tock } = this;
    const search = yield* tock.bufferOf(encodeUtf8(name));
    const lent = yield* tock.allowReadOnly(DRIVER_NUM, RoAllow.SEARCH, search);
    const found = yield* tock.command(DRIVER_NUM, Command.DISCOVER);
    if (lent.ok) yield* tock.allowReadOnly(DRIVER_NUM, RoAllow.SEARCH, null);
    tock.free(search);
    const service = found.successU32();
    return service === undefined ? Err(found.error) : Ok(service);
  }

  /** Serves under the process's own name; the callback runs for each client that notifies. */
  *registerService(ownName: string, callback: IpcCallback): Userspace<Result<void, number>> {
    const self = yield* this.discover(ownName);
    return self.ok ? yield* this.registerClient(self.value, callback) : self;
  }

  /** Has the callback run when a service notifies back. */
  *registerClient(service: number, callback: IpcCallback): Userspace<Result<void, number>> {
    const { tock } = this;
    const subscribed = yield* tock.subscribe(DRIVER_NUM, service, (from, length, address) =>
      callback(from, new SharedMemory(tock.machine, address, length)),
    );
    return subscribed.ok ? Ok() : subscribed;
  }

  /** Lets another process read and write a buffer from the next notification on, or no longer (null). */
  *share(other: number, buffer: Buffer | null): Userspace<Result<void, number>> {
    const swapped = yield* this.tock.allowReadWrite(DRIVER_NUM, other, buffer);
    return swapped.ok ? Ok() : swapped;
  }

  /** Notifies a service. INVAL no such process, NODEVICE it ended, NOMEM its queue is full. */
  *notifyService(service: number): Userspace<Result<void, number>> {
    return yield* this.notify(Command.NOTIFY_SERVICE, service);
  }

  /** Notifies a client back; errors as `notifyService`. */
  *notifyClient(client: number): Userspace<Result<void, number>> {
    return yield* this.notify(Command.NOTIFY_CLIENT, client);
  }

  private *notify(command: number, other: number): Userspace<Result<void, number>> {
    const queued = yield* this.tock.command(DRIVER_NUM, command, other);
    return queued.ok ? Ok() : Err(queued.error);
  }
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Inter-process communication: processes find, share memory with and notify each other.
 *
 * Mirrors `kernel/src/ipc.rs`; system calls in `doc/syscalls/10000_ipc.md`. A notification is a task of
 * its own kind in the queue of the one notified. When that process takes it, the sender's buffer is
 * opened to it and the upcall is queued behind what else waits: nobody waits for IPC with Yield-WaitFor
 * (case C22). Processes are named by slot.
 *
 * It is a driver of the kernel's: the board puts it among its drivers and into `KernelResources.ipc`.
 */
import { ErrorCode } from './errorcode.ts';
import type { Grant } from './grant.ts';
import type { Kernel } from './kernel.ts';
import { slotOf, type ProcessError, type ProcessId } from './process.ts';
import type { ReadableProcessSlice, ReadWriteProcessBuffer } from './processbuffer.ts';
import type { Process } from './process-standard.ts';
import type { Result } from './result.ts';
import { CommandReturn, type SyscallDriver } from './syscall-driver.ts';
import { TaskKind, type Task } from './upcall.ts';

/** The driver's number. */
export const IPC_DRIVER_NUM = 0x10000;

/** What upstream does that this driver does only when asked to. */
export const IPC_FLAWS = {
  'ipc-notify-self-panics':
    'a process that notifies itself panics the kernel, which enters its grant twice',
  'ipc-access-outlives-share':
    'a window into a sender stays open after the sender took its buffer back, ended or restarted',
} as const;
/** The name of one of `IPC_FLAWS`. */
export type IpcFlaw = keyof typeof IPC_FLAWS;

const Command = { EXISTS: 0, DISCOVER: 1, NOTIFY_SERVICE: 2, NOTIFY_CLIENT: 3 } as const;
const RoAllow = { SEARCH: 0 } as const;

/** Driver 0x10000; made before the first process. */
export class Ipc implements SyscallDriver {
  /** One upcall and one buffer for each slot. */
  private readonly data: Grant<undefined>;

  constructor(
    private readonly kernel: Kernel,
    private readonly flaws: ReadonlySet<IpcFlaw> = new Set(),
    private readonly driverNum = IPC_DRIVER_NUM,
  ) {
    const slots = kernel.processes.length;
    this.data = kernel.createGrant(driverNum, {
      upcalls: slots,
      allowRo: 1,
      allowRw: slots,
      size: 0,
      create: () => undefined,
    });
  }

  command(commandNum: number, targetSlot: number, _: number, processId: ProcessId): CommandReturn {
    switch (commandNum) {
      case Command.EXISTS:
        return CommandReturn.success();
      case Command.DISCOVER:
        return this.discover(processId);
      case Command.NOTIFY_SERVICE: // A service has one upcall, under its own slot.
        return this.notify(targetSlot, targetSlot, processId);
      case Command.NOTIFY_CLIENT: // A client has one for each service.
        return this.notify(targetSlot, slotOf(processId), processId);
      default:
        return CommandReturn.failure(ErrorCode.NOSUPPORT);
    }
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.data.enter(processId, () => undefined);
  }

  /**
   * @internal For the kernel's loop: a process takes the notification from its queue. The upcall has the
   * sender's slot, and length and address of what it shares with the process, or zeros. The notification
   * of a sender whose life is over is over, too; so is one for which a process lacks memory.
   */
  scheduleUpcall(target: Process, task: Task): void {
    const sender = task.argument0 as ProcessId;
    if (this.flaws.has('ipc-notify-self-panics')) {
      this.data.enter(target.processId, () => this.sharedBuffer(sender, target.slot));
    }
    const buffer = this.sharedBuffer(sender, target.slot);
    if (buffer === undefined) return;
    this.open(target, buffer);
    this.data.enter(target.processId, (_, kernelData) => {
      const { address, lentLength } = buffer;
      kernelData.scheduleUpcall(task.subscribeNum, [slotOf(sender), lentLength, address]);
    });
  }

  /** The slot of the first process whose name is exactly what is lent, dead or alive. */
  private discover(processId: ProcessId): CommandReturn {
    const entered = this.data.enter(processId, (_, kernelData) => {
      const search = kernelData.readOnlyProcessBuffer(RoAllow.SEARCH);
      return search.ok ? search.value.enter((name) => this.slotNamed(name)) : search;
    });
    if (!entered.ok) return CommandReturn.failure(ErrorCode.NOMEM);
    if (!entered.value.ok) return CommandReturn.failure(ErrorCode.INVAL);
    const slot = entered.value.value;
    return slot < 0 ? CommandReturn.failure(ErrorCode.NODEVICE) : CommandReturn.successU32(slot);
  }

  private slotNamed(name: ReadableProcessSlice): number {
    return this.kernel.processes.findIndex((process) => {
      if (process === undefined) return false;
      const bytes = new TextEncoder().encode(process.name);
      return bytes.length === name.length && bytes.every((byte, index) => byte === name.at(index));
    });
  }

  private notify(targetSlot: number, subscribeNum: number, sender: ProcessId): CommandReturn {
    const target = this.kernel.processes[targetSlot];
    if (target === undefined) return CommandReturn.failure(ErrorCode.INVAL);
    const queued = target.enqueueTask({
      kind: TaskKind.Ipc,
      driverNum: this.driverNum,
      subscribeNum,
      pc: 0,
      argument0: sender,
      argument1: 0,
      argument2: 0,
      argument3: 0,
    });
    if (queued.ok) return CommandReturn.success();
    const full = queued.error === 'QueueFull';
    return CommandReturn.failure(full ? ErrorCode.NOMEM : ErrorCode.NODEVICE);
  }

  /** What a process shares with a slot; undefined when that life of it is over. */
  private sharedBuffer(sender: ProcessId, targetSlot: number): ReadWriteProcessBuffer | undefined {
    const entered = this.data.enter(sender, (_, kernelData) =>
      kernelData.readWriteProcessBuffer(targetSlot),
    );
    return entered.ok && entered.value.ok ? entered.value.value : undefined;
  }

  /** Lets the target read and write a buffer: as long as it is shared, or (the flaw) until it ends itself. */
  private open(target: Process, buffer: ReadWriteProcessBuffer): void {
    const { processId, address, lentLength } = buffer;
    const lender = slotOf(processId);
    const lent = this.kernel.lentBytes(processId, address, lentLength);
    const { slot } = target;
    const forEver = this.flaws.has('ipc-access-outlives-share');
    const bytes = (): Uint8Array | undefined =>
      forEver || this.isShared(buffer, slot) ? lent : undefined;
    target.mpuRegions.add({ lender, address, length: lentLength, bytes });
  }

  private isShared(
    { processId, address, lentLength }: ReadWriteProcessBuffer,
    slot: number,
  ): boolean {
    const now = this.sharedBuffer(processId, slot);
    return now?.address === address && now.lentLength === lentLength;
  }
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Subscribe and allow where capsules exchange callbacks and buffers themselves: before 2.0 both, in 2.0 buffers.
 *
 * Mirrors `kernel/src/sched.rs` of tock-2.0-dev (early 2021), `kernel/src/kernel.rs` of 2.0 for buffers, and
 * `kernel/src/sched.rs` of 1.x for legacy drivers, which 2.0-dev also took: their answer is one signed number in
 * r0, whatever the kernel. Buffers that come back are passed on unchecked: nobody ever checked them.
 */
import { word } from './answer.ts';
import { refuseToCompile } from './assert.ts';
import { Callback } from './callback.ts';
import { CALLBACK_RULES, type CallbackRules } from './callback-rules.ts';
import type { BufferHolder, Driver, LegacyDriver, SwapResult } from './driver.ts';
import { ErrorCode, statusCodeToReturnCode, type ReturnCode } from './errorcode.ts';
import type { Kernel } from './kernel.ts';
import { AppSlice } from './mem.ts';
import type { Process } from './process-standard.ts';
import {
  Holding,
  ReadOnlyProcessBuffer,
  ReadWriteProcessBuffer,
  type BufferId,
} from './processbuffer.ts';
import { Register, SyscallClass, type SwapClass, type UpcallId } from './syscall.ts';

const { R0, R1, R2, R3 } = Register;

/** ENOSUPPORT of 1.x. */
const ENOSUPPORT = statusCodeToReturnCode(ErrorCode.NOSUPPORT);

// --- Callbacks -----------------------------------------------------------------------------------

/** Subscribe: the driver gets a callback and gives back the one before, or this one with an error. */
export function subscribeByCapsule(kernel: Kernel, driver: Driver, process: Process): void {
  const { registers } = process.boundary;
  const { profile } = kernel;
  const id = { driverNum: word(registers, R0), subscribeNum: word(registers, R1) };
  if (profile.pendingUpcalls === 'dropped-before') process.removePendingUpcalls(id);
  const passed = callback(kernel, process, id);
  const answer = driver.subscribe?.(id.subscribeNum, passed, process.processId) ?? refusal(passed);
  const rules = rulesOf(kernel);
  const given = answer.ok ? answer.value : answer.error[0];
  const call = { processId: process.processId, id };
  if (!rules.copies) takeBack(given);
  const wrong = answer.ok ? rules.accepted(call, given) : rules.refused(call, passed, given);
  if (wrong !== undefined) {
    kernel.enforcement.report(process, id, wrong);
    kernel.answers.refused(registers, ErrorCode.NODEVICE, word(registers, R2), word(registers, R3));
    return;
  }
  if (profile.pendingUpcalls === 'dropped-with-callback') dropWith(process, id, given);
  const { pc, appdata } = given;
  if (answer.ok) kernel.answers.swapped(registers, pc, appdata);
  else kernel.answers.refused(registers, answer.error[1], pc, appdata);
}

function rulesOf({ profile }: Kernel): CallbackRules {
  return CALLBACK_RULES[profile.callbacks === 'kernel' ? 'unchecked' : profile.callbacks];
}

function callback(kernel: Kernel, process: Process, id: UpcallId): Callback {
  const { registers } = process.boundary;
  const pc = word(registers, R2);
  const rules = rulesOf(kernel);
  // In 2.0-dev a null callback was the default one: it had no process, and no appdata (case B04).
  if (pc === 0 && rules === CALLBACK_RULES.unchecked) return Callback.default();
  const { processId } = process;
  return Callback.of({ kernel, processId, id, pc, appdata: word(registers, R3) });
}

/** The callback is the kernel's again: where callbacks are moved, nobody else can have it. */
function takeBack(given: Callback): void {
  if (given.moved) refuseToCompile('a callback was given back twice');
  if (given.subscription === undefined) {
    refuseToCompile('a callback was given back that no factory made');
  }
  given.moved = true;
}

/** What waits for the callback given back is dropped: also where the driver kept an equal one (case F16). */
function dropWith(process: Process, id: UpcallId, { pc, appdata }: Callback): void {
  if (!process.tasks.hasElements()) return;
  process.removePendingUpcalls(id, (task) => task.pc === pc && task.argument3 === appdata);
}

function refusal<T>(passed: T): SwapResult<T> {
  return { ok: false, error: [passed, ErrorCode.NOSUPPORT] };
}

// --- Buffers -------------------------------------------------------------------------------------

/** Allow: the driver gets a buffer and gives back the one before, or this one with an error. */
export function allowByCapsule(
  kernel: Kernel,
  driver: BufferHolder,
  process: Process,
  swapClass: SwapClass,
): void {
  const { registers } = process.boundary;
  const id = bufferId(registers, swapClass);
  const { processId } = process;
  const address = word(registers, R2);
  const length = word(registers, R3);
  const answer =
    id.kind === 'readOnly'
      ? exchange(new ReadOnlyProcessBuffer(kernel, processId, id, address, length), (buffer) =>
          driver.allowReadOnly?.(processId, id.allowNum, buffer),
        )
      : exchange(new ReadWriteProcessBuffer(kernel, processId, id, address, length), (buffer) =>
          driver.allowReadWrite?.(processId, id.allowNum, buffer),
        );
  const given = answer.ok ? answer.value : answer.error[0];
  if (!given.lease.usable) refuseToCompile('a buffer was given back twice');
  if (given.lease instanceof Holding) given.lease.usable = false;
  if (answer.ok) kernel.answers.swapped(registers, given.address, given.lentLength);
  else kernel.answers.refused(registers, answer.error[1], given.address, given.lentLength);
}

function exchange<T>(passed: T, offer: (passed: T) => SwapResult<T> | undefined): SwapResult<T> {
  return offer(passed) ?? refusal(passed);
}

function bufferId(registers: Uint32Array, swapClass: SwapClass): BufferId {
  const kind = swapClass === SyscallClass.ReadOnlyAllow ? 'readOnly' : 'readWrite';
  return { driverNum: word(registers, R0), allowNum: word(registers, R1), kind };
}

// --- Tock 1.x ------------------------------------------------------------------------------------

/** A subscribe or allow to a driver of 1.x, which takes what is passed and drops what it held. */
export function swapWithLegacy(
  kernel: Kernel,
  driver: LegacyDriver,
  process: Process,
  swapClass: SwapClass,
): void {
  const { registers } = process.boundary;
  const subscribes = swapClass === SyscallClass.Subscribe;
  const code = subscribes
    ? subscribeLegacy(kernel, driver, process)
    : allowLegacy(kernel, driver, process, swapClass);
  registers[R0] = (code ?? ENOSUPPORT) >>> 0;
}

function subscribeLegacy(
  kernel: Kernel,
  driver: LegacyDriver,
  process: Process,
): ReturnCode | undefined {
  const { registers } = process.boundary;
  const id = { driverNum: word(registers, R0), subscribeNum: word(registers, R1) };
  const pc = word(registers, R2);
  const { processId } = process;
  process.removePendingUpcalls(id);
  const passed =
    pc === 0 ? undefined : Callback.of({ kernel, processId, id, pc, appdata: word(registers, R3) });
  return driver.subscribe?.(id.subscribeNum, passed, processId);
}

/** There is one kind of allow, of buffers to read and to write; address 0 takes it back. */
function allowLegacy(
  kernel: Kernel,
  driver: LegacyDriver,
  process: Process,
  swapClass: SwapClass,
): ReturnCode | undefined {
  if (swapClass !== SyscallClass.ReadWriteAllow) return undefined;
  const { registers } = process.boundary;
  const id = bufferId(registers, swapClass);
  const address = word(registers, R2);
  const { processId } = process;
  const passed =
    address === 0 ? undefined : new AppSlice(kernel, processId, id, address, word(registers, R3));
  return driver.allow?.(processId, id.allowNum, passed);
}

/** A command to a driver of 1.x: its signed answer goes to r0 as it is. */
export function commandLegacy(
  driver: LegacyDriver,
  process: Process,
  commandNum: number,
  arg1: number,
  arg2: number,
): void {
  const { registers } = process.boundary;
  const code = driver.command?.(commandNum, arg1, arg2, process.processId);
  registers[R0] = (code ?? ENOSUPPORT) >>> 0;
}

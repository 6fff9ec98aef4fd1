// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Memory operations of a process (class 5).
 *
 * Mirrors `kernel/src/memop.rs`. Success (128) for brk and hints, SuccessU32 (129) for the rest;
 * Failure NOMEM when the break cannot move there, FAIL for a region that is not there, NOSUPPORT for
 * an unknown operation.
 */
import { ErrorCode } from './errorcode.ts';
import type { Process } from './process-standard.ts';
import { MemopCall } from './syscall.ts';
import { CommandReturn } from './syscall-driver.ts';

/** Performs a memory operation; its answer is encoded as a command's is. */
export function memop(process: Process, operation: number, argument: number): CommandReturn {
  switch (operation) {
    case MemopCall.Brk:
      return process.brk(argument).ok
        ? CommandReturn.success()
        : CommandReturn.failure(ErrorCode.NOMEM);
    case MemopCall.Sbrk:
      return sbrk(process, argument | 0);
    case MemopCall.RamStart:
      return CommandReturn.successU32(process.ramStart);
    case MemopCall.RamEnd:
      return CommandReturn.successU32(process.ramEnd);
    case MemopCall.FlashStart:
      return CommandReturn.successU32(process.flashStart);
    case MemopCall.FlashEnd:
      return CommandReturn.successU32(process.flashEnd);
    case MemopCall.GrantStart:
      return CommandReturn.successU32(process.kernelMemoryBreak);
    case MemopCall.FlashRegions:
      return CommandReturn.successU32(process.writeableFlashRegions.length);
    case MemopCall.FlashRegionStart:
      return flashRegion(process, argument, 'start');
    case MemopCall.FlashRegionEnd:
      return flashRegion(process, argument, 'end');
    default:
      return hint(process, operation, argument);
  }
}

function sbrk(process: Process, delta: number): CommandReturn {
  const old = process.appBreak;
  return process.brk(old + delta).ok
    ? CommandReturn.successU32(old)
    : CommandReturn.failure(ErrorCode.NOMEM);
}

function flashRegion(process: Process, index: number, which: 'start' | 'end'): CommandReturn {
  const region = process.writeableFlashRegions[index];
  if (region === undefined || region.size === 0) return CommandReturn.failure(ErrorCode.FAIL);
  const start = process.flashStart + region.offset;
  return CommandReturn.successU32(which === 'start' ? start : start + region.size);
}

/** Hints are for debugging only: one outside the process's RAM is ignored, and succeeds (case D22). */
function hint(process: Process, operation: number, address: number): CommandReturn {
  const inside = address >= process.ramStart && address < process.ramEnd;
  switch (operation) {
    case MemopCall.StackHint:
      if (inside) process.stackHint = address;
      return CommandReturn.success();
    case MemopCall.HeapHint:
      if (inside) process.heapHint = address;
      return CommandReturn.success();
    default:
      return CommandReturn.failure(ErrorCode.NOSUPPORT);
  }
}

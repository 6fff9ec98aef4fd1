// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Copies between a driver's own buffer and what a process lends at this moment.
 *
 * NON-TOCK: each of Tock's capsules has its own loops. A process may exchange or take back what it lent
 * between a command and its completion, so a length is never carried over from the one to the other.
 */
import type { GrantKernelData } from '#kernel/grant';

/** Bytes lent read-only under a number: 0 when nothing is. */
export function readOnlyLength(kernel: GrantKernelData, allowNum: number): number {
  const lent = kernel.readOnlyProcessBuffer(allowNum);
  return lent.ok ? lent.value.length : 0;
}

/** Bytes lent for reading and writing under a number: 0 when nothing is. */
export function readWriteLength(kernel: GrantKernelData, allowNum: number): number {
  const lent = kernel.readWriteProcessBuffer(allowNum);
  return lent.ok ? lent.value.length : 0;
}

/** Fills the target with what is lent read-only, as far as that goes: how many bytes. */
export function copyFromProcess(
  kernel: GrantKernelData,
  allowNum: number,
  target: Uint8Array,
): number {
  const lent = kernel.readOnlyProcessBuffer(allowNum);
  if (!lent.ok) return 0;
  const copied = lent.value.enter((slice) => {
    const count = Math.min(slice.length, target.length);
    slice.slice(0, count)?.copyToSlice(target.subarray(0, count));
    return count;
  });
  return copied.ok ? copied.value : 0;
}

/** Puts bytes into what is lent for writing, as far as they fit: how many. */
export function copyToProcess(
  kernel: GrantKernelData,
  allowNum: number,
  bytes: Uint8Array,
): number {
  const lent = kernel.readWriteProcessBuffer(allowNum);
  if (!lent.ok) return 0;
  const copied = lent.value.mutEnter((slice) => {
    const count = Math.min(slice.length, bytes.length);
    slice.slice(0, count)?.copyFromSlice(bytes.subarray(0, count));
    return count;
  });
  return copied.ok ? copied.value : 0;
}

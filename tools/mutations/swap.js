// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Changes to Subscribe, the allows and memory operations.
 *
 * NON-TOCK: see `../mutate.js`.
 */

/** By file of `dist/kernel`: what the check is, text that occurs once, what takes its place. */
export const SWAP_MUTATIONS = {
  'swap.js': [
    ['subscribe: function pointer', '!process.isValidUpcallFunctionPointer(pointer)', 'false'],
    ['subscribe: null is valid', 'pointer !== 0 &&', ''],
    ['only subscribe has a function pointer', 'if (subscribes &&\n        profile', 'if (profile'],
    ['subscribe: function pointer by profile', 'profile.upcallPointerChecked &&', ''],
    ['absent driver: null upcall by profile', "profile.absentDriverUpcall === 'null'", 'false'],
    [
      'absent driver: null upcall for subscribe only',
      "if (subscribes && profile.absentDriverUpcall === 'null')",
      "if (profile.absentDriverUpcall === 'null')",
    ],
    ['allow: process is active', 'if (!process.isActive())', 'if (false)'],
    ['allow: zero bytes anywhere', 'if (length === 0)', 'if (false)'],
    ['allow: RAM of the process', 'if (process.inAppRam(address, length)) {', 'if (true) {'],
    ['allow: high-water mark', 'process.raiseHighWaterMark(address + length);', ''],
    ['allow: flash of the process', 'readOnly && process.inAppFlash(address, length)', 'readOnly'],
    [
      'allow: flash for reading only',
      'readOnly && process.inAppFlash(address, length)',
      'process.inAppFlash(address, length)',
    ],
    ['no grant: NOMEM', 'refuse(kernel, registers, ErrorCode.NOMEM);', ''],
    [
      'number past the count, by profile',
      'refuse(kernel, registers, kernel.profile.numberOutOfRange);',
      'refuse(kernel, registers, ErrorCode.NOSUPPORT);',
    ],
    [
      'pending upcalls go',
      'process.removePendingUpcalls({ driverNum',
      '((..._) => {})({ driverNum',
    ],
    [
      'pending upcalls go on subscribe only',
      'if (swapClass === SyscallClass.Subscribe) {',
      'if (true) {',
    ],
    ['null upcalls go by profile', "kernel.profile.staleReturnValues === 'removed'", 'false'],
    ['null upcalls stay by profile', "kernel.profile.staleReturnValues === 'removed'", 'true'],
    ['read-only apart from read-write', '? grant.readOnly :', '? grant.readWrite :'],
    ['saves the first word', 'saved.first[number] = word(registers, R2);', ''],
    ['saves the second word', 'saved.second[number] = word(registers, R3);', ''],
    [
      "another driver's grant does not count",
      '? findGrant(process, driverNum) : undefined;',
      '? process.grants.find((grant) => grant !== undefined) : undefined;',
    ],
    [
      'class 7: refusal of the driver',
      'answer?.error[1] ?? ErrorCode.NOSUPPORT',
      'ErrorCode.NOSUPPORT',
    ],
  ],
  'memop.js': [
    ['brk can fail', 'return process.brk(argument).ok', 'return process.brk(argument)'],
    ['sbrk can fail', 'return process.brk(old + delta).ok', 'return process.brk(old + delta)'],
    ['sbrk is signed', 'argument | 0', 'argument'],
    [
      'sbrk gives the old break',
      'CommandReturn.successU32(old)',
      'CommandReturn.successU32(process.appBreak)',
    ],
    ['regions of size 0', ' || region.size === 0', ''],
    ['start and end of a region', 'start : start + region.size', 'start : start'],
    [
      'stack hint in RAM',
      'if (inside)\n                process.stackHint',
      'if (true)\n                process.stackHint',
    ],
    [
      'heap hint in RAM',
      'if (inside)\n                process.heapHint',
      'if (true)\n                process.heapHint',
    ],
    ['hints: end of RAM', 'address < process.ramEnd', 'address <= process.ramEnd'],
  ],
};

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Changes to dispatch, yield, exit, filter and answers.
 *
 * NON-TOCK: see `../mutate.js`.
 */

/** By file of `dist/kernel`: what the check is, text that occurs once, what takes its place. */
export const SYSCALL_MUTATIONS = {
  'syscalls.js': [
    ['the filter is asked', 'if (error === undefined)', 'if (true)'],
    [
      'a refusal of the filter is answered',
      'setReturn(registers, CommandReturn.failure(error));',
      '',
    ],
    [
      'command: absent driver',
      'if (driver === undefined) {\n        kernel.answers',
      'if (false) {\n        kernel.answers',
    ],
    [
      'command: filtered',
      'if (!filtered(kernel, resources, process))\n                command',
      'if (true)\n                command',
    ],
    [
      'userspace-readable allow: filtered',
      'else if (!filtered(kernel, resources, process)) {',
      'else {',
    ],
    ['class 7 by profile', 'if (!kernel.profile.userspaceReadableAllow)', 'if (false)'],
    ['flag of Yield-Wait by profile', 'if (profile.yieldWaitWritesFlag)', 'if (false)'],
    ['flag of Yield-Wait in some profiles only', 'if (profile.yieldWaitWritesFlag)', 'if (true)'],
    [
      'subscribe, allow: filtered',
      'if (!filtered(kernel, resources, process))\n                swapCall',
      'if (true)\n                swapCall',
    ],
    [
      'unknown class faults',
      'process.setFaultState(`system call class',
      'String(`system call class',
    ],
    ['cost of a system call', 'kernel.spendCpuTime(kernel.costs.syscall);', ''],
    [
      'Yield-Wait blocks',
      'argument1, true);\n            process.state = ProcessState.Yielded;',
      'argument1, true);',
    ],
    ['Yield-WaitFor by profile', 'if (!profile.yieldWaitFor)', 'if (false)'],
    ['Yield-WaitFor: what for', 'process.awaited.set(argument1, argument2);', ''],
    ['unknown yield by profile', "if (profile.unknownYield === 'fault')", 'if (false)'],
    [
      'unknown yield faults in some profiles only',
      "if (profile.unknownYield === 'fault')",
      'if (true)',
    ],
    [
      'Yield-NoWait: null upcalls by profile',
      "kernel.profile.noWaitNullUpcalls === 'counts'",
      'true',
    ],
    [
      'Yield-NoWait: null upcalls by profile, other way',
      "kernel.profile.noWaitNullUpcalls === 'counts'",
      'false',
    ],
    ['Yield-NoWait: flag', 'writeFlag(process, flagAddress, hasTasks);', ''],
    ['flag: own RAM only', 'if (process.inAppRam(address, 1))', 'if (true)'],
    ['Yield-NoWait: returns when nothing is queued', 'if (hasTasks)\n', 'if (true)\n'],
    [
      'unknown exit is refused',
      'variant !== ExitCall.Terminate && variant !== ExitCall.Restart',
      'false',
    ],
    ['exit 0 ends', 'if (variant === ExitCall.Terminate)', 'if (false)'],
    ['exit 1 restarts', 'if (variant === ExitCall.Terminate)', 'if (true)'],
    [
      'no answer is traced for a process that exited',
      'process.state === ProcessState.Running',
      'true',
    ],
  ],
  'answer.js': [
    [
      'a refusal gives back the first word',
      'registers[R2] = first;\n        registers[R3]',
      'registers[R3]',
    ],
    ['a refusal gives back the second word', 'registers[R3] = second;', ''],
    ['returns the old first word', 'registers[R1] = first;', ''],
    ['returns the old second word', 'registers[R2] = second;', ''],
    [
      'errors of a command from 0',
      'answer.word1 - 1 + this.first : answer.word1',
      'answer.word1 : answer.word1',
    ],
    [
      'errors of a swap from 0',
      'registers[R1] = error - 1 + this.first;',
      'registers[R1] = error;',
    ],
    [
      'the first word of a success is no error',
      'isFailure(variant) ? answer.word1 - 1',
      'true ? answer.word1 - 1',
    ],
    ['errors of 1.x are negative', '? negated(word1) : word1', '? word1 : word1'],
    ['unused words stay', 'if (words > 1)', 'if (true)'],
  ],
};

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Changes to processes: states, tasks, memory.
 *
 * NON-TOCK: see `../mutate.js`.
 */

/** By file of `dist/kernel`: what the check is, text that occurs once, what takes its place. */
export const PROCESS_MUTATIONS = {
  'process-standard.js': [
    ['reset: break', 'this.appBreak = this.ramStart + this.boundary.initialAppBreak;', ''],
    ['reset: mark', 'this.allowHighWaterMark = this.ramStart;', ''],
    [
      'reset: grants in RAM',
      'this.kernelMemoryBreak = this.ramEnd - Process.kernelBytes(this.kernel.grantCount);',
      'this.kernelMemoryBreak ||= this.ramEnd - Process.kernelBytes(this.kernel.grantCount);',
    ],
    ['reset: boundary', 'this.boundary.initializeProcess(this);', ''],
    [
      'reset: new id',
      'this.processId = processId;\n        this.kernelMemoryBreak',
      'this.kernelMemoryBreak',
    ],
    [
      'stopped is active',
      'return this.state <= ProcessState.Stopped;',
      'return this.state < ProcessState.Stopped;',
    ],
    ['stop: once', 'if (this.state >= ProcessState.Stopped)', 'if (false)'],
    ['stop: where from', 'this.stoppedFrom = this.state;', ''],
    ['resume: stopped only', 'if (this.state !== ProcessState.Stopped)', 'if (false)'],
    [
      'terminate: once',
      'if (!this.isActive() && this.state !== ProcessState.Faulted)',
      'if (false)',
    ],
    ['terminate: also the faulted', ' && this.state !== ProcessState.Faulted', ''],
    ['terminate: tasks go', 'this.tasks.empty();', ''],
    ['terminate: grants go', 'this.grants.length = 0;', ''],
    ['terminate: code', 'this.completionCode = completionCode;', ''],
    [
      'restart: not the terminated',
      'if (this.state === ProcessState.Terminated)\n',
      'if (false)\n',
    ],
    ['start: the terminated only', 'if (this.state !== ProcessState.Terminated)\n', 'if (false)\n'],
    ['restarts are counted', 'this.restartCount++;', ''],
    [
      'policy Stop: faulted',
      'this.terminate(undefined);\n                this.state = ProcessState.Faulted;',
      'this.terminate(undefined);',
    ],
    [
      'policy Stop: everything goes',
      'this.terminate(undefined);\n                this.state = ProcessState.Faulted;',
      '',
    ],
    [
      'tasks: active processes only',
      "if (!this.isActive())\n            return Err('KernelError');",
      '',
    ],
    ['lost upcalls are counted', 'this.droppedUpcallCount++;', ''],
    ['pending: driver', 'task.driverNum !== driverNum ||', ''],
    ['pending: number', 'task.subscribeNum !== subscribeNum ||', ''],
    ['pending: function calls by default', 'kind === TaskKind.FunctionCall;', 'true;'],
    [
      'what would really run',
      'task.kind !== TaskKind.ReturnValue) !== undefined',
      'true) !== undefined',
    ],
    [
      'brk: active processes only',
      "if (!this.isActive())\n            return Err('InactiveApp');",
      '',
    ],
    ['brk: mark', 'newBreak < this.allowHighWaterMark || ', ''],
    ['brk: end of RAM', ' || newBreak >= this.ramEnd', ''],
    ['brk: grants', 'if (newBreak > this.kernelMemoryBreak)', 'if (false)'],
    ['brk: zeros', 'if (newBreak > this.appBreak)', 'if (false)'],
    [
      'brk: nothing of the process is cleared',
      'this.ram.fill(0, this.appBreak - this.ramStart,',
      'this.ram.fill(0, 0,',
    ],
    [
      'RAM: start',
      'return address >= this.ramStart && address + length <= this.appBreak;',
      'return address + length <= this.appBreak && address >= this.ramStart - 1;',
    ],
    [
      'RAM: break',
      'return address >= this.ramStart && address + length <= this.appBreak;',
      'return address >= this.ramStart && address + length <= this.ramEnd;',
    ],
    [
      'flash: protected region',
      'return address >= this.appStart && address + length <= this.flashEnd;',
      'return address >= this.flashStart && address + length <= this.flashEnd;',
    ],
    [
      'flash: end',
      'return address >= this.appStart && address + length <= this.flashEnd;',
      'return address >= this.appStart && address < this.flashEnd;',
    ],
    ['function pointer: flash', 'this.inAppFlash(address, POINTER_WIDTH) || ', ''],
    ['function pointer: RAM', ' || this.inAppRam(address, POINTER_WIDTH)', ''],
    ['width of a pointer', 'const POINTER_WIDTH = 4;', 'const POINTER_WIDTH = 1;'],
    ['mark only rises', 'if (end > this.allowHighWaterMark)', 'if (true)'],
    [
      'write: RAM below the break',
      'if (this.inAppRam(address, bytes.length))\n            this.ram.set',
      'if (address >= this.ramStart && address + bytes.length <= this.ramEnd)\n            this.ram.set',
    ],
    ['grants stay above the break', 'if (address < this.appBreak)', 'if (address < this.ramStart)'],
    [
      'grants are aligned',
      'Math.floor((this.kernelMemoryBreak - bytes) / align) * align',
      'this.kernelMemoryBreak - bytes',
    ],
  ],
  'awaited-upcall.js': [
    ['awaited: driver', 'task.driverNum === this.driverNum &&', ''],
    ['awaited: number', 'task.subscribeNum === this.subscribeNum &&', ''],
    ['awaited: not IPC', 'task.kind !== TaskKind.Ipc', 'true'],
    ['awaited: wake-ups are lost by name only', "flaws.has('wait-for-lost-wakeup')", 'true'],
    ['awaited: the flaw', 'if (this.losesWakeups)\n            return this.cameLast;', ''],
  ],
};

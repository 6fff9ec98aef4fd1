// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Changes to the main loop and to what it rests on.
 *
 * NON-TOCK: see `../mutate.js`.
 */

/** By file of `dist/kernel`: what the check is, text that occurs once, what takes its place. */
export const KERNEL_MUTATIONS = {
  'kernel.js': [
    ['number of slots', 'Number.isInteger(slots) && slots > 0 && slots <= MAX_PROCESSES', 'true'],
    ['grants before processes', 'if (this.processLoaded)', 'if (false)'],
    ['a slot is free', 'if (slot < 0)', 'if (false)'],
    ['slot of a terminated process', '=== ProcessState.Terminated);', '>= ProcessState.Faulted);'],
    ['RAM for a process', "return Err('NotEnoughMemory');", ''],
    ['ids of lives', 'process?.processId === processId ? process : undefined', 'process'],
    [
      'lent bytes of the dead',
      'process?.isActive() === true ? process.lentBytes(address, length) : undefined',
      'process?.lentBytes(address, length)',
    ],
    ['deferred calls are registered', 'this.deferredCalls.verifySetup();', ''],
    ['until a past instant', 'if (until <= this.clock.now)', 'if (false)'],
    ['the alarm of run is withdrawn', 'this.clock.cancel(alarm);', ';'],
    ['stop', 'if (this.asksToStop())', 'if (false)'],
    ['finished', 'if (!this.processes.some(', 'if (![].some('],
    ['asleep', "if (next === FOREVER)\n                return 'asleep';", ''],
    [
      'deferred calls before a process goes on',
      'return (this.deferredCalls.hasTasks() ||\n            ',
      'return (',
    ],
    [
      'interrupts before a process goes on',
      'resources.chip.hasPendingInterrupts() ||\n            this.clock',
      'this.clock',
    ],
    [
      'what is due now before a process goes on',
      'this.clock.isDue ||\n            this.stop',
      'this.stop',
    ],
    ['what is due now fires', 'if (this.clock.isDue)', 'if (false)'],
    [
      'interrupts before deferred calls',
      'if (chip.hasPendingInterrupts())\n                chip.servicePendingInterrupts();\n            else if (this.deferredCalls.hasTasks())\n                this.deferredCalls.serviceNextPending();',
      'if (this.deferredCalls.hasTasks())\n                this.deferredCalls.serviceNextPending();\n            else if (chip.hasPendingInterrupts())\n                chip.servicePendingInterrupts();',
    ],
    [
      'least rest of a timeslice',
      'if (end - this.clock.now <= MIN_QUANTA)',
      'if (end - this.clock.now <= 0)',
    ],
    ['exactly the least rest', '<= MIN_QUANTA)', '< MIN_QUANTA)'],
    [
      'a fault is a fault',
      'process.setFaultState(process.boundary.faultReason',
      'String(process.boundary.faultReason',
    ],
    ['a process runs until the next event', 'event < end ? event : end', 'end'],
    ['a process runs until its time is over', 'event < end ? event : end', 'event'],
    [
      'no frame fits',
      'if (!process.boundary.setProcessFunction(task)) {',
      'if (!process.boundary.setProcessFunction(task) && false) {',
    ],
    ['Yield-WaitFor: first argument', 'registers[Register.R0] = task.argument0;', ''],
    ['Yield-WaitFor: third argument', 'registers[Register.R2] = task.argument2;', ''],
  ],
  'upcall.js': [
    [
      'length of the queue',
      'export const UPCALL_RING_SLOTS = 10;',
      'export const UPCALL_RING_SLOTS = 11;',
    ],
  ],
  'deferred-call.js': [
    [
      'lowest first',
      '31 - Math.clz32(this.pending & -this.pending)',
      '31 - Math.clz32(this.pending)',
    ],
    [
      'once',
      'this.pending &= ~(1 << index);',
      'if (this.clients.length > 1) this.pending &= ~(1 << index);',
    ],
  ],
  'clock.js': [
    ['order of equal times', '|| a.sequence - b.sequence', ''],
    ['a cancelled event does not fire', 'event.fire = undefined;\n        if', 'if'],
    ['no event in the past', "assert(time >= this.now, 'an event was scheduled in the past');", ''],
    [
      'an event fires at its own instant',
      'if (event.time > this.now)\n                this.now = event.time;',
      '',
    ],
  ],
  'trace.js': [['each record is delivered once', 'this.delivered = end;', '']],
};

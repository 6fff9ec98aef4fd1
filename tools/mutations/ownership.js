// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Changes to what keeps lent callbacks and buffers where they belong, in each design.
 *
 * NON-TOCK: see `../mutate.js`.
 */

/** By file of `dist/kernel`: what the check is, text that occurs once, what takes its place. */
export const OWNERSHIP_MUTATIONS = {
  'callback-rules.js': [
    [
      'process of a callback',
      'subscription.processId === processId ? undefined',
      'true ? undefined',
    ],
    ["the default callback is nobody's", 'subscription === undefined || ', ''],
    ['driver of a callback', 'driverNum === id.driverNum && ', ''],
    ['number of a callback', ' && subscribeNum === id.subscribeNum', ''],
    ['function of a refused callback', 'one?.pc === other?.pc && ', ''],
    ['appdata of a refused callback', ' && one?.appdata === other?.appdata', ''],
    [
      '#2282: process with an error',
      'refused: (call, _, given) => ofProcess(call, given),',
      'refused: NOTHING,',
    ],
    [
      '#2445: process',
      'accepted: ofProcess,\n        refused: (call, passed',
      'accepted: NOTHING,\n        refused: (call, passed',
    ],
    [
      '#2462: process',
      'accepted: (call, held) => ofProcess(call, held) ?? ofNumber',
      'accepted: (call, held) => ofNumber',
    ],
    ['#2462: number', 'ofProcess(call, held) ?? ofNumber(call, held)', 'ofProcess(call, held)'],
  ],
  'callback.js': [
    ['a callback that was moved', 'if (this.moved)', 'if (false)'],
    [
      'a null callback queues nothing',
      'subscription === undefined || subscription.pc === 0',
      'subscription === undefined',
    ],
    ['a callback of a life that is over', 'process === undefined || kernel', 'kernel'],
    ['a callback of a disabled driver', ' || kernel.enforcement.isDisabled(id.driverNum)', ''],
    ['minted once', '!this.once || !this.minted.has(subscribeNum)', 'true'],
    ['minted as often as asked in #2445', '!this.once || ', ''],
  ],
  'swap-by-capsule.js': [
    [
      'early 2021 drops before it asks',
      "if (profile.pendingUpcalls === 'dropped-before')",
      'if (false)',
    ],
    [
      '#2462 drops with the callback',
      "if (profile.pendingUpcalls === 'dropped-with-callback')",
      'if (false)',
    ],
    ["#2462 drops what is the callback's alone: function", 'task.pc === pc && ', ''],
    ["#2462 drops what is the callback's alone: appdata", ' && task.argument3 === appdata', ''],
    ['what is moved is taken back', 'if (!rules.copies)', 'if (false)'],
    ['what is copied is not taken back', 'if (!rules.copies)', 'if (true)'],
    ['violations', 'if (wrong !== undefined) {', 'if (false) {'],
    ['given back twice', 'if (given.moved)', 'if (false)'],
    ['made by no factory', 'if (given.subscription === undefined) {', 'if (false) {'],
    ['given back is given away', 'given.moved = true;', ''],
    [
      'a null callback of early 2021',
      'if (pc === 0 && rules === CALLBACK_RULES.unchecked)',
      'if (false)',
    ],
    [
      'a null callback since #2282',
      'if (pc === 0 && rules === CALLBACK_RULES.unchecked)',
      'if (pc === 0)',
    ],
    ['a buffer given back twice', 'if (!given.lease.usable)', 'if (false)'],
    ['a buffer given back is given away', 'given.lease.usable = false;', ';'],
    [
      '1.x drops before it asks',
      'process.removePendingUpcalls(id);\n    const passed = pc',
      'const passed = pc',
    ],
    ['1.x has one kind of allow', 'if (swapClass !== SyscallClass.ReadWriteAllow)', 'if (false)'],
    ['1.x un-allows by address 0', 'address === 0', 'false'],
    ['1.x unsubscribes by function 0', '= pc === 0', '= false'],
  ],
  'processbuffer.js': [
    ['a buffer outside its lease', 'if (!this.lease.usable)', 'if (false)'],
    ['bytes beyond the closure', 'if ((this.whole ?? this).ended)', 'if (false)'],
    ['a part ends with the whole', '(this.whole ?? this).ended', 'this.ended'],
    ['the closure is over', 'opened.end();', ';'],
    [
      'who reaches bytes is told',
      'this.source.touched(this.processId',
      '(() => {})(this.processId',
    ],
  ],
  'grant.js': [
    ['upcalls inside the grant only', 'if (!entered)', 'if (false)'],
    [
      'upcalls of a disabled driver',
      'return !kernel.enforcement.isDisabled(driverNum);',
      'return true;',
    ],
    ['statuses in the numbers of the time', 'this.kernel.answers.statusWord(args[0])', 'args[0]'],
  ],
  'enforcement.js': [
    ['panic', 'return panic(`driver', 'return void (`driver'],
    ['kill', 'process.terminate(undefined);', ''],
    ['disable', 'this.disabled.add(driverNum);', ''],
    ['a violation is traced', 'if (trace.enabled)', 'if (false)'],
    ['a violation is told', 'this.watch?.violated(process, id, what);', ''],
  ],
  'driver-lookup.js': [
    ['a disabled driver is absent', ' || kernel.enforcement.isDisabled(driverNum)', ''],
    ['age of a driver', '!interfaces.includes(driver.interface)', 'false'],
    ['factories in #2445 alone', " || CALLBACK_RULES[callbacks].factory !== 'at-start'", ''],
  ],
};

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Changes to grants and lent buffers.
 *
 * NON-TOCK: see `../mutate.js`.
 */

/** By file of `dist/kernel`: what the check is, text that occurs once, what takes its place. */
export const GRANT_MUTATIONS = {
  'grant.js': [
    ['number of an upcall', 'if (pc === undefined || appdata === undefined)', 'if (false)'],
    [
      'upcall of a life that is over',
      'if (process.processId !== processId || !process.isActive())',
      'if (!process.isActive())',
    ],
    [
      'null upcall by profile',
      "if (pc === 0 && this.kernel.profile.nullUpcalls === 'dropped')",
      'if (false)',
    ],
    [
      'a null upcall in every profile is none',
      "pc === 0 && this.kernel.profile.nullUpcalls === 'dropped'",
      'pc === 0',
    ],
    [
      'dropped null upcall of the dead',
      'if (process.processId !== processId || !process.isActive())',
      'if (process.processId !== processId)',
    ],
    [
      'kind of a null upcall',
      'kind: pc === 0 ? TaskKind.ReturnValue : TaskKind.FunctionCall',
      'kind: TaskKind.FunctionCall',
    ],
    ['arguments are 32 bits', 'argument0: argument0 >>> 0', 'argument0: argument0'],
    [
      'memory: whole bytes',
      "assert(Number.isInteger(bytes) && bytes >= 0, 'grant memory is a whole number of bytes');",
      '',
    ],
    [
      'memory of a life that is over',
      "if (this.process.processId !== this.processId)\n            return Err('NoSuchApp');",
      '',
    ],
    [
      'memory of the dead',
      "if (!this.process.isActive())\n            return Err('InactiveApp');",
      '',
    ],
    [
      'enter: id of a life that is over',
      "if (process === undefined)\n            return Err('NoSuchApp');",
      'if (process === undefined)\n            return Ok();',
    ],
    ['enter: the dead', "if (!process.isActive())\n            return Err('InactiveApp');", ''],
    [
      'enter: out of memory',
      "if (allocation === undefined)\n            return Err('OutOfMemory');",
      'if (allocation === undefined)\n            return Ok();',
    ],
    ['enter twice', 'if (allocation.entered)\n', 'if (false)\n'],
    [
      'tryEnter twice',
      'allocation === undefined || allocation.entered',
      'allocation === undefined',
    ],
    ['tryEnter: the dead', 'if (process?.isActive() !== true)', 'if (process === undefined)'],
    [
      'iteration: allocated grants',
      'if (process?.grants[this.grantNum] !== undefined)',
      'if (process !== undefined)',
    ],
    ['entered is noted', 'allocation.entered = true;', ''],
    ['leaving is noted', 'this.entered = false;', ''],
    ['what a visit was lent ends with it', 'this.visit.usable = false;', ''],
    ['nothing is lent outside a visit', 'if (!this.entered)\n            return OUTSIDE;', ''],
    [
      'two grants of one number',
      'if (findGrant(process, this.driverNum) !== undefined)',
      'if (false)',
    ],
    ['allocation can fail', 'if (address === undefined)\n            return undefined;', ''],
  ],
  'processbuffer.js': [
    [
      'copies have equal lengths',
      'if (target.length !== this.bytes.length)',
      'if (target.length < this.bytes.length)',
    ],
    ['writes are inside', 'if (this.bytes[index] === undefined)', 'if (false)'],
  ],
};

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Bugs for the persistent store, each of which loses, mixes or leaks something when power is cut; the crash
 * laboratory must find each.
 *
 * NON-TOCK: see `../mutate-store.js`.
 */

/** By file of `dist/libraries/persistent-store`: what the bug is, text that occurs once, what takes its place. */
export const PERSISTENT_BUGS = {
  'log.js': [
    [
      'checksum of an entry not checked',
      'const isWhole = difference === 32 - format.ones(last);',
      'const isWhole = last !== ERASED;',
    ],
    [
      'entry written in one go, without a word that commits it',
      'this.write(position, 0, words - 1)',
      'this.write(position, 0, words)',
    ],
    [
      'last word written first',
      'const body = this.write(position, 0, words - 1) ?? (yield* this.flash.settleProgram());',
      "const body = this.write(position + words - 1, words - 1, 1) ?? (yield* this.flash.settleProgram());\n        if (body === 'Done') { const b = this.write(position, 0, words - 1) ?? (yield* this.flash.settleProgram()); if (b !== 'Done') return this.broken(b); }",
    ],
    [
      'page without a header',
      "if (state === Info.VALID)\n            return 'Done';",
      "return 'Done';",
    ],
    [
      'deleted value not wiped',
      'const wiped = this.wipe(position + 1, valueWords);',
      "const wiped = 'Done';",
    ],
    [
      'look-ahead of one word',
      'return Math.max(0, Math.min(this.format.maxPrefix, this.limit - position));',
      'return 1;',
    ],
    [
      'walk ends before the window',
      'const end = this.head + this.format.window;',
      'const end = this.head + this.format.window - this.format.virtualPageSize;',
    ],
  ],
  'store.js': [
    [
      'deletion before commit',
      'const written = yield* log.writeEntry(tail, words);',
      'yield* deleteKey(log, key, tail);\n        buildUser(log.flash.words, log.flash.bytes, key, value);\n        const written = yield* log.writeEntry(tail, words);',
    ],
    [
      'replaced value not deleted',
      'return toResult(yield* deleteKey(log, key, tail));\n    }\n    /** Removes a key',
      'return DONE;\n    }\n    /** Removes a key',
    ],
  ],
  'boot.js': [
    [
      'no re-wipe of what was being deleted',
      'const status = log.wipe(position + 1, next - position - 1) ?? (yield* log.flash.settleProgram());',
      "const status = 'Done';",
    ],
    [
      'older value not looked for at boot',
      "return status === 'Done' ? yield* deleteKey(log, key, position) : status;",
      'return status;',
    ],
    ['unfinished copy not finished', 'return yield* copyPage(log);', "return 'Done';"],
    ['half-written compact info taken for none', 'return yield* compact(log);', "return 'Done';"],
    [
      'unfinished erasure not finished',
      'return yield* finishErase(log, position);',
      "return 'Done';",
    ],
    [
      'clear forgotten before its entries are deleted',
      'const status = yield* deleteIf(log, position, (key) => key >= least);',
      "const first = yield* log.setPadding(position);\n    if (first !== 'Done') return first;\n    const status = yield* deleteIf(log, position, (key) => key >= least);",
    ],
  ],
  'compaction.js': [
    [
      'copies begun anew at the tail, not where they began',
      'const target = head + compactDistance(log.info);',
      'const target = Math.max(log.tail() ?? (yield* log.findTail()), format.nextPage(head));',
    ],
    [
      'erase word forgotten before the erasure',
      'const erased = flash.erase(page) ?? (yield* flash.settleErase());',
      "const first = yield* log.setPadding(position);\n    if (first !== 'Done') return first;\n    const erased = flash.erase(page) ?? (yield* flash.settleErase());",
    ],
    [
      'rest of an entry on the next page not wiped',
      'const wiped = log.wipe(begin, log.head - begin) ?? (yield* flash.settleProgram());',
      "const wiped = 'Done';",
    ],
    [
      'one word of an entry not copied',
      'const status = yield* log.writeCopy(target, words);',
      'const status = yield* log.writeCopy(target, words - (words > 2 ? 1 : 0));',
    ],
  ],
  'transaction.js': [
    [
      'unfinished transaction applied',
      'return yield* keys.size === count ? apply(log, keys, marker) : rollBack(log, marker, end);',
      'return yield* apply(log, keys, marker);',
    ],
    [
      'marker forgotten before older values are deleted',
      'const deleted = yield* deleteIf(log, marker, (key) => keys.has(key));',
      "const first = yield* log.setPadding(marker);\n    if (first !== 'Done') return first;\n    const deleted = yield* deleteIf(log, marker, (key) => keys.has(key));",
    ],
    [
      'wrong count in the marker',
      'Internal.MARKER, updates.length)',
      'Internal.MARKER, updates.length - 1)',
    ],
    [
      'partly written entry marked before it is wiped',
      'const wiped = log.wipe(position + 1, rest) ?? (yield* log.flash.settleProgram());\n    if (wiped !==',
      'const wiped = yield* log.setPadding(position);\n    if (wiped !==',
    ],
  ],
  'mode.js': [
    [
      'interrupted roll-back not wiped',
      'ours: { wipesInRollBack: true,',
      'ours: { wipesInRollBack: false,',
    ],
  ],
  'format.js': [
    ['last word of ones not marked as written', 'if (footer === ERASED) {', 'if (false) {'],
    [
      'window too large by a page',
      'this.window = (numPages - 1) * this.virtualPageSize - this.maxPrefix;',
      'this.window = numPages * this.virtualPageSize - this.maxPrefix;',
    ],
    [
      'capacity off by one page',
      'this.virtualCapacity = this.window - (numPages - 1) - reservedWords;',
      'this.virtualCapacity = this.window + numPages - reservedWords;',
    ],
    [
      'single word of an unfinished checksum taken for whole',
      'return (word >>> 27) - (27 - ones(word & SINGLE_MASK));',
      'return Math.min(0, (word >>> 27) - (27 - ones(word & SINGLE_MASK)));',
    ],
  ],
};

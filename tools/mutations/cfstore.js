// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Bugs for both CFSTOREs, each of which loses, mixes or leaks something when power is cut; the crash laboratory must find
 * each.
 *
 * NON-TOCK: see `../mutate-store.js`.
 */

/** By file of `dist/libraries/cfstore`: what the bug is, text that occurs once, what takes its place. */
export const CFSTORE_BUGS = {
  'writer.js': [
    [
      'older version deleted before the newer one is committed',
      'yield* records.commit(record, yield* records.codeOf(record));\n        if (base !== undefined)\n            yield* records.invalidate(base);',
      'if (base !== undefined)\n            yield* records.invalidate(base);\n        yield* records.commit(record, yield* records.codeOf(record));',
    ],
  ],
  'records.js': [
    [
      'code of a record not checked',
      'return holds(flash.bytes, flash.from, code);',
      'return code.length > 0;',
    ],
    [
      'list ends at a header that is torn',
      'cursor.at += headerSize;\n        return true;',
      'return false;',
    ],
    [
      'flush copies what was never committed',
      'if (!(yield* this.isCommitted(entry)))\n                continue;',
      'if (!(yield* this.isValid(entry)))\n                continue;',
    ],
  ],
  'recovery.js': [
    [
      'start leaves older versions',
      'if (!this.journal.config.mode.cleans)\n            return;',
      'if (this.journal.config.mode.cleans)\n            return;',
    ],
    [
      'number of a key used again after a start',
      'journal.nextKvid = Math.max(journal.nextKvid, header.kvid + 1);',
      '',
    ],
  ],
  'journal.js': [
    [
      'tail of the delta not looked at',
      "this.delta.closed = state !== 'blank';",
      'this.delta.closed = false;',
    ],
    [
      'delta of an older snapshot taken',
      'if (head.base !== live.slotSequence || isOlder)',
      'if (isOlder)',
    ],
    [
      'flush erases the newest snapshot',
      'newest = slots.indexOf(this.snapshot?.slot ?? -1);',
      'newest = slots.indexOf(this.snapshot?.slot ?? -1) - 1;',
    ],
    [
      'number of a slot used again after a start',
      'Math.max(this.nextSlotSequence, slotSequence + 1)',
      'Math.max(this.nextSlotSequence, slotSequence)',
    ],
  ],
  'opening.js': [
    [
      'version that a flush moved deleted where it was',
      'room === MOVED && base !== undefined ?',
      'room === MOVED && base === undefined ?',
    ],
    [
      'room in a snapshot not counted',
      'return bytes <= this.snapshotRoom && count <= journal.quota;',
      'return count <= journal.quota;',
    ],
  ],
  'slot-format.js': [
    [
      'check of a tail not looked at',
      'if (u32At(bytes, end) !== crc32(bytes, 0, end))',
      'if (false)',
    ],
  ],
  'slot-flash.js': [
    [
      'erasure that was cut not gone on with',
      'if (isBlank === true)\n                continue;',
      'if (isBlank === true)\n                return;',
    ],
  ],
};

/** By file of `dist/libraries/cfstore/heap`. */
export const CFSTORE_HEAP_BUGS = {
  'journal.js': [
    [
      'slot of the newest image used next',
      '(this.slot + 1) % this.slots.count',
      'Math.max(0, this.slot)',
    ],
    ['CRC of a slot not checked', 'crc === sealOf(tail, before)', 'crc >= 0'],
    [
      'number of an image used again after a start',
      'after(newest?.sequence ?? -1)',
      'newest?.sequence ?? 0',
    ],
  ],
  'heap-cfstore.js': [
    [
      'deletion not flushed',
      'opened.area.markDeleted(opened.handle.head);\n        this.isDirty = true;',
      'opened.area.markDeleted(opened.handle.head);',
    ],
  ],
};

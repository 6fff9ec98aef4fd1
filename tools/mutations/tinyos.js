// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Bugs for TinyOS's log and configuration, each of which loses, mixes or leaks something when power is cut; the crash
 * laboratory must find each.
 *
 * NON-TOCK: see `../mutate-store.js`.
 */

/** In the log, by file of `dist/libraries/tinyos`: what the bug is, text that occurs once, what takes its place. */
export const TEP_LOG_BUGS = {
  'log-mode.js': [
    ['entry taken for whole', 'isWhole: isEntryWhole,', 'isWhole: () => true,'],
    ['what is behind the last entry not looked at', 'checksEnd: true,', 'checksEnd: false,'],
    ['oldest unit, half erased, not looked at', 'checksStart: true,', 'checksStart: false,'],
  ],
  'log-units.js': [
    [
      'goes on behind an entry that is not whole',
      'end: isWhole && isBlank.value ? at : undefined',
      'end: isBlank.value ? at : undefined',
    ],
    [
      'damage in the oldest unit passed over',
      'if (!entry.value.isWhole)\n                begin = undefined;',
      'if (false)\n                begin = undefined;',
    ],
    [
      'unit with nothing behind a header taken for blank',
      'const isBlank = yield* this.isBlank(unit, 0);',
      'const isBlank = yield* this.isBlank(unit, this.mode.headerSize);',
    ],
  ],
  'log-storage.js': [
    [
      'unit after the oldest erased',
      'return (last + 1) % this.units.count;',
      'return (last + 2) % this.units.count;',
    ],
  ],
  'log-format.js': [['zeros not counted', 'counted === zerosOf(header, data) &&', '']],
};

/** In the configuration of one unit. */
export const TEP_CONFIG_BUGS = {
  'config-mode.js': [
    [
      'entry written in one go, without a word that commits it',
      'commitsLast: true,',
      'commitsLast: false,',
    ],
    ['header of an area before what is copied', 'sealsLast: true,', 'sealsLast: false,'],
    ['older entry of a key not looked for at boot', 'killsDoubles: true,', 'killsDoubles: false,'],
    ['other areas not erased at boot', 'erasesRest: true,', 'erasesRest: false,'],
    ['what is behind the last entry not looked at', 'checksTail: true,', 'checksTail: false,'],
    ['older of two areas counts', 'whole.slice(-most)', 'whole.slice(0, most)'],
  ],
  'config-storage.js': [
    [
      'old entry killed before the new one is there',
      'const added = yield* this.live.add(',
      "if (found !== 'absent' && !(yield* this.live.kill(found)))\n            return this.down();\n        const added = yield* this.live.add(",
    ],
  ],
  'config-format.js': [
    [
      'header of an entry not checked',
      'bytes[SEED_HEADER] === (COUNT_MARK | zerosOf(bytes))',
      'true',
    ],
    [
      'header of an area not checked',
      '(sequence ^ wordAt(bytes, 4)) === -1 ?',
      'sequence !== 0xffff_ffff ?',
    ],
  ],
};

/** In the configuration over all units. */
export const TEP_CONFIG_LOG_BUGS = {
  'config-live.js': [
    [
      'old entry forgotten when it is copied',
      'copy.old = copy.fresh === undefined ? place : undefined;',
      'copy.old = undefined;',
    ],
    [
      'number of an area used again',
      'this.sequence += 1;',
      'this.sequence = Math.max(0, this.sequence);',
    ],
    [
      'first boot that was cut not gone on with',
      'return isRestBlank && isHeaderBlank;',
      'return false;',
    ],
    [
      'oldest area erased before its copy has a header',
      'if (!(yield* areas.flush()).ok)\n            return false;\n        return !sealsLast',
      'if (copy.from !== undefined && !(yield* areas.erase(copy.from)))\n            return false;\n        return !sealsLast',
    ],
  ],
  'config-mode.js': [
    ['no area kept blank', 'liveAreas: (areas) => areas - 1', 'liveAreas: (areas) => areas'],
  ],
  'config-areas.js': [
    [
      'entry that does not count any more is not killed',
      'Uint8Array.of(this.mode.dead)',
      'Uint8Array.of(0xff)',
    ],
  ],
};

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What TEP 129 claims of LogStorage and of its boot.
 *
 * NON-TOCK: part of `doc/TINYOS_CLAIMS.md`.
 */
import type { Claim } from './claim.ts';

const LOG = '3. LogStorage';
const BOOT = '3.1 LogStorage Boot Behavior';

/** These claims, in the document's order. */
export const TINYOS_LOG_BOOT: readonly Claim[] = [
  {
    id: 'TT-12',
    section: LOG,
    claim: 'A linear log fills its volume, and stops.',
    verdict: 'holds',
    because: 'The append that does not fit is refused, and nothing is erased.',
    evidence: ['TL-06'],
  },
  {
    id: 'TT-13',
    section: LOG,
    claim: 'A circular log keeps at least half of its volume while it writes the other half.',
    verdict: 'does not hold',
    because:
      'Of units it does: all but the one that is written. Of bytes it does not: with two units of 512 B, right after one was given up, 22 entries of 16 B are 352 bytes of data in a volume of 1,024. And an append that is cut closes its unit: then two entries may be all that is left of two units.',
    evidence: [
      'TL-07',
      'test/scenarios/tinyos-claims.spec.ts: of two units shows one of them, less its rest',
      'test/scenarios/tinyos-claims.spec.ts: keeps one entry when an append was cut',
    ],
    figures: { '22': () => Math.floor(512 / 24) + 1, '352': () => 22 * 16, '1,024': () => 2 * 512 },
  },
  {
    id: 'TT-14',
    section: LOG,
    claim: 'A circular log needs two erase units, which TEP 128 makes sure of.',
    verdict: 'holds',
    because: 'A volume of one unit is refused.',
    evidence: ['TB-12', 'TL-07'],
  },
  {
    id: 'TT-15',
    section: LOG,
    claim: 'Linear and circular are one code and a flag that keeps it from freeing a unit.',
    verdict: 'holds',
    because: 'They are one class here, and the flag is read in one place.',
    evidence: ['TL-06', 'TL-07'],
  },
  {
    id: 'TT-16',
    section: BOOT,
    claim:
      'Earlier implementations lose or overwrite data at a reboot, because the ends of the log are not located.',
    verdict: 'cannot be known',
    because:
      'Those of TEP 103 are not here. The defect itself is tested for: an append after a boot overwrites nothing.',
    evidence: ['TL-10'],
  },
  {
    id: 'TT-17',
    section: BOOT,
    claim:
      'Begin and end of the log can be kept on the volume itself, without memory of the microcontroller.',
    verdict: 'holds',
    because: 'They are not even written: the cookies tell both.',
    evidence: ['TL-04', 'TL-05'],
  },
  {
    id: 'TT-18',
    section: BOOT,
    claim: 'Flash cannot overwrite what is written without reading, changing and writing back.',
    verdict: 'does not hold',
    because:
      'NOR flash clears bits of what is written, within its limit of programs. Section 4.1 of the same document lives on it.',
    evidence: ['TB-10', 'TC-03'],
  },
  {
    id: 'TT-19',
    section: BOOT,
    claim: 'Reading, changing and writing back is not supported by many kinds of flash.',
    verdict: 'holds',
    because:
      'NOR parts have units of erase far larger than what is changed; a volume says whether it can, and refuses where it cannot.',
    evidence: [
      'test/libraries/tinyos/volume.spec.ts: modifies bytes in any way where the part can',
    ],
  },
  {
    id: 'TT-20',
    section: BOOT,
    claim: 'All memory should have its wear levelled, also where it can be modified.',
    verdict: 'holds',
    because:
      'The circular log and both forms of ConfigStorage go round: whatever is hot, units differ by one erasure at most.',
    evidence: [
      'TL-19',
      'TC-10',
      'test/scenarios/tinyos-claims.spec.ts: is even in a circular log',
      'test/scenarios/tinyos-claims.spec.ts: is even in the ring',
    ],
  },
  {
    id: 'TT-21',
    section: BOOT,
    claim: 'No entry crosses a unit, so that each unit begins with a header.',
    verdict: 'holds',
    because: 'The rest of a unit that is too short stays blank.',
    evidence: ['TL-03'],
  },
  {
    id: 'TT-22',
    section: BOOT,
    claim: 'So erasing a unit makes no entry invalid.',
    verdict: 'does not hold',
    because:
      'Not when the erase is cut: the first header may survive in a unit whose entries have not. A boot has to check the entries, and erase again.',
    evidence: ['TL-15'],
  },
  {
    id: 'TT-23',
    section: BOOT,
    claim: 'The unit whose first cookie is the greatest, 0xFFFFFFFF left out, has the newest data.',
    verdict: 'does not hold',
    because:
      'A cookie that was cut reads larger than it was meant to be, up to 0xFFFFFFFE, and makes its unit the newest for ever. Checked by the CRC of its entry it holds, up to the last cookie.',
    evidence: ['TL-04', 'TL-11', 'TL-14'],
  },
  {
    id: 'TT-24',
    section: BOOT,
    claim: 'The first header of fill bytes in that unit is where the next entry goes.',
    verdict: 'does not hold',
    because:
      'An entry that was cut before its cookie leaves a blank header and a dirty body, and the next entry would be written into it. A unit that is exactly full has no such header at all.',
    evidence: ['TL-13', 'TL-16'],
  },
  {
    id: 'TT-25',
    section: BOOT,
    claim:
      'The lowest first cookie is the beginning of the log; no other header has to be looked at.',
    verdict: 'holds',
    because:
      'Torn cookies read larger, never smaller. An erase that was cut is the exception: see above.',
    evidence: ['TL-05', 'TL-15'],
  },
  {
    id: 'TT-26',
    section: BOOT,
    claim: 'Both ends must be located when the platform boots.',
    verdict: 'holds',
    because: 'Nothing works before; a boot reads a header of each unit and walks one.',
    evidence: ['TL-01', 'TL-04', 'TL-10'],
  },
];

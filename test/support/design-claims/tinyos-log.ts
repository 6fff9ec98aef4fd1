// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What TEP 129 claims of LogStorage.
 *
 * NON-TOCK: part of `doc/TINYOS_CLAIMS.md`.
 */
import type { Claim } from './claim.ts';

const LOG = '3. LogStorage';
const BOOT = '3.1 LogStorage Boot Behavior';
const APPEND = '3.2 Appending log entries';
const READ = '3.3 Reading log entries';
const CONCLUSIONS = '3.5 Logging conclusions';

const YEAR = 365.25 * 24 * 3600;
/** Appends that 8 units of 4096 B take, 16 B each, by their cycles. */
const APPENDS = 8 * 10_000 * Math.floor(4096 / 24);

/** These claims, in the document's order. */
export const TINYOS_LOG: readonly Claim[] = [
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
  {
    id: 'TT-27',
    section: APPEND,
    claim: 'The log of the M25P80 is a good place to start, with a cookie before each write.',
    verdict: 'cannot be known',
    because: 'It is not here. A cookie before each entry is what is built.',
    evidence: [],
  },
  {
    id: 'TT-28',
    section: APPEND,
    claim: 'With an entry a second it takes 136.1 years until 32 bits come round to 0.',
    verdict: 'holds',
    because:
      '4,294,967,296 seconds are 136.1 years of 365.25 days. The last number is never used, for it is the fill.',
    evidence: ['TL-11'],
    figures: { '136.1': () => 2 ** 32 / YEAR, '4,294,967,296': () => 2 ** 32 },
  },
  {
    id: 'TT-29',
    section: APPEND,
    claim: 'That is well beyond the life of a deployed system.',
    verdict: 'holds',
    because:
      'And beyond the life of its flash: eight units of 4096 B with 10,000 cycles take 13,600,000 entries of 16 B, at one a second 157 days. The cookie is not what ends first.',
    evidence: ['TL-11', 'TL-19'],
    figures: { '13,600,000': () => APPENDS, '157': () => APPENDS / 86_400 },
  },
  {
    id: 'TT-30',
    section: APPEND,
    claim: 'A byte of length in the header tells how much was appended.',
    verdict: 'holds',
    because: 'Up to 255 bytes; longer entries are refused.',
    evidence: ['TL-02'],
  },
  {
    id: 'TT-31',
    section: APPEND,
    claim: 'A CRC of 8 bits, which may be left out, verifies the data.',
    verdict: 'does not hold',
    because:
      'It lets one in 256 of arbitrary changes pass. Left out, a torn cookie cannot be told from a whole one; and as the design has it, it is written and nothing says when it is looked at. The log needs it, and a count of zeros beside it.',
    evidence: [
      'TL-12',
      'TL-14',
      'test/scenarios/tinyos-claims.spec.ts: lets one of 256 arbitrary changes pass',
    ],
    figures: { '256': () => 2 ** 8 },
  },
  {
    id: 'TT-32',
    section: APPEND,
    claim: 'The header is a cookie, a length and a CRC, 6 bytes.',
    verdict: 'holds',
    because:
      'As a record of C. On flash with words of 4 bytes it begins in the middle of a word every second time, and the CRC shares one with data; 8 bytes avoid that.',
    evidence: ['TL-02'],
  },
  {
    id: 'TT-33',
    section: APPEND,
    claim:
      'Erasing the next unit before it is entered keeps old bytes from corrupting new entries.',
    verdict: 'holds',
    because: 'When the erase completes; a boot has to see that one did not.',
    evidence: ['TL-08', 'TL-15'],
  },
  {
    id: 'TT-34',
    section: APPEND,
    claim: 'At the end of the volume the flag decides whether the log goes back to its begin.',
    verdict: 'holds',
    because: 'Circular, it goes on at the first unit; linear, it is full.',
    evidence: ['TL-06', 'TL-07'],
  },
  {
    id: 'TT-35',
    section: READ,
    claim: 'Each header leads to its data and to the next header.',
    verdict: 'holds',
    because: 'Entries of no bytes included, and reads in parts.',
    evidence: ['TL-02', 'TL-18'],
  },
  {
    id: 'TT-36',
    section: READ,
    claim: 'A header of fill bytes means that the log has come to its end.',
    verdict: 'does not hold',
    because:
      'Every unit whose rest was too short ends in one, by the rule that no entry crosses. It is the end in the newest unit only; elsewhere the next unit follows.',
    evidence: ['TL-03', 'TL-07'],
  },
  {
    id: 'TT-37',
    section: READ,
    claim: 'Any entry can be sought by its cookie.',
    verdict: 'holds',
    because:
      'First by the headers of the units, then by a walk. One that was overwritten leads to the beginning, one to come fails.',
    evidence: ['TL-09'],
  },
  {
    id: 'TT-38',
    section: CONCLUSIONS,
    claim: 'Logs are truly circular, and what was logged can be kept and found.',
    verdict: 'holds',
    because: 'Over ten times the volume, oldest first, without a gap.',
    evidence: ['TL-07', 'TL-09'],
  },
  {
    id: 'TT-39',
    section: CONCLUSIONS,
    claim: 'Differences between chips are eliminated for logging.',
    verdict: 'holds',
    because:
      'It programs each word once, so that the same source runs on every part whose units are words. With units of 8 bytes the two halves of its header would have to be apart.',
    evidence: [
      'TL-02',
      'TL-20',
      'test/scenarios/tinyos-claims.spec.ts: give the same entries for the same appends',
    ],
  },
  {
    id: 'TT-40',
    section: CONCLUSIONS,
    claim: 'A reboot makes no logged information lost or overwritten.',
    verdict: 'does not hold',
    because:
      'A reboot between two appends, no. One in an append, literally, yes: a torn cookie hides entries, a dirty rest spoils the next one. With the CRC checked and the rest looked at, only the entry under way can be lost.',
    evidence: ['TL-10', 'TL-13', 'TL-14', 'TL-20'],
  },
  {
    id: 'TT-41',
    section: CONCLUSIONS,
    claim: 'LogRead and LogWrite of TEP 103 are sufficient.',
    verdict: 'holds',
    because:
      'Appends, reads, seeks and the note that records were lost all fit. But a reader does not learn where an entry ends: reads take bytes, not entries.',
    evidence: ['TL-09', 'TL-17', 'TL-18'],
  },
];

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What TEP 129 claims of appending to a log and reading it.
 *
 * NON-TOCK: part of `doc/TINYOS_CLAIMS.md`.
 */
import { cell, type Claim } from './claim.ts';

const APPEND = '3.2 Appending log entries';
const READ = '3.3 Reading log entries';
const CONCLUSIONS = '3.5 Logging conclusions';
const YEAR = 365.25 * 24 * 3600;

/** These claims, in the document's order. */
export const TINYOS_LOG: readonly Claim[] = [
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
      'On most parts the flash ends first: at one entry of 16 B a second 128 KiB of an nRF52840 last 13.79 years, of an AT45DB041 0.60. Four sectors of an M25P80 last 138.41 years, as long as the cookies.',
    evidence: ['TL-11', 'TL-19', 'study tinyos-parts'],
    figures: {
      '13.79': cell('tinyos-parts', 'nRF52840 | LogStorage', 'years, one a second'),
      '0.60': cell('tinyos-parts', 'AT45DB041 | LogStorage', 'years, one a second'),
      '138.41': cell('tinyos-parts', 'M25P80 | LogStorage', 'years, one a second'),
    },
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
    verdict: 'does not hold',
    because:
      'An application sees the same log, but a part that programs a page once between two erasures erases it for every durable entry: 0.60 years on an AT45DB041 at one a second, where an M25P80 lasts 138.41. And there a cut in that erasure takes entries of the page that were acknowledged.',
    evidence: [
      'study tinyos-parts',
      'test/scenarios/tinyos-parts.spec.ts: lose acknowledged entries of a page',
    ],
    figures: {
      '0.60': cell('tinyos-parts', 'AT45DB041 | LogStorage', 'years, one a second'),
      '138.41': cell('tinyos-parts', 'M25P80 | LogStorage', 'years, one a second'),
    },
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

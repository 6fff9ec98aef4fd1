// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What TEP 129 claims of ConfigStorage.
 *
 * NON-TOCK: part of `doc/TINYOS_CLAIMS.md`.
 */
import type { Claim } from './claim.ts';

const CONFIG = '4. ConfigStorage';
const HASH = '4.1 Hash-based configuration storage';
const INTERFACE = '4.2 Improved ConfigStorage interface';

/** These claims, in the document's order. */
export const TINYOS_CONFIG: readonly Claim[] = [
  {
    id: 'TT-42',
    section: CONFIG,
    claim:
      'Reads and writes at arbitrary addresses, as before, cannot keep the data around a parameter from harm.',
    verdict: 'cannot be known',
    because:
      'The ConfigStorage of TEP 103 is not here; by its text it commits a whole volume at once, and has two copies.',
    evidence: [],
  },
  {
    id: 'TT-43',
    section: CONFIG,
    claim: 'An interface without addresses takes the placing of data from the application.',
    verdict: 'holds',
    because: 'Keys are all that it sees; where an entry stands changes with each update.',
    evidence: ['TC-01', 'TC-03', 'TC-09'],
  },
  {
    id: 'TT-44',
    section: CONFIG,
    claim: 'Components of different authors can live in one system.',
    verdict: 'holds',
    because:
      'If their keys differ. Nothing in the interface knows whose a key is: with equal keys each overwrites the other.',
    evidence: ['TC-16'],
  },
  {
    id: 'TT-45',
    section: HASH,
    claim: 'Several deployments have shown that it works.',
    verdict: 'cannot be known',
    because: 'Which, and how it was measured, is not said.',
    evidence: [],
  },
  {
    id: 'TT-46',
    section: HASH,
    claim: "Any module stores data of any size without destroying another's.",
    verdict: 'does not hold',
    because:
      "Others' data are safe, but sizes are not any: the length is one byte, so that 256 bytes are refused, and all entries share one volume.",
    evidence: ['TC-08', 'TC-11', 'TC-16'],
    figures: { '256': () => 2 ** 8 },
  },
  {
    id: 'TT-47',
    section: HASH,
    claim: 'The header is a hash, a magic number, a length and a CRC, 7 bytes.',
    verdict: 'holds',
    because:
      'As a record of C. On flash with words of 4 bytes it takes 8, and the magic number shares its word with length and CRC, which the same program has to complete.',
    evidence: ['TC-01'],
    figures: { '8': () => Math.ceil((4 + 1 + 1 + 1) / 4) * 4 },
  },
  {
    id: 'TT-48',
    section: HASH,
    claim: 'The magic number tells valid entries from deleted ones.',
    verdict: 'holds',
    because:
      'Anything but the valid and the erased value has to be taken for deleted, torn ones included.',
    evidence: ['TC-03', 'TC-05'],
  },
  {
    id: 'TT-49',
    section: HASH,
    claim: 'Memory writes ones to zeros, so the magic number has a finite number of values.',
    verdict: 'holds',
    because:
      'Eight changes at most, one a bit; flash with a limit of programs, such as two a word, has fewer.',
    evidence: ['TC-04', 'TC-19'],
  },
  {
    id: 'TT-50',
    section: HASH,
    claim: 'For example 0xFF is empty, 0xEE valid, 0xDD invalid.',
    verdict: 'does not hold',
    because:
      '0xDD has bits that 0xEE has not: programmed over it, it leaves 0xCC, which is 204, against the sentence before it. So whatever is neither 0xEE nor 0xFF has to count as dead; on flash that refuses to set bits every update fails, and the old entry stays.',
    evidence: ['TC-04'],
    figures: { '204': () => 0xee & 0xdd },
  },
  {
    id: 'TT-51',
    section: HASH,
    claim: 'Each key is unique, because its developer defines it.',
    verdict: 'cannot be known',
    because:
      'It is an agreement among people. If names were hashed to 32 bits, 100 of them would meet in one of 870,000 systems.',
    evidence: [],
    figures: { '870,000': () => Math.round(2 ** 32 / ((100 * 99) / 2) / 10_000) * 10_000 },
  },
  {
    id: 'TT-52',
    section: HASH,
    claim: 'An update makes a new entry and invalidates every older one of its key.',
    verdict: 'holds',
    because:
      'In this order; a cut between leaves two, of which the later counts, and a boot has to invalidate the other, or a removal would bring it back.',
    evidence: ['TC-03', 'TC-12'],
  },
  {
    id: 'TT-53',
    section: HASH,
    claim: 'A small cache in RAM saves walking the memory.',
    verdict: 'holds',
    because: 'With it a retrieval reads its entry and no other header; results are the same.',
    evidence: ['TC-17'],
  },
  {
    id: 'TT-54',
    section: HASH,
    claim: 'A full unit is copied, what is valid in it, to the next, and then erased.',
    verdict: 'holds',
    because:
      'Over cuts it takes a mark that the copy is complete, which the document does not have: both units hold the same keys for a while.',
    evidence: ['TC-09', 'TC-14', 'TC-15'],
  },
  {
    id: 'TT-55',
    section: HASH,
    claim: 'So it can be updated infinitely.',
    verdict: 'does not hold',
    because:
      'Until the flash is worn. Erasures are spread evenly, but each counts: with 64 values of 16 B on eight units of 4096 B and 10,000 cycles, 8,480,000 updates.',
    evidence: ['TC-10'],
    figures: { '8,480,000': () => 8 * 10_000 * (Math.floor((4096 - 8) / 24) - 64) },
  },
  {
    id: 'TT-56',
    section: HASH,
    claim: 'That is so while valid data and headers are less than half of the volume.',
    verdict: 'does not hold',
    because:
      'It depends on what is copied. Unit to unit, as the text says, one unit is live: half of two, an eighth of eight. From one half of the units to the other it holds. A log over all units but one takes more than half.',
    evidence: ['TC-11', 'test/scenarios/tinyos-claims.spec.ts: an eighth of eight units as a ring'],
  },
  {
    id: 'TT-57',
    section: INTERFACE,
    claim: 'getTotalKeys counts the valid keys, and signals the number.',
    verdict: 'holds',
    because: 'On blank flash none; an updated key counts once.',
    evidence: ['TC-02', 'TC-03'],
  },
  {
    id: 'TT-58',
    section: INTERFACE,
    claim: 'insert and retrieve end in an event.',
    verdict: 'holds',
    because: "One each, with an error that the document does not list; here in TinyOS's words.",
    evidence: ['TC-01', 'TC-18'],
  },
  {
    id: 'TT-59',
    section: INTERFACE,
    claim: 'A largest size keeps a value from overflowing its holder.',
    verdict: 'holds',
    because:
      'Whether a longer value is cut or refused is left open; no byte behind the holder is touched.',
    evidence: ['TC-07'],
  },
  {
    id: 'TT-60',
    section: INTERFACE,
    claim: 'remove takes key and value out of the memory.',
    verdict: 'does not hold',
    because:
      'It marks the entry dead. The value stays readable in flash until its unit has been copied and erased.',
    evidence: ['TC-05', 'TC-09'],
  },
  {
    id: 'TT-61',
    section: INTERFACE,
    claim: 'getFirstKey and getNextKey go through all keys.',
    verdict: 'holds',
    because: 'Each once, then an error.',
    evidence: ['TC-06'],
  },
  {
    id: 'TT-62',
    section: INTERFACE,
    claim: 'getLastKey answers at once, because it is in a cache.',
    verdict: 'does not hold',
    because:
      'The cache is optional by the section before. It is so if the one word is kept in any case; and it has no answer for an empty store, for which a key has to be forbidden.',
    evidence: ['TC-02', 'TC-06'],
  },
];

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the design of CFSTORE claims of features to come: writes at a place, rings, bad sectors.
 *
 * NON-TOCK: part of `doc/CFSTORE_CLAIMS.md`.
 */
import { cell, type Claim } from './claim.ts';

const SEEK = 'Write Location Seek Support';
const RING = 'Slots as Ring Buffers';
const WEAR = 'Error Handling, and Wear Levelling';

/** These claims, in the document's order. */
export const CFSTORE_FEATURES: readonly Claim[] = [
  {
    id: 'CC-74',
    section: SEEK,
    claim: "mbed's interface cannot move the write position, which POSIX can.",
    verdict: 'holds',
    because: "There is no such call in it; the one that the store has here is this section's.",
    evidence: ['CF-12'],
  },
  {
    id: 'CC-75',
    section: SEEK,
    claim: 'What is added improves operation and performance.',
    verdict: 'does not hold',
    because:
      'Operation, yes: a writer need not hold the value. Performance, no: a close writes the whole value all the same, and each patch comes to that. Four bytes of 992 cost 283.7 words by increments, and 275.7 when the value is put anew.',
    evidence: ['CF-12', 'CF-14', 'study patch'],
    figures: {
      '283.7': cell('patch', 'cfstore, by increments | 992', 'words a change'),
      '275.7': cell('patch', 'cfstore | 992', 'words a change'),
      '992': () => 992,
    },
  },
  {
    id: 'CC-76',
    section: SEEK,
    claim: 'A record of type 2 needs no name: KVID says whose it is, WLOCATION where it belongs.',
    verdict: 'holds',
    because:
      'It has 20 bytes like the other header, and no field for its own length: the type fixes that.',
    evidence: ['CF-12'],
    figures: { '20': () => 4 + 4 + 4 + 4 + 4 },
  },
  {
    id: 'CC-77',
    section: SEEK,
    claim:
      'With header and name written at the open the record can be walked over before its tail is there.',
    verdict: 'does not hold',
    because:
      'Not after a cut in that header, whose length then reads larger. A check of the header in its spare bits makes it true: one that fails it is stepped over by its own length, and what follows is found.',
    evidence: [
      'CF-19',
      'test/libraries/cfstore/mode.spec.ts: a header that was torn so that it looks blank is written over',
    ],
  },
  {
    id: 'CC-78',
    section: SEEK,
    claim:
      'Numbers order the writes: each patch above the one before, all above the reserved record.',
    verdict: 'holds',
    because: 'And where patches overlap the later one wins.',
    evidence: ['CF-12', 'CF-14'],
  },
  {
    id: 'CC-79',
    section: SEEK,
    claim: 'Several writers add patches to one new version.',
    verdict: 'holds',
    because: 'In either order of closing.',
    evidence: ['CF-18'],
  },
  {
    id: 'CC-80',
    section: SEEK,
    claim:
      "A read copies the old value into the client's buffer and applies the patches on top of it there.",
    verdict: 'holds',
    because: 'Nothing is merged in flash by it. Each read walks all patches of the session.',
    evidence: ['CF-13'],
  },
  {
    id: 'CC-81',
    section: SEEK,
    claim:
      'A close merges through a window of, say, 256 bytes, read from the version in the snapshot.',
    verdict: 'holds',
    because:
      'The window may be as small as a unit. The version need not be in the snapshot; the newest one is read, wherever it is.',
    evidence: ['CF-14'],
  },
  {
    id: 'CC-82',
    section: SEEK,
    claim: 'A loss of power at any point of this leaves the data in a consistent state.',
    verdict: 'does not hold',
    because:
      'Literally it does not: see the torn header, the lost invalidation, and patches of a session that was cut, which a later session takes for its own. With these repaired it does, in all cuts that were tried.',
    evidence: [
      'CF-15',
      'CF-35',
      'test/libraries/cfstore/mode.spec.ts: a header that was torn so that it looks blank is written over',
      'test/libraries/cfstore/mode.spec.ts: a key that was deleted is back',
      'test/scenarios/cfstore-claims.spec.ts: by the letter are taken by the next session for its own',
    ],
  },
  {
    id: 'CC-83',
    section: SEEK,
    claim: 'Cut before the CRC is written, the value is the one before, and the patches are lost.',
    verdict: 'holds',
    because:
      'For that session it is so. Ignoring the patches for good is another matter: by the letter the next session takes them for its own. A patch has to count behind the reservation of its own session only.',
    evidence: [
      'CF-15',
      'CF-17',
      'test/scenarios/cfstore-claims.spec.ts: by the letter are taken by the next session for its own',
    ],
  },
  {
    id: 'CC-84',
    section: SEEK,
    claim:
      'Cut after the CRC and before the patches are deleted, the new version stands, and patches are ignored.',
    verdict: 'holds',
    because: 'At each of the three deletions.',
    evidence: ['CF-16'],
  },
  {
    id: 'CC-85',
    section: SEEK,
    claim: 'A boot may delete patches that were left.',
    verdict: 'holds',
    because: 'It may, and has to, unless the next session can tell them from its own.',
    evidence: [
      'CF-16',
      'test/scenarios/cfstore-claims.spec.ts: by the letter are taken by the next session for its own',
    ],
  },
  {
    id: 'CC-86',
    section: RING,
    claim: 'Records in a delta have a fixed size of 256 bytes.',
    verdict: 'does not hold',
    because:
      'By the section on their structure they have any length; the sentence is left from another version.',
    evidence: ['CF-01'],
  },
  {
    id: 'CC-87',
    section: RING,
    claim: 'A first record at a place drawn at random spares the beginning of the sector.',
    verdict: 'does not hold',
    because:
      'NOR flash wears by erasing, and a sector is erased whole: 499 erasures with a fixed begin and with a random one. What is spread is programs, at most 72 of a word instead of 500, and only where deltas are flushed early; used to their ends nothing is gained. Of several sectors, those that stay blank need no erasure.',
    evidence: [
      'CF-34',
      'test/scenarios/cfstore-claims.spec.ts: all pages of a slot alike',
      'test/libraries/cfstore/ring/ring-cfstore.spec.ts: linear: { most: 500, least: 0, mean: 57, erases: [499] }',
      'test/libraries/cfstore/ring/ring-cfstore.spec.ts: ring: { most: 72, least: 39, mean: 58, erases: [499] }',
    ],
  },
  {
    id: 'CC-88',
    section: RING,
    claim: 'Places for it as many as KVBUFs fit into a delta are about 64.',
    verdict: 'does not hold',
    because:
      'A delta of 16 kB has 512 places of 32 bytes; it is 64 with blocks of 256, which the same list wants to give up. Here there are 64, whatever the size.',
    evidence: ['test/libraries/cfstore/ring/ring-cfstore.spec.ts: has 64 places in a delta'],
    figures: { '512': () => 16_384 / 32, '64': () => 16_384 / 256 },
  },
  {
    id: 'CC-89',
    section: RING,
    claim: 'A flag in the first record lets a boot find it, searching at fixed boundaries.',
    verdict: 'holds',
    because:
      'Built, as cfstore-ring, with the head of the slot as the first record: a boot looks for it at each of 64 places. The section itself is a list of thoughts that breaks off in a sentence. Who may write values may write one that looks like such a head.',
    evidence: [
      'test/libraries/cfstore/ring/ring-cfstore.spec.ts: is found again by its first head, wherever it begins',
    ],
  },
  {
    id: 'CC-90',
    section: WEAR,
    claim: 'A sector that fails to program is taken out of service, and listed in the journal.',
    verdict: 'holds',
    because:
      'The document has the aim and no procedure; built as a table of slots and blocks in sectors of its own.',
    evidence: ['CF-27'],
  },
  {
    id: 'CC-91',
    section: WEAR,
    claim: 'With values of at most 2 or 4 sectors the longest has 4 or 8 kB on the K64F.',
    verdict: 'holds',
    because: 'With its 2 kB, 4,096 and 8,192 bytes; with the 4 kB that the board has, twice that.',
    evidence: ['CF-26'],
    figures: { '4,096': () => 2 * 2048, '8,192': () => 4 * 2048 },
  },
  {
    id: 'CC-92',
    section: WEAR,
    claim: 'A bad sector splits its block in two.',
    verdict: 'does not hold',
    because:
      'One in the middle does. One at the edge of a block leaves one block, and a block of one sector none.',
    evidence: [
      'CF-27',
      'test/scenarios/cfstore-claims.spec.ts: two blocks, but one of a block at whose edge it is',
    ],
  },
  {
    id: 'CC-93',
    section: WEAR,
    claim: 'A pool of spare sectors keeps the capacity of the slots.',
    verdict: 'holds',
    because: 'As long as there are spares; without one the slot is smaller by a sector.',
    evidence: ['CF-27'],
  },
];

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the design of CFSTORE claims of its goals and of its slots.
 *
 * NON-TOCK: part of `doc/CFSTORE_CLAIMS.md`.
 */
import { cell, type Claim } from './claim.ts';

const GOALS = 'Goals of New Design';
const JOURNAL = 'KVs are stored Using Modified Flash Journal';

/** These claims, in the document's order. */
export const CFSTORE_JOURNAL: readonly Claim[] = [
  {
    id: 'CC-01',
    section: GOALS,
    claim:
      'What exists keeps all keys and values in an image on the heap: read in by Initialize, changed by writes, copied to flash by Flush; without a Flush before Uninitialize changes are lost.',
    verdict: 'holds',
    because:
      'Built as described, as the store cfstore-heap: a cut or an Uninitialize takes back everything since the last flush. That one writes every key to keep one, and erases a slot.',
    evidence: [
      'test/libraries/cfstore/heap/definition.spec.ts',
      'test/libraries/cfstore/heap/journal.spec.ts: each log erases its slot first',
      'study cfstore-sram',
    ],
  },
  {
    id: 'CC-02',
    section: GOALS,
    claim: 'Its heap grows with the data, without a bound, until memory runs out.',
    verdict: 'holds',
    because:
      'The meter of the heap shows 320 B with 10 keys of 16 B and 32,000 B with 1000; without a bound on the image it is noticed at the flush that it no longer fits.',
    evidence: [
      'CF-32',
      'test/libraries/cfstore/heap/literal.spec.ts: a store too large for a slot is noticed at the flush',
      'study cfstore-sram',
    ],
    figures: {
      '320': cell('cfstore-sram', 'cfstore-heap | nrf52840 | 10 | 16', 'of it content, B'),
      '32,000': cell('cfstore-sram', 'cfstore-heap | nrf52840 | 1,000 | 16', 'of it content, B'),
    },
  },
  {
    id: 'CC-03',
    section: GOALS,
    claim:
      'So only as much flash is of use as there is RAM for the image: with 32 kB of RAM, 32 kB of flash.',
    verdict: 'holds',
    because:
      'With 32 kB of RAM it keeps 972 keys of 16 B, an image of 31,104 bytes, on 256 kB of flash and on 1024 kB alike.',
    evidence: ['study cfstore-sram'],
    figures: {
      '972': cell('cfstore-sram', 'cfstore-heap | 32', 'keys, 1024 kB'),
      '31,104': () => 972 * (8 + 8 + 16),
    },
  },
  {
    id: 'CC-04',
    section: GOALS,
    claim: 'In flash it takes more than that, because the journal keeps several versions.',
    verdict: 'holds',
    because:
      'A slot for each version, four in all: for an image of 32,000 B it takes 128 kB of flash.',
    evidence: [
      'study cfstore-sram',
      'test/libraries/cfstore/heap/journal.spec.ts: has up to four slots of whole pages',
    ],
    figures: {
      '32,000': cell('cfstore-sram', 'cfstore-heap | nrf52840 | 1,000 | 16', 'of it content, B'),
      '128': cell('cfstore-sram', 'cfstore-heap | nrf52840 | 1,000 | 16', 'flash, kB'),
    },
  },
  {
    id: 'CC-05',
    section: GOALS,
    claim: 'The new implementation does with 2 to 4 kB of RAM.',
    verdict: 'holds',
    because:
      '3,712 B with 64 KVBUFs of 32 B, 32 open keys and a window of 256 B, counted by the meter of all that is kept; 1,536 B with 16 KVBUFs and 16 open keys.',
    evidence: ['CF-32', 'study cfstore-sram'],
    figures: {
      '3,712': cell('cfstore-sram', 'cfstore | 4', 'of it needed without a key, B'),
      '1,536': cell('cfstore-sram', 'cfstore | 2', 'of it needed without a key, B'),
    },
  },
  {
    id: 'CC-06',
    section: GOALS,
    claim: 'RAM is bounded: buffers are static, and nothing is on a heap.',
    verdict: 'holds',
    because:
      'The meter shows the same with 10 keys, 100 and 1000, and with every handle open. A boot, which has to find older versions of any key, walks as often as its buffers are too small.',
    evidence: ['CF-32'],
  },
  {
    id: 'CC-07',
    section: GOALS,
    claim: 'A large flash can be used, whatever the RAM.',
    verdict: 'holds',
    because:
      'The same RAM keeps 1,259 keys of 16 B on 256 kB and 5,040 on 1024. The price is time: without an index every search walks headers. With 1000 keys an update takes 13.18 ms on an nRF52840, with 10 keys 1.04.',
    evidence: ['CF-28', 'CF-32', 'study cfstore-sram'],
    figures: {
      '1,259': cell('cfstore-sram', 'cfstore | 4', 'keys, 256 kB of flash'),
      '5,040': cell('cfstore-sram', 'cfstore | 4', 'keys, 1024 kB'),
      '13.18': cell('cfstore-sram', 'cfstore | nrf52840 | 1,000 | 16', 'ms, an update'),
      '1.04': cell('cfstore-sram', 'cfstore | nrf52840 | 10 | 16', 'ms, an update'),
    },
  },
  {
    id: 'CC-08',
    section: GOALS,
    claim: 'What is stored can always be recovered after a loss of power or a reset in a write.',
    verdict: 'does not hold',
    because:
      'Taken literally, no: a torn header that looks blank is written over, a lost invalidation brings a deleted value back, and the second of two writers loses what the first one wrote. With a check of each header, older versions deleted at each boot and one reservation for all writers it does, in every cut that was tried.',
    evidence: [
      'CF-35',
      'test/libraries/cfstore/mode.spec.ts: a header that was torn so that it looks blank is written over',
      'test/libraries/cfstore/mode.spec.ts: a key that was deleted is back',
      'test/scenarios/cfstore-claims.spec.ts: by the letter have one each, and a half is lost',
      'test/scenarios/cfstore-claims.spec.ts: by the letter are taken by the next session for its own',
    ],
  },
  {
    id: 'CC-09',
    section: GOALS,
    claim: 'The interface stays what it was; only the implementation is new.',
    verdict: 'holds',
    because:
      'Old and new pass one suite of calls, call by call; what the new one adds is a seek for writing. What differs is when a change can be seen and is durable: at the close, not at the flush.',
    evidence: [
      'CF-29',
      'CF-30',
      'test/libraries/cfstore/side-by-side.spec.ts: describeCfstoreDriver',
    ],
  },
  {
    id: 'CC-10',
    section: 'Terminology',
    claim: "The smallest thing that the K64F's flash programs is 8 bytes.",
    verdict: 'cannot be known',
    because:
      'No such board is at hand, and no data sheet of it. The preset for it takes the figure from here; everything runs with units of 4 bytes and of 8.',
    evidence: ['CF-01', 'CF-34'],
  },
  {
    id: 'CC-11',
    section: JOURNAL,
    claim: 'Records that say their own length form a list that can be walked through a slot.',
    verdict: 'holds',
    because:
      'As long as every length can be believed. The format has no check of a header, and a torn length reads larger than it was meant; the reserved bits have room for one.',
    evidence: ['CF-01', 'CF-19'],
  },
  {
    id: 'CC-12',
    section: JOURNAL,
    claim: 'A snapshot slot has a complete record of every key.',
    verdict: 'holds',
    because: 'A flush writes each live key once, with its name and its value.',
    evidence: ['CF-05', 'CF-21'],
  },
  {
    id: 'CC-13',
    section: JOURNAL,
    claim: 'A delta slot has nothing but what has changed since the last snapshot.',
    verdict: 'holds',
    because: 'Creations and new versions only; opening for reading writes nothing at all.',
    evidence: ['CF-02', 'CF-07', 'CF-09'],
  },
  {
    id: 'CC-14',
    section: JOURNAL,
    claim: 'A slot ends with a tail that has a CRC or HMAC of the slot.',
    verdict: 'does not hold',
    because:
      'Not of its bytes: a deletion programs VALID in a snapshot that was committed long ago, and the CRC would no longer fit. The code has to leave out each VALID. And a delta in use has no tail at all, so that a boot must take a slot without one.',
    evidence: [
      'CF-04',
      'CF-21',
      'test/scenarios/cfstore-claims.spec.ts: no CRC over them can stay right',
    ],
  },
  {
    id: 'CC-15',
    section: JOURNAL,
    claim: 'Slots begin at sectors and may be of unlike size.',
    verdict: 'holds',
    because: 'Sizes are a parameter of each slot; nothing in the algorithm compares them.',
    evidence: ['CF-28'],
  },
  {
    id: 'CC-16',
    section: JOURNAL,
    claim:
      'Snapshots larger than deltas are an advantage on parts with mixed sectors, such as 4 of 16 kB, 3 of 64, one of 128 and one of 256.',
    verdict: 'holds',
    because: 'Small sectors as deltas and large ones as snapshots behave as equal ones do.',
    evidence: ['CF-28'],
  },
  {
    id: 'CC-17',
    section: JOURNAL,
    claim: 'Large sectors for the snapshots make the total of stored data large.',
    verdict: 'holds',
    because:
      'Capacity is one snapshot: of 8 pages two of 3 hold 235 keys of 16 B, two of 2 hold 156. It is paid for with wear: a delta of one page is full after 77 updates, so that 39.0 pages are erased in 1000 updates instead of 25.6, and life is 1.54 million updates instead of 3.12.',
    evidence: ['study cfstore-sram'],
    figures: {
      '235': cell('cfstore-sram', '2 of 3, 2 of 1', 'keys it holds'),
      '156': cell('cfstore-sram', '2 of 2, 2 of 2', 'keys it holds'),
      '77': cell('cfstore-sram', '2 of 3, 2 of 1', 'updates a flush'),
      '39.0': cell('cfstore-sram', '2 of 3, 2 of 1', 'erasures in 1000'),
      '25.6': cell('cfstore-sram', '2 of 2, 2 of 2', 'erasures in 1000'),
      '1.54': cell('cfstore-sram', '2 of 3, 2 of 1', 'life, M updates'),
      '3.12': cell('cfstore-sram', '2 of 2, 2 of 2', 'life, M updates'),
    },
  },
  {
    id: 'CC-18',
    section: JOURNAL,
    claim: 'A slot of 256 kB is made of 128 sectors of 2 kB, as the K64F has them.',
    verdict: 'does not hold',
    because:
      "The sum is right, 128 of 2 kB are 262,144 bytes, and slots of many sectors work. The sector is not: mbed's own configuration for the board has 4 kB, of which 64 make the slot.",
    evidence: ['CF-28'],
    figures: { '262,144': () => 128 * 2048, '64': () => 262_144 / 4096 },
  },
  {
    id: 'CC-19',
    section: JOURNAL,
    claim: 'A slot may lie in ranges apart, so that a sector with errors can be taken out.',
    verdict: 'holds',
    because: 'A slot is a list of blocks; a sector that fails splits its block.',
    evidence: ['CF-27', 'CF-28'],
  },
  {
    id: 'CC-20',
    section: JOURNAL,
    claim: 'One large sector may be a slot, such as the 128 kB of an STM 42x.',
    verdict: 'holds',
    because:
      'A slot of one sector is the plain case. An erasure of such a sector takes about a second, which a flush then takes.',
    evidence: ['CF-28'],
  },
  {
    id: 'CC-21',
    section: JOURNAL,
    claim: 'The sectors of a slot are erased when its use begins.',
    verdict: 'holds',
    because:
      'So the erasures stand in the flush, where somebody waits for them: with 1000 keys it takes 2,860 ms on an nRF52840, most of it for 26 erasures.',
    evidence: ['CF-05', 'CF-21', 'study cfstore-sram'],
    figures: {
      '2,860': cell('cfstore-sram', 'cfstore | nrf52840 | 1,000 | 16', 'ms, a flush'),
      '26': cell('cfstore-sram', 'cfstore | nrf52840 | 1,000 | 16', 'erasures, a flush'),
    },
  },
  {
    id: 'CC-22',
    section: JOURNAL,
    claim:
      'After an erase a delta takes many writes, so that life is longer than with an erase for each write.',
    verdict: 'holds',
    because:
      'A delta of two pages takes 156 updates of 16 B. The snapshot has to be erased and written for each full delta, too: in all 25.6 erasures in 1000 updates, where the sequential map needs 6.85.',
    evidence: ['study cfstore-sram', 'study stores'],
    figures: {
      '156': cell('cfstore-sram', '2 of 2, 2 of 2', 'updates a flush'),
      '25.6': cell('cfstore-sram', '2 of 2, 2 of 2', 'erasures in 1000'),
      '6.85': cell('stores', 'sequential-map', 'erasures in 1000'),
    },
  },
];

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What TEP 129 claims of its layers and of BlockStorage.
 *
 * NON-TOCK: part of `doc/TINYOS_CLAIMS.md`.
 */
import type { Claim } from './claim.ts';

const INTRODUCTION = 'Abstract, and 1. Introduction';
const BLOCK = '2. BlockStorage';

/** These claims, in the document's order. */
export const TINYOS_BLOCK: readonly Claim[] = [
  {
    id: 'TT-01',
    section: INTRODUCTION,
    claim: 'Building each storage anew for each flash chip takes time and makes them incompatible.',
    verdict: 'cannot be known',
    because:
      "The storages of TEP 103 were written by others, for chips' drivers that are not here.",
    evidence: [],
  },
  {
    id: 'TT-02',
    section: INTRODUCTION,
    claim: "On an interface that is no chip's one version of each storage can exist on several.",
    verdict: 'holds',
    because:
      'One source of each runs on seven parts, with erase units from 256 B to 128 KiB. Where a part programs more bytes at a time than a storage writes, a volume with a buffer stands between.',
    evidence: [
      'study tinyos-parts',
      'test/scenarios/tinyos-parts.spec.ts: unit for unit of its own size, and break none of its rules',
    ],
  },
  {
    id: 'TT-03',
    section: INTRODUCTION,
    claim: 'DirectStorage, DirectModify and VolumeSettings are enough to build the three on.',
    verdict: 'does not hold',
    because:
      'VolumeSettings do not say how often a unit may be programmed between two erasures, which decides whether ConfigStorage can mark an entry dead at all. It has to be told beside them, or needs a volume with a buffer.',
    evidence: ['TB-11', 'TC-19', 'study tinyos-parts'],
  },
  {
    id: 'TT-04',
    section: INTRODUCTION,
    claim: 'Differences in behaviour are minimized, and an application works alike on any memory.',
    verdict: 'holds',
    because:
      'Whole parts show the same entries and values for the same operations. What is left is how much fits, how long it takes, how long it lives, and what a cut takes.',
    evidence: [
      'test/scenarios/tinyos-parts.spec.ts: unit for unit of its own size, and break none of its rules',
      'test/scenarios/tinyos-claims.spec.ts: give the same values for the same inserts',
    ],
  },
  {
    id: 'TT-05',
    section: BLOCK,
    claim: 'Erasing each unit in a loop sets the volume to fill bytes.',
    verdict: 'holds',
    because:
      'One erasure a unit, no more. It is not atomic: a cut leaves the first units blank, one torn, the others as they were; a second erase repairs.',
    evidence: ['TB-01', 'TB-09'],
  },
  {
    id: 'TT-06',
    section: BLOCK,
    claim:
      'Two interfaces, for reading and for writing, are cumbersome, because applications need both.',
    verdict: 'cannot be known',
    because: 'It speaks of applications of that time, which nobody counted.',
    evidence: [],
  },
  {
    id: 'TT-07',
    section: BLOCK,
    claim: 'getSize is not needed any more: VolumeSettings say it.',
    verdict: 'holds',
    because: 'Size, units and their logarithms agree with each other.',
    evidence: ['TB-11'],
  },
  {
    id: 'TT-08',
    section: BLOCK,
    claim: 'All other commands pass through to DirectStorage.',
    verdict: 'holds',
    because:
      'Also a write over what is written, which leaves the AND of both: nothing in the interface forbids it.',
    evidence: ['TB-02', 'TB-03', 'TB-10'],
  },
  {
    id: 'TT-09',
    section: BLOCK,
    claim:
      'A request that cannot be handled fails at once; any other ends in one event, with its arguments.',
    verdict: 'holds',
    because: 'Beyond the volume, and while another is under way: FAIL and no event.',
    evidence: ['TB-02', 'TB-04', 'TB-05'],
  },
  {
    id: 'TT-10',
    section: BLOCK,
    claim: 'flush stores at once what was written and is not yet in the memory.',
    verdict: 'holds',
    because: 'Over a driver that buffers. Without a flush a cut may take what was acknowledged.',
    evidence: ['TB-08'],
  },
  {
    id: 'TT-11',
    section: BLOCK,
    claim: 'crc goes on from a base, so that a CRC can be made in parts.',
    verdict: 'holds',
    because:
      'Which CRC it is the document does not say: here it is that of TinyOS, 0x1021 from the highest bit.',
    evidence: ['TB-06'],
  },
];

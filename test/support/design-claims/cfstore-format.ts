// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the design of CFSTORE claims of its records, their codes and their numbers.
 *
 * NON-TOCK: part of `doc/CFSTORE_CLAIMS.md`.
 */
import type { Claim } from './claim.ts';

const TLV = 'TLV Structure';
const HEADER = 'KV TLV Generic Header, and Header Type 1';
const TAIL = 'KV TLV Tail';
const MAC = 'Message Authentication Codes as Alternative to CRCs';
const WRAP = 'Wrapping of the SEQUENCE_NUMBER';

/** These claims, in the document's order. */
export const CFSTORE_FORMAT: readonly Claim[] = [
  {
    id: 'CC-23',
    section: TLV,
    claim:
      'Header, name, value and tail that begin at program units can be programmed independently of each other.',
    verdict: 'holds',
    because:
      'Create programs header and name, writes the value, close the tail; no unit is programmed twice between two erasures.',
    evidence: ['CF-02', 'CF-10', 'CF-34'],
  },
  {
    id: 'CC-24',
    section: TLV,
    claim: 'Fields of more than a byte have the highest byte first.',
    verdict: 'holds',
    because: 'As laid down; nothing depends on it.',
    evidence: ['CF-01'],
  },
  {
    id: 'CC-25',
    section: TLV,
    claim: 'Records cross sectors, so that a value may be larger than a sector.',
    verdict: 'holds',
    because:
      'A slot is one range of addresses for the records. A broken sector in the middle of a value then makes the whole value unreadable.',
    evidence: ['CF-26'],
  },
  {
    id: 'CC-26',
    section: HEADER,
    claim: 'FLAGS hold the permissions.',
    verdict: 'cannot be known',
    because:
      'The section that should say how says that it is to be specified. In records for writes at a place the same bits would be without use.',
    evidence: ['CF-29'],
  },
  {
    id: 'CC-27',
    section: HEADER,
    claim: 'Figure 5 shows the header of type 1.',
    verdict: 'does not hold',
    because: 'It shows 0 for the type, as its own caption admits.',
    evidence: ['CF-01'],
  },
  {
    id: 'CC-28',
    section: HEADER,
    claim: 'Eight bits are enough for the length of the header.',
    verdict: 'holds',
    because:
      'Its 20 bytes are 24 with units of 8 and 128 with units of 128. With units of 256, or of the 1024 that the document calls optimal, a padded header no longer fits into the field.',
    evidence: ['CF-01'],
    figures: {
      '20': () => 4 + 4 + 3 * 4,
      '24': () => Math.ceil(20 / 8) * 8,
      '128': () => Math.ceil(20 / 128) * 128,
    },
  },
  {
    id: 'CC-29',
    section: HEADER,
    claim: 'Eight bits are enough for the length of the name.',
    verdict: 'holds',
    because: "mbed's longest name has 220 characters, 224 bytes with units of 8 or 32.",
    evidence: ['CF-29'],
    figures: { '224': () => Math.ceil(220 / 32) * 32 },
  },
  {
    id: 'CC-30',
    section: HEADER,
    claim:
      'KVID, chosen at creation, is unique in the store and names the key where its name is not.',
    verdict: 'holds',
    because:
      'If no number of a deleted key is taken again before the next snapshot; the document leaves the choice open.',
    evidence: ['CF-12'],
  },
  {
    id: 'CC-31',
    section: HEADER,
    claim: 'SEQUENCE_NUMBER rises with each new version of a key.',
    verdict: 'holds',
    because:
      'It rises when the version is begun, not when it is committed: of two writers the one that began later wins, whoever closed last.',
    evidence: ['CF-09', 'CF-11'],
  },
  {
    id: 'CC-32',
    section: TAIL,
    claim:
      'A record is valid while VALID has the erased value; its complement deletes it, whatever the CRC.',
    verdict: 'holds',
    because:
      'VALID has a program unit of its own that is left blank until then: of the stores here that mark deletions, the one that never programs a unit twice.',
    evidence: ['CF-04', 'CF-34', 'study stores'],
  },
  {
    id: 'CC-33',
    section: TAIL,
    claim: 'VALID is erased, or its complement; there is no third.',
    verdict: 'does not hold',
    because:
      'A cut leaves any bits of it cleared. The document is silent on such a value; here everything but the erased one is a deletion, which a boot completes.',
    evidence: ['CF-20', 'CF-35'],
  },
  {
    id: 'CC-34',
    section: TAIL,
    claim: 'A correct CRC shows that the record was written whole.',
    verdict: 'holds',
    because:
      'To one in 2 to the power of 32 for arbitrary damage. A torn CRC word fits only when all of its bits have landed.',
    evidence: ['CF-17'],
  },
  {
    id: 'CC-35',
    section: MAC,
    claim: 'Data can be replaced without a change of the CRC, for many data have the same.',
    verdict: 'holds',
    because:
      'Worse: whoever can write the flash writes a CRC that fits, too, and needs no collision.',
    evidence: ['CF-33', 'test/scenarios/cfstore-claims.spec.ts: anybody, where the code is a CRC'],
  },
  {
    id: 'CC-36',
    section: MAC,
    claim:
      'HMAC is of use where the key is kept safer than the data (scenarios A and C), and of none where both lie in the same flash (B).',
    verdict: 'holds',
    because:
      'Without the key no record can be made. But a flash that was valid once passes again when it is put back whole, in all three scenarios: nothing outside the flash counts versions.',
    evidence: [
      'CF-33',
      'test/scenarios/cfstore-claims.spec.ts: nobody without the key',
      'test/scenarios/cfstore-claims.spec.ts: a whole flash that was valid once passes again',
    ],
  },
  {
    id: 'CC-37',
    section: MAC,
    claim: 'A hash protects better against collisions than a CRC.',
    verdict: 'holds',
    because:
      'Against chance 2 to the power of 160 or more instead of 32; against a forger it is the key that protects, not the length.',
    evidence: ['CF-33', 'test/scenarios/cfstore-claims.spec.ts: nobody without the key'],
  },
  {
    id: 'CC-38',
    section: MAC,
    claim: 'uVisor must manage the keys.',
    verdict: 'cannot be known',
    because:
      'uVisor is not here, and its makers have given it up since. The key is handed to the store.',
    evidence: [],
  },
  {
    id: 'CC-39',
    section: MAC,
    claim: 'The code in the tail can be exchanged, and the tail takes the size that it needs.',
    verdict: 'holds',
    because: 'CRC-32, four HMACs and AES-CMAC run the same algorithm; only the tail grows.',
    evidence: ['CF-33'],
  },
  {
    id: 'CC-40',
    section: MAC,
    claim: 'HMAC with SHA-1 has 120 bits, which are 20 bytes.',
    verdict: 'does not hold',
    because: '20 bytes are 160 bits, and that is what SHA-1 has.',
    evidence: ['CF-33', 'test/libraries/cfstore/mac.spec.ts'],
    figures: { '160': () => 20 * 8 },
  },
  {
    id: 'CC-41',
    section: MAC,
    claim:
      'HMAC with SHA-256, SHA-384 and SHA-512 has 32, 48 and 64 bytes; how many AES-CMAC has is asked.',
    verdict: 'holds',
    because: 'And AES-CMAC has 16 bytes, one block of AES.',
    evidence: ['CF-33', 'test/libraries/cfstore/mac.spec.ts'],
    figures: { '16': () => 128 / 8 },
  },
  {
    id: 'CC-42',
    section: WRAP,
    claim: 'With four slots each may use about a thousand million numbers.',
    verdict: 'holds',
    because: 'A quarter of 0xffffffff is 1,073,741,823.',
    evidence: ['CF-24'],
    figures: { '1,073,741,823': () => Math.floor(0xffff_ffff / 4) },
  },
  {
    id: 'CC-43',
    section: WRAP,
    claim: 'That is also the most keys that there can be.',
    verdict: 'holds',
    because:
      'A snapshot numbers each key anew, so a slot holds no more. It is no limit that anybody meets: at 44 bytes a key such a snapshot has 47 GB.',
    evidence: [],
    figures: { '47': () => (Math.floor(0xffff_ffff / 4) * 44) / 1e9 },
  },
  {
    id: 'CC-44',
    section: WRAP,
    claim: 'Data of the journal itself record in which order the slots were used.',
    verdict: 'holds',
    because:
      'A head of each slot has a number of its own, which grows with every slot that is begun. It has to: without it the rule below cannot be kept.',
    evidence: ['CF-24'],
  },
  {
    id: 'CC-45',
    section: WRAP,
    claim:
      'When a slot begins and the number is past the share of the last slot, it may restart at 0: nothing with a low number is left.',
    verdict: 'does not hold',
    because:
      'With a snapshot and two deltas in use the first quarter of the numbers is still there when the fourth slot begins, and the sentence that should name the range breaks off. A delta that restarts at 0 also stands below its snapshot. Which slot is newer has to decide first, the number second.',
    evidence: ['CF-24'],
  },
  {
    id: 'CC-46',
    section: WRAP,
    claim:
      'A key that is written once and never again does not go stale, for each snapshot numbers it anew.',
    verdict: 'holds',
    because: 'The price is that every flush programs every live key.',
    evidence: ['CF-05', 'CF-24'],
  },
  {
    id: 'CC-47',
    section: WRAP,
    claim: 'A slot that has used its share takes no more entries.',
    verdict: 'holds',
    because: 'Shown with a small largest number; a slot in flash is full of bytes long before.',
    evidence: ['CF-25'],
  },
];

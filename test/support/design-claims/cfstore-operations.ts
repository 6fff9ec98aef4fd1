// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the design of CFSTORE claims of its operations and of the RAM that they need.
 *
 * NON-TOCK: part of `doc/CFSTORE_CLAIMS.md`.
 */
import { cell, type Claim } from './claim.ts';

const HANDLES = 'Storage of KV Read/Write Locations and Reference Counting';
const CREATE = 'Creating a New KV';
const DELETE = 'Deleting a KV';
const READ = 'Opening an Existing KV for Reading';
const WRITE = 'Opening an Existing KV for Reading/Writing';
const FLUSH = 'Flush Operation';
const MODES = 'Synchronous and Asynchronous Mode of Operation';
const BUFFERS = 'Static SRAM Buffers (KVBUFs)';

/** These claims, in the document's order. */
export const CFSTORE_OPERATIONS: readonly Claim[] = [
  {
    id: 'CC-48',
    section: HANDLES,
    claim:
      'KVID, read and write position of an open key fit into the buffer that the client lends.',
    verdict: 'holds',
    because: "Three words and a link are 16 of the 24 bytes that mbed's client lends.",
    evidence: ['CF-08', 'CF-32'],
    figures: { '16': () => 3 * 4 + 4 },
  },
  {
    id: 'CC-49',
    section: HANDLES,
    claim:
      'Counting the open handles of a KVID is a reference count; a deleted key goes when the last of them is closed.',
    verdict: 'holds',
    because: 'Until then the deletion is in RAM alone: a cut before the last close takes it back.',
    evidence: [
      'CF-06',
      'test/scenarios/cfstore-claims.spec.ts: is taken back by a cut before the last handle is closed',
    ],
  },
  {
    id: 'CC-50',
    section: CREATE,
    claim: 'Room is needed for header, tail, name and value: the sum of their four lengths.',
    verdict: 'does not hold',
    because:
      'The sum leaves out what fills each part up to a unit: a name of 3 and a value of 10 make 41 bytes by it and 44 in flash; with units of 8, 53 and 64.',
    evidence: ['CF-01'],
    figures: {
      '41': () => 20 + 8 + 3 + 10,
      '44': () => 20 + 8 + 4 + 12,
      '53': () => 24 + 16 + 3 + 10,
      '64': () => 24 + 16 + 8 + 16,
    },
  },
  {
    id: 'CC-51',
    section: CREATE,
    claim: 'Create takes room in the delta, and writes header and name at once.',
    verdict: 'holds',
    because: 'A key that is never closed leaves its room taken until the next flush.',
    evidence: ['CF-02', 'CF-23'],
  },
  {
    id: 'CC-52',
    section: CREATE,
    claim: 'Of a write that is no multiple of the program unit, whole units only are written.',
    verdict: 'holds',
    because:
      'Then a value whose length is no such multiple can never be finished: of 13 bytes 8 arrive, and no call can bring the rest. A handle that keeps less than a unit and fills it up at the close takes any length.',
    evidence: ['CF-03'],
  },
  {
    id: 'CC-53',
    section: CREATE,
    claim: 'The tail, written at the close, commits.',
    verdict: 'holds',
    because:
      'Before it the key is not found, after it it is; a cut inside it leaves it uncommitted.',
    evidence: ['CF-02', 'CF-10', 'CF-17'],
  },
  {
    id: 'CC-54',
    section: DELETE,
    claim: 'With VALID of the last full record set to its complement the key is gone.',
    verdict: 'does not hold',
    because:
      'If a cut fell between the commit of that version and the deletion of the one before, the older one comes back. Deletion has to take every version, or a boot the older ones.',
    evidence: [
      'CF-04',
      'CF-20',
      'test/libraries/cfstore/mode.spec.ts: a key that was deleted is back',
    ],
  },
  {
    id: 'CC-55',
    section: DELETE,
    claim: 'The next snapshot leaves the deleted records out, and so collects the garbage.',
    verdict: 'holds',
    because:
      'Also when no key is left. Until the old slots are used again, values that were deleted stay readable in flash.',
    evidence: [
      'CF-05',
      'CF-22',
      'test/scenarios/cfstore-claims.spec.ts: leaves the value readable in flash',
    ],
  },
  {
    id: 'CC-56',
    section: DELETE,
    claim: 'The old snapshot is erased only when it is to take the next one.',
    verdict: 'holds',
    because: 'So a flush that is cut anywhere has a whole snapshot to fall back to.',
    evidence: ['CF-05', 'CF-21'],
  },
  {
    id: 'CC-57',
    section: READ,
    claim: 'Opening for reading logs nothing.',
    verdict: 'holds',
    because: 'No program from open to close.',
    evidence: ['CF-07'],
  },
  {
    id: 'CC-58',
    section: READ,
    claim: 'Many readers read one key at the same time, each with its own position.',
    verdict: 'holds',
    because: 'Interleaved, one transaction of the flash at a time.',
    evidence: ['CF-08', 'CF-31'],
  },
  {
    id: 'CC-59',
    section: WRITE,
    claim: 'The latest version is the one with a valid code and the latest number.',
    verdict: 'does not hold',
    because:
      'Numbers restart at 0, and are given out at the open, not at the commit. It is the last one in the newest slot.',
    evidence: ['CF-24'],
  },
  {
    id: 'CC-60',
    section: WRITE,
    claim:
      'Many readers and writers use one key at the same time; each writer has its own position and its own new version.',
    verdict: 'does not hold',
    because:
      'With a version for each writer one close hides what the other wrote, and the later number wins even if it closed first. With one reservation for all, committed by the last of them, both are in it.',
    evidence: [
      'CF-18',
      'test/scenarios/cfstore-claims.spec.ts: by the letter have one each, and a half is lost',
    ],
  },
  {
    id: 'CC-61',
    section: WRITE,
    claim: 'A close commits the new version, then deletes the old one.',
    verdict: 'holds',
    because: 'In this order a cut leaves two versions, never none.',
    evidence: ['CF-10', 'CF-20'],
  },
  {
    id: 'CC-62',
    section: WRITE,
    claim:
      'A closed key may be opened for writing again, which makes another version in the delta.',
    verdict: 'holds',
    because:
      'Until the delta is full: the document does not say what then. Here the open is refused, or a flush comes first.',
    evidence: ['CF-11', 'CF-23'],
  },
  {
    id: 'CC-63',
    section: FLUSH,
    claim:
      'Tail of the delta, erase of the oldest snapshot, newest versions into it, its tail: then the snapshot is committed.',
    verdict: 'holds',
    because:
      'Cut anywhere, the same keys are there. After a cut behind the first step the delta is closed and there is no new snapshot: a boot has to flush again, which the document does not say. Nor does it say what happens when not all keys fit.',
    evidence: ['CF-05', 'CF-21'],
  },
  {
    id: 'CC-64',
    section: FLUSH,
    claim: 'A new snapshot has no deleted records.',
    verdict: 'holds',
    because: 'Only the newest valid version of each key is copied.',
    evidence: ['CF-05', 'CF-22'],
  },
  {
    id: 'CC-65',
    section: MODES,
    claim: 'The design has room for a synchronous and for an asynchronous implementation.',
    verdict: 'holds',
    because:
      'Operations are steps; run to their end at once or over a flash that answers later they do the same.',
    evidence: ['CF-31'],
  },
  {
    id: 'CC-66',
    section: MODES,
    claim: 'When a key is opened for reading, its value is read into its KVBUF.',
    verdict: 'does not hold',
    because:
      'A KVBUF has 16 to 32 bytes by the next section, and a value up to 64 MB. The value has to be made piece by piece when it is read.',
    evidence: ['CF-13', 'CF-26'],
    figures: { '64': () => 2 ** 26 / 2 ** 20 },
  },
  {
    id: 'CC-67',
    section: MODES,
    claim:
      'An asynchronous read finds the key in the latest snapshot, and applies the deltas after it.',
    verdict: 'does not hold',
    because:
      'A key that was created since is in the delta alone, and a full version there replaces that of the snapshot.',
    evidence: ['CF-02', 'CF-11'],
  },
  {
    id: 'CC-68',
    section: BUFFERS,
    claim:
      'Reads and writes need no RAM of the store: the client lends its buffers until they are done.',
    verdict: 'does not hold',
    because:
      'The data need none. But a write is part of a CRC that ends at the close, may leave less than a unit over, and has its place in a slot; a merge and a flush copy through a window. That is 1,664 of the 3,712 B, beside the KVBUFs.',
    evidence: ['CF-03', 'CF-14', 'CF-32', 'study cfstore-sram'],
    figures: {
      '1,664': () => 3712 - 64 * 32,
      '3,712': cell('cfstore-sram', 'cfstore | 4', 'of it needed without a key, B'),
    },
  },
  {
    id: 'CC-69',
    section: BUFFERS,
    claim: 'One transaction of the storage driver at a time.',
    verdict: 'holds',
    because: 'A second client waits for the first, and gets its own completion.',
    evidence: ['CF-31'],
  },
  {
    id: 'CC-70',
    section: BUFFERS,
    claim:
      'A KVBUF keeps a request until it can be issued, and finds it again when the driver has completed it.',
    verdict: 'holds',
    because: "32 bytes are enough for it, because the data stay in the client's buffer.",
    evidence: ['CF-31'],
  },
  {
    id: 'CC-71',
    section: BUFFERS,
    claim: '64 KVBUFs of 16 to 32 bytes make the typical footprint, about 2 kB.',
    verdict: 'does not hold',
    because:
      'They make 1,024 to 2,048 bytes, and they are not all: handles, positions and windows come to them, 3,712 B in all.',
    evidence: ['CF-32', 'study cfstore-sram'],
    figures: {
      '1,024': () => 64 * 16,
      '2,048': () => 64 * 32,
      '3,712': cell('cfstore-sram', 'cfstore | 4', 'of it needed without a key, B'),
    },
  },
  {
    id: 'CC-72',
    section: BUFFERS,
    claim: 'The size of a KVBUF should be a multiple of the program unit.',
    verdict: 'does not hold',
    because:
      'By the list before it holds requests and completions, and nothing that is programmed. What is left over of a write, less than a unit, is kept with the key that is written.',
    evidence: ['CF-03', 'CF-32'],
  },
  {
    id: 'CC-73',
    section: BUFFERS,
    claim:
      'The optimal program unit of the K64F, 1024 bytes, is to be weighed when buffers are sized.',
    verdict: 'cannot be known',
    because:
      'No such board is at hand to measure what it gains. A buffer of that size would be half of the RAM that the design wants to take, for one key.',
    evidence: [],
  },
];

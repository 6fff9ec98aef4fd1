// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * TicKV in the laboratory: the hardened store survives; each of the defects, put back alone, is found by random workloads.
 *
 * NON-TOCK: tests. The cases are what the laboratory found, shrunk.
 */
import { expect } from 'chai';
import type { CrashCase, CutChain } from '#lab/crash/crash-case';
import { DEFAULT_OPTIONS } from '#lab/crash/explore';
import { Player } from '#lab/crash/play';
import { exploreAdapter } from '#lab/crash/shard';
import type { Operation, StoreAdapter } from '#lab/crash/store-adapter';
import { mapAdapter } from '#lab/crash/stores/map-adapter';
import type { Verdict } from '#lab/crash/verdict';
import { CLAIM } from '#libraries/tickv/claim';
import { TICKV, TICKV_LITERAL, ticKv } from '#libraries/tickv/definition';
import { HARDENED, type ModeFlag } from '#libraries/tickv/mode';

const OPTIONS = { ...DEFAULT_OPTIONS, store: 'tickv', pageSize: 64, pages: 4, images: 0 };
const SURVIVOR = mapAdapter(TICKV);

/** The hardened store with one defect. */
function without(flag: ModeFlag): StoreAdapter {
  return mapAdapter(ticKv('tickv', '', CLAIM, { ...HARDENED, [flag]: false }));
}

const insert = (key: number, value: string): Operation => ({
  op: 'insert',
  key,
  value: new Uint8Array(Buffer.from(value, 'hex')),
});
const COLLECT: Operation = { op: 'collect' };

interface Pinned {
  readonly id: string;
  readonly flag: ModeFlag;
  readonly pages: number;
  readonly pageSize: number;
  readonly operations: readonly Operation[];
  readonly chains: readonly CutChain[];
  readonly verdict: Verdict;
  readonly sentence: string;
}

const PINNED: readonly Pinned[] = [
  {
    id: 'TK-11',
    flag: 'searchesBehindFull',
    pages: 3,
    pageSize: 64,
    operations: [insert(24, '00'.repeat(35)), insert(24, '11'.repeat(35))],
    chains: [],
    verdict: 'UNREADABLE',
    sentence: 'reading all keys: key 24 is listed, but has no value',
  },
  {
    id: 'TK-12',
    flag: 'searchesBehindBlank',
    pages: 3,
    pageSize: 64,
    operations: [insert(62, ''), insert(62, '22'.repeat(33)), COLLECT],
    chains: [],
    verdict: 'UNREADABLE',
    sentence: 'reading all keys: key 62 is listed, but has no value',
  },
  {
    id: 'TK-13',
    flag: 'countsChecksum',
    pages: 2,
    pageSize: 32,
    operations: [insert(105, '')],
    chains: [],
    verdict: 'UNREADABLE',
    sentence: 'an operation ended with InvalidArgument instead of Ok or NoCapacity',
  },
  {
    id: 'TK-14',
    flag: 'repairs',
    pages: 2,
    pageSize: 32,
    operations: [insert(1, '')],
    chains: [{ operation: 0, cuts: [{ call: 0, bits: 'but:7' }] }],
    verdict: 'UNREADABLE',
    sentence: 'reading all keys: key 1: InvalidStorage',
  },
  {
    id: 'TK-15',
    flag: 'appendsFirst',
    pages: 2,
    pageSize: 32,
    operations: [insert(1, ''), insert(1, '')],
    chains: [{ operation: 1, cuts: [{ call: 0, bits: 'all' }] }],
    verdict: 'LOST_ACK',
    sentence: 'key 1 is gone',
  },
  {
    id: 'erasure',
    flag: 'marks',
    pages: 2,
    pageSize: 32,
    operations: [insert(19, '3f5d'), { op: 'remove', key: 19 }, insert(0, 'cdc1')],
    chains: [{ operation: 2, cuts: [{ call: 0, bits: 'set:14' }] }],
    verdict: 'RESURRECTED',
    sentence: 'key 19 is back',
  },
];

function caseOf({ pages, pageSize, operations, chains, verdict, sentence }: Pinned): CrashCase {
  const geometry = { wordSize: 4, pageSize, numPages: pages, maxWordWrites: 2, maxPageErases: 99 };
  return { store: 'tickv', geometry, behaviours: [], operations, chains, verdict, sentence };
}

describe('lab/crash/stores: tickv', () => {
  for (const pinned of PINNED) {
    const { id, flag, verdict, sentence } = pinned;
    it(`${flag} left out: ${sentence} (${id})`, () => {
      const played = new Player(without(flag), caseOf(pinned)).play();
      expect(played).to.deep.equal({ verdict, sentence });
      expect(new Player(SURVIVOR, caseOf(pinned)).play()).to.deep.equal({ verdict: 'OLD' });
    });

    it(`${flag} left out: random workloads find it (${id})`, () => {
      const found = [];
      for (let shard = 0; shard < 8 && found.length === 0; shard++) {
        found.push(...exploreAdapter(without(flag), { ...OPTIONS, length: 100 }, shard).violations);
      }
      expect(found.map((each) => each.verdict)).to.include(verdict);
    });
  }

  it('the literal store is found to lose an update that is cut (TK-15), and to show what was torn (TK-14)', () => {
    const options = { ...OPTIONS, store: 'tickv-literal', pageSize: 256, pages: 5, length: 20 };
    const verdicts = new Set<Verdict>();
    for (let shard = 0; shard < 4; shard++) {
      const { violations } = exploreAdapter(mapAdapter(TICKV_LITERAL), options, shard);
      for (const { verdict } of violations) verdicts.add(verdict);
    }
    expect([...verdicts].sort()).to.deep.equal(['LOST_ACK', 'UNREADABLE']);
  });

  it('the hardened store shows one of the two states after every cut of a sweep, and after every second cut (TK-21)', () => {
    const value = (byte: number, length: number): string =>
      byte.toString(16).padStart(2, '0').repeat(length);
    const workload: Operation[] = [];
    for (let key = 0; key < 3; key++) workload.push(insert(key, value(key, 8)));
    for (let turn = 0; turn < 12; turn++)
      workload.push(insert(turn % 3, value(turn + 9, 6 + turn)));
    workload.push({ op: 'remove', key: 1 }, COLLECT, COLLECT, insert(5, value(7, 20)));
    const options = { ...OPTIONS, pageSize: 128, pages: 3, workload, lossy: 0, goOn: 16 };
    for (const depth of [1, 2]) {
      const report = exploreAdapter(SURVIVOR, { ...options, depth });
      expect(report.violations.map(({ sentence }) => sentence)).to.deep.equal([]);
      expect(report.violationCount).to.equal(0);
      expect(report.cuts).to.be.greaterThan(depth === 1 ? 500 : 4000);
      expect(report.verdicts.OLD).to.be.greaterThan(0);
      expect(report.verdicts.NEW).to.be.greaterThan(0);
    }
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * TinyOS's log in the crash laboratory: the hardened one keeps its claim; each defect of the literal one is found by itself.
 *
 * NON-TOCK: tests. The replay lines are what the laboratory made of what it found, but for the two that say so.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { caseFromText } from '#lab/crash/crash-case';
import { DEFAULT_OPTIONS, explore, type CrashOptions } from '#lab/crash/explore';
import { Player } from '#lab/crash/play';
import { exploreAdapter } from '#lab/crash/shard';
import { adapterOf } from '#lab/crash/stores/index';
import { logAdapter } from '#lab/crash/stores/log-adapter';
import type { Verdict } from '#lab/crash/verdict';
import { bitChoice } from '#libraries/store/buffer-storage';
import type { LogDefinition } from '#libraries/store/definition';
import { TEP_LOG, VolumeLog, logShapeOf } from '#libraries/tinyos/log-definition';
import { HARDENED, type LogMode } from '#libraries/tinyos/log-mode';
import { LogBench, entries, entry, valueOf } from './log-support.ts';

const SMALL = { ...DEFAULT_OPTIONS, length: 60, images: 20, goOn: 4 };

/** The hardened log with a part of it otherwise. */
function hardenedBut(name: string, part: Partial<LogMode>): LogDefinition {
  const mode = { ...HARDENED, ...part };
  return {
    ...TEP_LOG,
    name,
    open: (storage) => new VolumeLog(storage, { mode, circular: true }),
    shape: (geometry) => logShapeOf(geometry, mode, true),
  };
}

/** The verdicts on faults in random workloads, until there are some. */
function faultsOf(definition: LogDefinition, pageSize: number, shards = 20): Verdict[] {
  const adapter = logAdapter(definition);
  const options: CrashOptions = { ...SMALL, store: definition.name, pageSize, pages: 3 };
  for (let shard = 0; shard < shards; shard++) {
    const { violations } = exploreAdapter(adapter, options, shard, (told) => told.violations < 20);
    if (violations.length > 0) return violations.map(({ verdict }) => verdict);
  }
  return [];
}

const head = (pageSize: number): string =>
  `{"store":"tep-log-literal","geometry":{"wordSize":4,"pageSize":${pageSize},"numPages":2,"maxWordWrites":2,"maxPageErases":10000}`;

/** Bits of an entry of one byte with cookie 0: 32 of the cookie, 7 of the length, then those of CRC and data. */
const ALL_BUT_COOKIE = Array.from({ length: 31 }, (_, bit) => bit + 1).join(',');

const PINNED: readonly (readonly [what: string, line: string, verdict: Verdict])[] = [
  [
    'a cut behind the cookie: an entry that was never appended (word by word)',
    `${head(16)},"operations":[{"op":"append","value":""}],"chains":[{"operation":0,"cuts":[{"call":1,"bits":"first:32"}]}]}`,
    'UNREADABLE',
  ],
  [
    'a cut erase leaves an old first cookie that reads larger: it is the newest',
    `${head(32)},"operations":[{"op":"append","value":"fdf545bf166481f2"},{"op":"append","value":"61e1f2d89e2b846d046707572f9a91"},{"op":"append","value":"0264d18f8400"}],"chains":[{"operation":2,"cuts":[{"call":0,"bits":"set:1"}]}]}`,
    'MIXED',
  ],
  [
    'TL-14: a torn cookie reads FFFFFFFE (by hand): the next entry gets the cookie of blank flash, and is gone',
    `${head(64)},"operations":[{"op":"append","value":"70"},{"op":"append","value":"71"}],"chains":[{"operation":0,"cuts":[{"call":1,"bits":"but:${ALL_BUT_COOKIE}"}]}]}`,
    'LOST_ACK',
  ],
  [
    'TL-13: a blank cookie with a dirty body behind it (by hand): the next entry is written over that',
    `${head(64)},"operations":[{"op":"append","value":"70"},{"op":"append","value":"0000"},{"op":"append","value":"77"}],"chains":[{"operation":1,"cuts":[{"call":0,"bits":"but:${ALL_BUT_COOKIE},0"}]}]}`,
    'UNREADABLE',
  ],
];

/** What a replay line shows now. */
function replay(line: string): string {
  const parsed = caseFromText(line);
  if (!parsed.ok) expect.fail(parsed.error);
  const adapter = adapterOf(parsed.value.store);
  if (adapter === undefined) expect.fail('no such store');
  return new Player(adapter, parsed.value).play().verdict;
}

/** Ones of nothing, of all, of some. */
const CHOICES = ['none', 'all', 'even', 'odd', 'firstHalf', 'lastHalf', 'xorshift:1', 'xorshift:9'];
const choiceOf = (name: string): ((index: number, total: number) => boolean) =>
  bitChoice(name) ?? ((): boolean => false);

const zerosIn = (bytes: Uint8Array): number =>
  bytes.reduce((sum, byte) => sum + 8 - byte.toString(2).replaceAll('0', '').length, 0);

describe('TinyOS’s log, cut', () => {
  for (const store of ['tep-log', 'tep-log-linear']) {
    for (const [pageSize, pages, depth] of [
      [64, 2, 1],
      [128, 4, 2],
      [512, 3, 1],
    ] as const) {
      it(`${store} keeps its claim: ${pages} x ${pageSize} B, ${depth} deep (TL-20)`, () => {
        const report = explore({ ...SMALL, store, pageSize, pages, depth }, { shards: 2 });
        expect(report.violations).to.deep.equal([]);
        expect(report.cuts).to.be.greaterThan(500);
        expect(Math.min(report.verdicts.OLD, report.verdicts.NEW)).to.be.greaterThan(0);
      });
    }
  }

  it('survives what the flash reports as failed', () => {
    const part = { ...SMALL.part, failures: 8 };
    const options = { ...SMALL, store: 'tep-log', pageSize: 128, pages: 4, part };
    const report = explore(options, { shards: 2 });
    expect([report.violationCount, report.excused]).to.deep.equal([0, 0]);
  });

  it('a cut before the cookie closes the unit: the next entry goes to the next one (TL-13)', () => {
    for (const name of CHOICES.filter((each) => each !== 'none')) {
      const bench = new LogBench(128, 4);
      bench.append(...entries(0, 2));
      bench.cut(0, entry(2), choiceOf(name));
      expect([...bench.unit(0).subarray(48, 52)], 'a blank cookie').to.deep.equal([
        255, 255, 255, 255,
      ]);
      expect(bench.shown).to.deep.equal(entries(0, 2));
      expect(bench.append(...entries(2, 6))).to.equal('Ok');
      expect(bench.unit(1)[0]).to.equal(2);
      bench.boot();
      expect(bench.shown).to.deep.equal(entries(0, 6));
      expect(bench.flash.violation).to.equal(undefined);
    }
  });

  it('a cut that moved nothing closes nothing', () => {
    const bench = new LogBench(128, 4);
    bench.append(...entries(0, 2));
    bench.cut(0, entry(2), choiceOf('none'));
    bench.append(entry(2));
    expect(bench.unit(0)[48]).to.equal(2);
  });

  it('a torn cookie of a first entry, up to FFFFFFFE, is not the newest, and its unit is erased again (TL-14)', () => {
    const only = (bit: number) => (index: number) => index === bit;
    const choices = CHOICES.filter((name) => name !== 'all').map(choiceOf);
    for (let bit = 0; bit < 30; bit++) choices.push(only(bit));
    for (const isMoved of choices) {
      const bench = new LogBench(128, 4);
      bench.append(...entries(0, 5));
      // The fifth of 24 bytes was the last in the first unit; the second is blank, and is not erased.
      bench.cut(1, entry(5), isMoved);
      expect([bench.shown, bench.log.currentOffset]).to.deep.equal([entries(0, 5), 5]);
      expect(bench.append(entry(5))).to.equal('Ok');
      expect(bench.flash.pageErases[1]).to.equal(1);
      expect(bench.unit(1)[0]).to.equal(5);
      bench.boot();
      expect(bench.shown).to.deep.equal(entries(0, 6));
    }
  });

  it('a cut erase that left the first entry is noticed at a boot, and done again (TL-15)', () => {
    const bench = new LogBench(128, 3);
    bench.append(...entries(0, 15));
    const first = zerosIn(bench.unit(0).subarray(0, 24));
    bench.cut(0, entry(15), (index) => index >= first);
    expect(bench.unit(0)[4], 'the length still stands').to.equal(16);
    expect(bench.shown).to.deep.equal(entries(5, 15));
    expect(bench.loses(entry(15))).to.equal(true);
    expect([...bench.unit(0).subarray(24)].every((byte) => byte === 0xff)).to.equal(true);
    bench.boot();
    expect(bench.shown).to.deep.equal(entries(5, 16));
    expect(bench.flash.violation).to.equal(undefined);
  });

  it('a cut erase that left the last entries leaves a log that begins with them', () => {
    const bench = new LogBench(128, 3);
    bench.append(...entries(0, 15));
    const first = zerosIn(bench.unit(0).subarray(0, 24));
    // The length stays: without it nobody knows where the others begin.
    bench.cut(
      0,
      entry(15),
      (index) => index < first && index >= 0 && index !== first && index < 30,
    );
    expect(bench.shown).to.deep.equal(entries(1, 15));
    expect(valueOf(bench.log.readRecord())).to.deep.equal(entry(1));
    bench.boot();
    expect(bench.shown).to.deep.equal(entries(1, 15));
  });

  it('of three volumes of mixed sizes, cut at every call, only the entry in flight is at stake (TL-20)', () => {
    const random = new Random(4);
    const bench = new LogBench(64, 3);
    const list: Uint8Array[] = [];
    for (let used = 0, number = 0; used < 3 * 3 * 64; number++) {
      const next = entry(number, random.below(40));
      used += HARDENED.sizeOf(next.length);
      for (let call = 0; call < 3; call++) {
        for (const name of CHOICES) {
          const { shown, isDone } = afterCut(bench, next, call, choiceOf(name));
          const known = [...list, ...(isDone || isLast(shown, next) ? [next] : [])];
          expect(shown.length).to.be.at.least(Math.min(known.length, 2));
          expect(shown, `entry ${number}, call ${call}, ${name}`).to.deep.equal(
            known.slice(known.length - shown.length),
          );
        }
      }
      bench.append(next);
      list.push(next);
    }
  });

  // --- What each part is for -----------------------------------------------------------------------

  it('without the look behind the newest entries, what is appended onto a torn body is lost', () => {
    expect(faultsOf(hardenedBut('no-end', { checksEnd: false }), 128)).to.include('LOST_ACK');
  });

  it('without the look at the oldest unit, a cut erase leaves a gap', () => {
    expect(faultsOf(hardenedBut('no-start', { checksStart: false }), 64)).to.include('LOST_ACK');
  });

  it('without any check, torn cookies and units half erased are believed', () => {
    const found = faultsOf(hardenedBut('unchecked', { isWhole: () => true }), 64);
    expect(found).to.include.oneOf(['MIXED', 'UNREADABLE']);
  });

  it('with the counts of zeros no order of programs is needed: a volume may program an entry at once', () => {
    expect(faultsOf(hardenedBut('at-once', { commitSize: 0 }), 64, 2)).to.deep.equal([]);
  });

  // --- Literal -------------------------------------------------------------------------------------

  for (const store of ['tep-log-literal', 'tep-log-linear-literal']) {
    it(`${store} does not keep what TEP 129 says of it, word by word`, () => {
      const report = explore({ ...SMALL, store, pageSize: 128, pages: 4 }, { shards: 1 });
      expect(report.verdicts.UNREADABLE).to.be.greaterThan(0);
      expect(report.violationCount).to.be.greaterThan(0);
    });
  }

  it('nor does it keep its order when any bits of an erase may have moved', () => {
    const options = { ...SMALL, store: 'tep-log-literal', pageSize: 64, pages: 3 };
    const report = explore({ ...options, cutModel: 'any-subset-of-bits' }, { cuts: 10_000 });
    expect(report.verdicts.MIXED).to.be.greaterThan(0);
    expect(report.verdicts.UNREADABLE).to.be.greaterThan(0);
  });

  for (const [what, line, verdict] of PINNED) {
    it(`literal: ${what}: ${verdict}`, () => {
      expect(replay(line)).to.equal(verdict);
    });
    it(`hardened: nothing of the same: ${what}`, () => {
      expect(replay(line.replace('-literal', ''))).to.equal('OLD');
    });
  }
});

const isLast = (shown: readonly Uint8Array[], next: Uint8Array): boolean =>
  JSON.stringify(shown.at(-1)) === JSON.stringify(next);

/** What a copy of a log shows after an append that was cut; the log stays as it is. */
function afterCut(
  bench: LogBench,
  next: Uint8Array,
  call: number,
  isMoved: (index: number, total: number) => boolean,
): { shown: readonly Uint8Array[]; isDone: boolean } {
  const copy = new LogBench(bench.pageSize, 3, bench.options, bench.flash.clone());
  copy.flash.arm(call);
  const isDone = copy.append(next) === 'Ok';
  copy.flash.corrupt(isMoved);
  copy.boot();
  return { shown: copy.shown, isDone };
}

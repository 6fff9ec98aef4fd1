// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Power cuts: what the hardened variants survive, and what the laboratory found in the literal ones.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { caseFromText, type CrashCase } from '#lab/crash/crash-case';
import { DEFAULT_OPTIONS, explore, type CrashOptions } from '#lab/crash/explore';
import { Player } from '#lab/crash/play';
import type { CrashReport } from '#lab/crash/report';
import { shrink } from '#lab/crash/shrink';
import { adapterOf } from '#lab/crash/stores/index';
import { dataChecksum, lengthChecksum } from '#libraries/sequential-storage/checksums';
import { buildEntry, buildHeader } from '#libraries/sequential-storage/format';
import { HARDENED, LITERAL, type Mode } from '#libraries/sequential-storage/mode';
import { MapInWords, cut, flashOf, zeros } from './support.ts';

/** Cuts at each write and erase of `length` random operations, a few subsets at each. */
function sweep(store: string, options: Partial<CrashOptions>): CrashReport {
  const subsets = { allUpTo: 4, singles: 3, random: 3 };
  const shape = { pageSize: 64, pages: 4, images: 50, subsets };
  return explore({ ...DEFAULT_OPTIONS, ...shape, store, ...options }, { shards: 1 });
}

/** What a case shows when it is played on a store. */
function verdictOf(crashCase: CrashCase, store: string): string {
  const adapter = adapterOf(store);
  if (adapter === undefined) expect.fail('no such store');
  return new Player(adapter, crashCase).play().verdict;
}

function caseOf(text: string): CrashCase {
  const read = caseFromText(text);
  return read.ok ? read.value : expect.fail(read.error);
}

/** Data of a map's entry whose checksum reads like a length and the checksum of that: the second half of a header. */
function misleadingValue(key: number): number[] {
  for (let count = 0; ; count++) {
    const value = [count & 0xff, (count >>> 8) & 0xff, count >>> 16, 0];
    const checksum = dataChecksum(buildEntry(key, Uint8Array.from(value)));
    if (checksum >>> 16 === lengthChecksum(checksum & 0xffff)) return value;
  }
}

/** Two puts are cut after seven bytes of their headers, and one that is not cut follows. */
function afterTwoTornHeaders(mode: Mode): { said: string; then: string; reopened: string } {
  const flash = flashOf(4, 128);
  for (let count = 0; count < 2; count++) {
    const map = new MapInWords(flash, mode);
    const data = buildEntry(1, Uint8Array.of(count));
    const header = buildHeader({ checksum: dataChecksum(data), length: data.length });
    const call = flash.readWord(0, 0) === 0 ? 0 : 1;
    const moved = zeros(header, 7);
    cut(
      flash,
      call,
      () => map.put(1, count),
      (bit) => bit < moved,
    );
  }
  const map = new MapInWords(flash, mode);
  const value = misleadingValue(1);
  const said = map.put(1, ...value);
  const shown = (each: MapInWords): string => (each.get(1) === value.join() ? 'new' : each.get(1));
  return { said, then: shown(map), reopened: shown(new MapInWords(flash, mode)) };
}

/** Found at random and shrunk: of an erase after a migration, one bit moves, and the markers stand. */
const TORN_ERASE = `{"store":"sequential-map-literal","geometry":{"wordSize":4,"pageSize":32,"numPages":2,
"maxWordWrites":2,"maxPageErases":10000},"operations":[{"op":"insert","key":5,"value":"afc81170"},
{"op":"insert","key":5,"value":""}],"chains":[{"operation":1,"cuts":[{"call":4,"bits":"set:32"}]}]}`;

/** The same with three pages, so that the hardened store takes it. */
const TORN_ERASE_OF_THREE = `{"store":"sequential-map-literal","geometry":{"wordSize":4,"pageSize":32,"numPages":3,
"maxWordWrites":2,"maxPageErases":10000},"operations":[{"op":"insert","key":5,"value":"afc81170"},
{"op":"insert","key":6,"value":"afc81170"},{"op":"insert","key":7,"value":"00"}],
"chains":[{"operation":2,"cuts":[{"call":4,"bits":"set:32"}]}]}`;

/**
 * Found in a million cuts of random workloads from byte to byte, each followed by one more operation, and shrunk: a header is
 * cut, and of the item behind it the checksum reads like a length and its CRC-16.
 */
const PHANTOM = `{"store":"sequential-map-literal","geometry":{"wordSize":4,"pageSize":128,"numPages":3,
"maxWordWrites":2,"maxPageErases":10000},"operations":[{"op":"insert","key":228,"value":""},{"op":"insert","key":228,
"value":""},{"op":"insert","key":16,"value":"1f0cb354ac0eea98883b59176c64536d240de2664b579bcfb90caa666521858b65872b1da3\
2c410806cf82d8d85dcc50837e0463ff"}],"chains":[{"operation":1,"cuts":[{"call":0,"bits":"set:30"}]}]}`;

/** The same in a queue, found after 670,000 cuts. */
const PHANTOM_IN_A_QUEUE = `{"store":"sequential-queue-literal","geometry":{"wordSize":4,"pageSize":128,"numPages":2,
"maxWordWrites":2,"maxPageErases":10000},"operations":[
{"op":"append","value":"7b9aa46d4156040579e2d5c7894568568e4ffbd19dd91b0d"},
{"op":"append","value":"76bf90c058ec82e7586024c54b454103c195732919ee8f"},
{"op":"append","value":"e1e8cdac99f6b490e2bb6e59e56605ca977e"}],
"chains":[{"operation":1,"cuts":[{"call":0,"bits":"set:7"}]}]}`;

/** Found at random and shrunk: of an erase, the first marker has gone and a bit of an item, so that the page looks blank. */
const DIRTY_PAGE = `{"store":"sequential-queue-literal","geometry":{"wordSize":4,"pageSize":64,"numPages":1,
"maxWordWrites":2,"maxPageErases":10000},"operations":[
{"op":"append","value":"270effe87d632bfa3985ebcb32fd10fd3a68705eca6ef118a67160d93b8f80df86a34c"},{"op":"pop"},
{"op":"append","value":"36f7d43b6a1560866ceac1f8208999ca15a5"},{"op":"append","value":"6eb1e54df76dbc2dd97be553bfa616"}],
"chains":[{"operation":2,"cuts":[{"call":0,
"bits":"set:3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32"}]}]}`;

describe('libraries/sequential-storage, power cuts', () => {
  it('map: every cut of a random workload shows the old or the new state, in migrations too (SM-19)', () => {
    for (const pages of [3, 5]) {
      const report = sweep('sequential-map', { pages, length: 120 });
      expect(report.violations).to.deep.equal([]);
      expect(report.cuts).to.be.greaterThan(2000);
    }
    const twice = sweep('sequential-map', { pages: 3, length: 12, depth: 2 });
    expect(twice.violations).to.deep.equal([]);
    expect(twice.cuts).to.be.greaterThan(500);
  });

  it('queue: every cut of 500 random pushes and pops leaves all items in order (SQ-14)', () => {
    const report = sweep('sequential-queue', { length: 500, pages: 3 });
    expect(report.violations).to.deep.equal([]);
    expect(report.cuts).to.be.greaterThan(4000);
    const twice = sweep('sequential-queue', { pages: 2, length: 12, depth: 2 });
    expect(twice.violations).to.deep.equal([]);
  });

  it('both: a failure that the flash reports is survived as a cut is', () => {
    for (const store of ['sequential-map', 'sequential-queue']) {
      const part = { ...DEFAULT_OPTIONS.part, failures: 20 };
      expect(sweep(store, { length: 60, part }).violations).to.deep.equal([]);
    }
  });

  it('literal map: an acknowledged value is lost behind two torn headers (SM-13)', () => {
    expect(afterTwoTornHeaders(LITERAL)).to.deep.equal({
      said: 'Ok',
      then: 'none',
      reopened: 'none',
    });
  });

  it('literal: what is acknowledged is lost behind a single torn header, as the laboratory found it (SM-13)', () => {
    for (const [text, kind] of [
      [PHANTOM, 'map'],
      [PHANTOM_IN_A_QUEUE, 'queue'],
    ] as const) {
      expect(verdictOf(caseOf(text), `sequential-${kind}-literal`)).to.equal('LOST_ACK');
      const hardened = { ...caseOf(text), store: `sequential-${kind}` };
      expect(verdictOf(hardened, `sequential-${kind}`)).to.equal('OLD');
    }
  });

  it('hardened map: nothing is written behind a torn header, so it stays (SM-13)', () => {
    const shown = { said: 'Ok', then: 'new', reopened: 'new' };
    expect(afterTwoTornHeaders(HARDENED)).to.deep.equal(shown);
  });

  it('literal: a cut erase loses what was moved, or leaves a dirty page that looks blank (SM-12)', () => {
    expect(verdictOf(caseOf(TORN_ERASE), 'sequential-map-literal')).to.equal('LOST_ACK');
    expect(verdictOf(caseOf(TORN_ERASE_OF_THREE), 'sequential-map-literal')).to.equal('LOST_ACK');
    expect(verdictOf(caseOf(DIRTY_PAGE), 'sequential-queue-literal')).to.equal('UNREADABLE');
  });

  it('hardened: the same cuts lose nothing, and a dirty page is erased before it is opened (SM-12)', () => {
    const three = { ...caseOf(TORN_ERASE_OF_THREE), store: 'sequential-map' };
    expect(verdictOf(three, 'sequential-map')).to.equal('OLD');
    const dirty = { ...caseOf(DIRTY_PAGE), store: 'sequential-queue' };
    expect(verdictOf(dirty, 'sequential-queue')).to.equal('OLD');
  });

  it('the laboratory finds the torn erase in the literal map by itself, and shrinks it to three operations', () => {
    const store = 'sequential-map-literal';
    const [found] = sweep(store, { pages: 3, length: 100, images: 0 }).violations;
    if (found === undefined) expect.fail('nothing found');
    const small = shrink(found);
    expect(verdictOf(small, store)).to.equal(found.verdict);
    expect(small.operations.length).to.be.at.most(3);
  });
});

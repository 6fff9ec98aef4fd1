// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Tock's log in the crash laboratory: the hardened one keeps its claim; each defect of the literal one is found by itself.
 *
 * NON-TOCK: tests. The replay lines are what the laboratory made of what it found in random workloads.
 */
import { expect } from 'chai';
import { caseFromText, type CrashCase } from '#lab/crash/crash-case';
import { DEFAULT_OPTIONS, explore, type CrashOptions } from '#lab/crash/explore';
import { Player } from '#lab/crash/play';
import { exploreAdapter } from '#lab/crash/shard';
import { shrinkOn } from '#lab/crash/shrink';
import { adapterOf } from '#lab/crash/stores/index';
import { logAdapter } from '#lab/crash/stores/log-adapter';
import type { LogDefinition } from '#libraries/store/definition';
import { TOCK_LOG, shapeOf } from '#libraries/tock-log/definition';
import { HARDENED, LITERAL, type LogMode } from '#libraries/tock-log/mode';
import { TockLog } from '#libraries/tock-log/tock-log';

const SMALL = { ...DEFAULT_OPTIONS, length: 60, images: 20 };

/** The hardened log with a part of it as Tock has it. */
function hardenedBut(name: string, part: Partial<LogMode>): LogDefinition {
  const mode = { ...HARDENED, ...part };
  return {
    ...TOCK_LOG,
    name,
    open: (storage) => new TockLog(storage, { mode, circular: true }),
    shape: (geometry) => shapeOf(geometry, mode, true),
  };
}

/** The first fault in random workloads on pages of a size, shrunk. */
function smallest(definition: LogDefinition, pageSize: number): CrashCase {
  const adapter = logAdapter(definition);
  const options: CrashOptions = { ...SMALL, store: definition.name, pageSize, pages: 3 };
  for (let shard = 0; shard < 20; shard++) {
    const { violations } = exploreAdapter(adapter, options, shard, (told) => told.violations === 0);
    const [found] = violations;
    if (found !== undefined) return shrinkOn(adapter, found);
  }
  return expect.fail('nothing was found');
}

const ON_THREE_PAGES =
  '"geometry":{"wordSize":4,"pageSize":PAGE,"numPages":3,"maxWordWrites":1,"maxPageErases":10000}';
const head = (pageSize: number): string =>
  `{"store":"tock-log-literal",${ON_THREE_PAGES.replace('PAGE', String(pageSize))}`;

/** Made by `tocksim crash --store tock-log-literal`, the lengths with pages of 512 bytes; zeros put for longer values. */
const PINNED: readonly (readonly [what: string, line: string, verdict: string])[] = [
  [
    'a sync of nothing new erases what was synced',
    `${head(32)},"operations":[{"op":"append","value":"70"},{"op":"sync"},{"op":"sync"}],"chains":[{"operation":2,"cuts":[{"call":0,"bits":"all"}]}]}`,
    'LOST_ACK',
  ],
  [
    'a page that is torn behind its first length is believed',
    `${head(32)},"operations":[{"op":"append","value":"fdf545bf166481f2"},{"op":"append","value":"e1f2d89e2b846d046707572f9a914d26"}],"chains":[{"operation":1,"cuts":[{"call":0,"bits":"first:63"}]}]}`,
    'UNREADABLE',
  ],
  [
    'TS-07: an entry of 255 bytes is not there, without any cut',
    `${head(512)},"operations":[{"op":"append","value":"${'00'.repeat(255)}"}],"chains":[]}`,
    'LOST_ACK',
  ],
  [
    'TS-07: an entry of 256 bytes is not there after a boot',
    `${head(512)},"operations":[{"op":"append","value":"${'00'.repeat(256)}"},{"op":"sync"},{"op":"append","value":"01"}],"chains":[]}`,
    'LOST_ACK',
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

describe('Tock’s log, cut', () => {
  for (const store of ['tock-log', 'tock-log-linear']) {
    for (const [pageSize, pages, depth] of [
      [32, 2, 1],
      [64, 4, 2],
      [512, 3, 1],
    ] as const) {
      it(`${store} keeps its claim: ${pages} x ${pageSize} B, ${depth} deep`, () => {
        const report = explore({ ...SMALL, store, pageSize, pages, depth }, { shards: 2 });
        expect(report.violations).to.deep.equal([]);
        expect(report.cuts).to.be.greaterThan(500);
        expect(report.verdicts.OLD).to.be.greaterThan(0);
      });
    }
  }

  it('survives what the flash reports as failed', () => {
    const part = { ...SMALL.part, failures: 8 };
    const options = { ...SMALL, store: 'tock-log', pageSize: 64, pages: 4, part };
    const report = explore(options, { shards: 3 });
    expect([report.violationCount, report.excused]).to.deep.equal([0, 0]);
  });

  it('a page that is written where it is loses what was synced', () => {
    const { place } = HARDENED;
    const inPlace = hardenedBut('in-place', {
      place: (offset, log, last, geometry) =>
        log.find((page) => page.offset === offset)?.page ?? place(offset, log, last, geometry),
    });
    const found = smallest(inPlace, 64);
    expect(found.verdict).to.equal('LOST_ACK');
    expect(found.operations.map(({ op }) => op).slice(0, 3)).to.deep.equal([
      'append',
      'sync',
      'append',
    ]);
    expect(found.operations).to.have.length(4);
  });

  it('a page without a checksum is believed when it is torn', () => {
    const unchecked = hardenedBut('unchecked', {
      open(bytes, page, geometry) {
        const sealed = bytes.slice();
        const [offset, end] = [4, 8].map((at) => new DataView(bytes.buffer).getUint32(at, true));
        HARDENED.seal(sealed, offset ?? 0, end ?? 0);
        return HARDENED.open(sealed, page, geometry);
      },
    });
    expect(smallest(unchecked, 64).verdict).to.be.oneOf(['UNREADABLE', 'LOST_ACK', 'MIXED']);
  });

  it('TS-07: a length whose low byte is FF is taken for padding, without any cut', () => {
    const found = smallest(hardenedBut('padding', { lengthAt: LITERAL.lengthAt }), 1024);
    expect(found.verdict).to.equal('LOST_ACK');
    const lengths = found.operations.map((each) => (each.op === 'append' ? each.value.length : 0));
    expect(lengths.some((length) => length % 256 === 255)).to.equal(true);
    expect(found.chains).to.deep.equal([]);
  });

  it('TS-07: a length whose low byte is 00 ends the log at a boot', () => {
    const { open } = HARDENED;
    const blind = hardenedBut('blind', {
      open(bytes, page, geometry) {
        const found = open(bytes, page, geometry);
        if (found === undefined) return undefined;
        let end = HARDENED.headerSize;
        for (; end < found.end && bytes[end] !== 0;) {
          end += 4 + new DataView(bytes.buffer).getUint32(end, true);
        }
        return { ...found, end: Math.min(end, found.end) };
      },
    });
    const found = smallest(blind, 1024);
    expect(found.verdict).to.equal('LOST_ACK');
    const lengths = found.operations.map((each) => (each.op === 'append' ? each.value.length : 0));
    expect(lengths.some((length) => length > 0 && length % 256 === 0)).to.equal(true);
  });

  for (const [what, line, verdict] of PINNED) {
    it(`literal: ${what}: ${verdict}`, () => expect(replay(line)).to.equal(verdict));
  }
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * ConfigStorage, cut: step by step, and in the crash laboratory; each defect of the literal one by itself.
 *
 * NON-TOCK: tests. The replay lines are what the laboratory made of what it found in random workloads.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { caseFromText, type CrashCase } from '#lab/crash/crash-case';
import { DEFAULT_OPTIONS, explore, type CrashOptions } from '#lab/crash/explore';
import { Player } from '#lab/crash/play';
import { exploreAdapter } from '#lab/crash/shard';
import { shrinkOn } from '#lab/crash/shrink';
import { adapterOf } from '#lab/crash/stores/index';
import { mapAdapter } from '#lab/crash/stores/map-adapter';
import { bitChoice, BufferStorage, type BitChoice } from '#libraries/store/buffer-storage';
import type { MapDefinition } from '#libraries/store/definition';
import { CLAIM } from '#libraries/tinyos/config-claim';
import { configStorage } from '#libraries/tinyos/config-definition';
import { parseHeader, parseSeedHeader } from '#libraries/tinyos/config-format';
import { LITERAL, LOG, RING, type ConfigMode } from '#libraries/tinyos/config-mode';
import { ConfigBench, geometry, value } from './config-support.ts';

const LAYOUTS = [
  ['ring', RING],
  ['log', LOG],
] as const;

/** Sets of moving bits: none, all, all but one, one, and some at random. */
const CHOICES: readonly BitChoice[] = [
  () => false,
  () => true,
  (index) => index !== 0,
  (index, total) => index !== total - 1,
  (index) => index === 0,
  (index, total) => index === total - 1,
  ...['even', 'odd', 'firstHalf', 'lastHalf', 'xorshift:3', 'xorshift:4'].map(
    (name) => bitChoice(name) ?? ((): boolean => false),
  ),
];

type Change = (bench: ConfigBench) => unknown;

/** Nothing, all but one, and some at random. */
const FEW = CHOICES.filter((_, nth) => nth === 0 || nth === 2 || nth === 10);

/** Every cut of a change, booted again. `at`: which write or erase was cut. */
function* cutsOf(
  base: ConfigBench,
  change: Change,
  choices = CHOICES,
): Generator<{ readonly bench: ConfigBench; readonly at: number }> {
  for (let at = 0; ; at++) {
    for (const [nth, choice] of choices.entries()) {
      const flash = base.flash.clone();
      const bench = new ConfigBench(base.options, flash);
      flash.arm(at);
      const end = change(bench);
      if (nth === 0 && end !== 'StorageError') return;
      flash.corrupt(choice);
      expect(bench.boot(), `cut ${at}, choice ${nth}`).to.equal('Ok');
      expect(flash.violation).to.equal(undefined);
      yield { bench, at };
    }
  }
}

/** The content with values of these numbers under these keys. */
function contentOf(numbers: Readonly<Record<number, number>>): string {
  const all = Object.entries(numbers);
  return all.map(([key, number]) => `${key}=${value(number).toString()}`).join(' ');
}

/** Units that are not blank. */
function usedUnits({ flash }: ConfigBench): number[] {
  const units = Array.from({ length: flash.numPages }, (_, unit) => unit);
  return units.filter((unit) => !flash.isErased(unit, 0));
}

describe('ConfigStorage, cut', () => {
  for (const [name, mode] of LAYOUTS) {
    describe(name, () => {
      let bench: ConfigBench;
      beforeEach(() => {
        bench = new ConfigBench({ mode }, new BufferStorage(geometry(128, 3)));
        bench.insert(1, value(1));
        bench.insert(2, value(2));
      });

      it('shows the new value between its commit and the kill of the old, which a boot makes up for; removed is removed (TC-12)', () => {
        let doubles = 0;
        for (const cut of cutsOf(bench, (each) => each.insert(1, value(9)))) {
          // Hash, value, second word; the fourth write is the kill.
          if (cut.at !== 3) continue;
          doubles += 1;
          expect([cut.bench.get(1), cut.bench.total]).to.deep.equal([value(9), 2]);
          expect(cut.bench.remove(1)).to.equal('Ok');
          expect(cut.bench.get(1)).to.equal('NotFound');
          cut.bench.boot();
          expect(cut.bench.get(1)).to.equal('NotFound');
        }
        expect(doubles).to.equal(CHOICES.length);
      });

      it('shows the old value when a new entry was cut, and takes the next one (TC-13)', () => {
        let cuts = 0;
        for (const cut of cutsOf(bench, (each) => each.insert(1, value(9)))) {
          if (cut.at > 2) continue;
          cuts += 1;
          const allowed = cut.at < 2 ? [value(1)] : [value(1), value(9)];
          expect(cut.bench.get(1)).to.deep.be.oneOf(allowed);
          expect(cut.bench.insert(1, value(7))).to.equal('Ok');
          expect(cut.bench.insert(3, value(8))).to.equal('Ok');
          cut.bench.boot();
          expect(cut.bench.content).to.equal(contentOf({ 1: 7, 2: 2, 3: 8 }));
        }
        expect(cuts).to.equal(3 * CHOICES.length);
      });

      it('has every key with its value after a cut at any step of a copy, and the rest of the units blank (TC-14, TC-15)', () => {
        const most = mode.liveAreas(3);
        // So many entries that the next one needs a copy.
        for (let turn = 0; turn < 10 * most - 2; turn++) bench.insert(3 + (turn % 3), value(turn));
        expect(usedUnits(bench)).to.have.length(most);
        const before = bench.content;
        const after = before.replace(contentOf({ 1: 1 }), contentOf({ 1: 9 }));
        const seen = new Set<string>();
        const steps = new Set<number>();
        for (const cut of cutsOf(bench, (each) => each.insert(1, value(9)))) {
          steps.add(cut.at);
          seen.add(cut.bench.content);
          expect(cut.bench.content).to.be.oneOf([before, after]);
          expect(usedUnits(cut.bench).length).to.be.at.most(most);
          expect(cut.bench.insert(9, value(4))).to.equal('Ok');
          cut.bench.boot();
          expect(cut.bench.get(9)).to.deep.equal(value(4));
        }
        expect(seen).to.deep.equal(new Set([before, after]));
        // Copies, the new entry, the header, the erase.
        expect(steps.size).to.be.greaterThan(3);
      });

      it('is the state before or after, wherever 12 keys, 200 updates and 5 removes are cut (TC-20)', () => {
        const random = new Random(20);
        bench = new ConfigBench({ mode, cache: 16 }, new BufferStorage(geometry(256, 3)));
        const changes: Change[] = [];
        for (let key = 0; key < 12; key++) changes.push((each) => each.insert(key, value(key)));
        for (let turn = 0; turn < 200; turn++) {
          const [key, length] = [random.below(12), random.below(9)];
          changes.push((each) => each.insert(key, value(turn, length)));
          if (turn % 40 === 39) changes.push((each) => each.remove(key));
        }
        let cuts = 0;
        for (const change of changes) {
          const before = bench.content;
          const done = new ConfigBench(bench.options, bench.flash.clone());
          change(done);
          const allowed = [before, done.content];
          for (const cut of cutsOf(bench, change, FEW)) {
            cuts += 1;
            if (!allowed.includes(cut.bench.content))
              expect(cut.bench.content).to.be.oneOf(allowed);
          }
          change(bench);
        }
        expect(cuts).to.be.greaterThan(1500);
        expect(bench.flash.counts.erases).to.be.greaterThan(3);
      }).timeout(20_000);
    });
  }
});

// --- The laboratory ------------------------------------------------------------------------------

const SMALL = { ...DEFAULT_OPTIONS, length: 24, images: 5 };
/** Goes on after each cut, and loses power for good at every other: what is left then shows. */
const ON = { goOn: 1, lossy: 2 };

const LITERAL_SHAPE = { ...SMALL, store: 'tep-config-literal', pageSize: 64, pages: 2, length: 60 };

/** The hardened ring with a part of it otherwise. */
function ringBut(name: string, part: Partial<ConfigMode>): MapDefinition {
  return configStorage({ name, description: name, claim: CLAIM, mode: { ...RING, ...part } });
}

/** The first fault in random workloads, shrunk. */
function smallest(definition: MapDefinition, more: Partial<CrashOptions> = {}): CrashCase {
  const adapter = mapAdapter(definition);
  const options: CrashOptions = {
    ...SMALL,
    store: definition.name,
    pageSize: 64,
    pages: 3,
    ...more,
  };
  for (let shard = 0; shard < 40; shard++) {
    const { violations } = exploreAdapter(adapter, options, shard, (told) => told.violations === 0);
    const [found] = violations;
    if (found !== undefined) return shrinkOn(adapter, found);
  }
  return expect.fail('nothing was found');
}

const head = (pageSize: number, pages: number): string =>
  `{"store":"tep-config-literal","geometry":{"wordSize":4,"pageSize":${pageSize},"numPages":${pages},"maxWordWrites":3,"maxPageErases":10000}`;

/** Made by `tocksim crash --store tep-config-literal`, but for the third and the fourth, which are told by hand. */
const PINNED: readonly (readonly [what: string, line: string, verdict: string])[] = [
  [
    'a header that is torn before its hash is a key that nobody has',
    `${head(32, 2)},"operations":[{"op":"insert","key":1,"value":""}],"chains":[{"operation":0,"cuts":[{"call":0,"bits":"set:31,32,37,38,39,40"}]}]}`,
    'UNREADABLE',
  ],
  [
    'a half that is half erased counts, with a length that it never had',
    `${head(64, 2)},"operations":[{"op":"insert","key":21,"value":""},{"op":"insert","key":21,"value":"61e1f2d89e2b848f8400c6e77dd54c76c8765ae25e99dc6e3a"},{"op":"insert","key":21,"value":"9a914d260264d18f8400c6e77dd54c76c8765ae25e99dc6e3a"}],"chains":[{"operation":2,"cuts":[{"call":1,"bits":"set:77"}]}]}`,
    'LOST_ACK',
  ],
  [
    'a double outlives the kill that was cut: a remove brings the old value back',
    `${head(64, 2)},"operations":[{"op":"insert","key":1,"value":"01"},{"op":"insert","key":1,"value":"02"},{"op":"remove","key":1}],"chains":[{"operation":1,"cuts":[{"call":1,"bits":"none"}]}]}`,
    'RESURRECTED',
  ],
  [
    'a half that is half copied counts, when it is the first: the rest is gone',
    `${head(64, 2)},"operations":[${[1, 2, 2, 2, 2].map((key) => `{"op":"insert","key":${key},"value":"00010203040506070809"}`).join()}],"chains":[{"operation":4,"cuts":[{"call":1,"bits":"none"}]}]}`,
    'LOST_ACK',
  ],
  [
    'doubles take room for ever',
    `${head(64, 2)},"operations":[{"op":"insert","key":0,"value":""},{"op":"insert","key":36,"value":"7a71a958174ac2"},{"op":"remove","key":36},{"op":"insert","key":21,"value":"aae599ab"},{"op":"insert","key":0,"value":"b2fe62ce577fa97ab41697ae3be296c6f2c3c3a60bc57c5af39853"},{"op":"insert","key":21,"value":"0e8caee3eabcd4f7"}],"chains":[{"operation":4,"cuts":[{"call":3,"bits":"all"}]}]}`,
    'SPACE_LEAK',
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

describe('ConfigStorage in the crash laboratory', () => {
  for (const store of ['tep-config', 'tep-config-log']) {
    for (const [pageSize, pages, depth] of [
      [24, 3, 1],
      [64, 2, 2],
      [64, 4, 2],
      [512, 3, 1],
    ] as const) {
      it(`${store} keeps its claim: ${pages} x ${pageSize} B, ${depth} deep`, () => {
        const report = explore({ ...SMALL, store, pageSize, pages, depth }, { shards: 1 });
        expect(report.violations).to.deep.equal([]);
        expect(report.cuts).to.be.greaterThan(300);
        expect(report.verdicts.OLD).to.be.greaterThan(0);
      });
    }

    it(`${store} survives what the flash reports as failed`, () => {
      const part = { ...SMALL.part, failures: 8 };
      const options = { ...SMALL, store, pageSize: 64, pages: 4, part };
      const report = explore(options, { shards: 2 });
      expect([report.violationCount, report.excused]).to.deep.equal([0, 0]);
    });
  }

  it('finds by itself that a boot must kill doubles: a removed key comes back', () => {
    const found = smallest(ringBut('doubles', { killsDoubles: false }), ON);
    expect(found.verdict).to.be.oneOf(['RESURRECTED', 'LOST_ACK', 'UNREADABLE', 'SPACE_LEAK']);
  });

  it('finds by itself that the second word must come last', () => {
    const found = smallest(ringBut('at-once', { commitsLast: false }));
    expect(found.verdict).to.be.oneOf(['UNREADABLE', 'LOST_ACK', 'MIXED']);
  });

  it('finds by itself that a torn second word must be told from a whole one', () => {
    const parse = (bytes: Uint8Array): ReturnType<typeof parseHeader> =>
      parseHeader(bytes) === 'blank' ? 'blank' : parseSeedHeader(bytes);
    const found = smallest(ringBut('believed', { parse }));
    expect(found.verdict).to.be.oneOf(['UNREADABLE', 'LOST_ACK', 'MIXED']);
  });

  it('finds by itself that a unit’s header must come after the copy', () => {
    const found = smallest(ringBut('seals-first', { sealsLast: false }));
    expect(found.verdict).to.be.oneOf(['LOST_ACK', 'MIXED']);
  });

  it('finds by itself that a boot must erase what was left of a copy or an erase', () => {
    const found = smallest(ringBut('rest', { erasesRest: false }), ON);
    expect(found.verdict).to.be.oneOf(['LOST_ACK', 'MIXED', 'UNREADABLE', 'SPACE_LEAK']);
  });

  it('finds by itself that what follows the last entry must be blank', () => {
    const found = smallest(ringBut('tail', { checksTail: false }), ON);
    expect(found.verdict).to.be.oneOf(['LOST_ACK', 'MIXED', 'UNREADABLE']);
  });

  it('finds faults of the literal one at once', () => {
    const report = explore(LITERAL_SHAPE, { shards: 1 });
    expect(report.verdicts.UNREADABLE).to.be.greaterThan(0);
    expect(report.verdicts.LOST_ACK).to.be.greaterThan(0);
    expect(LITERAL.killsDoubles).to.equal(false);
  });

  for (const [what, line, verdict] of PINNED) {
    it(`literal: ${what}: ${verdict}`, () => {
      expect(replay(line)).to.equal(verdict);
    });
  }
});

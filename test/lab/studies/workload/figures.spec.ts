// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A security key's year against the figures of the firmware's own store on the same calls, and the two levels against
 * each other.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { BoardKind, StoreHil } from '#boards/board';
import { NRF52840DK } from '#boards/nrf52840dk/main';
import { assert } from '#kernel/assert';
import type { CommandFigures } from '#lab/report/figures';
import { virtualCapacity } from '#lab/studies/framework/closed-forms';
import type { CostModel } from '#lab/studies/framework/cost-model';
import { parseDescription } from '#lab/studies/workload/generator';
import { mostErases, type Figures } from '#lab/studies/workload/figures';
import { prepareWhenIdle } from '#lab/studies/workload/idle';
import { parsePart } from '#lab/studies/workload/part-file';
import { PARTS, type StudyPart } from '#lab/studies/workload/parts';
import { bundled, hashOf, part, run } from './support.ts';

const YEAR = bundled('fido-year');

/** An nRF52840 with other pages: the rest is as there. */
function withPages(pageSize: number): StudyPart {
  const parsed = parsePart(
    JSON.stringify({
      name: 'like an nRF52840',
      pageSize,
      pages: 64,
      programsPerWord: 2,
      erasesPerPage: 10_000,
      programUnitMicroseconds: 41,
      erasePageMicroseconds: 85_000,
    }),
  );
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

/** Erasures, most on a page, lifetime used, years; the worst command's flash time in milliseconds. */
function row(figures: Figures): (number | undefined)[] {
  const { lived, lifetime, years } = figures;
  return [lived.erases, mostErases(lived), lifetime?.used, years && Math.round(years)];
}

function worst({ flashWorst = NaN }: Figures): number {
  return flashWorst / 1e6;
}

describe('The year of a security key, at the storage interface', () => {
  for (const [pages, pageSize, expected, worstFlash] of [
    [20, 4096, [8, 1, 26_590, 7704], 104.9],
    [10, 4096, [20, 2, 29_106, 3519], 114],
    [6, 4096, [30, 5, 35_476, 1732], 119],
    [5, 4096, [37, 8, 41_333, 1239], 117],
    [4, 4096, [52, 13, 55_826, 734], 126],
    [6, 2048, [162, 27, 84_964, 361], 221],
  ] as const) {
    it(`on ${pages} pages of ${pageSize} bytes as the reference has it`, () => {
      const figures = run(YEAR, { pages, part: withPages(pageSize) });
      expect(row(figures)).to.deep.equal(expected);
      expect(worst(figures)).to.be.closeTo(worstFlash, 0.55);
      expect([figures.entries, figures.capacity?.used, figures.peakWords]).to.deep.equal([
        39, 2060, 2062,
      ]);
      expect(figures.stopped).to.equal(undefined);
    });
  }

  it('on 20 pages: words, busy flash, total lifetime and image as the reference has them', () => {
    const figures = run(YEAR, {});
    expect(figures.lived.words).to.equal(50_428);
    expect((figures.flashBusy ?? 0) / 1e9).to.be.closeTo(2.75, 0.005);
    expect(figures.lifetime?.total).to.equal(204_419_418);
    expect(hashOf(figures)).to.equal(
      'a1120897e197962f60c11b7bbd7a6f11a4b16ad59833bbb175b9d9edcf7e1c26',
    );
  });

  it('on 3 pages does not fit: a registration on day 283.7 finds no capacity', () => {
    const { stopped, capacity, peakWords, years } = run(YEAR, { pages: 3 });
    expect([stopped?.index, stopped?.line, stopped?.reason]).to.deep.equal([
      11_788,
      11_789,
      'NoCapacity',
    ]);
    expect([stopped?.event, stopped?.day.toFixed(1)]).to.deep.equal(['makeCredential', '283.7']);
    expect([peakWords, capacity?.total, years]).to.deep.equal([1744, 1783, undefined]);
  });

  for (const [pages, erases, used] of [
    [20, 8, 26_590],
    [5, 40, 44_413],
  ] as const) {
    it(`with prepare in idle time on ${pages} pages: every erasure is out of the commands`, () => {
      const figures = run(prepareWhenIdle(YEAR, 300), { pages });
      expect([figures.lived.erases, figures.idleErases]).to.deep.equal([erases, erases]);
      expect(figures.lifetime?.used).to.equal(used);
      expect(worst(figures)).to.be.closeTo(14.8, 0.05);
    });
  }

  it('has no years where nothing was written, and where no time went by', () => {
    const find = { t: 0, event: 'e', act: 1, op: 'find', key: 1 } as const;
    const insert = { ...find, op: 'insert', size: 4 } as const;
    for (const lines of [
      [find, { ...find, t: 1e6, act: 2 }],
      [insert, { ...insert, act: 2 }],
    ]) {
      expect(run(lines, { pages: 3 }).years).to.equal(undefined);
    }
  });

  it('the first day lasts 94 years at its rate', () => {
    expect(Math.round(run(bundled('fido-first-day'), {}).years ?? 0)).to.equal(94);
  });
});

describe('Closed forms, on every part with 3, 20 and 40 pages', () => {
  const boot = { t: 0, event: 'boot', act: 1, op: 'boot' } as const;
  const LONGEST_WORDS = 256;

  const taken = Object.entries(PARTS).filter(([, { sheet, id }]) => {
    const { pageSize, programsPerWord } = sheet;
    return pageSize.value <= 4096 && programsPerWord.value > 1 && id !== 'k64f';
  });
  for (const [name, each] of taken) {
    it(`${name}: capacity (N - 1)(Q - 4) - 257 words, life ((E + 1) N - 1)(Q - 2) words`, () => {
      const { pageSize, erasesPerPage } = each.sheet;
      const words = pageSize.value / 4;
      const endurance = Math.min(erasesPerPage.value, 65_535);
      for (const pages of [3, 20, 40]) {
        const { capacity, lifetime } = run([boot], { part: each, pages });
        const shape = { pages, pageSize: pageSize.value, endurance };
        expect(capacity?.total).to.equal((pages - 1) * (words - 4) - 257);
        expect(capacity?.total).to.equal(virtualCapacity(shape, LONGEST_WORDS));
        expect(lifetime?.total).to.equal(((endurance + 1) * pages - 1) * (words - 2));
      }
    });
  }

  it('through the translator a call takes 85 ms and 1,024 words of 41 µs more for each of its pages', () => {
    const lines = [1, 2, 3, 4].map((act) => {
      return { t: 0, event: 'e', act, op: 'insert', key: act, size: 4 } as const;
    });
    const commands = (hil: StoreHil): readonly CommandFigures[] =>
      // The first call opens the store, too.
      run(lines, { pages: 3, level: 'board', hil }).lived.commands.slice(1);
    const byByte = commands('byte');
    for (const [index, { words, erases, time }] of commands('page').entries()) {
      // A value and its header are two writes; each erases its page and writes all of it.
      expect([words, erases]).to.deep.equal([2 * 1024, 2]);
      const fewer = byByte[index];
      assert(fewer !== undefined, 'as many commands');
      expect(time - fewer.time).to.equal(2 * 85e6 + (words - fewer.words) * 41e3);
    }
  });
});

describe('A cost model instead of the figures of a part', () => {
  const DAY = bundled('fido-first-day');
  const none: CostModel = {
    readCalls: 0,
    deadEntries: 0,
    wordsWritten: 0,
    writeCalls: 0,
    erases: 0,
  };
  const withCosts = (model: CostModel, lines = DAY, pages = 4): Figures =>
    run(lines, { pages, costs: { device: 'mine', model } });

  it('gives the same times when it has the same figures: read 11 µs, word 41 µs, page 85 ms', () => {
    const same = { ...none, readCalls: 11, wordsWritten: 41, erases: 85_000 };
    const [modelled, usual] = [withCosts(same, YEAR), run(YEAR, { pages: 4 })];
    expect(modelled.busy).to.be.closeTo(usual.busy, 1);
    expect([modelled.worst, modelled.flashWorst]).to.deep.equal([usual.worst, usual.flashWorst]);
    expect(hashOf(modelled)).to.equal(hashOf(usual));
  });

  it('charges each erasure, each word and each write call by itself', () => {
    const { lived, flashBusy } = withCosts({ ...none, erases: 7 }, YEAR);
    expect(flashBusy).to.equal(lived.erases * 7000);
    const words = withCosts({ ...none, wordsWritten: 2 });
    const written = words.lived.commands.reduce((sum, command) => sum + command.words, 0);
    expect(words.flashBusy).to.equal(written * 2000);
    // A value is written before its header; an empty one is a header alone.
    for (const [size, writes] of [
      [40, 2],
      [0, 1],
    ] as const) {
      const insert = { t: 0, event: 'e', act: 1, op: 'insert', key: 1, size } as const;
      expect(withCosts({ ...none, writeCalls: 3 }, [insert]).busy).to.equal(writes * 3000);
    }
  });
});

describe('Both levels', function () {
  this.timeout(20_000);

  const same = ({ lived, entries, lifeUsed, stopped }: Figures): unknown => [
    [lived.calls, lived.powerOns, lived.words, lived.erases, lived.pageErases],
    [entries, lifeUsed, stopped],
    lived.commands.map(({ event, calls, words, erases }) => [event, calls, words, erases]),
  ];

  it('give the same words, erasures, image and flash time: the year on 4 pages of an nRF52840', () => {
    const storage = run(YEAR, { pages: 4 });
    const board = run(YEAR, { pages: 4, level: 'board' });
    expect(same(board)).to.deep.equal(same(storage));
    expect(hashOf(board)).to.equal(hashOf(storage));
    expect(board.lived.flashTimes).to.deep.equal(storage.lived.flashTimes);
  });

  const churn = parseDescription(
    JSON.stringify({
      calls: 400,
      intervalMilliseconds: 6000,
      bootEveryMilliseconds: 300_000,
      keys: { count: 12, zipf: 1 },
      sizes: { least: 0, most: 200 },
      deletes: 0.1,
      finds: 0.2,
      batches: { share: 0.1, updates: 3 },
    }),
  );
  const churned = churn.ok ? churn.value : [];

  for (const hil of ['byte', 'blocking'] as const) {
    it(`give the same on Earl Grey, ${hil}: 400 made-up calls on 4 pages`, () => {
      const cell = { pages: 4, part: part('earlgrey') };
      const storage = run(churned, cell);
      const board = run(churned, { ...cell, level: 'board', hil });
      expect(storage.lived.erases).to.be.greaterThan(10);
      expect(same(board)).to.deep.equal(same(storage));
      expect(hashOf(board)).to.equal(hashOf(storage));
    });
  }

  it('say the same of a workload that does not fit, and of the call at which it does not', () => {
    const big = parseDescription(
      JSON.stringify({
        calls: 40,
        intervalMilliseconds: 10,
        keys: { count: 40 },
        sizes: { least: 400, most: 400 },
      }),
    );
    const lines = big.ok ? big.value : [];
    const storage = run(lines, { pages: 3 });
    const board = run(lines, { pages: 3, level: 'board' });
    expect(storage.stopped?.reason).to.equal('NoCapacity');
    expect(same(board)).to.deep.equal(same(storage));
  });

  it('through the translator of pages a worn page ends the run, which says where and why', () => {
    const nearlyWorn: BoardKind = {
      ...NRF52840DK,
      freshFlash: (options) => {
        const flash = NRF52840DK.freshFlash(options);
        for (let erasure = 0; erasure < 9900; erasure++) flash.erase(192);
        return flash;
      },
    };
    const { stopped, years } = run(churned, {
      part: { ...part('nrf52840'), board: nearlyWorn },
      pages: 3,
      level: 'board',
      hil: 'page',
    });
    expect(stopped?.reason).to.equal('page 192 was erased 10001 times (limit 10000)');
    expect(stopped?.line).to.be.within(30, 200);
    expect(years).to.equal(undefined);
  });
});

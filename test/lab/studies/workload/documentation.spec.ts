// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `doc/studies/workload.md` and the calibration of `doc/studies/README.md`: figures in prose, ranges and examples.
 *
 * NON-TOCK: tests. The outputs of commands are compared in test/cli/commands/study-workload.spec.ts.
 */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '#kernel/result';
import { grouped } from '#lab/report/columns';
import { calibrate, parseCalibration } from '#lab/studies/framework/calibration';
import { parseCosts } from '#lab/studies/framework/costs-file';
import type { Figures } from '#lab/studies/workload/figures';
import { parseDescription } from '#lab/studies/workload/generator';
import { prepareWhenIdle } from '#lab/studies/workload/idle';
import { parsePart } from '#lab/studies/workload/part-file';
import { readWorkload } from '#lab/studies/workload/read';
import { ROOT } from '#tools/sources';
import { bundled, part, run } from './support.ts';

const PAGE = readFileSync(join(ROOT, 'doc/studies/workload.md'), 'utf8');
const README = readFileSync(join(ROOT, 'doc/studies/README.md'), 'utf8');
const prose = PAGE.replaceAll(/\s+/g, ' ');

/** The fenced blocks of a page in a language. */
function blocks(page: string, language: string): string[] {
  const pattern = new RegExp(`\`\`\`${language}\\n([^\`]*)\`\`\``, 'g');
  return Array.from(page.matchAll(pattern), ([, block = '']) => block);
}

const milliseconds = (nanoseconds = NaN, digits = 0): string => (nanoseconds / 1e6).toFixed(digits);

describe('The prose of doc/studies/workload.md', function () {
  this.timeout(20_000);
  const YEAR = bundled('fido-year');
  const runs = new Map<number, Figures>();
  const year = (pages: number): Figures => {
    const figures = runs.get(pages) ?? run(YEAR, { pages });
    runs.set(pages, figures);
    return figures;
  };

  it('has the figures of the year on 20 pages, and of the one on 3', () => {
    const { lived, lifetime, years } = year(20);
    expect(prose).to.include(
      `${lived.erases} erasures, ${grouped(lifetime?.used ?? 0)} words of life and ${grouped(years ?? 0)} years`,
    );
    const { stopped, capacity } = year(3);
    expect(prose).to.include(`${grouped(capacity?.used ?? 0)} of ${grouped(capacity?.total ?? 0)}`);
    expect(prose).to.include(`a registration fails on day ${stopped?.day.toFixed(0)}`);
  });

  it('adds up the worst command on 3 pages: erasures and words of one call', () => {
    const { lived, flashWorst = NaN } = year(3);
    const at = lived.flashTimes?.indexOf(flashWorst) ?? NaN;
    const { act, event, calls, erases = NaN, words = NaN } = lived.commands[at] ?? {};
    const line = YEAR.findIndex((call) => call.act === act && call.event === event);
    expect([event, calls]).to.deep.equal(['getAssertion', 1]);
    expect(erases * 85_000_000 + words * 41_000).to.equal(flashWorst);
    expect(prose).to.include(`line ${grouped(line + 1)}: a single call`);
    const sum = `${erases} × 85 ms + ${grouped(words)} × 41 µs = ${milliseconds(flashWorst, 3)} ms`;
    expect(prose).to.include(`${erases} erasures and ${grouped(words)} words, and ${sum}`);
    const least = Math.ceil((261_500_000 - erases * 85_000_000) / 41_000);
    expect(prose)
      .to.include(`${grouped(least)} words at least`)
      .and.include('9 words stay');
    expect(least - words).to.equal(9);
  });

  it('counts on boots that write nothing but the first word of all', () => {
    const { lived } = year(3);
    const all = lived.commands.reduce((sum, command) => sum + command.words, 0);
    expect(lived.words - all).to.equal(1);
    expect(prose).to.include('no boot before it writes');
  });

  it('has what prepare in idle time gains and costs', () => {
    const idle = prepareWhenIdle(YEAR, 300);
    const plain = [20, 5, 4].map(year);
    const prepared = [20, 5, 4].map((pages) => run(idle, { pages }));
    const worst = new Set(prepared.map(({ flashWorst }) => milliseconds(flashWorst, 1)));
    const before = plain.map(({ flashWorst = NaN }) => Math.round(flashWorst / 1e6));
    const range = `${Math.min(...before)} to ${Math.max(...before)} ms`;
    expect(prose).to.include(`takes ${[...worst].join()} ms of flash instead of ${range}`);
    const [free, some, much] = [0, 1, 2].map((at) => {
      return 1 - (prepared[at]?.years ?? NaN) / (plain[at]?.years ?? NaN);
    });
    expect(free).to.equal(0);
    expect(prose).to.include(`on 5 it costs ${(100 * (some ?? NaN)).toFixed(0)} % of the life`);
    expect(much, 'a quarter').to.be.closeTo(0.25, 0.02);
  });

  it("has what the DK's fitted costs change", () => {
    const measured = parseCalibration(
      readFileSync(join(ROOT, 'data/measurements/opensk-dk-2022.json'), 'utf8'),
    );
    const fit = measured.ok ? calibrate(measured.value) : measured;
    if (!fit.ok) throw new Error(fit.error);
    const fitted = run(YEAR, { pages: 20, costs: { device: 'DK', model: fit.value.model } });
    const usual = year(20);
    expect(prose).to.include(
      `takes ${milliseconds(fitted.worst)} ms instead of ${milliseconds(usual.worst)} ms, and ` +
        `${milliseconds(fitted.flashWorst)} ms of them`,
    );
    expect(prose).to.include(`instead of ${milliseconds(usual.flashWorst)} ms. `);
  });

  it('has the software cost of a read', () => {
    const [nrf, earlgrey] = ['nrf52840', 'earlgrey'].map((name) => part(name).storeRead / 1e3);
    expect(prose).to.include(
      `charge ${nrf} µs for each read of the store's software (${earlgrey} µs`,
    );
  });
});

describe('The examples of doc/studies', () => {
  const accepted = (result: Result<unknown, string>): string => (result.ok ? '' : result.error);

  it('are what they are said to be: traces, a part, a description, a cost model', () => {
    const [table = ''] = blocks(PAGE, 'csv');
    expect(accepted(readWorkload('a.csv', table))).to.equal('');
    const [mine = '', call = '', description = ''] = blocks(PAGE, 'json');
    expect(accepted(parsePart(mine))).to.equal('');
    expect(accepted(readWorkload('a.jsonl', call))).to.equal('');
    expect(accepted(parseDescription(description))).to.equal('');
    const [model = ''] = blocks(README, 'json');
    expect(accepted(parseCosts(model))).to.equal('');
  });

  const UNITS: readonly (readonly [RegExp, string])[] = [
    [/ten days/, String(864e6)],
    [/90 days/, String(7776e6)],
    [/a second/, '1000'],
  ];

  /** The ranges that a table of the page gives for a field: least and most. */
  function ranges(): { field: string; least: number; most: number; isPower: boolean }[] {
    return Array.from(PAGE.matchAll(/^\| (`[^|]*) \| ([^|]*) \|/gm)).flatMap(
      ([, names = '', text = '']) => {
        const fields = Array.from(names.matchAll(/`([^`]+)`/g), ([, field = '']) => field);
        let plain = text;
        for (const [words, number] of UNITS) plain = plain.replace(words, number);
        const found = [...plain.replace(/ a day/, ' 86400000000').matchAll(/(\d+) to (\d+)/g)];
        return fields.flatMap((field, index) => {
          const [, least, most] = found[index] ?? found[0] ?? [];
          if (most === undefined) return [];
          const isPower = plain.includes('power of two');
          return [{ field, least: Number(least), most: Number(most), isPower }];
        });
      },
    );
  }

  /** The example with one field changed, as text. */
  function changed(text: string, field: string, value: number): string {
    const whole = JSON.parse(text) as Record<string, unknown>;
    const path = field.split('.');
    let at = whole;
    for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>;
    at[path.at(-1) ?? ''] = value;
    return JSON.stringify(whole);
  }

  it('give the ranges that the checks have: both ends are taken, nothing beyond', () => {
    const [mine = '', , description = ''] = blocks(PAGE, 'json');
    const checked: string[] = [];
    for (const { field, least, most, isPower } of ranges()) {
      const [example, parse] = /page|program|erase|storeRead/i.test(field)
        ? [mine, parsePart]
        : [description, parseDescription];
      if (field === 'name') continue;
      const refusal = (value: number): string => accepted(parse(changed(example, field, value)));
      const step = isPower ? 2 : 1;
      // What contradicts another field of the example is not what is asked here.
      const outside = /must be|is 1: the store marks/;
      expect(refusal(least), `${field} ${least}`).not.to.match(outside);
      // A million calls take too long to make.
      if (field !== 'calls') expect(refusal(most), `${field} ${most}`).not.to.match(outside);
      expect(refusal(most * step + (isPower ? 0 : 1)), `${field} over ${most}`).to.match(outside);
      expect(refusal(isPower ? least / 2 : least - 1), `${field} under ${least}`).to.match(outside);
      checked.push(field);
    }
    expect(checked).to.have.length(23);
  });
});

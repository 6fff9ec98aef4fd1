// SPDX-License-Identifier: Apache-2.0 OR MIT
/** A study as tables, JSON and CSV. NON-TOCK. */
import { expect } from 'chai';
import type { CheckedLine } from '#lab/run/workload';
import { renderStudy, studyCsv, studyJson, type Study } from '#lab/studies/workload/report';
import { bundled, part, run } from './support.ts';

const DAY = bundled('fido-first-day');
const study = (lines: readonly CheckedLine[], ...names: readonly string[]): Study => ({
  name: 'w',
  lines,
  rows: names.map((name) => run(lines, { pages: 3, part: part(name) })),
});

/** 1,200 bytes of values in 3 calls, then one too many for 3 pages. */
const TOO_MUCH: CheckedLine[] = Array.from({ length: 9 }, (_, key) => ({
  t: 1000 * key,
  event: 'store',
  act: key + 1,
  op: 'insert',
  key,
  size: 1000,
}));

describe('A study', () => {
  it('as text is at most 80 characters wide, and says which figures are unverified', () => {
    const text = renderStudy(study(DAY, 'nrf52840', 'nrf52810', 'mx25r6435f', 'earlgrey'), true);
    expect(text.split('\n').filter((line) => Array.from(line).length > 80)).to.deep.equal([]);
    expect(text).to.contain('nRF52810: program.each 41000 is assumed');
    expect(text).to.contain('MX25R6435F: erasesPerPage 100000 is unverified');
  });

  it('as text is no wider with the longest names of parts and commands', () => {
    const longest = {
      ...part('nrf52840'),
      sheet: { ...part('nrf52840').sheet, name: 'n'.repeat(60) },
    };
    const named = DAY.slice(0, 30).map((line) => ({ ...line, event: 'e'.repeat(200) }));
    const rows = [3, 4].map((pages) => run(named, { pages, part: longest }));
    const text = renderStudy({ name: 'w', lines: named, rows }, true);
    expect(text.split('\n').filter(({ length }) => length > 80)).to.deep.equal([]);
    expect(text.replaceAll('\n', '')).to.contain('n'.repeat(32));
  });

  it('says where a workload does not fit: its line, its day, what was live', () => {
    const text = renderStudy(study(TOO_MUCH, 'nrf52840'), false);
    const live = 7 * 251; // A header word and 250 of value each.
    expect(live + 251).to.be.greaterThan(1783);
    expect(text.replaceAll(/\s+/g, ' ')).to.contain(
      'does not fit: NoCapacity at line 8 (day 0.0, store), 1,757 of 1,783 words live, 1,757 at most',
    );
  });

  it('says how long a value may be where one is too long for a page', () => {
    const sheet = { ...part('nrf52840').sheet };
    const small = { ...sheet, pageSize: { ...sheet.pageSize, value: 256 } };
    const rows = [244, 245].map((size) => {
      const lines = [{ t: 0, event: 'e', act: 1, op: 'insert', key: 1, size } as const];
      return run(lines, { pages: 4, part: { ...part('nrf52840'), sheet: small } });
    });
    expect(rows.map(({ stopped }) => stopped?.reason)).to.deep.equal([
      undefined,
      'InvalidArgument',
    ]);
    const text = renderStudy({ name: 'w', lines: [], rows }, false).replaceAll(/\s+/g, ' ');
    expect(text).to.contain('InvalidArgument: on pages of 256 bytes a value has 244 bytes at most');
  });

  it('amplification is bytes programmed for each byte of a value', () => {
    const [first] = study(TOO_MUCH.slice(0, 1), 'nrf52840').rows;
    // The value, its header, and the init word of the page.
    expect(first?.amplification).to.equal(((250 + 1 + 1) * 4) / 1000);
    const [none] = study([{ t: 0, event: 'e', act: 1, op: 'clear', key: 0 }], 'nrf52840').rows;
    expect(none?.amplification).to.equal(undefined);
  });

  it('as JSON has every field of every run, null where there is none', () => {
    const { runs } = studyJson(study(TOO_MUCH, 'nrf52840')) as {
      runs: readonly Readonly<Record<string, unknown>>[];
    };
    expect(runs[0]).to.include({
      chip: 'nrf52840',
      level: 'storage',
      hil: null,
      stoppedAtLine: 8,
      stoppedBecause: 'NoCapacity',
      years: null,
      calls: 8,
    });
  });

  it('as CSV has a heading, a row a run, and quotes what holds commas', () => {
    const rows = study(DAY, 'nrf52840', 'earlgrey').rows.map((row) => ({
      ...row,
      stopped: { index: 0, line: 1, day: 0, event: 'e', reason: 'a "worn" page, here' },
    }));
    const lines = studyCsv({ name: 'w', lines: DAY, rows }).split('\n');
    expect(lines).to.have.length(4);
    expect(lines[0]?.split(',').slice(0, 5)).to.deep.equal([
      'chip',
      'part',
      'store',
      'level',
      'hil',
    ]);
    expect(lines[1]).to.contain(',1,"a ""worn"" page, here",');
  });
});

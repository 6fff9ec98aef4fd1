// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Every study: its figures hold, and its page in `doc/studies/` says what it found. NON-TOCK.
 *
 * `UPDATE_GOLDEN=1` rewrites the pages.
 */
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkLine, toMarkdown, toText } from '#lab/studies/framework/text';
import type { Table } from '#lab/studies/framework/exhibit';
import {
  holds,
  runStudy,
  type Check,
  type Study,
  type StudyReport,
} from '#lab/studies/framework/study';
import { STUDIES } from '#lab/studies/index';
import { ROOT } from '#tools/sources';
import { expectGolden } from '../../support/golden.ts';

interface Stored {
  readonly name: string;
  readonly table: Table;
  readonly checks: readonly Check[];
}

/** Made by `tocksim study lifetime true2f --full --json doc/studies/full-lives.json`. */
const STORED = (
  JSON.parse(readFileSync(join(ROOT, 'doc/studies/full-lives.json'), 'utf8')) as {
    studies: readonly Stored[];
  }
).studies;
const storedOf = (name: string): Stored | undefined => STORED.find((each) => each.name === name);

const PAGES = { folder: 'doc/studies', update: process.env['UPDATE_GOLDEN'] === '1' };

const reports = new Map<Study, StudyReport>();
/** What a study finds: it is run once. */
function reportOf(study: Study): StudyReport {
  const report = reports.get(study) ?? runStudy(study);
  reports.set(study, report);
  return report;
}

describe('studies', function () {
  this.timeout(60_000);

  for (const study of STUDIES) {
    describe(study.name, () => {
      let report: StudyReport;
      before(() => {
        report = reportOf(study);
      });

      it('meets every published figure and closed form as nearly as it says', () => {
        expect(report.checks).not.to.deep.equal([]);
        expect(report.checks.filter((check) => !holds(check)).map(checkLine)).to.deep.equal([]);
      });

      it('has the page in doc/studies that its figures make', () => {
        expectGolden(
          `${study.name}.md`,
          toMarkdown({ study, report }, storedOf(study.name)?.table),
          PAGES,
        );
      });

      it('has a table whose rows are as long as its columns', () => {
        const tables = [report.table, ...(report.more ?? [])];
        for (const table of tables) {
          if (table.kind !== 'table') continue;
          expect(table.rows).not.to.deep.equal([]);
          for (const row of table.rows) expect(row).to.have.length(table.columns.length);
        }
      });

      it('fits a terminal of 80 columns, questions and notes included', () => {
        const wide = toText({ study, report })
          .split('\n')
          .filter((line) => Array.from(line).length > 80);
        expect(wide).to.deep.equal([]);
      });

      it('has parts that cross threads, at both scales', () => {
        for (const scale of ['short', 'full'] as const) {
          const parts = study.parts(scale);
          expect(structuredClone(parts)).to.deep.equal(parts);
        }
      });
    });
  }

  describe('real lives', () => {
    /** How near a life that is scaled up has to be to the real one. */
    const SHARE = 0.005;
    const rowsOf = (name: string): Table['rows'] => {
      const study = STUDIES.find((each) => each.name === name);
      return study === undefined ? [] : reportOf(study).table.rows;
    };

    it('are stored of every study that scales endurance down, and met their closed forms', () => {
      const scaled = STUDIES.filter(
        (study) => JSON.stringify(study.parts('short')) !== JSON.stringify(study.parts('full')),
      );
      expect(STORED.map(({ name }) => name)).to.deep.equal(scaled.map(({ name }) => name));
      for (const { checks } of STORED) {
        expect(checks).not.to.deep.equal([]);
        expect(checks.filter((check) => !holds(check)).map(checkLine)).to.deep.equal([]);
      }
    });

    it('of lifetime are in proportion to the scaled ones, which have not changed since', () => {
      const real = storedOf('lifetime')?.table.rows ?? [];
      const short = rowsOf('lifetime');
      const cycles = (row: Table['rows'][number]): number => Number(row[1]);
      const most = Math.max(...real.map(cycles));
      expect(most).to.equal(10_000);
      expect(real.filter((row) => cycles(row) < most)).to.deep.equal(short);
      for (const row of real.filter((each) => cycles(each) === most)) {
        const [workload, , updates] = row;
        const scaledUp = short.filter(([name]) => name === workload).at(-1)?.[7];
        const expected = Number(updates) / 1e6;
        expect(scaledUp, String(workload)).to.be.closeTo(expected, SHARE * expected);
      }
    });

    it('of true2f are in proportion to the scaled ones', () => {
      const short = rowsOf('true2f');
      const real = storedOf('true2f')?.table.rows ?? [];
      expect(real.map(([counters]) => counters)).to.deep.equal(short.map(([counters]) => counters));
      for (const [index, row] of real.entries()) {
        for (const [column, value] of row.entries()) {
          const scaledUp = short[index]?.[column];
          if (typeof value !== 'number') expect(scaledUp).to.equal(value);
          else expect(scaledUp, `${row[0]}, ${column}`).to.be.closeTo(value, SHARE * value);
        }
      }
    });
  });

  describe('pages of doc/studies', () => {
    it('are all listed in doc/studies/README.md, and no page is left of one that is gone', () => {
      const names = STUDIES.map(({ name }) => name).sort();
      const pages = readdirSync(join(ROOT, PAGES.folder))
        .filter((file) => file.endsWith('.md') && file !== 'README.md')
        .map((file) => file.slice(0, -3))
        .filter((file) => file !== 'workload');
      expect(pages.sort()).to.deep.equal(names);
      const index = readFileSync(join(ROOT, PAGES.folder, 'README.md'), 'utf8');
      for (const { name, question } of STUDIES) {
        expect(index).to.include(`[${name}](${name}.md)`).and.to.include(question);
      }
    });
  });
});

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
import { holds, runStudy, type StudyReport } from '#lab/studies/framework/study';
import { STUDIES } from '#lab/studies/index';
import { ROOT } from '#tools/sources';
import { expectGolden } from '../../support/golden.ts';

const PAGES = { folder: 'doc/studies', update: process.env['UPDATE_GOLDEN'] === '1' };

describe('studies', function () {
  this.timeout(60_000);

  for (const study of STUDIES) {
    describe(study.name, () => {
      let report: StudyReport;
      before(() => {
        report = runStudy(study);
      });

      it('meets every published figure and closed form as nearly as it says', () => {
        expect(report.checks).not.to.deep.equal([]);
        expect(report.checks.filter((check) => !holds(check)).map(checkLine)).to.deep.equal([]);
      });

      it('has the page in doc/studies that its figures make', () => {
        expectGolden(`${study.name}.md`, toMarkdown({ study, report }), PAGES);
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

// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The figures of a workload as a page: offline, whole, and right. NON-TOCK. */
import { expect } from 'chai';
import { grouped } from '#lab/report/columns';
import type { CheckedLine } from '#lab/run/workload';
import { distribution, studyPage } from '#lab/studies/workload/page';
import type { Study } from '#lab/studies/workload/report';
import { countTags, domOf, findBrowser } from '../framework/browser.ts';
import { bundled, run } from './support.ts';

const DAY = bundled('fido-first-day');

function study(lines: readonly CheckedLine[], ...pages: readonly number[]): Study {
  return { name: '<w>', lines, rows: pages.map((each) => run(lines, { pages: each })) };
}

/** 1,004 bytes a key: 3 pages hold seven. */
const TOO_MUCH: CheckedLine[] = Array.from({ length: 9 }, (_, key) => {
  return { t: 1000 * key, event: 'store', act: key + 1, op: 'insert', key, size: 1000 };
});

describe('A workload as a page', function () {
  this.timeout(60_000);
  const days = study(DAY, 4, 3);
  const page = studyPage(days, 'tocksim study workload <w>', true);

  it('fetches nothing, runs nothing, and shows a hostile name as text', () => {
    expect(page).not.to.match(/<(script|link|iframe|img|object|embed)\b|url\(|@import/);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.to.include('http');
    expect(page).to.include('<h2>&lt;w&gt;</h2>');
  });

  it('has years, latencies and wear as pictures, costs, times and commands as tables', () => {
    expect(countTags(page)).to.include({ svg: 3, table: 4 });
    for (const { lived, years = 0 } of days.rows) {
      expect(page).to.include(`>${grouped(lived.words)}</td>`);
      expect(page).to.include(`${Number(years.toPrecision(4))} years</title>`);
      for (const [index, erases] of lived.pageErases.entries()) {
        expect(page).to.include(`4096, ${index}: ${erases} erasures</title>`);
      }
    }
  });

  it('says where a workload did not fit, and draws no life then', () => {
    const failed = studyPage(study(TOO_MUCH, 3), 'c', false);
    expect(failed).to.include('It came to its end in 0 of 1 runs.');
    expect(failed).to.include('does not fit: NoCapacity at line 8');
    expect(countTags(failed)['svg']).to.equal(2);
  });

  it('draws fourteen runs and says how many it leaves out', () => {
    const many = study(DAY.slice(0, 40), ...Array.from({ length: 16 }, (_, index) => 3 + index));
    const text = studyPage(many, 'c', false);
    expect(text).to.include('the pictures show the first 14 runs; 2 are left out');
    expect([...text.matchAll(/<g class="series"><path/g)]).to.have.length(14);
  });

  it('is understood by a browser as it was meant (skipped without Chromium)', function () {
    const browser = findBrowser();
    if (browser === undefined) this.skip();
    expect(countTags(domOf(browser, page))).to.deep.equal(countTags(page));
  });
});

describe('distribution', () => {
  it('gives the share of samples that are not shorter, first and last among them', () => {
    const samples = [1, 1, 1, 2, 3, 3, 3, 3, 3, 10];
    expect(distribution(samples)).to.deep.equal([
      [1, 100],
      [2, 70],
      [3, 60],
      [10, 10],
    ]);
  });

  it('thins out many samples to points that lie on the same line', () => {
    const samples = Array.from({ length: 10_000 }, (_, index) => Math.floor(index / 3));
    const points = distribution(samples);
    expect(points.length).to.be.lessThan(200);
    expect(points.at(-1)?.[0]).to.equal(samples.at(-1));
    for (const [time, share] of points) {
      const longer = samples.filter((sample) => sample >= time).length;
      expect(share).to.be.closeTo((100 * longer) / samples.length, 1e-9);
    }
  });
});

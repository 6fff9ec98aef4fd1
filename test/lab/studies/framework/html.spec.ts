// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The report as a page: whole, offline, safe; and as a browser understands it, where there is one. NON-TOCK. */
import { expect } from 'chai';
import { toHtml } from '#lab/studies/framework/html';
import { countTags, domOf, findBrowser } from './browser.ts';
import { EXAMPLE } from './example.ts';

const PAGE = toHtml([EXAMPLE], 'tocksim study <example>');
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

describe('the report as HTML', function () {
  this.timeout(60_000);

  it('fetches nothing and runs nothing: it opens offline', () => {
    expect(PAGE).not.to.match(/<(script|link|iframe|img|object|embed)\b/);
    expect(PAGE).not.to.match(/(src|href)="(?!#)/);
    expect(PAGE).not.to.match(/url\(|@import/);
    expect(PAGE.replaceAll('http://www.w3.org/2000/svg', '')).not.to.include('http');
  });

  it('shows hostile names as text', () => {
    expect(PAGE).to.include('Is &lt;script&gt;alert(1)&lt;/script&gt; shown?');
    expect(PAGE).to.include('a, &quot;b&quot; | &lt;c&gt;');
    expect(PAGE).to.include('<span>study</span> <span>&lt;example&gt;</span></code>');
  });

  it('has every picture and table, the command, and says which figures are too far off', () => {
    expect(count(PAGE, /<svg /g)).to.equal(5);
    expect(count(PAGE, /<table>/g)).to.equal(2);
    expect(PAGE).to.include('2 figures of other sources and closed forms compared, 1 too far off');
    expect(count(PAGE, /<tr class="far">/g)).to.equal(1);
  });

  it('has a group for each series, with its entry in the legend: either can be pointed at', () => {
    const groups = PAGE.match(/<g class="series">.*?<\/g>/g) ?? [];
    expect(groups).to.have.length(6);
    for (const group of groups) {
      expect(group).to.match(/<title>/);
      expect(group).to.match(/<text [^>]*>[^<]+<\/text><\/g>$/);
    }
    expect(PAGE).to.include('svg:has(.series:hover) .series:not(:hover)');
  });

  it('is understood by a browser as it was meant (skipped without Chromium)', function () {
    const browser = findBrowser();
    if (browser === undefined) this.skip();
    expect(countTags(domOf(browser, PAGE))).to.deep.equal(countTags(PAGE));
  });
});

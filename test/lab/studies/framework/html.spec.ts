// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The report as a page: whole, offline, safe; and as a browser understands it, where there is one. NON-TOCK. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHtml } from '#lab/studies/framework/html';
import { EXAMPLE } from './example.ts';

const PAGE = toHtml([EXAMPLE], 'tocksim study <example>');
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

/** Debian's browser, when it is installed. */
function browser(): string | undefined {
  return ['chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version']).status === 0,
  );
}

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
    expect(PAGE).to.include('<code>tocksim study &lt;example&gt;</code>');
  });

  it('has every picture and table, the command, and says which figures are too far off', () => {
    expect(count(PAGE, /<svg /g)).to.equal(5);
    expect(count(PAGE, /<table>/g)).to.equal(2);
    expect(PAGE).to.include('2 figures of other sources and closed forms compared, 1 too far off');
    expect(count(PAGE, /<tr class="far">/g)).to.equal(1);
  });

  it('is understood by a browser as it was meant (skipped without Chromium)', function () {
    const name = browser();
    if (name === undefined) this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'tocksim-html-'));
    try {
      const file = join(folder, 'report.html');
      writeFileSync(file, PAGE);
      const flags = [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        `--user-data-dir=${folder}/profile`,
      ];
      const shown = spawnSync(name, [...flags, '--dump-dom', `file://${file}`], {
        encoding: 'utf8',
        timeout: 50_000,
      });
      expect(shown.status).to.equal(0);
      for (const tag of ['svg', 'table', 'tr', 'td', 'rect', 'circle', 'path', 'title', 'figure']) {
        const pattern = new RegExp(`<${tag}[ >]`, 'g');
        expect(count(shown.stdout, pattern), tag).to.equal(count(PAGE, pattern));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/** A browser that reads a page, where one is installed. NON-TOCK. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TAGS = ['svg', 'g', 'table', 'tr', 'td', 'rect', 'circle', 'path', 'title', 'figure', 'text'];

/** Debian's browser, when it is installed. */
export function findBrowser(): string | undefined {
  return ['chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version']).status === 0,
  );
}

/** The page as the browser has understood it. */
export function domOf(browser: string, page: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocksim-html-'));
  try {
    const file = join(folder, 'report.html');
    writeFileSync(file, page);
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}/p`];
    const shown = spawnSync(browser, [...flags, '--dump-dom', `file://${file}`], {
      encoding: 'utf8',
      timeout: 50_000,
    });
    expect(shown.status).to.equal(0);
    return shown.stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How often each element stands in a page. */
export function countTags(page: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    TAGS.map((tag) => [tag, [...page.matchAll(new RegExp(`<${tag}[ >]`, 'g'))].length]),
  );
}

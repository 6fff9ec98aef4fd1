// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Reports as one page of HTML that opens offline: nothing in it is fetched, and no script runs.
 *
 * NON-TOCK: the simulator's own reports. The page is the same on every machine: no date, no path, no host's time.
 */
import type { Exhibit, Table } from './exhibit.ts';
import { draw } from './pictures.ts';
import { deviation, holds, type Check } from './study.ts';
import { escapeText } from './svg.ts';
import { formatValue, heading, isText } from './text.ts';
import type { Finished } from './workers.ts';

const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { margin-top: 3rem; border-bottom: 2px solid #0072b2; }
h3 { font-size: 1rem; margin: 1.5rem 0 .3rem; }
table { border-collapse: collapse; font-size: .87rem; font-variant-numeric: tabular-nums; }
th, td { padding: .15rem .7rem .15rem 0; text-align: right; vertical-align: bottom; }
th { border-bottom: 1px solid #666; } tr:nth-child(even) td { background: #f4f7fa; }
tbody tr:hover td { background: #fdf1d6; }
.text { text-align: left; white-space: nowrap; } details .text { white-space: normal; }
figure { margin: 0; } .scroll { overflow-x: auto; }
svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; }
.grid { stroke: #ddd; } .axis { font-weight: 600; }
svg:has(.series:hover) .series:not(:hover) { opacity: .15; }
.question { font-style: italic; } .answer { font-size: 1.05rem; }
.far { color: #b00020; font-weight: 600; }
code { background: #f2f2f2; padding: .1rem .3rem; } code span { white-space: nowrap; } li { margin: .2rem 0; }
@media print {
  body { max-width: none; margin: 0; font-size: 10pt; }
  section + section h2 { break-before: page; } h3 { break-after: avoid; }
  figure, tr { break-inside: avoid; } .scroll { overflow: visible; }
  details::details-content { content-visibility: visible; block-size: auto; }
}`;

/** A question and what was found. */
export interface Chapter {
  readonly name: string;
  readonly question: string;
  readonly answer: string;
  readonly exhibits: readonly Exhibit[];
  readonly notes: readonly string[];
  readonly checks: readonly Check[];
  /** What makes it again, where the page's command makes others, too. */
  readonly command?: string;
}

/** Studies as a page; `command` is what makes it again. */
export function toHtml(all: readonly Finished[], command: string): string {
  const chapters = all.map(({ study: { name, question }, report }): Chapter => {
    const { answer, picture, table, more = [], notes, checks } = report;
    const exhibits = [picture, table, ...more];
    return { name, question, answer, exhibits, notes, checks, command: `tocksim study ${name}` };
  });
  return page('Timing studies', command, chapters);
}

/** A page; `command` is what makes it again. */
export function page(title: string, command: string, chapters: readonly Chapter[]): string {
  const entries = chapters.map(
    ({ name, question }) => `<li><a href="#${anchor(name)}">${escapeText(question)}</a></li>`,
  );
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeText(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeText(title)}</h1>`,
    `<p>Made by ${commandHtml(command)} in virtual time: the same on every machine. ` +
      'Point at a mark to see its figures, at a name below a picture to see its series alone.</p>',
    entries.length > 1 ? `<ol>${entries.join('')}</ol>` : '',
    ...chapters.map(section),
    '</body></html>',
    '',
  ].join('\n');
}

/** Text in which no unit stands at the begin of a line. */
function prose(text: string): string {
  return escapeText(text).replaceAll(/(\d) (?=(?:%|ms|µs|s|B|M|KiB)(?![\w]))/g, '$1\u00A0');
}

/** A command that breaks between its words only. */
function commandHtml(command: string): string {
  const words = command.split(' ').map((word) => `<span>${escapeText(word)}</span>`);
  return `<code>${words.join(' ')}</code>`;
}

const anchor = (name: string): string => name.replaceAll(/[^\w-]/g, '-');

function section(chapter: Chapter): string {
  const { name, question, answer, exhibits, notes, checks, command } = chapter;
  return [
    `<section id="${anchor(name)}"><h2>${escapeText(name)}</h2>`,
    `<p class="question">${escapeText(question)}</p>`,
    `<p class="answer">${prose(answer)}</p>`,
    ...exhibits.map(exhibitHtml),
    `<h3>How</h3><ul>${notes.map((note) => `<li>${prose(note)}</li>`).join('')}</ul>`,
    checksHtml(checks),
    command === undefined ? '' : `<p>${commandHtml(command)}</p>`,
    '</section>',
  ].join('\n');
}

function exhibitHtml(exhibit: Exhibit): string {
  const title = `<h3>${escapeText(exhibit.title)}</h3>`;
  if (exhibit.kind === 'table') return `${title}<div class="scroll">${tableHtml(exhibit)}</div>`;
  return `<figure>${title}${draw(exhibit)}</figure>`;
}

function tableHtml(table: Table): string {
  const { columns, rows } = table;
  const kind = (index: number): string => (isText(table, index) ? ' class="text"' : '');
  const head = columns.map(
    (column, index) => `<th${kind(index)}>${escapeText(heading(column))}</th>`,
  );
  const body = rows.map((row) => {
    const cells = row.map((value, index) => {
      const text = escapeText(formatValue(value, columns[index] ?? {}));
      return `<td${kind(index)}>${text}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table>`;
}

function checksHtml(checks: readonly Check[]): string {
  if (checks.length === 0) return '';
  const rows = checks.map((check) => {
    const texts = [check.what, check.source].map((text) => `<td class="text">${prose(text)}</td>`);
    const numbers = [
      String(Number(check.expected.toPrecision(6))),
      String(Number(check.measured.toPrecision(6))),
      `${(100 * deviation(check)).toFixed(1)} %`,
      `${100 * check.tolerance} %`,
    ].map((text) => `<td>${prose(text)}</td>`);
    return `<tr${holds(check) ? '' : ' class="far"'}>${[...texts, ...numbers].join('')}</tr>`;
  });
  const far = checks.filter((check) => !holds(check)).length;
  const summary = `${checks.length} figures of other sources and closed forms compared, ${far} too far off`;
  return [
    `<details><summary>${summary}</summary><div class="scroll"><table><thead><tr>`,
    '<th class="text">figure</th><th class="text">source</th>',
    '<th>expected</th><th>ours</th><th>off by</th><th>allowed</th>',
    `</tr></thead><tbody>${rows.join('\n')}</tbody></table></div></details>`,
  ].join('');
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Changes of files that are there already: a row of a table, a driver's number.
 *
 * NON-TOCK: part of `npm run new`. Text in, text out; what is not as expected is refused.
 */
import { UsageError } from './names.js';

/** Numbers from here on are for drivers that Tock does not know. */
const FIRST_OWN_NUMBER = 0xf0000;

/** Adds a row below the last one of the table whose rows begin like this. */
export function addRow(start, row) {
  return (text, path) => {
    const lines = text.split('\n');
    const last = lines.findLastIndex((line) => line.startsWith(start));
    if (last === -1) throw new UsageError(`${path} has no table with rows like ${start}`);
    lines.splice(last + 1, 0, row);
    return lines.join('\n');
  };
}

/** Adds a row to the list of files that Tock has not, which is in the order of the paths. */
export function addToMap(path, tagline, reason) {
  return (text, page) => {
    const [before, section, after] = text.split(
      /(?<=<!-- non-tock:begin -->\n)|(?=<!-- non-tock:end)/,
    );
    if (after === undefined) throw new UsageError(`${page} has no section non-tock`);
    const [head, rule, ...rows] = section.split('\n').slice(0, -1);
    rows.push(`| \`${path}\` | ${tagline} | ${reason} |`);
    return [before, [head, rule, ...rows.sort(), ''].join('\n'), after].join('');
  };
}

/** Adds a driver to the table of numbers. */
export function addDriver(key, number) {
  return (text, path) => {
    const [table, ...rest] = text.split('} as const;\n');
    if (rest.length === 0) throw new UsageError(`${path} has no table of numbers`);
    return [`${table}  ${key}: 0x${number},\n`, ...rest].join('} as const;\n');
  };
}

/** Whether the table of numbers has a driver of this name. */
export function hasDriver(text, key) {
  return new RegExp(`^\\s+${key}: 0x`, 'm').test(text);
}

/** The first number of our own that neither the table nor a page has: five hexadecimal digits. */
export function freeNumber(table, pages) {
  const taken = new Set([
    ...[...table.matchAll(/: 0x([0-9a-f_]+)/gi)].map(([, digits]) => number(digits)),
    ...pages.map((page) => number(page.slice(0, 5))),
  ]);
  let free = FIRST_OWN_NUMBER;
  while (taken.has(free)) free++;
  return free.toString(16).padStart(5, '0');
}

function number(digits) {
  return Number.parseInt(digits.replaceAll('_', ''), 16);
}

/** The longest line that the formatter leaves on one. */
const MOST_COLUMNS = 100;
const LIST = /(export const STORES: readonly StoreDefinition\[\] = )\[([^\]]*)\];/;

/** Adds a store to the list of all, as the formatter would have it. */
export function addStore(constant, module) {
  return (text, path) => {
    const [list, begin, content] = text.match(LIST) ?? [];
    const types = text.indexOf('import type ');
    if (list === undefined || types === -1) throw new UsageError(`${path} has no list of stores`);
    const names = [...content.split(',').map((each) => each.trim()), constant].filter(Boolean);
    const line = `${begin}[${names.join(', ')}];`;
    const lines = `${begin}[\n${names.map((each) => `  ${each},\n`).join('')}];`;
    const imports = `${text.slice(0, types)}import { ${constant} } from '${module}';\n`;
    return imports + text.slice(types).replace(list, line.length > MOST_COLUMNS ? lines : line);
  };
}

/** Whether the list of stores has one of this name. */
export function hasStore(text, constant) {
  return new RegExp(`\\b${constant}\\b`).test(text.match(LIST)?.[2] ?? '');
}

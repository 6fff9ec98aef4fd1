// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which test covers which case: `doc/TEST_CASES.md` is made here, and checked to be current.
 *
 * NON-TOCK: tests of the tests.
 */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, sources } from '#tools/sources';
import { CASES, REASONS } from './cases.ts';
import { expectGolden } from './golden.ts';

interface Covering {
  readonly id: string;
  readonly path: string;
  readonly title: string;
}

const GROUPS: Readonly<Record<string, string>> = {
  A: 'Encoding, commands, filter',
  B: 'Subscribe',
  C: 'Upcalls and yield',
  D: 'Allow and memory',
  E: 'Grants, life of processes, kernel loop',
  F: 'Callback swap',
  G: 'Flash',
  H: 'Storage',
  I: 'Loading',
  J: 'Small drivers',
};

/** Titles that name cases: an id at the beginning, or `case X01` anywhere. */
function coverings(path: string, text: string): Covering[] {
  const literals = text.matchAll(/(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/g);
  return [...literals].flatMap(([, , literal = '']) => {
    const leading = /^([A-J]\d\d)((?:,? (?:and )?[A-J]\d\d)*)\b/.exec(literal)?.[0] ?? '';
    const named = [...literal.matchAll(/\bcases? ((?:[A-J]\d\d(?:, | and )?)+)/g)].map(
      ([, list = '']) => list,
    );
    const ids = `${leading} ${named.join(' ')}`.match(/[A-J]\d\d/g) ?? [];
    return [...new Set(ids)].map((id) => ({ id, path, title: literal.replaceAll("\\'", "'") }));
  });
}

const OWN = 'test/support/cases.spec.ts';
const SPECS = sources().filter((path) => /^test\/.*\.spec\.ts$/.test(path) && path !== OWN);
const COVERED = SPECS.flatMap((path) => coverings(path, readFileSync(join(ROOT, path), 'utf8')));

function page(): string {
  const ids = Object.keys(CASES);
  const covered = ids.filter((id) => COVERED.some((covering) => covering.id === id));
  const lines = [
    '# Test cases',
    '',
    'Situations whose outcome Tock, its libraries or its history define, and the tests that cover',
    'them. Made from `test/support/cases.ts` and the titles of the tests; a test checks that it is',
    'current, and `UPDATE_GOLDEN=1 npm test` rewrites it.',
    '',
    `${covered.length} of ${ids.length} cases are covered.`,
  ];
  for (const [letter, name] of Object.entries(GROUPS)) {
    lines.push('', `## ${letter}. ${name}`, '');
    lines.push(...ids.filter((id) => id.startsWith(letter)).flatMap(entry));
  }
  return lines.join('\n') + '\n';
}

function entry(id: string): string[] {
  const [name = '', reason = 'none'] = CASES[id] ?? [];
  const tests = COVERED.filter((covering) => covering.id === id);
  if (tests.length === 0) {
    return [`- **${id}** ${name}: not covered${reason === 'none' ? '' : `; ${REASONS[reason]}`}`];
  }
  const unique = [...new Set(tests.map(({ path, title }) => `  - \`${path}\`: ${title}`))];
  return [`- **${id}** ${name}`, ...unique.map((line) => line.replaceAll(/[<>*_]/g, '\\$&'))];
}

describe('Test cases', () => {
  it('no test names a case that does not exist', () => {
    const unknown = COVERED.filter(({ id }) => !(id in CASES));
    expect(unknown.map(({ id, path }) => `${id} in ${path}`)).to.deep.equal([]);
  });

  it('every case of groups A to F that has no reason is covered', () => {
    const missing = Object.entries(CASES).filter(
      ([id, [, reason]]) =>
        /^[A-F]/.test(id) &&
        reason === undefined &&
        !COVERED.some((covering) => covering.id === id),
    );
    expect(missing.map(([id]) => id)).to.deep.equal([]);
  });

  it('doc/TEST_CASES.md is current', () => {
    expectGolden('TEST_CASES.md', page(), {
      folder: 'doc',
      update: process.env['UPDATE_GOLDEN'] === '1',
    });
  });

  it('finds ids at the beginning of a title and after the word case, and nowhere else', () => {
    const text =
      "it('A01, A02 one');\nit(`two (case B05)`);\nit('three E10');\nit('four cases D01 and D02');";
    expect(coverings('x', text).map(({ id }) => id)).to.deep.equal([
      'A01',
      'A02',
      'B05',
      'D01',
      'D02',
    ]);
  });
});

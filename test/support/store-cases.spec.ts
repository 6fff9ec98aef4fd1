// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which test covers which scenario of the stores: `doc/STORE_CASES.md` is made here, and checked to be current.
 *
 * NON-TOCK: tests of the tests.
 */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, sources } from '#tools/sources';
import { expectGolden } from './golden.ts';
import { STORE_CASES, STORE_GROUPS } from './store-cases.ts';

interface Covering {
  readonly id: string;
  readonly path: string;
  readonly title: string;
}

const PREFIXES = Object.keys(STORE_GROUPS).join('|');

/** Titles of tests that name scenarios. */
function coverings(path: string, text: string): Covering[] {
  const titles = text.matchAll(/\b(?:it|describe)\(\s*(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/g);
  return [...titles].flatMap(([, , title = '']) => {
    const ids = title.match(new RegExp(`\\b(?:${PREFIXES})-\\d\\d\\b`, 'g')) ?? [];
    return [...new Set(ids)].map((id) => ({ id, path, title: title.replaceAll("\\'", "'") }));
  });
}

const OWN = 'test/support/store-cases.spec.ts';
/** Tests, and the suites that tests run. */
const SPECS = sources().filter(
  (path) => /^(test\/.*\.spec|conformance\/.*)\.ts$/.test(path) && path !== OWN,
);
const COVERED = SPECS.flatMap((path) => coverings(path, readFileSync(join(ROOT, path), 'utf8')));

function page(): string {
  const ids = Object.keys(STORE_CASES);
  const covered = ids.filter((id) => COVERED.some((covering) => covering.id === id));
  const lines = [
    '# Scenarios of the stores',
    '',
    'What must happen by the designs of the stores, their code and their formulas, and the tests that show it.',
    'Made from `test/support/store-cases.ts` and the titles of the tests; a test checks that it is current, and',
    '`UPDATE_GOLDEN=1 npm test` rewrites it.',
    '',
    `${covered.length} of ${ids.length} scenarios are covered.`,
  ];
  for (const [prefix, name] of Object.entries(STORE_GROUPS)) {
    lines.push('', `## ${prefix}: ${name}`, '');
    lines.push(...ids.filter((id) => id.startsWith(`${prefix}-`)).flatMap(entry));
  }
  return lines.join('\n') + '\n';
}

function entry(id: string): string[] {
  const tests = COVERED.filter((covering) => covering.id === id);
  const line = `- **${id}** ${STORE_CASES[id] ?? ''}`;
  if (tests.length === 0) return [`${line}: not covered`];
  const unique = [...new Set(tests.map(({ path, title }) => `  - \`${path}\`: ${title}`))];
  return [line, ...unique.map((text) => text.replaceAll(/[<>*_]/g, '\\$&'))];
}

describe('Scenarios of the stores', () => {
  it('no test names a scenario that does not exist', () => {
    const unknown = COVERED.filter(({ id }) => !(id in STORE_CASES));
    expect(unknown.map(({ id, path }) => `${id} in ${path}`)).to.deep.equal([]);
  });

  it('every scenario is covered', () => {
    const missing = Object.keys(STORE_CASES).filter(
      (id) => !COVERED.some((covering) => covering.id === id),
    );
    expect(missing).to.deep.equal([]);
  });

  it('doc/STORE_CASES.md is current', () => {
    expectGolden('STORE_CASES.md', page(), {
      folder: 'doc',
      update: process.env['UPDATE_GOLDEN'] === '1',
    });
  });

  it('finds ids in titles of tests only', () => {
    const text = "it('one (SM-01, SQ-02)');\nconst other = 'SM-03';\ndescribe(`two ND-04`);";
    expect(coverings('x', text).map(({ id }) => id)).to.deep.equal(['SM-01', 'SQ-02', 'ND-04']);
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The documents are true: their links lead somewhere, their commands exist, their lists are whole.
 *
 * NON-TOCK: Tock checks the lists of its capsule READMEs only.
 */
import { posix } from 'node:path';
import { exists, expectNone, FILES, PAGES, read, SOURCES } from './tree.ts';

/** Prose without its code blocks, in which brackets are no links. */
function prose(page: string): string {
  return read(page).replaceAll(/^```[^]*?^```/gm, '');
}

/** The anchor that a heading gets when the page is shown. */
function anchor(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

function anchorsOf(page: string): Set<string> {
  return new Set([...prose(page).matchAll(/^#+ (.*)$/gm)].map((match) => anchor(match[1] ?? '')));
}

function brokenLinks(page: string): string[] {
  const links = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return links.filter((link) => {
    if (/^(https?|mailto):/.test(link)) return false;
    const [path = '', fragment] = link.split('#');
    const target = path === '' ? page : posix.join(posix.dirname(page), path);
    if (!exists(target)) return true;
    if (fragment === undefined || !target.endsWith('.md')) return false;
    return !anchorsOf(target).has(fragment);
  });
}

describe('Tidy: documents', () => {
  it('every link within the repository leads somewhere', () => {
    expectNone(
      PAGES.flatMap((page) => brokenLinks(page).map((link) => `${page}: ${link}`)),
      'broken links',
    );
  });

  it('every npm script that a document names exists', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const bad = PAGES.flatMap((page) => {
      const named = [...read(page).matchAll(/\bnpm (?:run (?:--?[\w-]+ )*)([a-z][\w:-]*)/g)];
      const short = [...read(page).matchAll(/\bnpm (test|start)\b/g)];
      return [...named, ...short]
        .map((match) => match[1] ?? '')
        .filter((script) => scripts[script] === undefined)
        .map((script) => `${page}: npm run ${script}`);
    });
    expectNone(bad, 'no such script in package.json');
  });

  it('every dependency has its reason in CONTRIBUTING, and no reason is left without one', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const used = ['dependencies', 'devDependencies'].flatMap((key) =>
      Object.keys(manifest[key] ?? {}),
    );
    const table = read('CONTRIBUTING.md').split('## Dependencies')[1] ?? '';
    const cells = [...table.matchAll(/^\| (`[^|]*`) \|/gm)].map((match) => match[1] ?? '');
    const named = cells.flatMap((text) => text.replaceAll('`', '').split(', '));
    expectNone(
      [
        ...used.filter((name) => !named.includes(name)),
        ...named.filter((name) => !used.includes(name)),
      ],
      'in one of package.json and CONTRIBUTING.md only',
    );
  });

  it('the README is one page of at most 120 lines that shows code within 15', () => {
    const lines = read('README.md').split('\n');
    const code = lines.findIndex((line) => line.startsWith('```') || line.startsWith('    '));
    expectNone(lines.length > 121 ? [`${lines.length - 1} lines`] : [], 'README.md is too long');
    expectNone(code === -1 || code >= 15 ? [`at line ${code + 1}`] : [], 'first code block');
  });

  it('every capsule stands in the README of its folder with one line, and none that is gone', () => {
    const folders = ['core', 'extra', 'system'].map((name) => `capsules/${name}`);
    const bad = folders.flatMap((folder) => {
      const files = SOURCES.filter((path) => path.startsWith(`${folder}/`));
      if (files.length === 0) return [];
      const page = exists(`${folder}/README.md`) ? read(`${folder}/README.md`) : '';
      const names = files.map((path) => path.slice(folder.length + 1));
      const listed = page.split('\n').filter((line) => /^([-*|]) .*\S/.test(line));
      const missing = names.filter(
        (name) =>
          !listed.some((line) => line.includes(`\`${name}\``) && line.length > name.length + 16),
      );
      const known = [...page.matchAll(/`([\w/-]+\.ts)`/g)].map((match) => match[1] ?? '');
      const gone = known.filter((name) => !names.includes(name) && !exists(name));
      return [
        ...missing.map((name) => `${folder}/README.md lacks \`${name}\``),
        ...gone.map((name) => `${folder}/README.md names ${name}, which is gone`),
      ];
    });
    expectNone(bad, 'the lists of capsules');
  });

  it('every driver number has its page in doc/syscalls, and every page its number', () => {
    const source = 'capsules/core/driver.ts';
    if (!exists(source)) {
      expectNone(
        SOURCES.filter((path) => path.startsWith('capsules/')),
        `capsules, but no ${source}`,
      );
      return;
    }
    const numbers = [...read(source).matchAll(/^\s+(\w+): 0x([0-9a-f_]+)/gim)].map(
      ([, name = '', digits = '']) =>
        [name, digits.replaceAll('_', '').toLowerCase().padStart(5, '0')] as const,
    );
    const pages = FILES.filter((path) => /^doc\/syscalls\/[0-9a-f]{5}_[\w-]+\.md$/.test(path));
    const digitsOf = (page: string): string => page.slice('doc/syscalls/'.length).slice(0, 5);
    expectNone(
      [
        ...(numbers.length === 0 ? [`${source}: no number found`] : []),
        ...numbers
          .filter(([, digits]) => !pages.some((page) => digitsOf(page) === digits))
          .map(([name, digits]) => `${name}: no doc/syscalls/${digits}_….md`),
        ...pages.filter((page) => !numbers.some(([, digits]) => digits === digitsOf(page))),
      ],
      'driver numbers and their pages',
    );
  });
});

describe('Tidy: nothing is left lying about', () => {
  // Built from parts, so that this file does not find itself.
  const forbidden: readonly (readonly [string, RegExp])[] = [
    [
      'a mark of unfinished work',
      new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`),
    ],
    [
      'a path of one machine',
      new RegExp(`(?<![\\w.-])/(${['work', 'tmp', 'root', 'home', 'Users'].join('|')})/\\w`),
    ],
    ['the host of a package registry', new RegExp(['registry', '(npmjs|yarnpkg)'].join('\\.'))],
  ];

  for (const [name, pattern] of forbidden) {
    it(`no file has ${name}`, () => {
      const text = FILES.filter((path) => /\.(ts|js|cjs|json|md|txt|html)$|^\.ci\//.test(path));
      const bad = text.flatMap((path) => {
        const lines = read(path).split('\n');
        const index = lines.findIndex((line) => pattern.test(line));
        return index === -1 ? [] : [`${path}:${index + 1}`];
      });
      expectNone(bad, name);
    });
  }
});

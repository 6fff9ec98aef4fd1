// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The tree keeps its own rules (doc/STYLE.md): heads, the map to Tock, specs, suites, imports.
 *
 * NON-TOCK: Tock checks such things by review and by a few scripts.
 */
import { expect } from 'chai';
import { judgeImport, LAYERS } from '#tools/layers';
import { CONTRACTED, COVERED, ENTRY_POINTS, SUITES, WITHOUT_SUITE } from './tidy/exceptions.ts';
import { cycles, EDGES } from './tidy/graph.ts';
import { headOf, mapRule, type Head } from './tidy/heads.ts';
import { exists, expectNone, expectSection, FILES, MODULES, read, SOURCES } from './tidy/tree.ts';

const HEADS: readonly Head[] = SOURCES.map(headOf);
const MAP = 'doc/TOCK_MAP.md';

/** Rows of a Markdown table that begin with a path in backquotes, cell by cell. */
function rows(section: string): string[][] {
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.slice(2, -2).split(' | '));
}

/** Text that may stand between the bars of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** The hand-written deviations: `ours ← Tock's`. */
function deviations(): string[] {
  const section = read(MAP).split('<!-- deviations:begin -->')[1]?.split('<!-- deviations:end -->');
  return rows(section?.[0] ?? '').map(([ours = '', tock = '']) =>
    `${ours} <- ${tock}`.replaceAll('`', ''),
  );
}

describe('Tidy: heads', () => {
  it('every source begins with the licence line and a head comment', () => {
    const tools = FILES.filter((path) => /^(tools\/.*|eslint\.config)\.(js|cjs)$/.test(path));
    const heads = [...MODULES, ...tools].map(headOf);
    const bad = heads.filter(({ licensed, tagline }) => !licensed || tagline.length < 12);
    expectNone(
      bad.map(({ path }) => path),
      'no SPDX line, or no head of one sentence',
    );
  });

  it('every source says what it mirrors, or that it is NON-TOCK and why', () => {
    const bad = HEADS.filter(({ mirrors, nonTock }) => {
      return mirrors.length === 0 && (nonTock === undefined || nonTock === '');
    });
    expectNone(
      bad.map(({ path }) => path),
      'neither Mirrors `path.rs` nor NON-TOCK: why',
    );
  });
});

describe('Tidy: the map to Tock', () => {
  const strays = HEADS.flatMap(({ path, mirrors }) =>
    mirrors.some((tock) => mapRule(tock) === path)
      ? []
      : mirrors.map((tock) => `${path} <- ${tock}`),
  );

  it("a path of ours is Tock's by the rule, or a deviation with its reason", () => {
    const known = deviations();
    expectNone(
      strays.filter((stray) => !known.includes(stray)),
      `not by the rule and not a deviation in ${MAP}`,
    );
  });

  it('no deviation is listed that is none', () => {
    expectNone(
      deviations().filter((row) => !strays.includes(row)),
      `in ${MAP}, but not in any head`,
    );
  });

  it('lists every file that mirrors Tock', () => {
    const lines = HEADS.filter(({ mirrors }) => mirrors.length > 0).map(
      ({ path, mirrors }) => `| \`${path}\` | ${mirrors.map((tock) => `\`${tock}\``).join(', ')} |`,
    );
    expectSection(MAP, 'mirrors', ['| ours | Tock |', '| --- | --- |', ...lines.sort()]);
  });

  it('lists every file that is NON-TOCK, with its reason', () => {
    const lines = HEADS.filter(({ mirrors }) => mirrors.length === 0).map(
      ({ path, tagline, nonTock }) => `| \`${path}\` | ${cell(tagline)} | ${cell(nonTock ?? '')} |`,
    );
    const head = ['| ours | what it is | why Tock has none |', '| --- | --- | --- |'];
    expectSection(MAP, 'non-tock', [...head, ...lines.sort()]);
  });
});

describe('Tidy: every part has its tests', () => {
  it('every HIL interface has a conformance suite, or a reason why not', () => {
    const interfaces = SOURCES.filter((path) => /^kernel\/hil\/(?!index)[\w-]+\.ts$/.test(path));
    const missing = interfaces.filter((path) => {
      const suite = SUITES[path] ?? path.replace('kernel/hil', 'conformance');
      return WITHOUT_SUITE[path] === undefined && !exists(suite);
    });
    expectNone(missing, 'no suite of the same name in conformance/');
    expectNone(
      [...Object.keys(WITHOUT_SUITE), ...Object.keys(SUITES)].filter(
        (path) => !interfaces.includes(path),
      ),
      'excused, but gone',
    );
  });

  it('every conformance suite is run by a test', () => {
    const suites = SOURCES.filter((path) => path.startsWith('conformance/'));
    const used = new Set<string>();
    const visit = (path: string): void => {
      if (used.has(path)) return;
      used.add(path);
      for (const { from, to } of EDGES) if (from === path) visit(to);
    };
    for (const { from, to } of EDGES) if (from.startsWith('test/')) visit(to);
    expectNone(
      suites.filter((path) => !used.has(path)),
      'no test imports it',
    );
  });

  it('every source has its spec, or one that is named for it with a reason', () => {
    const missing = SOURCES.filter((path) => {
      if (path.startsWith('conformance/') || compilesToNothing(path)) return false;
      if (exists(specOf(path)) || CONTRACTED.test(path)) return false;
      return !COVERED.some(({ path: prefix }) => path === prefix || within(path, prefix));
    });
    expectNone(missing, 'no spec at test/ + its path, and no entry in test/tidy/exceptions.ts');
  });

  it('excuses nothing that is gone or that has its spec by now', () => {
    const stale = COVERED.filter(({ path, by }) => {
      const covered = SOURCES.filter((source) => source === path || within(source, path));
      return !exists(by) || covered.length === 0 || (covered.length === 1 && exists(specOf(path)));
    });
    expectNone(
      stale.map(({ path, by }) => `${path} by ${by}`),
      'stale entries',
    );
  });

  function specOf(path: string): string {
    return `test/${path.replace(/\.ts$/, '.spec.ts')}`;
  }

  function within(path: string, folder: string): boolean {
    return folder.endsWith('/') && path.startsWith(folder);
  }

  /** Interfaces and barrels: types only, nothing to run. */
  function compilesToNothing(path: string): boolean {
    const code = read(`dist/${path.replace(/\.ts$/, '.js')}`)
      .replaceAll(/\/\*[^]*?\*\//g, '')
      .replaceAll(/^\/\/.*$/gm, '')
      .replaceAll(/^export (\{\}|\* .*);$/gm, '');
    return code.trim() === '';
  }
});

describe('Tidy: imports', () => {
  it('no import leaves its layer (tools/layers.js), tests and tools included', () => {
    const bad = EDGES.flatMap(({ from, to }) => {
      const folder = from.slice(0, from.indexOf('/') + 1);
      const specifier = to.startsWith(folder) ? './x.ts' : `#${to.replace(/\.ts$/, '')}`;
      const index = specifier === '#kernel/hil/index' ? '#kernel/hil' : specifier;
      const reason = judgeImport(from, index);
      return reason === undefined ? [] : [`${from}: ${reason}`];
    });
    expectNone(bad, 'imports that the table does not allow');
  });

  it('sees the imports at all', () => {
    expect(EDGES.length).to.be.greaterThan(MODULES.length / 2);
  });

  it('has no cycle', () => {
    expectNone(cycles(EDGES), 'cycles of imports');
  });

  it('would find a cycle', () => {
    const edge = (from: string, to: string) => ({ from, to, typeOnly: false });
    expect(cycles([edge('a', 'b'), edge('b', 'c'), edge('c', 'b')])).to.deep.equal(['b -> c -> b']);
  });

  it('has no dead module: something other than its own spec imports it, or starts it', () => {
    const alive = new Set(
      EDGES.filter(({ from, to }) => from !== `test/${to.replace(/\.ts$/, '.spec.ts')}`).map(
        ({ to }) => to,
      ),
    );
    const dead = MODULES.filter((path) => {
      if (alive.has(path) || path.endsWith('.spec.ts')) return false;
      return !ENTRY_POINTS.some((entry) => entry.test(path));
    });
    expectNone(dead, 'nothing imports it');
  });

  it('the table in doc/ARCHITECTURE.md is the one that lint enforces', () => {
    const lines = Object.entries(LAYERS).map(([folder, { folders, packages, host }]) => {
      const outside = [...packages.map((name) => `\`${name}\``), ...(host ? ['Node'] : [])];
      return `| \`${folder}/\` | ${inside(folder, folders)} | ${outside.join(', ') || '—'} |`;
    });
    expectSection('doc/ARCHITECTURE.md', 'layers', [
      '| folder | may import | and from outside |',
      '| --- | --- | --- |',
      ...lines,
    ]);
  });

  it('every module that the table names exists', () => {
    const modules = Object.values(LAYERS).flatMap(({ folders }) => folders);
    const named = modules.filter((name) => name.includes('/'));
    expectNone(
      named.filter((name) => !exists(`${name}.ts`)),
      'in tools/layers.js, but not in the tree',
    );
  });

  /** The folders of a row; a row that may import nearly all says what it may not. */
  function inside(own: string, folders: readonly string[]): string {
    if (folders.length === 0) return 'itself only';
    const others = Object.keys(LAYERS).filter((name) => name !== own && !folders.includes(name));
    const quoted = (names: readonly string[]): string =>
      names.map((name) => `\`${name}\``).join(', ');
    if (others.length > 4) return quoted(folders);
    return others.length === 0 ? 'everything' : `everything but ${quoted(others)}`;
  }
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The guides are true: their files compile and run, and print what the pages say.
 *
 * NON-TOCK: tests.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { ROOT } from '#tools/sources';
import { scratch, tocksim } from './cli/support.ts';

interface Block {
  readonly kind: string;
  /** The file that it is to be saved as. */
  readonly file: string | undefined;
  readonly text: string;
}

/** The fenced blocks of a guide, in order. */
function blocks(name: string): Block[] {
  const page = readFileSync(join(ROOT, 'doc/guide', name), 'utf8');
  return [...page.matchAll(/```(\w+)(?: file=(\S+))?\n([\s\S]*?)```/g)].map(
    ([, kind = '', file, text = '']) => ({ kind, file, text }),
  );
}

describe('Guide: first app', () => {
  const files = scratch();

  it('every command prints what the page shows, in order', async () => {
    let commands = 0;
    for (const { kind, file, text } of blocks('first-app.md')) {
      if (file !== undefined) files.write(file, text);
      if (kind !== 'console') continue;
      const [command = '', ...shown] = text.split('\n');
      const args = command.replace('$ npm run tocksim -- ', '').split(' ');
      const inFolder = args.map((word) => (/\.(ts|bin)$/.test(word) ? files.path(word) : word));
      const { out, err } = await tocksim(...inFolder);
      expect(out + err, command).to.equal(shown.join('\n'));
      commands++;
    }
    expect(commands).to.equal(7);
  });
});

describe('Guide: first capsule', function () {
  this.timeout(60_000);
  const page = blocks('first-capsule.md').filter(({ file }) => file !== undefined);
  const folder = join(ROOT, 'dist/guide');

  before(() => {
    for (const { file = '', text } of page) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), inFolder(text, file));
    }
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a file imports when it lies here instead of in the tree. */
  function inFolder(text: string, file: string): string {
    const up = '../'.repeat(file.split('/').length - 1) || './';
    const own = file.endsWith('.mjs') ? 'page-sum.js' : 'page-sum.ts';
    return text
      .replaceAll("'#capsules/extra/page-sum'", `'${up}capsules/extra/${own}'`)
      .replaceAll(/'(?:\.\.\/)+support\/([\w-]+)\.ts'/g, "'#test/support/$1'");
  }

  const sources = page.map(({ file = '' }) => file).filter((file) => file.endsWith('.ts'));

  it('compiles under the settings of this repository', () => {
    expect(sources).to.have.lengthOf(2);
    const host = ts.sys;
    const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) =>
      host.readFile(path),
    ) as {
      config: unknown;
    };
    const { options } = ts.parseJsonConfigFileContent(config, host, ROOT);
    const program = ts.createProgram(
      sources.map((file) => join(folder, file)),
      { ...options, rootDir: ROOT, noEmit: true, incremental: false, composite: false },
    );
    const found = ts
      .getPreEmitDiagnostics(program)
      .filter(({ file }) => file?.fileName.startsWith(folder) === true)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(found).to.deep.equal([]);
  });

  /** Compiles the files, after a change of the capsule, and runs its tests: what mocha says. */
  function runTests(change: (source: string) => string = (source) => source): string {
    for (const file of sources) {
      const source = readFileSync(join(folder, file), 'utf8');
      const { outputText } = ts.transpileModule(change(source), {
        compilerOptions: {
          target: ts.ScriptTarget.ES2022,
          module: ts.ModuleKind.ESNext,
          verbatimModuleSyntax: true,
        },
      });
      const local = outputText.replaceAll(/'(\.[^']*)\.ts'/g, "'$1.js'");
      writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), local);
    }
    const spec = join(folder, 'test/capsules/extra/page-sum.spec.js');
    return run('node_modules/mocha/bin/mocha.js', '--reporter', 'dot', spec).stdout;
  }

  it('has tests that bite when the capsule is broken as the page says', () => {
    const [back, given] = ['    this.buffer = buffer;\n', '    this.buffer = undefined;\n'];
    const started = /(?=^ {4}const started = )/m;
    expect(runTests((source) => source.replace(back, ''))).to.match(/[1-9] failing/);
    const early = (source: string): string =>
      source.replace(given, '').replace(started, () => given);
    expect(runTests(early)).to.match(/[1-9] failing/);
  });

  it('passes its own tests, and prints what the page shows', () => {
    expect(runTests()).to.contain('3 passing');
    const { stdout, stderr } = run(join(folder, 'page-sum.mjs'));
    const shown = blocks('first-capsule.md').find(({ text }) => text.startsWith('$ node page-sum'));
    expect(stdout + stderr).to.equal(shown?.text.split('\n').slice(1).join('\n'));
  });
});

describe('Guide: swap test', function () {
  this.timeout(60_000);
  const folder = join(ROOT, 'dist/guide-swap');
  const page = blocks('swap-test.md');

  before(() => {
    mkdirSync(folder, { recursive: true });
    for (const { file, text } of page) {
      if (file !== undefined) writeFileSync(join(folder, file), text);
    }
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** What stands for npx and node: this repository's own. */
  const PROGRAMS: readonly (readonly [string, readonly string[]])[] = [
    ['npx mocha ', ['node_modules/mocha/bin/mocha.js', '--no-config', '--no-package']],
    ['npx tocksim ', ['dist/cli/tocksim.js']],
    ['node ', []],
  ];

  const commands = page.filter(({ kind }) => kind === 'console');
  it('has four commands', () => {
    expect(commands).to.have.lengthOf(4);
  });

  for (const { text } of commands) {
    const [command = '', ...shown] = text.replace(/^\$ /, '').trimEnd().split('\n');
    it(`${command}: prints the lines that the page shows, in order`, () => {
      const [prefix, program] = PROGRAMS.find(([name]) => command.startsWith(name)) ?? ['', []];
      const args = command.slice(prefix.length).split(' ');
      const files = args.map((word) => (word.endsWith('.mjs') ? join(folder, word) : word));
      const { stdout, stderr } = run(...program, ...files);
      const printed = (stdout + stderr)
        .replaceAll(/ \(\d+m?s\)$/gm, '')
        .split('\n')
        .filter((line) => shown.includes(line));
      expect(printed.filter((line) => line !== '')).to.deep.equal(
        shown.filter((line) => line !== ''),
      );
    });
  }
});

function run(...args: string[]): { stdout: string; stderr: string } {
  return spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
}

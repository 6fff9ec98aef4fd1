// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A copy of the tree in a temporary folder, in which tools may write.
 *
 * NON-TOCK: tests.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { ROOT } from '#tools/sources';

const NOT_COPIED = new Set(['node_modules', 'coverage', '.git']);

/** Without coverage: what runs in the copy is not this tree. */
const { NODE_V8_COVERAGE: _coverage, ...ENV } = process.env;

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What mocha's JSON reporter says of a run. */
export interface Report {
  readonly passes: readonly unknown[];
  readonly failures: readonly {
    readonly title: string;
    readonly file: string;
    readonly err: { readonly message: string };
  }[];
}

/** A copy of the tree, with what was compiled of it. */
export class Copy {
  readonly root = mkdtempSync(join(tmpdir(), 'tocksim-new-'));

  constructor() {
    for (const name of readdirSync(ROOT).filter((entry) => !NOT_COPIED.has(entry))) {
      cpSync(join(ROOT, name), join(this.root, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(this.root, 'node_modules'));
  }

  path(path: string): string {
    return join(this.root, path);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  /** `npm run new` with these arguments. */
  make(...args: string[]): Ended {
    return this.makeIn(this.root, args);
  }

  makeIn(cwd: string, args: readonly string[]): Ended {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [this.path('tools/new.js'), ...args],
      { cwd, encoding: 'utf8', env: ENV },
    );
    return { code: status, out: stdout, err: stderr };
  }

  /** Runs a tool of node_modules to its end. */
  async tool(name: string, ...args: string[]): Promise<Ended> {
    const child = spawn(process.execPath, [join(ROOT, 'node_modules', name), ...args], {
      cwd: this.root,
      env: ENV,
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    return new Promise((resolve) => {
      child.on('close', (code) => {
        resolve({ code, out, err });
      });
    });
  }

  /** Compiles files and what they import, under the settings of the repository. */
  async compile(files: readonly string[]): Promise<Ended> {
    const settings = {
      extends: './tsconfig.json',
      compilerOptions: { incremental: false, tsBuildInfoFile: null, declaration: false },
      include: [],
      files,
    };
    writeFileSync(this.path('tsconfig.new.json'), JSON.stringify(settings));
    return this.tool('typescript/lib/tsc.js', '-p', 'tsconfig.new.json');
  }

  /** Writes a file, and beside the compiled ones what becomes of it: quick, as no type is looked at. */
  rewrite(path: string, text: string): void {
    writeFileSync(this.path(path), text);
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    });
    writeFileSync(this.path(`dist/${path.replace(/\.ts$/, '.js')}`), outputText);
  }

  /** Runs compiled specs. */
  async test(...specs: string[]): Promise<Report> {
    const files = specs.map((path) => `dist/${path.replace(/\.ts$/, '.js')}`);
    const { out, err } = await this.tool(
      'mocha/bin/mocha.js',
      '--no-config',
      '--timeout=20000',
      '--reporter=json',
      ...files,
    );
    expect(err).to.equal('');
    return JSON.parse(out) as Report;
  }

  /** Each file with its size and its time: equal when nothing was written. */
  state(): string[] {
    const folders = ['apps', 'capsules', 'chips', 'doc', 'libraries', 'test'];
    return folders.flatMap((folder) =>
      readdirSync(this.path(folder), { recursive: true, encoding: 'utf8' }).map((path) => {
        const { size, mtimeMs } = statSync(this.path(join(folder, path)));
        return `${folder}/${path} ${size} ${mtimeMs}`;
      }),
    );
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

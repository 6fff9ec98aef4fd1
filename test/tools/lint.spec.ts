// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Every ban of lint bites, and leaves the lawful form beside it alone.
 *
 * NON-TOCK: guards `eslint.config.js`, `tools/layers.js` and `tools/lint`.
 */
import { expect } from 'chai';
import { ESLint } from 'eslint';
import { join } from 'node:path';
import { ROOT, walk } from '#tools/sources';

const eslint = new ESLint({ cwd: ROOT });

/** Type-aware rules need a file that the compiler knows; the snippet takes its place. */
function homeIn(folder: string): string | undefined {
  return [...walk(folder)].find((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'));
}

/** Lints a snippet as if it stood in a folder; returns `rule: message` of each finding. */
async function lint(home: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(ROOT, home) });
  return (result?.messages ?? []).map(({ ruleId, message }) => `${ruleId ?? 'parser'}: ${message}`);
}

interface Ban {
  readonly folder: string;
  readonly bad: string;
  readonly finding: RegExp;
  /** The lawful form, which must not give the same finding. */
  readonly good: string;
}

const IMPORTS = /^tocksim\/import-table: /;
const SYNTAX = /^no-restricted-syntax: /;
const GLOBALS = /^no-restricted-globals: /;

const USERSPACE = `
  type Userspace<T = void> = Generator<number, T, number>;
  declare function on(index: number): Userspace;
`;

const CLIENT = `
  interface Client { readDone(): void }
  interface Result { readonly ok: boolean }
`;

const BANS: Readonly<Record<string, Ban>> = {
  'F15 a downcall that calls its client back': {
    folder: 'capsules',
    bad: `${CLIENT} export class X { constructor(private readonly client: Client) {}
      read(): Result { this.done(); return { ok: true }; }
      private done(): void { this.client.readDone(); } }`,
    finding: /no-callback-in-call: .*`readDone`/,
    good: `${CLIENT} export class X { constructor(private readonly client: Client) {}
      later: (() => void) | undefined;
      read(): Result { this.later = () => { this.client.readDone(); }; return { ok: true }; }
      handleInterrupt(): void { this.client.readDone(); } }`,
  },
  'a capsule that imports a chip': {
    folder: 'capsules',
    bad: `import { Nvmc } from '#chips/nrf52/nvmc'; export const x = Nvmc;`,
    finding: /import-table: capsules\/ may import: kernel, libraries\..*interface/,
    good: `import { Ok } from '#kernel/result'; export const x = Ok;`,
  },
  'the same by a relative path': {
    folder: 'capsules',
    bad: `import { Nvmc } from '../../chips/nrf52/nvmc.ts'; export const x = Nvmc;`,
    finding: /import-table: Cross folders by #name/,
    good: `import { LedDriver } from './led.ts'; export const x = LedDriver;`,
  },
  'the same by an import type': {
    folder: 'capsules',
    bad: `export type X = import('#chips/nrf52/nvmc').Nvmc;`,
    finding: IMPORTS,
    good: `export type X = import('#kernel/result').Result;`,
  },
  'an app that imports the inside of the kernel': {
    folder: 'apps',
    bad: `import { Kernel } from '#kernel/kernel'; export const x = Kernel;`,
    finding: /import-table: apps\/ may import: kernel\/syscall/,
    good: `import { ErrorCode } from '#kernel/errorcode'; export const x = ErrorCode;`,
  },
  'a library that imports a HIL': {
    folder: 'libraries',
    bad: `import type * as hil from '#kernel/hil'; export type X = hil.flash.Flash;`,
    finding: IMPORTS,
    good: `import { assert } from '#kernel/assert'; export const x = assert;`,
  },
  'the kernel importing a capsule': {
    folder: 'kernel',
    bad: `export * from '#capsules/core/led';`,
    finding: /import-table: kernel\/ may import: nothing but itself/,
    good: `export * from './result.ts';`,
  },
  "Node's modules in a chip": {
    folder: 'chips',
    bad: `import { readFileSync } from 'node:fs'; export const x = readFileSync;`,
    finding: /import-table: chips\/ runs inside the simulation/,
    good: `import { Ok } from '#kernel/result'; export const x = Ok;`,
  },
  'a package that no table names': {
    folder: 'kernel',
    bad: `import { v4 } from 'uuid'; export const x = v4;`,
    finding: /import-table: kernel\/ may import eventemitter3, tinyqueue; 'uuid'/,
    good: `import Queue from 'tinyqueue'; export const x = Queue;`,
  },
  'events outside the trace': {
    folder: 'kernel',
    bad: `import { EventEmitter } from 'eventemitter3'; export const x = EventEmitter;`,
    finding: /import-table: 'eventemitter3' is for kernel\/trace/,
    good: `import Queue from 'tinyqueue'; export const x = Queue;`,
  },
  'the wall clock': {
    folder: 'chips',
    bad: `export const x = () => Date.now();`,
    finding: /^no-restricted-globals: .*Clock/,
    good: `export const x = (clock: { now: number }) => clock.now;`,
  },
  'performance.now': {
    folder: 'kernel',
    bad: `export const x = () => performance.now();`,
    finding: GLOBALS,
    good: `export const x = 1;`,
  },
  timers: {
    folder: 'boards',
    bad: `export const x = () => { setTimeout(() => undefined, 1); };`,
    finding: GLOBALS,
    good: `export const x = () => undefined;`,
  },
  'process.nextTick': {
    folder: 'arch',
    bad: `export const x = () => { process.nextTick(() => undefined); };`,
    finding: GLOBALS,
    good: `export const x = (process: { run(): void }) => { process.run(); };`,
  },
  'a way around by globalThis': {
    folder: 'kernel',
    bad: `export const x = () => globalThis.Date.now();`,
    finding: GLOBALS,
    good: `export const x = 1;`,
  },
  promises: {
    folder: 'libraries',
    bad: `export const x = Promise.resolve(1);`,
    finding: GLOBALS,
    good: `export const x = 1;`,
  },
  'async functions': {
    folder: 'apps',
    bad: `export async function x(): Promise<void> { await undefined; }`,
    finding: SYNTAX,
    good: `export function* x(): Generator<number> { yield 1; }`,
  },
  'chance without a seed': {
    folder: 'chips',
    bad: `export const x = () => Math.random();`,
    finding: /^no-restricted-properties: .*seeded Random/,
    good: `export const x = (random: { next(): number }) => random.next();`,
  },
  "the host's language": {
    folder: 'kernel',
    bad: `export const x = (n: number) => n.toLocaleString();`,
    finding: SYNTAX,
    good: `export const x = (n: number) => n.toString();`,
  },
  'a capsule that throws': {
    folder: 'capsules',
    bad: `export function x(): void { throw new Error('no'); }`,
    finding: /^no-restricted-syntax: A capsule never throws/,
    good: `export function x(): number { return 1; }`,
  },
  enums: {
    folder: 'kernel',
    bad: `export enum X { A }`,
    finding: SYNTAX,
    good: `export const X = { A: 0 } as const;`,
  },
  namespaces: {
    folder: 'kernel',
    bad: `export namespace X { export const a = 1; }`,
    finding: SYNTAX,
    good: `export const X = { a: 1 };`,
  },
  'default exports': {
    folder: 'lab',
    bad: `export default 1;`,
    finding: SYNTAX,
    good: `export const x = 1;`,
  },
  'a switch that forgets a case': {
    folder: 'kernel',
    bad: `export function x(a: 'b' | 'c'): number { switch (a) { case 'b': return 1; } return 2; }`,
    finding: /^@typescript-eslint\/switch-exhaustiveness-check/,
    good: `export function x(a: 'b' | 'c'): number { switch (a) { case 'b': return 1; case 'c': return 2; } }`,
  },
  'a function over 60 lines': {
    folder: 'kernel',
    bad: `export function x(): number {\n${'  x();\n'.repeat(60)}  return 1;\n}`,
    finding: /^max-lines-per-function/,
    good: `export function x(): number {\n${'  x();\n'.repeat(50)}  return 1;\n}`,
  },
  'a file over 300 lines of code': {
    folder: 'kernel',
    bad: 'export {};\n'.repeat(301),
    finding: /^max-lines:/,
    good: 'export {};\n// A comment does not count.\n'.repeat(300),
  },
  'eleven paths through a function': {
    folder: 'kernel',
    bad: `export function x(a: number): number {\n${'  if (a > 1) return 1;\n'.repeat(10)}  return 1;\n}`,
    finding: /^complexity/,
    good: `export function x(a: number): number {\n${'  if (a > 1) return 1;\n'.repeat(9)}  return 1;\n}`,
  },
  'an export without a comment': {
    folder: 'kernel',
    bad: `/** The head of the file. */\n\nexport const X = { A: 0 } as const;`,
    finding: /^tocksim\/documented-exports: `X`/,
    good: `/** One letter. */\nexport const X = { A: 0 } as const;\nexport type X = 0;`,
  },
  'a system call without yield*': {
    folder: 'apps',
    bad: `${USERSPACE} export function* x(): Userspace { on(0); yield* on(1); }`,
    finding: /^tocksim\/no-floating-userspace: .*Write `yield\*`/,
    good: `${USERSPACE} export function* x(): Userspace { yield* on(0); }`,
  },
  'the same behind a condition': {
    folder: 'apps',
    bad: `${USERSPACE} export function* x(a: boolean): Userspace { if (a) void on(0); yield* on(1); }`,
    finding: /^tocksim\/no-floating-userspace/,
    good: `${USERSPACE} export const x = (): Userspace => on(0);`,
  },
  'steps of a store that are dropped': {
    folder: 'libraries',
    bad: `interface Steps extends Generator<number, void> { name: string } declare function go(): Steps; export function x(a: boolean): void { a && go(); }`,
    finding: /^tocksim\/no-floating-userspace/,
    good: `declare function go(): number; export function x(): void { go(); }`,
  },
};

describe('Lint (doc/STYLE.md)', function () {
  // The first snippet makes typescript-eslint load the whole project.
  this.timeout(120_000);

  for (const [name, ban] of Object.entries(BANS)) {
    it(`forbids ${name} in ${ban.folder}/`, async () => {
      const home = homeIn(ban.folder);
      if (home === undefined) return;
      const matches = (found: string): boolean => ban.finding.test(found);
      const [bad, good] = [await lint(home, ban.bad), await lint(home, ban.good)];
      expect(bad.filter(matches), bad.join('\n')).to.have.lengthOf.at.least(1);
      expect(good.filter(matches)).to.deep.equal([]);
      expect(good.filter((found) => found.startsWith('parser'))).to.deep.equal([]);
    });
  }
});

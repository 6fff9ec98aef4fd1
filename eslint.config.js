// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What lint enforces of doc/STYLE.md: the import table, determinism, sizes, and lawful failure.
 *
 * NON-TOCK: Tock has the compiler, rustfmt and clippy.
 */
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { SIMULATION } from './tools/layers.js';
import { documentedExports } from './tools/lint/documented-exports.js';
import { importTable } from './tools/lint/import-table.js';
import { noCallbackInCall } from './tools/lint/no-callback-in-call.js';
import { noFloatingUserspace } from './tools/lint/no-floating-userspace.js';

/** The fetch-and-execute loop of an interpreter is one switch by nature; nothing else is exempt. */
const INTERPRETER_LOOPS = ['arch/*/execute.ts'];

const inFolders = (folders) => folders.map((folder) => `${folder}/**/*.ts`);

const TOCKSIM = {
  rules: {
    'documented-exports': documentedExports,
    'import-table': importTable,
    'no-callback-in-call': noCallbackInCall,
    'no-floating-userspace': noFloatingUserspace,
  },
};

const OWN_CLOCK = 'Time is virtual here: take a Clock through the constructor.';
const ONE_ORDER = 'Order is the event queue: schedule on the Clock or use a DeferredCall.';
const SEEDED = 'Chance comes from the seeded Random that was handed in.';
const HOST = 'The simulation runs in a browser, too: no host objects here.';

const HIDDEN_INPUTS = [
  ...['Date', 'performance', 'Intl', 'Temporal'].map((name) => ({ name, message: OWN_CLOCK })),
  ...[
    'setTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'requestAnimationFrame',
    'Promise',
    'WeakRef',
    'FinalizationRegistry',
  ].map((name) => ({ name, message: ONE_ORDER })),
  { name: 'crypto', message: SEEDED },
  ...[
    'process',
    'global',
    'globalThis',
    'window',
    'self',
    'Buffer',
    'require',
    'console',
    'fetch',
    'navigator',
  ].map((name) => ({ name, message: HOST })),
];

/** Syntax that the language offers and this project does without. */
const NOT_OUR_SYNTAX = [
  {
    selector: 'TSEnumDeclaration',
    message: 'Write `const X = { A: 0 } as const` and a union type: plain data, no code emitted.',
  },
  {
    selector: 'TSModuleDeclaration[kind!="global"]',
    message: 'A file is the namespace: `import type * as hil`.',
  },
  { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
];

const NOT_DETERMINISTIC = [
  {
    selector: ':function[async=true]',
    message: `No async function in the simulation. ${ONE_ORDER}`,
  },
  { selector: 'AwaitExpression', message: ONE_ORDER },
  { selector: 'ForOfStatement[await=true]', message: ONE_ORDER },
  { selector: 'ImportExpression', message: ONE_ORDER },
  {
    selector: 'MemberExpression[property.name=/^(localeCompare|toLocale[A-Z].*)$/]',
    message: 'The result depends on the language of the host: compare with < instead.',
  },
];

const NO_THROW = [
  {
    selector: 'ThrowStatement',
    message:
      'A capsule never throws: return a Result or CommandReturn; what Tock panics on goes through #kernel/assert.',
  },
];

const sizes = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  // A flat switch over command numbers is a table: it counts once.
  complexity: ['error', { max: 10, variant: 'modified' }],
};

const noSizes = { 'max-lines': 'off', 'max-lines-per-function': 'off', complexity: 'off' };

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'doc/', 'data/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { tocksim: TOCKSIM },
    rules: {
      ...sizes,
      'tocksim/documented-exports': 'error',
      'tocksim/import-table': 'error',
      'tocksim/no-callback-in-call': 'error',
      'tocksim/no-floating-userspace': 'error',
      'no-restricted-syntax': ['error', ...NOT_OUR_SYNTAX],
      'no-else-return': 'error',
      eqeqeq: 'error',
      // A process that never traps is still a process.
      'require-yield': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' },
      ],
      // Constants of one driver are compared with bare numbers from a system call everywhere.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/parameter-properties': 'off',
    },
  },
  {
    files: inFolders(SIMULATION),
    rules: {
      'no-restricted-globals': ['error', ...HIDDEN_INPUTS],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: SEEDED },
      ],
      'no-restricted-syntax': ['error', ...NOT_OUR_SYNTAX, ...NOT_DETERMINISTIC],
    },
  },
  {
    files: inFolders(['capsules']),
    rules: {
      'no-restricted-syntax': ['error', ...NOT_OUR_SYNTAX, ...NOT_DETERMINISTIC, ...NO_THROW],
    },
  },
  {
    // A table has a row a file.
    files: ['test/tidy/exceptions.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    // A suite is one function by nature, its cases are the unit; chai's assertions are properties,
    // sinon's take methods off their objects, and a fake may do nothing.
    files: inFolders(['test', 'conformance']),
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  { files: INTERPRETER_LOOPS, rules: noSizes },
  {
    files: ['*.js', 'tools/**/*.js', 'tools/**/*.cjs'],
    languageOptions: {
      globals: Object.fromEntries(
        ['console', 'process', 'require', 'module', 'URL'].map((name) => [name, 'readonly']),
      ),
    },
    rules: { ...sizes, 'no-restricted-syntax': ['error', ...NOT_OUR_SYNTAX] },
  },
  { files: ['eslint.config.js'], rules: { 'no-restricted-syntax': 'off' } },
);

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A loader hook: takes the types off a user's `.ts` app, and off the files that it imports.
 *
 * NON-TOCK: the simulator's own command line. Registered with Node's module loader by
 * `app-file.ts`, and only for apps in TypeScript.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LoadHook, ResolveHook } from 'node:module';
import ts from 'typescript';

const SOURCE = /\.m?ts$/;

/** `./other.js` means `./other.ts` where only that exists, as the TypeScript compiler has it. */
export const resolve: ResolveHook = (specifier, context, nextResolve) => {
  if (/^\.{1,2}\/.*\.m?js$/.test(specifier) && context.parentURL !== undefined) {
    const wanted = new URL(specifier, context.parentURL);
    const source = new URL(wanted.href.replace(/js$/, 'ts'));
    const isFile = wanted.protocol === 'file:';
    if (isFile && !existsSync(fileURLToPath(wanted)) && existsSync(fileURLToPath(source))) {
      return nextResolve(source.href, context);
    }
  }
  return nextResolve(specifier, context);
};

/** Compiles a TypeScript file to a module; a syntax error says file, line and column. */
export const load: LoadHook = (url, context, nextLoad) => {
  if (!url.startsWith('file:') || !SOURCE.test(url)) return nextLoad(url, context);
  const path = fileURLToPath(url);
  const { outputText, diagnostics } = ts.transpileModule(readFileSync(path, 'utf8'), {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      inlineSourceMap: true,
    },
  });
  const [first] = diagnostics ?? [];
  if (first !== undefined) throw new SyntaxError(describe(first));
  return { format: 'module', source: outputText, shortCircuit: true };
};

function describe({ file, start, messageText }: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(messageText, ' ');
  if (file === undefined || start === undefined) return text;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return `${text} (line ${line + 1}, column ${character + 1})`;
}

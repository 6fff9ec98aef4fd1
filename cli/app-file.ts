// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Finds the apps to run: bundled ones by name, the user's by the path of a file.
 *
 * NON-TOCK: Tock finds apps as TBF objects in flash.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { register } from 'node:module';
import { basename, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fileError } from './files.ts';
import { unknownName } from './suggest.ts';
import { UsageError } from './usage-error.ts';

/** An app as a board loads it. `Main` is the board's business. */
export interface AppFile<Main, Drivers = unknown> {
  readonly name: string;
  readonly main: Main;
  /** Makes drivers of the user's own from a board's wiring. */
  readonly drivers?: Drivers;
  /** Where it was loaded from. */
  readonly path: string;
}

const BUNDLED = fileURLToPath(new URL('../apps', import.meta.url));
const ENDINGS = ['.js', '.mjs', '.ts', '.mts'];
const DECLARATION = '.d.ts';
const MAIN = /^export declare function main\b/m;
let stripsTypes = false;

/**
 * The bundled apps: their names, and what the head of each file says that it does. The compiler leaves
 * heads in declaration files only.
 */
export function bundledApps(): { name: string; description: string }[] {
  const files = existsSync(BUNDLED) ? readdirSync(BUNDLED) : [];
  return files
    .filter((file) => file.endsWith(DECLARATION))
    .map((file) => ({ file, text: readFileSync(join(BUNDLED, file), 'utf8') }))
    .filter(({ text }) => MAIN.test(text))
    .map(({ file, text }) => ({ name: basename(file, DECLARATION), description: tagline(text) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function tagline(text: string): string {
  const head = /\/\*\*([^]*?)\*\//.exec(text)?.[1] ?? '';
  const line =
    head
      .replaceAll(/\s*\n\s*\*[ ]?/g, '\n')
      .trim()
      .split('\n\n')[0] ?? '';
  return line.replaceAll(/\s+/g, ' ').replace(/[.:](\s.*)?$/, '');
}

/** Loads an app by name or path; the module must export a generator function `main`. */
export async function loadApp<Main, Drivers = unknown>(
  word: string,
): Promise<AppFile<Main, Drivers>> {
  const path = pathOf(word);
  const ending = extname(path);
  if (ending.endsWith('ts')) stripTypes();
  const loaded: unknown = await importFile(word, path);
  const { main, drivers } = loaded as Readonly<Record<string, unknown>>;
  if (typeof main !== 'function') {
    throw new UsageError(`${word}: an app must export a function* main`);
  }
  const app = { name: basename(path, ending), main: main as Main, path };
  if (drivers === undefined) return app;
  if (typeof drivers !== 'function') {
    throw new UsageError(`${word}: drivers must be a function of the board's wiring`);
  }
  return { ...app, drivers: drivers as Drivers };
}

function pathOf(word: string): string {
  if (!/[/\\]/.test(word) && !ENDINGS.includes(extname(word))) {
    const names = bundledApps().map(({ name }) => name);
    if (names.includes(word)) return join(BUNDLED, `${word}.js`);
    throw unknownName('app', word, names);
  }
  const path = resolve(word);
  if (!existsSync(path)) throw new UsageError(`${word}: there is no such file`);
  if (statSync(path).isDirectory()) throw new UsageError(`${word}: is a directory`);
  if (!ENDINGS.includes(extname(path))) {
    throw new UsageError(`${word}: an app is a file that ends in ${ENDINGS.join(', ')}`);
  }
  return path;
}

function stripTypes(): void {
  if (stripsTypes) return;
  stripsTypes = true;
  register('./typescript-hook.js', import.meta.url);
  process.setSourceMapsEnabled(true);
}

async function importFile(word: string, path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') {
      throw fileError(word, error);
    }
    throw new UsageError(`${word}: ${whatWentWrong(error, path)}`);
  }
}

/** The message of an error and the line of the app that it came from, on one line. */
export function whatWentWrong(error: unknown, path: string): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const message = oneLine(`${error.name}: ${error.message}`);
  const where = lineIn(error.stack ?? '', path);
  return where === undefined ? message : `${message} (${where})`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}

/** `app.ts:12:7` for the first frame of a stack that lies in the app's own folder. */
function lineIn(stack: string, path: string): string | undefined {
  const source = path.startsWith(BUNDLED) ? basename(path, '.js') : basename(path);
  for (const line of stack.split('\n')) {
    const [, file = '', at = ''] = /(?:file:\/\/)?([^\s()]+?):(\d+(?::\d+)?)\)?$/.exec(line) ?? [];
    if (basename(file).startsWith(source)) return `${basename(file)}:${at}`;
  }
  return undefined;
}

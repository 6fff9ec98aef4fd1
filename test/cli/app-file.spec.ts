// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Apps of the user's: JavaScript, TypeScript with its types taken off, and what is no app.
 *
 * NON-TOCK.
 */
import { expect } from 'chai';
import { mkdirSync } from 'node:fs';
import { bundledApps, loadApp, whatWentWrong } from '#cli/app-file';
import { scratch } from './support.ts';

type Main = () => Generator<unknown, number, unknown>;

/** The message with which an app is refused. */
async function refusal(word: string): Promise<string> {
  try {
    const { name } = await loadApp<Main>(word);
    return `loaded ${name}`;
  } catch (error) {
    expect(error).to.be.instanceOf(Error);
    return error instanceof Error ? error.message : '';
  }
}

describe('loadApp', () => {
  const files = scratch();

  it('loads JavaScript by the path of its file', async () => {
    const path = files.write('blink.mjs', 'export function* main() { return 3; }');
    const { name, main } = await loadApp<Main>(path);
    expect([name, main().next().value]).to.deep.equal(['blink', 3]);
  });

  it('takes the types off a .ts app and off the .ts files that it imports', async () => {
    files.write('other.ts', 'export const code: number = 4;\nexport interface Unused { a: 1 }\n');
    const path = files.write(
      'typed.ts',
      [
        "import type { Userspace } from 'tocksim/apps/libtock/libtock';",
        "import { code } from './other.ts';",
        "import { code as again } from './other.js';",
        'export function* main(): Userspace<number> { return code as number + again; }',
      ].join('\n'),
    );
    const { name, main } = await loadApp<Main>(path);
    expect([name, main().next().value]).to.deep.equal(['typed', 8]);
  });

  it('says where TypeScript does not parse, on one line', async () => {
    const path = files.write('broken.ts', 'export function* main() {\n  return 1 +;\n}\n');
    expect(await refusal(path)).to.match(
      /broken\.ts: SyntaxError: Expression expected\. \(line 2, column 13\)$/,
    );
  });

  it('says where a module threw when it was loaded', async () => {
    const path = files.write('early.mjs', "const a = 1;\nthrow new RangeError('too early');\n");
    expect(await refusal(path)).to.match(/early\.mjs: RangeError: too early \(early\.mjs:2:7\)$/);
  });

  it('refuses what has no main', async () => {
    const none = files.write('none.mjs', 'export const name = 1;');
    const other = files.write('other.mjs', 'export const main = 1;');
    for (const path of [none, other]) {
      expect(await refusal(path)).to.equal(`${path}: an app must export a function* main`);
    }
  });

  it('refuses folders, missing files and other endings', async () => {
    mkdirSync(files.path('folder.ts'));
    const text = files.write('app.txt', '');
    expect(await refusal(files.path('folder.ts'))).to.match(/is a directory$/);
    expect(await refusal(files.path('missing.ts'))).to.match(/there is no such file$/);
    expect(await refusal(text)).to.match(/an app is a file that ends in \.js, \.mjs, \.ts, \.mts$/);
  });

  it('suggests a bundled app for a name that is none', async () => {
    expect(bundledApps().map(({ name }) => name)).to.include('hello');
    expect(await refusal('helo')).to.equal("unknown app 'helo' (did you mean hello?)");
  });
});

describe('whatWentWrong', () => {
  it('keeps to one line, whatever was thrown', () => {
    expect(whatWentWrong('a\n b', '/x/app.js')).to.equal('a b');
    expect(whatWentWrong(undefined, '/x/app.js')).to.equal('undefined');
    const error = new Error('a\n\tb');
    error.stack =
      'Error: a\n    at f (file:///y/other.js:1:1)\n    at main (file:///x/app.ts:12:7)';
    expect(whatWentWrong(error, '/x/app.ts')).to.equal('Error: a b (app.ts:12:7)');
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What `npm run new` refuses, and that a refusal leaves the tree as it was.
 *
 * NON-TOCK: tests.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect } from 'chai';
import { Copy } from './copy.ts';

describe('npm run new refuses in one line, with exit code 2 and nothing written', () => {
  let copy: Copy;

  before(() => {
    copy = new Copy();
  });

  after(() => {
    copy.remove();
  });

  const refusals: Readonly<Record<string, [args: string[], line: RegExp]>> = {
    'no arguments': [[], /^new: missing required argument 'kind'\n$/],
    'no name': [['capsule'], /^new: missing required argument 'name'\n$/],
    'one argument too many': [['app', 'one', 'two'], /^new: too many arguments\. [^\n]*\n$/],
    'an unknown option': [['app', 'one', '--two'], /^new: unknown option '--two'\n$/],
    'an unknown kind': [
      ['capsul', 'one'],
      /^new: there is no kind "capsul"; there are: capsule, chip, store, app\n$/,
    ],
    'a kind that objects have': [['toString', 'one'], /^new: there is no kind "toString"; /],
    'a kind of several lines': [['a\nb', 'one'], /^new: there is no kind "a\\nb"; [^\n]*\n$/],
    'capital letters': [['app', 'PageSum'], /^new: NAME is not in kebab-case, [^\n]*\n$/],
    underscores: [['app', 'page_sum'], /^new: NAME is not in kebab-case/],
    'a digit first': [['app', '2fast'], /^new: NAME is not in kebab-case/],
    'a path': [['app', '../../x'], /^new: NAME is not in kebab-case/],
    'an empty name': [['app', ''], /^new: NAME is not in kebab-case, such as page-sum: ""\n$/],
    'a name of several lines': [['app', 'a\n'], /^new: NAME is not in kebab-case[^\n]*\n$/],
    'a long name': [['app', 'a'.repeat(41)], /^new: NAME has 41 letters, more than 40\n$/],
    'a capsule that exists': [
      ['capsule', 'process-copy'],
      /^new: the name process-copy is taken: capsules\/extra\/process-copy.ts exists\n$/,
    ],
    'a capsule of another folder': [['capsule', 'flash-ranges'], /capsules\/core\/.* exists\n$/],
    'a driver that exists': [
      ['capsule', 'ipc'],
      /^new: the name ipc is taken: capsules\/core\/driver\.ts has Ipc\n$/,
    ],
    'a chip that exists': [['chip', 'nrf52'], /^new: the name nrf52 is taken: chips\/nrf52 exi/],
    'a store that exists': [
      ['store', 'persistent-store'],
      /^new: the name persistent-store is taken: /,
    ],
    'an app that exists': [['app', 'hello'], /^new: the name hello is taken: apps\/hello.ts ex/],
    'a class that the frame imports': [
      ['chip', 'nor'],
      /^new: the name nor is taken: chips\/nor\/flash\.ts would import another NorFlash\n$/,
    ],
  };

  for (const [what, [args, line]] of Object.entries(refusals)) {
    it(what, () => {
      const before = copy.state();
      const { code, out, err } = copy.make(...args);
      expect(err).to.match(line);
      expect([code, out]).to.deep.equal([2, '']);
      expect(copy.state()).to.deep.equal(before);
    });
  }

  it('a working directory outside the project', () => {
    const { code, err } = copy.makeIn(tmpdir(), ['app', 'one']);
    expect(err).to.match(/^new: this is not inside the project, which is in [^\n]*\n$/);
    expect(code).to.equal(2);
  });

  it('a tree whose lists are not where they were', () => {
    const page = copy.path('doc/TOCK_MAP.md');
    const text = readFileSync(page, 'utf8');
    writeFileSync(page, text.replaceAll('non-tock:', 'other:'));
    const before = copy.state();
    const { code, err } = copy.make('capsule', 'one');
    expect(err).to.equal('new: doc/TOCK_MAP.md has no section non-tock\n');
    expect([code, copy.state()]).to.deep.equal([2, before]);
    writeFileSync(page, text);
  });

  it('a list that is gone', () => {
    renameSync(copy.path('apps/README.md'), copy.path('apps/OTHER.md'));
    const before = copy.state();
    const { code, err } = copy.make('app', 'one');
    expect(err).to.match(/^new: apps\/README\.md cannot be read \(ENOENT\): [^\n]*\n$/);
    expect([code, copy.state()]).to.deep.equal([2, before]);
    renameSync(copy.path('apps/OTHER.md'), copy.path('apps/README.md'));
  });

  it('a write that fails half way: what was written before it is undone', () => {
    renameSync(copy.path('test/apps'), copy.path('test/elsewhere'));
    writeFileSync(copy.path('test/apps'), 'a file where a folder ought to be');
    const names = (): string[] => copy.state().map((line) => line.split(' ')[0] ?? '');
    const before = names();
    const { code, err } = copy.make('app', 'one');
    expect(err).to.match(/^new: nothing was written: [^\n]*\n$/);
    expect([code, names()]).to.deep.equal([2, before]);
    rmSync(copy.path('test/apps'));
    renameSync(copy.path('test/elsewhere'), copy.path('test/apps'));
  });
});

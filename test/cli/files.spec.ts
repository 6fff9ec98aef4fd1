// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The user's files: whole or not at all. NON-TOCK. */
import { expect } from 'chai';
import { lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { OutputFile, readBytes, readText } from '#cli/files';
import { scratch } from './support.ts';

describe('OutputFile', () => {
  const files = scratch();

  it('appears under its name only when it is complete', () => {
    files.write('a.txt', 'old');
    const file = new OutputFile(files.path('a.txt'));
    file.write('new ');
    file.write('x'.repeat(100_000));
    expect(files.read('a.txt')).to.equal('old');
    file.commit();
    expect(files.read('a.txt')).to.equal(`new ${'x'.repeat(100_000)}`);
    expect(files.list()).to.deep.equal(['a.txt']);
  });

  it('leaves nothing behind when it is discarded', () => {
    files.write('a.txt', 'old');
    const file = new OutputFile(files.path('a.txt'));
    file.write(new Uint8Array(10));
    file.discard();
    expect(files.list()).to.deep.equal(['a.txt']);
    expect(files.read('a.txt')).to.equal('old');
  });

  it('keeps the order of text and bytes', () => {
    const file = new OutputFile(files.path('a'));
    file.write('a');
    file.write(Uint8Array.of(0x62));
    file.write('c');
    file.commit();
    expect(files.read('a')).to.equal('abc');
  });

  it('writes to a device, and does not put a file in its place', () => {
    symlinkSync('/dev/null', files.path('null'));
    for (const end of ['commit', 'discard'] as const) {
      const file = new OutputFile(files.path('null'));
      file.write('text');
      file[end]();
    }
    expect(lstatSync(files.path('null')).isSymbolicLink()).to.equal(true);
    expect(readFileSync(files.path('null'))).to.have.length(0);
    expect(files.list()).to.deep.equal(['null']);
  });

  it('refuses a folder, and a place that is not there, before anything runs', () => {
    mkdirSync(files.path('folder'));
    expect(() => new OutputFile(files.path('folder'))).to.throw('is a directory');
    expect(() => new OutputFile(files.path('none/a'))).to.throw('there is no folder');
    expect(() => new OutputFile('')).to.throw('is a directory');
    expect(files.list()).to.deep.equal(['folder']);
  });
});

describe('reading', () => {
  const files = scratch();

  it('reads a device to its end, and gives up on one that has none', () => {
    expect(readBytes('/dev/null')).to.have.length(0);
    expect(() => readBytes('/dev/zero', 2 ** 20)).to.throw('/dev/zero: larger than 1 MiB');
  });

  it('says in plain words what is wrong', () => {
    mkdirSync(files.path('folder'));
    const binary = files.write('binary', Uint8Array.of(0xff, 0xfe, 0x00));
    expect(() => readBytes(files.path('none'))).to.throw(/none: there is no such file$/);
    expect(() => readBytes(files.path('folder'))).to.throw(/folder: is a directory$/);
    expect(() => readText(binary)).to.throw(/binary: not UTF-8 text$/);
  });
});

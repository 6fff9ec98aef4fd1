// SPDX-License-Identifier: Apache-2.0 OR MIT
/** `tocksim study workload`: what it prints, what it ends with, what it refuses; and its page's figures. NON-TOCK. */
import { expect } from 'chai';
import { mkdirSync, readFileSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#tools/sources';
import { expectGolden } from '../../support/golden.ts';
import { scratch, tocksim } from '../support.ts';

const PAGE = 'doc/studies/workload.md';
const CSV = 'time,op,key,size\n0,insert,1,4\n1000,insert,1,4\n';

/** A command of the page and its output. */
const SHOWN = /```console\n\$ npm run tocksim -- (.*)\n([^`]+)```/g;

describe('tocksim study workload', function () {
  this.timeout(30_000);
  const files = scratch();
  const study = (...args: string[]): ReturnType<typeof tocksim> =>
    tocksim('study', 'workload', ...args);

  it(`prints what ${PAGE} shows`, async () => {
    const page = readFileSync(join(ROOT, PAGE), 'utf8');
    let made = page;
    for (const [block, command = '', output = ''] of page.matchAll(SHOWN)) {
      const { out } = await tocksim(...command.split(/\s+/));
      made = made.replace(block, () => block.replace(output, () => out));
    }
    expectGolden('workload.md', made, {
      folder: 'doc/studies',
      update: process.env['UPDATE_GOLDEN'] === '1',
    });
  });

  it('runs a table of calls of your own, and prints JSON and CSV', async () => {
    const path = files.write('calls.csv', CSV);
    const { code, out } = await study(path, '--pages', '3', '--json');
    expect(code).to.equal(0);
    const { runs } = JSON.parse(out) as { runs: Readonly<Record<string, unknown>>[] };
    // The init word, two words, and two words with two that wipe the first entry.
    expect(runs[0]).to.include({ chip: 'nrf52840', level: 'board', calls: 2, words: 7 });
    const csv = await study(path, '--pages', '3,4', '--csv');
    expect(csv.out.trimEnd().split('\n')).to.have.length(3);
  });

  it('takes a cost model, and says which one', async () => {
    const model = { readCalls: 0, deadEntries: 0, wordsWritten: 0, writeCalls: 0, erases: 1e6 };
    const costs = files.write('m.json', JSON.stringify({ device: 'mine', ...model }));
    const path = files.write('calls.csv', CSV);
    const { out } = await study(path, '--costs', costs, '--json');
    const { costsMicroseconds, runs } = JSON.parse(out) as {
      costsMicroseconds: unknown;
      runs: Readonly<Record<string, unknown>>[];
    };
    expect(costsMicroseconds).to.deep.equal({ device: 'mine', model });
    expect(runs[0]).to.include({ costs: 'mine', level: 'storage', busyNanoseconds: 0 });
    expect((await study(path, '--costs', costs)).out).to.contain('costs of mine: read call 0 µs');
  });

  it('writes a page that says how it is made again; other forms are printed as ever', async () => {
    const calls = files.write('my calls.csv', CSV);
    const page = files.path('report.html');
    const { code, out } = await study(calls, '--pages', '3,4', '--html', page, '--csv');
    expect({ code, lines: out.split('\n').length }).to.deep.equal({ code: 0, lines: 4 });
    const command = (/Made by <code>(.*?)<\/code>/.exec(files.read('report.html')) ?? [])[1];
    expect(command?.replaceAll(/<\/?span>/g, '')).to.equal(
      'tocksim study workload &#39;my calls.csv&#39; --chip nrf52840 --pages 3,4 --hil byte',
    );
    const nowhere = await study(calls, '--html', files.path('none/report.html'));
    expect(nowhere.code).to.equal(2);
    expect(nowhere.err).to.match(/: there is no folder [^\n]*\n$/);
    expect(files.list()).to.deep.equal(['my calls.csv', 'report.html']);
  });

  it('finds the same with any number of workers, in every form', async () => {
    const path = files.write('calls.csv', CSV);
    const sweep = [path, '--chip', 'nrf52840,earlgrey', '--pages', '4,3,5', '--hil', 'byte,page'];
    for (const form of [[], ['--json'], ['--csv'], ['--commands']]) {
      const forms = await Promise.all(
        ['1', '3'].map((jobs) => study(...sweep, ...form, '--jobs', jobs)),
      );
      expect(forms[0]).to.include({ code: 0, err: '' });
      expect(forms[1]).to.deep.equal(forms[0]);
    }
  });

  it('ends with 1 where the workload does not fit', async () => {
    const rows = Array.from({ length: 8 }, (_, key) => `0,insert,${key},1000\n`).join('');
    const path = files.write('big.csv', `t,op,key,size\n${rows}`);
    const { code, out } = await study(path, '--pages', '3,4');
    expect(code).to.equal(1);
    // The heading is line 1; the eighth call does not fit.
    expect(out).to.contain('NoCapacity at line 9');
  });

  it('takes a part of your own, at the storage interface', async () => {
    const part = files.write(
      'part.json',
      JSON.stringify({
        name: 'mine',
        pageSize: 512,
        pages: 8,
        programsPerWord: 2,
        erasesPerPage: 100,
        programUnitMicroseconds: 10,
        erasePageMicroseconds: 20_000,
      }),
    );
    const path = files.write('calls.csv', CSV);
    const { out } = await study(path, '--chip', part, '--pages', '8', '--json');
    const { runs } = JSON.parse(out) as { runs: Readonly<Record<string, unknown>>[] };
    expect(runs[0]).to.include({ chip: 'mine', level: 'storage', pageBytes: 512 });
    expect(runs[0]?.['flashBusyNanoseconds']).to.equal(6 * 10_000);
  });

  const CASES: readonly (readonly [string, readonly string[], string])[] = [
    ['no such file', ['./none.csv'], './none.csv: there is no such file'],
    [
      'a workload mistyped',
      ['fido-yaer'],
      "unknown workload 'fido-yaer' (did you mean fido-year?)",
    ],
    [
      'a chip mistyped',
      ['fido-year', '--chip', 'nrf52480'],
      "unknown chip 'nrf52480' (did you mean nrf52840?)",
    ],
    [
      'a name of every object',
      ['fido-year', '--chip', 'constructor'],
      "unknown chip 'constructor'",
    ],
    [
      'pages in words',
      ['fido-year', '--pages', 'four'],
      "option '--pages <list>' argument 'four' is invalid.",
    ],
    ['an empty list', ['fido-year', '--hil', ''], "unknown hil ''"],
    ['both forms', ['fido-year', '--json', '--csv'], '--json or --csv, not both'],
    ['two pages', ['fido-year', '--pages', '2'], '--pages 2: the store takes 3 to 64 pages'],
  ];
  for (const [what, args, expected] of CASES) {
    it(`refuses ${what}: one line, exit code 2`, async () => {
      const { code, out, err } = await study(...args);
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(err).to.match(/^tocksim: .*\n$/);
      expect(err).to.contain(expected);
    });
  }

  it('refuses what is no text of calls: one line, exit code 2', async () => {
    mkdirSync(files.path('folder.csv'));
    symlinkSync('/dev/null', files.path('null.jsonl'));
    const gigabyte = files.write('long.jsonl', '');
    truncateSync(gigabyte, 2 ** 30);
    for (const [path, expected] of [
      [files.path('folder.csv'), 'is a directory'],
      [files.path('null.jsonl'), 'the workload is empty'],
      [gigabyte, 'larger than 512 MiB'],
      [files.write('empty.jsonl', ''), 'the workload is empty'],
      [files.write('bom.csv', '\uFEFF'), 'the workload is empty'],
      [files.write('zero.jsonl', '\0\0\0'), 'line 1: not JSON'],
      [files.write('zero.csv', 't,op\n0,b\0\n'), 'line 2: unknown op "b\\u{0}"'],
      [files.write('utf16.jsonl', Uint8Array.of(0xff, 0xfe, 0x7b, 0x00)), 'not UTF-8 text'],
      [files.write('a.json', '[]'), 'line 1: must be an object, not a list'],
      [files.write('a.txt', CSV), 'a workload is a trace .jsonl or .csv, or a description .json'],
    ] as const) {
      expect(await study(path)).to.deep.equal({
        code: 2,
        out: '',
        err: `tocksim: ${path}: ${expected}\n`,
      });
    }
  });

  it('quotes a line without end by its beginning and its end', async () => {
    const path = files.write('long.jsonl', `{"t":0,"op":"${'x'.repeat(1e6)}"}\n`);
    const { err } = await study(path);
    expect(err).to.match(/^tocksim: .*long\.jsonl: line 1: unknown op "x+ … x+"\n$/);
    expect(err.length).to.be.lessThan(1100);
  });

  it('names file and line of what is wrong in a workload or a part', async () => {
    const calls = files.write('calls.csv', CSV.replace('1000,insert,1,4', '1000,insert,1,-4'));
    expect((await study(calls)).err).to.equal(
      `tocksim: ${calls}: line 3: "size" must be 0 or more, not -4\n`,
    );
    const part = files.write('part.json', '{\n  "name": "x",\n  "pageSize": 100\n}');
    const { code, err } = await study('fido-year', '--chip', part);
    expect(code).to.equal(2);
    expect(err).to.equal(
      `tocksim: ${part}: line 3: "pageSize" must be a power of two of bytes from 32 to 4096, not 100\n`,
    );
  });
});

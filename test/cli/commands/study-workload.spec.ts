// SPDX-License-Identifier: Apache-2.0 OR MIT
/** `tocksim study workload`: what it prints, what it ends with, what it refuses; and its page's figures. NON-TOCK. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#tools/sources';
import { scratch, tocksim } from '../support.ts';

const PAGE = 'doc/studies/workload.md';
const CSV = 'time,op,key,size\n0,insert,1,4\n1000,insert,1,4\n';

/** The commands of the page that have their output below them. */
function shown(): { command: string; output: string }[] {
  const page = readFileSync(join(ROOT, PAGE), 'utf8');
  const blocks = page.matchAll(/```console\n\$ npm run tocksim -- (.*)\n([^]*?)```/g);
  return Array.from(blocks, ([, command = '', output = '']) => ({ command, output }));
}

describe('tocksim study workload', function () {
  this.timeout(30_000);
  const files = scratch();
  const study = (...args: string[]): ReturnType<typeof tocksim> =>
    tocksim('study', 'workload', ...args);

  it(`prints what ${PAGE} shows`, async () => {
    const blocks = shown().filter(({ output }) => output !== '');
    expect(blocks.length).to.be.greaterThan(2);
    for (const { command, output } of blocks) {
      const ended = await tocksim(...command.split(/\s+/));
      expect(ended.out, command).to.equal(output);
    }
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
    expect(out).to.contain('NoCapacity at line 8');
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

// SPDX-License-Identifier: Apache-2.0 OR MIT
/** `tocksim study` and `study calibrate`: what is asked, refused, written and shown. NON-TOCK. */
import { expect } from 'chai';
import { parseCosts } from '#lab/studies/framework/costs-file';
import { STUDIES } from '#lab/studies/index';
import { scratch, tocksim } from '../support.ts';

const QUICK = 'syscall-share';
const MEASURED = 'data/measurements/opensk-dk-2022.json';

describe('tocksim study', function () {
  this.timeout(30_000);
  const files = scratch();

  it('lists every study with its question', async () => {
    const { code, out } = await tocksim('study', '--list');
    expect(code).to.equal(0);
    const entries = out.replaceAll(/\n +/g, ' ').trimEnd().split('\n');
    expect(entries).to.have.length(STUDIES.length);
    for (const [index, { name, question }] of STUDIES.entries()) {
      expect(entries[index])
        .to.match(/^\S+ +/)
        .and.include(name)
        .and.include(question);
    }
    expect(Math.max(...out.split('\n').map(({ length }) => length))).to.be.at.most(80);
  });

  it('lists them as JSON, on stdout or in a file', async () => {
    const { out } = await tocksim('study', '--list', '--json', '-');
    const expected = STUDIES.map(({ name, question }) => ({ name, question }));
    expect(JSON.parse(out)).to.deep.equal({ studies: expected });
    await tocksim('study', '--list', '--json', files.path('list.json'));
    expect(files.read('list.json')).to.equal(out);
  });

  it('finds the same with any number of workers, in every form', async () => {
    const forms = async (jobs: string): Promise<string[]> => {
      const [html, json, csv] = ['r.html', 'r.json', 'csv'].map((name) => files.path(jobs + name));
      const ended = await tocksim(
        ...['study', QUICK, '--jobs', jobs, '--html', html ?? '', '--json', json ?? ''],
        ...['--csv', csv ?? ''],
      );
      expect(ended).to.include({ code: 0, err: '' });
      const written = [`${jobs}r.html`, `${jobs}r.json`, `${jobs}csv/${QUICK}.csv`].map(files.read);
      return [ended.out, ...written];
    };
    expect(await forms('1')).to.deep.equal(await forms('3'));
  });

  it('prints JSON, and nothing else, with --json -', async () => {
    const { code, out } = await tocksim('study', QUICK, '--json', '-');
    const { studies } = JSON.parse(out) as { studies: { name: string }[] };
    expect({ code, names: studies.map(({ name }) => name) }).to.deep.equal({
      code: 0,
      names: [QUICK],
    });
  });

  for (const [what, args, line] of [
    ['no name', [], /a name is missing/],
    [
      'a name that is wrong by a letter',
      ['true2g'],
      /unknown study 'true2g' \(did you mean true2f\?\)/,
    ],
    [
      'a subcommand that is wrong by a letter',
      ['worklod', 'fido-year'],
      /unknown study 'worklod' \(did you mean workload\?\)/,
    ],
    ['a file where a folder has to be', [QUICK, '--csv', 'package.json'], /json: is no folder/],
    ['names beside --all', ['--all', QUICK], /either names or --all/],
    ['names beside --list', ['--list', QUICK], /takes no names/],
    ['no worker', [QUICK, '--jobs', '0'], /whole number from 1 to 256/],
    ['a place that is not there', [QUICK, '--html', '/nowhere/r.html'], /there is no folder/],
    [
      'a folder that cannot be made',
      [QUICK, '--csv', '/nowhere/csv'],
      /\/nowhere\/csv: there is no/,
    ],
  ] as const) {
    it(`refuses ${what} in a line`, async () => {
      const { code, out, err } = await tocksim('study', ...args);
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(err)
        .to.match(line)
        .and.match(/^tocksim: [^\n]*\n$/);
    });
  }

  it('leaves no file behind when another cannot be written', async () => {
    await tocksim('study', QUICK, '--html', files.path('r.html'), '--json', '/nowhere/r.json');
    expect(files.list()).to.deep.equal([]);
  });

  describe('--costs', () => {
    const MODEL = { readCalls: 0, deadEntries: 0, wordsWritten: 0, writeCalls: 0, erases: 1000 };
    const withCosts = (...args: string[]): ReturnType<typeof tocksim> => {
      const model = files.write('model.json', JSON.stringify({ device: 'mine', ...MODEL }));
      return tocksim('study', ...args, '--costs', model, '--json', '-');
    };

    it('reaches the workers, stands beside the other figures, and the report says which it was', async () => {
      const { out } = await withCosts('nrf52840-figures');
      const { studies } = JSON.parse(out) as {
        studies: {
          table: { columns: { title: string }[]; rows: (string | number)[][] };
          notes: string[];
        }[];
      };
      const { columns, rows } = studies[0]?.table ?? { columns: [], rows: [] };
      expect(columns.at(-1)?.title).to.equal('mine');
      expect(studies[0]?.notes.at(-1)).to.match(/^mine: read call 0 µs, .* erasure 1000 µs\.$/);
      const compactions = rows.filter(([operation]) => operation === 'compaction');
      expect(compactions.map((row) => row.at(-1))).to.deep.equal([1, 1]);
    });

    it('is refused where no cost model enters, and where it is none', async () => {
      expect((await withCosts('true2f')).err).to.equal(
        'tocksim: --costs: no cost model enters true2f, only nrf52840-figures\n',
      );
      const file = files.write('m.json', '{"device": "x",\n"readCalls": -1}');
      expect((await tocksim('study', 'nrf52840-figures', '--costs', file)).err).to.equal(
        `tocksim: ${file}: line 2: "readCalls" must be a number of microseconds from 0 to 60000000, not -1\n`,
      );
    });
  });

  describe('calibrate', () => {
    it('prints the costs and how well they fit, and saves the model', async () => {
      const saved = files.path('model.json');
      const { code, out } = await tocksim('study', 'calibrate', MEASURED, '--save', saved);
      expect(code).to.equal(0);
      expect(out)
        .to.match(/^readCalls +\d\.\d\d$/m)
        .and.match(/^rms \d\.\d %, worst \d\.\d %$/m);
      const costs = parseCosts(files.read('model.json'));
      expect(costs.ok && costs.value.device).to.match(/^nRF52840 DK/);
    });

    it('prints JSON', async () => {
      const { out } = await tocksim('study', 'calibrate', MEASURED, '--json');
      expect(JSON.parse(out)).to.have.keys('model', 'residuals', 'rms', 'worst');
    });

    it('refuses a file that is none, or that does not determine the costs', async () => {
      const few = JSON.stringify({
        store: { pages: 3, pageSize: 1024 },
        fixed: { wordsWritten: 41, writeCalls: 0, erases: 85_000 },
        free: ['readCalls', 'deadEntries'],
        measurements: [{ operation: 'boot', words: 5, keys: 'same', milliseconds: 2 }],
      });
      for (const [text, line] of [
        ['{', /: line 1: not JSON$/m],
        [
          '{"store":{\n"pages":-2}}',
          /: line 2: "store\.pages" must be a whole number of pages from 3 to 64, not -2$/m,
        ],
        [few, /: too few measurements$/m],
      ] as const) {
        const file = files.write('m.json', text);
        const { code, err } = await tocksim('study', 'calibrate', file);
        expect(code).to.equal(2);
        expect(err).to.match(line);
      }
      expect((await tocksim('study', 'calibrate', files.path('none.json'))).err).to.match(
        /no such/,
      );
    });
  });
});

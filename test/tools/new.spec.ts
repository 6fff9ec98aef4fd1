// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `npm run new` in a copy of the tree: its frames compile, lint and format, and fail as they should.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Copy, type Ended } from './copy.ts';
import { FILLINGS } from './fillings.ts';

const KINDS = ['capsule', 'chip', 'store', 'app'] as const;
const SOURCES = [
  'capsules/extra/thermo.ts',
  'chips/thermo/flash.ts',
  'libraries/thermo/store.ts',
  'apps/thermo.ts',
];
/** What belongs to the parts besides. */
const OTHERS = [
  'libraries/thermo/format.ts',
  'libraries/thermo/claim.ts',
  'libraries/thermo/definition.ts',
  'libraries/stores.ts',
];
const SPECS = [
  'test/capsules/extra/thermo.spec.ts',
  'test/chips/thermo/flash.spec.ts',
  'test/libraries/thermo/store.spec.ts',
  'test/apps/thermo.spec.ts',
];

describe('npm run new', () => {
  let copy: Copy;

  before(() => {
    copy = new Copy();
  });

  after(() => {
    copy.remove();
  });

  it('prints a help of at most 80 columns that names every kind', () => {
    const { code, out, err } = copy.make('--help');
    expect([code, err]).to.deep.equal([0, '']);
    expect(out.split('\n').filter((line) => line.length > 80)).to.deep.equal([]);
    for (const kind of KINDS) expect(out).to.match(new RegExp(`^  ${kind} +\\w`, 'm'));
  });

  describe('one of each kind', function () {
    this.timeout(120_000);
    let compiled: Ended;
    let linted: Ended;
    const made: string[] = [];

    before(async () => {
      for (const kind of KINDS) {
        const { code, out, err } = copy.make(kind, 'thermo');
        expect([code, err], kind).to.deep.equal([0, '']);
        made.push(out);
      }
      const files = [...SOURCES, ...OTHERS, ...SPECS, 'capsules/core/driver.ts'];
      [compiled, linted] = await Promise.all([
        copy.compile(files),
        copy.tool('eslint/bin/eslint.js', '--max-warnings=0', ...files),
      ]);
    });

    it('compiles, and lint and the formatter have nothing to say', async () => {
      expect(compiled).to.deep.equal({ code: 0, out: '', err: '' });
      expect(linted).to.deep.equal({ code: 0, out: '', err: '' });
      const { code, out } = await copy.tool(
        'prettier/bin/prettier.cjs',
        '--check',
        ...SOURCES,
        ...OTHERS,
        ...SPECS,
      );
      expect(code, out).to.equal(0);
    });

    it('says what it wrote, and what to do next', () => {
      const [capsule = '', , , app = ''] = made;
      expect(capsule.split('\nNext:\n')[0]).to.equal(
        [
          'wrote    capsules/extra/thermo.ts',
          'wrote    test/capsules/extra/thermo.spec.ts',
          'wrote    doc/syscalls/f0000_thermo.md',
          'changed  capsules/core/driver.ts',
          'changed  doc/syscalls/README.md',
          'changed  capsules/extra/README.md',
          'changed  doc/TOCK_MAP.md',
          '',
        ].join('\n'),
      );
      expect(app).to.contain('npm run tocksim -- run thermo\n');
      for (const [index, out] of made.entries()) {
        const spec = SPECS[index]?.replace(/\.ts$/, '.js') ?? '';
        expect(out).to.contain(`npm run build && npx mocha dist/${spec}\n`);
        expect(out.split('\n').filter((line) => line.length > 100)).to.deep.equal([]);
      }
    });

    it('fails in each test that is to be filled, with what to do, and in no other', async () => {
      const { failures } = await copy.test(...SPECS);
      const said = failures.map(({ title, err }) => [title, err.message.split(': expected')[0]]);
      const capsule = 'write the work of command 1: `begin` in capsules/extra/thermo.ts';
      const chip = 'read it in the datasheet: value, mark and source in chips/thermo/flash.ts';
      const store = 'write put, get, delete and keys in libraries/thermo/store.ts';
      expect(said).to.have.deep.members([
        ['schedules exactly one upcall for a request that it accepts, with status 0', capsule],
        ['answers BUSY to a second request, which disturbs the first one in nothing', capsule],
        ['has its buffer back after the process that asked has died', capsule],
        [
          'copies what it has into the buffer that the process lends, and no more than fits',
          capsule,
        ],
        ['has a source for each figure: limits', chip],
        ['has a source for each figure: timing', chip],
        ['has a time for each operation', 'takes no time yet: state it in chips/thermo/flash.ts'],
        ['takes a value, finds it again after a power cycle, and takes it away', store],
        ['agrees with a map after any operations, and never breaks a rule of flash', store],
        ['has the old value or the new one after a cut anywhere in a put', store],
        [
          'prints what its head says',
          'say in the head of apps/thermo.ts what it does, and here what it prints',
        ],
      ]);
    });

    it('fits the tidy rules, but that nothing imports a part before it is wired', async () => {
      const { failures } = await copy.test('test/tidy.spec.ts', 'test/tidy/documents.spec.ts');
      const ours = failures.filter(({ err }) => err.message.includes('thermo'));
      expect(ours.map(({ title }) => title)).to.deep.equal([
        'has no dead module: something other than its own spec imports it, or starts it',
      ]);
      const named = ours[0]?.err.message.match(/^ {2}\S+$/gm)?.map((line) => line.trim());
      expect(named).to.include.members(SOURCES.slice(0, 2));
      for (const path of SOURCES.slice(2)) expect(named).not.to.include(path);
    });

    it('puts a store on the list of all, where nobody runs it until it is written', async () => {
      const { failures } = await copy.test('test/libraries/stores.spec.ts');
      expect(
        failures.map(({ title, err }) => [title, err.message.split(': see')[0]]),
      ).to.deep.equal([['can live on the flash that it asks for', 'is not written yet']]);
      expect(copy.make('store', 'second-thermo').code).to.equal(0);
      const list = copy.read('libraries/stores.ts');
      expect(list).to.contain("import { SECOND_THERMO } from './second-thermo/definition.ts';\n");
      expect(list).to.match(/\bTHERMO,\s+SECOND_THERMO,?\s*\];\n/);
      const { code, out } = await copy.tool(
        'prettier/bin/prettier.cjs',
        '--check',
        'libraries/stores.ts',
      );
      expect(code, out).to.equal(0);
    });

    it('passes all its tests once it is filled', async () => {
      for (const { path, find, text } of FILLINGS) {
        const frame = copy.read(path);
        expect(frame, path).to.match(find);
        copy.rewrite(
          path,
          frame.replace(find, () => text),
        );
      }
      const { passes, failures } = await copy.test(...SPECS);
      expect(failures.map(({ title, err }) => `${title}: ${err.message}`)).to.deep.equal([]);
      expect(passes.length).to.be.greaterThan(30);
    });

    it('gives a capsule the first free number from 0xf0000 on', () => {
      expect(copy.read('capsules/core/driver.ts')).to.contain('  Thermo: 0xf0000,\n} as const;');
      expect(copy.make('capsule', 'second-thermo').code).to.equal(0);
      expect(copy.read('capsules/core/driver.ts')).to.contain('  SecondThermo: 0xf0001,\n} as');
      expect(copy.read('doc/syscalls/f0001_second_thermo.md')).to.contain('driver 0xf0001');
    });

    it('does not say twice what a name says already', () => {
      expect(copy.make('capsule', 'late-driver').code).to.equal(0);
      const text = copy.read('capsules/extra/late-driver.ts');
      expect(text).to.contain('export class LateDriver ').and.contain('export const LATE_GRANT ');
    });
  });
});

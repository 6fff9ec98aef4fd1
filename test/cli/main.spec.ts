// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The command line as a new user meets it: help, mistakes, exit codes. NON-TOCK. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROFILES } from '#kernel/profile';
import { ROOT } from '#tools/sources';
import { tocksim } from './support.ts';

const COMMANDS: readonly (readonly string[])[] = [
  [],
  ['run'],
  ['store'],
  ['store', 'replay'],
  ['inspect'],
  ['crash'],
  ['crash', 'blades'],
  ['crash', 'board'],
  ['study'],
  ['study', 'workload'],
  ['study', 'calibrate'],
];

describe('tocksim', () => {
  it('alone prints its help', async () => {
    const alone = await tocksim();
    expect(alone).to.deep.equal(await tocksim('--help'));
    expect(alone).to.include({ code: 0, err: '' });
    expect(alone.out).to.match(/^Usage: tocksim /);
  });

  for (const command of COMMANDS) {
    const name = ['tocksim', ...command].join(' ');
    it(`${name} --help fits 80 columns and shows how it is done`, async () => {
      const { code, out, err } = await tocksim(...command, '--help');
      expect({ code, err }).to.deep.equal({ code: 0, err: '' });
      for (const line of out.split('\n')) expect(line.length, line).to.be.at.most(80);
      if (command[0] !== 'store' || command.length > 1) expect(out).to.contain('$ tocksim ');
    });
  }

  it('--version prints that of package.json', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await tocksim('--version')).to.deep.equal({ code: 0, out: `${version}\n`, err: '' });
  });

  const MISTAKES: readonly (readonly [string, string])[] = [
    ['rnu hello', "unknown command 'rnu' (did you mean run?)"],
    ['store', 'store: a command is missing; see tocksim store --help'],
    ['store repaly x', "unknown command 'repaly' (did you mean replay?)"],
    ['run', "missing required argument 'app'"],
    ['run hello --bord x', "unknown option '--bord' (did you mean --board?)"],
    ['run hello --board nrf52840kd', "unknown board 'nrf52840kd' (did you mean nrf52840dk?)"],
    ['run hello --profile 2.2-trf', "unknown profile '2.2-trf' (did you mean 2.2-trd?)"],
    ['run hello --profile x', "unknown profile 'x' (did you mean 1.x?)"],
    [
      'run hello --profile zephyr',
      "unknown profile 'zephyr' (there are: 1.x, 2.0-dev, c, d, e, 2.0, 2.1, 2.2, 2.2-trd)",
    ],
    ['run hello --hil bites', "unknown hil 'bites' (did you mean byte?)"],
    [
      'run hello --until 5',
      "option '--until <time>' argument '5' is invalid. A time is a number with ns, us, ms, s, m, h or d, as in 1.5s",
    ],
    [
      'run hello --store-pages 2',
      "option '--store-pages <n>' argument '2' is invalid. It must be a whole number from 3 to 64",
    ],
    [
      'run hello --seed -1',
      "option '--seed <n>' argument '-1' is invalid. It must be a whole number from 0 to 4294967295",
    ],
    ['run hello --workload', "option '--workload <file>' argument missing"],
    ['--list ap', "unknown list 'ap' (did you mean apps?)"],
  ];
  for (const [line, said] of MISTAKES) {
    it(`${line}: one line, exit code 2`, async () => {
      expect(await tocksim(...line.split(' '))).to.deep.equal({
        code: 2,
        out: '',
        err: `tocksim: ${said}\n`,
      });
    });
  }

  it('--list profiles has a line for each', async () => {
    const { code, out } = await tocksim('--list', 'profiles');
    expect(code).to.equal(0);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0])
        .filter((name) => name !== ''),
    ).to.deep.equal(Object.keys(PROFILES));
  });

  it('--list faithful names the flaws of upstream that a board can have back', async () => {
    const { out } = await tocksim('--list', 'faithful');
    expect(out).to.match(/^nvmc-no-busy-guard\s+a second call/m);
  });

  it('no list is wider than 80 columns', async () => {
    for (const list of ['apps', 'boards', 'profiles', 'stores', 'faithful']) {
      const { out } = await tocksim('--list', list);
      expect(
        out.split('\n').filter((line) => line.length > 80),
        list,
      ).to.deep.equal([]);
    }
  });

  it("--list stores names each store with its claim's cut model", async () => {
    const { out } = await tocksim('--list', 'stores');
    expect(out.replaceAll(/\s+/g, ' ')).to.match(
      /persistent .* OpenSK design; claims to survive cuts with any subset of bits moved; 2 programs a word/,
    );
  });

  it('--list --json prints the same rows as data', async () => {
    const { out } = await tocksim('--list', 'profiles', '--json');
    const { profiles } = JSON.parse(out) as { profiles: { name: string }[] };
    expect(profiles.map(({ name }) => name)).to.deep.equal(Object.keys(PROFILES));
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim inspect`: images of both boards and of golden vectors; exit code 1 for a store that does not open, 2 for no store.
 *
 * NON-TOCK.
 */
import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '#tools/sources';
import { scratch, tocksim } from '../support.ts';

const WORKLOAD = join(ROOT, 'data/workloads/fido-first-day.jsonl');

interface Case {
  imageHex: string;
  result: string;
}

interface Seen {
  geometry: { offset: number; pageSize: number; pages: number };
  head: { position: number };
  tail: { position: number };
  pages: { erases: number }[];
  entries: { state: string; key?: number; length?: number; value?: string }[];
  opening: { result: string; repairs: unknown[]; capacity: { used: number } };
}

function vector(name: string): { finalImageHex: string; cases: Case[] } {
  const path = join(ROOT, 'test/vectors/opensk', name);
  return JSON.parse(readFileSync(path, 'utf8')) as { finalImageHex: string; cases: Case[] };
}

interface Call {
  op: string;
  key: number;
  size?: number;
  updates?: Call[];
}

/** Length of the value of each key after the workload's calls, by playing them on a map. */
function expectedLengths(): [number, number][] {
  const lengths = new Map<number, number>();
  const play = ({ op, key, size, updates }: Call): void => {
    if (op === 'insert') lengths.set(key, size ?? NaN);
    else if (op === 'remove') lengths.delete(key);
    else if (op === 'transaction') updates?.forEach(play);
    else if (op === 'clear')
      for (const each of [...lengths.keys()]) if (each >= key) lengths.delete(each);
  };
  for (const line of readFileSync(WORKLOAD, 'utf8').trim().split('\n')) {
    play(JSON.parse(line) as Call);
  }
  return [...lengths].sort(([a], [b]) => a - b);
}

function lengthsOf({ entries }: Seen): [number, number][] {
  return entries
    .filter(({ state }) => state === 'live')
    .map(({ key = NaN, length = NaN }): [number, number] => [key, length])
    .sort(([a], [b]) => a - b);
}

describe('tocksim inspect: images that a run has written', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocksim-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A run's flash, made once. */
  async function image(board: string): Promise<string> {
    const path = join(folder, `${board}.bin`);
    if (!existsSync(path)) {
      const run = ['run', 'authenticator', '--workload', WORKLOAD, '--board', board];
      expect((await tocksim(...run, '--save-flash', path)).code).to.equal(0);
    }
    return path;
  }

  const PLACES = [
    ['nrf52840dk', { offset: 0xc0000, pageSize: 4096, pages: 20, eraseCycles: 10_000 }],
    ['earlgrey', { offset: 0x80000, pageSize: 2048, pages: 40, eraseCycles: 10_000 }],
  ] as const;
  for (const [board, place] of PLACES) {
    it(`finds the store of the ${board}, which needs no repair`, async () => {
      const { code, out, err } = await tocksim(
        ...['inspect', await image(board), '--board', board, '--json'],
      );
      expect([code, err]).to.deep.equal([0, '']);
      const seen = JSON.parse(out) as Seen;
      expect(seen.geometry).to.deep.equal(place);
      expect(seen.opening.result).to.equal('Ok');
      expect(seen.opening.repairs).to.deep.equal([]);
      expect(seen.pages).to.have.length(place.pages);
    }).timeout(20_000);
  }

  it('finds the same entries on both boards: pages differ, the store does not', async () => {
    const args = ['--json', '--values'];
    const nrf = await tocksim('inspect', await image('nrf52840dk'), ...args);
    const earl = await tocksim('inspect', await image('earlgrey'), '--board', 'earlgrey', ...args);
    const [a, b] = [nrf, earl].map(({ out }) => JSON.parse(out) as Seen);
    if (a === undefined || b === undefined) expect.fail();
    const live = ({ entries }: Seen): unknown =>
      entries.filter(({ state }) => state === 'live').map(({ key, value }) => [key, value]);
    expect(live(a)).to.deep.equal(live(b));
    expect(lengthsOf(a)).to.deep.equal(expectedLengths());
  }).timeout(20_000);

  it('takes the place as numbers, decimal or hexadecimal, and the region by itself', async () => {
    const path = await image('nrf52840dk');
    const whole = await tocksim('inspect', path, '--json');
    const place = ['--offset', '786432', '--page-size', '0x1000', '--pages', '0x14'];
    expect(await tocksim('inspect', path, ...place, '--json')).to.deep.equal(whole);
    const region = join(folder, 'region.bin');
    writeFileSync(region, readFileSync(path).subarray(0xc0000, 0xd4000));
    const alone = JSON.parse((await tocksim('inspect', region, '--json')).out) as Seen;
    const { geometry, ...rest } = JSON.parse(whole.out) as Seen;
    expect(alone).to.deep.equal({ ...rest, geometry: { ...geometry, offset: 0 } });
  }).timeout(20_000);

  it('draws within 80 columns, with values', async () => {
    const { out } = await tocksim('inspect', await image('nrf52840dk'), '--values');
    for (const line of out.split('\n')) expect(line.length, line).to.be.at.most(80);
    expect(out).to.match(/^opens {5}yes, a boot changes nothing$/m);
  }).timeout(20_000);

  it('names the store that a dump holds, or looks for the one that is named', async () => {
    const path = await image('nrf52840dk');
    expect((await tocksim('inspect', path)).out).to.match(/^store {5}persistent, 20 pages of 4096/);
    const kv = join(folder, 'kv.bin');
    await tocksim('run', 'kv', '--store', 'naive', '--save-flash', kv);
    const place = ['--offset', '0xa0000', '--pages', '16'];
    const named = await tocksim('inspect', kv, ...place, '--store', 'naive');
    expect([named.code, named.err]).to.deep.equal([0, '']);
    expect(named.out)
      .to.match(/^store {5}naive: /)
      .and.match(/^content {3}1 entry, 17 bytes$/m);
    const json = await tocksim('inspect', kv, ...place, '--store', 'naive', '--json', '--values');
    const seen = JSON.parse(json.out) as { store: string; entries: { value: string }[] };
    expect([seen.store, seen.entries.length]).to.deep.equal(['naive', 1]);
    expect(Buffer.from(seen.entries[0]?.value ?? '', 'hex').toString()).to.contain('starts');
    const refused = await tocksim('inspect', kv, '--store', 'naive', '--page-size', '8');
    expect(refused.code).to.equal(2);
    expect(refused.err).to.match(/^tocksim: .*kv\.bin: naive needs pages of 16 to 65536 bytes\n$/);
  }).timeout(20_000);

  it('leaves the image as it is', async () => {
    const path = await image('nrf52840dk');
    const before = readFileSync(path);
    await tocksim('inspect', path);
    expect(readFileSync(path).equals(before)).to.equal(true);
  }).timeout(20_000);
});

describe('tocksim inspect: exit codes', () => {
  const files = scratch();
  const damaged = vector('d02-damaged-64x3.json').cases;
  const shape = ['--page-size', '64', '--erase-cycles', '50'];

  for (const [result, code] of [
    ['Ok', 0],
    ['InvalidStorage', 1],
  ] as const) {
    it(`a damaged store for which the crate says ${result}: ${code}`, async () => {
      const cases = damaged.filter((each) => each.result === result);
      expect(cases.length).to.be.greaterThan(2);
      for (const { imageHex } of cases) {
        const path = files.write('d.bin', Buffer.from(imageHex, 'hex'));
        const ended = await tocksim('inspect', path, ...shape);
        // Too little may be left of a store to know it for one.
        if (ended.code === 2) expect(ended.err).to.match(/: no store at 0x0: /);
        else expect([ended.code, ended.err]).to.deep.equal([code, '']);
        if (ended.code === 1) expect(ended.out).to.match(/^opens {5}no, InvalidStorage: \S+/m);
      }
    });
  }

  it('a store with one impossible entry: 1, with the place and the reason', async () => {
    const bytes = Buffer.from(vector('p01-basic-64x5.json').finalImageHex, 'hex');
    bytes.writeUInt32LE(0x0000_003d, 8);
    const { code, out } = await tocksim(
      'inspect',
      files.write('x.bin', bytes),
      '--page-size',
      '64',
    );
    expect(code).to.equal(1);
    expect(out).to.match(/^opens {5}no, InvalidStorage: page 0, byte 8, 0x0000003d: the checksum/m);
  });

  it('a blank flash: 0, and says that it would become a store', async () => {
    const path = files.write('x.bin', Buffer.alloc(4096 * 3, 0xff));
    const { code, out } = await tocksim('inspect', path);
    expect(code).to.equal(0);
    expect(out).to.contain('yes, as a new store: all pages are blank');
  });

  const KIB = 1024;
  const BAD: readonly (readonly [
    what: string,
    content: Uint8Array | undefined,
    args: string,
    said: RegExp,
  ])[] = [
    ['missing', undefined, '', /x\.bin: there is no such file/],
    ['empty', Buffer.alloc(0), '', /x\.bin: is empty/],
    [
      'no whole pages',
      Buffer.alloc(5000),
      '',
      /x\.bin: 5000 bytes are not whole pages of 4096 bytes/,
    ],
    [
      'too short',
      Buffer.alloc(8 * KIB),
      '',
      /x\.bin: 2 pages, and a store has 3 to 64; see --offset/,
    ],
    ['too long', Buffer.alloc(512 * KIB), '', /x\.bin: 128 pages, and a store has 3 to 64/],
    [
      'truncated',
      Buffer.alloc(16 * KIB),
      '--pages 20',
      /x\.bin: truncated: 20 pages of 4096 bytes from 0x0 on end at 0x14000, it has 16384 bytes/,
    ],
    ['offset outside', Buffer.alloc(16 * KIB), '--offset 0x4000', /offset 0x4000 is outside/],
    ['page size', Buffer.alloc(16 * KIB), '--page-size 16', /--page-size 16: a store has pages of/],
    ['odd page size', Buffer.alloc(16 * KIB), '--page-size 66', /--page-size 66: .* whole words/],
    ['pages', Buffer.alloc(16 * KIB), '--pages 2', /--pages 2: a store has 3 to 64/],
    ['cycles', Buffer.alloc(16 * KIB), '--erase-cycles 65536', /--erase-cycles 65536: .* 65535/],
    ['all zeros', Buffer.alloc(16 * KIB), '', /no store at 0x0: the first page is all zeros/],
    [
      'text',
      Buffer.alloc(16 * KIB, 'Tock is an embedded OS. '),
      '',
      /no store at 0x0: the first page begins with the text "Tock is "/,
    ],
    ['no number', Buffer.alloc(16 * KIB), '--offset 0xg', /'0xg' is invalid. It must be a whole/],
    ['negative', Buffer.alloc(16 * KIB), '--offset=-1', /'-1' is invalid. It must be a whole/],
    ['too large', Buffer.alloc(16 * KIB), '--offset 4294967296', /is invalid. It must be a whole/],
    ['another board', Buffer.alloc(16 * KIB), '--board earlgray', /did you mean earlgrey\?/],
  ];
  for (const [what, content, args, said] of BAD) {
    it(`${what}: one line, exit code 2`, async () => {
      const path = content === undefined ? files.path('x.bin') : files.write('x.bin', content);
      const { code, out, err } = await tocksim('inspect', path, ...args.split(' ').filter(Boolean));
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(err)
        .to.match(/^tocksim: [^\n]*\n$/)
        .and.match(said);
    });
  }

  it('a folder: one line, exit code 2', async () => {
    const { code, err } = await tocksim('inspect', ROOT);
    expect(code).to.equal(2);
    expect(err).to.match(/^tocksim: [^\n]*: is a directory\n$/);
  });
});

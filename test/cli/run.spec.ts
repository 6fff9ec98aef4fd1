// SPDX-License-Identifier: Apache-2.0 OR MIT
/** `tocksim run`: apps, workloads, files, and everything that can be wrong with them. NON-TOCK. */
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TRACE_FORMATS } from '#lab/trace/formats';
import { KIND_NAMES } from '#libraries/store/definition';
import { CFSTORE_KINDS } from '#libraries/cfstore/drivers';
import { STORES } from '#libraries/stores';
import { ROOT } from '#tools/sources';
import { scratch, tocksim, type Ended } from './support.ts';

const TOUR = join(ROOT, 'data/workloads/fido-tour.jsonl');
/** Of the store's region after the tour: facts of the reference implementation. */
const TOUR_HASH = 'cf918f89906cd7d1d1082322a03cace2a068b6ee7ecc449ab2ed63e18447b15d';
const TOUR_WORDS = 2861;
const STORE = { start: 0xc0000, end: 0xc0000 + 20 * 4096 };
const FLASH_SIZE = 0x100000;

interface Summary {
  readonly outcome: string;
  readonly nanoseconds: number;
  readonly console: string;
  readonly apps: readonly { name: string; completionCode: number | null; fault: string | null }[];
  readonly flash: { wordsWritten: number; erases: number };
  readonly workload?: { lines: number; powerOns: number; commands: readonly { event: string }[] };
}

const summaryOf = ({ out }: Ended): Summary => JSON.parse(out) as Summary;

describe('tocksim run: apps', function () {
  this.timeout(20_000);
  const files = scratch();
  const app = (body: string, name = 'app.mjs'): string =>
    files.write(name, `export function* main(tock) {\n${body}\n}\n`);

  it("has upstream's flaws back, all or by name, and refuses names that are none", async () => {
    expect((await tocksim('run', 'hello', '--faithful')).code).to.equal(0);
    expect((await tocksim('run', 'hello', '--faithful', 'nvmc-stays-enabled')).code).to.equal(0);
    const { code, err } = await tocksim('run', 'hello', '--faithful', 'nvmc-x');
    expect(code).to.equal(2);
    expect(err).to.match(/^tocksim: unknown faithful 'nvmc-x'.*\n$/);
  });

  it('puts another store under the key-value driver, and refuses one that is no map or has no room', async () => {
    const image = files.path('kv.bin');
    const usual = await tocksim('run', 'kv');
    const { code, out, err } = await tocksim(
      'run',
      'kv',
      '--store',
      'naive',
      '--save-flash',
      image,
    );
    expect([code, err]).to.deep.equal([0, '']);
    expect(out.split('\n')[0]).to.equal('start 1 of this flash');
    expect(readFileSync(image)).not.to.deep.equal(new Uint8Array(FLASH_SIZE).fill(0xff));
    expect(out, 'other costs').not.to.equal(usual.out);
    for (const { name, kind } of STORES.filter((store) => store.kind !== 'map')) {
      const log = await tocksim('run', 'kv', '--store', name);
      const reason = `${name} is ${KIND_NAMES[kind]}, and the key-value driver needs a map`;
      expect([log.code, log.err]).to.deep.equal([2, `tocksim: --store: ${reason}\n`]);
    }
    const unknown = await tocksim('run', 'kv', '--store', 'naiv');
    expect(unknown.code).to.equal(2);
    expect(unknown.err).to.match(/^tocksim: .*naiv.*naive.*\n$/);
  });

  it('puts any configuration store under its driver, which goes on from the image of an earlier run', async () => {
    for (const name of CFSTORE_KINDS) {
      for (const board of ['nrf52840dk', 'earlgrey']) {
        const image = files.path(`${name}-${board}.bin`);
        const args = ['run', 'cfstore', '--board', board, '--cfstore', name];
        const first = await tocksim(...args, '--save-flash', image);
        const second = await tocksim(...args, '--flash', image);
        // The app ends with 1 where it misses what it wrote, or cannot seek to write.
        const code = ['cfstore', 'cfstore-ring', 'cfstore-spares'].includes(name) ? 0 : 1;
        expect([first.err, first.code, second.code], name).to.deep.equal(['', code, code]);
        expect(second.out, name).to.contain('\nstart 2 of this flash\n');
      }
    }
  });

  it('suggests a configuration store for a mistyped one', async () => {
    const { code, err } = await tocksim('run', 'cfstore', '--cfstore', 'cfstore-rng');
    expect(code).to.equal(2);
    expect(err).to.match(/^tocksim: .*cfstore-rng.*did you mean cfstore-ring\?.*\n$/);
  });

  it('runs a bundled app by its name', async () => {
    const { code, out, err } = await tocksim('run', 'hello');
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
    expect(out).to.match(/hello {2}exited with code 0, \d+ system calls/);
  });

  it('runs an app outside the checkout, which needs no import', async () => {
    const path = app("  yield* tock.console.print('Grüße\\n');\n  return 0;");
    const { code, out } = await tocksim('run', path);
    expect(code).to.equal(0);
    expect(out).to.match(/^Grüße\n/);
  });

  it('runs an app in TypeScript', async () => {
    const body = "  yield* tock.console.print('typed\\n' as string);\n  return 0;";
    const path = app(body, 'app.ts');
    expect((await tocksim('run', path)).out).to.match(/^typed\n/);
  });

  it('ends with 1 when an app returns another code than 0', async () => {
    const { code, out, err } = await tocksim('run', app('  return 3;'));
    expect({ code, err }).to.deep.equal({ code: 1, err: '' });
    expect(out).to.contain('app  exited with code 3');
  });

  it('ends with 2 and one line when an app throws: app, message, place', async () => {
    const path = app("  yield* tock.yieldNoWait();\n  throw new RangeError('no such site');");
    const { code, err } = await tocksim('run', path);
    expect(code).to.equal(2);
    expect(err).to.equal('tocksim: app app faulted: RangeError: no such site (app.mjs:3:9)\n');
  });

  it('names the place when an upcall throws, in TypeScript, too', async () => {
    const path = app(
      [
        '  yield* tock.alarm.setRelative(100, () => {',
        "    throw new Error('in an\\nupcall');",
        '  });',
        '  yield* tock.yieldWait();',
        '  return 0;',
      ].join('\n'),
      'late.ts',
    );
    const { code, err } = await tocksim('run', path);
    expect(code).to.equal(2);
    expect(err).to.equal('tocksim: app late faulted: Error: in an upcall (late.ts:3:11)\n');
  });

  it('ends with 2 when an app returns what is no completion code', async () => {
    const { code, err } = await tocksim('run', app("  return 'done';"));
    expect(code).to.equal(2);
    expect(err).to.match(/^tocksim: app app faulted: TypeError: main returned "done": [^\n]*\n$/);
  });

  it('ends with 2 when an app touches memory that is not its own', async () => {
    const { code, err } = await tocksim('run', app('  tock.read8(0);\n  return 0;'));
    expect(code).to.equal(2);
    expect(err).to.match(/^tocksim: app app faulted: [^\n]*read of 0x0[^\n]*\n$/);
  });

  it('runs several apps on one board, also the same one twice', async () => {
    const one = app("  yield* tock.console.print('one\\n');\n  return 0;", 'one.mjs');
    const ended = await tocksim('run', one, one, '--json');
    expect(summaryOf(ended).apps.map(({ name }) => name)).to.deep.equal(['one', 'one #2']);
    expect(summaryOf(ended).console).to.equal('one\none\n');
  });

  it('stops at --until an app that goes on for ever', async () => {
    const path = app('  for (;;) yield* tock.alarm.sleep(100);');
    const ended = await tocksim('run', path, '--until', '1s', '--json');
    expect(ended.code).to.equal(0);
    expect(summaryOf(ended)).to.include({ outcome: 'until', nanoseconds: 1e9 });
  });

  it('says when nothing can happen any more', async () => {
    const ended = await tocksim('run', app('  yield* tock.yieldWait();\n  return 0;'));
    expect(ended.code).to.equal(0);
    expect(ended.out).to.contain('app  waits for an upcall');
  });

  it('refuses an app that is none', async () => {
    expect(await tocksim('run', 'helo')).to.deep.equal({
      code: 2,
      out: '',
      err: "tocksim: unknown app 'helo' (did you mean hello?)\n",
    });
    const none = files.write('none.mjs', '');
    expect((await tocksim('run', none)).err).to.equal(
      `tocksim: ${none}: an app must export a function* main\n`,
    );
  });

  it('refuses more time than a power-on can have', async () => {
    expect((await tocksim('run', 'hello', '--until', '105d')).err).to.equal(
      'tocksim: --until: virtual time ends 104 days after a power-on\n',
    );
  });
});

describe('tocksim run: files', function () {
  this.timeout(20_000);
  const files = scratch();

  for (const ending of Object.keys(TRACE_FORMATS)) {
    it(`the same run twice gives the same ${ending} trace, byte for byte`, async () => {
      const paths = [files.path(`a${ending}`), files.path(`b${ending}`)];
      for (const path of paths) {
        expect((await tocksim('run', 'hello', 'alarms', '--trace', path)).code).to.equal(0);
      }
      const [a = '', b] = paths.map((path) => readFileSync(path, 'utf8'));
      expect(a.length).to.be.greaterThan(1000);
      expect(a).to.equal(b);
    });
  }

  it('writes Perfetto traces as one JSON document', async () => {
    await tocksim('run', 'hello', '--trace', files.path('a.json'));
    expect(JSON.parse(files.read('a.json'))).to.have.property('traceEvents');
  });

  it('begins with an image, and saves one of the whole part', async () => {
    const image = new Uint8Array(FLASH_SIZE).fill(0xff);
    image[0x9_0000] = 0x42;
    const [from, to] = [files.write('in.bin', image), files.path('out.bin')];
    expect((await tocksim('run', 'hello', '--flash', from, '--save-flash', to)).code).to.equal(0);
    const saved = readFileSync(to);
    expect([saved.length, saved[0x9_0000]]).to.deep.equal([FLASH_SIZE, 0x42]);
  });

  it('refuses what it cannot read or write before anything runs, and leaves nothing behind', async () => {
    mkdirSync(files.path('folder'));
    const short = files.write('short.bin', new Uint8Array(100));
    const before = files.list();
    const REFUSALS: readonly (readonly [readonly string[], RegExp])[] = [
      [
        ['--trace', files.path('a.xml')],
        /a\.xml: the name of a trace ends in \.jsonl, \.json, \.txt$/,
      ],
      [['--trace', files.path('folder')], /folder: (is a directory|the name of a trace ends)/],
      [['--save-flash', files.path('folder')], /folder: is a directory$/],
      [['--save-flash', files.path('none/a')], /none\/a: there is no folder /],
      [['--trace', files.path('a.txt'), '--save-flash', files.path('folder')], /is a directory$/],
      [['--flash', files.path('missing')], /missing: there is no such file$/],
      [['--flash', short], /image of this board's flash is 1048576 bytes, not 100$/],
    ];
    for (const [args, said] of REFUSALS) {
      const { code, out, err } = await tocksim('run', 'hello', ...args);
      expect({ code, out }, args.join(' ')).to.deep.equal({ code: 2, out: '' });
      expect(err).to.match(/^tocksim: [^\n]*\n$/);
      expect(err.trimEnd()).to.match(said);
      expect(files.list()).to.deep.equal(before);
    }
  });
});

describe('tocksim run --workload', function () {
  this.timeout(60_000);
  const files = scratch();

  it('replays the tour: words, erasures and image as the reference has them', async () => {
    const image = files.path('tour.bin');
    const ended = await tocksim(
      ...['run', 'authenticator', '--workload', TOUR, '--save-flash', image, '--json'],
    );
    expect({ code: ended.code, err: ended.err }).to.deep.equal({ code: 0, err: '' });
    const { flash, workload } = summaryOf(ended);
    expect(flash).to.include({ wordsWritten: TOUR_WORDS, erases: 0 });
    const calls = readFileSync(TOUR, 'utf8').trimEnd().split('\n');
    const boots = calls.filter((line) => line.includes('"op":"boot"')).length;
    expect(workload).to.include({ lines: calls.length - boots, powerOns: boots });
    const store = readFileSync(image).subarray(STORE.start, STORE.end);
    expect(createHash('sha256').update(store).digest('hex')).to.equal(TOUR_HASH);
  });

  it('ends with 1 when the store holds what the app did not put there', async () => {
    const image = files.path('tour.bin');
    await tocksim('run', 'authenticator', '--workload', TOUR, '--save-flash', image);
    const args = ['run', 'authenticator', '--workload', TOUR, '--flash', image];
    const { code, out, err } = await tocksim(...args);
    expect({ code, err }).to.deep.equal({ code: 1, err: '' });
    expect(out).to.match(/\nact 1, getInfo: find \d+ gave a value that was never written\n$/);
  });

  it('shows a table that fits 80 columns', async () => {
    const { code, out } = await tocksim('run', 'authenticator', '--workload', TOUR);
    expect(code).to.equal(0);
    expect(out).to.match(/^command +n +p50/m);
    for (const line of out.split('\n')) expect(line.length, line).to.be.at.most(80);
  });

  it('lets other apps run beside, and ends with the first', async () => {
    const beside = files.write(
      'beside.mjs',
      'export function* main(tock) { for (;;) yield* tock.alarm.sleep(60000); }',
    );
    const ended = await tocksim('run', 'authenticator', beside, '--workload', TOUR, '--json');
    expect(ended.code).to.equal(0);
    expect(summaryOf(ended).flash.wordsWritten).to.equal(TOUR_WORDS);
  });

  it('is refused by an app that replays none, and needed by one that does', async () => {
    const refused = await tocksim('run', 'hello', '--workload', TOUR, '--json');
    expect(refused).to.deep.equal({
      code: 2,
      out: '',
      err: 'tocksim: --workload: hello made 0 of the 599 calls; does it replay workloads?\n',
    });
    const alone = await tocksim('run', 'authenticator');
    expect(alone.code).to.equal(2);
    expect(alone.err).to.match(/: there is no workload to replay \(--workload FILE\) [^\n]*\n$/);
  });

  const BAD: readonly (readonly [string, string | undefined, RegExp])[] = [
    ['is missing', undefined, /w\.jsonl: there is no such file$/],
    ['is empty', '', /w\.jsonl: the workload is empty$/],
    [
      'has a hole',
      `${readFileSync(TOUR, 'utf8').split('\n')[0] ?? ''}\n\n`,
      /line 2: the line is empty$/,
    ],
    ['is not JSON', 'x\n', /w\.jsonl: line 1: not JSON$/],
  ];
  for (const [what, content, said] of BAD) {
    it(`refuses a workload that ${what}`, async () => {
      const path = content === undefined ? files.path('w.jsonl') : files.write('w.jsonl', content);
      const { code, out, err } = await tocksim('run', 'authenticator', '--workload', path);
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(err.trimEnd()).to.match(said).and.not.contain('\n');
    });
  }
});

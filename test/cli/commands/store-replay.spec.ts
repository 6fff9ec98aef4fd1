// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim store replay`: a line a file, exit code 1 on a difference, 2 on what is no vector.
 *
 * NON-TOCK.
 */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#tools/sources';
import { scratch, tocksim } from '../support.ts';

const VECTOR = join(ROOT, 'test/vectors/opensk/p01-basic-64x5.json');

interface Step {
  result: string;
  wordsWritten: number;
  reads: number;
}

/** A vector of which one fact was made wrong. */
function spoilt(change: (step: Step) => void): string {
  const vector = JSON.parse(readFileSync(VECTOR, 'utf8')) as { ops: Step[] };
  const step = vector.ops[3];
  if (step === undefined) throw new Error('the vector has four operations');
  change(step);
  return JSON.stringify(vector);
}

describe('tocksim store replay', () => {
  const files = scratch();

  it('says ok with counts', async () => {
    const { code, out, err } = await tocksim('store', 'replay', VECTOR);
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
    expect(out).to.match(/^ok {7}.*p01-basic-64x5\.json: 34 operations, \d{3,} facts\n$/);
  });

  it('says where the first difference is, and ends with 1', async () => {
    const file = files.write(
      'a.json',
      spoilt((step) => step.wordsWritten++),
    );
    const { code, out, err } = await tocksim('store', 'replay', VECTOR, file);
    expect({ code, err }).to.deep.equal({ code: 1, err: '' });
    expect(out).to.match(
      /\ndiffers {2}.*a\.json: operation 3, wordsWritten: expected \d+, found \d+\n$/,
    );
  });

  it('leaves counts of reads out with --no-reads', async () => {
    const file = files.write(
      'a.json',
      spoilt((step) => step.reads++),
    );
    expect((await tocksim('store', 'replay', file)).code).to.equal(1);
    expect((await tocksim('store', 'replay', '--no-reads', file)).code).to.equal(0);
  });

  it('replays upstream, or ours with --mode: they differ on crafted images', async () => {
    const crafted = join(ROOT, 'test/vectors/opensk/d03-crafted-64x4.json');
    const { code, out } = await tocksim('store', 'replay', '--mode', 'ours', crafted);
    expect(code).to.equal(1);
    expect(out).to.match(/: case 25, reads: expected 50, found 35\n$/);
    const ours = await tocksim('store', 'replay', '--mode', 'ours', '--no-reads', crafted);
    expect(ours.out).to.match(/: case 38, wordsWritten: expected 3, found 4\n$/);
    expect((await tocksim('store', 'replay', '--mode', 'upstream', crafted)).code).to.equal(0);
    expect((await tocksim('store', 'replay', '--mode', 'theirs', crafted)).code).to.equal(2);
  });

  it('prints JSON', async () => {
    const file = files.write(
      'a.json',
      spoilt((step) => (step.result = 'NoCapacity')),
    );
    const { code, out } = await tocksim('store', 'replay', '--json', VECTOR, file);
    expect(code).to.equal(1);
    const { files: rows } = JSON.parse(out) as { files: Record<string, unknown>[] };
    expect(rows.map(({ verdict }) => verdict)).to.deep.equal(['ok', 'differs']);
    expect(rows[1]?.['difference']).to.deep.include({
      index: 3,
      field: 'result',
      expected: 'NoCapacity',
    });
  });

  const STRANGERS: readonly (readonly [string, string | undefined, RegExp])[] = [
    ['missing', undefined, /x\.json: there is no such file\n$/],
    ['empty', '', /x\.json: not JSON\n$/],
    ['not JSON', '{"format":', /x\.json: not JSON\n$/],
    ['a number', '3', /x\.json: no vector: .+\n$/],
    ['null', 'null', /x\.json: no vector: .+\n$/],
    ['another format', '{"format":"y/1"}', /x\.json: no vector: .+\n$/],
    ['hollow', '{"format":"opensk-store-vectors/1","kind":"linear"}', /x\.json: no vector: .+\n$/],
  ];
  for (const [what, content, said] of STRANGERS) {
    it(`refuses a file that is ${what}: one line, exit code 2`, async () => {
      const file = content === undefined ? files.path('x.json') : files.write('x.json', content);
      const { code, out, err } = await tocksim('store', 'replay', file);
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(err)
        .to.match(/^tocksim: [^\n]*\n$/)
        .and.match(said);
    });
  }
});

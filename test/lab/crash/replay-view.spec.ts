// SPDX-License-Identifier: Apache-2.0 OR MIT
/** A case as a story: what is shown of which step. NON-TOCK. */
import { expect } from 'chai';
import type { CrashCase } from '#lab/crash/crash-case';
import type { ReplayStep } from '#lab/crash/replay';
import { replayView } from '#lab/crash/replay-view';

const CASE: CrashCase = {
  store: 'some',
  geometry: { wordSize: 4, pageSize: 32, numPages: 2, maxWordWrites: 2, maxPageErases: 9 },
  behaviours: [],
  operations: [
    { op: 'remove', key: 1 },
    { op: 'remove', key: 2 },
  ],
  chains: [{ operation: 1, cuts: [{ call: 0, bits: 'none' }] }],
  verdict: 'LOST_ACK',
  sentence: '',
};

/** A flash with these words at its begin, the rest erased. */
function flash(...words: number[]): Uint8Array {
  const image = new Uint8Array(64).fill(0xff);
  const view = new DataView(image.buffer);
  words.forEach((word, nth) => {
    view.setUint32(4 * nth, word, true);
  });
  return image;
}

const STEPS: readonly ReplayStep[] = [
  { kind: 'operation', text: 'first', image: flash() },
  {
    kind: 'write',
    text: 'quiet write',
    range: { page: 0, byteOffset: 0, length: 4 },
    image: flash(1),
  },
  { kind: 'result', text: 'Ok', image: flash(1) },
  { kind: 'operation', text: 'second', image: flash(1) },
  {
    kind: 'erase',
    text: 'erase page 1',
    range: { page: 1, byteOffset: 0, length: 32 },
    image: flash(1),
  },
  {
    kind: 'cut',
    text: 'power lost',
    range: { page: 0, byteOffset: 4, length: 4 },
    image: flash(1, 0xfffffff0),
  },
  { kind: 'boot', text: 'power comes', image: flash(1, 0xfffffff0) },
  { kind: 'result', text: 'Ok', image: flash(1, 0xfffffff0) },
  { kind: 'verdict', text: 'gone', verdict: 'LOST_ACK', image: flash(1, 0xfffffff0) },
];

describe('replayView', () => {
  const short = replayView(CASE, STEPS, { all: false });
  const long = replayView(CASE, STEPS, { all: true });

  it('says what the case is', () => {
    expect(short).to.match(/^some, 2 pages of 32 bytes: 2 operations, 1 cut\n\n/);
  });

  it('tells an operation that nothing interrupts in one line, with its cost and result', () => {
    expect(short).to.match(/^ +3 {2}operation {2}first \(1 write, 0 erases\): Ok$/m);
    expect(short).not.to.contain('quiet write');
    expect(long).to.contain('quiet write');
  });

  it('shows each word that a step changed, before and after, where it stands', () => {
    expect(short).to.match(/ 6 {2}cut +power lost\n +page 0 \+0x004 {2}ffffffff → fffffff0\n/);
    expect(long).to.match(/ 2 {2}write +quiet write\n +page 0 \+0x000 {2}ffffffff → 00000001\n/);
  });

  it('draws the flash with the erasures so far after each scene that changed it', () => {
    const maps = short.match(/^0x\d+ .* ×$/gm) ?? [];
    expect(maps.map((row) => row.trim().split(/\s+/).at(-2))).to.deep.equal(['0', '1']);
    expect(maps[0]).to.match(/^0x00000 ▓███▒···/);
  });

  it('shows the boot after a cut, and what the store shows then', () => {
    expect(short).to.match(/ 7 {2}boot .*\n +8 {2}result +Ok\n +9 {2}verdict +gone\n/);
  });

  it('fits 80 columns, and does not list more than eight words of a step', () => {
    for (const row of long.split('\n')) expect(row.length).to.be.at.most(80);
    const all: ReplayStep = { kind: 'cut', text: '', image: flash(...Array<number>(16).fill(7)) };
    expect(replayView(CASE, [all], { all: true })).to.match(/(.*→.*\n){8} +and 8 words more\n/);
  });
});

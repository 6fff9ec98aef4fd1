// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Elements in the queue of items: whether they fit, where records are, what is erased behind one.
 *
 * NON-TOCK: between noodle and its queue.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { encodeData, encodeEnd, encodeStart } from '#libraries/noodle/element';
import { ElementQueue } from '#libraries/noodle/element-queue';
import { HARDENED } from '#libraries/noodle/rules';
import { CrcSeal } from '#libraries/noodle/seal';
import { HARDENED as QUEUE } from '#libraries/sequential-storage/mode';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { Outcome } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { inShort, valueIn } from './pictures.js';

const SMALL = { wordSize: 4, pageSize: 96, numPages: 5, maxWordWrites: 2, maxPageErases: 100 };

function get<T>(steps: Steps<Outcome<T>>): T {
  const outcome = runAtOnce(steps);
  return outcome.ok ? outcome.value : expect.fail(outcome.error);
}

function open(flash: BufferStorage): ElementQueue {
  const queue = new ElementQueue(flash, QUEUE, HARDENED);
  get(queue.boot());
  return queue;
}

function push(queue: ElementQueue, sequence: number, keys: string, isEnded = true): void {
  const seal = new CrcSeal();
  const data = Array.from(keys, (key) => encodeData(key, valueIn(sequence)));
  for (const bytes of data) seal.add(bytes.subarray(1));
  const end = isEnded ? [encodeEnd(sequence, seal.word())] : [];
  for (const bytes of [encodeStart(sequence), ...data, ...end]) get(queue.push(bytes));
}

describe('libraries/noodle/element-queue', () => {
  it('says that elements fit if and only if they do, with a page to spare', () => {
    const random = new Random(8);
    const seen = { fits: 0, not: 0 };
    for (let round = 0; round < 300; round++) {
      const flash = new BufferStorage(SMALL);
      const queue = open(flash);
      for (let filler = random.below(8); filler > 0; filler--) {
        runAtOnce(queue.push(new Uint8Array(random.below(60)).fill(7)));
      }
      const lengths = Array.from({ length: random.below(7) }, () => random.below(81));
      const fits = get(queue.fits(lengths));
      seen[fits ? 'fits' : 'not'] += 1;
      const does =
        lengths.every((length) => runAtOnce(queue.push(new Uint8Array(length).fill(1))).ok) &&
        runAtOnce(open(flash).push(new Uint8Array(queue.maxElement).fill(2))).ok;
      // An element as long as a page takes the spare one: there is none, or it goes there.
      expect(does, lengths.join()).to.equal(fits);
      expect(flash.counts.erases).to.equal(0);
    }
    expect(Math.min(seen.fits, seen.not)).to.be.greaterThan(30);
  });

  it('finds the records behind what was read, and all after an erasure', () => {
    const queue = open(new BufferStorage(SMALL));
    push(queue, 1, 'ab');
    expect(inShort(get(queue.newRecords()))).to.equal('1');
    push(queue, 2, 'abc');
    push(queue, 3, 'a', false);
    expect(inShort(get(queue.newRecords()))).to.equal('2 3:unfinished');
    expect(get(queue.newRecords())).to.deep.equal([]);
    expect(get(queue.eraseSpent())).to.equal(false);
    expect(inShort(get(queue.newRecords()))).to.equal('1 2 3:unfinished');
    const [, second] = get(queue.records());
    expect(get(queue.bodies(second ?? expect.fail())).length).to.equal(3);
  });

  it('takes no record with something torn in it, whatever its seal says (ND-12)', () => {
    const flash = new BufferStorage(SMALL);
    const queue = open(flash);
    const seal = new CrcSeal();
    const data = encodeData('a', valueIn(1));
    seal.add(data.subarray(1));
    const junk = Uint8Array.of(0x99, 0x77);
    for (const bytes of [encodeStart(1), data, junk, encodeEnd(1, seal.word())]) {
      get(queue.push(bytes));
    }
    expect(inShort(get(open(flash).records()))).to.equal('1:interrupted');
    const at = flash.image.indexOf(0x99);
    flash.image[at] = 0x98;
    expect(inShort(get(open(flash).records()))).to.equal('1:interrupted');
  });

  it('erases the pages behind the one that a record ends on, and goes on from there', () => {
    const flash = new BufferStorage(SMALL);
    const queue = open(flash);
    push(queue, 1, 'ab');
    for (const sequence of [2, 3, 4]) push(queue, sequence, 'abcd', false);
    const [first] = get(queue.records());
    expect(get(queue.eraseBehind(first ?? expect.fail()))).to.equal(true);
    expect(flash.counts.erases).to.be.greaterThan(1);
    expect(inShort(get(queue.records()))).to.match(/^1( 2:unfinished)?$/);
    expect(get(queue.eraseBehind(first ?? expect.fail()))).to.equal(false);
    push(queue, 5, 'abc');
    expect(inShort(get(open(flash).records()))).to.match(/^1 (2:unfinished )?5$/);
    expect(flash.violation).to.equal(undefined);
  });
});

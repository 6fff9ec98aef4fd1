// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The queue: first in, first out, over pages and boots.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { HARDENED, LITERAL } from '#libraries/sequential-storage/mode';
import { Queue } from '#libraries/sequential-storage/queue';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage } from '#libraries/store/storage';
import { QueueInWords, VARIANTS, cut, flashOf, said } from './support.ts';

/** The data of an item that takes half a page of 64 bytes, less the markers. */
const HALF = Array.from({ length: 20 }, (_, at) => at);

for (const [name, mode, caches] of VARIANTS) {
  describe(`libraries/sequential-storage/queue, ${name}`, () => {
    const open = (flash: ReturnType<typeof flashOf>): QueueInWords => {
      const queue = new QueueInWords(flash, mode, caches);
      expect(queue.booted).to.equal('Ok');
      return queue;
    };
    const full = (pages: number): QueueInWords => {
      const queue = open(flashOf(pages));
      for (let count = 0; count < 2 * pages; count++) queue.push([...HALF.slice(1), count]);
      expect(queue.push(HALF)).to.equal('NoCapacity');
      return queue;
    };

    for (const pages of [1, 2, 3, 5]) {
      it(`gives back in order what was pushed, over boots, with ${pages} pages (SQ-01, SQ-02, SQ-07, SQ-08)`, () => {
        const random = new Random(pages);
        const flash = flashOf(pages);
        const model: string[] = [];
        let queue = open(flash);
        for (let count = 0; count < 500; count++) {
          if (random.below(20) === 0) queue = open(flash);
          if (random.below(2) === 0) {
            expect(queue.peek()).to.equal(model[0] ?? 'none');
            expect(queue.pop()).to.equal(model.shift() ?? 'none');
          } else {
            const data = [...new Uint8Array(random.below(21)).map(() => random.below(256))];
            if (queue.push(data) === 'Ok') model.push(data.join());
          }
          expect(queue.all()).to.deep.equal(model);
          expect(flash.violation).to.equal(undefined);
        }
        expect(flash.counts.erases).to.be.greaterThan(12);
      });
    }

    it('is refused when it is full, unless the oldest may go: then a page of them does (SQ-03)', () => {
      const queue = full(3);
      const before = queue.all();
      expect(queue.flash.counts.erases).to.equal(0);
      expect(queue.push(HALF, { allowOverwrite: true })).to.equal('Ok');
      expect(queue.all()).to.deep.equal([...before.slice(2), HALF.join()]);
      expect(open(queue.flash).all()).to.deep.equal(queue.all());
    });

    it('pops by writing the header again, with 0 for its first four bytes (SQ-04)', () => {
      const queue = open(flashOf(2));
      queue.push([1, 2, 3, 4]);
      const image = queue.flash.image.slice();
      const { writeCalls, wordsWritten } = queue.flash.counts;
      expect(queue.pop()).to.equal('1,2,3,4');
      image.fill(0, 4, 8);
      expect(queue.flash.image).to.deep.equal(image);
      expect(queue.flash.counts).to.include({
        writeCalls: writeCalls + 1,
        wordsWritten: wordsWritten + 2,
      });
    });

    it('erases a page when its room is needed and all of it is popped, no sooner (SQ-05)', () => {
      const queue = full(3);
      queue.pop();
      expect(queue.push(HALF)).to.equal('NoCapacity');
      queue.pop();
      queue.pop();
      expect(queue.flash.counts.erases).to.equal(0);
      expect(queue.push(HALF)).to.equal('Ok');
      expect(queue.flash.counts.erases).to.equal(1);
    });

    it('leaves erasing to others who want that (SQ-05)', () => {
      const queue = full(3);
      const erase = (): unknown => runAtOnce(queue.queue.eraseSpent());
      expect(erase()).to.deep.equal({ ok: true, value: false });
      queue.pop();
      queue.pop();
      expect(queue.push(HALF, { mayErase: false })).to.equal('NoCapacity');
      expect(erase()).to.deep.equal({ ok: true, value: true });
      expect(erase()).to.deep.equal({ ok: true, value: false });
      expect(queue.push(HALF, { mayErase: false })).to.equal('Ok');
      expect(queue.all()).to.have.length(5);
      expect(open(queue.flash).all()).to.deep.equal(queue.all());
    });

    it('shows what is not popped, also where something in the middle is (SQ-06)', () => {
      const queue = open(flashOf(3));
      for (let count = 0; count < 8; count++) queue.push([count]);
      let item = runAtOnce(queue.queue.next());
      for (let at = 0; item.ok && item.value !== undefined; at++) {
        if (at % 3 === 1) expect(said(runAtOnce(queue.queue.remove(item.value)))).to.equal('Ok');
        item = runAtOnce(queue.queue.next(item.value));
      }
      expect(queue.all()).to.deep.equal(['0', '2', '3', '5', '6']);
      expect([queue.pop(), queue.pop()]).to.deep.equal(['0', '2']);
      expect(open(queue.flash).all()).to.deep.equal(['3', '5', '6']);
    });

    it('never promises more room than a push then finds (SQ-12)', () => {
      const random = new Random(12);
      const queue = open(flashOf(3));
      let wasFull = 0;
      for (let count = 0; count < 600; count++) {
        const fit = runAtOnce(queue.queue.findMaxFit());
        if (!fit.ok) expect.fail(fit.error);
        if (fit.value === undefined) wasFull += 1;
        else if (random.below(3) === 0) {
          expect(queue.push([...new Uint8Array(fit.value)])).to.equal('Ok');
        }
        if (random.below(5) < 2) queue.pop();
        else queue.push([...new Uint8Array(random.below(20))]);
      }
      expect(wasFull).to.be.greaterThan(20);
    });

    it('has the space left that it says, to the last byte (SQ-12)', () => {
      const queue = open(flashOf(4));
      for (let count = 0; count < 20; count++) queue.push([]);
      for (let count = 0; count < 8; count++) queue.pop();
      const space = runAtOnce(queue.queue.spaceLeft());
      // Three pages of seven items are written to, one of them has no live item, and one is blank.
      expect(space).to.deep.equal({ ok: true, value: (1 + 7 + 7) * 8 });
      for (let count = 0; count < 15; count++) expect(queue.push([])).to.equal('Ok');
      expect(runAtOnce(queue.queue.spaceLeft())).to.deep.equal({ ok: true, value: 0 });
      expect(queue.push([])).to.equal('NoCapacity');
    });

    it('has nothing to pop when it is empty (SQ-13)', () => {
      const queue = open(flashOf(3));
      expect([queue.peek(), queue.pop()]).to.deep.equal(['none', 'none']);
      queue.push([1]);
      queue.pop();
      expect([queue.peek(), queue.pop()]).to.deep.equal(['none', 'none']);
      expect(queue.push([...new Uint8Array(49)])).to.equal('InvalidArgument');
    });

    it('is empty and blank when it was cleared', () => {
      const queue = full(3);
      expect(said(runAtOnce(queue.queue.clear()))).to.equal('Ok');
      expect(queue.flash.image.every((byte) => byte === 0xff)).to.equal(true);
      expect(queue.push(HALF)).to.equal('Ok');
      expect(open(queue.flash).all()).to.deep.equal([HALF.join()]);
    });

    it('does the same when every access comes later', () => {
      const [now, later] = [flashOf(3), flashOf(3)];
      const queue = open(now);
      const deferred = new Queue(new DeferredStorage(later), mode, caches);
      runAtOnce(deferred.boot(), later);
      for (let count = 0; count < 40; count++) {
        queue.push([count]);
        runAtOnce(deferred.push(Uint8Array.of(count)), later);
        if (count % 3 !== 0) queue.pop();
        if (count % 3 !== 0) runAtOnce(deferred.pop(), later);
      }
      expect(later.image).to.deep.equal(now.image);
      expect(runAtOnce(deferred.next(), later)).to.deep.equal(runAtOnce(queue.queue.next()));
    });

    it('says so when the flash fails, wherever it does, and writes nothing after', () => {
      for (let calls = 0; calls < 30; calls++) {
        const flash = flashOf(2);
        flash.arm(calls);
        const queue = new QueueInWords(flash, mode, caches);
        let outcome = queue.booted;
        for (let count = 0; outcome !== 'StorageError'; count++) {
          outcome = count % 3 === 0 ? queue.push([count]) : queue.pop();
        }
        expect(flash.violation).to.equal(undefined);
      }
    });

    it('has an item popped or not when the pop is cut, never half (SQ-10)', () => {
      const seen = new Set<number>();
      for (let moved = 0; moved <= 32; moved++) {
        const queue = open(flashOf(2));
        for (const each of [1, 2, 3]) queue.push([each]);
        cut(
          queue.flash,
          0,
          () => queue.pop(),
          (bit) => bit < moved,
        );
        const after = open(queue.flash).all();
        expect(after).to.deep.equal(['1', '2', '3'].slice(3 - after.length));
        expect(after.length).to.be.within(2, 3);
        seen.add(after.length);
      }
      expect(seen.size).to.equal(2);
    });
  });
}

describe('libraries/sequential-storage/queue', () => {
  it('has the same items whatever an interrupted erase left (SQ-11)', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = new Random(seed);
      const pages = 1 + random.below(4);
      const flash = flashOf(pages);
      let queue = new QueueInWords(flash);
      for (let count = 0; count < 2 * pages; count++) queue.push([...HALF.slice(1), count]);
      queue.pop();
      queue.pop();
      const before = queue.all();
      const keep = random.below(5) * 25;
      cut(
        flash,
        0,
        () => queue.push(HALF),
        () => random.below(100) >= keep,
      );
      queue = new QueueInWords(flash);
      expect(queue.all(), `seed ${seed}`).to.deep.equal(before);
      expect(queue.push(HALF)).to.equal('Ok');
      expect(queue.all()).to.deep.equal([...before, HALF.join()]);
      expect(new QueueInWords(flash).all()).to.deep.equal(queue.all());
    }
  });

  it('gives up its oldest items one by one: a cut in an overwriting push leaves no gap (SQ-03)', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = new Random(seed);
      const flash = flashOf(3);
      const queue = new QueueInWords(flash);
      for (let count = 0; count < 6; count++) queue.push([...HALF.slice(1), count]);
      const before = queue.all();
      const only = random.below(400);
      cut(
        flash,
        random.below(7),
        () => queue.push(HALF, { allowOverwrite: true }),
        (bit) => (seed % 2 === 0 ? bit === only : random.below(2) === 0),
      );
      const after = new QueueInWords(flash).all();
      const kept = after.at(-1) === HALF.join() ? after.slice(0, -1) : after;
      expect(kept, `seed ${seed}`).to.deep.equal(before.slice(6 - kept.length));
      expect(kept.length).to.be.at.least(4);
    }
  });

  it('does not append where something stands behind the blank begin of a page', () => {
    for (const pages of [1, 2, 3]) {
      const flash = flashOf(pages);
      new QueueInWords(flash).push([1]);
      flash.image[40] = 0;
      const queue = new QueueInWords(flash);
      expect(queue.push(HALF)).to.equal(pages === 1 ? 'NoCapacity' : 'Ok');
      expect(queue.pop()).to.equal('1');
      expect(queue.push(HALF)).to.equal('Ok');
      expect(new QueueInWords(flash).all()).to.deep.equal(
        Array(pages === 1 ? 1 : 2).fill(HALF.join()),
      );
    }
  });

  it('literal: goes on one word behind a torn header (SQ-09)', () => {
    const flash = flashOf(2);
    const queue = new QueueInWords(flash, LITERAL);
    queue.push([1]);
    cut(
      flash,
      0,
      () => queue.push([2]),
      (bit) => bit < 20,
    );
    const again = new QueueInWords(flash, LITERAL);
    expect(again.push([3])).to.equal('Ok');
    expect(new QueueInWords(flash, LITERAL).all()).to.deep.equal(['1', '3']);
    // Behind the first item (12 bytes) one word of the header was begun.
    expect(flash.readWord(0, 4 + 12 + 4 + 4)).to.not.equal(-1);
    expect(flash.readWord(1, 0)).to.equal(-1);
  });

  it('hardened: goes on with the next page behind a torn header (SQ-09)', () => {
    const flash = flashOf(2);
    const queue = new QueueInWords(flash);
    queue.push([1]);
    cut(
      flash,
      0,
      () => queue.push([2]),
      (bit) => bit < 20,
    );
    const again = new QueueInWords(flash);
    expect(again.push([3])).to.equal('Ok');
    expect(new QueueInWords(flash).all()).to.deep.equal(['1', '3']);
    expect(flash.readWord(1, 0)).to.equal(0);
  });

  it('literal: a torn item keeps its page from ever being erased; hardened: it does not', () => {
    const outcomes = [LITERAL, HARDENED].map((mode) => {
      const flash = flashOf(2);
      const queue = new QueueInWords(flash, mode);
      cut(
        flash,
        2,
        () => queue.push(HALF),
        (bit) => bit < 5,
      );
      const again = new QueueInWords(flash, mode);
      const pushed = Array.from({ length: 6 }, () => [again.push(HALF), again.pop()]);
      return pushed.map(([outcome]) => outcome).filter((outcome) => outcome === 'Ok').length;
    });
    expect(outcomes).to.deep.equal([3, 6]);
  });
});

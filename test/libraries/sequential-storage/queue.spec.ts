// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The queue: first in, first out, over pages and boots.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { HARDENED, LITERAL } from '#libraries/sequential-storage/mode';
import { NO_CACHES, type Caches } from '#libraries/sequential-storage/page-cache';
import { Queue } from '#libraries/sequential-storage/queue';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';

const ALL: Caches = { states: true, pointers: true, keys: 0 };

function flashOf(numPages: number, pageSize = 64): BufferStorage {
  return new BufferStorage({
    wordSize: 4,
    pageSize,
    numPages,
    maxWordWrites: 2,
    maxPageErases: 10_000,
  });
}

for (const [name, mode] of Object.entries({ LITERAL, HARDENED })) {
  for (const caches of [NO_CACHES, ALL]) {
    describe(`libraries/sequential-storage/queue, ${name}, ${caches === ALL ? 'cached' : 'not cached'}`, () => {
      const open = (flash: BufferStorage): Queue => {
        const queue = new Queue(flash, mode, caches);
        expect(runAtOnce(queue.boot())).to.deep.equal({ ok: true, value: undefined });
        return queue;
      };
      const push = (queue: Queue, ...data: number[]): string => {
        const pushed = runAtOnce(queue.push(Uint8Array.from(data)));
        return pushed.ok ? 'Ok' : pushed.error;
      };
      const pop = (queue: Queue): string => {
        const popped = runAtOnce(queue.pop());
        return popped.ok ? (popped.value?.data.join() ?? 'none') : popped.error;
      };

      for (const pages of [1, 2, 3, 5]) {
        it(`gives back in order what was pushed, with ${pages} pages (SQ-01, SQ-02, SQ-07, SQ-08, SQ-13)`, () => {
          const random = new Random(pages);
          const flash = flashOf(pages);
          const model: string[] = [];
          let queue = open(flash);
          for (let count = 0; count < 3000; count++) {
            if (random.below(20) === 0) queue = open(flash);
            if (random.below(2) === 0) {
              expect(pop(queue)).to.equal(model.shift() ?? 'none');
            } else {
              const data = [...new Uint8Array(random.below(21)).map(() => random.below(256))];
              if (push(queue, ...data) === 'Ok') model.push(data.join());
            }
            expect(flash.violation).to.equal(undefined);
          }
          expect(flash.counts.erases).to.be.greaterThan(20);
        });
      }
    });
  }
}

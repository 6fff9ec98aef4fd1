// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Arbitrary images: what a store left behind, spoilt, and noise. A boot may refuse them but must end.
 *
 * NON-TOCK: whoever can write to a flash can hand one to a store.
 */
import type { Random } from '#kernel/random';
import { Cells } from './cells.ts';
import { CellsStorage } from './cells-storage.ts';
import type { Judge } from './judge.ts';
import type { CrashReport } from './report.ts';
import type { StoreAdapter } from './store-adapter.ts';
import type { Story } from './story.ts';

/** Boots a store on an image, and reads all of it if that went well; a sentence when it broke out. */
export function bootOn(adapter: StoreAdapter, cells: Cells): string | undefined {
  const storage = new CellsStorage(cells, false);
  const session = adapter.open(storage);
  try {
    const boot = session.boot();
    while (boot.next(true).done !== true);
    storage.refuel();
    const content = session.content();
    if (content.ok) session.usedCapacity();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Spoils the image that a story has come to, so many times. */
export function tryImages(
  story: Story,
  count: number,
  random: Random,
  judge: Judge,
  report: CrashReport,
): void {
  for (let nth = 0; nth < count; nth++) {
    const cells = new Cells(story.geometry);
    cells.image.set(story.cells.image);
    spoil(cells, random);
    const image = Buffer.from(cells.image).toString('hex');
    report.coverage.images += 1;
    const broken = bootOn(story.adapter, cells);
    if (broken === undefined) continue;
    judge.count({ verdict: 'UNBOOTABLE', sentence: `an image made it throw ${broken}` }, () => ({
      image,
    }));
  }
}

/** A few bits, words or stretches of an image become something else; now and then all of it is noise. */
function spoil(cells: Cells, random: Random): void {
  const { words, image, pageWords } = cells;
  if (random.below(16) === 0) {
    for (let at = 0; at < words.length; at++) words[at] = random.u32() | 0;
    return;
  }
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(words.length);
    switch (random.below(5)) {
      case 0:
        words[at] = (words[at] ?? 0) ^ (1 << random.below(32));
        break;
      case 1:
        words[at] =
          [0, -1, random.u32() | 0, words[random.below(words.length)] ?? 0][random.below(4)] ?? 0;
        break;
      case 2:
        words.copyWithin(at, random.below(words.length), random.below(words.length));
        break;
      case 3:
        words.fill(random.below(2) - 1, at, at + random.below(pageWords));
        break;
      default:
        image.copyWithin(pageBegin(cells, random), pageBegin(cells, random), image.length);
    }
  }
}

function pageBegin({ geometry }: Cells, random: Random): number {
  return random.below(geometry.numPages) * geometry.pageSize;
}

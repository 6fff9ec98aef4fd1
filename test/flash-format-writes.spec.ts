// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * doc/FLASH-FORMAT.md is true: operations write what it says, in that order, also over a loss of power.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { inspect, type EntryInspection } from '#libraries/persistent-store/inspect';
import { PAGE, blocks, numbers } from './support/flash-format-page.ts';
import { StoreScript, wordText } from './support/store-script.ts';

function playAll(lines: readonly string[]): { played: string[]; script: StoreScript } {
  const [title = '', ...rest] = lines;
  const [pages = 0, pageSize = 0] = numbers(title);
  const script = new StoreScript(pageSize, pages);
  const played = [title];
  for (const line of rest) {
    if (line.startsWith('> ')) played.push(line, ...script.play(line.slice(2)));
  }
  return { played, script };
}

function entryText(entry: EntryInspection): string {
  const { position, words, state, key, value, internal } = entry;
  const length = words === 1 ? '1 word' : `${words} words`;
  const was = internal === undefined ? '' : `, was ${internal.name} ${internal.field}`;
  const named = key === undefined ? '' : `, key ${key}`;
  const bytes = Array.from(value ?? [], (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const content = state === 'live' ? `, value ${bytes}` : '';
  return `position ${position}, ${length}: ${state}${named}${content}${was}`;
}

describe('doc/FLASH-FORMAT.md: writes', () => {
  for (const [index, lines] of blocks('store').entries()) {
    it(`block ${index + 1} of operations writes what it says, in that order`, () => {
      const { played, script } = playAll(lines);
      expect(played.join('\n')).to.equal(lines.join('\n'));
      expect(script.flash.violation).to.equal(undefined);
    });
  }

  it('leaves the dump that it shows, which reads as it says', () => {
    const compaction = blocks('store')[2] ?? [];
    const { script } = playAll(compaction);
    const [dump = []] = blocks('dump');
    const view = new DataView(script.flash.image.buffer);
    const shown = dump.map((line, page) => {
      const words = Array.from({ length: 8 }, (_, word) =>
        wordText(view.getUint32(page * 32 + word * 4, true)).slice(2),
      );
      expect(line).to.equal(`page ${page}: ${words.join(' ')}`);
      return words;
    });
    expect(shown.length).to.equal(script.flash.numPages);
    const seen = inspect(script.flash.image, script.flash);
    if (!seen.ok) expect.fail(seen.error);
    const { head, tail, entries, pages } = seen.value;
    const text = [
      `head ${head?.position ?? NaN}, tail ${tail?.position ?? NaN}`,
      ...entries.map(entryText),
    ];
    expect(text).to.deep.equal(blocks('entries')[0]);
    expect(pages[0]).to.include({ isBlank: true, erases: 1 });
    expect(PAGE).to.contain('(0 × 5 + 1) × 6 + 2 = 8');
  });
});

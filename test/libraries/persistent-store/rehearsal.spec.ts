// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What stands in flash when an operation is cut at a given write, what a boot would do about it, and why some do not open.
 *
 * NON-TOCK: the order of writes is that of OpenSK's specification; doc/FLASH-FORMAT.md tells it.
 */
import { expect } from 'chai';
import type { BitChoice } from '#libraries/store/buffer-storage';
import type { Inspection } from '#libraries/persistent-store/inspect';
import { Desk, geometry, look } from './support.ts';

/** A store of 64-byte pages in which an operation is cut after some of its writes and erasures. */
function cutAfter(
  delay: number,
  isMoved: BitChoice,
  run: (desk: Desk) => void,
  prepare: (desk: Desk) => void = () => undefined,
): Inspection {
  const desk = new Desk(geometry(64, 4));
  desk.call(desk.store.insert(1, Uint8Array.of(1, 2, 3)));
  desk.call(desk.store.insert(2, Uint8Array.of(4, 5, 6, 7, 8)));
  prepare(desk);
  desk.flash.arm(delay);
  run(desk);
  desk.flash.corrupt(isMoved);
  return look(desk.flash.image, desk.flash);
}

function states({ entries }: Inspection): string[] {
  return entries.map(({ state, key, internal }) =>
    [state, key, internal?.name, internal?.field].filter((each) => each !== undefined).join(' '),
  );
}

const NOTHING: BitChoice = () => false;
const VALUE = Uint8Array.of(9, 9, 9, 9, 9, 9);

describe('libraries/persistent-store/rehearsal: operations that were cut', () => {
  const replace = (desk: Desk): void => void desk.outcome(desk.store.insert(1, VALUE));

  it('an insertion: header and first word are written, then the last word, which makes it live', () => {
    const begun = cutAfter(1, NOTHING, replace);
    expect(states(begun)).to.deep.equal(['live 1', 'live 2', 'unfinished']);
    const half = cutAfter(1, (index) => index === 0, replace);
    expect(states(half)).to.deep.equal(['live 1', 'live 2', 'unfinished 1']);
    const written = cutAfter(2, NOTHING, replace);
    expect(states(written)).to.deep.equal(['replaced 1', 'live 2', 'live 1']);
    expect(written.opening.repairs.map(({ purpose }) => purpose)).to.deep.equal([
      'mark the entry of key 1 deleted',
      'wipe 1 word of a value',
    ]);
  });

  it('a replacement between mark and wipe: the old value is still there', () => {
    const seen = cutAfter(3, NOTHING, replace);
    expect(states(seen)).to.deep.equal(['deleted 1', 'live 2', 'live 1']);
    expect(seen.entries[0]).to.deep.include({ isWiped: false, value: Uint8Array.of(1, 2, 3) });
    const done = cutAfter(9, NOTHING, replace);
    expect(done.entries[0]).to.deep.include({ isWiped: true, value: new Uint8Array(3) });
    expect(done.opening.repairs).to.deep.equal([]);
  });

  const update = (desk: Desk): void =>
    void desk.outcome(
      desk.store.transaction([
        { op: 'insert', key: 3, value: VALUE },
        { op: 'remove', key: 1 },
      ]),
    );

  it('a transaction: its updates are pending while the marker stands', () => {
    const seen = cutAfter(4, NOTHING, update);
    const words = ['internal marker 2', 'pending 3', 'internal remove 1'];
    expect(states(seen)).to.deep.equal(['live 1', 'live 2', ...words]);
    const keys = seen.opening.store?.entries.map(({ key }) => key);
    expect(keys).to.have.members([2, 3]);
  });

  it('a transaction: its words are padding afterwards, and still tell what they were', () => {
    const seen = cutAfter(99, NOTHING, update);
    const words = ['padding marker 2', 'live 3', 'padding remove 1'];
    expect(states(seen)).to.deep.equal(['deleted 1', 'live 2', ...words]);
  });

  it('a clear: its word names the least key', () => {
    const clear = (desk: Desk): void => void desk.outcome(desk.store.clear(2));
    expect(states(cutAfter(1, NOTHING, clear)).at(-1)).to.equal('internal clear 2');
    expect(states(cutAfter(9, NOTHING, clear)).at(-1)).to.equal('padding clear 2');
  });

  // Of page 0: key 2 (3 words) and key 3 (11 words, 2 of them on page 1) are live; the tail is 22.
  const fill = (desk: Desk): void => {
    desk.call(desk.store.insert(3, new Uint8Array(40).fill(5)));
    for (let round = 0; round < 3; round++) desk.call(desk.store.insert(1, Uint8Array.of(round)));
  };
  const compact = (desk: Desk): void => void desk.outcome(desk.store.prepare(6));

  it('a compaction: compact info, copies, erase word, erasure', () => {
    const begun = cutAfter(1, NOTHING, compact, fill);
    expect(begun.pages[0]).to.include({ work: 'compaction', compact: 'valid', distance: 22 });
    expect(begun.opening.repairs.map(({ page, purpose }) => [page, purpose])).to.deep.equal([
      [1, 'copy the entry of key 2: 3 words'],
      [1, 'copy the entry of key 3: 3 words'],
      [2, 'copy 8 words more'],
      [2, 'write its init info: cycle 0, prefix 8'],
      [2, 'write the erase word of page 0'],
      [0, 'erase the page: its live entries were copied'],
      [1, 'wipe 2 words of a value'],
      [2, 'turn the erase word into padding'],
    ]);
  });

  it('an erasure: the page holds nothing any more, and is not counted as erased', () => {
    const torn = cutAfter(6, (index) => index % 2 === 0, compact, fill);
    expect(torn.pages[0]).to.include({ work: 'erasure', erases: 0 });
    expect(torn.opening.repairs[0]).to.include({ operation: 'erase', page: 0 });
    expect(torn.entries[0]).to.include({ position: 16, key: 1 });
    const whole = cutAfter(6, NOTHING, compact, fill);
    expect(whole.pages[0]).to.include({ work: 'erasure', init: 'valid', erases: 0 });
    expect(whole.entries[0]).to.include({ position: 16, key: 1 });
    const done = cutAfter(99, NOTHING, compact, fill);
    expect(done.pages[0]).to.include({ work: undefined, isBlank: true, erases: 1 });
    expect(done.head).to.deep.equal({ position: 16, page: 1, byteOffset: 16 });
  });
});

describe('libraries/persistent-store/rehearsal: why a store does not open', () => {
  /** A store with words put over its own. */
  function spoilt(words: readonly (readonly [byte: number, word: number])[]): Inspection {
    const desk = new Desk(geometry(64, 4, 9));
    desk.call(desk.store.insert(1, Uint8Array.of(1, 2, 3)));
    const view = new DataView(desk.flash.image.buffer);
    for (const [byte, word] of words) view.setUint32(byte, word, true);
    return look(desk.flash.image, desk.flash);
  }

  // Checksums by hand: 27 less the ones of bits 0..26, in bits 27..31.
  const CASES: readonly (readonly [string, readonly (readonly [number, number])[], RegExp])[] = [
    ['cycle above E', [[0, 0xbe00_000a]], /^page 0, byte 0, 0xbe00000a: .*cycle 10 of at most 9$/],
    ['checksum of the header too low', [[0, 0x0600_0000]], /fewer zero bits than there are$/],
    ['prefix above M', [[64, 0xb60e_0000]], /^page 1, byte 0, .*prefix of 14 words, at most 13$/],
    ['compact info above W', [[4, 0x67ff_001e]], /^page 0, byte 4, .* 30 words .* at most 29$/],
    ['no header left', [[0, 0xffff_0000]], /^no page has a valid header$/],
    ['header with too few zeros', [[16, 0x0000_003d]], /^page 0, byte 16, .* entry of key 0 /],
    ['a long deleted entry', [[16, 0xffff_fff9]], /a deleted entry of 1023 bytes.* longest is 52$/],
    [
      'erase word of no page',
      [[16, 0x47ff_f883]],
      /an erase word of page 4, and there are 4 pages/,
    ],
  ];
  for (const [what, words, said] of CASES) {
    it(what, () => {
      const { opening } = spoilt(words);
      expect(opening.result).to.equal('InvalidStorage');
      expect(opening.reason).to.match(said);
      expect(opening.store).to.equal(undefined);
    });
  }

  it('tells a store that is damaged from something else', () => {
    expect(spoilt([[16, 0x0000_003d]]).isStore).to.equal(true);
    const shape = geometry(64, 4, 9);
    expect(look(new Uint8Array(256), shape).isStore).to.equal(false);
    const text = new TextEncoder().encode('All work and no play. '.repeat(12)).slice(0, 256);
    expect(look(text, shape).isStore).to.equal(false);
    expect(look(new Uint8Array(256).fill(0xff), shape)).to.include({
      isStore: true,
      isBlank: true,
    });
  });

  it('a page that must be erased and has no cycle left: NoLifetime', () => {
    const { opening } = spoilt([
      [0, 0xbe00_0009],
      [4, 0xffff_0fff],
    ]);
    expect(opening.result).to.equal('NoLifetime');
    expect(opening.reason).to.equal('page 0 must be erased and has had all its 9 cycles');
  });
});

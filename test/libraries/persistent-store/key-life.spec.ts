// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A FIDO key's first day, tour and year of store calls give the reference figures of the crate.
 *
 * NON-TOCK: figures measured with the Rust crate on the same calls.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import { parseWorkload, type CheckedLine } from '#lab/run/workload';
import { Payloads, payload, perform } from '../../support/store-workload.ts';
import { geometry, readText, sha256 } from './support.ts';

function load(name: string): readonly CheckedLine[] {
  const parsed = parseWorkload(readText(`data/workloads/${name}.jsonl`));
  if (!parsed.ok) expect.fail(parsed.error);
  return parsed.value;
}

/** Performs all lines; returns the flash, and the line number and error where it stopped. */
function live(lines: readonly CheckedLine[], pages: number, deferred = false) {
  const flash = new BufferStorage(geometry(4096, pages));
  const payloads = new Payloads();
  let store = new Store(flash);
  for (const [index, line] of lines.entries()) {
    if (line.op === 'boot') store = new Store(deferred ? new DeferredStorage(flash) : flash);
    const result = runAtOnce(perform(store, line, payloads), flash);
    if (!result.ok) return { flash, index, error: result.error };
  }
  return { flash, index: lines.length, error: undefined };
}

function figures(flash: BufferStorage) {
  const { wordsWritten, erases } = flash.counts;
  return { words: wordsWritten, erases, most: Math.max(...flash.pageErases) };
}

describe("A security key's life on the persistent store", () => {
  const year = load('fido-year');

  it('lives the first day: 2,581 words, no erase, the image of the crate', () => {
    const { flash, error } = live(load('fido-first-day'), 20);
    expect(error).to.equal(undefined);
    expect(figures(flash)).to.deep.equal({ words: 2581, erases: 0, most: 0 });
    expect(sha256(flash.image)).to.equal(
      'ca1d81dce5e29b85a8569cbe874ec1f1549f2ddedca017dd7c64d6c2e2362d41',
    );
  });

  it('takes the tour: 2,861 words and the image of the crate', () => {
    const { flash, error } = live(load('fido-tour'), 20);
    expect(error).to.equal(undefined);
    expect(flash.counts.wordsWritten).to.equal(2861);
    expect(sha256(flash.image)).to.equal(
      'cf918f89906cd7d1d1082322a03cace2a068b6ee7ecc449ab2ed63e18447b15d',
    );
  });

  it('lives the year on 20 pages: 50,428 words, 8 erases, the image of the crate', () => {
    const { flash, error } = live(year, 20);
    expect(error).to.equal(undefined);
    expect(figures(flash)).to.deep.equal({ words: 50428, erases: 8, most: 1 });
    expect(sha256(flash.image)).to.equal(
      'a1120897e197962f60c11b7bbd7a6f11a4b16ad59833bbb175b9d9edcf7e1c26',
    );
  });

  const smaller: [number, number, number][] = [
    [10, 20, 2],
    [6, 30, 5],
    [5, 37, 8],
    [4, 52, 13],
  ];
  for (const [pages, erases, most] of smaller) {
    it(`lives the year on ${pages} pages: ${erases} erases, ${most} of one page`, () => {
      const { flash, error } = live(year, pages);
      expect(error).to.equal(undefined);
      expect(figures(flash)).to.include({ erases, most });
      expect(flash.violation).to.equal(undefined);
    });
  }

  it('ends at line 11788 of the year on 3 pages with NoCapacity', () => {
    const { index, error } = live(year, 3);
    expect([index, error]).to.deep.equal([11788, 'NoCapacity']);
  });

  it('leaves the same image and wear when every access is a request (design §6)', () => {
    const atOnce = live(year, 4).flash;
    const split = live(year, 4, true).flash;
    expect(sha256(split.image)).to.equal(sha256(atOnce.image));
    expect(split.counts).to.deep.equal(atOnce.counts);
    expect([...split.pageErases]).to.deep.equal([...atOnce.pageErases]);
  });

  it('makes values by an xorshift stream of key and count, top byte each', () => {
    // Key 0, value 0: x starts at 1; 1 -> 270369 -> 67634689 (Marsaglia's first two), top bytes 0 and 4.
    expect([...payload(0, 0, 2)]).to.deep.equal([270369 >>> 24, 67634689 >>> 24]);
    expect(payload(1, 0, 8)).to.not.deep.equal(payload(1, 1, 8));
  });
});

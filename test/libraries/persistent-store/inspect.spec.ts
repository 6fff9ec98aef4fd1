// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Looks into images whose content is known from OpenSK's crate: finished, interrupted, damaged; and into noise.
 *
 * NON-TOCK: golden vectors, test/vectors/opensk/README.md.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Inspection } from '#libraries/persistent-store/inspect';
import { inspect } from '#libraries/persistent-store/inspect';
import type { Geometry } from '#libraries/store/storage';
import { fromHex, toHex } from '#libraries/persistent-store/vector-reader';
import { ROOT } from '#tools/sources';
import { geometry, look, readText } from './support.ts';

const FOLDER = 'test/vectors/opensk';

type Entries = [number, string][];

interface Ratio {
  used: number;
  total: number;
}

interface Recovery {
  result: string;
  wordsWritten: number;
  writeCalls: number;
  erases: number;
}

interface PowerLossCase {
  interruptedImageHex?: string;
  recoveryInterruptions?: { interruptedImageHex?: string }[];
  recovery: Recovery;
  recoveredImageHex: string;
  entries: Entries;
  capacity: Ratio;
  lifetime: Ratio;
}

interface DirtyCase extends Recovery {
  imageHex: string;
  imageAfterHex: string;
  entries?: Entries;
}

interface VectorFile {
  name: string;
  options: Geometry;
  ops: { result: string; capacity?: Ratio; lifetime?: Ratio }[];
  finalImageHex?: string;
  finalEntries: Entries | null;
  pageErases: number[];
  cases: unknown[];
}

function vectors(prefix: RegExp): VectorFile[] {
  return readdirSync(join(ROOT, FOLDER))
    .filter((name) => prefix.test(name))
    .sort()
    .map((name) => JSON.parse(readText(`${FOLDER}/${name}`)) as VectorFile);
}

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex) ?? expect.fail('no hexadecimal text');
}

/** Keys and values that stand live in the cells, by key. */
function live({ entries }: Inspection): Entries {
  const found: Entries = [];
  for (const { state, key, value } of entries) {
    if (state === 'live') found.push([key ?? -1, toHex(value ?? Uint8Array.of())]);
  }
  return found.sort(([a], [b]) => a - b);
}

function counts({ opening }: Inspection): Recovery {
  const { result, wordsWritten, writeCalls, erases } = opening;
  return { result, wordsWritten, writeCalls, erases };
}

/** Completed erasures of all pages together. */
function wear({ pages }: Inspection): number {
  return pages.reduce((sum, { erases }) => sum + (erases ?? NaN), 0);
}

describe('libraries/persistent-store/inspect: what a store left when it was at rest', () => {
  for (const { name, options, ops, finalImageHex, finalEntries, pageErases } of vectors(/^p\d/)) {
    if (finalImageHex === undefined || finalEntries === null) continue;
    it(`${name}: entries, capacity, lifetime, and erasures per page`, () => {
      const seen = look(bytesOf(finalImageHex), options);
      const last = ops.findLast(({ capacity }) => capacity !== undefined);
      expect(live(seen)).to.deep.equal(finalEntries);
      expect(seen.opening.store?.capacity).to.deep.equal(last?.capacity);
      expect(seen.opening.store?.lifetime).to.deep.equal(last?.lifetime);
      expect(seen.tail?.position).to.equal(last?.lifetime?.used);
      expect(seen.pages.map(({ erases }) => erases)).to.deep.equal(pageErases);
      expect(seen.stoppedAt).to.equal(undefined);
    });
  }
});

describe('libraries/persistent-store/inspect: what a power loss left', () => {
  for (const { name, options, cases } of vectors(/^pl\d/)) {
    it(`${name}: a boot would repair what the crate's boot repaired, with its counts`, () => {
      let looked = 0;
      for (const [index, each] of (cases as PowerLossCase[]).entries()) {
        const { recovery, recoveredImageHex, entries, capacity, lifetime } = each;
        // What was cut last is what the recovery found.
        const cut = each.recoveryInterruptions?.at(-1) ?? each;
        if (cut.interruptedImageHex === undefined) continue;
        const seen = look(bytesOf(cut.interruptedImageHex), options);
        const { result, wordsWritten, writeCalls, erases } = recovery;
        const at = `case ${index}`;
        expect(counts(seen), at).to.deep.equal({ result, wordsWritten, writeCalls, erases });
        expect(toHex(seen.opening.image), at).to.equal(recoveredImageHex);
        expect(seen.opening.store, at).to.deep.include({ capacity, lifetime });
        const after = look(seen.opening.image, options);
        expect(live(after), at).to.deep.equal(entries);
        // A wholly erased flash has forgotten its wear.
        if (seen.head !== undefined) expect(wear(after) - wear(seen), at).to.equal(erases);
        looked += 1;
      }
      expect(looked).to.be.greaterThan(cases.length / 2);
    });
  }
});

describe('libraries/persistent-store/inspect: damaged images', () => {
  for (const { name, options, cases } of vectors(/^d\d/)) {
    it(`${name}: opens or not as the crate does, with a reason when not`, () => {
      for (const [index, each] of (cases as DirtyCase[]).entries()) {
        const { imageHex, imageAfterHex, entries, ...rest } = each;
        const { result, wordsWritten, writeCalls, erases } = rest;
        const at = `case ${index}`;
        const image = bytesOf(imageHex);
        const seen = look(image, options);
        expect(toHex(image), at).to.equal(imageHex);
        expect(counts(seen), at).to.deep.equal({ result, wordsWritten, writeCalls, erases });
        expect(toHex(seen.opening.image), at).to.equal(imageAfterHex);
        const keys = seen.opening.store?.entries.map(({ key }) => key);
        if (entries !== undefined) expect(keys, at).to.deep.equal(entries.map(([key]) => key));
        expect(seen.opening.reason === undefined, at).to.equal(result === 'Ok');
      }
    });
  }
});

describe('libraries/persistent-store/inspect: any bytes', () => {
  const shape = fc
    .record({ words: fc.integer({ min: 8, max: 40 }), pages: fc.integer({ min: 3, max: 6 }) })
    .map(({ words, pages }) => geometry(words * 4, pages, 50));

  function consistent(image: Uint8Array, shaped: Geometry): void {
    const copy = image.slice();
    const seen = look(image, shaped);
    expect(image).to.deep.equal(copy);
    expect(seen.pages).to.have.length(shaped.numPages);
    expect(seen.opening.result).to.be.oneOf(['Ok', 'InvalidStorage', 'NoLifetime']);
    let end = 0;
    for (const { position, words } of seen.entries) {
      expect(position).to.be.at.least(end);
      expect(words).to.be.at.least(1);
      end = position + words;
    }
    for (const { operation, before, after } of seen.opening.repairs) {
      expect(after.length > 0).to.equal(operation === 'write');
      expect(after).to.have.length(before.length);
    }
  }

  it('neither throw nor hang', () => {
    const noise = shape.chain((shaped) => {
      const length = shaped.pageSize * shaped.numPages;
      return fc.tuple(fc.uint8Array({ minLength: length, maxLength: length }), fc.constant(shaped));
    });
    fc.assert(
      fc.property(noise, ([image, shaped]) => consistent(image, shaped)),
      { numRuns: 300 },
    );
  });

  it('of a store that were changed at random neither throw nor hang', () => {
    const changes = fc.array(fc.tuple(fc.nat(255), fc.nat(255)), { maxLength: 12 });
    const [setup] = vectors(/^pl03/);
    const images = (setup?.cases as PowerLossCase[]).flatMap(
      ({ interruptedImageHex }) => interruptedImageHex ?? [],
    );
    fc.assert(
      fc.property(fc.constantFrom(...images), changes, (hex, list) => {
        const image = bytesOf(hex);
        for (const [at, byte] of list) image[at] = byte;
        consistent(image, geometry(64, 4, 20));
      }),
      { numRuns: 500 },
    );
  });

  it('of another size, or a geometry outside the limits: InvalidArgument', () => {
    const refused = { ok: false, error: 'InvalidArgument' };
    expect(inspect(new Uint8Array(255), geometry(64, 4))).to.deep.equal(refused);
    expect(inspect(new Uint8Array(128), geometry(64, 2))).to.deep.equal(refused);
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The store against what was observed of OpenSK's crate: images, results, words, erases and reads.
 *
 * NON-TOCK: test/vectors/opensk/README.md describes the vectors.
 */
import { expect } from 'chai';
import { replay } from '#libraries/persistent-store/replay';
import { DeferredStorage } from '#libraries/store/storage';
import type { Geometry } from '#libraries/store/storage';
import type { Vector } from '#libraries/persistent-store/vector';
import { parseVector } from '#libraries/persistent-store/vector';
import { readText, sha256 } from './support.ts';

/** Vector files and how many operations or cases each holds. */
const FILES = [
  ['p01-basic-64x5', 34],
  ['p02-lengths-64x5', 219],
  ['p03-counter-compactions-64x3', 306],
  ['p04-fill-128x4', 46],
  ['p05-transactions-128x5', 42],
  ['p06-clear-64x5', 89],
  ['p07-prepare-64x6', 117],
  ['p08-lifetime-64x4', 83],
  ['p09-invalid-arguments-512x4', 22],
  ['p10-minimal-32x3', 124],
  ['p11-mix-512x5', 324],
  ['p12-device-4096x20', 53],
  ['p13a-unsupported-page16', 1],
  ['p13b-unsupported-page8192', 1],
  ['p13c-unsupported-2pages', 1],
  ['p13d-unsupported-65pages', 1],
  ['p13e-unsupported-erases65536', 1],
  ['p13f-unsupported-1write', 1],
  ['p13g-unsupported-word8', 1],
  ['p13h-supported-64pages', 1],
  ['p14-fragments-128x8', 35],
  ['pl01-single-updates-64x3', 60],
  ['pl02-transaction-64x4', 128],
  ['pl03-compaction-64x4', 215],
  ['pl04-aged-64x3', 93],
  ['d01-dirty-32x3', 62],
  ['d02-damaged-64x3', 80],
  ['d03-crafted-64x4', 139],
] as const;

type Json = Record<string, unknown>;

function readJson(name: string): Json {
  return JSON.parse(readText(`test/vectors/opensk/${name}.json`)) as Json;
}

function load(name: string): Vector {
  const parsed = parseVector(readJson(name));
  if (!parsed.ok) expect.fail(parsed.error);
  return parsed.value;
}

/** A small vector with one thing changed in its first operation. */
function withFirstStep(change: Json): unknown {
  const file = readJson('p01-basic-64x5');
  const [first, ...others] = file['ops'] as Json[];
  return { ...file, ops: [{ ...first, ...change }, ...others] };
}

describe('libraries/persistent-store/replay', () => {
  for (const [name, count] of FILES) {
    it(`replays ${name} bit for bit, every read counted`, () => {
      const report = replay(load(name), { sha256 });
      expect(report.difference).to.equal(undefined);
      expect(report.replayed).to.equal(count);
      expect(report.compared).to.be.at.least(count * 9);
    });

    it(`replays ${name} the same when every access is a request (design §6)`, () => {
      const wrap = (flash: Geometry): DeferredStorage => new DeferredStorage(flash);
      const report = replay(load(name), { sha256, wrap });
      expect(report.difference).to.equal(undefined);
    });
  }

  it('names the operation and field of the first difference', () => {
    const parsed = parseVector(withFirstStep({ wordsWritten: 7 }));
    if (!parsed.ok) expect.fail(parsed.error);
    const { difference } = replay(parsed.value, { sha256 });
    expect(difference).to.deep.equal({ index: 0, field: 'wordsWritten', expected: 7, actual: 1 });
  });

  it('leaves read counts out when told so', () => {
    const parsed = parseVector(withFirstStep({ readCalls: 7 }));
    if (!parsed.ok) expect.fail(parsed.error);
    expect(replay(parsed.value, { sha256 }).difference?.field).to.equal('readCalls');
    expect(replay(parsed.value, { sha256, reads: false }).difference).to.equal(undefined);
  });
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The public power-loss and damaged vectors, cut by the laboratory's own machinery.
 *
 * NON-TOCK: test/vectors/opensk/README.md describes the vectors; the store is in mode `upstream`.
 */
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cells } from '#lab/crash/cells';
import { CellsStorage } from '#lab/crash/cells-storage';
import { bootOn } from '#lab/crash/images';
import { MovingBits } from '#lab/crash/moving-bits';
import type { Operation } from '#lab/crash/store-adapter';
import { PERSISTENT_UPSTREAM } from '#lab/crash/stores/persistent';
import { PersistentSession } from '#lab/crash/stores/persistent-session';
import type { Geometry, Steps } from '#libraries/store/storage';
import {
  parseVector,
  type Facts,
  type Interruption,
  type PowerLossCase,
  type PowerLossVector,
  type Vector,
} from '#libraries/persistent-store/vector';

const ROOT = join(import.meta.dirname, '../../../..');

function load(name: string): Vector {
  const text = readFileSync(join(ROOT, `test/vectors/opensk/${name}.json`), 'utf8');
  const parsed = parseVector(JSON.parse(text));
  if (!parsed.ok) expect.fail(parsed.error);
  return parsed.value;
}

function hashOf({ image }: Cells): string {
  return createHash('sha256').update(image).digest('hex');
}

/** A store of the laboratory at the state in which the cases of a vector begin. */
class Bench {
  readonly cells: Cells;
  private readonly session: PersistentSession;
  private readonly moving: MovingBits;

  constructor({ geometry, initial, setup }: PowerLossVector, one: PowerLossCase) {
    this.cells = new Cells(geometry);
    if (initial.image !== undefined) this.cells.image.set(initial.image);
    this.cells.pageErases.set(initial.pageErases);
    this.session = new PersistentSession(new CellsStorage(this.cells, true), 'upstream');
    this.moving = new MovingBits(this.cells);
    if (one.operation.op === 'boot') return;
    for (const operation of setup) this.run(this.steps(operation));
  }

  steps(operation: PowerLossCase['operation']): Steps<unknown> {
    return operation.op === 'boot'
      ? this.session.boot()
      : this.session.start(operation as Operation);
  }

  /** Runs to the cut, or to the end: how many calls went through. */
  run(steps: Steps<unknown>, cut?: Interruption): number {
    let step = steps.next();
    let call = 0;
    for (; step.done !== true; call++) {
      this.moving.read(step.value);
      if (call === cut?.delay) {
        this.moving.moveSet(cut.corruption);
        return call;
      }
      this.moving.moveAll();
      step = steps.next(true);
    }
    return call;
  }

  content(): [number, string][] {
    const content = this.session.content();
    if (!content.ok) expect.fail(content.error);
    const entries = [...content.value].sort(([one], [other]) => one - other);
    return entries.map(([key, value]) => [key, Buffer.from(value).toString('hex')]);
  }
}

function compare(bench: Bench, facts: Facts, field: string, at: string): void {
  if (field in facts) expect(hashOf(bench.cells), at).to.equal(facts[field]);
}

/** Whether a boot on an image asks for a program that would set a bit. */
function setsBits(geometry: Geometry, image: Uint8Array): boolean {
  const cells = new Cells(geometry);
  cells.image.set(image);
  const steps = new PersistentSession(new CellsStorage(cells, true), 'upstream').boot();
  const moving = new MovingBits(cells);
  for (let step = steps.next(); step.done !== true; step = steps.next(true)) {
    const { operation, page, byteOffset, bytes } = step.value;
    const begin = page * geometry.pageSize + byteOffset;
    const isSet = bytes.some((byte, at) => (byte & ~(cells.image[begin + at] ?? 0)) !== 0);
    if (operation === 'write' && isSet) return true;
    moving.read(step.value);
    moving.moveAll();
  }
  return false;
}

describe('Crash laboratory: public vectors', () => {
  for (const name of [
    'pl01-single-updates-64x3',
    'pl02-transaction-64x4',
    'pl03-compaction-64x4',
    'pl04-aged-64x3',
  ]) {
    it(`${name}: each cut leaves the image of the crate, and each recovery its image and entries`, () => {
      const vector = load(name);
      if (vector.kind !== 'powerloss') expect.fail('no power-loss vector');
      for (const [index, one] of vector.cases.entries()) {
        const at = `case ${index}`;
        const bench = new Bench(vector, one);
        bench.run(bench.steps(one.operation), one);
        compare(bench, one.expected, 'interruptedImageHash', at);
        for (const each of one.recoveryInterruptions) {
          bench.run(bench.steps({ op: 'boot' }), each);
          compare(bench, each.expected, 'interruptedImageHash', at);
        }
        const calls = bench.run(bench.steps({ op: 'boot' }));
        const { writeCalls = 0, erases = 0 } = one.recovery;
        expect(calls, at).to.equal(Number(writeCalls) + Number(erases));
        compare(bench, one.recovered, 'recoveredImageHash', at);
        if (typeof one.recovered['entries'] === 'string') {
          expect(JSON.stringify(bench.content()), at).to.equal(one.recovered['entries']);
        }
      }
    });
  }

  for (const name of ['d01-dirty-32x3', 'd02-damaged-64x3', 'd03-crafted-64x4']) {
    it(`${name}: a boot on each image ends, and leaves the image of the crate unless it set bits`, () => {
      const vector = load(name);
      if (vector.kind !== 'dirtyboot') expect.fail('no vector of images');
      let compared = 0;
      for (const [index, { image, expected }] of vector.cases.entries()) {
        const cells = new Cells(vector.geometry);
        cells.image.set(image);
        expect(bootOn(PERSISTENT_UPSTREAM, cells), `case ${index}`).to.equal(undefined);
        // The crate's flash in memory lets a write set bits; here it is old AND new.
        if (setsBits(vector.geometry, image)) continue;
        expect(hashOf(cells), `case ${index}`).to.equal(expected['imageAfterHash']);
        compared += 1;
      }
      expect(compared).to.be.greaterThan(vector.cases.length * 0.9);
    });
  }
});

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Any store that is bytes by their address, in the laboratory.
 *
 * NON-TOCK: made from its definition alone.
 */
import type { Random } from '#kernel/random';
import { Ok, type Result } from '#kernel/result';
import type { BlockDefinition, BlockShape, BlockStore } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import {
  unknownOperation,
  type Geometry,
  type Operation,
  type Outcome,
  type Specification,
  type StoreAdapter,
  type StoreSession,
} from '../store-adapter.ts';
import { BlockSpecification } from './block-specification.ts';

/** The longest of the short writes of a workload, bytes. */
const SHORT = 40;
/** Places that are tried for a write before the store is taken for full. */
const TRIES = 8;
const WORD = 4;

class BlockSession implements StoreSession {
  constructor(
    private readonly store: BlockStore,
    private readonly shape: BlockShape,
  ) {}

  boot(): Steps<Outcome> {
    return this.store.boot();
  }

  start(operation: Operation): Steps<Outcome> {
    const { store } = this;
    switch (operation.op) {
      case 'write':
        return store.write(operation.address, operation.value);
      case 'erase':
        return store.erase();
      case 'sync':
        return store.flush();
      default:
        return unknownOperation();
    }
  }

  /** The bytes of each erase unit. */
  content(): Result<ReadonlyMap<number, Uint8Array>, string> {
    const { size, eraseUnit } = this.shape;
    const content = new Map<number, Uint8Array>();
    for (let unit = 0; unit < size / eraseUnit; unit++) {
      const bytes = runAtOnce(this.store.read(unit * eraseUnit, eraseUnit));
      if (!bytes.ok) return bytes;
      content.set(unit, bytes.value);
    }
    return Ok(content);
  }

  usedCapacity(): undefined {
    return undefined;
  }
}

/** Writes into words that the flash still takes, now and then a flush or one that leaves the store; an erase when it is full. */
function next(
  random: Random,
  specification: Specification,
  shape: BlockShape,
  { maxWordWrites }: Geometry,
): Operation {
  const dice = random.below(32);
  if (dice === 0) return { op: 'erase' };
  if (dice < 3) return { op: 'sync' };
  if (dice === 3) return write(random, shape.size - WORD, 2 * WORD);
  for (let tries = 0; tries < TRIES; tries++) {
    const { from, length } = range(random, shape, maxWordWrites === 1 ? WORD : 1);
    const isTaken =
      specification instanceof BlockSpecification &&
      specification.isFresh(from, length, maxWordWrites);
    if (isTaken) return write(random, from, length);
  }
  return { op: 'erase' };
}

/** A range, short mostly, else across units; all of it in whole units of writing. */
function range(
  random: Random,
  { size, eraseUnit }: BlockShape,
  unit: number,
): { from: number; length: number } {
  const most = random.below(8) === 0 ? 2 * eraseUnit : SHORT;
  const length = unit * (1 + random.below(Math.min(most, size) / unit));
  return { from: unit * random.below((size - length) / unit + 1), length };
}

function write(random: Random, address: number, length: number): Operation {
  const value = new Uint8Array(length).map(() => random.u32() >>> 24);
  return { op: 'write', address, value };
}

/** Writes from the begin on until half of the bytes are written. */
function fill(random: Random, { size }: BlockShape): Operation[] {
  const operations: Operation[] = [];
  for (let from = 0; from < size / 2; from += SHORT) {
    operations.push(write(random, from, Math.min(SHORT, size - from)));
  }
  return operations;
}

/** The adapter of a definition. */
export function blockAdapter(definition: BlockDefinition): StoreAdapter {
  return {
    name: definition.name,
    description: definition.description,
    claim: definition.claim,
    defaults: definition.defaults,
    refuses: (geometry) => definition.refuses(geometry),
    open: (storage) => new BlockSession(definition.open(storage), definition.shape(storage)),
    specification: (geometry) => new BlockSpecification(definition.shape(geometry)),
    random: (random, specification, geometry) =>
      next(random, specification, definition.shape(geometry), geometry),
    fill: (random, geometry) => fill(random, definition.shape(geometry)),
  };
}

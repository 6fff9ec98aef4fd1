// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Golden vectors of the store: checks a parsed JSON object and turns it into operations and expected facts.
 *
 * NON-TOCK: format `opensk-store-vectors/1`; test/vectors/opensk/README.md describes it.
 *
 * A file comes from anywhere. Whatever is not as described is refused with a sentence that names the place.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import { bitChoice } from '../store/buffer-storage.ts';
import type { Geometry } from '../store/storage.ts';
import type { Operation } from './vector-operation.ts';
import { readOperation } from './vector-operation.ts';
import type { Facts, Json } from './vector-reader.ts';
import { Reader, facts, isCount, isObject } from './vector-reader.ts';

export type { Operation } from './vector-operation.ts';
export type { Facts } from './vector-reader.ts';

const FORMAT = 'opensk-store-vectors/1';
/** Four times the largest flash the format can describe. */
const MAX_STORAGE_BYTES = 1024 * 1024;

/** An operation and what is known about its outcome. */
export interface Step {
  readonly operation: Operation;
  readonly expected: Facts;
}

/** A cut: after `delay` calls, with the bits that had moved, by name. */
export interface Interruption {
  readonly delay: number;
  readonly corruption: string;
  readonly expected: Facts;
}

/** An operation that is cut, the boots after it, and what is known of each moment. */
export interface PowerLossCase extends Interruption {
  readonly operation: Operation;
  readonly recoveryInterruptions: readonly Interruption[];
  readonly recovery: Facts;
  readonly recovered: Facts;
  readonly secondBoot: Facts;
}

interface Common {
  readonly name: string;
  readonly geometry: Geometry;
}

interface Initial {
  /** The image at the start, or undefined for a blank one. */
  readonly image: Uint8Array | undefined;
  readonly pageErases: readonly number[];
}

/** Operations one after the other. */
export interface LinearVector extends Common {
  readonly kind: 'linear';
  readonly initial: Initial;
  readonly steps: readonly Step[];
  readonly final: Facts;
}

/** Operations that are cut, each from the same state. */
export interface PowerLossVector extends Common {
  readonly kind: 'powerloss';
  readonly initial: Initial;
  readonly setup: readonly Operation[];
  readonly setupFacts: Facts;
  readonly cases: readonly PowerLossCase[];
}

/** Images that no store has left behind, each booted once. */
export interface DirtyBootVector extends Common {
  readonly kind: 'dirtyboot';
  readonly cases: readonly { readonly image: Uint8Array; readonly expected: Facts }[];
}

export type Vector = LinearVector | PowerLossVector | DirtyBootVector;

function readGeometry(reader: Reader, value: unknown): Geometry {
  const source = reader.object(value, 'options');
  const geometry = {
    wordSize: reader.count(source, 'wordSize'),
    pageSize: reader.count(source, 'pageSize'),
    numPages: reader.count(source, 'numPages'),
    maxWordWrites: reader.count(source, 'maxWordWrites'),
    maxPageErases: reader.count(source, 'maxPageErases'),
  };
  const bytes = geometry.pageSize * geometry.numPages;
  if (bytes === 0 || bytes > MAX_STORAGE_BYTES || geometry.pageSize % 4 !== 0) {
    reader.refuse('options describe no flash of whole words and at most 1 MiB');
  }
  return geometry;
}

function readImage(reader: Reader, source: Json, geometry: Geometry): Uint8Array {
  const image = reader.hex(source, 'imageHex');
  if (image.length !== geometry.pageSize * geometry.numPages) {
    reader.refuse('imageHex is not as long as the flash');
  }
  return image;
}

function readInitial(reader: Reader, value: unknown, geometry: Geometry): Initial {
  if (value === undefined) return { image: undefined, pageErases: [] };
  const source = reader.object(value, 'initial');
  const kind = reader.text(source, 'kind');
  if (kind === 'erased') return { image: undefined, pageErases: [] };
  if (kind !== 'image') reader.refuse(`unknown initial kind "${kind.slice(0, 40)}"`);
  const pageErases = reader.list(source['pageErases'], 'pageErases');
  if (!pageErases.every(isCount)) reader.refuse('pageErases has something else than whole numbers');
  return { image: readImage(reader, source, geometry), pageErases: pageErases.filter(isCount) };
}

function readInterruption(reader: Reader, source: Json): Interruption {
  const corruption = reader.text(source, 'corruption');
  if (bitChoice(corruption) === undefined) reader.refuse('unknown corruption');
  const { interruptedBytes, interruptedImageHash, interruptedImageHex, storageCalls } = source;
  const about = { interruptedBytes, interruptedImageHash, interruptedImageHex, storageCalls };
  const known = Object.entries(about).filter(([, value]) => value !== undefined);
  const expected = facts(reader, Object.fromEntries(known));
  return { delay: reader.count(source, 'delay'), corruption, expected };
}

function readCase(reader: Reader, source: Json): PowerLossCase {
  const { recoveredImageHash, recoveredImageHex, entries, capacity, lifetime } = source;
  const about = { recoveredImageHash, recoveredImageHex, entries, capacity, lifetime };
  const known = Object.entries(about).filter(([, value]) => value !== undefined);
  const interruptions = source['recoveryInterruptions'] ?? [];
  return {
    ...readInterruption(reader, source),
    operation: readOperation(reader, source['op']),
    recoveryInterruptions: reader
      .list(interruptions, 'recoveryInterruptions')
      .map((each) => readInterruption(reader, reader.object(each, 'recovery interruption'))),
    recovery: facts(reader, reader.object(source['recovery'], 'recovery')),
    recovered: facts(reader, Object.fromEntries(known)),
    secondBoot: facts(reader, reader.object(source['secondBoot'] ?? {}, 'secondBoot')),
  };
}

function mapCases<T>(reader: Reader, source: Json, read: (item: Json) => T): T[] {
  return reader.list(source['cases'], 'cases').map((item, index) => {
    reader.at(`case ${index}`);
    return read(reader.object(item, 'the case'));
  });
}

function readLinear(reader: Reader, source: Json, common: Common): LinearVector {
  const initial = readInitial(reader, source['initial'], common.geometry);
  const final = facts(reader, source);
  const steps = reader.list(source['ops'], 'ops').map((item, index) => {
    reader.at(`operation ${index}`);
    const expected = facts(reader, reader.object(item, 'the operation'));
    return { operation: readOperation(reader, item), expected };
  });
  return { kind: 'linear', ...common, initial, steps, final };
}

function readPowerLoss(reader: Reader, source: Json, common: Common): PowerLossVector {
  const initial = readInitial(reader, source['initial'], common.geometry);
  const setupFacts = facts(reader, source);
  const setup = reader.list(source['setup'], 'setup').map((item) => readOperation(reader, item));
  const cases = mapCases(reader, source, (item) => readCase(reader, item));
  return { kind: 'powerloss', ...common, initial, setup, setupFacts, cases };
}

function readDirtyBoot(reader: Reader, source: Json, common: Common): DirtyBootVector {
  const cases = mapCases(reader, source, (item) => ({
    image: readImage(reader, item, common.geometry),
    expected: facts(reader, item),
  }));
  return { kind: 'dirtyboot', ...common, cases };
}

/** Checks a parsed vector file; the error is a sentence that says where and why it is refused. */
export function parseVector(value: unknown): Result<Vector, string> {
  if (!isObject(value)) return Err('the file holds no object');
  if (value['format'] !== FORMAT) return Err(`the file's format is not ${FORMAT}`);
  const reader = new Reader();
  const common = {
    name: reader.text(value, 'name'),
    geometry: readGeometry(reader, value['options']),
  };
  const problem = reader.firstProblem();
  if (problem !== undefined) return Err(problem);
  return readWhole(reader, value, common);
}

function readWhole(reader: Reader, value: Json, common: Common): Result<Vector, string> {
  const vector = readKind(reader, value, common);
  if (vector === undefined) return Err('the kind is none of linear, powerloss and dirtyboot');
  const problem = reader.firstProblem();
  return problem === undefined ? Ok(vector) : Err(problem);
}

function readKind(reader: Reader, source: Json, common: Common): Vector | undefined {
  switch (source['kind']) {
    case 'linear':
      return readLinear(reader, source, common);
    case 'powerloss':
      return readPowerLoss(reader, source, common);
    case 'dirtyboot':
      return readDirtyBoot(reader, source, common);
    default:
      return undefined;
  }
}

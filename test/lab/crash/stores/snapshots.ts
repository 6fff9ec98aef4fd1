// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The plainest stores that are right: all of the content goes to one of two pages, in turn, with a number and a checksum.
 *
 * NON-TOCK: what the tests of the laboratory spoil, to see what it finds.
 */
import { Err, Ok } from '#kernel/result';
import type { Claim } from '#libraries/store/claim';
import type {
  LogDefinition,
  LogShape,
  LogStore,
  MapDefinition,
  MapShape,
  MapStore,
  MapUpdate,
  Outcome,
  RamUse,
} from '#libraries/store/definition';
import { FlashSteps } from '#libraries/store/flash-steps';
import type { Steps, Storage } from '#libraries/store/storage';

/** Content as text that JSON can hold. */
type Content = readonly (readonly [key: number, value: string])[];

const CLAIM: Claim = {
  cutModel: 'any-subset-of-bits',
  survives: [],
  atomic: ['everything'],
  wipes: 'never',
  wiped: 'Nothing is promised.',
  letsThrough: ['one in 2^32'],
  programsPerWord: 1,
  mostWorkingWords: 0,
  limits: {},
};

/** The flash of one such store: two pages or more, of which it uses two. */
class Snapshots {
  private readonly flash: FlashSteps;
  private number = 0;

  constructor(private readonly storage: Storage) {
    this.flash = new FlashSteps(storage);
  }

  /** The newest content. */
  *load(): Steps<Content> {
    let content: Content = [];
    this.number = 0;
    for (const page of [0, 1]) {
      const bytes = yield* this.flash.read(page, 0, this.storage.pageSize);
      const seen = decode(bytes ?? new Uint8Array(0));
      if (seen === undefined || seen.number <= this.number) continue;
      ({ content } = seen);
      this.number = seen.number;
    }
    return content;
  }

  /** Makes content the newest; `inPlace`: on the page where the newest one is. */
  *save(content: Content, inPlace = false): Steps<boolean> {
    const page = (this.number + (inPlace ? 0 : 1)) % 2;
    this.number += inPlace ? 2 : 1;
    const text = JSON.stringify({ number: this.number, content });
    const bytes = new Uint8Array(this.storage.pageSize).fill(0x20);
    bytes.set(new TextEncoder().encode(`${hash(text)} ${text}`));
    if (!(yield* this.flash.isBlank(page)) && !(yield* this.flash.erase(page))) return false;
    return yield* this.flash.write(page, 0, bytes);
  }
}

function decode(bytes: Uint8Array): { number: number; content: Content } | undefined {
  const text = new TextDecoder('latin1').decode(bytes).trimEnd();
  const body = text.slice(9);
  if (text.slice(0, 9) !== `${hash(body)} `) return undefined;
  return JSON.parse(body) as { number: number; content: Content };
}

/** Eight digits that hardly two texts share. */
function hash(text: string): string {
  let [one, other] = [0x811c_9dc5, 0x9747_b28c];
  for (const char of text) {
    one = Math.imul(one ^ (char.codePointAt(0) ?? 0), 0x0100_0193);
    other = Math.imul(other ^ one, 0x5bd1_e995) + (one >>> 15);
  }
  return ((one ^ other) >>> 0).toString(16).padStart(8, '0');
}

const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const toBytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

function outcome(saved: boolean): Outcome {
  return saved ? Ok() : Err('StorageError');
}

/** What a plain map takes. */
export const MAP_SHAPE: MapShape = {
  maxKey: 15,
  maxValueLength: 16,
  capacity: 12,
  exact: true,
  unitsOf: (length) => 1 + Math.ceil(length / 8),
};

/** A map that is right. Subclasses are not. */
export class PlainMap implements MapStore {
  protected readonly snapshots: Snapshots;
  protected content = new Map<number, string>();

  constructor(storage: Storage) {
    this.snapshots = new Snapshots(storage);
  }

  *boot(): Steps<Outcome> {
    this.content = new Map(yield* this.snapshots.load());
    return Ok();
  }

  *put(key: number, value: Uint8Array): Steps<Outcome> {
    if (key > MAP_SHAPE.maxKey || value.length > MAP_SHAPE.maxValueLength) {
      return Err('InvalidArgument');
    }
    return yield* this.putAll([{ key, value }]);
  }

  *delete(key: number): Steps<Outcome> {
    this.content.delete(key);
    return yield* this.save();
  }

  *putAll(updates: readonly MapUpdate[]): Steps<Outcome> {
    const left = new Map(this.content);
    for (const { key, value } of updates) change(left, key, value);
    if (mapUnits(left) > MAP_SHAPE.capacity) return Err('NoCapacity');
    this.content = left;
    return yield* this.save();
  }

  protected *save(): Steps<Outcome> {
    return outcome(yield* this.snapshots.save([...this.content]));
  }

  *get(key: number): Steps<Outcome<Uint8Array | undefined>> {
    const text = this.content.get(key);
    return Ok(text === undefined ? undefined : toBytes(text));
  }

  *keys(): Steps<Outcome<readonly number[]>> {
    return Ok([...this.content.keys()]);
  }

  ram(): RamUse {
    return { fixed: 0, content: 0 };
  }
}

function change(content: Map<number, string>, key: number, value: Uint8Array | undefined): void {
  if (value === undefined) content.delete(key);
  else content.set(key, toText(value));
}

/** What the entries of a map take. */
export function mapUnits(content: ReadonlyMap<number, string>): number {
  let sum = 0;
  for (const text of content.values()) sum += MAP_SHAPE.unitsOf(text.length / 2);
  return sum;
}

const COMMON = {
  description: 'a plain one',
  claim: CLAIM,
  complexity: 'all of it, each time',
  defaults: { pageSize: 2048, pages: 2 },
  refuses: () => undefined,
  recognises: () => false,
} as const;

/** A map under the contract. */
export function mapOf(
  make: new (storage: Storage) => MapStore,
  shape: MapShape = MAP_SHAPE,
): MapDefinition {
  const open = (storage: Storage): MapStore => new make(storage);
  const defaults = { pageSize: 1024, pages: 2 };
  return { ...COMMON, defaults, kind: 'map', name: make.name, shape: () => shape, open };
}

/** What a plain log takes: a circular one keeps the newest 200 bytes. */
export const LOG_SHAPE: LogShape = {
  maxEntryLength: 60,
  circular: true,
  retained: 200,
  unitsOf: (length) => 4 + length,
};

/** A log that is right, durable from a sync on. Subclasses are not. */
export class PlainLog implements LogStore {
  protected readonly snapshots: Snapshots;
  protected list: string[] = [];

  constructor(storage: Storage) {
    this.snapshots = new Snapshots(storage);
  }

  *boot(): Steps<Outcome> {
    this.list = (yield* this.snapshots.load()).map(([, text]) => text);
    return Ok();
  }

  *append(entry: Uint8Array): Steps<Outcome> {
    if (entry.length > LOG_SHAPE.maxEntryLength) return Err('InvalidArgument');
    this.list.push(toText(entry));
    this.giveUp();
    return Ok();
  }

  /** The oldest entries go as long as enough is left. */
  protected giveUp(): void {
    while (units(this.list.slice(1)) >= LOG_SHAPE.retained) this.list.shift();
  }

  *pop(): Steps<Outcome<Uint8Array | undefined>> {
    const text = this.list.shift();
    const saved = yield* this.save();
    if (!saved.ok) return saved;
    return Ok(text === undefined ? undefined : toBytes(text));
  }

  *sync(): Steps<Outcome> {
    return yield* this.save();
  }

  *clear(): Steps<Outcome> {
    this.list = [];
    return yield* this.save();
  }

  protected *save(inPlace = false): Steps<Outcome> {
    const content = this.list.map((text, at) => [at, text] as const);
    return outcome(yield* this.snapshots.save(content, inPlace));
  }

  *entries(): Steps<Outcome<readonly Uint8Array[]>> {
    return Ok(this.list.map(toBytes));
  }

  ram(): RamUse {
    return { fixed: 0, content: 0 };
  }
}

function units(list: readonly string[]): number {
  return list.reduce((sum, text) => sum + LOG_SHAPE.unitsOf(text.length / 2), 0);
}

/** A log under the contract. */
export function logOf(
  make: new (storage: Storage) => LogStore,
  shape: LogShape = LOG_SHAPE,
): LogDefinition {
  const open = (storage: Storage): LogStore => new make(storage);
  return { ...COMMON, kind: 'log', name: make.name, shape: () => shape, open };
}

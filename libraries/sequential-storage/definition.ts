// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Map and queue of the crate `sequential-storage` under the shared contract, each as it is and hardened.
 *
 * NON-TOCK: the store of the embedded Rust world that Tock's are compared with.
 */
import { Ok } from '#kernel/result';
import { BufferStorage } from '../store/buffer-storage.ts';
import type { Claim } from '../store/claim.ts';
import type {
  LogDefinition,
  LogStore,
  MapDefinition,
  Outcome,
  RamUse,
} from '../store/definition.ts';
import { runAtOnce } from '../store/run-at-once.ts';
import type { Geometry, Steps, Storage } from '../store/storage.ts';
import { LITERAL_MAP_CLAIM, LITERAL_QUEUE_CLAIM, MAP_CLAIM, QUEUE_CLAIM } from './claim.ts';
import { KEY_SIZE, itemSize, maxItemLength, pageRoom } from './format.ts';
import { MAX_KEY, SequentialMap } from './map.ts';
import { HARDENED, LITERAL, type Mode } from './mode.ts';
import type { Caches } from './page-cache.ts';
import { Queue } from './queue.ts';

/** The caches that the definitions have: all, with a bound on the keys. */
const CACHES: Caches = { states: true, pointers: true, keys: 256 };

/** A page with both markers, a header and a word of data. */
const SMALLEST_PAGE = 20;
const LARGEST_PAGE = 65_536;

function refuses({ pageSize, numPages }: Geometry, fewestPages: number): string | undefined {
  if (pageSize < SMALLEST_PAGE || pageSize > LARGEST_PAGE || pageSize % 4 !== 0) {
    return `needs pages of ${SMALLEST_PAGE} to ${LARGEST_PAGE} bytes in whole words`;
  }
  return numPages >= fewestPages ? undefined : `needs ${fewestPages} pages or more`;
}

/** Boots on a copy, and looks whether anything is there. */
function holds(image: Uint8Array, geometry: Geometry, mode: Mode): boolean {
  const copy = new BufferStorage(geometry, false);
  copy.image.set(image);
  const queue = new Queue(copy, mode);
  if (!runAtOnce(queue.boot()).ok) return false;
  const oldest = runAtOnce(queue.next());
  return oldest.ok && oldest.value !== undefined;
}

interface Variant {
  readonly name: string;
  readonly description: string;
  readonly mode: Mode;
  readonly claim: Claim;
}

function mapOf({ mode, ...variant }: Variant): MapDefinition {
  return {
    kind: 'map',
    ...variant,
    complexity:
      'a put appends, and now and then moves one page; finding a key that is not cached, deleting and listing walk all items',
    defaults: { pageSize: 64, pages: 4 },
    refuses: (geometry) => refuses(geometry, mode.mapPages),
    shape: (geometry) => ({
      maxKey: MAX_KEY,
      maxValueLength: maxItemLength(geometry) - KEY_SIZE,
      capacity: Math.floor(((geometry.numPages - 1) * pageRoom(geometry) * 2) / 3),
      exact: false,
      unitsOf: (length) => itemSize(KEY_SIZE + length),
    }),
    open: (storage) => new SequentialMap(storage, mode, CACHES),
    recognises: (image, geometry) => holds(image, geometry, mode),
  };
}

class QueueLog implements LogStore {
  private readonly queue: Queue;

  constructor(storage: Storage, mode: Mode) {
    this.queue = new Queue(storage, mode, CACHES);
  }

  boot(): Steps<Outcome> {
    return this.queue.boot();
  }

  append(entry: Uint8Array): Steps<Outcome> {
    return this.queue.push(entry);
  }

  *entries(): Steps<Outcome<readonly Uint8Array[]>> {
    const entries: Uint8Array[] = [];
    let item = yield* this.queue.next();
    while (item.ok && item.value !== undefined) {
      entries.push(item.value.data);
      item = yield* this.queue.next(item.value);
    }
    return item.ok ? Ok(entries) : item;
  }

  *pop(): Steps<Outcome<Uint8Array | undefined>> {
    const item = yield* this.queue.pop();
    return item.ok ? Ok(item.value?.data) : item;
  }

  clear(): Steps<Outcome> {
    return this.queue.clear();
  }

  ram(): RamUse {
    return { fixed: this.queue.ram(), content: 0 };
  }
}

function queueOf({ mode, ...variant }: Variant): LogDefinition {
  return {
    kind: 'log',
    ...variant,
    complexity: 'a push appends, a pop finds the oldest by its page; listing walks all items',
    defaults: { pageSize: 64, pages: 4 },
    refuses: (geometry) => refuses(geometry, 1),
    shape: (geometry) => ({
      maxEntryLength: maxItemLength(geometry),
      unitsOf: itemSize,
      circular: false,
      retained: 0,
    }),
    open: (storage) => new QueueLog(storage, mode),
    recognises: (image, geometry) => holds(image, geometry, mode),
  };
}

/** The map, made to survive a cut at any bit. */
export const SEQUENTIAL_MAP = mapOf({
  name: 'sequential-map',
  description: 'the map of the crate sequential-storage, hardened',
  mode: HARDENED,
  claim: MAP_CLAIM,
});

/** The map as the crate has it. */
export const SEQUENTIAL_MAP_LITERAL = mapOf({
  name: 'sequential-map-literal',
  description: 'the map of the crate sequential-storage as it is, known gaps included',
  mode: LITERAL,
  claim: LITERAL_MAP_CLAIM,
});

/** The queue, made to survive a cut at any bit. */
export const SEQUENTIAL_QUEUE = queueOf({
  name: 'sequential-queue',
  description: 'the queue of the crate sequential-storage, hardened',
  mode: HARDENED,
  claim: QUEUE_CLAIM,
});

/** The queue as the crate has it. */
export const SEQUENTIAL_QUEUE_LITERAL = queueOf({
  name: 'sequential-queue-literal',
  description: 'the queue of the crate sequential-storage as it is, known gaps included',
  mode: LITERAL,
  claim: LITERAL_QUEUE_CLAIM,
});

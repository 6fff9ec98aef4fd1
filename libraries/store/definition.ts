// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The contract that all stores share, so that they can stand under the same key-value driver, the same crash laboratory
 * and the same studies.
 *
 * NON-TOCK: nobody has run these stores side by side.
 *
 * A store is one folder of `libraries/` and one line in `stores.ts`. Operations are steps (see storage.ts): what has
 * returned `Ok` is durable, unless the store says otherwise; what was dropped in the middle was a power loss.
 */
import type { Result } from '#kernel/result';
import type { Claim } from './claim.ts';
import type { Geometry, Steps, Storage } from './storage.ts';

/**
 * Why a store did not do what it was asked, in words that all share.
 *
 * - InvalidArgument: a key or a length that it never takes on this flash; nothing was written.
 * - NoCapacity: no room, and none to be made. The content is as before.
 * - NoLifetime: the flash is worn out by the store's own count.
 * - StorageError: the flash failed; boot before going on.
 * - InvalidStorage: what is in flash is none of this store's, or damaged beyond what it repairs.
 */
export type StoreFault =
  'InvalidArgument' | 'NoCapacity' | 'NoLifetime' | 'StorageError' | 'InvalidStorage';

/** How an operation ends. */
export type Outcome<T = void> = Result<T, StoreFault>;

/** Bytes of RAM that a store needs beside the stack, as its algorithm in C or Rust would: not the host's heap. */
export interface RamUse {
  /** Buffers that are there all the time. */
  readonly fixed: number;
  /** What grows with the content: lists, indexes, caches, as they are now. */
  readonly content: number;
}

/** A map from numbers to bytes. It begins off. */
export interface MapStore {
  /** Power comes; nothing in RAM is left from before. To be called first, and any time again. */
  boot(): Steps<Outcome>;
  /** Sets the value of a key. */
  put(key: number, value: Uint8Array): Steps<Outcome>;
  /** Takes a key away; one that is not there is fine. */
  delete(key: number): Steps<Outcome>;
  /** A fresh copy of the value of a key, read from flash; undefined when it has none. */
  get(key: number): Steps<Outcome<Uint8Array | undefined>>;
  /** Every key that has a value, in any order. */
  keys(): Steps<Outcome<readonly number[]>>;
  /** Several puts and deletes (no value) at once, all or nothing over any cut. Left out by stores that cannot. */
  putAll?(updates: readonly MapUpdate[]): Steps<Outcome>;
  /** One piece of the work that can be done in idle time; whether there is more. Left out by stores without such work. */
  collect?(): Steps<Outcome<boolean>>;
  /** What is there beside the numbers, under names: for who looks at an image. Left out by stores without names. */
  named?(): Steps<Outcome<readonly NamedValue[]>>;
  ram(): RamUse;
}

/** A value under a name. */
export interface NamedValue {
  readonly name: string;
  readonly value: Uint8Array;
}

/** One change of several. */
export interface MapUpdate {
  readonly key: number;
  readonly value?: Uint8Array;
}

/** Entries in the order in which they came. It begins off. */
export interface LogStore {
  /** Power comes; nothing in RAM is left from before. To be called first, and any time again. */
  boot(): Steps<Outcome>;
  /** Adds an entry behind all others. NoCapacity: the log is full, and gives nothing up by itself. */
  append(entry: Uint8Array): Steps<Outcome>;
  /** Every entry, the oldest first, each read from flash. */
  entries(): Steps<Outcome<readonly Uint8Array[]>>;
  /** Takes the oldest entry away, which is returned; undefined when there is none. Left out by logs that cannot. */
  pop?(): Steps<Outcome<Uint8Array | undefined>>;
  /** Makes durable what was appended. Left out where `append` does so itself. */
  sync?(): Steps<Outcome>;
  /** Erases everything. A cut in it may leave some entries, in their order. */
  clear(): Steps<Outcome>;
  ram(): RamUse;
}

/** Bytes by their address, as the flash has them: no more structure than that. It begins off. */
export interface BlockStore {
  /** Power comes; nothing in RAM is left from before. To be called first, and any time again. */
  boot(): Steps<Outcome>;
  /** A fresh copy of so many bytes from an address on. InvalidArgument: not all of them are inside. */
  read(address: number, length: number): Steps<Outcome<Uint8Array>>;
  /** Programs bytes: what was there AND these. InvalidArgument: not all of them are inside. */
  write(address: number, bytes: Uint8Array): Steps<Outcome>;
  /** Sets every bit, unit by unit from the first on. */
  erase(): Steps<Outcome>;
  /** Makes durable what was written. */
  flush(): Steps<Outcome>;
  ram(): RamUse;
}

/** What a map takes on a flash of some shape. */
export interface MapShape {
  readonly maxKey: number;
  /** The longest value, bytes. */
  readonly maxValueLength: number;
  /**
   * Units that live entries may take. With `exact`, a put is refused with NoCapacity if and only if they would take
   * more. Without, it is what the store holds in most cases, and it may refuse at any time; a refusal changes nothing.
   */
  readonly capacity: number;
  readonly exact: boolean;
  /** Whether a put that replaces needs room for the old value and the new one. Default: for the new one only. */
  readonly holdsBoth?: boolean;
  /** Units of an entry with a value of so many bytes. */
  unitsOf(length: number): number;
}

/** What a log takes on a flash of some shape. */
export interface LogShape {
  /** The longest entry, bytes. */
  readonly maxEntryLength: number;
  /** The shortest one; 0 when left out. */
  readonly minEntryLength?: number;
  /** Bytes of flash that an entry of so many bytes takes. */
  unitsOf(length: number): number;
  /** Whether it gives up its oldest entries for new ones, or refuses new ones when it is full. */
  readonly circular: boolean;
  /** Of the newest entries, so many bytes of flash are never given up, nor refused. */
  readonly retained: number;
}

/** What a block store takes on a flash of some shape. */
export interface BlockShape {
  /** Bytes that have an address, from 0 on. */
  readonly size: number;
  /** Bytes that are erased at a time. */
  readonly eraseUnit: number;
}

interface CommonDefinition {
  /** As `--store` takes it. */
  readonly name: string;
  /** One line for a list. */
  readonly description: string;
  readonly claim: Claim;
  /** How the time of an operation grows: one sentence, such as "boot and every lookup walk all entries". */
  readonly complexity: string;
  /** The geometry when none is asked for. */
  readonly defaults: { readonly pageSize: number; readonly pages: number };
  /** Bytes of the smallest program of a flash that it can live on, each that it knows; 4 alone when left out. */
  readonly wordSizes?: readonly number[];
  /** Why the store cannot live on a geometry, as a sentence without a subject ("needs 3 to 64 pages"); undefined when it can. */
  refuses(geometry: Geometry): string | undefined;
  /**
   * Whether an image of flash holds this store: by a mark that nothing else has, or because it boots and makes sense. Blank
   * flash is nobody's. Only reads.
   */
  recognises(image: Uint8Array, geometry: Geometry): boolean;
}

/** A store that is a map. */
export interface MapDefinition extends CommonDefinition {
  readonly kind: 'map';
  shape(geometry: Geometry): MapShape;
  /** A store over a storage, not booted. */
  open(storage: Storage): MapStore;
}

/** A store that is a log. */
export interface LogDefinition extends CommonDefinition {
  readonly kind: 'log';
  shape(geometry: Geometry): LogShape;
  /** A store over a storage, not booted. */
  open(storage: Storage): LogStore;
}

/** A store that is bytes by their address. */
export interface BlockDefinition extends CommonDefinition {
  readonly kind: 'block';
  shape(geometry: Geometry): BlockShape;
  /** A store over a storage, not booted. */
  open(storage: Storage): BlockStore;
}

/** A store, as every tool sees it. */
export type StoreDefinition = MapDefinition | LogDefinition | BlockDefinition;

/** What a store of a kind is called in prose. */
export const KIND_NAMES = { map: 'a map', log: 'a log', block: 'a block store' } as const;

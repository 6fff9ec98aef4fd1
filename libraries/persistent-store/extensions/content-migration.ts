// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Migration of a store's content from one version of an application to the next, over any power loss.
 *
 * NON-TOCK: the protocol that OpenSK's store specification gives under "Examples/Migration".
 *
 * It uses public operations only. Key 0 holds the version, keys 1 to 2047 the content, 2048 to 4095 a migration
 * under way. Every step is one atomic operation, and what is left to do follows from the keys that are there.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import type { Steps } from '../../store/storage.ts';
import type { Handle, Store, StoreError, Update } from '../store.ts';

/** Where the version of the content is. */
export const VERSION_KEY = 0;

/** Where the version is that a migration leads to; an entry of the new content is at this plus its key meanwhile. */
export const MIGRATION_KEY = 2048;

/** The largest key an application may use; the least is 1. */
export const MAX_CONTENT_KEY = 2047;

/** The largest version: 32 bits. */
export const MAX_VERSION = 0xffff_ffff;

const VERSION_BYTES = 4;

/** The operations a migration needs; a Store has them. */
export type ContentStore = Pick<
  Store,
  'find' | 'handles' | 'insert' | 'remove' | 'transaction' | 'maxValueLength'
>;

/**
 * Why content cannot be used or migrated. MigrationOngoing: a migration was begun and must be finished first.
 * UnsupportedVersion: no version, or none that is known. Conflict: a conversion gives two entries one key, or a
 * key or value that cannot be. Otherwise what the store said.
 */
export type MigrationError = StoreError | 'MigrationOngoing' | 'UnsupportedVersion' | 'Conflict';

/** An entry of the content. */
export interface ContentEntry {
  /** 1 to 2047. */
  readonly key: number;
  readonly value: Uint8Array;
}

/** A step from one version to another. */
export interface Migration {
  readonly from: number;
  readonly to: number;
  /**
   * What becomes of an entry; undefined when it is dropped. It must always say the same of the same entry: after a
   * power loss it is asked again.
   */
  readonly convert: (entry: ContentEntry) => ContentEntry | undefined;
}

/** The versions under keys 0 and 2048: undefined when absent. */
export interface MigrationState {
  readonly version: number | undefined;
  readonly target: number | undefined;
}

type Outcome<T = void> = Result<T, MigrationError>;

/** Reads the two versions. UnsupportedVersion: one of them is not 4 bytes long. */
export function* migrationState(store: ContentStore): Steps<Outcome<MigrationState>> {
  const version = yield* readVersion(store, VERSION_KEY);
  if (!version.ok) return version;
  const target = yield* readVersion(store, MIGRATION_KEY);
  return target.ok ? Ok({ version: version.value, target: target.value }) : target;
}

/**
 * What an application checks before it uses the content: returns the version, which is one of those it supports.
 * MigrationOngoing: key 2048 is there. UnsupportedVersion: key 0 is not, or holds another version.
 */
export function* checkApplication(
  store: ContentStore,
  supported: readonly number[],
): Steps<Outcome<number>> {
  const state = yield* migrationState(store);
  if (!state.ok) return state;
  const { version, target } = state.value;
  if (target !== undefined) return Err('MigrationOngoing');
  return version !== undefined && supported.includes(version)
    ? Ok(version)
    : Err('UnsupportedVersion');
}

/**
 * What a migrator checks before it touches the content: returns the state, which is one it can go on from.
 * UnsupportedVersion: neither key is there, or there is no migration from the one or from the one to the other.
 */
export function* checkMigrator(
  store: ContentStore,
  migrations: readonly Migration[],
): Steps<Outcome<MigrationState>> {
  const state = yield* migrationState(store);
  if (!state.ok) return state;
  const { version, target } = state.value;
  // Only key 2048: what is left is to copy back, whatever the version.
  if (version === undefined) return target === undefined ? Err('UnsupportedVersion') : state;
  return pick(migrations, state.value) === undefined ? Err('UnsupportedVersion') : state;
}

/** Gives a store that holds no version its first one. InvalidArgument: no 32-bit number. MigrationOngoing, UnsupportedVersion: it holds one. */
export function* startContent(store: ContentStore, version: number): Steps<Outcome> {
  if (!isVersion(version)) return Err('InvalidArgument');
  const state = yield* migrationState(store);
  if (!state.ok) return state;
  if (state.value.target !== undefined) return Err('MigrationOngoing');
  if (state.value.version !== undefined) return Err('UnsupportedVersion');
  return yield* store.insert(VERSION_KEY, versionBytes(version));
}

/**
 * Brings the content to a version, through as many migrations as it takes, and first finishes one that was cut.
 * After any error or power loss it can be called again. UnsupportedVersion: no migration leads there; what
 * was done until then stays. Conflict: before a migration is begun, so the content is as it was.
 */
export function* migrate(
  store: ContentStore,
  migrations: readonly Migration[],
  goal: number,
): Steps<Outcome> {
  if (!isVersion(goal) || !migrations.every(({ to }) => isVersion(to)))
    return Err('InvalidArgument');
  // Each migration is needed once at most, after one that was cut; the last round only looks.
  for (let step = 0; step <= migrations.length + 1; step++) {
    const state = yield* migrationState(store);
    if (!state.ok) return state;
    const { version, target } = state.value;
    if (version === goal && target === undefined) return Ok();
    const checked = yield* checkMigrator(store, migrations);
    if (!checked.ok) return checked;
    const done = yield* oneMigration(store, checked.value, pick(migrations, checked.value));
    if (!done.ok) return done;
  }
  return Err('UnsupportedVersion');
}

/** The migration that is to be begun or gone on with. */
function pick(
  migrations: readonly Migration[],
  { version, target }: MigrationState,
): Migration | undefined {
  return migrations.find(
    ({ from, to }) => from === version && (target === undefined || to === target),
  );
}

function* oneMigration(
  store: ContentStore,
  { version, target }: MigrationState,
  migration: Migration | undefined,
): Steps<Outcome> {
  if (version !== undefined && migration !== undefined) {
    if (target === undefined) {
      const begun = yield* begin(store, migration);
      if (!begun.ok) return begun;
    }
    const moved = yield* moveEntries(store, migration);
    if (!moved.ok) return moved;
    const removed = yield* store.remove(VERSION_KEY);
    if (!removed.ok) return removed;
  }
  return yield* copyBack(store);
}

/** Sees that the new content can be, then inserts the version it leads to: the migration is under way. */
function* begin(store: ContentStore, migration: Migration): Steps<Outcome> {
  const keys = contentKeys(store, 1, MAX_CONTENT_KEY);
  if (!keys.ok) return keys;
  const taken = new Set<number>();
  for (const key of keys.value) {
    const found = yield* store.find(key);
    if (!found.ok) return found;
    const entry = migration.convert({ key, value: found.value ?? new Uint8Array() });
    if (entry === undefined) continue;
    if (!isLawful(store, entry) || taken.has(entry.key)) return Err('Conflict');
    taken.add(entry.key);
  }
  return yield* store.insert(MIGRATION_KEY, versionBytes(migration.to));
}

/** Moves each entry that the migration changes to its new key plus 2048. Those it leaves alone stay. */
function* moveEntries(store: ContentStore, migration: Migration): Steps<Outcome> {
  const keys = contentKeys(store, 1, MAX_CONTENT_KEY);
  if (!keys.ok) return keys;
  for (const key of keys.value) {
    const found = yield* store.find(key);
    if (!found.ok) return found;
    const old = { key, value: found.value ?? new Uint8Array() };
    const entry = migration.convert({ key, value: old.value.slice() });
    if (entry !== undefined && isSame(old, entry)) continue;
    const moved = yield* moveEntry(store, key, entry);
    if (!moved.ok) return moved;
  }
  return Ok();
}

function* moveEntry(
  store: ContentStore,
  oldKey: number,
  entry: ContentEntry | undefined,
): Steps<Outcome> {
  if (entry === undefined) return yield* store.remove(oldKey);
  if (!isLawful(store, entry)) return Err('Conflict');
  return yield* move(store, oldKey, MIGRATION_KEY + entry.key, entry.value);
}

/** Moves the new entries to their own keys, then the version to key 0: the migration is done. */
function* copyBack(store: ContentStore): Steps<Outcome> {
  const keys = contentKeys(store, MIGRATION_KEY + 1, MIGRATION_KEY + MAX_CONTENT_KEY);
  if (!keys.ok) return keys;
  // The version comes last.
  for (const key of [...keys.value, MIGRATION_KEY]) {
    const found = yield* store.find(key);
    if (!found.ok) return found;
    const value = found.value ?? new Uint8Array();
    const moved = yield* move(store, key, key - MIGRATION_KEY, value);
    if (!moved.ok) return moved;
  }
  return Ok();
}

function move(
  store: ContentStore,
  from: number,
  to: number,
  value: Uint8Array,
): Steps<Result<void, StoreError>> {
  const updates: Update[] = [
    { op: 'insert', key: to, value },
    { op: 'remove', key: from },
  ];
  return store.transaction(updates);
}

/** The keys of a range, in the order in which their entries stand in the store. */
function contentKeys(store: ContentStore, least: number, most: number): Outcome<number[]> {
  const handles = store.handles();
  if (!handles.ok) return handles;
  const byPosition = (a: Handle, b: Handle): number => a.position - b.position;
  const inRange = handles.value.filter(({ key }) => key >= least && key <= most);
  return Ok(inRange.sort(byPosition).map(({ key }) => key));
}

function isSame(a: ContentEntry, b: ContentEntry): boolean {
  return (
    a.key === b.key &&
    a.value.length === b.value.length &&
    a.value.every((byte, index) => byte === b.value[index])
  );
}

function isLawful(store: ContentStore, { key, value }: ContentEntry): boolean {
  const isKey = Number.isInteger(key) && key >= 1 && key <= MAX_CONTENT_KEY;
  return isKey && value.length <= store.maxValueLength;
}

function isVersion(version: number): boolean {
  return Number.isInteger(version) && version >= 0 && version <= MAX_VERSION;
}

function versionBytes(version: number): Uint8Array {
  const bytes = new Uint8Array(VERSION_BYTES);
  new DataView(bytes.buffer).setUint32(0, version, true);
  return bytes;
}

function* readVersion(store: ContentStore, key: number): Steps<Outcome<number | undefined>> {
  const found = yield* store.find(key);
  if (!found.ok) return found;
  const bytes = found.value;
  if (bytes === undefined) return Ok(undefined);
  if (bytes.length !== VERSION_BYTES) return Err('UnsupportedVersion');
  return Ok(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true));
}

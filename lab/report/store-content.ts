// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a persistent store's pages hold: its keys and values, whatever the pages look like.
 *
 * NON-TOCK: for comparisons of boards and flash interfaces.
 */
import type { Region } from '#boards/board';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { Err, Ok, type Result } from '#kernel/result';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { Store, type StoreError } from '#libraries/persistent-store/store';

/** Values by key. */
export type StoreContent = ReadonlyMap<number, Uint8Array>;

/** Opens a copy of a store's pages and reads every entry; the cells stay as they are. */
export function storeContent(flash: NorFlash, region: Region): Result<StoreContent, StoreError> {
  const { offset, size, pageSize } = region;
  const storage = new BufferStorage({
    wordSize: 4,
    pageSize,
    numPages: size / pageSize,
    maxWordWrites: flash.part.programsPerWord,
    maxPageErases: flash.part.erasesPerPage,
  });
  storage.image.set(flash.bytes(offset, size));
  const store = new Store(storage);
  const opened = runAtOnce(store.boot());
  if (!opened.ok) return opened;
  const handles = store.handles();
  if (!handles.ok) return handles;
  const content = new Map<number, Uint8Array>();
  for (const handle of handles.value) {
    const value = runAtOnce(store.value(handle));
    if (!value.ok) return Err(value.error);
    content.set(handle.key, value.value);
  }
  return Ok(content);
}

/** Whether two stores hold the same values under the same keys. */
export function sameContent(a: StoreContent, b: StoreContent): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other?.length !== value.length) return false;
    if (!value.every((byte, index) => byte === other[index])) return false;
  }
  return true;
}

// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The operations of golden vectors.
 *
 * NON-TOCK: see vector.ts.
 */
import type { Update } from './transaction.ts';
import type { Json, Pair, Reader } from './vector-reader.ts';

/** One call of the store. */
export type Operation =
  | { readonly op: 'boot' | 'iter' | 'capacity' | 'lifetime' }
  | { readonly op: 'insert'; readonly key: number; readonly value: Uint8Array }
  | { readonly op: 'remove' | 'removehandle' | 'find'; readonly key: number }
  | { readonly op: 'transaction'; readonly updates: readonly Update[] }
  | { readonly op: 'clear'; readonly minKey: number }
  | { readonly op: 'prepare'; readonly length: number }
  | { readonly op: 'fragread' | 'fragdelete'; readonly keys: Pair }
  | { readonly op: 'fragreadrange'; readonly keys: Pair; readonly range: Pair }
  | { readonly op: 'fragwrite'; readonly keys: Pair; readonly value: Uint8Array };

function readUpdate(reader: Reader, source: Json): Update {
  const op = reader.text(source, 'op');
  const key = reader.count(source, 'key');
  if (op === 'insert') return { op, key, value: reader.hex(source, 'value') };
  if (op !== 'remove') reader.refuse(`unknown update "${op.slice(0, 40)}"`);
  return { op: 'remove', key };
}

/** An operation of a vector; what is wrong with it is told to the reader. */
export function readOperation(reader: Reader, value: unknown): Operation {
  const source = reader.object(value, 'operation');
  const op = reader.text(source, 'op');
  switch (op) {
    case 'boot':
    case 'reboot':
      return { op: 'boot' };
    case 'iter':
    case 'capacity':
    case 'lifetime':
      return { op };
    case 'remove':
    case 'removehandle':
    case 'find':
      return { op, key: reader.count(source, 'key') };
    case 'insert':
      return { op, key: reader.count(source, 'key'), value: reader.hex(source, 'value') };
    default:
      return readLargeOperation(reader, source, op);
  }
}

function readLargeOperation(reader: Reader, source: Json, op: string): Operation {
  switch (op) {
    case 'transaction': {
      const updates = reader.list(source['updates'], 'updates');
      return {
        op,
        updates: updates.map((update) => readUpdate(reader, reader.object(update, 'update'))),
      };
    }
    case 'clear':
      return { op, minKey: reader.count(source, 'minKey') };
    case 'prepare':
      return { op, length: reader.count(source, 'length') };
    default:
      return readFragmentOperation(reader, source, op);
  }
}

function readFragmentOperation(reader: Reader, source: Json, op: string): Operation {
  switch (op) {
    case 'fragread':
    case 'fragdelete':
      return { op, keys: reader.pair(source, 'keys') };
    case 'fragreadrange':
      return { op, keys: reader.pair(source, 'keys'), range: reader.pair(source, 'range') };
    case 'fragwrite':
      return { op, keys: reader.pair(source, 'keys'), value: reader.hex(source, 'value') };
    default:
      reader.refuse(`unknown operation "${op.slice(0, 40)}"`);
      return { op: 'boot' };
  }
}

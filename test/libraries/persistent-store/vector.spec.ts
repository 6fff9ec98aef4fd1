// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Vector files that are not as described are refused with a sentence that names the place.
 *
 * NON-TOCK: test/vectors/opensk/README.md describes the format.
 */
import { expect } from 'chai';
import { parseVector } from '#libraries/persistent-store/vector';
import { readText } from './support.ts';

type Json = Record<string, unknown>;

const valid = JSON.parse(readText('test/vectors/opensk/p01-basic-64x5.json')) as Json;

/** The vector with one thing changed in its first operation. */
function withFirstStep(change: Json): unknown {
  const [first, ...others] = valid['ops'] as Json[];
  return { ...valid, ops: [{ ...first, ...change }, ...others] };
}

describe('libraries/persistent-store/vector', () => {
  const refusals: [string, unknown, RegExp][] = [
    ['no object', 5, /no object/],
    ['a list', [], /no object/],
    ['another format', { ...valid, format: 'x/2' }, /format is not/],
    ['another kind', { ...valid, kind: 'circular' }, /kind is none of/],
    ['a geometry without size', { ...valid, options: {} }, /wordSize is not a whole number/],
    [
      'a flash too large to hold',
      { ...valid, options: { ...(valid['options'] as Json), numPages: 1e12 } },
      /at most 1 MiB/,
    ],
    ['operations that are no list', { ...valid, ops: {} }, /ops is not a list/],
    ['an operation that is null', { ...valid, ops: [null] }, /operation 0: .*not an object/],
    ['an unknown operation', withFirstStep({ op: 'explode' }), /operation 0: unknown operation/],
    ['a key that is a text', withFirstStep({ op: 'remove', key: 'a' }), /operation 0: key/],
    [
      'a value that is not hexadecimal',
      withFirstStep({ op: 'insert', key: 1, value: 'xy' }),
      /operation 0: value is not hexadecimal/,
    ],
    ['a count that is negative', withFirstStep({ reads: -1 }), /operation 0: reads/],
    ['a ratio that is a number', withFirstStep({ capacity: 3 }), /capacity is not an object/],
    [
      'an image of another size',
      { ...valid, initial: { kind: 'image', imageHex: 'ff', pageErases: [] } },
      /imageHex is not as long as the flash/,
    ],
  ];
  for (const [what, content, sentence] of refusals) {
    it(`refuses ${what} with a sentence`, () => {
      const parsed = parseVector(content);
      expect(parsed.ok ? '' : parsed.error).to.match(sentence);
    });
  }
});

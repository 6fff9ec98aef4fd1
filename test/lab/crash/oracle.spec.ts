// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The oracle: each verdict from content made by hand.
 *
 * NON-TOCK: test of lab/crash/oracle.ts.
 */
import { expect } from 'chai';
import { judgeContent, judgeOutcome, judgeWhole, valuesGiven } from '#lab/crash/oracle';
import type { Specification, StoreSession } from '#lab/crash/store-adapter';
import { Err, Ok } from '#kernel/result';

type Content = Record<number, number[]>;

function contentOf(content: Content): ReadonlyMap<number, Uint8Array> {
  return new Map(
    Object.entries(content).map(([key, bytes]) => [Number(key), Uint8Array.from(bytes)]),
  );
}

function holding(content: Content, usedCapacity = 0): Specification {
  const entries = contentOf(content);
  const self: Specification = {
    entries: () => entries,
    apply: () => 'Ok',
    usedCapacity: () => usedCapacity,
    clone: () => self,
  };
  return self;
}

const EVER: Record<number, number[][]> = { 1: [[1], [2]], 2: [[7]], 3: [[9, 9]] };

function verdict(shown: Content, before: Content, after: Content): string {
  return judgeContent(contentOf(shown), {
    before: holding(before),
    after: holding(after),
    everHeld: (key) => (EVER[key] ?? []).map((bytes) => Uint8Array.from(bytes)),
  }).verdict;
}

describe('lab/crash/oracle', () => {
  it('OLD is what was acknowledged, NEW that and the operation in flight', () => {
    expect(verdict({ 1: [2] }, { 1: [2] }, { 1: [3] })).to.equal('OLD');
    expect(verdict({ 1: [3] }, { 1: [2] }, { 1: [3] })).to.equal('NEW');
    expect(verdict({}, {}, {})).to.equal('OLD');
  });

  it('LOST_ACK is an acknowledged key that is gone or has an older value', () => {
    expect(verdict({}, { 1: [2] }, { 1: [3] })).to.equal('LOST_ACK');
    expect(verdict({ 1: [1] }, { 1: [2] }, { 1: [3] })).to.equal('LOST_ACK');
    expect(verdict({ 1: [3] }, { 1: [2], 2: [7] }, { 1: [3], 2: [7] })).to.equal('LOST_ACK');
  });

  it('MIXED is a part of an operation, or of two values', () => {
    const before = { 1: [2], 2: [7] };
    expect(verdict({ 1: [3], 2: [7] }, before, { 1: [3], 2: [8] })).to.equal('MIXED');
    expect(verdict({ 2: [7] }, before, {})).to.equal('MIXED');
    expect(verdict({ 3: [9, 4] }, { 3: [9, 9] }, { 3: [4, 4] })).to.equal('MIXED');
  });

  it('RESURRECTED is a removed key with a value that it had', () => {
    expect(verdict({ 2: [7] }, {}, { 1: [1] })).to.equal('RESURRECTED');
  });

  it('UNREADABLE is a value that no key was given, and a store that cannot be read', () => {
    expect(verdict({ 2: [6] }, { 2: [7] }, {})).to.equal('UNREADABLE');
    expect(verdict({ 5: [6] }, {}, {})).to.equal('UNREADABLE');
    const session = { content: () => Err('broken') } as unknown as StoreSession;
    const expected = { before: holding({}), after: holding({}), everHeld: () => [] };
    expect(judgeWhole(session, expected).verdict).to.equal('UNREADABLE');
  });

  it('SPACE_LEAK is the right content at the wrong capacity', () => {
    const expected = { before: holding({}, 3), after: holding({ 1: [1] }, 5), everHeld: () => [] };
    const shown = (used: number): StoreSession =>
      ({ content: () => Ok(contentOf({ 1: [1] })), usedCapacity: () => Ok(used) }) as never;
    expect(judgeWhole(shown(5), expected).verdict).to.equal('NEW');
    expect(judgeWhole(shown(3), expected).verdict).to.equal('SPACE_LEAK');
  });

  it('an operation that nothing cut ends as specified; without lifetime a store may refuse', () => {
    expect(judgeOutcome(Ok(), 'Ok')).to.equal(undefined);
    expect(judgeOutcome(Err('NoCapacity'), 'NoCapacity')).to.equal(undefined);
    expect(judgeOutcome(Err('NoLifetime'), 'Ok')).to.equal(undefined);
    expect(judgeOutcome(Err('NoCapacity'), 'Ok')?.verdict).to.equal('SPACE_LEAK');
    expect(judgeOutcome(Ok(), 'NoCapacity')?.verdict).to.equal('UNREADABLE');
  });

  it('knows every value that operations gave to a key, those in transactions too', () => {
    const value = (byte: number): Uint8Array => Uint8Array.of(byte);
    const given = valuesGiven(
      [
        { op: 'insert', key: 1, value: value(1) },
        { op: 'transaction', updates: [{ op: 'insert', key: 1, value: value(2) }] },
        { op: 'insert', key: 2, value: value(3) },
        { op: 'remove', key: 1 },
      ],
      1,
    );
    expect(given.map(([byte]) => byte)).to.deep.equal([1, 2]);
  });
});

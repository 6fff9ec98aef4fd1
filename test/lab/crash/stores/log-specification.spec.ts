// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a log may show: each verdict from lists made by hand.
 *
 * NON-TOCK: test of lab/crash/stores/log-specification.ts.
 */
import { expect } from 'chai';
import { OK_OR_FULL, type Operation } from '#lab/crash/store-adapter';
import { LogSpecification, type LogTraits } from '#lab/crash/stores/log-specification';

/** Entries take four bytes more than they are long; 12 bytes are kept for certain. */
const TRAITS: LogTraits = {
  maxEntryLength: 8,
  circular: false,
  retained: 12,
  unitsOf: (length) => 4 + length,
  syncs: true,
  pops: true,
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const append = (text: string): Operation => ({ op: 'append', value: bytes(text) });
const SYNC: Operation = { op: 'sync' };
const POP: Operation = { op: 'pop' };
const CLEAR: Operation = { op: 'clear', minKey: 0 };

function after(
  operations: readonly Operation[],
  traits: Partial<LogTraits> = {},
): LogSpecification {
  const log = new LogSpecification({ ...TRAITS, ...traits });
  for (const operation of operations) log.apply(operation);
  return log;
}

/** Letters that an entry each has, as content. */
function shown(letters: string): ReadonlyMap<number, Uint8Array> {
  return new Map(Array.from(letters, (letter, at) => [at, bytes(letter)]));
}

/** The verdict on a log that shows letters; `operation` was cut. */
function verdict(
  letters: string,
  operations: readonly Operation[],
  operation: Operation | undefined,
  traits: Partial<LogTraits> = {},
  isOn = false,
): string {
  const before = after(operations, traits);
  const next = operation === undefined ? before : before.clone();
  if (operation !== undefined) next.apply(operation);
  return before.judge(shown(letters), next, isOn).verdict;
}

const ABC = [append('a'), append('b'), append('c')];

describe('lab/crash/stores/log-specification', () => {
  it('holds entries in their order; pop takes the oldest, clear all', () => {
    expect([...after(ABC).entries().values()]).to.deep.equal(['a', 'b', 'c'].map(bytes));
    expect([
      ...after([...ABC, POP])
        .entries()
        .values(),
    ]).to.deep.equal(['b', 'c'].map(bytes));
    expect(after([...ABC, CLEAR]).entries().size).to.equal(0);
    expect(after([POP]).entries().size).to.equal(0);
  });

  it('refuses lengths outside the shape, and what this log lacks', () => {
    const log = after([], { minEntryLength: 1, pops: false, syncs: false });
    expect(log.apply(append('123456789'))).to.equal('InvalidArgument');
    expect(log.apply(append(''))).to.equal('InvalidArgument');
    expect([log.apply(POP), log.apply(SYNC)]).to.deep.equal(['Unknown', 'Unknown']);
    expect(log.apply({ op: 'remove', key: 1 })).to.equal('Unknown');
    expect(log.entries().size).to.equal(0);
  });

  it('may not be full before it holds what it retains; a circular one never', () => {
    const log = after([append('a')]);
    expect(log.apply(append('bcd'))).to.equal('Ok');
    expect(log.apply(append(''))).to.equal(OK_OR_FULL);
    log.apply(POP);
    log.apply(POP);
    expect(log.apply(append('bcd'))).to.equal('Ok');
    expect(after(ABC, { circular: true }).apply(append('d'))).to.equal('Ok');
  });

  it('keeps what was synced; of the rest a cut may take the newest', () => {
    const operations = [append('a'), SYNC, append('b'), append('c')];
    for (const good of ['abc', 'ab', 'a']) {
      expect(verdict(good, operations, SYNC), good).to.equal('OLD');
    }
    expect(verdict('', operations, SYNC)).to.equal('LOST_ACK');
    expect(verdict('ac', operations, SYNC)).to.equal('LOST_ACK');
    expect(verdict('a', [...operations, SYNC], append('d'))).to.equal('LOST_ACK');
    expect(verdict('abcd', [...operations, SYNC], append('d'))).to.equal('NEW');
    expect(verdict('abc', [...operations, SYNC], append('d'))).to.equal('OLD');
  });

  it('shows every entry, synced or not, as long as it has power', () => {
    const operations = [append('a'), SYNC, append('b')];
    expect(verdict('ab', operations, undefined, {}, true)).to.equal('OLD');
    expect(verdict('a', operations, undefined, {}, true)).to.equal('LOST_ACK');
    expect(verdict('a', operations, undefined, {}, false)).to.equal('OLD');
  });

  it('without syncs keeps every entry', () => {
    expect(verdict('abc', ABC, append('d'), { syncs: false })).to.equal('OLD');
    expect(verdict('abcd', ABC, append('d'), { syncs: false })).to.equal('NEW');
    expect(verdict('ab', ABC, append('d'), { syncs: false })).to.equal('LOST_ACK');
    expect(verdict('abd', ABC, append('d'), { syncs: false })).to.equal('LOST_ACK');
  });

  it('gives up the oldest only when it is circular, and keeps what it retains', () => {
    const operations = [...ABC, append('d'), SYNC];
    expect(verdict('bcd', operations, SYNC)).to.equal('LOST_ACK');
    expect(verdict('bcd', operations, SYNC, { circular: true })).to.equal('OLD');
    expect(verdict('cd', operations, SYNC, { circular: true })).to.equal('LOST_ACK');
    expect(verdict('', operations, SYNC, { circular: true })).to.equal('LOST_ACK');
  });

  it('MIXED are entries out of their order, RESURRECTED those that were taken, UNREADABLE strangers', () => {
    const operations = [...ABC, SYNC];
    expect(verdict('acb', operations, SYNC)).to.equal('MIXED');
    expect(verdict('abcc', operations, SYNC)).to.equal('MIXED');
    expect(verdict('abc', [...operations, POP], SYNC)).to.equal('RESURRECTED');
    expect(verdict('a', [...operations, CLEAR], append('d'))).to.equal('RESURRECTED');
    expect(verdict('abx', operations, SYNC)).to.equal('UNREADABLE');
  });

  it('has popped or not, when a pop was cut', () => {
    const operations = [...ABC, SYNC];
    expect(verdict('abc', operations, POP)).to.equal('OLD');
    expect(verdict('bc', operations, POP)).to.equal('NEW');
    expect(verdict('ac', operations, POP)).to.equal('LOST_ACK');
    expect(verdict('c', operations, POP)).to.equal('LOST_ACK');
  });

  it('shows some entries in their order when a clear was cut, and none when it was not', () => {
    const operations = [...ABC, SYNC];
    for (const good of ['ab', 'bc', 'c', '']) {
      expect(verdict(good, operations, CLEAR), good).to.equal('NEW');
    }
    expect(verdict('cb', operations, CLEAR)).to.equal('MIXED');
    expect(verdict('', [...operations, CLEAR], undefined)).to.equal('OLD');
    expect(verdict('c', [...operations, CLEAR], undefined)).to.equal('RESURRECTED');
  });

  it('after a power loss holds what was shown, all of it durable', () => {
    const log = after([append('a'), SYNC, append('b'), append('c')]);
    log.recovered(shown('ab'));
    expect([...log.entries().values()]).to.deep.equal(['a', 'b'].map(bytes));
    expect(log.judge(shown('a'), log, false).verdict).to.equal('LOST_ACK');
    expect(log.judge(shown('ab'), log, false).verdict).to.equal('OLD');
    log.apply(append('d'));
    expect(log.judge(shown('ab'), log, false).verdict).to.equal('OLD');
    expect(log.usedCapacity()).to.equal(15);
  });

  it('keeps copies, and a clone is another', () => {
    const value = bytes('a');
    const log = after([{ op: 'append', value }]);
    value.fill(0);
    const clone = log.clone();
    log.apply(POP);
    expect(clone.entries().get(0)).to.deep.equal(bytes('a'));
  });
});

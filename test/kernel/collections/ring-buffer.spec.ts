// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The ring that holds a process's tasks, against a plain list.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { RingBuffer } from '#kernel/collections/ring-buffer';

/** Everything in the ring, oldest first; leaves it empty. */
function drain(ring: RingBuffer<number>): number[] {
  const all: number[] = [];
  while (ring.hasElements()) all.push(ring.dequeue() ?? -1);
  return all;
}

describe('RingBuffer', () => {
  it('C36 n slots hold n - 1 elements, first in first out (ring_buffer.rs)', () => {
    const ring = new RingBuffer<number>(4);
    expect([1, 2, 3].map((element) => ring.enqueue(element))).to.deep.equal([true, true, true]);
    expect(ring.isFull()).to.equal(true);
    expect(ring.length).to.equal(3);
    expect(drain(ring)).to.deep.equal([1, 2, 3]);
    expect(ring.dequeue()).to.equal(undefined);
  });

  it('C36 enqueue refuses when full, push makes the oldest give way', () => {
    const ring = new RingBuffer<number>(3);
    expect(ring.push(1)).to.equal(undefined);
    expect(ring.push(2)).to.equal(undefined);
    expect(ring.enqueue(3)).to.equal(false);
    expect(ring.push(3)).to.equal(1);
    expect(drain(ring)).to.deep.equal([2, 3]);
  });

  it('C36 retain keeps order, also around the end of the ring', () => {
    const ring = new RingBuffer<number>(6);
    for (const element of [0, 0, 0, 0]) ring.enqueue(element);
    for (let step = 0; step < 4; step++) ring.dequeue();
    for (const element of [1, 2, 3, 4, 5]) ring.enqueue(element);
    ring.retain((element) => element % 2 === 1);
    expect(ring.length).to.equal(3);
    expect(ring.enqueue(7)).to.equal(true);
    expect(drain(ring)).to.deep.equal([1, 3, 5, 7]);
  });

  it('C17 removeFirst takes the oldest match only; find takes nothing', () => {
    const ring = new RingBuffer<number>(6);
    for (const element of [1, 2, 4, 3]) ring.enqueue(element);
    expect(ring.find((element) => element % 2 === 0)).to.equal(2);
    expect(ring.removeFirst((element) => element % 2 === 0)).to.equal(2);
    expect(ring.removeFirst((element) => element > 9)).to.equal(undefined);
    expect(drain(ring)).to.deep.equal([1, 4, 3]);
  });

  it('behaves as a list that holds at most n - 1, whatever is done to it', () => {
    const operation = fc.oneof(
      fc.record({ kind: fc.constant('enqueue'), value: fc.nat(9) }),
      fc.record({ kind: fc.constant('push'), value: fc.nat(9) }),
      fc.record({ kind: fc.constantFrom('dequeue', 'empty'), value: fc.constant(0) }),
      fc.record({ kind: fc.constantFrom('removeFirst', 'retain'), value: fc.nat(9) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.array(operation), (slots, operations) => {
        const ring = new RingBuffer<number>(slots);
        const list: number[] = [];
        for (const { kind, value } of operations) {
          expect(apply(ring, kind, value)).to.equal(applyToList(list, slots - 1, kind, value));
          expect(ring.length).to.equal(list.length);
          expect(ring.hasElements()).to.equal(list.length > 0);
          expect(ring.isFull()).to.equal(list.length === slots - 1);
        }
        expect(drain(ring)).to.deep.equal(list);
      }),
    );
  });

  function apply(ring: RingBuffer<number>, kind: string, value: number): unknown {
    if (kind === 'enqueue') return ring.enqueue(value);
    if (kind === 'push') return ring.push(value);
    if (kind === 'dequeue') return ring.dequeue();
    if (kind === 'removeFirst') return ring.removeFirst((element) => element === value);
    if (kind === 'retain') ring.retain((element) => element !== value);
    if (kind === 'empty') ring.empty();
    return undefined;
  }

  function applyToList(list: number[], most: number, kind: string, value: number): unknown {
    switch (kind) {
      case 'enqueue':
        return list.length < most && list.push(value) > 0;
      case 'push':
        list.push(value);
        return list.length > most ? list.shift() : undefined;
      case 'dequeue':
        return list.shift();
      case 'removeFirst':
        return list.includes(value) ? list.splice(list.indexOf(value), 1)[0] : undefined;
      case 'retain':
        list.splice(0, list.length, ...list.filter((element) => element !== value));
        return undefined;
      default:
        list.length = 0;
        return undefined;
    }
  }
});

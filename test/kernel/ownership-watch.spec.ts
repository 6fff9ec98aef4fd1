// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a watcher over loans is told, and that the kernel goes on the same without one.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { OwnershipWatch } from '#kernel/ownership-watch';
import type { ProcessError } from '#kernel/process';
import type { Result } from '#kernel/result';
import type { Code, RawProcess } from '../support/raw-process.ts';
import { DRIVER, Testbench } from '../support/testbench.ts';

/** Writes down each thing that it is told. */
class Notes implements OwnershipWatch {
  readonly lines: string[] = [];
  private note(...words: readonly unknown[]): void {
    this.lines.push(words.join(' '));
  }
  readonly offers: (readonly number[])[] = [];
  offered: OwnershipWatch['offered'] = (_, ...words) => {
    this.offers.push(words);
  };
  swapped: OwnershipWatch['swapped'] = ({ boundary }, swapClass, driver, number, first, second) => {
    this.note(
      'swapped',
      swapClass,
      driver === DRIVER,
      number,
      first,
      second,
      boundary.registers[0],
    );
  };
  queued: OwnershipWatch['queued'] = (_, { pc, argument0 }) => {
    this.note('queued', pc, argument0);
  };
  lost: OwnershipWatch['lost'] = (_, { argument0 }) => {
    this.note('lost', argument0);
  };
  cancelled: OwnershipWatch['cancelled'] = (_, { subscribeNum }, count) => {
    this.note('cancelled', subscribeNum, count);
  };
  delivered: OwnershipWatch['delivered'] = (_, { pc, argument3 }) => {
    this.note('delivered', pc, argument3);
  };
  touched: OwnershipWatch['touched'] = (_, { allowNum, kind }, __, length) => {
    this.note('touched', allowNum, kind, length);
  };
  ended: OwnershipWatch['ended'] = ({ name }) => {
    this.note('ended', name);
  };
  violated: OwnershipWatch['violated'] = (_, __, what) => {
    this.note('violated', what);
  };
}

function watched(body: (raw: RawProcess, bench: Testbench) => Code): string[] {
  const watch = new Notes();
  const bench = new Testbench({ watch });
  bench.spawn((raw) => body(raw, bench));
  bench.run();
  return watch.lines.slice(1, -1); // Without its start and its end.
}

describe('OwnershipWatch', () => {
  it('hears of each subscribe with the words passed and the variant answered, also of a refused one', () => {
    const lines = watched(function* (raw) {
      yield* raw.subscribe(DRIVER, 1, raw.ram(0), 5);
      yield* raw.subscribe(DRIVER, 99, 0, 6);
      yield* raw.allowRw(DRIVER, 2, raw.ram(4), 8);
    });
    expect(lines).to.deep.equal([
      `swapped 1 true 1 536870912 5 130`,
      'swapped 1 true 99 0 6 2',
      `swapped 3 true 2 536870916 8 130`,
    ]);
  });

  it('is shown the words of a subscribe or an allow before the driver sees them', () => {
    const watch = new Notes();
    const bench = new Testbench({ watch });
    const seen: number[] = [];
    bench.driver.onAllocate = (id): Result<void, ProcessError> => {
      seen.push(watch.offers.length, watch.lines.length);
      return bench.driver.apps.enter(id, () => undefined);
    };
    bench.spawn(function* (raw) {
      yield* raw.subscribe(DRIVER, 1, raw.ram(0), 5);
    });
    bench.run();
    expect(watch.offers).to.deep.equal([[1, DRIVER, 1, 0x2000_0000, 5]]);
    expect(seen, 'one offer, and only the start before it').to.deep.equal([1, 1]);
  });

  it('hears of an upcall that is queued and delivered, cancelled, or lost', () => {
    const lines = watched(function* (raw, bench) {
      const pc = raw.function(() => undefined);
      yield* raw.subscribe(DRIVER, 0, pc, 7);
      yield* raw.command(DRIVER, 1, 0, 50);
      yield* raw.yieldWait();
      yield* raw.command(DRIVER, 1, 0, 60);
      yield* raw.subscribe(DRIVER, 0, 0, 0);
      for (let at = 0; at < 10; at++) {
        yield* raw.command(DRIVER, 1, 1, at);
      }
      expect(bench.kernel.processes[0]?.droppedUpcallCount).to.equal(1);
    });
    const kinds = lines.map((line) => line.split(' ')[0]);
    expect(kinds.slice(0, 5)).to.deep.equal([
      'swapped',
      'queued',
      'delivered',
      'queued',
      'cancelled',
    ]);
    expect(lines[4]).to.equal('cancelled 0 1');
    expect(lines.at(-1)).to.equal('lost 9');
    expect(lines[2]?.endsWith(' 7'), 'with its appdata').to.equal(true);
  });

  it('hears who reaches a lent buffer, not who asks for its length', () => {
    const lines = watched(function* (raw, bench) {
      yield* raw.allowRo(DRIVER, 1, raw.ram(0), 3);
      const id = bench.kernel.processes[0]?.processId;
      if (id === undefined) return;
      bench.driver.kernelData(id, (kernel) => {
        const lent = kernel.readOnlyProcessBuffer(1);
        if (lent.ok && lent.value.length === 3) lent.value.enter(() => undefined);
      });
    });
    expect(lines.slice(1)).to.deep.equal(['touched 1 readOnly 3']);
  });
});

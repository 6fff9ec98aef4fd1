// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Random operations on Earl Grey's flash against a model in a few lines.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { Driven, ONES, PAGE, type Outcomes, type Powered, type PowerOptions } from './support.ts';

describe('FlashCtrl against a simple model', () => {
  let driven: Driven;
  let powered: Powered;
  let client: Outcomes;

  function boot(options: PowerOptions = {}): void {
    driven = new Driven(options);
    ({ powered, client } = driven);
  }

  beforeEach(() => boot());

  const write = (address: number, bytes: readonly number[]): void => driven.write(address, bytes);
  const read = (address: number, length: number): number[] => driven.read(address, length);
  const erase = (page: number): void => driven.erase(page);
  const command = fc.oneof(
    fc.record({ kind: fc.constant('erase' as const), page: fc.nat(3) }),
    fc.record({
      kind: fc.constant('write' as const),
      word: fc.nat(2 * 512 - 1),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    }),
    fc.record({ kind: fc.constant('read' as const), at: fc.nat(2 * PAGE), length: fc.nat(200) }),
  );

  for (const fifoIrq of ['status', 'event'] as const) {
    it(`any run of operations leaves what AND and erasure leave (${fifoIrq})`, () => {
      fc.assert(
        fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
          boot({ fifoIrq });
          const model = new Uint8Array(4 * PAGE).fill(0xff);
          for (const next of commands) {
            if (next.kind === 'erase') {
              erase(next.page);
              model.fill(0xff, next.page * PAGE, (next.page + 1) * PAGE);
            } else if (next.kind === 'write') {
              const bytes = [...next.bytes].flatMap((byte) => [byte, 0xff, byte ^ 0x55, byte]);
              write(next.word * 4, bytes);
              bytes.forEach((byte, index) => {
                model[next.word * 4 + index] = (model[next.word * 4 + index] ?? 0) & byte;
              });
            } else {
              expect(read(next.at, next.length)).to.deep.equal([
                ...model.subarray(next.at, next.at + next.length),
              ]);
            }
          }
          expect(powered.cells.flash.bytes(300 * PAGE, 4 * PAGE)).to.deep.equal(model);
          expect(client.errors.every((error) => error === undefined)).to.equal(true);
        }),
        { numRuns: 40 },
      );
    });
  }

  it('under ECC a flash word reads well exactly when it took one program, or is all ones or zeros', () => {
    const half = fc.constantFrom(0, 0x0f0f_0f0f, 0xf0f0_f0f0, ONES);
    const program = fc.record({ unit: fc.nat(3), low: half, high: half });
    fc.assert(
      fc.property(fc.array(program, { maxLength: 8 }), (programs) => {
        boot({ ownRegion: { ecc: true } });
        const units = [0, 1, 2, 3].map(() => ({ low: ONES, high: ONES, programs: 0 }));
        for (const { unit, low, high } of programs) {
          const bytes = new Uint8Array(Uint32Array.of(low, high).buffer);
          write(unit * 8, [...bytes]);
          const model = units[unit];
          if (model === undefined) continue;
          model.low = (model.low & low) >>> 0;
          model.high = (model.high & high) >>> 0;
          if (model.low !== ONES || model.high !== ONES) model.programs++;
        }
        units.forEach(({ low, high, programs: count }, unit) => {
          read(unit * 8, 8);
          const plain = low === high && (low === 0 || low === ONES);
          const fits = plain || count === 1;
          expect(client.errors.at(-1)).to.equal(fits ? undefined : 'FlashError');
        });
      }),
      { numRuns: 60 },
    );
  });
});

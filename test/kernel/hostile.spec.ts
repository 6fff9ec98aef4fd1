// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Hostile processes: whatever words they trap with, the kernel lives and its invariants hold.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { NRF52840_COSTS } from '#kernel/costs';
import type { Process } from '#kernel/process-standard';
import type { ProfileName } from '#kernel/profile';
import { ReturnVariant, SyscallClass } from '#kernel/syscall';
import { ms } from '#kernel/time';
import type { Words } from '../support/raw-process.ts';
import {
  ABSENT,
  DRIVER,
  FLASH_START,
  RAM_SIZE,
  RAM_START,
  Testbench,
} from '../support/testbench.ts';

type Trap = readonly [syscallClass: number, ...Words];

/** Words that sit on the edges of something, or are anything. */
const word = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 4, 5, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, DRIVER, ABSENT),
  fc.integer({ min: RAM_START - 8, max: RAM_START + RAM_SIZE + 8 }),
  fc.integer({ min: FLASH_START - 8, max: FLASH_START + 0x1008 }),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);
const syscallClass = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 7 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 8, 0xffff_ffff) },
);
const trap = fc.tuple(syscallClass, fc.oneof(fc.constant(DRIVER), word), word, word, word);
const program = fc.array(trap, { minLength: 1, maxLength: 40 });
const profile = fc.constantFrom<ProfileName>('2.0', '2.1', '2.2', '2.2-trd');

function checkMemory(process: Process | undefined): void {
  if (process === undefined) return expect.fail('no process');
  const { ramStart, allowHighWaterMark, appBreak, kernelMemoryBreak, ramEnd } = process;
  const order = [ramStart, allowHighWaterMark, appBreak, kernelMemoryBreak, ramEnd];
  expect(order).to.deep.equal([...order].sort((a, b) => a - b));
}

/** A failure of Subscribe and Allow hands both words back; the filter's apart, there is none here. */
function checkAnswer([trapped, , , r2, r3]: Trap, answer: Words): void {
  expect(Object.values(ReturnVariant)).to.include(answer[0]);
  const swaps = [1, 3, 4, 7].includes(trapped);
  if (!swaps || answer[0] === ReturnVariant.SuccessU32U32) return;
  expect(answer[0]).to.equal(ReturnVariant.FailureU32U32);
  expect(answer[1]).to.be.within(1, 13);
  const nulled = answer[1] === 11 && answer[2] === 0 && answer[3] === 0;
  if (!nulled) expect(answer.slice(2)).to.deep.equal([r2, r3]);
}

/** Runs the programs side by side for a while; the trace of it. */
function run(programs: readonly (readonly Trap[])[], name: ProfileName): string {
  const bench = new Testbench({ profile: name, costs: NRF52840_COSTS });
  const lines: string[] = [];
  bench.trace.on('record', (record) => lines.push(JSON.stringify(record)));
  for (const traps of programs) {
    const { process } = bench.spawn(
      function* (raw) {
        for (const step of traps) {
          const answer = yield* raw.trap(...step);
          checkMemory(process);
          if (step[0] !== SyscallClass.Yield) checkAnswer(step, answer);
        }
      },
      { faultPolicy: { action: ({ restartCount }) => (restartCount < 3 ? 'Restart' : 'Stop') } },
    );
  }
  const witness = bench.spawn(function* (raw) {
    yield* raw.compute(ms(5));
    yield* raw.exit(0, 42);
  });
  bench.run(ms(100));
  expect(witness.process.completionCode).to.equal(42);
  return lines.join('\n');
}

describe('Hostile processes', () => {
  it('never stop the kernel, never leave their memory, get lawful answers', () => {
    fc.assert(
      fc.property(fc.array(program, { minLength: 1, maxLength: 3 }), profile, (programs, name) => {
        run(programs, name);
      }),
      { numRuns: 300 },
    );
  });

  it('and the same words give the same trace, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(program, { minLength: 2, maxLength: 3 }), profile, (programs, name) => {
        expect(run(programs, name)).to.equal(run(programs, name));
      }),
      { numRuns: 50 },
    );
  });
});
